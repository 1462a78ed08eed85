package stats_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/stats"
)

func TestLMDIByHand(t *testing.T) {
	t.Parallel()
	e := math.E
	for _, c := range []struct {
		name          string
		before, after [][]float64
		want          []float64
	}{
		{"one factor moved", [][]float64{{10, 2}}, [][]float64{{20, 2}}, []float64{20, 0}},
		// L(e², 1) = (e²−1)/2, each factor ln e = 1
		{"two alike", [][]float64{{1, 1}}, [][]float64{{e, e}}, []float64{(e*e - 1) / 2, (e*e - 1) / 2}},
		{"a segment appeared", [][]float64{{3, 5}, {0, 7}}, [][]float64{{3, 5}, {2, 9}}, []float64{18, 0}},
		{"a segment went by both", [][]float64{{2, 9}}, [][]float64{{0, 0}}, []float64{-9, -9}},
		{"nothing to nothing", [][]float64{{0, 9}}, [][]float64{{4, 0}}, []float64{0, 0}},
		{"nothing moved", [][]float64{{2, 9}}, [][]float64{{2, 9}}, []float64{0, 0}},
	} {
		f := must(stats.LMDI(c.before, c.after))
		for k, want := range c.want {
			near(t, fmt.Sprint(c.name, ", factor ", k), f.Effects[k], want, 1e-12)
		}
	}
}

func TestLMDILeavesNothingOver(t *testing.T) {
	t.Parallel()
	factor := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-6, 1e6), rapid.SampledFrom([]float64{1, 1 + 1e-12, 3}))
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 6).Draw(t, "segments"), rapid.IntRange(1, 4).Draw(t, "factors")
		segments := rapid.SliceOfN(rapid.SliceOfN(factor, k, k), n, n)
		before, after := segments.Draw(t, "before"), segments.Draw(t, "after")
		f := must(stats.LMDI(before, after))
		total, scale := 0.0, f.Before+f.After
		for _, v := range f.Effects {
			total += v
		}
		if math.Abs(total-(f.After-f.Before)) > 1e-9*scale {
			t.Fatalf("effects sum to %v, the change is %v", total, f.After-f.Before)
		}
		back := must(stats.LMDI(after, before))
		for i := range f.Effects {
			if math.Abs(f.Effects[i]+back.Effects[i]) > 1e-9*scale {
				t.Fatalf("there %v, back %v", f.Effects, back.Effects)
			}
		}
	})
}

func TestLMDIOfZerosIsTheLimitOfSmallValues(t *testing.T) {
	t.Parallel()
	tiny := 1e-290
	f := must(stats.LMDI([][]float64{{tiny, 5}}, [][]float64{{2, 9}}))
	near(t, "by a tiny value", f.Effects[0], 18, 0.03)
	near(t, "by zero", must(stats.LMDI([][]float64{{0, 5}}, [][]float64{{2, 9}})).Effects[0], 18, 0)
}

func TestLMDIRefuses(t *testing.T) {
	t.Parallel()
	_, err := stats.LMDI(nil, nil)
	refused(t, err, "stats.too_few")
	_, err = stats.LMDI([][]float64{{1}}, nil)
	refused(t, err, "stats.lengths_differ")
	_, err = stats.LMDI([][]float64{{1}}, [][]float64{{1, 2}})
	refused(t, err, "stats.lengths_differ")
	_, err = stats.LMDI([][]float64{{-1}}, [][]float64{{1}})
	refused(t, err, "stats.out_of_range")
	_, err = stats.LMDI([][]float64{{1e200, 1e200}}, [][]float64{{1, 1}})
	refused(t, err, "stats.out_of_range")
	_, err = stats.LMDI([][]float64{{1e-200, 1e-200}}, [][]float64{{1, 1}})
	refused(t, err, "stats.out_of_range")
}

