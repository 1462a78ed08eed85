package sop

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// language of the reader: what is only about text and keys has the texts of every document of rules.
var language = ruledoc.Language{Area: "sop", RowsMax: 500}

// What the reading of a standard shares with that of other documents of rules.
type (
	// Text is a name in both languages.
	Text = ruledoc.Text
	// Finding is one thing that a check has to say about a place in a document.
	Finding = ruledoc.Finding
	// Code names a kind of finding.
	Code = ruledoc.Code

	value  = ruledoc.Value
	fields = ruledoc.Fields
)

// reader reads standards.
type reader struct{ *ruledoc.Reader }

// Decode reads a document strictly and checks it. On any error it returns a KindInvalid error ("sop.invalid") with every problem
// as a field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (s *Standard, err error) {
	defer errs.Wrap(&err, "sop.Decode(%s)", source)
	s, findings := Inspect(source, text)
	if ruledoc.HasErrors(findings) {
		return nil, errs.Invalid("sop.invalid", ruledoc.Errors(findings))
	}
	return s, nil
}

// Inspect reads a document and returns everything there is to say about it, by place. The standard is nil when there are errors.
func Inspect(source string, text []byte) (*Standard, []Finding) {
	r := &reader{ruledoc.NewReader(&language, source)}
	top, ok := r.Parse(text)
	if !ok {
		return nil, ruledoc.Sort(r.Findings)
	}
	s := r.standard(top)
	if !ruledoc.HasErrors(r.Findings) {
		(&checker{reader: r, standard: s}).check()
	}
	findings := ruledoc.Sort(r.Findings)
	if ruledoc.HasErrors(findings) {
		return nil, findings
	}
	s.seal()
	return s, findings
}

func (r *reader) standard(top value) *Standard {
	f := r.Mapping(top, "xiaoguan", "id", "name", "hours", "roles", "case", "stages", "closing", "rules")
	s := &Standard{Header: Header}
	f.With("xiaoguan", func(v value) { ruledoc.Choice(r.Reader, v, Header) })
	f.With("id", func(v value) { s.ID = r.ID(v) })
	f.With("name", func(v value) { s.Name = r.Name(v) })
	f.With("hours", func(v value) {
		text, ok := r.Text(v)
		if !ok {
			return
		}
		if s.Hours, ok = parseHours(text); !ok {
			r.Report(v, CodeHours, nil)
		}
	})
	f.With("roles", func(v value) { s.Roles = ruledoc.Each(r.Reader, v, r.role) })
	f.Given("case", func(v value) { s.Case = ruledoc.Each(r.Reader, v, r.field) })
	f.With("stages", func(v value) { s.Stages = ruledoc.Each(r.Reader, v, r.stage) })
	f.Given("closing", func(v value) { s.Closing = r.Texts(v) })
	// Conditions are typed by the forms that stand before them, wherever the text puts them.
	f.With("rules", func(v value) { s.Rules = ruledoc.Each(r.Reader, v, func(v value) Rule { return r.rule(v, s) }) })
	return s
}

func (r *reader) role(v value) (role Role) {
	f := r.Mapping(v, "id", "name")
	f.With("id", func(v value) { role.ID = r.ID(v) })
	f.With("name", func(v value) { role.Name = r.Name(v) })
	return role
}

func (r *reader) stage(v value) (stage Stage) {
	f := r.Mapping(v, "id", "name", "role", "after", "chance", "signing", "replaces", "inputs", "outputs", "activities")
	f.With("id", func(v value) { stage.ID = r.ID(v) })
	f.With("name", func(v value) { stage.Name = r.Name(v) })
	f.With("role", func(v value) { stage.Role = r.ID(v) })
	f.Given("after", func(v value) { stage.After = r.Texts(v) })
	f.Given("chance", func(v value) {
		chance := r.Whole(v, 0, chanceCertain)
		stage.Chance = &chance
	})
	f.Given("signing", func(v value) { stage.Signing = r.Truth(v) })
	f.Given("replaces", func(v value) {
		stage.Replaces = ruledoc.Each(r.Reader, v, r.ID)
	})
	f.Given("inputs", func(v value) { stage.Inputs = ruledoc.Each(r.Reader, v, r.Name) })
	f.Given("outputs", func(v value) { stage.Outputs = ruledoc.Each(r.Reader, v, r.Name) })
	f.With("activities", func(v value) { stage.Activities = ruledoc.Each(r.Reader, v, r.activity) })
	return stage
}

func (r *reader) activity(v value) (a Activity) {
	f := r.Mapping(v, "id", "name", "form")
	f.With("id", func(v value) { a.ID = r.ID(v) })
	f.With("name", func(v value) { a.Name = r.Name(v) })
	f.Given("form", func(v value) { a.Form = ruledoc.Each(r.Reader, v, r.field) })
	return a
}

func (r *reader) field(v value) (field Field) {
	f := r.Mapping(v, "id", "name", "type", "required", "values")
	f.With("id", func(v value) { field.ID = r.ID(v) })
	f.With("name", func(v value) { field.Name = r.Name(v) })
	f.With("type", func(v value) {
		field.Type = ruledoc.Choice(r.Reader, v, TypeText, TypeChoice, TypeNumber, TypeAmount, TypePercent, TypeDate, TypeYesNo)
	})
	f.Given("required", func(v value) { field.Required = r.Truth(v) })
	if field.Type == TypeChoice {
		f.With("values", func(v value) { field.Values = r.Texts(v) })
	} else {
		f.Meaningless("values")
	}
	return field
}
