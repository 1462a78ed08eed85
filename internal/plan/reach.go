package plan

import "slices"

// ReachesBeyondTeams reports whether what the plan pays somebody may rest on people outside the teams that they lead: on wider groups, on
// ranks, prizes or shared pools.
func (p *Plan) ReachesBeyondTeams() bool {
	wide := func(g Group) bool { return g != "" && g != GroupLedTeams }
	return slices.ContainsFunc(p.Measures, func(m Measure) bool { return m.Rank != nil || (m.Team != nil && wide(m.Team.Group)) }) ||
		slices.ContainsFunc(p.Components, func(c Component) bool { return c.Pays.Prizes != nil || c.Pays.Pool != nil })
}

// ReachesBeyondSellers reports whether somebody may be credited with facts of deals that they don't share.
func (c *Crediting) ReachesBeyondSellers() bool {
	return slices.ContainsFunc(c.Rules, func(rule CreditRule) bool { return rule.To != ToSellers && rule.To != ToHouse })
}

// NeedsEarlier reports whether what the plan pays rests on what it paid in earlier months: by a cap over a longer span, or by an excess
// that is carried on.
func (p *Plan) NeedsEarlier() bool {
	spans := func(l *Limit) bool { return l != nil && (l.Carried || (l.Over != "" && l.Over != LimitOverPeriod)) }
	return spans(p.Cap) || slices.ContainsFunc(p.Components, func(c Component) bool { return spans(c.Cap) })
}
