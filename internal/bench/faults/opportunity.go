package faults

// course is how one opportunity goes, decided before it is written.
type course struct {
	key      string
	number   int // of the stream
	customer int
	product  int
	from     int
	won      bool
	reached  int // the stage it reached: 0 development, 1 needs, 2 proposal, 3 contract, 4 after-sales
	entered  [5]day
	ended    day
	owner    string
	list     int64
	amount   int64
	deal     string
}

const afterSales = 4

// opportunities are those that begin in a month.
func (s *seller) opportunities(m int) {
	month := s.c.months[m]
	d := s.dice(ofOpportunities, m)
	n := d.count(opportunitiesMonthly * month.season * s.p.pace * s.k[kWork] * s.c.ramped(s.p, m))
	for i := range n {
		od := s.dice(ofOpportunities, m, i)
		created := s.c.working(month.first + day(od.between(0, 29)))
		o := course{number: m*1000 + i, product: od.pick(s.t.mix), from: s.source(&od, true)}
		size := od.spread(0.45)
		again := od.between(0, oldBuyers-1)
		if !s.c.active(s.p, created) || created > s.c.end() {
			continue
		}
		o.customer = again
		if s.c.sources[o.from].word != "existing" || s.customers[again].met > created {
			o.customer = s.meet(created-day(od.between(0, 12)), size)
		}
		o.entered[0] = created
		s.run(&o)
		s.write(&o)
	}
}

// run decides how an opportunity goes on from its first day.
func (s *seller) run(o *course) {
	d := s.dice(ofCourse, o.number)
	product, from := &s.c.products[o.product], &s.c.sources[o.from]
	wins, loses := d.share(), d.pick([]float64{0.25, 0.30, 0.30, 0.15})
	chance := winChance * s.k[kWin] * s.p.win * product.win * from.win
	o.won = wins < min(0.95, chance)
	slow := s.k[kCycle] * product.cycle * from.cycle
	each := [4]float64{1, s.k[kStageNeeds], s.k[kStageProposal], s.k[kStageContract]}
	whole := d.spread(0.2)
	at := o.entered[0]
	o.ended, o.reached = none, afterSales
	for stage := range 4 {
		days := stageDays[stage] * slow * each[stage] * whole * d.spread(0.35)
		part := d.span(0.3, 1.2)
		if !o.won && stage == loses {
			o.reached, o.ended = stage, s.c.working(at+max(1, day(days*part)))
			break
		}
		at = s.c.working(at + max(1, day(days+0.5)))
		o.entered[stage+1] = at
	}
	if o.won {
		o.ended = o.entered[afterSales]
	}
	if o.ended > s.c.end() {
		o.won, o.ended = false, none
		for o.reached > 0 && (o.reached == afterSales || o.entered[o.reached] > s.c.end()) {
			o.reached--
		}
	}
	o.owner = s.whose(min(max(o.ended, o.entered[0]), s.c.end()))
	if o.ended == none {
		o.owner = s.whose(s.c.end())
	}
	o.list = s.price(o.product, s.customers[o.customer].size*d.spread(0.35))
	o.amount = o.list
}

// write writes an opportunity and all that belongs to it.
func (s *seller) write(o *course) {
	o.key = s.id(inOpportunities, "SJ")
	s.open, s.openFrom = append(s.open, o.key), append(s.openFrom, s.c.monthOf(o.entered[0]))
	d := s.dice(ofSteps, o.number)
	sent := s.c.working(o.entered[2] + day(d.span(0.4, 0.9)*float64(s.proposalDays(o)))).at(d.span(9.5, 17.5))
	if o.reached < 2 || sent > s.c.end().at(20) {
		sent = noMinute
	}
	if sent != noMinute && o.ended != none && sent.day() > o.ended {
		sent = o.ended.at(9.5)
	}
	if sent != noMinute {
		s.quote(o, sent)
	}
	if o.won {
		o.deal = s.deal(s.customers[o.customer].key, o.product, o.ended, none, o.amount, 2, o.owner)
		if buyer := &s.customers[o.customer]; buyer.since == none {
			buyer.since = o.ended
			if d.chance(0.3) {
				buyer.rate = ordersMonthly * d.spread(0.35)
			}
		}
	} else if o.ended != none {
		s.drop(o)
	}
	s.course(o, &d)
	s.steps(o, sent)
}

