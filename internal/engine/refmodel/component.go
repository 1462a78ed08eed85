package refmodel

import (
	"math/big"
	"slices"

	"xiaoguan/internal/plan"
)

// component follows the fixed order of operations. Carried excess waits for a month in which the component is due and has a value.
func (m *model) component(p *plan.Plan, c plan.Component, who int32) (Pay, error) {
	carried := m.carriedInto(p, c, who)
	waits := Pay{CarriedFen: carried}
	_, month := m.month.Civil()
	due := len(c.PaysIn) == 0 || slices.Contains(c.PaysIn, int(month))
	if !due || (m.leftBefore(who) && !paidAfterLeaving(p, c)) {
		return waits, nil
	}
	if met, err := m.allHold(p, c.When, who); err != nil || !met {
		return waits, err
	}
	exact, err := m.earned(p, c, who)
	if err != nil || exact == nil {
		return waits, err
	}
	if p.Statements.NegativeResult == plan.NegativeZero && exact.Sign() < 0 {
		exact = new(big.Rat)
	}
	fen := halfAway(exact) // a sum of rounded parts, which is whole
	if c.Round.At == plan.RoundAtComponent {
		fen = roundBy(exact, c.Round)
	}
	pay := Pay{AmountFen: fen + carried}
	if c.Cap != nil && !perPart(c.Cap) {
		limit, known, err := m.limit(p, c.Cap, who)
		if err != nil || !known {
			return waits, err
		}
		left := m.leftOf(p, c.ID, c.Cap, limit, who)
		if pay.AmountFen > left {
			if c.Cap.Carried {
				pay.CarriedFen = pay.AmountFen - left
			}
			pay.AmountFen = left
		}
	}
	if c.Floor != nil {
		pay.AmountFen = max(pay.AmountFen, c.Floor.AmountFen)
	}
	return pay, nil
}

// paidAfterLeaving reports whether the component goes on for somebody who left in an earlier period: a rate of own credits does.
func paidAfterLeaving(p *plan.Plan, c plan.Component) bool {
	if c.Pays.Rate == nil {
		return false
	}
	base := p.Measure(c.Pays.Of)
	return base != nil && base.Credits != nil
}

// piece is what one credit earns in one band. What does not come from credits is one piece.
type piece struct {
	credit, band int
	deal         int32
	exact        *big.Rat
}

// earned is the amount before the rule for negative results, with its parts rounded and limited where the plan says so; nil when a
// measure that it rests on has no value.
func (m *model) earned(p *plan.Plan, c plan.Component, who int32) (*big.Rat, error) {
	var pieces []piece
	var known bool
	var err error
	switch {
	case c.Pays.Prizes != nil:
		pieces, known, err = m.prize(p, c, who)
	case c.Pays.Pool != nil:
		pieces, known, err = m.pool(p, c.Pays.Pool, who)
	case c.Pays.Rate != nil:
		pieces, known, err = m.rated(p, c, who)
	default:
		pieces, known, err = m.fixed(p, c, who)
	}
	if err != nil || !known {
		return nil, err
	}
	factor, known, err := m.factor(p, c.Pays.Factors, who)
	if err != nil || !known {
		return nil, err
	}
	for i := range pieces {
		pieces[i].exact = product(pieces[i].exact, factor)
	}
	return m.addUp(p, c, pieces, who)
}

// fixed is an amount, once or per count.
func (m *model) fixed(p *plan.Plan, c plan.Component, who int32) ([]piece, bool, error) {
	amount := whole(c.Pays.AmountFen)
	if c.Pays.AmountGrid != nil {
		cell, known, err := m.cell(p, c.Pays.AmountGrid, who, nil)
		if err != nil || !known {
			return nil, false, err
		}
		amount = cell
	}
	times := m.presence(p, who, m.month)
	if c.Pays.Per != "" {
		count, err := m.value(p, c.Pays.Per, who)
		if err != nil || count == nil {
			return nil, false, err
		}
		times = count
	}
	return []piece{{exact: product(amount, times)}}, true, nil
}

// addUp adds the pieces, by band or by credit and deal where roundings or limits work on those.
func (m *model) addUp(p *plan.Plan, c plan.Component, pieces []piece, who int32) (*big.Rat, error) {
	sum := new(big.Rat)
	if c.Round.At == plan.RoundAtBand {
		for _, exact := range sums(pieces, func(x piece) int { return x.band }) {
			sum.Add(sum, whole(roundBy(exact, c.Round)))
		}
		return sum, nil
	}
	var limit *big.Rat
	if c.Cap != nil && perPart(c.Cap) {
		fen, known, err := m.limit(p, c.Cap, who)
		if err != nil || !known {
			return nil, err
		}
		limit = whole(fen)
	}
	var credits []piece
	deals := map[int]int32{}
	for _, x := range pieces {
		deals[x.credit] = x.deal
	}
	for credit, exact := range sums(pieces, func(x piece) int { return x.credit }) {
		if c.Round.At == plan.RoundAtCredit {
			exact = whole(roundBy(exact, c.Round))
		}
		if limit != nil && c.Cap.Per == plan.LimitPerCredit && exact.Cmp(limit) > 0 {
			exact = limit
		}
		credits = append(credits, piece{credit: credit, deal: deals[credit], exact: exact})
	}
	for _, exact := range sums(credits, func(x piece) int { return int(x.deal) }) {
		if limit != nil && c.Cap.Per == plan.LimitPerDeal && exact.Cmp(limit) > 0 {
			exact = limit
		}
		sum.Add(sum, exact)
	}
	return sum, nil
}

func sums(pieces []piece, key func(piece) int) map[int]*big.Rat {
	by := map[int]*big.Rat{}
	for _, x := range pieces {
		if by[key(x)] == nil {
			by[key(x)] = new(big.Rat)
		}
		by[key(x)].Add(by[key(x)], x.exact)
	}
	return by
}
