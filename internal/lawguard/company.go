package lawguard

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/period"
)

// MonthCase is a month of pay with what the rules about it ask. Months are all that were touched; ClosedOn is NoDate while it is open.
type MonthCase struct {
	Month    calendar.Month
	Touched  bool // calculated at least once
	ClosedOn calendar.Date
	Before   bool // an earlier month was calculated
	Later    bool // a later month is closed
	Today    calendar.Date
}

// monthCase finds a month among all that were touched. dateOf gives the day of an instant where the company is.
func monthCase(month calendar.Month, all []period.Period, today calendar.Date, closedOn func(period.Period) calendar.Date) MonthCase {
	c := MonthCase{Month: month, ClosedOn: calendar.NoDate, Today: today}
	for _, p := range all {
		switch {
		case p.Month == month:
			c.Touched, c.ClosedOn = p.CurrentRun != "", closedOn(p)
		case p.Month < month:
			c.Before = c.Before || p.CurrentRun != ""
		default:
			c.Later = c.Later || p.State == period.StateClosed
		}
	}
	return c
}

// JudgeMonth holds the month itself against the rules: whether it is paid in time, and whether its record is there.
func JudgeMonth(settings Settings, c MonthCase) (found []Finding) {
	add := func(rule Rule, reason errs.Message) {
		if f, on := settings.finding(rule, VerdictBroken, c.Month); on {
			f.Reason = reason
			f.seal(c.Month.String())
			found = append(found, f)
		}
	}
	due := (c.Month + calendar.Month(settings.held(RulePayLate).Number)).Last()
	switch {
	case c.ClosedOn != calendar.NoDate && c.ClosedOn > due:
		add(RulePayLate, errs.Msg("lawguard.found_pay_late", errs.Args{"Month": c.Month, "Closed": c.ClosedOn, "Due": due}))
	case c.ClosedOn == calendar.NoDate && c.Touched && c.Today > due:
		add(RulePayLate, errs.Msg("lawguard.found_pay_open", errs.Args{"Month": c.Month, "Due": due}))
	}
	kept := settings.held(RuleRecordsKept).Number
	if c.ClosedOn == calendar.NoDate && c.Before && c.Later && c.Month >= c.Today.Month()-calendar.Month(kept) {
		add(RuleRecordsKept, errs.Msg("lawguard.found_records_kept", errs.Args{"Month": c.Month, "Months": kept}))
	}
	return found
}

// JudgeDispute says that an answer is overdue.
func JudgeDispute(settings Settings, d dispute.Dispute, today calendar.Date) []Finding {
	f, on := settings.finding(RuleDisputeOverdue, VerdictBroken, d.Month)
	if !on || !d.Overdue(today) {
		return nil
	}
	f.PersonID, f.PersonKey, f.PersonName = d.PersonID, d.PersonKey, d.PersonName
	f.Reason = errs.Msg("lawguard.found_dispute_overdue", errs.Args{"Name": d.PersonName, "Number": d.Number, "Due": d.DueOn})
	amount := d.ShownMinor
	f.AmountMinor = &amount
	f.seal(d.Month.String() + ":" + strconv.FormatInt(d.PersonID, 10) + ":" + d.ID)
	return []Finding{f}
}
