package faults

import "strconv"

// deal writes a deal with its instalments and payments, and returns its key. The days of instalments follow the contract.
func (s *seller) deal(customer string, product int, signed, undone day, amount int64, parts int, owner string) string {
	key := s.id(inDeals, "HT")
	s.rows.line(inDeals).put(key, customer, s.c.products[product].key).day(signed).fen(amount).put(owner).day(undone).end()
	m := s.c.monthOf(signed)
	d := s.dice(ofPaying, s.numbers[inDeals])
	if undone == none && m >= 0 && m < monthCount {
		s.signed[m] += amount
		s.cases(customer, product, signed, owner)
		s.satisfied(customer, signed, owner)
	}
	bare := d.chance(s.k[kNoInstalments])
	habit := 3 * d.normal()
	twice := d.chance(s.k[kOverpaid])
	for part := range parts {
		share := amount / int64(parts)
		due := signed + 30
		if parts > 1 {
			due = signed + day(10+45*part)
		}
		if part == parts-1 {
			share = amount - share*int64(parts-1)
		}
		delay, never := day(s.k[kPayDelay]+habit+8*d.normal()), d.chance(s.k[kUnpaid])
		if undone != none {
			continue
		}
		if !bare {
			s.key(inInstalments, "FQ").put(key).day(due).fen(share).end()
		}
		paid := s.c.working(max(due+delay, signed+1))
		if never || paid > s.c.end() {
			if due <= s.c.end()+60 {
				s.unpaid += share
			}
			continue
		}
		s.payments = append(s.payments, payment{key, paid, share})
		if twice && part == 0 {
			again := s.c.working(paid + 1)
			s.payments = append(s.payments, payment{key, min(again, s.c.end()), amount})
		}
	}
	return key
}

// giantOrders are orders of a customer on whom the unit depends.
func (s *seller) giantOrders(i int) {
	for _, g := range s.c.giants[i] {
		key := s.id(inDeals, "HT")
		s.rows.line(inDeals).put(key, g.customer, s.c.products[0].key).day(g.signed).fen(g.amount).put(s.p.key).day(none).end()
		s.key(inInstalments, "FQ").put(key).day(g.due).fen(g.amount).end()
		if m := s.c.monthOf(g.signed); m < monthCount {
			s.signed[m] += g.amount
		}
		if g.paid && g.due <= s.c.end() {
			s.payments = append(s.payments, payment{key, g.due, g.amount})
		}
	}
}

// cases are what service has to do after a deal.
func (s *seller) cases(customer string, product int, signed day, owner string) {
	d := s.dice(ofService, s.numbers[inDeals])
	complaint, other := d.chance(s.c.products[product].complaints), d.chance(0.12)
	for n, is := range [2]bool{complaint, other} {
		kind := "complaint"
		if n == 1 {
			kind = []string{"question", "repair", "return"}[d.pick([]float64{5, 4, 1})]
		}
		opened := s.c.working(signed + day(d.between(5, 90))).at(d.span(9, 17))
		slow, hours, late, closing := d.chance(s.k[kSlowAnswer]), d.span(0.3, 20), d.span(28, 120), d.span(4, 90)
		if slow {
			hours = late
		}
		answered, closed := opened.later(hours), opened.later(hours+closing)
		last := s.c.end().at(20)
		if !is || opened > last {
			continue
		}
		if answered > last {
			answered = noMinute
		}
		if closed > last {
			closed = noMinute
		}
		s.key(inService, "FW").put(customer, s.c.products[product].key, kind, owner).time(opened, answered, closed).end()
	}
}

// satisfied is what some customers answer after a deal.
func (s *seller) satisfied(customer string, signed day, owner string) {
	d := s.dice(ofSatisfaction, s.numbers[inDeals])
	on := s.c.working(signed + day(d.between(20, 50)))
	asked, mood, loyal := d.chance(0.15), d.normal(), d.chance(0.2)
	if !asked || on > s.c.end() {
		return
	}
	score := max(1, min(5, int(s.k[kCSAT]+0.7*mood+0.5)))
	s.rows.line(inSatisfaction).put(customer).day(on).put("csat").number(score).put(owner).end()
	if loyal {
		s.rows.line(inSatisfaction).put(customer).day(on).put("nps").number(max(0, min(10, int(8.2+1.6*mood)))).put(owner).end()
	}
}

// followUps are talks about opportunities of the time.
func (s *seller) followUps() {
	silent := map[int]bool{}
	for _, m := range s.c.silent[s.p.team] {
		silent[m] = true
	}
	for m := s.p.fromMonth; m <= s.p.toMonth && len(s.open) > 0; m++ {
		d := s.dice(ofFollowUps, m)
		rate := s.k[kActivity] * (0.5 + 0.5*s.c.months[m].season)
		if m >= monthCount-6 {
			rate *= s.k[kActivityLately]
		}
		if silent[m] {
			continue
		}
		last := 0
		for last < len(s.open)-1 && s.openFrom[last+1] <= m {
			last++
		}
		for range d.count(rate) {
			about := s.open[max(0, last-d.between(0, 4))]
			on := s.c.working(s.c.months[m].first + day(d.between(0, 29)))
			kind := []string{"call", "visit", "wechat", "meeting"}[d.pick([]float64{4, 2, 3, 1})]
			text := talks[d.between(0, len(talks)-1)]
			if on > s.c.months[m].last || !s.c.active(s.p, on) {
				continue
			}
			s.key(inFollowUps, "GJ").put(about, s.p.key, kind, text).day(on).end()
		}
	}
}

// trained are days of training, some of them each quarter.
func (s *seller) trained() {
	for quarter := s.p.fromMonth / 3; quarter <= s.p.toMonth/3; quarter++ {
		d := s.dice(ofTraining, quarter)
		on := s.c.working(s.c.months[quarter*3].first + day(d.between(0, 80)))
		hours := s.k[kTraining] / 4 * d.spread(0.2)
		if !s.c.active(s.p, on) || on > s.c.end() || hours < 0.25 {
			continue
		}
		s.rows.line(inTraining).put(s.p.key).day(on).put(strconv.FormatFloat(float64(int(hours*2+0.5))/2, 'f', 1, 64)).put(topics[d.between(0, len(topics)-1)]).end()
	}
}
