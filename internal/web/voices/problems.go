package voices

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

// problemForm asks what a problem is called and where it is.
func (h *Handler) problemForm(p *i18n.Printer, r *http.Request, action, back, title string, area finding.Area, failure error) (templ.Component, error) {
	places, err := h.Questionnaires.Places(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return nil, err
	}
	var areas []ui.Option
	for _, a := range problem.Areas {
		areas = append(areas, ui.Option{Value: string(a), Label: p.T("finding.area." + string(a))})
	}
	where := []ui.Option{{Value: string(finding.LevelCompany), Label: p.T("interview.whole_company")}}
	for _, place := range places.Regions {
		where = append(where, ui.Option{Value: string(finding.LevelRegion) + " " + number(place.ID), Label: place.Name, Group: p.T("questionnaire.regions")})
	}
	for _, place := range places.Teams {
		where = append(where, ui.Option{Value: string(finding.LevelTeam) + " " + number(place.ID), Label: place.Name, Group: p.T("questionnaire.teams")})
	}
	form := ui.FormView{ID: "problem", Action: action, Submit: ui.Action{Label: p.T("interview.make_problem"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: back}, Fields: []ui.Field{
		{Name: "title", Label: p.T("interview.problem_title"), Value: typedOr(r, failure, "title", title)}, {Name: "area", Kind: ui.FieldSelect, Label: p.T("interview.problem_area"), Value: typedOr(r, failure, "area", string(area)), Options: areas, Span: 6},
		{Name: "place", Kind: ui.FieldSelect, Label: p.T("interview.problem_place"), Value: typedOr(r, failure, "place", string(finding.LevelCompany)), Options: where, Span: 6}, {Name: "detail", Kind: ui.FieldArea, Rows: 3, Label: p.T("interview.problem_detail"), Value: r.PostFormValue("detail"), Optional: true}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Form(form), nil
}

// problemOf reads the form.
func problemOf(r *http.Request) problem.Entry {
	level, text, _ := strings.Cut(r.PostFormValue("place"), " ")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		id = 0
	}
	return problem.Entry{Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"), Area: finding.Area(r.PostFormValue("area")), Where: problem.Where{Level: finding.Level(level), ID: id}}
}

func (h *Handler) askPassageProblem(w http.ResponseWriter, r *http.Request) error {
	return h.drawPassageProblem(w, r, http.StatusOK, nil)
}

func (h *Handler) drawPassageProblem(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Interviews.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	var found *interview.Passage
	for i := range v.Passages {
		if number(v.Passages[i].ID) == r.PathValue("passage") {
			found = &v.Passages[i]
		}
	}
	if found == nil {
		return errs.New(errs.KindNotFound, "interview.no_passage", nil)
	}
	title := p.T("interview.make_problem")
	form, err := h.problemForm(p, r, interviewURL(id)+"/passages/"+number(found.ID)+"/problem", interviewURL(id), "", finding.AreaProcess, failure)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: title, Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("interview.title"), URL: interviewsURL}, {Label: interviewee(p, &v.Interview), URL: interviewURL(id)}, {Label: title}}}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{ID: "evidence", Title: p.T("interview.evidence")}, quotes([]string{found.Quoted})), ui.Filled(ui.CardView{Label: title}, form)))
}

func (h *Handler) makePassageProblem(w http.ResponseWriter, r *http.Request) error {
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	passage, err := strconv.ParseInt(r.PathValue("passage"), 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "interview.no_passage", nil)
	}
	if _, err = h.Interviews.MakeProblem(r.Context(), access.ActorFrom(r.Context()), id, passage, problemOf(r)); err != nil {
		if mendable(err) {
			return h.drawPassageProblem(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, interviewURL(id)+"?done=problem#passages", http.StatusSeeOther)
	return nil
}
