package adjustments

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[adjustment.State]ui.Tone{adjustment.StateProposed: ui.ToneWarn, adjustment.StateApproved: ui.ToneGood, adjustment.StateRejected: ui.ToneBad}

func stateChip(p *i18n.Printer, s adjustment.State) ui.Chip {
	return ui.Chip{Label: p.T("adjustment.state_" + string(s)), Tone: stateTones[s]}
}

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

func monthOr(p *i18n.Printer, m calendar.Month) string {
	if m == 0 {
		return i18n.Unknown
	}
	return p.Month(m)
}

// listPage is the adjustments, newest first.
func listPage(ctx context.Context, l listed, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "adjustments", Label: p.T("adjustments.title"), Path: "/adjustments", Query: query, Columns: []ui.Column{
		{Key: "person", Label: p.T("adjustments.person"), Phone: true}, {Key: "month", Label: p.T("adjustments.month")}, {Key: "kind", Label: p.T("adjustments.kind")},
		{Key: "amount", Label: p.T("adjustments.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "reason", Label: p.T("adjustments.reason")}, {Key: "state", Label: p.T("adjustments.state"), Phone: true},
		{Key: "paid_in", Label: p.T("adjustments.paid_in")}, {Key: "by", Label: p.T("adjustments.made_by")}, {Key: "decided", Label: p.T("adjustments.decided_by")},
	}, Pager: &ui.Pager{Total: int(l.page.Count), Next: l.page.Next}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("adjustments.none"), Text: p.T("adjustments.none_text")}}
	for _, a := range l.page.Adjustments {
		chip := stateChip(p, a.State)
		kind := l.words.component(p, a.PlanID, a.Component)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: a.Name, Sub: a.PersonKey, URL: "/adjustments/" + a.ID, Phone: p.Month(a.Month) + " · " + kind}, ui.Text(p.Month(a.Month)),
			{Text: kind, Sub: ui.TextIn(p, l.words.plans[a.PlanID], l.words.plans[a.PlanID], a.PlanID)}, ui.Draw(ui.Money(ui.Amount{Minor: a.AmountMinor, Plain: true, Signed: true})), ui.Text(a.Reason), {Chip: &chip},
			ui.Text(monthOr(p, a.PaidIn)), ui.Text(l.users[a.MadeBy]), ui.Text(l.users[a.DecidedBy])}})
	}
	view := ui.PageView{Title: p.T("adjustments.title"), Subtitle: p.T("adjustments.subtitle"), Current: "adjustments"}
	if l.actor.Can(access.PermAdjustmentWrite) {
		view.Actions = []ui.Action{{Label: p.T("adjustments.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/adjustments/new"}}
	}
	return ui.Compose(view, ui.Across(ui.Filter(filterView(p, l, query))), ui.Filled(ui.CardView{Label: p.T("adjustments.title"), Flush: true}, ui.Table(table)))
}

func filterView(p *i18n.Printer, l listed, query url.Values) ui.FilterView {
	f := l.filter
	view := ui.FilterView{ID: "adjustments-filter", Path: "/adjustments", Clear: "/adjustments", Count: p.T("adjustments.count", "Count", l.page.Count),
		Search: &ui.Field{Name: "q", Label: p.T("adjustments.search"), Placeholder: p.T("adjustments.search"), Value: f.Search}}
	states := ui.Field{Name: "state", Kind: ui.FieldSelect, Label: p.T("adjustments.state"), Optional: true, Placeholder: p.T("common.all")}
	for _, s := range adjustment.States {
		states.Options = append(states.Options, ui.Option{Value: string(s), Label: p.T("adjustment.state_" + string(s)), Selected: s == f.State})
	}
	month := ui.Field{Name: "month", Kind: ui.FieldMonth, Label: p.T("adjustments.month"), Optional: true}
	chip := func(label, name string) {
		view.Chips = append(view.Chips, ui.FilterChip{Label: label, Remove: ui.URLWith("/adjustments", query, name, "", "cursor", "")})
	}
	if f.Search != "" {
		chip(f.Search, "q")
	}
	if f.State != "" {
		chip(p.T("adjustment.state_"+string(f.State)), "state")
	}
	if f.Month != 0 {
		month.Value = f.Month.String()
		chip(p.Month(f.Month), "month")
	}
	view.Fields = []ui.Field{states, month}
	return view
}

