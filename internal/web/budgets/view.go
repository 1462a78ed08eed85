package budgets

import (
	"cmp"
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// RowName is what a row is called: the plan's own name, or the level.
func RowName(p *i18n.Printer, r budget.Row) string {
	if r.Kind == budget.KindLayer {
		return p.T("budgets.layer", "Level", explain.Level(p, r.Key))
	}
	if p.Zh() && r.Name.Zh != "" {
		return r.Name.Zh
	}
	return cmp.Or(r.Name.En, r.Name.Zh, r.Key)
}

func address(s shown, row string) string {
	return "/budget?" + url.Values{"year": {strconv.Itoa(s.year)}, "row": {row}, "basis": {string(s.basis)}}.Encode()
}

func page(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("budgets.title", "Year", s.year), Subtitle: p.T("budgets.subtitle"), Current: "budget"}
	for year := s.running - 1; year <= s.running+1; year++ {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("budgets.year", "Year", year), URL: "/budget?year=" + strconv.Itoa(year) + "&basis=" + string(s.basis), Current: year == s.year})
	}
	if len(s.outlook.Rows) == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("budgets.none")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("budgets.none"), Text: p.T("budgets.none_text")})))
	}
	view.Charts = true
	var parts []templ.Component
	if s.saved {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("budgets.saved", "Number", s.outlook.Version.Number)})))
	}
	if s.outlook.Version.Number == 0 {
		parts = append(parts, ui.Across(ui.NoteOf(nothingEntered(p, s))))
	}
	for _, r := range s.outlook.Over() {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("budgets.over", "Name", RowName(p, r), "Year", s.year),
			Text: p.T("budgets.over_text", "Forecast", p.Money(r.ForecastMinor, s.currency), "Budget", p.Money(r.BudgetMinor, s.currency))})))
	}
	parts = append(parts, rowsCard(p, s), monthsCard(p, s))
	if s.actor.CanAll(access.PermPeriodApprove) {
		parts = append(parts, formCard(p, s))
	}
	return ui.Compose(view, parts...)
}

// nothingEntered says who may enter figures where there are none yet.
func nothingEntered(p *i18n.Printer, s shown) ui.Note {
	note := ui.Note{ID: "nothing-entered", Tone: ui.ToneBrand, Strong: p.T("budgets.nothing_entered", "Year", s.year), Text: p.T("budgets.enter_below")}
	if !s.actor.Can(access.PermPeriodApprove) {
		var roles []string
		for _, role := range access.RolesWith(access.PermPeriodApprove) {
			roles = append(roles, p.Message(role.Message()))
		}
		note.Text = p.T("budgets.who_enters", "Who", p.Join(roles))
	}
	return note
}

// rowsCard shows the year by plan and layer.
func rowsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("budgets.by_plan"), Columns: []ui.Column{{Label: p.T("budgets.row"), Phone: true}, {Label: p.T("budgets.budget"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("budgets.forecast"), Title: p.T("budgets.forecast_text"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("budgets.left"), Kind: ui.ColumnNumber}, {Label: p.T("budgets.state")}}}
	for _, r := range s.outlook.Rows {
		name := ui.LinkTo(RowName(p, r), address(s, rowKey(r))+"#months")
		row := ui.Row{Cells: []ui.Cell{name, ui.Text(i18n.Unknown), ui.MoneyCell(r.ForecastMinor), ui.Text(i18n.Unknown), {Chip: &ui.Chip{Label: p.T("budgets.not_set"), Tone: ui.ToneLine}}}}
		if r.Budgeted {
			row.Cells[1], row.Cells[3] = ui.MoneyCell(r.BudgetMinor), ui.Draw(ui.Money(ui.Amount{Minor: r.BudgetMinor - r.ForecastMinor, Plain: true, Signed: true}))
			row.Cells[4].Chip = &ui.Chip{Label: p.T("budgets.within"), Tone: ui.ToneGood}
		}
		if r.Over() {
			row.Cells[4].Chip = &ui.Chip{Label: p.T("budgets.is_over"), Icon: "alert-triangle", Tone: ui.ToneWarn}
		}
		table.Rows = append(table.Rows, row)
	}
	card := ui.CardView{Title: p.T("budgets.by_plan"), Sub: p.T("budgets.basis_" + string(s.basis)), Flush: true, Head: bases(p, s)}
	if v := s.outlook.Version; v.Number > 0 {
		card.Foot = p.T("budgets.version", "Number", v.Number, "Who", s.by, "When", p.Local(v.CreatedAt).Format("2006-01-02 15:04"), "Note", cmp.Or(v.Note, i18n.Unknown))
	}
	return ui.Filled(card, ui.Table(table))
}

