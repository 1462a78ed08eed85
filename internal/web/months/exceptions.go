package months

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// exceptionSubject names what an exception is about: a component, the quota that is not there, or all that somebody is paid.
func exceptionSubject(p *i18n.Printer, s shown, e payout.Exception) string {
	switch e.Kind {
	case payout.ExceptionNoQuota:
		return p.T("months.quota")
	case payout.ExceptionFarOff:
		return p.T("months.whole_statement")
	}
	return componentName(p, s, e.PlanID, e.Component)
}

// withoutAmount are the exceptions that lack something else than money.
var withoutAmount = []payout.ExceptionKind{payout.ExceptionNoQuota, payout.ExceptionNoPlan, payout.ExceptionTwoPlans}

// exceptionAmounts are the amount, the other one that makes it an exception with what that is, and the difference; a dash where there is none.
func exceptionAmounts(p *i18n.Printer, s shown, e payout.Exception) []ui.Cell {
	none := ui.Text(i18n.Unknown)
	if slices.Contains(withoutAmount, e.Kind) {
		return []ui.Cell{none, none, none}
	}
	amount := ui.MoneyCell(e.AmountMinor)
	key := "months.exception_beside_" + string(e.Kind)
	if e.AmountMinor == e.BeforeMinor || !p.Has(key) {
		return []ui.Cell{none, amount, none}
	}
	amount.Phone = p.T("months.exception_before", "What", p.T(key), "Amount", p.Amount(e.BeforeMinor, s.currency))
	before := ui.MoneyCell(e.BeforeMinor)
	before.Sub = p.T(key)
	return []ui.Cell{before, amount, signed(e.AmountMinor - e.BeforeMinor)}
}

// disputeOf finds the dispute that an exception stands for.
func disputeOf(s shown, e payout.Exception) (dispute.Dispute, bool) {
	if e.Kind != payout.ExceptionDispute && e.Kind != payout.ExceptionDisputeOverdue {
		return dispute.Dispute{}, false
	}
	at := slices.IndexFunc(s.review.Disputes, func(d dispute.Dispute) bool {
		return d.PersonID == e.PersonID && d.PlanID == e.PlanID && d.Line.Component == e.Component && d.Overdue(calendar.DateOf(s.now)) == (e.Kind == payout.ExceptionDisputeOverdue)
	})
	if at < 0 {
		return dispute.Dispute{}, false
	}
	return s.review.Disputes[at], true
}

func exceptionsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("months.exceptions"), Columns: []ui.Column{
		{Key: "kind", Label: p.T("months.exception"), Phone: true}, {Key: "person", Label: p.T("months.person"), Phone: true}, {Key: "plan", Label: p.T("months.plan")},
		{Key: "component", Label: p.T("months.component")}, {Key: "before", Label: p.T("months.exception_other"), Kind: ui.ColumnNumber},
		{Key: "amount", Label: p.T("months.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "delta", Label: p.T("months.delta"), Kind: ui.ColumnNumber},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("months.no_exceptions")}}
	for i, e := range s.review.Exceptions {
		if i == s.shownLines {
			table.Note = p.T("months.more_rows", "Count", len(s.review.Exceptions)-i)
			break
		}
		person := ui.LinkTo(s.persons[e.PersonID], "/statements/"+s.period.Month.String()+"/"+strconv.FormatInt(e.PersonID, 10))
		if e.Kind == payout.ExceptionNoPlan {
			person = ui.LinkTo(s.persons[e.PersonID], "/people/"+strconv.FormatInt(e.PersonID, 10))
		}
		kind := ui.Cell{Chip: &ui.Chip{Label: p.T("months.exception_" + string(e.Kind)), Tone: ui.ToneWarn}}
		if d, ok := disputeOf(s, e); ok {
			kind.Text, kind.URL = p.T("dispute.number_of", "Number", d.Number), "/disputes/"+url.PathEscape(d.ID)
			if d.Line.Kind == dispute.LineCredit || d.Line.Kind == dispute.LinePayment {
				kind.Sub = p.T("months.exception_about_sales", "Amount", p.Amount(d.ShownMinor, s.currency))
			}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{kind, person, ui.Text(planName(p, s, e.PlanID)), ui.Text(exceptionSubject(p, s, e))}, exceptionAmounts(p, s, e)...)})
	}
	return ui.Filled(ui.CardView{Title: p.T("months.exceptions"), Count: len(s.review.Exceptions), Flush: true, More: allRows(p, s, len(s.review.Exceptions))}, ui.Table(table))
}
