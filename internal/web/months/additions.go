package months

import (
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// additionsCard lists what reached the month from outside it, with who is behind it.
func additionsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("months.additions"), Columns: []ui.Column{
		{Key: "kind", Label: p.T("months.addition"), Phone: true}, {Key: "person", Label: p.T("months.person"), Phone: true}, {Key: "origin", Label: p.T("months.addition_origin")},
		{Key: "component", Label: p.T("months.component")}, {Key: "why", Label: p.T("months.addition_why")}, {Key: "amount", Label: p.T("months.amount"), Kind: ui.ColumnNumber, Phone: true}}}
	sum := int64(0)
	for i, a := range s.review.Additions {
		sum += a.AmountMinor
		if i >= s.shownLines {
			table.Note = p.T("months.more_rows", "Count", len(s.review.Additions)-s.shownLines)
			continue
		}
		component := componentName(p, s, a.PlanID, a.Component)
		if a.Component == payout.AdjustmentComponent {
			component = p.T("settle.component_adjustment")
		}
		source := "/retro/" + a.Source
		if a.Kind == payout.AdditionAdjustment {
			source = "/adjustments/" + a.Source
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.T("ledger.event_"+string(a.Kind)), source),
			ui.LinkTo(s.persons[a.PersonID], "/statements/"+s.period.Month.String()+"/"+strconv.FormatInt(a.PersonID, 10)), ui.Text(p.Month(a.Origin)), ui.Text(planName(p, s, a.PlanID) + " · " + component),
			ui.Text(additionWhy(p, s, a)), signed(a.AmountMinor)}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("months.sum")), {}, {}, {}, {}, signed(sum)}}}
	return ui.Filled(ui.CardView{ID: "additions", Title: p.T("months.additions"), Count: len(s.review.Additions), Flush: true, More: allRows(p, s, len(s.review.Additions))}, ui.Table(table))
}

func additionWhy(p *i18n.Printer, s shown, a payout.Addition) string {
	if a.Kind == payout.AdditionAdjustment {
		return p.T("months.addition_by", "Reason", a.Reason, "Maker", s.users[a.MadeBy], "Approver", s.users[a.ApprovedBy])
	}
	return ui.DifferenceWhy(p, money.CNY, a)
}
