// Package planform is the guided form of a plan document: which fields it has, in which order and with which choices, and which edits of the
// text what was filled in comes to.
//
// The form is made from the text and knows nothing but the text, so that form and text are one document: a form that nobody touched makes no
// edit. What the form has no field for stays as it is written and is listed as Rest. Whether a filled-in value makes sense is package plan's to
// say, of the text that comes out. Limits: plans alone; of each rule the usual readings, the others are written as text.
package planform

import (
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

// Kind says how a field is filled in.
type Kind string

// The kinds of field.
const (
	KindText     Kind = "text"
	KindMoney    Kind = "money"  // in units of the plan's currency
	KindNumber   Kind = "number" // with Unit "%", a percentage
	KindDate     Kind = "date"
	KindChoice   Kind = "choice"
	KindQuestion Kind = "question" // a choice that is asked as a sentence, with what each answer means
	KindChecks   Kind = "checks"
	KindList     Kind = "list" // texts with commas between them
	KindStatic   Kind = "static"
)

// Option is a choice. It is named by a message key or, where it is a part of the document, by its own name.
type Option struct {
	Value string
	Key   string
	Hint  string // message key
	Name  plan.Text
	Group string // message key
}

// Field is one place of the document to be filled in. Values has one text unless the kind is KindChecks.
type Field struct {
	Path     string
	Kind     Kind
	Label    string // message key
	Hint     string // message key
	Values   []string
	Options  []Option
	Unit     string
	Optional bool
	Empty    string // message key: what leaving it out means
	Reload   bool   // what else is asked depends on it
	edits    func(posted []string, all Posted) []planedit.Edit
}

// Value is the first of the values.
func (f Field) Value() string {
	if len(f.Values) == 0 {
		return ""
	}
	return f.Values[0]
}

// Act is a change of the form's shape: something is added, removed, moved or copied. Name goes to Do.
type Act struct {
	Name  string
	Label string // message key
	Icon  string
}

// Row is a line of a table with its fields.
type Row struct {
	Path   string
	Fields []Field
	Acts   []Act
}

// Rows is a table whose lines can be changed. Columns are message keys.
type Rows struct {
	Path    string
	Label   string // message key
	Columns []string
	Items   []Row
	Acts    []Act
}

// Group is what belongs together in a section.
type Group struct {
	Title  string // message key, empty for the section's own
	Hint   string // message key
	Path   string
	Fields []Field
	Rows   *Rows
	Acts   []Act
}

// Section is a part of the form. Name is that of the component that it is about.
type Section struct {
	ID     string
	Title  string // message key
	Hint   string // message key
	Path   string
	Name   plan.Text
	Groups []Group
	Acts   []Act
}

// Part is a place of the document that the form has no fields for, as it is written.
type Part struct {
	Path   string
	Line   int
	Source string
}

// Form is the guided form of one text.
type Form struct {
	Sections []Section
	Rest     []Part
	Examples string // worked examples, as they are written
	fields   []Field
	tree     *planedit.Tree
}

// Posted is what was filled in, by path.
type Posted map[string][]string

func (p Posted) first(path string) string {
	if values := p[path]; len(values) > 0 {
		return strings.TrimSpace(values[0])
	}
	return ""
}

// New makes the form of a text. Errors: invalid when the text is no plan in YAML.
func New(text string) (form *Form, err error) {
	defer errs.Wrap(&err, "planform.New")
	tree, err := planedit.Read(text)
	if err != nil {
		return nil, err
	}
	if tree.Value("xiaoguan") != plan.HeaderPlan {
		return nil, errs.New(errs.KindInvalid, "planform.no_plan", nil)
	}
	b := &builder{Tree: tree, covered: map[string]bool{}}
	for _, path := range []string{"xiaoguan", "period", "examples", "statements.payable_on", "statements.attainment_rounding", "statements.level_at", "statements.team_at"} {
		b.cover(path)
	}
	sections := []Section{b.basics(), b.who()}
	for i := range tree.Len("components") {
		sections = append(sections, b.component(i))
	}
	sections = append(sections, b.more(), b.measures(), b.settle(), b.choices())
	return &Form{Sections: sections, Rest: b.rest(), Examples: tree.Value("examples"), fields: b.fields, tree: tree}, nil
}

// Fields are all fields of the form.
func (f *Form) Fields() []Field { return f.fields }

// Edits are the changes that what was filled in comes to. A field that was not handed in, or says what it said, makes none; an unticked group
// of boxes is handed in empty.
func (f *Form) Edits(posted Posted) (edits []planedit.Edit) {
	for _, field := range f.fields {
		values, given := posted[field.Path]
		if !given || field.Kind == KindStatic {
			continue
		}
		values = cleaned(field, values)
		if slices.Equal(values, cleaned(field, field.Values)) {
			continue
		}
		if field.edits != nil {
			edits = append(edits, field.edits(values, posted)...)
			continue
		}
		edits = append(edits, field.plainEdits(values)...)
	}
	return edits
}

// Fill applies what was filled in to the text of the form.
func Fill(text string, posted Posted) (changed string, err error) {
	defer errs.Wrap(&err, "planform.Fill")
	form, err := New(text)
	if err != nil {
		return "", err
	}
	return planedit.Apply(text, form.Edits(posted))
}

// fullWidth are figures and marks as Chinese keyboards write them.
var fullWidth = strings.NewReplacer("％", "%", "，", ",", "．", ".", "－", "-", "０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "−", "-")

// cleaned takes away what is only form: spaces, separators of thousands, the sign that stands beside the field.
func cleaned(f Field, values []string) []string {
	var out []string
	for _, v := range values {
		v = strings.TrimSpace(v)
		switch f.Kind {
		case KindMoney, KindNumber:
			v = strings.ReplaceAll(fullWidth.Replace(v), ",", "")
			v = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(v, "¥"), f.Unit))
		case KindList:
			v = strings.Join(split(v), ", ")
		}
		if v != "" || f.Kind != KindChecks {
			out = append(out, v)
		}
	}
	if f.Kind == KindChecks {
		slices.Sort(out)
		return out
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out[:1]
}

// split reads texts with commas between them.
func split(text string) (items []string) {
	for _, item := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、;；", c) }) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// plainEdits write values at the field's own path.
func (f Field) plainEdits(values []string) []planedit.Edit {
	value := ""
	if len(values) > 0 {
		value = values[0]
	}
	switch {
	case f.Kind == KindChecks && len(values) > 0:
		return set(f.Path, planedit.List(values))
	case f.Kind == KindList && value != "":
		return set(f.Path, planedit.List(split(value)))
	case value == "" && f.Optional:
		return []planedit.Edit{{Op: planedit.OpRemove, Path: f.Path}}
	case value == "" && f.Kind == KindChecks:
		return nil // the language has no empty lists: what is required stays
	case f.Kind == KindMoney:
		return set(f.Path, planedit.Quote(yuan(value)))
	case f.Kind == KindNumber && value != "":
		return set(f.Path, planedit.Quote(value+f.Unit))
	}
	return set(f.Path, planedit.Quote(value))
}

// yuan writes whole amounts with their two decimals, as amounts stand in plans.
func yuan(text string) string {
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return text + ".00"
	}
	return text
}

func set(path, value string) []planedit.Edit {
	return []planedit.Edit{{Op: planedit.OpSet, Path: path, Value: value}}
}

// WithExamples puts other worked examples in the place of those of the text. Without any, the key goes.
func WithExamples(text, examples string) (changed string, err error) {
	defer errs.Wrap(&err, "planform.WithExamples")
	form, err := New(text)
	if err != nil {
		return "", err
	}
	switch {
	case strings.TrimSpace(examples) != "":
		return planedit.Apply(text, set("examples", planedit.Literal(strings.TrimRight(examples, "\n")+"\n")))
	case form.tree.Has("examples"):
		return planedit.Apply(text, []planedit.Edit{{Op: planedit.OpRemove, Path: "examples"}})
	}
	return text, nil
}
