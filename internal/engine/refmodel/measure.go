package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// value is a measure of one person: minor units, a ratio or a number. It is nil when the measure has no value. Dates are day numbers.
func (m *model) value(p *plan.Plan, id string, who int32) (*big.Rat, error) {
	measure := p.Measure(id)
	switch {
	case measure.Credits != nil:
		return m.gathered(p, measure.Credits, who), nil
	case measure.Quota != nil:
		return m.quota(p, measure.Quota, who), nil
	case measure.Ratio != nil:
		return m.ratio(p, measure.Ratio, who)
	case measure.Tenure != nil:
		return big.NewRat(m.tenure(measure.Tenure.Unit, who), 1), nil
	}
	return m.team(p, measure.Team, who)
}

func (m *model) gathered(p *plan.Plan, c *plan.CreditsMeasure, who int32) *big.Rat {
	credits := m.credits(p, c, who)
	switch c.Value {
	case plan.CreditsCount:
		return big.NewRat(int64(len(credits)), 1)
	case plan.CreditsFirstDate:
		if len(credits) == 0 {
			return nil
		}
		return big.NewRat(int64(credits[0].on), 1)
	}
	sum := new(big.Rat)
	for _, credit := range credits {
		sum.Add(sum, big.NewRat(credit.part, 1))
	}
	return sum
}

// windowStart is the first day of a window that ends with the period.
func (m *model) windowStart(w plan.Window) calendar.Date {
	year, month := m.month.Civil()
	switch w {
	case plan.WindowQuarterToDate:
		return calendar.NewMonth(year, (month-1)/3*3+1).First()
	case plan.WindowYearToDate:
		return calendar.NewMonth(year, 1).First()
	case plan.WindowEver:
		return calendar.NoDate
	}
	return m.first
}

func (m *model) quota(p *plan.Plan, q *plan.QuotaMeasure, who int32) *big.Rat {
	sum := new(big.Rat)
	for _, row := range m.facts.Quotas {
		if row.Person != who || row.Of != q.Of || row.Month.First() < m.windowStart(q.Window) || row.Month > m.month {
			continue
		}
		exact := product(big.NewRat(row.AmountFen, 1), m.presence(p, who, row.Month))
		sum.Add(sum, big.NewRat(round(exact, money.HalfAwayFromZero), 1))
	}
	return sum
}

// presence is the part of a month that counts for quota and fixed amounts.
func (m *model) presence(p *plan.Plan, who int32, month calendar.Month) *big.Rat {
	person := m.facts.Persons[who]
	days := int64(0)
	for day := month.First(); day <= month.Last(); day++ {
		joined := p.Statements.Joiner != plan.PartPeriodByDay || day >= person.Hired
		stays := p.Statements.Leaver != plan.PartPeriodByDay || day < person.Left
		if joined && stays {
			days++
		}
	}
	return big.NewRat(days, int64(month.Last()-month.First())+1)
}

func (m *model) ratio(p *plan.Plan, r *plan.RatioMeasure, who int32) (*big.Rat, error) {
	of, err := m.value(p, r.Of, who)
	if err != nil {
		return nil, err
	}
	to, err := m.value(p, r.To, who)
	if err != nil {
		return nil, err
	}
	if to.Sign() > 0 {
		return new(big.Rat).Quo(of, to), nil
	}
	switch p.Statements.ZeroQuota {
	case plan.ZeroQuotaNotApplicable:
		return nil, nil
	case plan.ZeroQuotaRefuse:
		return nil, fmt.Errorf("%s of %s is not above zero", r.To, m.facts.Persons[who].Key)
	}
	return new(big.Rat), nil
}

func (m *model) tenure(unit plan.TenureUnit, who int32) int64 {
	hired := m.facts.Persons[who].Hired
	if unit == plan.TenureCalendarMonths {
		return int64(m.month - hired.Month())
	}
	years := 0
	for hired.AddMonths(12*(years+1)) <= m.last {
		years++
	}
	return int64(years)
}

// members are the people whose team on their reference day the person leads at the period's end.
func (m *model) members(who int32) []int32 {
	var members []int32
	for i := range m.facts.Persons {
		span, assigned := m.assignment(int32(i))
		if !assigned || span.Team == engine.None || m.leftBefore(int32(i)) || m.leadsAny(int32(i)) {
			continue
		}
		if m.leads(who, span.Team) {
			members = append(members, int32(i))
		}
	}
	return members
}

func (m *model) leads(who, team int32) bool {
	return slices.ContainsFunc(m.facts.Teams[team].Leaders, func(l engine.Leader) bool { return l.Person == who && l.Days.Contains(m.last) })
}

func (m *model) leadsAny(who int32) bool {
	for team := range m.facts.Teams {
		if m.leads(who, int32(team)) {
			return true
		}
	}
	return false
}

func (m *model) team(p *plan.Plan, t *plan.TeamMeasure, who int32) (*big.Rat, error) {
	sum := new(big.Rat)
	for _, member := range m.members(who) {
		if t.Sum != "" {
			value, err := m.value(p, t.Sum, member)
			if err != nil {
				return nil, err
			}
			sum.Add(sum, value)
			continue
		}
		counts, err := m.counts(p, t.Where, member)
		if err != nil {
			return nil, err
		}
		if counts {
			sum.Add(sum, big.NewRat(1, 1))
		}
	}
	return sum, nil
}

// counts reports whether a member meets every condition.
func (m *model) counts(p *plan.Plan, where []plan.MemberCondition, member int32) (bool, error) {
	for _, c := range where {
		if c.Condition == nil {
			span, _ := m.assignment(member)
			if !slices.Contains(c.Levels, span.Level) {
				return false, nil
			}
			continue
		}
		met, err := m.holds(p, *c.Condition, member)
		if err != nil || !met {
			return false, err
		}
	}
	return true, nil
}

// holds compares a measure with a constant; a measure without value meets nothing.
func (m *model) holds(p *plan.Plan, c plan.Condition, who int32) (bool, error) {
	value, err := m.value(p, c.Measure, who)
	if err != nil || value == nil {
		return false, err
	}
	if c.Comparison == plan.InPeriod {
		return value.Cmp(big.NewRat(int64(m.first), 1)) >= 0 && value.Cmp(big.NewRat(int64(m.last), 1)) <= 0, nil
	}
	return compares(value, c.Comparison, c.Value.Rat()), nil
}

func compares(value *big.Rat, comparison plan.Comparison, constant *big.Rat) bool {
	switch order := value.Cmp(constant); comparison {
	case plan.AtLeast:
		return order >= 0
	case plan.Above:
		return order > 0
	case plan.AtMost:
		return order <= 0
	case plan.Below:
		return order < 0
	case plan.Equals:
		return order == 0
	}
	panic("refmodel: unknown comparison " + string(comparison))
}
