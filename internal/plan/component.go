package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Component is one earning line of a plan.
type Component struct {
	ID    string
	Name  Text
	When  []Condition // all must hold; otherwise the component is zero, with the unmet conditions as reason
	Pays  Pays
	Round Rounding
	Cap   *Limit // upper limit of the rounded amount
	Floor *Limit // lower limit of the rounded amount
	// Months in which it pays, 1 to 12; empty: every month. In the others it is zero and says when it is due.
	PaysIn []int
}

// Pays says what the component is worth. Either Rate is set (Σ rate · base, through Table when it is set) or AmountFen is, taken
// once or Per count.
type Pays struct {
	Rate      *Rate
	Of        string // measure: a credits measure with sum, or another money measure
	Table     *Table
	AmountFen int64  // minor units of the plan's currency
	Per       string // count measure, or empty
	FurtherPays
}

// Rate is one rate for all, or a lookup by a field of the credit.
type Rate struct {
	Fixed     decimal.Decimal
	Lookup    Field // empty: Fixed
	Path      bool  // of Lookup: the row with the longest path that the field is or lies below
	Rows      []RateRow
	Otherwise *decimal.Decimal // nil: a value without a row is an error of the run
	Grid      *Grid            // instead of Fixed and Lookup
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
	StyleAbovePoint  TableStyle = "above_point"
	StyleInterpolate TableStyle = "interpolated"
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
	Consume  []string   // marginal: the order in which credits fill bands; today always date, key
	Bands    []Band     // ascending, without hole or overlap, the first open below and the last open above
	Line     *Line      // of StyleInterpolate, instead of Bands
	Point    *Threshold // of StyleAbovePoint
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

// RoundAtCredit rounds what each credit earns, RoundAtBand what each band earns; the rounded amounts are added up.
const (
	RoundAtCredit RoundAt = "credit"
	RoundAtBand   RoundAt = "band"
)

// Rounding says where and how money becomes whole minor units.
type Rounding struct {
	Mode money.Rounding
	At   RoundAt
	Unit int64 // minor units that one step of the rounding is; 0 and 1 are the minor unit itself
}

// Limit is a cap or floor in minor units. What lies beyond a cap is dropped.
type Limit struct {
	AmountFen int64
	FurtherLimit
}
