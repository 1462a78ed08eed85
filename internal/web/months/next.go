package months

import (
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
	"xiaoguan/internal/web/ui"
)

// nextStep says what a month waits for, and for whom: for the reader, or for the roles that may do it.
func nextStep(p *i18n.Printer, actor access.Actor, q period.Period, running calendar.Month) ui.Cell {
	step, permission := "", access.PermPeriodRun
	switch q.State {
	case period.StateClosed: // nothing any more
		return ui.Text(i18n.Unknown)
	case period.StateCalculating:
		return ui.Text(p.T("months.running"))
	case period.StateOpen:
		if q.Month >= running {
			return ui.Text(p.T("months.not_over"))
		}
		step = "calculate"
	case period.StateReview:
		step = "publish"
	case period.StatePublished:
		step, permission = "approve", access.PermPeriodApprove
	case period.StateApproved:
		step, permission = "close", access.PermPeriodApprove
	}
	own := step == "approve" && (actor.UserID == q.RunBy || actor.UserID == q.PublishedBy)
	if actor.CanAll(permission) && !own {
		return ui.Cell{Chip: &ui.Chip{Label: p.T("months.next_yours", "Step", p.T("months."+step)), Tone: ui.ToneBrand}}
	}
	return ui.Text(p.T("months.next_theirs", "Who", p.Join(roleNames(p, permission)), "Step", p.T("months."+step)))
}

func roleNames(p *i18n.Printer, permission access.Permission) (names []string) {
	for _, role := range access.RolesWith(permission) {
		names = append(names, p.Message(role.Message()))
	}
	return names
}

// noResult says what there will be to see, and who brings it about.
func noResult(p *i18n.Printer, s shown) ui.State {
	state := ui.State{Kind: ui.StateEmpty, Title: p.T("months.no_result"), Text: p.T("months.no_result_text")}
	if s.partial {
		return ui.State{Kind: ui.StateForbidden, Title: p.T("months.partial"), Text: p.T("months.partial_text"), Actions: []ui.Action{{Label: p.T("nav.statements"), URL: "/statements?month=" + s.period.Month.String()}}}
	}
	if !s.actor.CanAll(access.PermPeriodRun) {
		state.Text = p.T("months.no_result_theirs", "Who", p.Join(roleNames(p, access.PermPeriodRun)))
	}
	return state
}

// objectionsOpen warns who is about to approve before the time for objections is over; nothing afterwards.
func objectionsOpen(p *i18n.Printer, q period.Period, now time.Time) string {
	if q.ObjectUntil.IsZero() || !now.Before(q.ObjectUntil) {
		return ""
	}
	return p.T("months.objections_open", "Until", moment(p, q.ObjectUntil))
}

// toldByForm reports whether the form of the refused step shows what is wrong by itself, beside its fields.
func (s shown) toldByForm() bool {
	if !errs.Is(s.failure, errs.KindInvalid) {
		return false
	}
	_, err := s.period.Next(s.failedAt)
	return err == nil
}

// otherColumn heads the column that is compared with.
func otherColumn(p *i18n.Printer, s shown) string {
	return p.T("months.other_" + string(s.review.Against))
}
