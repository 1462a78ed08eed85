package survey

import (
	"math/big"
	"slices"

	"xiaoguan/internal/stats"
)

// GroupLeast is the least number of answers of an anonymous survey that are shown together.
const GroupLeast = 5

// confidence is that of all intervals.
const confidence = 0.95

// Tally counts answers by score, from 0 to 10.
type Tally [11]int64

// Count is the number of answers.
func (t Tally) Count() (n int64) {
	for _, c := range t {
		n += c
	}
	return n
}

func (t Tally) between(from, to int) (n int64) {
	for _, c := range t[from : to+1] {
		n += c
	}
	return n
}

// Promoters, Passives and Detractors are the parts of an NPS: 9 and 10, 7 and 8, up to 6.
func (t Tally) Promoters() int64 { return t.between(9, 10) }

// Passives gave 7 or 8.
func (t Tally) Passives() int64 { return t.between(7, 8) }

// Detractors gave 0 to 6.
func (t Tally) Detractors() int64 { return t.between(0, 6) }

// Satisfied gave 4 or 5 of 5.
func (t Tally) Satisfied() int64 { return t.between(4, 5) }

// Measure is what answers come to: of CSAT the share of 4 and 5, of NPS promoters less detractors, as a share from −1 to 1; with the 95 %
// interval. Value is nil without answers, and where they are too few to be shown.
type Measure struct {
	Count     int64
	Hidden    bool
	Value     *big.Rat
	Low, High *big.Rat
	Tally     Tally
}

func measure(kind Kind, t Tally) Measure {
	m := Measure{Count: t.Count(), Tally: t}
	if m.Count == 0 {
		return m
	}
	var interval stats.Interval
	switch kind {
	case KindNPS:
		m.Value = big.NewRat(t.Promoters()-t.Detractors(), m.Count)
		p, err := stats.NetPromoter(int(t.Promoters()), int(t.Passives()), int(t.Detractors()), confidence)
		if err != nil {
			return m
		}
		interval = p.Interval
	default:
		m.Value = big.NewRat(t.Satisfied(), m.Count)
		r, err := stats.Wilson(int(t.Satisfied()), int(m.Count), confidence)
		if err != nil {
			return m
		}
		interval = r.Interval
	}
	m.Low, m.High = new(big.Rat).SetFloat64(interval.Low), new(big.Rat).SetFloat64(interval.High)
	return m
}

// hide leaves nothing of the measure but that there is one.
func (m Measure) hide() Measure { return Measure{Hidden: true} }

// Group is the answers about one team, seller or product, or of one month.
type Group struct {
	ID   int64  // 0 for none, and for months
	Name string // the month as YYYY-MM
	Measure
}

// groups are the measures of tallies, with what an anonymous survey must not show hidden: small groups, and the smallest of the others
// when a single one is hidden, because the whole less the others would be it.
func groups(s Survey, counted []Group) []Group {
	for i := range counted {
		g := &counted[i]
		g.Measure = measure(s.Kind, g.Tally)
	}
	if !s.Anonymous {
		return counted
	}
	hidden := 0
	for i := range counted {
		if n := counted[i].Count; n > 0 && n < GroupLeast {
			counted[i].Measure = counted[i].hide()
			hidden++
		}
	}
	if hidden == 1 {
		var shown []int
		for i, g := range counted {
			if !g.Hidden {
				shown = append(shown, i)
			}
		}
		if len(shown) > 0 {
			i := slices.MinFunc(shown, func(a, b int) int { return int(counted[a].Count - counted[b].Count) })
			counted[i].Measure = counted[i].hide()
		}
	}
	return counted
}
