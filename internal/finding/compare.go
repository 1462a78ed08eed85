package finding

import (
	"math"
	"slices"
)

// gauge gathers a measure by leaf: how many cases, and the sums of their values and squares. A share is a measure of zeros and ones.
// Cases can weigh more than one: money.
type gauge struct {
	n, sum, squares []float64
	weights         []float64 // Σ of squared weights, by which chance grows
	// variance is that of a case of weight 1 where it is known otherwise than from the cases; negative for not known.
	variance float64
	expected []float64 // Σ of what was to be expected by mix, where that is not the mean of all
}

func newGauge(leaves int) *gauge {
	return &gauge{n: make([]float64, leaves), sum: make([]float64, leaves), squares: make([]float64, leaves), weights: make([]float64, leaves), variance: -1}
}

func (g *gauge) add(leaf int32, value float64) { g.weigh(leaf, 1, value) }

// weigh adds a case with a weight; value is of a unit of weight.
func (g *gauge) weigh(leaf int32, weight, value float64) {
	if leaf < 0 || weight <= 0 {
		return
	}
	g.n[leaf] += weight
	g.sum[leaf] += weight * value
	g.squares[leaf] += weight * value * value
	g.weights[leaf] += weight * weight
}

func (g *gauge) hit(leaf int32, hit bool) {
	if hit {
		g.add(leaf, 1)
	} else {
		g.add(leaf, 0)
	}
}

// whole is the number of cases and their mean.
func (g *gauge) whole() (cases, mean float64) {
	sum := 0.0
	for i, n := range g.n {
		cases, sum = cases+n, sum+g.sum[i]
	}
	if cases == 0 {
		return 0, 0
	}
	return cases, sum / cases
}

// of is the cases and mean of a group of a tier.
func (g *gauge) of(t tier, group int32) (cases, mean float64) {
	sum := 0.0
	for i, n := range g.n {
		if t.of[i] == group {
			cases, sum = cases+n, sum+g.sum[i]
		}
	}
	if cases == 0 {
		return 0, 0
	}
	return cases, sum / cases
}

// without is the mean of all but a group.
func (g *gauge) without(t tier, group int32) float64 {
	all, mean := g.whole()
	n, own := g.of(t, group)
	if all <= n {
		return mean
	}
	return (all*mean - n*own) / (all - n)
}

// leaves turns the measure into what scan looks at.
func (g *gauge) leaves(share bool) []leaf {
	cases, mean := g.whole()
	variance := 0.0
	if g.variance >= 0 {
		variance = g.variance
	} else if share {
		p := (cases*mean + 0.5) / (cases + 1)
		variance = math.Max(p*(1-p), 0.005)
	} else {
		free := 0.0
		for i, n := range g.n {
			if n > 1 {
				variance += math.Max(g.squares[i]-g.sum[i]*g.sum[i]/n, 0)
				free += n - 1
			}
		}
		if free > 0 {
			variance /= free
		}
	}
	out := make([]leaf, len(g.n))
	for i, n := range g.n {
		out[i] = leaf{weight: n, difference: g.sum[i] - n*mean, variance: g.weights[i] * variance}
		if g.expected != nil {
			out[i].difference = g.sum[i] - g.expected[i]
		}
	}
	return out
}

// ask is what is asked of a measure.
type ask struct {
	unit Unit
	// low says that less is worse.
	low bool
	// least is the difference from the rest from which on it is a problem (docs/diagnosis-kinds.md), in the unit of the values: points, days,
	// logarithms of ratios.
	least float64
	// limit is the company's own: reached by the whole company and by most of its places, the problem is the company's. 0 for none.
	limit float64
	// levels that can be named.
	levels []Level
	// cases is the least number of cases of a place that can be judged.
	cases float64
	// logs says that values are logarithms, so that what is told are their powers.
	logs bool
	// narrow is what the place is narrowed by: a stage, a rule.
	level Level
	key   string
	// holds is asked of every place that stands out: whether it is this problem rather than another. nil: always.
	holds func(t tier, group int32) bool
	// rows are the evidence of a place: of the people for whom in says yes.
	rows func(in func(leaf int32) bool) []Evidence
	// worth is what the problem costs there, in minor units. nil: cannot be said.
	worth func(t tier, group int32) int64
}

