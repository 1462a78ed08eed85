package finding

func trainingRare() Analyser {
	return Analyser{
		Kind: "training_rare", Area: AreaTeam, Needs: []Part{Training, Persons, Standards},
		Method: "Hours of training for each person and year, last 12 months or as far as the records go, half a year at least, against half of training_hours: counted.",
		Least:  "3 people-years of a team; the rule training_hours", look: func(l *look) {
			wanted := l.rule("training_hours", 0)
			if wanted == 0 {
				l.few("finding.missing.rule", 0, 1)
				return
			}
			began := l.began
			for _, t := range l.Trainings {
				began = min(began, t.On.Month())
			}
			if known := int(l.month - began + 1); known < halfYear { // of a few weeks nobody can tell how much a year has
				l.few("finding.missing.months", known, halfYear)
				return
			}
			from := max(l.since(year), began.First())
			g := newGauge(len(l.People))
			for i := range l.People {
				g.n[i] = float64(l.span(int32(i), from, l.AsOf)) / 365.25
			}
			for _, t := range l.Trainings {
				if t.On >= from && t.On <= l.AsOf && g.n[t.Person] > 0 {
					g.sum[t.Person] += t.Hours
				}
			}
			l.counted(g, ask{unit: UnitHours, low: true, limit: 0.52 * wanted, levels: orgLevels, cases: 3, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.People), func(i int) (Evidence, bool) {
					if g.n[i] < 0.25 || !in(int32(i)) {
						return Evidence{}, false
					}
					return Evidence{Part: Training, Record: l.People[i].Key, Person: l.People[i].Key, Value: wanted - g.sum[i]/g.n[i], Usual: wanted, Day: NoDay}, true
				})
			}})
		},
	}
}
