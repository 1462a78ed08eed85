package finding

import "xiaoguan/internal/calendar"

// targeted reports for which teams the company, the region or the team itself has a target in a month.
func (v *view) targeted() func(team int32, m calendar.Month) bool {
	type at struct {
		level Level
		unit  int32
		month calendar.Month
	}
	known := map[at]bool{}
	for _, t := range v.Targets {
		known[at{t.Level, t.Unit, t.Month}] = true
	}
	return func(team int32, m calendar.Month) bool {
		return known[at{LevelCompany, Nobody, m}] || known[at{LevelTeam, team, m}] || v.Teams[team].Region >= 0 && known[at{LevelRegion, v.Teams[team].Region, m}]
	}
}

func targetNotSplit() Analyser {
	return Analyser{
		Kind: "target_not_split", Area: AreaTarget, Needs: []Part{Targets, Persons, Teams},
		Method: "Seller-months of the last 12 months without a quota where the unit has a target: counted, no chance in it.",
		Least:  "6 seller-months of a team", look: func(l *look) {
			asked := map[[2]int32]bool{}
			for _, q := range l.Quotas {
				asked[[2]int32{q.Person, int32(q.Month)}] = true
			}
			targeted := l.targeted()
			g := newGauge(len(l.People))
			for i, p := range l.People {
				for _, m := range l.months(year) {
					if l.sells[i] && p.Team >= 0 && l.works(int32(i), m) && targeted(p.Team, m) {
						g.hit(int32(i), !asked[[2]int32{int32(i), int32(m)}])
					}
				}
			}
			l.counted(g, ask{unit: UnitShare, limit: 0.45, levels: orgLevels, cases: 6, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.People), func(i int) (Evidence, bool) {
					return Evidence{Part: Persons, Record: l.People[i].Key, Person: l.People[i].Key, Value: g.sum[i], Usual: 0, Day: NoDay}, g.sum[i] > 0 && in(int32(i))
				})
			}})
		},
	}
}
