package tierbook

import (
	"context"
	"slices"

	"xiaoguan/internal/process"
)

// tellCases tells the open cases of customers whose tier changed: the process standard may ask for other things of another tier.
func tellCases(ctx context.Context, tx Tx, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	of := map[int64]Change{}
	var customers []int64
	for _, c := range changes {
		of[c.CustomerID] = c
		customers = append(customers, c.CustomerID)
	}
	slices.Sort(customers)
	cases, err := tx.OpenCasesOf(ctx, slices.Compact(customers))
	if err != nil {
		return err
	}
	now := tx.Now()
	var events []process.Event
	for _, one := range cases {
		c := of[one.CustomerID]
		events = append(events, process.Event{CaseID: one.CaseID, Activity: process.ActivityGraded, OccurredAt: now, RecordedAt: now, ActorID: c.ActorID, Source: Standing{CustomerID: one.CustomerID}.Subject(),
			Data: process.Data(map[string]any{"from": c.From, "tier": c.To})})
	}
	return tx.AppendEvents(ctx, events)
}
