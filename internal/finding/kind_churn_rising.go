package finding

import (
	"math"
	"slices"
)

func churnRising() Analyser {
	return Analyser{
		Kind: "churn_rising", Area: AreaCustomer, Needs: []Part{CustomerRecords, Customers, Persons},
		Method: "Customers who bought and were lost in a month, for each that could be: the last 6 months against the 18 before, as a logarithm of ratios with variance Σ 1/losses, region against the others (methods C4). Where orders are known, a customer is lost after a year without one, and the last 6 months stand against the same months a year before, so that a season of orders is none of losses; in a shorter history against the 6 before, of regions alone.",
		Least:  "5 losses before, 20 in all", look: func(l *look) {
			const now = 6
			spans := []churnSpan{{24, 18, true}}
			if slices.ContainsFunc(l.Customers, func(c Customer) bool { return c.Buying != nil }) {
				spans = []churnSpan{{18, 6, true}, {12, 6, false}}
			}
			most := 0
			for _, before := range spans {
				recent, earlier, all := l.losses(now, before)
				most = max(most, int(all[0][1]+all[1][1]))
				if all[0][1]+all[1][1] >= 20 && all[1][1] >= 5 {
					l.rising(recent, earlier, all, before.whole)
					return
				}
			}
			l.few("finding.missing.few", min(most, 19), 20)
		},
	}
}

// churnSpan is what the last months stand against: how many months, from so many months ago on. Where a season may lie between them, regions are compared with
// each other alone, which share it.
type churnSpan struct {
	from, months int
	whole        bool
}

// losses counts, by region and in all, months at risk and losses: of the last months, and of those before.
func (l *look) losses(now int, before churnSpan) (recent, earlier *gauge, all [2][2]float64) {
	recent, earlier = newGauge(len(l.Regions)), newGauge(len(l.Regions))
	for i := range l.Customers {
		c := &l.Customers[i]
		if c.Buying == nil && c.Since == NoDay {
			continue
		}
		region := Nobody
		if k := l.keeper(int32(i)); k >= 0 {
			region = l.region[k]
		}
		for span, g := range []*gauge{recent, earlier} {
			from, to := l.since(now), l.AsOf
			if span == 1 {
				from, to = l.since(before.from), l.since(before.from-before.months)-1
			}
			risk, lost := exposed(c, from, to)
			all[span][0] += risk
			all[span][1] += lost
			if region >= 0 {
				g.n[region] += risk
				g.sum[region] += lost
			}
		}
	}
	return recent, earlier, all
}

// exposed is how many months a customer could be lost in a span, and whether it was.
func exposed(c *Customer, from, to Day) (months, lost float64) {
	if c.Buying != nil {
		return c.Buying.exposed(from, to)
	}
	begin, end := max(c.Since, from), to
	if c.Lost != NoDay && c.Lost <= to {
		end = c.Lost
		if c.Lost >= from {
			lost = 1
		}
	}
	if end < begin {
		return 0, 0
	}
	return float64(end-begin+1) / 30.44, lost
}

// rising tells where the rate of loss rose.
func (l *look) rising(recent, earlier *gauge, all [2][2]float64, company bool) {
	least := math.Log(l.limit().told)
	ratio := func(lostNow, riskNow, lostThen, riskThen float64) (log, variance float64) {
		return math.Log((lostNow + 0.5) / riskNow * riskThen / (lostThen + 0.5)), 1/(lostNow+0.5) + 1/(lostThen+0.5)
	}
	whole, wholeVariance := ratio(all[0][1], all[0][0], all[1][1], all[1][0])
	regions, risen := 0, 0
	for r := range l.Regions {
		if recent.n[r] > 0 && earlier.n[r] > 0 && earlier.sum[r]+recent.sum[r] >= 10 {
			regions++
			if x, _ := ratio(recent.sum[r], recent.n[r], earlier.sum[r], earlier.n[r]); x >= math.Log(1.3) {
				risen++
			}
		}
	}
	tell := func(place Place, tests int, log, chance, usual, lost float64, in func(customer int) bool) {
		l.tested(tests, Finding{Place: place, Value: math.Exp(log), Usual: math.Exp(usual), Unit: UnitRatio, Cases: int64(lost), Hits: -1, Chance: chance, Evidence: l.lostRows(in)})
	}
	if company && whole >= least && (regions < 2 || float64(risen) >= 0.8*float64(regions)) {
		tell(Whole(), 1, whole, upperTail(whole/math.Sqrt(wholeVariance+0.01)), 0, all[0][1], func(int) bool { return true })
		return
	}
	for r := range l.Regions {
		if recent.n[r] == 0 || earlier.n[r] == 0 || regions < 2 || recent.sum[r] < 5 {
			continue
		}
		own, variance := ratio(recent.sum[r], recent.n[r], earlier.sum[r], earlier.n[r])
		rest, restVariance := ratio(all[0][1]-recent.sum[r], all[0][0]-recent.n[r], all[1][1]-earlier.sum[r], all[1][0]-earlier.n[r])
		if own < least || own-rest < math.Log(1.3) {
			continue
		}
		z := (own - math.Min(math.Max(rest, 0), math.Log(1.2))) / math.Sqrt(variance+restVariance+0.01)
		region := int32(r)
		tell(l.unit(LevelRegion, region), regions, own, upperTail(z), rest, recent.sum[r], func(i int) bool {
			k := l.keeper(int32(i))
			return k >= 0 && l.region[k] == region
		})
	}
}

// lostRows are the customers lost in the last six months.
func (l *look) lostRows(in func(customer int) bool) []Evidence {
	return rowsOf(len(l.Customers), func(i int) (Evidence, bool) {
		c := &l.Customers[i]
		since, lost := c.Since, c.Lost
		if c.Buying != nil {
			since, lost = c.Buying.First, c.Buying.lostSince(l.since(6))
		}
		if lost == NoDay || since == NoDay || lost < l.since(6) || !in(i) {
			return Evidence{}, false
		}
		e := Evidence{Part: CustomerRecords, Record: c.Key, Value: float64(lost - since), Day: lost}
		if k := l.keeper(int32(i)); k >= 0 {
			e.Person = l.People[k].Key
		}
		return e, true
	})
}
