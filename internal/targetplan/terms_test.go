package targetplan_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
)

// TestTermsAddUpToTheFen: whatever gave somebody a number, the terms that it is taken apart into sum up to it, and each stands once.
func TestTermsAddUpToTheFen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 1_000_000_000_000_00)
		row := targetplan.Row{PersonID: 7, Minor: amount.Draw(t, "minor"), Detail: targetplan.Detail{FreeMinor: amount.Draw(t, "free"), Factor: rapid.Int64Range(0, 10*quota.Million).Draw(t, "factor"), Ability: rapid.Int64Range(0, 5*quota.Million).Draw(t, "ability")}}
		if rapid.Bool().Draw(t, "held") {
			row.Detail.Hold = quota.HoldFixed
		}
		drivers := []quota.Driver{quota.DriverHistory, quota.DriverPotential, quota.DriverPipeline, quota.DriverEven}
		for _, driver := range drivers[:rapid.IntRange(0, len(drivers)).Draw(t, "drivers")] {
			whole := amount.Draw(t, "whole")
			row.Detail.Portions = append(row.Detail.Portions, quota.Portion{Driver: driver, Counts: rapid.Int64Range(0, quota.Million).Draw(t, "counts"), Part: rapid.Int64Range(0, whole).Draw(t, "part"), Whole: whole})
		}
		var changes []targetplan.Change
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			changes = append(changes, targetplan.Change{PersonID: rapid.SampledFrom([]int64{7, 8}).Draw(t, "who"), OtherID: rapid.SampledFrom([]int64{0, 7, 9}).Draw(t, "other"), BeforeMinor: amount.Draw(t, "before"), AfterMinor: amount.Draw(t, "after"),
				State: rapid.SampledFrom([]targetplan.ChangeState{targetplan.ChangeAsked, targetplan.ChangeDone, targetplan.ChangeRefused}).Draw(t, "state")})
		}
		rules := targetplan.Rules{OverPerson: rapid.IntRange(0, 50).Draw(t, "over"), Ability: rapid.Bool().Draw(t, "able")}
		if rapid.Bool().Draw(t, "all year") {
			row.Detail.There, row.Detail.Speed = quota.Million, quota.Million
		}
		sum, seen := int64(0), map[string]bool{}
		for _, term := range targetplan.Terms(&rules, &row, changes) {
			sum += term.Minor
			key := string(term.Kind) + string(term.Driver)
			if lost := term.Kind == targetplan.TermTime && row.Detail.There == quota.Million || term.Kind == targetplan.TermAbility && !rules.Ability; lost && row.Detail.Factor >= quota.Million/100 {
				t.Fatalf("%+v of somebody who loses none", term)
			}
			if term.Minor == 0 || term.Kind != targetplan.TermChange && seen[key] {
				t.Fatalf("%+v", term)
			}
			if term.Kind == targetplan.TermChange && (term.Change.State != targetplan.ChangeDone || term.Change.PersonID != 7 && term.Change.OtherID != 7) {
				t.Fatalf("a change that did nothing here: %+v", term.Change)
			}
			seen[key] = true
		}
		if sum != row.Minor {
			t.Fatalf("the terms come to %d, the number is %d", sum, row.Minor)
		}
	})
}

// TestTermsSayWhatGaveANumber, worked out by hand: of 1,260,000.00 that the shares give with 5 % of over-assignment, 1,200,000.00 are the plain share. The factor of
// 1.2 is ability 1.5 times four fifths of the year: with neither it would be 1,000,000.00, of which history with half of ten counted eight in ten gives 4 : 1 against even.
func TestTermsSayWhatGaveANumber(t *testing.T) {
	t.Parallel()
	row := targetplan.Row{PersonID: 7, Minor: 1_100_000_00, Detail: targetplan.Detail{FreeMinor: 1_260_000_00, Factor: 1_200_000, Ability: 1_500_000, Hold: quota.HoldHigh,
		Portions: []quota.Portion{{Driver: quota.DriverHistory, Counts: 800_000, Part: 5, Whole: 10}, {Driver: quota.DriverEven, Counts: 200_000, Part: 1, Whole: 2}}}}
	change := targetplan.Change{PersonID: 7, BeforeMinor: 500_000_00, AfterMinor: 400_000_00, State: targetplan.ChangeDone}
	want := []targetplan.Term{{Kind: targetplan.TermDriver, Driver: quota.DriverHistory, Minor: 800_000_00}, {Kind: targetplan.TermDriver, Driver: quota.DriverEven, Minor: 200_000_00}, {Kind: targetplan.TermAbility, Minor: 500_000_00},
		{Kind: targetplan.TermTime, Minor: -300_000_00}, {Kind: targetplan.TermOver, Minor: 60_000_00}, {Kind: targetplan.TermHeld, Hold: quota.HoldHigh, Minor: -60_000_00}, {Kind: targetplan.TermChange, Minor: -100_000_00}}
	got := targetplan.Terms(&targetplan.Rules{OverPerson: 5, Ability: true}, &row, []targetplan.Change{change})
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		got[i].Change = nil
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}
