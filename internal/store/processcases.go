package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/opportunity"
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

// UntoldInvoices implements opportunity.Tx.
func (tx *Tx) UntoldInvoices(ctx context.Context, key string, from calendar.Date, limit int) ([]opportunity.Invoiced, error) {
	which := "i.invoiced_on >= $3"
	args := []any{string(process.ActivityInvoiced), int64(limit), from.String()}
	if key != "" {
		which, args[2] = "i.key = $3", key
	}
	return collect(ctx, tx, func(r rows, i *opportunity.Invoiced) error {
		return r.Scan(&i.OpportunityID, &i.Key, scanDate(&i.On), &i.AmountMinor)
	}, `SELECT o.id, i.key, i.invoiced_on, i.amount_minor FROM invoice i JOIN deal d ON d.id = i.deal_id AND d.superseded_in = `+openBatch+`
		JOIN opportunity o ON o.deal_key = d.key AND o.deal_key <> '' AND o.state = 'won' WHERE i.superseded_in = `+openBatch+` AND i.amount_minor > 0 AND `+which+`
		AND NOT EXISTS (SELECT 1 FROM process_event e WHERE e.case_id = o.id AND e.activity = $1 AND e.source = 'invoice:' || i.key) ORDER BY i.invoiced_on, i.key LIMIT $2`, args...)
}

// FreshlyOverdue implements contract.Tx.
func (tx *Tx) FreshlyOverdue(ctx context.Context, from, before calendar.Date, limit int) ([]contract.Overdue, error) {
	return collect(ctx, tx, func(r rows, o *contract.Overdue) error {
		return r.Scan(&o.ContractID, &o.OpportunityID, scanDate(&o.DueOn), &o.LeftMinor, &o.Source)
	}, `SELECT c.id, c.opportunity_id, i.due_on, i.left_minor, 'instalment:' || i.id FROM instalment i JOIN contract c ON c.id = i.contract_id
		WHERE i.left_minor > 0 AND i.due_on >= $1 AND i.due_on < $2 AND c.state = 'signed' AND c.opportunity_id <> 0
		AND NOT EXISTS (SELECT 1 FROM process_event e WHERE e.case_id = c.opportunity_id AND e.activity = $3 AND e.source = 'instalment:' || i.id)
		ORDER BY i.due_on, i.id LIMIT $4`, from.String(), before.String(), string(process.ActivityOverdue), int64(limit))
}
