package engine

import (
	"math/big"
	"math/bits"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Reasons for a measure without a value, and for a component that pays nothing.
const (
	ReasonNoQuota        = "engine.no_quota"
	ReasonNoMember       = "engine.no_member"
	ReasonNeverCredited  = "engine.never_credited"
	ReasonZeroConditions = "engine.zero_conditions"
	ReasonZeroNoBase     = "engine.zero_no_base"
	ReasonZeroCount      = "engine.zero_count"
	ReasonZeroRounded    = "engine.zero_rounded"
	ReasonZeroNegative   = "engine.zero_negative"
	ReasonZeroTable      = "engine.zero_table"
	ReasonZeroRate       = "engine.zero_rate"
	ReasonNotApplicable  = "engine.not_applicable"
)

// number is an exact value: a whole number, or a rational when rat is set.
type number struct {
	whole int64
	rat   *big.Rat
}

func (n number) exact() *big.Rat {
	if n.rat != nil {
		return n.rat
	}
	return new(big.Rat).SetInt64(n.whole)
}

func (n number) sign() int {
	if n.rat != nil {
		return n.rat.Sign()
	}
	switch {
	case n.whole < 0:
		return -1
	case n.whole > 0:
		return 1
	}
	return 0
}

// text writes the canonical form: digits, or n/d in lowest terms.
func (n number) text() string { return ratText(n.exact()) }

func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return r.String()
}

// value is what a measure came to for one person.
type value struct {
	kind   plan.ValueKind
	n      number
	date   calendar.Date // of KindDate; Forever when there is none
	absent bool          // no value; reason says why
	reason errs.Message
	count  int // credits that matched
}

func (v value) text() string {
	switch {
	case v.kind == plan.KindDate && v.date == calendar.Forever:
		return ""
	case v.kind == plan.KindDate:
		return v.date.String()
	case v.absent:
		return ""
	}
	return v.n.text()
}

// sum adds products of whole numbers exactly: in 64 bits as long as they fit, in big.Int from then on.
type sum struct {
	small int64
	big   *big.Int
}

// add adds a·b.
func (s *sum) add(a, b int64) {
	if product, ok := multiply(a, b); ok {
		total := s.small + product
		if (product >= 0) == (total >= s.small) {
			s.small = total
			return
		}
		s.spill(big.NewInt(product))
		return
	}
	s.spill(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
}

func (s *sum) spill(x *big.Int) {
	if s.big == nil {
		s.big = new(big.Int)
	}
	s.big.Add(s.big, x)
}

func (s *sum) total() *big.Int {
	total := big.NewInt(s.small)
	if s.big != nil {
		total.Add(total, s.big)
	}
	return total
}

// multiply returns a·b, and false when it does not fit into 64 bits.
func multiply(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}
