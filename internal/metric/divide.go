package metric

import "math/big"

// divide is number × times ÷ by, rounded half away from zero. by is not 0.
func divide(number, times, by int64) int64 {
	n := new(big.Int).Mul(big.NewInt(number), big.NewInt(times))
	d := big.NewInt(by)
	negative := n.Sign()*d.Sign() < 0
	n.Abs(n)
	d.Abs(d)
	n.Add(n.Lsh(n, 1), d) // (2n + d) ÷ 2d
	n.Quo(n, d.Lsh(d, 1))
	if negative {
		n.Neg(n)
	}
	return n.Int64()
}
