package finding

import (
	"math"
	"slices"
)

// leaf is what one seat (a person in a team), one product, one source shows of a measure: over weight cases the sum of differences
// between what was seen and what was to be expected, with the variance that chance alone gives that sum.
type leaf struct {
	weight, difference, variance float64
}

// tier is one level of places: which of them each leaf lies in, -1 for none.
type tier struct {
	level Level
	of    []int32
	count int
}

// board is a measure with the places that it can be out of line at.
type board struct {
	tiers  []tier // narrowest first
	leaves []leaf
	// high says that more is worse; otherwise less is.
	high bool
	// natural is how far places differ when nothing is wrong, as a standard deviation in the unit of the measure; what is seen of the spread
	// counts more the more places there are.
	natural float64
	// least is the difference that matters to people, in the unit of the measure; smaller ones are not told, however certain.
	least float64
	// cases is the least weight of a place that can be judged.
	cases float64
	// levels are those that may be named; nil means all.
	levels []Level
}

// pick is a place that is out of line.
type pick struct {
	tier, group int
	effect      float64 // difference a case, the place against the rest
	weight      float64
	chance      float64 // of so great a difference by chance and natural spread
	tests       int     // places of the level that were looked at
}

// priorPlaces is how many places the assumption about natural spread counts for.
const priorPlaces = 10

// fewPlaces is up to how many places of a tier the one that is judged is left out of the spread of the others: among few it would hide itself.
const fewPlaces = 60

// mostPicks bounds how many places of one measure are told.
const mostPicks = 8

// scan looks for the places that explain best that a measure is out of line: the place that stands out most against all others is
// taken, its leaves are set aside, and the rest is looked at again. A region stands out more than its teams when all of them are out
// of line, and a team more than its region when it is alone, because differences of several places average out and natural ones
// do not add up. Natural spread of each level is estimated robustly (Paule–Mandel with winsorised residuals) and drawn towards what
// is usual. Sources: Spiegelhalter, Statistics in Medicine 24, 2005 (funnel plots with overdispersion); Paule, Mandel 1982;
// Kulldorff 1997 (scan for the strongest); Wallace 1959 (normal from t).
func scan(b board) []pick {
	var picks []pick
	out := make([]bool, len(b.leaves))
	for len(picks) < mostPicks {
		best, found := b.strongest(out)
		if !found {
			break
		}
		picks = append(picks, best)
		t := b.tiers[best.tier]
		left := 0
		for i := range b.leaves {
			if int(t.of[i]) == best.group {
				out[i] = true
			}
			if !out[i] && b.leaves[i].weight > 0 {
				left++
			}
		}
		if left < 2 {
			break
		}
	}
	return picks
}

// sums are the totals of one group.
type sums struct {
	weight, difference, variance float64
	squares                      []float64 // for each tier, Σ of squared weights of its groups within this one
	parts                        int       // groups of the tier below
	open                         bool
}

// totals adds the leaves up by tier. The last element of each tier's squares belongs to the tier itself.
func (b *board) totals(out []bool) (all [][]sums, whole sums) {
	all = make([][]sums, len(b.tiers))
	for t := range b.tiers {
		all[t] = make([]sums, b.tiers[t].count)
		for g := range all[t] {
			all[t][g].squares = make([]float64, len(b.tiers))
		}
	}
	whole.squares = make([]float64, len(b.tiers))
	for i, l := range b.leaves {
		if out[i] || l.weight <= 0 {
			continue
		}
		for t := range b.tiers {
			if g := b.tiers[t].of[i]; g >= 0 {
				s := &all[t][g]
				s.weight, s.difference, s.variance, s.open = s.weight+l.weight, s.difference+l.difference, s.variance+l.variance, true
			}
		}
		whole.weight, whole.difference, whole.variance = whole.weight+l.weight, whole.difference+l.difference, whole.variance+l.variance
	}
	for t := range b.tiers {
		inside := b.upper(t, out)
		for g := range all[t] {
			square := all[t][g].weight * all[t][g].weight
			all[t][g].squares[t] = square
			whole.squares[t] += square
			for up := t + 1; up < len(b.tiers); up++ {
				if above := inside[up][g]; above >= 0 && all[t][g].open {
					all[up][above].squares[t] += square
					if up == t+1 {
						all[up][above].parts++
					}
				}
			}
		}
	}
	return all, whole
}

