package engine

import (
	"math"
	"math/bits"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// needs is what the compiled plans ask of the credits.
type needs struct {
	from     calendar.Date // earliest day of any window that sums or counts
	events   []string
	firsts   []*firstNeed // dates of first credits, streamed over all history
	activity bool         // the customers' first payments
	months   []int        // offsets from them, see state.credits.due
}

// firstNeed asks for the date of each person's first credit of an event that passes a filter.
type firstNeed struct {
	event  string
	filter predicate
	dates  []calendar.Date // per person; Forever when there is none
}

// credits are who gets what part of which fact, grouped by person: those of person p stand at from[p] to from[p+1]. A fact is a payment
// by its index, or a deal by the complement of its index.
type credits struct {
	from     []int32
	fact     []int32
	part     []int64
	active   []calendar.Date         // per customer: first positive payment; Forever when there is none
	due      map[int][]calendar.Date // per offset in months and customer: active + offset
	eventsOf map[plan.FactKind][]string
}

// gather splits the facts into credits.
func (s *state) gather(n needs) error {
	c := &s.credits
	c.eventsOf = map[plan.FactKind][]string{}
	for _, e := range s.in.Crediting.Events {
		if slices.Contains(n.events, e.ID) {
			c.eventsOf[e.Fact] = append(c.eventsOf[e.Fact], e.ID)
		}
	}
	if n.activity {
		s.customersActive(n.months)
	}
	g := gatherer{state: s, needs: n, count: make([]int32, len(s.in.Facts.Persons)+1), wanted: s.wanted()}
	if err := g.walk(g.countOne); err != nil {
		return err
	}
	total := int64(0)
	for i, k := range g.count {
		g.count[i] = int32(total)
		total += int64(k)
	}
	if total > math.MaxInt32 {
		return errs.New(errs.KindTooLarge, "engine.too_many_credits", nil)
	}
	c.from = slices.Clone(g.count)
	c.fact, c.part = make([]int32, total), make([]int64, total)
	return g.walk(g.placeOne)
}

// wanted marks the persons whose credits are kept: all, or those asked for and the people they lead.
func (s *state) wanted() []bool {
	if s.in.Only == nil {
		return nil
	}
	w := make([]bool, len(s.in.Facts.Persons))
	for _, p := range s.in.Only {
		w[p] = true
		for _, m := range s.members[p] {
			w[m] = true
		}
	}
	return w
}

// customersActive finds each customer's first positive payment up to the period's end, and the days that lie whole months after it.
func (s *state) customersActive(months []int) {
	c, f := &s.credits, s.in.Facts
	c.active = make([]calendar.Date, len(f.Customers))
	for i := range c.active {
		c.active[i] = calendar.Forever
	}
	for i, deal := range f.Payments.Deal {
		if on := f.Payments.On[i]; f.Payments.AmountFen[i] > 0 && on <= s.last {
			if customer := f.Deals[deal].Customer; customer != None && on < c.active[customer] {
				c.active[customer] = on
			}
		}
	}
	c.due = map[int][]calendar.Date{}
	for _, k := range months {
		due := make([]calendar.Date, len(c.active))
		for i, d := range c.active {
			if due[i] = calendar.Forever; d != calendar.Forever {
				due[i] = d.AddMonths(k)
			}
		}
		c.due[k] = due
	}
}

// gatherer walks the facts twice: to count each person's credits, then to place them.
type gatherer struct {
	*state
	needs  needs
	count  []int32
	wanted []bool
}

// walk splits every fact up to the period's end and gives each part to fn.
func (g *gatherer) walk(fn func(fact, person int32, part int64, on calendar.Date, event string)) error {
	f := g.in.Facts
	for _, event := range g.credits.eventsOf[plan.FactPayment] {
		full := g.fullShare(event)
		for i, deal := range f.Payments.Deal {
			on := f.Payments.On[i]
			if on > g.last {
				continue
			}
			if err := g.split(int32(i), deal, f.Payments.AmountFen[i], on, event, full, fn); err != nil {
				return err
			}
		}
	}
	for _, event := range g.credits.eventsOf[plan.FactDeal] {
		full := g.fullShare(event)
		for i := range f.Deals {
			if on := f.Deals[i].SignedOn; on <= g.last {
				if err := g.split(^int32(i), int32(i), f.Deals[i].AmountFen, on, event, full, fn); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fullShare reports whether every seller of a deal gets all of the event.
func (s *state) fullShare(event string) bool {
	for _, r := range s.in.Crediting.Rules {
		if slices.Contains(r.Events, event) {
			return r.Share == plan.ShareFullEach
		}
	}
	return false
}

// split gives the sellers of a deal their parts of an amount: by largest remainder on |amount|, on a tie to the first. A part may be 0;
// the parts always sum to the amount.
func (g *gatherer) split(fact, deal int32, amount int64, on calendar.Date, event string, full bool, fn func(fact, person int32, part int64, on calendar.Date, event string)) error {
	d := &g.in.Facts.Deals[deal]
	shares := g.in.Facts.Shares[d.ShareFrom:d.ShareTo]
	switch {
	case full:
		for _, share := range shares {
			fn(fact, share.Person, amount, on, event)
		}
	case len(shares) == 1 && shares[0].BasisPoints == whole:
		fn(fact, shares[0].Person, amount, on, event)
	case len(shares) == 2 && shares[0].BasisPoints+shares[1].BasisPoints == whole && shares[0].BasisPoints >= 0 && shares[1].BasisPoints >= 0:
		own := halfUp(amount, int64(shares[0].BasisPoints))
		fn(fact, shares[0].Person, own, on, event)
		fn(fact, shares[1].Person, amount-own, on, event)
	case len(shares) == 0:
		return nil
	default:
		weights := make([]int64, len(shares))
		var sum int64
		for i, share := range shares {
			weights[i] = int64(share.BasisPoints)
			sum += weights[i]
		}
		parts := money.Allocate(amount, weights)
		if sum != whole || parts == nil {
			return errs.Invalid("engine.shares", []errs.Field{{Path: "shares", Value: d.Key, Message: errs.Msg("engine.shares_of", errs.Args{"Deal": d.Key, "BasisPoints": sum})}})
		}
		for i, share := range shares {
			fn(fact, share.Person, parts[i], on, event)
		}
	}
	return nil
}

// whole is 100 % in basis points.
const whole = 10_000

// halfUp returns amount · points / 10,000 to the nearest unit, ties away from zero: with two sellers that is the largest remainder
// with ties to the first.
func halfUp(amount, points int64) int64 {
	magnitude := uint64(amount)
	if amount < 0 {
		magnitude = -magnitude
	}
	hi, lo := bits.Mul64(magnitude, uint64(points))
	lo, carry := bits.Add64(lo, whole/2, 0)
	quo, _ := bits.Div64(hi+carry, lo, whole)
	if amount < 0 {
		return -int64(quo)
	}
	return int64(quo)
}

func (g *gatherer) countOne(fact, person int32, part int64, on calendar.Date, event string) {
	if person == None || (g.wanted != nil && !g.wanted[person]) {
		return
	}
	for _, first := range g.needs.firsts {
		if first.event == event && on < first.dates[person] && first.filter.passes(g.state, fact, part, on) {
			first.dates[person] = on
		}
	}
	if on >= g.needs.from {
		g.count[person]++
	}
}

func (g *gatherer) placeOne(fact, person int32, part int64, on calendar.Date, _ string) {
	if person == None || (g.wanted != nil && !g.wanted[person]) || on < g.needs.from {
		return
	}
	at := g.count[person]
	g.count[person]++
	g.credits.fact[at], g.credits.part[at] = fact, part
}

// dealOf returns the index of the deal behind a fact.
func (s *state) dealOf(fact int32) int32 {
	if fact < 0 {
		return ^fact
	}
	return s.in.Facts.Payments.Deal[fact]
}

// on returns the date of a fact.
func (s *state) on(fact int32) calendar.Date {
	if fact < 0 {
		return s.in.Facts.Deals[^fact].SignedOn
	}
	return s.in.Facts.Payments.On[fact]
}
