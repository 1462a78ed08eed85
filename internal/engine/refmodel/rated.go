package refmodel

import (
	"fmt"
	"math/big"
	"strings"

	"xiaoguan/internal/plan"
)

// item is one thing that a rate multiplies: a credit, or one amount.
type item struct {
	credit *credit
	amount *big.Rat
}

// band is a stretch of the running sum with its multiplier; nil ends are open.
type band struct{ low, high, times *big.Rat }

// moved is how far a running sum that goes from before to after moves within the band, above the deductible.
func (b band) moved(before, after, deductible *big.Rat) *big.Rat {
	low := b.low
	if deductible != nil && (low == nil || deductible.Cmp(low) > 0) {
		low = deductible
	}
	if low != nil && b.high != nil && b.high.Cmp(low) <= 0 {
		return new(big.Rat)
	}
	within := func(x *big.Rat) *big.Rat {
		if low != nil && x.Cmp(low) < 0 {
			return low
		}
		if b.high != nil && x.Cmp(b.high) > 0 {
			return b.high
		}
		return x
	}
	return new(big.Rat).Sub(within(after), within(before))
}

// rated runs the base through deductible, rates and table.
func (m *model) rated(p *plan.Plan, c plan.Component, who int32) (pieces []piece, known bool, err error) {
	items, known, err := m.base(p, c, who)
	if err != nil || !known {
		return nil, false, err
	}
	deductible, known, err := m.deductible(p, c.Pays.Deduct, who)
	if err != nil || !known {
		return nil, false, err
	}
	bands := []band{{times: whole(1)}}
	if c.Pays.Table != nil {
		bands, err = m.bands(p, c.Pays.Table, who)
		if err != nil || bands == nil {
			return nil, false, err
		}
	}
	if known, err := m.gridKnown(p, c.Pays.Rate.Grid, who); err != nil || !known {
		return nil, false, err
	}
	before := new(big.Rat)
	for i, item := range items {
		rate, known, err := m.rate(p, c.Pays.Rate, who, item.credit)
		if err != nil || !known {
			return nil, false, err
		}
		after := new(big.Rat).Add(before, item.amount)
		for k, b := range bands {
			piece := piece{credit: i, band: k, deal: -1, exact: product(b.moved(before, after, deductible), b.times, rate)}
			if item.credit != nil {
				piece.deal = item.credit.deal
			}
			pieces = append(pieces, piece)
		}
		before = after
	}
	return pieces, true, nil
}

// base lists what the rate multiplies: each credit in total order, or one amount.
func (m *model) base(p *plan.Plan, c plan.Component, who int32) ([]item, bool, error) {
	measure := p.Measure(c.Pays.Of)
	if measure.Credits == nil {
		amount, err := m.value(p, c.Pays.Of, who)
		if err != nil || amount == nil {
			return nil, false, err
		}
		return []item{{nil, amount}}, true, nil
	}
	credits, err := m.gather(p, measure.Credits, m.window(measure.Credits.Window, measure.Credits.Span), who)
	var items []item
	for _, counted := range credits {
		amount := whole(counted.amount)
		if p.Currencies != nil && p.Currencies.AfterRate {
			amount = counted.exact
		}
		items = append(items, item{&counted.credit, amount})
	}
	return items, true, err
}

// deductible is nil when there is none, and not known when its measure has no value.
func (m *model) deductible(p *plan.Plan, d *plan.Deduct, who int32) (amount *big.Rat, known bool, err error) {
	if d == nil {
		return nil, true, nil
	}
	if d.Measure == "" {
		return whole(d.AmountFen), true, nil
	}
	value, err := m.value(p, d.Measure, who)
	if err != nil || value == nil {
		return nil, false, err
	}
	return greater(value, new(big.Rat)), true, nil
}

