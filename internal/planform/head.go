package planform

import (
	"xiaoguan/internal/planedit"
)

var levelWords = []string{"newcomer", "regular", "core", "manager"}

// basics is what the plan is called and when it holds.
func (b *builder) basics() Section {
	g := Group{Fields: []Field{
		b.text("name.zh", "planform.name_zh"), b.text("name.en", "planform.name_en"),
		b.text("id", "planform.id"),
		b.choice("layer", "planform.layer", "planform.layer", append(levelWords, "other")...),
		b.choice("currency", "planform.currency", "planform.currency", "CNY"),
		b.date("effective.from", "planform.effective_from", false), b.date("effective.to", "planform.effective_to", true),
	}}
	g.Fields[2].Hint = "planform.id_hint"
	return Section{ID: "basics", Title: "planform.basics", Groups: []Group{g}}
}

func (b *builder) date(path, label string, optional bool) Field {
	return b.add(Field{Path: path, Kind: KindDate, Label: label, Optional: optional})
}

// who says whom the plan pays: by levels, or by what else people are known by.
func (b *builder) who() Section {
	levels := Field{Path: "participants.level", Kind: KindChecks, Label: "planform.levels", Values: b.Values("participants.level"), Options: b.words("", "planform.layer", levelWords)}
	levels.edits = func(posted []string, _ Posted) []planedit.Edit {
		switch {
		case len(posted) > 0:
			return set("participants.level", planedit.List(posted))
		case len(b.Keys("participants")) > 1:
			return []planedit.Edit{{Op: planedit.OpRemove, Path: "participants.level"}}
		}
		return nil // somebody must be paid
	}
	s := Section{ID: "who", Title: "planform.who", Hint: "planform.who_hint", Groups: []Group{{Fields: []Field{b.add(levels)}}}}
	more := Group{Title: "planform.who_more"}
	for _, key := range []string{"role", "team", "region", "person", "excluding"} {
		if path := "participants." + key; !b.Has(path) || b.IsList(path) {
			more.Fields = append(more.Fields, b.list(path, "planform.who_"+key))
		}
	}
	s.Groups = append(s.Groups, more)
	return s
}

// list is a field of texts with commas between them.
func (b *builder) list(path, label string) Field {
	shown := ""
	for i, v := range b.Values(path) {
		if i > 0 {
			shown += ", "
		}
		shown += v
	}
	return b.add(Field{Path: path, Kind: KindList, Label: label, Values: []string{shown}, Optional: true})
}

// more is where components are added, and the limit of their sum.
func (b *builder) more() Section {
	s := Section{ID: "more", Title: "planform.more", Path: "components", Acts: []Act{
		{"add-rate components", "planform.add_rate", "plus"}, {"add-bonus components", "planform.add_bonus", "plus"},
		{"add-per components", "planform.add_per", "plus"},
	}}
	g := Group{Title: "planform.plan_cap", Path: "cap"}
	if !b.Has("cap") {
		g.Acts = []Act{{"add-plan-cap cap", "planform.add_cap", "plus"}}
	} else {
		g.Fields = b.limitFields("cap")
		g.Acts = []Act{{"remove cap", "planform.remove_cap", "x"}}
	}
	s.Groups = []Group{g}
	return s
}

// limitFields are those of a cap.
func (b *builder) limitFields(path string) (fields []Field) {
	if b.Has(path + ".percent") {
		fields = append(fields, b.number(path+".percent", "planform.cap_percent", "%", false), b.measure(path+".of", "planform.cap_of", false, "money"))
	} else {
		fields = append(fields, b.money(path+".amount", "planform.cap_amount", false))
	}
	fields = append(fields, b.choice(path+".excess", "planform.cap_excess", "planform.cap_excess", "dropped", "carried"))
	over := b.choice(path+".over", "planform.cap_over", "planform.cap_over", "period", "quarter", "year")
	fields = append(fields, b.defaulting(over, "period"))
	if path != "cap" {
		per := b.choice(path+".per", "planform.cap_per", "planform.cap_per", "component", "deal", "credit")
		fields = append(fields, b.defaulting(per, "component"))
	}
	return fields
}

