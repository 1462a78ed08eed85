package refmodel

import (
	"math/big"
	"slices"

	"xiaoguan/internal/plan"
)

// contestants are the participants of the plan who have not left before the period, of one team or region where the group says so. The
// person is one of them, or there are none.
func (m *model) contestants(p *plan.Plan, group plan.Group, who int32) []int32 {
	if group == plan.GroupPlan {
		group = plan.GroupCompany
	}
	var list []int32
	for _, other := range m.members(p, group, who) {
		if m.takesPart(p, other) {
			list = append(list, other)
		}
	}
	if !slices.Contains(list, who) {
		return nil
	}
	return list
}

// prize is the amount of the person's place among those who compete.
func (m *model) prize(p *plan.Plan, c plan.Component, who int32) ([]piece, bool, error) {
	prizes := c.Pays.Prizes
	var mine *big.Rat // none where the person does not compete
	var all []*big.Rat
	for _, other := range m.contestants(p, prizes.Among, who) {
		competes, err := m.allHold(p, c.When, other)
		if err != nil {
			return nil, false, err
		}
		value, err := m.value(p, prizes.By, other)
		if err != nil {
			return nil, false, err
		}
		if competes && value != nil {
			all = append(all, value)
			if other == who {
				mine = value
			}
		}
	}
	if mine == nil {
		return []piece{{exact: new(big.Rat)}}, true, nil
	}
	at := placeOf(mine, all, prizes.Order)
	amount := func(place int64) *big.Rat { // counted from 0
		if place < int64(len(prizes.AmountsFen)) {
			return whole(prizes.AmountsFen[place])
		}
		return percentile(prizes, place+1, int64(len(all)))
	}
	if prizes.Ties == plan.PrizeTiesAll {
		return []piece{{exact: amount(at.before)}}, true, nil
	}
	sum := new(big.Rat)
	for place := at.before; place < at.before+at.shared; place++ {
		sum.Add(sum, amount(place))
	}
	return []piece{{exact: product(sum, big.NewRat(1, at.shared))}}, true, nil
}

// percentile is the amount of a place, counted from 1, of so many who compete; zero beyond the last share, and where there are none.
func percentile(prizes *plan.Prizes, place, of int64) *big.Rat {
	if prizes.Places == plan.PrizePlacesUp {
		place--
	}
	for _, share := range prizes.Shares {
		order := whole(place).Cmp(product(share.Top.Rat(), whole(of)))
		if order < 0 || order == 0 && prizes.Places == plan.PrizePlacesDown {
			return whole(share.AmountFen)
		}
	}
	return new(big.Rat)
}

// pool is the person's part of the pool.
func (m *model) pool(p *plan.Plan, pool *plan.Pool, who int32) ([]piece, bool, error) {
	members := m.contestants(p, pool.Among, who)
	if len(members) == 0 {
		return []piece{{exact: new(big.Rat)}}, true, nil
	}
	slices.SortFunc(members, func(a, b int32) int { return compareKeys(m.facts.Persons[a].Key, m.facts.Persons[b].Key) })
	amount := pool.AmountFen
	sum, total := new(big.Rat), new(big.Rat)
	weights := make([]*big.Rat, len(members))
	for i, member := range members {
		if pool.Rate != nil {
			value, err := m.value(p, pool.Of, member)
			if err != nil {
				return nil, false, err
			}
			if value != nil {
				sum.Add(sum, value)
			}
		}
		weight, err := m.value(p, pool.By, member)
		if err != nil {
			return nil, false, err
		}
		if weight == nil {
			weight = new(big.Rat)
		}
		weights[i] = greater(weight, new(big.Rat))
		total.Add(total, weights[i])
	}
	if pool.Rate != nil {
		amount = max(halfAway(product(pool.Rate.Rat(), sum)), 0)
	}
	if total.Sign() == 0 {
		return []piece{{exact: new(big.Rat)}}, true, nil
	}
	parts := largestRemainder(amount, weights)
	return []piece{{exact: whole(parts[slices.Index(members, who)])}}, true, nil
}
