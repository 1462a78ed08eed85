package sales

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/web/ui"
)

// Return visits: the list of what is due, one visit with its form of three taps, and the rules.
const (
	visitsKey     = "visits"
	visitsURL     = "/visits"
	visitRulesURL = "/visit-rules"
)

func visitURL(id int64) string { return visitsURL + "/" + number(id) }

func (h *Handler) visitRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+visitsURL, h.listVisits)
	handle("POST "+visitsURL, h.arrangeVisit)
	handle("GET "+visitsURL+"/{id}", h.showVisit)
	handle("POST "+visitsURL+"/{id}", h.recordVisit)
	handle("POST "+visitsURL+"/{id}/{act}", h.changeVisit)
	handle("GET "+visitRulesURL, h.showVisitRules)
	handle("POST "+visitRulesURL, h.saveVisitRule)
}

func (h *Handler) listVisits(w http.ResponseWriter, r *http.Request) error {
	return h.drawVisits(w, r, http.StatusOK, nil)
}

// visitFilter is what the tabs of the list choose: what is due (the usual), and what was made.
func (h *Handler) visitFilter(l *listing) revisit.Filter {
	f := revisit.Filter{State: revisit.StateDue, PersonID: l.id("person"), CustomerID: l.id("customer"), Due: l.days(), Paging: l.paging()}
	switch l.get("state") {
	case "done":
		f.State, f.Paging.Descending = revisit.StateDone, true
	case "dropped":
		f.State, f.Paging.Descending = revisit.StateDropped, true
	}
	return f
}

func (h *Handler) drawVisits(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	columns := []ui.Column{{Key: "customer", Label: p.T("common.customer"), Phone: true, Fixed: true}, {Key: revisit.SortDue, Label: p.T("revisit.due_on"), Kind: ui.ColumnNarrow, Phone: true}, {Key: "why", Label: p.T("revisit.why")},
		{Key: "person", Label: p.T("revisit.person")}, {Key: "outcome", Label: p.T("revisit.outcome"), Phone: true}, {Key: "score", Label: p.T("revisit.score"), Kind: ui.ColumnNumber}, {Key: "text", Label: p.T("revisit.text")}}
	l, err := h.list(r, visitsKey, columns, ui.Sort{Key: revisit.SortDue})
	if err != nil {
		return err
	}
	var page revisit.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Visits.List(l.ctx, l.actor, h.visitFilter(l))
	}
	wrong, err := asFailure(err)
	if err != nil {
		return err
	}
	var rows []ui.Row
	for _, v := range page.Rows {
		rows = append(rows, h.visitRow(p, v))
	}
	view := ui.PageView{Title: p.T("nav.visits"), Subtitle: p.T("revisit.sub"), Current: visitsKey, Actions: []ui.Action{{Label: p.T("revisit.rules"), Icon: "settings", URL: visitRulesURL}}}
	for _, state := range revisit.States {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.Message(state.Message()), URL: ui.URLWith(visitsURL, l.plain(), "state", string(state)), Current: state == h.visitFilter(l).State})
	}
	table := l.table(view.Title, rows, nil, page.Total, page.Next, "")
	table.Exports, table.Chooser = nil, false
	table.Empty = &ui.State{Kind: ui.StateEmpty, Icon: "phone", Title: p.T("revisit.none"), Text: p.T("revisit.none_text"), Actions: []ui.Action{{Label: p.T("revisit.rules"), URL: visitRulesURL}}}
	bar := l.bar("", []ui.Field{{Name: "from", Kind: ui.FieldDate, Label: p.T("revisit.due_from"), Value: l.get("from"), Optional: true}, {Name: "to", Kind: ui.FieldDate, Label: p.T("revisit.due_to"), Value: l.get("to"), Optional: true}}, wrong)
	bar.Search, bar.SaveAs, bar.Views = nil, "", nil
	bar.Keep = append(bar.Keep, ui.Field{Name: "state", Value: l.get("state")})
	parts := append(savedNote(p, r), ui.Across(ui.Filter(bar)))
	if wrong != nil {
		_, problem := ui.WithErrors(nil, wrong, p)
		status = httpx.StatusOf(wrong)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem})))
	} else {
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)))
	}
	if l.actor.Can(access.PermWorkWrite) {
		form, err := h.arrangeForm(r, p, l.actor, failure)
		if err != nil {
			return err
		}
		parts = append(parts, ui.Filled(ui.CardView{ID: "arrange", Title: p.T("revisit.arrange")}, ui.Form(form)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) visitRow(p *i18n.Printer, v revisit.Visit) ui.Row {
	due := ui.Cell{Text: v.DueOn.String()}
	if clock := h.nextClock(p, v.DueOn); clock != nil && v.State == revisit.StateDue {
		due = ui.Cell{Body: ui.ClockOf(*clock)}
	}
	outcome := ui.Text(i18n.Unknown)
	if v.Outcome != "" {
		outcome = ui.Cell{Chip: outcomeChip(p, v.Outcome)}
	}
	return ui.Row{Cells: []ui.Cell{{Text: text(v.CustomerName), URL: visitURL(v.ID), Phone: v.PersonName}, due, ui.Text(visitWhy(p, v)), ui.Text(text(v.PersonName)), outcome, ui.Text(scoreText(v.Score)), {Text: v.Text, Muted: true}}}
}

func outcomeChip(p *i18n.Printer, o revisit.Outcome) *ui.Chip {
	tone := map[revisit.Outcome]ui.Tone{revisit.OutcomeReached: ui.ToneGood, revisit.OutcomeNotReached: ui.ToneWarn, revisit.OutcomeRefused: ui.ToneLine}[o]
	return &ui.Chip{Label: p.Message(o.Message()), Tone: tone}
}

func scoreText(score int64) string {
	if score == 0 {
		return i18n.Unknown
	}
	return number(score) + "/5"
}

// visitWhy says what a visit came of.
func visitWhy(p *i18n.Printer, v revisit.Visit) string {
	why := p.T("revisit.by_hand")
	if v.RuleID != 0 {
		why = text(v.RuleName)
	}
	if v.Attempt > 1 {
		why += " · " + p.T("revisit.attempt", "Count", v.Attempt)
	}
	if v.DealKey != "" {
		why += " · " + v.DealKey
	}
	return why
}

func (h *Handler) arrangeForm(r *http.Request, p *i18n.Printer, actor access.Actor, failure error) (ui.FormView, error) {
	customers, err := h.customerSuggestions(r.Context(), actor)
	if err != nil {
		return ui.FormView{}, err
	}
	buyer, due := r.FormValue("customer"), (h.today() + 1).String()
	if failure != nil {
		due = r.PostFormValue("due_on")
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "customer", ID: "f-visit-customer", Label: p.T("sales.customer_key"), Value: buyer, Suggest: "some-customers", Autocomplete: "off", Hint: p.T("sales.customer_pick"), Span: 6},
		{Name: "due_on", Kind: ui.FieldDate, Label: p.T("revisit.due_on"), Value: due, Span: 6},
	}, failure, p)
	return ui.FormView{ID: "arrange-visit", Action: visitsURL, Fields: fields, Problem: problem, Suggest: []ui.Suggestions{customers}, Submit: ui.Action{Label: p.T("revisit.arrange"), Kind: ui.ActionPrimary, Icon: "plus"}}, nil
}