// proposalDays is how long the proposal stage lasted, at least a day.
func (s *seller) proposalDays(o *course) day {
	until := o.ended
	if o.reached > 2 {
		until = o.entered[3]
	}
	if until == none {
		until = s.c.end()
	}
	return max(1, until-o.entered[2]) - 1
}

// course writes the row of an opportunity.
func (s *seller) course(o *course, d *dice) {
	state, stage, lost := "open", "", ""
	reason := []string{"price", "competitor", "budget", "timing", "no_need", "no_answer"}[d.pick([]float64{3, 3, 2, 2, 2, 1})]
	switch {
	case o.won:
		state = "won"
	case o.ended != none:
		state, lost = "lost", reason
	}
	stage = [5]string{"develop", "needs", "proposal", "contract", "after_sales"}[o.reached]
	entered := [5]day{o.entered[0], none, none, none, none}
	for n := 1; n <= o.reached; n++ {
		entered[n] = o.entered[n]
	}
	expected := o.ended
	if o.ended == none {
		expected = s.stale(o, &entered)
	}
	swap := s.dice(ofDates, o.number)
	if swap.chance(s.k[kSwapped]) {
		at := max(1, o.reached)
		if entered[at] == none {
			entered[at] = entered[0]
		}
		entered[0] = entered[at] + day(swap.between(3, 40))
	}
	s.rows.line(inOpportunities).put(o.key, s.c.products[o.product].name+needs[o.number%len(needs)], s.customers[o.customer].key, o.owner, stage, state).fen(o.amount).
		day(expected, entered[0]).put(s.c.sources[o.from].word, s.c.products[o.product].key).day(o.ended).put(lost, o.deal).day(entered[1:]...).end()
}

// stale says when an open opportunity is expected; some should have been closed long ago.
func (s *seller) stale(o *course, entered *[5]day) day {
	d := s.dice(ofStale, o.number)
	if !d.chance(s.k[kStale]) {
		return s.c.end() + day(d.between(-20, 60))
	}
	back := day(d.between(45, 150))
	for n := range entered {
		if entered[n] != none {
			entered[n] -= back
		}
	}
	if entered[0] < s.p.hired {
		entered[0] = s.p.hired
		for n := 1; n < len(entered); n++ {
			if entered[n] != none {
				entered[n] = max(entered[n], entered[n-1])
			}
		}
	}
	return max(entered[0]+5, s.c.end()-day(d.between(32, 90)))
}

// drop lets a lost customer go back to the pool, from where somebody may claim it.
func (s *seller) drop(o *course) {
	at := &s.customers[o.customer]
	d := s.dice(ofPool, o.number)
	released := s.c.working(o.ended + day(d.between(5, 40)))
	if at.since != none || !d.chance(0.45) || released > s.c.end() {
		return
	}
	s.rows.line(inMoves).put(at.key).day(released).put([]string{"released", "recycled"}[d.between(0, 1)], s.p.key, "").end()
	at.held, at.dropped = false, released
	again := s.c.working(released + day(d.between(10, 120)))
	other := s.colleague(&d, again)
	if other == "" || !d.chance(0.25) || again > s.c.end() {
		return
	}
	s.rows.line(inMoves).put(at.key).day(again).put("claimed", "", other).end()
	at.fixed, at.held, at.claimed, at.dropped = other, true, true, again
}

// colleague is another seller of the team who works on a day; empty when there is none.
func (s *seller) colleague(d *dice, on day) string {
	at := d.between(0, len(s.t.people)-1)
	for n := range s.t.people {
		p := &s.c.people[s.t.people[(at+n)%len(s.t.people)]]
		if p.id != s.p.id && s.c.active(p, on) && s.c.active(p, s.c.end()) {
			return p.key
		}
	}
	return ""
}

