package finding

func satisfactionLow() Analyser {
	return Analyser{
		Kind: "satisfaction_low", Area: AreaCustomer, Needs: []Part{Satisfaction, Persons},
		Method: "Mean of customers' answers on a scale of 1 to 5. Random-effects comparison.",
		Least:  "10 answers of a team", look: func(l *look) {
			who := func(o *Opinion) int32 {
				if o.Person >= 0 {
					return o.Person
				}
				return l.keeper(o.Customer)
			}
			g := newGauge(len(l.People))
			for i := range l.Opinions {
				g.add(who(&l.Opinions[i]), l.Opinions[i].Score)
			}
			l.compare(g, ask{unit: UnitScore, low: true, least: 0.4, levels: orgLevels, cases: 10, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Opinions), func(i int) (Evidence, bool) {
					o := &l.Opinions[i]
					person := who(o)
					if o.Score > 3 || person < 0 || !in(person) {
						return Evidence{}, false
					}
					return Evidence{Part: Satisfaction, Record: l.Customers[o.Customer].Key, Person: l.People[person].Key, Value: o.Score, Day: o.On}, true
				})
			}})
		},
	}
}
