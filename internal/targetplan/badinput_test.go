package targetplan_test

import (
	"errors"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
)

// TestBadInputOfAYear: whatever the facts lack, the year is split exactly, what was assumed or cannot be met is said, and every number can be taken apart.
func TestBadInputOfAYear(t *testing.T) {
	t.Parallel()
	of := func(in *targetplan.Input, value func(person, month int) int64) {
		for i := range in.People {
			for m := range in.People[i].Months {
				in.Totals[m] -= in.People[i].Months[m]
				in.People[i].Months[m] = value(i, m)
				in.Totals[m] += in.People[i].Months[m]
			}
		}
	}
	for _, c := range []struct {
		name    string
		people  int
		change  func(in *targetplan.Input, r *targetplan.Rules)
		problem quota.Problem
	}{
		{"no history of anybody", 10, func(in *targetplan.Input, r *targetplan.Rules) {
			of(in, func(int, int) int64 { return 0 })
			for i := range in.People {
				in.People[i].Pipeline = 0
			}
		}, quota.ProblemNoData},
		{"one seller", 1, func(*targetplan.Input, *targetplan.Rules) {}, ""},
		{"one of ten without history", 10, func(in *targetplan.Input, _ *targetplan.Rules) {
			of(in, func(i, m int) int64 {
				if i == 3 {
					return 0
				}
				return in.People[i].Months[m]
			})
		}, ""},
		{"more went back than came in", 10, func(in *targetplan.Input, _ *targetplan.Rules) {
			of(in, func(i, m int) int64 {
				if i == 3 {
					return -70_000_00
				}
				return in.People[i].Months[m]
			})
		}, ""},
		{"a region closed in mid-year", 40, func(in *targetplan.Input, _ *targetplan.Rules) {
			for i := range in.People[:20] { // the first region
				in.People[i].Left = (firstMonth + 6).First()
			}
		}, ""},
		{"promised more than the target", 10, func(_ *targetplan.Input, r *targetplan.Rules) {
			r.Hands = map[string]targetplan.Hand{}
			for _, unit := range []string{"p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10"} {
				r.Hands[unit] = targetplan.Hand{LowMinor: r.YearMinor, Note: "已签框架"}
			}
		}, quota.ProblemFloors},
		{"a market that nobody knows", 40, func(in *targetplan.Input, r *targetplan.Rules) {
			r.History, r.Potential, r.Pipeline, r.Even = 0, 100, 0, 0
			in.Places[0].Potential = 5_000_000_00
		}, quota.ProblemNoPotential},
		{"no market that anybody knows", 40, func(_ *targetplan.Input, r *targetplan.Rules) {
			r.History, r.Potential, r.Pipeline, r.Even = 50, 50, 0, 0
		}, quota.ProblemNoData},
		{"everybody hired at the end of the year", 5, func(in *targetplan.Input, _ *targetplan.Rules) {
			for i := range in.People {
				in.People[i].Hired = (firstMonth + 11).First()
			}
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, rules := made(c.people), targetplan.UsualRules()
			rules.YearMinor, rules.Core = 12_345_678_91, 0
			c.change(in, &rules)
			if err := rules.Validate(firstMonth); err != nil {
				t.Fatal(err)
			}
			_, rows, summary := solve(t, in, rules)
			found := c.problem == ""
			for _, f := range summary.Findings {
				found = found || f.Problem == c.problem
			}
			if !found {
				t.Errorf("%q is not said: %+v", c.problem, summary.Findings)
			}
			below := map[string]int64{}
			for _, row := range rows {
				below[row.Parent] += row.Minor
				if row.Minor < 0 || row.Months.Sum() != row.Minor && row.PersonID != 0 {
					t.Errorf("%s is asked for %d, by months %v", row.Unit, row.Minor, row.Months)
				}
				if row.PersonID == 0 {
					continue
				}
				sum := int64(0)
				for _, term := range targetplan.Terms(&rules, &row, nil) {
					sum += term.Minor
				}
				if sum != row.Minor {
					t.Errorf("%s: the terms come to %d of %d", row.Unit, sum, row.Minor)
				}
			}
			for _, row := range rows {
				if sum, has := below[row.Unit]; has && sum != row.Minor+row.Detail.OverMinor {
					t.Errorf("below %s stand %d, it has %d and %d beyond", row.Unit, sum, row.Minor, row.Detail.OverMinor)
				}
			}
			if below[""] != rules.YearMinor {
				t.Errorf("the company has %d", below[""])
			}
		})
	}
}

// TestWeightsThatDoNotAddUp are refused with their sum, and so is a year without a target.
func TestWeightsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	rules := targetplan.UsualRules()
	rules.YearMinor, rules.History = 1_000_000_00, 40
	known, ok := errors.AsType[*errs.Error](rules.Validate(calendar.NewMonth(2027, 1)))
	if !ok || len(known.Fields) != 1 || known.Fields[0].Path != "history" || known.Fields[0].Message.Key != "targetplan.weights_sum" || known.Fields[0].Message.Args["Sum"] != 90 {
		t.Errorf("%+v", known)
	}
}
