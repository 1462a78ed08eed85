package refmodel

import (
	"cmp"
	"math/big"
	"strings"

	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

func product(factors ...*big.Rat) *big.Rat {
	result := big.NewRat(1, 1)
	for _, f := range factors {
		result.Mul(result, f)
	}
	return result
}

func greater(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// halfAway rounds half away from zero to minor units.
func halfAway(x *big.Rat) int64 { return round(x, money.HalfAwayFromZero) }

// round rounds by the definition of each mode. It panics with ErrBeyond for an amount beyond 64 bits, which Compute returns.
func round(x *big.Rat, mode money.Rounding) int64 {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean division: toward minus infinity for a positive divisor
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	up := false
	switch half := rest.Cmp(big.NewRat(1, 2)); mode {
	case money.Floor:
	case money.Ceiling:
		up = rest.Sign() > 0
	case money.Down:
		up = rest.Sign() > 0 && x.Sign() < 0
	case money.Up:
		up = rest.Sign() > 0 && x.Sign() > 0
	case money.HalfEven:
		up = half > 0 || (half == 0 && floor.Bit(0) == 1)
	default: // half away from zero
		up = half > 0 || (half == 0 && x.Sign() > 0)
	}
	if up {
		floor.Add(floor, big.NewInt(1))
	}
	if !floor.IsInt64() {
		panic(ErrBeyond)
	}
	return floor.Int64()
}

// roundBy rounds to the unit of a plan's rounding.
func roundBy(x *big.Rat, r plan.Rounding) int64 {
	unit := max(r.Unit, 1)
	return round(product(x, big.NewRat(1, unit)), r.Mode) * unit
}

func compares(value *big.Rat, comparison plan.Comparison, constant *big.Rat) bool {
	switch order := value.Cmp(constant); comparison {
	case plan.AtLeast:
		return order >= 0
	case plan.Above:
		return order > 0
	case plan.AtMost:
		return order <= 0
	case plan.Below:
		return order < 0
	case plan.Equals:
		return order == 0
	}
	panic("refmodel: unknown comparison " + string(comparison))
}

// largestRemainder shares a number by weights: first the whole parts, then one each to the largest remainders, on a tie to the earlier.
// The sign is put back at the end. The weights are not below zero and not all zero.
func largestRemainder(number int64, weights []*big.Rat) []int64 {
	total := new(big.Rat)
	for _, w := range weights {
		total.Add(total, w)
	}
	parts, remainders := make([]int64, len(weights)), make([]*big.Rat, len(weights))
	left := max(number, -number)
	magnitude := whole(left)
	for i, w := range weights {
		exact := new(big.Rat).Quo(product(magnitude, w), total)
		parts[i] = round(exact, money.Down)
		remainders[i] = new(big.Rat).Sub(exact, whole(parts[i]))
		left -= parts[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range remainders {
			if remainders[i].Cmp(remainders[best]) > 0 {
				best = i
			}
		}
		parts[best]++
		remainders[best] = new(big.Rat)
	}
	if number < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// compareKeys orders numeric keys by value and before others, others by bytes.
func compareKeys(a, b string) int {
	x, aNumber := number(a)
	y, bNumber := number(b)
	switch {
	case aNumber && bNumber:
		return cmp.Or(x.Cmp(y), strings.Compare(a, b))
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

func number(key string) (*big.Int, bool) {
	if key == "" || strings.Trim(key, "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(key, 10)
}
