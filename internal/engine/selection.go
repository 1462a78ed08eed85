package engine

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/plan"
)

// selection is a set of credits that measures gather: of one event, in one window, matching all filters. Equal selections of all
// plans are one, so that a person's credits are read once for each.
type selection struct {
	signature   string
	event       int16
	also        uint64        // further events, a bit each
	from        calendar.Date // first day of the window; NoDate: from the first fact
	to          calendar.Date // first day after the window
	stream      int32         // index of program.streams, None when its credits are kept
	keep        bool          // a component goes through its credits
	unpaidLater bool          // credits after leaving do not count
	filters     []plan.Filter
	least, most int64         // bounds of the part, for units of the money
	products    []bool        // by product + 1; nil: all
	months      []monthTest   // on the time since the customer's first payment
	customers   []bool        // by customer + 1; nil: all
	isNew       bool          // the customer's first payment lies in the window
	signed      []plan.Filter // on the months since the deal was signed
	deals       []Deal        // of the facts, when signed asks
	kept        bool          // refunds make no credit
	refunds     []int64       // amounts of payments, when refunds make no credit
	ofUnits     bool          // counts units, and bounds the money credited with them
	plain       bool          // all of the event's credits in the window match
	money       bool          // amounts are added up or looked at, so that other currencies must be converted
}

// cell is what a selection of one person comes to.
type cell struct {
	sum   wide
	count int64
	first calendar.Date // Forever when there is none
}

func (c *cell) join(o *cell) {
	c.sum.join(o.sum)
	c.count += o.count
	c.first = min(c.first, o.first)
}

func (c *compiler) selection(where string, source *plan.CreditsMeasure) int32 {
	s := selection{stream: None, filters: source.Where, unpaidLater: c.plan.unpaidLater}
	streams := c.streamsOf(where, source)
	s.event = streams[0]
	for _, stream := range streams[1:] {
		s.also |= 1 << stream
	}
	s.kept = c.plan.plan.Statements.Refund == plan.RefundKeptUntilClaw && c.events[s.event].fact == plan.FactPayment
	s.from, s.to = c.days(source.Window, source.Span)
	s.signature = s.sign()
	index := slices.IndexFunc(c.selections, func(other selection) bool { return other.signature == s.signature })
	if index < 0 {
		index, c.selections = len(c.selections), append(c.selections, s)
	}
	chosen := &c.selections[index]
	chosen.keep = chosen.keep || isDetailed(source.Value)
	chosen.money = chosen.money || source.Value == plan.CreditsSumAmount || source.Value == plan.CreditsSumMargin ||
		slices.ContainsFunc(source.Where, func(f plan.Filter) bool { return f.Field == plan.FieldAmount })
	return int32(index)
}

// sign writes what makes a selection, so that equal ones have equal texts.
func (s *selection) sign() string {
	var b strings.Builder
	write := func(text string) { b.WriteString(text); b.WriteByte(0) }
	write(string(rune(s.event)))
	write(strconv.FormatUint(s.also, 16))
	write(s.from.String())
	write(s.to.String())
	if s.unpaidLater {
		write("unpaid")
	}
	if s.kept {
		write("kept")
	}
	for _, f := range s.filters {
		write(string(f.Field))
		write(string(f.Comparison))
		write(f.Value.String())
		if f.Within {
			write("within")
		}
		for _, in := range f.In {
			write(in)
		}
		b.WriteByte(1)
	}
	return b.String()
}

// settleStreams decides which selections are gathered while reading: those over all time whose credits no component goes through.
// The others widen the window that is kept.
func (p *program) settleStreams() {
	for _, planned := range p.plans {
		for _, component := range planned.components {
			if component.selection != None {
				p.selections[component.selection].keep = true
			}
		}
	}
	for i := range p.selections {
		s := &p.selections[i]
		if s.from == calendar.NoDate && !s.keep && s.also == 0 && p.events[s.event].creditor == None {
			s.stream = int32(len(p.streams))
			p.streams = append(p.streams, int32(i))
		} else {
			p.keepFrom = min(p.keepFrom, s.from)
		}
	}
}

