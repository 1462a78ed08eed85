package engine

import (
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// value is what a measure came to. Reason says why there is none, or why it is zero.
type value struct {
	exact  exact
	date   calendar.Date // of a date measure; Forever when there is none
	none   bool          // there is no value
	reason string
}

// absent reports whether there is no value to compare or look up.
func (v *value) absent() bool { return v.none }

// frame is one person under one plan: the payee, or a member of a team that the payee leads. Measures are computed when first asked.
type frame struct {
	person int32
	plan   *planProgram
	values []value
	known  []bool
}

func (f *frame) reset(person int32, p *planProgram) {
	f.person, f.plan = person, p
	if cap(f.values) < len(p.measures) {
		f.values, f.known = make([]value, len(p.measures)), make([]bool, len(p.measures))
	}
	f.values, f.known = f.values[:len(p.measures)], f.known[:len(p.measures)]
	clear(f.known)
}

// measure returns the value of a measure of the frame's plan for its person.
func (e *evaluator) measure(f *frame, index int32) value {
	if f.known[index] {
		return f.values[index]
	}
	m := &f.plan.measures[index]
	var v value
	switch {
	case m.selection != None:
		v = e.credited(f, m)
	case m.source.Quota != nil:
		v = e.quota(f, m.source.Quota)
	case m.source.Ratio != nil:
		v = e.ratio(f, m)
	case m.source.Tenure != nil:
		v = value{exact: whole(e.tenure(f.person, m.source.Tenure.Unit))}
	case m.further != nil:
		v = e.further(f, m)
	case isWide(m.source.Team.Group) || m.source.Team.Fold != "" || len(m.where) > 0 && m.sum != None:
		v = e.group(f, index)
	default:
		v = e.team(f, m)
	}
	f.values[index], f.known[index] = v, true
	return v
}

// credited reads what was gathered. A sum that does not fit into 64 bits of minor units is refused.
func (e *evaluator) credited(f *frame, m *measureProgram) value {
	e.refuseForeign(f, m.selection)
	if isDetailed(m.source.Credits.Value) {
		return e.detailed(f, m)
	}
	c := e.cellOf(f, m.selection)
	switch m.source.Credits.Value {
	case plan.CreditsCount:
		return value{exact: whole(c.count)}
	case plan.CreditsFirstDate:
		if c.first == calendar.Forever {
			return value{date: calendar.Forever, none: true, reason: ReasonNoCredit}
		}
		return value{date: c.first}
	}
	sum := c.sum.exact()
	if _, fits := sum.integer(); !fits {
		e.refuseMeasure(f, m, sum.text(), problemOverflow)
		return value{}
	}
	return value{exact: sum}
}

// ratio divides two measures. It has no value when one of them has none.
func (e *evaluator) ratio(f *frame, m *measureProgram) value {
	of, to := e.measure(f, m.of), e.measure(f, m.to)
	if of.absent() || to.absent() {
		return value{none: true, reason: ReasonNoValue}
	}
	return e.quotient(f, m, of.exact, to.exact)
}

// quotient divides; what a divisor of zero or below gives is the plan's statement zero_quota.
func (e *evaluator) quotient(f *frame, m *measureProgram, of, to exact) value {
	if to.sign() > 0 {
		return value{exact: of.quo(to)}
	}
	switch f.plan.plan.Statements.ZeroQuota {
	case plan.ZeroQuotaRefuse:
		e.refuseMeasure(f, m, "0", problemQuota)
		return value{none: true, reason: ReasonNotApplicable}
	case plan.ZeroQuotaNotApplicable:
		return value{none: true, reason: ReasonNotApplicable}
	}
	return value{reason: ReasonZeroDivisor}
}

// refuse notes something about a component of a payee that the run cannot go on with.
func (e *evaluator) refuse(f *frame, c *componentProgram, found, key string, args errs.Args) {
	path := fmt.Sprintf("persons[%s].plans[%s].components[%s]", e.facts.Persons[f.person].Key, f.plan.plan.ID, c.source.ID)
	e.problems = append(e.problems, trouble(path, found, key, args))
}

func (e *evaluator) refuseMeasure(f *frame, m *measureProgram, found, key string) {
	path := fmt.Sprintf("persons[%s].plans[%s].measures[%s]", e.facts.Persons[f.person].Key, f.plan.plan.ID, m.source.ID)
	e.problems = append(e.problems, trouble(path, found, key, nil))
}
