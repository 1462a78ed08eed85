package tier_test

import (
	"math/big"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/tier"
)

// naive is a second opinion, written from the definition in the prose of policies and slow: exact fractions, each customer against each.
type naive struct {
	policy    *tier.Policy
	customers []tier.Customer
	on        calendar.Date
}

func (n *naive) judged(c *tier.Customer) bool {
	m := n.policy.Minimum
	return c.Orders != 0 && c.Orders >= m.Orders && int(n.on)-int(c.FirstOrder) >= m.Days
}

func (n *naive) value(c *tier.Customer) *big.Int {
	margin := new(big.Int).Mul(big.NewInt(c.Margin), big.NewInt(int64(n.policy.Value.Margin)))
	return margin.Add(margin, new(big.Int).Mul(big.NewInt(c.Spend), big.NewInt(int64(n.policy.Value.Spend))))
}

// begins is the part of all value that more valuable customers make, of 1.
func (n *naive) begins(c *tier.Customer) *big.Rat {
	above, all := new(big.Int), new(big.Int)
	for i := range n.customers {
		other := &n.customers[i]
		if value := n.value(other); n.judged(other) && value.Sign() > 0 {
			all.Add(all, value)
			if value.Cmp(n.value(c)) > 0 {
				above.Add(above, value)
			}
		}
	}
	return new(big.Rat).SetFrac(above, all)
}

func (n *naive) percentile(c *tier.Customer, of func(*tier.Customer) int64) *big.Rat {
	halves, count := int64(0), int64(0)
	for i := range n.customers {
		other := &n.customers[i]
		if !n.judged(other) {
			continue
		}
		count++
		switch {
		case of(other) < of(c):
			halves += 2
		case of(other) == of(c):
			halves++
		}
	}
	return big.NewRat(halves, 2*count)
}

// millionths is the fraction as a whole number of parts per million, rounded down.
func millionths(r *big.Rat) int64 {
	scaled := new(big.Int).Mul(r.Num(), big.NewInt(1_000_000))
	return new(big.Int).Div(scaled, r.Denom()).Int64()
}

// byValue is the tier of value alone.
func (n *naive) byValue(c *tier.Customer) tier.Tier {
	v := &n.policy.Value
	if v.Method == tier.CumulativeShare {
		if n.value(c).Sign() <= 0 {
			return tier.C
		}
		begins := n.begins(c)
		switch {
		case begins.Cmp(big.NewRat(int64(v.A), 1_000_000)) < 0:
			return tier.A
		case begins.Cmp(big.NewRat(int64(v.B), 1_000_000)) < 0:
			return tier.B
		}
		return tier.C
	}
	margin := millionths(n.percentile(c, func(c *tier.Customer) int64 { return c.Margin }))
	spend := millionths(n.percentile(c, func(c *tier.Customer) int64 { return c.Spend }))
	score := (margin*int64(v.Margin) + spend*int64(v.Spend)) / 100
	switch {
	case score >= int64(v.A):
		return tier.A
	case score >= int64(v.B):
		return tier.B
	}
	return tier.C
}

func (n *naive) lifted(c *tier.Customer) bool {
	if n.policy.Potential == nil {
		return false
	}
	got, all := int64(0), int64(0)
	for _, rating := range n.policy.Potential.Fields {
		got += int64(rating.Weight * c.Ratings[rating.ID])
		all += int64(rating.Weight * 100)
	}
	return millionths(big.NewRat(got, all)) >= int64(n.policy.Potential.From)
}

func (n *naive) due(c *tier.Customer) tier.Tier {
	if c.Margin < 0 {
		return tier.C
	}
	due := tier.C
	if n.judged(c) {
		due = n.byValue(c)
		if young := int(n.on)-int(c.FirstOrder) < n.policy.Relation.NewDays; young && due == tier.A && !n.policy.Relation.NewInA {
			due = tier.B
		}
	}
	if due == tier.C && n.lifted(c) {
		due = tier.B
	}
	return due
}
