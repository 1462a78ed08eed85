package plan

import (
	"xiaoguan/internal/decimal"
)

func (p *planReader) table(v value) *Table {
	f := p.mapping(v, "by", "style", "boundary", "consume", "bands", "point", "below", "points", "beyond")
	t := &Table{}
	if by, ok := f.required("by"); ok {
		if t.By = p.measureID(by); t.By != "" {
			p.wantKind(by, t.By, KindMoney, KindRatio, KindCount)
		}
	}
	if style, ok := f.required("style"); ok {
		t.Style = choice(p.reader, style, StyleWholeAmount, StyleMarginal, StyleAbovePoint, StyleInterpolate)
	}
	switch t.Style {
	case StyleInterpolate:
		f.meaningless("boundary", "consume", "bands", "point")
		p.line(f, t)
		return t
	case StyleAbovePoint:
		f.meaningless("points", "beyond")
		t.Point = p.threshold(f, p.kinds[t.By])
	case "":
	default:
		f.meaningless("point", "below", "points", "beyond")
	}
	p.boundary(f, t)
	p.consume(f, t)
	bands, ok := f.required("bands")
	if !ok {
		return t
	}
	for _, item := range p.list(bands, RowsMax) {
		t.Bands = append(t.Bands, p.band(item, p.kinds[t.By]))
	}
	return t
}

// threshold reads where a table of style above_point begins, above zero, and the multiplier below it.
func (p *planReader) threshold(f fields, kind ValueKind) *Threshold {
	t := &Threshold{}
	if point, ok := f.required("point"); ok {
		d, valid := p.constant(point, kind)
		if valid && d.Sign() <= 0 {
			p.report(point, CodeNotPositive, nil)
		}
		t.At = d
	}
	if below, ok := f.required("below"); ok {
		t.Below, _ = p.times(below)
	}
	return t
}

func (p *planReader) line(f fields, t *Table) {
	t.Line = &Line{}
	if points, ok := f.required("points"); ok {
		for _, item := range p.list(points, RowsMax) {
			t.Line.Points = append(t.Line.Points, p.linePoint(item, p.kinds[t.By]))
		}
	}
	if below, ok := f.required("below"); ok {
		t.Line.Below = choice(p.reader, below, EndFlat, EndZero, EndExtend)
	}
	if beyond, ok := f.required("beyond"); ok {
		t.Line.Beyond = choice(p.reader, beyond, EndFlat, EndExtend)
	}
}

func (p *planReader) linePoint(v value, kind ValueKind) (point LinePoint) {
	f := p.mapping(v, "at", "times")
	if at, ok := f.required("at"); ok {
		point.At, _ = p.constant(at, kind)
	}
	if times, ok := f.required("times"); ok {
		point.Times, _ = p.times(times)
	}
	return point
}

func (p *planReader) factors(v value) *Factors {
	f := p.mapping(v, "combine", "items")
	factors := &Factors{}
	if combine, ok := f.required("combine"); ok {
		factors.Combine = choice(p.reader, combine, FactorsProduct, FactorsWeighted)
	}
	if items, ok := f.required("items"); ok {
		for _, item := range p.list(items, RowsMax) {
			factors.Items = append(factors.Items, p.factor(item, factors.Combine))
		}
	}
	return factors
}

func (p *planReader) factor(v value, combine FactorCombination) (factor Factor) {
	f := p.mapping(v, "measure", "least", "most", "by", "boundary", "bands", "grid", "weight")
	form, what, ok := f.exactlyOne("measure", "by", "grid")
	if !ok {
		return factor
	}
	switch form {
	case "measure":
		f.meaningless("boundary", "bands")
		p.factorMeasure(f, what, &factor)
	case "by":
		f.meaningless("least", "most")
		if factor.Measure = p.measureID(what); factor.Measure != "" {
			p.wantKind(what, factor.Measure, KindMoney, KindRatio, KindCount)
		}
		if boundary, has := f.required("boundary"); has {
			factor.Boundary = choice(p.reader, boundary, BoundaryUpperBand, BoundaryLowerBand)
		}
		if bands, has := f.required("bands"); has {
			for _, item := range p.list(bands, RowsMax) {
				factor.Bands = append(factor.Bands, p.band(item, p.kinds[factor.Measure]))
			}
		}
	case "grid":
		f.meaningless("least", "most", "boundary", "bands")
		factor.Grid = p.grid(what, personFields, (*planReader).times)
	}
	switch combine {
	case FactorsWeighted:
		if weight, has := f.required("weight"); has {
			d, _, valid := p.number(weight)
			if valid && d.Sign() <= 0 {
				p.report(weight, CodeNotPositive, nil)
			}
			factor.Weight = d
		}
	case FactorsProduct:
		f.meaningless("weight")
	}
	return factor
}

func (p *planReader) factorMeasure(f fields, what value, factor *Factor) {
	if factor.Measure = p.measureID(what); factor.Measure != "" {
		p.wantKind(what, factor.Measure, KindRatio, KindCount)
	}
	for _, bound := range []struct {
		key string
		to  **decimal.Decimal
	}{{"least", &factor.Least}, {"most", &factor.Most}} {
		if at, has := f.optional(bound.key); has {
			if d, _, valid := p.number(at); valid {
				*bound.to = &d
			}
		}
	}
}
