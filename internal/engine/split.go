package engine

import (
	"xiaoguan/internal/money"
)

// amountFastMax keeps amount · 10,000 inside 64 bits.
const amountFastMax = 1 << 49

// splitter cuts amounts into the sellers' parts, by largest remainder on the absolute amount, on a tie to the first seller.
type splitter struct {
	facts   *Facts
	full    bool
	weights []int64
	parts   []int64
}

// split returns the parts of the deal's sellers, in their order. They are overwritten by the next call.
func (s *splitter) split(deal int32, row *dealRow, amount int64) []int64 {
	switch {
	case row.first == None:
		return nil
	case s.full:
		d := &s.facts.Deals[deal]
		s.parts = s.parts[:0]
		for range d.ShareTo - d.ShareFrom {
			s.parts = append(s.parts, amount)
		}
		return s.parts
	case row.second == None:
		s.parts = append(s.parts[:0], amount)
		return s.parts
	case !row.more && amount < amountFastMax && amount > -amountFastMax:
		first := firstPart(amount, int64(row.firstPoints))
		s.parts = append(s.parts[:0], first, amount-first)
		return s.parts
	}
	d := &s.facts.Deals[deal]
	s.weights = s.weights[:0]
	for _, share := range s.facts.Shares[d.ShareFrom:d.ShareTo] {
		s.weights = append(s.weights, int64(share.BasisPoints))
	}
	return money.Allocate(amount, s.weights)
}

// firstPart is the first of two parts: the larger remainder gets the unit left over, which is rounding half away from zero.
func firstPart(amount, points int64) int64 {
	if amount < 0 {
		return -((-amount*points + wholeDeal/2) / wholeDeal)
	}
	return (amount*points + wholeDeal/2) / wholeDeal
}
