package engine_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// changed runs an input with other components.
func changed(t rapid.TB, in engine.Input, change func(c *plan.Component)) *engine.Result {
	t.Helper()
	other := in
	other.Plans = nil
	for _, p := range in.Plans {
		copied := *p
		copied.Components = slices.Clone(p.Components)
		for i := range copied.Components {
			change(&copied.Components[i])
		}
		other.Plans = append(other.Plans, &copied)
	}
	result, err := engine.Run(other)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestStepsThatChangeNothingChangeNothing sends components the long way, with a step that does nothing: pay, and all of the trace, must be
// that of the short way.
func TestStepsThatChangeNothingChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := source{rt}.input()
		want, err := engine.Run(in)
		if err != nil {
			rt.Skip(err)
		}
		got := changed(rt, in, func(c *plan.Component) { c.PaysIn = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12} })
		if diff := cmp.Diff(want.Payouts, got.Payouts); diff != "" {
			rt.Fatal(diff)
		}
		for _, p := range want.Payouts {
			a, err := want.Statement(p.Person, p.Plan)
			if err != nil {
				rt.Fatal(err)
			}
			b, err := got.Statement(p.Person, p.Plan)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(string(a.AppendJSON(nil)), string(b.AppendJSON(nil))); diff != "" {
				rt.Fatal(diff)
			}
		}
	})
}

// TestAGridOfOneFieldIsALookup: rates by product category come to the same in either form, and a table of one line with equal ends is
// its multiplier.
func TestAGridOfOneFieldIsALookup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := source{rt}.input()
		want, err := engine.Run(in)
		if err != nil {
			rt.Skip(err)
		}
		grids := 0
		got := changed(rt, in, func(c *plan.Component) {
			if c.Pays.Rate == nil || c.Pays.Rate.Lookup == "" {
				return
			}
			grids++
			grid := &plan.Grid{By: []plan.Dimension{{Field: c.Pays.Rate.Lookup}}, Otherwise: c.Pays.Rate.Otherwise}
			for _, row := range c.Pays.Rate.Rows {
				grid.By[0].Keys, grid.Cells = append(grid.By[0].Keys, row.Key), append(grid.Cells, row.Rate)
			}
			c.Pays.Rate = &plan.Rate{Grid: grid}
		})
		if diff := cmp.Diff(want.Payouts, got.Payouts); diff != "" {
			rt.Fatal(grids, diff)
		}
	})
}

// TestAPoolIsGivenOutWhole: the parts add up to the pool, nobody gets less than nothing, and a larger weight never gets less.
func TestAPoolIsGivenOutWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := source{rt}.input()
		amount := rapid.Int64Range(1, 1_000_000).Draw(rt, "pool")
		p := linear()
		p.Components[0].Pays = plan.Pays{FurtherPays: plan.FurtherPays{Pool: &plan.Pool{AmountFen: amount, Among: plan.GroupPlan, By: "credited"}}}
		in.Plans = []*plan.Plan{p}
		result, err := engine.Run(in)
		if err != nil {
			rt.Skip(err)
		}
		sum, pays := int64(0), map[int64]int64{}
		for _, payout := range result.Payouts {
			s, err := result.Statement(payout.Person, payout.Plan)
			if err != nil {
				rt.Fatal(err)
			}
			weight, err := decimal.Parse(s.Measures[0].Exact)
			if err != nil {
				rt.Fatal(err)
			}
			pays[max(weight.Rat().Num().Int64(), 0)] = payout.AmountFen
			sum += payout.AmountFen
			if payout.AmountFen < 0 {
				rt.Fatalf("%+v", payout)
			}
		}
		delete(pays, 0)
		if (len(pays) > 0) != (sum == amount) || (len(pays) == 0 && sum != 0) {
			rt.Fatalf("a pool of %d gave %d: %v", amount, sum, pays)
		}
		for heavy, more := range pays {
			for light, less := range pays {
				if light < heavy && less > more+1 {
					rt.Fatalf("%d got %d, %d got %d", light, less, heavy, more)
				}
			}
		}
	})
}
