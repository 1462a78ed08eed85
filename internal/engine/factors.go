package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// factorProgram is one factor: a measure within bounds, a band of a measure, or a cell of a grid.
type factorProgram struct {
	measure     int32 // None for a grid
	least, most *exact
	bands       *tableProgram
	grid        *gridProgram
	weight      exact
}

func (c *compiler) factor(where string, source *plan.Factor) factorProgram {
	f := factorProgram{measure: None, weight: fromDecimal(source.Weight)}
	if source.Grid != nil {
		f.grid = c.grid(where, source.Grid)
		return f
	}
	f.measure = c.reference(where, source.Measure)
	if source.Bands != nil {
		f.bands = c.table(where, None, &plan.Table{By: source.Measure, Style: plan.StyleWholeAmount, Boundary: source.Boundary, Bands: source.Bands})
	}
	if source.Least != nil {
		least := fromDecimal(*source.Least)
		f.least = &least
	}
	if source.Most != nil {
		most := fromDecimal(*source.Most)
		f.most = &most
	}
	return f
}

// factor is what the component's factors come to together; 1 when it has none. It is false when one has no value.
func (e *evaluator) factor(f *frame, c *componentProgram, t *tracer) (exact, bool) {
	combined := whole(1)
	if c.steps.weighted {
		combined = exact{}
	}
	for i := range c.steps.factors {
		p := &c.steps.factors[i]
		found, times, ok := e.oneFactor(f, c, p, t)
		if !ok {
			return exact{}, false
		}
		if c.steps.weighted {
			combined = combined.add(p.weight.mul(times))
		} else {
			combined = combined.mul(times)
		}
		t.factor(c, i, found, times)
	}
	if len(c.steps.factors) > 0 {
		t.factors(combined)
	}
	return combined, true
}

// oneFactor returns the measure's value, where there is a measure, and the factor.
func (e *evaluator) oneFactor(f *frame, c *componentProgram, p *factorProgram, t *tracer) (found string, times exact, ok bool) {
	if p.grid != nil {
		times, ok = e.cellOfPerson(f, c, p.grid, t)
		return "", times, ok
	}
	v := e.measure(f, p.measure)
	m := &f.plan.measures[p.measure]
	if v.absent() {
		t.zero(reasonNoValue, errs.Args{"Measure": m.source.ID})
		return "", exact{}, false
	}
	found, times = exactText(m.kind, v), v.exact
	if p.bands != nil {
		return found, p.bands.times[p.bands.band(v.exact)], true
	}
	if p.least != nil {
		times = larger(times, *p.least)
	}
	if p.most != nil && times.compare(*p.most) > 0 {
		times = *p.most
	}
	return found, times, true
}
