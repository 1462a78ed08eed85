package proof

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Subset returns the smallest company that pays the person the same under the plan: the statement of its run has the same bytes. person and
// planIndex are those of in, which is not changed. Errors: invalid when the engine refuses the input; not_found when the plan does not pay
// the person.
func Subset(in engine.Input, person, planIndex int32) (_ engine.Input, err error) {
	subset, _, err := cut(in, person, planIndex)
	return subset, err
}

// cut is Subset; it also says what is read.
func cut(in engine.Input, person, planIndex int32) (_ engine.Input, reads engine.Reads, err error) {
	defer errs.Wrap(&err, "proof.Subset(%d, %d)", person, planIndex)
	alone := in
	alone.Plans, alone.Only = []*plan.Plan{in.Plans[planIndex]}, []int32{person}
	result, err := engine.Run(alone)
	if err != nil {
		return engine.Input{}, reads, err
	}
	if _, err := result.Statement(person, 0); err != nil {
		return engine.Input{}, reads, err
	}
	reads = result.Reads(person)
	c := &cutter{from: in.Facts, reads: reads, last: in.Period.Last(), period: in.Period,
		to: &engine.Facts{Currency: in.Facts.Currency}, plan: in.Plans[planIndex], payee: person}
	c.people()
	c.deals()
	c.rows(&c.from.Payments, &c.to.Payments, c.reads.Payments)
	c.rows(&c.from.Invoices, &c.to.Invoices, c.reads.Invoices)
	c.perPerson()
	for _, i := range reads.Rates {
		c.to.Exchange = append(c.to.Exchange, c.from.Exchange[i])
	}
	alone.Facts, alone.Only, alone.Earlier = c.to, []int32{c.persons[person]}, nil
	for _, e := range in.Earlier {
		if e.Person == person && e.Plan == c.plan.ID && e.Month < in.Period {
			e.Person = c.persons[person]
			alone.Earlier = append(alone.Earlier, e)
		}
	}
	return alone, reads, nil
}

// has reports whether one of the lists of Reads, which are ascending, holds the index.
func has(list []int32, index int32) bool {
	_, found := slices.BinarySearch(list, index)
	return found
}

// cutter copies what is read, with new indices.
type cutter struct {
	from, to                           *engine.Facts
	reads                              engine.Reads
	plan                               *plan.Plan
	payee                              int32
	period                             calendar.Month
	last                               calendar.Date
	persons, teams, customers, dealsAt map[int32]int32
	products                           map[int32]int32
}

// people copies persons and the teams they are in or lead. Names stay only where the statement shows them; who merely shares a deal is but
// a key.
func (c *cutter) people() {
	r := &c.reads
	c.persons, c.teams = map[int32]int32{}, map[int32]int32{}
	all := slices.Concat(r.Measured, r.Organised, r.Companions)
	slices.Sort(all)
	organised := map[int32]bool{}
	for _, person := range slices.Concat(r.Measured, r.Organised) {
		organised[person] = true
	}
	wanted := map[int32]bool{}
	for _, person := range all {
		p := c.from.Persons[person]
		if !has(r.Shown, person) {
			p.Name = ""
		}
		if !organised[person] {
			p = engine.Person{Key: p.Key, Hired: calendar.NoDate, Left: calendar.Forever}
		}
		p.Spans = slices.Clone(p.Spans)
		for _, s := range p.Spans {
			wanted[s.Team] = true
		}
		c.persons[person] = int32(len(c.to.Persons))
		c.to.Persons = append(c.to.Persons, p)
	}
	for i := range c.from.Teams {
		team := c.from.Teams[i]
		team.Name, team.Leaders = "", nil
		led := false
		for _, l := range c.from.Teams[i].Leaders {
			at, kept := c.persons[l.Person]
			if kept && organised[l.Person] && l.Days.From <= c.last {
				l.Person, led = at, true
				team.Leaders = append(team.Leaders, l)
			}
		}
		if wanted[int32(i)] || led {
			c.teams[int32(i)] = int32(len(c.to.Teams))
			c.to.Teams = append(c.to.Teams, team)
		}
	}
	for i := range c.to.Persons {
		for k := range c.to.Persons[i].Spans {
			if s := &c.to.Persons[i].Spans[k]; s.Team != engine.None {
				s.Team = c.teams[s.Team]
			}
		}
	}
}

