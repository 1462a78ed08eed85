package finding

// step is an activity that an opportunity must have had when it has come past a day.
type step struct {
	activity Activity
	past     func(o *Opportunity) Day // the day on which the step was due; NoDay while it is not
}

func stepSkipped() Analyser {
	return Analyser{
		Kind: "step_skipped", Area: AreaProcess, Needs: []Part{ProcessEvents, Opportunities, Persons},
		Method: "Share of opportunities that came past a step without it, step by step: Declare's precedence and existence templates (methods P2, P3). Funnel plot with overdispersion.",
		Least:  "15 opportunities of a team past the step", look: func(l *look) {
			done := make([]uint16, len(l.Opportunities))
			for _, e := range l.Events {
				done[e.Opportunity] |= 1 << e.Activity
			}
			for _, s := range l.steps() {
				l.skipped(s, done)
			}
		},
	}
}

// steps are those that the company requires; all of the four when it says nothing.
func (v *view) steps() (all []step) {
	proposal := func(o *Opportunity) Day { return o.Proposal }
	won := func(after Day) func(o *Opportunity) Day {
		return func(o *Opportunity) Day {
			if o.State != StateWon || o.Ended == NoDay || o.Ended+after > v.AsOf {
				return NoDay
			}
			return o.Ended
		}
	}
	every := []step{{ActivityNeed, proposal}, {ActivityDecision, proposal}, {ActivityApproved, won(0)}, {ActivityHandover, won(31)}}
	says := false
	for _, s := range every {
		says = says || v.Company.Standards["step."+Activities[s.activity]] != ""
	}
	for _, s := range every {
		if !says || v.Company.Standards["step."+Activities[s.activity]] == "required" {
			all = append(all, s)
		}
	}
	return all
}

func (l *look) skipped(s step, done []uint16) {
	lacks := func(i int) (counts, lacks bool) {
		day := s.past(&l.Opportunities[i])
		return day != NoDay && day >= l.since(year), done[i]&(1<<s.activity) == 0
	}
	g := newGauge(len(l.People))
	for i := range l.Opportunities {
		if counts, missing := lacks(i); counts {
			g.hit(l.Opportunities[i].Owner, missing)
		}
	}
	l.compare(g, ask{unit: UnitShare, least: 0.15, limit: 0.30, levels: orgLevels, cases: 15, level: LevelRule, key: Activities[s.activity], rows: func(in func(int32) bool) []Evidence {
		return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
			o := &l.Opportunities[i]
			counts, missing := lacks(i)
			if !counts || !missing || o.Owner < 0 || !in(o.Owner) {
				return Evidence{}, false
			}
			return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: float64(o.AmountMinor) / 100, Day: s.past(o)}, true
		})
	}})
}
