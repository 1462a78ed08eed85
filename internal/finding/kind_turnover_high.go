package finding

func turnoverHigh() Analyser {
	return Analyser{
		Kind: "turnover_high", Area: AreaTeam, Needs: []Part{Persons},
		Method: "People who left over people-years, last 12 months, as Poisson counts (methods D11), against the others. Funnel plot with overdispersion.",
		Least:  "4 people-years of a team", look: func(l *look) {
			g := newGauge(len(l.People))
			left := func(p *Person) bool { return p.Left != NoDay && p.Left >= l.since(year) && p.Left < l.AsOf }
			for i := range l.People {
				years := float64(l.span(int32(i), l.since(year), l.AsOf)) / 365.25
				if years <= 0 {
					continue
				}
				g.n[i], g.weights[i] = years, years
				if left(&l.People[i]) {
					g.sum[i] = 1
				}
			}
			_, rate := g.whole()
			if rate == 0 {
				return // nobody left
			}
			teams := l.byTeam(g, true) // who left worked for less than a year: people are no units here
			teams.variance = rate
			l.compareIn(teams, ask{unit: UnitShare, least: max(rate, 0.30-rate), limit: 0.45, levels: orgLevels, cases: 4,
				holds: func(t tier, group int32) bool { _, own := teams.of(t, group); return own >= 0.28 },
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.People), func(i int) (Evidence, bool) {
						p := &l.People[i]
						if !left(p) || p.Team < 0 || !in(p.Team) {
							return Evidence{}, false
						}
						return Evidence{Part: Persons, Record: p.Key, Person: p.Key, Value: float64(p.Left - p.Hired), Day: p.Left}, true
					})
				}}, l.leaves(true))
		},
	}
}
