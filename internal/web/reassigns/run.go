package reassigns

import (
	"cmp"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.drawRun(w, r, http.StatusOK, nil)
}

// shown is a proposal as its page shows it.
type shown struct {
	p       *i18n.Printer
	request *http.Request
	actor   access.Actor
	run     reassign.Shown
	rows    []reassign.Row
	next    int64
	stays   []reassign.Row
	failure error
	today   calendar.Date
}

func (h *Handler) drawRun(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "reassign.missing")
	if err != nil {
		return err
	}
	s := shown{p: p, request: r, actor: actor, failure: failure, today: calendar.DateOf(h.now())}
	if s.run, err = h.reassign.Get(ctx, actor, id); err != nil {
		return err
	}
	if s.run.State == reassign.StateReady {
		if s.rows, s.next, err = h.reassign.Rows(ctx, actor, filterOf(r, id)); err != nil {
			return err
		}
		if s.stays, _, err = h.reassign.Rows(ctx, actor, reassign.RowFilter{RunID: id, State: reassign.MoveStays}); err != nil {
			return err
		}
	}
	return ui.Write(w, r, status, ui.Compose(s.view(), s.parts()...))
}

// filterOf reads which customers are wanted.
func filterOf(r *http.Request, id int64) reassign.RowFilter {
	whole := func(name string) int64 {
		n, _ := strconv.ParseInt(r.URL.Query().Get(name), 10, 64) // of no number is everything
		return max(n, 0)
	}
	_, cursor := ui.PlaceOf(r.URL.Query().Get("cursor"))
	after, _ := strconv.ParseInt(cursor, 10, 64) // of no number is the first page
	f := reassign.RowFilter{RunID: id, FromID: whole("from"), ToID: whole("to"), DecisionID: whole("decision"), After: after}
	if state := reassign.MoveState(r.URL.Query().Get("state")); slices.Contains(reassign.MoveStates, state) {
		f.State = state
	}
	return f
}

func (s *shown) view() ui.PageView {
	p := s.p
	view := ui.PageView{Title: p.T("reassign.title", "Day", p.Local(s.run.CreatedAt).Format("2006-01-02 15:04")), Subtitle: p.T("reassign.asked_by", "Name", s.run.CreatedName, "Reasons", reasonsText(p, s.run.Ask.Reasons)), Current: "reassign",
		Crumbs: []ui.Crumb{{Label: p.T("nav.reassign"), URL: baseURL}, {Label: p.Local(s.run.CreatedAt).Format("01-02 15:04")}}, Chips: []ui.Chip{*stateChip(p, s.run.State)}}
	if s.run.State == reassign.StateReady {
		view.Actions = []ui.Action{{Label: p.T("reassign.verify"), Icon: "refresh", Post: true, URL: runURL(s.run.ID) + "/verify"}}
	}
	return view
}

func (s *shown) parts() (parts []templ.Component) {
	p := s.p
	for _, note := range s.notes() {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	switch s.run.State {
	case reassign.StateRunning:
		return append(parts, ui.Filled(ui.CardView{Title: p.T("reassign.running")}, ui.Progress(running(p, s.run))))
	case reassign.StateFailed:
		return append(parts, ui.Filled(ui.CardView{Label: p.T("reassign.state.failed")}, ui.StateOf(ui.State{Kind: ui.StateError, Title: p.T("reassign.state.failed"), Text: p.Message(s.run.Failure), Actions: []ui.Action{{Label: p.T("reassign.again"), URL: baseURL}}})))
	}
	main := []templ.Component{s.movesCard()}
	if len(s.stays) > 0 {
		main = append(main, s.staysCard())
	}
	var side []templ.Component
	if s.run.MayAccept && s.run.Counts[reassign.MoveProposed] > 0 {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("reassign.accept"), Span: -1}, ui.Form(s.acceptForm())))
	}
	if len(s.run.Decisions) > 0 {
		side = append(side, s.decisionsCard())
	}
	side = append(side, s.loadsCard(), s.askCard())
	return append(append(parts, s.metrics()...), ui.Stack(8, main...), ui.Stack(4, side...))
}

