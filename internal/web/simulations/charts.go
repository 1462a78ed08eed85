package simulations

import (
	"math/big"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/web/ui"
)

// seriesOf is how the variants are drawn: the plans in force as columns, what is compared as lines.
var seriesOf = []ui.Series{{Type: "bar", Color: "1"}, {Type: "line", Color: "2"}, {Type: "line", Color: "3"}}

// legendOf names the variants in a chart's legend.
func legendOf(p *i18n.Printer, variants int) (legend []ui.Legend) {
	classes := []string{"", "c2", "c3"}
	for v := range variants {
		legend = append(legend, ui.Legend{Class: classes[v], Label: variantName(p, v)})
	}
	return legend
}

// monthsCard draws cost by month; its table has the ratio to collections, too.
func monthsCard(p *i18n.Printer, s shown) templ.Component {
	variants := len(s.result.Summary.Variants)
	chart := ui.ChartView{ID: "simulated-months", Kind: ui.ChartCombo, Unit: "yuan", Label: p.T("simulations.by_month"), Height: 300, Legend: legendOf(p, variants)}
	chart.Table = ui.TableView{Label: p.T("simulations.by_month"), Columns: []ui.Column{{Label: p.T("simulations.month"), Phone: true}}}
	for v := range variants {
		chart.Table.Columns = append(chart.Table.Columns, ui.Column{Label: variantName(p, v), Kind: ui.ColumnNumber, Phone: true, Chart: &seriesOf[v]})
	}
	for _, m := range s.result.Summary.Months {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.MonthShort(m.Month))}}
		for v := range variants {
			row.Cells = append(row.Cells, ui.Cell{Text: p.Amount(m.EarnedFen[v], s.currency), Data: money.Format(m.EarnedFen[v], s.currency)})
		}
		chart.Table.Rows = append(chart.Table.Rows, row)
	}
	if n := len(s.result.Summary.Months); n > 12 {
		chart.Every = 3
	}
	ratios := ui.TableView{Label: p.T("simulations.cost"), Inset: true, Columns: []ui.Column{{Label: p.T("simulations.month"), Phone: true}, {Label: p.T("simulations.collected"), Kind: ui.ColumnNumber}}}
	for v := range variants {
		ratios.Columns = append(ratios.Columns, ui.Column{Label: variantName(p, v), Title: p.T("simulations.cost_text"), Kind: ui.ColumnNumber, Phone: true})
	}
	for _, m := range s.result.Summary.Months {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.Month(m.Month)), ui.MoneyCell(m.CollectedFen)}}
		for v := range variants {
			row.Cells = append(row.Cells, ui.Text(costOf(p, m, v)))
		}
		ratios.Rows = append(ratios.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("simulations.by_month"), Sub: p.T("simulations.by_month_sub")}, ui.Chart(chart), ui.Table(ratios))
}

func costOf(p *i18n.Printer, m simulate.MonthSum, variant int) string {
	if m.CollectedFen <= 0 {
		return i18n.Unknown
	}
	return p.PercentDigits(big.NewRat(m.EarnedFen[variant], m.CollectedFen), 2)
}

// forecastCard draws what the next year may cost; nothing when nothing was drawn.
func forecastCard(p *i18n.Printer, s shown) templ.Component {
	if len(s.result.Forecasts) == 0 {
		return nil
	}
	table := ui.TableView{Label: p.T("simulations.next_year"), Inset: true, Columns: []ui.Column{{Label: p.T("simulations.variant_head"), Phone: true}, {Label: "P10", Kind: ui.ColumnNumber},
		{Label: p.T("simulations.median"), Kind: ui.ColumnNumber, Phone: true}, {Label: "P90", Kind: ui.ColumnNumber}, {Label: p.T("simulations.mean"), Kind: ui.ColumnNumber}}}
	budget := s.simulation.Request.BudgetMinor
	if budget > 0 {
		table.Columns = append(table.Columns, ui.Column{Label: p.T("simulations.over_budget"), Kind: ui.ColumnNumber, Phone: true})
		table.Note = p.T("simulations.budget_is", "Budget", p.Money(budget, s.currency))
	}
	parts := []templ.Component{ui.Table(table)}
	for v, f := range s.result.Forecasts {
		row := ui.Row{Cells: []ui.Cell{ui.Text(variantName(p, v)), ui.MoneyCell(f.P10), ui.MoneyCell(f.P50), ui.MoneyCell(f.P90), ui.MoneyCell(f.Mean)}}
		if budget > 0 {
			row.Cells = append(row.Cells, ui.Text(ppm(p, f.Over)))
		}
		table.Rows = append(table.Rows, row)
		parts = append(parts, ui.Chart(histogram(p, s, v, f)))
	}
	parts[0] = ui.Table(table)
	f := s.result.Forecasts[0]
	return ui.Filled(ui.CardView{Title: p.T("simulations.next_year"), Sub: p.T("simulations.next_year_sub", "Draws", f.Draws, "People", f.People, "Seed", f.Seed)}, parts...)
}

// histogram draws how many of the draws cost how much.
func histogram(p *i18n.Printer, s shown, variant int, f simulate.Forecast) ui.ChartView {
	chart := ui.ChartView{ID: "draws-" + variantKeys[variant], Kind: ui.ChartCombo, Unit: "n", Label: p.T("simulations.draws_of", "Variant", variantName(p, variant)), Height: 200, Every: 5,
		Legend: legendOf(p, variant+1)[variant:]}
	series := seriesOf[variant]
	series.Type = "bar"
	chart.Table = ui.TableView{Label: chart.Label, Columns: []ui.Column{{Label: p.T("simulations.cost_from"), Phone: true}, {Label: p.T("simulations.draws"), Kind: ui.ColumnNumber, Phone: true, Chart: &series}}}
	for i, n := range f.Counts {
		from := new(big.Int).Mul(big.NewInt(f.Most-f.Least), big.NewInt(int64(i)))
		from.Quo(from, big.NewInt(int64(len(f.Counts))))
		chart.Table.Rows = append(chart.Table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Board(f.Least+from.Int64(), s.currency)), ui.Text(p.Int(int64(n)))}})
	}
	return chart
}

// variantKeys are the variants in addresses and files.
var variantKeys = []string{"now", "a", "b"}
