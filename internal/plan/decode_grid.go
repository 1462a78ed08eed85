package plan

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// The fields that a grid may be looked up by: of the person anywhere, of a credit where the grid is a rate.
var (
	personFields = []Field{FieldPersonLevel, FieldPersonRole, FieldPersonTeam, FieldPersonRegion}
	creditFields = []Field{FieldProductCategory, FieldProduct, FieldCustomer, FieldCustomerTier, FieldCustomerRegion}
	rateFields   = append(append([]Field(nil), creditFields...), personFields...)
)

// cellReader reads one cell of a grid, or its otherwise.
type cellReader func(*planReader, value) (decimal.Decimal, bool)

// grid reads {by, cells, otherwise}.
func (p *planReader) grid(v value, fields []Field, cell cellReader) *Grid {
	f := p.Mapping(v, "by", "cells", "otherwise")
	g := &Grid{}
	by, ok := f.Required("by")
	if ok {
		for _, item := range p.List(by, GridDimensionsMax) {
			g.By = append(g.By, p.dimension(item, fields))
		}
	}
	if cells, has := f.Required("cells"); has {
		p.cells(cells, g, 0, cell)
	}
	otherwise, has := f.Optional("otherwise")
	switch {
	case !has && f.OK:
		p.Add(SeverityError, CodeLookupOtherwise, v.At(), v.Child("otherwise"), "", nil)
	case has && otherwise.Node.Value == "refuse":
		p.Text(otherwise)
	case has:
		if d, valid := cell(p, otherwise); valid {
			g.Otherwise = &d
		}
	}
	return g
}

func (p *planReader) dimension(v value, known []Field) (d Dimension) {
	f := p.Mapping(v, "field", "keys", "measure", "boundary", "edges")
	form, what, ok := f.ExactlyOne("field", "measure")
	if !ok {
		return d
	}
	if form == "field" {
		f.Meaningless("boundary", "edges")
		d.Field = ruledoc.Choice(p.Reader, what, known...)
		if keys, has := f.Required("keys"); has {
			d.Keys = p.orderedTexts(keys)
			if d.Field == FieldPersonLevel {
				p.knownLevels(keys)
			}
		}
		return d
	}
	f.Meaningless("keys")
	if d.Measure = p.measureID(what); d.Measure != "" {
		p.wantKind(what, d.Measure, KindMoney, KindRatio, KindCount)
	}
	if boundary, has := f.Required("boundary"); has {
		d.Boundary = ruledoc.Choice(p.Reader, boundary, BoundaryUpperBand, BoundaryLowerBand)
	}
	if edges, has := f.Required("edges"); has {
		for _, item := range p.List(edges, RowsMax) {
			edge, valid := p.constant(item, p.kinds[d.Measure])
			if valid && len(d.Edges) > 0 && edge.Cmp(d.Edges[len(d.Edges)-1]) <= 0 {
				before := d.Edges[len(d.Edges)-1]
				p.Report(item, CodeBandOrder, errs.Args{"From": p.show(edge, p.kinds[d.Measure]), "Before": p.show(before, p.kinds[d.Measure])})
			}
			d.Edges = append(d.Edges, edge)
		}
	}
	return d
}

// orderedTexts is texts in the order of the document, which decides for people with several roles.
func (p *planReader) orderedTexts(v value) (list []string) {
	seen := map[string]bool{}
	for _, item := range p.List(v, RowsMax) {
		text, ok := p.Text(item)
		switch {
		case !ok:
		case seen[text]:
			p.Report(item, ruledoc.CodeListDuplicate, errs.Args{"Value": text})
		default:
			seen[text] = true
			list = append(list, text)
		}
	}
	return list
}

// cells reads nested lists, one level for each dimension, as many items as it has rows.
func (p *planReader) cells(v value, g *Grid, depth int, cell cellReader) {
	if depth == len(g.By) {
		if v.Node.Kind == yaml.SequenceNode {
			p.Report(v, CodeGridShape, errs.Args{"Dimension": depth, "Wanted": 1, "Found": len(v.Node.Content)})
			return
		}
		if d, ok := cell(p, v); ok {
			g.Cells = append(g.Cells, d)
		}
		return
	}
	items := p.List(v, GridCellsMax)
	if wanted := g.By[depth].Size(); len(items) > 0 && len(items) != wanted {
		p.Report(v, CodeGridShape, errs.Args{"Dimension": depth + 1, "Wanted": wanted, "Found": len(items)})
		return
	}
	for _, item := range items {
		if len(g.Cells) >= GridCellsMax {
			p.Report(item, ruledoc.CodeTooMany, errs.Args{"Count": fmt.Sprint("> ", GridCellsMax), "Most": GridCellsMax})
			return
		}
		p.cells(item, g, depth+1, cell)
	}
}
