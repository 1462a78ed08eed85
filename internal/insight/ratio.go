package insight

import (
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
)

// Part is one segment of a ratio, before and after: what is counted, and over what.
type Part struct {
	CountBefore, BaseBefore int64
	CountAfter, BaseAfter   int64
}

// PartEffect is what one segment did to the ratio: by changing itself, and by weighing more or less than before.
type PartEffect struct {
	Inner, Mix *big.Rat
}

// RatioEffects says why a ratio of sums moved. Inner and Mix sum to After − Before, and are the sums of those of the parts: all exactly.
type RatioEffects struct {
	Before, After *big.Rat
	Inner, Mix    *big.Rat
	Parts         []PartEffect
}

// Ratio splits the change of Σcount/Σbase over segments: inner w₁(r₁−r₀) and mix (w₁−w₀)(r₀−R₀), w the segment's share of the base, r its ratio, R that of all.
// A segment without a base before or after has no ratio to change: what it did, count₁/B₁ − w₁R₀ − (count₀/B₀ − w₀R₀), is mix; so people with results and no target
// count, too. Source: methods D6 (mix and inner effects of a ratio; the exact form of stats.InnerMix). Refused: bases below 0, or that sum to 0 before or after.
func Ratio(parts []Part) (RatioEffects, error) {
	var all Part
	for _, p := range parts {
		if p.BaseBefore < 0 || p.BaseAfter < 0 {
			return RatioEffects{}, errs.New(errs.KindInvalid, "insight.base", nil)
		}
		all.CountBefore, all.BaseBefore = all.CountBefore+p.CountBefore, all.BaseBefore+p.BaseBefore
		all.CountAfter, all.BaseAfter = all.CountAfter+p.CountAfter, all.BaseAfter+p.BaseAfter
	}
	if all.BaseBefore == 0 || all.BaseAfter == 0 {
		return RatioEffects{}, errs.New(errs.KindInvalid, "insight.base", nil)
	}
	e := RatioEffects{Before: big.NewRat(all.CountBefore, all.BaseBefore), After: big.NewRat(all.CountAfter, all.BaseAfter), Inner: new(big.Rat), Mix: new(big.Rat)}
	for _, p := range parts {
		weightBefore, weightAfter := big.NewRat(p.BaseBefore, all.BaseBefore), big.NewRat(p.BaseAfter, all.BaseAfter)
		effect := PartEffect{Inner: new(big.Rat)}
		then := new(big.Rat).Sub(big.NewRat(p.CountBefore, all.BaseBefore), new(big.Rat).Mul(weightBefore, e.Before))
		now := new(big.Rat).Sub(big.NewRat(p.CountAfter, all.BaseAfter), new(big.Rat).Mul(weightAfter, e.Before))
		whole := now.Sub(now, then)
		if p.BaseBefore > 0 && p.BaseAfter > 0 {
			moved := new(big.Rat).Sub(big.NewRat(p.CountAfter, p.BaseAfter), big.NewRat(p.CountBefore, p.BaseBefore))
			effect.Inner.Mul(weightAfter, moved)
		}
		effect.Mix = whole.Sub(whole, effect.Inner)
		e.Inner.Add(e.Inner, effect.Inner)
		e.Mix.Add(e.Mix, effect.Mix)
		e.Parts = append(e.Parts, effect)
	}
	return e, nil
}

// Millionths rounds fractions to parts per million that sum to the rounded sum of all of them, so that what is written down adds up: by largest remainders, the
// first of equals. The sum itself is rounded half away from zero.
func Millionths(parts []*big.Rat) (list []int64, total int64) {
	const whole = 1_000_000
	sum := new(big.Rat)
	type remainder struct {
		at   int
		left *big.Rat
	}
	list = make([]int64, len(parts))
	var remainders []remainder
	rest := int64(0)
	for i, p := range parts {
		sum.Add(sum, p)
		scaled := new(big.Rat).Mul(p, big.NewRat(whole, 1))
		floor := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: down, the denominator is positive
		list[i] = floor.Int64()
		rest -= list[i]
		remainders = append(remainders, remainder{i, scaled.Sub(scaled, new(big.Rat).SetInt(floor))})
	}
	total = Nearest(new(big.Rat).Mul(sum, big.NewRat(whole, 1)))
	rest += total
	slices.SortStableFunc(remainders, func(a, b remainder) int { return b.left.Cmp(a.left) })
	for k := int64(0); k < rest && k < int64(len(remainders)); k++ {
		list[remainders[k].at]++
	}
	return list, total
}

// Nearest rounds half away from zero.
func Nearest(r *big.Rat) int64 {
	doubled := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	doubled.Add(doubled, r.Denom())
	n := doubled.Quo(doubled, new(big.Int).Lsh(r.Denom(), 1)).Int64()
	if r.Sign() < 0 {
		return -n
	}
	return n
}