func (s *shown) notes() (list []ui.Note) {
	p := s.p
	if s.failure != nil {
		_, why := ui.WithErrors(nil, s.failure, p)
		return []ui.Note{{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("reassign.not_done"), Text: why}}
	}
	count, _ := strconv.ParseInt(s.request.URL.Query().Get("count"), 10, 64)
	switch done := s.request.URL.Query().Get("done"); done {
	case "done", "asked":
		list = append(list, ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("reassign.done_"+done, "Count", count)})
	case "verified":
		list = append(list, ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("reassign.verified")})
	case "differs":
		list = append(list, ui.Note{ID: "done", Tone: ui.ToneBad, Strong: p.T("reassign.differs")})
	}
	if s.run.State == reassign.StateReady && s.today > s.run.Until() {
		list = append(list, ui.Note{ID: "old", Tone: ui.ToneWarn, Strong: p.T("reassign.old"), Action: &ui.Action{Label: p.T("reassign.again"), URL: baseURL}})
	}
	return list
}

func (s *shown) metrics() []templ.Component {
	p, r := s.p, &s.run.Result
	before, after := int64(0), int64(0)
	for i := range r.Loads {
		if !r.Loads[i].Left {
			before, after = max(before, r.Loads[i].Minutes), max(after, r.Loads[i].MinutesAfter)
		}
	}
	return []templ.Component{
		ui.MetricCard(ui.Metric{Label: p.T("reassign.with_why"), Basis: p.T("reassign.of_customers", "Count", r.Customers), Text: p.Int(int64(r.WithWhy)), Goal: p.T("reassign.kept", "Kept", r.Kept, "Fitting", r.Fitting)}),
		ui.MetricCard(ui.Metric{Label: p.T("reassign.would_move"), Basis: p.T("reassign.most", "Most", s.run.Ask.MovedMost), Text: p.Int(int64(r.Moved)), Goal: p.T("reassign.not_moved", "Stay", r.Stay, "Beyond", r.Beyond)}),
		ui.MetricCard(ui.Metric{Label: p.T("reassign.busiest"), Basis: p.T("reassign.thirty_days"), Text: hours(p, before) + " → " + hours(p, after), Unit: p.T("reassign.hours"), Goal: p.T("reassign.capacity", "Hours", hours(p, r.Capacity))}),
		ui.MetricCard(ui.Metric{Label: p.T("reassign.accepted"), Basis: p.T("reassign.until", "Day", s.run.Until()), Text: p.Int(s.run.Counts[reassign.MoveDone]), Goal: p.T("reassign.open", "Asked", s.run.Counts[reassign.MoveAsked], "Proposed", s.run.Counts[reassign.MoveProposed])}),
	}
}

// hours writes minutes as hours with one digit.
func hours(p *i18n.Printer, minutes int64) string {
	tenths := (minutes*10 + 30) / 60
	return p.Int(tenths/10) + "." + strconv.FormatInt(tenths%10, 10)
}

// whyText says the reasons of a customer.
func whyText(p *i18n.Printer, why []reassign.Why) string {
	texts := make([]string, len(why))
	for i, w := range why {
		texts[i] = p.T("reassign.why."+string(w.Reason), "Number", w.Number)
	}
	return strings.Join(texts, p.T("common.comma"))
}

