package quota

import (
	"math"
	"math/big"
)

// noBound is a bound that does not hold.
const noBound = math.MaxInt64

// bound says how low and how high a unit may come, and why.
func (s *sibling) bound(b Bounds) {
	u := s.unit
	s.low, s.high, s.lowHold, s.highHold = u.LowMinor, noBound, HoldLow, HoldHigh
	if u.HighMinor > 0 {
		s.high = u.HighMinor
	}
	if past := mulDiv(max(u.LastMinor, 0), s.presence, Million); past > 0 {
		if down := past - mulDiv(past, b.Down, Million); b.Down > 0 && down > s.low && down <= s.high {
			s.low, s.lowHold = down, HoldDown
		}
		if up := past + mulDiv(past, b.Up, Million); b.Up > 0 && up < s.high {
			s.high, s.highHold = max(up, s.low), HoldUp
		}
	}
	if s.factor == 0 {
		s.high = s.low
	}
	if u.FixedMinor != nil {
		s.low, s.high, s.lowHold, s.highHold = *u.FixedMinor, *u.FixedMinor, HoldFixed, HoldFixed
	}
}

// fill shares the total by weights within bounds: the one split in which everybody is at the same multiple of its weight, or at the bound that
// multiple would cross. Where bounds leave no such split it stops at them and tells what is too much or lacks. Source: methods T3; water-filling,
// Boyd and Vandenberghe, Convex Optimization, 2004, example 5.2.
func fill(parent string, all []sibling, total int64) (findings []Finding) {
	var lows, highs big.Int
	for i := range all {
		lows.Add(&lows, big.NewInt(all[i].low))
		highs.Add(&highs, big.NewInt(all[i].high))
	}
	want := big.NewInt(total)
	switch {
	case lows.Cmp(want) > 0:
		return []Finding{stop(ProblemFloors, parent, all, lows.Sub(&lows, want).Int64(), func(s *sibling) int64 { return s.low })}
	case highs.Cmp(want) < 0:
		return []Finding{stop(ProblemCeilings, parent, all, want.Sub(want, &highs).Int64(), func(s *sibling) int64 { return s.high })}
	}
	open := make([]int, len(all))
	for i := range all {
		open[i] = i
	}
	for left := total; len(open) > 0; {
		var whole int64
		for _, i := range open {
			whole += all[i].weight
		}
		held, rest := cross(all, open, left, whole)
		if len(held) == 0 {
			var weights []int64
			for _, i := range open {
				weights = append(weights, all[i].weight)
			}
			for k, part := range share(left, weights) {
				all[open[k]].minor = part
			}
			return nil
		}
		for _, i := range held {
			left -= all[i].minor
		}
		open = rest
	}
	return nil
}

// stop puts everybody at a bound.
func stop(p Problem, parent string, all []sibling, minor int64, at func(*sibling) int64) Finding {
	f := Finding{Problem: p, Unit: parent, Minor: minor}
	for i := range all {
		all[i].minor = at(&all[i])
		all[i].hold = all[i].lowHold
		if p == ProblemCeilings {
			all[i].hold = all[i].highHold
		}
		if all[i].minor > 0 || p == ProblemCeilings {
			f.Units = append(f.Units, all[i].unit.ID)
		}
	}
	return f
}

// cross finds who would come below or above its bound if what is left went by weight, and holds those on the side where more is violated;
// rest stays open. Weights of nothing share nothing, so they are held at their lower bound or take what the others cannot.
func cross(all []sibling, open []int, left, whole int64) (held, rest []int) {
	if whole == 0 {
		for _, i := range open { // nobody has a reason for more than another
			all[i].weight = 1
		}
		whole = int64(len(open))
	}
	var below, above []int
	var lack, excess big.Int // times whole
	for _, i := range open {
		s := &all[i]
		fair := new(big.Int).Mul(big.NewInt(left), big.NewInt(s.weight))
		if d := new(big.Int).Sub(new(big.Int).Mul(big.NewInt(s.low), big.NewInt(whole)), fair); d.Sign() > 0 {
			below = append(below, i)
			lack.Add(&lack, d)
		}
		if s.high == noBound {
			continue
		}
		if d := new(big.Int).Sub(fair, new(big.Int).Mul(big.NewInt(s.high), big.NewInt(whole))); d.Sign() > 0 {
			above = append(above, i)
			excess.Add(&excess, d)
		}
	}
	side := lack.Cmp(&excess)
	at := map[int]bool{}
	hold := func(i int, minor int64, h Hold) {
		all[i].minor, all[i].hold, at[i] = minor, h, true
	}
	if side >= 0 {
		for _, i := range below {
			hold(i, all[i].low, all[i].lowHold)
		}
	}
	if side <= 0 {
		for _, i := range above {
			hold(i, all[i].high, all[i].highHold)
		}
	}
	for _, i := range open {
		if at[i] {
			held = append(held, i)
		} else {
			rest = append(rest, i)
		}
	}
	return held, rest
}
