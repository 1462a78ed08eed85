package finding

func firstContactSlow() Analyser {
	return Analyser{
		Kind: "first_contact_slow", Area: AreaProcess, Needs: []Part{Leads, Persons},
		Method: "Share of leads of the last 12 months that were contacted two days or more after they were created, or never. Funnel plot with overdispersion.",
		Least:  "15 leads of a team", look: func(l *look) {
			slow := func(x *Lead) (days float64, counts, hit bool) {
				if x.Created == NoDay || x.Created < l.since(year) || x.Created > l.AsOf-3 {
					return 0, false, false
				}
				if x.FirstContact == NoDay {
					return float64(l.AsOf - x.Created), true, true
				}
				days = float64(x.FirstContact - x.Created)
				return days, true, days >= 2
			}
			g := newGauge(len(l.People))
			for i := range l.Leads {
				if _, counts, hit := slow(&l.Leads[i]); counts {
					g.hit(l.Leads[i].Owner, hit)
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.40, levels: orgLevels, cases: 15, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Leads), func(i int) (Evidence, bool) {
					x := &l.Leads[i]
					days, counts, hit := slow(x)
					if !counts || !hit || x.Owner < 0 || !in(x.Owner) {
						return Evidence{}, false
					}
					return Evidence{Part: Leads, Record: x.Key, Person: l.People[x.Owner].Key, Value: days, Usual: 1, Day: x.Created}, true
				})
			}})
		},
	}
}
