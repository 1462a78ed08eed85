package plan

import (
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// drawsSteps reports whether attainment alone says what the further steps of a component do. Contests and pools rest on others, grids on
// fields and people, roundings and caps of parts on single credits or bands, caps over a longer span on earlier months; factors bend the line, and
// a deductible or limit that moves with the base says nothing of one.
func (s *sampler) drawsSteps(c Component) bool {
	pays := &c.Pays
	others := pays.Prizes != nil || pays.Pool != nil || pays.AmountGrid != nil || (pays.Rate != nil && pays.Rate.Grid != nil) || pays.Factors != nil
	deduct := pays.Deduct == nil || pays.Deduct.Measure == "" || pays.Deduct.Measure == s.quota
	limit := c.Cap == nil || (!c.Cap.parts() && c.Cap.Over == "" && !c.Cap.Carried && (c.Cap.Percent == nil || c.Cap.Of == s.quota))
	return !others && deduct && limit && c.Round.At == RoundAtComponent
}

// capFen is the amount of a component's cap.
func (s *sampler) capFen(c Component) *big.Rat {
	if c.Cap.Percent == nil {
		return new(big.Rat).SetInt64(c.Cap.AmountFen)
	}
	fen, err := money.Round(new(big.Rat).Mul(c.Cap.Percent.Rat(), s.quotaFen), money.HalfAwayFromZero)
	if err != nil {
		fen = ruledoc.AmountMax
	}
	return new(big.Rat).SetInt64(fen)
}

// deductible is what of the base earns nothing; 0 without one.
func (s *sampler) deductible(c Component) *big.Rat {
	switch d := c.Pays.Deduct; {
	case d == nil:
		return new(big.Rat)
	case d.Measure != "":
		return s.quotaFen
	default:
		return new(big.Rat).SetInt64(d.AmountFen)
	}
}

// stepEdges lists where the deductible ends and where the line or the point of a table lies, as edge(measure, value) takes them.
func (s *sampler) stepEdges(c Component, edge func(id string, at decimal.Decimal), add func(x *big.Rat)) {
	if c.Pays.Deduct != nil && c.Pays.Of == s.base {
		add(new(big.Rat).Quo(s.deductible(c), s.quotaFen))
	}
	t := c.Pays.Table
	if t == nil || t.Line == nil {
		return
	}
	for _, point := range t.Line.Points {
		edge(t.By, point.At)
	}
}

// tabled is the pay of a base through the component's table, before rounding and limits, and its slope in pay for each unit of the base.
// moves tells whether the base moves with attainment.
func (s *sampler) tabled(c Component, rate decimal.Decimal, x, base *big.Rat, moves bool, side int) (*big.Rat, decimal.Decimal) {
	deductible := s.deductible(c)
	order := base.Cmp(deductible)
	if order == 0 && moves {
		order = side
		if side == 0 {
			order = 1
		}
	}
	left := new(big.Rat).Sub(base, deductible)
	if c.Pays.Deduct != nil && order <= 0 {
		return new(big.Rat), decimal.Decimal{}
	}
	t := c.Pays.Table
	switch {
	case t == nil:
		return left.Mul(left, rate.Rat()), rate
	case t.Style == StyleInterpolate:
		return s.onLine(t, rate, x, left, base, side)
	}
	times := s.band(t, x, side).Times
	if t.Style == StyleWholeAmount {
		return left.Mul(left, times.Rat()).Mul(left, rate.Rat()), rate.Mul(times)
	}
	bands := s.edgesInFen(t)
	if t.Style == StyleAbovePoint {
		bands = s.twoBands(t, times)
		if s.belowPoint(bands[0].to, base, side) {
			times = t.Point.Below
		}
	}
	pay := marginalSum(bands, base)
	pay.Sub(pay, marginalSum(bands, deductible))
	return pay.Mul(pay, rate.Rat()), rate.Mul(times)
}

// twoBands is a table of style above_point once the band is known: below the point, and everything above it.
func (s *sampler) twoBands(t *Table, times decimal.Decimal) []slice {
	point := t.Point.At.Rat()
	if t.By == s.attainment {
		point.Mul(point, s.quotaFen)
	}
	return []slice{{to: point, times: t.Point.Below.Rat()}, {from: point, times: times.Rat()}}
}

func (s *sampler) belowPoint(point, base *big.Rat, side int) bool {
	order := base.Cmp(point)
	return order < 0 || (order == 0 && side < 0)
}

// onLine multiplies by the line of an interpolated table. Between two points pay is a parabola: base · times(base).
func (s *sampler) onLine(t *Table, rate decimal.Decimal, x, left, base *big.Rat, side int) (*big.Rat, decimal.Decimal) {
	value, moves := s.value(t.By, x)
	times, steep := t.Line.at(value)
	if moves && side < 0 && t.Line.Below == EndZero && value.Cmp(t.Line.Points[0].At.Rat()) == 0 {
		return new(big.Rat), decimal.Decimal{} // the line begins with a jump
	}
	slope := new(big.Rat).Set(times)
	if moves && base.Sign() > 0 {
		// d(left · times)/d(base) = times + left · times′ · value / base, as the value moves in proportion to the base.
		bend := new(big.Rat).Mul(left, steep)
		slope.Add(slope, bend.Mul(bend, value).Quo(bend, base))
	}
	slope.Mul(slope, rate.Rat())
	millionths, err := money.Round(slope.Mul(slope, big.NewRat(1_000_000, 1)), money.HalfAwayFromZero)
	if err != nil {
		millionths = 0 // multipliers and rates are far from this
	}
	pay := new(big.Rat).Mul(left, times)
	return pay.Mul(pay, rate.Rat()), decimal.FromInt(millionths, 6)
}

// at is the multiplier at a value, and how it rises just above it.
func (l *Line) at(v *big.Rat) (times, steep *big.Rat) {
	first, last := l.Points[0], l.Points[len(l.Points)-1]
	switch {
	case v.Cmp(first.At.Rat()) < 0 && l.Below == EndFlat:
		return first.Times.Rat(), new(big.Rat)
	case v.Cmp(first.At.Rat()) < 0 && l.Below == EndZero:
		return new(big.Rat), new(big.Rat)
	case v.Cmp(last.At.Rat()) >= 0 && l.Beyond == EndFlat:
		return last.Times.Rat(), new(big.Rat)
	}
	k := 1
	for k < len(l.Points)-1 && v.Cmp(l.Points[k].At.Rat()) >= 0 {
		k++
	}
	from, to := l.Points[k-1], l.Points[k]
	steep = new(big.Rat).Sub(to.Times.Rat(), from.Times.Rat())
	steep.Quo(steep, new(big.Rat).Sub(to.At.Rat(), from.At.Rat()))
	times = new(big.Rat).Sub(v, from.At.Rat())
	times.Add(times.Mul(times, steep), from.Times.Rat())
	if times.Sign() < 0 {
		return new(big.Rat), new(big.Rat)
	}
	return times, steep
}

// bends reports whether pay between two places is not a straight line.
func bends(c Component) bool { return c.Pays.Table != nil && c.Pays.Table.Style == StyleInterpolate }

// capOnCurve finds where a bent line meets the cap between two neighbours, to a millionth above, or nil.
func (s *sampler) capOnCurve(c Component, low, high, limit *big.Rat) *big.Rat {
	million := big.NewRat(1_000_000, 1)
	ppm := func(x *big.Rat) int64 {
		n, err := money.Round(new(big.Rat).Mul(x, million), money.Ceiling)
		if err != nil {
			return 0
		}
		return n
	}
	from, to := ppm(low), ppm(high)
	for from+1 < to {
		middle := (from + to) / 2
		pay, _ := s.exact(c, big.NewRat(middle, 1_000_000), 0)
		if pay.Cmp(limit) >= 0 {
			to = middle
		} else {
			from = middle
		}
	}
	x := big.NewRat(to, 1_000_000)
	if x.Cmp(low) <= 0 || x.Cmp(high) >= 0 {
		return nil
	}
	return x
}
