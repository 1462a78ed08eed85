package approvals

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// draftParts show rules that wait for a second person, with what the reader may do about them.
func draftParts(p *i18n.Printer, actor access.Actor, e edited) (parts []templ.Component) {
	d := e.draft
	if d == nil {
		return nil
	}
	content := []templ.Component{prose(p, e.kind, d.Flow, e.form.users, e.form.currency)}
	own, may := d.ProposedBy == actor.UserID, actor.CanAll(access.PermApprovalManage)
	switch {
	case !may:
		content = append(content, ui.NoteOf(ui.Note{Strong: p.T("approvals.draft_nobody")}))
	case own:
		content = append(content, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("approvals.draft_own")}))
	}
	if may {
		fields, problem := ui.WithErrors([]ui.Field{{Name: "hash", Kind: ui.FieldHidden, Value: d.Hash},
			{Name: "reason", ID: "f-draft-reason", Label: p.T("approvals.reason"), Optional: true, Hint: p.T("approvals.draft_hint")}}, e.refused, p)
		form := ui.FormView{ID: "draft", Action: flowsPath + "/" + e.kind.Name + "/draft", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("approvals.draft_withdraw"), Name: "do", Value: "drop"}}
		if !own {
			form.Submit = ui.Action{Label: p.T("approvals.draft_confirm"), Kind: ui.ActionPrimary, Icon: "check", Name: "do", Value: "confirm"}
			form.Others = []ui.Action{{Label: p.T("approvals.draft_drop"), Icon: "x", Name: "do", Value: "drop"}}
			form.Consequence = p.T("approvals.draft_consequence")
		}
		content = append(content, ui.Form(form))
	}
	card := ui.CardView{ID: "waits", Title: p.T("approvals.draft_title"), Sub: p.T("approvals.draft_by", "Who", d.ProposedName, "At", moment(p, d.ProposedAt), "Reason", d.Reason), Span: -1}
	return []templ.Component{ui.Filled(card, content...)}
}

// decideDraft publishes what somebody else wrote, or takes it away.
func (h *Handler) decideDraft(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, kind := r.Context(), access.ActorFrom(r.Context()), r.PathValue("kind")
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	if err := actor.RequireAll(access.PermApprovalManage); err != nil {
		return err
	}
	var err error
	if r.PostFormValue("do") == "confirm" {
		_, err = h.approvals.ConfirmFlow(ctx, actor, kind, r.PostFormValue("hash"))
	} else {
		err = h.approvals.DropFlow(ctx, actor, kind, strings.TrimSpace(r.PostFormValue("reason")))
	}
	if err == nil {
		http.Redirect(w, r, flowsPath+"/"+kind, http.StatusSeeOther)
		return nil
	}
	if k := errs.KindOf(err); k != errs.KindInvalid && k != errs.KindConflict && k != errs.KindForbidden {
		return err
	}
	e, openErr := h.openFlow(r)
	if openErr != nil {
		return openErr
	}
	e.form.flow, e.refused = e.versions[0].Flow, err
	return ui.Write(w, r, httpx.StatusOf(err), flowPage(ctx, e))
}
