package disputes

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// filterOf reads the filter; errors name the field at fault.
func filterOf(r *http.Request) (f dispute.Filter, err error) {
	var wrong []errs.Field
	number := func(name string) (n int64) {
		if text := r.FormValue(name); text != "" {
			if n, err = strconv.ParseInt(text, 10, 64); err != nil || n < 0 {
				wrong = append(wrong, errs.Field{Path: name, Value: text, Message: errs.Msg("dispute.unknown_choice", nil)})
			}
		}
		return n
	}
	f = dispute.Filter{State: dispute.State(r.FormValue("state")), Cause: dispute.Cause(r.FormValue("cause")), TeamID: number("team"), PlanID: r.FormValue("plan"),
		Overdue: r.FormValue("overdue") != "", Mine: r.FormValue("mine") != "", Search: strings.TrimSpace(r.FormValue("q")), After: number("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			wrong = append(wrong, errs.Field{Path: "month", Value: text, Message: errs.Msg("dispute.unknown_choice", nil)})
		}
	}
	return f, errs.Invalid("error.invalid", wrong)
}

// listed is everything on the page of the list.
type listed struct {
	actor     access.Actor
	filter    dispute.Filter
	page      dispute.Page
	reminders []dispute.Reminder
	teams     map[int64]string
	names     *names
	query     url.Values
	currency  money.Currency
	failure   error
}

func (l listed) handles() bool {
	return l.actor.Can(access.PermPayAll) || l.actor.Can(access.PermPayTeam)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	l := listed{actor: actor, names: h.namesOf(ctx, actor), query: r.URL.Query(), currency: h.Currency()}
	var err error
	if l.filter, err = filterOf(r); err == nil {
		l.page, err = h.Disputes.List(ctx, actor, l.filter)
	}
	status := http.StatusOK
	if errs.Is(err, errs.KindInvalid) {
		l.failure, status, err = err, httpx.StatusOf(err), nil
	}
	if err != nil {
		return err
	}
	if l.reminders, err = h.Disputes.Reminders(ctx, actor); err != nil {
		return err
	}
	if l.handles() {
		if l.teams, err = h.Teams.TeamNames(ctx, actor); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, status, listPage(ctx, l))
}

// exported are the columns of the file.
var exported = []string{"number", "month", "person_key", "person", "team", "plan", "line", "cause", "shown", "expected", "awarded", "state", "outcome", "raised", "due", "ended", "deferred_to", "text"}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = 0, dispute.LimitMax
	page, err := h.Disputes.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	file := httpx.Export{Name: "disputes", Sheet: p.T("dispute.title"), Format: r.PathValue("format"), More: p.T("dispute.export_more")}
	for _, key := range exported {
		file.Head = append(file.Head, p.T("dispute."+key))
	}
	n, currency := h.namesOf(ctx, actor), h.Currency()
	file.Rows = func(write func(...tabular.Cell) error) (more bool, err error) {
		for written := 0; ; {
			for _, d := range page.Disputes {
				if written == dispute.ExportMax {
					return true, nil
				}
				if err := write(exportRow(p, n, d, currency)...); err != nil {
					return false, err
				}
				written++
			}
			if page.Next == 0 {
				return false, nil
			}
			filter.After = page.Next
			if page, err = h.Disputes.List(ctx, actor, filter); err != nil {
				return false, err
			}
		}
	}
	return httpx.Download(w, file)
}

func exportRow(p *i18n.Printer, n *names, d dispute.Dispute, currency money.Currency) []tabular.Cell {
	amount := func(minor *int64) tabular.Cell {
		if minor == nil {
			return tabular.Text("")
		}
		return tabular.Number(money.Format(*minor, currency))
	}
	outcome, deferred := "", ""
	if d.Outcome != "" {
		outcome = p.T("dispute.outcome_" + string(d.Outcome))
	}
	if d.DeferredTo != 0 {
		deferred = d.DeferredTo.String()
	}
	return []tabular.Cell{tabular.Number(strconv.FormatInt(d.Number, 10)), tabular.Text(d.Month.String()), tabular.Text(d.PersonKey), tabular.Text(d.PersonName),
		tabular.Text(d.TeamName), tabular.Text(n.plan(d.VersionID, d.PlanID)), tabular.Text(n.line(d.VersionID, d.Line, d.Zero)), tabular.Text(p.T("dispute.cause_" + string(d.Cause))),
		amount(&d.ShownMinor), amount(d.ExpectedMinor), amount(d.AwardedMinor), tabular.Text(p.T("dispute.state_" + string(d.State))), tabular.Text(outcome),
		tabular.Text(moment(p, d.RaisedAt)), tabular.Text(d.DueOn.String()), tabular.Text(moment(p, d.EndedAt)), tabular.Text(deferred), tabular.Text(d.Text)}
}

// moment writes an instant in the company's zone, and nothing for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

var stateTones = map[dispute.State]ui.Tone{dispute.StateRaised: ui.ToneWarn, dispute.StateInReview: ui.ToneBrand, dispute.StateRuled: ui.ToneGood, dispute.StateWithdrawn: ui.ToneLine}

