package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

func (p *planReader) components(v value) {
	seen := map[string]bool{}
	for _, item := range p.list(v, ComponentsMax) {
		c := p.component(item)
		if seen[c.ID] && c.ID != "" {
			p.add(SeverityError, CodeDuplicateID, p.position(item.child("id")), item.child("id"), c.ID, errs.Args{"ID": c.ID})
		}
		seen[c.ID] = true
		p.plan.Components = append(p.plan.Components, c)
	}
}

func (p *planReader) component(v value) Component {
	f := p.mapping(v, "id", "name", "pays_in", "when", "pays", "round", "cap", "floor")
	var c Component
	if id, ok := f.required("id"); ok {
		c.ID = p.id(id)
	}
	if name, ok := f.required("name"); ok {
		c.Name = p.name(name)
	}
	if months, ok := f.optional("pays_in"); ok {
		c.PaysIn = p.paysIn(months)
	}
	if when, ok := f.optional("when"); ok {
		for _, item := range p.list(when, RowsMax) {
			if condition, valid := p.condition(item); valid {
				c.When = append(c.When, condition)
			}
		}
	}
	if pays, ok := f.required("pays"); ok {
		c.Pays = p.pays(pays)
	}
	c.Round = Rounding{Mode: money.HalfAwayFromZero, At: RoundAtComponent}
	if round, ok := f.optional("round"); ok {
		c.Round = p.round(round)
	} else if f.ok && c.Pays.Rate != nil {
		p.add(SeverityError, CodeRoundMissing, Position{v.node.Line, v.node.Column}, v.child("round"), "", errs.Args{"ID": called(c)})
	}
	if limit, ok := f.optional("cap"); ok {
		c.Cap = p.cap(limit)
	}
	if limit, ok := f.optional("floor"); ok {
		lf := p.mapping(limit, "amount")
		if amount, has := lf.required("amount"); has {
			if minor, valid := p.amount(amount, p.plan.Currency); valid {
				c.Floor = &Limit{AmountFen: minor}
			}
		}
	}
	return c
}

// wantKind reports a reference to a measure of another kind.
func (p *planReader) wantKind(v value, id string, wanted ...ValueKind) {
	kind := p.kinds[id]
	if kind == "" {
		return
	}
	for _, w := range wanted {
		if kind == w {
			return
		}
	}
	p.wrongKind(v, kind, wanted...)
}

// kindArgs names the kind that was found and those that would do, as messages, so that they are read in the reader's language.
func kindArgs(found ValueKind, wanted ...ValueKind) errs.Args {
	words := make([]string, len(wanted))
	for i, kind := range wanted {
		words[i] = string(kind)
	}
	return errs.Args{"Found": errs.Msg("plan.kind."+string(found), nil), "Wanted": errs.Msg("plan.kind."+strings.Join(words, "_"), nil)}
}

// matchPath is the word for a lookup whose rows are paths.
const matchPath = "path"

// rate reads one rate, or {lookup: field, match: path, table: {key: rate}, otherwise: refuse | rate}.
func (p *planReader) rate(v value) *Rate {
	if len(v.node.Content) == 0 {
		d, _ := p.rateNumber(v)
		return &Rate{Fixed: d}
	}
	f := p.mapping(v, "lookup", "match", "table", "otherwise", "grid")
	rate := &Rate{}
	if grid, ok := f.optional("grid"); ok {
		f.meaningless("lookup", "match", "table", "otherwise")
		rate.Grid = p.grid(grid, rateFields, (*planReader).rateNumber)
		return rate
	}
	if field, ok := f.required("lookup"); ok {
		rate.Lookup = choice(p.reader, field, FieldProductCategory, FieldProduct)
	}
	if match, ok := f.optional("match"); ok {
		if rate.Path = choice(p.reader, match, matchPath) == matchPath; rate.Lookup == FieldProduct {
			p.report(match, CodeFieldForm, errs.Args{"Field": string(rate.Lookup), "Key": "match"})
		}
	}
	if rows, ok := f.required("table"); ok {
		rate.Rows = p.rateRows(rows)
	}
	otherwise, ok := f.optional("otherwise")
	switch {
	case !ok && f.ok:
		p.add(SeverityError, CodeLookupOtherwise, Position{v.node.Line, v.node.Column}, v.child("otherwise"), "", nil)
	case ok && otherwise.node.Value != "refuse":
		if d, valid := p.rateNumber(otherwise); valid {
			rate.Otherwise = &d
		}
	case ok:
		p.text(otherwise)
	}
	return rate
}

