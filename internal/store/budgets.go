package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
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
	list, err := collect(ctx, tx, func(r rows, p *budget.Paid) error {
		return r.Scan(scanMonth(&p.Month), &p.PlanID, &p.Closed, &p.AccruedMinor, &p.PaidMinor)
	}, `SELECT z.month, z.plan_id, z.closed, CAST(SUM(z.accrued) AS BIGINT), CAST(SUM(z.paid) AS BIGINT) FROM (
		SELECT p.month, l.plan_id, p.state = 'closed' AS closed, CASE WHEN p.state = 'closed' THEN 0 ELSE l.amount_minor END AS accrued, l.amount_minor AS paid
			FROM period p JOIN payout_line l ON l.run_id = p.current_run WHERE p.month >= $1 AND p.month <= $2
		UNION ALL SELECT p.month, a.plan_id, p.state = 'closed', CASE WHEN p.state = 'closed' THEN 0 ELSE a.amount_minor END, a.amount_minor
			FROM period p JOIN run_addition a ON a.run_id = p.current_run WHERE p.month >= $1 AND p.month <= $2
		UNION ALL SELECT p.month, s.plan_id, p.state = 'closed', 0, s.paid_minor - s.earned_minor
			FROM period p JOIN settlement s ON s.run_id = p.current_run WHERE p.month >= $1 AND p.month <= $2
		UNION ALL SELECT p.month, e.plan_id, 1 = 1, CASE WHEN e.debit LIKE 'expense:%' THEN e.amount_minor WHEN e.credit LIKE 'expense:%' THEN -e.amount_minor ELSE 0 END, 0
			FROM period p JOIN ledger_entry e ON e.month = p.month AND e.currency <> $3 AND e.plan_id <> $4 AND e.plan_id <> $5
			WHERE p.state = 'closed' AND p.month >= $1 AND p.month <= $2
		UNION ALL SELECT p.month, $4, 1 = 1, COALESCE(g.amount_minor, 0), COALESCE(g.amount_minor, 0)
			FROM period p LEFT JOIN reward_grant g ON g.month = p.month WHERE p.state = 'closed' AND p.month >= $1 AND p.month <= $2
		UNION ALL SELECT p.month, $4, 1 = 1, 0, s.amount_minor
			FROM period p JOIN reward_grant_step s ON s.month = p.month WHERE p.state = 'closed' AND p.month >= $1 AND p.month <= $2) z
		GROUP BY z.month, z.plan_id, z.closed ORDER BY z.month, z.plan_id`, first.String(), last.String(), string(reward.Points), reward.GrantPlan, reward.PayrollPlan)
	if err != nil {
		return nil, err
	}
	return tx.withSettledExpense(ctx, list)
}

// withSettledExpense adds to the months that are not closed what their settlements cost or save: what is guaranteed, taken back and lapses. Closed months
// have it in the ledger.
func (tx *Tx) withSettledExpense(ctx context.Context, list []budget.Paid) ([]budget.Paid, error) {
	seen := map[calendar.Month]bool{}
	for _, paid := range list {
		if paid.Closed || seen[paid.Month] {
			continue
		}
		seen[paid.Month] = true
		p, err := tx.Period(ctx, paid.Month)
		if err != nil {
			return nil, err
		}
		rows, err := tx.Settlements(ctx, p.CurrentRun)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			result, err := payout.OpenSettlement(row)
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(list, func(p budget.Paid) bool { return p.Month == paid.Month && p.PlanID == row.PlanID })
			for _, e := range reward.SettlementEntries(reward.Settled{Month: paid.Month, PersonID: row.PersonID, PlanID: row.PlanID, Result: result}) {
				switch {
				case strings.HasPrefix(string(e.Debit), "expense:"):
					list[at].AccruedMinor += e.AmountMinor
				case strings.HasPrefix(string(e.Credit), "expense:"):
					list[at].AccruedMinor -= e.AmountMinor
				}
			}
		}
	}
	return list, nil
}
