package plan

import (
	"slices"

	"xiaoguan/internal/decimal"
)

// Window says over which days a measure gathers.
type Window string

// The windows. All end with the last day of the period; WindowEver begins with the first fact.
const (
	WindowPeriod         Window = "period"
	WindowQuarterToDate  Window = "quarter_to_date"
	WindowHalfYearToDate Window = "half_year_to_date"
	WindowYearToDate     Window = "year_to_date"
	WindowEver           Window = "ever"
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
	FurtherForms
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
		return m.Credits.Value.kind()
	case m.further():
		return m.FurtherForms.kind()
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
	CreditsLastDate  CreditsValue = "last_date"
	CreditsSumMargin CreditsValue = "sum_margin"
	CreditsSumUnits  CreditsValue = "sum_units"
	CreditsDeals     CreditsValue = "count_deals"
	CreditsCustomers CreditsValue = "count_customers"
	CreditsProducts  CreditsValue = "count_products"
)

func (v CreditsValue) kind() ValueKind {
	switch v {
	case CreditsSumAmount, CreditsSumMargin:
		return KindMoney
	case CreditsFirstDate, CreditsLastDate:
		return KindDate
	}
	return KindCount
}

// CreditsMeasure gathers the person's credits of one event.
type CreditsMeasure struct {
	Event  string
	By     []string // crediting rules whose credits count; empty: all
	Where  []Filter // all must match
	Value  CreditsValue
	Window Window // empty when Span is set
	Span   *Span
}

// QuotaMeasure is the person's quota of a measured quantity (such as "collected") for the window.
type QuotaMeasure struct {
	Of     string
	Window Window // empty when Span is set
	Span   *Span
	Ramp   []decimal.Decimal // part of the quota that counts in month 0, 1, … after the month of hire; later months count whole
}

// RatioMeasure is the exact quotient of two measures, by id.
type RatioMeasure struct{ Of, To string }

// TenureUnit names how service is counted.
type TenureUnit string

// Full years at the period's end; calendar months since the month of hire, which is month 0.
const (
	TenureFullYears      TenureUnit = "full_years"
	TenureCalendarMonths TenureUnit = "calendar_months"
	TenureDays           TenureUnit = "days" // since the day of hire, which is day 0
)

// TenureMeasure counts service since the hire date.
type TenureMeasure struct{ Unit TenureUnit }

// TeamMeasure looks at the members of the teams that the person leads at period end, leaders themselves not included. Either Sum
// names a measure, evaluated for each member, or the members that match Where are counted.
type TeamMeasure struct {
	Sum   string
	Where []MemberCondition
	Group Group     // empty: GroupLedTeams
	Fold  GroupFold // of Sum; empty: sum
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
	FieldCustomer             Field = "customer"
	FieldCustomerTier         Field = "customer.tier"
	FieldCustomerRegion       Field = "customer.region"
	FieldCustomerFirstPayment Field = "customer.first_payment" // in the measure's window
	FieldDealMonthsSigned     Field = "deal.months_since_signed"
	FieldSellerTeam           Field = "seller.team" // of crediting rules: the first seller's on the fact's date
	FieldSellerRegion         Field = "seller.region"
	FieldPersonLevel          Field = "person.level" // of grids
	FieldPersonRole           Field = "person.role"
	FieldPersonTeam           Field = "person.team"
	FieldPersonRegion         Field = "person.region"
)

// Filter keeps the credits whose field is one of In, or compares as stated.
type Filter struct {
	Field      Field
	In         []string
	Within     bool // In are paths: what lies below one is in it, too
	Comparison Comparison
	Value      decimal.Decimal
}

// Lists reports whether a text is one of In or, where they are paths, lies below one of them.
func (f *Filter) Lists(text string) bool {
	return slices.ContainsFunc(f.In, func(listed string) bool { return text == listed || f.Within && LiesBelow(text, listed) })
}

// LiesBelow reports whether a path, such as A/B/C, lies below another, such as A.
func LiesBelow(path, other string) bool {
	return len(path) > len(other) && path[len(other)] == '/' && path[:len(other)] == other
}
