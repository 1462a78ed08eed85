package finding

func gamingThreshold() Analyser {
	return Analyser{
		Kind: "gaming_threshold", Area: AreaIncentive, Needs: []Part{Quotas, Payments, Deals, Persons},
		Method: "Seller-months with attainment within 5 points above 100 % against within 5 points below: the exact binomial tail against 0.6 of both (bunching; McCrary 2008 in its simplest form).",
		Least:  "12 seller-months within 5 points of 100 %", look: func(l *look) {
			const fewest, healthy = 12, 0.6
			least := l.limit().told
			quotas, _ := l.quotas()
			reached := l.reached()
			all, regions := [2]int{}, make([][2]int, len(l.Regions))
			near := func(person int32, at int) int {
				m := quotas.first + monthOf(at)
				asked, got := quotas.of(person, m), reached.of(person, m)
				switch {
				case asked <= 0 || !l.sells[person]:
				case got >= asked && 100*got < 105*asked:
					return 0
				case got < asked && 100*got >= 95*asked:
					return 1
				}
				return -1
			}
			for i := range l.People {
				for at := range quotas.months {
					if side := near(int32(i), at); side >= 0 {
						all[side]++
						if r := l.region[i]; r >= 0 {
							regions[r][side]++
						}
					}
				}
			}
			bunched := func(n [2]int, least float64) bool { return n[0]+n[1] >= fewest && float64(n[0]) >= least*float64(n[1]) }
			rows := func(in func(person int32) bool) []Evidence {
				return rowsOf(len(l.People)*quotas.months, func(i int) (Evidence, bool) {
					person, at := int32(i/quotas.months), i%quotas.months
					if near(person, at) != 0 || !in(person) {
						return Evidence{}, false
					}
					m := quotas.first + monthOf(at)
					return Evidence{Part: Quotas, Record: m.String(), Person: l.People[person].Key, Value: float64(reached.of(person, m)) / 100, Usual: float64(quotas.of(person, m)) / 100, Day: m.First()}, true
				})
			}
			tell := func(place Place, tests int, n [2]int, in func(int32) bool) {
				l.tested(tests, Finding{Place: place, Value: float64(n[0]) / float64(max(n[1], 1)), Usual: 1, Unit: UnitRatio, Cases: int64(n[0] + n[1]), Hits: int64(n[0]), Chance: binomialTail(n[0], n[0]+n[1], healthy), Evidence: rows(in)})
			}
			judged, many := shareOf(regions, func(n [2]int) (bool, bool) { return n[0]+n[1] >= fewest, bunched(n, 2) })
			if all[0]+all[1] < fewest {
				l.few("finding.missing.few", all[0]+all[1], fewest)
				return
			}
			if bunched(all, least) && (judged < 2 || 5*many >= 4*judged) {
				tell(Whole(), 1, all, func(int32) bool { return true })
				return
			}
			for r, n := range regions {
				if bunched(n, least) {
					tell(l.unit(LevelRegion, int32(r)), judged, n, func(p int32) bool { return l.region[p] == int32(r) })
				}
			}
		},
	}
}

// shareOf counts the places that can be judged, and those of them of which something holds.
func shareOf[T any](places []T, of func(T) (judged, holds bool)) (judged, holds int) {
	for _, p := range places {
		if can, is := of(p); can {
			judged++
			if is {
				holds++
			}
		}
	}
	return judged, holds
}
