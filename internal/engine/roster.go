package engine

import (
	"cmp"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// roster says who is paid by which plans, in which order, and who leads whom at the period's end.
type roster struct {
	facts       *Facts
	first, last calendar.Date
	payees      []int32   // in the natural order of keys
	plans       [][]int32 // by position in payees: of program.plans
	member      []bool    // persons in a team whose leader's pay asks about it
	led         map[int32][]int32
	teamMembers [][]int32 // by team, in the natural order of keys; nil when no plan asks
	groups      *groupBook
}

// span is a person's assignment on the reference day: the period's last day, or the last day employed; nil when there is none.
func (r *roster) span(p *Person) *Span {
	day := min(p.Left-1, r.last)
	if p.Hired > day {
		return nil
	}
	return spanOn(p, day)
}

func (r *roster) level(person int32) string {
	if s := r.span(&r.facts.Persons[person]); s != nil {
		return s.Level
	}
	return ""
}

// callRoster finds the participants of each plan. Persons hired after the period are out, and those who left before it, unless the
// plan pays later collections.
func callRoster(p *program, only []int32) *roster {
	r := &roster{facts: p.facts, first: p.first, last: p.last, member: make([]bool, len(p.facts.Persons))}
	candidates := slices.Clone(only)
	if only == nil {
		candidates = make([]int32, len(p.facts.Persons))
		for i := range candidates {
			candidates[i] = int32(i)
		}
	}
	sortByKey(p.facts, candidates)
	leads := false
	for _, person := range slices.Compact(candidates) {
		var plans []int32
		for i, planned := range p.plans {
			if r.participates(&p.facts.Persons[person], planned) {
				plans, leads = append(plans, int32(i)), leads || planned.leads
			}
		}
		r.payees, r.plans = append(r.payees, person), append(r.plans, plans)
	}
	if leads {
		r.callTeams(p)
	}
	grouped := func(planned *planProgram) bool { return planned.groups || planned.contests }
	if slices.ContainsFunc(p.plans, grouped) {
		r.callGroups(p)
	}
	if slices.ContainsFunc(p.plans, func(planned *planProgram) bool { return planned.groups }) {
		for _, person := range r.groups.company {
			r.member[person] = true // anybody may be looked at, whoever is paid
		}
	}
	return r
}

func (r *roster) participates(person *Person, p *planProgram) bool {
	if person.Left <= r.first && p.unpaidLater {
		return false
	}
	span := r.span(person)
	if span == nil {
		return false
	}
	who := &p.plan.Participants
	if slices.Contains(who.Except, person.Key) || (len(who.Persons) > 0 && !slices.Contains(who.Persons, person.Key)) {
		return false
	}
	if len(who.Levels) > 0 && !slices.Contains(who.Levels, span.Level) {
		return false
	}
	if len(who.Roles) > 0 && !slices.ContainsFunc(span.Roles, func(role string) bool { return slices.Contains(who.Roles, role) }) {
		return false
	}
	if len(who.Teams)+len(who.Regions) == 0 {
		return true
	}
	if span.Team == None {
		return false
	}
	team := &r.facts.Teams[span.Team]
	return (len(who.Teams) == 0 || slices.Contains(who.Teams, team.Key)) && (len(who.Regions) == 0 || slices.Contains(who.Regions, team.Region))
}

// callTeams lists who leads which teams at the period's end, and the members: everybody whose team on their own reference day it is,
// but for leaders, who are members of none, and those who left before the period.
func (r *roster) callTeams(p *program) {
	r.led = map[int32][]int32{}
	for t := range r.facts.Teams {
		for _, l := range r.facts.Teams[t].Leaders {
			if l.Person != None && l.Days.Contains(r.last) && !slices.Contains(r.led[l.Person], int32(t)) {
				r.led[l.Person] = append(r.led[l.Person], int32(t))
			}
		}
	}
	needed := make([]bool, len(r.facts.Teams))
	for i, person := range r.payees {
		if slices.ContainsFunc(r.plans[i], func(index int32) bool { return p.plans[index].leads }) {
			for _, t := range r.led[person] {
				needed[t] = true
			}
		}
	}
	r.teamMembers = make([][]int32, len(r.facts.Teams))
	for i := range r.facts.Persons {
		person := &r.facts.Persons[i]
		span := r.span(person)
		if person.Left <= r.first || span == nil || span.Team == None || !needed[span.Team] || len(r.led[int32(i)]) > 0 {
			continue
		}
		r.teamMembers[span.Team] = append(r.teamMembers[span.Team], int32(i))
		r.member[i] = true
	}
	for t := range r.teamMembers {
		sortByKey(r.facts, r.teamMembers[t])
	}
}

// membersOf lists the members of all teams that the person leads at the period's end. Nobody is in two of them: on one day a person
// is in one team.
func (r *roster) membersOf(leader int32) []int32 {
	teams := r.led[leader]
	if len(teams) == 1 {
		return r.teamMembers[teams[0]]
	}
	var members []int32
	for _, t := range teams {
		members = append(members, r.teamMembers[t]...)
	}
	sortByKey(r.facts, members) // the order of teams in the facts must not show
	return members
}

// sortByKey orders persons by key.
func sortByKey(f *Facts, persons []int32) {
	if slices.IsSortedFunc(persons, func(a, b int32) int { return CompareKeys(f.Persons[a].Key, f.Persons[b].Key) }) {
		return
	}
	slices.SortFunc(persons, func(a, b int32) int {
		return cmp.Or(CompareKeys(f.Persons[a].Key, f.Persons[b].Key), cmp.Compare(a, b))
	})
}

// CompareKeys is the total order of external keys: numbers first, by value, then the others by bytes.
func CompareKeys(a, b string) int {
	switch aNumber, bNumber := isNumber(a), isNumber(b); {
	case aNumber && bNumber:
		x, y := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y), strings.Compare(a, b))
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// paidLater reports whether the person is in the run only for collections after leaving.
func (r *roster) paidLater(p *Person) bool { return p.Left <= r.first }

// atWork reports whether a person at work at the period's end has a level that plans are made for.
func (r *roster) atWork(p *Person) bool {
	level := LevelOn(*p, r.last)
	return p.Hired <= r.last && p.Left > r.last && level != "" && level != string(plan.LayerOther)
}
