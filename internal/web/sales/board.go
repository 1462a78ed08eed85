package sales

import (
	"net/http"
	"net/url"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// boardID is the region that a move replaces.
const boardID = "board"

// boardScript makes cards movable.
const boardScript = "kanban.js"

func (h *Handler) showBoard(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.boardFilter(r)
	if err != nil {
		return err
	}
	p := l.p
	fields, err := h.opportunityFields(l, true)
	if err != nil {
		return err
	}
	var lanes []opportunity.Lane
	if err = l.wrong.Err(); err == nil {
		lanes, err = h.Opportunities.Board(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	bar := l.bar(p.T("opportunity.search"), fields, failure)
	bar.SaveAs, bar.Views = "", nil // views are of the list
	view := ui.PageView{Title: p.T("nav.opportunities"), Subtitle: p.T("opportunity.board_sub"), Current: opportunitiesKey, Tabs: faces(p, l.plain(), true),
		Actions: newOpportunityAction(p, l.actor), Scripts: []string{boardScript}}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		return ui.Write(w, r, httpx.StatusOf(failure), ui.Compose(view, ui.Across(ui.Filter(bar)), ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem}))))
	}
	board := h.boardView(l, lanes, nil)
	if err := h.withClocks(r, p, lanes, &board); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Across(ui.Filter(bar)), ui.Across(ui.Kanban(board))))
}

// boardFilter reads the filter of the board; its links keep to it.
func (h *Handler) boardFilter(r *http.Request) (*listing, opportunity.Filter, error) {
	l, filter, err := h.opportunityFilter(r, opportunitiesKey)
	if err != nil {
		return nil, filter, err
	}
	l.path = boardURL
	return l, filter, nil
}

func (h *Handler) boardView(l *listing, lanes []opportunity.Lane, note *ui.Note) ui.KanbanView {
	p := l.p
	v := ui.KanbanView{ID: boardID, Action: boardURL + "/move", Note: note, Keep: []ui.Field{{Name: "query", Value: l.plain().Encode()}}}
	may := l.actor.Can(access.PermWorkWrite)
	for _, lane := range lanes {
		column := ui.KanbanLane{Key: string(lane.Stage), Title: l.own.stage(lane.Stage), Sub: strings.Trim(laneCount(p, lane.Total)+" · "+boardSums(l, lane.Total), " ·")}
		switch stages := l.own.stages; {
		case !stages.Valid(lane.Stage):
			column.Sub += " · " + p.T("opportunity.stage_left")
		case !stages.Behind(lane.Stage):
			column.Sub += " · " + p.T("opportunity.percent_of", "Percent", percentText(p, stages.Percent(lane.Stage)))
		}
		for _, o := range lane.Cards {
			column.Cards = append(column.Cards, h.boardCard(l, o, may))
		}
		if rest := lane.Total.Count - int64(len(lane.Cards)); rest > 0 || lane.Total.More {
			label := p.T("opportunity.more_cards", "Count", rest)
			if lane.Total.More {
				label = p.T("opportunity.all_cards")
			}
			column.More = &ui.Link{Label: label, URL: ui.URLWith(opportunitiesURL, l.plain(), "stage", string(lane.Stage), "sort", opportunity.SortExpected)}
			if len(lane.Cards) < fact.LimitMax {
				column.More.URL = ui.URLWith(boardURL, l.plain(), "stage", string(lane.Stage))
			}
		}
		v.Lanes = append(v.Lanes, column)
	}
	return v
}

// laneCount says how many there are, or that there are at least so many.
func laneCount(p *i18n.Printer, total fact.Total) string {
	if total.More {
		return p.T("opportunity.count_least", "Count", total.Count)
	}
	return p.T("opportunity.count", "Count", total.Count)
}

// boardSums are short: the exact amounts stand on the cards.
func boardSums(l *listing, total fact.Total) string {
	var texts []string
	for _, s := range total.Sums {
		texts = append(texts, l.p.Board(s.AmountMinor, s.Currency))
	}
	return strings.Join(texts, " + ")
}

func (h *Handler) boardCard(l *listing, o opportunity.Opportunity, may bool) ui.KanbanCard {
	card := ui.KanbanCard{ID: number(o.ID), Seen: number(o.Revision), Title: o.CustomerName, URL: opportunityURL(o.ID), What: o.Name, Owner: o.OwnerName, Movable: may}
	if card.Title == "" {
		card.Title, card.What = o.Name, ""
	}
	if o.AmountMinor != 0 {
		card.Amount = l.p.Money(o.AmountMinor, o.Currency)
	}
	if o.State == opportunity.StateWon {
		card.Chips = append(card.Chips, stateChip(l.p, o.State))
		return card
	}
	card.Clock = h.nextClock(l.p, o.NextOn)
	if o.ExpectedOn < h.today() {
		card.Chips = append(card.Chips, ui.Chip{Label: l.p.T("opportunity.past_expected"), Tone: ui.ToneWarn, Title: o.ExpectedOn.String()})
	}
	return card
}

// moveCard puts a card on another lane and answers with the board: as it is now, with why the move was refused if it was. Without
// JavaScript, when nothing asks for a part of a page, it leads back to the board.
func (h *Handler) moveCard(w http.ResponseWriter, r *http.Request) error {
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	id, err := idOf(r.PostFormValue("card"), "opportunity.missing")
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	_, moved := h.Opportunities.Move(r.Context(), access.ActorFrom(r.Context()), id, opportunity.Stage(r.PostFormValue("lane")), seen)
	if moved != nil && !mendable(moved) {
		return moved
	}
	if r.Header.Get("HX-Request") == "" {
		if moved != nil {
			return moved
		}
		http.Redirect(w, r, ui.URLWith(boardURL, query), http.StatusSeeOther)
		return nil
	}
	again := r.Clone(r.Context())
	again.URL = &url.URL{Path: boardURL, RawQuery: query.Encode()}
	l, filter, err := h.boardFilter(again)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	lanes, err := h.Opportunities.Board(l.ctx, l.actor, filter)
	if err != nil {
		return err
	}
	board := h.boardView(l, lanes, h.refusal(r, l, id, moved))
	if err := h.withClocks(r, l.p, lanes, &board); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, ui.Kanban(board))
}

// refusal says why a card is where it was, and where the way out is: the fields that are to be filled in first stand there to be filled in.
func (h *Handler) refusal(r *http.Request, l *listing, id int64, moved error) *ui.Note {
	if moved == nil {
		return nil
	}
	_, problem := ui.WithErrors(nil, moved, l.p)
	note := &ui.Note{Tone: ui.ToneWarn, Strong: l.p.T("opportunity.not_moved"), Text: problem, Action: &ui.Action{Label: l.p.T("opportunity.open_it"), URL: opportunityURL(id), Small: true}}
	if len(missingFields(moved)) == 0 {
		return note
	}
	d, err := h.Opportunities.Get(l.ctx, l.actor, id)
	if err != nil {
		return note
	}
	form := moveForm(r, l.own, d.Opportunity, r.PostFormValue("lane"), moved)
	form.Fields = append(form.Fields, ui.Field{Name: "back", Kind: ui.FieldHidden, Value: l.plain().Encode() + "&"})
	for i := range form.Fields {
		form.Fields[i].Error = "" // nobody has typed anything yet
	}
	note.Strong, note.Text, note.Body = l.p.T("customfield.fill_to_move", "Name", d.Name), form.Problem, ui.Form(form)
	form.Problem = ""
	note.Body = ui.Form(form)
	return note
}
