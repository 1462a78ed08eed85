package demo

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/org"
)

// sellMonth takes in what is due, gives back what is, and lets everybody sell what their month is to be.
func (c *company) sellMonth(i int) {
	c.collect(i)
	c.refund(i)
	for _, exactly := range []bool{false, true} { // who must hit a mark comes last, so that no shared deal moves them
		for _, p := range c.people {
			if p.month.active && p.month.exact == exactly && !p.month.refund {
				c.sell(p, i)
			}
		}
	}
}

// pay notes a payment of this month.
func (c *company) pay(k *contract, on calendar.Date, amount int64) {
	k.paid += amount
	c.paid = append(c.paid, receipt{contract: k, on: on, amount: amount})
	for n, part := range k.parts(amount) {
		k.sellers[n].person.month.credited += part
	}
}

// later makes an instalment due in a month, which may be after the story's end.
func (c *company) later(i int, r receipt) {
	if i < len(c.due) {
		c.due[i] = append(c.due[i], r)
	}
}

// collect takes in the instalments due. One that would bring its seller too far beyond what the month is to be comes a month later:
// customers do pay late.
func (c *company) collect(i int) {
	for _, r := range c.due[i] {
		on, ok := c.year.pick(c.dice.sales, c.monthDays(i).Intersect(calendar.Interval{From: r.contract.signed, To: calendar.Forever}))
		if !ok || c.tooMuch(r) {
			c.later(i+1, r)
			continue
		}
		c.pay(r.contract, on, r.amount)
	}
}

func (c *company) tooMuch(r receipt) bool {
	parts := r.contract.parts(r.amount)
	for n, s := range r.contract.sellers {
		stand := &s.person.month
		limit := stand.desired
		if !stand.exact && !stand.refund {
			limit = limit * 105 / 100
		}
		if stand.active && stand.credited+parts[n] > limit {
			return true
		}
	}
	return false
}

// refund gives a part of some older contracts back.
func (c *company) refund(i int) {
	for range c.dice.sales.between(1, 3) {
		if len(c.deals) == 0 {
			return
		}
		recent := c.deals[max(0, len(c.deals)-900):]
		k := one(c.dice.sales, recent)
		special := slices.ContainsFunc(k.sellers, func(s share) bool {
			return !s.person.month.active || s.person.month.exact || s.person.month.refund || s.person.month.level == org.LevelNewcomer
		})
		amount := k.paid * c.dice.sales.between(100, 350) / permille / (100 * fen) * (100 * fen)
		if on, ok := c.year.pick(c.dice.sales, c.monthDays(i)); ok && !special && amount > 0 && amount <= 30_000*fen {
			c.pay(k, on, -amount)
		}
	}
}

// Sizes of deals and the greatest number that one person signs in a month.
const (
	dealFenMin    = 6_000 * fen
	dealsMonthMax = 60
	balanceFenMax = 60_000 * fen
)

// sell signs deals until the person's month is what it is to be.
func (c *company) sell(p *person, i int) {
	for range dealsMonthMax {
		rest := p.month.desired - p.month.credited
		if rest <= 0 || (rest < dealFenMin && !p.month.exact) {
			return
		}
		var ok bool
		if p.month.exact && rest <= balanceFenMax {
			ok = c.sign(p, i, c.offer(p, rest), []int64{permille}, []share{{p, fullShare}}, rest)
		} else {
			ok = c.deal(p, i, rest)
		}
		if !ok {
			return
		}
	}
}

// offer chooses a product: dear ones for those who sell most, cheap ones for small sums and newcomers.
func (c *company) offer(p *person, rest int64) product {
	category := "B"
	at := c.dice.sales.between(1, 100)
	switch {
	case p.month.best:
		category = "A"
	case rest < 12_000*fen || at <= 25:
		category = "C"
	case at >= 72 && rest > 50_000*fen && p.month.level != org.LevelNewcomer:
		category = "A"
	}
	var fitting []product
	for _, p := range products {
		if p.category == category {
			fitting = append(fitting, p)
		}
	}
	return one(c.dice.sales, fitting)
}

// instalments are the ways in which a price is paid, permille; the first part is paid in the month of signing.
var instalments = map[string][][]int64{
	"A": {{300, 400, 300}, {300, 600, 100}, {500, 500}, {400, 300, 300}, {permille}},
	"B": {{permille}, {500, 500}, {400, 600}, {700, 300}},
	"C": {{permille}},
}

