package opportunity

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/process"
)

// withTier adds the tier of the customer to what an event says, where somebody sorted it.
func withTier(said map[string]any, tier string) json.RawMessage {
	if tier != "" {
		said["tier"] = tier
	}
	return process.Data(said)
}

// alterations tells of what process standards may ask of a case besides its events, the amount and the tier of the customer, where a change
// of the record changed it: the case is judged by what it was at each moment.
func alterations(ctx context.Context, tx Tx, old, now Opportunity) (events []process.Event, err error) {
	if now.AmountMinor != old.AmountMinor {
		events = append(events, process.Event{CaseID: now.ID, Activity: process.ActivityAmount, PersonID: now.OwnerID, Data: process.Data(map[string]any{"from": old.AmountMinor, "to": now.AmountMinor})})
	}
	if now.CustomerID != old.CustomerID {
		tier, err := tx.TierOf(ctx, now.CustomerID)
		if err != nil {
			return nil, err
		}
		events = append(events, process.Event{CaseID: now.ID, Activity: process.ActivityCustomer, PersonID: now.OwnerID, Data: process.Data(map[string]any{"from": old.CustomerID, "to": now.CustomerID, "tier": tier})})
	}
	return events, nil
}