func (h *Handler) arrangeVisit(w http.ResponseWriter, r *http.Request) error {
	var c fact.Checker
	in := revisit.Arrangement{Customer: strings.TrimSpace(r.PostFormValue("customer")), DueOn: typedDay(&c, r, "due_on")}
	var made revisit.Visit
	err := c.Err()
	if err == nil {
		made, err = h.Visits.Arrange(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, visitURL(made.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawVisits(w, r, httpx.StatusOf(err), err)
}

// typedDay reads a day of a form; NoDate when nothing was typed.
func typedDay(c *fact.Checker, r *http.Request, name string) calendar.Date {
	typed := strings.TrimSpace(r.PostFormValue(name))
	if typed == "" {
		return calendar.NoDate
	}
	d, err := calendar.ParseDate(typed)
	if err != nil {
		c.Add(name, typed, "form.error.date", nil)
		return calendar.NoDate
	}
	return d
}

func (h *Handler) showVisit(w http.ResponseWriter, r *http.Request) error {
	return h.drawVisit(w, r, http.StatusOK, nil)
}

// drawVisit is one visit: three taps record it.
func (h *Handler) drawVisit(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "revisit.missing")
	if err != nil {
		return err
	}
	d, err := h.Visits.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	facts := []ui.Fact{{Term: p.T("common.customer"), Text: text(d.CustomerName), URL: customerURL(d.CustomerID)}, {Term: p.T("service.contact"), Text: text(d.ContactName)}, {Term: p.T("revisit.why"), Text: visitWhy(p, d.Visit)},
		{Term: p.T("revisit.person"), Text: text(d.PersonName)}, {Term: p.T("revisit.due_on"), Text: d.DueOn.String()}}
	sold, err := h.soldFacts(r.Context(), p, actor, d.DealKey, 0)
	if err != nil {
		return err
	}
	facts = append(facts, sold...)
	if d.State == revisit.StateDone {
		facts = append(facts, ui.Fact{Term: p.T("revisit.outcome"), Text: p.Message(d.Outcome.Message())}, ui.Fact{Term: p.T("revisit.score"), Text: scoreText(d.Score)}, ui.Fact{Term: p.T("revisit.text"), Text: text(d.Text)},
			ui.Fact{Term: p.T("revisit.done_at"), Text: moment(p, d.DoneAt)})
	}
	title := p.T("revisit.of", "Customer", text(d.CustomerName))
	view := ui.PageView{Title: title, Current: visitsKey, Narrow: true, Chips: []ui.Chip{{Label: p.Message(d.State.Message()), Tone: map[revisit.State]ui.Tone{revisit.StateDue: ui.ToneBrand, revisit.StateDone: ui.ToneGood}[d.State]}},
		Crumbs: []ui.Crumb{{Label: p.T("nav.visits"), URL: visitsURL}, {Label: title}}}
	parts := savedNote(p, r)
	if errs.Is(failure, errs.KindConflict) {
		_, problem := ui.WithErrors(nil, failure, p)
		parts, failure = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("service.not_done"), Text: problem}))), nil
	}
	if d.MayWrite {
		seen := map[string][]string{"seen": {number(d.Revision)}}
		view.Actions = []ui.Action{{Label: p.T("followup.put_off"), Post: true, URL: visitURL(id) + "/put-off", Fields: url.Values(seen)}, {Label: p.T("followup.drop"), Kind: ui.ActionGhost, Post: true, URL: visitURL(id) + "/drop", Fields: url.Values(seen)}}
		parts = append(parts, ui.Filled(ui.CardView{ID: "record", Title: p.T("revisit.record")}, ui.Form(h.visitForm(p, r, d, failure))))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(facts)))...))
}

