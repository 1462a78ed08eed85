package fields

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// choiceBlanks is how many empty places for choices a form offers behind those that are filled in; choicesRead is how far it is read.
const (
	choiceBlanks = 3
	choicesRead  = 60
)

// typed is a field as it stands in a form; sent says that the form was sent, and its texts win.
type typed struct {
	sent   bool
	field  customfield.Field
	order  []string // of the choices, as typed
	blanks int
	seen   int64
}

func typedOf(r *http.Request) typed {
	t := typed{sent: true, field: customfield.Field{Object: objectOf(r), Key: tidy(r, "key"), NameZh: tidy(r, "name_zh"), NameEn: tidy(r, "name_en"), HelpZh: tidy(r, "help_zh"), HelpEn: tidy(r, "help_en"),
		Kind: customfield.Kind(r.PostFormValue("kind")), Required: r.PostFormValue("required"), Personal: r.PostFormValue("personal") != ""}}
	t.seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	for i := range choicesRead {
		at := "choice." + strconv.Itoa(i) + "."
		c := customfield.Choice{Key: tidy(r, at+"key"), NameZh: tidy(r, at+"zh"), NameEn: tidy(r, at+"en"), Retired: r.PostFormValue(at+"retired") != ""}
		if c.NameZh == "" && c.NameEn == "" {
			continue
		}
		t.field.Choices, t.order = append(t.field.Choices, c), append(t.order, tidy(r, at+"order"))
	}
	return t
}

// entry is what was typed, the choices in the order of the numbers that were typed beside them.
func (t typed) entry() customfield.Entry {
	f := t.field
	places := make([]int, len(f.Choices))
	for i := range places {
		places[i] = i
	}
	rank := func(i int) int {
		n, err := strconv.Atoi(t.order[i])
		if err != nil {
			return i + 1
		}
		return n
	}
	slices.SortStableFunc(places, func(a, b int) int { return rank(a) - rank(b) })
	var choices []customfield.Choice
	for _, i := range places {
		choices = append(choices, f.Choices[i])
	}
	return customfield.Entry{Object: f.Object, Key: f.Key, NameZh: f.NameZh, NameEn: f.NameEn, HelpZh: f.HelpZh, HelpEn: f.HelpEn, Kind: f.Kind, Choices: choices, Required: f.Required, Personal: f.Personal, Seen: t.seen}
}

// drawForm asks for a field, a new one or the one of the address, beside how it looks in a form of its records.
func (h *Handler) drawForm(w http.ResponseWriter, r *http.Request, status int, t typed, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermFieldManage); err != nil {
		return err
	}
	id, err := fieldID(r)
	if err != nil {
		return err
	}
	f := customfield.Listed{Field: customfield.Field{Object: objectOf(r), Kind: customfield.KindText}}
	title := p.T("customfield.new")
	if id != 0 {
		if f, err = h.fields.Get(r.Context(), actor, id); err != nil {
			return err
		}
		title = name(p, f.Field)
	}
	stored := f.Field
	if t.sent {
		typed := t.field
		typed.ID, typed.Revision, typed.Retired = stored.ID, stored.Revision, stored.Retired
		if id != 0 {
			typed.Object, typed.Key, typed.Kind = stored.Object, stored.Key, stored.Kind
		}
		f.Field = typed
	}
	back := ui.URLWith(listPath, nil, "object", string(f.Object))
	view := ui.PageView{Title: title, Subtitle: p.Message(f.Object.Message()), Current: navKey, Crumbs: []ui.Crumb{{Label: p.T("customfield.fields"), URL: back}, {Label: title}}}
	if id != 0 {
		view.Actions = acts(p, f, stored)
	}
	form, err := h.form(r.Context(), p, f.Field, t, failure)
	if err != nil {
		return err
	}
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: back}
	side := []templ.Component{ui.Filled(ui.CardView{ID: "preview", Title: p.T("customfield.preview"), Sub: p.T("customfield.preview_sub"), Span: -1}, ui.FieldOf(preview(p, f.Field)))}
	if id != 0 {
		side = append(side, ui.Filled(ui.CardView{ID: "use", Title: p.T("customfield.use"), Span: -1}, ui.Facts([]ui.Fact{{Term: p.T("customfield.key"), Text: stored.Key}, {Term: p.T("customfield.kind"), Text: p.Message(stored.Kind.Message())},
			{Term: p.T("customfield.use"), Text: usesText(p, f)}, {Term: p.T("customfield.in_files"), Text: stored.Path()}})))
	}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: title, Span: -1}, ui.Form(form))), ui.Stack(4, side...)))
}

