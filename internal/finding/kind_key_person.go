package finding

func keyPerson() Analyser {
	return Analyser{
		Kind: "key_person", Area: AreaTeam, Needs: []Part{Deals, Persons, Teams},
		Method: "One person's part of the money that a team of five or more signed in the last 12 months: counted. A customer who is a fifth of the team's money or more is left out: that is another dependence.",
		Least:  "5 sellers in the team", look: func(l *look) {
			byCustomer := map[[2]int32]int64{}
			byTeam := make([]int64, len(l.Teams))
			counts := func(d *Deal) bool {
				return d.Signed >= l.since(year) && d.stands() && d.Seller >= 0 && l.People[d.Seller].Team >= 0 && !l.giant(d.Customer)
			}
			home := func(d *Deal) int32 { return l.People[d.Seller].Team }
			for i := range l.Deals {
				if d := &l.Deals[i]; counts(d) {
					byCustomer[[2]int32{home(d), d.Customer}] += d.AmountMinor
					byTeam[home(d)] += d.AmountMinor
				}
			}
			mine, team := make([]int64, len(l.People)), make([]int64, len(l.Teams))
			for i := range l.Deals {
				d := &l.Deals[i]
				if !counts(d) || 5*byCustomer[[2]int32{home(d), d.Customer}] >= byTeam[home(d)] {
					continue
				}
				mine[d.Seller] += d.AmountMinor
				team[l.People[d.Seller].Team] += d.AmountMinor
			}
			sellers := make([]int, len(l.Teams))
			for i, p := range l.People {
				if p.Team >= 0 && l.sells[i] && (p.Left == NoDay || p.Left >= l.AsOf) {
					sellers[p.Team]++
				}
			}
			for i, p := range l.People {
				if p.Team < 0 || sellers[p.Team] < 5 || float64(mine[i]) < l.limit().told*float64(team[p.Team]) || mine[i] == 0 {
					continue
				}
				l.certain(Finding{Place: l.unit(LevelPerson, int32(i)), Value: float64(mine[i]) / float64(team[p.Team]), Usual: 1 / float64(sellers[p.Team]), Unit: UnitShare, Cases: int64(sellers[p.Team]), Hits: -1, MoneyMinor: mine[i], Worth: true,
					Evidence: l.dealRows(func(person int32) bool { return person == int32(i) }, func(_ int, d *Deal) (float64, bool) { return float64(d.AmountMinor) / 100, counts(d) })})
			}
		},
	}
}
