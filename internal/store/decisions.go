package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
)

// DecisionStore returns the store of package decision.
func (db *DB) DecisionStore() decision.Store { return decisionStore{db} }

type decisionStore struct{ db *DB }

// InTx implements decision.Store.
func (s decisionStore) InTx(ctx context.Context, fn func(decision.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements decision.Store.
func (s decisionStore) Read(ctx context.Context, fn func(decision.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var decisionColumns = []string{"id", "title", "detail", "decided_on", "person_id", "by_id", "by_name", "review_id", "evidence", "evidence_count", "expected", "due_on", "state", "outcome", "outcome_values", "closed_at", "closed_name", "created_at", "revision"}

func decisionValues(d *decision.Decision) ([]any, error) {
	evidence, evidenceErr := json.Marshal(d.Evidence)
	then, thenErr := json.Marshal(d.Then)
	return []any{d.ID, d.Title, d.Detail, d.On.String(), d.PersonID, d.ByID, d.ByName, d.ReviewID, string(evidence), int64(len(d.Evidence)), d.Expected, d.DueOn.String(), string(d.State), d.Outcome, string(then), instant(d.ClosedAt), d.ClosedName, instant(d.CreatedAt), d.Revision}, errors.Join(evidenceErr, thenErr)
}

func scanDecision(r rows, d *decision.Decision) error {
	var evidence, then string
	var count int64
	if err := r.Scan(&d.ID, &d.Title, &d.Detail, scanDate(&d.On), &d.PersonID, &d.ByID, &d.ByName, &d.ReviewID, &evidence, &count, &d.Expected, scanDate(&d.DueOn), &d.State, &d.Outcome, &then, scanTime(&d.ClosedAt), &d.ClosedName, scanTime(&d.CreatedAt), &d.Revision); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(evidence), &d.Evidence), json.Unmarshal([]byte(then), &d.Then))
}

var decisionSelect = "SELECT " + strings.Join(decisionColumns, ", ") + " FROM decision"

// Decision implements decision.Reader.
func (tx *Tx) Decision(ctx context.Context, id int64) (decision.Decision, error) {
	return one(ctx, tx, "decision.missing", scanDecision, decisionSelect+" WHERE id = $1", id)
}

func decisionFilters(f decision.Filter) *filters {
	c := &filters{}
	if f.State != "" {
		c.add("state = ?", string(f.State))
	}
	if f.From != calendar.NoDate {
		c.add("decided_on >= ?", f.From.String())
	}
	if f.Due != calendar.NoDate {
		c.add("due_on = ?", f.Due.String())
	}
	if !f.All {
		own := "by_id = " + c.parameter(f.UserID)
		if len(f.Persons) > 0 {
			own += " OR person_id IN (" + listed(f.Persons) + ")"
		}
		c.add("(" + own + ")")
	}
	return c
}

// Decisions implements decision.Reader.
func (tx *Tx) Decisions(ctx context.Context, f decision.Filter) ([]decision.Decision, error) {
	c := decisionFilters(f)
	return collect(ctx, tx, scanDecision, decisionSelect+c.where()+" ORDER BY decided_on DESC, id DESC LIMIT "+strconv.Itoa(f.Limit), c.args...)
}

// DecisionMonths implements decision.Reader.
func (tx *Tx) DecisionMonths(ctx context.Context, f decision.Filter) ([]decision.Month, error) {
	c := decisionFilters(f)
	return collect(ctx, tx, func(r rows, m *decision.Month) error { return r.Scan(scanMonth(&m.Month), &m.Logged, &m.WithEvidence) },
		"SELECT q.month, COUNT(*), CAST(SUM(q.known) AS BIGINT) FROM (SELECT substr(decided_on, 1, 7) AS month, CASE WHEN evidence_count > 0 THEN 1 ELSE 0 END AS known FROM decision"+c.where()+") q GROUP BY q.month ORDER BY q.month DESC", c.args...)
}

// InsertDecision implements decision.Tx.
func (tx *Tx) InsertDecision(ctx context.Context, d decision.Decision) error {
	values, err := decisionValues(&d)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "decision", decisionColumns, values)
}

// SaveDecision implements decision.Tx.
func (tx *Tx) SaveDecision(ctx context.Context, d decision.Decision) error {
	values, err := decisionValues(&d)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "decision", "decision.changed_meanwhile", decisionColumns, values)
}
