package servicecase

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/process"
)

// handedOverDays is how long ago a signature may lie for its case to count as handed over by whom the customer is given to.
const handedOverDays = 90

// handOver tells the process of the customer's freshly signed cases, of which that was not told yet, that somebody of service looks after them.
func (s *Service) handOver(ctx context.Context, tx Tx, actor access.Actor, customerID, ownerID int64) error {
	if ownerID == 0 {
		return nil
	}
	ids, err := tx.NotHandedOver(ctx, customerID, calendar.DateOf(s.now())-handedOverDays)
	if err != nil {
		return err
	}
	now := tx.Now()
	events := make([]process.Event, 0, len(ids))
	for _, id := range ids {
		events = append(events, process.Event{CaseID: id, Activity: process.ActivityHandedOver, OccurredAt: now, RecordedAt: now, PersonID: ownerID, ActorID: actor.UserID, Source: "customer:" + number(customerID)})
	}
	return tx.AppendEvents(ctx, events)
}
