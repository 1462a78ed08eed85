package engine

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// evaluate computes one statement. With a tracer it also tells how; the amounts are the same.
func (e *evaluator) evaluate(j job, t *tracer) ([]Payout, error) {
	e.ready = false
	p := e.programs[j.plan]
	payouts := make([]Payout, len(p.components))
	for i := range p.components {
		t.begin(i)
		exact, err := e.component(p, i, j.person, t)
		if err != nil {
			return nil, err
		}
		amount, err := e.finish(p, i, j.person, exact, t)
		if err != nil {
			return nil, err
		}
		payouts[i] = Payout{Person: j.person, Plan: j.plan, Component: int32(i), AmountFen: amount}
	}
	return payouts, nil
}

// component computes the exact amount before the negative rule, rounding and limits, in the fixed order when → rate × base → table.
func (e *evaluator) component(p *program, i int, person int32, t *tracer) (*big.Rat, error) {
	c, compiled := &p.plan.Components[i], &p.components[i]
	open := true
	for _, condition := range c.When {
		v, err := e.measure(p, p.index[condition.Measure], person, nil)
		if err != nil {
			return nil, err
		}
		met := e.met(condition, v)
		t.condition(condition, v, met)
		open = open && met
	}
	if !open {
		t.zero(ReasonZeroConditions)
		return new(big.Rat), nil
	}
	if c.Pays.Rate == nil {
		return e.fixed(p, c, compiled, person, t)
	}
	if compiled.rateAt < 0 {
		return e.onBase(p, compiled, person, t)
	}
	return e.onCredits(p, c, compiled, person, t)
}

// fixed pays an amount once or per count.
func (e *evaluator) fixed(p *program, c *plan.Component, compiled *component, person int32, t *tracer) (*big.Rat, error) {
	amount := new(big.Rat).SetInt64(c.Pays.AmountFen)
	if share := e.activeShare(p, person); share != nil && compiled.per < 0 {
		amount.Mul(amount, share)
	}
	if compiled.per < 0 {
		t.unit(c.Pays.AmountFen, "")
		return amount, nil
	}
	v, err := e.measure(p, compiled.per, person, nil)
	if err != nil {
		return nil, err
	}
	t.unit(c.Pays.AmountFen, v.n.text())
	if v.n.sign() == 0 {
		t.zero(ReasonZeroCount)
	}
	return amount.Mul(amount, v.n.exact()), nil
}

// onBase applies one rate to one sum, such as a team's.
func (e *evaluator) onBase(p *program, compiled *component, person int32, t *tracer) (*big.Rat, error) {
	v, err := e.measure(p, compiled.of, person, nil)
	if err != nil {
		return nil, err
	}
	x := new(big.Rat).SetFrac(big.NewInt(compiled.rate.fixed), compiled.rate.divisor)
	t.base(p.plan.Measures[compiled.of].ID, v.n, v.count)
	t.rateOf("", compiled.rate.fixedAs, v.n, v.count)
	x.Mul(x, v.n.exact())
	if compiled.by < 0 {
		return x, nil
	}
	return e.banded(p, compiled, person, x, t)
}

// banded multiplies a sum by the band that a measure reaches.
func (e *evaluator) banded(p *program, compiled *component, person int32, x *big.Rat, t *tracer) (*big.Rat, error) {
	v, err := e.measure(p, compiled.by, person, nil)
	if err != nil {
		return nil, err
	}
	if v.absent {
		t.zero(ReasonNotApplicable)
		return new(big.Rat), nil
	}
	reached := compiled.reach(v.n.exact(), compiled.boundary(p))
	t.bands(compiled.bands, reached, x)
	if reached < 0 {
		t.zero(ReasonZeroTable)
		return new(big.Rat), nil
	}
	return x.Mul(x, compiled.bands[reached].times), nil
}

// boundary tells which band owns a boundary value of the component's table.
func (c *component) boundary(p *program) plan.Boundary {
	for i := range p.components {
		if &p.components[i] == c {
			return p.plan.Components[i].Pays.Table.Boundary
		}
	}
	return plan.BoundaryUpperBand
}