func (p *planReader) rateRows(v value) []RateRow {
	list, ok := p.entries(v)
	switch {
	case !ok:
		return nil
	case len(list) == 0:
		p.report(v, CodeListEmpty, nil)
	case len(list) > RowsMax:
		p.report(v, CodeTooMany, errs.Args{"Count": len(list), "Most": RowsMax})
		return nil
	}
	var rows []RateRow
	for _, e := range list {
		if d, valid := p.rateNumber(e.value); valid {
			rows = append(rows, RateRow{Key: e.key, Rate: d})
		}
	}
	slices.SortFunc(rows, func(a, b RateRow) int { return cmp.Compare(a.Key, b.Key) })
	return rows
}

// rateNumber reads a rate that is not negative, and warns of one above 100 %.
func (p *planReader) rateNumber(v value) (decimal.Decimal, bool) {
	d, _, ok := p.number(v)
	switch {
	case !ok:
		return d, false
	case d.Sign() < 0:
		p.report(v, CodeNegative, nil)
		return d, false
	case d.Cmp(decimal.FromInt(1, 0)) > 0:
		p.add(SeverityWarning, CodeRateHigh, p.position(v.path), v.path, v.node.Value, errs.Args{"Percent": d.Percent()})
	}
	return d, true
}

// boundary is read where it decides something: a marginal table pays the same whichever band owns its edges.
func (p *planReader) boundary(f fields, t *Table) {
	v, ok := f.optional("boundary")
	switch {
	case ok:
		t.Boundary = choice(p.reader, v, BoundaryUpperBand, BoundaryLowerBand)
	case t.Style == StyleMarginal:
		t.Boundary = BoundaryUpperBand
		p.add(SeverityNote, CodeStatementDefault, p.position(f.at.path), f.at.child("boundary"), "",
			errs.Args{"Statement": "boundary", "Value": string(BoundaryUpperBand)})
	default:
		f.required("boundary")
	}
}

func (p *planReader) consume(f fields, t *Table) {
	if t.Style != StyleMarginal && t.Style != StyleAbovePoint {
		if t.Style != "" {
			f.meaningless("consume")
		}
		return
	}
	v, ok := f.required("consume")
	if !ok {
		return
	}
	items := p.list(v, RowsMax)
	wanted := []string{"date", "key"}
	for i, item := range items {
		if i < len(wanted) {
			choice(p.reader, item, wanted[i])
		}
	}
	if len(items) != len(wanted) {
		p.report(v, CodeChoice, errs.Args{"Known": "[date, key]"})
	}
	t.Consume = wanted
}

func (p *planReader) band(v value, kind ValueKind) (b Band) {
	f := p.mapping(v, "from", "to", "times")
	edges := []struct {
		key string
		to  **decimal.Decimal
	}{{"from", &b.From}, {"to", &b.To}}
	for _, edge := range edges {
		if at, ok := f.optional(edge.key); ok {
			if d, valid := p.constant(at, kind); valid {
				*edge.to = &d
			}
		}
	}
	if times, ok := f.required("times"); ok {
		if d, _, valid := p.number(times); valid {
			b.Times = d
			if d.Sign() < 0 {
				p.report(times, CodeNegative, nil)
			}
		}
	}
	return b
}

// componentPath is the path of the i-th component, with an optional rest.
// ComponentPath is the path of a part of a component in the document, as findings name it.
func ComponentPath(i int, rest string) string { return componentPath(i, rest) }

func componentPath(i int, rest string) string {
	if rest == "" {
		return fmt.Sprintf("components[%d]", i)
	}
	return fmt.Sprintf("components[%d].%s", i, rest)
}
