package finding

func datesContradict() Analyser {
	return Analyser{
		Kind: "dates_contradict", Area: AreaData, Needs: []Part{Opportunities, Persons},
		Method: "Share of opportunities whose creation, stage dates or end run backwards. Funnel plot with overdispersion.",
		Least:  "20 opportunities of a team", look: func(l *look) {
			g := newGauge(len(l.People))
			for i := range l.Opportunities {
				g.hit(l.Opportunities[i].Owner, l.Opportunities[i].backwards() > 0)
			}
			l.compare(g, ask{unit: UnitShare, least: 0.05, limit: 0.08, levels: orgLevels, cases: 20, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
					o := &l.Opportunities[i]
					days := o.backwards()
					if days == 0 || o.Owner < 0 || !in(o.Owner) {
						return Evidence{}, false
					}
					return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: float64(days), Day: o.Created}, true
				})
			}})
		},
	}
}

// backwards is by how many days the dates of an opportunity run backwards at most; 0 when they don't.
func (o *Opportunity) backwards() (days int) {
	last := NoDay
	for _, day := range [...]Day{o.Created, o.Needs, o.Proposal, o.Contract, o.AfterSales} {
		if day == NoDay {
			continue
		}
		if last != NoDay && day < last {
			days = max(days, int(last-day))
		}
		last = max(last, day)
	}
	if o.Ended == NoDay {
		return days
	}
	for _, day := range [...]Day{o.Created, o.Needs, o.Proposal, o.Contract} {
		if day != NoDay && o.Ended < day {
			days = max(days, int(day-o.Ended))
		}
	}
	return days
}
