package stats

import (
	"cmp"
	"math"
	"slices"
)

// FactorEffects says how much each factor moved a sum of products.
type FactorEffects struct {
	Before, After float64
	Effects       []float64   // for each factor; they sum to After − Before
	BySegment     [][]float64 // for each segment and factor; they sum to Effects
}

// LMDI splits the change of Σ over segments of Π over factors into the effects of the factors: L(V₁,V₀)·ln(x₁/x₀) for each segment, with L the
// logarithmic mean; nothing is left over but rounding. Before and after list the segments and for each its factors, in the same order; effects are
// in the unit of the product. A factor that was or became 0 has the limit of small values: the whole change of its segment, shared evenly
// where several did. Source: Ang, Energy Policy 33, 2005 (LMDI-I, additive); Ang, Choi 1997 for zeros. Refused: no segments or factors; lists
// of unequal lengths; factors that are negative or no number.
func LMDI(before, after [][]float64) (FactorEffects, error) {
	if len(before) != len(after) {
		return FactorEffects{}, refuseLengths(len(before), len(after))
	}
	if len(before) == 0 || len(before[0]) == 0 {
		return FactorEffects{}, refuseFew(0, 1)
	}
	factors := len(before[0])
	f := FactorEffects{Effects: make([]float64, factors)}
	for i := range before {
		for _, list := range [][]float64{before[i], after[i]} {
			if len(list) != factors {
				return FactorEffects{}, refuseLengths(len(list), factors)
			}
			if err := checkFactors(list); err != nil {
				return FactorEffects{}, err
			}
		}
		from, to := product(before[i]), product(after[i])
		effects := segmentEffects(before[i], after[i], from, to)
		f.Before, f.After = f.Before+from, f.After+to
		f.BySegment = append(f.BySegment, effects)
		for k, v := range effects {
			f.Effects[k] += v
		}
	}
	if !finite(f.Before) || !finite(f.After) {
		return FactorEffects{}, refuseNumber("product", math.Max(f.Before, f.After))
	}
	return f, nil
}

// checkFactors refuses factors that are negative or no number, and those whose product is too small to be told from 0.
func checkFactors(factors []float64) error {
	smallest := math.Inf(1)
	for _, v := range factors {
		if !finite(v) || v < 0 {
			return refuseNumber("factor", v)
		}
		smallest = math.Min(smallest, v)
	}
	if smallest > 0 && product(factors) == 0 {
		return refuseNumber("product", 0)
	}
	return nil
}

func product(factors []float64) float64 {
	p := 1.0
	for _, v := range factors {
		p *= v
	}
	return p
}

// segmentEffects are the effects of one segment's factors.
func segmentEffects(before, after []float64, from, to float64) []float64 {
	effects := make([]float64, len(before))
	if from > 0 && to > 0 {
		weight := logarithmicMean(to, from)
		for k := range effects {
			effects[k] = weight * (math.Log(after[k]) - math.Log(before[k]))
		}
		return effects
	}
	// One end is 0 (or both are, and nothing changed): what appeared or went did it.
	changed := func(k int) bool { return (before[k] == 0) != (after[k] == 0) }
	n := 0
	for k := range effects {
		if changed(k) {
			n++
		}
	}
	for k := range effects {
		if changed(k) && from != to {
			effects[k] = (to - from) / float64(n)
		}
	}
	return effects
}

// logarithmicMean is (a−b)/ln(a/b), and a where they are equal.
func logarithmicMean(a, b float64) float64 {
	d := math.Log(a) - math.Log(b)
	if d == 0 {
		return a
	}
	return b * math.Expm1(d) / d
}

// Part is one segment of a ratio: what is counted over what it is counted against (won deals over deals), before and after.
type Part struct {
	CountBefore, BaseBefore float64
	CountAfter, BaseAfter   float64
}

// PartEffect is what one segment did to the ratio: by changing itself, and by weighing more or less than before.
type PartEffect struct {
	Inner, Mix float64
}

// RatioEffects says why a ratio of sums moved. All effects together sum to After − Before up to rounding.
type RatioEffects struct {
	Before, After float64
	Parts         []PartEffect
	Inner, Mix    float64
}

// InnerMix splits the change of Σcount/Σbase over segments: inner w₁(r₁−r₀) and mix (w₁−w₀)(r₀−R₀), w the segment's share of the base, r its ratio, R
// the ratio of all. A segment that is new has no ratio of before: all it did is mix. Source: methods D6 [MH]. Refused: bases that are
// negative, or 0 with a count; bases that sum to 0 before or after; what is no number.
func InnerMix(parts []Part) (RatioEffects, error) {
	var all Part
	for _, p := range parts {
		if err := allFinite("count", []float64{p.CountBefore, p.CountAfter}); err != nil {
			return RatioEffects{}, err
		}
		for _, side := range [][2]float64{{p.CountBefore, p.BaseBefore}, {p.CountAfter, p.BaseAfter}} {
			if !finite(side[1]) || side[1] < 0 || side[1] == 0 && side[0] != 0 {
				return RatioEffects{}, refuseNumber("base", side[1])
			}
		}
		all.CountBefore, all.BaseBefore = all.CountBefore+p.CountBefore, all.BaseBefore+p.BaseBefore
		all.CountAfter, all.BaseAfter = all.CountAfter+p.CountAfter, all.BaseAfter+p.BaseAfter
	}
	if all.BaseBefore == 0 || all.BaseAfter == 0 {
		return RatioEffects{}, refuseFew(0, 1)
	}
	e := RatioEffects{Before: all.CountBefore / all.BaseBefore, After: all.CountAfter / all.BaseAfter}
	for _, p := range parts {
		weightBefore, weightAfter := p.BaseBefore/all.BaseBefore, p.BaseAfter/all.BaseAfter
		var effect PartEffect
		switch {
		case p.BaseBefore == 0 && p.BaseAfter > 0:
			effect.Mix = weightAfter * (p.CountAfter/p.BaseAfter - e.Before)
		case p.BaseBefore > 0:
			ratio := p.CountBefore / p.BaseBefore
			effect.Mix = (weightAfter - weightBefore) * (ratio - e.Before)
			if p.BaseAfter > 0 {
				effect.Inner = weightAfter * (p.CountAfter/p.BaseAfter - ratio)
			}
		}
		e.Parts = append(e.Parts, effect)
		e.Inner, e.Mix = e.Inner+effect.Inner, e.Mix+effect.Mix
	}
	return e, nil
}

