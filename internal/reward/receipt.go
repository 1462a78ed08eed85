package reward

import (
	"strconv"

	"xiaoguan/internal/payout"
)

// PayrollPlan stands where entries name a plan, for what payroll paid. No plan can have this id.
const PayrollPlan = "+payroll"

// PaidAccount is what was paid out.
const PaidAccount Account = "paid"

// ReceiptEntry is the ledger's entry of payroll's answer: what was paid is owed no more, in the month of the day on which it was paid; a rejection of what was
// paid makes it owed again. Its key is for ever: an attempt is paid once.
func ReceiptEntry(r payout.Receipt) Entry {
	e := Entry{Key: "paid/", Month: r.PaidOn.Month(), PersonID: r.PersonID, PlanID: PayrollPlan, Component: string(r.Outcome), Debit: PayableAccount(r.PersonID), Credit: PaidAccount,
		AmountMinor: r.AmountMinor, Currency: r.Currency, Source: r.Month.String()}
	if r.Outcome == payout.OutcomeRejected {
		e.Key, e.AmountMinor = "returned/", -r.AmountMinor
	}
	e.Key += r.Month.String() + "/" + strconv.FormatInt(r.PersonID, 10) + "/" + strconv.FormatInt(r.Attempt, 10)
	return e
}
