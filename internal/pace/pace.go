// Package pace says how far somebody is on the way to a target: how much of it should be there by now, how far ahead or behind the result is, how much must be in
// the pipeline to close the gap, and how likely the target is reached.
//
// What should be there is the target by the working days that are over, each weighed by the strength of its month. The chance is a simulation over what is open and
// what comes in besides, with draws that the input itself decides: the same input gives the same number, wherever and whenever it is computed. Source: methods
// T12. Everything is whole numbers; chances and shares are parts per million.
//
// Limits: deals are won independently of each other, each wholly or not at all; what comes in besides repeats a month that was.
package pace

import (
	"math/big"

	"xiaoguan/internal/calendar"
)

// Million is the whole of parts per million.
const Million = 1_000_000

// Clock is how much of a span is over, in weights of its working days.
type Clock struct {
	Done      int64 `json:"done"`
	Whole     int64 `json:"whole"`
	Days      int64 `json:"days"` // working days that are over
	WholeDays int64 `json:"whole_days"`
}

// Elapsed looks at the working days of a span up to and with a day. Strength weighs the days of a month; nil weighs all alike.
func Elapsed(work calendar.WorkCalendar, strength func(calendar.Month) int64, span calendar.Interval, through calendar.Date) (c Clock) {
	for d := span.From; d < span.To; d++ {
		if !work.IsWorking(d) {
			continue
		}
		weight := int64(1)
		if strength != nil {
			weight = max(strength(d.Month()), 0)
		}
		c.Whole += weight
		c.WholeDays++
		if d <= through {
			c.Done += weight
			c.Days++
		}
	}
	return c
}

// Share is how much of the span is over, in parts per million; of a span without working days it is all.
func (c Clock) Share() int64 {
	if c.Whole == 0 {
		return Million
	}
	return mulDiv(c.Done, Million, c.Whole)
}

// Rest is the weight of the days that are still to come.
func (c Clock) Rest() int64 { return c.Whole - c.Done }

// Expected is how much of a target should be there by now, rounded down.
func (c Clock) Expected(targetMinor int64) int64 {
	if c.Whole == 0 {
		return max(targetMinor, 0)
	}
	return mulDiv(max(targetMinor, 0), c.Done, c.Whole)
}

// Index is what is there over what should be there, in parts per million; unknown while nothing should be there.
func Index(actualMinor, expectedMinor int64) (ppm int64, known bool) {
	if expectedMinor <= 0 {
		return 0, false
	}
	return mulDiv(max(actualMinor, 0), Million, expectedMinor), true
}

// Record is how opportunities ended that were decided in a time: the counts that rates rest on.
type Record struct {
	Won     int64 `json:"won"`
	Decided int64 `json:"decided"`
	InTime  int64 `json:"in_time"` // of those won, how many were won in the month that was expected, or before
}

// Add sums two records.
func (r Record) Add(o Record) Record {
	return Record{r.Won + o.Won, r.Decided + o.Decided, r.InTime + o.InTime}
}

// Enough is from how many decided opportunities on somebody's own record is used.
const Enough = 8

// Needed is how much must be in the pipeline for what remains: remaining ÷ win rate × slippage, with the win rate won ÷ decided, and the slippage won ÷ won in
// time. Rounded up. Unknown while nothing was won, or nothing in time.
func (r Record) Needed(remainingMinor int64) (minor int64, known bool) {
	switch {
	case remainingMinor <= 0:
		return 0, true
	case r.Won <= 0 || r.InTime <= 0 || r.Decided < r.Won || r.InTime > r.Won:
		return 0, false
	}
	// remaining × decided/won × won/in time: the number of those won stands above and below.
	product := new(big.Int).Mul(big.NewInt(remainingMinor), big.NewInt(r.Decided))
	product.Add(product, big.NewInt(r.InTime-1)).Quo(product, big.NewInt(r.InTime))
	if !product.IsInt64() {
		return 0, false
	}
	return product.Int64(), true
}

// mulDiv is a·b/c rounded down, bounded by what a number holds; c is above nothing.
func mulDiv(a, b, c int64) int64 {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	product.Div(product, big.NewInt(c))
	if !product.IsInt64() {
		return 1<<63 - 1
	}
	return product.Int64()
}