// prepare turns the filters into bounds and tables.
func (s *selection) prepare(p *program) {
	s.least, s.most = least64, most64
	for _, f := range s.filters {
		switch f.Field {
		case plan.FieldAmount:
			s.boundAmount(f)
			s.ofUnits = p.events[s.event].value == plan.CreditsSumUnits
		case plan.FieldCustomerMonthsActive:
			s.months = append(s.months, monthTests(p, f)...)
		case plan.FieldProduct, plan.FieldProductCategory:
			s.restrictProducts(p.facts, f)
		default:
			s.restrictFurther(p.facts, f)
		}
	}
	if s.kept {
		s.refunds = p.facts.Payments.AmountFen
	}
	s.plain = len(s.filters) == 0 && !s.kept
}

// boundAmount narrows the whole numbers that match.
func (s *selection) boundAmount(f plan.Filter) {
	floor, isWhole := floorOf(f.Value)
	up, down := floor, floor // the least number ≥ the value, the greatest ≤ it
	if !isWhole && up < most64 {
		up++
	}
	switch f.Comparison {
	case plan.AtLeast:
		s.least = max(s.least, up)
	case plan.Above:
		if floor == most64 {
			s.least, s.most = 1, 0
			return
		}
		s.least = max(s.least, floor+1)
	case plan.AtMost:
		s.most = min(s.most, down)
	case plan.Below:
		if up == least64 {
			s.least, s.most = 1, 0
			return
		}
		s.most = min(s.most, up-1)
	case plan.Equals:
		if !isWhole {
			s.least, s.most = 1, 0
			return
		}
		s.least, s.most = max(s.least, floor), min(s.most, floor)
	}
}

// floorOf returns the greatest whole number ≤ d, kept inside 64 bits, and whether it is d.
func floorOf(d decimal.Decimal) (floor int64, isWhole bool) {
	r := d.Rat()
	n, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	switch {
	case n.IsInt64():
		return n.Int64(), rest.Sign() == 0
	case n.Sign() < 0:
		return least64, false
	}
	return most64, false
}

// restrictProducts keeps the products whose key or category is listed.
func (s *selection) restrictProducts(f *Facts, filter plan.Filter) {
	if s.products == nil {
		s.products = make([]bool, len(f.Products)+1)
		for i := range s.products {
			s.products[i] = true
		}
	}
	for i := range s.products {
		s.products[i] = s.products[i] && filter.Lists(productField(f, int32(i)-1, filter.Field))
	}
}

// productField is the text of a product's field; a deal without product has empty ones.
func productField(f *Facts, product int32, field plan.Field) string {
	switch {
	case product == None:
		return ""
	case field == plan.FieldProduct:
		return f.Products[product].Key
	}
	return f.Products[product].Category
}

// matches reports whether the credit is one of the selection, for a person whose credits count before the day until.
func (s *selection) matches(g *grouping, c *credit, until calendar.Date) bool {
	if c.on < s.from || c.on >= until || !s.counts(c.event) {
		return false
	}
	if s.plain {
		return true
	}
	bounded := c.part
	if s.ofUnits {
		bounded = g.amounts[unitsPlace{c.fact, c.event, c.share}]
	}
	if bounded < s.least || bounded > s.most || (s.refunds != nil && s.refunds[c.fact] < 0) {
		return false
	}
	if s.products != nil && !s.products[g.products[c.deal]+1] {
		return false
	}
	for i := range s.months {
		if !s.months[i].matches(g, g.deals[c.deal].customer, c.on) {
			return false
		}
	}
	return s.customers == nil && !s.isNew && s.signed == nil || s.matchesFurther(g, c)
}

// counts reports whether the selection is of the event.
func (s *selection) counts(event int16) bool { return event == s.event || s.also>>uint(event)&1 != 0 }

// until is the first day from which a person's credits do not count: that after the window, or the first one no longer employed.
func (s *selection) until(p *Person) calendar.Date {
	if s.unpaidLater {
		return min(p.Left, s.to)
	}
	return s.to
}
