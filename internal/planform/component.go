package planform

import (
	"slices"
	"strings"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

// component is the form of one component.
func (b *builder) component(i int) Section {
	at := planedit.Index("components", i)
	b.cover(at + ".id")
	s := Section{ID: "component-" + b.Value(at+".id"), Title: "planform.component", Path: at, Name: b.name(at, b.Value(at+".id"))}
	count := b.Len("components")
	if i > 0 {
		s.Acts = append(s.Acts, Act{"up " + at, "planform.up", "chevron-up"})
	}
	if i < count-1 {
		s.Acts = append(s.Acts, Act{"down " + at, "planform.down", "chevron-down"})
	}
	s.Acts = append(s.Acts, Act{"copy " + at, "planform.copy", "copy"})
	if count > 1 {
		s.Acts = append(s.Acts, Act{"remove " + at, "planform.remove_component", "trash"})
	}
	named := Group{Fields: []Field{b.text(at+".name.zh", "planform.name_zh"), b.text(at+".name.en", "planform.name_en")}}
	if b.scalarOrNothing(at + ".pays_in") {
		f := b.choice(at+".pays_in", "planform.pays_in", "planform.pays_in", "quarter_end", "half_year_end", "year_end")
		f.Empty = "planform.every_month"
		named.Fields = append(named.Fields, b.optionally(f))
	}
	s.Groups = []Group{named, b.pays(at + ".pays")}
	if b.Has(at + ".pays.rate") {
		s.Groups = append(s.Groups, b.table(at+".pays.table"))
	}
	if b.Has(at+".pays.rate") || b.Has(at+".pays.amount") {
		s.Groups = append(s.Groups, b.factors(at+".pays.factors"))
	}
	s.Groups = append(s.Groups, b.conditions(at+".when"), b.limits(at))
	return s
}

// optionally makes a field one that may be left out.
func (b *builder) optionally(f Field) Field {
	f.Optional = true
	for i := range b.fields {
		if b.fields[i].Path == f.Path {
			b.fields[i] = f
		}
	}
	return f
}

// pays asks what a component is worth.
func (b *builder) pays(at string) Group {
	g := Group{Title: "planform.pays", Path: at}
	rate := at + ".rate"
	switch {
	case b.IsMapping(rate) && b.IsMapping(rate+".table") && b.IsScalar(rate+".lookup"):
		g.Fields = append(g.Fields, b.choice(rate+".lookup", "planform.lookup", "planform.lookup", "product.category", "product"))
		g.Fields = append(g.Fields, b.measure(at+".of", "planform.of", false, plan.KindMoney))
		g.Fields = append(g.Fields, b.otherwise(rate+".otherwise"))
		g.Rows = b.rates(rate + ".table")
		g.Acts = append(g.Acts, Act{"one-rate " + rate, "planform.one_rate", "percentage"})
	case b.IsScalar(rate):
		g.Fields = append(g.Fields, b.number(rate, "planform.rate", "%", false), b.measure(at+".of", "planform.of", false, plan.KindMoney))
		if b.Has(planedit.Key("measures", b.Value(at+".of")) + ".credits") { // only of single deals is it known what was sold
			g.Acts = append(g.Acts, Act{"many-rates " + rate, "planform.many_rates", "list-details"})
		}
	case b.IsScalar(at + ".amount"):
		g.Fields = append(g.Fields, b.money(at+".amount", "planform.amount", false))
		per := b.measure(at+".per", "planform.per", true, plan.KindCount)
		g.Fields = append(g.Fields, per)
	default:
		g.Hint = "planform.by_text"
	}
	if b.Has(rate) && (!b.Has(at+".deduct") || b.Has(at+".deduct.amount")) {
		g.Fields = append(g.Fields, b.money(at+".deduct.amount", "planform.deduct", true))
	}
	return g
}

// otherwise is the rate of what no row names.
func (b *builder) otherwise(path string) Field {
	value := b.Value(path)
	f := Field{Path: path, Kind: KindText, Label: "planform.otherwise", Hint: "planform.otherwise_hint", Optional: false}
	if value == "refuse" {
		f.Values = []string{""}
	}
	f.edits = func(posted []string, _ Posted) []planedit.Edit {
		value := fullWidth.Replace(posted[0])
		if value == "" {
			value = "refuse"
		} else if value != "refuse" && !strings.HasSuffix(value, "%") && !strings.HasPrefix(value, "0") {
			value += "%"
		}
		return set(path, planedit.Quote(value))
	}
	return b.add(f)
}

// rates are the rates by key, and a place for a further key.
func (b *builder) rates(path string) *Rows {
	rows := &Rows{Path: path, Label: "planform.rates", Columns: []string{"planform.rate_key", "planform.rate"}}
	keys := b.Keys(path)
	for _, key := range keys {
		at := planedit.Key(path, key)
		row := Row{Path: at, Fields: []Field{{Kind: KindStatic, Label: "planform.rate_key", Values: []string{key}}, b.number(at, "planform.rate", "%", false)}}
		if len(keys) > 1 {
			row.Acts = []Act{{"remove " + at, "planform.remove_row", "x"}}
		}
		rows.Items = append(rows.Items, row)
	}
	fresh := Field{Path: path + "!key", Kind: KindText, Label: "planform.rate_key_new", Optional: true, Values: []string{""}}
	rate := Field{Path: path + "!rate", Kind: KindNumber, Label: "planform.rate", Unit: "%", Optional: true, Values: []string{""}}
	fresh.edits = func(posted []string, all Posted) []planedit.Edit {
		value := cleaned(rate, all[rate.Path])[0]
		if value == "" {
			value = "0"
		}
		return set(planedit.Key(path, posted[0]), planedit.Quote(value+"%"))
	}
	rate.edits = func([]string, Posted) []planedit.Edit { return nil } // goes with the key
	rows.Items = append(rows.Items, Row{Path: path + "!new", Fields: []Field{b.add(fresh), b.add(rate)}})
	return rows
}

// conditions are what must hold before anything is paid.
func (b *builder) conditions(path string) Group {
	g := Group{Title: "planform.when", Hint: "planform.when_hint", Path: path, Acts: []Act{{"add-condition " + path, "planform.add_condition", "plus"}}}
	if b.Len(path) == 0 {
		return g
	}
	g.Rows = &Rows{Path: path, Label: "planform.when", Columns: []string{"planform.when_measure", "planform.when_comparison", "planform.when_value"}}
	for i := range b.Len(path) {
		at := planedit.Index(path, i)
		g.Rows.Items = append(g.Rows.Items, Row{Path: at, Fields: b.condition(at), Acts: []Act{{"remove " + at, "planform.remove_row", "x"}}})
	}
	return g
}

var comparisons = []string{"at_least", "above", "at_most", "below", "equals"}

// condition has a measure, a comparison (which is a key of the document) and a value.
func (b *builder) condition(at string) []Field {
	of := b.Value(at + ".measure")
	measure := b.measure(at+".measure", "planform.when_measure", false, plan.KindMoney, plan.KindRatio, plan.KindCount, plan.KindDate)
	key := ""
	for _, word := range append(slices.Clone(comparisons), "in") {
		if b.Has(at + "." + word) {
			key = word
		}
	}
	if key == "in" {
		b.cover(at + ".in")
		return []Field{measure, {Kind: KindStatic, Label: "planform.when_comparison", Values: []string{"planform.compare_in"}}, {Kind: KindStatic, Label: "planform.when_value", Values: []string{""}}}
	}
	comparison := Field{Path: at + "!comparison", Kind: KindChoice, Label: "planform.when_comparison", Options: b.words("", "planform.compare", comparisons), Values: []string{key}}
	value := b.number(at+"."+key, "planform.when_value", b.unitOf(of), false)
	comparison.edits = func(posted []string, all Posted) []planedit.Edit {
		kept := planedit.Quote(cleaned(value, []string{all.first(value.Path)})[0] + value.Unit)
		return append([]planedit.Edit{{Op: planedit.OpRemove, Path: value.Path}}, set(at+"."+posted[0], kept)...)
	}
	return []Field{measure, b.add(comparison), value}
}

// limits are cap, floor and rounding.
func (b *builder) limits(at string) Group {
	g := Group{Title: "planform.limits", Path: at + ".cap"}
	if b.Has(at + ".cap") {
		g.Fields = b.limitFields(at + ".cap")
		g.Acts = append(g.Acts, Act{"remove " + at + ".cap", "planform.remove_cap", "x"})
	} else {
		g.Acts = append(g.Acts, Act{"add-cap " + at + ".cap", "planform.add_cap", "plus"})
	}
	g.Fields = append(g.Fields, b.money(at+".floor.amount", "planform.floor", true))
	if b.Has(at + ".round") {
		g.Fields = append(g.Fields, b.choice(at+".round.mode", "planform.round_mode", "planform.round", "half_away_from_zero", "half_even", "down", "up", "floor", "ceiling"),
			b.choice(at+".round.at", "planform.round_at", "planform.round_at", "component", "credit", "band"))
	}
	return g
}
