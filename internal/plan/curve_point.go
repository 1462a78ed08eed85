package plan

import (
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// point is a component's pay at, just below and just above an attainment.
func (s *sampler) point(c Component, x *big.Rat) (p Point, err error) {
	p = newPoint(x)
	for _, limit := range []struct {
		to   *int64
		side int
	}{{&p.PayFen, 0}, {&p.BeforeFen, -1}, {&p.AfterFen, +1}} {
		if *limit.to, err = s.paid(c, x, limit.side); err != nil {
			return p, err
		}
	}
	if x.Sign() == 0 {
		p.BeforeFen = p.PayFen // the curve begins here
	}
	exact, _ := s.exact(c, x, 0)
	p.Capped = c.Cap != nil && exact.Cmp(s.capFen(c)) >= 0
	after, slope := s.exact(c, x, +1)
	p.Slope = s.limitedSlope(c, after, slope)
	return p, nil
}

// limitedSlope is zero where a cap or floor holds pay still.
func (s *sampler) limitedSlope(c Component, after *big.Rat, slope decimal.Decimal) decimal.Decimal {
	if c.Cap != nil && after.Cmp(s.capFen(c)) >= 0 {
		return decimal.Decimal{}
	}
	if c.Floor != nil && after.Cmp(new(big.Rat).SetInt64(c.Floor.AmountFen)) < 0 {
		return decimal.Decimal{}
	}
	return slope
}

// paid is the pay after rounding, cap and floor.
func (s *sampler) paid(c Component, x *big.Rat, side int) (int64, error) {
	if !s.meets(c, x, side) {
		return 0, nil
	}
	exact, _ := s.exact(c, x, side)
	unit := max(1, c.Round.Unit)
	fen, err := money.Round(new(big.Rat).Mul(exact, big.NewRat(1, unit)), c.Round.Mode)
	if err != nil {
		return 0, err
	}
	if unit > 1 && (fen > ruledoc.AmountMax || fen < -ruledoc.AmountMax) {
		return 0, money.ErrOverflow
	}
	fen *= unit
	if c.Cap != nil {
		fen = min(fen, s.capFen(c).Num().Int64())
	}
	if c.Floor != nil {
		fen = max(fen, c.Floor.AmountFen)
	}
	return fen, nil
}

// meets reports whether every condition holds at the attainment, or just beside it.
func (s *sampler) meets(c Component, x *big.Rat, side int) bool {
	for _, condition := range c.When {
		value, moves := s.value(condition.Measure, x)
		order := value.Cmp(condition.Value.Rat())
		if order == 0 && moves {
			order = side
		}
		if !holds(condition.Comparison, order) {
			return false
		}
	}
	return true
}

// holds reports whether a comparison is true of something that lies below (-1), at (0) or above (+1) its constant.
func holds(comparison Comparison, order int) bool {
	switch comparison {
	case AtLeast:
		return order >= 0
	case Above:
		return order > 0
	case AtMost:
		return order <= 0
	case Below:
		return order < 0
	case Equals:
		return order == 0
	}
	return false
}

// exact is the pay before rounding and limits, and its slope on the side (above, for side 0) in pay per unit of base.
func (s *sampler) exact(c Component, x *big.Rat, side int) (*big.Rat, decimal.Decimal) {
	var none decimal.Decimal
	if !s.meets(c, x, side) {
		return new(big.Rat), none
	}
	if c.Pays.Rate == nil {
		return new(big.Rat).SetInt64(c.Pays.AmountFen), none
	}
	rate := c.Pays.Rate.Fixed
	if c.Pays.Rate.Lookup != "" {
		rate = s.averageRate
	}
	base, moves := s.value(c.Pays.Of, x)
	if c.Pays.Of == s.attainment {
		base, moves = new(big.Rat), false // the decoder lets only money be a base
	}
	pay, slope := s.tabled(c, rate, x, base, moves, side)
	if !moves {
		slope = none
	}
	return pay, slope
}

// band is the band that holds the attainment, or lies just beside it.
func (s *sampler) band(t *Table, x *big.Rat, side int) Band {
	value, moves := s.value(t.By, x)
	for _, b := range t.Bands {
		if b.To == nil {
			return b
		}
		order := value.Cmp(b.To.Rat())
		if order == 0 && moves {
			order = side
		}
		if order < 0 || (order == 0 && t.Boundary == BoundaryLowerBand) {
			return b
		}
	}
	return t.Bands[len(t.Bands)-1]
}

// edgesInFen turns the bands of a ratio into bands of the base; their edges may be fractions.
func (s *sampler) edgesInFen(t *Table) []slice {
	factor := big.NewRat(1, 1)
	if t.By == s.attainment {
		factor = s.quotaFen
	}
	list := slicesOf(t.Bands)
	for i := range list {
		if list[i].from != nil {
			list[i].from.Mul(list[i].from, factor)
		}
		if list[i].to != nil {
			list[i].to.Mul(list[i].to, factor)
		}
	}
	return list
}
