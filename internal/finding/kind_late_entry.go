package finding

func lateEntry() Analyser {
	return Analyser{
		Kind: "late_entry", Area: AreaProcess, Needs: []Part{ProcessEvents, Opportunities, Persons},
		Method: "Share of steps of the last 12 months recorded later than record_hours, by the owner of the opportunity; steps of month-end batches are batch_entry. Funnel plot with overdispersion (Spiegelhalter 2005).",
		Least:  "20 recorded steps of a team", look: func(l *look) {
			hours := l.rule("record_hours", 24)
			g := newGauge(len(l.People))
			late := func(e *Event) (float64, bool) {
				if e.Recorded == NoMoment || e.Happened.Day() < l.since(year) || batched(e) {
					return 0, false
				}
				return float64(e.Recorded-e.Happened) / 60, true
			}
			for i := range l.Events {
				e := &l.Events[i]
				if after, counts := late(e); counts {
					g.hit(l.owner(e.Opportunity), after > hours)
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.30, levels: orgLevels, cases: 20, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Events), func(i int) (Evidence, bool) {
					e := &l.Events[i]
					after, counts := late(e)
					if !counts || after <= hours || !in(l.owner(e.Opportunity)) {
						return Evidence{}, false
					}
					return Evidence{Part: ProcessEvents, Record: l.Opportunities[e.Opportunity].Key, Person: l.People[l.owner(e.Opportunity)].Key, Value: after, Usual: hours, Day: e.Happened.Day()}, true
				})
			}})
		},
	}
}

// batched reports whether a step was recorded on one of the last two days of a month, three days or more after it happened.
func batched(e *Event) bool {
	day := e.Recorded.Day()
	return day >= day.Month().Last()-1 && day-e.Happened.Day() >= 3
}