// deal signs one deal, with its own size or what the month still lacks.
func (c *company) deal(p *person, i int, rest int64) bool {
	d := c.dice.sales
	offered := c.offer(p, rest)
	plan := one(d, instalments[offered.category])
	sellers := []share{{p, fullShare}}
	if !p.month.exact {
		sellers = c.split(p)
	}
	amount := d.between(offered.low, offered.high)
	if p.month.level == org.LevelNewcomer {
		amount /= 2
	}
	most := rest / fen * permille / plan[0] * fullShare / sellers[0].basisPoints
	amount = max(min(amount, most)/100*100, dealFenMin/fen/2)
	if p.month.exact && amount > most {
		return c.sign(p, i, offered, []int64{permille}, []share{{p, fullShare}}, rest)
	}
	return c.sign(p, i, offered, plan, sellers, amount*fen)
}

// split chooses who shares a deal: most have one seller, some two or three of one team.
func (c *company) split(p *person) []share {
	d := c.dice.sales
	at := d.between(1, 100)
	if at > 24 {
		return []share{{p, fullShare}}
	}
	var partners []*person
	for _, other := range c.people {
		if m := &other.month; other != p && m.active && m.whole && !m.exact && !m.refund && m.team == p.month.team &&
			m.level != org.LevelManager && m.credited < m.desired {
			partners = append(partners, other)
		}
	}
	if len(partners) < 2 {
		return []share{{p, fullShare}}
	}
	first := d.IntN(len(partners))
	second := partners[(first+1)%len(partners)]
	switch {
	case at <= 2:
		return []share{{p, 3334}, {partners[first], 3333}, {second, 3333}}
	case at <= 4:
		return []share{{p, 5000}, {partners[first], 3000}, {second, 2000}}
	}
	own := one(d, []int64{7000, 6000, 5000, 8000, 7000})
	return []share{{p, own}, {partners[first], fullShare - own}}
}

// sign makes the contract and takes in its first part. It reports false when there is no day for it.
func (c *company) sign(p *person, i int, sold product, plan []int64, sellers []share, amount int64) bool {
	d := c.dice.sales
	signed, ok := c.year.pick(d, p.month.days)
	if !ok {
		return false
	}
	buyer := c.buyer(p)
	if buyer == nil {
		return false
	}
	k := &contract{customer: buyer, product: sold, signed: signed, amount: amount, sellers: sellers}
	c.signed = append(c.signed, k)
	left := amount
	for n, part := range plan {
		paid := amount * part / permille / fen * fen
		if n == len(plan)-1 {
			paid = left
		}
		left -= paid
		if n > 0 {
			c.later(i+n+int(d.between(0, 1)), receipt{contract: k, on: calendar.NoDate, amount: paid})
			continue
		}
		on := min(c.year.work.AddWorkDays(signed, int(d.between(0, 6))), p.month.days.To-1)
		if c.year.weight(on) == 0 {
			on = signed
		}
		c.pay(k, on, paid)
	}
	return true
}

// buyer is a customer of the seller's own book, or one of the team's who bought nothing yet and is the seller's from now on.
func (c *company) buyer(p *person) *customer {
	t := c.teams[p.month.team]
	if len(p.book) == 0 && len(t.fresh) == 0 {
		c.borrow(p)
	}
	if len(t.fresh) == 0 || (len(p.book) > 0 && c.dice.sales.chance(min(900, 350+25*int64(len(p.book))))) {
		if len(p.book) == 0 {
			return nil
		}
		return one(c.dice.sales, p.book)
	}
	n := c.dice.sales.IntN(len(t.fresh))
	found := t.fresh[n]
	t.fresh = slices.Delete(t.fresh, n, n+1)
	p.book = append(p.book, found)
	return found
}

// borrow gives a seller without customers a third of the longest book of the team.
func (c *company) borrow(p *person) {
	longest := p
	for _, other := range c.people {
		if other.month.active && other.month.team == p.month.team && len(other.book) > len(longest.book) {
			longest = other
		}
	}
	rest := len(longest.book) - len(longest.book)/3
	p.book = append(p.book, longest.book[rest:]...)
	longest.book = longest.book[:rest]
}
