package problems

import (
	"cmp"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

// entryOf reads the form of a problem that somebody writes down.
func entryOf(r *http.Request) problem.Entry {
	level, id, _ := strings.Cut(r.PostFormValue("place"), " ")
	return problem.Entry{Kind: finding.Kind(r.PostFormValue("kind")), Area: finding.Area(r.PostFormValue("area")), Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"), Source: problem.Source(r.PostFormValue("source")),
		Where: problem.Where{Level: finding.Level(level), ID: whole(id)}, Evidence: r.PostFormValue("evidence"), Link: r.PostFormValue("link")}
}

func (h *Handler) new(w http.ResponseWriter, r *http.Request) error {
	return h.drawNew(w, r, http.StatusOK, nil)
}

// drawNew shows the form of a problem that somebody writes down.
func (h *Handler) drawNew(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	places, err := h.Problems.Places(ctx, actor)
	if err != nil {
		return err
	}
	kinds := []ui.Option{{Value: "", Label: p.T("problem.own_words")}}
	for _, a := range finding.Analysers() {
		kinds = append(kinds, ui.Option{Value: string(a.Kind), Label: a.Kind.Name(p), Group: areaName(p, a.Area)})
	}
	var areas, sources, where []ui.Option
	for _, a := range problem.Areas {
		areas = append(areas, ui.Option{Value: string(a), Label: areaName(p, a)})
	}
	for _, s := range problem.Sources[1:] {
		sources = append(sources, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	if places.Company {
		where = append(where, ui.Option{Value: "company 0", Label: p.T("finding.place.company")})
	}
	for _, group := range []struct {
		level finding.Level
		units []problem.Unit
	}{{finding.LevelRegion, places.Regions}, {finding.LevelTeam, places.Teams}, {finding.LevelPerson, places.Persons}} {
		for _, u := range group.units {
			where = append(where, ui.Option{Value: string(group.level) + " " + number(u.ID), Label: u.Name, Group: p.T("finding.place." + string(group.level))})
		}
	}
	typed := r.PostFormValue
	more := p.T("problem.more")
	fields := []ui.Field{{Name: "title", Label: p.T("problem.title"), Value: typed("title"), Hint: p.T("problem.title_hint"), Autofocus: true}, {Name: "place", Kind: ui.FieldSelect, Label: p.T("problem.place"), Value: typed("place"), Options: where, Span: 6}, {Name: "area", Kind: ui.FieldSelect, Label: p.T("problem.area"), Value: typed("area"), Options: areas, Span: 6},
		{Name: "evidence", Kind: ui.FieldArea, Label: p.T("problem.evidence"), Hint: p.T("problem.evidence_hint"), Value: typed("evidence"), Rows: 3}, {Name: "source", Kind: ui.FieldSelect, Label: p.T("problem.source"), Value: cmp.Or(typed("source"), string(problem.SourceReported)), Options: sources, Span: 6},
		{Name: "kind", Kind: ui.FieldSelect, Label: p.T("problem.kind"), Hint: p.T("problem.kind_hint"), Value: typed("kind"), Options: kinds, Optional: true, Fold: more}, {Name: "detail", Kind: ui.FieldArea, Label: p.T("problem.detail"), Value: typed("detail"), Optional: true, Rows: 2, Fold: more}, {Name: "link", Label: p.T("problem.evidence_link"), Value: typed("link"), Optional: true, Fold: more}}
	form := ui.FormView{ID: "problem", Action: baseURL, Fields: fields, Submit: ui.Action{Label: p.T("problem.raise"), Kind: ui.ActionPrimary}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	view := ui.PageView{Title: p.T("problem.new"), Current: "problems", Crumbs: []ui.Crumb{{Label: p.T("nav.problems"), URL: baseURL}, {Label: p.T("problem.new")}}, Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Title: p.T("problem.new")}, ui.Form(form))))
}

func (h *Handler) raise(w http.ResponseWriter, r *http.Request) error {
	x, err := h.Problems.Raise(r.Context(), access.ActorFrom(r.Context()), entryOf(r))
	switch {
	case err == nil:
		http.Redirect(w, r, problemURL(x.ID)+"?done=raise", http.StatusSeeOther)
		return nil
	case errs.Is(err, errs.KindInvalid):
		return h.drawNew(w, r, httpx.StatusOf(err), err)
	}
	return err
}
