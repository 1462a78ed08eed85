package insight_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/insight"
)

func TestChainsSumExactly(t *testing.T) {
	t.Parallel()
	total := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 40), rapid.Int64Range(-5, 5_000_000_000))
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 8).Draw(t, "segments"), rapid.IntRange(1, 5).Draw(t, "totals")
		table := rapid.SliceOfN(rapid.SliceOfN(total, k, k), n, n)
		before, after := table.Draw(t, "before"), table.Draw(t, "after")
		e, err := insight.Chain(before, after)
		if err != nil {
			t.Fatal(err)
		}
		sum, columns := e.Rest, make([]int64, k)
		for _, v := range e.Effects {
			sum += v
		}
		if sum != e.After-e.Before {
			t.Fatalf("effects and rest are %d, the change %d", sum, e.After-e.Before)
		}
		for i, s := range e.Segments {
			own := s.Rest
			for f, v := range s.Effects {
				own += v
				columns[f] += v
			}
			if own != after[i][k-1]-before[i][k-1] || s.Split && s.Rest != 0 {
				t.Fatalf("segment %d: %+v", i, s)
			}
		}
		for f := range columns {
			if columns[f] != e.Effects[f] {
				t.Fatalf("factor %d: %d by segments, %d", f, columns[f], e.Effects[f])
			}
		}
		back, err := insight.Chain(after, before)
		if err != nil || back.Rest != -e.Rest {
			t.Fatalf("back: %+v, %v", back, err)
		}
		for f := range e.Effects { // one whole unit of rounding for each segment at most
			if d := e.Effects[f] + back.Effects[f]; d > int64(n) || d < -int64(n) {
				t.Fatalf("factor %d: there %d, back %d", f, e.Effects[f], back.Effects[f])
			}
		}
	})
}

func TestWholeKeepsTheSumAndIsClose(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 12).Draw(t, "parts")
		exact := 0.0
		for _, p := range parts {
			exact += p
		}
		total := int64(math.Round(exact))
		sum := int64(0)
		for i, v := range insight.Whole(parts, total) {
			sum += v
			if math.Abs(float64(v)-parts[i]) > 1+1e-6 {
				t.Fatalf("%v became %d", parts[i], v)
			}
		}
		if sum != total {
			t.Fatalf("%d, want %d", sum, total)
		}
	})
}

func TestRatiosSumExactly(t *testing.T) {
	t.Parallel()
	base := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 9), rapid.Int64Range(0, 9_000_000_000))
	count := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(-9, 9), rapid.Int64Range(-1_000_000_000, 9_000_000_000))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) insight.Part {
			return insight.Part{CountBefore: count.Draw(t, "count before"), BaseBefore: base.Draw(t, "base before"), CountAfter: count.Draw(t, "count after"), BaseAfter: base.Draw(t, "base after")}
		}), 0, 8).Draw(t, "parts")
		parts = append(parts, insight.Part{CountBefore: 1, BaseBefore: 2, CountAfter: 2, BaseAfter: 3})
		e, err := insight.Ratio(parts)
		if err != nil {
			t.Fatal(err)
		}
		sum, effects := new(big.Rat), []*big.Rat{}
		for i, p := range e.Parts {
			sum.Add(sum, p.Inner).Add(sum, p.Mix)
			effects = append(effects, p.Inner, p.Mix)
			naive(t, parts, i, e, p)
		}
		change := new(big.Rat).Sub(e.After, e.Before)
		if sum.Cmp(change) != 0 || new(big.Rat).Add(e.Inner, e.Mix).Cmp(change) != 0 {
			t.Fatalf("parts sum to %v, the change is %v", sum, change)
		}
		list, total := insight.Millionths(effects)
		for _, v := range list {
			total -= v
		}
		if total != 0 {
			t.Fatalf("rounded parts are off by %d", total)
		}
	})
}

// naive is the formula as it is written: inner w₁(r₁−r₀), mix (w₁−w₀)(r₀−R₀).
func naive(t *rapid.T, parts []insight.Part, i int, e insight.RatioEffects, got insight.PartEffect) {
	p := parts[i]
	if p.BaseBefore == 0 || p.BaseAfter == 0 {
		if got.Inner.Sign() != 0 {
			t.Fatalf("part %d has no ratio of its own, and an inner effect", i)
		}
		return
	}
	before, after := int64(0), int64(0)
	for _, q := range parts {
		before, after = before+q.BaseBefore, after+q.BaseAfter
	}
	w0, w1 := big.NewRat(p.BaseBefore, before), big.NewRat(p.BaseAfter, after)
	r0, r1 := big.NewRat(p.CountBefore, p.BaseBefore), big.NewRat(p.CountAfter, p.BaseAfter)
	inner := new(big.Rat).Mul(w1, new(big.Rat).Sub(r1, r0))
	mix := new(big.Rat).Mul(new(big.Rat).Sub(w1, w0), new(big.Rat).Sub(r0, e.Before))
	if inner.Cmp(got.Inner) != 0 || mix.Cmp(got.Mix) != 0 {
		t.Fatalf("part %d: inner %v mix %v, want %v and %v", i, got.Inner, got.Mix, inner, mix)
	}
}