var outcomeTones = map[dispute.Outcome]ui.Tone{dispute.OutcomeAccepted: ui.ToneGood, dispute.OutcomePartly: ui.ToneWarn, dispute.OutcomeRejected: ui.ToneBad}

// stateChip is the state, or for a ruled one what it came to.
func stateChip(p *i18n.Printer, d dispute.Dispute) ui.Chip {
	if d.State == dispute.StateRuled {
		return ui.Chip{Label: p.T("dispute.outcome_" + string(d.Outcome)), Icon: "gavel", Tone: outcomeTones[d.Outcome]}
	}
	return ui.Chip{Label: p.T("dispute.state_" + string(d.State)), Tone: stateTones[d.State]}
}

// clockOf says how much time is left for the answer; nil when none is owed.
func clockOf(p *i18n.Printer, d dispute.Dispute, today calendar.Date) *ui.Clock {
	if !d.State.Open() {
		return nil
	}
	clock := &ui.Clock{State: ui.ClockRun, Label: p.T("dispute.due_on", "Day", p.Day(d.DueOn)), Title: p.Date(d.DueOn)}
	switch {
	case d.Overdue(today):
		clock.State, clock.Label = ui.ClockOver, p.T("dispute.overdue_by", "Count", int(today-d.DueOn))
	case d.DueOn-today <= 1:
		clock.State = ui.ClockSoon
	}
	return clock
}

func listPage(ctx context.Context, l listed) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("dispute.title"), Subtitle: p.T("dispute.subtitle"), Current: "disputes"}
	if !l.handles() {
		view.Title, view.Subtitle = p.T("dispute.mine"), p.T("dispute.mine_sub")
	} else {
		view.Actions = []ui.Action{{Label: p.T("dispute.statistics"), Icon: "chart-bar", URL: "/disputes/statistics"}}
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("dispute.rules"), Icon: "scale", URL: "/disputes/rules", DeskOnly: true})
	if l.handles() && l.actor.PersonID != 0 {
		view.Tabs = []ui.Tab{{Label: p.T("dispute.all"), URL: "/disputes", Current: !l.filter.Mine}, {Label: p.T("dispute.mine"), URL: "/disputes?mine=1", Current: l.filter.Mine}}
	}
	parts := []templ.Component{ui.Filter(filterView(p, l))}
	if l.failure != nil {
		_, problem := ui.WithErrors(nil, l.failure, p)
		return ui.Compose(view, ui.Across(append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("dispute.bad_filter"), Text: problem}))...))
	}
	if len(l.reminders) > 0 {
		table := reminderTable(p, l.reminders)
		table.Columns[2].Hidden = !l.handles() // they are all one's own
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("dispute.reminders"), Sub: p.T("dispute.reminders_sub"), Count: len(l.reminders), Span: -1, Flush: true}, ui.Table(table)))
	}
	return ui.Compose(view, ui.Across(append(parts, ui.Filled(ui.CardView{Label: view.Title, Flush: true, Span: -1}, ui.Table(listTable(p, l))))...))
}

func listTable(p *i18n.Printer, l listed) ui.TableView {
	next := ""
	if l.page.Next != 0 {
		next = strconv.FormatInt(l.page.Next, 10)
	}
	table := ui.TableView{ID: "disputes", Label: p.T("dispute.title"), Path: "/disputes", Query: l.query, Columns: []ui.Column{
		{Key: "number", Label: p.T("dispute.number"), Kind: ui.ColumnNarrow, Phone: true}, {Key: "person", Label: p.T("dispute.person"), Kind: ui.ColumnNarrow, Phone: l.handles(), Hidden: !l.handles()},
		{Key: "month", Label: p.T("dispute.month"), Kind: ui.ColumnNarrow}, {Key: "line", Label: p.T("dispute.line"), Phone: !l.handles()}, {Key: "cause", Label: p.T("dispute.cause")},
		{Key: "shown", Label: p.T("dispute.shown"), Kind: ui.ColumnNumber}, {Key: "expected", Label: p.T("dispute.expected"), Kind: ui.ColumnNumber}, {Key: "state", Label: p.T("dispute.state"), Phone: true}},
		Pager: &ui.Pager{Total: int(l.page.Count), Next: next},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("dispute.empty"), Text: p.T("dispute.empty_text")}}
	if l.filtered() {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: "/disputes"}}}
	}
	if len(l.page.Disputes) > 0 {
		for format, icon := range map[string]string{"csv": "file-type-csv", "xlsx": "file-type-xls"} {
			table.Exports = append(table.Exports, ui.Link{Label: strings.ToUpper(format), URL: ui.URLWith("/disputes/export/"+format, l.query, "cursor", ""), Icon: icon})
		}
		slices.SortFunc(table.Exports, func(a, b ui.Link) int { return cmp.Compare(a.Label, b.Label) })
	}
	for _, d := range l.page.Disputes {
		chip := stateChip(p, d)
		state := ui.Cell{Chip: &chip}
		if clock := clockOf(p, d, l.page.Today); clock != nil {
			state.Body = ui.ClockOf(*clock)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{
			{Text: p.T("dispute.number_of", "Number", d.Number), URL: address(d.ID), Phone: p.T("dispute.cause_" + string(d.Cause))},
			{Text: d.PersonName, Sub: d.TeamName, Phone: p.MonthShort(d.Month)}, ui.Text(p.Month(d.Month)), {Text: l.names.line(d.VersionID, d.Line, d.Zero), Sub: l.names.plan(d.VersionID, d.PlanID)},
			ui.Text(p.T("dispute.cause_" + string(d.Cause))), amountCell(&d.ShownMinor, l.currency), amountCell(d.ExpectedMinor, l.currency), state}})
	}
	return table
}

