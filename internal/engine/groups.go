package engine

import (
	"slices"

	"xiaoguan/internal/plan"
)

// groupBook holds who belongs together, each list in the natural order of keys. It is filled once, before anybody is computed, and
// only when a plan asks.
type groupBook struct {
	company  []int32 // with an assignment on their reference day, and not left before the period
	byTeam   map[int32][]int32
	byRegion map[string][]int32
	byPlan   map[*planProgram][]int32
	mentees  map[int32][]int32 // by mentor: trained on a day of the period
}

// callGroups lists everybody by team, region and plan. Participants are those of a full run, whatever Input.Only says.
func (r *roster) callGroups(p *program) {
	g := &groupBook{byTeam: map[int32][]int32{}, byRegion: map[string][]int32{}, byPlan: map[*planProgram][]int32{}}
	for i := range r.facts.Persons {
		if person := &r.facts.Persons[i]; person.Left > r.first && r.span(person) != nil {
			g.company = append(g.company, int32(i))
		}
	}
	sortByKey(r.facts, g.company)
	for _, i := range g.company {
		person := &r.facts.Persons[i]
		if team := r.span(person).Team; team != None {
			g.byTeam[team] = append(g.byTeam[team], i)
		}
		if region := r.region(i); region != "" {
			g.byRegion[region] = append(g.byRegion[region], i)
		}
		for _, planned := range p.plans {
			if r.participates(person, planned) {
				g.byPlan[planned] = append(g.byPlan[planned], i)
			}
		}
	}
	g.mentees = map[int32][]int32{}
	for _, m := range r.facts.Mentors {
		inPeriod := m.Days.From <= r.last && m.Days.To > r.first
		if inPeriod && slices.Contains(g.company, m.Trainee) && !slices.Contains(g.mentees[m.Mentor], m.Trainee) {
			g.mentees[m.Mentor] = append(g.mentees[m.Mentor], m.Trainee)
		}
	}
	for _, trainees := range g.mentees {
		sortByKey(r.facts, trainees)
	}
	r.groups = g
	for _, planned := range p.plans {
		if planned.contests {
			for _, i := range g.byPlan[planned] {
				r.member[i] = true
			}
		}
	}
}

// team is the person's team on the reference day, or None.
func (r *roster) team(person int32) int32 {
	if span := r.span(&r.facts.Persons[person]); span != nil {
		return span.Team
	}
	return None
}

// region is the region of the person's team on the reference day, or empty.
func (r *roster) region(person int32) string {
	if team := r.team(person); team != None {
		return r.facts.Teams[team].Region
	}
	return ""
}

// members lists the people of a group as seen from a person, in the natural order of keys. But for the teams that the person
// leads, leaders and the person are members too. Somebody without a team, or whose team is in no region, has no group of that kind.
// callGroups or, for GroupLedTeams, callTeams must have run. The list must not be changed.
func (r *roster) members(group plan.Group, person int32, p *planProgram) []int32 {
	switch group {
	case plan.GroupLedTeams:
		return r.membersOf(person)
	case plan.GroupOwnTeam:
		if team := r.team(person); team != None {
			return r.groups.byTeam[team]
		}
		return nil
	case plan.GroupOwnRegion:
		if region := r.region(person); region != "" {
			return r.groups.byRegion[region]
		}
		return nil
	case plan.GroupPlan:
		return r.groups.byPlan[p]
	case plan.GroupMentees:
		return r.groups.mentees[person]
	}
	return r.groups.company
}
