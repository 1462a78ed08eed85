// Package refmodel is the slow, obvious second opinion on what plans pay: written from the plan language's decision record
// (docs/adr/0010-plan-language.md) and bench/W1.md alone, to be compared with package engine on small inputs.
//
// It shares no code with the engine but the types of its input. Everything is a big.Rat and is computed anew for every person and
// measure, so it is fit for hundreds of payments and not for thousands. Only tests import it.
package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Line names one amount: a payee's key, a plan's id, a component's id.
type Line struct{ Payee, Plan, Component string }

// Run returns what every participant gets from every component, zeros included, in minor units. It returns an error where the rules
// refuse to compute: a lookup without a row, a ratio without a divisor under zero_quota: refuse.
func Run(in engine.Input) (pay map[Line]int64, err error) {
	defer errs.Wrap(&err, "refmodel.Run(%s)", in.Period)
	m := &model{facts: in.Facts, crediting: in.Crediting, first: in.Period.First(), last: in.Period.Last(), month: in.Period}
	pay = map[Line]int64{}
	for _, p := range in.Plans {
		for i := range in.Facts.Persons {
			who := int32(i)
			if in.Only != nil && !slices.Contains(in.Only, who) {
				continue
			}
			if !m.takesPart(p, who) {
				continue
			}
			for _, c := range p.Components {
				fen, err := m.component(p, c, who)
				if err != nil {
					return nil, fmt.Errorf("%s %s %s: %w", in.Facts.Persons[i].Key, p.ID, c.ID, err)
				}
				pay[Line{in.Facts.Persons[i].Key, p.ID, c.ID}] = fen
			}
		}
	}
	return pay, nil
}

// NonZero leaves out what is zero.
func NonZero(pay map[Line]int64) map[Line]int64 {
	rest := map[Line]int64{}
	for line, fen := range pay {
		if fen != 0 {
			rest[line] = fen
		}
	}
	return rest
}

type model struct {
	facts       *engine.Facts
	crediting   *plan.Crediting
	month       calendar.Month
	first, last calendar.Date
}

// leftBefore reports whether the person was gone before the period began.
func (m *model) leftBefore(who int32) bool { return m.facts.Persons[who].Left <= m.first }

// assignment is the person's span on the reference day: the period's last day, or the last day of employment.
func (m *model) assignment(who int32) (engine.Span, bool) {
	p := m.facts.Persons[who]
	day := m.last
	if p.Left <= m.last {
		day = p.Left - 1
	}
	for _, span := range p.Spans {
		if span.Days.Contains(day) {
			return span, p.Hired <= day
		}
	}
	return engine.Span{}, false
}

func (m *model) takesPart(p *plan.Plan, who int32) bool {
	span, assigned := m.assignment(who)
	if !assigned || (m.leftBefore(who) && p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid) {
		return false
	}
	team, region := "", ""
	if span.Team != engine.None {
		team, region = m.facts.Teams[span.Team].Key, m.facts.Teams[span.Team].Region
	}
	anyOf := func(wanted []string, has ...string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(has, func(x string) bool { return slices.Contains(wanted, x) })
	}
	key := m.facts.Persons[who].Key
	return anyOf(p.Participants.Levels, span.Level) && anyOf(p.Participants.Roles, span.Roles...) && anyOf(p.Participants.Teams, team) &&
		anyOf(p.Participants.Regions, region) && anyOf(p.Participants.Persons, key) && !slices.Contains(p.Participants.Except, key)
}

// component follows the fixed order of operations.
func (m *model) component(p *plan.Plan, c plan.Component, who int32) (int64, error) {
	if m.leftBefore(who) && !paidAfterLeaving(p, c) {
		return 0, nil
	}
	for _, condition := range c.When {
		met, err := m.holds(p, condition, who)
		if err != nil || !met {
			return 0, err
		}
	}
	exact, err := m.exact(p, c, who)
	if err != nil || exact == nil {
		return 0, err
	}
	if p.Statements.NegativeResult == plan.NegativeZero && exact.Sign() < 0 {
		exact = new(big.Rat)
	}
	fen := round(exact, c.Round.Mode)
	if c.Cap != nil && fen > c.Cap.AmountFen {
		fen = c.Cap.AmountFen
	}
	if c.Floor != nil && fen < c.Floor.AmountFen {
		fen = c.Floor.AmountFen
	}
	return fen, nil
}

// paidAfterLeaving reports whether the component goes on for somebody who left in an earlier period: a rate of own credits does.
func paidAfterLeaving(p *plan.Plan, c plan.Component) bool {
	if c.Pays.Rate == nil {
		return false
	}
	base := p.Measure(c.Pays.Of)
	return base != nil && base.Credits != nil
}