func moveChip(p *i18n.Printer, s reassign.MoveState) *ui.Chip {
	tones := map[reassign.MoveState]ui.Tone{reassign.MoveProposed: ui.ToneLine, reassign.MoveAsked: ui.ToneBrand, reassign.MoveDone: ui.ToneGood, reassign.MoveGone: ui.ToneWarn, reassign.MoveStays: ui.ToneLine}
	return &ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func (s *shown) movesCard() templ.Component {
	p := s.p
	query := s.request.URL.Query()
	for _, gone := range []string{"done", "count"} {
		query.Del(gone)
	}
	before, _ := ui.PlaceOf(query.Get("cursor"))
	pick := s.run.MayAccept && s.run.Counts[reassign.MoveProposed] > 0
	next := ""
	if s.next > 0 {
		next = number(s.next)
	}
	table := ui.TableView{Label: p.T("reassign.moves"), Columns: []ui.Column{{Label: p.T("reassign.choose"), Kind: ui.ColumnCheck, Phone: true, Hidden: !pick}, {Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier")}, {Label: p.T("reassign.from")},
		{Label: p.T("reassign.to"), Phone: true}, {Label: p.T("reassign.why")}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow}}, Path: runURL(s.run.ID), Query: query, Pager: ui.PagerAt(before, len(s.rows), s.total(), next),
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("reassign.no_moves"), Text: p.T("reassign.no_moves_text")}}
	if filtered(query) {
		table.Pager.Total = -1
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: runURL(s.run.ID)}}}
	}
	for i := range s.rows {
		row := &s.rows[i]
		id, from := number(row.CustomerID), textOr(row.FromName)
		if row.FromID == 0 {
			from = p.T("reassign.from_pool")
		}
		tick := ui.Cell{}
		if row.State == reassign.MoveProposed {
			tick = ui.Draw(ui.Tick("accept", "customer", id, row.CustomerName, false))
		}
		why := whyText(p, row.Why)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{tick, {Text: textOr(row.CustomerName), URL: runURL(s.run.ID) + "/customers/" + id, Phone: from + " · " + why}, ui.Draw(ui.Tier(string(row.Tier))), ui.Text(from), {Text: textOr(row.ToName), Sub: p.T("reassign.load_after", "Percent", row.ToLoad)},
			{Text: why, Muted: true}, {Chip: moveChip(p, row.State)}}})
	}
	return ui.Filled(ui.CardView{Title: p.T("reassign.moves"), Count: s.run.Result.Moved, Flush: true, Span: -1}, ui.Filter(s.bar(query)), ui.Table(table))
}

func filtered(query url.Values) bool {
	return slices.ContainsFunc([]string{"state", "from", "to", "decision"}, func(name string) bool { return query.Get(name) != "" })
}

func (s *shown) total() (total int64) {
	for state, count := range s.run.Counts {
		if state != reassign.MoveStays {
			total += count
		}
	}
	return total
}

func (s *shown) bar(query url.Values) ui.FilterView {
	p := s.p
	var states, from, to []ui.Option
	for _, state := range reassign.MoveStates[:4] {
		states = append(states, ui.Option{Value: string(state), Label: p.Message(state.Message())})
	}
	for i := range s.run.Result.Loads {
		l := &s.run.Result.Loads[i]
		one := ui.Option{Value: number(l.ID), Label: l.Name}
		if l.Out > 0 {
			from = append(from, one)
		}
		if l.In > 0 {
			to = append(to, one)
		}
	}
	fields := []ui.Field{{Name: "state", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: query.Get("state"), Options: states, Optional: true}, {Name: "from", Kind: ui.FieldSelect, Label: p.T("reassign.from"), Value: query.Get("from"), Options: from, Optional: true},
		{Name: "to", Kind: ui.FieldSelect, Label: p.T("reassign.to"), Value: query.Get("to"), Options: to, Optional: true}}
	for i := range fields {
		fields[i].Options = append([]ui.Option{{Label: p.T("reassign.all")}}, fields[i].Options...)
	}
	v := ui.FilterView{ID: "moves", Path: runURL(s.run.ID), Fields: fields, Chips: ui.ChipsOf(fields, runURL(s.run.ID), query, p.T("common.colon"))}
	if filtered(query) {
		v.Clear = runURL(s.run.ID)
	}
	return v
}

