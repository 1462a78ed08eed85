package pay

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// additionsCard shows what reached the month from outside it: each difference for a closed month with why it is there and the two values,
// each adjustment with both names and the reason. Nothing when there is none.
func additionsCard(p *i18n.Printer, o opened) templ.Component {
	table := ui.TableView{Label: p.T("pay.additions"), Columns: []ui.Column{
		{Key: "what", Label: p.T("pay.addition"), Phone: true}, {Key: "why", Label: p.T("pay.addition_why")}, {Key: "was", Label: p.T("pay.addition_was"), Kind: ui.ColumnNumber},
		{Key: "now", Label: p.T("pay.addition_now"), Kind: ui.ColumnNumber}, {Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, a := range o.view.Additions {
		what, why := additionName(p, o, a), additionReason(p, o, a)
		was, now := ui.MoneyCell(a.WasMinor), ui.MoneyCell(a.NowMinor)
		if a.Kind == payout.AdditionAdjustment {
			was, now = ui.Text(i18n.Unknown), ui.Text(i18n.Unknown)
		}
		cell := ui.Cell{Text: what, Phone: why}
		if a.Kind == payout.AdditionPrior {
			cell.URL = o.beside(a.Origin) + "/as-of?plan=" + a.PlanID
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{cell, ui.Text(why), was, now, signed(a.AmountMinor)}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("pay.total")), {}, {}, {}, signed(o.view.AddedMinor)}}}
	return ui.Filled(ui.CardView{ID: "additions", Title: p.T("pay.additions"), Sub: p.T("pay.additions_sub"), Span: -1, Flush: true}, ui.Table(table))
}

// additionName is what it is: paid late or taken back, for which month and component.
func additionName(p *i18n.Printer, o opened, a payout.Addition) string {
	component := o.parts[a.Component]
	switch {
	case a.Component == payout.AdjustmentComponent:
		component = p.T("settle.component_adjustment")
	case component == "":
		component = a.Component
	}
	key := "pay.addition_" + string(a.Kind)
	if a.Kind == payout.AdditionPrior && a.AmountMinor < 0 {
		key += "_back"
	}
	return p.T(key, "Month", p.Month(a.Origin), "Component", component)
}

func additionReason(p *i18n.Printer, o opened, a payout.Addition) string {
	if a.Kind == payout.AdditionAdjustment {
		return p.T("pay.addition_by", "Reason", a.Reason, "Evidence", a.Evidence, "Maker", o.users[a.MadeBy], "Approver", o.users[a.ApprovedBy])
	}
	return p.T("pay.addition_because", "Causes", ui.DifferenceWhy(p, o.view.Statement.Currency, a))
}

// addedPart is the sum of the additions in the formula of the total.
func addedPart(p *i18n.Printer, o opened) ui.FormulaPart {
	sum, operator := o.view.AddedMinor, "+"
	if sum < 0 {
		operator, sum = i18n.Minus, -sum
	}
	return ui.FormulaPart{Operator: operator, Label: p.T("pay.additions"), Value: p.Amount(sum, o.view.Statement.Currency)}
}
