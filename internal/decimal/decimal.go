// Package decimal is exact decimals for rates, shares and percentages: what a plan writes is what is computed.
//
// It is a thin, immutable face on cockroachdb/apd with exact (unrounded) arithmetic. There is no division: a quotient is a
// big.Rat (see Rat), rounded only where a plan says so. Texts that are read are limited to MaxDigits digits and MaxScale
// decimals; results of arithmetic are not, up to 10^±100000, beyond which it panics rather than give a wrong number.
package decimal

import (
	"errors"
	"math/big"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// MaxDigits is the greatest number of digits, and MaxScale of decimals of the value, that Parse accepts. A percentage has two
// decimals more than its text shows, so that every value that Parse accepts has a String that Parse accepts.
const (
	MaxDigits = 38
	MaxScale  = 18
)

// ErrSyntax says that a text is not a plain decimal (or percentage) within the limits.
var ErrSyntax = errors.New("decimal: want a plain decimal such as 0.03 or 3%")

// exact is apd's context without rounding; Precision 0 makes Add, Sub and Mul exact.
var exact = apd.Context{MaxExponent: apd.MaxExponent, MinExponent: apd.MinExponent, Traps: apd.DefaultTraps}

// Decimal is an exact decimal number. The zero value is 0. Values are immutable.
type Decimal struct{ d apd.Decimal }

// FromInt returns n·10^-scale.
func FromInt(n int64, scale int) Decimal {
	var r Decimal
	r.d.SetFinite(n, int32(-scale))
	return r.canonical()
}

// Parse reads a plain decimal: optional minus, digits, optional point and digits, optional % (which divides by 100). Exponents,
// grouping and blanks are refused.
func Parse(s string) (Decimal, error) {
	body, percent := strings.CutSuffix(s, "%")
	digits, scale, seenPoint := 0, 0, false
	for i, c := range body {
		switch {
		case c == '-' && i == 0:
		case c == '.' && !seenPoint && digits > 0 && i < len(body)-1:
			seenPoint = true
		case c >= '0' && c <= '9':
			digits++
			if seenPoint {
				scale++
			}
		default:
			return Decimal{}, ErrSyntax
		}
	}
	if percent {
		scale += 2
	}
	if digits == 0 || digits > MaxDigits || scale > MaxScale {
		return Decimal{}, ErrSyntax
	}
	var r Decimal
	if _, _, err := r.d.SetString(body); err != nil {
		return Decimal{}, ErrSyntax
	}
	if percent {
		r.d.Exponent -= 2
	}
	return r.canonical(), nil
}

// MustParse is Parse for constants in code and tests; it panics on a bad text.
func MustParse(s string) Decimal {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (a Decimal) canonical() Decimal {
	a.d.Reduce(&a.d)
	if a.d.IsZero() {
		a.d.Negative, a.d.Exponent = false, 0
	}
	return a
}

// mustBeExact panics when apd gave up exactness, which happens only beyond its exponent limits.
func mustBeExact(condition apd.Condition, err error) {
	if err != nil || condition.Inexact() || condition.Overflow() || condition.Underflow() {
		panic("decimal: result beyond 10^±100000: " + condition.String())
	}
}

// Add returns a+b.
func (a Decimal) Add(b Decimal) Decimal {
	var r Decimal
	mustBeExact(exact.Add(&r.d, &a.d, &b.d))
	return r.canonical()
}

// Sub returns a−b.
func (a Decimal) Sub(b Decimal) Decimal {
	var r Decimal
	mustBeExact(exact.Sub(&r.d, &a.d, &b.d))
	return r.canonical()
}

// Mul returns a·b.
func (a Decimal) Mul(b Decimal) Decimal {
	var r Decimal
	mustBeExact(exact.Mul(&r.d, &a.d, &b.d))
	return r.canonical()
}

// Cmp returns −1, 0 or +1 as a is below, equal to or above b.
func (a Decimal) Cmp(b Decimal) int { return a.d.Cmp(&b.d) }

// Equal reports whether a and b are the same number. Use it instead of ==, which compares representations.
func (a Decimal) Equal(b Decimal) bool { return a.Cmp(b) == 0 }

// Sign returns −1, 0 or +1.
func (a Decimal) Sign() int { return a.d.Sign() }

// Rat returns the exact value as a new rational.
func (a Decimal) Rat() *big.Rat {
	num := new(big.Int).Set(a.d.Coeff.MathBigInt())
	if a.d.Negative {
		num.Neg(num)
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(a.d.Exponent, -a.d.Exponent))), nil)
	if a.d.Exponent >= 0 {
		return new(big.Rat).SetInt(num.Mul(num, power))
	}
	return new(big.Rat).SetFrac(num, power)
}

// String writes the canonical text: no exponent, no trailing zeros, "0" for zero. Equal values have equal texts.
func (a Decimal) String() string { return a.d.Text('f') }

// Percent writes the value as a percentage in canonical form: 0.035 is "3.5%".
func (a Decimal) Percent() string { return a.Mul(FromInt(100, 0)).String() + "%" }

// MarshalText writes the canonical text.
func (a Decimal) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what Parse reads.
func (a *Decimal) UnmarshalText(b []byte) (err error) {
	*a, err = Parse(string(b))
	return err
}
