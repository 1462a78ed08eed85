package plan

import (
	"fmt"
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// Codes of lints: what a sound document may do to a company that did not mean it.
const (
	CodeBaseRolling      Code = "component.base_rolling"
	CodeTableDead        Code = "band.table_dead"
	CodeAcceleratorOpen  Code = "component.accelerator_open"
	CodeSameCredits      Code = "component.same_credits"
	CodeRankOutside      Code = "measure.rank_outside"
	CodeOpenNegative     Code = "open.negative"
	CodeOpenHold         Code = "open.hold"
	CodeOpenNoMatch      Code = "open.no_match"
	CodeGridUnreachable  Code = "grid.unreachable"
	CodeSetSameCredits   Code = "set.same_credits"
	CodeRollupAndDirect  Code = "set.rollup_and_direct"
	CodeRollupTwice      Code = "set.rollup_twice"
	CodeSignedUnsecured  Code = "set.signed_unsecured"
	CodeGamingPoint      Code = "probe.gaming"
	CodeGamingFalls      Code = "probe.falls"
	CodeSteep            Code = "probe.steep"
	CodeNotProbed        Code = "probe.refused"
	CodeGamingPointsMore Code = "probe.more"
)

// lintCodes lists the codes of this file.
func lintCodes() []Code {
	return []Code{CodeBaseRolling, CodeTableDead, CodeAcceleratorOpen, CodeSameCredits, CodeRankOutside, CodeOpenNegative, CodeOpenHold, CodeOpenNoMatch,
		CodeGridUnreachable, CodeSetSameCredits, CodeRollupAndDirect, CodeRollupTwice, CodeSignedUnsecured, CodeGamingPoint, CodeGamingFalls, CodeSteep,
		CodeNotProbed, CodeGamingPointsMore}
}

// Lint looks deeper into a sound document than Inspect: what pays twice, what has no limit, what is left unsaid, what cannot happen. It returns
// warnings and notes only, apart from the document's own findings. Of documents that pay nothing it says nothing more.
func Lint(d *Document) []Finding {
	r := again(d)
	if c := d.Crediting; c != nil {
		lintCrediting(r, c)
		return ruledoc.Sort(r.Findings)
	}
	if d.Plan == nil {
		return nil
	}
	p := &planReader{reader: r, plan: d.Plan, kinds: map[string]ValueKind{}}
	for _, m := range d.Plan.Measures {
		p.kinds[m.ID] = m.Kind(d.Plan.Measures)
		p.lintMeasure(m)
	}
	for i, c := range d.Plan.Components {
		p.lintRolling(i, c)
		p.lintTable(i, c)
		p.lintAccelerator(i, c)
		p.lintGrids(i, c)
	}
	p.lintSameCredits()
	p.lintOpen()
	return ruledoc.Sort(r.Findings)
}

// Remark makes a finding of a lint that was computed elsewhere (package probe), at a path of the document.
func (d *Document) Remark(severity Severity, code Code, path string, args errs.Args) Finding {
	r := again(d)
	r.Add(severity, code, r.Places.Of(path), path, "", args)
	return r.Findings[0]
}

// lintMeasure warns of a rank among people of whom the person is none.
func (p *planReader) lintMeasure(m Measure) {
	if m.Rank != nil && (m.Rank.Among == GroupLedTeams || m.Rank.Among == GroupMentees) {
		p.warn("measures."+m.ID+".among", CodeRankOutside, errs.Args{"ID": p.measured(m.ID)})
	}
}

// lintRolling warns of a rate on the last months, which pays each month as often as it lies in the window.
func (p *planReader) lintRolling(i int, c Component) {
	base := p.source(c.Pays.Of)
	if c.Pays.Rate == nil || base == nil || base.Credits == nil || base.Credits.Span == nil {
		return
	}
	months := base.Credits.Span.Months
	if months < 2 || spaced(c.PaysIn, months) {
		return
	}
	p.warn(componentPath(i, "pays.of"), CodeBaseRolling, errs.Args{"ID": called(c), "Measure": p.measured(base.ID), "Months": months})
}

// spaced reports whether the months in which a component pays lie so far apart that windows of n months don't overlap.
func spaced(paysIn []int, n int) bool {
	if len(paysIn) == 0 || n > 12 {
		return false
	}
	for i, month := range paysIn {
		next := paysIn[(i+1)%len(paysIn)]
		if (next-month+11)%12+1 < n {
			return false
		}
	}
	return true
}

// lintTable warns of a table of which the conditions leave one band.
func (p *planReader) lintTable(i int, c Component) {
	t := c.Pays.Table
	if t == nil || t.Style != StyleWholeAmount || len(t.Bands) < 2 {
		return
	}
	left := naturalSpan(p.kinds[t.By])
	for _, condition := range c.When {
		if condition.Measure == t.By && condition.Comparison != InPeriod {
			left = left.and(spanOf(condition.Comparison, condition.Value, p.kinds[t.By]))
		}
	}
	reachable := 0
	for _, b := range t.Bands {
		if !left.and(b.span(t.Boundary)).empty() {
			reachable++
		}
	}
	if reachable == 1 {
		p.warn(componentPath(i, "pays.table"), CodeTableDead, errs.Args{"ID": called(c), "Measure": p.measured(t.By)})
	}
}

// lintAccelerator warns of a multiplier that rises beyond 1 where nothing limits what it pays.
func (p *planReader) lintAccelerator(i int, c Component) {
	if p.plan.Cap != nil || (c.Cap != nil && !c.Cap.parts()) || !accelerates(c.Pays) {
		return
	}
	p.warn(componentPath(i, "pays"), CodeAcceleratorOpen, errs.Args{"ID": called(c)})
}

// accelerates reports whether a better result multiplies more than an ordinary one, by more than 1.
func accelerates(pays Pays) bool {
	one := decimal.FromInt(1, 0)
	rises := func(bands []Band) bool {
		last := len(bands) - 1
		return last > 0 && bands[last].Times.Cmp(one) > 0 && bands[last].Times.Cmp(bands[0].Times) > 0
	}
	if t := pays.Table; t != nil {
		if t.Line != nil && t.Line.Points[len(t.Line.Points)-1].Times.Cmp(one) > 0 {
			return true
		}
		if t.Point != nil && t.Bands[len(t.Bands)-1].Times.Cmp(t.Point.Below) > 0 && t.Bands[len(t.Bands)-1].Times.Cmp(one) > 0 {
			return true
		}
		if rises(t.Bands) {
			return true
		}
	}
	return pays.Factors != nil && slices.ContainsFunc(pays.Factors.Items, func(f Factor) bool {
		return rises(f.Bands) || (f.Measure != "" && f.Bands == nil && f.Most == nil)
	})
}

// lintGrids warns of keys of a grid that no participant has.
func (p *planReader) lintGrids(i int, c Component) {
	who := p.plan.Participants
	grids := map[string]*Grid{"pays.amount.grid": c.Pays.AmountGrid}
	if c.Pays.Rate != nil {
		grids["pays.rate.grid"] = c.Pays.Rate.Grid
	}
	for at, g := range grids {
		if g == nil {
			continue
		}
		for _, dimension := range g.By {
			allowed := map[Field][]string{FieldPersonLevel: who.Levels, FieldPersonTeam: who.Teams, FieldPersonRegion: who.Regions}[dimension.Field]
			for _, key := range dimension.Keys {
				if len(allowed) > 0 && !slices.Contains(allowed, key) {
					p.warn(componentPath(i, at), CodeGridUnreachable, errs.Args{"ID": called(c), "Key": key})
				}
			}
		}
	}
}

// lintSameCredits notes components of one plan that multiply the same credits: each may be meant, together they pay twice.
func (p *planReader) lintSameCredits() {
	for i, c := range p.plan.Components {
		for _, other := range p.plan.Components[:i] {
			a, b := p.paidCredits(c), p.paidCredits(other)
			if a != nil && b != nil && a.ID == b.ID && p.mayBothPay(c, other) {
				p.note(componentPath(i, "pays.of"), CodeSameCredits, errs.Args{"ID": called(c), "Other": called(other), "Measure": p.measured(a.ID)})
				break
			}
		}
	}
}

// paidCredits is the credits measure of the person's own that the component multiplies, or nil.
func (p *planReader) paidCredits(c Component) *Measure {
	if m := p.plan.Measure(c.Pays.Of); c.Pays.Rate != nil && m != nil && m.Credits != nil {
		return m
	}
	return nil
}

// mayBothPay reports whether two components may pay in one month: their conditions and months don't exclude each other.
func (p *planReader) mayBothPay(a, b Component) bool {
	if len(a.PaysIn) > 0 && len(b.PaysIn) > 0 && !slices.ContainsFunc(a.PaysIn, func(month int) bool { return slices.Contains(b.PaysIn, month) }) {
		return false
	}
	spans := map[string]span{}
	for _, condition := range append(slices.Clone(a.When), b.When...) {
		if condition.Comparison == InPeriod {
			continue
		}
		kind := p.kinds[condition.Measure]
		before, seen := spans[condition.Measure]
		if !seen {
			before = naturalSpan(kind)
		}
		spans[condition.Measure] = before.and(spanOf(condition.Comparison, condition.Value, kind))
		if spans[condition.Measure].empty() {
			return false
		}
	}
	return true
}

// lintOpen notes what the plan leaves unsaid: what becomes of a negative month, and how long a hold lasts.
func (p *planReader) lintOpen() {
	s := p.plan.Settle
	rates := slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.Pays.Rate != nil && c.Floor == nil })
	if p.plan.Statements.NegativeResult == NegativeStands && rates >= 0 && (s == nil || s.Negative == nil) {
		p.note("statements.negative_result", CodeOpenNegative, errs.Args{"ID": called(p.plan.Components[rates])})
	}
	if s != nil && s.Hold != nil && s.Hold.Months == 0 && s.Hold.ExpiresAfterMonths == 0 {
		p.note("settle.hold", CodeOpenHold, nil)
	}
}

// lintCrediting notes facts that no rule may take and of which the document does not say what becomes.
func lintCrediting(r *reader, c *Crediting) {
	for i, e := range c.Events {
		taken := slices.ContainsFunc(c.Rules, func(rule CreditRule) bool {
			return slices.Contains(rule.Events, e.ID) && len(rule.Where) == 0 && rule.To == ToSellers
		})
		if !taken && c.NoMatch == "" {
			path := fmt.Sprintf("events.%s", c.Events[i].ID)
			r.Add(SeverityNote, CodeOpenNoMatch, r.Places.Of(path), path, "", errs.Args{"Event": e.ID})
		}
	}
}
