package board

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/metric"
)

// Pace is how a number that has a target stands against the time that has passed: what was reached over what was to be reached by now, on working days (T12).
type Pace struct {
	Attained *big.Rat // share of the target
	Elapsed  *big.Rat // share of the working days
	Index    *big.Rat // Attained ÷ Elapsed
}

// PaceOf returns the pace of a share of a target. False for what is not known, and before the first working day.
func PaceOf(v metric.Value, elapsed, days int) (p Pace, ok bool) {
	if !v.Known || v.Denominator <= 0 || elapsed <= 0 || days <= 0 {
		return p, false
	}
	p.Attained, p.Elapsed = big.NewRat(v.Numerator, v.Denominator), big.NewRat(int64(elapsed), int64(days))
	p.Index = new(big.Rat).Quo(p.Attained, p.Elapsed)
	return p, true
}

// HasTarget reports whether a metric is a share of a target, so that it has a pace.
func HasTarget(d metric.Definition) bool {
	other := func(t metric.Term) bool {
		return t.Measure != metric.TargetCollected && t.Measure != metric.TargetSigned && t.Measure != metric.TargetInvoiced
	}
	return d.Formula.Kind == metric.FormulaRatio && len(d.Formula.Over) > 0 && !slices.ContainsFunc(d.Formula.Over, other)
}

// Rank is somebody's place in a ranking; people whose numbers are equal share one.
type Rank struct {
	Place int
	At    int // index among the parts of the series
}

// Ranks orders the parts of a series by how good their numbers are; who has none is left out, and counted.
func Ranks(s metric.Series) (ranks []Rank, without int) {
	type entry struct {
		at     int
		amount int64
	}
	var list []entry
	for i, p := range s.Parts {
		if amount, ok := p.Value.Amount(); ok {
			list = append(list, entry{i, amount})
		} else {
			without++
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		if s.Definition.Good == metric.GoodDown {
			a, b = b, a
		}
		return cmp.Compare(b.amount, a.amount)
	})
	for i, e := range list {
		place := i + 1
		if i > 0 && e.amount == list[i-1].amount {
			place = ranks[i-1].Place
		}
		ranks = append(ranks, Rank{place, e.at})
	}
	return ranks, without
}

// The ends of a ranking that are shown.
const (
	ranksTop  = 5
	ranksLast = 2
)

// Seen are the ranks that somebody is shown, and how many are left out before each of them: the best; the last ones to superiors alone; and oneself. The middle is
// nobody's business, unless a superior asks for all.
func Seen(ranks []Rank, s metric.Series, self int64, superior, all bool) (seen []Rank, gaps []int) {
	skipped := 0
	for i, r := range ranks {
		own := self != 0 && s.Parts[r.At].Value.Place.ID == self
		if i < ranksTop || own || superior && (all || i >= len(ranks)-ranksLast) {
			seen, gaps = append(seen, r), append(gaps, skipped)
			skipped = 0
			continue
		}
		skipped++
	}
	return seen, gaps
}
