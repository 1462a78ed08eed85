package finding

func discountUnderLimit() Analyser {
	return Analyser{
		Kind: "discount_under_limit", Area: AreaCollection, Needs: []Part{Quotes, Persons, Standards},
		Method: "Share of quotes whose discount is within one point below discount_limit. Funnel plot with overdispersion.",
		Least:  "20 quotes of a team; the rule discount_limit", look: func(l *look) {
			limit := l.rule("discount_limit", 0)
			if limit == 0 {
				l.few("finding.missing.rule", 0, 1)
				return
			}
			under := func(q *Quote) bool {
				share, counts := q.off()
				return counts && underLimit(share, limit)
			}
			g := newGauge(len(l.People))
			for i := range l.Quotes {
				if _, counts := l.Quotes[i].off(); counts {
					g.hit(l.quoter(&l.Quotes[i]), under(&l.Quotes[i]))
				}
			}
			l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.25, levels: orgLevels, cases: 20, rows: func(is func(int32) bool) []Evidence {
				return l.quoteRows(func(q *Quote) bool { p := l.quoter(q); return p >= 0 && is(p) }, under)
			}})
		},
	}
}

// underLimit reports whether a discount is within one point below the limit.
func underLimit(share, limit float64) bool { return share <= limit+1e-6 && share >= limit-0.01-1e-6 }
