package engine

import (
	"math/big"
	"math/bits"
	"strconv"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// The ends of the integers; package math is not for code near pay.
const (
	least64 = -1 << 63
	most64  = 1<<63 - 1
	most32  = 1<<31 - 1
)

// exact is a rational number. While numerator and denominator fit into 64 bits it is top/bottom, not necessarily in lowest terms;
// an operation that would leave 64 bits gives a number held in large. The zero value is 0. Values are immutable.
type exact struct {
	top, bottom int64 // bottom is 0 in the zero value, which stands for 1, and positive otherwise
	large       *big.Rat
}

func whole(n int64) exact { return exact{top: n, bottom: 1} }

// fraction returns top/bottom; bottom must be positive.
func fraction(top, bottom int64) exact { return exact{top: top, bottom: bottom} }

func fromDecimal(d decimal.Decimal) exact { return fromRat(d.Rat()) }

// fromRat keeps r when it does not fit into 64 bits; r must not be changed afterwards.
func fromRat(r *big.Rat) exact {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return exact{top: r.Num().Int64(), bottom: r.Denom().Int64()}
	}
	return exact{large: r}
}

// below is the denominator of a number that is not large.
func (x exact) below() int64 {
	if x.bottom == 0 {
		return 1
	}
	return x.bottom
}

// rat returns the value as a rational that must not be changed.
func (x exact) rat() *big.Rat {
	if x.large != nil {
		return x.large
	}
	return big.NewRat(x.top, x.below())
}

func (x exact) add(y exact) exact {
	if x.large == nil && y.large == nil {
		a, b := x.below(), y.below()
		if a == b {
			if sum, ok := add64(x.top, y.top); ok {
				return exact{top: sum, bottom: a}
			}
		} else if left, ok := mul64(x.top, b); ok {
			right, fits := mul64(y.top, a)
			sum, sumFits := add64(left, right)
			bottom, bottomFits := mul64(a, b)
			if fits && sumFits && bottomFits {
				return exact{top: sum, bottom: bottom}
			}
		}
	}
	return fromRat(new(big.Rat).Add(x.rat(), y.rat()))
}

func (x exact) negated() exact {
	if x.large == nil && x.top != least64 {
		return exact{top: -x.top, bottom: x.below()}
	}
	return fromRat(new(big.Rat).Neg(x.rat()))
}

func (x exact) sub(y exact) exact { return x.add(y.negated()) }

func (x exact) mul(y exact) exact {
	if x.large == nil && y.large == nil {
		top, fits := mul64(x.top, y.top)
		bottom, bottomFits := mul64(x.below(), y.below())
		if fits && bottomFits {
			return exact{top: top, bottom: bottom}
		}
	}
	return fromRat(new(big.Rat).Mul(x.rat(), y.rat()))
}

// quo returns x/y; y must not be zero.
func (x exact) quo(y exact) exact {
	if y.large == nil && y.top != least64 {
		top, bottom := y.below(), y.top
		if bottom < 0 {
			top, bottom = -top, -bottom
		}
		return x.mul(exact{top: top, bottom: bottom})
	}
	return fromRat(new(big.Rat).Quo(x.rat(), y.rat()))
}

func (x exact) sign() int {
	switch {
	case x.large != nil:
		return x.large.Sign()
	case x.top > 0:
		return 1
	case x.top < 0:
		return -1
	}
	return 0
}

// compare returns −1, 0 or +1 as x is below, equal to or above y.
func (x exact) compare(y exact) int { return x.sub(y).sign() }

// integer returns the value when it is a whole number of 64 bits.
func (x exact) integer() (int64, bool) {
	if x.large != nil {
		return 0, false // a whole number of 64 bits is never large, see fromRat
	}
	if x.top%x.below() != 0 {
		return 0, false
	}
	return x.top / x.below(), true
}

// round is money.Round. Errors: money.ErrOverflow, money.ErrRounding.
func (x exact) round(mode money.Rounding) (int64, error) {
	if x.large == nil && mode == money.HalfAwayFromZero {
		quotient, rest := x.top/x.below(), x.top%x.below()
		if rest < 0 {
			rest = -rest
		}
		if rest >= x.below()-rest && rest != 0 { // 2·rest ≥ bottom without leaving 64 bits
			if x.top < 0 {
				return quotient - 1, nil
			}
			return quotient + 1, nil
		}
		return quotient, nil
	}
	return money.Round(x.rat(), mode)
}

// text writes the number in canonical form: digits when it is whole, otherwise n/d in lowest terms.
func (x exact) text() string { return string(x.appendText(nil)) }

func (x exact) appendText(to []byte) []byte {
	if x.large != nil {
		if x.large.IsInt() {
			return x.large.Num().Append(to, 10)
		}
		to = append(x.large.Num().Append(to, 10), '/')
		return x.large.Denom().Append(to, 10)
	}
	top, bottom := x.top, x.below()
	if bottom != 1 {
		common := int64(greatestCommonDivisor(magnitude(top), uint64(bottom)))
		top, bottom = top/common, bottom/common
	}
	to = strconv.AppendInt(to, top, 10)
	if bottom != 1 {
		to = strconv.AppendInt(append(to, '/'), bottom, 10)
	}
	return to
}

// greatestCommonDivisor is Stein's; b must not be zero.
func greatestCommonDivisor(a, b uint64) uint64 {
	if a == 0 {
		return b
	}
	shift := bits.TrailingZeros64(a | b)
	a >>= bits.TrailingZeros64(a)
	for b != 0 {
		b >>= bits.TrailingZeros64(b)
		if a > b {
			a, b = b, a
		}
		b -= a
	}
	return a << shift
}

// magnitude is |n|, right for the smallest number as well.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func add64(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}

func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > most64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// shareDenominator gives all numbers one denominator where that fits into 64 bits, so that sums of their products stay cheap.
func shareDenominator(numbers []exact) {
	common := int64(1)
	for _, x := range numbers {
		if x.large != nil {
			return
		}
		step := x.below() / int64(greatestCommonDivisor(uint64(common), uint64(x.below())))
		next, ok := mul64(common, step)
		if !ok {
			return
		}
		common = next
	}
	scaled := make([]exact, len(numbers))
	for i, x := range numbers {
		top, ok := mul64(x.top, common/x.below())
		if !ok {
			return
		}
		scaled[i] = exact{top: top, bottom: common}
	}
	copy(numbers, scaled)
}

// wide is a sum of 64-bit numbers in 128 bits: the order in which it is gathered cannot overflow it.
type wide struct {
	hi int64
	lo uint64
}

func (w *wide) add(n int64) {
	lo, carry := bits.Add64(w.lo, uint64(n), 0)
	w.lo = lo
	w.hi += n>>63 + int64(carry)
}

func (w *wide) join(o wide) {
	lo, carry := bits.Add64(w.lo, o.lo, 0)
	w.lo = lo
	w.hi += o.hi + int64(carry)
}

// exact returns the value; one that leaves 64 bits is large.
func (w wide) exact() exact {
	if w.hi == int64(w.lo)>>63 {
		return whole(int64(w.lo))
	}
	n := new(big.Int).Lsh(big.NewInt(w.hi), 64)
	return fromRat(new(big.Rat).SetInt(n.Add(n, new(big.Int).SetUint64(w.lo))))
}
