package assessment

import (
	"slices"
	"testing"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/org"
	"xiaoguan/internal/plan"
)

func TestPlansAreSetBesideTargets(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{ID: "core", Layer: plan.LayerCore, Measures: []plan.Measure{
		{ID: "credited", Credits: &plan.CreditsMeasure{Event: "collected"}}, {ID: "quota", Quota: &plan.QuotaMeasure{Of: "collected"}}, {ID: "attainment", Ratio: &plan.RatioMeasure{Of: "credited", To: "quota"}},
		{ID: "years", Tenure: &plan.TenureMeasure{}}, {ID: "visits", Credits: &plan.CreditsMeasure{Event: "visited"}},
	}, Components: []plan.Component{
		{ID: "commission", Pays: plan.Pays{Of: "credited", Table: &plan.Table{By: "attainment"}}},
		{ID: "service", Pays: plan.Pays{AmountFen: 100, Per: "years"}},
		{ID: "visiting", Pays: plan.Pays{AmountFen: 100, Per: "visits"}},
	}}
	levels := map[int64]org.Level{1: org.LevelCore, 2: org.LevelCore, 3: org.LevelRegular}
	quotas := []QuotaPerson{{1, "collected"}, {1, "signed"}, {2, "collected"}, {3, "collected"}, {9, "invoiced"}}
	list := matchLayers(levels, quotas, []*plan.Plan{p})
	if len(list) != 2 || list[0].Layer != plan.LayerRegular || list[1].Layer != plan.LayerCore {
		t.Fatalf("%+v", list)
	}
	regular, core := list[0], list[1]
	if regular.Planned || regular.People != 1 || !slices.Equal(regular.NotPaid, []string{"collected"}) {
		t.Errorf("%+v", regular)
	}
	if core.People != 2 || !slices.Equal(core.Asked, []string{"collected", "signed"}) || !slices.Equal(core.Paid, []string{"collected", "visited"}) || !slices.Equal(core.NotPaid, []string{"signed"}) {
		t.Errorf("%+v", core)
	}
	var matched []bool
	for _, c := range core.Components {
		matched = append(matched, c.Matched)
	}
	if !slices.Equal(matched, []bool{true, false, false}) || len(core.Components[1].Words) != 0 {
		t.Errorf("%+v", core.Components)
	}
}

func TestLinesWeighWhatComponentsPaid(t *testing.T) {
	t.Parallel()
	layers := []LayerMatch{{Layer: plan.LayerRegular, Components: []ComponentMatch{
		{Plan: "regular", PlanName: plan.Text{Zh: "成长型"}, Component: "base", Name: plan.Text{Zh: "回款提成"}, Words: []string{"collected"}, Matched: true},
		{Plan: "regular", PlanName: plan.Text{Zh: "成长型"}, Component: "visits", Name: plan.Text{Zh: "拜访奖"}, Words: []string{"visits"}},
		{Plan: "core", Component: "one"}, {Plan: "core", Component: "two", Matched: true},
	}}}
	lines := linesOf(layers, []ComponentPaid{{Plan: "regular", Component: "base", Minor: 30_000}, {Plan: "regular", Component: "visits", Minor: 10_000}, {Plan: "regular", Component: "gone", Minor: 99_000}, {Plan: "core", Component: "one", Minor: -5}})
	want := []finding.PlanLine{{Plan: "regular", Title: "成长型", Name: "回款提成", Measure: "collected", Weight: 0.75, Asked: finding.AskedYes}, {Plan: "regular", Title: "成长型", Name: "拜访奖", Measure: "visits", Weight: 0.25, Asked: finding.AskedNo},
		{Plan: "core", Name: "one", Weight: 0.25, Asked: finding.AskedNo}, {Plan: "core", Name: "two", Weight: 0.25, Asked: finding.AskedYes}}
	if !slices.Equal(lines, want) {
		t.Errorf("%+v, want %+v", lines, want)
	}
}
