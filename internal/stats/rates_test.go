package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/stats"
)

func TestWilsonIntervalsArePublished(t *testing.T) {
	t.Parallel()
	// Newcombe 1998, table I, method 3, 95 %.
	for _, c := range []struct {
		hits, cases int
		low, high   float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		r := must(stats.Wilson(c.hits, c.cases, 0.95))
		near(t, "low", r.Interval.Low, c.low, 0.00006)
		near(t, "high", r.Interval.High, c.high, 0.00006)
		near(t, "share", r.Share, float64(c.hits)/float64(c.cases), 0)
	}
}

func TestWilsonLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "cases")
		hits := rapid.IntRange(0, n).Draw(t, "hits")
		r := must(stats.Wilson(hits, n, 0.95))
		if !r.Interval.Contains(r.Share) || r.Interval.Low < 0 || r.Interval.High > 1 {
			t.Fatalf("%+v", r)
		}
		mirror := must(stats.Wilson(n-hits, n, 0.95)).Interval
		if math.Abs(mirror.Low-(1-r.Interval.High)) > 1e-12 {
			t.Fatalf("misses %+v do not mirror hits %+v", mirror, r.Interval)
		}
		if wide := must(stats.Wilson(hits, n, 0.99)).Interval; wide.Low > r.Interval.Low || wide.High < r.Interval.High {
			t.Fatalf("99 %% %+v is within 95 %% %+v", wide, r.Interval)
		}
		// The score test accepts exactly what is within: at a bound (p̂−p)² = z²p(1−p)/n.
		if low := r.Interval.Low; low > 0 {
			z := (r.Share - low) / math.Sqrt(low*(1-low)/float64(n))
			if math.Abs(z-1.959964) > 1e-4 {
				t.Fatalf("at the lower bound z = %v", z)
			}
		}
	})
	_, err := stats.Wilson(0, 0, 0.95)
	refused(t, err, "stats.too_few")
	for _, c := range []struct {
		hits       int
		confidence float64
	}{{-1, 0.95}, {4, 0.95}, {1, 0}, {1, 1}, {1, math.NaN()}} {
		_, err := stats.Wilson(c.hits, 3, c.confidence)
		refused(t, err, "stats.out_of_range")
	}
}

// mercaptopurine are weeks of remission under 6-MP (Freireich et al. 1963), negative where it still lasted.
var mercaptopurine = []float64{6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35}

func durations(lengths []float64) (all []stats.Duration) {
	for _, v := range lengths {
		all = append(all, stats.Duration{Length: math.Abs(v), Ended: v > 0})
	}
	return all
}

func TestKaplanMeierOfRemissionsIsPublished(t *testing.T) {
	t.Parallel()
	s := must(stats.KaplanMeier(durations(mercaptopurine), 0.95))
	// Length, at risk, ends, S, its standard error and log-log band, as textbooks and Stata have them.
	want := [][7]float64{
		{6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516}, {7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228}, {10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894},
		{13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491}, {16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049}, {22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468},
		{23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801},
	}
	if len(s.Steps) != len(want) || s.Cases != 21 || s.Ended != 9 || s.Longest != 35 {
		t.Fatalf("%+v", s)
	}
	for i, w := range want {
		got := s.Steps[i]
		for k, v := range []float64{got.Length, float64(got.AtRisk), float64(got.Ends), got.Open, got.StandardError, got.Band.Low, got.Band.High} {
			near(t, "column "+string(rune('1'+k)), v, w[k], 0.00006)
		}
	}
	median := must(s.Quantile(0.5))
	if !median.Known || median.Length != 23 || median.Bounds.Low != 13 || !math.IsInf(median.Bounds.High, 1) {
		t.Errorf("median %+v", median)
	}
	if q := must(s.Quantile(0.75)); q.Known || q.Length != 0 {
		t.Errorf("third quartile %+v, although 45 %% are open at the end", q)
	}
	if open, known := s.OpenAfter(9); math.Abs(open-0.8067) > 0.0001 || !known {
		t.Errorf("open after 9: %v, %v", open, known)
	}
	if _, known := s.OpenAfter(36); known {
		t.Error("something is known beyond the longest case")
	}
}