// Element is one value of a dimension (a region, say) with what was forecast and what came, in one unit.
type Element struct {
	Name             string
	Forecast, Actual float64
}

// Dimension is one way to cut the same total into elements.
type Dimension struct {
	Name     string
	Elements []Element
}

// Cause is an element that explains a change.
type Cause struct {
	Name     string
	Power    float64 // share of the whole change, negative when against it
	Surprise float64 // divergence of its forecast and actual shares; at most ln 2 over all
}

// Explanation is a set of elements of one dimension that together explain a change.
type Explanation struct {
	Dimension string
	Causes    []Cause // by falling surprise
	Power     float64 // of the causes together
	Surprise  float64 // of the causes together; explanations are ranked by it
}

// AdtributorLimits are the thresholds: an element counts with at least Element of the change, a set is enough with Set of it.
type AdtributorLimits struct {
	Element float64
	Set     float64
}

// UsualAdtributorLimits are those of the paper: 10 % and 67 %.
func UsualAdtributorLimits() AdtributorLimits { return AdtributorLimits{Element: 0.1, Set: 0.67} }

// Adtributor finds in which dimension, and where in it, a change of a total lies: elements in order of surprise ½(p ln 2p/(p+q) + q ln 2q/(p+q)),
// p and q their shares of forecast and actual; those with more power (A−F of the element over that of all) than the limit are taken until together
// they have more than the limit of a set. Dimensions in which that succeeds come out by falling surprise, ties by their place. It finds causes in
// one dimension only. Source: Bhagwan et al., NSDI 2014. Refused: no dimensions or elements; values that are negative or no number; totals
// that are 0 or did not change; a dimension whose elements have other totals than the first's; limits outside 0 to 1.
func Adtributor(dimensions []Dimension, limits AdtributorLimits) ([]Explanation, error) {
	if len(dimensions) == 0 {
		return nil, refuseFew(0, 1)
	}
	if err := share("element", limits.Element); err != nil {
		return nil, err
	}
	if err := share("set", limits.Set); err != nil {
		return nil, err
	}
	var explanations []Explanation
	forecast, actual := 0.0, 0.0
	for i, d := range dimensions {
		ofForecast, ofActual, err := totals(d.Elements)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			forecast, actual = ofForecast, ofActual
		}
		if !alike(forecast, ofForecast) || !alike(actual, ofActual) {
			return nil, refuseNumber(d.Name, ofActual)
		}
		if explanation, found := explain(d, forecast, actual, limits); found {
			explanations = append(explanations, explanation)
		}
	}
	slices.SortStableFunc(explanations, func(a, b Explanation) int { return cmp.Compare(b.Surprise, a.Surprise) })
	return explanations, nil
}

// alike reports whether two sums of the same things in another order may be the same.
func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }

// totals sums up elements, and refuses those that no change can be explained with.
func totals(elements []Element) (forecast, actual float64, err error) {
	for _, e := range elements {
		for _, v := range []float64{e.Forecast, e.Actual} {
			if !finite(v) || v < 0 {
				return 0, 0, refuseNumber(e.Name, v)
			}
		}
		forecast, actual = forecast+e.Forecast, actual+e.Actual
	}
	switch {
	case forecast == 0 || actual == 0:
		return 0, 0, refuseFew(0, 1)
	case alike(forecast, actual):
		return 0, 0, refuseFlat()
	}
	return forecast, actual, nil
}

// explain looks for a set of elements in one dimension.
func explain(d Dimension, forecast, actual float64, limits AdtributorLimits) (Explanation, bool) {
	causes := make([]Cause, len(d.Elements))
	for i, e := range d.Elements {
		p, q := e.Forecast/forecast, e.Actual/actual
		causes[i] = Cause{Name: e.Name, Power: (e.Actual - e.Forecast) / (actual - forecast), Surprise: (divergence(p, q) + divergence(q, p)) / 2}
	}
	slices.SortStableFunc(causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(b.Surprise, a.Surprise), cmp.Compare(a.Name, b.Name))
	})
	found := Explanation{Dimension: d.Name}
	for _, c := range causes {
		if c.Power <= limits.Element {
			continue
		}
		found.Causes = append(found.Causes, c)
		found.Power, found.Surprise = found.Power+c.Power, found.Surprise+c.Surprise
		if found.Power > limits.Set {
			return found, true
		}
	}
	return Explanation{}, false
}

// divergence is p ln(2p/(p+q)), and 0 for p = 0.
func divergence(p, q float64) float64 {
	if p == 0 {
		return 0
	}
	return p * math.Log(2*p/(p+q))
}
