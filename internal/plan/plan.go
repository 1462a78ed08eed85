// Package plan is incentive plans as documents: the typed form of a plan, strict decoding with line numbers, type checks and
// lints, canonical bytes and hash, and the prose in Chinese and English that is generated from the rule.
//
// It knows nothing of facts, persons or money paid: package engine runs a plan. The language and the reasons for its words are
// docs/adr/0010-plan-language.md. A *Plan that Decode returned without errors is complete: every choice that matters is made.
package plan

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Text is a name in both languages.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Layer says which group of sellers a plan is for; the coverage board counts by it.
type Layer string

// The layers of the field: growth, performance, value and team.
const (
	LayerNewcomer Layer = "newcomer"
	LayerRegular  Layer = "regular"
	LayerCore     Layer = "core"
	LayerManager  Layer = "manager"
	LayerOther    Layer = "other"
)

// Plan is one complete, checked incentive plan.
type Plan struct {
	ID           string
	Name         Text
	Layer        Layer
	Currency     money.Currency
	Period       Period
	Effective    calendar.Interval // the plan holds for periods whose last day is in it
	Participants Participants
	Statements   Statements
	Measures     []Measure // a measure stands behind those that it refers to, otherwise by id; there are no cycles
	Components   []Component
	hash         string
	canonical    []byte
}

// Period is the span over which a plan pays.
type Period string

// PeriodMonth is one calendar month.
const PeriodMonth Period = "month"

// Participants says whom the plan pays: every condition that is given must hold for the person at period end. An empty list is no
// condition.
type Participants struct {
	Levels  []string // org levels: newcomer, regular, core, manager
	Roles   []string
	Teams   []string // external keys
	Regions []string
	Persons []string
	Except  []string // persons left out
}

// Statements are the choices that a plan must state (see the ADR's table).
type Statements struct {
	EarnedOn               string // event id of the crediting document
	PayableOn              PayableOn
	Refund                 Refund
	NegativeResult         NegativeResult
	ZeroQuota              ZeroQuota
	LevelAt                At
	TeamAt                 At
	Joiner                 PartPeriod
	Leaver                 PartPeriod
	LeaverLaterCollections LaterCollections
	AttainmentRounding     AttainmentRounding
}

// The named choices of Statements. Their words are the words of the document.
type (
	PayableOn          string
	Refund             string
	NegativeResult     string
	ZeroQuota          string
	At                 string
	PartPeriod         string
	LaterCollections   string
	AttainmentRounding string
)

// Values in use today.
const (
	PayableOnPeriodClose PayableOn = "period_close"

	RefundNegativeCredit Refund = "negative_credit_when_refunded"

	NegativeStands NegativeResult = "stands"
	NegativeZero   NegativeResult = "zero"

	ZeroQuotaAttainmentZero ZeroQuota = "attainment_zero"
	ZeroQuotaNotApplicable  ZeroQuota = "not_applicable"
	ZeroQuotaRefuse         ZeroQuota = "refuse"

	AtPeriodEnd  At = "period_end"
	AtCreditDate At = "credit_date"

	PartPeriodFull  PartPeriod = "full_period"
	PartPeriodByDay PartPeriod = "by_day"

	LaterCollectionsUnpaid LaterCollections = "unpaid"
	LaterCollectionsPaid   LaterCollections = "paid"

	AttainmentExact AttainmentRounding = "exact"
)

// Window says over which days a measure gathers.
type Window string

// The windows. All end with the last day of the period; WindowEver begins with the first fact.
const (
	WindowPeriod        Window = "period"
	WindowQuarterToDate Window = "quarter_to_date"
	WindowYearToDate    Window = "year_to_date"
	WindowEver          Window = "ever"
)

// ValueKind is the type of a measure.
type ValueKind string

// The kinds. Money is whole minor units of the plan's currency; a ratio is an exact rational; a date may be absent.
const (
	KindMoney ValueKind = "money"
	KindRatio ValueKind = "ratio"
	KindCount ValueKind = "count"
	KindDate  ValueKind = "date"
)

// Measure is a named value of one person in one window. Exactly one form is set.
type Measure struct {
	ID      string
	Name    Text
	Credits *CreditsMeasure
	Quota   *QuotaMeasure
	Ratio   *RatioMeasure
	Tenure  *TenureMeasure
	Team    *TeamMeasure
}

// Kind returns the type of the measure's value. measures are the plan's, for team measures that take the kind of what they sum.
func (m Measure) Kind(measures []Measure) ValueKind {
	switch {
	case m.Quota != nil:
		return KindMoney
	case m.Ratio != nil:
		return KindRatio
	case m.Tenure != nil:
		return KindCount
	case m.Credits != nil:
		switch m.Credits.Value {
		case CreditsCount:
			return KindCount
		case CreditsFirstDate:
			return KindDate
		}
		return KindMoney
	case m.Team != nil && m.Team.Sum != "":
		for _, other := range measures {
			if other.ID == m.Team.Sum {
				return other.Kind(measures)
			}
		}
	}
	return KindCount
}

// CreditsValue says what is taken from the credits.
type CreditsValue string

