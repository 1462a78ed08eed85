package engine

import (
	"cmp"
	"slices"
	"sync"

	"xiaoguan/internal/plan"
)

// isWide reports whether a group reaches beyond the teams that a person leads.
func isWide(g plan.Group) bool { return g != "" && g != plan.GroupLedTeams }

// groupKey names what a group comes to: which measure of which plan, over which people. Company-wide groups have neither team nor region.
type groupKey struct {
	plan    int32
	measure int32
	group   plan.Group
	team    int32
	region  string
	person  int32 // of groups that are a person's own
}

// groupValues keeps what groups came to, so that a thousand people of one group ask their members once. Two evaluators may compute the
// same at once; they find the same.
type groupValues struct {
	lock  sync.RWMutex
	known map[groupKey]groupValue
}

// groupValue is a fold's value, or the members' values in the order of a rank, with the problems that were found on the way.
type groupValue struct {
	value    value
	ranked   []exact // ascending
	problems []problem
}

func (e *evaluator) groupKey(f *frame, index int32, group plan.Group) groupKey {
	k := groupKey{plan: f.plan.index, measure: index, group: group, team: None, person: None}
	switch group {
	case plan.GroupOwnTeam:
		k.team = e.roster.team(f.person)
	case plan.GroupOwnRegion:
		k.region = e.roster.region(f.person)
	case plan.GroupCompany, plan.GroupPlan:
	default:
		k.person = f.person
	}
	return k
}

// remembered returns what the group came to before, or computes it. Problems are found again by everybody who asks, so that a run names
// the same whoever came first.
func (e *evaluator) remembered(key groupKey, compute func() groupValue) groupValue {
	values := e.book.groupValues
	values.lock.RLock()
	found, ok := values.known[key]
	values.lock.RUnlock()
	if !ok {
		before := len(e.problems)
		found = compute()
		found.problems = slices.Clone(e.problems[before:])
		e.problems = e.problems[:before]
		values.lock.Lock()
		values.known[key] = found
		values.lock.Unlock()
	}
	e.problems = append(e.problems, found.problems...)
	return found
}

// group makes one value of those of a group's members.
func (e *evaluator) group(f *frame, index int32) value {
	m := &f.plan.measures[index]
	group := m.source.Team.Group
	if group == "" {
		group = plan.GroupLedTeams
	}
	found := e.remembered(e.groupKey(f, index, group), func() groupValue { return groupValue{value: e.fold(f, m, group)} })
	return found.value
}

// fold looks at the members; those without a value are left out.
func (e *evaluator) fold(f *frame, m *measureProgram, group plan.Group) value {
	count, best := int64(0), exact{}
	sum := exact{}
	for _, member := range e.roster.members(group, f.person, f.plan) {
		of := e.memberFrame(member, f.plan)
		if !e.memberMatches(of, m) {
			continue
		}
		if m.sum == None {
			count++
			continue
		}
		v := e.measure(of, m.sum)
		if v.absent() {
			continue
		}
		if order := v.exact.compare(best); count == 0 || (m.source.Team.Fold == plan.FoldHighest && order > 0) || (m.source.Team.Fold == plan.FoldLowest && order < 0) {
			best = v.exact
		}
		sum, count = sum.add(v.exact), count+1
	}
	switch fold := m.source.Team.Fold; {
	case m.sum == None:
		return value{exact: whole(count)}
	case fold == "":
		return value{exact: sum}
	case count == 0:
		return value{none: true, reason: ReasonNobody}
	case fold == plan.FoldAverage:
		return value{exact: sum.quo(whole(count))}
	}
	return value{exact: best}
}

// rank is the person's place among a group by a measure. Who has no value of it shares the places behind those who have one.
func (e *evaluator) rank(f *frame, m *measureProgram) value {
	source := m.source.Rank
	index := int32(slices.IndexFunc(f.plan.measures, func(other measureProgram) bool { return other.source == m.source }))
	members := e.roster.members(source.Among, f.person, f.plan)
	if !slices.Contains(members, f.person) {
		return value{none: true, reason: ReasonNotInGroup}
	}
	found := e.remembered(e.groupKey(f, index, source.Among), func() groupValue {
		var ranked []exact
		for _, member := range members {
			if v := e.measure(e.memberFrame(member, f.plan), m.further.by); !v.absent() {
				ranked = append(ranked, v.exact)
			}
		}
		slices.SortFunc(ranked, exact.compare)
		return groupValue{ranked: ranked}
	})
	own := e.measure(e.memberFrame(f.person, f.plan), m.further.by)
	first, tied := len(found.ranked), len(members)-len(found.ranked)
	if !own.absent() {
		first, tied = found.placeOf(own.exact, source.Order)
	}
	switch source.Ties {
	case plan.TiesWorst:
		return value{exact: whole(int64(first + tied))}
	case plan.TiesAverage:
		return value{exact: fraction(int64(2*first+tied+1), 2)}
	}
	return value{exact: whole(int64(first + 1))}
}

// placeOf returns how many are before a value, and how many have it.
func (g *groupValue) placeOf(v exact, order plan.Order) (before, tied int) {
	compare := func(x, want exact) int { return x.compare(want) }
	low, _ := slices.BinarySearchFunc(g.ranked, v, compare)
	high, _ := slices.BinarySearchFunc(g.ranked, v, func(x, want exact) int {
		return cmp.Or(x.compare(want), -1) // the first that is greater
	})
	if order == plan.OrderDescending {
		return len(g.ranked) - high, high - low
	}
	return low, high - low
}
