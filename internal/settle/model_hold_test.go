package settle_test

import (
	"math/big"
	"slices"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

func (m *model) holds() {
	rule := m.plan.Settle.Hold
	now := map[*coin]bool{} // came to the hold this month
	for _, c := range m.pick(func(c *coin) bool { return c.place == onTable && !c.owes }) {
		if rule == nil || !slices.Contains(rule.Components, c.component) {
			continue
		}
		if rule.Collected != nil && (c.deal == "" || m.deal(c.deal).AmountFen <= 0) {
			continue
		}
		now[c], c.place, c.due = true, inHold, 0
		m.heldEver[earning{c.component, c.deal, c.origin}]++
		m.sums[settle.PostingHeld]--
	}
	out := func(c *coin) {
		c.place = onTable
		if now[c] {
			m.sums[settle.PostingHeld]++
		} else {
			m.sums[settle.PostingReleased]++
		}
	}
	for e, ever := range m.heldEver {
		// The coins that were held before go first.
		coins := m.pick(func(c *coin) bool {
			return c.place == inHold && c.component == e.component && c.deal == e.deal && c.origin == e.origin
		})
		slices.SortStableFunc(coins, func(a, b *coin) int {
			switch {
			case now[a] == now[b]:
				return 0
			case now[b]:
				return -1
			}
			return 1
		})
		released := m.mayGo(rule, e, ever) - (ever - len(coins)) // less what went before
		for ; released > 0 && len(coins) > 0; released-- {
			out(coins[0])
			coins = coins[1:]
		}
		for _, c := range coins {
			switch {
			case m.left() && rule.IfLeft == plan.IfLeftForfeited:
				c.place = offTable
				m.sums[settle.PostingForfeited]++
			case m.left() && rule.IfLeft == plan.IfLeftPaid:
				out(c)
			case rule.ExpiresAfterMonths > 0 && int(m.c.Period-e.origin) >= rule.ExpiresAfterMonths:
				c.place = offTable
				m.sums[settle.PostingExpired]++
			}
		}
	}
}

// mayGo is how many of the coins ever held may have left the hold by now.
func (m *model) mayGo(rule *plan.Hold, e earning, ever int) int {
	all := false
	switch {
	case rule == nil || !slices.Contains(rule.Components, e.component):
		all = true
	case rule.Collected != nil:
		d := m.deal(e.deal)
		need := new(big.Rat).Mul(rule.Collected.Rat(), big.NewRat(d.AmountFen, 1))
		have := big.NewRat(d.CollectedFen, 1)
		all = e.deal == "" || d.AmountFen <= 0 || have.Cmp(need) >= 0
		if !all && rule.ShareOfCash && have.Sign() > 0 {
			n := 0
			for new(big.Rat).Mul(need, big.NewRat(int64(n+1), 1)).Cmp(new(big.Rat).Mul(have, big.NewRat(int64(ever), 1))) <= 0 {
				n++
			}
			return n
		}
	case rule.Months > 0:
		all = int(m.c.Period-e.origin) >= rule.Months
	default:
		all = m.c.ConditionsMet
	}
	if all {
		return ever
	}
	return 0
}
