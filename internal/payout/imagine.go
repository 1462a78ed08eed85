package payout

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
)

// imagined is facts with one payment more, and perhaps the deal that it is for, that nobody has recorded. The facts that it was made from
// stay as they are; the amount may be changed between runs.
type imagined struct {
	engine.Facts
	payment  int32 // row of the payment
	deal     int32
	fresh    bool // the deal is imagined too, and is worth what is paid for it
	template engine.DealMore
	worth    int64 // of the deal that the imagined one is like
}

// imaginedKey is the key of what nobody recorded. It is behind all keys of numbers, as the last payment of the month should be.
const imaginedKey = "+"

// imaginePayment adds a payment on a deal on the month's last day: after all that is known of the month.
func imaginePayment(f *engine.Facts, deal int32, on calendar.Date) *imagined {
	i := &imagined{Facts: *f, deal: deal}
	i.pay(on)
	return i
}

// imagineDeal adds a deal in the run's currency like another: its product, its customer, its proportion of cost to amount; sold by these shares, signed and paid in
// full on the day.
func imagineDeal(f *engine.Facts, like engine.Deal, more *engine.DealMore, shares []engine.Share, on calendar.Date) *imagined {
	i := &imagined{Facts: *f, deal: int32(len(f.Deals)), fresh: true, worth: like.AmountFen}
	like.Key, like.SignedOn, like.AmountFen = imaginedKey, on, 0
	like.ShareFrom = int32(len(f.Shares))
	i.Shares = append(slices.Clone(f.Shares), shares...)
	like.ShareTo = int32(len(i.Shares))
	i.Deals = append(slices.Clone(f.Deals), like)
	if f.DealsMore != nil {
		i.template = engine.DealMore{Units: -1, CostFen: -1}
		if more != nil {
			i.template = *more
		}
		i.template.Referrer, i.template.CancelledOn, i.template.Currency = engine.None, calendar.Forever, 0 // in the run's currency, whatever the other is in
		i.DealsMore = append(slices.Clone(f.DealsMore), i.template)
	}
	i.pay(on)
	return i
}

func (i *imagined) pay(on calendar.Date) {
	p := &i.Payments
	i.payment = int32(p.Len())
	last := int64(0)
	for _, order := range p.Order {
		last = max(last, order)
	}
	p.Deal, p.On, p.AmountFen, p.Order = append(slices.Clone(p.Deal), i.deal), append(slices.Clone(p.On), on), append(slices.Clone(p.AmountFen), 0), append(slices.Clone(p.Order), last+1)
	if p.Keys != nil {
		p.Keys = append(slices.Clone(p.Keys), imaginedKey)
	}
	currency := int16(0)
	if i.DealsMore != nil {
		currency = i.DealsMore[i.deal].Currency
	}
	if p.Currency == nil && currency != 0 { // no payment so far was in another currency
		p.Currency = make([]int16, i.payment)
	}
	if p.Currency != nil {
		p.Currency = append(slices.Clone(p.Currency), currency)
	}
}

// set gives the payment its amount. An imagined deal is worth what is paid for it and costs as much of that as the deal that it is like.
func (i *imagined) set(amount int64) {
	i.Payments.AmountFen[i.payment] = amount
	if !i.fresh {
		return
	}
	i.Deals[i.deal].AmountFen = amount
	if i.DealsMore != nil && i.template.CostFen >= 0 && i.worth > 0 {
		cost := new(big.Int).Mul(big.NewInt(i.template.CostFen), big.NewInt(amount))
		i.DealsMore[i.deal].CostFen = cost.Quo(cost, big.NewInt(i.worth)).Int64()
	}
}

// concerns tells how a deal bears on a payee's pay: as one of its sellers, or as the leader of a team of one of them.
func concerns(f *engine.Facts, payee int32, deal *engine.Deal, on calendar.Date) (own, led bool) {
	for _, s := range f.Shares[deal.ShareFrom:deal.ShareTo] {
		if s.Person == payee {
			own = true
			continue
		}
		if s.Person == engine.None {
			continue
		}
		for _, span := range f.Persons[s.Person].Spans {
			if span.Team == engine.None || !span.Days.Contains(on) {
				continue
			}
			led = led || slices.ContainsFunc(f.Teams[span.Team].Leaders, func(l engine.Leader) bool { return l.Person == payee && l.Days.Contains(on) })
		}
	}
	return own, led
}

// likeliest is the deal that a next one is likely to resemble: the payee's newest, otherwise the newest of the teams led; of the product, where
// one is asked for. ok is false when there is none.
func likeliest(f *engine.Facts, payee int32, product string, on calendar.Date) (index int32, own, ok bool) {
	for i := range f.Deals {
		d := &f.Deals[i]
		if product != "" && (d.Product == engine.None || f.Products[d.Product].Key != product) || d.SignedOn > on {
			continue
		}
		mine, led := concerns(f, payee, d, on)
		if !mine && !led {
			continue
		}
		newer := !ok || d.SignedOn > f.Deals[index].SignedOn || d.SignedOn == f.Deals[index].SignedOn && engine.CompareKeys(d.Key, f.Deals[index].Key) > 0
		if mine && !own || mine == own && newer {
			index, own, ok = int32(i), mine, true
		}
	}
	return index, own, ok
}
