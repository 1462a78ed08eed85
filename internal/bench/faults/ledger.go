package faults

import "strconv"

// ledger writes the customers of a seller and what the ledger says of them.
func (s *seller) ledger() {
	for at := range s.customers {
		s.customer(&s.customers[at], at)
	}
}

// customer writes one customer, its record, a contact, and sometimes its double.
func (s *seller) customer(b *client, at int) {
	d := s.dice(ofLedger, at)
	tier, letter := tierOf(b)
	city, trade := cities[d.between(0, len(cities)-1)], trades[d.between(0, len(trades)-1)]
	name, code := city+brand(b.serial)+trade+"有限公司", creditCode(b.serial)
	s.file(b.key, name, code, letter, city, trade, b.serial, &d)
	s.rows.line(inContacts).put("LX"+b.key[2:], b.key, personName(d), []string{"decides", "advises", "uses", "buys"}[d.between(0, 3)], "13"+strconv.Itoa(100_000_000+b.serial%800_000_000)).end()
	owner := s.owner(b, at, tier)
	s.record(b, b.key, owner, tier, &d)
	twin := s.dice(ofDuplicates, at)
	if !twin.chance(s.k[kDuplicates]) {
		return
	}
	key := "KH" + strconv.Itoa(900_000_000+b.serial)
	double := city + brand(b.serial) + trade + "有限责任公司"
	if twin.chance(0.5) {
		double = city + " " + brand(b.serial) + trade + "有限公司"
	}
	if twin.chance(0.4) {
		code = ""
	}
	s.file(key, double, code, letter, city, trade, b.serial, &twin)
	copied := *b
	copied.since, copied.lost, copied.met = none, none, min(s.c.end(), b.met+day(twin.between(20, 200)))
	s.record(&copied, key, owner, tier, &twin)
}

// tierOf sorts a customer by what it can buy.
func tierOf(b *client) (int, string) {
	switch {
	case b.size > 1.75:
		return 0, "A"
	case b.size > 1.05:
		return 1, "B"
	}
	return 2, "C"
}

// file writes a customer with as many of its fields as the team cares to fill in.
func (s *seller) file(key, name, code, tier, city, trade string, serial int, d *dice) {
	fields := [6]string{trade, city, needs[d.between(0, len(needs)-1)], strconv.Itoa(d.between(2, 90)) + "0000", personName(*d), city + "市开发区" + strconv.Itoa(d.between(1, 999)) + "号"}
	filled := d.between(4, 6)
	few := d.between(1, 3)
	if d.chance(s.k[kIncomplete]) {
		filled = few
	}
	for _, at := range d.order(6)[filled:] {
		fields[at] = ""
	}
	s.rows.line(inCustomers).put(key, name, fields[0], fields[1], code, tier).put(fields[2:]...).end()
}

// owner is who has a customer now; empty in the pool.
func (s *seller) owner(b *client, at, tier int) string {
	if !b.held {
		return ""
	}
	d := s.dice(ofOwners, at)
	gone, wants, other := d.chance(s.k[kGoneOwner]), d.chance(s.k[kCoreForA]), d.share()
	owner := b.fixed
	if owner == "" && s.c.active(s.p, s.c.end()) {
		owner = s.p.key
	}
	if owner == "" {
		if owner = s.colleague(&d, s.c.end()); owner == "" {
			owner = s.c.people[s.t.leader].key
		}
		s.rows.line(inMoves).put(b.key).day(min(s.c.end(), s.c.working(s.p.left+2))).put("transferred", s.p.key, owner).end()
	}
	if tier == 0 {
		if better := s.ofLevel(wants, other); better != "" && better != owner {
			s.rows.line(inMoves).put(b.key).day(min(s.c.end(), max(s.c.start(), s.c.working(b.met+20)))).put("transferred", owner, better).end()
			owner = better
		}
	}
	if gone && tier != 0 {
		if left := s.somebodyGone(other); left != "" {
			return left
		}
	}
	return owner
}

// ofLevel is a core seller of the team who is there, or one who is none.
func (s *seller) ofLevel(wanted bool, which float64) string {
	var all []string
	for _, i := range s.t.people {
		if p := &s.c.people[i]; (p.level == core) == wanted && s.c.active(p, s.c.end()) {
			all = append(all, p.key)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[int(which*float64(len(all)))]
}

func (s *seller) somebodyGone(which float64) string {
	var all []string
	for _, i := range s.t.people {
		if p := &s.c.people[i]; p.left != none {
			all = append(all, p.key)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[int(which*float64(len(all)))]
}

// record writes a customer's place in the ledger.
func (s *seller) record(b *client, key, owner string, tier int, d *dice) {
	end := s.c.end()
	met := s.c.working(b.met).at(d.span(9, 17))
	quick, slow, late := d.span(0.2, 20), d.span(30, 240), d.chance(s.k[kLateRegistration])
	registered := met.later(quick)
	if late {
		registered = met.later(slow)
	}
	registered = min(registered, end.at(21))
	careful := careDays[tier]
	neglected, ago, over := s.dice(ofCare, b.serial, int(key[2]-'0')), 0, 0
	touched := end - b.met
	young := touched < day(2*careful+60)
	is := neglected.chance(min(0.97, s.k[kNeglect]/0.85))
	ago, over = neglected.between(0, careful*3/2), neglected.between(3, 55)
	if is && !young {
		ago = 2*careful + over
	}
	contact := max(end-day(ago), registered.day())
	if owner == "" {
		contact = max(b.dropped, registered.day())
	}
	unchecked, fresh, old := d.chance(min(0.97, s.k[kUnchecked]/0.78)), d.between(0, checkDays-10), d.between(checkDays+5, checkDays+250)
	checked := end - day(fresh)
	if unchecked {
		checked = end - day(old)
	}
	checked = max(checked, registered.day())
	s.rows.line(inRecords).put(key, owner).day(b.since).time(met, registered).day(min(checked, end), min(contact, end), b.lost).end()
}

// hoard claims customers from the pool and leaves them alone.
func (s *seller) hoard() {
	d := s.dice(ofPool)
	for range s.c.hoards[int(s.p.id)] {
		met := s.c.end() - day(d.between(400, 700))
		at := s.meet(met, d.span(0.4, 1))
		b := &s.customers[at]
		claimed := s.c.working(s.c.end() - day(d.between(recycleDays+40, 300)))
		s.rows.line(inMoves).put(b.key).day(claimed).put("claimed", "", s.p.key).end()
		b.fixed = s.p.key
		trade, city := trades[d.between(0, len(trades)-1)], cities[d.between(0, len(cities)-1)]
		s.file(b.key, city+brand(b.serial)+trade+"有限公司", creditCode(b.serial), "C", city, trade, b.serial, &d)
		registered := s.c.working(met).at(15)
		s.rows.line(inRecords).put(b.key, s.p.key).day(none).time(s.c.working(met).at(10), registered).day(s.c.end()-day(d.between(0, checkDays-10)), claimed-day(d.between(5, 30)), none).end()
	}
}
