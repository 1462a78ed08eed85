package quota_test

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
)

var levelNames = []string{"newcomer", "regular", "core", ""}

func drawYear(t *rapid.T, name string, most int64) *quota.Year {
	if !rapid.Bool().Draw(t, name+"?") {
		return nil
	}
	y := quota.Year{}
	for m := range y {
		y[m] = rapid.Int64Range(0, most).Draw(t, name)
	}
	return &y
}

func drawUnit(t *rapid.T, id string, depth int) quota.Unit {
	amount := rapid.Int64Range(0, 5_000_000_00)
	u := quota.Unit{
		ID: id, HistoryMinor: rapid.Int64Range(-1000, 5_000_000_00).Draw(t, "history"), LastMinor: rapid.Int64Range(-1000, 5_000_000_00).Draw(t, "last"), PotentialMinor: amount.Draw(t, "potential"), PipelineMinor: amount.Draw(t, "pipeline"),
		Available: drawYear(t, "available", quota.Million), Ramp: drawYear(t, "ramp", 2*quota.Million), Ability: rapid.Int64Range(0, 2*quota.Million).Draw(t, "ability"),
		Level: rapid.SampledFrom(levelNames).Draw(t, "level"), Territory: rapid.SampledFrom([]string{"", "east"}).Draw(t, "territory"),
	}
	if rapid.IntRange(0, 3).Draw(t, "unknown") == 0 {
		u.PotentialMinor = quota.Unknown
	}
	if season := drawYear(t, "season", 1000); season != nil && season.Sum() > 0 {
		u.Season = season
	}
	switch rapid.IntRange(0, 5).Draw(t, "bound") {
	case 0:
		u.LowMinor = amount.Draw(t, "low")
	case 1:
		u.HighMinor = amount.Draw(t, "high")
	case 2:
		fixed := amount.Draw(t, "fixed")
		u.FixedMinor = &fixed
	}
	if depth > 0 {
		for k := range rapid.IntRange(0, 5).Draw(t, "children") {
			u.Children = append(u.Children, drawUnit(t, fmt.Sprintf("%s.%d", id, k), depth-1))
		}
	}
	return u
}

func drawRequest(t *rapid.T) quota.Request {
	r := quota.Request{
		YearMinor: rapid.Int64Range(0, 20_000_000_00).Draw(t, "year"), Blend: quota.UsualBlend(), Ratios: quota.UsualRatios(),
		Bounds: quota.Bounds{Down: rapid.SampledFrom([]int64{0, 200_000}).Draw(t, "down"), Up: rapid.SampledFrom([]int64{0, 500_000}).Draw(t, "up")},
		Root:   drawUnit(t, "0", 3),
	}
	for m := range r.Season {
		r.Season[m] = rapid.Int64Range(1, 100).Draw(t, "season")
	}
	if rapid.Bool().Draw(t, "growth") {
		r.Growth = &quota.Growth{Untapped: rapid.Int64Range(0, quota.Million).Draw(t, "untapped"), Attainable: quota.Million}
	}
	if rapid.Bool().Draw(t, "over") {
		r.Over = []int64{0, 100_000, 150_000}
	}
	return r
}

func solve(t rapid.TB, r quota.Request) quota.Split {
	t.Helper()
	split, err := quota.Solve(r)
	if err != nil {
		t.Fatal(err)
	}
	return split
}

// TestSumsAreExact: every year is its twelve months, every parent what its children have less what is over, and what is over is what was asked for
// unless a finding says otherwise.
func TestSumsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequest(t)
		split := solve(t, r)
		children := map[string][]quota.Target{}
		stopped := map[string]int64{}
		for _, f := range split.Findings {
			switch f.Problem {
			case quota.ProblemFloors:
				stopped[f.Unit] = f.Minor
			case quota.ProblemCeilings:
				stopped[f.Unit] = -f.Minor
			}
		}
		for _, at := range split.Targets {
			children[at.Parent] = append(children[at.Parent], at)
			if at.Months.Sum() != at.Minor || at.Minor < 0 {
				t.Fatalf("%+v", at)
			}
		}
		if split.Targets[0].Minor != r.YearMinor {
			t.Fatalf("the root has %d of %d", split.Targets[0].Minor, r.YearMinor)
		}
		for _, at := range split.Targets {
			if len(children[at.ID]) == 0 {
				continue
			}
			var sum int64
			var months quota.Year
			for _, child := range children[at.ID] {
				sum += child.Minor
				for m := range months {
					months[m] += child.Months[m]
				}
			}
			asked := at.Minor
			if at.Depth < len(r.Over) {
				asked += at.Minor * r.Over[at.Depth] / quota.Million
			}
			if sum != asked+stopped[at.ID] || at.OverMinor != sum-at.Minor {
				t.Fatalf("%s: %d, asked %d, children %d, stopped %d, over %d", at.ID, at.Minor, asked, sum, stopped[at.ID], at.OverMinor)
			}
			if at.OverMinor == 0 && sum > 0 && months != at.Months {
				t.Fatalf("%s: months %v, of the children %v", at.ID, at.Months, months)
			}
		}
	})
}

