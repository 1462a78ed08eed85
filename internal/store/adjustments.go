package store

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
)

// AdjustmentStore returns the store of package adjustment.
func (db *DB) AdjustmentStore() adjustment.Store { return adjustmentStore{db} }

type adjustmentStore struct{ db *DB }

func (s adjustmentStore) InTx(ctx context.Context, fn func(adjustment.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s adjustmentStore) Read(ctx context.Context, fn func(adjustment.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const (
	adjustmentColumns = `x.id, x.state, x.person_id, x.month, x.plan_id, x.version_id, x.component, x.amount_minor, x.reason, x.evidence, x.paid_in, x.made_by,
	x.made_at, x.decided_by, x.decided_at, x.note, p.key, p.name`
	adjustmentFrom = ` FROM adjustment x JOIN person p ON p.id = x.person_id AND p.superseded_in = ` + openBatch
)

func scanAdjustment(r rows, a *adjustment.Named) error {
	var paidIn string
	err := r.Scan(&a.ID, &a.State, &a.PersonID, scanMonth(&a.Month), &a.PlanID, &a.VersionID, &a.Component, &a.AmountMinor, &a.Reason, &a.Evidence, &paidIn, &a.MadeBy,
		scanTime(&a.MadeAt), &a.DecidedBy, scanTime(&a.DecidedAt), &a.Note, &a.PersonKey, &a.Name)
	if err == nil && paidIn != "" {
		a.PaidIn, err = calendar.ParseMonth(paidIn)
	}
	return err
}

// Adjustment implements adjustment.Reader.
func (tx *Tx) Adjustment(ctx context.Context, id string) (adjustment.Named, error) {
	return one(ctx, tx, "adjustment.not_found", scanAdjustment, "SELECT "+adjustmentColumns+adjustmentFrom+" WHERE x.id = $1", id)
}

// Adjustments implements adjustment.Reader. Ids grow with time, so that they are the cursor.
func (tx *Tx) Adjustments(ctx context.Context, scope access.Scope, filter adjustment.Filter) (page adjustment.Page, err error) {
	c := &filters{}
	c.reach(scope, tx.Today(), "x.person_id", "%s")
	if filter.State != "" {
		c.add("x.state = ?", string(filter.State))
	}
	if filter.Month != 0 {
		c.add("(x.month = ? OR x.paid_in = ?)", filter.Month.String(), filter.Month.String())
	}
	if filter.PersonID != 0 {
		c.add("x.person_id = ?", filter.PersonID)
	}
	if filter.Search != "" {
		c.named("p.search_text", filter.Search)
	}
	if page.Count, err = value[int64](ctx, tx, "SELECT COUNT(*)"+adjustmentFrom+c.where(), c.args...); err != nil {
		return page, err
	}
	if filter.After != "" {
		c.add("(x.made_at, x.id) < (SELECT o.made_at, o.id FROM adjustment o WHERE o.id = ?)", filter.After)
	}
	limit := c.parameter(int64(filter.Limit + 1))
	page.Adjustments, err = collect(ctx, tx, scanAdjustment, "SELECT "+adjustmentColumns+adjustmentFrom+c.where()+" ORDER BY x.made_at DESC, x.id DESC LIMIT "+limit, c.args...)
	if len(page.Adjustments) > filter.Limit {
		page.Adjustments = page.Adjustments[:filter.Limit]
		page.Next = page.Adjustments[filter.Limit-1].ID
	}
	return page, err
}

// InsertAdjustment implements adjustment.Tx.
func (tx *Tx) InsertAdjustment(ctx context.Context, a adjustment.Adjustment) error {
	_, err := tx.exec(ctx, `INSERT INTO adjustment (id, state, person_id, month, plan_id, version_id, component, amount_minor, reason, evidence, paid_in, made_by,
		made_at, decided_by, decided_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, '', '', '')`,
		a.ID, string(a.State), a.PersonID, a.Month.String(), a.PlanID, a.VersionID, a.Component, a.AmountMinor, a.Reason, a.Evidence, a.MadeBy, instant(a.MadeAt))
	return err
}

// DecideAdjustment implements adjustment.Tx: once, and nothing else of it ever changes.
func (tx *Tx) DecideAdjustment(ctx context.Context, a adjustment.Adjustment) error {
	paidIn := ""
	if a.PaidIn != 0 {
		paidIn = a.PaidIn.String()
	}
	return mustChange(ctx, tx, "adjustment.changed_meanwhile", `UPDATE adjustment SET state = $2, paid_in = $3, decided_by = $4, decided_at = $5, note = $6
		WHERE id = $1 AND state = 'proposed'`, a.ID, string(a.State), paidIn, a.DecidedBy, instant(a.DecidedAt), a.Note)
}
