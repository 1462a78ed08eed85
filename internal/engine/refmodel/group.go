package refmodel

import (
	"math/big"
	"slices"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// members lists the people of a group as seen by one person.
func (m *model) members(p *plan.Plan, group plan.Group, who int32) []int32 {
	var members []int32
	for i := range m.facts.Persons {
		if m.belongs(p, group, who, int32(i)) {
			members = append(members, int32(i))
		}
	}
	return members
}

func (m *model) belongs(p *plan.Plan, group plan.Group, who, other int32) bool {
	span, assigned := m.assignment(other)
	if !assigned || m.leftBefore(other) {
		return false
	}
	own, _ := m.assignment(who)
	switch group {
	case plan.GroupPlan:
		return m.takesPart(p, other)
	case plan.GroupCompany:
		return true
	case plan.GroupOwnTeam:
		return own.Team != engine.None && span.Team == own.Team
	case plan.GroupOwnRegion:
		return m.region(own.Team) != "" && m.region(span.Team) == m.region(own.Team)
	case plan.GroupMentees:
		return slices.ContainsFunc(m.facts.Mentors, func(t engine.Mentorship) bool {
			return t.Mentor == who && t.Trainee == other && t.Days.From <= m.last && t.Days.To > m.first
		})
	}
	// The led teams: who leads a team at the period's end is a member of none.
	return span.Team != engine.None && m.leads(who, span.Team) && !m.leadsAny(other)
}

// fold makes one value of those of a group's members.
func (m *model) fold(p *plan.Plan, t *plan.TeamMeasure, who int32) (*big.Rat, error) {
	var values []*big.Rat
	for _, member := range m.members(p, t.Group, who) {
		counts, err := m.counts(p, t.Where, member)
		if err != nil {
			return nil, err
		}
		if !counts {
			continue
		}
		value := whole(1)
		if t.Sum != "" {
			if value, err = m.value(p, t.Sum, member); err != nil {
				return nil, err
			}
		}
		if value != nil {
			values = append(values, value)
		}
	}
	sum := new(big.Rat)
	for _, value := range values {
		sum.Add(sum, value)
	}
	if t.Fold == "" || t.Fold == plan.FoldSum {
		return sum, nil
	}
	if len(values) == 0 {
		return nil, nil
	}
	switch t.Fold {
	case plan.FoldHighest:
		return slices.MaxFunc(values, (*big.Rat).Cmp), nil
	case plan.FoldLowest:
		return slices.MinFunc(values, (*big.Rat).Cmp), nil
	}
	return product(sum, big.NewRat(1, int64(len(values)))), nil
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

// place is how many stand before somebody and how many share the place, the person included.
type place struct{ before, shared int64 }

// placeOf compares one value with all; those without value stand behind all others and share their places.
func placeOf(mine *big.Rat, all []*big.Rat, order plan.Order) place {
	var at place
	for _, other := range all {
		switch {
		case mine == nil && other == nil:
			at.shared++
		case mine == nil:
			at.before++
		case other == nil:
		case mine.Cmp(other) == 0:
			at.shared++
		case (other.Cmp(mine) > 0) == (order == plan.OrderDescending):
			at.before++
		}
	}
	return at
}

func (m *model) rank(p *plan.Plan, r *plan.RankMeasure, who int32) (*big.Rat, error) {
	members := m.members(p, r.Among, who)
	if !slices.Contains(members, who) {
		return nil, nil
	}
	mine, err := m.value(p, r.By, who)
	if err != nil {
		return nil, err
	}
	var all []*big.Rat
	for _, member := range members {
		value, err := m.value(p, r.By, member)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	at := placeOf(mine, all, r.Order)
	best, worst := at.before+1, at.before+at.shared
	switch r.Ties {
	case plan.TiesBest:
		return whole(best), nil
	case plan.TiesWorst:
		return whole(worst), nil
	}
	return big.NewRat(best+worst, 2), nil
}
