package finding

func paymentsUnplaced() Analyser {
	return Analyser{
		Kind: "payments_unplaced", Area: AreaData, Needs: []Part{Deals, Payments, Persons},
		Method: "Share of deals with more paid than signed. Funnel plot with overdispersion.",
		Least:  "20 deals of a team", look: func(l *look) {
			over := func(i int, d *Deal) bool { return l.amounts[i] > d.AmountMinor && d.AmountMinor > 0 }
			g := newGauge(len(l.People))
			for i := range l.Deals {
				g.hit(l.Deals[i].Seller, over(i, &l.Deals[i]))
			}
			l.compare(g, ask{unit: UnitShare, least: 0.04, limit: 0.06, levels: orgLevels, cases: 20,
				rows: func(in func(int32) bool) []Evidence {
					return l.dealRows(in, func(i int, d *Deal) (float64, bool) {
						return float64(l.amounts[i]-d.AmountMinor) / 100, over(i, d)
					})
				},
				worth: func(t tier, group int32) (sum int64) {
					for i := range l.Deals {
						if d := &l.Deals[i]; over(i, d) && l.in(t.level, group, d.Seller) {
							sum += l.amounts[i] - d.AmountMinor
						}
					}
					return sum
				}})
		},
	}
}
