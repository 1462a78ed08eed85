package pay

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/dispute"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/web/ui"
)

// mainCards are the total, how what is earned came about and, where the plan settles, what of it is paid.
func mainCards(p *i18n.Printer, o opened) []templ.Component {
	cards := []templ.Component{heroCard(p, o), traceCard(p, o)}
	if len(o.view.Additions) > 0 {
		cards = append(cards, additionsCard(p, o))
	}
	if o.settled != nil {
		cards = append(cards, settlementCard(p, o))
	}
	if o.settled != nil && len(o.settled.Open) > 0 {
		cards = append(cards, openCard(p, o.settled))
	}
	if len(o.view.Honours) > 0 {
		cards = append(cards, honoursCard(p, o.view.Honours, o.view.Standing.State == "closed"))
	}
	return cards
}

// settledPart leads from what is earned to what is paid.
func settledPart(p *i18n.Printer, o opened) ui.FormulaPart {
	difference := o.view.PaidMinor - o.view.Statement.TotalFen - o.view.AddedMinor
	operator := "+"
	if difference < 0 {
		operator, difference = i18n.Minus, -difference
	}
	return ui.FormulaPart{Operator: operator, Label: p.T("pay.settled"), Value: p.Amount(difference, o.view.Statement.Currency)}
}

// settlementCard shows every step from what is earned to what is paid, with its reason.
func settlementCard(p *i18n.Printer, o opened) templ.Component {
	table := ui.TableView{Label: p.T("pay.settlement"), Columns: []ui.Column{
		{Key: "step", Label: p.T("pay.settlement_step"), Phone: true}, {Key: "why", Label: p.T("pay.settlement_why")},
		{Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber, Phone: true}}}
	for i, step := range o.settled.Steps { // in the order of the postings
		row := ui.Row{Cells: []ui.Cell{{Text: step.Name, Sub: joined(step.Component, step.Deal, step.Month), Phone: step.Why}, ui.Text(step.Why), signed(step.AmountFen)}}
		if step.Kind == settle.PostingPaid {
			table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: row.Cells}}
			continue
		}
		posting := o.view.Settled.Postings[i]
		row.Cells[0].Body = markOf(p, o, dispute.Line{Kind: dispute.LineStep, Component: posting.Component, Deal: posting.Deal, Step: string(posting.Kind), Origin: posting.Origin})
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "settlement", Title: p.T("pay.settlement"), Sub: p.T("pay.settlement_sub"), Span: -1, Flush: true}, ui.Table(table))
}

// openCard shows what is owed either way at the month's end.
func openCard(p *i18n.Printer, s *explain.Settlement) templ.Component {
	table := ui.TableView{Label: p.T("pay.open_items"), Columns: []ui.Column{
		{Key: "item", Label: p.T("pay.open_item"), Phone: true}, {Key: "month", Label: p.T("pay.open_from")}, {Key: "due", Label: p.T("pay.open_due")},
		{Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, i := range s.Open {
		due := i.Due
		if due == "" {
			due = i18n.Unknown
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: i.Name, Sub: joined(i.Component, i.Deal), Phone: i.Month}, ui.Text(i.Month), ui.Text(due), signed(i.AmountFen)}})
	}
	return ui.Filled(ui.CardView{ID: "open", Title: p.T("pay.open_items"), Sub: p.T("pay.open_sub"), Span: -1, Flush: true}, ui.Table(table))
}

// joined puts a dot between the texts that are not empty.
func joined(parts ...string) (text string) {
	for _, part := range parts {
		if part != "" && text != "" {
			text += " · "
		}
		text += part
	}
	return text
}

// signed is an amount with its sign: what it adds to pay, or takes from it.
func signed(fen int64) ui.Cell {
	return ui.Cell{Body: ui.Money(ui.Amount{Minor: fen, Signed: true, Plain: true})}
}
