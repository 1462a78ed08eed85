package refmodel

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// leftBefore reports whether the person was gone before the period began.
func (m *model) leftBefore(who int32) bool { return m.facts.Persons[who].Left <= m.first }

// assignment is the person's span on the reference day: the period's last day, or the last day of employment.
func (m *model) assignment(who int32) (engine.Span, bool) {
	p := m.facts.Persons[who]
	day := m.last
	if p.Left <= m.last {
		day = p.Left - 1
	}
	return m.spanOn(who, day)
}

// spanOn is where and as what the person works on a day; nowhere before the hire and after leaving.
func (m *model) spanOn(who int32, day calendar.Date) (engine.Span, bool) {
	p := m.facts.Persons[who]
	if day < p.Hired || day >= p.Left {
		return engine.Span{Team: engine.None}, false
	}
	for _, span := range p.Spans {
		if span.Days.Contains(day) {
			return span, true
		}
	}
	return engine.Span{Team: engine.None}, false
}

// teamKey and region are empty for no team.
func (m *model) teamKey(team int32) string {
	if team == engine.None {
		return ""
	}
	return m.facts.Teams[team].Key
}

func (m *model) region(team int32) string {
	if team == engine.None {
		return ""
	}
	return m.facts.Teams[team].Region
}

func (m *model) takesPart(p *plan.Plan, who int32) bool {
	span, assigned := m.assignment(who)
	if !assigned || (m.leftBefore(who) && p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid) {
		return false
	}
	anyOf := func(wanted []string, has ...string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(has, func(x string) bool { return slices.Contains(wanted, x) })
	}
	members, key := p.Participants, m.facts.Persons[who].Key
	return anyOf(members.Levels, span.Level) && anyOf(members.Roles, span.Roles...) && anyOf(members.Teams, m.teamKey(span.Team)) &&
		anyOf(members.Regions, m.region(span.Team)) && anyOf(members.Persons, key) && !slices.Contains(members.Except, key)
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

func (m *model) tenure(unit plan.TenureUnit, who int32) int64 {
	hired := m.facts.Persons[who].Hired
	switch unit {
	case plan.TenureCalendarMonths:
		return int64(m.month - hired.Month())
	case plan.TenureDays:
		return int64(m.last - hired)
	}
	years := 0
	for hired.AddMonths(12*(years+1)) <= m.last {
		years++
	}
	return int64(years)
}

// leadersOn are who leads a team on a day.
func (m *model) leadersOn(team int32, day calendar.Date) []int32 {
	var leaders []int32
	if team == engine.None {
		return nil
	}
	for _, l := range m.facts.Teams[team].Leaders {
		if l.Days.Contains(day) && !slices.Contains(leaders, l.Person) {
			leaders = append(leaders, l.Person)
		}
	}
	return leaders
}

func (m *model) leads(who, team int32) bool { return slices.Contains(m.leadersOn(team, m.last), who) }

func (m *model) leadsAny(who int32) bool {
	for team := range m.facts.Teams {
		if m.leads(who, int32(team)) {
			return true
		}
	}
	return false
}
