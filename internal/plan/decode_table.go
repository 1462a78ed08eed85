package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/ruledoc"
)

func (p *planReader) table(v value) *Table {
	f := p.Mapping(v, "by", "style", "boundary", "consume", "bands", "point", "below", "points", "beyond")
	t := &Table{}
	if by, ok := f.Required("by"); ok {
		if t.By = p.measureID(by); t.By != "" {
			p.wantKind(by, t.By, KindMoney, KindRatio, KindCount)
		}
	}
	if style, ok := f.Required("style"); ok {
		t.Style = ruledoc.Choice(p.Reader, style, StyleWholeAmount, StyleMarginal, StyleAbovePoint, StyleInterpolate)
	}
	switch t.Style {
	case StyleInterpolate:
		f.Meaningless("boundary", "consume", "bands", "point")
		p.line(f, t)
		return t
	case StyleAbovePoint:
		f.Meaningless("points", "beyond")
		t.Point = p.threshold(f, p.kinds[t.By])
	case "":
	default:
		f.Meaningless("point", "below", "points", "beyond")
	}
	p.boundary(f, t)
	p.consume(f, t)
	bands, ok := f.Required("bands")
	if !ok {
		return t
	}
	for _, item := range p.List(bands, RowsMax) {
		t.Bands = append(t.Bands, p.band(item, p.kinds[t.By]))
	}
	return t
}

// threshold reads where a table of style above_point begins, above zero, and the multiplier below it.
func (p *planReader) threshold(f fields, kind ValueKind) *Threshold {
	t := &Threshold{}
	if point, ok := f.Required("point"); ok {
		d, valid := p.constant(point, kind)
		if valid && d.Sign() <= 0 {
			p.Report(point, CodeNotPositive, nil)
		}
		t.At = d
	}
	if below, ok := f.Required("below"); ok {
		t.Below, _ = p.times(below)
	}
	return t
}

func (p *planReader) line(f fields, t *Table) {
	t.Line = &Line{}
	if points, ok := f.Required("points"); ok {
		for _, item := range p.List(points, RowsMax) {
			t.Line.Points = append(t.Line.Points, p.linePoint(item, p.kinds[t.By]))
		}
	}
	if below, ok := f.Required("below"); ok {
		t.Line.Below = ruledoc.Choice(p.Reader, below, EndFlat, EndZero, EndExtend)
	}
	if beyond, ok := f.Required("beyond"); ok {
		t.Line.Beyond = ruledoc.Choice(p.Reader, beyond, EndFlat, EndExtend)
	}
}

func (p *planReader) linePoint(v value, kind ValueKind) (point LinePoint) {
	f := p.Mapping(v, "at", "times")
	if at, ok := f.Required("at"); ok {
		point.At, _ = p.constant(at, kind)
	}
	if times, ok := f.Required("times"); ok {
		point.Times, _ = p.times(times)
	}
	return point
}

func (p *planReader) factors(v value) *Factors {
	f := p.Mapping(v, "combine", "items")
	factors := &Factors{}
	if combine, ok := f.Required("combine"); ok {
		factors.Combine = ruledoc.Choice(p.Reader, combine, FactorsProduct, FactorsWeighted)
	}
	if items, ok := f.Required("items"); ok {
		for _, item := range p.List(items, RowsMax) {
			factors.Items = append(factors.Items, p.factor(item, factors.Combine))
		}
	}
	return factors
}

func (p *planReader) factor(v value, combine FactorCombination) (factor Factor) {
	f := p.Mapping(v, "measure", "least", "most", "by", "boundary", "bands", "grid", "weight")
	form, what, ok := f.ExactlyOne("measure", "by", "grid")
	if !ok {
		return factor
	}
	switch form {
	case "measure":
		f.Meaningless("boundary", "bands")
		p.factorMeasure(f, what, &factor)
	case "by":
		f.Meaningless("least", "most")
		if factor.Measure = p.measureID(what); factor.Measure != "" {
			p.wantKind(what, factor.Measure, KindMoney, KindRatio, KindCount)
		}
		if boundary, has := f.Required("boundary"); has {
			factor.Boundary = ruledoc.Choice(p.Reader, boundary, BoundaryUpperBand, BoundaryLowerBand)
		}
		if bands, has := f.Required("bands"); has {
			for _, item := range p.List(bands, RowsMax) {
				factor.Bands = append(factor.Bands, p.band(item, p.kinds[factor.Measure]))
			}
		}
	case "grid":
		f.Meaningless("least", "most", "boundary", "bands")
		factor.Grid = p.grid(what, personFields, (*planReader).times)
	}
	switch combine {
	case FactorsWeighted:
		if weight, has := f.Required("weight"); has {
			d, _, valid := p.Number(weight)
			if valid && d.Sign() <= 0 {
				p.Report(weight, CodeNotPositive, nil)
			}
			factor.Weight = d
		}
	case FactorsProduct:
		f.Meaningless("weight")
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
		if at, has := f.Optional(bound.key); has {
			if d, _, valid := p.Number(at); valid {
				*bound.to = &d
			}
		}
	}
}
