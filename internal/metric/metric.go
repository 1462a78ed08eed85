// Package metric is the book of numbers (口径库): what each number of boards, reports and exports means, and the numbers themselves.
//
// Measures are in code: each counts facts into whole numbers by measure, month, day and person (measure.go). Metrics are versioned definitions over
// measures (definition.go). A number that leaves this package is a Value: never bare, always with the definition that it was made by, what was divided by
// what, and how new the newest fact in it is; or with the reason why there is none.
//
// Sums are kept (rollup.go) and brought up to date by differences behind each recording of facts, so that a page reads sums and never a month of payments.
package metric

import (
	"math/big"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// ID names a metric, or a family of metrics of which the company chose one: attainment, collection_rate.
type ID string

// Unit says how a value is written.
type Unit string

// The units.
const (
	UnitMoney   Unit = "money"   // minor units of the company's currency
	UnitCount   Unit = "count"   // whole things
	UnitPercent Unit = "percent" // numerator ÷ denominator
	UnitEach    Unit = "each"    // money ÷ people: minor units
	UnitDays    Unit = "days"    // numerator ÷ denominator, in days
	UnitHours   Unit = "hours"   // an age
)

// Good is the direction in which a number gets better.
type Good string

// The directions.
const (
	GoodUp      Good = "up"
	GoodDown    Good = "down"
	GoodNeither Good = "neither"
)

// Reason says why there is no value. The zero Reason stands for a value that is known.
type Reason string

// The reasons.
const (
	ReasonNone        Reason = ""
	ReasonNoRows      Reason = "no_rows"      // nothing was recorded that it could count
	ReasonNoTarget    Reason = "no_target"    // nobody has a target in the period
	ReasonZero        Reason = "zero"         // there is nothing to divide by
	ReasonImmature    Reason = "immature"     // the cohort has not had its time yet
	ReasonNotRecorded Reason = "not_recorded" // the past of it is not kept
	ReasonNotCounted  Reason = "not_counted"  // sums are being made
	ReasonFuture      Reason = "future"       // the period has not begun
	ReasonWhole       Reason = "whole"        // it is not known by product: targets, stocks, working records
)

// Message names the reason for people.
func (r Reason) Message() errs.Message { return errs.Msg("metric.reason."+string(r), nil) }

// PlaceKind is what a number is of.
type PlaceKind string

// The kinds of place. Reach is everybody within reach of who asks: the whole company for some, a team for others.
const (
	PlaceReach   PlaceKind = "reach"
	PlaceCompany PlaceKind = "company"
	PlaceRegion  PlaceKind = "region"
	PlaceTeam    PlaceKind = "team"
	PlacePerson  PlaceKind = "person"
)

// What a number is taken apart by that is no place: a product of the ledger, a line of products.
const (
	PartProduct PlaceKind = "product"
	PartLine    PlaceKind = "product_line"
)

// Place is of whom a number is. ID is 0 for the company and for reach; Name is filled in by answers.
type Place struct {
	Kind PlaceKind `json:"kind"`
	ID   int64     `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
}

// Company is the whole of it.
var Company = Place{Kind: PlaceCompany}

// PeriodKind is how long a period is.
type PeriodKind string

// The kinds of period. Quarters and years are the company's fiscal ones.
const (
	Month   PeriodKind = "month"
	Quarter PeriodKind = "quarter"
	Year    PeriodKind = "year"
	Span    PeriodKind = "span" // from a month to a month
)

// Period is when a number is of. A period that runs counts up to today; in answers From and To, both in it, are the days that were counted.
type Period struct {
	Kind  PeriodKind     `json:"kind"`
	First calendar.Month `json:"first"`          // any month of it
	Last  calendar.Month `json:"last,omitempty"` // of a span
	From  calendar.Date  `json:"from,omitempty"`
	To    calendar.Date  `json:"to,omitempty"`
	// ToDate says that the period has not ended: what it is compared with is counted up to the same working day.
	ToDate bool `json:"to_date,omitempty"`
}

// Value is a number and what it is made of.
type Value struct {
	Metric      ID     `json:"metric"`
	Version     int    `json:"version"`
	Unit        Unit   `json:"unit"`
	Place       Place  `json:"place"`
	Period      Period `json:"period"`
	Numerator   int64  `json:"numerator"`   // of a sum: the sum
	Denominator int64  `json:"denominator"` // 0 for a sum, which has none
	// Scale multiplies the quotient: the days of the period for UnitDays, 2 where people at the start and at the end are added up, otherwise 1.
	Scale int64  `json:"scale"`
	Known bool   `json:"known"`
	Why   Reason `json:"why,omitempty"`
	// Newest is when the newest fact of its sources was recorded; zero when there is none.
	Newest time.Time `json:"newest,omitzero"`
	// LeftOut is how many facts of it are in other currencies, and not in the number.
	LeftOut int64 `json:"left_out,omitempty"`
	// Recorded is the moment up to which facts count as recorded; zero for now.
	Recorded time.Time `json:"recorded,omitzero"`
}

// Whole is the unit of shares: parts per million.
const Whole = 1_000_000

// Amount is the value as a whole number of its unit: minor units of money, things, parts per million of a percentage, tenths of a day, minutes of an age.
// Exact but for the last digit, which is rounded half away from zero. False when it is not known.
func (v Value) Amount() (int64, bool) {
	if !v.Known {
		return 0, false
	}
	switch v.Unit {
	case UnitPercent:
		return divide(v.Numerator, Whole*max(v.Scale, 1), v.Denominator), true
	case UnitEach:
		return divide(v.Numerator, max(v.Scale, 1), v.Denominator), true
	case UnitDays:
		return divide(v.Numerator, 10*max(v.Scale, 1), v.Denominator), true
	default:
		return v.Numerator, true
	}
}

// Averaged reports that the denominator adds up people at the start and at the end, whose average is meant.
func (v Value) Averaged() bool { return v.Unit != UnitDays && v.Scale > 1 }

// Over is what the numerator is divided by, as a plain decimal: the denominator, or the average that is meant by it.
func (v Value) Over() string {
	if !v.Averaged() {
		return strconv.FormatInt(v.Denominator, 10)
	}
	if over := big.NewRat(v.Denominator, v.Scale); !over.IsInt() {
		return over.FloatString(1)
	}
	return strconv.FormatInt(v.Denominator/v.Scale, 10)
}

// Times is what the quotient is multiplied by: the days of the period, where a number is in days.
func (v Value) Times() int64 {
	if v.Unit == UnitDays {
		return max(v.Scale, 1)
	}
	return 1
}

// Age is how old the newest fact was at a moment. False when there is none.
func (v Value) Age(now time.Time) (time.Duration, bool) {
	if v.Newest.IsZero() {
		return 0, false
	}
	return max(0, now.Sub(v.Newest)), true
}

// Against is what a number is compared with.
type Against string

// The comparisons: 同比 and 环比.
const (
	YearAgo Against = "year_ago"
	Before  Against = "before" // the period before
)

// Compared is a number beside an earlier one.
type Compared struct {
	Against Against `json:"against"`
	Value   Value   `json:"value"`
	// Change is the growth in parts per million for sums and quotients, and the difference in parts per million (100 points = 1,000,000) for percentages.
	Change int64  `json:"change"`
	Points bool   `json:"points"`
	Known  bool   `json:"known"`
	Why    Reason `json:"why,omitempty"`
}

// Breakdown is by what a number is taken apart.
type Breakdown string

// The breakdowns.
const (
	ByNothing Breakdown = ""
	ByMonth   Breakdown = "month"
	ByDay     Breakdown = "day" // running totals of sums are the reader's to make
	ByRegion  Breakdown = "region"
	ByTeam    Breakdown = "team"
	ByPerson  Breakdown = "person"
	ByProduct Breakdown = "product"      // what was sold: of amounts of deals, invoices and payments
	ByLine    Breakdown = "product_line" // the same by categories of products
)

// Query asks for numbers.
type Query struct {
	Metrics []ID // metrics or families; empty for the chosen one of each family
	Place   Place
	Period  Period // Kind, First and Last; First 0 is the month of today
	By      Breakdown
	Against []Against
	// Recorded counts facts as they were recorded at a moment; zero for now. Metrics of working records, whose past is not kept, have no value then.
	Recorded time.Time
}

// Part is one of the parts that a number was taken into. For months and days Period tells them apart, otherwise Place.
type Part struct {
	Value    Value      `json:"value"`
	Compared []Compared `json:"compared,omitempty"`
}

// Series is the answer for one metric.
type Series struct {
	Definition Definition `json:"definition"`
	Value      Value      `json:"value"`
	Compared   []Compared `json:"compared,omitempty"`
	Parts      []Part     `json:"parts,omitempty"`
}

// Answer is what a query comes to.
type Answer struct {
	Place  Place  `json:"place"`
	Period Period `json:"period"`
	By     Breakdown
	// Narrowed says that who asked sees a part of what was asked for, and that the numbers are of that part.
	Narrowed bool `json:"narrowed"`
	// Missing is how many people of the place are out of reach, and not in the numbers.
	Missing int64    `json:"missing,omitempty"`
	Series  []Series `json:"series"`
	// Elapsed and WorkDays are the working days of the period that have passed (today included), and all of them: 时间进度.
	Elapsed  int `json:"elapsed"`
	WorkDays int `json:"work_days"`
	// Newest is the newest fact of each source.
	Newest map[Source]time.Time `json:"newest"`
	// Behind says that facts are recorded that the sums do not count yet.
	Behind bool `json:"behind"`
}

// Of returns the series of a metric or of the one chosen of a family.
func (a *Answer) Of(id ID) (Series, bool) {
	for _, s := range a.Series {
		if s.Definition.ID == id || s.Definition.Family == id {
			return s, true
		}
	}
	return Series{}, false
}

// RowsQuery asks for the rows behind a number.
type RowsQuery struct {
	Metric ID
	Place  Place
	Period Period
	// Measure chooses one of the measures of the metric; empty for the first.
	Measure MeasureID
	// Product or Line lists the rows of one alone; 0 in Product are those of none.
	Product *int64
	Line    *string
	After   string // the cursor of the page before
	Limit   int
}

// Row is a fact behind a number.
type Row struct {
	Kind     string        `json:"kind"` // deal, payment, invoice, quota, lead, opportunity, instalment, follow_up, customer …
	Key      string        `json:"key"`  // of the record, as the company knows it
	ID       int64         `json:"id,omitempty"`
	Subject  string        `json:"subject,omitempty"` // what a record without a page of its own is of: opportunity:12, lead:3, customer:5
	Name     string        `json:"name,omitempty"`    // of the customer or of the record
	PersonID int64         `json:"person_id,omitempty"`
	Person   string        `json:"person,omitempty"`
	On       calendar.Date `json:"on"`
	Amount   int64         `json:"amount"` // what it adds to the measure for the person
	Of       int64         `json:"of"`     // the whole record's amount
}

// RowsPage is a page of rows.
type RowsPage struct {
	Definition Definition `json:"definition"`
	Measure    MeasureID  `json:"measure"`
	Measures   []Measure  `json:"measures"` // that may be asked for
	Rows       []Row      `json:"rows"`
	Next       string     `json:"next,omitempty"`
	// Listed is false where the number is not made of rows that can be listed; Why says so.
	Listed bool `json:"listed"`
	// Of is the product or the line of products that the rows are of, where one was asked for.
	Of Place `json:"of,omitzero"`
}