// acts are what can be done with a field besides changing it.
func acts(p *i18n.Printer, f customfield.Listed, stored customfield.Field) (list []ui.Action) {
	do := func(label, icon, act string) ui.Action {
		return ui.Action{Label: p.T(label), Icon: icon, Post: true, URL: fieldURL(stored.ID) + "/" + act, Fields: map[string][]string{"seen": {number(stored.Revision)}}}
	}
	switch {
	case stored.Retired:
		list = append(list, do("customfield.restore", "arrow-back-up", "restore"))
	default:
		list = append(list, do("customfield.retire", "archive", "retire"))
	}
	if f.Uses == 0 {
		list = append(list, do("customfield.delete", "trash", "delete"))
	}
	return list
}

func (h *Handler) form(ctx context.Context, p *i18n.Printer, f customfield.Field, t typed, failure error) (v ui.FormView, err error) {
	fields := []ui.Field{
		{Name: "name_zh", Label: p.T("customfield.name_zh"), Value: f.NameZh, Span: 6}, {Name: "name_en", Label: p.T("customfield.name_en"), Value: f.NameEn, Optional: true, Span: 6},
		{Name: "help_zh", Label: p.T("customfield.help_zh"), Value: f.HelpZh, Optional: true, Span: 6}, {Name: "help_en", Label: p.T("customfield.help_en"), Value: f.HelpEn, Optional: true, Span: 6},
	}
	v = ui.FormView{ID: "field", Action: listPath, Submit: ui.Action{Label: p.T("customfield.add"), Kind: ui.ActionPrimary, Icon: "check"}}
	if f.ID == 0 {
		var kinds []ui.Option
		for _, k := range customfield.Kinds {
			kinds = append(kinds, ui.Option{Value: string(k), Label: p.Message(k.Message())})
		}
		fields = append(fields, ui.Field{Name: "key", Label: p.T("customfield.key"), Value: f.Key, Hint: p.T("customfield.key_hint"), Autocomplete: "off", Span: 6},
			ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("customfield.kind"), Value: string(f.Kind), Options: kinds, Hint: p.T("customfield.kind_hint"), Span: 6})
	} else {
		v.Action, v.Submit.Label = fieldURL(f.ID), p.T("common.save")
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(f.Revision)})
	}
	required := []ui.Option{{Value: customfield.RequiredAlways, Label: p.T("customfield.always")}}
	if f.Object == customfield.ObjectOpportunity {
		stages, err := h.fields.Stages(ctx)
		if err != nil {
			return v, err
		}
		named, err := h.stages(ctx, p.Zh())
		if err != nil {
			return v, err
		}
		if former := f.Required; former != customfield.RequiredNever && former != customfield.RequiredAlways && !slices.Contains(stages, former) {
			stages = append(slices.Clone(stages), former) // it means the one that took it over
		}
		for _, stage := range stages {
			required = append(required, ui.Option{Value: stage, Label: requiredText(p, named, stage)})
		}
	}
	fields = append(fields, ui.Field{Name: "required", Kind: ui.FieldSelect, Label: p.T("customfield.required"), Value: f.Required, Options: required, Optional: true, Placeholder: p.T("customfield.never"), Span: 6})
	if f.ID == 0 || f.Kind == customfield.KindText || f.Kind == customfield.KindLongText {
		fields = append(fields, ui.Field{Name: "personal", Kind: ui.FieldCheck, Label: p.T("customfield.personal"), Hint: p.T("customfield.personal_hint"), Value: "1", Checked: f.Personal, Optional: true})
	}
	if f.ID == 0 || f.Kind.Chosen() {
		fields = append(fields, choiceFields(p, f, t)...)
		v.Others = []ui.Action{{Label: p.T("customfield.more_choices"), Icon: "plus", Name: "do", Value: "more"}}
	}
	fields = append(fields, ui.Field{Name: "object", Kind: ui.FieldHidden, Value: string(f.Object)})
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// choiceFields are the places of choices: those that there are, and some empty ones.
func choiceFields(p *i18n.Printer, f customfield.Field, t typed) (fields []ui.Field) {
	fold := p.T("customfield.choices")
	blanks := choiceBlanks + t.blanks
	for i := range min(len(f.Choices)+blanks, choicesRead) {
		at := "choice." + strconv.Itoa(i) + "."
		var c customfield.Choice
		order := strconv.Itoa(i + 1)
		if i < len(f.Choices) {
			c = f.Choices[i]
			if t.sent && i < len(t.order) && t.order[i] != "" {
				order = t.order[i]
			}
		}
		fields = append(fields,
			ui.Field{Name: at + "zh", Label: p.T("customfield.choice_zh", "Number", i+1), Value: c.NameZh, Optional: true, Span: 4, Fold: fold}, ui.Field{Name: at + "en", Label: p.T("customfield.choice_en", "Number", i+1), Value: c.NameEn, Optional: true, Span: 4, Fold: fold},
			ui.Field{Name: at + "order", Kind: ui.FieldNumber, Label: p.T("customfield.choice_order"), Value: order, Usual: order, Optional: true, Span: 2, Fold: fold},
			ui.Field{Name: at + "retired", Kind: ui.FieldCheck, Label: p.T("customfield.choice_retired"), Value: "1", Usual: "1", Checked: c.Retired, Optional: true, Span: 2, Fold: fold},
			ui.Field{Name: at + "key", Kind: ui.FieldHidden, Value: c.Key})
	}
	return fields
}