func (s *shown) staysCard() templ.Component {
	p := s.p
	table := ui.TableView{Label: p.T("reassign.stays"), Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier")}, {Label: p.T("reassign.from")}, {Label: p.T("reassign.why")}, {Label: p.T("reassign.stays_why"), Phone: true}}}
	for i := range s.stays {
		row := &s.stays[i]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(textOr(row.CustomerName), runURL(s.run.ID)+"/customers/"+number(row.CustomerID)), ui.Draw(ui.Tier(string(row.Tier))), ui.Text(textOr(row.FromName)), {Text: whyText(p, row.Why), Muted: true},
			ui.Text(p.T(row.Constraint.MessageKey(), "Sellers", row.Full))}})
	}
	card := ui.CardView{Title: p.T("reassign.stays"), Count: s.run.Result.Stay, Sub: p.T("reassign.stays_sub"), Flush: true, Span: -1}
	if len(s.stays) < s.run.Result.Stay {
		card.Foot = p.T("handover.first_ones", "Count", len(s.stays))
	}
	return ui.Filled(card, ui.Table(table))
}

func (s *shown) acceptForm() ui.FormView {
	p := s.p
	chosen := func(name, usual string) string {
		if value := s.request.PostFormValue(name); value != "" {
			return value
		}
		return usual
	}
	form := ui.FormView{ID: "accept", Action: runURL(s.run.ID) + "/accept", Submit: ui.Action{Label: p.T("reassign.accept_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("reassign.accept_consequence"),
		Fields: []ui.Field{{Name: "which", Kind: ui.FieldRadio, Label: p.T("reassign.which"), Value: chosen("which", "ticked"), Options: []ui.Option{{Value: "ticked", Label: p.T("reassign.ticked")}, {Value: "all", Label: p.T("reassign.all_proposed", "Count", s.run.Counts[reassign.MoveProposed])}}},
			{Name: "work", Kind: ui.FieldRadio, Label: p.T("reassign.work"), Value: chosen("work", "goes"), Options: []ui.Option{{Value: "goes", Label: p.T("reassign.work_goes")}, {Value: "stays", Label: p.T("reassign.work_stays")}}},
			{Name: "reason", Label: p.T("reassign.reason_field"), Value: s.request.PostFormValue("reason"), Placeholder: p.T("reassign.reason_example")}}}
	form.Fields, _ = ui.WithErrors(form.Fields, s.failure, p)
	return form
}

func (s *shown) decisionsCard() templ.Component {
	p := s.p
	var items []ui.Item
	for _, d := range s.run.Decisions {
		item := ui.Item{Icon: "check", Title: p.T("reassign.decision_of", "Count", d.Customers, "Name", d.CreatedName), Detail: d.Reason, URL: runURL(s.run.ID) + "?decision=" + number(d.ID)}
		chip := ui.Chip{Label: p.Message(d.State.Message()), Tone: map[reassign.DecisionState]ui.Tone{reassign.DecisionAsked: ui.ToneBrand, reassign.DecisionDone: ui.ToneGood, reassign.DecisionRefused: ui.ToneLine}[d.State]}
		if d.ActUndone {
			chip = ui.Chip{Label: p.T("pool.undone"), Tone: ui.ToneLine}
		}
		item.Chips = []ui.Chip{chip}
		switch {
		case d.ActID != 0 && s.opensAct(d):
			item.Actions = []ui.Action{{Label: p.T("reassign.to_act"), Small: true, URL: "/pool/acts/" + number(d.ActID)}}
		case d.State == reassign.DecisionAsked && d.RequestID != "":
			item.Actions = []ui.Action{{Label: p.T("reassign.to_request"), Small: true, URL: "/approvals/" + d.RequestID}}
		}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{Title: p.T("reassign.decisions"), Flush: true, Span: -1}, ui.List(items))
}

// opensAct reports whether the reader may see the act that carried a decision out: who did it does, and who sees all acts.
func (s *shown) opensAct(d reassign.Decision) bool {
	return d.RequestID == "" && d.CreatedBy == s.actor.UserID || s.actor.CanAll(access.PermPoolWrite) || s.actor.CanAll(access.PermPoolApprove)
}

// loadsCard compares everybody's work before and after, the busiest first.
func (s *shown) loadsCard() templ.Component {
	p := s.p
	loads := slices.Clone(s.run.Result.Loads)
	slices.SortStableFunc(loads, func(a, b reassign.Load) int { return cmp.Compare(b.Minutes, a.Minutes) })
	table := ui.TableView{Label: p.T("reassign.loads"), Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("reassign.before"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reassign.free"), Title: p.T("reassign.free_text"), Kind: ui.ColumnNumber}, {Label: p.T("reassign.after"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reassign.share"), Kind: ui.ColumnBar}}}
	for _, l := range loads[:min(len(loads), loadsShown)] {
		name := ui.Cell{Text: textOr(l.Name), Sub: l.TeamName}
		if l.Left {
			name.Chip = &ui.Chip{Label: p.T("reassign.has_left"), Tone: ui.ToneLine}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, {Text: hours(p, l.Minutes), Sub: tiersText(l.Before)}, {Text: freeText(p, l)}, {Text: hours(p, l.MinutesAfter), Sub: tiersText(l.After)}, loadBar(&s.run.Result, l)}})
	}
	card := ui.CardView{Title: p.T("reassign.loads"), Sub: p.T("reassign.loads_sub"), Flush: true, Span: -1}
	if len(loads) > loadsShown {
		card.Foot = p.T("reassign.loads_first", "Count", loadsShown)
	}
	return ui.Filled(card, ui.Table(table))
}

