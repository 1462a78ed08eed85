package finding

func overdueHigh() Analyser {
	return Analyser{
		Kind: "overdue_high", Area: AreaCollection, Needs: []Part{Deals, Instalments, Payments, Persons},
		Method: "Share of the money due 60 days or more ago that is not paid; chance grows with the squares of the amounts. Funnel plot with overdispersion.",
		Least:  "15 instalments of a team", look: func(l *look) {
			total, count := 0.0, 0.0
			counts := func(w *overdue) bool { return w.due <= l.AsOf-60 && w.amount > 0 && l.Deals[w.deal].stands() }
			for i := range l.waiting {
				if w := &l.waiting[i]; counts(w) {
					total, count = total+float64(w.amount), count+1
				}
			}
			if count == 0 {
				l.few("finding.missing.few", 0, 15)
				return
			}
			g := newGauge(len(l.People))
			for i := range l.waiting {
				if w := &l.waiting[i]; counts(w) { // weights are in average instalments
					g.weigh(l.Deals[w.deal].Seller, float64(w.amount)/total*count, float64(max(w.open, 0))/float64(w.amount))
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.10, levels: orgLevels, cases: 15,
				rows: func(in func(int32) bool) []Evidence {
					return rowsOf(len(l.waiting), func(i int) (Evidence, bool) {
						w := &l.waiting[i]
						deal := &l.Deals[w.deal]
						if !counts(w) || w.open <= 0 || deal.Seller < 0 || !in(deal.Seller) {
							return Evidence{}, false
						}
						return Evidence{Part: Instalments, Record: deal.Key, Person: l.People[deal.Seller].Key, Value: float64(w.open) / 100, Day: w.due}, true
					})
				},
				worth: func(t tier, group int32) (sum int64) {
					for i := range l.waiting {
						if w := &l.waiting[i]; counts(w) && l.in(t.level, group, l.Deals[w.deal].Seller) {
							sum += max(w.open, 0)
						}
					}
					return sum
				}})
		},
	}
}
