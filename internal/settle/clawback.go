package settle

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// clawback takes back what deals earned that were refunded or cancelled in the month.
func (r *run) clawback() {
	rule := r.rule.Clawback
	if rule == nil {
		return
	}
	for _, m := range r.sorted(ItemEarning) {
		age := r.age(m.Origin)
		if age > rule.WithinMonths || !slices.Contains(rule.Components, m.Component) {
			continue
		}
		part, reason := r.refunded(rule, r.deals[m.Deal])
		if part == nil {
			continue
		}
		percent := part
		switch rule.Share {
		case plan.ClawbackFull:
			part = big.NewRat(1, 1)
			percent = part
		case plan.ClawbackSteps:
			percent = new(big.Rat).Mul(part, stepOf(rule.Steps, age))
		}
		answered, taken := fraction(part, m.BasisFen, money.HalfAwayFromZero), fraction(percent, m.BasisFen, money.HalfAwayFromZero)
		m.BasisFen -= answered
		r.takeBack(rule, m, taken, errs.Msg(reason, errs.Args{"Deal": m.Deal, "Month": m.Origin.String(), "Months": text(age)}))
	}
}

// refunded is which part of a deal's collections was refunded in the month; nil when nothing was.
func (r *run) refunded(rule *plan.Clawback, d *Deal) (part *big.Rat, reason string) {
	if slices.Contains(rule.On, plan.ClawbackOnCancellation) && d.CancelledOn != calendar.Forever && d.CancelledOn.Month() == r.period {
		return big.NewRat(1, 1), "settle.reason.cancelled"
	}
	if !slices.Contains(rule.On, plan.ClawbackOnRefund) || d.RefundedFen <= 0 {
		return nil, ""
	}
	before := new(big.Int).Add(big.NewInt(d.CollectedFen), big.NewInt(d.RefundedFen))
	refunded := big.NewInt(d.RefundedFen)
	if before.Cmp(refunded) <= 0 {
		return big.NewRat(1, 1), "settle.reason.refunded"
	}
	return new(big.Rat).SetFrac(refunded, before), "settle.reason.refunded"
}

// stepOf is the percent of the first step that reaches the age; beyond the last, zero.
func stepOf(steps []plan.ClawbackStep, age int) *big.Rat {
	for _, step := range steps {
		if age <= step.Months {
			return step.Percent.Rat()
		}
	}
	return new(big.Rat)
}

// takeBack takes an amount of an earning: first from what is not yet paid of it, the rest from pay.
func (r *run) takeBack(rule *plan.Clawback, m *Item, amount int64, reason errs.Message) {
	rest := amount
	for i := range r.lines {
		if l := &r.lines[i]; l.component == m.Component && l.deal == m.Deal && l.origin == m.Origin {
			part := min(rest, l.amount)
			l.amount -= part
			rest -= part
		}
	}
	unpaid := r.sorted(ItemHeld)
	later := r.sorted(ItemInstalment)
	slices.SortStableFunc(later, func(a, b *Item) int { return cmp.Compare(b.Due, a.Due) })
	for _, i := range append(unpaid, later...) {
		if i.Component == m.Component && i.Deal == m.Deal && i.Origin == m.Origin {
			rest -= r.takeItem(i, rest, "settle.reason.offset_clawback")
		}
	}
	fromPay := rest
	if rule.Basis == plan.ClawbackOfPaid {
		fromPay = min(rest, m.PaidFen)
	}
	m.PaidFen = max(0, m.PaidFen-fromPay)
	if fromPay > 0 {
		r.clawed = append(r.clawed, line{component: m.Component, origin: r.period, amount: fromPay})
	}
	r.postItem(PostingClawedBack, m, rest-fromPay-amount, reason.Key, reason.Args)
}
