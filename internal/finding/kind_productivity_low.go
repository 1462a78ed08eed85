package finding

import "math"

func productivityLow() Analyser {
	return Analyser{
		Kind: "productivity_low", Area: AreaTeam, Needs: []Part{Deals, Persons, Opportunities},
		Method: "Signed money of a unit's sellers over what sellers of their layer and length of service sign in the same months, single people bounded at three times that; where they open fewer opportunities, too, for else it is conversion. Random-effects comparison over people.",
		Least:  "12 seller-months of a team", look: func(l *look) {
			signed, expected := l.signed(), l.expected()
			opened := newPanel(len(l.People), l.began, l.month)
			for i := range l.Opportunities {
				if o := &l.Opportunities[i]; o.Created != NoDay {
					opened.add(o.Owner, o.Created.Month(), 1)
				}
			}
			g, open := newGauge(len(l.People)), newGauge(len(l.People))
			for i := range l.People {
				got, wanted, months := 0.0, 0.0, 0.0
				for m := l.began; m <= l.month; m++ {
					if e := expected.of(int32(i), m); e > 0 {
						got, wanted, months = got+float64(signed.of(int32(i), m)), wanted+float64(e), months+1
						open.add(int32(i), float64(opened.of(int32(i), m)))
					}
				}
				if wanted > 0 {
					g.weigh(int32(i), months, math.Min(got/wanted, 3))
					g.weights[i] = months
				}
			}
			g.variance = 0
			_, mean := g.whole()
			if mean <= 0 {
				l.few("finding.missing.few", 0, 12)
				return
			}
			l.compare(g, ask{unit: UnitRatio, low: true, least: mean / 3, levels: orgLevels, cases: 12,
				holds: func(t tier, group int32) bool {
					_, own := open.of(t, group)
					return own <= 0.85*open.without(t, group)
				},
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.People), func(i int) (Evidence, bool) {
						if g.n[i] == 0 || !in(int32(i)) {
							return Evidence{}, false
						}
						return Evidence{Part: Deals, Record: l.People[i].Key, Person: l.People[i].Key, Value: 1 - g.sum[i]/g.n[i], Usual: 1 - mean, Day: NoDay}, true
					})
				},
				worth: func(t tier, group int32) (sum int64) {
					for i := range l.People {
						for _, m := range l.months(year) {
							if l.in(t.level, group, int32(i)) && expected.of(int32(i), m) > 0 {
								sum += expected.of(int32(i), m) - signed.of(int32(i), m)
							}
						}
					}
					return max(sum, 0)
				}})
		},
	}
}
