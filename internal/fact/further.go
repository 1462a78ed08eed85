package fact

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Unknown stands for units and costs that nobody recorded.
const Unknown int64 = -1

// DealDetail is what only some plans ask of a deal. Units and CostMinor, of the whole deal, are Unknown where nobody recorded them;
// Referrer is empty when nobody brought the customer; CancelledOn is calendar.Forever while the deal stands.
type DealDetail struct {
	Units        int64
	CostMinor    int64
	Referrer     string // a person's key
	CancelledOn  calendar.Date
	CancelReason string
	// Says names the fields that a record states, the others stay what they were. 0 states all.
	Says DetailField `json:"-"`
}

// DetailField is a set of fields of a DealDetail.
type DetailField uint8

// The fields of a DealDetail.
const (
	DetailUnits DetailField = 1 << iota
	DetailCost
	DetailReferrer
	DetailCancelled // the day; with all fields the reason, too
	detailEnd
)

// NoDetail is what is known of a deal of which nothing more is known.
func NoDetail() DealDetail {
	return DealDetail{Units: Unknown, CostMinor: Unknown, CancelledOn: calendar.Forever}
}

// Over returns the detail after the record d has been laid over what was known. A reason goes with the day it was given for.
func (d DealDetail) Over(known DealDetail) DealDetail {
	says := d.Says
	if says == 0 {
		says = detailEnd - 1
	}
	if says&DetailUnits != 0 {
		known.Units = d.Units
	}
	if says&DetailCost != 0 {
		known.CostMinor = d.CostMinor
	}
	if says&DetailReferrer != 0 {
		known.Referrer = d.Referrer
	}
	if says&DetailCancelled != 0 && (d.Says == 0 || d.CancelledOn != known.CancelledOn) {
		known.CancelledOn, known.CancelReason = d.CancelledOn, d.CancelReason
	}
	known.Says = 0
	return known
}

// InvoiceRecord is an invoice, or a credit note when negative.
type InvoiceRecord struct {
	Key, Deal   string
	InvoicedOn  calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// Unit says how people write a given value.
type Unit string

// The units: 4.5, 95 % (the value is 0.95), an amount (the value is in minor units).
const (
	UnitNumber  Unit = "number"
	UnitPercent Unit = "percent"
	UnitMoney   Unit = "money"
)

// Valid reports whether it is one of the units.
func (u Unit) Valid() bool { return u == UnitNumber || u == UnitPercent || u == UnitMoney }

// GivenValueRecord is what was measured of a person in a month elsewhere. A nil value takes back what was recorded.
type GivenValueRecord struct {
	Person  string
	Month   calendar.Month
	Measure string
	Value   *decimal.Decimal
	Unit    Unit
}

// MentorshipRecord says who trains whom. It is the trainee's that begins on the first of its days: a record of the same day corrects it,
// and one that ends on that day takes it back.
type MentorshipRecord struct {
	Mentor, Trainee string
	Days            calendar.Interval
}