// reach returns the index of the band that holds the value, −1 when none does.
func (c *component) reach(v *big.Rat, boundary plan.Boundary) int {
	for i, b := range c.bands {
		below := b.to == nil || v.Cmp(b.to) < 0 || (boundary == plan.BoundaryLowerBand && v.Cmp(b.to) == 0)
		above := b.from == nil || v.Cmp(b.from) > 0 || (boundary != plan.BoundaryLowerBand && v.Cmp(b.from) == 0)
		if below && above {
			return i
		}
	}
	return -1
}

// onCredits applies rates to each credit.
func (e *evaluator) onCredits(p *program, c *plan.Component, compiled *component, person int32, t *tracer) (*big.Rat, error) {
	if c.Pays.Table != nil && c.Pays.Table.Style == plan.StyleMarginal {
		return e.marginal(p, c, compiled, person, t)
	}
	m := &p.measures[compiled.rateAt]
	var total, base sum
	count := 0
	for i := e.credits.from[person]; i < e.credits.from[person+1]; i++ {
		if !e.matches(p, m, person, i) {
			continue
		}
		r, err := e.rate(p, c, &compiled.rate, i)
		if err != nil {
			return nil, err
		}
		part := e.credits.part[i]
		total.add(part, r)
		base.add(part, 1)
		count++
		t.credit(e, compiled, i, r)
	}
	t.base(p.plan.Measures[compiled.rateAt].ID, number{rat: new(big.Rat).SetInt(base.total())}, count)
	if count == 0 {
		t.zero(ReasonZeroNoBase)
	}
	x := new(big.Rat).SetFrac(total.total(), compiled.rate.divisor)
	if compiled.by < 0 {
		return x, nil
	}
	return e.banded(p, compiled, person, x, t)
}

// rate returns the rate of a credit over the rate's divisor.
func (e *evaluator) rate(p *program, c *plan.Component, r *rate, at int32) (int64, error) {
	if r.products == nil {
		return r.fixed, nil
	}
	deal := &e.in.Facts.Deals[e.dealOf(e.credits.fact[at])]
	if deal.Product != None {
		if v := r.products[deal.Product]; v != missing {
			return v, nil
		}
	}
	key := ""
	if deal.Product != None {
		key = r.names[deal.Product]
	}
	return 0, errs.Invalid("engine.lookup", []errs.Field{{Path: p.plan.ID + "." + c.ID, Value: key,
		Message: errs.Msg("engine.lookup_without_row", errs.Args{"Plan": p.plan.ID, "Component": c.ID, "Value": key, "Deal": deal.Key})}})
}

// order returns the places of the person's credits by date, then key.
func (e *evaluator) order(person int32) []int32 {
	if e.ready && e.of == person {
		return e.sorted
	}
	from, to := e.credits.from[person], e.credits.from[person+1]
	e.sorted = e.sorted[:0]
	for i := from; i < to; i++ {
		e.sorted = append(e.sorted, i)
	}
	slices.SortFunc(e.sorted, func(a, b int32) int {
		x, y := e.credits.fact[a], e.credits.fact[b]
		return cmp.Or(cmp.Compare(e.on(x), e.on(y)), e.compareFacts(x, y), cmp.Compare(a, b))
	})
	e.ready, e.of = true, person
	return e.sorted
}

// compareFacts orders two facts of one day: payments by their key's order, before deals by their key.
func (e *evaluator) compareFacts(a, b int32) int {
	switch {
	case a >= 0 && b >= 0:
		return cmp.Compare(e.in.Facts.Payments.Order[a], e.in.Facts.Payments.Order[b])
	case a < 0 && b < 0:
		return CompareKeys(e.in.Facts.Deals[^a].Key, e.in.Facts.Deals[^b].Key)
	}
	return -cmp.Compare(a, b)
}

// finish applies the negative rule, rounding and limits.
func (e *evaluator) finish(p *program, i int, person int32, exact *big.Rat, t *tracer) (int64, error) {
	c := &p.plan.Components[i]
	kept := exact
	if exact.Sign() < 0 && p.plan.Statements.NegativeResult == plan.NegativeZero {
		kept = new(big.Rat)
		t.zero(ReasonZeroNegative)
	}
	rounded, err := money.Round(kept, c.Round.Mode)
	if err != nil {
		return 0, e.overflow(person)
	}
	amount := rounded
	if c.Cap != nil {
		amount = min(amount, c.Cap.AmountFen)
	}
	if c.Floor != nil {
		amount = max(amount, c.Floor.AmountFen)
	}
	t.finish(exact, rounded, amount)
	return amount, nil
}
