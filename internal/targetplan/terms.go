package targetplan

import (
	"math/bits"

	"xiaoguan/internal/money"
	"xiaoguan/internal/quota"
)

// TermKind is a reason for a part of somebody's number.
type TermKind string

// The kinds, in the order in which terms stand.
const (
	TermDriver  TermKind = "driver"  // a reason of the split: history, potential, pipeline, evenly
	TermAbility TermKind = "ability" // one's own results against those of one's level
	TermTime    TermKind = "time"    // months that one is not there, and the first ones in the job
	TermOver    TermKind = "over"    // what the team hands on more than its own
	TermHeld    TermKind = "held"    // a bound, the ratio of core sellers, a number by hand
	TermOthers  TermKind = "others"  // what others could not carry, or carry instead
	TermChange  TermKind = "change"  // an approved change after the plan was published
)

// Term is a part of somebody's number.
type Term struct {
	Kind   TermKind
	Driver quota.Driver // of a driver
	Hold   quota.Hold   // of what held
	Change *Change      // of a change
	Minor  int64
}

// factorLeast is below which a factor of time and ability is no number to divide by: somebody who is hardly there.
const factorLeast = quota.Million / 100

// Terms takes a person's number apart: by reasons, as if everybody had the same ability and time; then what the own ability, the own time, over-assignment, bounds and
// changes add or take. They sum up to the number to the fen. The number of others cannot be worked out from them.
func Terms(rules *Rules, row *Row, changes []Change) (terms []Term) {
	d := &row.Detail
	add := func(t Term) {
		if t.Minor != 0 {
			terms = append(terms, t)
		}
	}
	solved := row.Minor
	var done []Term
	for i := range changes {
		c := &changes[i]
		moved := c.AfterMinor - c.BeforeMinor
		if c.PersonID != row.PersonID {
			moved = -moved
		}
		if c.State == ChangeDone && (c.PersonID == row.PersonID || c.OtherID == row.PersonID) {
			done = append(done, Term{Kind: TermChange, Change: c, Minor: moved})
			solved -= moved
		}
	}
	plain := d.FreeMinor
	if rules.OverPerson > 0 {
		plain = scaled(d.FreeMinor, 100, int64(100+rules.OverPerson))
	}
	even, byAbility := plain, int64(0)
	if d.Factor >= factorLeast {
		even = scaled(plain, quota.Million, d.Factor)
		able, whole := rules.Ability && d.Ability > 0, d.There >= quota.Million && d.Speed >= quota.Million
		switch {
		case able && whole: // no time is lost: the fen that rounding leaves is of ability
			byAbility = plain - even
		case able:
			byAbility = scaled(even, d.Ability, quota.Million) - even
		case whole:
			even = plain
		}
	}
	for i, minor := range drivers(d.Portions, even) {
		add(Term{Kind: TermDriver, Driver: d.Portions[i].Driver, Minor: minor})
	}
	if len(d.Portions) == 0 {
		add(Term{Kind: TermDriver, Driver: quota.DriverEven, Minor: even})
	}
	add(Term{Kind: TermAbility, Minor: byAbility})
	add(Term{Kind: TermTime, Minor: plain - even - byAbility})
	add(Term{Kind: TermOver, Minor: d.FreeMinor - plain})
	held := Term{Kind: TermHeld, Hold: d.Hold, Minor: solved - d.FreeMinor}
	if d.Hold == quota.HoldNone {
		held.Kind = TermOthers
	}
	add(held)
	for _, t := range done {
		add(t)
	}
	return terms
}

// drivers parts an amount by what each reason gave.
func drivers(portions []quota.Portion, minor int64) []int64 {
	weights := make([]int64, len(portions))
	for i, p := range portions {
		if p.Whole > 0 && p.Part > 0 {
			weights[i] = scaled(p.Counts*quota.Million, p.Part, p.Whole)
		}
	}
	if parts := money.Allocate(minor, weights); parts != nil {
		return parts
	}
	for i := range weights {
		weights[i] = 1
	}
	return money.Allocate(minor, weights)
}

// scaled is a·b ÷ c rounded down, without overflow between, of numbers that are not negative.
func scaled(a, b, c int64) int64 {
	high, low := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(high, low, uint64(c))
	return int64(q)
}
