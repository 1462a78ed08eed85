package sales

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/web/ui"
)

// caseBoardID is the region that a move replaces.
const caseBoardID = "case-board"

func (h *Handler) showCaseBoard(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.caseFilter(r)
	if err != nil {
		return err
	}
	l.path = caseBoardURL
	people, err := h.Cases.People(l.ctx, l.actor)
	if err != nil {
		return err
	}
	var lanes []servicecase.Lane
	if err = l.wrong.Err(); err == nil {
		lanes, err = h.Cases.Board(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	bar := l.bar(p.T("service.search"), h.caseFields(l, people, true), failure)
	bar.SaveAs, bar.Views = "", nil // views are of the list
	view := ui.PageView{Title: p.T("nav.cases"), Subtitle: p.T("service.board_sub"), Current: casesKey, Tabs: caseFaces(p, l.plain(), true), Actions: caseActions(p, l.actor), Scripts: []string{boardScript}}
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		return ui.Write(w, r, httpx.StatusOf(failure), ui.Compose(view, append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem})))...))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Across(ui.Kanban(h.caseBoard(l, lanes, nil))))...))
}

func (h *Handler) caseBoard(l *listing, lanes []servicecase.Lane, note *ui.Note) ui.KanbanView {
	p := l.p
	v := ui.KanbanView{ID: caseBoardID, Action: caseBoardURL + "/move", Note: note, Keep: []ui.Field{{Name: "query", Value: l.plain().Encode()}}}
	may := l.actor.Can(access.PermWorkWrite)
	for _, lane := range lanes {
		column := ui.KanbanLane{Key: string(lane.State), Title: p.Message(lane.State.Message()), Sub: p.T("service.count", "Count", lane.Total.Count)}
		for _, c := range lane.Cards {
			card := ui.KanbanCard{ID: number(c.ID), Seen: number(c.Revision), Title: text(c.CustomerName), URL: caseURL(c.ID), What: c.Title, Amount: p.Message(c.Kind.Message()), Owner: ownerText(p, c), Clock: h.caseClock(p, c), Movable: may}
			if c.Severity == servicecase.SeverityUrgent || c.Severity == servicecase.SeverityHigh {
				card.Chips = append(card.Chips, severityChip(p, c.Severity))
			}
			column.Cards = append(column.Cards, card)
		}
		if rest := lane.Total.Count - int64(len(lane.Cards)); rest > 0 {
			column.More = &ui.Link{Label: p.T("opportunity.more_cards", "Count", rest), URL: ui.URLWith(casesURL, l.plain(), "state", string(lane.State))}
		}
		v.Lanes = append(v.Lanes, column)
	}
	return v
}

// moveCaseCard puts a card on another lane and answers with the board as it is now, with why the move was refused if it was.
func (h *Handler) moveCaseCard(w http.ResponseWriter, r *http.Request) error {
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	id, err := idOf(r.PostFormValue("card"), "service.missing")
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	_, moved := h.Cases.Move(r.Context(), access.ActorFrom(r.Context()), servicecase.Step{ID: id, State: servicecase.State(r.PostFormValue("lane")), Seen: seen})
	if moved != nil && !mendable(moved) {
		return moved
	}
	if r.Header.Get("HX-Request") == "" {
		if moved != nil {
			return moved
		}
		http.Redirect(w, r, ui.URLWith(caseBoardURL, query), http.StatusSeeOther)
		return nil
	}
	again := r.Clone(r.Context())
	again.URL = &url.URL{Path: caseBoardURL, RawQuery: query.Encode()}
	l, filter, err := h.caseFilter(again)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	l.path = caseBoardURL
	lanes, err := h.Cases.Board(l.ctx, l.actor, filter)
	if err != nil {
		return err
	}
	var note *ui.Note
	if moved != nil {
		_, problem := ui.WithErrors(nil, moved, l.p)
		note = &ui.Note{Tone: ui.ToneWarn, Strong: l.p.T("opportunity.not_moved"), Text: problem, Action: &ui.Action{Label: l.p.T("service.open_it"), URL: caseURL(id), Small: true}}
	}
	return ui.Write(w, r, http.StatusOK, ui.Kanban(h.caseBoard(l, lanes, note)))
}
