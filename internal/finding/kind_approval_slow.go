package finding

import "math"

func approvalSlow() Analyser {
	return Analyser{
		Kind: "approval_slow", Area: AreaProcess, Needs: []Part{Approvals, Opportunities, Persons},
		Method: "Logarithm of the hours from asked to decided, of decisions of the last 12 months; its mean is that of the median of lognormal times (methods P5, P6). Random-effects comparison.",
		Least:  "10 decisions of a team", look: func(l *look) {
			g := newGauge(len(l.People))
			hours := func(a *Approval) (float64, bool) {
				if a.Decided == NoMoment || a.Decided < a.Asked || a.Asked.Day() < l.since(year) {
					return 0, false
				}
				return float64(a.Decided-a.Asked) / 60, true
			}
			for i := range l.Approvals {
				if h, counts := hours(&l.Approvals[i]); counts {
					g.add(l.owner(l.Approvals[i].Opportunity), math.Log(math.Max(h, 0.5)))
				}
			}
			limit := 0.0
			if own := l.rule("approval_hours", 0); own > 0 {
				limit = math.Log(2 * own)
			}
			l.compare(g, ask{unit: UnitHours, logs: true, least: math.Log(2), limit: limit, levels: orgLevels, cases: 10, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Approvals), func(i int) (Evidence, bool) {
					a := &l.Approvals[i]
					h, counts := hours(a)
					owner := l.owner(a.Opportunity)
					if !counts || owner < 0 || !in(owner) {
						return Evidence{}, false
					}
					return Evidence{Part: Approvals, Record: a.Key, Person: l.People[owner].Key, Value: h, Day: a.Asked.Day()}, true
				})
			}})
		},
	}
}
