package payout_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// TestClosedMonthsBecomeTheEnginesInput: lines by component with a sum for each plan and month; other plans and people say nothing.
func TestClosedMonthsBecomeTheEnginesInput(t *testing.T) {
	t.Parallel()
	july := calendar.NewMonth(2026, 7)
	line := func(person int64, document, component string, amount, carried int64) payout.EarlierLine {
		return payout.EarlierLine{Month: july, Line: payout.Line{PersonID: person, PlanID: document, Component: component, AmountMinor: amount, CarriedMinor: carried}}
	}
	rules := planbook.InForce{Plans: []*plan.Plan{{ID: "regular"}}, PlanVersions: []planbook.Version{{ID: "v1", DocumentID: "d1"}}}
	got := payout.EarlierPay([]payout.EarlierLine{
		line(7, "d1", "commission", 800, 50), line(7, "d1", "bonus", 100, 0), line(7, "d2", "commission", 1, 1), line(9, "d1", "commission", 1, 1),
	}, &payout.Loaded{PersonIDs: []int64{3, 7}}, rules)
	want := []engine.EarlierPay{
		{Person: 1, Plan: "regular", Component: "commission", Month: july, AmountFen: 800, CarriedFen: 50},
		{Person: 1, Plan: "regular", Month: july, AmountFen: 900},
		{Person: 1, Plan: "regular", Component: "bonus", Month: july, AmountFen: 100},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyCapsOfLongerSpansAskForClosedMonths(t *testing.T) {
	t.Parallel()
	year := &plan.Limit{AmountFen: 1, FurtherLimit: plan.FurtherLimit{Over: plan.LimitOverYear}}
	for name, c := range map[string]struct {
		plan plan.Plan
		want bool
	}{
		"a cap of the month":      {plan.Plan{Components: []plan.Component{{Cap: &plan.Limit{AmountFen: 1}}}}, false},
		"a cap of the year":       {plan.Plan{Components: []plan.Component{{Cap: year}}}, true},
		"the plan's cap":          {plan.Plan{Cap: year}, true},
		"an excess carried along": {plan.Plan{Components: []plan.Component{{Cap: &plan.Limit{FurtherLimit: plan.FurtherLimit{Carried: true}}}}}, true},
	} {
		if got := payout.NeedsEarlier(planbook.InForce{Plans: []*plan.Plan{&c.plan}}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
