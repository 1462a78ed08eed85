package plans

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planform"
	"xiaoguan/internal/web/ui"
)

// The views of the guided form.
type (
	guidedView struct {
		Action, Guard, Text, TextLabel, Consequence string
		Dirty                                       bool
		Hidden                                      []ui.Field
		Acts                                        []ui.Action
		Summary                                     ui.FormView
		Conflict                                    templ.Component
		Sections                                    []sectionView
		Settings                                    templ.Component
		Beside                                      besideView
	}
	besideView struct {
		Parts []templ.Component
		At    []atField
	}
	// atField is a finding that is shown next to its field while one fills in.
	atField     struct{ ID, Tone, Text string }
	sectionView struct {
		ID, Title, Hint string
		Folded, Open    bool
		Groups          []groupView
		HeadActs, Acts  []actView
		Parts           []partView
	}
	groupView struct {
		ID, Title, Hint string
		Fields          []fieldView
		Rows            *rowsView
		Acts            []actView
	}
	fieldView struct {
		ui.Field
		Reload bool
	}
	rowsView struct {
		Label, ActsLabel string
		Columns          []string
		Items            []rowView
	}
	rowView struct {
		Cells []cellView
		Acts  []actView
	}
	cellView struct {
		Static bool
		Text   string
		Field  ui.Field
	}
	actView  struct{ Name, Label, Icon, Action string }
	partView struct{ Label, Text string }
)

// class is the width of a field; what the rest of the form depends on is sent when it is changed.
func (groupView) class(f fieldView) string {
	span := f.Span
	if span == 0 {
		span = 12
	}
	class := "g" + strconv.Itoa(span)
	if f.Reload {
		class += " xg-reload"
	}
	return class
}

// pathID makes an id of a path that may hold any characters.
func pathID(path string) string {
	var id strings.Builder
	id.WriteString("f-")
	for _, c := range path {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_':
			id.WriteRune(c)
		case c == '.' || c == '[' || c == '!':
			id.WriteByte('-')
		case c == ']':
		default:
			fmt.Fprintf(&id, "-%x", c)
		}
	}
	return id.String()
}

// formDrawer turns a form into what is drawn.
type formDrawer struct {
	p      *i18n.Printer
	action string
	at     map[string][]plan.Finding // by path of the field that they are shown at
}

// placed finds the field of each finding: its own, or that of what it is about.
func placed(form *planform.Form, findings []plan.Finding) map[string][]plan.Finding {
	at := map[string][]plan.Finding{}
	paths := map[string]bool{}
	for _, f := range form.Fields() {
		paths[f.Path] = true
	}
	for _, finding := range findings {
		if finding.Severity == plan.SeverityNote {
			continue
		}
		for _, path := range []string{finding.Path, finding.Path + "!style", finding.Path + ".zh", finding.Path + ".from", finding.Path + ".amount", finding.Path + ".name.zh"} {
			if paths[path] {
				at[path] = append(at[path], finding)
				break
			}
		}
	}
	return at
}

func (d formDrawer) options(f planform.Field) (options []ui.Option) {
	for _, o := range f.Options {
		label := text(d.p, o.Name)
		if o.Key != "" {
			label = d.p.T(o.Key)
		}
		option := ui.Option{Value: o.Value, Label: label, Selected: slices.Contains(f.Values, o.Value)}
		if f.Kind == planform.KindQuestion && o.Key != "" {
			option.Hint = d.p.T(o.Key + "_means")
		}
		if o.Group != "" {
			option.Group = d.p.T(o.Group)
		}
		options = append(options, option)
	}
	return options
}

var fieldKinds = map[planform.Kind]ui.FieldKind{
	planform.KindText: ui.FieldText, planform.KindMoney: ui.FieldMoney, planform.KindNumber: ui.FieldDecimal, planform.KindDate: ui.FieldDate,
	planform.KindChoice: ui.FieldSelect, planform.KindQuestion: ui.FieldRadio, planform.KindChecks: ui.FieldChecks, planform.KindList: ui.FieldText,
}

func (d formDrawer) field(f planform.Field, behind string) fieldView {
	v := ui.Field{Name: f.Path, ID: pathID(f.Path), Kind: fieldKinds[f.Kind], Label: d.p.T(f.Label) + behind, Optional: f.Optional, Unit: f.Unit, Options: d.options(f), Span: 6}
	if f.Kind != planform.KindChecks {
		v.Value = f.Value()
	}
	if f.Hint != "" {
		v.Hint = d.p.T(f.Hint)
	}
	if f.Kind == planform.KindMoney {
		v.Unit = d.p.T("common.yuan")
	}
	if f.Kind == planform.KindQuestion || f.Kind == planform.KindChecks {
		v.Span = 12
	}
	if f.Kind == planform.KindChoice && f.Value() == "" && !f.Optional {
		v.Placeholder = d.p.T("planform.choose")
	}
	if f.Kind == planform.KindChoice && f.Optional {
		v.Placeholder = d.p.T(cmp.Or(f.Empty, "planform.none"))
	}
	for _, finding := range d.at[f.Path] {
		says := d.says(finding)
		if finding.Severity == plan.SeverityError {
			v.Error = strings.TrimSpace(v.Error + " " + says)
			continue
		}
		v.Hint = strings.TrimSpace(v.Hint + " ⚠ " + says)
	}
	return fieldView{v, f.Reload}
}