// bases chooses between what is accrued and what is paid.
func bases(p *i18n.Printer, s shown) templ.Component {
	var tabs []ui.Tab
	for _, by := range budget.Bases {
		other := s
		other.basis = by
		tabs = append(tabs, ui.Tab{Label: p.T("budgets.by_" + string(by)), URL: address(other, rowKey(s.outlook.Rows[s.row])), Current: by == s.basis})
	}
	return ui.Segment(tabs, p.T("budgets.basis"))
}

// monthsCard shows the months of one row.
func monthsCard(p *i18n.Printer, s shown) templ.Component {
	r := s.outlook.Rows[s.row]
	chart := ui.ChartView{ID: "budget-months", Kind: ui.ChartCombo, Unit: "yuan", Label: p.T("budgets.months_of", "Name", RowName(p, r)), Height: 260,
		Legend: []ui.Legend{{Label: p.T("budgets.forecast")}, {Class: "dash", Label: p.T("budgets.budget")}}}
	chart.Table = ui.TableView{Label: chart.Label, Columns: []ui.Column{{Label: p.T("budgets.month"), Phone: true},
		{Label: p.T("budgets.forecast"), Kind: ui.ColumnNumber, Phone: true, Chart: &ui.Series{Type: "bar", Color: "1"}},
		{Label: p.T("budgets.budget"), Kind: ui.ColumnNumber, Phone: true, Chart: &ui.Series{Type: "dash", Color: "ink2"}}, {Label: p.T("budgets.source")}}}
	if !r.Budgeted { // a line along zero would say that there is nothing to spend
		chart.Legend, chart.Table.Columns[2].Hidden = chart.Legend[:1], true
	}
	for i, c := range r.Cells {
		chart.Table.Rows = append(chart.Table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.MonthShort(s.outlook.First + calendar.Month(i))),
			{Text: p.Amount(c.ForecastMinor, s.currency), Data: money.Format(c.ForecastMinor, s.currency)},
			{Text: p.Amount(c.BudgetMinor, s.currency), Data: money.Format(c.BudgetMinor, s.currency)}, ui.Text(p.T("budgets.source_" + string(c.Source)))}})
	}
	return ui.Filled(ui.CardView{ID: "months", Title: chart.Label}, ui.Chart(chart))
}

// formCard enters the months of one row.
func formCard(p *i18n.Printer, s shown) templ.Component {
	r := s.outlook.Rows[s.row]
	view := ui.FormView{ID: "budget", Action: "/budget/" + strconv.Itoa(s.year), Submit: ui.Action{Label: p.T("budgets.save"), Kind: ui.ActionPrimary, Icon: "device-floppy"},
		Consequence: p.T("budgets.consequence", "Number", s.outlook.Version.Number+1)}
	view.Fields = []ui.Field{{Name: "row", Kind: ui.FieldHidden, Value: rowKey(r)}, {Name: "basis", Kind: ui.FieldHidden, Value: string(s.basis)}, {Name: "seen", Kind: ui.FieldHidden, Value: strconv.Itoa(s.outlook.Version.Number)}}
	for i := range s.typed {
		view.Fields = append(view.Fields, ui.Field{Name: monthField(i), Kind: ui.FieldMoney, Label: p.Month(s.outlook.First + calendar.Month(i)), Value: s.typed[i], Unit: p.T("common.yuan"),
			Optional: true, Span: 3})
	}
	view.Fields = append(view.Fields, ui.Field{Name: "note", Label: p.T("budgets.note"), Value: s.note, Optional: true})
	view.Fields, view.Problem = ui.WithErrors(view.Fields, s.failure, p)
	return ui.Filled(ui.CardView{Title: p.T("budgets.enter", "Name", RowName(p, r)), Sub: p.T("budgets.enter_sub")}, ui.Form(view))
}
