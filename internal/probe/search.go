package probe

import (
	"maps"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// The bounds of a search.
const (
	gamingPointsMax = 20
	samplesMax      = 2000
	leapFen         = 100 // what is less is no reason to move a deal
)

// search looks for leaps and steep stretches of the last month's pay over its sales, from none to twice the quota.
func (t *trial) search(r *Report) error {
	s := &searcher{trial: t, known: map[int64]paid{}}
	for m := t.model.From; m < t.model.To; m++ {
		before, err := t.pay(m, func(calendar.Month) int64 { return t.quotaFen() }, s.earlier)
		if err != nil {
			return err
		}
		s.earlier = append(s.earlier, before.earlier...)
	}
	s.toleranceFen = 2
	for _, c := range t.plan.Components {
		s.toleranceFen += 2 * max(1, c.Round.Unit)
	}
	step := max(1, t.quotaFen()/20)
	for x := int64(0); x < 2*t.quotaFen(); x += step {
		if err := s.between(x, x+step); err != nil {
			return err
		}
	}
	s.leaps(r)
	s.stretches(r, step)
	return nil
}

// searcher knows what it has asked already.
type searcher struct {
	*trial
	earlier      []engine.EarlierPay
	known        map[int64]paid
	found        []int64 // sales from which on pay is another by a leap
	toleranceFen int64   // of rounding
	stopped      bool
}

// at is the pay for the last month's sales. With the samples used up, nothing new is asked.
func (s *searcher) at(x int64) (p paid, err error) {
	p, has := s.known[x]
	if has {
		return p, nil
	}
	p, err = s.pay(s.model.To, func(m calendar.Month) int64 {
		if m == s.model.To {
			return x
		}
		return s.quotaFen()
	}, s.earlier)
	s.known[x] = p
	return p, err
}

// between halves an interval for as long as the middle does not lie on the straight line between its ends: a bend lies nearer and nearer to
// it, a leap stays as high as it is down to the last fen.
func (s *searcher) between(low, high int64) error {
	if len(s.known) > samplesMax {
		s.stopped = true
		return nil
	}
	a, err := s.at(low)
	if err != nil {
		return err
	}
	b, err := s.at(high)
	if err != nil {
		return err
	}
	if high-low <= 1 {
		if leap := b.totalFen - a.totalFen; max(leap, -leap) >= max(leapFen, s.toleranceFen) {
			s.found = append(s.found, high)
		}
		return nil
	}
	middle := low + (high-low)/2
	m, err := s.at(middle)
	if err != nil {
		return err
	}
	off := 2*m.totalFen - a.totalFen - b.totalFen
	if max(off, -off) <= 2*s.toleranceFen {
		return nil
	}
	if err := s.between(low, middle); err != nil {
		return err
	}
	return s.between(middle, high)
}

// leaps reports what was found.
func (s *searcher) leaps(r *Report) {
	slices.Sort(s.found)
	r.More = len(s.found) > gamingPointsMax || s.stopped
	for _, x := range s.found[:min(len(s.found), gamingPointsMax)] {
		before, after := s.known[x-1], s.known[x]
		g := GamingPoint{SalesFen: x, AttainmentPPM: parts(x, s.quotaFen()), BeforeFen: before.totalFen, AfterFen: after.totalFen, Fix: FixSmaller}
		var most int64
		for i, c := range s.plan.Components {
			leap := after.components[i] - before.components[i]
			if leap = max(leap, -leap); leap < leapFen {
				continue
			}
			if g.Components = append(g.Components, c.ID); leap > most {
				most, g.Fix = leap, fixOf(c)
			}
		}
		r.Gaming = append(r.Gaming, g)
	}
}

// fixOf says what takes the leaps of a component away.
func fixOf(c plan.Component) Fix {
	t := c.Pays.Table
	switch {
	case t != nil && (t.Style == plan.StyleWholeAmount || t.Style == plan.StyleAbovePoint):
		return FixMarginal
	case t != nil && t.Style == plan.StyleInterpolate:
		return FixInterpolate
	case c.Pays.Rate != nil && len(c.When) > 0:
		return FixDeduct
	case c.Pays.Factors != nil || len(c.When) > 0:
		return FixInterpolate
	}
	return FixSmaller
}

// stretches reports where pay rises faster than sales between two samples that no leap lies between. Samples nearer than a hundredth of a
// step say more of rounding than of the rule.
func (s *searcher) stretches(r *Report, step int64) {
	places := slices.Sorted(maps.Keys(s.known))
	least := max(s.toleranceFen*10, step/100)
	from := places[0]
	for _, to := range places[1:] {
		leapt := slices.ContainsFunc(s.found, func(x int64) bool { return x > from && x <= to })
		if leapt {
			from = to
			continue
		}
		if to-from < least {
			continue
		}
		slope := parts(s.known[to].totalFen-s.known[from].totalFen, to-from)
		if slope > 1_000_000 {
			if n := len(r.Steep); n > 0 && r.Steep[n-1].ToFen == from {
				r.Steep[n-1].ToFen, r.Steep[n-1].PartsPerMillion = to, max(slope, r.Steep[n-1].PartsPerMillion)
			} else {
				r.Steep = append(r.Steep, Stretch{FromFen: from, ToFen: to, PartsPerMillion: slope})
			}
		}
		from = to
	}
}
