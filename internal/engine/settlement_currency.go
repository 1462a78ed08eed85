package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// findMixed finds the deals that were paid in another currency than their own, where facts are in several.
func (s *settling) findMixed(facts *Facts) {
	p := &facts.Payments
	if p.Currency == nil && facts.DealsMore == nil {
		return
	}
	for i, deal := range p.Deal {
		if facts.currencyOf(plan.FactPayment, int32(i)) == facts.dealCurrency(deal) {
			continue
		}
		if s.mixed == nil {
			s.mixed = map[int32][]int32{}
		}
		s.mixed[deal] = nil
	}
}

// isMixed takes a payment of a mixed deal aside: which rates bring it into the deal's currency is a plan's to say.
func (s *settling) isMixed(deal, payment int32) bool {
	if s.mixed == nil {
		return false
	}
	rows, mixed := s.mixed[deal]
	if mixed {
		s.mixed[deal] = append(rows, payment)
	}
	return mixed
}

// addMixed gives a deal that was paid in other currencies, too, its sums in its own.
func (r *Result) addMixed(d *settle.Deal, deal int32, by converting) (problems []problem) {
	rows := r.settles.mixed[deal]
	pay := &r.book.facts.Payments
	sums := settling{refunds: map[int32][]settle.Refund{}}
	amounts := make([]int64, len(rows))
	for k, row := range rows {
		amount, found := r.inDealCurrency(deal, row, by)
		if found != nil {
			problems = append(problems, *found)
			continue
		}
		amounts[k] = amount
		d.CollectedFen += amount
		if amount < 0 {
			sums.refund(deal, pay.On[row].Month(), -amount)
		}
	}
	if len(sums.refunds) == 0 {
		return problems
	}
	d.Refunds = sums.refunds[deal]
	for i := range d.Refunds {
		for k, row := range rows {
			if pay.On[row].Month() <= d.Refunds[i].Month {
				d.Refunds[i].CollectedFen += amounts[k]
			}
		}
	}
	return problems
}

// inDealCurrency is a payment in the minor units of its deal's currency.
func (r *Result) inDealCurrency(deal, row int32, by converting) (int64, *problem) {
	b := r.book
	pay := &b.facts.Payments
	paid, agreed := b.facts.currencyOf(plan.FactPayment, row), b.facts.dealCurrency(deal)
	if paid == agreed {
		return pay.AmountFen[row], nil
	}
	fail := func(currency int16, key string, day calendar.Date) *problem {
		name := string(b.facts.Currencies[currency])
		p := trouble("payments["+pay.Key(row)+"]", name, key, errs.Args{"Deal": b.facts.Deals[deal].Key, "Currency": name, "Wanted": string(b.facts.Currency), "Kind": by.kind, "Day": day.String()})
		return &p
	}
	factor := whole(1)
	for _, currency := range []int16{agreed, paid} {
		part := whole(1)
		if currency != 0 {
			rate := b.rateFor(by, currency, deal, pay.On[row])
			switch {
			case by == (converting{}):
				return 0, fail(currency, problemForeign, pay.On[row])
			case rate == None:
				return 0, fail(currency, problemRateMissing, b.rateDay(by, deal, pay.On[row]))
			}
			part = b.exchange.factors[rate]
		}
		factor = part.quo(factor) // the payment's by the deal's
	}
	amount, err := whole(pay.AmountFen[row]).mul(factor).round(money.HalfAwayFromZero)
	if err != nil {
		return 0, fail(paid, problemOverflow, pay.On[row])
	}
	return amount, nil
}
