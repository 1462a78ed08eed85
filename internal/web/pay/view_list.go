package pay

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// myPay is everything on the page of one's own pay.
type myPay struct {
	heads []payout.Head
	// paidHonours is what titles brought in closed months, beside statements.
	paidHonours map[calendar.Month]int64

	month   calendar.Month // of the preview
	running calendar.Month
	now     []opened
	refused error // why there is no preview
	need    needed
}

func minePage(ctx context.Context, m myPay) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("pay.title"), Subtitle: p.T("pay.subtitle"), Current: "pay", Actions: []ui.Action{{Label: p.T("pay.account"), Icon: "building-bank", URL: "/ledger/account"}}}
	var main []templ.Component
	for _, o := range m.now {
		main = append(main, heroCard(p, o), traceCard(p, o))
		if len(o.view.Additions) > 0 {
			main = append(main, additionsCard(p, o))
		}
	}
	if len(m.now) == 0 {
		state := ui.State{Kind: ui.StateEmpty, Title: p.T("pay.now_none"), Text: p.T("pay.now_none_text")}
		if m.refused != nil {
			state.Text = httpx.Describe(ctx, m.refused).Message
		}
		main = append(main, ui.Filled(ui.CardView{Title: p.T("pay.now_title", "Month", p.Month(m.month)), Span: -1}, ui.StateOf(state)))
	}
	unpublished := !slices.ContainsFunc(m.heads, func(h payout.Head) bool { return h.Month == m.running-1 })
	if unpublished || m.month != m.running {
		for _, month := range []calendar.Month{m.running, m.running - 1} {
			view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("pay.now_title", "Month", p.Month(month)), URL: "/pay?month=" + month.String(), Current: month == m.month})
		}
	}
	side := []templ.Component{publishedCard(p, m.heads, m.paidHonours)}
	if len(m.now) > 0 {
		side = append([]templ.Component{needCard(p, m.month, m.need)}, side...)
	}
	return ui.Compose(view, ui.Stack(8, main...), ui.Stack(4, side...))
}

func publishedCard(p *i18n.Printer, heads []payout.Head, honours map[calendar.Month]int64) templ.Component {
	table := ui.TableView{Label: p.T("pay.months"), Columns: []ui.Column{{Key: "month", Label: p.T("pay.month"), Phone: true}, {Key: "state", Label: p.T("pay.state"), Phone: true},
		{Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pay.no_months"), Text: p.T("pay.no_months_text")}}
	for _, m := range monthsOf(heads, honours) {
		chip := stateChip(p, m.state)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Month(m.month), "/pay/"+m.month.String()), {Chip: &chip}, ui.MoneyCell(m.total)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("pay.months"), Span: -1, Flush: true}, ui.Table(table))
}

// listPage is the statements of a month for those who approve them.
func listPage(ctx context.Context, l listed, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	month := l.filter.Month.String()
	table := ui.TableView{ID: "statements", Label: p.T("pay.list_title"), Path: "/statements", Query: query, Columns: []ui.Column{
		{Key: "person", Label: p.T("pay.person"), Phone: true}, {Key: "team", Label: p.T("pay.team")}, {Key: "level", Label: p.T("pay.level")}, {Key: "plan", Label: p.T("pay.plan")},
		{Key: "state", Label: p.T("pay.state")}, {Key: "honour", Label: p.T("pay.honours"), Kind: ui.ColumnNumber}, {Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber, Phone: true}},
		Exports: []ui.Link{{Label: p.T("table.export"), URL: ui.URLWith("/statements/export.csv", query, "cursor", "")}},
		Pager:   &ui.Pager{Total: int(l.page.Count), Next: l.page.Next, Summary: p.T("pay.list_sum", "Sum", p.Money(l.page.TotalMinor, money.CNY))},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("pay.list_empty"), Text: p.T("pay.list_empty_text")}}
	for _, h := range l.page.Heads {
		chip := stateChip(p, h.Standing.State)
		phone := explain.Level(p, h.Level) + " · " + h.TeamName
		if h.HonourMinor != 0 { // the column has no room there
			phone += " · " + p.T("pay.with_honour", "Amount", p.Money(h.HonourMinor, money.CNY))
		}
		name := ui.Cell{Text: h.Name, Sub: h.PersonKey, Phone: phone,
			URL: "/statements/" + month + "/" + strconv.FormatInt(h.PersonID, 10) + "?plan=" + url.QueryEscape(h.PlanID)}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(h.TeamName), ui.Text(explain.Level(p, h.Level)),
			ui.Text(cmp.Or(l.plans[h.PlanID], h.PlanID)), {Chip: &chip}, honourCell(h), ui.MoneyCell(h.TotalMinor)}})
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("pay.total")), {}, {}, {}, {}, {}, ui.MoneyCell(l.page.TotalMinor)}}}
	}
	return ui.Compose(ui.PageView{Title: p.T("pay.list_title"), Subtitle: p.T("pay.list_subtitle"), Current: "statements",
		Chips: []ui.Chip{{Label: p.Month(l.filter.Month)}}},
		ui.Across(ui.Filter(filterView(p, l, query)), ui.Filled(ui.CardView{Label: p.T("pay.list_title"), Flush: true, Span: -1}, ui.Table(table))))
}

// honourCell is the cash of titles that the month pays beside a statement.
func honourCell(h payout.Head) ui.Cell {
	if h.HonourMinor == 0 {
		return ui.Text("")
	}
	return ui.Draw(ui.Money(ui.Amount{Minor: h.HonourMinor, Currency: money.CNY, Signed: true}))
}

func filterView(p *i18n.Printer, l listed, query url.Values) ui.FilterView {
	f := l.filter
	view := ui.FilterView{ID: "statements-filter", Path: "/statements", Clear: "/statements?month=" + f.Month.String(), Count: p.T("pay.list_count", "Count", l.page.Count),
		Search: &ui.Field{Name: "q", Label: p.T("pay.search"), Placeholder: p.T("pay.search"), Value: f.Search}}
	view.Fields = []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("pay.month"), Value: f.Month.String()}}
	chip := func(label, name string) {
		view.Chips = append(view.Chips, ui.FilterChip{Label: label, Remove: ui.URLWith("/statements", query, name, "", "cursor", "")})
	}
	teams := ui.Field{Name: "team", Kind: ui.FieldSelect, Label: p.T("pay.team"), Optional: true, Placeholder: p.T("pay.all")}
	ids := slices.SortedFunc(maps.Keys(l.teams), func(a, b int64) int { return cmp.Or(cmp.Compare(l.teams[a], l.teams[b]), cmp.Compare(a, b)) })
	for _, id := range ids {
		teams.Options = append(teams.Options, ui.Option{Value: strconv.FormatInt(id, 10), Label: l.teams[id], Selected: id == f.TeamID})
	}
	plans := ui.Field{Name: "plan", Kind: ui.FieldSelect, Label: p.T("pay.plan"), Optional: true, Placeholder: p.T("pay.all")}
	for _, id := range slices.Sorted(maps.Keys(l.plans)) {
		plans.Options = append(plans.Options, ui.Option{Value: id, Label: l.plans[id], Selected: id == f.PlanID})
	}
	view.Fields = append(view.Fields, teams, plans)
	if f.Search != "" {
		chip(f.Search, "q")
	}
	if f.TeamID != 0 {
		chip(cmp.Or(l.teams[f.TeamID], p.T("pay.team")), "team")
	}
	if f.PlanID != "" {
		chip(cmp.Or(l.plans[f.PlanID], f.PlanID), "plan")
	}
	return view
}
