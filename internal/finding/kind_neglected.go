package finding

func neglected() Analyser {
	return Analyser{
		Kind: "neglected", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, Persons},
		Method: "Share of owned customers without contact for more than twice care_days of their tier (methods C5; 30, 60 and 90 days where the company has no rule). Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			care := map[byte]float64{'A': l.rule("care_days.A", l.rule("care_days.a", 30)), 'B': l.rule("care_days.B", l.rule("care_days.b", 60)), 'C': l.rule("care_days.C", l.rule("care_days.c", 90))}
			care[0] = care['C']
			days := func(c *Customer) float64 {
				if d, known := care[c.Tier]; known {
					return d
				}
				return care[0]
			}
			l.customers(customerShare{owned: true, least: 0.15, limit: 0.30, cases: 15, counts: func(c *Customer) bool { return c.kept() && c.Owner >= 0 },
				bad: func(c *Customer) bool { return l.silence(c) > 2*days(c) }, value: l.silence})
		},
	}
}
