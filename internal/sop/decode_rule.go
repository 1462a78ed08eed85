package sop

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// weightMax bounds weights, so that sums over any number of cases stay far from overflow.
const weightMax = 100

func (r *reader) rule(v value, s *Standard) (rule Rule) {
	f := r.Mapping(v, "id", "name", "stage", "rule", "of", "with", "within", "before", "clock", "by", "different_person", "complete",
		"data", "when", "until", "weight", "level", "exempt")
	rule.Weight, rule.Clock = 1, ClockOccurred
	f.With("id", func(v value) { rule.ID = r.ID(v) })
	f.With("name", func(v value) { rule.Name = r.Name(v) })
	f.With("stage", func(v value) { rule.Stage = r.ID(v) })
	f.With("rule", func(v value) { rule.Template = ruledoc.Choice(r.Reader, v, Templates()...) })
	f.With("of", func(v value) { rule.Of = r.known(v, s) })
	if rule.Template.Binary() {
		f.With("with", func(v value) { rule.With = r.known(v, s) })
	}
	f.Given("within", func(v value) { rule.Within = r.deadline(v) })
	f.Given("clock", func(v value) { rule.Clock = ruledoc.Choice(r.Reader, v, ClockOccurred, ClockRecorded) })
	f.Given("by", func(v value) { rule.By = r.Texts(v) })
	f.Given("different_person", func(v value) { rule.Different = r.Truth(v) })
	f.Given("complete", func(v value) { rule.Complete = r.Texts(v) })
	f.Given("until", func(v value) { rule.Until = r.Texts(v) })
	f.Given("weight", func(v value) { rule.Weight = r.Whole(v, 1, weightMax) })
	f.With("level", func(v value) { rule.Level = ruledoc.Choice(r.Reader, v, LevelLog, LevelWarn, LevelReason, LevelBlock) })
	r.idle(f, &rule)
	if f.OK && rule.Template != "" {
		r.conditionsOf(f, &rule, s)
	}
	return rule
}

// idle reports the keys that say nothing with the rule's template.
func (r *reader) idle(f fields, rule *Rule) {
	t := rule.Template
	if t == "" {
		return
	}
	if !t.Binary() {
		f.Meaningless("with", "different_person")
	}
	if !t.timed() {
		f.Meaningless("within")
	}
	if !t.Forward() {
		f.Meaningless("before", "until")
	}
	if t == CoExistence || rule.Within == nil {
		f.Meaningless("clock")
		rule.Clock = ""
	}
	if rule.Within == nil {
		f.Meaningless("before")
	}
	if t == Each && rule.Within != nil {
		rule.Clock = ClockRecorded
	}
	switch t {
	case Choice, CoExistence, NotCoExistence, Absence:
		f.Meaningless("different_person", "by", "complete", "data")
	}
	if t == Succession || t == AltSuccession || t == ChainSuccession {
		f.Meaningless("by", "complete", "data")
	}
}

// conditionsOf reads what refers to forms: those of the asking event, those of the asked one, and the case's.
func (r *reader) conditionsOf(f fields, rule *Rule, s *Standard) {
	asking, asked := s.form(rule.Asking()), s.form(rule.Asked())
	f.Given("before", func(v value) {
		rule.Before = r.ID(v)
		if form := field(asking, rule.Before); form == nil || form.Type != TypeDate {
			r.Report(v, CodeUnknownField, errs.Args{"ID": rule.Before, "Known": ids(asking)})
		}
	})
	f.Given("when", func(v value) {
		rule.When = ruledoc.Each(r.Reader, v, func(v value) Condition { return r.condition(v, asking, s.Case) })
	})
	f.Given("data", func(v value) {
		rule.Data = ruledoc.Each(r.Reader, v, func(v value) Condition { return r.condition(v, asked, s.Case) })
	})
	f.Given("exempt", func(v value) { rule.Exempt = ruledoc.Each(r.Reader, v, func(v value) Exempt { return r.exempt(v, s) }) })
	f.Given("complete", func(v value) {
		for _, id := range rule.Complete {
			if id != "required" && field(asked, id) == nil {
				r.Report(v, CodeUnknownField, errs.Args{"ID": id, "Known": ids(asked)})
			}
		}
	})
}

// Required lists the fields of an activity's form that must be filled, which "required" stands for.
func (s *Standard) Required(activity string) (required []string) {
	for _, f := range s.form(activity) {
		if f.Required {
			required = append(required, f.ID)
		}
	}
	return required
}

func (s *Standard) form(activity string) []Field {
	if a := s.Activity(activity); a != nil {
		return a.Form
	}
	return nil
}

