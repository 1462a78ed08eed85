package survey

import (
	"math/big"
	"testing"
)

func tallyOf(scores ...int) (t Tally) {
	for _, s := range scores {
		t[s]++
	}
	return t
}

func TestWhatAnswersComeTo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind  Kind
		tally Tally
		want  *big.Rat
	}{
		"no answers":                              {KindCSAT, Tally{}, nil},
		"four and five are satisfied":             {KindCSAT, tallyOf(5, 4, 3, 1), big.NewRat(1, 2)},
		"nine and ten promote, up to six detract": {KindNPS, tallyOf(10, 9, 8, 7, 6, 0), big.NewRat(0, 1)},
		"all promote":                             {KindNPS, tallyOf(9, 10), big.NewRat(1, 1)},
		"all detract":                             {KindNPS, tallyOf(0, 6), big.NewRat(-1, 1)},
	} {
		m := measure(c.kind, c.tally)
		if (m.Value == nil) != (c.want == nil) || c.want != nil && m.Value.Cmp(c.want) != 0 {
			t.Errorf("%s: %v, want %v", name, m.Value, c.want)
		}
		if m.Value != nil && (m.Low == nil || m.Low.Cmp(m.Value) > 0 || m.High.Cmp(m.Value) < 0) {
			t.Errorf("%s: %v is outside %v to %v", name, m.Value, m.Low, m.High)
		}
	}
}

// TestSmallGroupsOfAnAnonymousSurveyStayHidden also hides the smallest other group when a single one is hidden: the whole less the others
// would be it.
func TestSmallGroupsOfAnAnonymousSurveyStayHidden(t *testing.T) {
	t.Parallel()
	of := func(counts ...int) (groups []Group) {
		for i, n := range counts {
			g := Group{ID: int64(i + 1)}
			g.Tally[5] = int64(n)
			groups = append(groups, g)
		}
		return groups
	}
	for name, c := range map[string]struct {
		counts    []int
		anonymous bool
		hidden    []bool
	}{
		"not anonymous":        {[]int{1, 9}, false, []bool{false, false}},
		"all big enough":       {[]int{5, 9}, true, []bool{false, false}},
		"one small":            {[]int{4, 9, 7}, true, []bool{true, false, true}},
		"two small":            {[]int{4, 9, 3}, true, []bool{true, false, true}},
		"a small one alone":    {[]int{2}, true, []bool{true}},
		"one small, one other": {[]int{2, 50}, true, []bool{true, true}},
	} {
		got := groups(Survey{Kind: KindCSAT, Anonymous: c.anonymous}, of(c.counts...))
		for i, g := range got {
			if g.Hidden != c.hidden[i] || g.Hidden && (g.Value != nil || g.Count != 0 || g.Tally.Count() != 0) {
				t.Errorf("%s: group %d of %v: %+v", name, i, c.counts, g)
			}
		}
	}
}
