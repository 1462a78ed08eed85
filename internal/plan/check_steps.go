package plan

import (
	"fmt"
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// plain reports whether a limit is an amount for the component and month, as ADR 0010 has it.
func (l *Limit) plain() bool { return l.Percent == nil && l.Per == "" && l.Over == "" && !l.Carried }

// parts reports whether the limit holds for each credit or deal rather than for the component.
func (l *Limit) parts() bool { return l.Per == LimitPerCredit || l.Per == LimitPerDeal }

func (g *Grid) allZero() bool {
	if g.Otherwise != nil && g.Otherwise.Sign() != 0 {
		return false
	}
	return !slices.ContainsFunc(g.Cells, func(d decimal.Decimal) bool { return d.Sign() != 0 })
}

// readsCredits reports whether a dimension is a field of credits.
func (g *Grid) readsCredits() bool {
	return slices.ContainsFunc(g.By, func(d Dimension) bool { return slices.Contains(creditFields, d.Field) })
}

// grids are all grids of the component.
func (c *Component) grids() (list []*Grid) {
	if c.Pays.Rate != nil && c.Pays.Rate.Grid != nil {
		list = append(list, c.Pays.Rate.Grid)
	}
	if c.Pays.AmountGrid != nil {
		list = append(list, c.Pays.AmountGrid)
	}
	if c.Pays.Factors != nil {
		for _, item := range c.Pays.Factors.Items {
			if item.Grid != nil {
				list = append(list, item.Grid)
			}
		}
	}
	return list
}

// FurtherMeasures lists the measures that the forms of ADR 0011 read of the payee: deductible, factors, grids, cap, prizes and pool.
// An id may occur more than once.
func (c *Component) FurtherMeasures() (ids []string) {
	ids = c.Pays.FurtherPays.refersTo()
	if c.Pays.Rate != nil {
		ids = append(ids, c.Pays.Rate.Grid.refersTo()...)
	}
	if c.Cap != nil {
		ids = append(ids, c.Cap.Of)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// checkSteps judges the steps of ADR 0011 and marks the measures that they read.
func (p *planReader) checkSteps(i int, c Component, used map[string]bool) {
	for _, id := range c.FurtherMeasures() {
		used[id] = true
	}
	p.checkPaysIn(i, c)
	p.checkParts(i, c)
	if c.Pays.Factors != nil {
		p.checkFactors(i, c)
	}
	if c.Pays.Rate != nil && c.Pays.Rate.Grid != nil && c.Pays.Rate.Grid.readsCredits() {
		if base := p.plan.Measure(c.Pays.Of); base != nil && base.Credits == nil {
			p.error(componentPath(i, "pays.rate.grid"), CodeLookupBase, "", errs.Args{"ID": p.measured(c.Pays.Of)})
		}
	}
	_, rounds := p.Places[componentPath(i, "round")]
	if !rounds && (c.Pays.Factors != nil && c.Pays.Rate == nil || c.Pays.Prizes != nil && c.Pays.Prizes.Ties == PrizeTiesShare) {
		p.error(componentPath(i, "round"), CodeRoundMissing, "", errs.Args{"ID": called(c)})
	}
	if c.Pays.Prizes != nil {
		p.checkPrizes(i, c)
	}
	if c.Pays.Pool != nil {
		p.checkAsked(i, c, "pays.pool.by", c.Pays.Pool.By)
		p.checkAsked(i, c, "pays.pool.of", c.Pays.Pool.Of)
	}
}

// checkPaysIn warns of a component that is never due while the plan holds.
func (p *planReader) checkPaysIn(i int, c Component) {
	if len(c.PaysIn) == 0 || p.plan.Effective.To-p.plan.Effective.From > 366 {
		return
	}
	for day := p.plan.Effective.From; day < p.plan.Effective.To; day++ {
		_, month, _ := day.Civil()
		if day == day.Month().Last() && slices.Contains(c.PaysIn, int(month)) {
			return
		}
	}
	p.warn(componentPath(i, "pays_in"), CodePaysInOutside, errs.Args{"ID": called(c)})
}

// checkParts holds roundings and caps of parts to components that have such parts.
func (p *planReader) checkParts(i int, c Component) {
	base := p.plan.Measure(c.Pays.Of)
	credits := c.Pays.Rate != nil && (base == nil || base.Credits != nil)
	t := c.Pays.Table
	bands := t != nil && (t.Style == StyleMarginal || t.Style == StyleAbovePoint)
	if c.Round.At == RoundAtCredit && !credits || c.Round.At == RoundAtBand && !bands {
		p.error(componentPath(i, "round.at"), CodeRoundParts, string(c.Round.At), errs.Args{"ID": called(c), "At": errs.Msg("plan.part."+string(c.Round.At), nil)})
	}
	if c.Cap == nil || !c.Cap.parts() {
		return
	}
	if !credits || c.Cap.Over != "" || c.Cap.Carried || c.Round.At == RoundAtBand {
		p.error(componentPath(i, "cap.per"), CodeCapParts, string(c.Cap.Per), errs.Args{"ID": called(c), "Per": errs.Msg("plan.part."+string(c.Cap.Per), nil)})
	}
}

func (p *planReader) checkFactors(i int, c Component) {
	var weights []decimal.Decimal
	for k, item := range c.Pays.Factors.Items {
		path := componentPath(i, fmt.Sprintf("pays.factors.items[%d]", k))
		weights = append(weights, item.Weight)
		if item.Least != nil && item.Most != nil && item.Least.Cmp(*item.Most) > 0 {
			p.error(path+".most", CodeLeastMost, item.Most.String(), errs.Args{"Least": item.Least.Percent(), "Most": item.Most.Percent()})
		}
		if item.Bands != nil {
			p.checkFactorBands(path, item)
		}
	}
	if c.Pays.Factors.Combine == FactorsWeighted {
		p.checkWeights(componentPath(i, "pays.factors.items"), weights)
	}
}

// checkFactorBands is checkBands for a factor.
func (p *planReader) checkFactorBands(path string, item Factor) {
	if kind := p.kinds[item.Measure]; kind != "" {
		p.checkBandEdges(func(k int, rest string) string {
			if rest == "" {
				return fmt.Sprintf("%s.bands[%d]", path, k)
			}
			return fmt.Sprintf("%s.bands[%d].%s", path, k, rest)
		}, item.Bands, kind)
	}
}

// checkPrizes judges a contest: what is asked of the others must be their own, and a better place should not get less.
func (p *planReader) checkPrizes(i int, c Component) {
	p.checkAsked(i, c, "pays.prizes.by", c.Pays.Prizes.By)
	for k, condition := range c.When {
		p.checkAsked(i, c, fmt.Sprintf("when[%d]", k), condition.Measure)
	}
	shares := c.Pays.Prizes.Shares
	for k := 1; k < len(shares); k++ {
		if shares[k].AmountFen > shares[k-1].AmountFen {
			p.warn(componentPath(i, fmt.Sprintf("pays.prizes.percentiles[%d].amount", k)), CodePrizesFalling, errs.Args{"ID": called(c), "Place": k + 1})
			return
		}
	}
	amounts := c.Pays.Prizes.AmountsFen
	for k := 1; k < len(amounts); k++ {
		if amounts[k] > amounts[k-1] {
			p.warn(componentPath(i, fmt.Sprintf("pays.prizes.amounts[%d]", k)), CodePrizesFalling, errs.Args{"ID": called(c), "Place": k + 1})
			return
		}
	}
}

// checkAsked refuses to ask the members of a group for a measure that rests on a group itself.
func (p *planReader) checkAsked(i int, c Component, at, id string) {
	if !p.cyclic && p.restsOnTeam(id) {
		p.error(componentPath(i, at), CodeGroupMeasure, id, errs.Args{"ID": called(c), "Measure": p.measured(id)})
	}
}

// checkPoint holds the bands of a table of style above_point to begin at the point. It returns the table as one that is open below, as
// the other checks know it.
func (p *planReader) checkPoint(i int, t *Table) (*Table, bool) {
	if t.Point == nil {
		return t, true
	}
	open := *t
	open.Bands = slices.Clone(t.Bands)
	first := &open.Bands[0]
	if p.unread(bandPath(i, 0, "from"), first.From) {
		return &open, false
	}
	sound := first.From != nil && first.From.Cmp(t.Point.At) == 0
	if !sound {
		p.error(bandPath(i, 0, "from"), CodePointFirst, "", errs.Args{"Point": p.show(t.Point.At, p.kinds[t.By])})
	}
	if first.From != nil && first.To != nil && first.From.Cmp(*first.To) >= 0 {
		p.error(bandPath(i, 0, ""), CodeBandEmpty, "", errs.Args{"From": p.show(*first.From, p.kinds[t.By]), "To": p.show(*first.To, p.kinds[t.By])})
		sound = false
	}
	first.From = nil
	return &open, sound
}

// checkCliffsAbove notes each jump of a table of style above_point: at an edge everything above the point gets another multiplier.
func (p *planReader) checkCliffsAbove(i int, c Component, kind ValueKind) {
	t := c.Pays.Table
	for k := 1; k < len(t.Bands); k++ {
		before, after := t.Bands[k-1].Times, t.Bands[k].Times
		args := errs.Args{"ID": called(c), "Edge": p.show(*t.Bands[k].From, kind), "Before": before.String(), "After": after.String(),
			"Point": p.show(t.Point.At, kind)}
		switch after.Cmp(before) {
		case 1:
			p.note(bandPath(i, k, "from"), CodeCliffAbove, args)
		case -1:
			p.warn(bandPath(i, k, "from"), CodeBandFalling, args)
		}
	}
}

// checkLine judges the points of an interpolated table, and notes where pay jumps or a better result has a lower multiplier.
func (p *planReader) checkLine(i int, c Component) {
	line, kind := c.Pays.Table.Line, p.kinds[c.Pays.Table.By]
	if line == nil || kind == "" || len(line.Points) == 0 {
		return
	}
	path := func(k int, rest string) string {
		return componentPath(i, fmt.Sprintf("pays.table.points[%d]%s", k, rest))
	}
	if len(line.Points) < 2 {
		p.error(componentPath(i, "pays.table.points"), CodeLineFew, "", nil)
		return
	}
	for k := 1; k < len(line.Points); k++ {
		before, point := line.Points[k-1], line.Points[k]
		args := errs.Args{"ID": called(c), "From": p.show(before.At, kind), "To": p.show(point.At, kind), "Before": before.Times.String(), "After": point.Times.String()}
		if point.At.Cmp(before.At) <= 0 {
			p.error(path(k, ".at"), CodeLineOrder, "", args)
		} else if point.Times.Cmp(before.Times) < 0 {
			p.warn(path(k, ".times"), CodeLineFalling, args)
		}
	}
	if first := line.Points[0]; line.Below == EndZero && first.Times.Sign() > 0 {
		p.note(path(0, ".at"), CodeCliff, errs.Args{"ID": called(c), "Edge": p.show(first.At, kind), "Before": "0", "After": first.Times.String(),
			"Jump": first.Times.Percent()})
	}
}
