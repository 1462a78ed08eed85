package faults

import "math"

// try sells for a person without writing it down, to know what a unit sells.
func (c *company) try(i int) *seller { return c.sell(i, &rows{w: c.window}) }

// plantNoise makes incentives that hardly know what was collected.
func plantNoise(c *company, at site, by float64) {
	c.sums()
	count, sum := 0.0, 0.0
	for i := range c.people {
		if p := &c.people[i]; p.level != manager && int(p.id)%max(1, len(c.people)/60) == 0 {
			for m, s := p.fromMonth, c.try(i); m <= p.toMonth; m++ {
				sum += float64(s.collected[m])
				count++
			}
		}
	}
	c.mean = sum / max(1, count)
	left := max(0, 0.95-by) // of the correlation
	own := left * 0.6 / math.Sqrt(1-left*left) / 0.8
	for _, t := range at.teams {
		c.teams[t].k[kPayNoise] = max(0.01, 1-own)
	}
}

// crowd are the sellers of a place who are there from the first month to the last.
func (c *company) crowd(teams []int) (all []int) {
	for _, t := range teams {
		for _, i := range c.teams[t].people {
			if p := &c.people[i]; p.left == none && p.hired < c.start() {
				all = append(all, i)
			}
		}
	}
	return all
}

// giantKey is the customer whom a whole unit depends on.
const giantKey = "KH999999999"

// plantGiant gives a place a customer with a share of what it signed in the last year. Its orders go to everybody in turn, so that nobody stands out, and
// it pays in time.
func plantGiant(c *company, at site, by float64) {
	signed := int64(0)
	for _, t := range at.teams {
		for _, i := range c.teams[t].people {
			s := c.try(i)
			for m := monthCount - 12; m < monthCount; m++ {
				signed += s.signed[m]
			}
		}
	}
	crowd := c.crowd(at.teams)
	yearly := float64(signed) * by / (1 - by)
	orders := max(24, (len(crowd)+11)/12*12*2)
	d := newDice(c.seed, ofGiant)
	for n := range orders * 2 {
		m := n * monthCount / (orders * 2)
		signed := c.working(c.months[m].first + day(d.between(0, 24)))
		amount := int64(yearly/float64(orders)*d.span(0.9, 1.1)/10000) * 10000
		who := crowd[n%len(crowd)]
		c.giants[who] = append(c.giants[who], giantDeal{giantKey, signed, c.working(signed + 10), max(10000, amount), true})
	}
}

// plantDebtor gives a place a customer who owes a share of all that is owed: orders of the last months, due lately and not paid.
func plantDebtor(c *company, at site, by float64) {
	unpaid := int64(0)
	for _, t := range at.teams {
		for _, i := range c.teams[t].people {
			unpaid += c.try(i).unpaid
		}
	}
	crowd := c.crowd(at.teams)
	d := newDice(c.seed, ofGiant)
	owes := float64(unpaid) * by / (1 - by)
	orders := max(8, min(60, len(crowd)))
	for n := range orders {
		signed := c.working(c.end() - day(d.between(60, 85)))
		amount := int64(owes/float64(orders)*d.span(0.9, 1.1)/10000) * 10000
		who := crowd[n%len(crowd)]
		c.giants[who] = append(c.giants[who], giantDeal{giantKey, signed, c.working(c.end() - day(d.between(15, 50))), max(10000, amount), false})
	}
}
