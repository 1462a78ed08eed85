package engine

import (
	"slices"

	"xiaoguan/internal/plan"
)

// personCredit is a credit with its person.
type personCredit struct {
	credit
	person int32
}

// general makes the credits of the streams without a fast path and files them among the others.
func (g *grouper) general() {
	var made []personCredit
	for i := range g.creditors {
		c := creditor{program: g.program, creditorProgram: &g.creditors[i]}
		made = c.all(g, made)
		g.problems = append(g.problems, distinct(c.problems)...)
	}
	if len(made) == 0 {
		return
	}
	g.inOrder = false
	slices.SortStableFunc(made, func(a, b personCredit) int { return int(a.person) - int(b.person) })
	if len(made)+len(g.credits) > most32 {
		g.problems = append(g.problems, trouble("payments", "", problemTooMany, nil))
		return
	}
	all := make([]credit, 0, len(made)+len(g.credits))
	from := make([]int32, len(g.from))
	next := 0
	for person := range len(g.from) - 1 {
		from[person] = int32(len(all))
		all = append(all, g.of(int32(person))...)
		for ; next < len(made) && int(made[next].person) == person; next++ {
			all = append(all, made[next].credit)
		}
	}
	from[len(from)-1] = int32(len(all))
	g.credits, g.from = all, from
}

// all credits every fact of the creditor's event in the kept window.
func (c *creditor) all(g *grouper, made []personCredit) []personCredit {
	amounts := c.amounts(g)
	each := func(fact creditedFact) {
		if fact.on > c.last || fact.on < c.keepFrom || uint32(fact.deal) >= uint32(len(c.facts.Deals)) {
			return
		}
		place := int16(0)
		money := amounts.partsOf(fact)
		c.credit(fact, func(rule int, s share) {
			stream, at := c.feeds[rule], unitsPlace{fact.row, c.feeds[rule], place}
			place++
			var amount int64
			if len(money) > 0 {
				amount, money = money[0], money[1:]
			}
			if stream < 0 {
				return
			}
			if !g.wanted[s.person] {
				g.sold[s.person] = g.sold[s.person] || fact.on >= c.first
				return
			}
			part, ok := c.counts(&fact, s.part)
			switch {
			case !ok:
				return
			case amounts != nil:
				g.amounts[at], ok = c.converted(g, &fact, at, amount)
			case c.value != plan.CreditsSumUnits:
				part, ok = c.converted(g, &fact, at, part)
			}
			if ok {
				made = append(made, personCredit{credit{part: part, deal: fact.deal, fact: fact.row, on: fact.on, event: stream, share: at.share}, s.person})
			}
		})
	}
	source := c.facts.rowsOf(c.event.Fact)
	if source == nil {
		for i := range c.facts.Deals {
			deal := &c.facts.Deals[i]
			each(creditedFact{row: int32(i), deal: int32(i), on: deal.SignedOn, amount: deal.AmountFen})
		}
		return made
	}
	for i := range source.Len() {
		each(creditedFact{row: int32(i), deal: source.Deal[i], on: source.On[i], amount: source.AmountFen[i]})
	}
	return made
}

// amounts credits the money of the same facts, for selections of units that bound it; nil when there is none. A fact's credits come in the
// same sequence whatever is counted of it.
func (c *creditor) amounts(g *grouper) *creditor {
	asks := func(s selection) bool { return s.ofUnits && c.event.ID == g.events[s.event].id }
	if c.value != plan.CreditsSumUnits || !slices.ContainsFunc(g.selections, asks) {
		return nil
	}
	if g.amounts == nil {
		g.amounts = map[unitsPlace]int64{}
	}
	program := *c.creditorProgram
	program.value = plan.CreditsSumAmount
	return &creditor{program: c.program, creditorProgram: &program}
}

// partsOf lists the parts of a fact, one for each call of credit.
func (c *creditor) partsOf(fact creditedFact) (parts []int64) {
	if c == nil {
		return nil
	}
	c.credit(fact, func(_ int, s share) { parts = append(parts, s.part) })
	return parts
}
