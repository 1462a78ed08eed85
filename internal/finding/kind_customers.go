package finding

// customerShare compares a share of customers by their keeper.
type customerShare struct {
	counts func(c *Customer) bool
	bad    func(c *Customer) bool
	value  func(c *Customer) float64 // of the evidence
	least  float64
	limit  float64
	cases  float64
	// owned counts customers by their owner alone, not by who sold to them last.
	owned bool
	// together compares teams, not people: all customers of an owner are alike.
	together bool
}

func (l *look) customers(s customerShare) {
	if !l.Has(CustomerRecords, Persons) {
		l.customersAlone(s)
		return
	}
	who := func(i int) int32 {
		if s.owned {
			return l.Customers[i].Owner
		}
		return l.keeper(int32(i))
	}
	g := newGauge(len(l.People))
	for i := range l.Customers {
		if c := &l.Customers[i]; s.counts(c) {
			g.hit(who(i), s.bad(c))
		}
	}
	l.compareIn(l.byTeam(g, s.together), ask{unit: UnitShare, least: s.least, limit: s.limit, levels: orgLevels, cases: s.cases, rows: func(in func(int32) bool) []Evidence {
		return rowsOf(len(l.Customers), func(i int) (Evidence, bool) {
			c := &l.Customers[i]
			person := who(i)
			leaf := person
			if s.together && person >= 0 {
				leaf = l.People[person].Team
			}
			if !s.counts(c) || !s.bad(c) || person < 0 || leaf < 0 || !in(leaf) {
				return Evidence{}, false
			}
			return Evidence{Part: Customers, Record: c.Key, Person: l.People[person].Key, Value: s.value(c), Day: c.Contacted}, true
		})
	}}, l.leaves(s.together))
}

// customersAlone judges the whole company where nobody knows whose the customers are, and says what would be needed to tell places.
func (l *look) customersAlone(s customerShare) {
	var cases, hits int64
	for i := range l.Customers {
		if c := &l.Customers[i]; s.counts(c) {
			cases++
			if s.bad(c) {
				hits++
			}
		}
	}
	if float64(cases) < s.cases {
		l.few("finding.missing.few", int(cases), int(s.cases))
		return
	}
	var lacks []Part
	for _, p := range []Part{CustomerRecords, Persons} {
		if !l.Has(p) {
			lacks = append(lacks, p)
		}
	}
	l.missing = append(l.missing, Missing{Kind: l.kind, Parts: lacks, Reason: "finding.missing.owners"})
	if share := float64(hits) / float64(cases); share >= s.limit {
		l.certain(Finding{Place: Place{Level: LevelCompany}, Value: share, Usual: s.limit, Unit: UnitShare, Cases: cases, Hits: hits, Evidence: rowsOf(len(l.Customers), func(i int) (Evidence, bool) {
			c := &l.Customers[i]
			return Evidence{Part: Customers, Record: c.Key, Value: s.value(c), Day: NoDay}, s.counts(c) && s.bad(c)
		})})
	}
}

// byTeam adds a measure of people up by their teams.
func (v *view) byTeam(g *gauge, together bool) *gauge {
	if !together {
		return g
	}
	teams := newGauge(len(v.Teams))
	for i, p := range v.People {
		if p.Team >= 0 {
			teams.n[p.Team] += g.n[i]
			teams.sum[p.Team] += g.sum[i]
			teams.squares[p.Team] += g.squares[i]
			teams.weights[p.Team] += g.weights[i]
		}
	}
	return teams
}

// leaves are the places of the organisation with people, or teams, as leaves.
func (v *view) leaves(teams bool) []tier {
	if !teams {
		return v.headings[:]
	}
	region := tier{level: LevelRegion, of: make([]int32, len(v.Teams)), count: len(v.Regions)}
	for i, t := range v.Teams {
		region.of[i] = t.Region
	}
	return []tier{flat(LevelTeam, len(v.Teams))[0], region}
}

// kept reports whether a customer is in the ledger, and not given up.
func (c *Customer) kept() bool { return c.InLedger && c.Lost == NoDay }

// silence is how many days a customer has had no contact: since the last, or else since it came into the ledger.
func (v *view) silence(c *Customer) float64 {
	last := max(c.Contacted, c.Registered.Day())
	if last == NoDay {
		last = c.Since
	}
	if last == NoDay {
		return 0
	}
	return float64(v.AsOf - last)
}
