package finding

func lateRegistration() Analyser {
	return Analyser{
		Kind: "late_registration", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of customers typed in later than register_hours after the first talk (24 where the company has no rule). Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			hours := l.rule("register_hours", 24)
			after := func(c *Customer) float64 { return float64(c.Registered-c.Met) / 60 }
			l.customers(customerShare{owned: true, least: 0.15, limit: 0.30, cases: 15, counts: func(c *Customer) bool { return c.InLedger && c.Met != NoMoment && c.Registered != NoMoment },
				bad: func(c *Customer) bool { return after(c) > hours }, value: after})
		},
	}
}
