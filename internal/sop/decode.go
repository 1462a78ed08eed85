package sop

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// Decode reads a document strictly and checks it. On any error it returns a KindInvalid error ("sop.invalid") with every problem
// as a field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (s *Standard, err error) {
	defer errs.Wrap(&err, "sop.Decode(%s)", source)
	s, findings := Inspect(source, text)
	if HasErrors(findings) {
		return nil, errs.Invalid("sop.invalid", fieldsOf(findings))
	}
	return s, nil
}

// Inspect reads a document and returns everything there is to say about it, by place. The standard is nil when there are errors.
func Inspect(source string, text []byte) (*Standard, []Finding) {
	r := &reader{source: source, positions: map[string]Position{}}
	root, ok := r.parse(text)
	if !ok {
		return nil, sortFindings(r.findings)
	}
	r.refuseIndirection(root)
	s := r.standard(value{node: root})
	if !HasErrors(r.findings) {
		(&checker{reader: r, standard: s}).check()
	}
	findings := sortFindings(r.findings)
	if HasErrors(findings) {
		return nil, findings
	}
	s.seal()
	return s, findings
}

// The library gives the line of a syntax error only inside its text.
var (
	yamlLine   = regexp.MustCompile(`line (\d+)`)
	yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)
)

// parse reads the text as exactly one YAML document.
func (r *reader) parse(text []byte) (*yaml.Node, bool) {
	start := Position{1, 1}
	if len(text) > DocumentBytesMax {
		r.add(SeverityError, CodeTooLarge, start, "", "", errs.Args{"Bytes": len(text), "Most": DocumentBytesMax})
		return nil, false
	}
	if !utf8.Valid(text) {
		r.add(SeverityError, CodeEncoding, start, "", "", nil)
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			r.add(SeverityError, CodeEmpty, start, "", "", nil)
			return nil, false
		}
		r.syntaxError(err)
		return nil, false
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		r.add(SeverityError, CodeSeveral, Position{second.Line, second.Column}, "", "", nil)
		return nil, false
	case !errors.Is(err, io.EOF):
		r.syntaxError(err)
		return nil, false
	}
	return document.Content[0], true
}

func (r *reader) syntaxError(err error) {
	at := Position{1, 1}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if line, convErr := strconv.Atoi(m[1]); convErr == nil {
			at.Row = line
		}
	}
	r.add(SeverityError, CodeSyntax, at, "", "", errs.Args{"Detail": yamlPrefix.ReplaceAllString(err.Error(), "")})
}

// with reads the value of a required key.
func with(f fields, key string, read func(value)) {
	if v, ok := f.required(key); ok {
		read(v)
	}
}

// given reads the value of an optional key.
func given(f fields, key string, read func(value)) {
	if v, ok := f.optional(key); ok {
		read(v)
	}
}

// each reads the items of a list.
func each[T any](r *reader, v value, read func(value) T) (list []T) {
	for _, item := range r.list(v, rowsMax) {
		list = append(list, read(item))
	}
	return list
}

func (r *reader) standard(top value) *Standard {
	f := r.mapping(top, "xiaoguan", "id", "name", "hours", "roles", "case", "stages", "closing", "rules")
	s := &Standard{Header: Header}
	with(f, "xiaoguan", func(v value) { choice(r, v, Header) })
	with(f, "id", func(v value) { s.ID = r.id(v) })
	with(f, "name", func(v value) { s.Name = r.name(v) })
	with(f, "hours", func(v value) {
		text, ok := r.text(v)
		if !ok {
			return
		}
		if s.Hours, ok = parseHours(text); !ok {
			r.report(v, CodeHours, nil)
		}
	})
	with(f, "roles", func(v value) { s.Roles = each(r, v, r.role) })
	given(f, "case", func(v value) { s.Case = each(r, v, r.field) })
	with(f, "stages", func(v value) { s.Stages = each(r, v, r.stage) })
	given(f, "closing", func(v value) { s.Closing = r.texts(v) })
	// Conditions are typed by the forms that stand before them, wherever the text puts them.
	with(f, "rules", func(v value) { s.Rules = each(r, v, func(v value) Rule { return r.rule(v, s) }) })
	return s
}

func (r *reader) role(v value) (role Role) {
	f := r.mapping(v, "id", "name")
	with(f, "id", func(v value) { role.ID = r.id(v) })
	with(f, "name", func(v value) { role.Name = r.name(v) })
	return role
}

func (r *reader) stage(v value) (stage Stage) {
	f := r.mapping(v, "id", "name", "role", "after", "inputs", "outputs", "activities")
	with(f, "id", func(v value) { stage.ID = r.id(v) })
	with(f, "name", func(v value) { stage.Name = r.name(v) })
	with(f, "role", func(v value) { stage.Role = r.id(v) })
	given(f, "after", func(v value) { stage.After = r.texts(v) })
	given(f, "inputs", func(v value) { stage.Inputs = each(r, v, r.name) })
	given(f, "outputs", func(v value) { stage.Outputs = each(r, v, r.name) })
	with(f, "activities", func(v value) { stage.Activities = each(r, v, r.activity) })
	return stage
}

func (r *reader) activity(v value) (a Activity) {
	f := r.mapping(v, "id", "name", "form")
	with(f, "id", func(v value) { a.ID = r.id(v) })
	with(f, "name", func(v value) { a.Name = r.name(v) })
	given(f, "form", func(v value) { a.Form = each(r, v, r.field) })
	return a
}

func (r *reader) field(v value) (field Field) {
	f := r.mapping(v, "id", "name", "type", "required", "values")
	with(f, "id", func(v value) { field.ID = r.id(v) })
	with(f, "name", func(v value) { field.Name = r.name(v) })
	with(f, "type", func(v value) {
		field.Type = choice(r, v, TypeText, TypeChoice, TypeNumber, TypeAmount, TypePercent, TypeDate, TypeYesNo)
	})
	given(f, "required", func(v value) { field.Required = r.truth(v) })
	if field.Type == TypeChoice {
		with(f, "values", func(v value) { field.Values = r.texts(v) })
	} else {
		f.meaningless("values")
	}
	return field
}

// truth reads yes or no, written true or false.
func (r *reader) truth(v value) bool {
	r.remember(v)
	if v.node.Kind != yaml.ScalarNode || (v.node.Value != "true" && v.node.Value != "false") {
		r.report(v, CodeChoice, errs.Args{"Known": "true, false"})
	}
	return v.node.Value == "true"
}

// whole reads a whole number from least to most.
func (r *reader) whole(v value, least, most int) int {
	text, ok := r.text(v)
	if !ok {
		return least
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		r.report(v, CodeWhole, errs.Args{"Least": least, "Most": most})
		return least
	}
	return n
}
