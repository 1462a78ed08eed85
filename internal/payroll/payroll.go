// Package payroll is what happened to the pay files of closed months: payroll's answer for every payee, the payments that were rejected, and the later
// files that try them again.
//
// An answer changes nothing of a month: it is a record of its own, and what was paid is an entry of the reward ledger that takes it off what is owed.
// A payment is made once: an answer is never changed, a payment that was made is never put into another file, and one that was rejected is put
// into one later file, whose answer decides the same way: an old answer that is handed in again is none to it. The product pays nobody itself; taxes and
// net pay are payroll's.
package payroll

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// Due is what a closed month pays a person, as its pay file says.
type Due struct {
	PersonID    int64
	PersonKey   string
	Name        string
	TeamName    string
	Currency    money.Currency
	AmountMinor int64
}

// Again is a payment that was rejected, in a later pay file. Attempt is 2 for the first time.
type Again struct {
	Month       calendar.Month // that is paid
	PersonID    int64
	Attempt     int64
	FileID      string
	AmountMinor int64
	Currency    money.Currency
	CreatedOn   calendar.Date // of the file, where the company is
}

// AgainFile is such a file. Its lines never change.
type AgainFile struct {
	ID        string
	CreatedBy string
	CreatedAt time.Time
	Lines     []Again
	Names     map[int64]Due // number, name and team of the persons in Lines
}

// State is where a payment stands.
type State string

// Nothing is to be paid; payroll has not answered; it was paid; it was rejected.
const (
	StateNothing  State = "nothing"
	StateWaiting  State = "waiting"
	StatePaid     State = "paid"
	StateRejected State = "rejected"
)

// Line is a payee of a closed month with what became of the payment.
type Line struct {
	Due
	State    State
	Attempt  int64
	Asked    int64           // what the newest file asked to be paid
	Receipt  *payout.Receipt // the newest answer; nil: none
	Earlier  int             // answers before it
	AgainIn  string          // the later file that the newest attempt is in; empty for the month's own
	AgainDue bool            // rejected, and in no later file yet

	receipts []payout.Receipt // all answers, in the order in which they came
	since    calendar.Date    // the day of the later file; nothing that was paid or rejected before answers it
}

// Difference is what was paid beyond what was asked for; 0 while nothing is paid.
func (l Line) Difference() int64 {
	if l.State != StatePaid {
		return 0
	}
	return l.Receipt.AmountMinor - l.Asked
}

// Sheet is a closed month's payments.
type Sheet struct {
	Month calendar.Month
	Lines []Line // by employee number
	Sum   Sum
}

// Sum counts payments by state, and adds them up.
type Sum struct {
	Asked, Paid, Waiting, Rejected, Different                int
	AskedMinor, PaidMinor, WaitingMinor, RejectedMinor, Diff int64
}

// lines puts together what a month pays with what became of it.
func lines(due []Due, again []Again, receipts []payout.Receipt) (list []Line) {
	newest, answers := map[int64]Again{}, map[int64][]payout.Receipt{}
	for _, a := range again {
		newest[a.PersonID] = a // by attempt
	}
	for _, r := range receipts {
		answers[r.PersonID] = append(answers[r.PersonID], r)
	}
	for _, d := range due {
		l := Line{Due: d, State: StateWaiting, Attempt: 1, Asked: d.AmountMinor, receipts: answers[d.PersonID], since: calendar.NoDate}
		if a, ok := newest[d.PersonID]; ok {
			l.Attempt, l.Asked, l.AgainIn, l.since = a.Attempt, a.AmountMinor, a.FileID, a.CreatedOn
		}
		for i, r := range l.receipts {
			l.Receipt, l.Earlier = &l.receipts[i], i
			if r.Attempt == l.Attempt {
				l.State = State(r.Outcome) // of one attempt, a payment stands before its rejection
			}
		}
		if d.AmountMinor <= 0 {
			l.State = StateNothing
		}
		l.AgainDue = l.State == StateRejected
		list = append(list, l)
	}
	return list
}

func sumOf(list []Line) (s Sum) {
	for _, l := range list {
		switch l.State {
		case StateWaiting:
			s.Waiting, s.WaitingMinor = s.Waiting+1, s.WaitingMinor+l.Asked
		case StatePaid:
			s.Paid, s.PaidMinor = s.Paid+1, s.PaidMinor+l.Receipt.AmountMinor
		case StateRejected:
			s.Rejected, s.RejectedMinor = s.Rejected+1, s.RejectedMinor+l.Asked
		case StateNothing:
			continue
		}
		s.Asked, s.AskedMinor = s.Asked+1, s.AskedMinor+l.AmountMinor
		if d := l.Difference(); d != 0 {
			s.Different, s.Diff = s.Different+1, s.Diff+d
		}
	}
	return s
}

