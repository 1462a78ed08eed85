package engine

import (
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// credit is one seller's part of one payment or deal.
type credit struct {
	part  int64
	deal  int32
	fact  int32 // row of Facts.Payments, or of Facts.Deals
	on    calendar.Date
	event int16 // of program.events
	share int16 // place in the deal's shares
}

// grouping holds the credits of the kept window by person, in the order of the facts, and what was gathered while reading the rest.
type grouping struct {
	deals        []dealRow
	products     []int32 // by deal, None when it has none
	credits      []credit
	from         []int32         // by person, one more than persons
	firstPayment []calendar.Date // by customer, Forever when there is none; nil when no selection asks
	stream       []cell          // by person and stream
	streamCount  int
	amounts      map[unitsPlace]int64         // the money credited with units, where a selection of units asks
	foreign      map[unitsPlace]foreignCredit // credits of facts in other currencies
	inOrder      bool                         // rows are in the order of keys, in every event
	sold         []bool                       // persons with a credit in the period whose credits are not read
}

func (g *grouping) of(person int32) []credit { return g.credits[g.from[person]:g.from[person+1]] }

// unitsPlace names a credit of units.
type unitsPlace struct {
	fact         int32
	event, share int16
}

// rows is the facts of one kind as columns.
type rows struct {
	kind   plan.FactKind
	deal   []int32 // nil: the row is the deal
	on     []calendar.Date
	amount []int64
	events []int16 // that are made of these rows
}

func (r *rows) dealOf(i int) int32 {
	if r.deal == nil {
		return int32(i)
	}
	return r.deal[i]
}

// grouper makes a grouping in two passes over the facts: the first counts each person's credits, the second puts them in their places.
type grouper struct {
	*program
	*grouping
	wanted, streamed []bool // by person
	sources          []rows
	problems         []problem
}

// group reads payments and deals. It is a counting sort by person, stable, on all processors; its result does not depend on how many.
func group(p *program, wanted, streamed []bool) (grouping, []problem) {
	g := &grouper{program: p, grouping: &grouping{inOrder: true, streamCount: len(p.streams)}, wanted: wanted, streamed: streamed}
	split := false
	for _, e := range p.events {
		split = split || !e.full || e.creditor != None
	}
	if g.deals, g.products, g.problems = readDeals(p.facts, split); len(g.problems) > 0 {
		return *g.grouping, g.problems
	}
	g.openSources()
	people := len(p.facts.Persons)
	g.from, g.sold = make([]int32, people+1), make([]bool, people)
	if p.asksFirstPayment() {
		g.firstPayment = fullOf(len(p.facts.Customers))
	}
	counts := make([][][]int32, len(g.sources))
	for i := range g.sources {
		counts[i] = g.count(&g.sources[i])
	}
	if len(g.problems) > 0 {
		return *g.grouping, g.problems
	}
	if totals, ok := g.place(counts); ok {
		g.fill(counts, totals)
		g.general()
	}
	return *g.grouping, g.problems
}

func fullOf(n int) []calendar.Date {
	dates := make([]calendar.Date, n)
	for i := range dates {
		dates[i] = calendar.Forever
	}
	return dates
}

func (p *program) asksFirstPayment() bool {
	for i := range p.selections {
		if len(p.selections[i].months) > 0 || p.selections[i].isNew {
			return true
		}
	}
	return false
}

// openSources lays out the facts that events are made of. Payments are read as well when customers' first payments are asked.
func (g *grouper) openSources() {
	pay := &g.facts.Payments
	payments := rows{kind: plan.FactPayment, deal: pay.Deal, on: pay.On, amount: pay.AmountFen}
	deals := rows{kind: plan.FactDeal}
	for i, e := range g.events {
		if e.creditor != None {
			continue
		}
		if e.fact == plan.FactPayment {
			payments.events = append(payments.events, int16(i))
		} else {
			deals.events = append(deals.events, int16(i))
		}
	}
	if len(payments.events) > 0 || g.asksFirstPayment() {
		g.sources = append(g.sources, payments)
	}
	if len(deals.events) > 0 {
		for i := range g.facts.Deals {
			deals.on, deals.amount = append(deals.on, g.facts.Deals[i].SignedOn), append(deals.amount, g.facts.Deals[i].AmountFen)
		}
		g.inOrder = false // deals are ordered by their keys, which are texts
		g.sources = append(g.sources, deals)
	}
}

// counter is what one processor finds in the first pass.
type counter struct {
	counts       []int32
	sold         []bool
	firstPayment []calendar.Date
	ordered      bool
	problems     []problem
}

// count counts the credits of each person in the kept window, by processor, and finds customers' first payments.
func (g *grouper) count(r *rows) [][]int32 {
	n := len(r.on)
	found := make([]counter, processors(n))
	spread(len(found), n, func(w, from, to int) {
		c := &found[w]
		c.counts, c.sold, c.ordered = make([]int32, len(g.facts.Persons)), make([]bool, len(g.facts.Persons)), true
		if r.kind == plan.FactPayment && g.firstPayment != nil {
			c.firstPayment = fullOf(len(g.firstPayment))
		}
		if r.kind == plan.FactPayment {
			order := g.facts.Payments.Order
			for i := max(from, 1); i < to; i++ {
				if order[i-1] >= order[i] {
					c.ordered = false
					break
				}
			}
		}
		g.countRows(r, c, from, to)
	})
	counts := make([][]int32, len(found))
	for w := range found {
		c := &found[w]
		counts[w] = c.counts
		g.inOrder = g.inOrder && c.ordered
		g.problems = append(g.problems, c.problems...)
		for i, first := range c.firstPayment {
			g.firstPayment[i] = min(g.firstPayment[i], first)
		}
		for i, sold := range c.sold {
			g.sold[i] = g.sold[i] || sold
		}
	}
	return counts
}

func (g *grouper) countRows(r *rows, c *counter, from, to int) {
	var near nearDeals
	for start := from; start < to; start += nearRows {
		deals := near.fetch(g.deals, r, start, min(start+nearRows, to))
		for k := range deals {
			g.countRow(r, c, start+k, &deals[k])
		}
	}
}

func (g *grouper) countRow(r *rows, c *counter, i int, deal *dealRow) {
	on := r.on[i]
	if on > g.last {
		return
	}
	d := r.dealOf(i)
	if uint32(d) >= uint32(len(g.deals)) {
		c.problems = append(c.problems, trouble(fmt.Sprintf("payments[%d]", i), fmt.Sprint(d), problemReference, errs.Args{"What": "deal"}))
		return
	}
	if c.firstPayment != nil && deal.customer != None && r.amount[i] > 0 && on < c.firstPayment[deal.customer] {
		c.firstPayment[deal.customer] = on
	}
	if on < g.keepFrom || deal.first == None {
		return
	}
	g.mark(c, deal.first, on)
	if deal.second != None {
		g.mark(c, deal.second, on)
	}
	if deal.more {
		full := &g.facts.Deals[d]
		for _, s := range g.facts.Shares[full.ShareFrom+2 : full.ShareTo] {
			g.mark(c, s.Person, on)
		}
	}
}

// mark counts one credit of the kept window.
func (g *grouper) mark(c *counter, person int32, on calendar.Date) {
	if g.wanted[person] {
		c.counts[person]++
	} else if on >= g.first {
		c.sold[person] = true
	}
}

// place turns the counts of each source into first places, by person, then source, then event, then processor; it returns how many
// places one event of a source takes for each person. It is false when there are too many credits.
func (g *grouper) place(counts [][][]int32) (totals [][]int32, ok bool) {
	people := len(g.facts.Persons)
	totals = make([][]int32, len(g.sources))
	for s := range g.sources {
		totals[s] = make([]int32, people)
	}
	next := int64(0)
	for person := range people {
		g.from[person] = int32(next)
		for s := range g.sources {
			start := next
			for w := range counts[s] {
				n := counts[s][w][person]
				counts[s][w][person] = int32(next)
				next += int64(n)
			}
			total := next - start
			totals[s][person] = int32(total)
			next = start + total*int64(len(g.sources[s].events))
		}
		if next > most32 {
			g.problems = append(g.problems, trouble("payments", fmt.Sprint(next), problemTooMany, errs.Args{"What": "credits"}))
			return nil, false
		}
	}
	g.from[people] = int32(next)
	g.credits = make([]credit, next)
	return totals, true
}

// factKey is the external key of a credit's payment or invoice; empty for credits of deals.
func (p *program) factKey(c *credit) string {
	source := p.facts.rowsOf(p.events[c.event].fact)
	if source == nil {
		return ""
	}
	return source.Key(c.fact)
}
