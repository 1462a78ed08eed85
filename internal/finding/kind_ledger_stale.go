package finding

func ledgerStale() Analyser {
	return Analyser{
		Kind: "ledger_stale", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of entries of the ledger that nobody has looked through for check_days (180 where the company has no rule). Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			days := l.rule("check_days", 180)
			age := func(c *Customer) float64 {
				if last := max(c.Checked, c.Registered.Day()); last != NoDay {
					return float64(l.AsOf - last)
				}
				return days + 1
			}
			l.customers(customerShare{owned: true, least: 0.15, limit: 0.50, cases: 15, counts: func(c *Customer) bool { return c.kept() }, bad: func(c *Customer) bool { return age(c) > days }, value: age})
		},
	}
}