// says puts a finding into a sentence with its line.
func (d formDrawer) says(f plan.Finding) string {
	says := d.p.Message(f.Message)
	if remedy := d.p.Message(f.Remedy); remedy != "" {
		says += d.p.T("planform.so") + remedy
	}
	if f.Row > 0 {
		says += " (" + d.p.T("plans.line", "Row", f.Row) + ")"
	}
	return says
}

func (d formDrawer) acts(list []planform.Act, anchor string) (views []actView) {
	for _, a := range list {
		views = append(views, actView{a.Name, d.p.T(a.Label), a.Icon, d.action + "#" + anchor})
	}
	return views
}

func (d formDrawer) rows(rows *planform.Rows, anchor string) *rowsView {
	v := &rowsView{Label: d.p.T(rows.Label), ActsLabel: d.p.T("planform.row_acts")}
	for _, column := range rows.Columns {
		v.Columns = append(v.Columns, d.p.T(column))
	}
	for i, row := range rows.Items {
		var cells []cellView
		for _, f := range row.Fields {
			switch {
			case f.Kind == planform.KindStatic && strings.HasPrefix(f.Value(), "planform."):
				cells = append(cells, cellView{Static: true, Text: d.p.T(f.Value())})
			case f.Kind == planform.KindStatic:
				cells = append(cells, cellView{Static: true, Text: f.Value()})
			default:
				cells = append(cells, cellView{Field: d.field(f, " "+d.p.T("planform.row_number", "Number", i+1)).Field})
			}
		}
		v.Items = append(v.Items, rowView{cells, d.acts(row.Acts, anchor)})
	}
	return v
}

// folded are the sections that most people leave as they are.
var folded = []string{"measures", "settle", "choices"}

func (d formDrawer) section(s planform.Section) sectionView {
	v := sectionView{ID: "s-" + s.ID, Title: d.p.T(s.Title), Folded: slices.Contains(folded, s.ID)}
	if s.Name != (plan.Text{}) {
		v.Title = text(d.p, s.Name)
	}
	if s.Hint != "" {
		v.Hint = d.p.T(s.Hint)
	}
	if strings.HasPrefix(s.ID, "component-") {
		v.HeadActs = d.acts(s.Acts, v.ID)
	} else {
		v.Acts = d.acts(s.Acts, v.ID)
	}
	for _, g := range s.Groups {
		group := groupView{Acts: d.acts(g.Acts, v.ID)}
		if g.Title != "" {
			group.Title = d.p.T(g.Title)
		}
		if g.Hint != "" {
			group.Hint = d.p.T(g.Hint)
		}
		for _, f := range g.Fields {
			group.Fields = append(group.Fields, d.field(f, ""))
		}
		if g.Rows != nil {
			group.Rows = d.rows(g.Rows, v.ID)
		}
		v.Groups = append(v.Groups, group)
		v.Open = v.Open || d.faulty(g)
	}
	return v
}

// faulty reports whether something is to be mended in a group.
func (d formDrawer) faulty(g planform.Group) bool {
	bad := func(f planform.Field) bool {
		return slices.ContainsFunc(d.at[f.Path], func(f plan.Finding) bool { return f.Severity == plan.SeverityError })
	}
	if slices.ContainsFunc(g.Fields, bad) {
		return true
	}
	return g.Rows != nil && slices.ContainsFunc(g.Rows.Items, func(r planform.Row) bool { return slices.ContainsFunc(r.Fields, bad) })
}

// rest is what is written as text: parts that the form has no fields for, and the worked examples.
func (d formDrawer) rest(form *planform.Form) sectionView {
	v := sectionView{ID: "s-rest", Title: d.p.T("planform.rest"), Hint: d.p.T("planform.rest_hint"), Folded: true}
	for _, part := range form.Rest {
		v.Parts = append(v.Parts, partView{d.p.T("plans.line", "Row", part.Line) + " · " + part.Path, part.Source})
	}
	if form.Examples != "" {
		v.Parts = append(v.Parts, partView{d.p.T("plans.examples"), form.Examples})
	}
	if len(form.Rest) == 0 {
		v.Hint = d.p.T("planform.rest_none")
	}
	return v
}