// quote writes the quote that was sent with a proposal, its discount and its approvals.
func (s *seller) quote(o *course, sent minute) {
	d := s.dice(ofDiscounts, o.number)
	m := s.c.monthOf(sent.day())
	share := s.k[kDiscount] + s.c.products[o.product].discounts + 0.022*d.normal()
	if m >= 0 && m < monthCount && sent.day() > s.c.months[m].last-5 {
		share += s.k[kEndDiscount]
	}
	share = max(0, min(0.35, share))
	under, below := d.chance(s.k[kUnderLimit]), d.span(0.0005, 0.0095)
	if under {
		share = discountLimit - below
	}
	o.amount = int64(float64(o.list/100)*(1-share)) * 100
	s.key(inQuotes, "BJ").put(o.key, s.p.key, s.c.products[o.product].key).time(sent).fen(o.list, o.amount).end()
	s.approve(o, sent, "proposal")
	if share >= discountLimit {
		s.approve(o, sent, "discount")
	}
}

// approve writes the request that a proposal asks for; some come late, some never.
func (s *seller) approve(o *course, sent minute, kind string) {
	d := s.dice(ofApprovals, o.number, len(kind))
	missing, late := d.share(), d.share()
	hours, before, after := s.k[kApprovalHours]*d.spread(0.6), d.span(0.2, 6), d.span(2, 60)
	leader := s.c.people[s.t.leader].key
	decided := sent.later(-before)
	switch {
	case kind == "proposal" && missing < s.k[kNoApproval]:
		return
	case kind == "proposal" && late < s.k[kLateApproval]/(1-s.k[kNoApproval]):
		decided = sent.later(after)
	}
	asked := decided.later(-hours)
	if decided > s.c.end().at(23.9) {
		s.key(inApprovals, "SP").put(kind, o.key, s.p.key).time(asked).put("", "", "").end()
		return
	}
	s.key(inApprovals, "SP").put(kind, o.key, s.p.key).time(asked).put(leader).time(decided).put("approved").end()
}

// steps writes what happened on the way, each when it happened and when somebody typed it in.
func (s *seller) steps(o *course, sent minute) {
	d := s.dice(ofRecording, o.number)
	last := s.c.end().at(20)
	event := func(activity, stage string, at minute, there bool) {
		late, slow, quick, atEnd, lag := d.chance(s.k[kLateEntry]), d.span(30, 150), d.span(0.1, 18), d.chance(s.k[kBatch]), d.span(16, 21)
		recorded := at.later(quick)
		if late {
			recorded = at.later(slow)
		}
		if month := s.c.monthOf(at.day()); atEnd && month >= 0 && month < monthCount && at.day() < s.c.months[month].last-2 {
			recorded = (s.c.months[month].last - day(int(slow)%2)).at(lag)
		}
		if !there || at == noMinute || at > last {
			return
		}
		s.rows.line(inEvents).put(o.key, activity, stage).time(at, min(recorded, s.c.end().at(23.9))).put(s.p.key).end()
	}
	skip := s.dice(ofSteps, o.number, 1)
	need, chain, contract, handed := !skip.chance(s.k[kSkipNeed]), !skip.chance(s.k[kSkipChain]), !skip.chance(s.k[kSkipContract]), !skip.chance(s.k[kSkipHandover])
	between := func(from, to day) minute {
		return s.c.working(from + day(d.share()*float64(max(0, to-from-1)))).at(d.span(9, 17.5))
	}
	event("need_recorded", "", between(o.entered[1], o.entered[2]), need && o.reached >= 2)
	event("decision_chain", "", between(o.entered[1], o.entered[2]), chain && o.reached >= 2)
	event("proposal_sent", "", sent, sent != noMinute)
	event("contract_approved", "", between(o.entered[3], o.entered[4]), contract && o.won)
	event("signed", "", o.ended.at(d.span(10, 18)), o.won)
	event("handover_done", "", s.c.working(o.ended+day(d.between(1, 10))).at(d.span(9, 17)), handed && o.won)
	back := s.dice(ofSteps, o.number, 2)
	fell, where := back.chance(s.k[kBack]), back.share()
	event("stage_back", stageNames[max(0, o.reached-1-int(where*float64(o.reached))%max(1, o.reached))%4], o.entered[min(o.reached, 3)].at(16+where), fell && o.reached >= 1)
}
