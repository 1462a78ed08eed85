package plan

import (
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// LintSet looks deeper into documents that hold together (see Check): who is paid twice for the same, and what is paid on signature without
// a way back.
func LintSet(documents []*Document) []Finding {
	s := &set{}
	for _, d := range documents {
		if d.Crediting != nil {
			s.crediting = append(s.crediting, d)
		} else if d.Plan != nil {
			s.plans = append(s.plans, d)
		}
	}
	for i, d := range s.plans {
		for _, other := range s.plans[:i] {
			s.lintSameCredits(d, other)
		}
		for _, c := range s.crediting {
			if c.Crediting.Effective.Overlaps(d.Plan.Effective) {
				s.lintRollup(d, c.Crediting)
				s.lintSigned(d, c.Crediting)
				s.lintRuleAmount(d, c.Crediting)
			}
		}
	}
	return ruledoc.Sort(s.findings)
}

// lintSameCredits warns of two plans that may pay one person by rate for the same credits.
func (s *set) lintSameCredits(d, other *Document) {
	a, b := d.Plan, other.Plan
	if a.ID == b.ID || !a.Effective.Overlaps(b.Effective) || !a.Participants.mayShare(b.Participants) {
		return
	}
	p, q := &planReader{plan: a}, &planReader{plan: b}
	for i, c := range a.Components {
		mine := p.paidCredits(c)
		for _, o := range b.Components {
			theirs := q.paidCredits(o)
			if mine != nil && theirs != nil && mine.Credits.mayShare(theirs.Credits) {
				s.add(d, SeverityWarning, CodeSetSameCredits, componentPath(i, "pays.of"), errs.Args{"ID": called(c), "Other": called(o), "Plan": b.ID, "Event": mine.Credits.Event})
				return
			}
		}
	}
}

// mayShare reports whether one credit may count in both.
func (m *CreditsMeasure) mayShare(o *CreditsMeasure) bool {
	if m.Event != o.Event || (len(m.By) > 0 && len(o.By) > 0 && !slices.ContainsFunc(m.By, func(id string) bool { return slices.Contains(o.By, id) })) {
		return false
	}
	for _, f := range m.Where {
		for _, g := range o.Where {
			if f.Field == g.Field && len(f.In) > 0 && len(g.In) > 0 && !slices.ContainsFunc(f.In, g.Lists) && !slices.ContainsFunc(g.In, f.Lists) {
				return false
			}
		}
	}
	return true
}

// lintRollup warns of a leader who is paid for the same fact as seller and as leader, or twice as leader.
func (s *set) lintRollup(d *Document, c *Crediting) {
	chain := func(event string, by []string, to ...CreditTarget) bool {
		return slices.ContainsFunc(c.Rules, func(rule CreditRule) bool {
			return slices.Contains(rule.Events, event) && (len(by) == 0 || slices.Contains(by, rule.ID)) && slices.Contains(to, rule.To)
		})
	}
	p := &planReader{plan: d.Plan}
	rolled, summed := map[string]bool{}, map[string]int{}
	for _, m := range d.Plan.Measures {
		if m.Credits != nil && chain(m.Credits.Event, m.Credits.By, ToManagerChain) && chain(m.Credits.Event, m.Credits.By, ToSellers) {
			s.add(d, SeverityWarning, CodeRollupAndDirect, "measures."+m.ID, errs.Args{"ID": p.measured(m.ID), "Event": m.Credits.Event})
		}
	}
	for i, component := range d.Plan.Components {
		m := d.Plan.Measure(component.Pays.Of)
		source := p.source(component.Pays.Of)
		switch {
		case component.Pays.Rate == nil || m == nil || source == nil || source.Credits == nil:
		case m.Team != nil && (m.Team.Group == "" || m.Team.Group == GroupLedTeams):
			summed[source.Credits.Event] = i + 1
		case m.Credits != nil && chain(m.Credits.Event, m.Credits.By, ToManagerChain):
			rolled[m.Credits.Event] = true
		}
	}
	for event, i := range summed {
		if rolled[event] {
			s.add(d, SeverityWarning, CodeRollupTwice, componentPath(i-1, "pays.of"), errs.Args{"ID": called(d.Plan.Components[i-1]), "Event": event})
		}
	}
}

// lintSigned warns of pay on signature that neither waits for the customer's money nor can be taken back.
func (s *set) lintSigned(d *Document, c *Crediting) {
	signed := slices.ContainsFunc(c.Events, func(e Event) bool { return e.ID == d.Plan.Statements.EarnedOn && e.Fact == FactDeal })
	settle := d.Plan.Settle
	if signed && (settle == nil || (settle.Clawback == nil && settle.Hold == nil)) {
		s.add(d, SeverityWarning, CodeSignedUnsecured, "statements.earned_on", nil)
	}
}