// The share of what makes a problem by docs/diagnosis-kinds.md that has to be seen, since what is seen lies about what is true; and the share of it by which
// places differ naturally.
const (
	seenOfLeast    = 0.85
	naturalOfLeast = 0.12
)

// orgLevels are those at which most problems are looked for.
var orgLevels = []Level{LevelTeam, LevelRegion}

// compare looks for places of the organisation that are out of line with the rest.
func (l *look) compare(g *gauge, a ask) {
	l.compareIn(g, a, l.headings[:])
}

// compareIn is compare with other places than those of the organisation.
func (l *look) compareIn(g *gauge, a ask, tiers []tier) {
	cases, mean := g.whole()
	if cases < max(a.cases, 1) {
		l.few("finding.missing.few", int(cases), int(max(a.cases, 1)))
		return
	}
	natural := a.least * naturalOfLeast
	b := board{tiers: tiers, leaves: g.leaves(a.unit == UnitShare && !a.logs), high: !a.low, natural: natural, least: a.least * seenOfLeast, cases: math.Max(a.cases, 1), levels: a.levels}
	picks := scan(b)
	if a.limit != 0 && l.everywhere(g, a, tiers, mean, picks) {
		l.certain(l.describe(g, a, tier{level: LevelCompany}, 0, mean, cases, a.limit))
		return
	}
	for _, p := range picks {
		t := tiers[p.tier]
		group := int32(p.group)
		if a.holds != nil && !a.holds(t, group) {
			continue
		}
		n, own := g.of(t, group)
		f := l.describe(g, a, t, group, own, n, g.without(t, group))
		f.Chance = p.chance
		l.tested(p.tests, f)
	}
}

// everywhere reports whether the whole company is at its limit, and stays there when the places that stand out are set aside.
func (l *look) everywhere(g *gauge, a ask, tiers []tier, mean float64, picks []pick) bool {
	beyond := func(value, slack float64) bool {
		if a.low {
			return value <= a.limit+slack*a.least
		}
		return value >= a.limit-slack*a.least
	}
	if !beyond(mean, 0.1) {
		return false
	}
	n, sum := 0.0, 0.0
	for i := range g.n {
		aside := false
		for _, p := range picks {
			aside = aside || int(tiers[p.tier].of[i]) == p.group
		}
		if !aside {
			n, sum = n+g.n[i], sum+g.sum[i]
		}
	}
	return n > 0 && beyond(sum/n, 0.35)
}

// describe makes the finding of a place.
func (l *look) describe(g *gauge, a ask, t tier, group int32, value, cases, usual float64) Finding {
	f := Finding{Place: l.unit(t.level, group), Value: value, Usual: usual, Unit: a.unit, Cases: int64(cases), Hits: -1}
	if a.logs {
		f.Value, f.Usual = math.Exp(value), math.Exp(usual)
	} else if a.unit == UnitShare {
		f.Hits = int64(math.Round(value * cases))
	}
	if a.key != "" {
		f.Place = f.Place.at(a.level, a.key)
	}
	f.Times = a.times(t.level, value, usual)
	in := func(leaf int32) bool { return t.level == LevelCompany || leaf >= 0 && t.of[leaf] == group }
	if a.rows != nil {
		f.Evidence = a.rows(in)
	}
	if a.worth != nil {
		f.MoneyMinor, f.Worth = a.worth(t, group), true
	}
	return f
}

// mostRows bounds the evidence that is kept of a finding.
const mostRows = 20

// rowsOf gathers evidence: the first rows by falling value, ties by record.
func rowsOf(n int, row func(i int) (Evidence, bool)) (all []Evidence) {
	for i := range n {
		e, ok := row(i)
		if !ok {
			continue
		}
		all = append(all, e)
		if len(all) >= 64*mostRows {
			all = topRows(all)
		}
	}
	return topRows(all)
}

func topRows(all []Evidence) []Evidence {
	slices.SortFunc(all, func(a, b Evidence) int {
		if a.Value != b.Value {
			if a.Value > b.Value {
				return -1
			}
			return 1
		}
		if a.Record != b.Record {
			if a.Record < b.Record {
				return -1
			}
			return 1
		}
		return 0
	})
	return all[:min(len(all), mostRows)]
}
