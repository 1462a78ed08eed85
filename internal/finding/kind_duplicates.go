package finding

func duplicates() Analyser {
	return Analyser{
		Kind: "duplicates", Area: AreaCustomer, Needs: []Part{Customers},
		Method: "Share of customers that agree with another one in credit code, or in name but for blanks, brackets and legal form (methods C8). Funnel plot with overdispersion.",
		Least:  "20 customers of a team", look: func(l *look) {
			codes, names := map[uint64]int{}, map[uint64]int{}
			for _, c := range l.Customers {
				if c.Credit != 0 {
					codes[c.Credit]++
				}
				if c.Name != 0 {
					names[c.Name]++
				}
			}
			double := func(c *Customer) bool {
				return c.Credit != 0 && codes[c.Credit] > 1 || c.Name != 0 && names[c.Name] > 1
			}
			l.customers(customerShare{owned: true, least: 0.04, limit: 0.06, cases: 20, counts: func(*Customer) bool { return true }, bad: double,
				value: func(c *Customer) float64 { return float64(max(codes[c.Credit], names[c.Name])) }})
		},
	}
}
