package simulate

import "testing"

func value(p *int64) int64 {
	if p == nil {
		return -1
	}
	return *p
}

func TestGini(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		earned []int64
		want   int64
	}{
		"all alike": {[]int64{5, 5, 5}, 0}, "one has it all": {[]int64{0, 0, 4}, 666_667}, "two of four": {[]int64{10, 0, 10, 0}, 500_000},
		"debts count as nothing": {[]int64{-9, 0, 4}, 666_667}, "nothing at all": {[]int64{0, 0}, -1}, "nobody": {nil, -1},
	} {
		var persons []PersonSum
		for _, e := range c.earned {
			persons = append(persons, PersonSum{EarnedFen: [VariantsMax]int64{0, e}})
		}
		if got := value(gini(persons, 1)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestRegress(t *testing.T) {
	t.Parallel()
	at := func(pairs ...[2]int64) (points []point) {
		for _, p := range pairs {
			points = append(points, point{attained: p[0], earned: [VariantsMax]int64{p[1]}})
		}
		return points
	}
	for name, c := range map[string]struct {
		points     []point
		slope, fit int64
	}{
		"on a line":                {at([2]int64{0, 100}, [2]int64{5_000, 600}, [2]int64{10_000, 1_100}), 10, 1_000_000},
		"against attainment":       {at([2]int64{0, 100}, [2]int64{100, 50}), -50, 1_000_000},
		"pay that does not follow": {at([2]int64{0, 100}, [2]int64{10_000, 100}), 0, -1},
		"a corner":                 {at([2]int64{0, 0}, [2]int64{100, 0}, [2]int64{200, 30}), 15, 750_000},
		"one attainment":           {at([2]int64{100, 1}, [2]int64{100, 2}), -1, -1},
		"nothing":                  {nil, -1, -1},
	} {
		slope, fit := regress(c.points, 0)
		if value(slope) != c.slope || value(fit) != c.fit {
			t.Errorf("%s: slope %d, fit %d; want %d, %d", name, value(slope), value(fit), c.slope, c.fit)
		}
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	ten := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for percent, want := range map[int]int64{10: 1, 50: 5, 51: 6, 90: 9, 100: 10} {
		if got := quantile(ten, percent); got != want {
			t.Errorf("%d %% of ten: %d, want %d", percent, got, want)
		}
	}
	if quantile(nil, 50) != 0 || quantile([]int64{7}, 10) != 7 {
		t.Error("few values")
	}
}
