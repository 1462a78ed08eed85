package settle

import (
	"cmp"
	"math/big"
	"slices"
)

// byDeal splits what a component earned over its deals, by largest remainder of the magnitude; a component that is not kept by deal is
// one amount without deal. Amounts may be below zero here. It is false when a deal's amount would be beyond all bounds, as it may be
// where earnings of both signs nearly cancel and a floor or a cap pays something else.
func (r *run) byDeal(e *Earned) (shares []line, ok bool) {
	whole := []line{{component: e.Component, origin: r.period, amount: e.AmountFen}}
	sums, total := map[string]*big.Rat{}, new(big.Rat)
	for _, part := range e.Parts {
		if sums[part.Deal] == nil {
			sums[part.Deal] = new(big.Rat)
		}
		sums[part.Deal].Add(sums[part.Deal], part.Exact)
		total.Add(total, part.Exact)
	}
	sign := int64(cmp.Compare(e.AmountFen, 0))
	if sign == 0 || int64(total.Sign()) != sign || !slices.Contains(r.rule.ByDeal, e.Component) {
		return whole, true
	}
	scale := new(big.Rat).SetInt64(sign * e.AmountFen)
	scale.Quo(scale, total)
	left := sign * e.AmountFen
	rests := map[string]*big.Rat{}
	for key, sum := range sums {
		share, rest := floorAndRest(sum.Mul(sum, scale))
		if !share.IsInt64() || share.CmpAbs(big.NewInt(sumMax/int64(len(sums)))) > 0 {
			return nil, false
		}
		rests[key] = rest
		left -= share.Int64()
		shares = append(shares, line{component: e.Component, deal: key, origin: r.period, amount: share.Int64()})
	}
	slices.SortFunc(shares, func(a, b line) int { return cmp.Or(rests[b.deal].Cmp(rests[a.deal]), compareKeys(a.deal, b.deal)) })
	for i := range left {
		shares[i].amount++
	}
	for i := range shares {
		shares[i].amount *= sign
	}
	r.sortLines(shares)
	return shares, true
}

// floorAndRest returns the greatest whole number not above x, and what x is above it.
func floorAndRest(x *big.Rat) (floor *big.Int, rest *big.Rat) {
	floor = new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: the denominator is positive
	return floor, new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
}

// netDeals sets what came out negative for a deal off against what is not yet paid of the same component and deal, then against the
// component's other deals of the month; what is left are the debts of the month, one for each component.
func (r *run) netDeals() {
	owed := r.debts
	r.debts = nil
	r.sortLines(owed)
	for i := range owed {
		if owed[i].deal != "" {
			r.reduceUnpaid(&owed[i])
		}
	}
	r.sortLines(r.lines)
	for i := range owed {
		owed[i].amount -= r.use(owed[i].component, owed[i].amount)
	}
	for _, debt := range append(owed, r.clawed...) {
		r.owe(debt.component, debt.amount)
	}
}

// reduceUnpaid takes a negative amount from what is held or put off of the same component and deal.
func (r *run) reduceUnpaid(debt *line) {
	for _, i := range r.sorted(ItemHeld) {
		if i.Component == debt.component && i.Deal == debt.deal {
			debt.amount -= r.takeItem(i, debt.amount, "settle.reason.offset_refund")
		}
	}
	later := r.sorted(ItemInstalment)
	slices.SortStableFunc(later, func(a, b *Item) int { return cmp.Compare(b.Due, a.Due) })
	for _, i := range later {
		if i.Component == debt.component && i.Deal == debt.deal {
			debt.amount -= r.takeItem(i, debt.amount, "settle.reason.offset_refund")
		}
	}
}

// takeItem takes up to the amount from what the payee is owed by an item, and returns how much.
func (r *run) takeItem(i *Item, amount int64, reason string) int64 {
	taken := min(amount, i.AmountFen)
	i.AmountFen -= taken
	if i.Kind == ItemHeld {
		i.BasisFen -= taken
	}
	r.postItem(PostingOffset, i, taken, reason, nil)
	return taken
}

// owe adds to the debts of the month.
func (r *run) owe(component string, amount int64) {
	if amount == 0 {
		return
	}
	for i := range r.debts {
		if r.debts[i].component == component {
			r.debts[i].amount += amount
			return
		}
	}
	r.debts = append(r.debts, line{component: component, origin: r.period, amount: amount})
	r.sortLines(r.debts)
}
