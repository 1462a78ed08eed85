package plan

import (
	"slices"

	"fmt"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// checkComponent judges one component and marks the measures that it reads.
func (p *planReader) checkComponent(i int, used map[string]bool) {
	c := p.plan.Components[i]
	for _, id := range c.refersTo() {
		used[id] = true
	}
	p.checkSteps(i, c, used)
	p.checkBase(i, c)
	p.checkLimits(i, c)
	spans := p.checkConditions(i, c)
	if c.Pays.Prizes != nil || c.Pays.Pool != nil {
		return
	}
	if c.Pays.Rate == nil {
		p.checkFixed(i, c)
		return
	}
	if t := c.Pays.Table; t != nil && t.Style == StyleInterpolate {
		p.checkLine(i, c)
		return
	}
	if c.Pays.Table != nil && p.checkBands(i, c) {
		p.checkReach(i, c, spans)
		p.checkCliffs(i, c)
	}
}

// checkBase judges what the rate multiplies: its window, its event, and whether it has credits to look up.
func (p *planReader) checkBase(i int, c Component) {
	if c.Pays.Rate == nil || c.Pays.Of == "" {
		return
	}
	at := componentPath(i, "pays.of")
	if window := p.windowOf(c.Pays.Of); window != "" && window != WindowPeriod && !paysAtEndOf(window, c.PaysIn) {
		p.error(at, CodeBaseWindow, c.Pays.Of, errs.Args{"ID": p.measured(c.Pays.Of), "Window": string(window)})
	}
	source := p.source(c.Pays.Of)
	if source != nil && source.Credits != nil {
		earnedOn := p.plan.Statements.EarnedOn
		if earnedOn != "" && source.Credits.Event != "" && source.Credits.Event != earnedOn {
			p.error(at, CodeEarnedOnOther, c.Pays.Of, errs.Args{"Event": source.Credits.Event, "EarnedOn": earnedOn})
		}
	}
	base := p.plan.Measure(c.Pays.Of)
	if c.Pays.Rate.Lookup != "" && base != nil && base.Credits == nil {
		p.error(componentPath(i, "pays.rate.lookup"), CodeLookupBase, "", errs.Args{"ID": p.measured(c.Pays.Of)})
	}
}

// paysAtEndOf reports whether a component pays only in the months in which the window is whole, so that it pays no month twice.
func paysAtEndOf(window Window, months []int) bool {
	span := map[Window]int{WindowQuarterToDate: 3, WindowHalfYearToDate: 6, WindowYearToDate: 12}[window]
	return span > 0 && len(months) > 0 && !slices.ContainsFunc(months, func(month int) bool { return month%span != 0 })
}

func (p *planReader) checkLimits(i int, c Component) {
	if c.Cap != nil && (c.Cap.Percent != nil || c.Cap.parts()) {
		return
	}
	if c.Cap != nil && c.Floor != nil && c.Cap.AmountFen < c.Floor.AmountFen {
		p.error(componentPath(i, "cap.amount"), CodeCapFloor, "", errs.Args{
			"Cap": p.show(decimal.FromInt(c.Cap.AmountFen, 0), KindMoney), "Floor": p.show(decimal.FromInt(c.Floor.AmountFen, 0), KindMoney)})
	}
	if c.Cap != nil && c.Cap.AmountFen == 0 {
		p.warn(componentPath(i, "cap.amount"), CodeCapZero, errs.Args{"ID": called(c)})
	}
}

// checkFixed judges a fixed amount: whether a part period could leave fractions without a rounding, and the jump at a gate.
func (p *planReader) checkFixed(i int, c Component) {
	byDay := p.plan.Statements.Joiner == PartPeriodByDay || p.plan.Statements.Leaver == PartPeriodByDay
	if _, rounds := p.Places[componentPath(i, "round")]; byDay && c.Pays.Per == "" && !rounds {
		p.error(componentPath(i, "round"), CodeRoundMissing, "", errs.Args{"ID": called(c)})
	}
	for k, condition := range c.When {
		kind := p.kinds[condition.Measure]
		rises := condition.Comparison == AtLeast || condition.Comparison == Above
		if c.Pays.Per == "" && c.Pays.AmountGrid == nil && rises && (kind == KindRatio || kind == KindMoney) {
			p.note(componentPath(i, fmt.Sprintf("when[%d]", k)), CodeCliffAmount, errs.Args{
				"ID": called(c), "Edge": p.show(condition.Value, kind), "Jump": p.show(decimal.FromInt(c.Pays.AmountFen, 0), KindMoney)})
		}
	}
}

// checkPaysAnything warns of a component whose rates or multipliers are all zero.
func (p *planReader) checkPaysAnything(i int, c Component) {
	if c.Pays.Rate == nil {
		return
	}
	zero := true
	if g := c.Pays.Rate.Grid; g != nil {
		zero = g.allZero()
	} else if c.Pays.Rate.Lookup == "" {
		zero = c.Pays.Rate.Fixed.Sign() == 0
	} else {
		for _, row := range c.Pays.Rate.Rows {
			zero = zero && row.Rate.Sign() == 0
		}
		zero = zero && (c.Pays.Rate.Otherwise == nil || c.Pays.Rate.Otherwise.Sign() == 0)
	}
	if c.Pays.Table != nil && len(c.Pays.Table.Bands) > 0 {
		allZero := true
		for _, b := range c.Pays.Table.Bands {
			allZero = allZero && b.Times.Sign() == 0
		}
		allZero = allZero && (c.Pays.Table.Point == nil || c.Pays.Table.Point.Below.Sign() == 0)
		zero = zero || allZero
	}
	if zero {
		p.warn(componentPath(i, "pays"), CodePaysNothing, errs.Args{"ID": called(c)})
	}
}

// span is the set of values that conditions leave to a measure. Nil bounds are open ends.
type span struct {
	low, high         *decimal.Decimal
	lowOpen, highOpen bool
}

func (s span) empty() bool {
	if s.low == nil || s.high == nil {
		return false
	}
	order := s.low.Cmp(*s.high)
	return order > 0 || (order == 0 && (s.lowOpen || s.highOpen))
}

// and returns the intersection.
func (s span) and(o span) span {
	if o.low != nil && (s.low == nil || o.low.Cmp(*s.low) > 0 || (o.low.Cmp(*s.low) == 0 && o.lowOpen)) {
		s.low, s.lowOpen = o.low, o.lowOpen
	}
	if o.high != nil && (s.high == nil || o.high.Cmp(*s.high) < 0 || (o.high.Cmp(*s.high) == 0 && o.highOpen)) {
		s.high, s.highOpen = o.high, o.highOpen
	}
	return s
}

// within reports whether s lies inside o.
func (s span) within(o span) bool {
	meet := s.and(o)
	return sameBound(meet.low, s.low) && sameBound(meet.high, s.high) && meet.lowOpen == s.lowOpen && meet.highOpen == s.highOpen
}

func sameBound(a, b *decimal.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Cmp(*b) == 0
}

// spanOf is the set in which a comparison holds. Money and counts are whole, so that open bounds close one further in.
func spanOf(comparison Comparison, value decimal.Decimal, kind ValueKind) span {
	one := decimal.FromInt(1, 0)
	whole := kind == KindMoney || kind == KindCount
	up, down := value, value
	if whole {
		up, down = value.Add(one), value.Sub(one)
	}
	switch comparison {
	case AtLeast:
		return span{low: &value}
	case Above:
		return span{low: &up, lowOpen: !whole}
	case AtMost:
		return span{high: &value}
	case Below:
		return span{high: &down, highOpen: !whole}
	case Equals:
		return span{low: &value, high: &value}
	}
	return span{}
}

// naturalSpan is what a measure can be at all: a count is never below zero.
func naturalSpan(kind ValueKind) span {
	if kind == KindCount {
		zero := decimal.FromInt(0, 0)
		return span{low: &zero}
	}
	return span{}
}

// checkConditions reports conditions that exclude each other or say nothing new, and returns what each measure is left.
func (p *planReader) checkConditions(i int, c Component) map[string]span {
	spans := map[string]span{}
	for k, condition := range c.When {
		if condition.Comparison == InPeriod {
			continue
		}
		kind := p.kinds[condition.Measure]
		before, seen := spans[condition.Measure]
		if !seen {
			before = naturalSpan(kind)
		}
		own := spanOf(condition.Comparison, condition.Value, kind)
		after := before.and(own)
		spans[condition.Measure] = after
		path := componentPath(i, fmt.Sprintf("when[%d]", k))
		switch {
		case before.empty():
		case after.empty():
			p.error(path, CodeContradiction, "", errs.Args{"ID": called(c), "Measure": p.measured(condition.Measure)})
		case before.within(own):
			p.warn(path, CodeConditionIdle, errs.Args{"ID": called(c), "Measure": p.measured(condition.Measure)})
		}
	}
	return spans
}