// freeText is the time that somebody has for what moves; whoever left has none.
func freeText(p *i18n.Printer, l reassign.Load) string {
	if l.Left {
		return i18n.Unknown
	}
	return hours(p, l.Free)
}

// loadsShown is how many people a page compares.
const loadsShown = 60

func tiersText(counts [3]int) string {
	return "A" + strconv.Itoa(counts[0]) + " B" + strconv.Itoa(counts[1]) + " C" + strconv.Itoa(counts[2])
}

// loadBar draws the work after the moves; the mark is what there is time for.
func loadBar(r *reassign.Result, l reassign.Load) ui.Cell {
	most := r.Capacity
	for i := range r.Loads {
		most = max(most, r.Loads[i].MinutesAfter)
	}
	if most == 0 {
		return ui.Cell{}
	}
	class := "fg"
	if l.MinutesAfter > r.Capacity {
		class = "fw"
	}
	return ui.Draw(ui.BarOf(ui.Bar{Parts: []ui.BarPart{{Share: big.NewRat(l.MinutesAfter, most), Class: class}}, Tick: big.NewRat(r.Capacity, most)}))
}

// askCard says what was asked for.
func (s *shown) askCard() templ.Component {
	p, ask := s.p, &s.run.Ask
	yes := func(b bool) string {
		if b {
			return p.T("common.yes")
		}
		return p.T("common.no")
	}
	work := p.T("reassign.by_average", "Percent", ask.OverPercent)
	if ask.HoursMost > 0 {
		work = p.T("reassign.by_hours", "Hours", ask.HoursMost)
	}
	facts := []ui.Fact{{Term: p.T("reassign.field.moved_most"), Text: strconv.Itoa(ask.MovedMost)}, {Term: p.T("reassign.time_for"), Text: work}, {Term: p.T("reassign.field.overdue_days"), Text: strconv.Itoa(ask.OverdueDays)},
		{Term: p.T("reassign.field.keep_late"), Text: yes(ask.KeepLate)}, {Term: p.T("reassign.field.keep_contact_days"), Text: strconv.Itoa(ask.KeepContactDays)}, {Term: p.T("reassign.input"), Text: s.run.InputHash}}
	return ui.Filled(ui.CardView{Title: p.T("reassign.asked"), Span: -1}, ui.Facts(facts))
}
