// Package maturity says how far a sales organisation has come: on each dimension one of five levels, by criteria that hold or don't.
//
// A criterion is measured (a gauge against a bound for each level) or asked (an assessor says with evidence that it holds). The level of a dimension is the
// highest one of which, and of all below which, every criterion holds. What lacks for the next level is named. Missing data never makes a level 1: a dimension
// of which level 2 cannot be judged has no level, and one whose next level cannot be judged has at least the level that it has.
//
// Everything is exact: shares are parts per million, scores are hundredths of a level.
package maturity

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Level is one of five; None where nothing can be said.
type Level int

// The levels: 初始, 起步, 规范, 量化, 优化.
const (
	None      Level = 0
	AdHoc     Level = 1
	Emerging  Level = 2
	Defined   Level = 3
	Managed   Level = 4
	Optimised Level = 5
)

// Levels lists them from low to high.
var Levels = []Level{AdHoc, Emerging, Defined, Managed, Optimised}

// Message names the level for people.
func (l Level) Message() errs.Message {
	return errs.Msg([...]string{"maturity.level.none", "maturity.level.1", "maturity.level.2", "maturity.level.3", "maturity.level.4", "maturity.level.5"}[max(0, min(l, Optimised))], nil)
}

// Dimension is one side of an organisation.
type Dimension string

// The dimensions of the standard model; the first three are those that the overall score is mostly made of.
const (
	Process      Dimension = "process"
	Attainment   Dimension = "attainment"
	Satisfaction Dimension = "satisfaction"
	Data         Dimension = "data"
	Team         Dimension = "team"
	Incentive    Dimension = "incentive"
	Customers    Dimension = "customers"
)

// Message names the dimension for people.
func (d Dimension) Message() errs.Message { return errs.Msg("maturity.dimension."+string(d), nil) }

// Gauge names something that is measured.
type Gauge string

// Message names the gauge for people.
func (g Gauge) Message() errs.Message { return errs.Msg("maturity.gauge."+string(g), nil) }

// Unit says how a measure is written.
type Unit string

// The units.
const (
	Share Unit = "share" // parts per million
	Hours Unit = "hours" // tenths of an hour
)

// Criterion is one thing that levels ask for.
type Criterion struct {
	ID    string `json:"id"`
	Gauge Gauge  `json:"gauge,omitempty"` // empty: an assessor is asked
	Unit  Unit   `json:"unit,omitempty"`
	Down  bool   `json:"down,omitempty"` // less is better
	From  Level  `json:"from"`
	// Bounds are what the gauge must reach, one for each level from From on.
	Bounds []int64 `json:"bounds,omitempty"`
}

// Asked reports whether an assessor is asked.
func (c *Criterion) Asked() bool { return c.Gauge == "" }

// Message says what the criterion wants, without bounds.
func (c *Criterion) Message() errs.Message {
	if c.Asked() {
		return errs.Msg("maturity.asked."+c.ID, nil)
	}
	return c.Gauge.Message()
}

// Bound is what a level asks of the gauge. False where it asks for nothing.
func (c *Criterion) Bound(l Level) (int64, bool) {
	at := int(l - c.From)
	if c.Asked() || at < 0 || at >= len(c.Bounds) {
		return 0, false
	}
	return c.Bounds[at], true
}

// Wanted reports whether a level has the criterion.
func (c *Criterion) Wanted(l Level) bool {
	if c.Asked() {
		return l == c.From
	}
	_, wanted := c.Bound(l)
	return wanted
}

// Side is a dimension with its weight in the whole and its criteria.
type Side struct {
	Dimension Dimension   `json:"dimension"`
	Weight    int64       `json:"weight"`
	Criteria  []Criterion `json:"criteria"`
}

// Model is what an organisation is judged by.
type Model struct {
	Version int `json:"version"`
	// ValidDays is for how many days an assessor's statement counts.
	ValidDays int    `json:"valid_days"`
	Sides     []Side `json:"sides"`
}

// Criterion returns a criterion with its dimension; nil when there is none.
func (m *Model) Criterion(id string) (*Criterion, Dimension) {
	for i := range m.Sides {
		for j := range m.Sides[i].Criteria {
			if m.Sides[i].Criteria[j].ID == id {
				return &m.Sides[i].Criteria[j], m.Sides[i].Dimension
			}
		}
	}
	return nil, ""
}

// Validate finds what is wrong with a model: bounds that get easier, criteria of no level, weights of nothing.
func (m *Model) Validate() error {
	var fields []errs.Field
	wrong := func(path, key string) {
		fields = append(fields, errs.Field{Path: path, Message: errs.Msg(key, nil)})
	}
	seen, weights := map[string]bool{}, int64(0)
	for i := range m.Sides {
		s := &m.Sides[i]
		if weights += s.Weight; s.Weight < 0 || s.Weight > 100 {
			wrong("weight."+string(s.Dimension), "maturity.error.weight")
		}
		for j := range s.Criteria {
			c := &s.Criteria[j]
			if c.ID == "" || seen[c.ID] || c.From < Emerging || c.From > Optimised || c.Asked() != (len(c.Bounds) == 0) || !c.Asked() && int(c.From)+len(c.Bounds)-1 != int(Optimised) {
				wrong("bound."+c.ID, "maturity.error.criterion")
			}
			seen[c.ID] = true
			harder := func(a, b int64) bool { return c.Down && b <= a || !c.Down && b >= a }
			for k := 1; k < len(c.Bounds); k++ {
				if !harder(c.Bounds[k-1], c.Bounds[k]) {
					wrong("bound."+c.ID, "maturity.error.bounds")
					break
				}
			}
			if slices.ContainsFunc(c.Bounds, func(b int64) bool { return b < 0 }) {
				wrong("bound."+c.ID, "maturity.error.negative")
			}
		}
	}
	if weights == 0 {
		wrong("weight", "maturity.error.no_weight")
	}
	return errs.Invalid("error.invalid", fields)
}

// Measure is what a gauge read, or why it read nothing.
type Measure struct {
	Gauge       Gauge `json:"gauge"`
	Known       bool  `json:"known"`
	Value       int64 `json:"value"` // in the criterion's unit
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"` // 0: it is no quotient
	// Scale multiplies the quotient: 2 where people at the start and at the end are added up; 0 and 1 for nothing. Money says that minor units are divided.
	Scale int64  `json:"scale,omitempty"`
	Money bool   `json:"money,omitempty"`
	Why   string `json:"why,omitempty"` // key of a message
	// From and To are the days that it is about, both in it; Metric and Version are its definition in the metric book, empty for others; Link leads to it.
	From    calendar.Date `json:"from"`
	To      calendar.Date `json:"to"`
	Metric  string        `json:"metric,omitempty"`
	Version int           `json:"version,omitempty"`
	Link    string        `json:"link,omitempty"`
}

// Statement is what an assessor said of a criterion.
type Statement struct {
	Criterion string        `json:"criterion"`
	Holds     bool          `json:"holds"`
	Evidence  string        `json:"evidence"`
	On        calendar.Date `json:"on"`
	ByName    string        `json:"by_name"`
}

// Known is everything that is known of an organisation on a day.
type Known struct {
	Today      calendar.Date
	Measures   []Measure
	Statements []Statement // the latest of each criterion
}
