package finding

func discountPeriodEnd() Analyser {
	return Analyser{
		Kind: "discount_period_end", Area: AreaCollection, Needs: []Part{Quotes, Persons},
		Method: "Mean discount on the last five days of a month less that of its other days, by person, weighed n·m/(n+m). Random-effects comparison.",
		Least:  "60 quotes", look: func(l *look) {
			ends, others := newGauge(len(l.People)), newGauge(len(l.People))
			for i := range l.Quotes {
				q := &l.Quotes[i]
				share, counts := q.off()
				switch {
				case !counts:
				case q.atEnd():
					ends.add(l.quoter(q), share)
				default:
					others.add(l.quoter(q), share)
				}
			}
			n, _ := ends.whole()
			m, _ := others.whole()
			if n+m < 60 || n < 10 || m < 10 {
				l.few("finding.missing.few", int(n+m), 60)
				return
			}
			g := newGauge(len(l.People))
			squares, free := 0.0, 0.0
			for i := range g.n {
				a, b := ends.n[i], others.n[i]
				if a == 0 || b == 0 {
					continue
				}
				w := a * b / (a + b)
				g.weigh(int32(i), w, ends.sum[i]/a-others.sum[i]/b)
				g.weights[i] = w
				squares += ends.squares[i] - ends.sum[i]*ends.sum[i]/a + others.squares[i] - others.sum[i]*others.sum[i]/b
				free += a + b - 2
			}
			if free > 0 {
				g.variance = squares / free
			}
			in := func(t tier, group int32) func(q *Quote) bool {
				return func(q *Quote) bool { return l.in(t.level, group, l.quoter(q)) }
			}
			l.compare(g, ask{unit: UnitShare, least: 0.04, limit: 0.04, levels: orgLevels, cases: 4,
				rows: func(is func(int32) bool) []Evidence {
					return l.quoteRows(func(q *Quote) bool { p := l.quoter(q); return p >= 0 && is(p) }, (*Quote).atEnd)
				},
				worth: func(t tier, group int32) int64 {
					_, usual := others.whole()
					if t.level != LevelCompany {
						_, usual = others.of(t, group)
					}
					return l.given(func(q *Quote) bool { return q.atEnd() && in(t, group)(q) }, usual)
				}})
		},
	}
}
