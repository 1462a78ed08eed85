package standards

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

const handbookURL = "/handbook"

func (h *Handler) handbookRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+handbookURL, h.handbook)
	handle("POST "+handbookURL, h.confirm)
	handle("GET "+handbookURL+"/board", h.masteries)
	h.bookRoutes(handle)
}

func (h *Handler) handbook(w http.ResponseWriter, r *http.Request) error {
	return h.drawHandbook(w, r, http.StatusOK, nil)
}

func handbookTabs(p *i18n.Printer, actor access.Actor, current string) (tabs []ui.Tab) {
	tabs = []ui.Tab{{Label: p.T("nav.handbook"), URL: handbookURL, Current: current == ""}}
	if actor.Can(access.PermOrgRead) {
		tabs = append(tabs, ui.Tab{Label: p.T("standard.mastery"), URL: handbookURL + "/board", Current: current == "board"})
	}
	if actor.CanAll(access.PermProcessWrite) {
		tabs = append(tabs, ui.Tab{Label: p.T("book.choose_tab"), URL: handbookURL + "/cases", Current: current == "cases"})
	}
	return tabs
}

func (h *Handler) drawHandbook(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	b, err := h.standards.ReadHandbook(ctx, actor)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	name := textOf(p, b.Version.Name)
	view := ui.PageView{Title: name, Subtitle: p.T("standard.handbook_sub"), Current: "handbook", Chips: []ui.Chip{{Label: numberOf(p, b.Version)}}, Tabs: handbookTabs(p, actor, ""), Actions: bookActions(p),
		Print: &ui.PrintFoot{Document: name, Version: numberOf(p, b.Version), Hash: b.Version.Hash}}
	side := []templ.Component{}
	if b.Reading != nil {
		side = append(side, ui.NoteOf(ui.Note{ID: "confirmed", Tone: ui.ToneGood, Strong: p.T("standard.confirmed", "Day", day(p, b.Reading.At)), Text: p.T("standard.confirmed_text", "Right", p.Int(b.Reading.Right), "Asked", p.Int(b.Reading.Asked))}))
	}
	if results := resultsCard(p, r, b); results != nil {
		side = append(side, results)
	}
	side = append(side, ui.Filled(ui.CardView{ID: "quiz", Title: p.T("standard.quiz"), Sub: p.T("standard.quiz_sub"), Span: -1}, ui.Form(quizForm(p, r, b, failure))))
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, bookCard(p, b)), ui.Stack(4, side...)))
}

func (h *Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	b, err := h.standards.ReadHandbook(ctx, actor)
	if err != nil {
		return err
	}
	answers := map[string]string{}
	for _, q := range standard.QuizOf(b.Document) {
		answers[q.Rule.ID] = r.PostFormValue(q.Rule.ID)
	}
	_, err = h.standards.Confirm(ctx, actor, r.PostFormValue("version"), answers)
	switch {
	case err == nil:
		http.Redirect(w, r, resultsURL(answers), http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawHandbook(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) masteries(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	list, v, err := h.standards.Masteries(ctx, actor)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("standard.mastery"), Subtitle: textOf(p, v.Name) + " · " + numberOf(p, v), Current: "handbook", Tabs: handbookTabs(p, actor, "board")}
	table := ui.TableView{Label: p.T("standard.mastery"), Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("common.team")}, {Label: p.T("standard.read_on"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("standard.right"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("standard.mastery_none"), Text: p.T("standard.mastery_none_text")}}
	for _, m := range list {
		row := ui.Row{Cells: []ui.Cell{ui.Text(m.Name), ui.Text(m.Place.TeamName), {Chip: &ui.Chip{Label: p.T("standard.unread"), Tone: ui.ToneWarn}}, ui.Text(i18n.Unknown)}}
		if m.Reading != nil {
			row.Cells[2], row.Cells[3] = ui.Text(day(p, m.Reading.At)), ui.Text(p.Int(m.Reading.Right)+" / "+p.Int(m.Reading.Asked))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("standard.mastery"), Flush: true}, ui.Table(table))))
}