// exact is the amount before the rule for negative results; nil when the table's measure has no value.
func (m *model) exact(p *plan.Plan, c plan.Component, who int32) (*big.Rat, error) {
	if c.Pays.Rate == nil {
		amount := new(big.Rat).SetInt64(c.Pays.AmountFen)
		if c.Pays.Per == "" {
			return amount.Mul(amount, m.presence(p, who, m.month)), nil
		}
		count, err := m.value(p, c.Pays.Per, who)
		if err != nil || count == nil {
			return nil, err
		}
		return amount.Mul(amount, count), nil
	}
	items, err := m.base(p, c, who)
	if err != nil {
		return nil, err
	}
	t := c.Pays.Table
	if t != nil && t.Style == plan.StyleMarginal {
		return m.marginal(p, t, items, who)
	}
	sum := new(big.Rat)
	for _, item := range items {
		sum.Add(sum, new(big.Rat).Mul(item.rate, item.amount))
	}
	if t == nil {
		return sum, nil
	}
	by, err := m.value(p, t.By, who)
	if err != nil || by == nil {
		return nil, err
	}
	return sum.Mul(sum, bandOf(t, by).Times.Rat()), nil
}

// item is one thing that a rate multiplies.
type item struct{ rate, amount *big.Rat }

// base lists what the rate multiplies: each credit in total order, or one amount.
func (m *model) base(p *plan.Plan, c plan.Component, who int32) ([]item, error) {
	measure := p.Measure(c.Pays.Of)
	if measure.Credits == nil {
		amount, err := m.value(p, c.Pays.Of, who)
		if err != nil || amount == nil {
			return nil, err
		}
		return []item{{c.Pays.Rate.Fixed.Rat(), amount}}, nil
	}
	var items []item
	for _, credit := range m.credits(p, measure.Credits, who) {
		rate, err := m.rate(c.Pays.Rate, credit)
		if err != nil {
			return nil, err
		}
		items = append(items, item{rate, new(big.Rat).SetInt64(credit.part)})
	}
	return items, nil
}

func (m *model) rate(rate *plan.Rate, c credit) (*big.Rat, error) {
	if rate.Lookup == "" {
		return rate.Fixed.Rat(), nil
	}
	key := m.field(rate.Lookup, c)
	for _, row := range rate.Rows {
		if row.Key == key {
			return row.Rate.Rat(), nil
		}
	}
	if rate.Otherwise == nil {
		return nil, fmt.Errorf("no rate for %q", key)
	}
	return rate.Otherwise.Rat(), nil
}

// bandOf is the band that owns the value.
func bandOf(t *plan.Table, value *big.Rat) plan.Band {
	for _, b := range t.Bands {
		if b.To == nil {
			return b
		}
		order := value.Cmp(b.To.Rat())
		if order < 0 || (order == 0 && t.Boundary == plan.BoundaryLowerBand) {
			return b
		}
	}
	panic("refmodel: the last band is open")
}

// marginal moves a running sum through the bands, item by item.
func (m *model) marginal(p *plan.Plan, t *plan.Table, items []item, who int32) (*big.Rat, error) {
	scale := big.NewRat(1, 1)
	if by := p.Measure(t.By); by.Ratio != nil {
		ratio, err := m.value(p, t.By, who)
		if err != nil || ratio == nil {
			return nil, err
		}
		if scale, err = m.value(p, by.Ratio.To, who); err != nil {
			return nil, err
		}
		if scale.Sign() <= 0 {
			times := bandOf(t, new(big.Rat)).Times.Rat()
			sum := new(big.Rat)
			for _, item := range items {
				sum.Add(sum, product(item.rate, times, item.amount))
			}
			return sum, nil
		}
	}
	sum, before := new(big.Rat), new(big.Rat)
	for _, item := range items {
		after := new(big.Rat).Add(before, item.amount)
		for _, b := range t.Bands {
			moved := new(big.Rat).Sub(clamp(after, b, scale), clamp(before, b, scale))
			sum.Add(sum, product(item.rate, b.Times.Rat(), moved))
		}
		before = after
	}
	return sum, nil
}

// clamp brings a running sum into a band whose edges are multiplied by scale.
func clamp(x *big.Rat, b plan.Band, scale *big.Rat) *big.Rat {
	if b.From != nil {
		if low := product(b.From.Rat(), scale); x.Cmp(low) < 0 {
			return low
		}
	}
	if b.To != nil {
		if high := product(b.To.Rat(), scale); x.Cmp(high) > 0 {
			return high
		}
	}
	return x
}

func product(factors ...*big.Rat) *big.Rat {
	result := big.NewRat(1, 1)
	for _, f := range factors {
		result.Mul(result, f)
	}
	return result
}

// round rounds by the definition of each mode. Amounts of the model fit into 64 bits.
func round(x *big.Rat, mode money.Rounding) int64 {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean division: toward minus infinity for a positive divisor
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	up := false
	switch half := rest.Cmp(big.NewRat(1, 2)); mode {
	case money.Floor:
	case money.Ceiling:
		up = rest.Sign() > 0
	case money.Down:
		up = rest.Sign() > 0 && x.Sign() < 0
	case money.Up:
		up = rest.Sign() > 0 && x.Sign() > 0
	case money.HalfEven:
		up = half > 0 || (half == 0 && floor.Bit(0) == 1)
	default: // half away from zero
		up = half > 0 || (half == 0 && x.Sign() > 0)
	}
	if up {
		floor.Add(floor, big.NewInt(1))
	}
	return floor.Int64()
}
