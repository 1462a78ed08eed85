package finding

// closedMix are the opportunities that ended, by what they are of.
func (v *view) closedMix(value func(o *Opportunity) (float64, bool)) *mix {
	m := &mix{}
	for i := range v.Opportunities {
		o := &v.Opportunities[i]
		x, counts := value(o)
		if !counts {
			continue
		}
		c := mixCase{value: x, owner: o.Owner, levels: [4]int32{int32(o.Ended.Month()-v.began)/3 + 1, o.Product, int32(o.Source), -1}}
		c.levels[mixQuarter] = max(c.levels[mixQuarter], 0)
		if o.Owner >= 0 {
			c.levels[mixTeam] = v.People[o.Owner].Team
		}
		m.cases = append(m.cases, c)
	}
	return m
}

func conversionLow() Analyser {
	return Analyser{
		Kind: "conversion_low", Area: AreaPipeline, Needs: []Part{Opportunities, Persons},
		Method: "Won ÷ (won + lost) against what mix of quarters, products, sources and teams lets expect: main effects by iterative proportional fitting (Deming, Stephan 1940); funnel plot with overdispersion (Spiegelhalter 2005).",
		Least:  "50 opportunities that ended; 30 of a place", look: func(l *look) {
			m := l.closedMix(func(o *Opportunity) (float64, bool) {
				if o.Ended == NoDay || o.State == StateOpen {
					return 0, false
				}
				if o.State == StateWon {
					return 1, true
				}
				return 0, true
			})
			m.rates = true
			won, sum := 0.0, int64(0)
			for i := range l.Opportunities {
				if o := &l.Opportunities[i]; o.State == StateWon && o.Ended != NoDay {
					won, sum = won+1, sum+o.AmountMinor
				}
			}
			if won == 0 {
				l.few("finding.missing.few", 0, 1)
				return
			}
			rate := won / float64(len(m.cases))
			average := float64(sum) / won
			l.mixed(m, ask{unit: UnitShare, low: true, least: 0.25 * rate, cases: 30, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
					o := &l.Opportunities[i]
					if o.State != StateLost || o.Ended < l.since(year) || o.Owner < 0 || !in(o.Owner) {
						return Evidence{}, false
					}
					return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: float64(o.AmountMinor) / 100, Day: o.Ended}, true
				})
			}, worth: func(t tier, group int32) int64 {
				g := m.against(len(l.People), mixTeam, func(c *mixCase) int32 { return c.owner }).adjusted(m.mean)
				n, own := g.of(t, group)
				return int64(max(0, (g.without(t, group)-own)*n*average))
			}})
		},
	}
}
