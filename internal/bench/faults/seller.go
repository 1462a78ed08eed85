package faults

import (
	"math"
	"strconv"
)

// seller is one person's two years while they are made: what is written is gathered in rows, what others need of it is in the sums.
type seller struct {
	c    *company
	p    *person
	t    *team
	k    *[knobs]float64
	rows *rows

	customers []client
	payments  []payment
	numbers   [sheets]int // of keys
	open      []string    // opportunities that follow-ups are about, with their months
	openFrom  []int

	signed, collected, quota [monthCount]int64
	unpaid                   int64 // on the day of the export
}

// client is a customer whom a seller won or has taken over.
type client struct {
	key     string
	serial  int
	met     day
	since   day // bought first; none
	lost    day // none
	size    float64
	rate    float64 // orders a month
	fixed   string  // owner, when the seller has none of it
	held    bool
	dropped day // went to the pool
	claimed bool
}

type payment struct {
	deal   string
	on     day
	amount int64
}

// giantDeal is an order of a customer who is too large for its unit.
type giantDeal struct {
	customer string
	signed   day
	due      day
	amount   int64
	paid     bool
}

// perPerson is how many keys of a sheet a person has room for.
const perPerson = 10_000

// The usual numbers of a seller.
const (
	opportunitiesMonthly = 2.5
	leadsMonthly         = 2.0
	oldBuyers            = 16
	ordersMonthly        = 0.2 // of a buyer
	winChance            = 0.35
)

// sell lives the two years of a person.
func (c *company) sell(i int, r *rows) *seller {
	p := &c.people[i]
	s := &seller{c: c, p: p, t: &c.teams[p.team], k: &c.teams[p.team].k, rows: r}
	s.inherit()
	s.leads()
	for m := p.fromMonth; m <= p.toMonth; m++ {
		s.opportunities(m)
	}
	s.orders()
	s.giantOrders(i)
	s.quotas()
	s.game()
	s.pay()
	s.ledger()
	s.hoard()
	s.followUps()
	s.trained()
	for _, paid := range s.payments {
		s.key(inPayments, "HK").put(paid.deal).day(paid.on).fen(paid.amount).end()
	}
	return s
}

// dice is the stream of a matter of this person.
func (s *seller) dice(of uint64, parts ...int) dice {
	d := newDice(s.c.seed, of, s.p.id)
	for _, part := range parts {
		d.state = d.next() ^ uint64(part+1)*0x9e3779b97f4a7c15
	}
	return d
}

// id is the next key of a sheet.
func (s *seller) id(of sheet, prefix string) string {
	s.numbers[of]++
	return prefix + strconv.Itoa(int(s.p.id)*perPerson+s.numbers[of]+1_000_000_000)
}

// key begins a row with the next key of its sheet.
func (s *seller) key(of sheet, prefix string) *line {
	return s.rows.line(of).put(s.id(of, prefix))
}

// whose is who looks after something on a day: the seller, or the leader once the seller is gone.
func (s *seller) whose(on day) string {
	if s.c.active(s.p, on) {
		return s.p.key
	}
	return s.c.people[s.t.leader].key
}

// inherit gives the customers that were there before.
func (s *seller) inherit() {
	d := s.dice(ofCustomers)
	for range oldBuyers {
		met := s.c.start() - day(d.between(30, 1200))
		if met < s.p.hired-1500 {
			met = s.p.hired - 300
		}
		at := s.meet(met, d.spread(0.45))
		s.customers[at].since = s.c.working(met + day(d.between(10, 29)))
		s.customers[at].rate = ordersMonthly * d.spread(0.35)
	}
}

// meet makes a customer.
func (s *seller) meet(on day, size float64) int {
	at := len(s.customers)
	serial := int(s.p.id)*200 + at
	s.customers = append(s.customers, client{key: "KH" + strconv.Itoa(100_000_000+serial), serial: serial, met: on, since: none, lost: none, dropped: none, size: size, held: true})
	return at
}

