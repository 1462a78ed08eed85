package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/period"
)

// Periods returns the store of package period.
func (db *DB) Periods() period.Store { return periodStore{db} }

type periodStore struct{ db *DB }

func (s periodStore) InTx(ctx context.Context, fn func(period.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s periodStore) Read(ctx context.Context, fn func(period.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const periodColumns = `month, state, revision, current_run, running_run, run_by, published_by, published_at, object_until, approved_by,
	approved_at, closed_by, closed_at, seal_hash`

func scanPeriod(r rows, p *period.Period) error {
	return r.Scan(scanMonth(&p.Month), &p.State, &p.Revision, &p.CurrentRun, &p.RunningRun, &p.RunBy, &p.PublishedBy, scanTime(&p.PublishedAt),
		scanTime(&p.ObjectUntil), &p.ApprovedBy, scanTime(&p.ApprovedAt), &p.ClosedBy, scanKeptTime(&p.ClosedAt), &p.SealHash)
}

// Period implements period.Reader.
func (tx *Tx) Period(ctx context.Context, month calendar.Month) (period.Period, error) {
	found, err := collect(ctx, tx, scanPeriod, "SELECT "+periodColumns+" FROM period WHERE month = $1", month.String())
	if err != nil || len(found) == 0 {
		return period.Period{Month: month, State: period.StateOpen}, err
	}
	return found[0], nil
}

// Periods implements period.Reader.
func (tx *Tx) Periods(ctx context.Context) ([]period.Period, error) {
	return collect(ctx, tx, scanPeriod, "SELECT "+periodColumns+" FROM period ORDER BY month DESC")
}

// SavePeriod implements period.Tx.
func (tx *Tx) SavePeriod(ctx context.Context, p period.Period) error {
	values := []any{p.Month.String(), string(p.State), p.Revision, p.CurrentRun, p.RunningRun, p.RunBy, p.PublishedBy, instant(p.PublishedAt),
		instant(p.ObjectUntil), p.ApprovedBy, instant(p.ApprovedAt), p.ClosedBy, instant(p.ClosedAt), p.SealHash}
	if p.Revision == 1 {
		_, err := tx.exec(ctx, "INSERT INTO period ("+periodColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, values...)
		return err
	}
	return mustChange(ctx, tx, "period.changed_meanwhile", `UPDATE period SET state = $2, revision = $3, current_run = $4, running_run = $5,
		run_by = $6, published_by = $7, published_at = $8, object_until = $9, approved_by = $10, approved_at = $11, closed_by = $12,
		closed_at = $13, seal_hash = $14 WHERE month = $1 AND revision = $3 - 1 AND state <> 'closed'`, values...)
}

// LatestBatch implements period.Reader.
func (tx *Tx) LatestBatch(ctx context.Context) (fact.BatchID, error) {
	id, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(id), 0) FROM batch")
	return fact.BatchID(id), err
}

// BatchBy implements payout.Reader.
func (tx *Tx) BatchBy(ctx context.Context, day calendar.Date) (fact.BatchID, time.Time, error) {
	until := tx.Now()
	if day != calendar.NoDate && day < tx.Today() {
		year, month, d := (day + 1).Civil()
		until = time.Date(year, month, d, 0, 0, 0, 0, tx.db.now().Location()).UTC()
	}
	id, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(id), 0) FROM batch WHERE recorded_at <= $1", instant(until))
	return fact.BatchID(id), until, err
}

// InsertPayFile implements period.Tx.
func (tx *Tx) InsertPayFile(ctx context.Context, f period.PayFile) error {
	_, err := tx.exec(ctx, `INSERT INTO pay_file (month, format, digest, signature, content, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		f.Month.String(), f.Format, f.Digest, f.Signature, f.Content, instant(f.CreatedAt))
	return err
}

// PayFile implements period.Reader.
func (tx *Tx) PayFile(ctx context.Context, month calendar.Month, format string) (period.PayFile, error) {
	return one(ctx, tx, "period.no_pay_file", func(r rows, f *period.PayFile) error {
		return r.Scan(scanMonth(&f.Month), &f.Format, &f.Digest, &f.Signature, &f.Content, scanKeptTime(&f.CreatedAt))
	}, `SELECT month, format, digest, signature, content, created_at FROM pay_file WHERE month = $1 AND format = $2`, month.String(), format)
}

// PayFiles implements period.Reader.
func (tx *Tx) PayFiles(ctx context.Context) ([]period.PayFile, error) {
	return collect(ctx, tx, func(r rows, f *period.PayFile) error {
		return r.Scan(scanMonth(&f.Month), &f.Format, &f.Digest, &f.Signature, scanKeptTime(&f.CreatedAt))
	}, "SELECT month, format, digest, signature, created_at FROM pay_file ORDER BY month, format")
}

const sealColumns = `month, run_id, run_digest, ledger_seq, ledger_hash, pay_file_digest, closed_by, approved_by, closed_at, prev_hash, hash, signature`

// InsertSeal implements period.Tx.
func (tx *Tx) InsertSeal(ctx context.Context, s period.Seal) error {
	_, err := tx.exec(ctx, "INSERT INTO seal ("+sealColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.Month.String(), s.RunID, s.RunDigest, s.LedgerSeq, s.LedgerHash, s.PayFileDigest, s.ClosedBy, s.ApprovedBy, instant(s.ClosedAt),
		s.PrevHash, s.Hash, s.Signature)
	return err
}

// Seals implements period.Reader: in the order of the chain, which is that of closing.
func (tx *Tx) Seals(ctx context.Context) ([]period.Seal, error) {
	return collect(ctx, tx, func(r rows, s *period.Seal) error {
		return r.Scan(scanMonth(&s.Month), &s.RunID, &s.RunDigest, &s.LedgerSeq, &s.LedgerHash, &s.PayFileDigest, &s.ClosedBy, &s.ApprovedBy,
			scanKeptTime(&s.ClosedAt), &s.PrevHash, &s.Hash, &s.Signature)
	}, "SELECT "+sealColumns+" FROM seal ORDER BY closed_at, month")
}

// PaySheetNames implements period.Reader: names as of the last day of the run's month.
func (tx *Tx) PaySheetNames(ctx context.Context, runID string) (map[int64]period.PayName, error) {
	run, err := tx.Run(ctx, runID)
	if err != nil {
		return nil, err
	}
	names := map[int64]period.PayName{}
	err = each(ctx, tx, func(r rows) error {
		var id int64
		var n period.PayName
		if err := r.Scan(&id, &n.Key, &n.Name, &n.Team); err != nil {
			return err
		}
		names[id] = n
		return nil
	}, `SELECT p.id, p.key, p.name, COALESCE(t.name, '') FROM person p
		LEFT JOIN assignment a ON a.person_id = p.id AND a.recorded_in <= $1 AND a.superseded_in > $1 AND a.valid_from <= $2 AND $2 < a.valid_to
		LEFT JOIN team t ON t.id = a.team_id AND t.recorded_in <= $1 AND t.superseded_in > $1
		WHERE p.recorded_in <= $1 AND p.superseded_in > $1`, int64(run.Recorded), run.Month.Last().String())
	return names, err
}

// errUnknownRun is the key of the error for a run that does not exist.
const errUnknownRun = "payout.no_run"
