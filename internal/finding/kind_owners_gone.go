package finding

func ownersGone() Analyser {
	return Analyser{
		Kind: "owners_gone", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of owned customers whose owner has left, by the team that the owner was in. Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			l.customers(customerShare{owned: true, together: true, least: 0.10, limit: 0.15, cases: 15, counts: func(c *Customer) bool { return c.kept() && c.Owner >= 0 },
				bad:   func(c *Customer) bool { left := l.People[c.Owner].Left; return left != NoDay && left < l.AsOf },
				value: func(c *Customer) float64 { return float64(l.AsOf - l.People[c.Owner].Left) }})
		},
	}
}
