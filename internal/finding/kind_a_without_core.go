package finding

func aWithoutCore() Analyser {
	return Analyser{
		Kind: "a_without_core", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of A customers whose owner is neither core nor a manager. Funnel plot with overdispersion.",
		Least:  "5 A customers of a team", look: func(l *look) {
			tiers := 0
			for _, c := range l.Customers {
				if c.Tier == 'A' {
					tiers++
				}
			}
			if tiers == 0 {
				l.few("finding.missing.tiers", 0, 1)
				return
			}
			l.customers(customerShare{owned: true, together: true, least: 0.30, limit: 0.50, cases: 5, counts: func(c *Customer) bool { return c.Tier == 'A' && c.kept() && c.Owner >= 0 },
				bad: func(c *Customer) bool {
					layer := l.People[c.Owner].Layer
					return layer != LayerCore && layer != LayerManager
				},
				value: func(c *Customer) float64 { return float64(l.People[c.Owner].Layer) }})
		},
	}
}
