package contract_test

import (
	"testing"

	"xiaoguan/internal/contract"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
)

// TestAnInstalmentThatIsLateIsToldOnce: the day after, whoever asks how often, and not for what was paid or is long past.
func TestAnInstalmentThatIsLateIsToldOnce(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		c := h.signed("HT-late")
		_, err := h.SetPlan(ctx, h.actors["A"], contract.Plan{ID: c.ID, Seen: c.Revision, Instalments: []contract.PlanEntry{
			{Name: "早就到期", DueOn: today - 20, AmountMinor: 10_000_00}, {Name: "昨天到期", DueOn: today - 1, AmountMinor: 20_000_00}, {Name: "今天到期", DueOn: today, AmountMinor: c.AmountMinor - 30_000_00}}})
		h.must(err)
		for _, want := range []int{1, 0} {
			if got, err := h.NoteOverdue(ctx); err != nil || got != want {
				h.t.Errorf("told of %d, want %d: %v", got, want, err)
			}
		}
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			events, err := tx.CaseEvents(ctx, c.OpportunityID)
			var said []string
			for _, e := range events {
				if e.Activity == process.ActivityOverdue {
					said = append(said, string(e.Data))
				}
			}
			if len(said) != 1 {
				h.t.Errorf("the case knows of %q", said)
			}
			return err
		}))
	})
}
