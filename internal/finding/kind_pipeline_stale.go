package finding

func pipelineStale() Analyser {
	return Analyser{
		Kind: "pipeline_stale", Area: AreaPipeline, Needs: []Part{Opportunities, Persons},
		Method: "Share of open opportunities whose expected day is over by more than 30 days, of people who are still there. Funnel plot with overdispersion.",
		Least:  "10 open opportunities of a team", look: func(l *look) {
			stale := func(o *Opportunity) (days float64, counts bool) {
				if o.State != StateOpen || o.Expected == NoDay || o.Owner >= 0 && l.People[o.Owner].Left != NoDay && l.People[o.Owner].Left < l.AsOf {
					return 0, false
				}
				return float64(l.AsOf - o.Expected), true
			}
			g := newGauge(len(l.People))
			for i := range l.Opportunities {
				if d, counts := stale(&l.Opportunities[i]); counts {
					g.hit(l.Opportunities[i].Owner, d > 30)
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.20, limit: 0.40, levels: orgLevels, cases: 10,
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
						o := &l.Opportunities[i]
						d, counts := stale(o)
						if !counts || d <= 30 || o.Owner < 0 || !in(o.Owner) {
							return Evidence{}, false
						}
						return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: d, Usual: 30, Day: o.Expected}, true
					})
				},
				worth: func(t tier, group int32) (sum int64) {
					for i := range l.Opportunities {
						o := &l.Opportunities[i]
						if d, counts := stale(o); counts && d > 30 && l.in(t.level, group, o.Owner) {
							sum += o.AmountMinor
						}
					}
					return sum
				}})
		},
	}
}
