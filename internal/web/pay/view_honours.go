package pay

import (
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// honoursCard shows the cash of titles that the month pays beside what plans pay, what is taken back of it, and what is still to be taken.
func honoursCard(p *i18n.Printer, list []payout.Honour, closed bool) templ.Component {
	table := ui.TableView{Label: p.T("pay.honours"), Columns: []ui.Column{{Label: p.T("pay.honour"), Phone: true}, {Label: p.T("pay.honour_granted"), Kind: ui.ColumnNumber},
		{Label: p.T("pay.honour_open"), Kind: ui.ColumnNumber}, {Label: p.T("pay.honour_paid"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, h := range list {
		kind, award, _ := strings.Cut(h.Key, "/")
		what := ui.Cell{Text: ui.TextIn(p, h.Name.Zh, h.Name.En, h.Component), URL: "/honours/awards/" + award}
		switch {
		case kind == "revoked" && h.Month == 0:
			what.Sub = p.T("pay.honour_revoked_waits")
		case kind == "revoked":
			what.Sub = p.T("pay.honour_revoked")
		case h.Month == 0:
			what.Sub = p.T("pay.honour_waits")
		}
		open := ui.Text(i18n.Unknown)
		if h.OpenMinor > 0 {
			open = ui.MoneyCell(h.OpenMinor)
			what.Phone = p.T("pay.honour_open_phone", "Amount", p.Money(h.OpenMinor, h.Currency))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{what, signed(h.AmountMinor), open, signed(h.PaidMinor)}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("pay.total")), {}, {}, signed(payout.HonourSum(list))}}}
	sub := p.T("pay.honours_sub")
	if !closed {
		sub = p.T("pay.honours_sub_open")
	}
	return ui.Filled(ui.CardView{ID: "honours", Title: p.T("pay.honours"), Sub: sub, Span: -1, Flush: true}, ui.Table(table))
}

// receiptMoments are payroll's answers on the way of the month: paid on a day, or rejected and why.
func receiptMoments(p *i18n.Printer, receipts []payout.Receipt, currency money.Currency) (moments []ui.Moment) {
	for _, r := range receipts {
		m := ui.Moment{When: r.PaidOn.String()[5:], At: r.PaidOn.String(), Icon: "check", Tone: ui.ToneGood, Title: p.T("pay.paid_on", "Day", p.Date(r.PaidOn)), Detail: joined(p.Money(r.AmountMinor, currency), r.Reference)}
		if r.Outcome == payout.OutcomeRejected {
			m.Icon, m.Tone, m.Title, m.Detail = "alert-triangle", ui.ToneBad, p.T("pay.rejected_on", "Day", p.Date(r.PaidOn)), joined(r.Reason, r.Reference)
		}
		moments = append(moments, m)
	}
	return moments
}
