package finding

func serviceSlow() Analyser {
	return Analyser{
		Kind: "service_slow", Area: AreaCustomer, Needs: []Part{ServiceCases, Customers, Persons},
		Method: "Share of service cases of the last 12 months answered later than answer_hours, or not yet (24 where the company has no rule), by who looks after the customer. Funnel plot with overdispersion.",
		Least:  "10 cases of a team", look: func(l *look) {
			limit := l.rule("answer_hours", 24)
			hours := func(s *ServiceCase) (float64, bool) {
				if s.Opened.Day() < l.since(year) {
					return 0, false
				}
				if s.Answered != NoMoment {
					return float64(s.Answered-s.Opened) / 60, true
				}
				waited := float64(At(l.AsOf, 0)-s.Opened) / 60
				return waited, waited > limit
			}
			g := newGauge(len(l.People))
			for i := range l.Cases {
				if h, counts := hours(&l.Cases[i]); counts {
					g.hit(l.keeper(l.Cases[i].Customer), h > limit)
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.30, levels: orgLevels, cases: 10, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Cases), func(i int) (Evidence, bool) {
					s := &l.Cases[i]
					h, counts := hours(s)
					person := l.keeper(s.Customer)
					if !counts || h <= limit || person < 0 || !in(person) {
						return Evidence{}, false
					}
					return Evidence{Part: ServiceCases, Record: s.Key, Person: l.People[person].Key, Value: h, Usual: limit, Day: s.Opened.Day()}, true
				})
			}})
		},
	}
}