func amountCell(minor *int64, currency money.Currency) ui.Cell {
	if minor == nil {
		return ui.Text(i18n.Unknown)
	}
	return ui.Cell{Body: ui.Money(ui.Amount{Minor: *minor, Currency: currency})}
}

// filtered reports whether the list leaves anything out.
func (l listed) filtered() bool {
	f := l.filter
	f.After, f.Limit = 0, 0
	return f != dispute.Filter{}
}

func reminderTable(p *i18n.Printer, reminders []dispute.Reminder) ui.TableView {
	table := ui.TableView{Label: p.T("dispute.reminders"), Columns: []ui.Column{{Key: "number", Label: p.T("dispute.number"), Kind: ui.ColumnNarrow, Phone: true},
		{Key: "kind", Label: p.T("dispute.reminder"), Phone: true}, {Key: "to", Label: p.T("dispute.reminder_to"), Phone: true}, {Key: "at", Label: p.T("dispute.reminder_at"), Kind: ui.ColumnNarrow}, {Key: "state", Label: p.T("dispute.state")}}}
	for _, m := range reminders {
		state := ui.Text("")
		if !m.VoidAt.IsZero() {
			state = ui.Cell{Chip: &ui.Chip{Label: p.T("dispute.reminder_void"), Tone: ui.ToneLine}}
		}
		tone := ui.ToneNone
		if m.Kind == dispute.RemindOverdue {
			tone = ui.ToneBad
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.T("dispute.number_of", "Number", m.Number), address(m.DisputeID)),
			{Text: p.T("dispute.remind_" + string(m.Kind)), Tone: tone, Phone: moment(p, m.At)}, ui.Text(p.T("dispute.voice_" + m.To)), ui.Text(moment(p, m.At)), state}})
	}
	return table
}

func filterView(p *i18n.Printer, l listed) ui.FilterView {
	f := l.filter
	choice := func(name, label, value string) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: value, Optional: true, Placeholder: p.T("common.all")}
	}
	state := choice("state", p.T("dispute.state"), string(f.State))
	for _, s := range append([]dispute.State{dispute.StateOpen}, dispute.States...) {
		state.Options = append(state.Options, ui.Option{Value: string(s), Label: p.T("dispute.state_" + string(s))})
	}
	cause := choice("cause", p.T("dispute.cause"), string(f.Cause))
	for _, c := range dispute.Causes {
		cause.Options = append(cause.Options, ui.Option{Value: string(c), Label: p.T("dispute.cause_" + string(c))})
	}
	month := ui.Field{Name: "month", Kind: ui.FieldMonth, Label: p.T("dispute.month"), Optional: true, Value: l.query.Get("month")}
	fields := []ui.Field{state, cause, month}
	if len(l.teams) > 0 {
		team := choice("team", p.T("common.team"), l.query.Get("team"))
		for _, id := range slices.SortedFunc(maps.Keys(l.teams), func(a, b int64) int { return cmp.Or(cmp.Compare(l.teams[a], l.teams[b]), cmp.Compare(a, b)) }) {
			team.Options = append(team.Options, ui.Option{Value: strconv.FormatInt(id, 10), Label: l.teams[id]})
		}
		fields = append(fields, team)
	}
	fields = append(fields, ui.Field{Name: "overdue", Kind: ui.FieldCheck, Label: p.T("dispute.overdue"), Checked: f.Overdue})
	chips := ui.ChipsOf(fields, "/disputes", l.query, p.T("common.colon"))
	fields, _ = ui.WithErrors(fields, l.failure, p)
	view := ui.FilterView{ID: "disputes-filter", Path: "/disputes", Fields: fields, Chips: chips, Count: p.T("dispute.count", "Count", l.page.Count)}
	if l.handles() {
		view.Search = &ui.Field{Name: "q", Label: p.T("dispute.search"), Placeholder: p.T("dispute.search"), Value: f.Search}
	}
	if f.Search != "" {
		view.Chips = append(view.Chips, ui.FilterChip{Label: "“" + f.Search + "”", Remove: ui.URLWith("/disputes", l.query, "q", "", "cursor", "")})
	}
	if f.Mine {
		view.Keep = []ui.Field{{Name: "mine", Value: "1"}}
	}
	if len(view.Chips) > 0 {
		view.Clear = "/disputes"
	}
	return view
}