// Sum of amounts, number of credits, date of the first.
const (
	CreditsSumAmount CreditsValue = "sum"
	CreditsCount     CreditsValue = "count"
	CreditsFirstDate CreditsValue = "first_date"
)

// CreditsMeasure gathers the person's credits of one event.
type CreditsMeasure struct {
	Event  string
	Where  []Filter // all must match
	Value  CreditsValue
	Window Window
}

// QuotaMeasure is the person's quota of a measured quantity (such as "collected") for the window.
type QuotaMeasure struct {
	Of     string
	Window Window
}

// RatioMeasure is the exact quotient of two measures, by id.
type RatioMeasure struct{ Of, To string }

// TenureUnit names how service is counted.
type TenureUnit string

// Full years at the period's end; calendar months since the month of hire, which is month 0.
const (
	TenureFullYears      TenureUnit = "full_years"
	TenureCalendarMonths TenureUnit = "calendar_months"
)

// TenureMeasure counts service since the hire date.
type TenureMeasure struct{ Unit TenureUnit }

// TeamMeasure looks at the members of the teams that the person leads at period end, leaders themselves not included. Either Sum
// names a measure, evaluated for each member, or the members that match Where are counted.
type TeamMeasure struct {
	Sum   string
	Where []MemberCondition
}

// MemberCondition restricts team members by level or by one of their own measures.
type MemberCondition struct {
	Levels    []string
	Condition *Condition
}

// Comparison names an exact comparison.
type Comparison string

// The comparisons; InPeriod is for dates.
const (
	AtLeast  Comparison = "at_least"
	Above    Comparison = "above"
	AtMost   Comparison = "at_most"
	Below    Comparison = "below"
	Equals   Comparison = "equals"
	InPeriod Comparison = "in_period"
)

// Condition compares a measure with a constant. For money the constant is in minor units.
type Condition struct {
	Measure    string
	Comparison Comparison
	Value      decimal.Decimal
}

// Field names an attribute of a credit that filters and rate tables may read.
type Field string

// The fields in use today.
const (
	FieldProductCategory      Field = "product.category"
	FieldProduct              Field = "product"
	FieldAmount               Field = "amount"                              // minor units, signed
	FieldCustomerMonthsActive Field = "customer.months_since_first_payment" // see ADR
)

// Filter keeps the credits whose field is one of In, or compares as stated.
type Filter struct {
	Field      Field
	In         []string
	Comparison Comparison
	Value      decimal.Decimal
}

// Component is one earning line of a plan.
type Component struct {
	ID    string
	Name  Text
	When  []Condition // all must hold; otherwise the component is zero, with the unmet conditions as reason
	Pays  Pays
	Round Rounding
	Cap   *Limit // upper limit of the rounded amount
	Floor *Limit // lower limit of the rounded amount
}

// Pays says what the component is worth. Either Rate is set (Σ rate · base, through Table when it is set) or AmountFen is, taken
// once or Per count.
type Pays struct {
	Rate      *Rate
	Of        string // measure: a credits measure with sum, or another money measure
	Table     *Table
	AmountFen int64  // minor units of the plan's currency
	Per       string // count measure, or empty
}

// Rate is one rate for all, or a lookup by a field of the credit.
type Rate struct {
	Fixed     decimal.Decimal
	Lookup    Field // empty: Fixed
	Rows      []RateRow
	Otherwise *decimal.Decimal // nil: a value without a row is an error of the run
}

// RateRow is one row of a lookup.
type RateRow struct {
	Key  string
	Rate decimal.Decimal
}

// TableStyle names what a band applies to.
type TableStyle string

// The styles in use today.
const (
	StyleWholeAmount TableStyle = "whole_amount"
	StyleMarginal    TableStyle = "marginal"
)

// Boundary says which band owns a boundary value.
type Boundary string

// The band above ("at least") or the band below ("up to").
const (
	BoundaryUpperBand Boundary = "upper_band"
	BoundaryLowerBand Boundary = "lower_band"
)

// Table multiplies the base by the band of a measure.
type Table struct {
	By       string
	Style    TableStyle
	Boundary Boundary
	Consume  []string // marginal: the order in which credits fill bands; today always date, key
	Bands    []Band   // ascending, without hole or overlap, the first open below and the last open above
}

// Band is one row of a table. From is nil in the first band, To in the last. For a ratio they are numbers (0.6 for 60 %), for money
// minor units.
type Band struct {
	From, To *decimal.Decimal
	Times    decimal.Decimal
}

// RoundAt says on what a rounding works.
type RoundAt string

// RoundAtComponent rounds once per payee and component, on its final sum.
const RoundAtComponent RoundAt = "component"

// Rounding says where and how money becomes whole minor units.
type Rounding struct {
	Mode money.Rounding
	At   RoundAt
}

// Limit is a cap or floor in minor units. What lies beyond a cap is dropped.
type Limit struct{ AmountFen int64 }

// Hash returns the SHA-256 of the canonical bytes in hex: what is approved, accepted and paid on.
func (p *Plan) Hash() string { return p.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (p *Plan) Canonical() []byte { return p.canonical }

// Measure returns the plan's measure of that id, or nil.
func (p *Plan) Measure(id string) *Measure {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return &p.Measures[i]
		}
	}
	return nil
}
