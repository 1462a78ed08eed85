package engine

import (
	"maps"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// Reads is what the pay of one person under the one plan of a run rests on: the rows that a smaller company must hold so that the person's
// statement comes out with the same bytes. Indices are those of Facts, ascending.
type Reads struct {
	Measured   []int32 // persons whose credits, quotas or values enter, the payee among them
	Shown      []int32 // persons whom the statement names: the payee, and members of the teams led
	Organised  []int32 // further persons whose assignments decide who is credited
	Deals      []int32
	Own        []int32 // of Deals: those that the payee is credited for
	Payments   []int32
	Invoices   []int32
	Rates      []int32 // of Facts.Exchange
	Undivided  []int32 // deals of which only a customer's first payment is read, so that their sellers do not matter
	Companions []int32 // other persons who share a deal or have brought it
	Exposed    []int32 // other persons of whom the rows tell what they sold, or were expected or given: more than a share in the payee's own deals
}

// Reads finds out what the pay of the person rests on. The result must be of a run of one plan, which pays the person, with Only the person.
func (r *Result) Reads(person int32) Reads {
	b := r.book
	f := &reader{book: b, person: person, measured: map[int32]bool{person: true}, deals: map[int32]bool{}, own: map[int32]bool{}, payments: map[int32]bool{}, invoices: map[int32]bool{}}
	shown := map[int32]bool{person: true}
	for _, p := range b.plans {
		f.plan(p)
		if p.leads {
			for _, member := range b.roster.membersOf(person) {
				shown[member] = true
			}
		}
	}
	f.credits()
	f.streams()
	rates := f.rates()
	undivided := f.firstPayments()
	out := Reads{Measured: sortedKeys(f.measured), Shown: sortedKeys(shown), Deals: sortedKeys(f.deals), Own: sortedKeys(f.own), Payments: sortedKeys(f.payments),
		Invoices: sortedKeys(f.invoices), Rates: sortedKeys(rates), Undivided: sortedKeys(undivided)}
	out.Companions = f.companions(undivided)
	exposed := maps.Clone(f.measured)
	if f.sorting() { // whoever sold a deal may decide who is credited, and so its sellers stay
		out.Organised, out.Companions, out.Undivided = f.organised(out.Companions), nil, nil
		for i := range undivided {
			deal := &b.facts.Deals[i]
			for _, s := range b.facts.Shares[deal.ShareFrom:deal.ShareTo] {
				exposed[s.Person] = true
			}
		}
	}
	delete(exposed, person)
	out.Exposed = sortedKeys(exposed)
	return out
}

// reader gathers Reads.
type reader struct {
	*book
	person               int32
	measured, deals, own map[int32]bool
	payments, invoices   map[int32]bool
}

// plan adds the members of the groups that the plan looks at as the person stands in them.
func (f *reader) plan(p *planProgram) {
	add := func(group plan.Group) {
		for _, member := range f.roster.members(group, f.person, p) {
			f.measured[member] = true
		}
	}
	if p.leads {
		add(plan.GroupLedTeams)
	}
	for i := range p.measures {
		switch source := p.measures[i].source; {
		case source.Team != nil && isWide(source.Team.Group):
			add(source.Team.Group)
		case source.Rank != nil && (source.Rank.Among != plan.GroupLedTeams || p.leads):
			add(source.Rank.Among)
		}
	}
	for i := range p.components {
		c := &p.components[i]
		if c.source.Pays.Prizes == nil && c.source.Pays.Pool == nil {
			continue
		}
		for _, members := range f.meetings(p, c) {
			if slices.Contains(members, f.person) {
				for _, member := range members {
					f.measured[member] = true
				}
			}
		}
	}
}

// credits adds the facts behind the kept credits of everybody who is measured.
func (f *reader) credits() {
	for person := range f.measured {
		for _, c := range f.groups.of(person) {
			f.deals[c.deal] = true
			if person == f.person {
				f.own[c.deal] = true
			}
			switch f.events[c.event].fact {
			case plan.FactPayment:
				f.payments[c.fact] = true
			case plan.FactInvoice:
				f.invoices[c.fact] = true
			}
		}
	}
}

// rates are those by which the kept credits were converted.
func (f *reader) rates() map[int32]bool {
	used := map[int32]bool{}
	for person := range f.measured {
		for _, c := range f.groups.of(person) {
			if found, foreign := f.groups.foreign[placeOf(&c)]; foreign && found.rate != None {
				used[found.rate] = true
			}
		}
	}
	return used
}

// streams adds what was counted while reading and not kept: everything of the deals of those who are measured.
func (f *reader) streams() {
	if len(f.program.streams) == 0 {
		return
	}
	payments := false
	for _, selection := range f.program.streams {
		payments = payments || f.events[f.selections[selection].event].fact == plan.FactPayment
	}
	theirs := make([]bool, len(f.facts.Deals))
	for i := range f.facts.Deals {
		deal := &f.facts.Deals[i]
		theirs[i] = slices.ContainsFunc(f.facts.Shares[deal.ShareFrom:deal.ShareTo], func(s Share) bool { return f.measured[s.Person] })
		if theirs[i] && deal.SignedOn <= f.last {
			f.deals[int32(i)] = true
		}
	}
	if !payments {
		return
	}
	pay := &f.facts.Payments
	for i, deal := range pay.Deal {
		if theirs[deal] && pay.On[i] <= f.last {
			f.deals[deal], f.payments[int32(i)] = true, true
		}
	}
}

// firstPayments adds the first payment of every customer of the deals, where a plan asks since when customers pay. It returns the deals that
// are in for nothing else.
func (f *reader) firstPayments() map[int32]bool {
	undivided := map[int32]bool{}
	if f.groups.firstPayment == nil {
		return undivided
	}
	first := map[int32]int32{}
	for deal := range f.deals {
		if customer := f.facts.Deals[deal].Customer; customer != None {
			first[customer] = None
		}
	}
	pay := &f.facts.Payments
	for i, deal := range pay.Deal {
		customer := f.facts.Deals[deal].Customer
		at, asked := first[customer]
		if asked && pay.AmountFen[i] > 0 && pay.On[i] <= f.last && (at == None || earlier(pay, int32(i), at)) {
			first[customer] = int32(i)
		}
	}
	for _, row := range first {
		if row == None {
			continue
		}
		f.payments[row] = true
		if deal := pay.Deal[row]; !f.deals[deal] {
			f.deals[deal], undivided[deal] = true, true
		}
	}
	return undivided
}

// sorting reports whether crediting rules look at more of a deal than its sellers. An event that credits the sellers and is read by rules
// merely because some amounts are foreign does not: a company without these amounts would not read it so.
func (f *reader) sorting() bool {
	return slices.ContainsFunc(f.events, func(e eventProgram) bool { return e.creditor != None && !e.sellers })
}

// earlier reports whether one payment comes before another by date, then key.
func earlier(pay *Payments, a, b int32) bool {
	if pay.On[a] != pay.On[b] {
		return pay.On[a] < pay.On[b]
	}
	return pay.Order[a] < pay.Order[b]
}

// companions are those who share the deals, or have brought them, and are not measured.
func (f *reader) companions(undivided map[int32]bool) []int32 {
	found := map[int32]bool{}
	for i := range f.deals {
		deal := &f.facts.Deals[i]
		if undivided[i] && !f.sorting() {
			continue
		}
		for _, s := range f.facts.Shares[deal.ShareFrom:deal.ShareTo] {
			found[s.Person] = !f.measured[s.Person]
		}
		if f.facts.DealsMore != nil && f.facts.DealsMore[i].Referrer != None {
			found[f.facts.DealsMore[i].Referrer] = !f.measured[f.facts.DealsMore[i].Referrer]
		}
	}
	for i := range f.facts.Persons {
		if !f.measured[int32(i)] && f.named(f.facts.Persons[i].Key) {
			found[int32(i)] = true // whether the person exists decides what is left of a credit
		}
	}
	for person, other := range found {
		if !other {
			delete(found, person)
		}
	}
	return sortedKeys(found)
}

// named reports whether a crediting rule in use credits the person by key.
func (f *reader) named(key string) bool {
	for i := range f.creditors {
		if slices.ContainsFunc(f.creditors[i].rules, func(rule *plan.CreditRule) bool { return rule.To == plan.ToPerson && rule.Person == key }) {
			return true
		}
	}
	return false
}

// organised adds those who lead, on any day, a team of somebody whose deals are read, and so on upwards: crediting rules may go by the
// teams of sellers and their leaders.
func (f *reader) organised(companions []int32) []int32 {
	found := map[int32]bool{}
	queue := append(sortedKeys(f.measured), companions...)
	for _, person := range companions {
		found[person] = true
	}
	for len(queue) > 0 {
		person := queue[0]
		queue = queue[1:]
		for _, span := range f.facts.Persons[person].Spans {
			if span.Team == None {
				continue
			}
			for _, l := range f.facts.Teams[span.Team].Leaders {
				if l.Person != None && !found[l.Person] && !f.measured[l.Person] && upTo(l.Days, f.last) {
					found[l.Person] = true
					queue = append(queue, l.Person)
				}
			}
		}
	}
	return sortedKeys(found)
}

func upTo(days calendar.Interval, last calendar.Date) bool { return days.From <= last }
