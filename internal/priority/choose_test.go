package priority_test

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/priority"
)

// drawn are a few measures that need each other without circles: each needs only earlier ones.
func drawn(t *rapid.T, most int) (items []priority.Item) {
	for i := range rapid.IntRange(0, most).Draw(t, "items") {
		item := priority.Item{ID: int64(i + 1), Reach: rapid.Int64Range(0, 20).Draw(t, "reach"), Impact: rapid.SampledFrom([]int64{25, 50, 100, 200, 300}).Draw(t, "impact"), Confidence: rapid.SampledFrom([]int64{50, 80, 100}).Draw(t, "confidence"),
			Effort: rapid.Int64Range(1, 30).Draw(t, "effort"), CostMinor: rapid.Int64Range(0, 30).Draw(t, "cost"), DelayWeeks: rapid.Int64Range(0, 40).Draw(t, "delay"), Must: rapid.IntRange(0, 9).Draw(t, "must") == 0}
		for before := range i {
			if rapid.IntRange(0, 4).Draw(t, "needs") == 0 {
				item.Needs = append(item.Needs, int64(before+1))
			}
		}
		items = append(items, item)
	}
	return items
}

func framed(t *rapid.T) priority.Frame {
	return priority.Frame{BudgetMinor: rapid.Int64Range(0, 120).Draw(t, "budget"), HasBudget: rapid.IntRange(0, 3).Draw(t, "has budget") > 0, Capacity: rapid.Int64Range(0, 120).Draw(t, "capacity"), HasCapacity: rapid.IntRange(0, 3).Draw(t, "has capacity") > 0, Bounds: priority.UsualBounds}
}

// allowed says whether a set of items, as bits, holds all musts and needs, and keeps within the frame; and what it brings.
func allowed(items []priority.Item, f priority.Frame, chosen int) (benefit int64, ok bool) {
	var cost, effort int64
	for i, item := range items {
		if chosen&(1<<i) == 0 {
			if item.Must {
				return 0, false
			}
			continue
		}
		benefit, cost, effort = benefit+item.Reach*item.Impact*item.Confidence, cost+item.CostMinor, effort+item.Effort
		for _, need := range item.Needs {
			if chosen&(1<<(need-1)) == 0 {
				return 0, false
			}
		}
	}
	return benefit, (!f.HasBudget || cost <= f.BudgetMinor) && (!f.HasCapacity || effort <= f.Capacity)
}

func TestNothingBringsMoreThanTheChoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, f := drawn(t, 11), framed(t)
		c := priority.Choose(items, f)
		best := int64(-1) // by looking at every set there is
		for set := range 1 << len(items) {
			if benefit, ok := allowed(items, f, set); ok {
				best = max(best, benefit)
			}
		}
		if c.Fits != (best >= 0) {
			t.Fatalf("fits %v, best %d", c.Fits, best)
		}
		if !c.Fits {
			return
		}
		set := 0
		for _, id := range c.Chosen {
			set |= 1 << (id - 1)
		}
		benefit, ok := allowed(items, f, set)
		if !ok || benefit != best || c.Benefit != best || !c.Proven || c.Most != best || len(c.Chosen)+len(c.Left) != len(items) {
			t.Fatalf("%+v brings %d, best is %d", c, benefit, best)
		}
		for at, id := range c.Chosen {
			for _, need := range items[id-1].Needs {
				if !slices.Contains(c.Chosen[:at], need) {
					t.Fatalf("%d is done before %d, which it needs: %v", id, need, c.Chosen)
				}
			}
		}
	})
}

// TestWhatIsLeftOutHasItsReason: adding it with what it needs would break the frame by what is said, or bring nothing.
func TestWhatIsLeftOutHasItsReason(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, f := drawn(t, 11), framed(t)
		c := priority.Choose(items, f)
		if !c.Fits {
			return
		}
		for _, l := range c.Left {
			cost, effort, benefit := c.CostMinor, c.Effort, int64(0)
			for _, id := range append(slices.Clone(l.Waits), l.ID) {
				item := items[id-1]
				if slices.Contains(c.Chosen, id) {
					t.Fatalf("%d waits for %d, which is chosen", l.ID, id)
				}
				cost, effort, benefit = cost+item.CostMinor, effort+item.Effort, benefit+item.Benefit()
			}
			lacksMinor, lacksEffort := max(0, cost-f.BudgetMinor), max(0, effort-f.Capacity)
			if !f.HasBudget {
				lacksMinor = 0
			}
			if !f.HasCapacity {
				lacksEffort = 0
			}
			if l.LacksMinor != lacksMinor || l.LacksEffort != lacksEffort || (lacksMinor+lacksEffort == 0) != (l.Reason == priority.NoEffect) || l.Reason == priority.NoEffect && benefit != 0 {
				t.Fatalf("%+v, lacks %d and %d", l, lacksMinor, lacksEffort)
			}
		}
	})
}

func TestTheOrderOfMeasuresDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, f := drawn(t, 14), framed(t)
		shuffled := rapid.Permutation(items).Draw(t, "shuffled")
		if one, other := priority.Choose(items, f), priority.Choose(shuffled, f); !reflect.DeepEqual(one, other) {
			t.Fatalf("%+v\n%+v", one, other)
		}
	})
}

func TestMoreToSpendNeverBringsLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, f := drawn(t, 14), framed(t)
		wider := f
		wider.BudgetMinor += rapid.Int64Range(0, 50).Draw(t, "more money")
		wider.Capacity += rapid.Int64Range(0, 50).Draw(t, "more days")
		if a, b := priority.Choose(items, f), priority.Choose(items, wider); a.Fits && (!b.Fits || b.Benefit < a.Benefit) {
			t.Fatalf("%d with less, %d with more", a.Benefit, b.Benefit)
		}
	})
}

// TestTwoHundredMeasuresAreWeighed: of the size that companies have and beyond, with the greatest values.
func TestTwoHundredMeasuresAreWeighed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 1))
		var items []priority.Item
		cost, effort := int64(0), int64(0)
		for i := range int64(priority.ItemsMost) {
			item := priority.Item{ID: i + 1, Reach: 1 + random.Int64N(priority.ReachMost), Impact: 25 * (1 + random.Int64N(12)), Confidence: 10 * (1 + random.Int64N(10)), Effort: 1 + random.Int64N(priority.EffortMost), CostMinor: random.Int64N(priority.CostMost)}
			if i > 0 && random.IntN(4) == 0 {
				item.Needs = []int64{1 + random.Int64N(i)}
			}
			items, cost, effort = append(items, item), cost+item.CostMinor, effort+item.Effort
		}
		f := priority.Frame{BudgetMinor: cost / 4, HasBudget: true, Capacity: effort / 3, HasCapacity: true}
		if err := priority.Check(items); err != nil {
			t.Fatal(err)
		}
		c := priority.Choose(items, f)
		if !c.Fits || c.CostMinor > f.BudgetMinor || c.Effort > f.Capacity || c.Benefit <= 0 || c.Most < c.Benefit || c.Proven != (c.Most == c.Benefit) {
			t.Fatalf("%+v", c)
		}
		if !c.Proven {
			t.Errorf("seed %d: %d, at most %d", seed, c.Benefit, c.Most)
		}
	}
}

func TestRICEIsExact(t *testing.T) {
	t.Parallel()
	item := priority.Item{ID: 1, Reach: 120, Impact: 200, Confidence: 80, Effort: 125}
	if got := item.Score(); got.Cmp(big.NewRat(1536, 100)) != 0 { // 120 × 2 × 0.8 ÷ 12.5
		t.Errorf("%s", got)
	}
	items := []priority.Item{{ID: 3, Reach: 10, Impact: 100, Confidence: 100, Effort: 10}, {ID: 2, Reach: 20, Impact: 100, Confidence: 100, Effort: 20, CostMinor: 1}, {ID: 1, Reach: 20, Impact: 100, Confidence: 100, Effort: 20}, {ID: 4, Reach: 30, Impact: 100, Confidence: 100, Effort: 10}}
	priority.Rank(items)
	var ids []int64
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	if !slices.Equal(ids, []int64{4, 3, 1, 2}) {
		t.Errorf("%v", ids)
	}
}

func TestHorizonsFollowEffortDelayAndNeeds(t *testing.T) {
	t.Parallel()
	items := []priority.Item{{ID: 1, Effort: 200, DelayWeeks: 8}, {ID: 2, Effort: 201, DelayWeeks: 1}, {ID: 3, Effort: 10, DelayWeeks: 27}, {ID: 4, Effort: 10, DelayWeeks: 1, Needs: []int64{2}}, {ID: 5, Effort: 10, Needs: []int64{4, 3}}}
	got := priority.HorizonsOf(items, priority.UsualBounds)
	want := map[int64]priority.Horizon{1: priority.Short, 2: priority.Mid, 3: priority.Long, 4: priority.Mid, 5: priority.Long}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestQuadrantsMeetInTheMiddle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := drawn(t, 14)
		m, little, much := priority.MiddleOf(items), 0, 0
		for i := range items {
			q := m.Of(&items[i])
			if q == priority.First || q == priority.Aside {
				little++
			}
			if q == priority.First || q == priority.Project {
				much++
			}
		}
		if 2*little < len(items) || 2*much < len(items) {
			t.Fatalf("%d little, %d much, of %d", little, much, len(items))
		}
	})
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	good := func() []priority.Item {
		return []priority.Item{{ID: 1, Reach: 1, Effort: 1}, {ID: 2, Reach: 1, Effort: 1, Needs: []int64{1}}, {ID: 3, Effort: 1, Needs: []int64{2}}}
	}
	if err := priority.Check(good()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(items []priority.Item){
		"a circle": func(items []priority.Item) { items[0].Needs = []int64{3} }, "itself": func(items []priority.Item) { items[0].Needs = []int64{1} }, "nobody": func(items []priority.Item) { items[0].Needs = []int64{9} },
		"twice": func(items []priority.Item) { items[2].ID = 1 }, "no effort": func(items []priority.Item) { items[0].Effort = 0 }, "too sure": func(items []priority.Item) { items[0].Confidence = 101 }, "below nothing": func(items []priority.Item) { items[0].CostMinor = -1 },
	} {
		items := good()
		spoil(items)
		if err := priority.Check(items); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := priority.Check(make([]priority.Item, priority.ItemsMost+1)); !errs.Is(err, errs.KindInvalid) {
		t.Error(err)
	}
}
