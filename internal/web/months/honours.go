package months

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/web/ui"
)

// honoursCard lists what the month pays outside plans: cash of titles, and what is taken back of what was revoked.
func honoursCard(p *i18n.Printer, s shown) templ.Component {
	g := s.review.Granted
	table := ui.TableView{Label: p.T("months.honours"), Columns: []ui.Column{{Label: p.T("months.honour"), Phone: true}, {Label: p.T("months.person"), Phone: true}, {Label: p.T("months.honour_granted"), Kind: ui.ColumnNumber},
		{Label: p.T("months.honour_put_off"), Kind: ui.ColumnNumber}, {Label: p.T("months.honour_paid"), Kind: ui.ColumnNumber, Phone: true}}}
	add := func(grant reward.Grant, granted, paid, putOff int64) {
		what := ui.Cell{Text: ui.TextIn(p, grant.Name.Zh, grant.Name.En, grant.Component)}
		kind, award, _ := strings.Cut(grant.Key, "/")
		if what.URL = "/honours/awards/" + award; kind == "revoked" {
			what.Sub = p.T("months.honour_revoked")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{what, ui.LinkTo(s.persons[grant.PersonID], "/ledger/account?person="+strconv.FormatInt(grant.PersonID, 10)), signed(granted), ui.MoneyCell(putOff), signed(paid)}})
	}
	for _, grant := range g.Grants {
		put := g.Put(grant.Key)
		add(grant, grant.AmountMinor, grant.AmountMinor+put, put)
	}
	for _, d := range g.Debts {
		if d.Month == s.period.Month { // posted by this month: its step stands with the grant
			continue
		}
		taken, open := g.Put(d.Key), d.OpenMinor+g.Put(d.Key)
		if s.period.State == period.StateClosed {
			open = 0 // what is open since then stands in the person's account
		}
		add(d.Grant, 0, taken, open)
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("months.sum")), {}, {}, {}, signed(g.PaidMinor())}}}
	sub := p.T("months.honours_sub")
	if s.period.State == period.StateClosed {
		sub = p.T("months.honours_sub_closed")
	}
	return ui.Filled(ui.CardView{ID: "honours", Title: p.T("months.honours"), Sub: sub, Count: len(table.Rows), Flush: true}, ui.Table(table))
}

// documentsCard leads to finance's documents about a closed month.
func documentsCard(p *i18n.Printer, s shown) templ.Component {
	if !s.actor.CanAll(access.PermLedgerRead) {
		return templ.NopComponent
	}
	base := "/months/" + s.period.Month.String()
	parts := []templ.Component{}
	if sum := s.payments; s.hasPayments {
		facts := []ui.Fact{{Term: p.T("payroll.sum_asked"), Text: p.T("months.people_amount", "Count", sum.Asked, "Amount", p.Money(sum.AskedMinor, s.currency))},
			{Term: p.T("payroll.sum_paid"), Text: p.T("months.people_amount", "Count", sum.Paid, "Amount", p.Money(sum.PaidMinor, s.currency))},
			{Term: p.T("payroll.sum_waiting"), Text: p.T("months.people_amount", "Count", sum.Waiting, "Amount", p.Money(sum.WaitingMinor, s.currency))}}
		if sum.Rejected > 0 {
			facts = append(facts, ui.Fact{Term: p.T("payroll.sum_rejected"), Text: p.T("months.people_amount", "Count", sum.Rejected, "Amount", p.Money(sum.RejectedMinor, s.currency)), URL: base + "/receipts?state=rejected"})
		}
		if sum.Different > 0 {
			facts = append(facts, ui.Fact{Term: p.T("payroll.difference"), Text: p.T("months.people_amount", "Count", sum.Different, "Amount", p.Money(sum.Diff, s.currency))})
		}
		parts = append(parts, ui.Facts(facts))
	}
	parts = append(parts, ui.Beside(ui.Button(ui.Action{Label: p.T("months.receipts"), URL: base + "/receipts", Kind: ui.ActionPrimary, Icon: "receipt"}),
		ui.Button(ui.Action{Label: p.T("months.accrual"), URL: "/accruals?month=" + s.period.Month.String(), Icon: "scale"}),
		ui.Button(ui.Action{Label: p.T("months.accrual_xlsx"), URL: base + "/accrual/xlsx", Download: true, Icon: "file-download"}),
		ui.Button(ui.Action{Label: p.T("months.accrual_csv"), URL: base + "/accrual/csv", Download: true, Icon: "file-download"})))
	return ui.Filled(ui.CardView{ID: "documents", Title: p.T("months.documents"), Sub: p.T("months.documents_sub")}, parts...)
}
