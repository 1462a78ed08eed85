package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

func (p *planReader) components(v value) {
	seen := map[string]bool{}
	for _, item := range p.List(v, ComponentsMax) {
		c := p.component(item)
		if seen[c.ID] && c.ID != "" {
			p.Add(SeverityError, ruledoc.CodeIDDuplicate, p.Places.Of(item.Child("id")), item.Child("id"), c.ID, errs.Args{"ID": c.ID})
		}
		seen[c.ID] = true
		p.plan.Components = append(p.plan.Components, c)
	}
}

func (p *planReader) component(v value) Component {
	f := p.Mapping(v, "id", "name", "pays_in", "when", "pays", "round", "cap", "floor")
	var c Component
	if id, ok := f.Required("id"); ok {
		c.ID = p.ID(id)
	}
	if name, ok := f.Required("name"); ok {
		c.Name = p.Name(name)
	}
	if months, ok := f.Optional("pays_in"); ok {
		c.PaysIn = p.paysIn(months)
	}
	if when, ok := f.Optional("when"); ok {
		for _, item := range p.List(when, RowsMax) {
			if condition, valid := p.condition(item); valid {
				c.When = append(c.When, condition)
			}
		}
	}
	if pays, ok := f.Required("pays"); ok {
		c.Pays = p.pays(pays)
	}
	c.Round = Rounding{Mode: money.HalfAwayFromZero, At: RoundAtComponent}
	if round, ok := f.Optional("round"); ok {
		c.Round = p.round(round)
	} else if f.OK && c.Pays.Rate != nil {
		p.Add(SeverityError, CodeRoundMissing, v.At(), v.Child("round"), "", errs.Args{"ID": called(c)})
	}
	if limit, ok := f.Optional("cap"); ok {
		c.Cap = p.cap(limit)
	}
	if limit, ok := f.Optional("floor"); ok {
		lf := p.Mapping(limit, "amount")
		if amount, has := lf.Required("amount"); has {
			if minor, valid := p.Amount(amount, p.plan.Currency); valid {
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
	if len(v.Node.Content) == 0 {
		d, _ := p.rateNumber(v)
		return &Rate{Fixed: d}
	}
	f := p.Mapping(v, "lookup", "match", "table", "otherwise", "grid")
	rate := &Rate{}
	if grid, ok := f.Optional("grid"); ok {
		f.Meaningless("lookup", "match", "table", "otherwise")
		rate.Grid = p.grid(grid, rateFields, (*planReader).rateNumber)
		return rate
	}
	if field, ok := f.Required("lookup"); ok {
		rate.Lookup = ruledoc.Choice(p.Reader, field, FieldProductCategory, FieldProduct)
	}
	if match, ok := f.Optional("match"); ok {
		if rate.Path = ruledoc.Choice(p.Reader, match, matchPath) == matchPath; rate.Lookup == FieldProduct {
			p.Report(match, CodeFieldForm, errs.Args{"Field": string(rate.Lookup), "Key": "match"})
		}
	}
	if rows, ok := f.Required("table"); ok {
		rate.Rows = p.rateRows(rows)
	}
	otherwise, ok := f.Optional("otherwise")
	switch {
	case !ok && f.OK:
		p.Add(SeverityError, CodeLookupOtherwise, v.At(), v.Child("otherwise"), "", nil)
	case ok && otherwise.Node.Value != "refuse":
		if d, valid := p.rateNumber(otherwise); valid {
			rate.Otherwise = &d
		}
	case ok:
		p.Text(otherwise)
	}
	return rate
}

func (p *planReader) rateRows(v value) []RateRow {
	list, ok := p.Entries(v)
	switch {
	case !ok:
		return nil
	case len(list) == 0:
		p.Report(v, ruledoc.CodeListEmpty, nil)
	case len(list) > RowsMax:
		p.Report(v, ruledoc.CodeTooMany, errs.Args{"Count": len(list), "Most": RowsMax})
		return nil
	}
	var rows []RateRow
	for _, e := range list {
		if d, valid := p.rateNumber(e.Value); valid {
			rows = append(rows, RateRow{Key: e.Key, Rate: d})
		}
	}
	slices.SortFunc(rows, func(a, b RateRow) int { return cmp.Compare(a.Key, b.Key) })
	return rows
}

// rateNumber reads a rate that is not negative, and warns of one above 100 %.
func (p *planReader) rateNumber(v value) (decimal.Decimal, bool) {
	d, _, ok := p.Number(v)
	switch {
	case !ok:
		return d, false
	case d.Sign() < 0:
		p.Report(v, CodeNegative, nil)
		return d, false
	case d.Cmp(decimal.FromInt(1, 0)) > 0:
		p.Add(SeverityWarning, CodeRateHigh, p.Places.Of(v.Path), v.Path, v.Node.Value, errs.Args{"Percent": d.Percent()})
	}
	return d, true
}

// boundary is read where it decides something: a marginal table pays the same whichever band owns its edges.
func (p *planReader) boundary(f fields, t *Table) {
	v, ok := f.Optional("boundary")
	switch {
	case ok:
		t.Boundary = ruledoc.Choice(p.Reader, v, BoundaryUpperBand, BoundaryLowerBand)
	case t.Style == StyleMarginal:
		t.Boundary = BoundaryUpperBand
		p.Add(SeverityNote, CodeStatementDefault, p.Places.Of(f.At.Path), f.At.Child("boundary"), "",
			errs.Args{"Statement": "boundary", "Value": string(BoundaryUpperBand)})
	default:
		f.Required("boundary")
	}
}

func (p *planReader) consume(f fields, t *Table) {
	if t.Style != StyleMarginal && t.Style != StyleAbovePoint {
		if t.Style != "" {
			f.Meaningless("consume")
		}
		return
	}
	v, ok := f.Required("consume")
	if !ok {
		return
	}
	items := p.List(v, RowsMax)
	wanted := []string{"date", "key"}
	for i, item := range items {
		if i < len(wanted) {
			ruledoc.Choice(p.Reader, item, wanted[i])
		}
	}
	if len(items) != len(wanted) {
		p.Report(v, ruledoc.CodeChoice, errs.Args{"Known": "[date, key]"})
	}
	t.Consume = wanted
}

func (p *planReader) band(v value, kind ValueKind) (b Band) {
	f := p.Mapping(v, "from", "to", "times")
	edges := []struct {
		key string
		to  **decimal.Decimal
	}{{"from", &b.From}, {"to", &b.To}}
	for _, edge := range edges {
		if at, ok := f.Optional(edge.key); ok {
			if d, valid := p.constant(at, kind); valid {
				*edge.to = &d
			}
		}
	}
	if times, ok := f.Required("times"); ok {
		if d, _, valid := p.Number(times); valid {
			b.Times = d
			if d.Sign() < 0 {
				p.Report(times, CodeNegative, nil)
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
