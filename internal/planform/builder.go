package planform

import (
	"slices"
	"strings"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

// builder makes a form and keeps which places of the text have a field.
type builder struct {
	*planedit.Tree
	covered map[string]bool
	fields  []Field
}

func (b *builder) cover(path string) { b.covered[path] = true }

// add keeps a field of the form and returns it.
func (b *builder) add(f Field) Field {
	b.cover(f.Path)
	if f.Values == nil && f.Kind != KindChecks {
		f.Values = []string{b.Value(f.Path)}
	}
	b.fields = append(b.fields, f)
	return f
}

func (b *builder) text(path, label string) Field {
	return b.add(Field{Path: path, Kind: KindText, Label: label})
}

// scalarOrNothing reports whether a field can stand for the path: nothing is there, or one value.
func (b *builder) scalarOrNothing(path string) bool { return !b.Has(path) || b.IsScalar(path) }

func (b *builder) money(path, label string, optional bool) Field {
	return b.add(Field{Path: path, Kind: KindMoney, Label: label, Unit: "", Optional: optional})
}

// number is a field of a number as it is written: a percentage keeps its sign beside the field. unit is for a value that is yet to be given.
func (b *builder) number(path, label, unit string, optional bool) Field {
	value := b.Value(path)
	if value != "" {
		unit = ""
		if strings.HasSuffix(value, "%") {
			unit = "%"
		}
	}
	return b.add(Field{Path: path, Kind: KindNumber, Label: label, Unit: unit, Values: []string{strings.TrimSuffix(value, "%")}, Optional: optional})
}

// choice offers words of the language. Their texts are prefix_word.
func (b *builder) choice(path, label, prefix string, words ...string) Field {
	return b.add(Field{Path: path, Kind: KindChoice, Label: label, Options: b.words(path, prefix, words)})
}

// words are the options for a path; a word that stands there and is not offered is offered as it is.
func (b *builder) words(path, prefix string, words []string) (options []Option) {
	for _, word := range words {
		options = append(options, Option{Value: word, Key: prefix + "_" + word})
	}
	if now := b.Value(path); now != "" && !slices.Contains(words, now) {
		options = append(options, Option{Value: now, Name: plan.Text{Zh: now, En: now}})
	}
	return options
}

// question asks for a choice in a sentence, with what each answer means.
func (b *builder) question(path, key string, words ...string) Field {
	f := Field{Path: path, Kind: KindQuestion, Label: "planform.q_" + key, Hint: "planform.q_" + key + "_default", Options: b.words(path, "planform.a_"+key, words)}
	return b.add(f)
}

// components offers the document's components as boxes to tick.
func (b *builder) components(path, label string, optional bool) Field {
	f := Field{Path: path, Kind: KindChecks, Label: label, Values: b.Values(path), Optional: optional}
	for i := range b.Len("components") {
		at := planedit.Index("components", i)
		f.Options = append(f.Options, Option{Value: b.Value(at + ".id"), Name: b.name(at, b.Value(at+".id"))})
	}
	return b.add(f)
}

// name is the name of what stands at a path.
func (b *builder) name(path, otherwise string) plan.Text {
	zh, en := b.Value(path+".name.zh"), b.Value(path+".name.en")
	if zh == "" {
		zh = en
	}
	if en == "" {
		en = zh
	}
	if zh == "" {
		return plan.Text{Zh: otherwise, En: otherwise}
	}
	return plan.Text{Zh: zh, En: en}
}

// kindOf is the kind of a measure's value, empty where it cannot be told.
func (b *builder) kindOf(id string) plan.ValueKind {
	for range 20 {
		at := planedit.Key("measures", id)
		switch {
		case b.Has(at + ".credits"):
			switch {
			case b.Has(at+".first") || b.Has(at+".last"):
				return plan.KindDate
			case b.Value(at+".sum") == "amount" || b.Value(at+".sum") == "margin":
				return plan.KindMoney
			}
			return plan.KindCount
		case b.Has(at + ".quota"):
			return plan.KindMoney
		case b.Has(at+".ratio") || b.Has(at+".scorecard") || b.Has(at+".retained"):
			return plan.KindRatio
		case b.Has(at + ".component"):
			return plan.KindMoney
		case b.Has(at+".tenure") || b.Has(at+".rank") || b.Has(at+".team.count"):
			return plan.KindCount
		case b.Has(at+".given") || b.Has(at+".formula"):
			return plan.ValueKind(b.Value(at + ".kind"))
		}
		next := ""
		for _, fold := range []string{"sum", "average", "highest", "lowest"} {
			if v := b.Value(at + ".team." + fold); v != "" {
				next = v
			}
		}
		if next == "" {
			return ""
		}
		id = next
	}
	return ""
}

// unitOf is what a value that is compared with a measure is written in.
func (b *builder) unitOf(measure string) string {
	if b.kindOf(measure) == plan.KindRatio {
		return "%"
	}
	return ""
}

// measure is a choice among the document's measures of the kinds, and of those that can be added.
func (b *builder) measure(path, label string, optional bool, kinds ...plan.ValueKind) Field {
	f := Field{Path: path, Kind: KindChoice, Label: label, Optional: optional, Values: []string{b.Value(path)}}
	seen := false
	for _, id := range b.Keys("measures") {
		if kind := b.kindOf(id); slices.Contains(kinds, kind) || id == f.Value() {
			f.Options = append(f.Options, Option{Value: id, Name: b.name(planedit.Key("measures", id), id), Group: "planform.measures_own"})
			seen = seen || id == f.Value()
		}
	}
	if f.Value() != "" && !seen {
		f.Options = append(f.Options, Option{Value: f.Value(), Name: plan.Text{Zh: f.Value(), En: f.Value()}, Group: "planform.measures_own"})
	}
	for _, p := range presets {
		base := strings.HasSuffix(path, ".pays.of") && strings.Contains(p.text, "_to_date") // what a rate is of is of the month
		if slices.Contains(kinds, p.kind) && !base && !b.Has(planedit.Key("measures", p.id)) {
			f.Options = append(f.Options, Option{Value: "+" + p.id, Name: p.name, Group: "planform.measures_new"})
		}
	}
	f.edits = func(posted []string, _ Posted) []planedit.Edit {
		if id, fresh := strings.CutPrefix(posted[0], "+"); fresh {
			return append(b.addMeasure(id), set(path, id)...)
		}
		return f.plainEdits(posted)
	}
	return b.add(f)
}

// rest lists what the form has no fields for, the greatest whole parts, in the order of the document.
func (b *builder) rest() (parts []Part) {
	var walk func(path string)
	walk = func(path string) {
		switch {
		case b.covered[path]:
			return
		case path != "" && !b.coversBelow(path):
			parts = append(parts, Part{Path: path, Line: b.Line(path), Source: b.Source(path)})
			return
		}
		for _, key := range b.Keys(path) {
			walk(planedit.Key(path, key))
		}
		for i := range b.Len(path) {
			walk(planedit.Index(path, i))
		}
	}
	walk("")
	return parts
}

func (b *builder) coversBelow(path string) bool {
	for other := range b.covered {
		if rest, below := strings.CutPrefix(other, path); below && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "[")) {
			return true
		}
	}
	return false
}