func TestCausesMakeUpMostOfTheChange(t *testing.T) {
	t.Parallel()
	amount := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 100), rapid.Int64Range(0, 5_000_000_000))
	rapid.Check(t, func(t *rapid.T) {
		elements := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) insight.Element {
			return insight.Element{Name: rapid.StringMatching(`[a-z]{8}`).Draw(t, "name"), Expected: amount.Draw(t, "expected"), Actual: amount.Draw(t, "actual")}
		}), 2, 8).Draw(t, "elements")
		change := int64(0)
		for _, e := range elements {
			change += e.Actual - e.Expected
		}
		found := insight.Where([]insight.Dimension{{Name: "a", Elements: elements}, {Name: "one", Elements: elements[:1]}})
		if len(found.Places)+len(found.Skipped) != 2 && !found.Flat {
			t.Fatalf("a dimension is lost: %+v", found)
		}
		for _, p := range found.Places {
			sum := int64(0)
			for _, c := range p.Causes {
				sum += c.Change
			}
			if sum != p.Change || p.Whole != change || float64(p.Change)/float64(p.Whole) <= 0.67 {
				t.Fatalf("%+v of %d", p, change)
			}
		}
	})
}

// seasonal is a company that grows evenly, sells twice as much in December and half as much in February, and wobbles.
func seasonal(n int, wobble func(int) float64) (list []insight.Month) {
	for i := range n {
		civil := i%12 + 1
		level := 1000 * (1 + 0.004*float64(i))
		switch civil {
		case 12:
			level *= 2
		case 2:
			level /= 2
		}
		days := 20 + i%4
		list = append(list, insight.Month{Value: level * float64(days) * wobble(i), WorkDays: days, Civil: civil})
	}
	return list
}

func TestForecastsComeTrueAsOftenAsTheySay(t *testing.T) {
	t.Parallel()
	random := big.NewInt(20260901)
	next := func() float64 { // a linear congruence: the same series for ever
		random.Mul(random, big.NewInt(1103515245)).Add(random, big.NewInt(12345)).Mod(random, big.NewInt(1<<31))
		return float64(random.Int64()) / (1 << 31)
	}
	inside, of := 0, 0
	for range 60 {
		series := seasonal(49, func(int) float64 { return 0.85 + 0.3*next() })
		last := series[48]
		f, err := insight.Ahead(series[:48], last.WorkDays, last.Civil, 1)
		if err != nil || !f.Seasonal || !f.Interval {
			t.Fatalf("%+v, %v", f, err)
		}
		if of++; f.Low <= last.Value && last.Value <= f.High {
			inside++
		}
		if f.Value < 0.75*last.Value || f.Value > 1.4*last.Value {
			t.Errorf("forecast %f of %f", f.Value, last.Value)
		}
	}
	if inside < of*65/100 {
		t.Errorf("%d of %d months lay in an interval of 80 %%", inside, of)
	}
}

func TestForecastsOfWhatIsAlwaysTheSameAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		each, n := rapid.Float64Range(1, 1e9).Draw(t, "each"), rapid.IntRange(6, 60).Draw(t, "months")
		ahead, days := rapid.IntRange(1, 2).Draw(t, "ahead"), rapid.IntRange(15, 23).Draw(t, "days")
		var series []insight.Month
		for i := range n {
			d := rapid.IntRange(15, 23).Draw(t, "day")
			series = append(series, insight.Month{Value: each * float64(d), WorkDays: d, Civil: i%12 + 1})
		}
		f, err := insight.Ahead(series, days, (n+ahead-1)%12+1, ahead)
		if err != nil || math.Abs(f.Value/(each*float64(days))-1) > 1e-9 || f.MeanOff > 1e-9 {
			t.Fatalf("%+v, %v", f, err)
		}
		if f.Interval != (f.Tested >= 8) || f.Interval && (f.Low > f.Value || f.High < f.Value) {
			t.Fatalf("%+v", f)
		}
	})
}

func TestForecastsNeedMonths(t *testing.T) {
	t.Parallel()
	series := seasonal(6, func(int) float64 { return 1 })
	if _, err := insight.Ahead(series[:5], 20, 6, 1); err == nil {
		t.Error("of five months")
	}
	if _, err := insight.Ahead(series, 0, 7, 1); err == nil {
		t.Error("of a month without working days")
	}
	series[3].Value = -1
	if _, err := insight.Ahead(series, 20, 7, 1); err == nil {
		t.Error("of a month with less than nothing")
	}
}
