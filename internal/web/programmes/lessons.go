package programmes

import (
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) lessons(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	search := strings.TrimSpace(r.URL.Query().Get("search"))
	list, may, err := h.Programme.Lessons(r.Context(), access.ActorFrom(r.Context()), search)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("programme.tab.lessons"), Subtitle: p.T("programme.lessons_text"), Current: place("lessons"), Tabs: tabs(p, "lessons")}
	if may {
		view.Actions = []ui.Action{{Label: p.T("programme.lesson_new"), URL: lessonsPath + "/new", Kind: ui.ActionPrimary, Icon: "plus"}}
	}
	parts := append(done(p, r), ui.Across(ui.Filter(ui.FilterView{Path: lessonsPath, Search: &ui.Field{Name: "search", Kind: ui.FieldSearch, Label: p.T("programme.search"), Value: search, Placeholder: p.T("programme.search_text")}})))
	if len(list) == 0 {
		title, text := p.T("programme.no_lessons"), p.T("programme.no_lessons_text")
		if search != "" {
			title, text = p.T("programme.nothing_found"), ""
		}
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: title, Text: text})))
	}
	for i := range list {
		l := &list[i]
		card := ui.CardView{ID: "lesson-" + number(l.ID), Title: l.Title, Span: 6, Foot: p.T("programme.by_on", "Who", l.By.ByName, "On", p.Date(l.By.Day(p.Zone())))}
		if l.InitiativeID != 0 {
			card.More = &ui.Link{Label: p.T("programme.to_initiative"), URL: path(initiativesPath, l.InitiativeID)}
		}
		if l.Outcome != "" {
			card.Chips = []ui.Chip{{Label: p.Message(l.Outcome.Message())}}
		}
		parts = append(parts, ui.Filled(card, ui.Facts(h.lessonFacts(p, l))))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func (h *Handler) lessonFacts(p *i18n.Printer, l *programme.Lesson) []ui.Fact {
	facts := []ui.Fact{{Term: p.T("programme.tried"), Text: l.Tried}}
	if l.Where != "" {
		facts = append(facts, ui.Fact{Term: p.T("programme.where"), Text: l.Where})
	}
	if l.Effect != nil {
		facts = append(facts, ui.Fact{Term: p.T("programme.effect_on", "Metric", ui.InLanguage(p, l.Effect.Name)), Text: EffectText(p, h.Currency(), l.Effect)})
	}
	return append(facts, ui.Fact{Term: p.T("programme.learnt"), Text: l.Learnt})
}

func (h *Handler) newLesson(w http.ResponseWriter, r *http.Request) error {
	return h.drawLesson(w, r, http.StatusOK, nil)
}

func (h *Handler) drawLesson(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	if err := mayWrite(access.ActorFrom(r.Context())); err != nil {
		return err
	}
	t := typed{r, failure != nil}
	fields := []ui.Field{{Name: "title", Label: p.T("programme.title"), Value: t.value("title", ""), Autofocus: true}, {Name: "tried", Kind: ui.FieldArea, Label: p.T("programme.tried"), Value: t.value("tried", ""), Rows: 2}, {Name: "where", Label: p.T("programme.where"), Value: t.value("where", ""), Optional: true}, {Name: "learnt", Kind: ui.FieldArea, Label: p.T("programme.learnt"), Value: t.value("learnt", ""), Rows: 3},
		{Name: "initiative", Kind: ui.FieldHidden, Value: t.value("initiative", r.URL.Query().Get("initiative"))}}
	form := ui.FormView{ID: "lesson", Action: lessonsPath, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: lessonsPath}}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	view := ui.PageView{Title: p.T("programme.lesson_new"), Current: place("lessons"), Crumbs: crumbs(p, "lessons", p.T("programme.lesson_new")), Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.Form(form))))
}

func (h *Handler) addLesson(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	_, err := h.Programme.WriteLesson(r.Context(), actor, 0, 0, programme.LessonEntry{InitiativeID: intOf(r, "initiative"), Title: r.PostFormValue("title"), Tried: r.PostFormValue("tried"), Where: r.PostFormValue("where"), Learnt: r.PostFormValue("learnt")})
	switch {
	case err == nil:
		http.Redirect(w, r, lessonsPath+"?done=lesson", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawLesson(w, r, httpx.StatusOf(err), err)
	}
	return err
}
