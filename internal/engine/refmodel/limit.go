package refmodel

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// perPart reports whether a cap limits credits or deals rather than the component.
func perPart(l *plan.Limit) bool { return l.Per == plan.LimitPerCredit || l.Per == plan.LimitPerDeal }

// limit is the amount of a cap; not known when its measure has no value.
func (m *model) limit(p *plan.Plan, l *plan.Limit, who int32) (fen int64, known bool, err error) {
	if l.Percent == nil {
		return l.AmountFen, true, nil
	}
	of, err := m.value(p, l.Of, who)
	if err != nil || of == nil {
		return 0, false, err
	}
	return max(halfAway(product(l.Percent.Rat(), of)), 0), true, nil
}

// leftOf is what a cap leaves, less what earlier months of its quarter or year paid. The empty component is the whole plan.
func (m *model) leftOf(p *plan.Plan, component string, l *plan.Limit, limit int64, who int32) int64 {
	var within span
	switch l.Over {
	case plan.LimitOverQuarter:
		within = m.window(plan.WindowQuarterToDate, nil)
	case plan.LimitOverYear:
		within = m.window(plan.WindowYearToDate, nil)
	default:
		return limit
	}
	for _, row := range m.earlier {
		if row.Person == who && row.Plan == p.ID && row.Component == component && row.Month < m.month && within.contains(row.Month.First()) {
			limit -= row.AmountFen
		}
	}
	return max(limit, 0)
}

// carriedInto is the excess over caps that the last earlier month of the component carried on.
func (m *model) carriedInto(p *plan.Plan, c plan.Component, who int32) int64 {
	carries := (c.Cap != nil && c.Cap.Carried) || (p.Cap != nil && p.Cap.Carried)
	if !carries {
		return 0
	}
	var fen int64
	var latest calendar.Month
	for _, row := range m.earlier {
		if row.Person == who && row.Plan == p.ID && row.Component == c.ID && row.Month < m.month && row.Month > latest {
			latest, fen = row.Month, row.CarriedFen
		}
	}
	return fen
}

// capPlan limits the sum of the components; the last ones are cut first, none below zero.
func (m *model) capPlan(p *plan.Plan, who int32, pays []Pay) {
	if p.Cap == nil {
		return
	}
	cut := -m.leftOf(p, "", p.Cap, p.Cap.AmountFen, who)
	for _, pay := range pays {
		cut += pay.AmountFen
	}
	for i := len(pays) - 1; i >= 0 && cut > 0; i-- {
		taken := min(cut, max(pays[i].AmountFen, 0))
		pays[i].AmountFen -= taken
		if p.Cap.Carried {
			pays[i].CarriedFen += taken
		}
		cut -= taken
	}
}
