package demo

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
)

// returnedEvery is how often the bank returns a payment: once in so many months.
const returnedEvery = 5

// pay has payroll answer to the pay file of a closed month two working days later. Now and then the bank returns a payment, which goes into a later file and is
// paid from that. The file of the last closed month is still with payroll: answering it is left to the visitor.
func (f *filler) pay(ctx context.Context, i int, closed calendar.Date) error {
	paid := f.year.work.AddWorkDays(closed, 2)
	if lastClosed := f.last - 2; f.Payroll == nil || f.fixed || i == lastClosed || paid > f.today {
		return nil
	}
	m, finance := f.first+calendar.Month(i), f.actor(loginFinance)
	f.at(paid, 16, 30)
	sheet, err := f.Payroll.Get(ctx, finance, m)
	if err != nil {
		return err
	}
	var answers, later []payroll.Answer
	for _, line := range sheet.Lines {
		if line.State != payroll.StateWaiting {
			continue
		}
		answer := payroll.Answer{PersonKey: line.PersonKey, Outcome: payout.OutcomePaid, PaidOn: paid, Reference: "FF" + m.String()}
		if i%returnedEvery == 1 && len(later) == 0 {
			again := answer
			again.PaidOn, again.Reference = f.year.work.AddWorkDays(paid, 2), answer.Reference+"-2"
			later = append(later, again)
			answer.Outcome, answer.Reason = payout.OutcomeRejected, "银行卡号已注销，退票"
		}
		answers = append(answers, answer)
	}
	if len(answers) == 0 {
		return nil
	}
	if _, err := f.Payroll.Record(ctx, finance, m, answers); err != nil || len(later) == 0 || later[0].PaidOn > f.today {
		return err
	}
	f.at(paid+1, 9, 30)
	if _, err := f.Payroll.PayAgain(ctx, finance, m); err != nil {
		return err
	}
	f.at(later[0].PaidOn, 16, 30)
	_, err = f.Payroll.Record(ctx, finance, m, later)
	return err
}