func TestInnerMix(t *testing.T) {
	t.Parallel()
	// Each segment keeps its rate, 10 % and 50 %; the better one grows from 1/4 to 3/4 of the base: 20 % become 40 %, all of it mix.
	e := must(stats.InnerMix([]stats.Part{{30, 300, 10, 100}, {50, 100, 150, 300}}))
	near(t, "before", e.Before, 0.2, 1e-12)
	near(t, "after", e.After, 0.4, 1e-12)
	near(t, "inner", e.Inner, 0, 1e-12)
	near(t, "mix of the first", e.Parts[0].Mix, -0.5*(0.1-0.2), 1e-12)
	near(t, "mix of the second", e.Parts[1].Mix, 0.5*(0.5-0.2), 1e-12)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) (p stats.Part) {
			base := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1, 1e6))
			if p.BaseBefore = base.Draw(t, "base before"); p.BaseBefore > 0 {
				p.CountBefore = p.BaseBefore * rapid.Float64Range(0, 1).Draw(t, "rate before")
			}
			if p.BaseAfter = base.Draw(t, "base after"); p.BaseAfter > 0 {
				p.CountAfter = p.BaseAfter * rapid.Float64Range(0, 1).Draw(t, "rate after")
			}
			return p
		}), 1, 8).Draw(t, "parts")
		e, err := stats.InnerMix(append(parts, stats.Part{1, 2, 1, 2}))
		if err != nil || math.Abs(e.Inner+e.Mix-(e.After-e.Before)) > 1e-9 {
			t.Fatalf("%+v, %v", e, err)
		}
	})
	_, err := stats.InnerMix(nil)
	refused(t, err, "stats.too_few")
	_, err = stats.InnerMix([]stats.Part{{1, 0, 1, 1}})
	refused(t, err, "stats.out_of_range")
	_, err = stats.InnerMix([]stats.Part{{math.NaN(), 1, 1, 1}})
	refused(t, err, "stats.out_of_range")
}

// paper is the example of Bhagwan et al.: revenue fell from 100 to 50, and it was the devices.
var paper = []stats.Dimension{
	{Name: "data center", Elements: []stats.Element{{"X", 94, 47}, {"Y", 6, 3}}},
	{Name: "advertiser", Elements: []stats.Element{{"A1", 50, 24}, {"A2", 20, 21}, {"A3", 20, 4}, {"A4", 10, 1}}},
	{Name: "device", Elements: []stats.Element{{"PC", 50, 49}, {"Mobile", 25, 1}, {"Tablet", 25, 0}}},
}

func TestAdtributorOnThePapersExample(t *testing.T) {
	t.Parallel()
	found := must(stats.Adtributor(paper, stats.UsualAdtributorLimits()))
	if len(found) != 3 || found[0].Dimension != "device" || found[1].Dimension != "advertiser" || found[2].Dimension != "data center" {
		t.Fatalf("%+v", found)
	}
	causes := found[0].Causes
	if len(causes) != 2 || causes[0].Name != "Tablet" || causes[1].Name != "Mobile" {
		t.Fatalf("%+v", causes)
	}
	near(t, "power of tablets", causes[0].Power, 0.5, 1e-12)
	near(t, "power of mobiles", causes[1].Power, 0.48, 1e-12)
	near(t, "surprise of tablets", causes[0].Surprise, 0.125*math.Ln2, 1e-12)
	near(t, "surprise of data centers", found[2].Surprise, 0, 1e-12)
	near(t, "power of advertisers", found[1].Power, 1.02, 1e-12)
}

func TestAdtributorRefuses(t *testing.T) {
	t.Parallel()
	one := func(elements ...stats.Element) []stats.Dimension {
		return []stats.Dimension{{Name: "region", Elements: elements}}
	}
	for key, dimensions := range map[string][]stats.Dimension{
		"stats.no_variation": one(stats.Element{"N", 5, 6}, stats.Element{"S", 6, 5}),
		"stats.out_of_range": append(one(stats.Element{"N", 5, 6}), paper...),
		"stats.too_few":      one(stats.Element{"N", 0, 6}),
	} {
		_, err := stats.Adtributor(dimensions, stats.UsualAdtributorLimits())
		refused(t, err, key)
	}
	_, err := stats.Adtributor(paper, stats.AdtributorLimits{Element: 0.1, Set: 1})
	refused(t, err, "stats.out_of_range")
	_, err = stats.Adtributor(nil, stats.UsualAdtributorLimits())
	refused(t, err, "stats.too_few")
}

func TestHowManyCountsEveryOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chances := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 9).Draw(t, "chances")
		want := make([]float64, len(chances)+1)
		for outcome := range uint(1) << len(chances) {
			p := 1.0
			for i, c := range chances {
				if outcome>>i&1 == 0 {
					c = 1 - c
				}
				p *= c
			}
			want[bits.OnesCount(outcome)] += p
		}
		for k, got := range must(stats.HowMany(chances, 0)) {
			if math.Abs(got-want[k]) > 1e-12 {
				t.Fatalf("exactly %d: %v, want %v", k, got, want[k])
			}
		}
	})
}

