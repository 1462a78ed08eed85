package payout

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Outcome is what became of a payment.
type Outcome string

// A payment was made, or it was rejected: at once, or by the bank after it was made.
const (
	OutcomePaid     Outcome = "paid"
	OutcomeRejected Outcome = "rejected"
)

// Receipt is payroll's answer to what a pay file asked to be paid to a person. It is never changed. Attempt is 1 for the month's own pay file, and one
// more for each later file that tries again (package payroll).
type Receipt struct {
	Month       calendar.Month // that is paid
	PersonID    int64
	Attempt     int64
	Outcome     Outcome
	AmountMinor int64 // that was paid, or rejected
	Currency    money.Currency
	PaidOn      calendar.Date // also of a rejection: the day of the answer
	Reference   string
	Reason      string // of a rejection
	RecordedBy  string
	RecordedAt  time.Time
}

// receiptReader reads payroll's answers.
type receiptReader interface {
	// ReceiptsOf returns payroll's answers for a month and a person, or for everybody for 0: by person, in the order in which they came.
	ReceiptsOf(ctx context.Context, month calendar.Month, personID int64) ([]Receipt, error)
}
