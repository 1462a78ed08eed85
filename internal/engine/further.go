package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// FurtherFacts are facts that only some plans read (docs/adr/0011). A company that records none of them leaves them empty.
type FurtherFacts struct {
	DealsMore  []DealMore // parallel to Deals; nil when nothing more is known of any
	Invoices   Payments   // the columns of payments; credit notes are negative
	Given      []Given
	Mentors    []Mentorship
	Currencies []money.Currency // what Payments.Currency and DealMore.Currency point at; entry 0 is Facts.Currency
	Exchange   []ExchangeRate
}

// DealMore is what else may be known of a deal. Currency 0 is the currency of the run. Units and CostFen are −1 where nobody recorded
// them; a plan that needs one of them is then refused.
type DealMore struct {
	Units       int64
	CostFen     int64         // of the whole deal
	Referrer    int32         // person, or None
	CancelledOn calendar.Date // calendar.Forever when it stands
	Currency    int16
}

// Given is a value that was measured elsewhere: the process compliance, a scorecard item, the satisfaction of somebody in a month.
// Money is in minor units; a ratio of 0.95 is 95 %.
type Given struct {
	Person  int32
	Month   calendar.Month
	Measure string
	Value   decimal.Decimal
}

// Mentorship is who trains whom, over a run of days.
type Mentorship struct {
	Mentor, Trainee int32
	Days            calendar.Interval
}

// ExchangeRate is how many units of To one unit of From is worth.
type ExchangeRate struct {
	From, To money.Currency
	Kind     string // such as monthly_average
	On       calendar.Date
	Rate     decimal.Decimal
}

// EarlierPay is what a component of a plan paid somebody in an earlier month, and the excess over a cap that it carried on
// (Payout.CarriedFen). Caps over a quarter or a year and carried excess rest on it. It is an input of a run: closed months are not
// computed again. The row of the empty component has what the plan as a whole paid in the month, for the plan's own cap; what that cap cut
// is carried by the components. One row for each person, plan, component and month.
type EarlierPay struct {
	Person          int32
	Plan, Component string // ids; empty Component: the whole plan
	Month           calendar.Month
	AmountFen       int64
	CarriedFen      int64
}
