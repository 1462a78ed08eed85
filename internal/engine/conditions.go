package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// conditionsMet reports whether every condition of the component holds. A statement lists all of them; otherwise the first that
// fails decides.
func (e *evaluator) conditionsMet(f *frame, c *componentProgram, t *tracer) bool {
	met := true
	for i := range c.when {
		holds := e.holds(f, &c.when[i])
		if t == nil && !holds {
			return false
		}
		met = met && holds
		t.condition(e, f, &c.when[i], holds)
	}
	return met
}

// holds compares exactly. A measure without a value meets no condition.
func (e *evaluator) holds(f *frame, c *conditionProgram) bool {
	v := e.measure(f, c.measure)
	if v.absent() {
		return false
	}
	if c.comparison == plan.InPeriod {
		return v.date >= e.first && v.date <= e.last
	}
	return compares(v.exact, c.comparison, c.value)
}

// condition records one condition with what was found, and the first that fails as the reason of the zero.
func (t *tracer) condition(e *evaluator, f *frame, c *conditionProgram, holds bool) {
	if t == nil {
		return
	}
	v := e.measure(f, c.measure)
	m := &f.plan.measures[c.measure]
	r := ConditionResult{Measure: m.source.ID, Comparison: string(c.comparison), Met: holds, Found: exactText(m.kind, v)}
	if c.comparison == plan.InPeriod {
		r.Wanted = e.period.String()
	} else {
		r.Wanted = c.value.text()
		if !holds && !v.absent() {
			distance := c.value.sub(v.exact)
			if distance.sign() < 0 {
				distance = distance.negated()
			}
			r.Missing = distance.text()
		}
	}
	t.trace.Conditions = append(t.trace.Conditions, r)
	if !holds {
		t.zero(unmetKey(c, v), e.unmetArgs(m, c, v))
	}
}

func unmetKey(c *conditionProgram, v value) string {
	switch {
	case c.comparison == plan.InPeriod && v.absent():
		return reasonNoDate
	case c.comparison == plan.InPeriod:
		return reasonOutsidePeriod
	case v.absent():
		return reasonNoValue
	}
	switch c.comparison {
	case plan.AtLeast:
		return reasonBelow
	case plan.Above:
		return reasonNotAbove
	case plan.AtMost:
		return reasonAbove
	case plan.Below:
		return reasonNotBelow
	}
	return reasonUnequal
}

func (e *evaluator) unmetArgs(m *measureProgram, c *conditionProgram, v value) errs.Args {
	args := errs.Args{"Measure": m.source.ID}
	switch {
	case c.comparison == plan.InPeriod:
		if !v.absent() {
			args["Found"] = v.date.String()
		}
		args["Wanted"] = e.period.String()
	case !v.absent():
		distance := c.value.sub(v.exact)
		if distance.sign() < 0 {
			distance = distance.negated()
		}
		args["Wanted"] = shown(m.kind, c.value, e.facts.Currency, false)
		args["Found"] = shown(m.kind, v.exact, e.facts.Currency, false)
		args["Missing"] = shown(m.kind, distance, e.facts.Currency, true)
	}
	return args
}

// shown writes a value for reading: money with its decimals, a ratio in percent with at most two, never past the mark that it missed:
// what was found is cut off, what is missing is made up to the next.
func shown(kind plan.ValueKind, v exact, currency money.Currency, missing bool) string {
	mode := money.Floor
	if missing {
		mode = money.Ceiling
	}
	switch kind {
	case plan.KindMoney:
		if n, err := v.round(mode); err == nil {
			return money.Format(n, currency)
		}
	case plan.KindRatio:
		if n, err := v.mul(whole(10000)).round(mode); err == nil {
			return trimZeros(money.Format(n, money.CNY)) + "%"
		}
	}
	return v.text()
}

func trimZeros(decimals string) string {
	for decimals[len(decimals)-1] == '0' {
		decimals = decimals[:len(decimals)-1]
	}
	if decimals[len(decimals)-1] == '.' {
		return decimals[:len(decimals)-1]
	}
	return decimals
}

// exactText is the canonical form of a measure's value; empty when there is none.
func exactText(kind plan.ValueKind, v value) string {
	switch {
	case v.none:
		return ""
	case kind == plan.KindDate:
		return v.date.String()
	}
	return v.exact.text()
}
