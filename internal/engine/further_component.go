package engine

import (
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// stepsProgram is what a component has beyond ADR 0010. Components that have none of it keep to the short way in component.go.
type stepsProgram struct {
	deducts    bool
	deductible exact // of an amount
	deduct     int32 // of a measure; None otherwise
	amount     *gridProgram
	factors    []factorProgram
	weighted   bool
	limit      *limitProgram
	at         plan.RoundAt
	unit       int64 // minor units of one step of the rounding, at least 1
	carries    bool  // an excess of an earlier period comes in, from the component's cap or the plan's
}

// isFurther reports whether a component uses anything of ADR 0011.
func isFurther(p *plan.Plan, c *plan.Component) bool {
	pays := &c.Pays
	table := pays.Table != nil && (pays.Table.Line != nil || pays.Table.Point != nil)
	limit := c.Cap != nil && (c.Cap.Percent != nil || c.Cap.Per != "" || c.Cap.Over != "" || c.Cap.Carried)
	round := c.Round.Unit > 1 || c.Round.At == plan.RoundAtCredit || c.Round.At == plan.RoundAtBand
	afterRate := p.Currencies != nil && p.Currencies.AfterRate && pays.Rate != nil
	return afterRate || len(c.PaysIn) > 0 || pays.Deduct != nil || pays.Factors != nil || pays.AmountGrid != nil || pays.Prizes != nil || pays.Pool != nil ||
		(pays.Rate != nil && pays.Rate.Grid != nil) || table || limit || round || (p.Cap != nil && p.Cap.Carried)
}

func (c *compiler) steps(where string, source *plan.Component) *stepsProgram {
	if !isFurther(c.plan.plan, source) {
		return nil
	}
	f := &stepsProgram{deduct: None, at: source.Round.At, unit: max(1, source.Round.Unit)}
	if d := source.Pays.Deduct; d != nil {
		f.deducts, f.deductible = true, whole(d.AmountFen)
		if d.Measure != "" {
			f.deduct = c.reference(where, d.Measure)
		}
	}
	if source.Pays.AmountGrid != nil {
		f.amount = c.grid(where, source.Pays.AmountGrid)
	}
	if source.Pays.Factors != nil {
		f.weighted = source.Pays.Factors.Combine == plan.FactorsWeighted
		for i := range source.Pays.Factors.Items {
			f.factors = append(f.factors, c.factor(where, &source.Pays.Factors.Items[i]))
		}
	}
	if source.Cap != nil {
		f.limit = c.limit(where, source.Cap)
	}
	f.carries = source.Cap != nil && source.Cap.Carried || c.plan.plan.Cap != nil && c.plan.plan.Cap.Carried
	if source.Pays.Prizes != nil || source.Pays.Pool != nil {
		c.plan.contests = true
	}
	return f
}

// furtherComponent computes a component by the order of ADR 0011: pays_in → when → base → deduct → rate → table → factors → negative
// rule → round → cap → floor. Where it is not due, or a condition is not met, what earlier periods carried is carried on.
func (e *evaluator) furtherComponent(f *frame, c *componentProgram, t *tracer) outcome {
	resting := outcome{}
	if c.steps.carries {
		resting.carried = e.carriedInto(f, c)
		t.carried(resting.carried, resting.carried)
	}
	if e.roster.paidLater(&e.facts.Persons[f.person]) && (c.rate == nil || c.selection == None) {
		t.zero(reasonNotEmployed, nil)
		return resting
	}
	if !dueIn(c.source.PaysIn, e.period) {
		t.zero(reasonNotDue, errs.Args{"Months": monthList(c.source.PaysIn)})
		return resting
	}
	if !e.conditionsMet(f, c, t) {
		return resting
	}
	limit, ok := e.limitOf(f, c, t)
	if !ok {
		return resting
	}
	earned, ok := e.furtherEarned(f, c, limit, t)
	if !ok {
		return resting
	}
	return e.furtherSettle(f, c, earned, limit, t)
}

// traceFurther visits the measures that a component's further steps read of the payee, and of those who compete or share.
func (c *compiler) traceFurther(component *componentProgram, own, contested func(m int32)) {
	for _, id := range component.source.FurtherMeasures() {
		own(c.reference(".components["+component.source.ID+"]", id))
	}
	pays := &component.source.Pays
	if pays.Prizes != nil {
		contested(c.ids[pays.Prizes.By])
		for _, condition := range component.when {
			contested(condition.measure)
		}
	}
	if pays.Pool != nil {
		contested(c.ids[pays.Pool.By])
		if pays.Pool.Of != "" {
			contested(c.ids[pays.Pool.Of])
		}
	}
}

func dueIn(months []int, period calendar.Month) bool {
	_, month := period.Civil()
	return len(months) == 0 || slices.Contains(months, int(month))
}

func monthList(months []int) string {
	texts := make([]string, len(months))
	for i, m := range months {
		texts[i] = strconv.Itoa(m)
	}
	return strings.Join(texts, ", ")
}

// earning is what a component earned before what is done once for all of it.
type earning struct {
	exact   exact // before roundings and limits
	kept    exact // after those of its parts
	rounded bool  // the parts were rounded: their sum is not rounded again
}

func (e *evaluator) furtherEarned(f *frame, c *componentProgram, limit exact, t *tracer) (earning, bool) {
	pays := &c.source.Pays
	if pays.Prizes != nil || pays.Pool != nil {
		won, met := e.standings[c][f.person]
		if !met {
			won.zero = reasonNoGroup
		}
		t.standing(c, &won)
		if won.pay.sign() == 0 {
			t.zero(won.zero, won.args)
		}
		return earning{exact: won.pay, kept: won.pay}, true
	}
	factor, ok := e.factor(f, c, t)
	if !ok {
		return earning{}, false
	}
	if c.rate != nil {
		return e.furtherRated(f, c, factor, limit, t)
	}
	earned, ok := e.furtherAmount(f, c, t)
	if !ok {
		return earning{}, false
	}
	if factor.sign() == 0 && earned.sign() != 0 {
		t.zero(reasonFactorZero, nil)
	}
	earned = earned.mul(factor)
	return earning{exact: earned, kept: earned}, true
}

// furtherAmount is an amount, from a grid where the plan says so, once or per count.
func (e *evaluator) furtherAmount(f *frame, c *componentProgram, t *tracer) (exact, bool) {
	if c.steps.amount == nil {
		return e.fixedAmount(f, c, t)
	}
	cell, ok := e.cellOfPerson(f, c, c.steps.amount, t)
	if !ok {
		return exact{}, false
	}
	unit, _ := cell.integer()
	t.fixed(unit)
	t.amountCell()
	if unit == 0 {
		t.zero(reasonGridZero, nil)
	}
	if c.per == None {
		part := f.plan.partOf(&e.facts.Persons[f.person], e.period)
		if part.sign() == 0 {
			t.zero(reasonNotEmployed, nil)
		}
		return cell.mul(part), true
	}
	count, ok := e.countOf(f, c, t)
	return cell.mul(count), ok
}

// furtherSettle applies what follows once the component's earning is known.
func (e *evaluator) furtherSettle(f *frame, c *componentProgram, earned earning, limit exact, t *tracer) outcome {
	o := outcome{exact: earned.exact}
	kept := earned.kept
	if kept.sign() < 0 && f.plan.plan.Statements.NegativeResult == plan.NegativeZero {
		t.zero(reasonNegative, errs.Args{"Exact": earned.exact.text()})
		kept = exact{}
	}
	var ok bool
	if o.rounded, ok = e.roundKept(c, kept, earned.rounded); !ok {
		e.refuse(f, c, kept.text(), problemOverflow, nil)
		return outcome{}
	}
	o.amount = o.rounded
	if c.steps.carries {
		in := e.carriedInto(f, c)
		if o.amount, ok = add64(o.amount, in); !ok {
			e.refuse(f, c, kept.text(), problemOverflow, nil)
			return outcome{}
		}
		o.carriedIn = in
	}
	e.capComponent(f, c, limit, &o, t)
	if floor := c.source.Floor; floor != nil && o.amount < floor.AmountFen {
		o.amount, o.floored = floor.AmountFen, true
	}
	if o.amount == 0 {
		switch {
		case o.capped || o.floored:
			t.zero(reasonLimit, nil)
		case kept.sign() != 0:
			t.zero(reasonRounded, errs.Args{"Exact": earned.exact.text()})
		case earned.exact.sign() != 0:
			t.zero(reasonParts, errs.Args{"Exact": earned.exact.text()})
		}
	}
	t.carried(o.carriedIn, o.carried)
	return o
}

// roundKept makes whole minor units of a result, in steps of the component's unit, unless its parts were rounded.
func (e *evaluator) roundKept(c *componentProgram, kept exact, rounded bool) (int64, bool) {
	if rounded {
		return kept.integer()
	}
	return roundTo(kept, c.round, c.steps.unit)
}

// roundTo rounds to a multiple of the unit.
func roundTo(x exact, mode money.Rounding, unit int64) (int64, bool) {
	if unit == 1 {
		n, err := x.round(mode)
		return n, err == nil
	}
	n, err := x.mul(fraction(1, unit)).round(mode)
	if err != nil {
		return 0, false
	}
	return mul64(n, unit)
}
