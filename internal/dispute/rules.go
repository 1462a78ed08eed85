package dispute

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
)

// Approval says what open disputes mean for the approval of their month.
type Approval string

// The policies. With ApprovalReason a month may be approved over open disputes when a reason is given: they go on in the next month,
// and what they grant lands there. With ApprovalRuled each must be ruled, withdrawn or deferred by hand first.
const (
	ApprovalReason Approval = "reason"
	ApprovalRuled  Approval = "ruled"
)

// Approvals lists the policies.
var Approvals = []Approval{ApprovalReason, ApprovalRuled}

// Rules are the company's rules for disputes.
type Rules struct {
	AppealDays     int      `json:"appeal_days"`      // after the close, in days of the calendar
	AnswerWorkDays int      `json:"answer_work_days"` // until an answer is due
	Approval       Approval `json:"approval"`
	Revision       int64    `json:"-"` // 0: nobody has kept any
}

// RulesDefault holds until somebody keeps others.
var RulesDefault = Rules{AppealDays: 30, AnswerWorkDays: 5, Approval: ApprovalReason}

// The limits of the rules.
const (
	AppealDaysMax     = 365
	AnswerWorkDaysMax = 60
)

// Validate returns an error of kind Invalid that names every wrong field.
func (r Rules) Validate() error {
	var wrong []errs.Field
	if r.AppealDays < 1 || r.AppealDays > AppealDaysMax {
		wrong = append(wrong, errs.Field{Path: "appeal_days", Value: strconv.Itoa(r.AppealDays), Message: errs.Msg("dispute.days_range", errs.Args{"Max": AppealDaysMax})})
	}
	if r.AnswerWorkDays < 1 || r.AnswerWorkDays > AnswerWorkDaysMax {
		wrong = append(wrong, errs.Field{Path: "answer_work_days", Value: strconv.Itoa(r.AnswerWorkDays), Message: errs.Msg("dispute.days_range", errs.Args{"Max": AnswerWorkDaysMax})})
	}
	if r.Approval != ApprovalReason && r.Approval != ApprovalRuled {
		wrong = append(wrong, errs.Field{Path: "approval", Value: string(r.Approval), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// Window is the time in which the lines of a month may be disputed.
type Window struct {
	Published bool
	Until     time.Time // exclusive
	Open      bool
	VersionID string // of the plan of the statement that was asked for; empty when none was
}

// WindowOf is the window of a month at an instant. While the month is published or approved it is the clock of its publication; once
// it is closed, so many days from the close, up to the end of the last one where the company is.
func WindowOf(st payout.Standing, rules Rules, now time.Time, zone *time.Location) (w Window) {
	if !st.Published || st.RunID == "" {
		return Window{}
	}
	w.Published, w.Until = true, st.ObjectUntil
	if !st.ClosedAt.IsZero() {
		year, month, day := st.ClosedAt.In(zone).Date()
		if after := time.Date(year, month, day+rules.AppealDays+1, 0, 0, 0, 0, zone); after.After(w.Until) {
			w.Until = after
		}
	}
	w.Open = now.Before(w.Until)
	return w
}

// refusal says why nothing can be raised; nil when it can. It names the last moment that was in time.
func (w Window) refusal(month calendar.Month, zone *time.Location) error {
	switch {
	case w.Open:
		return nil
	case !w.Published:
		return errs.New(errs.KindConflict, "dispute.not_published", errs.Args{"Month": month})
	}
	return errs.New(errs.KindConflict, "dispute.too_late", errs.Args{"Month": month, "Until": w.Last(zone)})
}

// Last writes the end of the window where the company is, as everywhere else; midnight as the last minute of the day before, which nobody
// takes for the wrong day.
func (w Window) Last(zone *time.Location) string {
	end := w.Until.In(zone)
	if end.Hour() == 0 && end.Minute() == 0 {
		end = end.Add(-time.Minute)
	}
	return end.Format("2006-01-02 15:04")
}
