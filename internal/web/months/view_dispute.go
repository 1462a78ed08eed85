package months

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
	"xiaoguan/internal/web/ui"
)

// addForm puts the form of a step on the page.
type addForm func(title, consequence string, action period.Action, submit ui.Action, fields ...ui.Field)

// approveAct is the form of the approval. Over open disputes it asks for the reason, or is not there and the note says why.
func approveAct(p *i18n.Printer, s shown, form addForm) (blocked templ.Component) {
	approval := ui.Action{Label: p.T("months.approve_button"), Kind: ui.ActionPrimary, Icon: "check"}
	waiting, month := len(s.review.Disputes), s.period.Month
	early := objectionsOpen(p, s.period, s.now)
	switch {
	case waiting == 0:
		form(p.T("months.approve"), p.T("months.approve_consequence")+early, period.ActionApprove, approval)
	case s.review.DisputeRules.Approval == dispute.ApprovalRuled:
		return ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "message-report", Strong: p.T("months.approve"), Text: p.T("dispute.rule_first", "Count", waiting, "Month", month),
			Action: &ui.Action{Label: p.T("months.disputes_open"), URL: disputesURL(s)}}))
	default:
		form(p.T("months.approve"), p.T("months.approve_deferring", "Count", waiting, "Month", month+1)+early, period.ActionApprove, approval,
			ui.Field{Name: "reason", ID: "approve-reason", Kind: ui.FieldArea, Label: p.T("months.approve_reason", "Count", waiting), Value: s.reason})
	}
	return nil
}

// disputesURL lists the disputes that wait: those about the month, or all open ones where some were deferred to it.
func disputesURL(s shown) string {
	for _, d := range s.review.Disputes {
		if d.Month != s.period.Month {
			return "/disputes?state=open"
		}
	}
	return "/disputes?state=open&month=" + s.period.Month.String()
}

// disputesNote says how many disputes wait, and how many of them are late; nil when none does.
func disputesNote(p *i18n.Printer, s shown) templ.Component {
	if len(s.review.Disputes) == 0 {
		return nil
	}
	late := 0
	for _, d := range s.review.Disputes {
		if d.Overdue(calendar.DateOf(s.now)) {
			late++
		}
	}
	tone, text := ui.ToneWarn, ""
	if late > 0 {
		tone, text = ui.ToneBad, p.T("months.disputes_late", "Count", late)
	}
	return ui.Across(ui.NoteOf(ui.Note{ID: "disputes", Tone: tone, Icon: "message-report", Strong: p.T("months.disputes", "Count", len(s.review.Disputes)), Text: text,
		Action: &ui.Action{Label: p.T("months.disputes_open"), URL: disputesURL(s)}}))
}
