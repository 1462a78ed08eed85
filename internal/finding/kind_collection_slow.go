package finding

import "math"

func collectionSlow() Analyser {
	return Analyser{
		Kind: "collection_slow", Area: AreaCollection, Needs: []Part{Deals, Instalments, Payments, Persons},
		Method: "Mean days from due to paid of instalments that are paid, each between 60 before and 240 after. Random-effects comparison (Paule, Mandel 1982).",
		Least:  "15 paid instalments of a team", look: func(l *look) {
			g := newGauge(len(l.People))
			late := func(w *overdue) (float64, bool) {
				if w.paid == NoDay {
					return 0, false
				}
				return math.Max(-60, math.Min(240, float64(w.paid-w.due))), true
			}
			for i := range l.waiting {
				if d, counts := late(&l.waiting[i]); counts {
					g.add(l.Deals[l.waiting[i].deal].Seller, d)
				}
			}
			l.compare(g, ask{unit: UnitDays, least: 12, levels: orgLevels, cases: 15, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.waiting), func(i int) (Evidence, bool) {
					w := &l.waiting[i]
					d, counts := late(w)
					deal := &l.Deals[w.deal]
					if !counts || d <= 0 || deal.Seller < 0 || !in(deal.Seller) {
						return Evidence{}, false
					}
					return Evidence{Part: Instalments, Record: deal.Key, Person: l.People[deal.Seller].Key, Value: d, Day: w.due}, true
				})
			}})
		},
	}
}