func TestCommonCause(t *testing.T) {
	t.Parallel()
	// Two events of chance ½ happen both with 1/4 + asin(ρ)/2π.
	for _, rho := range []float64{0, 0.1, 0.5, 0.9, 0.99} {
		near(t, fmt.Sprint("both at ", rho), must(stats.AtLeast(2, []float64{0.5, 0.5}, rho)), 0.25+math.Asin(rho)/(2*math.Pi), 1e-9)
	}
	rapid.Check(t, func(t *rapid.T) {
		chances := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 12).Draw(t, "chances")
		counts := must(stats.HowMany(chances, rapid.Float64Range(0, 0.99).Draw(t, "correlation")))
		total, expected, chance := 0.0, 0.0, 0.0
		for k, p := range counts {
			total, expected = total+p, expected+float64(k)*p
		}
		for _, p := range chances {
			chance += p
		}
		if math.Abs(total-1) > 1e-9 || math.Abs(expected-chance) > 1e-7 {
			t.Fatalf("sum %v, mean %v, want 1 and %v", total, expected, chance)
		}
	})
}

func TestAtLeastEightyPercentOfTeams(t *testing.T) {
	t.Parallel()
	team := func(n int, p float64) []float64 { return slices.Repeat([]float64{p}, n) }
	// Worked out elsewhere, by binomial tails under a normal density. Simulations (methods T5) say 60 to 67, 76 to 86 and 88 to 98 %.
	for _, c := range []struct {
		p    float64
		want map[int][3]float64 // by people: ρ 0, 0.1, 0.2
	}{
		{0.8, map[int][3]float64{10: {0.6778, 0.6703, 0.6707}, 30: {0.6070, 0.6053, 0.6158}}},
		{0.85, map[int][3]float64{10: {0.8202, 0.7940, 0.7805}, 30: {0.8474, 0.7751, 0.7525}}},
		{0.9, map[int][3]float64{10: {0.9298, 0.9022, 0.8830}, 30: {0.9742, 0.9144, 0.8790}}},
	} {
		for n, wants := range c.want {
			for i, rho := range []float64{0, 0.1, 0.2} {
				near(t, fmt.Sprint(n, " people at ", c.p, ", ρ ", rho), must(stats.AtLeast(n*8/10, team(n, c.p), rho)), wants[i], 0.00006)
			}
		}
	}
	near(t, "none of them", must(stats.AtLeast(0, nil, 0.2)), 1, 0)
	near(t, "one of none", must(stats.AtLeast(1, nil, 0.2)), 0, 0)
	for _, c := range []struct{ p, rho float64 }{{1.1, 0}, {math.NaN(), 0}, {0.5, -0.1}, {0.5, 1}} {
		_, err := stats.AtLeast(1, []float64{c.p}, c.rho)
		refused(t, err, "stats.out_of_range")
	}
}

func TestAlpha(t *testing.T) {
	t.Parallel()
	// Items 1 3 5 and 2 3 7 have variances 4 and 7, sums 3 6 12 have 21: 2·(1 − 11/21)
	near(t, "by hand", must(stats.Alpha([][]float64{{1, 2}, {3, 3}, {5, 7}})), 20.0/21, 1e-12)
	near(t, "the same twice", must(stats.Alpha([][]float64{{1, 1}, {4, 4}, {5, 5}})), 1, 1e-12)
	_, err := stats.Alpha([][]float64{{1, 3}, {3, 1}})
	refused(t, err, "stats.no_variation")
	_, err = stats.Alpha([][]float64{{1, 3}})
	refused(t, err, "stats.too_few")
	_, err = stats.Alpha([][]float64{{1}, {3}})
	refused(t, err, "stats.too_few")
	_, err = stats.Alpha([][]float64{{1, 3}, {3}})
	refused(t, err, "stats.lengths_differ")
	_, err = stats.Alpha([][]float64{{1, 3}, {3, math.NaN()}})
	refused(t, err, "stats.out_of_range")
}

