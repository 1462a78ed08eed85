package tierbook

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// KeepingTx is what noting a contact needs of a transaction that writes more.
type KeepingTx interface {
	PolicyReader
	// CustomerStanding returns where a customer stands. Errors: not found, also before the first judgement.
	CustomerStanding(ctx context.Context, customerID int64) (Standing, error)
	// MarkContacted notes the last contact with a customer and when the next one is due. It is no decision: the revision stays.
	MarkContacted(ctx context.Context, customerID int64, last, due calendar.Date) error
}

// Contacted begins the rhythm of contact of a customer anew, within the transaction that records the contact. An earlier one than is known
// changes nothing, nor does one with a customer whom nobody follows or who was not judged yet; the next review counts it anyhow.
func (s *Service) Contacted(ctx context.Context, tx KeepingTx, customerID int64, on calendar.Date) (err error) {
	defer errs.Wrap(&err, "tierbook.Contacted(%d)", customerID)
	standing, err := tx.CustomerStanding(ctx, customerID)
	switch {
	case errs.Is(err, errs.KindNotFound):
		return nil
	case err != nil:
		return err
	case standing.ContactDue == calendar.NoDate, on <= standing.LastContact:
		return nil
	}
	_, policy, err := inForce(ctx, tx, s.today())
	if err != nil {
		return err
	}
	return tx.MarkContacted(ctx, customerID, on, on+calendar.Date(policy.ServiceOf(standing.Result.Tier).ContactDays))
}
