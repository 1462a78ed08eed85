package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
)

// Imports returns the store of package intake.
func (db *DB) Imports() intake.Store { return importStore{db} }

type importStore struct{ db *DB }

func (s importStore) InTx(ctx context.Context, fn func(intake.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s importStore) Read(ctx context.Context, fn func(intake.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const importColumns = `id, name, state, source_path, source_size, source_digest, mapping, report, created_by, created_at, applied_at, undone_at,
	batch_id, undo_batch_id, job_id`

func scanImport(r rows, i *intake.Import) error {
	var files, result string
	err := r.Scan(&i.ID, &i.Name, &i.State, &files, &i.SourceBytes, &i.Digest, &i.Mapping, &result, &i.CreatedBy, scanTime(&i.CreatedAt),
		scanTime(&i.AppliedAt), scanTime(&i.UndoneAt), &i.Batch, &i.UndoBatch, &i.JobID)
	if err != nil {
		return err
	}
	i.Files = strings.Split(files, "\n")
	return json.Unmarshal([]byte(result), &i.Result)
}

func importValues(i intake.Import) ([]any, error) {
	result, err := i.Result.Encode()
	return []any{i.ID, i.Name, string(i.State), strings.Join(i.Files, "\n"), i.SourceBytes, i.Digest, i.Mapping, result, i.CreatedBy,
		instant(i.CreatedAt), instant(i.AppliedAt), instant(i.UndoneAt), int64(i.Batch), int64(i.UndoBatch), i.JobID}, err
}

// Import implements intake.Reader.
func (tx *Tx) Import(ctx context.Context, id string) (intake.Import, error) {
	return one(ctx, tx, "intake.not_found", scanImport, "SELECT "+importColumns+" FROM import WHERE id = $1", id)
}

// Imports implements intake.Reader.
func (tx *Tx) Imports(ctx context.Context, limit int, after string) ([]intake.Import, error) {
	return collect(ctx, tx, scanImport, "SELECT "+importColumns+` FROM import
		WHERE $1 = '' OR (created_at, id) < (SELECT o.created_at, o.id FROM import o WHERE o.id = $1)
		ORDER BY created_at DESC, id DESC LIMIT $2`, after, int64(limit))
}

// InsertImport implements intake.Tx.
func (tx *Tx) InsertImport(ctx context.Context, i intake.Import) error {
	values, err := importValues(i)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO import ("+importColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, values...)
	return err
}

// UpdateImport implements intake.Tx.
func (tx *Tx) UpdateImport(ctx context.Context, i intake.Import) error {
	values, err := importValues(i)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "intake.not_found", `UPDATE import SET name = $2, state = $3, source_path = $4, source_size = $5, source_digest = $6,
		mapping = $7, report = $8, created_by = $9, created_at = $10, applied_at = $11, undone_at = $12, batch_id = $13, undo_batch_id = $14,
		job_id = $15 WHERE id = $1`, values...)
}

// SaveImportMapping implements intake.Tx: a mapping of the same name is replaced.
func (tx *Tx) SaveImportMapping(ctx context.Context, m intake.SavedMapping) error {
	_, err := tx.exec(ctx, `INSERT INTO import_mapping (id, name, mapping, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO UPDATE SET mapping = $3, created_by = $4, created_at = $5`, m.ID, m.Name, m.Mapping, m.CreatedBy, instant(m.CreatedAt))
	return err
}

// ImportMappings implements intake.Reader.
func (tx *Tx) ImportMappings(ctx context.Context) ([]intake.SavedMapping, error) {
	return collect(ctx, tx, func(r rows, m *intake.SavedMapping) error {
		return r.Scan(&m.ID, &m.Name, &m.Mapping, &m.CreatedBy, scanTime(&m.CreatedAt))
	}, "SELECT id, name, mapping, created_by, created_at FROM import_mapping ORDER BY name")
}

// FactKnown implements intake.Reader. The keys of a kind are read when the first one is asked for.
func (tx *Tx) FactKnown(ctx context.Context) (known ingest.Known, failed func() error) {
	sets := map[fact.Kind]map[string]struct{}{}
	var failure error
	known = func(kind fact.Kind, key string) bool {
		set, ok := sets[kind]
		if !ok {
			set = map[string]struct{}{}
			sets[kind] = set
			if kind == fact.KindOpportunity {
				failure = errors.Join(failure, tx.workKnown(ctx, kind, set))
			}
			if kind == fact.KindContract {
				failure = errors.Join(failure, tx.contractsTaken(ctx, set))
			}
			if _, has := entityQueries[kind]; !has && kind != fact.KindPayment {
				_, known := set[key]
				return known
			}
			failure = errors.Join(failure, each(ctx, tx, func(r rows) error {
				var k string
				if err := r.Scan(&k); err != nil {
					return err
				}
				set[k] = struct{}{}
				return nil
			}, "SELECT key FROM "+string(kind)+" WHERE superseded_in = $1", int64(fact.Open)))
		}
		_, known := set[key]
		return known
	}
	return known, func() error { return failure }
}

// ClosedMonths implements intake.Reader.
func (tx *Tx) ClosedMonths(ctx context.Context, first calendar.Month) ([]calendar.Month, error) {
	return collect(ctx, tx, func(r rows, m *calendar.Month) error { return r.Scan(scanMonth(m)) },
		"SELECT month FROM period WHERE state = 'closed' AND month >= $1 ORDER BY month", first.String())
}
