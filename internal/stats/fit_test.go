package stats

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestLinearFitFindsTheLineOfPointsOnIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-9, 9).Draw(t, "a"), rapid.Float64Range(-9, 9).Draw(t, "b")
		var rows [][]float64
		var values []float64
		var who []string
		for i := range 12 {
			x := float64(i * i % 7)
			rows, values, who = append(rows, []float64{1, x}), append(values, a+b*x), append(who, strconv.Itoa(i))
		}
		e, err := LinearFit(rows, values, who, 0.95)
		if err != nil || math.Abs(e[0].Value-a) > 1e-9 || math.Abs(e[1].Value-b) > 1e-9 || e[1].StandardError > 1e-9 {
			t.Fatalf("%+v, %v", e, err)
		}
	})
	if _, err := LinearFit([][]float64{{1}}, []float64{1}, []string{"a"}, 0.95); err == nil {
		t.Error("one point is taken")
	}
	if _, err := LinearFit([][]float64{{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}}, make([]float64, 7), []string{"a", "b", "c", "d", "e", "f", "g"}, 0.95); err == nil {
		t.Error("columns that say the same are taken")
	}
}

// TestRankCorrelationByHand is the usual example of IQ and hours before a television: ρ = −29/165.
func TestRankCorrelationByHand(t *testing.T) {
	t.Parallel()
	iq, hours := []float64{106, 86, 100, 101, 99, 103, 97, 113, 112, 110}, []float64{7, 0, 27, 50, 28, 29, 20, 12, 6, 17}
	c, err := RankCorrelation(iq, hours, 0.95)
	if err != nil || math.Abs(c.Value+29.0/165) > 1e-12 || !c.Interval.Contains(0) || c.P < 0.5 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := RankCorrelation(iq, make([]float64, 10), 0.95); err == nil {
		t.Error("values that are all equal are taken")
	}
	if _, err := RankCorrelation(iq[:4], hours[:4], 0.95); err == nil {
		t.Error("four pairs are taken")
	}
}

// TestWelchByHand: means 3 and 6, variances of the means 0.5 and 2: √2.5, degrees 2.5²/(0.25/4+4/4) = 5.882.
func TestWelchByHand(t *testing.T) {
	t.Parallel()
	e, err := Welch([]float64{1, 2, 3, 4, 5}, []float64{2, 4, 6, 8, 10}, 0.95)
	if err != nil || e.Value != -3 || math.Abs(e.StandardError-math.Sqrt(2.5)) > 1e-12 || math.Abs(e.Interval.Low+3-(-2.4588*math.Sqrt(2.5))) > 1e-3 {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := Welch([]float64{1}, []float64{2, 3}, 0.95); err == nil {
		t.Error("a group of one is taken")
	}
	if _, err := Welch([]float64{1, 1}, []float64{1, 1}, 0.95); err == nil {
		t.Error("groups without a difference are taken")
	}
}

// TestMeanIsWelchAgainstNothing: the interval of a mean is Student's.
func TestMeanByHand(t *testing.T) {
	t.Parallel()
	e, err := Mean([]float64{1, 2, 3, 4, 5}, 0.95)
	if err != nil || e.Value != 3 || math.Abs(e.Interval.High-3-2.776445*math.Sqrt(0.5)) > 1e-5 {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := Mean([]float64{2, 2}, 0.95); err == nil {
		t.Error("equal values are taken")
	}
}

func TestAtLeastOfCountsTheTail(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		k, p := rapid.IntRange(0, n).Draw(t, "k"), rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		want, term := 0.0, math.Pow(1-p, float64(n))
		for i := 0; i <= n; i++ {
			if i >= k {
				want += term
			}
			term *= float64(n-i) / float64(i+1) * p / (1 - p)
		}
		got, err := AtLeastOf(k, n, p)
		if err != nil || math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v, not %v: %v", got, want, err)
		}
	})
	if _, err := AtLeastOf(3, 2, 0.5); err == nil {
		t.Error("three of two are taken")
	}
}