// defaulting shows a word that is meant when nothing is written; choosing it writes nothing.
func (b *builder) defaulting(f Field, word string) Field {
	if b.Has(f.Path) {
		return f
	}
	f.Values = []string{word}
	for i := range b.fields {
		if b.fields[i].Path == f.Path {
			b.fields[i].Values = f.Values
		}
	}
	return f
}

// choices are what a plan must say because others read the same sentence differently.
func (b *builder) choices() Section {
	s := Section{ID: "choices", Title: "planform.choices", Hint: "planform.choices_hint"}
	g := Group{Path: "statements"}
	earned := b.choice("statements.earned_on", "planform.q_earned_on", "planform.a_earned_on", "collected", "signed", "invoiced")
	for _, q := range []struct {
		key   string
		words []string
	}{
		{"refund", []string{"negative_credit_when_refunded", "kept_until_clawback"}}, {"negative_result", []string{"stands", "zero"}},
		{"zero_quota", []string{"attainment_zero", "not_applicable", "refuse"}}, {"joiner", []string{"full_period", "by_day"}},
		{"leaver", []string{"full_period", "by_day"}}, {"leaver_later_collections", []string{"unpaid", "paid"}},
	} {
		g.Fields = append(g.Fields, b.question("statements."+q.key, q.key, q.words...))
	}
	s.Groups = []Group{{Fields: []Field{earned}}, g}
	return s
}

// measures lists what the plan reads, with its names and the days over which it gathers.
func (b *builder) measures() Section {
	s := Section{ID: "measures", Title: "planform.measures", Hint: "planform.measures_hint", Path: "measures"}
	rows := Rows{Path: "measures", Label: "planform.measures", Columns: []string{"planform.measure_zh", "planform.measure_en", "planform.measure_what", "planform.measure_window"}}
	for _, id := range b.Keys("measures") {
		at := planedit.Key("measures", id)
		row := Row{Path: at, Fields: []Field{b.text(at+".name.zh", "planform.measure_zh"), b.text(at+".name.en", "planform.measure_en"), b.what(at)}}
		if w := at + ".window"; b.IsScalar(w) {
			row.Fields = append(row.Fields, b.choice(w, "planform.measure_window", "planform.window", "period", "quarter_to_date", "half_year_to_date", "year_to_date", "ever"))
		} else {
			row.Fields = append(row.Fields, Field{Kind: KindStatic, Label: "planform.measure_window", Values: []string{""}})
		}
		if !b.used(id) && len(b.Keys("measures")) > 1 {
			row.Acts = []Act{{"remove " + at, "planform.remove_row", "x"}}
		}
		rows.Items = append(rows.Items, row)
	}
	s.Groups = []Group{{Rows: &rows}}
	return s
}

// what says in a word how a measure comes about. The simple forms are covered by it; the rest of the others is shown as text.
func (b *builder) what(at string) Field {
	f := Field{Kind: KindStatic, Label: "planform.measure_what"}
	for _, form := range []string{"credits", "quota", "ratio", "tenure", "team", "given", "retained", "scorecard", "formula", "component", "rank"} {
		if !b.Has(at + "." + form) {
			continue
		}
		f.Values = []string{"planform.what_" + form}
		switch {
		case form == "credits" && b.Value(at+".sum") == "amount":
			b.cover(at + ".sum")
		case form == "credits" && b.Value(at+".count") != "":
			f.Values = []string{"planform.what_count"}
			b.cover(at + ".count")
		case form == "credits" && b.Value(at+".first") != "":
			f.Values = []string{"planform.what_first"}
			b.cover(at + ".first")
		case form == "credits" || form == "team" && b.Has(at+".team.where"):
			return f
		}
		switch form {
		case "credits", "quota", "ratio", "tenure", "team":
			b.cover(at + "." + form)
		}
		return f
	}
	f.Values = []string{"planform.what_unknown"}
	return f
}

// used reports whether anything in the document names the measure.
func (b *builder) used(id string) bool {
	var walk func(path string) bool
	walk = func(path string) bool {
		if b.Value(path) == id && path != "id" {
			return true
		}
		for _, key := range b.Keys(path) {
			if walk(planedit.Key(path, key)) {
				return true
			}
		}
		for i := range b.Len(path) {
			if walk(planedit.Index(path, i)) {
				return true
			}
		}
		return false
	}
	return walk("measures") || walk("components") || walk("settle") || walk("cap") || b.Has(planedit.Key("measures", id)+".formula")
}
