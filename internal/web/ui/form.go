package ui

import (
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// FieldKind is the kind of an input.
type FieldKind string

// The kinds of field.
const (
	FieldText     FieldKind = "text"
	FieldMoney    FieldKind = "money" // decimal keyboard, separators on blur
	FieldNumber   FieldKind = "number"
	FieldDecimal  FieldKind = "decimal"
	FieldDate     FieldKind = "date"
	FieldMonth    FieldKind = "month"
	FieldTime     FieldKind = "datetime-local"
	FieldRange    FieldKind = "range" // a slider from Min to Max, with its value beside it
	FieldSelect   FieldKind = "select"
	FieldRadio    FieldKind = "radio"
	FieldCheck    FieldKind = "check"  // one tick box; Value is what is sent, Checked its state
	FieldChecks   FieldKind = "checks" // several tick boxes of one name
	FieldArea     FieldKind = "area"
	FieldCode     FieldKind = "code" // an area in fixed width for plan texts
	FieldFile     FieldKind = "file"
	FieldEmail    FieldKind = "email"
	FieldPassword FieldKind = "password"
	FieldSearch   FieldKind = "search"
	FieldHidden   FieldKind = "hidden"
	FieldStatic   FieldKind = "static" // shows Value, sends nothing
)

// Field is a labelled input with its hint and error.
type Field struct {
	Name         string
	ID           string // "f-"+Name when empty
	Kind         FieldKind
	Label        string
	Value        string
	Checked      bool
	Options      []Option
	Hint         string
	Error        string
	Optional     bool // marked; required is the norm
	Disabled     bool
	ReadOnly     bool
	Placeholder  string
	Unit         string // behind the field: "元"
	Rows         int
	Min, Max     string
	Accept       string // of a file
	Multiple     bool
	Autocomplete string
	Autofocus    bool
	Suggest      string // ID of the form's suggestions that the browser offers while one types
	Span         int    // columns of 12 in the form's grid; 12 when 0
	// Fold is the heading under which the field is folded away with its neighbours of the same heading, for what few need. Something filled
	// in or in error opens it.
	Fold  string
	Usual string          // a value that need not be seen: it opens no fold
	Body  templ.Component // drawn instead of the input, for special ones; keep its id FieldID
}

// FieldID returns the id of the input.
func (f Field) FieldID() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(f.Name)
}

// Option is a choice of a select, radio or tick-box group.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Selected bool
	Disabled bool
	Group    string // consecutive options of the same group stand under its name
}

// Suggestions are values that are offered for a text, which may be another all the same: a long list has more than fit on a page.
type Suggestions struct {
	ID      string
	Options []Option
	From    string // where others come from while one types: it answers with Offered
}

// WatchView is a region whose content depends on what is typed.
type WatchView struct {
	From  string   // answers with the content
	Watch []string // names of the fields it is asked with
}

// OfferedFor are options as a browser shows them for what was typed: it looks for that in their texts itself, so one that was found
// otherwise, such as by its pinyin, says it behind.
func OfferedFor(typed string, options []Option) []Option {
	lower := strings.ToLower(typed)
	for i, o := range options {
		if !strings.Contains(strings.ToLower(o.Value+" "+o.Label), lower) {
			options[i].Label += " · " + typed
		}
	}
	return options
}

// FormView is a form. It posts to Action; a field's error is shown at the field and in the summary on top. Children are drawn between
// the fields and the buttons.
type FormView struct {
	ID      string
	Action  string
	Method  string // "post" when empty
	Fields  []Field
	Suggest []Suggestions // what fields offer by ID
	Summary string        // heading of the error summary; made from the number of errors when empty
	Problem string        // an error that belongs to no field
	Submit  Action        // without a label it says "save" and is the primary act
	Others  []Action      // drawn behind Submit
	Cancel  *Link
	Aside   string // at the right of the buttons: "草稿已存 10:29"
	// Consequence stands beside the button and says what will happen.
	Consequence string
	Multipart   bool
	// Guard asks before the page is left with changes (needs JavaScript).
	Guard bool
	// Target is the id of the region that htmx replaces with the answer; empty sends the form the plain way.
	Target string
}

// fieldRun are neighbouring fields under one heading, or under none.
type fieldRun struct {
	fold   string
	fields []Field
}

// open reports whether there is something to see in it.
func (r fieldRun) open() bool {
	return slices.ContainsFunc(r.fields, func(f Field) bool { return f.Value != "" && f.Value != f.Usual || f.Checked || f.Error != "" })
}

// runs divides the fields where the heading changes. Hidden ones go with the first.
func (v FormView) runs() (runs []fieldRun) {
	for _, f := range v.Fields {
		switch {
		case f.Kind == FieldHidden && len(runs) > 0:
			runs[0].fields = append(runs[0].fields, f)
		case len(runs) == 0 || runs[len(runs)-1].fold != f.Fold:
			runs = append(runs, fieldRun{f.Fold, []Field{f}})
		default:
			runs[len(runs)-1].fields = append(runs[len(runs)-1].fields, f)
		}
	}
	return runs
}

// invalid lists the fields in error.
func (v FormView) invalid() []Field {
	return slices.DeleteFunc(slices.Clone(v.Fields), func(f Field) bool { return f.Error == "" })
}

// WithErrors fits the field errors of err to the fields by name (Path) and returns the fields and what fits none: the error's own
// message and errors at unknown fields. It returns the fields unchanged for nil.
func WithErrors(fields []Field, err error, p *i18n.Printer) (fitted []Field, problem string) {
	if err == nil {
		return fields, ""
	}
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fields, p.T("error.internal")
	}
	fitted = slices.Clone(fields)
	var rest []string
	for _, wrong := range failure.Fields {
		text := p.Message(wrong.Message)
		if remedy := p.Message(wrong.Remedy); remedy != "" {
			text += " " + remedy
		}
		if wrong.Source != "" {
			text = wrong.Source + ": " + text
		}
		index := slices.IndexFunc(fitted, func(f Field) bool { return f.Name == wrong.Path })
		switch {
		case index < 0:
			rest = append(rest, text)
		case fitted[index].Error == "":
			fitted[index].Error = text
		default:
			fitted[index].Error += " " + text
		}
	}
	if len(failure.Fields) == 0 {
		rest = append(rest, p.Message(failure.Message))
	}
	return fitted, strings.Join(rest, " ")
}

// FilterView is the bar over a list: saved views, applied filters as removable chips, and the form that sets them. It is a GET form,
// so an address is a view.
type FilterView struct {
	ID     string // needed when a page has several
	Path   string
	Keep   []Field // hidden fields that stay: period, scope, sort
	Views  []Tab
	Search *Field // always visible
	Fields []Field
	Chips  []FilterChip
	Clear  string // address without any filter; empty hides it
	SaveAs string // address of the form that saves the view; empty hides it
	Count  string // "61位客户"
}

// FilterChip is a filter in force; Remove is the address without it.
type FilterChip struct{ Label, Remove string }

// Confirm asks for an act that can't be undone, by typing what it is about.
type Confirm struct {
	ID     string // the element an Action opens with Popover
	Title  string
	Strong string // the consequence: "关账后8月不能再改。"
	Text   string
	Expect string // what must be typed, such as the period "2026-08"; empty asks for the button alone
	Field  string // name of the typed field; "confirm" when empty
	Action string // POST address
	Hidden []Field
	Submit string // label: act and object
	Icon   string
	Error  string // after a wrong answer
	Inline bool   // drawn in place instead of as a dialog
	Reason *Field // a reason to give besides
	Plain  bool   // not dangerous: a primary button
}
