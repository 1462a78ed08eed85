package tiers

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// compose asks for a new version: it begins with the text of another, or of the one in force.
func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.RequireAll(access.PermTierWrite); err != nil {
		return err
	}
	book, err := h.Tiers.Policies(r.Context(), actor)
	if err != nil {
		return err
	}
	v := book.Current
	v.From = calendar.NoDate
	if id := r.FormValue("from_version"); id != "" {
		d, err := h.Tiers.Policy(r.Context(), actor, id)
		if err != nil {
			return err
		}
		v = d.Version
	}
	v.ID, v.Note, v.Revision = "", "", 0
	source, err := ui.OriginAsked(r, h.Origins)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, editPage(p, r, draft{v, source}, nil, nil))
}

// draft is a version in the editor; a new one may follow from a decision.
type draft struct {
	tierbook.PolicyVersion
	source *origin.Source
}

// editPage is the text of a draft with what is wrong about it.
func editPage(p *i18n.Printer, r *http.Request, v draft, findings []ruledoc.Finding, failure error) templ.Component {
	from := ""
	if v.From != calendar.NoDate {
		from = v.From.String()
	}
	if failure != nil {
		from = r.PostFormValue("from")
	}
	fields, problem := ui.WithErrors(append(ui.OriginFields(v.source), []ui.Field{
		{Name: "id", Kind: ui.FieldHidden, Value: v.ID}, {Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)},
		{Name: "from", Kind: ui.FieldDate, Label: p.T("tiers.from"), Value: from, Hint: p.T("tiers.from_hint"), Span: 4},
		{Name: "note", Label: p.T("tiers.remark"), Value: v.Note, Optional: true, Span: 8},
		{Name: "text", Kind: ui.FieldCode, Label: p.T("tiers.text"), Value: v.Text, Rows: 32},
	}...), plainly(failure, findings), p)
	form := ui.FormView{ID: "policy", Action: policiesURL, Fields: fields, Problem: problem, Guard: true, Submit: ui.Action{Label: p.T("tiers.save_draft"), Kind: ui.ActionPrimary, Icon: "device-floppy"},
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: policiesURL}, Consequence: p.T("tiers.save_consequence")}
	title := p.T("tiers.new_policy")
	if v.ID != "" {
		title = p.T("tiers.edit_policy", "Number", v.Number)
	}
	parts := ui.OriginNote(p, v.source)
	if card := findingsCard(p, findings); card != nil {
		parts = append(parts, card)
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))
	return ui.Compose(ui.PageView{Title: title, Current: "tiers", Crumbs: []ui.Crumb{{Label: p.T("tiers.title"), URL: homeURL}, {Label: p.T("tiers.tab_policies"), URL: policiesURL}, {Label: title}}}, parts...)
}
