package explain

import (
	"math/big"
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// decimalsMax is how many decimals an exact amount may show before it is written rounded, with a sign that says so.
const decimalsMax = 8

// percentDigitsMax is how many decimals a percentage may show to differ from the threshold that it missed.
const percentDigitsMax = 12

// ExactMoney writes an exact amount of minor units, given as digits or "n/d": with all its decimals where it has few, otherwise
// rounded to four with ≈ in front. A text that is no number comes back as it is.
func ExactMoney(p *i18n.Printer, exact string, c money.Currency) string {
	r, ok := new(big.Rat).SetString(exact)
	if !ok {
		return exact
	}
	return exactMoney(p, r, c)
}

// ExactDecimal writes an exact amount of minor units as a plain decimal in units of the currency, for files: "1052.0004". An amount
// without a finite decimal comes as a fraction "n/d".
func ExactDecimal(exact string, c money.Currency) string {
	r, ok := new(big.Rat).SetString(exact)
	if !ok {
		return exact
	}
	r.Quo(r, new(big.Rat).SetInt(power10(c.MinorDigits())))
	for digits := c.MinorDigits(); digits <= 2*decimalsMax; digits++ {
		if whole(r, digits) {
			return r.FloatString(digits)
		}
	}
	return r.RatString()
}

func exactMoney(p *i18n.Printer, minor *big.Rat, c money.Currency) string {
	if minor.IsInt() && minor.Num().IsInt64() {
		return p.Money(minor.Num().Int64(), c)
	}
	major := new(big.Rat).Quo(minor, new(big.Rat).SetInt(power10(c.MinorDigits())))
	sign := ""
	if major.Sign() < 0 {
		sign = i18n.Minus
		major.Neg(major)
	}
	for digits := c.MinorDigits(); digits <= decimalsMax; digits++ {
		if whole(major, digits) {
			return sign + i18n.Symbol(c) + p.Decimal(major, digits)
		}
	}
	return "≈" + sign + i18n.Symbol(c) + p.Decimal(major, 4)
}

func power10(digits int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
}

// whole reports whether r has at most so many decimals.
func whole(r *big.Rat, digits int) bool {
	return new(big.Rat).Mul(r, new(big.Rat).SetInt(power10(digits))).IsInt()
}

// kindText writes a value of a kind.
func (x *explainer) kindText(kind plan.ValueKind, r *big.Rat) string {
	switch kind {
	case plan.KindMoney:
		return exactMoney(x.p, r, x.s.Currency)
	case plan.KindRatio:
		return x.percentBeside(r, big.NewRat(1, 1))
	}
	if r.IsInt() && r.Num().IsInt64() {
		return x.p.Int(r.Num().Int64())
	}
	return r.RatString()
}

// percentBeside writes a share with two decimals, or with as many as it takes to differ from the limit: 99.999 % is not 100.00 %.
func (x *explainer) percentBeside(r, limit *big.Rat) string {
	digits := 2
	for r.Cmp(limit) != 0 && digits < percentDigitsMax && x.p.PercentDigits(r, digits) == x.p.PercentDigits(limit, digits) {
		digits++
	}
	return x.p.PercentDigits(r, digits)
}

// limitText writes a constant of the plan, as short as it is exact.
func (x *explainer) limitText(kind plan.ValueKind, r *big.Rat) string {
	if kind != plan.KindRatio {
		return x.kindText(kind, r)
	}
	hundred := new(big.Rat).Mul(r, big.NewRat(100, 1))
	for digits := 0; digits < percentDigitsMax; digits++ {
		if whole(hundred, digits) {
			return x.p.PercentDigits(r, digits)
		}
	}
	return x.p.PercentDigits(r, 4)
}

// timesText writes a multiplier: ×1.2.
func timesText(times string) string { return "×" + strings.TrimSpace(times) }

// ceil returns the least whole number that is not below r.
func ceil(r *big.Rat) *big.Int {
	quotient, remainder := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if remainder.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient
}

// above returns the least whole number that is greater than r.
func above(r *big.Rat) *big.Int {
	next := ceil(r)
	if new(big.Rat).SetInt(next).Cmp(r) == 0 {
		next.Add(next, big.NewInt(1))
	}
	return next
}
