package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

func (c *compiler) component(source *plan.Component) componentProgram {
	where := ".components[" + source.ID + "]"
	p := componentProgram{source: source, base: None, selection: None, per: None, round: source.Round.Mode}
	for _, condition := range source.When {
		p.when = append(p.when, c.condition(where, condition))
	}
	if source.Pays.Rate == nil {
		if p.round == "" {
			p.round = money.HalfAwayFromZero // a whole amount needs none
		}
		if source.Pays.Per != "" {
			p.per = c.reference(where, source.Pays.Per)
		}
	} else {
		p.rate = c.rate(where, source.Pays.Rate)
		if p.base = c.reference(where, source.Pays.Of); p.base != None {
			p.selection = c.plan.measures[p.base].selection
		}
		if p.selection == None && source.Pays.Rate.Lookup != "" {
			c.fail(where, source.Pays.Of, problemUnsupported, errs.Args{"What": "lookup"})
		}
		if source.Pays.Table != nil {
			p.table = c.table(where, p.base, source.Pays.Table)
		}
	}
	p.steps = c.steps(where, source)
	if !p.round.Valid() || (p.steps == nil && source.Round.At != plan.RoundAtComponent && source.Round.At != "") {
		c.fail(where, string(source.Round.Mode), problemUnsupported, errs.Args{"What": "round"})
	}
	return p
}

// outcome is what a component came to, step by step.
type outcome struct {
	exact           exact
	rounded, amount int64
	capped, floored bool
	carriedIn       int64 // excess of an earlier period, in the amount
	carried         int64 // excess for the next period
}

// component computes one component of the payee. Who left before the period gets rates of own credits only. The order of operations is
// that of ADR 0010: when → rate × base → table → negative rule → round → cap → floor. t is nil unless a statement is wanted.
func (e *evaluator) component(f *frame, index int, t *tracer) outcome {
	c := &f.plan.components[index]
	if c.steps != nil {
		return e.furtherComponent(f, c, t)
	}
	if e.roster.paidLater(&e.facts.Persons[f.person]) && (c.rate == nil || c.selection == None) {
		t.zero(reasonNotEmployed, nil)
		return outcome{}
	}
	if !e.conditionsMet(f, c, t) {
		return outcome{}
	}
	var earned exact
	var applies bool
	if c.rate == nil {
		earned, applies = e.fixedAmount(f, c, t)
	} else {
		earned, applies = e.rated(f, c, t)
	}
	if !applies {
		return outcome{}
	}
	return e.settle(f, c, earned, t)
}

// settle applies what follows once the exact value is known.
func (e *evaluator) settle(f *frame, c *componentProgram, earned exact, t *tracer) outcome {
	o := outcome{exact: earned}
	if earned.sign() < 0 && f.plan.plan.Statements.NegativeResult == plan.NegativeZero {
		t.zero(reasonNegative, errs.Args{"Exact": earned.text()})
		earned = exact{}
	}
	rounded, err := earned.round(c.round)
	if err != nil {
		e.refuse(f, c, earned.text(), problemOverflow, nil)
		return outcome{}
	}
	o.rounded, o.amount = rounded, rounded
	if limit := c.source.Cap; limit != nil && o.amount > limit.AmountFen {
		o.amount, o.capped = limit.AmountFen, true
	}
	if limit := c.source.Floor; limit != nil && o.amount < limit.AmountFen {
		o.amount, o.floored = limit.AmountFen, true
	}
	if o.amount == 0 {
		switch {
		case o.capped || o.floored:
			t.zero(reasonLimit, nil)
		case earned.sign() != 0:
			t.zero(reasonRounded, errs.Args{"Exact": earned.text()})
		}
	}
	return o
}

// fixedAmount is an amount paid once, or per count. A part period counts by its days where the plan says so, for amounts that are paid
// once. A count without value pays nothing, and no limit touches that zero.
func (e *evaluator) fixedAmount(f *frame, c *componentProgram, t *tracer) (earned exact, applies bool) {
	unit := c.source.Pays.AmountFen
	t.fixed(unit)
	if c.per == None {
		part := f.plan.partOf(&e.facts.Persons[f.person], e.period)
		if part.sign() == 0 {
			t.zero(reasonNotEmployed, nil)
		}
		return whole(unit).mul(part), true
	}
	count, applies := e.countOf(f, c, t)
	return whole(unit).mul(count), applies
}

// countOf is how often an amount is paid; false where the count has no value.
func (e *evaluator) countOf(f *frame, c *componentProgram, t *tracer) (count exact, applies bool) {
	v := e.measure(f, c.per)
	if v.absent() {
		t.zero(reasonNoValue, errs.Args{"Measure": c.source.Pays.Per})
		return exact{}, false
	}
	t.count(v)
	if v.exact.sign() == 0 {
		t.zero(reasonCountZero, errs.Args{"Measure": c.source.Pays.Per})
	}
	return v.exact, true
}

// rated is Σ rate · base, through the table when there is one. When the base has no value or the table does not apply, the component is
// zero and no limit touches that zero.
func (e *evaluator) rated(f *frame, c *componentProgram, t *tracer) (earned exact, applies bool) {
	base := e.measure(f, c.base)
	if base.absent() {
		t.zero(reasonNoValue, errs.Args{"Measure": c.source.Pays.Of})
		return exact{}, false
	}
	credits := int64(-1) // the base is one sum
	if c.selection != None {
		credits = e.cellOf(f, c.selection).count
	}
	t.base(e, f, c, base, credits)
	switch {
	case credits == 0:
		t.zero(reasonNoCredits, errs.Args{"Measure": c.source.Pays.Of})
	case base.exact.sign() == 0:
		t.zero(reasonBaseZero, errs.Args{"Measure": c.source.Pays.Of})
	}
	if c.rate.lookup != "" && e.classesOf(f, c.rate)[refused].count > 0 {
		e.refuseLookup(f, c)
		return exact{}, false
	}
	if c.table != nil {
		return e.throughTable(f, c, base, t)
	}
	earned = e.flat(f, c, base)
	t.flat(e, f, c, whole(1))
	if earned.sign() == 0 {
		t.zero(c.rate.zeroReason(), nil)
	}
	return earned, true
}

// zeroReason tells rates of zero from credits that cancel each other.
func (r *rateProgram) zeroReason() string {
	for _, rate := range r.rates[1:] {
		if rate.sign() != 0 {
			return reasonCancelled
		}
	}
	return reasonRateZero
}

// flat is Σ rate · base without a table.
func (e *evaluator) flat(f *frame, c *componentProgram, base value) exact {
	if c.rate.lookup == "" {
		return base.exact.mul(c.rate.fixed())
	}
	return c.rate.sumClasses(e.classesOf(f, c.rate))
}