// toTheRight is Efron's construction: everybody has one part; an open case hands its part to those that last longer, evenly.
func toTheRight(all []stats.Duration, after float64) float64 {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b stats.Duration) int {
		switch {
		case a.Length != b.Length:
			return int(math.Copysign(1, a.Length-b.Length))
		case a.Ended && !b.Ended:
			return -1
		case b.Ended && !a.Ended:
			return 1
		}
		return 0
	})
	parts, open := make([]float64, len(sorted)), 1.0
	for i := range parts {
		parts[i] = 1 / float64(len(parts))
	}
	for i, d := range sorted {
		if !d.Ended {
			for k := i + 1; k < len(parts); k++ {
				parts[k] += parts[i] / float64(len(parts)-i-1)
			}
		} else if d.Length <= after {
			open -= parts[i]
		}
	}
	return open
}

func TestKaplanMeierHandsOpenCasesToTheRight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) stats.Duration {
			return stats.Duration{Length: float64(rapid.IntRange(0, 12).Draw(t, "length")), Ended: rapid.Bool().Draw(t, "ended")}
		}), 1, 25).Draw(t, "all")
		s := must(stats.KaplanMeier(all, 0.9))
		before := 1.0
		for _, step := range s.Steps {
			if want := toTheRight(all, step.Length); math.Abs(step.Open-want) > 1e-9 {
				t.Fatalf("open after %v: %v, want %v", step.Length, step.Open, want)
			}
			if step.Open > before || step.Open > 0 && !step.Band.Contains(step.Open) {
				t.Fatalf("%+v after %v", step, before)
			}
			before = step.Open
		}
		mixed := slices.Clone(all)
		slices.Reverse(mixed)
		if other := must(stats.KaplanMeier(mixed, 0.9)); !slices.Equal(other.Steps, s.Steps) {
			t.Fatal("the order matters")
		}
		for _, p := range []float64{0.5, 0.75, 0.9} {
			q := must(s.Quantile(p))
			if q.Known && (q.Bounds.Low > q.Length || q.Bounds.High < q.Length) {
				t.Fatalf("%+v", q)
			}
			if open, _ := s.OpenAfter(q.Length); q.Known && open > 1-p+1e-9 {
				t.Fatalf("%+v leaves %v open", q, open)
			}
		}
	})
}

func TestKaplanMeierWithoutOpenCasesIsTheShare(t *testing.T) {
	t.Parallel()
	s := must(stats.KaplanMeier(durations([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), 0.95))
	for i, step := range s.Steps {
		near(t, "share", step.Open, 1-float64(i+1)/10, 1e-12)
	}
	for p, want := range map[float64]float64{0.5: 5, 0.75: 8, 0.9: 9} {
		if q := must(s.Quantile(p)); q.Length != want {
			t.Errorf("quantile %v is %v, want %v", p, q.Length, want)
		}
	}
}

func TestKaplanMeierRefuses(t *testing.T) {
	t.Parallel()
	_, err := stats.KaplanMeier(nil, 0.95)
	refused(t, err, "stats.too_few")
	_, err = stats.KaplanMeier(durations([]float64{1}), 1)
	refused(t, err, "stats.out_of_range")
	_, err = stats.KaplanMeier([]stats.Duration{{Length: math.NaN()}}, 0.95)
	refused(t, err, "stats.out_of_range")
	s := must(stats.KaplanMeier(durations([]float64{-3, -4}), 0.95))
	if q := must(s.Quantile(0.5)); q.Known || len(s.Steps) != 0 {
		t.Errorf("nothing ended, but %+v, %+v", s, q)
	}
	_, err = s.Quantile(0)
	refused(t, err, "stats.out_of_range")
}

func TestSilenceLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		intervals []float64
		group     float64
		want      stats.Silence
	}{
		{"the group alone", nil, 60, stats.Silence{Limit: 60, Group: 60}},
		// own 0.9 quantile of 10, 20: 19; 19·2/5 + 60·3/5 = 43.6
		{"two of its own", []float64{20, 10}, 60, stats.Silence{Limit: 43.6, Own: 19, Group: 60, Weight: 0.4, Intervals: 2}},
		{"five of its own", []float64{10, 1, 4, 3, 2}, 60, stats.Silence{Limit: 7.6, Own: 7.6, Group: 60, Weight: 1, Intervals: 5}},
		{"no group", []float64{30}, 0, stats.Silence{Limit: 30, Own: 30, Weight: 1, Intervals: 1}},
	} {
		got := must(stats.SilenceLimit(c.intervals, c.group, 0.9))
		near(t, c.name, got.Limit, c.want.Limit, 1e-12)
		got.Limit, got.Own = c.want.Limit, math.Round(got.Own*1e9)/1e9
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	_, err := stats.SilenceLimit(nil, 0, 0.9)
	refused(t, err, "stats.too_few")
	_, err = stats.SilenceLimit([]float64{0}, 60, 0.9)
	refused(t, err, "stats.out_of_range")
	_, err = stats.SilenceLimit([]float64{1}, 60, 1)
	refused(t, err, "stats.out_of_range")
	_, err = stats.SilenceLimit([]float64{1}, math.Inf(1), 0.9)
	refused(t, err, "stats.out_of_range")
}

