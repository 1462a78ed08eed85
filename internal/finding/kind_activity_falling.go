package finding

import (
	"math"

	"xiaoguan/internal/calendar"
)

// silentMonths are the months of the data in which a team with two sellers or more has no follow-ups at all.
func (v *view) silentMonths() []bool {
	months := int(v.month-v.began) + 1
	seen, sellers := make([]int, len(v.Teams)*months), make([]int, len(v.Teams)*months)
	for _, f := range v.FollowUps {
		if team, at := v.People[f.Person].Team, int(f.On.Month()-v.began); team >= 0 && at >= 0 && at < months {
			seen[int(team)*months+at]++
		}
	}
	for i, p := range v.People {
		for at := range months {
			if p.Team >= 0 && v.sells[i] && v.works(int32(i), v.began+calendar.Month(at)) {
				sellers[int(p.Team)*months+at]++
			}
		}
	}
	silent := make([]bool, len(seen))
	for i := range seen {
		silent[i] = seen[i] == 0 && sellers[i] >= 2
	}
	return silent
}

func activityFalling() Analyser {
	return Analyser{
		Kind: "activity_falling", Area: AreaTeam, Needs: []Part{FollowUps, Persons},
		Method: "A person's follow-ups a month in the last 6 months over those in the 12 before, people with three months in each; months without records of the team are left out. Against the others: random-effects comparison over people.",
		Least:  "18 months of data; 3 people of a team", look: func(l *look) {
			const now, before = 6, 12
			if int(l.month-l.began)+1 < now+before {
				l.few("finding.missing.months", int(l.month-l.began)+1, now+before)
				return
			}
			made := newPanel(len(l.People), l.began, l.month)
			for _, f := range l.FollowUps {
				made.add(f.Person, f.On.Month(), 1)
			}
			silent, months := l.silentMonths(), int(l.month-l.began)+1
			g := newGauge(len(l.People))
			for i, p := range l.People {
				n, sum := [2]float64{}, [2]float64{}
				for _, m := range l.months(now + before) {
					at := int(m - l.began)
					if !l.sells[i] || !l.works(int32(i), m) || l.service(int32(i), m) < 3 || p.Team >= 0 && silent[int(p.Team)*months+at] {
						continue
					}
					span := 0
					if m > l.month-now {
						span = 1
					}
					n[span], sum[span] = n[span]+1, sum[span]+float64(made.of(int32(i), m))
				}
				if n[0] >= 3 && n[1] >= 3 && sum[0] > 0 {
					g.add(int32(i), math.Min(sum[1]/n[1]/(sum[0]/n[0]), 3))
				}
			}
			_, mean := g.whole()
			l.compare(g, ask{unit: UnitRatio, low: true, least: 0.3 * mean, limit: 0.72, levels: orgLevels, cases: 3, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.People), func(i int) (Evidence, bool) {
					if g.n[i] == 0 || !in(int32(i)) {
						return Evidence{}, false
					}
					return Evidence{Part: FollowUps, Record: l.People[i].Key, Person: l.People[i].Key, Value: 1 - g.sum[i], Usual: 1 - mean, Day: NoDay}, true
				})
			}})
		},
	}
}
