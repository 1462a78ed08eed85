package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"xiaoguan/internal/stats"
)

// TestRateDifferenceByHand: one band is the plain difference with Wald's interval; two bands are weighed by n·m/(n+m).
func TestRateDifferenceByHand(t *testing.T) {
	one, err := stats.RateDifference([]stats.Stratum{{Hits: 30, Cases: 50, OtherHits: 20, OtherCases: 50}}, 0.95)
	half := 1.959963985 * math.Sqrt(0.6*0.4/50+0.4*0.6/50)
	if err != nil || math.Abs(one.Difference-0.2) > 1e-12 || math.Abs(one.Interval.High-0.2-half) > 1e-8 || !one.Significant() {
		t.Errorf("%+v, want 0.2 ± %g: %v", one, half, err)
	}
	// 10 against 10 with a difference of 0.5, 30 against 10 with 0.1: weights 5 and 7.5.
	two, err := stats.RateDifference([]stats.Stratum{{8, 10, 3, 10}, {15, 30, 4, 10}, {1, 4, 30, 30}}, 0.95)
	if err != nil || math.Abs(two.Difference-(5*0.5+7.5*0.1)/12.5) > 1e-12 || two.Cases != 40 || two.Others != 20 || two.Left != 34 {
		t.Errorf("%+v: %v", two, err)
	}
}

// TestBandsUndoWhatMixesThem: big deals are won less and follow the rule less; over all the rule seems to help, in each band it does nothing.
func TestBandsUndoWhatMixesThem(t *testing.T) {
	small, large := stats.Stratum{Hits: 80, Cases: 100, OtherHits: 16, OtherCases: 20}, stats.Stratum{Hits: 4, Cases: 20, OtherHits: 20, OtherCases: 100}
	banded, err := stats.RateDifference([]stats.Stratum{small, large}, 0.95)
	if err != nil || math.Abs(banded.Difference) > 1e-12 || banded.Significant() {
		t.Errorf("%+v: %v", banded, err)
	}
	mixed, err := stats.RateDifference([]stats.Stratum{{84, 120, 36, 120}}, 0.95)
	if err != nil || !mixed.Significant() {
		t.Errorf("%+v: %v", mixed, err)
	}
}

// TestIntervalsHoldWhatTheyPromise: of intervals of 95 % from drawn data about 95 % hold the true difference.
func TestIntervalsHoldWhatTheyPromise(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	rates, lengths := 0, 0
	const rounds = 2000
	hits := func(n int, p float64) (k int) {
		for range n {
			if dice.Float64() < p {
				k++
			}
		}
		return k
	}
	drawn := func(n int, middle float64) (list []float64) {
		for range n {
			list = append(list, math.Expm1(math.Max(0, middle+dice.NormFloat64()*0.7)))
		}
		return list
	}
	for range rounds {
		e, err := stats.RateDifference([]stats.Stratum{{hits(60, 0.5), 60, hits(40, 0.3), 40}, {hits(30, 0.7), 30, hits(80, 0.5), 80}}, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if e.Interval.Contains(0.2) {
			rates++
		}
		r, err := stats.LengthRatio([]stats.Lengths{{drawn(40, 5), drawn(60, 5.2)}, {drawn(50, 6), drawn(30, 6.2)}}, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if r.Interval.Contains(math.Expm1(-0.2)) {
			lengths++
		}
	}
	for what, n := range map[string]int{"rates": rates, "lengths": lengths} {
		if share := float64(n) / rounds; share < 0.93 || share > 0.97 {
			t.Errorf("%s: %.3f of the intervals hold the truth", what, share)
		}
	}
}

func TestLengthRatioByHand(t *testing.T) {
	var twice, once []float64
	for i := range 20 {
		once = append(once, float64(i))
		twice = append(twice, 2*float64(i)+1) // 1 + length is doubled
	}
	e, err := stats.LengthRatio([]stats.Lengths{{Values: twice, Others: once}}, 0.95)
	if err != nil || math.Abs(e.Difference-1) > 1e-12 || e.Interval.Low > 1 || e.Interval.High < 1 {
		t.Errorf("%+v: %v", e, err)
	}
}

// TestUsualLengthsLeaveTheOutlier: nineteen of ten hours and a few around, one of a year.
func TestUsualLengthsLeaveTheOutlier(t *testing.T) {
	lengths := []float64{8, 9, 9, 10, 10, 10, 10, 10, 10, 11, 11, 11, 12, 12, 9, 10, 10, 11, 10, 8760}
	u, err := stats.UsualLengths(lengths, 3)
	if err != nil || u.Unusual != 1 || u.Median < 9.9 || u.Median > 10.1 || u.High > 30 || u.Mean < 400 || u.Deviation < 1000 {
		t.Errorf("%+v: %v", u, err)
	}
	same := make([]float64, 30)
	if u, err := stats.UsualLengths(same, 3); err != nil || u.Unusual != 0 {
		t.Errorf("%+v: %v", u, err)
	}
}

func TestEffectsThatDataDoNotAllow(t *testing.T) {
	for name, err := range map[string]error{
		"no bands":      second(stats.RateDifference(nil, 0.95)),
		"too few":       second(stats.RateDifference([]stats.Stratum{{1, 4, 30, 30}}, 0.95)),
		"more hits":     second(stats.RateDifference([]stats.Stratum{{11, 10, 3, 10}}, 0.95)),
		"certain":       second(stats.RateDifference([]stats.Stratum{{8, 10, 3, 10}}, 1)),
		"no lengths":    second(stats.LengthRatio([]stats.Lengths{{}}, 0.95)),
		"negative":      second(stats.LengthRatio([]stats.Lengths{{Values: []float64{-1}}}, 0.95)),
		"few lengths":   second(stats.UsualLengths(make([]float64, 19), 3)),
		"width of zero": second(stats.UsualLengths(make([]float64, 20), 0)),
		"no number":     second(stats.UsualLengths(append(make([]float64, 20), math.NaN()), 3)),
	} {
		if _, ok := errsAs(err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