func (s *seller) leads() {
	for m := s.p.fromMonth; m <= s.p.toMonth; m++ {
		month := s.c.months[m]
		d := s.dice(ofLeads, m)
		for range d.count(leadsMonthly * month.season) {
			from := &s.c.sources[s.source(&d, false)]
			created := s.c.working(month.first + day(d.between(0, 27)))
			quality, late, wait, judged := d.share(), d.share(), d.between(2, 9), d.share()
			never := d.chance(0.2)
			first := created
			if late < s.k[kFirstSlow] {
				if first += day(wait); never {
					first = none
				}
			} else if late > 0.6 {
				first = created + 1
			}
			if !s.c.active(s.p, created) || first > s.c.end() || created > s.c.end() {
				continue
			}
			status := "new"
			switch {
			case first == none:
			case judged > 0.8:
				status = "contacted"
			case quality < from.quality:
				status = "qualified"
			default:
				status = "invalid"
			}
			serial := int(s.p.id)*200 + 150 + s.numbers[inLeads]%50
			s.key(inLeads, "XS").put(cities[d.between(0, len(cities)-1)]+brand(serial)+"公司", personName(d), from.word, s.p.key, status).day(created, first).end()
		}
	}
}

// source draws where something comes from; existing customers bring opportunities, no leads.
func (s *seller) source(d *dice, existing bool) int {
	weights := make([]float64, 0, 8)
	for _, from := range s.c.sources {
		if weight := from.weight; existing || from.word != "existing" {
			weights = append(weights, weight)
		}
	}
	return d.pick(weights)
}

// orders are what buyers buy again, month by month, until they are lost.
func (s *seller) orders() {
	for at := range s.customers {
		b := &s.customers[at]
		if b.since == none {
			continue
		}
		losing := s.dice(ofLosses, at)
		for m := max(s.p.fromMonth, s.c.monthOf(b.since)); m <= s.p.toMonth; m++ {
			rate := s.k[kLoss]
			if m >= monthCount-6 {
				rate *= s.k[kLossLately]
			}
			if losing.chance(min(0.6, rate)) && m > s.c.monthOf(b.since)+1 {
				b.lost = s.c.months[m].first + day(losing.between(2, 26))
				break
			}
			md := s.dice(ofOrders, at, m)
			for range md.count(b.rate * s.k[kWork] * s.c.ramped(s.p, m) * math.Sqrt(s.c.months[m].season)) {
				s.order(b, m, &md)
			}
		}
	}
}

// order is one order of a buyer.
func (s *seller) order(b *client, m int, d *dice) {
	signed := s.c.working(s.c.months[m].first + day(d.between(0, 30)))
	product := d.pick(s.t.mix)
	amount := s.price(product, b.size*0.6*d.spread(0.35))
	moved, cancelled, within := d.share(), d.share(), d.between(6, 28)
	gaming := s.dice(ofGaming, b.serial, m, s.numbers[inDeals])
	undone := none
	switch {
	case moved < s.k[kEndLoading]:
		signed = s.c.lately(m, &gaming, 3)
	case cancelled < s.k[kCancel]:
		if late := s.c.lately(m, &gaming, 3); late+day(within) <= s.c.end() {
			signed, undone = late, late+day(within)
		}
	case cancelled > 0.996 && signed+day(within) <= s.c.end():
		undone = signed + day(within)
	}
	if signed > s.c.end() || !s.c.active(s.p, signed) || signed < b.since {
		return
	}
	s.deal(b.key, product, signed, undone, amount, 1, s.p.key)
}

// price is what a product costs a customer, in fen of whole hundred yuan.
func (s *seller) price(product int, times float64) int64 {
	yuan := s.c.products[product].price * times * s.p.skill * s.star()
	return max(5, int64(yuan/100)) * 100 * 100
}

// star is how much more one person sells than the team allows others.
func (s *seller) star() float64 {
	if times, ok := s.c.stars[int(s.p.id)]; ok {
		return times
	}
	return 1
}
