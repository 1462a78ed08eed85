package finding

import "math"

// related gathers what a correlation needs.
type related struct{ n, x, y, xx, yy, xy float64 }

func (r *related) add(x, y float64) {
	r.n, r.x, r.y, r.xx, r.yy, r.xy = r.n+1, r.x+x, r.y+y, r.xx+x*x, r.yy+y*y, r.xy+x*y
}

// value is Pearson's r; 0 where one of the two never changes.
func (r *related) value() float64 {
	a, b := r.xx-r.x*r.x/r.n, r.yy-r.y*r.y/r.n
	if r.n < 2 || a <= 0 || b <= 0 {
		return 0
	}
	return (r.xy - r.x*r.y/r.n) / math.Sqrt(a*b)
}

func payNotFollowing() Analyser {
	return Analyser{
		Kind: "pay_not_following", Area: AreaIncentive, Needs: []Part{Pay, Deals, Payments, Persons},
		Method: "Correlation of a month's incentive with the money collected in it, over seller-months of the last 12 months; tested against 0.55 by Fisher's z (Fisher 1921).",
		Least:  "30 seller-months", look: func(l *look) {
			collected := l.collected()
			all, regions := related{}, make([]related, len(l.Regions))
			for _, p := range l.Pays {
				if p.Month < l.since(year).Month() || p.Month > l.month || !l.sells[p.Person] || !p.Planned {
					continue
				}
				x, y := float64(p.IncentiveMinor)/100, float64(collected.of(p.Person, p.Month))/100
				all.add(x, y)
				if r := l.region[p.Person]; r >= 0 {
					regions[r].add(x, y)
				}
			}
			if all.n < 30 {
				l.few("finding.missing.few", int(all.n), 30)
				return
			}
			const healthy = 0.55
			least := l.limit().base - l.limit().told
			chance := func(r *related) float64 {
				return upperTail((math.Atanh(healthy) - math.Atanh(math.Min(r.value(), 0.999))) * math.Sqrt(r.n-3))
			}
			judged, low := 0, 0
			for i := range regions {
				if regions[i].n >= 30 {
					judged++
					if regions[i].value() < least+0.05 {
						low++
					}
				}
			}
			if all.value() < least && (judged < 2 || 5*low >= 4*judged) {
				l.tested(1, Finding{Place: Whole(), Value: all.value(), Usual: 1, Unit: UnitScore, Cases: int64(all.n), Hits: -1, Chance: chance(&all), Evidence: l.payRows(func(int32) bool { return true })})
				return
			}
			for i := range regions {
				r := &regions[i]
				if r.n < 30 || r.value() >= least {
					continue
				}
				l.tested(judged, Finding{Place: l.unit(LevelRegion, int32(i)), Value: r.value(), Usual: all.value(), Unit: UnitScore, Cases: int64(r.n), Hits: -1, Chance: chance(r), Evidence: l.payRows(func(p int32) bool { return l.region[p] == int32(i) })})
			}
		},
	}
}

// payRows are the greatest incentives of the last 12 months, each with what was collected.
func (l *look) payRows(in func(person int32) bool) []Evidence {
	collected := l.collected()
	return rowsOf(len(l.Pays), func(i int) (Evidence, bool) {
		p := &l.Pays[i]
		if p.Month < l.since(year).Month() || p.Month > l.month || !l.sells[p.Person] || !in(p.Person) {
			return Evidence{}, false
		}
		return Evidence{Part: Pay, Record: p.Month.String(), Person: l.People[p.Person].Key, Value: float64(p.IncentiveMinor) / 100, Usual: float64(collected.of(p.Person, p.Month)) / 100, Day: p.Month.First()}, true
	})
}
