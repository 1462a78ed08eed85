package finding

func batchEntry() Analyser {
	return Analyser{
		Kind: "batch_entry", Area: AreaProcess, Needs: []Part{ProcessEvents, Opportunities, Persons},
		Method: "Share of steps recorded on the last two days of a month, three days or more after they happened. Funnel plot with overdispersion (Spiegelhalter 2005).",
		Least:  "20 recorded steps of a person", look: func(l *look) {
			g := newGauge(len(l.People))
			for i := range l.Events {
				if e := &l.Events[i]; e.Recorded != NoMoment && e.Happened.Day() >= l.since(year) {
					g.hit(l.owner(e.Opportunity), batched(e))
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.20, levels: []Level{LevelPerson, LevelTeam, LevelRegion}, cases: 20, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Events), func(i int) (Evidence, bool) {
					e := &l.Events[i]
					owner := l.owner(e.Opportunity)
					if e.Recorded == NoMoment || e.Happened.Day() < l.since(year) || !batched(e) || owner < 0 || !in(owner) {
						return Evidence{}, false
					}
					return Evidence{Part: ProcessEvents, Record: l.Opportunities[e.Opportunity].Key, Person: l.People[owner].Key, Value: float64(e.Recorded-e.Happened) / 60, Day: e.Recorded.Day()}, true
				})
			}})
		},
	}
}
