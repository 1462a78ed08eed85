package engine

import (
	"slices"
)

// team looks at the members of the teams that the payee leads: it sums one of their measures, or counts those that match. Members are
// measured by the definitions of the payee's plan.
func (e *evaluator) team(f *frame, m *measureProgram) value {
	sum, count := exact{}, int64(0)
	for _, member := range e.roster.membersOf(f.person) {
		of := e.memberFrame(member, f.plan)
		if m.sum != None {
			sum = sum.add(e.measure(of, m.sum).exact)
		} else if e.memberMatches(of, m) {
			count++
		}
	}
	if m.sum != None {
		return value{exact: sum}
	}
	return value{exact: whole(count)}
}

// memberFrame returns the evaluator's frame for members, with what was computed of the same member before.
func (e *evaluator) memberFrame(member int32, p *planProgram) *frame {
	if e.member.person != member || e.member.plan != p {
		e.member.reset(member, p)
	}
	return &e.member
}

func (e *evaluator) memberMatches(of *frame, m *measureProgram) bool {
	for _, test := range m.where {
		if test.levels != nil && !slices.Contains(test.levels, e.roster.level(of.person)) {
			return false
		}
		if test.condition != nil && !e.holds(of, test.condition) {
			return false
		}
	}
	return true
}