// deals copies deals with their shares, customers and products. A deal that only says since when its customer pays keeps no sellers.
func (c *cutter) deals() {
	c.customers, c.products, c.dealsAt = map[int32]int32{}, map[int32]int32{}, map[int32]int32{}
	for _, i := range c.reads.Deals {
		deal := c.from.Deals[i]
		shares := c.from.Shares[deal.ShareFrom:deal.ShareTo]
		undivided := has(c.reads.Undivided, i)
		if undivided {
			shares, deal.AmountFen, deal.Product = nil, 0, engine.None
		}
		c.customer(&deal, has(c.reads.Own, i))
		c.product(&deal)
		deal.ShareFrom = int32(len(c.to.Shares))
		for _, s := range shares {
			c.to.Shares = append(c.to.Shares, engine.Share{Person: c.persons[s.Person], BasisPoints: s.BasisPoints})
		}
		deal.ShareTo = int32(len(c.to.Shares))
		c.dealsAt[i] = int32(len(c.to.Deals))
		c.to.Deals = append(c.to.Deals, deal)
		if c.from.DealsMore != nil {
			c.more(c.from.DealsMore[i], undivided)
		}
	}
	if !slices.ContainsFunc(c.to.DealsMore, func(more engine.DealMore) bool { return more != nothingMore }) {
		c.to.DealsMore = nil
	}
}

// nothingMore is a deal of which nothing else is known.
var nothingMore = engine.DealMore{Units: -1, CostFen: -1, Referrer: engine.None, CancelledOn: calendar.Forever}

// more copies what else is known of a deal, as far as the plan counts it: a seller who is paid by amounts does not learn costs. Nothing of
// an earned amount depends on whether a deal was cancelled.
func (c *cutter) more(from engine.DealMore, undivided bool) {
	more := nothingMore
	if !undivided {
		more.Currency = from.Currency
		if at, kept := c.persons[from.Referrer]; kept {
			more.Referrer = at
		}
		if c.counts(plan.CreditsSumUnits) {
			more.Units = from.Units
		}
		if c.counts(plan.CreditsSumMargin) {
			more.CostFen = from.CostFen
		}
	}
	c.to.DealsMore = append(c.to.DealsMore, more)
	c.to.Currencies = c.from.Currencies
}

// counts reports whether a measure of the plan counts the value.
func (c *cutter) counts(value plan.CreditsValue) bool {
	return slices.ContainsFunc(c.plan.Measures, func(m plan.Measure) bool { return m.Credits != nil && m.Credits.Value == value })
}

// customer copies the deal's customer, by name where the statement may show it.
func (c *cutter) customer(deal *engine.Deal, named bool) {
	if deal.Customer == engine.None {
		return
	}
	at, known := c.customers[deal.Customer]
	customer := c.from.Customers[deal.Customer]
	if !known {
		at = int32(len(c.to.Customers))
		c.customers[deal.Customer] = at
		c.to.Customers = append(c.to.Customers, customer)
		c.to.Customers[at].Name = ""
	}
	if named {
		c.to.Customers[at].Name = customer.Name
	}
	deal.Customer = at
}

func (c *cutter) product(deal *engine.Deal) {
	if deal.Product == engine.None {
		return
	}
	at, known := c.products[deal.Product]
	if !known {
		at = int32(len(c.to.Products))
		c.products[deal.Product] = at
		product := c.from.Products[deal.Product]
		product.Name = ""
		c.to.Products = append(c.to.Products, product)
	}
	deal.Product = at
}

// rows copies payments or invoices. Of the payment that only says since when a customer pays, the amount is not told: it is 1.
func (c *cutter) rows(from, to *engine.Payments, chosen []int32) {
	for _, i := range chosen {
		to.Deal, to.On = append(to.Deal, c.dealsAt[from.Deal[i]]), append(to.On, from.On[i])
		amount := from.AmountFen[i]
		if has(c.reads.Undivided, from.Deal[i]) {
			amount = 1
		}
		to.AmountFen, to.Order = append(to.AmountFen, amount), append(to.Order, from.Order[i])
		if from.Keys != nil {
			to.Keys = append(to.Keys, from.Keys[i])
		}
		if from.Currency != nil {
			to.Currency = append(to.Currency, from.Currency[i])
			c.to.Currencies = c.from.Currencies
		}
	}
}

// perPerson copies quotas, given values and mentorships of those who are measured.
func (c *cutter) perPerson() {
	measured := map[int32]bool{}
	for _, person := range c.reads.Measured {
		measured[person] = true
	}
	quotas, given := map[string]bool{}, map[string]bool{}
	for i := range c.plan.Measures {
		m := &c.plan.Measures[i]
		if m.Quota != nil {
			quotas[m.Quota.Of] = true
		}
		if m.Given != nil {
			given[m.Given.Of] = true
		}
	}
	for _, q := range c.from.Quotas {
		if measured[q.Person] && quotas[q.Of] && q.Month <= c.period {
			q.Person = c.persons[q.Person]
			c.to.Quotas = append(c.to.Quotas, q)
		}
	}
	for _, g := range c.from.Given {
		if measured[g.Person] && given[g.Measure] && g.Month <= c.period {
			g.Person = c.persons[g.Person]
			c.to.Given = append(c.to.Given, g)
		}
	}
	for _, m := range c.from.Mentors {
		if m.Mentor == c.payee && measured[m.Trainee] {
			m.Mentor, m.Trainee = c.persons[m.Mentor], c.persons[m.Trainee]
			c.to.Mentors = append(c.to.Mentors, m)
		}
	}
}
