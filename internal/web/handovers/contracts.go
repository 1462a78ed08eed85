package handovers

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/handover"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// contractsCard lists contracts with what is still to be collected, and who would get them.
func contractsCard(p *i18n.Printer, v handover.Preview) templ.Component {
	table := ui.TableView{Label: p.T("handover.contracts"), Columns: []ui.Column{{Label: p.T("handover.contract"), Phone: true}, {Label: p.T("common.customer")}, {Label: p.T("handover.instalment")}, {Label: p.T("handover.due"), Kind: ui.ColumnNarrow},
		{Label: p.T("handover.to_collect"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("handover.receiver"), Phone: true}}}
	open := 0
	for _, c := range v.Contracts {
		open += len(c.Instalments)
		first := ui.Cell{Text: c.Number, Sub: c.Title, URL: "/contracts/" + number(c.ID)}
		to := ui.Cell{Text: c.To.Name, Sub: c.To.TeamName}
		if len(table.Rows) >= movesShown {
			continue
		}
		if len(c.Instalments) == 0 {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{first, ui.Text(c.Customer), {Text: p.T("handover.nothing_due"), Muted: true}, {}, {}, to}})
		}
		for i, due := range c.Instalments {
			if i > 0 {
				first = ui.Cell{Text: c.Number, Muted: true}
			}
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{first, ui.Text(c.Customer), ui.Text(textOr(due.Name)), ui.Text(dayText(p, due.DueOn)), ui.Draw(ui.Money(ui.Amount{Minor: due.LeftMinor, Currency: due.Currency})), to}})
		}
	}
	card := ui.CardView{Title: p.T("handover.contracts"), Count: open, Sub: p.T("handover.contracts_sub"), Flush: true, Span: -1}
	if len(table.Rows) >= movesShown {
		card.Foot = p.T("handover.first_ones", "Count", movesShown)
	}
	return ui.Filled(card, ui.Table(table))
}
