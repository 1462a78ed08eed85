package finding

func discountHigh() Analyser {
	return Analyser{
		Kind: "discount_high", Area: AreaCollection, Needs: []Part{Quotes, Persons},
		Method: "Mean discount of quotes sent before the last five days of a month and not just under the limit, against what mix of products and teams lets expect (backfitting). Random-effects comparison.",
		Least:  "50 quotes; 15 of a place", look: func(l *look) {
			limit := l.rule("discount_limit", 0)
			m := &mix{}
			for i := range l.Quotes {
				q := &l.Quotes[i]
				share, counts := q.off()
				if !counts || q.atEnd() || underLimit(share, limit) {
					continue
				}
				c := mixCase{value: share, owner: l.quoter(q), levels: [4]int32{-1, q.Product, -1, -1}}
				if c.owner >= 0 {
					c.levels[mixTeam] = l.People[c.owner].Team
				}
				m.cases = append(m.cases, c)
			}
			if len(m.cases) < 50 {
				l.few("finding.missing.few", len(m.cases), 50)
				return
			}
			m.fit()
			high := func(q *Quote) bool { return !q.atEnd() }
			org := m.against(len(l.People), mixTeam, func(c *mixCase) int32 { return c.owner }).adjusted(m.mean)
			l.compare(org, ask{unit: UnitShare, least: 0.04, levels: orgLevels, cases: 15,
				rows: func(is func(int32) bool) []Evidence {
					return l.quoteRows(func(q *Quote) bool { p := l.quoter(q); return p >= 0 && is(p) }, high)
				},
				worth: func(t tier, group int32) int64 {
					return l.given(func(q *Quote) bool { return l.in(t.level, group, l.quoter(q)) }, org.without(t, group))
				}})
			if len(l.Products) < 2 {
				return
			}
			products, tiers := m.against(len(l.Products), mixProduct, func(c *mixCase) int32 { return c.levels[mixProduct] }).adjusted(m.mean), flat(LevelProduct, len(l.Products))
			l.compareIn(products, ask{unit: UnitShare, least: 0.04, levels: []Level{LevelProduct}, cases: 15,
				rows: func(is func(int32) bool) []Evidence {
					return l.quoteRows(func(q *Quote) bool { return q.Product >= 0 && is(q.Product) }, high)
				},
				worth: func(t tier, group int32) int64 {
					return l.given(func(q *Quote) bool { return q.Product == group }, products.without(t, group))
				}}, tiers)
		},
	}
}
