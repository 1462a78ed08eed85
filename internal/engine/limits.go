package engine

import (
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// limitProgram is a cap of a component beyond an amount by month, or that amount.
type limitProgram struct {
	amount  int64
	percent exact
	of      int32 // measure of the percentage; None for an amount
	per     plan.LimitPer
	over    plan.LimitOver
	carried bool
}

func (c *compiler) limit(where string, source *plan.Limit) *limitProgram {
	l := &limitProgram{amount: source.AmountFen, of: None, per: source.Per, over: source.Over, carried: source.Carried}
	if source.Percent != nil {
		l.percent, l.of = fromDecimal(*source.Percent), c.reference(where, source.Of)
	}
	return l
}

// limitPer is what the cap limits; empty without one.
func (f *stepsProgram) limitPer() plan.LimitPer {
	if f.limit == nil {
		return ""
	}
	return f.limit.per
}

// limitOf is the amount of the component's cap in minor units: a percentage is rounded half away from zero and is not below zero. It is
// false when the measure of the percentage has no value.
func (e *evaluator) limitOf(f *frame, c *componentProgram, t *tracer) (exact, bool) {
	l := c.steps.limit
	if l == nil {
		return exact{}, true
	}
	if l.of == None {
		return whole(l.amount), true
	}
	v := e.measure(f, l.of)
	if v.absent() {
		t.zero(reasonNoValue, errs.Args{"Measure": c.source.Cap.Of})
		return exact{}, false
	}
	n, err := l.percent.mul(v.exact).round(money.HalfAwayFromZero)
	if err != nil {
		e.refuse(f, c, v.exact.text(), problemOverflow, nil)
		return exact{}, false
	}
	return whole(max(n, 0)), true
}

// capComponent holds the amount to what the cap leaves, after what earlier months of its span paid.
func (e *evaluator) capComponent(f *frame, c *componentProgram, limit exact, o *outcome, t *tracer) {
	l := c.steps.limit
	if l == nil || l.per == plan.LimitPerCredit || l.per == plan.LimitPerDeal {
		return
	}
	total, _ := limit.integer()
	earlier := e.earlier.paid(e.period, l.over, f.person, f.plan.plan.ID, c.source.ID)
	allowed := max(total-earlier, 0)
	if l.of != None || l.over != "" || l.carried {
		t.limit(total, earlier)
	}
	if o.amount <= allowed {
		return
	}
	if l.carried {
		o.carried = o.amount - allowed
	}
	o.amount, o.capped = allowed, true
	if allowed == 0 && total > 0 {
		t.zero(reasonLimitUsed, errs.Args{"Limit": money.Format(total, e.facts.Currency)})
	}
}

// carriedInto is the excess that the component's last earlier month carried on.
func (e *evaluator) carriedInto(f *frame, c *componentProgram) int64 {
	return e.earlier.carried(e.period, f.person, f.plan.plan.ID, c.source.ID)
}

type earlierKey struct {
	person          int32
	plan, component string
}

// earlierBook files what closed months paid, by person, plan and component.
type earlierBook map[earlierKey][]*EarlierPay

// fileEarlier reads Input.Earlier. Rows of the period or later say nothing.
func fileEarlier(in Input) (earlierBook, []problem) {
	if len(in.Earlier) == 0 {
		return nil, nil
	}
	book := earlierBook{}
	var problems []problem
	for i := range in.Earlier {
		row := &in.Earlier[i]
		if row.Person < 0 || int(row.Person) >= len(in.Facts.Persons) {
			problems = append(problems, trouble(fmt.Sprintf("earlier[%d]", i), fmt.Sprint(row.Person), problemReference, errs.Args{"What": "person"}))
			continue
		}
		if row.Month >= in.Period {
			continue
		}
		key := earlierKey{row.Person, row.Plan, row.Component}
		for _, other := range book[key] {
			if other.Month == row.Month {
				path := fmt.Sprintf("persons[%s].earlier[%s %s %s]", in.Facts.Persons[row.Person].Key, row.Plan, row.Component, row.Month)
				problems = append(problems, trouble(path, "", problemEarlierTwice, nil))
			}
		}
		book[key] = append(book[key], row)
	}
	return book, problems
}

// paid is what the earlier months of the span paid.
func (b earlierBook) paid(period calendar.Month, over plan.LimitOver, person int32, planID, component string) (sum int64) {
	year, month := period.Civil()
	var from calendar.Month
	switch over {
	case plan.LimitOverQuarter:
		from = period - calendar.Month((int(month)-1)%3)
	case plan.LimitOverYear:
		from = calendar.NewMonth(year, 1)
	default:
		return 0
	}
	for _, row := range b[earlierKey{person, planID, component}] {
		if row.Month >= from {
			sum += row.AmountFen
		}
	}
	return sum
}

// carried is what the last month before the period carried on.
func (b earlierBook) carried(period calendar.Month, person int32, planID, component string) int64 {
	var last *EarlierPay
	for _, row := range b[earlierKey{person, planID, component}] {
		if row.Month < period && (last == nil || row.Month > last.Month) {
			last = row
		}
	}
	if last == nil {
		return 0
	}
	return last.CarriedFen
}

// planCut is what the plan's own cap takes from its components.
type planCut struct {
	sum, total, earlier, allowed int64
	cuts                         []int64 // by component
}

// cutPlan cuts the sum of the components to the plan's cap, from the last component backwards, none below zero. It is nil when the plan
// has no cap.
func (e *evaluator) cutPlan(p *planProgram, person int32, amounts []int64) *planCut {
	limit := p.plan.Cap
	if limit == nil {
		return nil
	}
	cut := &planCut{total: limit.AmountFen, cuts: make([]int64, len(amounts))}
	for _, amount := range amounts {
		sum, ok := add64(cut.sum, amount)
		if !ok {
			path := fmt.Sprintf("persons[%s].plans[%s]", e.facts.Persons[person].Key, p.plan.ID)
			e.problems = append(e.problems, trouble(path, "", problemOverflow, nil))
			return cut
		}
		cut.sum = sum
	}
	cut.earlier = e.earlier.paid(e.period, limit.Over, person, p.plan.ID, "")
	cut.allowed = max(cut.total-cut.earlier, 0)
	excess := cut.sum - cut.allowed
	for i := len(amounts) - 1; i >= 0 && excess > 0; i-- {
		take := min(excess, max(amounts[i], 0))
		cut.cuts[i] = take
		excess -= take
	}
	return cut
}

// capPlan cuts the payouts of one plan, and says so to the reviewer.
func (e *evaluator) capPlan(p *planProgram, payouts []Payout) {
	if p.plan.Cap == nil {
		return
	}
	amounts := make([]int64, len(payouts))
	for i := range payouts {
		amounts[i] = payouts[i].AmountFen
	}
	cut := e.cutPlan(p, e.payee.person, amounts)
	for i, take := range cut.cuts {
		payouts[i].AmountFen -= take
		if p.plan.Cap.Carried {
			payouts[i].CarriedFen += take
		}
	}
	if cut.sum > cut.allowed {
		e.notices = append(e.notices, Notice{Kind: NoticeAtCap, Person: e.payee.person, Plan: p.index, Component: None, AmountFen: cut.allowed, BeforeFen: cut.sum})
	}
}