// upper says in which group of each wider tier a group of tier t lies.
func (b *board) upper(t int, out []bool) [][]int32 {
	in := make([][]int32, len(b.tiers))
	for up := t + 1; up < len(b.tiers); up++ {
		in[up] = make([]int32, b.tiers[t].count)
		for g := range in[up] {
			in[up][g] = -1
		}
		for i := range b.leaves {
			if g := b.tiers[t].of[i]; g >= 0 && !out[i] && b.leaves[i].weight > 0 {
				in[up][g] = b.tiers[up].of[i]
			}
		}
	}
	return in
}

// spread is the natural variance of each tier, and how many places it was seen at.
type spread struct {
	variance []float64
	freedom  []float64
}

func (b *board) spreads(all [][]sums, whole sums, out []bool) spread {
	s := spread{variance: make([]float64, len(b.tiers)), freedom: make([]float64, len(b.tiers))}
	for t := range b.tiers {
		s.variance[t], s.freedom[t] = b.spreadOf(s, t, -1, all, whole, out)
	}
	return s
}

// spreadOf is the natural variance of a tier and its degrees of freedom, one group left out.
func (b *board) spreadOf(s spread, t, without int, all [][]sums, whole sums, out []bool) (variance, freedom float64) {
	var inside []int32
	if t+1 < len(b.tiers) {
		inside = b.upper(t, out)[t+1]
	}
	type family struct{ weight, difference, groups float64 }
	families := map[int32]family{}
	each := func(do func(g int, sum sums, in int32)) {
		for g, sum := range all[t] {
			if g == without || sum.weight <= 0 || sum.weight < b.cases/4 {
				continue
			}
			in := int32(-1)
			if inside != nil && inside[g] >= 0 && all[t+1][inside[g]].parts > 1 {
				in = inside[g]
			}
			do(g, sum, in)
		}
	}
	each(func(_ int, sum sums, in int32) {
		f := families[in]
		families[in] = family{f.weight + sum.weight, f.difference + sum.difference, f.groups + 1}
	})
	var residuals, variances []float64
	each(func(_ int, sum sums, in int32) {
		if f := families[in]; f.groups > 1 {
			residuals = append(residuals, mean(sum)-f.difference/f.weight)
			variances = append(variances, s.within(sum, t))
		}
	})
	degrees := float64(len(residuals))
	for _, f := range families {
		if f.groups > 1 {
			degrees--
		}
	}
	seen := 0.0
	if degrees > 0 {
		seen = natural(residuals, variances, degrees/float64(len(residuals)))
	}
	return (priorPlaces*b.natural*b.natural + degrees*seen) / (priorPlaces + degrees), priorPlaces + degrees
}

// within is the variance of a group's mean by chance and by the spread of narrower tiers.
func (s spread) within(g sums, below int) float64 {
	v := g.variance / (g.weight * g.weight)
	for t := range below {
		v += s.variance[t] * g.squares[t] / (g.weight * g.weight)
	}
	return v
}

func mean(s sums) float64 {
	if s.weight <= 0 {
		return 0
	}
	return s.difference / s.weight
}