// formPage asks for an adjustment.
func formPage(ctx context.Context, known words, currency money.Currency, offered ui.Suggestions, typed url.Values, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	kind := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("adjustments.kind"), Hint: p.T("adjustments.kind_hint"), Placeholder: p.T("adjustments.choose")}
	for _, plan := range slices.Sorted(maps.Keys(known.plans)) {
		add := func(value, label string) {
			kind.Options = append(kind.Options, ui.Option{Value: value, Label: label, Group: known.plans[plan], Selected: typed.Get("kind") == value})
		}
		add(plan, p.T("settle.component_adjustment"))
		for _, part := range slices.Sorted(maps.Keys(known.parts)) {
			if strings.HasPrefix(part, plan+"/") {
				add(part, known.parts[part])
			}
		}
	}
	fields := []ui.Field{
		{Name: "person", Label: p.T("adjustments.person_key"), Value: typed.Get("person"), Hint: p.T("adjustments.person_pick"), Suggest: offered.ID, Autocomplete: "off", Span: 6},
		{Name: "month", Kind: ui.FieldMonth, Label: p.T("adjustments.month"), Value: typed.Get("month"), Hint: p.T("adjustments.month_hint"), Span: 6},
		kind,
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("adjustments.amount"), Value: typed.Get("amount"), Hint: p.T("adjustments.amount_hint"), Unit: ui.UnitOf(p, currency), Span: 6},
		{Name: "reason", Label: p.T("adjustments.reason"), Value: typed.Get("reason"), Hint: p.T("adjustments.reason_hint")},
		{Name: "evidence", Label: p.T("adjustments.evidence"), Value: typed.Get("evidence"), Hint: p.T("adjustments.evidence_hint")},
	}
	form := ui.FormView{ID: "adjustment", Action: "/adjustments", Suggest: []ui.Suggestions{offered}, Submit: ui.Action{Label: p.T("adjustments.propose"), Kind: ui.ActionPrimary}, Consequence: p.T("adjustments.propose_consequence"),
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/adjustments"}}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	title := p.T("adjustments.new")
	return ui.Compose(ui.PageView{Title: title, Current: "adjustments", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("adjustments.title"), URL: "/adjustments"}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form)))
}

// onePage is one adjustment with what may be done about it.
func onePage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("adjustments.of", "Name", s.Name), Subtitle: p.Month(s.Month), Current: "adjustments", Chips: []ui.Chip{stateChip(p, s.State)},
		Crumbs: []ui.Crumb{{Label: p.T("adjustments.title"), URL: "/adjustments"}, {Label: s.Name}}}
	facts := []ui.Fact{
		{Term: p.T("adjustments.person"), Text: s.Name + " · " + s.PersonKey, URL: "/statements/" + s.Month.String() + "/" + strconv.FormatInt(s.PersonID, 10)},
		{Term: p.T("adjustments.month"), Text: p.Month(s.Month)},
		{Term: p.T("adjustments.plan"), Text: ui.TextIn(p, s.words.plans[s.PlanID], s.words.plans[s.PlanID], s.PlanID)},
		{Term: p.T("adjustments.kind"), Text: s.words.component(p, s.PlanID, s.Component)},
		{Term: p.T("adjustments.amount"), Body: ui.Money(ui.Amount{Minor: s.AmountMinor, Currency: s.currency, Signed: true})},
		{Term: p.T("adjustments.reason"), Text: s.Reason}, {Term: p.T("adjustments.evidence"), Text: s.Evidence},
		{Term: p.T("adjustments.made_by"), Text: s.users[s.MadeBy] + " · " + moment(p, s.MadeAt)},
	}
	if s.DecidedBy != "" {
		facts = append(facts, ui.Fact{Term: p.T("adjustments.decided_by"), Text: s.users[s.DecidedBy] + " · " + moment(p, s.DecidedAt)})
	}
	if s.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("adjustments.note"), Text: s.Note})
	}
	if s.PaidIn != 0 {
		facts = append(facts, ui.Fact{Term: p.T("adjustments.paid_in"), Text: p.Month(s.PaidIn), URL: "/statements/" + s.PaidIn.String() + "/" + strconv.FormatInt(s.PersonID, 10)})
	}
	var parts []templ.Component
	if s.failure != nil {
		_, problem := ui.WithErrors(nil, s.failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("adjustments.refused"), Text: problem})))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("adjustments.one"), Span: 6}, ui.Facts(facts)))
	return ui.Compose(view, append(parts, acts(p, s)...)...)
}

// acts are what the actor may do about a proposal.
func acts(p *i18n.Printer, s shown) (parts []templ.Component) {
	if s.State != adjustment.StateProposed {
		return nil
	}
	path := "/adjustments/" + s.ID + "/"
	reasoned := func(act, title string) {
		fields := []ui.Field{{Name: "reason", Label: p.T("adjustments.note")}}
		if s.failedAt == act {
			fields, _ = ui.WithErrors(fields, s.failure, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: title, Span: 6}, ui.Form(ui.FormView{ID: act, Action: path + act, Fields: fields,
			Submit: ui.Action{Label: title, Kind: ui.ActionDanger, Icon: "arrow-back-up"}})))
	}
	own := s.MadeBy == s.actor.UserID
	switch {
	case own:
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("adjustments.waiting"), Span: 6}, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("adjustments.waiting"), Text: p.T("adjustments.waiting_text")})))
		if s.actor.Can(access.PermAdjustmentWrite) {
			reasoned("withdraw", p.T("adjustments.withdraw"))
		}
	case s.actor.Can(access.PermAdjustmentApprove) && s.PersonID != s.actor.PersonID:
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("adjustments.approve"), Span: 6}, ui.Form(ui.FormView{ID: "approve", Action: path + "approve",
			Submit: ui.Action{Label: p.T("adjustments.approve"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("adjustments.approve_consequence")})))
		reasoned("reject", p.T("adjustments.reject"))
	}
	return parts
}
