package tierbook_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// TestOpenCasesAreToldOfTheTier: by the first review and by every change after it; what has ended keeps the tier of its end.
func TestOpenCasesAreToldOfTheTier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	open := opportunity.Opportunity{ID: 1, Name: "产线", CustomerID: h.customer("C1"), OwnerID: h.actor("A", access.RoleSeller, access.ScopeOwn).PersonID, Stage: opportunity.StageNeeds, State: opportunity.StateOpen, AmountMinor: 1, Currency: money.CNY,
		ExpectedOn: september, EndedOn: calendar.NoDate, NextOn: calendar.NoDate, StageSince: h.now, CreatedAt: h.now, CreatedBy: "u", Revision: 1}
	ended := open
	ended.ID, ended.State, ended.EndedOn = 2, opportunity.StateLost, september
	h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
		return tx.PutWorkRows(ctx, store.WorkRows{Opportunities: []opportunity.Opportunity{open, ended}})
	}))
	told := func(id int64) (said []string) {
		h.t.Helper()
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			events, err := tx.CaseEvents(ctx, id)
			for _, e := range events {
				if e.Activity == process.ActivityGraded {
					said = append(said, string(e.Data))
				}
			}
			return err
		}))
		return said
	}
	h.tick(true)
	h.must(h.SetOverride(ctx, h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), tierbook.Override{CustomerID: open.CustomerID, Tier: tier.C, Until: september + 3, Reason: "集团内部往来"}))
	h.to(september + 4)
	h.tick(true)
	if got, want := told(1), []string{`{"from":"","tier":"A"}`, `{"from":"A","tier":"C"}`, `{"from":"C","tier":"A"}`}; !slices.Equal(got, want) {
		t.Errorf("the open case was told %q, want %q", got, want)
	}
	if got := told(2); len(got) != 0 {
		t.Errorf("the lost case was told %q", got)
	}
}
