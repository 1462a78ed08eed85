package tier

import "math/bits"

// mulDiv is a·b/c rounded down for a, b ≥ 0 and c > 0 whose quotient is an int64; the product may be larger.
func mulDiv(a, b, c int64) int64 {
	high, low := bits.Mul64(uint64(a), uint64(b))
	quotient, _ := bits.Div64(high, low, uint64(c))
	return int64(quotient)
}

// part is n of all in parts per million, rounded down; nothing of nothing is the whole.
func part(n, all int64) Share {
	if all == 0 {
		return Whole
	}
	return Share(mulDiv(n, int64(Whole), all))
}
