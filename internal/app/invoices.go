package app

import (
	"context"
	"fmt"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/opportunity"
)

// noteInvoice lends the transaction in which an invoice is recorded to package opportunity, whose process is told: the store's transaction is both.
func (a *App) noteInvoice(ctx context.Context, tx deal.Tx, actorID, key string) error {
	lent, ok := tx.(opportunity.Tx)
	if !ok {
		return fmt.Errorf("app: the transaction of an invoice is none of opportunities: %T", tx)
	}
	return a.Opportunities.NoteInvoice(ctx, lent, actorID, key)
}