// visitNext are the usual distances of the next visit, in days.
var visitNext = []string{"", "7", "30", "90"}

func (h *Handler) visitForm(p *i18n.Printer, r *http.Request, d revisit.Detail, failure error) ui.FormView {
	typed := func(name, usual string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return usual
	}
	scores := []ui.Option{{Value: "", Label: p.T("revisit.no_score")}}
	for n := int64(5); n >= 1; n-- {
		scores = append(scores, ui.Option{Value: number(n), Label: number(n)})
	}
	var next []ui.Option
	for _, days := range visitNext {
		label := p.T("followup.next_none")
		if n, err := strconv.Atoi(days); err == nil {
			label = p.T("followup.next_in", "Count", n)
		}
		next = append(next, ui.Option{Value: days, Label: label})
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "outcome", Kind: ui.FieldRadio, Label: p.T("revisit.outcome"), Value: typed("outcome", string(revisit.OutcomeReached)), Options: named(p, "revisit.outcome.", revisit.Outcomes)},
		{Name: "score", Kind: ui.FieldRadio, Label: p.T("revisit.score"), Value: typed("score", ""), Options: scores, Optional: true, Span: 6, Hint: p.T("revisit.score_hint")},
		{Name: "next", Kind: ui.FieldRadio, Label: p.T("revisit.next"), Value: typed("next", ""), Options: next, Optional: true, Span: 6, Hint: p.T("revisit.next_hint")},
		{Name: "text", Kind: ui.FieldArea, Label: p.T("revisit.text"), Value: typed("text", ""), Optional: true, Rows: 2},
		{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)},
	}, failure, p)
	return ui.FormView{ID: "visit", Action: visitURL(d.ID), Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("revisit.record"), Kind: ui.ActionPrimary, Icon: "check"}}
}

func (h *Handler) recordVisit(w http.ResponseWriter, r *http.Request) error {
	return h.visitAct(w, r, func(id, seen int64) error {
		var c fact.Checker
		in := revisit.Record{ID: id, Outcome: revisit.Outcome(r.PostFormValue("outcome")), Text: r.PostFormValue("text"), NextOn: calendar.NoDate, Seen: seen}
		count := func(name string, most int64) int64 {
			typed := r.PostFormValue(name)
			if typed == "" {
				return 0
			}
			n, err := strconv.ParseInt(typed, 10, 64)
			if err != nil || n < 1 || n > most {
				c.Add(name, typed, "form.error.choice", nil)
			}
			return n
		}
		in.Score = count("score", 5)
		if days := count("next", 366); days > 0 {
			in.NextOn = h.today() + calendar.Date(days)
		}
		if err := c.Err(); err != nil {
			return err
		}
		_, err := h.Visits.Record(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}

func (h *Handler) changeVisit(w http.ResponseWriter, r *http.Request) error {
	return h.visitAct(w, r, func(id, seen int64) error {
		switch r.PathValue("act") {
		case "put-off":
			return h.Visits.PutOff(r.Context(), access.ActorFrom(r.Context()), id, h.today()+1, seen)
		case "drop":
			return h.Visits.Drop(r.Context(), access.ActorFrom(r.Context()), id, seen)
		}
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	})
}

// visitAct does something with a visit and goes on to the list.
func (h *Handler) visitAct(w http.ResponseWriter, r *http.Request, do func(id, seen int64) error) error {
	id, err := idOf(r.PathValue("id"), "revisit.missing")
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	err = do(id, seen)
	switch {
	case err == nil:
		http.Redirect(w, r, visitsURL+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawVisit(w, r, httpx.StatusOf(err), err)
}
