package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/problem"
)

// DiagnosisStore returns the store of package diagnosis.
func (db *DB) DiagnosisStore() diagnosis.Store { return diagnosisStore{db} }

type diagnosisStore struct{ db *DB }

// InTx implements diagnosis.Store.
func (s diagnosisStore) InTx(ctx context.Context, fn func(diagnosis.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements diagnosis.Store.
func (s diagnosisStore) Read(ctx context.Context, fn func(diagnosis.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// DiagnosisNames implements diagnosis.Reader.
func (tx *Tx) DiagnosisNames(ctx context.Context) (n diagnosis.Names, err error) {
	for _, one := range []struct {
		into *map[string]problem.Unit
		text string
	}{
		{&n.Regions, "SELECT id, key, name, 0, id FROM region WHERE superseded_in = " + openBatch + " ORDER BY valid_from"},
		{&n.Teams, "SELECT id, key, name, id, region_id FROM team WHERE superseded_in = " + openBatch + " ORDER BY valid_from"},
		{&n.Persons, "SELECT p.id, p.key, p.name, COALESCE(a.team_id, 0), COALESCE(t.region_id, 0) FROM person p LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = " + openBatch + " LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = " + openBatch + " WHERE p.superseded_in = " + openBatch + " ORDER BY a.valid_from, t.valid_from"},
		{&n.Products, "SELECT id, key, name, 0, 0 FROM product WHERE superseded_in = " + openBatch + " ORDER BY valid_from"},
	} {
		*one.into = map[string]problem.Unit{}
		if err := each(ctx, tx, func(r rows) error {
			var u problem.Unit
			err := r.Scan(&u.ID, &u.Key, &u.Name, &u.TeamID, &u.RegionID)
			(*one.into)[u.Key] = u
			return err
		}, one.text); err != nil {
			return n, err
		}
	}
	return n, nil
}

var diagnosisRunColumns = []string{"id", "state", "origin", "as_of", "note", "found", "tests", "digest", "created_by", "created_name", "created_at", "finished_at", "job_id", "failure", "outcome", "revision"}

func diagnosisRunValues(r *diagnosis.Run) ([]any, error) {
	outcome, outcomeErr := json.Marshal(r.Outcome)
	failure, failureErr := "", error(nil)
	if r.Failure.Key != "" {
		var text []byte
		text, failureErr = json.Marshal(r.Failure)
		failure = string(text)
	}
	return []any{r.ID, string(r.State), string(r.Origin), optionalDay(r.AsOf), r.Note, r.Found, r.Tests, r.Digest, r.CreatedBy, r.CreatedName, instant(r.CreatedAt), instant(r.FinishedAt), r.JobID, failure, string(outcome), r.Revision}, errors.Join(outcomeErr, failureErr)
}

func scanDiagnosisRun(r rows, run *diagnosis.Run) error {
	var failure, outcome string
	if err := r.Scan(&run.ID, &run.State, &run.Origin, scanDate(&run.AsOf), &run.Note, &run.Found, &run.Tests, &run.Digest, &run.CreatedBy, &run.CreatedName, scanTime(&run.CreatedAt), scanTime(&run.FinishedAt), &run.JobID, &failure, &outcome, &run.Revision); err != nil {
		return err
	}
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &run.Failure); err != nil {
			return err
		}
	}
	if outcome == "" {
		return nil
	}
	return json.Unmarshal([]byte(outcome), &run.Outcome)
}

// DiagnosisRuns implements diagnosis.Reader.
func (tx *Tx) DiagnosisRuns(ctx context.Context, before int64, limit int) ([]diagnosis.Run, error) {
	c := &filters{}
	if before != 0 {
		c.add("id < ?", before)
	}
	return collect(ctx, tx, scanDiagnosisRun, "SELECT "+strings.Replace(strings.Join(diagnosisRunColumns, ", "), "outcome", "''", 1)+" FROM diagnosis_run"+c.where()+" ORDER BY id DESC LIMIT "+c.parameter(int64(limit)), c.args...)
}

// DiagnosisRun implements diagnosis.Reader.
func (tx *Tx) DiagnosisRun(ctx context.Context, id int64) (diagnosis.Run, error) {
	return one(ctx, tx, "diagnosis.missing", scanDiagnosisRun, "SELECT "+strings.Join(diagnosisRunColumns, ", ")+" FROM diagnosis_run WHERE id = $1", id)
}

// DiagnosisRunsOf implements diagnosis.Reader.
func (tx *Tx) DiagnosisRunsOf(ctx context.Context, origin diagnosis.Origin) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT id FROM diagnosis_run WHERE origin = $1 AND state = 'ready' ORDER BY id", string(origin))
}

// DiagnosisFiles implements diagnosis.Reader.
func (tx *Tx) DiagnosisFiles(ctx context.Context, runID int64) ([]diagnosis.KeptFile, error) {
	return collect(ctx, tx, func(r rows, f *diagnosis.KeptFile) error { return r.Scan(&f.Name, &f.Content) }, "SELECT name, content FROM diagnosis_file WHERE run_id = $1 ORDER BY number", runID)
}

// InsertDiagnosisRun implements diagnosis.Tx.
func (tx *Tx) InsertDiagnosisRun(ctx context.Context, r diagnosis.Run) error {
	values, err := diagnosisRunValues(&r)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "diagnosis_run", diagnosisRunColumns, values)
}

// SaveDiagnosisRun implements diagnosis.Tx.
func (tx *Tx) SaveDiagnosisRun(ctx context.Context, r diagnosis.Run) error {
	values, err := diagnosisRunValues(&r)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "diagnosis_run", "diagnosis.changed_meanwhile", diagnosisRunColumns, values)
}

// PutDiagnosisFiles implements diagnosis.Tx.
func (tx *Tx) PutDiagnosisFiles(ctx context.Context, runID int64, files []diagnosis.KeptFile) error {
	for i, f := range files {
		if err := tx.insertRow(ctx, "diagnosis_file", []string{"run_id", "number", "name", "content"}, []any{runID, int64(i + 1), f.Name, f.Content}); err != nil {
			return err
		}
	}
	return nil
}

// DropDiagnosisFiles implements diagnosis.Tx.
func (tx *Tx) DropDiagnosisFiles(ctx context.Context, runID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM diagnosis_file WHERE run_id = $1", runID)
	return err
}