func TestSeasonShares(t *testing.T) {
	t.Parallel()
	var group, one, other [stats.Months]float64
	for month := range group {
		group[month] = 100
	}
	one[0], one[1] = 30, 10   // 75 %, 25 %
	other[0], other[1] = 2, 2 // half and half; a small year weighs like a great one
	s := must(stats.SeasonShares([][stats.Months]float64{one, other, {}}, group, 2))
	// w = 2/(2+2); January ½·(0.75+0.5)/2 + ½/12
	if s.Years != 2 || s.Weight != 0.5 {
		t.Errorf("%+v", s)
	}
	near(t, "January", s.Shares[0], 0.3125+0.5/12, 1e-12)
	near(t, "December", s.Shares[11], 0.5/12, 1e-12)
	near(t, "without years", must(stats.SeasonShares(nil, group, 2)).Shares[5], 1.0/12, 1e-15)
	near(t, "without a pull", must(stats.SeasonShares([][stats.Months]float64{one}, [stats.Months]float64{}, 0)).Shares[1], 0.25, 1e-15)

	_, err := stats.SeasonShares([][stats.Months]float64{one}, [stats.Months]float64{}, 1)
	refused(t, err, "stats.too_few")
	one[3] = -1
	_, err = stats.SeasonShares([][stats.Months]float64{one}, group, 1)
	refused(t, err, "stats.out_of_range")
	_, err = stats.SeasonShares(nil, group, -1)
	refused(t, err, "stats.out_of_range")

	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) (year [stats.Months]float64) {
			for month := range year {
				year[month] = rapid.Float64Range(0, 1e9).Draw(t, "amount")
			}
			return year
		})
		s, total := must(stats.SeasonShares(rapid.SliceOfN(amount, 0, 4).Draw(t, "years"), group, rapid.Float64Range(0.1, 9).Draw(t, "pull"))), 0.0
		for _, v := range s.Shares {
			total += v
		}
		if math.Abs(total-1) > 1e-12 {
			t.Fatalf("shares sum to %v", total)
		}
	})
}

func TestQuantilesAreThoseOfR(t *testing.T) {
	t.Parallel()
	// quantile(c(1,2,3,4,10), c(0,.1,.5,.9,1)) in R
	got := must(stats.Quantiles([]float64{10, 3, 1, 4, 2}, 0, 0.1, 0.5, 0.9, 1))
	for i, want := range []float64{1, 1.4, 3, 7.6, 10} {
		near(t, "quantile", got[i], want, 1e-12)
	}
	near(t, "huge", must(stats.Quantile([]float64{-math.MaxFloat64, math.MaxFloat64}, 0.5)), 0, 0)
	_, err := stats.Quantile(nil, 0.5)
	refused(t, err, "stats.too_few")
	_, err = stats.Quantile([]float64{math.NaN()}, 0.5)
	refused(t, err, "stats.out_of_range")
	_, err = stats.Quantile([]float64{1}, 1.1)
	refused(t, err, "stats.out_of_range")
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e12, 1e12), 1, 40).Draw(t, "values")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := must(stats.Quantiles(values, p/2, p, 1))
		if q[0] > q[1] || q[1] > q[2] || q[2] != slices.Max(values) {
			t.Fatalf("%v", q)
		}
	})
}

