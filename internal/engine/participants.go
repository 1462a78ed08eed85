package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// Participants returns, for each plan, whom it pays in the period, in the natural order of keys: those whom a run of the period would give
// a statement, whatever they sold. Of the facts it reads persons and teams alone.
func Participants(plans []*plan.Plan, facts *Facts, period calendar.Month) [][]int32 {
	r := &roster{facts: facts, first: period.First(), last: period.Last()}
	everybody := make([]int32, len(facts.Persons))
	for i := range everybody {
		everybody[i] = int32(i)
	}
	sortByKey(facts, everybody)
	found := make([][]int32, len(plans))
	for i, source := range plans {
		p := &planProgram{plan: source, unpaidLater: unpaidLater(source)}
		for _, person := range everybody {
			if r.participates(&facts.Persons[person], p) {
				found[i] = append(found[i], person)
			}
		}
	}
	return found
}

// unpaidLater reports whether the plan pays nothing to who left before the period.
func unpaidLater(p *plan.Plan) bool {
	return p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid
}
