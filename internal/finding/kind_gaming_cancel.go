package finding

func gamingCancel() Analyser {
	return Analyser{
		Kind: "gaming_cancel", Area: AreaIncentive, Needs: []Part{Deals, Persons},
		Method: "Share of deals of the last 12 months that were signed on the last three days of a month and cancelled within 31 days. Funnel plot with overdispersion.",
		Least:  "20 deals of a team", look: func(l *look) {
			counts := func(d *Deal) bool { return d.Signed >= l.since(year) && d.Signed <= l.AsOf }
			taken := func(d *Deal) bool {
				return lastDays(d.Signed) && d.Cancelled != NoDay && d.Cancelled >= d.Signed && d.Cancelled <= d.Signed+31
			}
			g := newGauge(len(l.People))
			for i := range l.Deals {
				if d := &l.Deals[i]; counts(d) {
					g.hit(d.Seller, taken(d))
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.04, limit: 0.04, levels: orgLevels, cases: 20, rows: func(in func(int32) bool) []Evidence {
				return l.dealRows(in, func(_ int, d *Deal) (float64, bool) { return float64(d.AmountMinor) / 100, counts(d) && taken(d) })
			}})
		},
	}
}

// lastDays reports whether a day is one of the last three of its month.
func lastDays(day Day) bool { return day > day.Month().Last()-3 }