func (m *model) rate(p *plan.Plan, rate *plan.Rate, who int32, c *credit) (*big.Rat, bool, error) {
	if rate.Grid != nil {
		return m.cell(p, rate.Grid, who, c)
	}
	if rate.Lookup == "" {
		return rate.Fixed.Rat(), true, nil
	}
	key := m.dealText(rate.Lookup, c.deal)
	longest := -1
	for i, row := range rate.Rows {
		fits := row.Key == key || rate.Path && strings.HasPrefix(key, row.Key+"/")
		if fits && (longest < 0 || len(row.Key) > len(rate.Rows[longest].Key)) {
			longest = i
		}
	}
	if longest >= 0 {
		return rate.Rows[longest].Rate.Rat(), true, nil
	}
	if rate.Otherwise == nil {
		return nil, false, fmt.Errorf("no rate for %q", key)
	}
	return rate.Otherwise.Rat(), true, nil
}

// bands are those of a table on the running sum of the base; nil when the measure that chooses has no value.
func (m *model) bands(p *plan.Plan, t *plan.Table, who int32) ([]band, error) {
	by, err := m.value(p, t.By, who)
	if err != nil || by == nil {
		return nil, err
	}
	switch t.Style {
	case plan.StyleWholeAmount:
		return []band{{times: bandOf(t.Bands, t.Boundary, by).Times.Rat()}}, nil
	case plan.StyleInterpolate:
		return []band{{times: lineAt(t.Line, by)}}, nil
	}
	scale := whole(1)
	if ratio := p.Measure(t.By).Ratio; ratio != nil {
		if scale, err = m.value(p, ratio.To, who); err != nil || scale == nil {
			return nil, err
		}
	}
	if t.Style == plan.StyleAbovePoint {
		if scale.Sign() <= 0 {
			return []band{{times: t.Point.Below.Rat()}}, nil
		}
		point := product(t.Point.At.Rat(), scale)
		return []band{{nil, point, t.Point.Below.Rat()}, {point, nil, bandOf(t.Bands, t.Boundary, by).Times.Rat()}}, nil
	}
	if scale.Sign() <= 0 {
		return []band{{times: bandOf(t.Bands, t.Boundary, new(big.Rat)).Times.Rat()}}, nil
	}
	bands := make([]band, len(t.Bands))
	for i, b := range t.Bands {
		bands[i].times = b.Times.Rat()
		if b.From != nil {
			bands[i].low = product(b.From.Rat(), scale)
		}
		if b.To != nil {
			bands[i].high = product(b.To.Rat(), scale)
		}
	}
	return bands, nil
}

// bandOf is the band that owns the value; the first owns what is below all.
func bandOf(bands []plan.Band, boundary plan.Boundary, value *big.Rat) plan.Band {
	for _, b := range bands {
		if b.To == nil {
			return b
		}
		order := value.Cmp(b.To.Rat())
		if order < 0 || (order == 0 && boundary == plan.BoundaryLowerBand) {
			return b
		}
	}
	panic("refmodel: the last band is open")
}

// lineAt is the multiplier of an interpolated table.
func lineAt(l *plan.Line, value *big.Rat) *big.Rat {
	first, last := l.Points[0], l.Points[len(l.Points)-1]
	switch {
	case value.Cmp(first.At.Rat()) < 0 && l.Below == plan.EndFlat:
		return first.Times.Rat()
	case value.Cmp(first.At.Rat()) < 0 && l.Below == plan.EndZero:
		return new(big.Rat)
	case value.Cmp(last.At.Rat()) > 0 && l.Beyond == plan.EndFlat:
		return last.Times.Rat()
	}
	k := 0 // of the stretch from point k to point k + 1: the first, the last, or the one that holds the value
	for k < len(l.Points)-2 && value.Cmp(l.Points[k+1].At.Rat()) > 0 {
		k++
	}
	a, b := l.Points[k], l.Points[k+1]
	slope := new(big.Rat).Quo(new(big.Rat).Sub(b.Times.Rat(), a.Times.Rat()), new(big.Rat).Sub(b.At.Rat(), a.At.Rat()))
	rise := product(slope, new(big.Rat).Sub(value, a.At.Rat()))
	return greater(new(big.Rat).Add(a.Times.Rat(), rise), new(big.Rat))
}