func TestCaptureRecapture(t *testing.T) {
	t.Parallel()
	// The turtles of Wikipedia's article "Mark and recapture": 10 and 15, 5 of them marked; 28.3, between 22 and 65.
	c := must(stats.CaptureRecapture(10, 15, 5, 0.95))
	near(t, "turtles", c.All, 28.333, 0.001)
	near(t, "at least", c.Interval.Low, 22, 0.5)
	near(t, "at most", c.Interval.High, 65, 0.5)
	problems := must(stats.CaptureRecapture(30, 26, 20, 0.95)) // methods D3
	near(t, "problems", problems.All, 38.9, 0.05)
	near(t, "rate", problems.Rate, 0.927, 0.001)
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.IntRange(1, 500).Draw(t, "first"), rapid.IntRange(1, 500).Draw(t, "second")
		c := must(stats.CaptureRecapture(n1, n2, rapid.IntRange(0, min(n1, n2)).Draw(t, "both"), 0.95))
		if c.All < float64(c.Found)-1e-9 || c.Interval.Low < float64(c.Found) || c.Interval.High < c.Interval.Low || c.Rate > 1 {
			t.Fatalf("%+v", c)
		}
	})
	_, err := stats.CaptureRecapture(0, 3, 0, 0.95)
	refused(t, err, "stats.too_few")
	_, err = stats.CaptureRecapture(2, 3, 3, 0.95)
	refused(t, err, "stats.out_of_range")
	_, err = stats.CaptureRecapture(2, 3, 1, 0)
	refused(t, err, "stats.out_of_range")
}

func TestFalseDiscoveryOnThePapersExample(t *testing.T) {
	t.Parallel()
	// Benjamini and Hochberg 1995, section 4.1; adjusted by R's p.adjust.
	values := []float64{0.3240, 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	got := must(stats.FalseDiscovery(values))
	for i, want := range []float64{0.486, 0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1} {
		near(t, fmt.Sprint("value ", values[i]), got[i], want, 1e-8)
	}
	_, err := stats.FalseDiscovery([]float64{0.5, 1.5})
	refused(t, err, "stats.out_of_range")
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 20).Draw(t, "values")
		q := rapid.Float64Range(0.001, 0.3).Draw(t, "q")
		// The step-up rule itself: the largest i with p₍ᵢ₎ ≤ iq/n, and all up to it.
		sorted := slices.Sorted(slices.Values(values))
		limit := -1.0
		for i, p := range sorted {
			if p*float64(len(sorted))/float64(i+1) <= q {
				limit = p
			}
		}
		for i, adjusted := range must(stats.FalseDiscovery(values)) {
			if (adjusted <= q) != (values[i] <= limit) {
				t.Fatalf("%v adjusted to %v, the limit is %v", values[i], adjusted, limit)
			}
		}
	})
}

// pilot is a panel: a value before and one after for each cluster, changes given.
func pilot(inPilot, elsewhere []float64) (observations []stats.PilotObservation) {
	for side, changes := range [][]float64{elsewhere, inPilot} {
		for i, change := range changes {
			name, before := fmt.Sprint(side, "-", i), float64(10*i+side)
			observations = append(observations,
				stats.PilotObservation{Cluster: name, Pilot: side == 1, Value: before},
				stats.PilotObservation{Cluster: name, Pilot: side == 1, After: true, Value: before + change})
		}
	}
	return observations
}

func TestDifferenceInDifferencesByHand(t *testing.T) {
	t.Parallel()
	// Changes 4 6 8 10 12 (mean 8, Σ of squares 40) and 1 2 3 4 5 (mean 3, 10): effect 5. The sandwich is Σ(d−d̄)²/5² = 50/25 = 2,
	// times 10/9 · 19/16; Student's t with 9 degrees at 97.5 % is 2.262157.
	e := must(stats.DifferenceInDifferences(pilot([]float64{4, 6, 8, 10, 12}, []float64{1, 2, 3, 4, 5}), 0.95))
	want := math.Sqrt(2 * 10.0 / 9 * 19 / 16)
	near(t, "effect", e.Value, 5, 1e-9)
	near(t, "standard error", e.StandardError, want, 1e-9)
	near(t, "upper end", e.Interval.High, 5+2.262157*want, 1e-5)
	near(t, "lower end", e.Interval.Low, 5-2.262157*want, 1e-5)
	if e.P < 0.001 || e.P > 0.02 { // t = 3.08 with 9 degrees: between 1 and 2 %
		t.Errorf("p is %v", e.P)
	}
}

