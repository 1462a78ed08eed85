// Package fields is the pages of the fields that a company adds to its records: the list of each kind of record, and the form of one field with
// how it will look.
//
// Who may change them is package customfield's to decide; values are shown and entered where the records are.
package fields

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	fields *customfield.Service
	stages Stages
}

// Stages reads how the stages of opportunities are called in a language.
type Stages func(ctx context.Context, zh bool) (Named, error)

// Named is the name of the stage in force that an id stands for.
type Named func(id string) string

// New returns a Handler.
func New(fields *customfield.Service, stages Stages) *Handler { return &Handler{fields, stages} }

const (
	listPath = "/fields"
	newPath  = "/new-field"
	navKey   = "fields"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+listPath, h.list)
	handle("GET "+newPath, h.compose)
	handle("POST "+listPath, h.save)
	handle("GET "+listPath+"/{field}", h.show)
	handle("POST "+listPath+"/{field}", h.save)
	handle("POST "+listPath+"/{field}/{act}", h.act)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func fieldURL(id int64) string { return listPath + "/" + number(id) }

// objectOf is the object of a page: the first where none is named.
func objectOf(r *http.Request) customfield.Object {
	if o := customfield.Object(r.FormValue("object")); slices.Contains(customfield.Objects, o) {
		return o
	}
	return customfield.Objects[0]
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p, object := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context()), objectOf(r)
	all, err := h.fields.List(r.Context(), actor, object)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("customfield.fields"), Subtitle: p.T("customfield.fields_sub"), Current: navKey}
	for _, o := range customfield.Objects {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.Message(o.Message()), URL: ui.URLWith(listPath, nil, "object", string(o)), Current: o == object})
	}
	add := ui.Action{Label: p.T("customfield.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: ui.URLWith(newPath, nil, "object", string(object))}
	view.Actions = []ui.Action{add}
	var parts []templ.Component
	if r.FormValue("saved") != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("sales.saved")})))
	}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: problem})))
	}
	stages, err := h.stages(r.Context(), p.Zh())
	if err != nil {
		return err
	}
	var used, retired []ui.Item
	for _, f := range all {
		if f.Retired {
			retired = append(retired, item(p, stages, f, false, false))
			continue
		}
		used = append(used, item(p, stages, f, len(used) > 0, true))
	}
	if n := len(used); n > 0 { // the last goes no further down
		used[n-1].Actions = slices.DeleteFunc(used[n-1].Actions, func(a ui.Action) bool { return a.Icon == "arrow-down" })
	}
	body := ui.List(used)
	if len(used) == 0 {
		body = ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "list-details", Title: p.T("customfield.none"), Text: p.T("customfield.none_text"), Actions: []ui.Action{add}})
	}
	parts = append(parts, ui.Filled(ui.CardView{ID: "in-use", Title: p.Message(object.Message()), Count: len(used), Sub: p.T("customfield.at_most", "Max", customfield.FieldsMax), Flush: true}, body))
	if len(retired) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{ID: "retired", Title: p.T("customfield.retired_ones"), Count: len(retired), Sub: p.T("customfield.retired_sub"), Flush: true}, ui.List(retired)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// item is a field in the list, with the arrows that change its place.
func item(p *i18n.Printer, stages Named, f customfield.Listed, up, down bool) ui.Item {
	it := ui.Item{Icon: kindIcons[f.Kind], Title: name(p, f.Field), Beside: f.Key, URL: fieldURL(f.ID), Detail: p.Message(f.Kind.Message()) + " · " + usesText(p, f)}
	if f.Required != customfield.RequiredNever {
		it.Chips = append(it.Chips, ui.Chip{Label: requiredText(p, stages, f.Required), Tone: ui.ToneBrand})
	}
	if f.Personal {
		it.Chips = append(it.Chips, ui.Chip{Label: p.T("customfield.personal_chip"), Tone: ui.ToneLine})
	}
	if up {
		it.Actions = append(it.Actions, ui.Action{Label: p.T("customfield.up"), Icon: "arrow-up", Small: true, Post: true, URL: fieldURL(f.ID) + "/up"})
	}
	if down {
		it.Actions = append(it.Actions, ui.Action{Label: p.T("customfield.down"), Icon: "arrow-down", Small: true, Post: true, URL: fieldURL(f.ID) + "/down"})
	}
	return it
}

var kindIcons = map[customfield.Kind]string{customfield.KindText: "file-text", customfield.KindLongText: "list-details", customfield.KindNumber: "ruler-measure", customfield.KindMoney: "cash", customfield.KindPercent: "scale",
	customfield.KindDay: "calendar", customfield.KindChoice: "list-check", customfield.KindChoices: "clipboard-check", customfield.KindYesNo: "circle-check", customfield.KindPerson: "user-check"}

func name(p *i18n.Printer, f customfield.Field) string {
	return ui.TextIn(p, f.NameZh, f.NameEn, f.Key)
}

func usesText(p *i18n.Printer, f customfield.Listed) string {
	switch {
	case f.Uses == 0:
		return p.T("customfield.unused")
	case f.Uses >= customfield.UsesMost:
		return p.T("customfield.uses_least", "Count", f.Uses)
	}
	return p.T("customfield.uses", "Count", f.Uses)
}

func requiredText(p *i18n.Printer, stages Named, required string) string {
	if required == customfield.RequiredAlways {
		return p.T("customfield.always")
	}
	return p.T("customfield.from_stage", "Stage", stages(required))
}

func fieldID(r *http.Request) (int64, error) {
	if r.PathValue("field") == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(r.PathValue("field"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "customfield.missing", nil)
	}
	return id, nil
}

// act retires a field, puts it back, deletes it, or moves it.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	id, err := fieldID(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	one, err := h.fields.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "up", "down":
		err = h.fields.Move(r.Context(), actor, id, r.PathValue("act") == "up")
	case "retire", "restore":
		_, err = h.fields.Retire(r.Context(), actor, id, seen, r.PathValue("act") == "retire")
	case "delete":
		err = h.fields.Delete(r.Context(), actor, id, seen)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	back := ui.URLWith(listPath, nil, "object", string(one.Object), "saved", "1")
	switch {
	case err == nil:
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	case !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindInvalid):
		return err
	}
	r.Form.Set("object", string(one.Object))
	return h.drawList(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	return h.drawForm(w, r, http.StatusOK, typed{}, nil)
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.drawForm(w, r, http.StatusOK, typed{}, nil)
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	id, err := fieldID(r)
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	if err := actor.Require(access.PermFieldManage); err != nil {
		return err
	}
	t := typedOf(r)
	if r.PostFormValue("do") == "more" {
		t.blanks += choiceBlanks
		return h.drawForm(w, r, http.StatusOK, t, nil)
	}
	in := t.entry()
	in.ID = id
	f, err := h.fields.Save(r.Context(), actor, in)
	switch {
	case err == nil:
		http.Redirect(w, r, ui.URLWith(listPath, nil, "object", string(f.Object), "saved", "1"), http.StatusSeeOther)
		return nil
	case !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindInvalid):
		return err
	}
	return h.drawForm(w, r, httpx.StatusOf(err), t, err)
}

// tidy takes blanks off the ends of what was typed.
func tidy(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
