package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/stats"
)

func TestPromotersLessDetractors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		promoters, passives, detractors int
		score, low, high                float64
	}{
		// By hand: n = 103, p = 50.75, d = 20.75, mean 30/103, variance (71.5/103 − mean²)/103, z = 1.959964.
		{50, 30, 20, 0.30, 0.140511, 0.442013},
		{1, 0, 0, 1, -0.484986, 1}, // one answer says little
		{0, 5, 0, 0, -0.300057, 0.300057},
	} {
		got, err := stats.NetPromoter(c.promoters, c.passives, c.detractors, 0.95)
		if err != nil || math.Abs(got.Score-c.score) > 1e-12 || math.Abs(got.Interval.Low-c.low) > 1e-5 || math.Abs(got.Interval.High-c.high) > 1e-5 {
			t.Errorf("%+v: %+v %v", c, got, err)
		}
	}
	for _, bad := range [][3]int{{0, 0, 0}, {-1, 2, 2}} {
		if _, err := stats.NetPromoter(bad[0], bad[1], bad[2], 0.95); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	if _, err := stats.NetPromoter(1, 1, 1, 1); err == nil {
		t.Error("certainty is taken for a confidence")
	}
}

// TestTheScoreTurnsRound: whoever swaps promoters and detractors gets the opposite, and the score lies in its interval.
func TestTheScoreTurnsRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 500)
		p, n, d := count.Draw(t, "promoters"), count.Draw(t, "passives"), count.Draw(t, "detractors")
		if p+n+d == 0 {
			return
		}
		one, err := stats.NetPromoter(p, n, d, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		other, err := stats.NetPromoter(d, n, p, 0.95)
		if err != nil || math.Abs(one.Score+other.Score) > 1e-12 || math.Abs(one.Interval.Low+other.Interval.High) > 1e-12 || !one.Interval.Contains(one.Score) {
			t.Fatalf("%+v against %+v: %v", one, other, err)
		}
	})
}
