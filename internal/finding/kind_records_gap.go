package finding

func recordsGap() Analyser {
	return Analyser{
		Kind: "records_gap", Area: AreaData, Needs: []Part{FollowUps, Persons, Teams},
		Method: "Whole months in which a team with two sellers or more has no follow-ups at all: counted; the region when all its teams have them.",
		Least:  "6 months of follow-ups", look: func(l *look) {
			fewest := int(l.limit().told)
			months := int(l.month-l.began) + 1
			if months < 6 {
				l.few("finding.missing.months", months, 6)
				return
			}
			silent := l.silentMonths()
			first := months
			for _, f := range l.FollowUps {
				first = min(first, max(int(f.On.Month()-l.began), 0))
			}
			gaps := make([]int, len(l.Teams))
			for t := range l.Teams {
				for at := first; at < months; at++ {
					if silent[t*months+at] {
						gaps[t]++
					}
				}
			}
			tell := func(place Place, teams []int) {
				f := Finding{Place: place, Unit: UnitCount, Cases: int64(months), Hits: -1}
				for _, t := range teams {
					f.Value = max(f.Value, float64(gaps[t]))
					for at := first; at < months; at++ {
						if silent[t*months+at] && len(f.Evidence) < mostRows {
							m := l.began + monthOf(at)
							f.Evidence = append(f.Evidence, Evidence{Part: FollowUps, Record: l.Teams[t].Key + " " + m.String(), Day: m.First()})
						}
					}
				}
				l.certain(f)
			}
			for r := -1; r < len(l.Regions); r++ {
				var bad []int
				all := 0
				for t := range l.Teams {
					if l.Teams[t].Region != int32(r) {
						continue
					}
					all++
					if gaps[t] >= fewest {
						bad = append(bad, t)
					}
				}
				if r >= 0 && len(bad) == all && all > 1 {
					tell(l.unit(LevelRegion, int32(r)), bad)
					continue
				}
				for _, t := range bad {
					tell(l.unit(LevelTeam, int32(t)), []int{t})
				}
			}
		},
	}
}