// Answer is payroll's word on one payment. An empty outcome is paid, unless there is a reason.
type Answer struct {
	Row         int // of the file; 0: entered by hand
	PersonKey   string
	Outcome     payout.Outcome
	Attempt     int64         // 0: not said
	AmountMinor *int64        // nil: what was asked for
	PaidOn      calendar.Date // NoDate: today, for rejections alone, of the month's own file or of an attempt that is said
	Reference   string
	Reason      string
}

// Limits of answers. An amount above amountMost is a slip of the pen, unless as much was asked for.
const (
	amountMost    = 100_000_000_00
	referenceMost = 100
	reasonMost    = 500
	answersMost   = 20_000
)

func problem(a Answer, path, value, key string, args errs.Args) errs.Field {
	return errs.Field{Row: a.Row, Path: path, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)}
}

// said reports whether some answer says the same already: of any attempt, unless the new one says which it means. Files are handed in again long after
// their payments were rejected and put into a later file, and say nothing about that one. The amount of a rejection is not what a row says but what came back.
func (l Line) said(a Answer, amountMinor int64) bool {
	return slices.ContainsFunc(l.receipts, func(r payout.Receipt) bool {
		return (a.Attempt == 0 || a.Attempt == r.Attempt) && a.Outcome == r.Outcome && a.Reference == r.Reference && a.Reason == r.Reason &&
			(a.PaidOn == calendar.NoDate || a.PaidOn == r.PaidOn) && (a.Outcome == payout.OutcomeRejected || amountMinor == r.AmountMinor)
	})
}

// judge says what an answer comes to for a payment: a receipt to be kept, nothing when it says what is known, or what is wrong.
func judge(a Answer, l Line, month calendar.Month, today calendar.Date) (receipt *payout.Receipt, wrong []errs.Field) {
	r := payout.Receipt{PersonID: l.PersonID, Attempt: l.Attempt, Outcome: a.Outcome, AmountMinor: l.Asked, Currency: l.Currency, PaidOn: a.PaidOn, Reference: a.Reference, Reason: a.Reason}
	if a.AmountMinor != nil {
		r.AmountMinor = *a.AmountMinor
	}
	if l.State == StateNothing {
		return nil, append(wrong, problem(a, "person_key", a.PersonKey, "payroll.nothing_due", nil))
	}
	if r.Outcome == payout.OutcomeRejected {
		if r.AmountMinor = l.Asked; l.State == StatePaid {
			r.AmountMinor = l.Receipt.AmountMinor // all that was paid came back
		}
		if r.PaidOn == calendar.NoDate && (l.Attempt == 1 || a.Attempt != 0) { // a later file needs to know that it is meant
			r.PaidOn = today
		}
	}
	if l.said(a, r.AmountMinor) {
		return nil, nil
	}
	if a.Attempt != 0 && a.Attempt != l.Attempt {
		return nil, append(wrong, problem(a, "attempt", strconv.FormatInt(a.Attempt, 10), "payroll.other_attempt", errs.Args{"Attempt": l.Attempt}))
	}
	if l.Receipt != nil && l.Receipt.Attempt == l.Attempt && l.Receipt.Outcome == r.Outcome {
		return nil, append(wrong, problem(a, "outcome", string(r.Outcome), "payroll.known_otherwise", errs.Args{"On": l.Receipt.PaidOn}))
	}
	if l.State == StateRejected {
		return nil, append(wrong, problem(a, "outcome", string(r.Outcome), "payroll.rejected_before", errs.Args{"On": l.Receipt.PaidOn}))
	}
	switch {
	case r.PaidOn == calendar.NoDate:
		wrong = append(wrong, problem(a, "paid_on", "", "payroll.day_missing", nil))
	case r.PaidOn > today:
		wrong = append(wrong, problem(a, "paid_on", r.PaidOn.String(), "payroll.day_ahead", nil))
	case l.since != calendar.NoDate && r.PaidOn < l.since:
		wrong = append(wrong, problem(a, "paid_on", r.PaidOn.String(), "payroll.day_before_again", errs.Args{"On": l.since}))
	case r.PaidOn < month.First():
		wrong = append(wrong, problem(a, "paid_on", r.PaidOn.String(), "payroll.day_before_month", errs.Args{"From": month.First()}))
	case l.Receipt != nil && r.PaidOn < l.Receipt.PaidOn:
		wrong = append(wrong, problem(a, "paid_on", r.PaidOn.String(), "payroll.day_before_last", errs.Args{"On": l.Receipt.PaidOn}))
	}
	switch {
	case r.AmountMinor <= 0:
		wrong = append(wrong, problem(a, "amount", money.Format(r.AmountMinor, r.Currency), "payroll.bad_amount", nil))
	case r.AmountMinor > max(amountMost, l.Asked):
		wrong = append(wrong, problem(a, "amount", money.Format(r.AmountMinor, r.Currency), "payroll.amount_large", errs.Args{"Most": money.Format(amountMost, r.Currency)}))
	}
	if r.Outcome == payout.OutcomeRejected && r.Reason == "" {
		wrong = append(wrong, problem(a, "reason", "", "payroll.reason_missing", nil))
	}
	return &r, wrong
}
