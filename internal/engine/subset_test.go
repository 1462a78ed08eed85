package engine_test

import (
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/proof"
)

// subsetsGiveTheSame: with nothing but what Reads names, every statement has the same bytes. It returns how many there were.
func subsetsGiveTheSame(t rapid.TB, in engine.Input) (statements int) {
	result, err := engine.Run(in)
	if err != nil {
		return 0
	}
	for _, p := range result.Payouts {
		if p.Component != 0 {
			continue
		}
		want, err := result.Statement(p.Person, p.Plan)
		if err != nil {
			t.Fatal(err)
		}
		subset, err := proof.Subset(in, p.Person, p.Plan)
		if err != nil {
			t.Fatal(err)
		}
		again, err := engine.Run(subset)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Statement(subset.Only[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := string(want.AppendJSON(nil)), string(got.AppendJSON(nil)); a != b {
			t.Fatalf("full   %s\nsubset %s", a, b)
		}
		statements++
	}
	return statements
}

func TestReadsIsAllThatAStatementNeeds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { subsetsGiveTheSame(t, source{t}.input()) })
}

func TestReadsIsAllThatContestsPoolsAndGridsNeed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/components/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	statements := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		statements += subsetsGiveTheSame(t, componentCase(t, archive))
	}
	if statements < 20 {
		t.Errorf("%d statements in %d cases", statements, len(files))
	}
}

// collections counts an event over a window.
func collections(id, event string, value plan.CreditsValue, window plan.Window) plan.Measure {
	return plan.Measure{ID: id, Credits: &plan.CreditsMeasure{Event: event, Value: value, Window: window}}
}

// linesOn are a statement's credits as event and payment.
func linesOn(t *testing.T, in engine.Input, plan int32) (lines []string) {
	t.Helper()
	result, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	s, err := result.Statement(0, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Credits {
		lines = append(lines, c.Event+" "+c.Payment)
	}
	return lines
}

// A random failure: two events of one day came as the plans of the run happened to ask for them.
func TestCreditsOfADayComeByEventWhicheverPlansRun(t *testing.T) {
	t.Parallel()
	in := oneSeller()
	in.Crediting.Events = append(in.Crediting.Events, plan.Event{ID: "banked", Fact: plan.FactPayment})
	in.Crediting.Rules = append(in.Crediting.Rules, plan.CreditRule{ID: "whole", Events: []string{"banked"}, To: plan.ToSellers, Share: plan.ShareFullEach})
	pay := &in.Facts.Payments
	pay.Deal, pay.On, pay.AmountFen = append(pay.Deal, 0), append(pay.On, pay.On[0]), append(pay.AmountFen, 500)
	pay.Order, pay.Keys = append(pay.Order, 2), append(pay.Keys, "R-2")
	both, other := linear(), linear()
	both.Measures = append(both.Measures, collections("banked", "banked", plan.CreditsSumAmount, plan.WindowPeriod))
	both.Components = append(both.Components, plan.Component{ID: "second", Pays: both.Components[0].Pays, Round: both.Components[0].Round})
	both.Components[1].Pays.Of = "banked"
	other.ID = "another" // before the other by id, and asks for one of the events
	other.Measures[0].Credits.Event = "banked"
	want := []string{"banked R-1", "banked R-2", "collected R-1", "collected R-2"}
	for _, plans := range [][]*plan.Plan{{both}, {both, other}} {
		in.Plans = plans
		if got := linesOn(t, in, 0); !slices.Equal(got, want) {
			t.Errorf("with %d plans %v, want %v", len(plans), got, want)
		}
	}
}

// A random failure: who has measures over all time alone, and no leader who asks for more, had no credits to show.
func TestMeasuresOverAllTimeShowTheirCredits(t *testing.T) {
	t.Parallel()
	in := oneSeller()
	p := linear()
	p.Measures = []plan.Measure{collections("first", "collected", plan.CreditsFirstDate, plan.WindowEver)}
	p.Components = []plan.Component{{ID: "first", When: []plan.Condition{{Measure: "first", Comparison: plan.InPeriod}}, Pays: plan.Pays{AmountFen: 700}}}
	in.Plans = []*plan.Plan{p}
	if got := linesOn(t, in, 0); !slices.Equal(got, []string{"collected R-1"}) {
		t.Errorf("credits %v", got)
	}
	subsetsGiveTheSame(t, in)
}

// A random failure: somebody whom a crediting rule names, and nobody else does, was cut from the facts, and what the rule deducts with them.
func TestWhoIsNamedByACreditingRuleIsNeeded(t *testing.T) {
	t.Parallel()
	in := oneSeller()
	in.Plans = []*plan.Plan{linear()}
	tenth := decimal.MustParse("10%")
	in.Crediting.Rules = slices.Insert(in.Crediting.Rules, 0, plan.CreditRule{ID: "founder", Events: []string{"collected"}, To: plan.ToPerson, Person: "S9",
		Percent: &tenth, Of: plan.ShareOfFull, Deducts: true})
	founder := in.Facts.Persons[0]
	founder.Key, founder.Spans = "S9", nil
	in.Facts.Persons = append(in.Facts.Persons, founder)
	if n := subsetsGiveTheSame(t, in); n != 1 {
		t.Errorf("%d statements", n)
	}
	result, err := engine.Run(in)
	if err != nil || result.Payouts[0].AmountFen != 27 { // 3 % of 900
		t.Errorf("%+v, %v", result.Payouts, err)
	}
}
