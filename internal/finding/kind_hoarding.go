package finding

func hoarding() Analyser {
	return Analyser{
		Kind: "hoarding", Area: AreaCustomer, Needs: []Part{Customers, CustomerRecords, CustomerMoves, Persons},
		Method: "Customers that a person claimed from the pool, has still, and has had no contact with for recycle_days: counted, where they are most of what the person claimed.",
		Least:  "15 claimed customers of a person", look: func(l *look) {
			fewest := int(l.limit().told)
			days := l.rule("recycle_days", 30)
			claimed, silent := make([]int, len(l.People)), make([]int, len(l.People))
			last := map[int32]Move{}
			for _, m := range l.Moves {
				if k, known := last[m.Customer]; !known || m.On > k.On || m.On == k.On && m.To > k.To {
					last[m.Customer] = m
				}
			}
			idle := func(customer int32, m Move) bool {
				c := &l.Customers[customer]
				if c.Owner != m.To || m.Turn != TurnClaimed || c.Lost != NoDay || float64(l.AsOf-m.On) < days {
					return false
				}
				return float64(l.AsOf-max(c.Contacted, m.On)) >= days
			}
			for i := range l.Customers { // in order, not in that of the map
				m, moved := last[int32(i)]
				if !moved || m.To < 0 || m.Turn != TurnClaimed || l.Customers[i].Owner != m.To {
					continue
				}
				claimed[m.To]++
				if idle(int32(i), m) {
					silent[m.To]++
				}
			}
			for p := range l.People {
				if silent[p] < fewest || 2*silent[p] < claimed[p] {
					continue
				}
				person := int32(p)
				l.certain(Finding{Place: l.unit(LevelPerson, person), Value: float64(silent[p]), Usual: float64(claimed[p]), Unit: UnitCount, Cases: int64(claimed[p]), Hits: -1, Evidence: rowsOf(len(l.Customers), func(i int) (Evidence, bool) {
					m, moved := last[int32(i)]
					if !moved || m.To != person || !idle(int32(i), m) {
						return Evidence{}, false
					}
					c := &l.Customers[i]
					return Evidence{Part: CustomerMoves, Record: c.Key, Person: l.People[p].Key, Value: float64(l.AsOf - max(c.Contacted, m.On)), Usual: days, Day: m.On}, true
				})})
			}
		},
	}
}
