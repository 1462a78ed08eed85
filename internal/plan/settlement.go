package plan

import "xiaoguan/internal/decimal"

// Settlement says when what is earned is paid, what is held and what is taken back (docs/adr/0011). Package settle runs it.
type Settlement struct {
	ByDeal      []string // components whose amount is kept by deal
	Clawback    *Clawback
	Negative    *CarriedNegative
	Instalments *Instalments
	Hold        *Hold
	Guarantee   *Guarantee
	Draw        *Draw
}

// ClawbackShare names how much is taken back.
type ClawbackShare string

// Everything; in proportion to what was refunded; a percent of that by the age of the earning.
const (
	ClawbackFull    ClawbackShare = "full"
	ClawbackProRata ClawbackShare = "pro_rata"
	ClawbackSteps   ClawbackShare = "steps"
)

// What sets a clawback off, and what it is measured on.
const (
	ClawbackOnRefund       = "refund"
	ClawbackOnCancellation = "cancellation"
	ClawbackOfEarned       = "earned"
	ClawbackOfPaid         = "paid"
)

// Clawback takes back what deals earned that are refunded or cancelled.
type Clawback struct {
	Components   []string
	On           []string
	WithinMonths int
	Share        ClawbackShare
	Steps        []ClawbackStep // ascending; of ClawbackSteps
	Basis        string
}

// ClawbackStep takes Percent of the pro-rata amount of earnings at most Months old.
type ClawbackStep struct {
	Months  int
	Percent decimal.Decimal
}

// NegativeOffset names what a carried negative amount is set off against.
type NegativeOffset string

// Everything the plan pays, or the same component alone.
const (
	OffsetAll           NegativeOffset = "all"
	OffsetSameComponent NegativeOffset = "same_component"
)

// CarriedNegative carries negative components to later periods.
type CarriedNegative struct {
	Offset              NegativeOffset
	ForgivenAfterMonths int // 0: never
}

// IfLeft names what becomes of what is not yet paid when somebody leaves.
type IfLeft string

// Lost; paid with the month of leaving; goes on as if nobody had left.
const (
	IfLeftForfeited IfLeft = "forfeited"
	IfLeftPaid      IfLeft = "paid_at_leaving"
	IfLeftContinues IfLeft = "continues"
)

// Instalments pay components in parts. Parts total 1; the remainder of rounding goes to the last.
type Instalments struct {
	Components []string
	Parts      []Instalment
	IfLeft     IfLeft
}

// Instalment is one part, paid so many months after it was earned.
type Instalment struct {
	AfterMonths int
	Percent     decimal.Decimal
}

// Hold keeps components back until a condition holds. One of Collected, Months and When is set.
type Hold struct {
	Components         []string
	Collected          *decimal.Decimal // part of the deal's amount
	Months             int
	When               []Condition
	ShareOfCash        bool // of Collected: released in proportion
	IfLeft             IfLeft
	ExpiresAfterMonths int // 0: never
}

// Guarantee pays the difference to an amount in the first months after the month of hire, never recovered.
type Guarantee struct {
	AmountFen int64
	Months    int
}

// DrawStyle names how a draw works.
type DrawStyle string

// Up to the amount; on top and owed; up to the amount within the month.
const (
	DrawTopUp  DrawStyle = "top_up"
	DrawLoan   DrawStyle = "loan"
	DrawNetted DrawStyle = "netted"
)

// Draw pays in advance of earnings, from FromMonth to FromMonth+Months−1 after the month of hire.
type Draw struct {
	Style             DrawStyle
	AmountFen         int64
	FromMonth, Months int
	Recoverable       bool
	RecoverFromMonth  int
	RecoverPercent    decimal.Decimal
	RecoverFloorFen   int64
	ForgivenAtLeaving bool
}