// TestOrderSaysNothing: children handed in the other way round give the same split.
func TestOrderSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequest(t)
		want := solve(t, r)
		r.Root = turned(r.Root)
		if got := solve(t, r); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\n%+v", got, want)
		}
	})
}

func turned(u quota.Unit) quota.Unit {
	children := slices.Clone(u.Children)
	slices.Reverse(children)
	for i := range children {
		children[i] = turned(children[i])
	}
	u.Children = children
	return u
}

// TestWaterFilling holds a split of one level without ratios to what it means: a common multiple of the weights, clamped. The multiple is looked for by halving.
func TestWaterFilling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		r := quota.Request{YearMinor: rapid.Int64Range(0, 100_000).Draw(t, "year"), Season: quota.Year{1}, Blend: quota.Blend{History: quota.Million}, Root: quota.Unit{ID: "all"}}
		var lows, highs int64
		for i := range n {
			u := quota.Unit{ID: fmt.Sprint(i), HistoryMinor: rapid.Int64Range(1, 1000).Draw(t, "history"), LowMinor: rapid.Int64Range(0, 20_000).Draw(t, "low")}
			u.HighMinor = u.LowMinor + rapid.Int64Range(1, 50_000).Draw(t, "room")
			lows, highs = lows+u.LowMinor, highs+u.HighMinor
			r.Root.Children = append(r.Root.Children, u)
		}
		split := solve(t, r)
		if lows > r.YearMinor || highs < r.YearMinor {
			if split.Feasible() {
				t.Fatalf("%d within %d and %d is said to be met", r.YearMinor, lows, highs)
			}
			return
		}
		low, high := new(big.Rat), big.NewRat(1<<40, 1)
		clamped := func(u quota.Unit, multiple *big.Rat) *big.Rat {
			x := new(big.Rat).Mul(multiple, big.NewRat(u.HistoryMinor, 1))
			if b := big.NewRat(u.LowMinor, 1); x.Cmp(b) < 0 {
				return b
			}
			if b := big.NewRat(u.HighMinor, 1); x.Cmp(b) > 0 {
				return b
			}
			return x
		}
		for range 100 {
			middle := new(big.Rat).Mul(new(big.Rat).Add(low, high), big.NewRat(1, 2))
			sum := new(big.Rat)
			for _, u := range r.Root.Children {
				sum.Add(sum, clamped(u, middle))
			}
			if sum.Cmp(big.NewRat(r.YearMinor, 1)) < 0 {
				low = middle
			} else {
				high = middle
			}
		}
		for _, u := range r.Root.Children {
			at, _ := split.Of(u.ID)
			off, _ := new(big.Rat).Sub(clamped(u, high), big.NewRat(at.Minor, 1)).Float64()
			if off < -1.001 || off > 1.001 {
				t.Fatalf("%s has %d, off by %v", u.ID, at.Minor, off)
			}
		}
	})
}

// TestCoreCarriesMore: unless a finding names the pair, core sellers carry 1.3 times what newcomers of the like territory do, for the time they are there.
func TestCoreCarriesMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequest(t)
		split := solve(t, r)
		broken := map[string]bool{}
		for _, f := range split.Findings {
			if f.Problem == quota.ProblemRatio {
				broken[f.Unit] = true
			}
		}
		checkRatio(t, r.Root, false, &split, broken)
	})
}

func checkRatio(t *rapid.T, u quota.Unit, partly bool, split *quota.Split, broken map[string]bool) {
	partly = partly || u.Available != nil
	for _, core := range u.Children {
		checkRatio(t, core, partly, split, broken)
		for _, newcomer := range u.Children {
			if broken[u.ID] || core.Level != "core" || newcomer.Level != "newcomer" || len(core.Children)+len(newcomer.Children) > 0 || core.Territory != newcomer.Territory ||
				core.Available != nil || newcomer.Available != nil || partly {
				continue
			}
			c, _ := split.Of(core.ID)
			n, _ := split.Of(newcomer.ID)
			if c.Factor == 0 || n.Factor == 0 {
				continue
			}
			if (c.Minor+10)*10 < (n.Minor-10)*13 {
				t.Fatalf("%s carries %d, %s %d", core.ID, c.Minor, newcomer.ID, n.Minor)
			}
		}
	}
}