func TestDifferenceInDifferencesRefuses(t *testing.T) {
	t.Parallel()
	changes := []float64{4, 6, 8, 10, 12}
	_, err := stats.DifferenceInDifferences(pilot(changes[:4], changes), 0.95)
	refused(t, err, "stats.too_few")
	_, err = stats.DifferenceInDifferences(nil, 0.95)
	refused(t, err, "stats.too_few")
	both := pilot(changes, changes)
	both[0].Pilot = true
	_, err = stats.DifferenceInDifferences(both, 0.95)
	refused(t, err, "stats.out_of_range")
	before := slices.DeleteFunc(pilot(changes, changes), func(o stats.PilotObservation) bool { return o.After })
	_, err = stats.DifferenceInDifferences(before, 0.95)
	refused(t, err, "stats.no_variation")
	_, err = stats.DifferenceInDifferences(pilot(changes, changes), 0)
	refused(t, err, "stats.out_of_range")
}

func TestInterruptedSeriesFindsWhatWasPutIn(t *testing.T) {
	t.Parallel()
	series := make([]float64, 24)
	for i := range series {
		series[i] = 100 + 2*float64(i)
		if i >= 12 {
			series[i] += 30 - 1.5*float64(i-12)
		}
	}
	r := must(stats.InterruptedSeries(series, 12, 0.95))
	near(t, "level", r.Level.Value, 30, 1e-8)
	near(t, "trend", r.Trend.Value, -1.5, 1e-8)
	_, err := stats.InterruptedSeries(series, 7, 0.95)
	refused(t, err, "stats.too_few")
	_, err = stats.InterruptedSeries(series, 17, 0.95)
	refused(t, err, "stats.too_few")
	series[2] = math.NaN()
	_, err = stats.InterruptedSeries(series, 12, 0.95)
	refused(t, err, "stats.out_of_range")
}

func TestInterruptedSeriesIsTwoLinesWithNeweyWestErrors(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(11, 12))
	const n, start = 40, 18
	series, residuals := make([]float64, n), make([]float64, n)
	for i := range series {
		series[i] = 50 + chance.NormFloat64()*5 + float64(i%3)
	}
	// The model is a line on each side. Level and trend are sums of h·y; their variance is ΣΣ weight(|i−j|)·hᵢuᵢ·hⱼuⱼ.
	level, trend := make([]float64, n), make([]float64, n)
	wantLevel, wantTrend := 0.0, 0.0
	for side, ends := range [][2]int{{0, start}, {start, n}} {
		sign, count := float64(2*side-1), float64(ends[1]-ends[0])
		middle, middleY, squares, products := 0.0, 0.0, 0.0, 0.0
		for i := ends[0]; i < ends[1]; i++ {
			middle, middleY = middle+float64(i)/count, middleY+series[i]/count
		}
		for i := ends[0]; i < ends[1]; i++ {
			squares += (float64(i) - middle) * (float64(i) - middle)
			products += (float64(i) - middle) * (series[i] - middleY)
		}
		for i := ends[0]; i < ends[1]; i++ {
			residuals[i] = series[i] - middleY - products/squares*(float64(i)-middle)
			level[i] = sign * (1/count + (start-middle)*(float64(i)-middle)/squares)
			trend[i] = sign * (float64(i) - middle) / squares
			wantLevel, wantTrend = wantLevel+level[i]*series[i], wantTrend+trend[i]*series[i]
		}
	}
	r := must(stats.InterruptedSeries(series, start, 0.95))
	if r.Lags != 3 { // 4·0.4^(2/9) = 3.26
		t.Errorf("%d lags", r.Lags)
	}
	deviation := func(h []float64) float64 {
		total := 0.0
		for i := range h {
			for j := range h {
				if apart := math.Abs(float64(i - j)); apart <= 3 {
					total += (1 - apart/4) * h[i] * residuals[i] * h[j] * residuals[j]
				}
			}
		}
		return math.Sqrt(total * n / (n - 4))
	}
	near(t, "level", r.Level.Value, wantLevel, 1e-8)
	near(t, "trend", r.Trend.Value, wantTrend, 1e-8)
	near(t, "error of the level", r.Level.StandardError, deviation(level), 1e-8)
	near(t, "error of the trend", r.Trend.StandardError, deviation(trend), 1e-8)
}
