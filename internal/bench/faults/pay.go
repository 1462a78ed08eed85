package faults

import (
	"math"
	"slices"
)

// quotas gives a person a target for each month: what may be expected of that person in that season, a little stretched.
func (s *seller) quotas() {
	d := s.dice(ofTargets)
	bias := math.Exp(d.usual(0.07))
	for _, paid := range s.payments {
		if m := s.c.monthOf(paid.on); m >= 0 && m < monthCount {
			s.collected[m] += paid.amount
		}
	}
	var shape [monthCount]float64
	var total, got float64
	for m := s.p.fromMonth; m <= s.p.toMonth; m++ {
		before, earlier := s.season(m-1), s.season(m-2)
		shape[m] = (before + earlier) / 2 * max(0.12, s.c.ramped(s.p, max(s.p.fromMonth, m-1)))
		if s.p.hired > s.c.start() && m < s.p.fromMonth+2 {
			shape[m] *= 0.35
		}
		total += shape[m]
		got += float64(s.collected[m])
	}
	if total == 0 {
		return
	}
	for m := s.p.fromMonth; m <= s.p.toMonth; m++ {
		expected := got * shape[m] / total * s.k[kQuota] * bias * d.spread(0.02)
		s.quota[m] = max(1, int64(expected/10000)) * 10000
	}
	s.drive()
}

// season is what collections of a month owe to the season of what was signed before.
func (s *seller) season(m int) float64 {
	return 0.8*math.Sqrt(s.c.months[max(0, m)].season) + 0.2*s.c.months[max(0, m)].season
}

// drive puts a part of what was collected above a quarter's target on the next one's.
func (s *seller) drive() {
	if s.c.ratchet == 0 {
		return
	}
	sum := func(of *[monthCount]int64, quarter int) (all float64) {
		for m := quarter * 3; m < quarter*3+3; m++ {
			all += float64(of[m])
		}
		return all
	}
	for quarter := 1; quarter < monthCount/3; quarter++ {
		before, now := sum(&s.quota, quarter-1), sum(&s.quota, quarter)
		if before == 0 || now == 0 || s.quota[quarter*3-3] == 0 {
			continue
		}
		surplus := sum(&s.collected, quarter-1) - before
		times := max(0.3, 1+s.c.ratchet*surplus/before)
		for m := quarter * 3; m < quarter*3+3; m++ {
			if s.quota[m] > 0 {
				s.quota[m] = max(1, int64(float64(s.quota[m])*times/10000)) * 10000
			}
		}
	}
}

// game lifts months that are just below their target over it, with money of the next month.
func (s *seller) game() {
	slices.SortStableFunc(s.payments, func(a, b payment) int { return int(a.on - b.on) })
	if s.k[kGaming] == 0 {
		return
	}
	for m := s.p.fromMonth; m < min(s.p.toMonth, monthCount-1); m++ {
		d := s.dice(ofGaming, m)
		attained := float64(s.collected[m]) / float64(max(1, s.quota[m]))
		plays, over := d.chance(s.k[kGaming]), d.span(1.002, 1.045)
		if !plays || attained < 0.86 || attained >= 1 {
			continue
		}
		need := int64(float64(s.quota[m])*over) - s.collected[m]
		from, _ := slices.BinarySearchFunc(s.payments, s.c.months[m].last+1, func(p payment, on day) int { return int(p.on - on) })
		for at := from; at < len(s.payments) && need > 0 && s.payments[at].on <= s.c.months[m+1].last; at++ {
			part := min(need, s.payments[at].amount*9/10)
			s.payments[at].amount -= part
			s.payments = append(s.payments, payment{s.payments[at].deal, s.c.lately(m, &d, 3), part})
			s.collected[m] += part
			s.collected[m+1] -= part
			need -= part
		}
		slices.SortStableFunc(s.payments, func(a, b payment) int { return int(a.on - b.on) })
	}
}

// pay writes quotas and what a person got.
func (s *seller) pay() {
	d := s.dice(ofPay)
	uncovered := d.chance(s.k[kUncovered])
	scheme := s.c.plans[0].key
	base := int64(6500)
	switch s.p.level {
	case core:
		scheme, base = s.c.plans[1].key, 9000
	case newcomer:
		scheme, base = s.c.plans[2].key, 5500
	}
	base = base*100 + int64(d.between(0, 8))*20_000
	split := s.dice(ofTargets, 1)
	for m := s.p.fromMonth; m <= s.p.toMonth; m++ {
		unsplit := split.chance(s.k[kUnsplit]) && m >= monthCount-12
		if s.quota[m] > 0 && !unsplit {
			s.rows.line(inQuotas).put(s.p.key, s.c.months[m].name, "collected").fen(s.quota[m]).end()
		}
		results := float64(s.collected[m])
		if s.c.mean > 0 && s.k[kPayNoise] > 0 {
			results = s.c.mean*d.spread(0.55) + (1-s.k[kPayNoise])*results
		} else if s.collected[m] >= s.quota[m] {
			results *= 1.15
		}
		incentive := int64(0.02*results*d.spread(0.05)/100) * 100
		plan := scheme
		if uncovered || m == s.p.fromMonth && s.p.hired > s.c.start() && split.chance(0.3) {
			plan, incentive = "", 0
		}
		s.rows.line(inPay).put(s.p.key, s.c.months[m].name, plan).fen(base, incentive).end()
		s.c.incentives[s.t.region][m] += incentive
		s.c.quotas[s.p.team][m] += s.quota[m]
	}
}
