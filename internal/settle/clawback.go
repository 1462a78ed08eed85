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

// clawback takes back what deals earned that were refunded or cancelled. Of each earning it works out anew what every month since answers
// for, by what is known of the deal now: what is more than was known before is taken in this month, what is less is given back.
func (r *run) clawback() {
	rule := r.rule.Clawback
	if rule == nil {
		return
	}
	for _, m := range r.sorted(ItemEarning) {
		if !slices.Contains(rule.Components, m.Component) {
			continue
		}
		before := m.Answers
		m.EarnedFen = max(0, m.EarnedFen)
		r.answer(rule, m)
		was, late, last := toTake(before), m.Answers, Answer{}
		if n := len(late); n > 0 && late[n-1].Month == r.period {
			late, last = late[:n-1], late[n-1]
		}
		switch is := toTake(late); {
		case is > was:
			r.takeBack(rule, m, is-was, r.lateReason(m, before, late))
		case is < was:
			r.giveBack(m, max(0, m.TakenFen-is))
		}
		if last.TakenFen > 0 {
			r.takeBack(rule, m, last.TakenFen, r.reason(m, last))
		}
	}
}

// answer works out what an earning answers for, month by month. Where a month's facts and all before it are what they were, its answer
// stands, whatever the rule says by now.
func (r *run) answer(rule *plan.Clawback, m *Item) {
	known, changed := m.Answers, r.amended[m]
	m.Answers, m.BasisFen = nil, m.EarnedFen
	for i, a := range r.events(m) {
		if changed = changed || i >= len(known) || !known[i].sameFacts(a); changed {
			a.AnsweredFen, a.TakenFen = r.weigh(rule, m, a)
		} else {
			a = known[i]
		}
		m.BasisFen -= a.AnsweredFen
		m.Answers = append(m.Answers, a)
	}
}

// events are the months since an earning in which its deal was refunded or called off, with the facts alone.
func (r *run) events(m *Item) (list []Answer) {
	d, first := r.deals[m.Deal], max(m.Origin, m.Since)
	for _, refund := range d.Refunds {
		if refund.RefundedFen > 0 && refund.Month >= first && refund.Month <= r.period {
			list = append(list, Answer{Month: refund.Month, RefundedFen: refund.RefundedFen, CollectedFen: refund.CollectedFen})
		}
	}
	if d.CancelledOn == calendar.Forever {
		return list
	}
	month := d.CancelledOn.Month()
	if month < first || month > r.period {
		return list
	}
	at, found := slices.BinarySearchFunc(list, month, func(a Answer, month calendar.Month) int { return cmp.Compare(a.Month, month) })
	if !found {
		list = slices.Insert(list, at, Answer{Month: month})
	}
	list[at].Cancelled = true
	return list
}

func (a Answer) sameFacts(b Answer) bool {
	return a.Month == b.Month && a.RefundedFen == b.RefundedFen && a.CollectedFen == b.CollectedFen && a.Cancelled == b.Cancelled
}

// toTake adds up what answers say is to be taken back.
func toTake(answers []Answer) (sum int64) {
	for _, a := range answers {
		sum += a.TakenFen
	}
	return sum
}

// weigh is what is left of an earning less after a month, and what of that is to be taken back.
func (r *run) weigh(rule *plan.Clawback, m *Item, a Answer) (answered, taken int64) {
	part, age := a.part(rule), int(a.Month-m.Origin)
	if part == nil || age > rule.WithinMonths {
		return 0, 0
	}
	percent := part
	switch rule.Share {
	case plan.ClawbackFull:
		part = big.NewRat(1, 1)
		percent = part
	case plan.ClawbackSteps:
		percent = new(big.Rat).Mul(part, stepOf(rule.Steps, age))
	}
	return fraction(part, m.BasisFen, money.HalfAwayFromZero), fraction(percent, m.BasisFen, money.HalfAwayFromZero)
}

// part is which part of a deal's collections a month gave back; nil when the rule does not ask for it.
func (a Answer) part(rule *plan.Clawback) *big.Rat {
	if a.Cancelled && slices.Contains(rule.On, plan.ClawbackOnCancellation) {
		return big.NewRat(1, 1)
	}
	if a.RefundedFen == 0 || !slices.Contains(rule.On, plan.ClawbackOnRefund) {
		return nil
	}
	before := new(big.Int).Add(big.NewInt(a.CollectedFen), big.NewInt(a.RefundedFen))
	refunded := big.NewInt(a.RefundedFen)
	if before.Cmp(refunded) <= 0 {
		return big.NewRat(1, 1)
	}
	return new(big.Rat).SetFrac(refunded, before)
}

// reason says why something of an earning is taken back.
func (r *run) reason(m *Item, a Answer) errs.Message {
	args := errs.Args{"Deal": m.Deal, "Month": m.Origin.String(), "Months": text(r.age(m.Origin))}
	cancelled := a.Cancelled && slices.Contains(r.rule.Clawback.On, plan.ClawbackOnCancellation)
	if a.Month < r.period {
		args["EventMonth"] = a.Month.String()
		if cancelled {
			return errs.Msg("settle.reason.cancelled_late", args)
		}
		return errs.Msg("settle.reason.refunded_late", args)
	}
	if cancelled {
		return errs.Msg("settle.reason.cancelled", args)
	}
	return errs.Msg("settle.reason.refunded", args)
}

// lateReason names the newest month whose answer is more than it was, or the newest of all where the earning itself changed.
func (r *run) lateReason(m *Item, before, after []Answer) errs.Message {
	for _, a := range slices.Backward(after) {
		i := slices.IndexFunc(before, func(b Answer) bool { return b.Month == a.Month })
		if i < 0 && a.TakenFen > 0 || i >= 0 && a.TakenFen > before[i].TakenFen {
			return r.reason(m, a)
		}
	}
	return r.reason(m, after[len(after)-1])
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

// giveBack puts what was taken of an earning for a refund or cancellation that is not what it was known as on its way again.
func (r *run) giveBack(m *Item, amount int64) {
	if amount == 0 {
		return
	}
	m.TakenFen -= amount
	r.postItem(PostingClawedBack, m, amount, "settle.reason.given_back", errs.Args{"Deal": m.Deal, "Month": m.Origin.String()})
	r.onItsWay(line{m.Component, m.Deal, m.Origin, amount})
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
	m.TakenFen += amount - (rest - fromPay)
	if fromPay > 0 {
		r.clawed = append(r.clawed, line{component: m.Component, origin: r.period, amount: fromPay})
	}
	r.postItem(PostingClawedBack, m, rest-fromPay-amount, reason.Key, reason.Args)
}
