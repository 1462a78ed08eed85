package finding

func backSteps() Analyser {
	return Analyser{
		Kind: "back_steps", Area: AreaProcess, Needs: []Part{ProcessEvents, Opportunities, Persons},
		Method: "Share of opportunities of the last 12 months that fell back a stage at least once (methods P4). Funnel plot with overdispersion.",
		Least:  "15 opportunities of a team", look: func(l *look) {
			times := make([]int32, len(l.Opportunities))
			for _, e := range l.Events {
				if e.Activity == ActivityBack {
					times[e.Opportunity]++
				}
			}
			counts := func(o *Opportunity) bool { return o.Created >= l.since(year) }
			g := newGauge(len(l.People))
			for i := range l.Opportunities {
				if o := &l.Opportunities[i]; counts(o) {
					g.hit(o.Owner, times[i] > 0)
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.10, limit: 0.25, levels: orgLevels, cases: 15, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
					o := &l.Opportunities[i]
					if !counts(o) || times[i] == 0 || o.Owner < 0 || !in(o.Owner) {
						return Evidence{}, false
					}
					return Evidence{Part: ProcessEvents, Record: o.Key, Person: l.People[o.Owner].Key, Value: float64(times[i]), Day: o.Created}, true
				})
			}})
		},
	}
}
