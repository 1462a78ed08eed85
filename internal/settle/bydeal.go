package settle

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Shares splits what the components that the plan keeps by deal earned over their deals, by component and deal; none stands for what is of no
// deal. It is the split by which Run settles. Errors: as of Run for amounts beyond all bounds.
func Shares(by *plan.Plan, earned []Earned) (shares map[string]map[string]int64, err error) {
	if by.Settle == nil {
		return nil, nil
	}
	r := &run{rule: *by.Settle}
	for i := range earned {
		e := &earned[i]
		if !slices.Contains(r.rule.ByDeal, e.Component) {
			continue
		}
		lines, ok := r.byDeal(e)
		if !ok {
			return nil, errs.Invalid(errorCase, []errs.Field{{Source: by.ID, Path: e.Component, Message: errs.Msg(problemAmounts, nil), Remedy: errs.Msg(problemAmounts+"_remedy", nil)}})
		}
		if shares == nil {
			shares = map[string]map[string]int64{}
		}
		shares[e.Component] = map[string]int64{}
		for _, l := range lines {
			if l.amount != 0 {
				shares[e.Component][l.deal] = l.amount
			}
		}
	}
	return shares, nil
}

// EarnedByDeal reads from a settled month what its own earnings were split into, by component and deal, as Shares does. Differences of other
// months are left out.
func (r *Result) EarnedByDeal() map[string]map[string]int64 {
	shares := map[string]map[string]int64{}
	for _, p := range r.Postings {
		if p.Kind != PostingEarned || p.Reason.Key != reasonEarned {
			continue
		}
		if shares[p.Component] == nil {
			shares[p.Component] = map[string]int64{}
		}
		shares[p.Component][p.Deal] += p.AmountFen
	}
	return shares
}

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
			r.unpay(&owed[i])
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

// unpay remembers for a later clawback that what a difference takes of an earning is not paid any more.
func (r *run) unpay(debt *line) {
	if m := r.items[itemKey{ItemEarning, debt.component, debt.deal, debt.origin, 0}]; m != nil {
		m.PaidFen = max(0, m.PaidFen-debt.amount)
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
