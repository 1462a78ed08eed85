package finding

func complaintsHigh() Analyser {
	return Analyser{
		Kind: "complaints_high", Area: AreaCustomer, Needs: []Part{ServiceCases, Deals, Products},
		Method: "Complaints for each deal of a product, as Poisson counts, against the other products. Funnel plot with overdispersion.",
		Least:  "30 deals of a product", look: func(l *look) {
			g := newGauge(len(l.Products))
			for i := range l.Deals {
				if p := l.Deals[i].Product; p >= 0 {
					g.add(p, 0)
				}
			}
			for i := range l.Cases {
				if s := &l.Cases[i]; s.Complaint && s.Product >= 0 {
					g.sum[s.Product]++
				}
			}
			_, rate := g.whole()
			if rate == 0 {
				return // nobody complained
			}
			g.variance = rate
			l.compareIn(g, ask{unit: UnitShare, least: 0.8 * rate, levels: []Level{LevelProduct}, cases: 30, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Cases), func(i int) (Evidence, bool) {
					s := &l.Cases[i]
					if !s.Complaint || s.Product < 0 || !in(s.Product) {
						return Evidence{}, false
					}
					return Evidence{Part: ServiceCases, Record: s.Key, Value: 1, Day: s.Opened.Day()}, true
				})
			}}, flat(LevelProduct, len(l.Products)))
		},
	}
}
