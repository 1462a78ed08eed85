package voices

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

// textLines writes texts one a line, with the English behind a bar.
func textLines(list []ruledoc.Text) string {
	lines := make([]string, len(list))
	for i, t := range list {
		lines[i] = t.Zh
		if t.En != "" {
			lines[i] += " | " + t.En
		}
	}
	return strings.Join(lines, "\n")
}

func textsOf(lines string) (list []ruledoc.Text) {
	for line := range strings.Lines(lines) {
		zh, en, _ := strings.Cut(strings.TrimSpace(line), "|")
		if t := (ruledoc.Text{Zh: strings.TrimSpace(zh), En: strings.TrimSpace(en)}); t.Zh != "" {
			list = append(list, t)
		}
	}
	return list
}

func (h *Handler) showGuide(w http.ResponseWriter, r *http.Request) error {
	return h.drawGuide(w, r, http.StatusOK, nil)
}

// drawGuide shows the guide of a role, and lets those who run interviews change it.
func (h *Handler) drawGuide(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	guides, _, err := h.Interviews.Guides(r.Context(), actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(guides, func(g interview.Guide) bool { return string(g.Role) == r.PathValue("role") })
	if at < 0 {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	g := guides[at]
	title := p.T("interview.guide_of", "Role", p.Message(g.Role.Message()))
	view := ui.PageView{Title: title, Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("interview.title"), URL: interviewsURL}, {Label: title}}}
	parts := append(doneNote(p, r), ui.Filled(ui.CardView{ID: "guide", Title: title}, guideLines(questionLines(p, g.Questions))))
	if interview.MayRun(actor) {
		form := ui.FormView{ID: "guide-form", Action: guidesURL + "/" + string(g.Role), Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Fields: []ui.Field{{Name: "questions", Kind: ui.FieldArea, Rows: 12, Label: p.T("interview.guide_questions"), Hint: p.T("interview.lines_hint"), Value: typedOr(r, failure, "questions", textLines(g.Questions))}, {Name: "seen", Kind: ui.FieldHidden, Value: typedOr(r, failure, "seen", number(g.Revision))}}}
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
		parts = append(parts, ui.Filled(ui.CardView{ID: "guide-edit", Title: p.T("interview.guide_edit")}, ui.Form(form)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) saveGuide(w http.ResponseWriter, r *http.Request) error {
	g := interview.Guide{Role: interview.Role(r.PathValue("role")), Questions: textsOf(r.PostFormValue("questions"))}
	g.Revision, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is one that is not there yet
	if err := h.Interviews.SaveGuide(r.Context(), access.ActorFrom(r.Context()), g); err != nil {
		if mendable(err) && slices.Contains(interview.Roles, g.Role) {
			return h.drawGuide(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, guidesURL+"/"+string(g.Role)+"?done=saved", http.StatusSeeOther)
	return nil
}

func (h *Handler) showCodes(w http.ResponseWriter, r *http.Request) error {
	return h.drawCodes(w, r, http.StatusOK, nil)
}

func (h *Handler) drawCodes(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	_, book, err := h.Interviews.Guides(r.Context(), actor)
	if err != nil {
		return err
	}
	var names []ruledoc.Text
	for _, code := range book.Codes {
		names = append(names, code.Name)
	}
	form := ui.FormView{ID: "codes", Action: interviewsURL + "/codes", Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Fields: []ui.Field{{Name: "codes", Kind: ui.FieldArea, Rows: 14, Label: p.T("interview.codes"), Hint: p.T("interview.lines_hint"), Value: typedOr(r, failure, "codes", textLines(names))}, {Name: "seen", Kind: ui.FieldHidden, Value: typedOr(r, failure, "seen", number(book.Revision))}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	view := ui.PageView{Title: p.T("interview.codes"), Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("interview.title"), URL: interviewsURL}, {Label: p.T("interview.codes")}}}
	return ui.Write(w, r, status, ui.Compose(view, append(doneNote(p, r), ui.Filled(ui.CardView{Title: p.T("interview.codes"), Sub: p.T("interview.codes_sub")}, ui.Form(form)))...))
}

// saveCodes keeps the code book; themes whose name stays keep their id.
func (h *Handler) saveCodes(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	_, before, err := h.Interviews.Guides(r.Context(), actor)
	if err != nil {
		return err
	}
	var book interview.CodeBook
	for _, name := range textsOf(r.PostFormValue("codes")) {
		code := interview.Code{Name: name}
		if at := slices.IndexFunc(before.Codes, func(c interview.Code) bool { return c.Name.Zh == name.Zh }); at >= 0 {
			code.ID = before.Codes[at].ID
		}
		book.Codes = append(book.Codes, code)
	}
	book.Revision, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is one that is not there yet
	if err := h.Interviews.SaveCodeBook(r.Context(), actor, book); err != nil {
		if mendable(err) {
			return h.drawCodes(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, interviewsURL+"/codes?done=saved", http.StatusSeeOther)
	return nil
}