// natural solves Σ min(r²/(v+τ²), c²) = n·f·E for τ², E the mean of min(Z², c²) of a standard normal Z, f the share of degrees of freedom.
func natural(residuals, variances []float64, share float64) float64 {
	const cut, expected = 2.0, 0.7737 // E[min(Z²,4)] = 0.7737
	want := float64(len(residuals)) * share * expected
	total := func(tau float64) (sum float64) {
		for i, r := range residuals {
			if v := variances[i] + tau; v > 0 {
				sum += math.Min(r*r/v, cut*cut)
			}
		}
		return sum
	}
	if total(0) <= want {
		return 0
	}
	high := 0.0
	for _, r := range residuals {
		high = math.Max(high, r*r)
	}
	low := 0.0
	high *= 4
	for range 60 {
		middle := (low + high) / 2
		if total(middle) > want {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// strongest is the place that stands out most.
func (b *board) strongest(out []bool) (best pick, found bool) {
	all, whole := b.totals(out)
	if whole.weight <= 0 {
		return best, false
	}
	s := b.spreads(all, whole, out)
	bestScore := 0.0
	for t := len(b.tiers) - 1; t >= 0; t-- {
		if b.levels != nil && !slices.Contains(b.levels, b.tiers[t].level) {
			continue
		}
		tests := b.tests(t)
		for g, sum := range all[t] {
			if sum.weight < b.cases || sum.weight > 0.9*whole.weight || sum.weight <= 0 {
				continue
			}
			own := s
			if b.tiers[t].count <= fewPlaces {
				own = b.leftOut(s, t, g, all, whole, out)
			}
			effect, z := b.standing(own, t, sum, whole, b.above(all, t, g, out))
			if z <= 0 || math.Abs(effect) < b.least {
				continue
			}
			score := z*z/2 - math.Log(float64(tests))
			if score > bestScore*1.0001 && z > 2 && b.alike(all, t, g, whole, effect, out) {
				bestScore, found = score, true
				best = pick{tier: t, group: g, effect: effect, weight: sum.weight, chance: upperTail(z), tests: tests}
			}
		}
	}
	return best, found
}

// leftOut is the spread without a place that is judged.
func (b *board) leftOut(s spread, t, g int, all [][]sums, whole sums, out []bool) spread {
	own := spread{slices.Clone(s.variance), slices.Clone(s.freedom)}
	own.variance[t], own.freedom[t] = b.spreadOf(s, t, g, all, whole, out)
	return own
}

// tests is how many places of a tier were looked at in the first place.
func (b *board) tests(t int) (n int) {
	weights := make([]float64, b.tiers[t].count)
	for i, l := range b.leaves {
		if g := b.tiers[t].of[i]; g >= 0 {
			weights[g] += l.weight
		}
	}
	for _, w := range weights {
		if w >= b.cases && w > 0 {
			n++
		}
	}
	return max(n, 1)
}

// above are the totals of the wider places that a place lies in, by tier.
func (b *board) above(all [][]sums, t, g int, out []bool) []sums {
	wide := make([]sums, len(b.tiers))
	for i, l := range b.leaves {
		if int(b.tiers[t].of[i]) == g && !out[i] && l.weight > 0 {
			for up := t + 1; up < len(b.tiers); up++ {
				if at := b.tiers[up].of[i]; at >= 0 {
					wide[up] = all[up][at]
				}
			}
			break
		}
	}
	return wide
}

// standing compares a place with all others: the difference, and how many standard deviations it is in the bad direction.
func (b *board) standing(s spread, t int, place, whole sums, wide []sums) (effect, z float64) {
	rest := whole.weight - place.weight
	effect = mean(place) - (whole.difference-place.difference)/rest
	spreadOf := 0.0
	chance := place.variance/(place.weight*place.weight) + (whole.variance-place.variance)/(rest*rest)
	freedom := math.Inf(1)
	for tier, v := range s.variance {
		switch {
		case tier <= t:
			spreadOf += v * (place.squares[tier]/(place.weight*place.weight) + math.Max(0, whole.squares[tier]-place.squares[tier])/(rest*rest))
		case wide[tier].weight > 0: // the part of the rest that lies in the same wider place shares its deviation
			shared := (wide[tier].weight - place.weight) / rest
			others := math.Max(0, whole.squares[tier]-wide[tier].squares[tier]) / (rest * rest)
			spreadOf += v * ((1-shared)*(1-shared) + others)
		}
		freedom = math.Min(freedom, s.freedom[tier])
	}
	total := chance + spreadOf
	if total <= 0 {
		return effect, 0
	}
	z = effect / math.Sqrt(total)
	if !b.high {
		z = -z
	}
	if z > 0 && spreadOf > 0 {
		share := total / spreadOf
		z = normalFromT(z, freedom*share*share)
	}
	return effect, z
}

// alike reports whether a wide place is out of line as a whole: when at least half of its parts that can be judged are, by two fifths of
// it or more. Otherwise one of its parts is meant.
func (b *board) alike(all [][]sums, t, g int, whole sums, effect float64, out []bool) bool {
	if t == 0 {
		return true
	}
	below := t - 1
	inside := b.upper(below, out)[t]
	middle := (whole.difference - all[t][g].difference) / (whole.weight - all[t][g].weight)
	parts, share := 0.0, 0.0
	for i, sum := range all[below] {
		if int(inside[i]) != g || sum.weight <= 0 {
			continue
		}
		parts += sum.weight
		if (mean(sum)-middle)/effect >= 0.4 {
			share += sum.weight
		}
	}
	return parts == 0 || share >= 0.5*parts
}

// upperTail is the chance that a standard normal is above z.
func upperTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// normalFromT is the standard normal value that is as rare as t with so many degrees of freedom.
func normalFromT(t, freedom float64) float64 {
	if math.IsInf(freedom, 1) || freedom > 1e6 {
		return t
	}
	return math.Sqrt(freedom*math.Log1p(t*t/freedom)) * (8*freedom + 1) / (8*freedom + 3)
}
