package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// tableProgram is a table whose edges and multipliers are fractions of one denominator each. Band k lies between edges k−1 and k.
type tableProgram struct {
	style    plan.TableStyle
	by       int32
	to       int32   // marginal by a ratio: the measure whose fractions the thresholds are; None otherwise
	lower    bool    // an edge belongs to the band below it
	edges    []exact // one fewer than bands
	times    []exact
	texts    []string // of times
	integral bool     // edges and times fit the integers of the fast path
	edge     []int64  // edges in units of 1/edgeBelow
	time     []int64  // times in units of 1/timeBelow
	edgeUnit int64
	timeUnit int64
	point    exact // of above_point: below it everything is multiplied by below
	below    exact
	belowAs  string       // below as the plan writes it
	line     *lineProgram // of an interpolated table, which has no bands
}

func (c *compiler) table(where string, base int32, source *plan.Table) *tableProgram {
	t := &tableProgram{
		style: source.Style, by: c.reference(where, source.By), to: None, lower: source.Boundary == plan.BoundaryLowerBand,
	}
	if source.Line != nil {
		t.line = c.line(where, source.Line)
		return t
	}
	if source.Point != nil {
		t.point, t.below, t.belowAs = fromDecimal(source.Point.At), fromDecimal(source.Point.Below), source.Point.Below.String()
	}
	for i, band := range source.Bands {
		if i > 0 {
			if band.From == nil || source.Bands[i-1].To == nil || band.From.Cmp(*source.Bands[i-1].To) != 0 {
				c.fail(where, "", problemUnsupported, errs.Args{"What": "bands"})
				return t
			}
			t.edges = append(t.edges, fromDecimal(*band.From))
		}
		t.times, t.texts = append(t.times, fromDecimal(band.Times)), append(t.texts, band.Times.String())
	}
	if len(t.times) == 0 || t.by == None {
		c.fail(where, "", problemUnsupported, errs.Args{"What": "bands"})
		return t
	}
	if (t.style == plan.StyleMarginal || t.style == plan.StyleAbovePoint) && t.by != base {
		ratio := c.plan.measures[t.by]
		if ratio.source.Ratio == nil || ratio.of != base {
			c.fail(where, source.By, problemUnsupported, errs.Args{"What": "marginal by"})
			return t
		}
		t.to = ratio.to
	}
	if t.style != plan.StyleMarginal && t.style != plan.StyleWholeAmount && (t.style != plan.StyleAbovePoint || source.Point == nil) {
		c.fail(where, string(t.style), problemUnsupported, errs.Args{"What": "style"})
	}
	t.scale()
	return t
}

// scale prepares the fast path.
func (t *tableProgram) scale() {
	shareDenominator(t.edges)
	shareDenominator(t.times)
	t.edgeUnit, t.timeUnit, t.integral = 1, 1, true
	for i := range t.edges {
		t.integral = t.integral && t.edges[i].large == nil && t.edges[i].below() == t.edges[0].below()
		t.edge, t.edgeUnit = append(t.edge, t.edges[i].top), t.edges[0].below()
	}
	for i := range t.times {
		t.integral = t.integral && t.times[i].large == nil && t.times[i].below() == t.times[0].below()
		t.time, t.timeUnit = append(t.time, t.times[i].top), t.times[0].below()
	}
}

// band is the index of the band that a value reaches.
func (t *tableProgram) band(v exact) int {
	for k, edge := range t.edges {
		order := v.compare(edge)
		if order < 0 || (order == 0 && t.lower) {
			return k
		}
	}
	return len(t.edges)
}

// throughTable multiplies the base by the bands of the table. A table does not apply when the measure that chooses has no value.
func (e *evaluator) throughTable(f *frame, c *componentProgram, base value, t *tracer) (earned exact, applies bool) {
	table := c.table
	by := e.measure(f, table.by)
	if by.absent() {
		t.zero(ReasonNotApplicable, errs.Args{"Measure": f.plan.measures[table.by].source.ID})
		return exact{}, false
	}
	if table.style == plan.StyleMarginal {
		threshold := whole(1)
		if table.to != None {
			threshold = e.measure(f, table.to).exact
		}
		if threshold.sign() > 0 {
			return e.marginal(f, c, base, threshold, t), true
		}
		// With a divisor of zero or below the ratio is zero whatever the base, so all of it lies in one band.
	}
	reached := table.band(by.exact)
	earned = e.flat(f, c, base).mul(table.times[reached])
	t.reached(e, f, c, base, reached, earned)
	t.flat(e, f, c, table.times[reached])
	if earned.sign() == 0 {
		if table.times[reached].sign() == 0 {
			t.zero(reasonBandZero, nil)
		} else {
			t.zero(c.rate.zeroReason(), nil)
		}
	}
	return earned, true
}
