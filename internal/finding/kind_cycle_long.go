package finding

import "math"

func cycleLong() Analyser {
	return Analyser{
		Kind: "cycle_long", Area: AreaPipeline, Needs: []Part{Opportunities, Persons},
		Method: "Logarithm of the days from created to won against what mix of quarters, products, sources and teams lets expect (backfitting); a place where one stage alone is slow has a slow stage instead. Random-effects comparison.",
		Least:  "50 won opportunities; 20 of a place", look: func(l *look) {
			days := func(o *Opportunity) (float64, bool) {
				if o.State != StateWon || o.Created == NoDay || o.Ended == NoDay || o.Ended < o.Created {
					return 0, false
				}
				return float64(o.Ended - o.Created), true
			}
			m := l.closedMix(func(o *Opportunity) (float64, bool) {
				d, counts := days(o)
				return math.Log(d + 0.5), counts
			})
			var stages [len(stageKeys)]*gauge
			known := 0.0
			for s := range stageKeys {
				stages[s] = l.stageGauge(s)
				n, _ := stages[s].whole()
				known += n
			}
			l.mixed(m, ask{unit: UnitDays, logs: true, least: math.Log(1.3), cases: 20,
				holds: func(t tier, group int32) bool {
					if known == 0 {
						return true
					}
					total, most := 0.0, 0.0
					for s := range stageKeys {
						x := slower(stages[s], t, group)
						total, most = total+x, math.Max(most, x)
					}
					return total-most > 0.6*most // the two others together
				},
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
						o := &l.Opportunities[i]
						d, counts := days(o)
						if !counts || o.Owner < 0 || !in(o.Owner) {
							return Evidence{}, false
						}
						return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: d, Day: o.Ended}, true
					})
				}})
		},
	}
}
