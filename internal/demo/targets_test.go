package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/targetplan"
)

// checkTargets wants the targets of this year published for the months to come, and those of the next in discussion, with numbers from below and an objection.
func checkTargets(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	plans, err := f.TargetPlans.List(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	states := map[targetplan.State]targetplan.Plan{}
	for _, p := range plans {
		states[p.State] = p
	}
	published, discussed := states[targetplan.StatePublished], states[targetplan.StateDiscussion]
	if len(plans) != 2 || published.From != today.Month()+1 || discussed.FiscalYear != published.FiscalYear+1 {
		t.Fatalf("%+v", plans)
	}
	if !discussed.Summary.Feasible() || discussed.Summary.Tested == 0 || discussed.Summary.BaseEnough == 0 || len(discussed.Summary.Apart) == 0 {
		t.Errorf("%+v", discussed.Summary)
	}
	v, err := f.TargetPlans.Get(ctx, actor, discussed.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if v.Unit == nil || v.Unit.OwnPeople == 0 || len(v.Objections) != 1 || len(v.Rows) < 2 {
		t.Errorf("%d from below, %d objections", v.Unit.OwnPeople, len(v.Objections))
	}
	fair, err := f.TargetPlans.Fairness(ctx, actor, 0, "")
	if err != nil || fair.Hidden || len(fair.Tests) < 12 {
		t.Errorf("%d tests of fairness, %v", len(fair.Tests), err)
	}
	if v, err = f.TargetPlans.Get(ctx, actor, published.ID, ""); err != nil || v.Accepted == 0 {
		t.Errorf("%d accepted, %v", v.Accepted, err)
	}
}
