package finding

func ledgerIncomplete() Analyser {
	return Analyser{
		Kind: "ledger_incomplete", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of customers with fewer than four of industry, city, need, budget, decision maker and address (methods C6). Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			l.customers(customerShare{owned: true, least: 0.15, limit: 0.50, cases: 15, counts: func(c *Customer) bool { return c.Lost == NoDay }, bad: func(c *Customer) bool { return c.Filled < 4 },
				value: func(c *Customer) float64 { return float64(6 - c.Filled) }})
		},
	}
}
