package finding

import "math"

// mixCase is one case with what it is of: values of several factors, each counted from 0; -1 is a value of its own.
type mixCase struct {
	value  float64
	levels [4]int32 // quarter, product, source, team
	owner  int32
}

// The factors of a mix.
const (
	mixQuarter = iota
	mixProduct
	mixSource
	mixTeam
)

// mix takes out what cases differ by because of what they are of.
type mix struct {
	cases   []mixCase
	rates   bool // values are 0 and 1 and factors multiply; otherwise they add
	mean    float64
	effects [4][]float64
}

// priorCases is how many cases of the mean a value of a factor is drawn by.
const priorCases = 20

// fit finds the main effect of every value of every factor, one after the other until they stay: iterative proportional fitting for
// rates (Deming, Stephan 1940), backfitting for means. Effects of values with few cases are drawn to none.
func (m *mix) fit() {
	sizes := [4]int32{}
	sum := 0.0
	for _, c := range m.cases {
		sum += c.value
		for f, level := range c.levels {
			sizes[f] = max(sizes[f], level+2)
		}
	}
	m.mean = sum / float64(len(m.cases))
	for f := range m.effects {
		m.effects[f] = make([]float64, sizes[f])
		if m.rates {
			for i := range m.effects[f] {
				m.effects[f][i] = 1
			}
		}
	}
	for range 12 {
		for f := range m.effects {
			seen, expected, n := make([]float64, sizes[f]), make([]float64, sizes[f]), make([]float64, sizes[f])
			for i := range m.cases {
				c := &m.cases[i]
				at := c.levels[f] + 1
				seen[at] += c.value
				expected[at] += m.expects(c, f)
				n[at]++
			}
			for at := range seen {
				switch {
				case n[at] == 0:
				case m.rates:
					m.effects[f][at] = (seen[at] + priorCases*m.mean) / (expected[at] + priorCases*m.mean)
				default:
					m.effects[f][at] = (seen[at] - expected[at]) / (n[at] + priorCases)
				}
			}
		}
	}
}

// expects is what is to be expected of a case when one factor is left out of account.
func (m *mix) expects(c *mixCase, without int) float64 {
	value := m.mean
	for f := range m.effects {
		if f == without {
			continue
		}
		if m.rates {
			value *= m.effects[f][c.levels[f]+1]
		} else {
			value += m.effects[f][c.levels[f]+1]
		}
	}
	if m.rates {
		return math.Min(value, 0.98)
	}
	return value
}

// against is the measure of leaves against what is to be expected of their cases, one factor left out.
func (m *mix) against(leaves, factor int, leaf func(c *mixCase) int32) *gauge {
	g := newGauge(leaves)
	g.expected = make([]float64, leaves)
	variance, n := 0.0, 0.0
	for i := range m.cases {
		c := &m.cases[i]
		e := m.expects(c, factor)
		if m.rates {
			variance += e * (1 - e)
		} else {
			full := c.value - m.expects(c, -1)
			variance += full * full
		}
		n++
		at := leaf(c)
		if at < 0 {
			continue
		}
		g.add(at, c.value)
		g.expected[at] += e
	}
	if n > 0 {
		g.variance = math.Max(variance/n, 1e-9)
	}
	return g
}

// adjusted is a copy of the measure in which what mix did is taken out, for telling: values around the mean.
func (g *gauge) adjusted(mean float64) *gauge {
	out := *g
	out.sum = make([]float64, len(g.sum))
	for i := range out.sum {
		out.sum[i] = g.sum[i] - g.expected[i] + g.n[i]*mean
	}
	out.expected = nil
	return &out
}

// flat is one tier of so many places.
func flat(level Level, n int) []tier {
	of := make([]int32, n)
	for i := range of {
		of[i] = int32(i)
	}
	return []tier{{level: level, of: of, count: n}}
}

// mixed looks for places of the organisation, products and sources that are out of line after mix.
func (l *look) mixed(m *mix, a ask) {
	if len(m.cases) < 50 {
		l.few("finding.missing.few", len(m.cases), 50)
		return
	}
	m.fit()
	orgOf := func(c *mixCase) int32 { return c.owner }
	org := a
	org.levels = orgLevels
	l.compare(m.against(len(l.People), mixTeam, orgOf).adjusted(m.mean), org)
	other := a
	other.holds, other.worth = nil, nil
	if len(l.Products) > 1 {
		other.levels = []Level{LevelProduct}
		other.rows = l.mixRows(m, mixProduct, a)
		l.compareIn(m.against(len(l.Products), mixProduct, func(c *mixCase) int32 { return c.levels[mixProduct] }).adjusted(m.mean), other, flat(LevelProduct, len(l.Products)))
	}
	other.levels = []Level{LevelSource}
	other.rows = l.mixRows(m, mixSource, a)
	l.compareIn(m.against(len(Sources), mixSource, func(c *mixCase) int32 { return max(c.levels[mixSource], 0) }).adjusted(m.mean), other, flat(LevelSource, len(Sources)))
}

// mixRows are the evidence of a product or source: opportunities of it.
func (l *look) mixRows(m *mix, factor int, a ask) func(in func(int32) bool) []Evidence {
	return func(in func(int32) bool) []Evidence {
		return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
			o := &l.Opportunities[i]
			level := o.Product
			if factor == mixSource {
				level = int32(o.Source)
			}
			if o.Ended == NoDay || level < 0 || !in(level) || o.State != StateLost && !a.logs {
				return Evidence{}, false
			}
			value := float64(o.AmountMinor) / 100
			if a.logs {
				value = float64(o.Ended - o.Created)
			}
			e := Evidence{Part: Opportunities, Record: o.Key, Value: value, Day: o.Ended}
			if o.Owner >= 0 {
				e.Person = l.People[o.Owner].Key
			}
			return e, true
		})
	}
}
