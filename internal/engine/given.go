package engine

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// fileGiven sorts the given values by person and refuses doubles. It returns nil when no plan asks.
func fileGiven(p *program) (rows []int32, problems []problem) {
	facts := p.facts
	asked := slices.ContainsFunc(p.plans, func(planned *planProgram) bool {
		return slices.ContainsFunc(planned.measures, func(m measureProgram) bool { return m.source.Given != nil })
	})
	if !asked {
		return nil, nil
	}
	for i := range facts.Given {
		if g := &facts.Given[i]; g.Person < 0 || int(g.Person) >= len(facts.Persons) {
			problems = append(problems, trouble(fmt.Sprintf("given[%d]", i), fmt.Sprint(g.Person), problemReference, errs.Args{"What": "person"}))
		}
		rows = append(rows, int32(i))
	}
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(rows, func(a, b int32) int {
		x, y := &facts.Given[a], &facts.Given[b]
		return cmp.Or(cmp.Compare(x.Person, y.Person), cmp.Compare(x.Measure, y.Measure), cmp.Compare(x.Month, y.Month))
	})
	for i := 1; i < len(rows); i++ {
		x, y := &facts.Given[rows[i-1]], &facts.Given[rows[i]]
		if x.Person == y.Person && x.Measure == y.Measure && x.Month == y.Month {
			path := fmt.Sprintf("persons[%s].given[%s %s]", facts.Persons[x.Person].Key, x.Measure, x.Month)
			problems = append(problems, trouble(path, "", problemGivenTwice, nil))
		}
	}
	return rows, problems
}

// given adds up the person's given values of the window.
func (e *evaluator) given(f *frame, m *measureProgram) value {
	source := m.source.Given
	from, to := e.months(source.Window, source.Span)
	at, _ := slices.BinarySearchFunc(e.givenRows, f.person, func(row, person int32) int { return cmp.Compare(e.facts.Given[row].Person, person) })
	sum, found := exact{}, false
	for ; at < len(e.givenRows); at++ {
		g := &e.facts.Given[e.givenRows[at]]
		if g.Person != f.person {
			break
		}
		if g.Measure == source.Of && g.Month >= from && g.Month <= to {
			sum, found = sum.add(fromDecimal(g.Value)), true
		}
	}
	switch {
	case found:
		return value{exact: sum}
	case source.Missing == plan.MissingZero:
		return value{reason: ReasonNotGiven}
	case source.Missing == plan.MissingRefuse:
		e.refuseMeasure(f, m, "", problemGiven)
	}
	return value{none: true, reason: ReasonNotGiven}
}
