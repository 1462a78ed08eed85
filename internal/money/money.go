// Package money is exact money: whole minor units (fen for CNY) in an int64, named roundings, and the splitting of a sum into
// parts that add up to it.
//
// It never touches binary floating point. Amounts beyond ±9.2·10^18 minor units are refused with ErrOverflow, never wrapped.
package money

import (
	"cmp"
	"errors"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// ErrOverflow says that a result does not fit into an int64 of minor units.
var ErrOverflow = errors.New("money: amount does not fit into 64 bits of minor units")

// ErrRounding says that a Rounding is none of the named ones; nothing is rounded by a rule that nobody stated.
var ErrRounding = errors.New("money: unknown rounding")

// Currency is an ISO 4217 code in capitals, such as "CNY".
type Currency string

// CNY is the default currency; its minor unit is the fen.
const CNY Currency = "CNY"

// Constantly returns a function that always answers the currency: for services that ask for the company's.
func Constantly(c Currency) func() Currency { return func() Currency { return c } }

// MinorDigits gives the number of decimals of the currency's minor unit: 2 for most, 0 for JPY and its like, 3 for KWD.
func (c Currency) MinorDigits() int {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// Valid reports whether the code has the form of ISO 4217: three capital letters.
func (c Currency) Valid() bool {
	return len(c) == 3 && strings.IndexFunc(string(c), func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// Add returns a+b.
func Add(a, b int64) (int64, error) {
	s := a + b
	if (a > 0 && b > 0 && s <= 0) || (a < 0 && b < 0 && s >= 0) {
		return 0, ErrOverflow
	}
	return s, nil
}

// Rounding names how an exact value becomes a whole number of minor units.
type Rounding string

// The named roundings. HalfAwayFromZero (四舍五入) is the field's usual one.
const (
	HalfAwayFromZero Rounding = "half_away_from_zero"
	HalfEven         Rounding = "half_even"
	Down             Rounding = "down" // toward zero, 舍去
	Up               Rounding = "up"   // away from zero, 进一
	Floor            Rounding = "floor"
	Ceiling          Rounding = "ceiling"
)

// Valid reports whether r is one of the named roundings.
func (r Rounding) Valid() bool {
	switch r {
	case HalfAwayFromZero, HalfEven, Down, Up, Floor, Ceiling:
		return true
	}
	return false
}

// Round turns an exact value in minor units into a whole number of them. It returns ErrOverflow when that does not fit, and
// ErrRounding for a rounding that is not Valid.
func Round(exact *big.Rat, r Rounding) (int64, error) {
	if !r.Valid() {
		return 0, ErrRounding
	}
	num, den := exact.Num(), exact.Denom()
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int)) // truncated toward zero
	if rem.Sign() != 0 && roundsAway(quo, rem, den, r) {
		quo.Add(quo, big.NewInt(int64(num.Sign())))
	}
	if !quo.IsInt64() {
		return 0, ErrOverflow
	}
	return quo.Int64(), nil
}

// roundsAway decides whether a truncated quotient with a non-zero remainder moves one unit away from zero.
func roundsAway(quo, rem, den *big.Int, r Rounding) bool {
	switch r {
	case Up:
		return true
	case Down:
		return false
	case Floor:
		return rem.Sign() < 0
	case Ceiling:
		return rem.Sign() > 0
	}
	twice := new(big.Int).Lsh(new(big.Int).Abs(rem), 1)
	switch twice.Cmp(den) {
	case 1:
		return true
	case -1:
		return false
	}
	return r == HalfAwayFromZero || quo.Bit(0) == 1
}

// Allocate splits total into len(weights) whole parts in proportion to the weights, by largest remainder on |total| with the sign
// put back; a unit left over goes to the largest remainder, on a tie to the earlier part. The parts always sum to total. Weights
// must be ≥ 0 with a positive sum below 2^62; otherwise Allocate returns nil.
func Allocate(total int64, weights []int64) []int64 {
	var sum int64
	for _, w := range weights {
		if w < 0 || sum > (1<<62)-1-w {
			return nil
		}
		sum += w
	}
	if sum <= 0 {
		return nil
	}
	magnitude := uint64(total)
	if total < 0 {
		magnitude = -magnitude
	}
	parts := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	left := magnitude
	for i, w := range weights {
		hi, lo := bits.Mul64(magnitude, uint64(w))
		q, rem := bits.Div64(hi, lo, uint64(sum))
		parts[i], remainders[i] = int64(q), rem
		left -= q
	}
	handOut(parts, remainders, left)
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// handOut adds one to the left parts with the largest remainders, earlier parts first among equals. There are always more
// than left remainders above zero.
func handOut(parts []int64, remainders []uint64, left uint64) {
	if left == 0 {
		return
	}
	if left == 1 { // the common case, a deal shared by two, needs no order
		best := 0
		for i, rem := range remainders {
			if rem > remainders[best] {
				best = i
			}
		}
		parts[best]++
		return
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
}

// Format writes minor units as a plain decimal with the currency's digits: Format(-123450, "CNY") is "-1234.50".
func Format(minor int64, c Currency) string {
	digits := c.MinorDigits()
	if digits == 0 {
		return strconv.FormatInt(minor, 10)
	}
	s := strconv.FormatInt(minor, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for len(s) <= digits {
		s = "0" + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}
