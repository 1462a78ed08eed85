package settle_test

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

func (m *model) clawback() {
	rule := m.plan.Settle.Clawback
	if rule == nil {
		return
	}
	for e, mem := range m.memories {
		if !slices.Contains(rule.Components, e.component) {
			continue
		}
		before := map[calendar.Month]settle.Answer{}
		for _, a := range mem.answers {
			before[a.Month] = a
		}
		mem.earned = max(0, mem.earned)
		mem.left, mem.answers = mem.earned, nil
		changed, was, is, last := mem.amended, 0, 0, 0
		for month := max(e.origin, mem.since); month <= m.c.Period; month++ {
			now, then := m.happened(e.deal, month), before[month]
			was += int(then.TakenFen)
			if now.Month == 0 && then.Month == 0 {
				continue
			}
			changed = changed || now.Month != then.Month || now.RefundedFen != then.RefundedFen || now.CollectedFen != then.CollectedFen || now.Cancelled != then.Cancelled
			if now.Month == 0 {
				continue
			}
			if !changed {
				now = then
			} else {
				answered, taken := m.answerFor(rule, now, int(month-e.origin), mem.left)
				now.AnsweredFen, now.TakenFen = int64(answered), int64(taken)
			}
			mem.left -= int(now.AnsweredFen)
			mem.answers = append(mem.answers, now)
			if month == m.c.Period {
				last = int(now.TakenFen)
			} else {
				is += int(now.TakenFen)
			}
		}
		for n := mem.taken - is; n > 0 && is < was; n-- {
			m.put(1, coin{place: onTable, component: e.component, deal: e.deal, origin: e.origin, fresh: true})
			mem.taken--
			m.sums[settle.PostingClawedBack]++
		}
		m.takeBack(e, mem, max(0, is-was))
		m.takeBack(e, mem, last)
	}
}

// happened is what gave something back of a deal in a month; without a month when nothing did.
func (m *model) happened(deal string, month calendar.Month) (a settle.Answer) {
	d := m.deal(deal)
	for _, refund := range d.Refunds {
		if refund.Month == month {
			a = settle.Answer{Month: month, RefundedFen: refund.RefundedFen, CollectedFen: refund.CollectedFen}
		}
	}
	if d.CancelledOn != calendar.Forever && d.CancelledOn.Month() == month {
		a.Month, a.Cancelled = month, true
	}
	return a
}

func (m *model) answerFor(rule *plan.Clawback, a settle.Answer, age, left int) (answered, taken int) {
	part := new(big.Rat)
	if slices.Contains(rule.On, plan.ClawbackOnRefund) && a.RefundedFen > 0 {
		if before := a.CollectedFen + a.RefundedFen; before <= a.RefundedFen {
			part.SetInt64(1)
		} else {
			part.SetFrac64(a.RefundedFen, before)
		}
	}
	if slices.Contains(rule.On, plan.ClawbackOnCancellation) && a.Cancelled {
		part.SetInt64(1)
	}
	if part.Sign() == 0 || age > rule.WithinMonths {
		return 0, 0
	}
	percent := big.NewRat(1, 1)
	switch rule.Share {
	case plan.ClawbackFull:
		part.SetInt64(1)
	case plan.ClawbackSteps:
		percent.SetInt64(0)
		for _, step := range slices.Backward(rule.Steps) {
			if age <= step.Months {
				percent = step.Percent.Rat()
			}
		}
	}
	part.Mul(part, big.NewRat(int64(left), 1))
	return nearest(part), nearest(new(big.Rat).Mul(percent, part))
}

func (m *model) takeBack(e earning, mem *memory, amount int) {
	rule := m.plan.Settle.Clawback
	same := func(c *coin) bool { return c.component == e.component && c.deal == e.deal && c.origin == e.origin }
	for ; amount > 0; amount-- {
		fresh := m.pick(func(c *coin) bool { return c.place == onTable && !c.owes && same(c) })
		held := m.pick(func(c *coin) bool { return c.place == inHold && same(c) })
		later := m.pick(func(c *coin) bool { return c.place == inLater && same(c) })
		switch {
		case len(fresh) > 0:
			fresh[0].place = offTable
		case len(held) > 0:
			held[0].place = offTable
			m.heldEver[e]--
			m.sums[settle.PostingOffset]++
		case len(later) > 0:
			later[len(later)-1].place = offTable
			m.sums[settle.PostingOffset]++
		case rule.Basis == plan.ClawbackOfPaid && mem.paid == 0:
			return
		default:
			mem.paid = max(0, mem.paid-1)
			m.taken = append(m.taken, &coin{place: onTable, component: e.component, origin: m.c.Period, owes: true, fresh: true})
		}
		mem.taken++
		m.sums[settle.PostingClawedBack]--
	}
}
