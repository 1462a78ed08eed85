package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
)

// AssessmentStore returns the store of package assessment.
func (db *DB) AssessmentStore() assessment.Store { return assessmentStore{db} }

type assessmentStore struct{ db *DB }

// InTx implements assessment.Store.
func (s assessmentStore) InTx(ctx context.Context, fn func(assessment.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements assessment.Store.
func (s assessmentStore) Read(ctx context.Context, fn func(assessment.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const maturitySaidSelect = "SELECT id, criterion, holds, evidence, said_on, by_id, by_name, created_at FROM maturity_statement s "

func scanMaturitySaid(r rows, s *assessment.Statement) error {
	return r.Scan(&s.ID, &s.Criterion, &s.Holds, &s.Evidence, scanDate(&s.On), &s.ByID, &s.ByName, scanTime(&s.CreatedAt))
}

// MaturityStatements implements assessment.Reader.
func (tx *Tx) MaturityStatements(ctx context.Context) ([]assessment.Statement, error) {
	return collect(ctx, tx, scanMaturitySaid, maturitySaidSelect+"WHERE id = (SELECT MAX(o.id) FROM maturity_statement o WHERE o.criterion = s.criterion) ORDER BY criterion")
}

// statementsMost is how many statements of a criterion are listed.
const statementsMost = 50

// MaturityHistory implements assessment.Reader.
func (tx *Tx) MaturityHistory(ctx context.Context, criterion string) ([]assessment.Statement, error) {
	return collect(ctx, tx, scanMaturitySaid, maturitySaidSelect+"WHERE criterion = $1 ORDER BY id DESC LIMIT "+strconv.Itoa(statementsMost), criterion)
}

// InsertMaturityStatement implements assessment.Tx.
func (tx *Tx) InsertMaturityStatement(ctx context.Context, s assessment.Statement) error {
	return tx.insertRow(ctx, "maturity_statement", []string{"id", "criterion", "holds", "evidence", "said_on", "by_id", "by_name", "created_at"},
		[]any{s.ID, s.Criterion, s.Holds, s.Evidence, s.On.String(), s.ByID, s.ByName, instant(s.CreatedAt)})
}

// MaturityModel implements assessment.Reader.
func (tx *Tx) MaturityModel(ctx context.Context) (v assessment.ModelVersion, set bool, err error) {
	found, err := collect(ctx, tx, func(r rows, v *assessment.ModelVersion) error {
		var version int64
		var model string
		if err := r.Scan(&version, &model, &v.ByID, &v.ByName, scanTime(&v.CreatedAt)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(model), &v.Model)
	}, "SELECT version, model, by_id, by_name, created_at FROM maturity_model ORDER BY version DESC LIMIT 1")
	if err != nil || len(found) == 0 {
		return v, false, err
	}
	return found[0], true, nil
}

// InsertMaturityModel implements assessment.Tx.
func (tx *Tx) InsertMaturityModel(ctx context.Context, v assessment.ModelVersion) error {
	model, err := json.Marshal(v.Model)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "maturity_model", []string{"version", "model", "by_id", "by_name", "created_at"}, []any{int64(v.Model.Version), string(model), v.ByID, v.ByName, instant(v.CreatedAt)})
}

const assessmentSelect = "SELECT id, assessed_on, note, model, result, by_id, by_name, created_at FROM maturity_assessment"

func scanAssessment(r rows, a *assessment.Assessment) error {
	var model, result string
	if err := r.Scan(&a.ID, scanDate(&a.On), &a.Note, &model, &result, &a.ByID, &a.ByName, scanTime(&a.CreatedAt)); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(model), &a.Model), json.Unmarshal([]byte(result), &a.Result))
}

// MaturityAssessment implements assessment.Reader.
func (tx *Tx) MaturityAssessment(ctx context.Context, id int64) (assessment.Assessment, error) {
	return one(ctx, tx, "assessment.missing", scanAssessment, assessmentSelect+" WHERE id = $1", id)
}

// MaturityAssessments implements assessment.Reader.
func (tx *Tx) MaturityAssessments(ctx context.Context, limit int) ([]assessment.Assessment, error) {
	return collect(ctx, tx, scanAssessment, assessmentSelect+" ORDER BY assessed_on DESC, id DESC LIMIT "+strconv.Itoa(limit))
}

// InsertMaturityAssessment implements assessment.Tx.
func (tx *Tx) InsertMaturityAssessment(ctx context.Context, a assessment.Assessment) error {
	model, modelErr := json.Marshal(a.Model)
	result, resultErr := json.Marshal(a.Result)
	if err := errors.Join(modelErr, resultErr); err != nil {
		return err
	}
	return tx.insertRow(ctx, "maturity_assessment", []string{"id", "assessed_on", "note", "model", "result", "by_id", "by_name", "created_at"},
		[]any{a.ID, a.On.String(), a.Note, string(model), string(result), a.ByID, a.ByName, instant(a.CreatedAt)})
}

// MeetingCounts implements assessment.FactReader.
func (tx *Tx) MeetingCounts(ctx context.Context, from, to calendar.Date) (held, all int64, err error) {
	err = tx.two(ctx, &held, &all, "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'finished' THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM review WHERE held_on >= $1 AND held_on <= $2", from.String(), to.String())
	return held, all, err
}

// ActionCounts implements assessment.FactReader.
func (tx *Tx) ActionCounts(ctx context.Context, from, to calendar.Date) (done, all int64, err error) {
	err = tx.two(ctx, &done, &all, "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM review_action WHERE due_on >= $1 AND due_on <= $2 AND state <> 'dropped'", from.String(), to.String())
	return done, all, err
}

// two reads two numbers.
func (tx *Tx) two(ctx context.Context, a, b *int64, text string, args ...any) error {
	return each(ctx, tx, func(r rows) error { return r.Scan(a, b) }, text, args...)
}

// TrainingTenths implements assessment.FactReader.
func (tx *Tx) TrainingTenths(ctx context.Context, from, to calendar.Date) (tenths, records int64, err error) {
	err = tx.two(ctx, &tenths, &records, "SELECT CAST(COALESCE(SUM(tenths), 0) AS BIGINT), COUNT(*) FROM training WHERE removed_at = '' AND held_on >= $1 AND held_on <= $2", from.String(), to.String())
	return tenths, records, err
}

// QuotaPeople implements assessment.FactReader.
func (tx *Tx) QuotaPeople(ctx context.Context, from, to calendar.Month) ([]assessment.QuotaPerson, error) {
	return collect(ctx, tx, func(r rows, q *assessment.QuotaPerson) error { return r.Scan(&q.PersonID, &q.Of) },
		"SELECT DISTINCT person_id, quantity FROM quota WHERE superseded_in = "+openBatch+" AND amount_minor > 0 AND month >= $1 AND month <= $2 ORDER BY person_id, quantity", from.String(), to.String())
}

// ComponentPay implements assessment.FactReader.
func (tx *Tx) ComponentPay(ctx context.Context, from, to calendar.Month) ([]assessment.ComponentPaid, error) {
	return collect(ctx, tx, func(r rows, c *assessment.ComponentPaid) error { return r.Scan(&c.Plan, &c.Component, &c.Minor) },
		"SELECT l.plan_id, l.component, CAST(SUM(l.amount_minor) AS BIGINT) FROM period p JOIN payout_line l ON l.run_id = p.current_run WHERE p.month >= $1 AND p.month <= $2 GROUP BY l.plan_id, l.component ORDER BY l.plan_id, l.component", from.String(), to.String())
}

// AssessmentFacts returns what package assessment reads besides.
func (db *DB) AssessmentFacts() assessment.FactStore { return assessmentStore{db} }

// ReadFacts implements assessment.FactStore.
func (s assessmentStore) ReadFacts(ctx context.Context, fn func(assessment.FactReader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}