func ids(fields []Field) string {
	list := make([]string, len(fields))
	for i := range fields {
		list[i] = fields[i].ID
	}
	return strings.Join(list, ", ")
}

// known reads the id of an activity.
func (r *reader) known(v value, s *Standard) string {
	id := r.ID(v)
	if id != "" && s.Activity(id) == nil {
		r.Report(v, CodeUnknownActivity, errs.Args{"ID": id})
	}
	return id
}

func (r *reader) deadline(v value) *Deadline {
	text, ok := r.Text(v)
	if !ok {
		return nil
	}
	d, ok := parseDeadline(text)
	switch {
	case !ok:
		r.Report(v, CodeDeadlineForm, nil)
	case !d.possible():
		r.Report(v, CodeDeadlineImpossible, nil)
	default:
		return &d
	}
	return nil
}

func (r *reader) exempt(v value, s *Standard) (e Exempt) {
	f := r.Mapping(v, "reason", "when")
	f.With("reason", func(v value) { e.Reason = r.Name(v) })
	f.With("when", func(v value) {
		e.When = ruledoc.Each(r.Reader, v, func(v value) Condition { return r.condition(v, nil, s.Case) })
	})
	return e
}

// comparisons are the words in the order in which they are looked for.
var comparisons = []Comparison{Equals, In, AtLeast, AtMost, Above, Below, Filled}

func (r *reader) condition(v value, event, whole []Field) (c Condition) {
	f := r.Mapping(v, "field", "equals", "in", "at_least", "at_most", "above", "below", "filled")
	var form *Field
	f.With("field", func(v value) { c.Field, form = r.reference(v, event, whole) })
	if form != nil {
		c.valueType = form.Type
	}
	if !f.OK {
		return c
	}
	found := 0
	for _, comparison := range comparisons {
		f.Given(string(comparison), func(v value) {
			if found++; found > 1 {
				r.Report(v, ruledoc.CodeKeyMeaningless, errs.Args{"Key": string(comparison)})
				return
			}
			c.Comparison = comparison
			if form != nil {
				r.right(v, &c, form, event, whole)
			}
		})
	}
	if found == 0 {
		r.Report(v, ruledoc.CodeKeyMissing, errs.Args{"Key": "equals, in, at_least, at_most, above, below, filled"})
	}
	return c
}

// right reads what a field is compared with.
func (r *reader) right(v value, c *Condition, form *Field, event, whole []Field) {
	ordered := form.Type != TypeText && form.Type != TypeChoice
	switch {
	case c.Comparison == Filled:
		if !r.Truth(v) {
			r.Report(v, ruledoc.CodeChoice, errs.Args{"Known": "true"})
		}
	case !ordered && c.Comparison != Equals && c.Comparison != In:
		r.Report(v, CodeFieldTypes, errs.Args{"Field": c.Field, "Type": string(form.Type)})
	case v.Node.Kind == yaml.MappingNode:
		f := r.Mapping(v, "field")
		f.With("field", func(v value) {
			var other *Field
			c.Other, other = r.reference(v, event, whole)
			if other != nil && other.Type != form.Type {
				r.Report(v, CodeFieldTypes, errs.Args{"Field": c.Other, "Type": string(other.Type)})
			}
		})
	case c.Comparison == In:
		for _, item := range r.List(v, language.RowsMax) {
			r.literal(item, c, form)
		}
	default:
		r.literal(v, c, form)
	}
}

func (r *reader) literal(v value, c *Condition, form *Field) {
	text := v.Node.Value
	if v.Node.Kind != yaml.ScalarNode {
		r.Report(v, ruledoc.CodeWantText, nil)
		return
	}
	parsed, ok := ParseValue(form.Type, text)
	if !ok || form.Type == TypeChoice && !slices.Contains(form.Values, text) {
		r.Report(v, CodeValueForm, errs.Args{"Field": c.Field, "Type": string(form.Type), "Known": strings.Join(form.Values, ", ")})
		return
	}
	c.Values = append(c.Values, parsed)
}

// reference reads the name of a field of the event or, with case., of the case.
func (r *reader) reference(v value, event, whole []Field) (string, *Field) {
	text, ok := r.Text(v)
	if !ok {
		return "", nil
	}
	fields := event
	id, ofCase := strings.CutPrefix(text, casePrefix)
	if ofCase {
		fields = whole
	}
	form := field(fields, id)
	if form == nil {
		r.Report(v, CodeUnknownField, errs.Args{"ID": text, "Known": ids(fields)})
	}
	return text, form
}
