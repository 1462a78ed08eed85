package finding

// sent is a proposal that was sent, and what approval it had.
type sent struct {
	event   int32
	asked   bool // somebody asked for approval of the proposal
	ahead   bool // it was approved before
	decided bool // an approval was decided, before or after
}

// proposals are the proposals sent in the last twelve months.
func (v *view) proposals() (all []sent) {
	type approvals struct {
		asked, decided bool
		first          Moment
	}
	known := map[int32]approvals{}
	for _, a := range v.Approvals {
		if !a.Proposal {
			continue
		}
		k := known[a.Opportunity]
		if a.Decided != NoMoment && (!k.decided || a.Decided < k.first) {
			k.decided, k.first = true, a.Decided
		}
		k.asked = true
		known[a.Opportunity] = k
	}
	for i, e := range v.Events {
		if e.Activity != ActivityProposal || e.Happened.Day() < v.since(year) {
			continue
		}
		k := known[e.Opportunity]
		all = append(all, sent{event: int32(i), asked: k.asked, decided: k.decided, ahead: k.decided && k.first <= e.Happened})
	}
	return all
}

// proposed compares a share of the proposals.
func (l *look) proposed(bad func(s sent) bool) {
	list := l.proposals()
	g := newGauge(len(l.People))
	for _, s := range list {
		g.hit(l.owner(l.Events[s.event].Opportunity), bad(s))
	}
	l.compare(g, ask{unit: UnitShare, least: 0.10, limit: 0.20, levels: orgLevels, cases: 15, rows: func(in func(int32) bool) []Evidence {
		return rowsOf(len(list), func(i int) (Evidence, bool) {
			e := &l.Events[list[i].event]
			owner := l.owner(e.Opportunity)
			if !bad(list[i]) || owner < 0 || !in(owner) {
				return Evidence{}, false
			}
			o := &l.Opportunities[e.Opportunity]
			return Evidence{Part: ProcessEvents, Record: o.Key, Person: l.People[owner].Key, Value: float64(o.AmountMinor) / 100, Day: e.Happened.Day()}, true
		})
	}})
}