// preview is the field as a form of its records asks for it.
func preview(p *i18n.Printer, f customfield.Field) ui.Field {
	out := ui.Field{Name: "preview", Kind: ui.FieldText, Label: name(p, f), Hint: ui.TextIn(p, f.HelpZh, f.HelpEn, ""), Optional: f.Required != customfield.RequiredAlways, Autocomplete: "off"}
	if out.Label == "" {
		out.Label = p.T("customfield.unnamed")
	}
	switch f.Kind {
	case customfield.KindLongText:
		out.Kind, out.Rows = ui.FieldArea, 3
	case customfield.KindNumber:
		out.Kind = ui.FieldNumber
	case customfield.KindMoney:
		out.Kind, out.Unit = ui.FieldMoney, p.T("common.yuan")
	case customfield.KindPercent:
		out.Kind, out.Unit = ui.FieldDecimal, "%"
	case customfield.KindDay:
		out.Kind = ui.FieldDate
	case customfield.KindYesNo:
		out.Kind, out.Placeholder = ui.FieldSelect, p.T("sales.choose")
		out.Options = []ui.Option{{Value: "yes", Label: p.T("customfield.answer.yes")}, {Value: "no", Label: p.T("customfield.answer.no")}}
	case customfield.KindChoice, customfield.KindChoices:
		out.Kind, out.Placeholder = ui.FieldSelect, p.T("sales.choose")
		if f.Kind == customfield.KindChoices {
			out.Kind = ui.FieldChecks
		}
		for i, c := range f.Choices {
			if !c.Retired {
				out.Options = append(out.Options, ui.Option{Value: strconv.Itoa(i), Label: ui.TextIn(p, c.NameZh, c.NameEn, c.Key)})
			}
		}
	}
	return out
}
