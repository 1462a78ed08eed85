package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
)

// Budgets returns the store of package budget.
func (db *DB) Budgets() budget.Store { return budgetStore{db} }

type budgetStore struct{ db *DB }

func (s budgetStore) InTx(ctx context.Context, fn func(budget.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s budgetStore) Read(ctx context.Context, fn func(budget.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// Budget implements budget.Reader.
func (tx *Tx) Budget(ctx context.Context, fiscalYear int) (v budget.Version, err error) {
	found, err := collect(ctx, tx, func(r rows, v *budget.Version) error {
		var lines string
		if err := r.Scan(&v.FiscalYear, &v.Number, &v.Note, &v.CreatedBy, scanTime(&v.CreatedAt), &lines); err != nil {
			return err
		}
		return json.Unmarshal([]byte(lines), &v.Lines)
	}, `SELECT fiscal_year, number, note, created_by, created_at, lines FROM budget WHERE fiscal_year = $1 ORDER BY number DESC LIMIT 1`, int64(fiscalYear))
	if err != nil || len(found) == 0 {
		return budget.Version{FiscalYear: fiscalYear}, err
	}
	return found[0], nil
}

// InsertBudget implements budget.Tx.
func (tx *Tx) InsertBudget(ctx context.Context, v budget.Version) error {
	lines, err := json.Marshal(v.Lines)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO budget (fiscal_year, number, note, created_by, created_at, lines) VALUES ($1, $2, $3, $4, $5, $6)`,
		int64(v.FiscalYear), int64(v.Number), v.Note, v.CreatedBy, instant(v.CreatedAt), string(lines))
	return err
}

// PaidByPlan implements budget.Reader.
func (tx *Tx) PaidByPlan(ctx context.Context, first, last calendar.Month) ([]budget.Paid, error) {
	return collect(ctx, tx, func(r rows, p *budget.Paid) error {
		return r.Scan(scanMonth(&p.Month), &p.PlanID, &p.Closed, &p.AmountMinor)
	}, `SELECT p.month, l.plan_id, p.state = 'closed', CAST(SUM(l.amount_minor) AS BIGINT) FROM period p JOIN payout_line l ON l.run_id = p.current_run
		WHERE p.month >= $1 AND p.month <= $2 GROUP BY p.month, l.plan_id, p.state ORDER BY p.month, l.plan_id`, first.String(), last.String())
}
