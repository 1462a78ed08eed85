package plan

import (
	"fmt"
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

func bandPath(component, band int, rest string) string {
	path := componentPath(component, fmt.Sprintf("pays.table.bands[%d]", band))
	if rest != "" {
		path += "." + rest
	}
	return path
}

// checkBands reports holes, overlaps, wrong order and misplaced open ends, and whether the table is sound.
func (p *planReader) checkBands(i int, c Component) bool {
	t := c.Pays.Table
	kind := p.kinds[t.By]
	if kind == "" || len(t.Bands) == 0 {
		return false
	}
	p.checkMarginalBy(i, c)
	t, sound := p.checkPoint(i, t)
	return p.checkBandEdges(func(k int, rest string) string { return bandPath(i, k, rest) }, t.Bands, kind) && sound
}

// checkBandEdges is checkBands for bands at any place.
func (p *planReader) checkBandEdges(path func(band int, rest string) string, bands []Band, kind ValueKind) bool {
	sound := true
	fail := func(at string, code Code, args errs.Args) {
		sound = false
		p.error(at, code, "", args)
	}
	for k, b := range bands {
		if (b.From == nil) != (k == 0) && !p.unread(path(k, "from"), b.From) {
			fail(path(k, "from"), CodeBandOpen, errs.Args{"Key": "from"})
		}
		if (b.To == nil) != (k == len(bands)-1) && !p.unread(path(k, "to"), b.To) {
			fail(path(k, "to"), CodeBandOpen, errs.Args{"Key": "to"})
		}
		sound = sound && (b.From == nil) == (k == 0) && (b.To == nil) == (k == len(bands)-1)
		if b.From != nil && b.To != nil && b.From.Cmp(*b.To) >= 0 {
			fail(path(k, ""), CodeBandEmpty, errs.Args{"From": p.show(*b.From, kind), "To": p.show(*b.To, kind)})
		}
		if k == 0 || b.From == nil {
			continue
		}
		before := bands[k-1]
		switch {
		case before.From != nil && b.From.Cmp(*before.From) <= 0:
			fail(path(k, "from"), CodeBandOrder, errs.Args{"From": p.show(*b.From, kind), "Before": p.show(*before.From, kind)})
		case before.To == nil:
		case b.From.Cmp(*before.To) > 0:
			fail(path(k, "from"), CodeBandHole, errs.Args{"From": p.show(*before.To, kind), "To": p.show(*b.From, kind)})
		case b.From.Cmp(*before.To) < 0:
			fail(path(k, "from"), CodeBandOverlap, errs.Args{"From": p.show(*b.From, kind), "To": p.show(*before.To, kind)})
		}
	}
	return sound
}

// unread reports whether a bound is written but could not be read, which the reader has reported already.
func (p *planReader) unread(path string, bound *decimal.Decimal) bool {
	_, written := p.Places[path]
	return written && bound == nil
}

// checkMarginalBy holds a marginal table to the base's own sum, or to a ratio of it: otherwise its bands have no slices.
func (p *planReader) checkMarginalBy(i int, c Component) {
	t := c.Pays.Table
	if (t.Style != StyleMarginal && t.Style != StyleAbovePoint) || c.Pays.Of == "" || t.By == c.Pays.Of {
		return
	}
	by := p.plan.Measure(t.By)
	if by == nil || (by.Ratio != nil && by.Ratio.Of == c.Pays.Of) {
		return
	}
	p.error(componentPath(i, "pays.table.by"), CodeMarginalBy, t.By, errs.Args{"By": p.measured(t.By), "Of": p.measured(c.Pays.Of)})
}

// span is the set of values that belong to the band.
func (b Band) span(boundary Boundary) span {
	s := span{low: b.From, high: b.To}
	if boundary == BoundaryLowerBand {
		s.lowOpen = b.From != nil
	} else {
		s.highOpen = b.To != nil
	}
	return s
}

// checkReach warns of bands that conditions, nature or the cap keep from ever mattering.
func (p *planReader) checkReach(i int, c Component, spans map[string]span) {
	t := c.Pays.Table
	same := t.Point == nil || t.Point.Below.Cmp(t.Bands[0].Times) == 0
	for k, b := range t.Bands {
		same = same && b.Times.Cmp(t.Bands[0].Times) == 0
		left, limited := spans[t.By]
		if !limited {
			left = naturalSpan(p.kinds[t.By])
		}
		unreachable := t.Style == StyleWholeAmount && !left.empty() && left.and(b.span(t.Boundary)).empty()
		switch {
		case unreachable:
			p.warn(bandPath(i, k, ""), CodeBandUnreachable, errs.Args{"ID": called(c), "Band": k + 1, "Measure": p.measured(t.By)})
		case k > 0 && p.beyondCap(c, k):
			p.warn(bandPath(i, k, ""), CodeBandBeyondCap, errs.Args{
				"ID": called(c), "Band": k + 1, "Cap": p.show(decimal.FromInt(c.Cap.AmountFen, 0), KindMoney)})
		}
	}
	if same {
		p.warn(componentPath(i, "pays.table"), CodeBandsAllSame, errs.Args{"ID": called(c), "Times": t.Bands[0].Times.String()})
	}
}

// beyondCap reports whether the cap is already reached where the band begins. It can be told where one rate is paid on the amount
// that also chooses the band.
func (p *planReader) beyondCap(c Component, band int) bool {
	t := c.Pays.Table
	plain := c.Cap != nil && c.Cap.plain() && c.Pays.Deduct == nil && c.Pays.Factors == nil && c.Pays.Rate.Grid == nil && t.Style != StyleAbovePoint
	if !plain || t.By != c.Pays.Of || c.Pays.Rate.Lookup != "" {
		return false
	}
	edge := t.Bands[band].From.Rat()
	paid := new(big.Rat)
	if t.Style == StyleWholeAmount {
		paid.Mul(edge, t.Bands[band-1].Times.Rat())
		if t.Bands[band].Times.Cmp(t.Bands[band-1].Times) < 0 {
			return false
		}
	} else {
		paid.Set(marginalSum(slicesOf(t.Bands), edge))
	}
	paid.Mul(paid, c.Pays.Rate.Fixed.Rat())
	return paid.Cmp(new(big.Rat).SetInt64(c.Cap.AmountFen)) >= 0
}

// slice is a band in the unit of the base; nil ends are open.
type slice struct{ from, to, times *big.Rat }

// slicesOf are the bands of a table that goes by the base itself.
func slicesOf(bands []Band) []slice {
	list := make([]slice, len(bands))
	for i, b := range bands {
		list[i].times = b.Times.Rat()
		if b.From != nil {
			list[i].from = b.From.Rat()
		}
		if b.To != nil {
			list[i].to = b.To.Rat()
		}
	}
	return list
}

// marginalSum runs an amount from zero through the bands and adds up what each multiplies. The amount is not negative.
func marginalSum(bands []slice, amount *big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, b := range bands {
		low, high := new(big.Rat), amount
		if b.from != nil && b.from.Sign() > 0 {
			low = b.from
		}
		if b.to != nil && b.to.Cmp(high) < 0 {
			high = b.to
		}
		if high.Cmp(low) > 0 {
			part := new(big.Rat).Sub(high, low)
			sum.Add(sum, part.Mul(part, b.times))
		}
	}
	return sum
}

// checkCliffs notes each jump of a whole-amount table, and warns where reaching a band pays less.
func (p *planReader) checkCliffs(i int, c Component) {
	t := c.Pays.Table
	kind := p.kinds[t.By]
	if t.Style == StyleAbovePoint {
		p.checkCliffsAbove(i, c, kind)
	}
	if t.Style != StyleWholeAmount {
		return
	}
	for k := 1; k < len(t.Bands); k++ {
		before, after := t.Bands[k-1].Times, t.Bands[k].Times
		args := errs.Args{"ID": called(c), "Edge": p.show(*t.Bands[k].From, kind), "Before": before.String(), "After": after.String(),
			"Jump": after.Sub(before).Percent()}
		switch after.Cmp(before) {
		case 1:
			p.note(bandPath(i, k, "from"), CodeCliff, args)
		case -1:
			p.warn(bandPath(i, k, "from"), CodeBandFalling, args)
		}
	}
}
