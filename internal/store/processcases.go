package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/process"
	"xiaoguan/internal/tierbook"
)

// TierOf implements opportunity.Tx.
func (tx *Tx) TierOf(ctx context.Context, customerID int64) (string, error) {
	return value[string](ctx, tx, "SELECT COALESCE((SELECT tier FROM tier_standing WHERE customer_id = $1), '')", customerID)
}

// OpenCasesOf implements tierbook.Tx.
func (tx *Tx) OpenCasesOf(ctx context.Context, customerIDs []int64) ([]tierbook.OpenCase, error) {
	if len(customerIDs) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, c *tierbook.OpenCase) error { return r.Scan(&c.CaseID, &c.CustomerID) },
		"SELECT id, customer_id FROM opportunity WHERE customer_id IN ("+listed(customerIDs)+") AND state = 'open' ORDER BY id")
}

// NotHandedOver implements servicecase.Tx.
func (tx *Tx) NotHandedOver(ctx context.Context, customerID int64, since calendar.Date) ([]int64, error) {
	return collect(ctx, tx, scanID, `SELECT o.id FROM opportunity o WHERE o.customer_id = $1 AND o.state = 'won' AND o.ended_on >= $2
		AND NOT EXISTS (SELECT 1 FROM process_event e WHERE e.case_id = o.id AND e.activity = $3) ORDER BY o.id`, customerID, since.String(), string(process.ActivityHandedOver))
}
