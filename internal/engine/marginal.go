package engine

import (
	"math/big"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// thresholds are the edges between the bands of a marginal table for one person, as whole numbers of 1/scale minor units, so that a
// threshold at a fraction of a fen stays exact.
type thresholds struct {
	edges []*big.Rat // in minor units, between band k and k+1
	fast  []int64    // the same times scale; nil when 64 bits don't do
	scale int64
}

// thresholdsOf turns the edges of a table into minor units of the base: those of a ratio are multiplied with its divisor.
func (e *evaluator) thresholdsOf(p *program, compiled *component, person int32) (th thresholds, in value, err error) {
	by := &p.plan.Measures[compiled.by]
	unit := new(big.Rat).SetInt64(1)
	if by.Ratio != nil {
		if in, err = e.measure(p, compiled.by, person, nil); err != nil || in.absent || in.n.rat == nil {
			return th, in, err // without a quota
		}
		to, err := e.measure(p, p.index[by.Ratio.To], person, nil)
		if err != nil {
			return th, in, err
		}
		unit = to.n.exact()
	}
	common := big.NewInt(1)
	for _, b := range compiled.bands[:len(compiled.bands)-1] {
		edge := new(big.Rat).Mul(b.to, unit)
		th.edges = append(th.edges, edge)
		gcd := new(big.Int).GCD(nil, nil, common, edge.Denom())
		common.Mul(common, new(big.Int).Quo(edge.Denom(), gcd))
	}
	if !common.IsInt64() || common.BitLen() > 20 {
		return th, in, nil
	}
	th.scale = common.Int64()
	for _, edge := range th.edges {
		n := new(big.Int).Quo(new(big.Int).Mul(edge.Num(), common), edge.Denom())
		if n.BitLen() > 60 {
			th.fast = nil
			return th, in, nil
		}
		th.fast = append(th.fast, n.Int64())
	}
	return th, in, nil
}

// marginal lets the person's credits fill the bands in the order of their dates and keys: what a credit moves inside a band earns at
// that band, and a refund gives back from the band it leaves, at its own rate.
func (e *evaluator) marginal(p *program, c *plan.Component, compiled *component, person int32, t *tracer) (*big.Rat, error) {
	th, in, err := e.thresholdsOf(p, compiled, person)
	if err != nil {
		return nil, err
	}
	if in.absent {
		t.zero(ReasonNotApplicable)
		return new(big.Rat), nil
	}
	run := marginalRun{evaluator: e, compiled: compiled, th: th, tracer: t, sums: make([]sum, len(compiled.bands)), moved: make([]sum, len(compiled.bands))}
	if th.edges == nil { // no quota counts as attainment zero: everything lies in the band of zero
		run.only = compiled.reach(new(big.Rat), c.Pays.Table.Boundary)
		run.th.scale = 1
		if run.only < 0 {
			t.zero(ReasonZeroTable)
			return new(big.Rat), nil
		}
	} else {
		run.only = -1
	}
	m := &p.measures[compiled.rateAt]
	var base sum
	count := 0
	for _, i := range e.order(person) {
		if !e.matches(p, m, person, i) {
			continue
		}
		r, err := e.rate(p, c, &compiled.rate, i)
		if err != nil {
			return nil, err
		}
		t.credit(e, compiled, i, r)
		if !run.take(e.credits.part[i], r) {
			return nil, errs.New(errs.KindInvalid, "engine.overflow", errs.Args{"Person": e.in.Facts.Persons[person].Key})
		}
		base.add(e.credits.part[i], 1)
		count++
	}
	t.base(p.plan.Measures[compiled.rateAt].ID, number{rat: new(big.Rat).SetInt(base.total())}, count)
	if count == 0 {
		t.zero(ReasonZeroNoBase)
	}
	return run.total(), nil
}

// marginalRun is the state of filling the bands: cum is the sum so far times scale.
type marginalRun struct {
	*evaluator
	compiled *component
	th       thresholds
	tracer   *tracer
	only     int   // the one band of somebody without a quota; −1 otherwise
	cum      int64 // in 1/scale minor units
	sums     []sum // per band: Σ rate · moved, over scale and the rate's divisor
	moved    []sum // per band: Σ moved, over scale
}

// take lets one credit through; it is false when the amounts leave 64 bits.
func (r *marginalRun) take(part, rate int64) bool {
	if r.th.edges != nil && r.th.fast == nil {
		return false
	}
	step, ok := multiply(part, r.th.scale)
	next := r.cum + step
	if !ok || (step >= 0) != (next >= r.cum) {
		return false
	}
	if r.only >= 0 {
		r.move(r.only, step, rate)
	} else {
		low := int64(-1 << 63)
		for k := range r.compiled.bands {
			high := int64(1<<63 - 1)
			if k < len(r.th.fast) {
				high = r.th.fast[k]
			}
			if moved := min(max(next, low), high) - min(max(r.cum, low), high); moved != 0 {
				r.move(k, moved, rate)
			}
			low = high
		}
	}
	r.cum = next
	return true
}

func (r *marginalRun) move(band int, moved, rate int64) {
	r.sums[band].add(moved, rate)
	r.moved[band].add(moved, 1)
	r.tracer.slice(r.compiled, band, moved, r.th.scale, rate)
}

// total is Σ over the bands of multiplier · Σ rate · moved.
func (r *marginalRun) total() *big.Rat {
	x := new(big.Rat)
	divisor := new(big.Int).Mul(r.compiled.rate.divisor, big.NewInt(r.th.scale))
	for k, b := range r.compiled.bands {
		earned := new(big.Rat).SetFrac(r.sums[k].total(), divisor)
		earned.Mul(earned, b.times)
		r.tracer.marginalBand(r.th, b, k, new(big.Rat).SetFrac(r.moved[k].total(), big.NewInt(r.th.scale)), earned)
		x.Add(x, earned)
	}
	return x
}