func TestMedianDeviation(t *testing.T) {
	t.Parallel()
	c := must(stats.MedianDeviation([]float64{1, 1, 2, 2, 4, 6, 9}))
	if c.Median != 2 || c.Deviation != 1 {
		t.Errorf("%+v", c)
	}
	near(t, "scale", c.Scale, 1.4826, 0.0001)
	_, err := stats.MedianDeviation(nil)
	refused(t, err, "stats.too_few")
}

func TestGiniIsTheMeanDistanceOfPairs(t *testing.T) {
	t.Parallel()
	near(t, "by hand", must(stats.Gini([]float64{4, 1, 3, 2})), 0.25, 1e-15)
	near(t, "one has all", must(stats.Gini([]float64{0, 0, 0, 8})), 0.75, 1e-15)
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0.01, 1e6), 1, 20).Draw(t, "values")
		pairs, total := 0.0, 0.0
		for _, a := range values {
			total += a
			for _, b := range values {
				pairs += math.Abs(a - b)
			}
		}
		if got, want := must(stats.Gini(values)), pairs/(2*float64(len(values))*total); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v, by pairs %v", got, want)
		}
	})
	_, err := stats.Gini([]float64{0, 0})
	refused(t, err, "stats.no_variation")
	_, err = stats.Gini([]float64{-1, 2})
	refused(t, err, "stats.out_of_range")
	_, err = stats.Gini(nil)
	refused(t, err, "stats.too_few")
}

func TestXmR(t *testing.T) {
	t.Parallel()
	series := []float64{10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 32}
	c := must(stats.XmR(series))
	// Σ = 8·10 + 7·12 + 32 = 196; ranges 14·2 + 22 = 50 over 15
	near(t, "mean", c.Mean, 12.25, 1e-12)
	near(t, "mean range", c.MeanRange, 50.0/15, 1e-12)
	near(t, "upper limit", c.Limits.High, 12.25+2.66*50/15, 1e-12)
	near(t, "lower limit", c.Limits.Low, 12.25-2.66*50/15, 1e-12)
	near(t, "range limit", c.RangeLimit, 3.268*50/15, 1e-12)
	if !slices.Equal(c.Signals, []int{15}) || !slices.Equal(c.Jumps, []int{15}) {
		t.Errorf("signals %v, jumps %v", c.Signals, c.Jumps)
	}
	_, err := stats.XmR(series[:14])
	refused(t, err, "stats.too_few")
	series[3] = math.Inf(1)
	_, err = stats.XmR(series)
	refused(t, err, "stats.out_of_range")
}

func TestCasesThatAreAlikeTellLess(t *testing.T) {
	t.Parallel()
	plain, err := stats.Wilson(72, 90, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := stats.WilsonDesign(72, 90, 1, 0.95); err != nil || same != plain {
		t.Errorf("an effect of one: %+v, %v", same, err)
	}
	few, err := stats.Wilson(16, 20, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	// 90 cases with an effect of 4.5 tell as much as 20.
	if got, err := stats.WilsonDesign(72, 90, 4.5, 0.95); err != nil || math.Abs(got.Interval.Low-few.Interval.Low) > 1e-12 || math.Abs(got.Interval.High-few.Interval.High) > 1e-12 || got.Cases != 90 {
		t.Errorf("%+v instead of %+v, %v", got, few, err)
	}
	for _, effect := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := stats.WilsonDesign(72, 90, effect, 0.95); err == nil {
			t.Errorf("an effect of %v is taken", effect)
		}
	}
}
