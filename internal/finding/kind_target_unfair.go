package finding

func targetUnfair() Analyser {
	return Analyser{
		Kind: "target_unfair", Area: AreaTarget, Needs: []Part{Quotas, Payments, Deals, Persons},
		Method: "Reached over asked of a unit in the last 12 months against the others', where what a head reaches is as elsewhere (methods T7). Random-effects comparison over people.",
		Least:  "12 seller-months of a team", look: func(l *look) {
			quotas, _ := l.quotas()
			reached := l.reached()
			g, heads := newGauge(len(l.People)), newGauge(len(l.People))
			total, n := 0.0, 0.0
			each := func(do func(i int32, asked, got float64)) {
				for i := range l.People {
					for _, m := range l.months(year) {
						if asked := quotas.of(int32(i), m); asked > 0 && l.sells[i] {
							do(int32(i), float64(asked), float64(reached.of(int32(i), m)))
						}
					}
				}
			}
			each(func(_ int32, asked, _ float64) { total, n = total+asked, n+1 })
			if n < 36 {
				l.few("finding.missing.few", int(n), 36)
				return
			}
			each(func(i int32, asked, got float64) {
				g.weigh(i, asked/total*n, got/asked)
				heads.add(i, got)
			})
			_, ratio := g.whole()
			l.compare(g, ask{unit: UnitRatio, low: true, least: 0.25 * ratio, levels: orgLevels, cases: 12,
				holds: func(t tier, group int32) bool {
					_, own := heads.of(t, group)
					return own >= 0.84*heads.without(t, group)
				},
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.People), func(i int) (Evidence, bool) {
						if g.n[i] == 0 || !in(int32(i)) {
							return Evidence{}, false
						}
						return Evidence{Part: Quotas, Record: l.People[i].Key, Person: l.People[i].Key, Value: 1 - g.sum[i]/g.n[i], Usual: 1 - ratio, Day: NoDay}, true
					})
				}})
		},
	}
}
