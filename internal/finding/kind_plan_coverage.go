package finding

import (
	"math"

	"xiaoguan/internal/calendar"
)

func planCoverage() Analyser {
	return Analyser{
		Kind: "plan_coverage", Area: AreaIncentive, Needs: []Part{Pay, Persons},
		Method: "Share of the seller-months of the last 6 months under no plan, of the months that have pay; a person's months go together. Funnel plot with overdispersion.",
		Least:  "12 seller-months of a team", look: func(l *look) {
			const span = 6
			planned := map[[2]int32]bool{}
			paid := map[calendar.Month]bool{}
			for _, p := range l.Pays {
				paid[p.Month] = true
				if p.Planned {
					planned[[2]int32{p.Person, int32(p.Month)}] = true
				}
			}
			g := newGauge(len(l.People))
			for i := range l.People {
				months, without := 0.0, 0.0
				for _, m := range l.months(span) {
					if l.sells[i] && paid[m] && l.works(int32(i), m) {
						months++
						if !planned[[2]int32{int32(i), int32(m)}] {
							without++
						}
					}
				}
				g.weigh(int32(i), months, without/math.Max(months, 1)) // a person's months go together
			}
			l.compare(g, ask{unit: UnitShare, least: 0.10, limit: 0.10, levels: orgLevels, cases: 12, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.People), func(i int) (Evidence, bool) {
					return Evidence{Part: Pay, Record: l.People[i].Key, Person: l.People[i].Key, Value: g.sum[i], Day: NoDay}, g.sum[i] > 0 && in(int32(i))
				})
			}})
		},
	}
}
