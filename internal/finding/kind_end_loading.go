package finding

func endLoading() Analyser {
	return Analyser{
		Kind: "end_loading", Area: AreaIncentive, Needs: []Part{Deals, Persons},
		Method: "Share of deals of the last 12 whole months signed on the last three days of a month; those cancelled within 31 days are gaming_cancel (methods T9). Funnel plot with overdispersion.",
		Least:  "20 deals of a team", look: func(l *look) {
			counts := func(d *Deal) bool {
				return d.Signed >= l.since(year) && d.Signed <= l.month.Last() && (d.Cancelled == NoDay || d.Cancelled > d.Signed+31)
			}
			g := newGauge(len(l.People))
			for i := range l.Deals {
				if d := &l.Deals[i]; counts(d) {
					g.hit(d.Seller, lastDays(d.Signed))
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.12, limit: 0.30, levels: orgLevels, cases: 20, rows: func(in func(int32) bool) []Evidence {
				return l.dealRows(in, func(_ int, d *Deal) (float64, bool) {
					return float64(d.AmountMinor) / 100, counts(d) && lastDays(d.Signed)
				})
			}})
		},
	}
}
