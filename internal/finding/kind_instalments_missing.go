package finding

func instalmentsMissing() Analyser {
	return Analyser{
		Kind: "instalments_missing", Area: AreaCollection, Needs: []Part{Deals, Instalments, Persons},
		Method: "Share of deals of the last 12 months without a payment plan (methods P9, stage 4). Funnel plot with overdispersion.",
		Least:  "15 deals of a team", look: func(l *look) {
			has := make([]bool, len(l.Deals))
			for _, p := range l.Instalments {
				has[p.Deal] = true
			}
			g := newGauge(len(l.People))
			for i := range l.Deals {
				if d := &l.Deals[i]; d.Signed >= l.since(year) {
					g.hit(d.Seller, !has[i])
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.30, levels: orgLevels, cases: 15, rows: func(in func(int32) bool) []Evidence {
				return l.dealRows(in, func(i int, d *Deal) (float64, bool) {
					return float64(d.AmountMinor) / 100, !has[i] && d.Signed >= l.since(year)
				})
			}})
		},
	}
}

// dealRows are deals as evidence, of the people for whom in says yes.
func (l *look) dealRows(in func(int32) bool, bad func(i int, d *Deal) (value float64, counts bool)) []Evidence {
	return rowsOf(len(l.Deals), func(i int) (Evidence, bool) {
		d := &l.Deals[i]
		value, counts := bad(i, d)
		if !counts || d.Seller < 0 || !in(d.Seller) {
			return Evidence{}, false
		}
		return Evidence{Part: Deals, Record: d.Key, Person: l.People[d.Seller].Key, Value: value, Day: d.Signed}, true
	})
}
