package demo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
)

// pipeline is the sales process behind the deals of the story: how each was won, what was lost on the way, and what is open today. It is told
// after everything else, with dice of its own, so that the facts stay what they are.
type pipeline struct {
	*company
	dice      dice
	seed      uint64
	end       time.Time
	customers map[string]int64
	products  map[string]int64
	persons   map[string]int64
	places    map[string]int64 // teams of persons today
	tiers     map[int64]string // of customers
	named     map[int64]string // what customers are called
	users     struct{ service, finance, lead string }
	desk      []*person // of service
	habits    *habits
	losing    bool                 // what is being told will be lost
	agreed    map[string]bool      // deals with a contract of the product
	signedAt  map[int64]time.Time  // when opportunities were won
	received  map[string][]receipt // payments of deals by key, in order
	rows      store.WorkRows
	leads     leadDice
	events    []process.Event
}

// openEach is how many open opportunities a seller has, from to.
var openEach = [2]int64{4, 9}

// recordPipeline tells the process and records it in one transaction.
func (f *filler) recordPipeline(ctx context.Context) error {
	return f.DB.InTx(ctx, func(tx *store.Tx) error {
		p := f.newPipeline()
		if err := p.learn(ctx, tx); err != nil {
			return err
		}
		p.tell()
		after := p.serve(f.Seed)
		said := after.hear(f.Seed)
		if err := p.number(ctx, tx); err != nil {
			return err
		}
		if err := tx.PutWorkRows(ctx, p.rows); err != nil {
			return err
		}
		if err := after.record(ctx, tx); err != nil {
			return err
		}
		if err := said.keep(ctx, tx); err != nil {
			return err
		}
		if err := p.recordLeadEvents(ctx, tx); err != nil {
			return err
		}
		if err := p.exempt(ctx, tx); err != nil {
			return err
		}
		slices.SortStableFunc(p.events, func(a, b process.Event) int { return a.RecordedAt.Compare(b.RecordedAt) })
		return tx.AppendEvents(ctx, p.events)
	})
}

func (f *filler) newPipeline() *pipeline {
	p := &pipeline{company: f.company, dice: newDice(f.Seed, 7), seed: f.Seed, leads: leadDice{dice: newDice(f.Seed, 8), events: map[int64][]process.Event{}}, end: f.end, customers: map[string]int64{}, products: map[string]int64{},
		persons: map[string]int64{}, places: map[string]int64{}, tiers: map[int64]string{}, named: map[int64]string{}, agreed: map[string]bool{}, signedAt: map[int64]time.Time{}, received: map[string][]receipt{}}
	p.users.service, p.users.finance, p.users.lead = f.users[loginService].ID, f.users[loginFinance].ID, f.users[loginLead].ID
	for _, known := range p.people {
		if known.role == "service" {
			p.desk = append(p.desk, known)
		}
	}
	for _, m := range p.months {
		for _, paid := range m.payments {
			p.received[paid.Deal] = append(p.received[paid.Deal], receipt{on: paid.PaidOn, amount: paid.AmountMinor, invoice: p.invoiceKey(paid)})
		}
		for _, paid := range m.late {
			p.received[paid.Deal] = append(p.received[paid.Deal], receipt{on: paid.PaidOn, amount: paid.AmountMinor})
		}
	}
	return p
}

// learn reads the ids of what is recorded.
func (p *pipeline) learn(ctx context.Context, tx *store.Tx) (err error) {
	products, err := tx.Products(ctx)
	if err != nil {
		return err
	}
	for _, sold := range products {
		p.products[sold.Key] = sold.ID
	}
	for _, known := range p.people {
		if p.persons[known.key], err = tx.OrgPersonID(ctx, known.key); err != nil {
			return err
		}
		if p.places[known.key], err = tx.TeamOfPerson(ctx, p.persons[known.key], p.today); err != nil {
			return err
		}
	}
	p.habits = newHabits(p.seed, p.company, p.persons)
	need := map[string]string{}
	for _, k := range p.deals {
		need[k.customer.Key] = k.customer.Name
	}
	for _, t := range p.teams {
		for _, fresh := range t.fresh {
			need[fresh.Key] = fresh.Name
		}
	}
	for key, name := range need {
		id, err := tx.CustomerID(ctx, key)
		if err != nil {
			return err
		}
		if p.tiers[id], err = tx.TierOf(ctx, id); err != nil {
			return err
		}
		p.customers[key], p.named[id] = id, name
	}
	return nil
}

// tell makes up how every deal was won, two of three times something that was lost beside it, and what everybody has open.
func (p *pipeline) tell() {
	for _, k := range p.deals {
		p.won(k)
		if p.dice.chance(600) {
			p.lost(k)
		}
	}
	for _, seller := range p.people {
		at, there := seller.on(p.today)
		if !there || seller.role != "" || at.level == org.LevelManager || len(p.teams[at.team].fresh)+len(seller.book) == 0 {
			continue
		}
		for range p.dice.between(openEach[0], openEach[1]) {
			p.open(seller, p.teams[at.team].fresh)
		}
	}
	p.introduce()
	p.ask()
	p.askBefore()
	p.offer()
}

// hour is a time of the day at which people work.
func (p *pipeline) hour(d calendar.Date) time.Time {
	t := instant(d, int(p.dice.between(9, 17)), int(p.dice.between(0, 59)))
	if t.After(p.end) {
		return p.end
	}
	return t
}

// expected is what was thought to come of a deal.
func (p *pipeline) expected(amount int64) int64 {
	return max(amount*p.dice.between(900, 1200)/permille/(1000*fen), 1) * 1000 * fen
}

// begin opens an opportunity. Its place in the list, from 1, stands for its number until there is one.
func (p *pipeline) begin(owner *person, buyer *customer, sold product, amount int64, from, expected calendar.Date) *opportunity.Opportunity {
	at := p.hour(from)
	o := opportunity.Opportunity{ID: int64(len(p.rows.Opportunities) + 1), Name: sold.name, CustomerID: p.customers[buyer.Key], OwnerID: p.persons[owner.key], OwnerName: owner.name, Stage: opportunity.StageDevelopment, State: opportunity.StateOpen,
		AmountMinor: amount, Currency: money.CNY, ExpectedOn: expected, ProductIDs: []int64{p.products[sold.key]}, Source: one(p.dice, opportunity.Sources[:6]), EndedOn: calendar.NoDate, NextOn: calendar.NoDate,
		StageSince: at, CreatedBy: "system:demo", CreatedAt: at}
	p.rows.Opportunities = append(p.rows.Opportunities, o)
	last := &p.rows.Opportunities[len(p.rows.Opportunities)-1]
	p.change(last, at, "add", nil, map[string]any{"name": o.Name, "stage": o.Stage, "state": o.State, "amount_minor": o.AmountMinor, "expected_on": o.ExpectedOn})
	p.event(last, process.ActivityOpened, at, at, map[string]any{"stage": o.Stage, "amount": o.AmountMinor, "source": o.Source, "tier": p.tiers[o.CustomerID]}, "")
	return last
}

func (p *pipeline) change(o *opportunity.Opportunity, at time.Time, action string, before, after map[string]any) {
	o.Revision++
	c := process.Change{Subject: o.Subject(), Revision: o.Revision, At: at, ActorID: "system:demo", ActorName: o.OwnerName, Action: "opportunity." + action, After: process.Data(after)}
	if before != nil {
		c.Before = process.Data(before)
	}
	p.rows.Changes = append(p.rows.Changes, c)
}

func (p *pipeline) event(o *opportunity.Opportunity, activity process.Activity, occurred, recorded time.Time, data map[string]any, source string) {
	if source == "" {
		source = o.Subject()
	}
	p.events = append(p.events, process.Event{CaseID: o.ID, Activity: activity, OccurredAt: occurred, RecordedAt: recorded, PersonID: o.OwnerID, ActorID: "system:demo", Source: source, Data: process.Data(data)})
}

// move puts an opportunity on a stage.
func (p *pipeline) move(o *opportunity.Opportunity, stage opportunity.Stage, at time.Time) {
	if stage == o.Stage {
		return
	}
	p.change(o, at, "move", map[string]any{"stage": o.Stage}, map[string]any{"stage": stage})
	p.event(o, process.ActivityStage, at, at, map[string]any{"from": o.Stage, "stage": stage, "amount": o.AmountMinor}, "")
	o.Stage, o.StageSince = stage, at
}

// follow works on an opportunity from the day it was opened until a day: contacts in a rhythm, and the stages on the way up to a share of the
// whole, permille.
func (p *pipeline) follow(o *opportunity.Opportunity, until calendar.Date, upTo int64) {
	from := dayOf(o.CreatedAt)
	began := p.begun(o)
	type act struct {
		at    time.Time
		stage opportunity.Stage // empty for a contact
	}
	var acts []act
	for n, day := range p.contactDays(o, from, until) {
		if at := p.hour(day); at.After(o.CreatedAt) || n == 0 && !began {
			acts = append(acts, act{at: maxTime(at, minTime(o.CreatedAt.Add(20*time.Minute), p.end))})
		}
	}
	last := o.CreatedAt
	for _, s := range stageShares {
		if upTo < s.share || s.stage == opportunity.StageNeeds && upTo > 500 && p.dice.chance(skipsNeeds) {
			continue
		}
		at := p.hour(from + calendar.Date(int64(until-from)*s.share/max(upTo, 1)))
		if !at.After(last) {
			at = minTime(last.Add(time.Duration(p.dice.between(10, 50))*time.Minute), p.end)
		}
		acts, last = append(acts, act{at, s.stage}), at
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	next := p.keeps(o, until, keptNext)
	for i, a := range acts {
		if a.stage != "" {
			p.move(o, a.stage, a.at)
			continue
		}
		first := o.FollowedAt.IsZero()
		p.contact(o, a.at)
		if ends := i == len(acts)-1 || acts[len(acts)-1].stage != "" && i == len(acts)-2; !first && (o.State == opportunity.StateOpen || !ends) && (next || p.habits.dice.chance(400)) {
			p.arrange(o, dayOf(a.at)+calendar.Date(p.habits.dice.between(2, int64(p.rhythm(o)))))
		}
	}
}

// stageShares are the stages with the share of the whole at which an opportunity comes to stand there, permille.
var stageShares = []struct {
	stage opportunity.Stage
	share int64
}{{opportunity.StageNeeds, 200}, {opportunity.StageProposal, 500}, {opportunity.StageContract, 780}}

// skipsNeeds is how many of a thousand go to a proposal at once.
const skipsNeeds = 45

// lasts is how many days it takes to win or lose an opportunity, by the tier of the customer: who knows us decides sooner.
func (p *pipeline) lasts(buyer *customer) calendar.Date {
	switch p.tiers[p.customers[buyer.Key]] {
	case "A":
		return calendar.Date(p.dice.between(10, 38))
	case "B":
		return calendar.Date(p.dice.between(12, 55))
	}
	return calendar.Date(p.dice.between(14, 75))
}

// won tells how a deal came about.
func (p *pipeline) won(k *contract) {
	owner := k.sellers[0].person
	from := max(k.signed-p.lasts(k.customer), owner.hired)
	o := p.begin(owner, k.customer, k.product, p.expected(k.amount), from, k.signed+calendar.Date(p.dice.between(-10, 15)))
	p.follow(o, k.signed, permille)
	at := p.hour(k.signed)
	if !at.After(o.StageSince) {
		at = o.StageSince.Add(10 * time.Minute)
	}
	at = minTime(at, p.end)
	p.change(o, at, "win", map[string]any{"state": o.State, "deal_key": ""}, map[string]any{"state": opportunity.StateWon, "deal_key": k.key, "ended_on": k.signed})
	signed := map[string]any{"contract_amount": k.amount, "deal": k.key, "tier": p.tiers[o.CustomerID]}
	if k.product.key == maintenance {
		signed["ends_on"] = k.signed + maintenanceDays
		p.renewal(o, k.signed+maintenanceDays)
	}
	p.event(o, process.ActivitySigned, at, at, signed, "")
	p.signedAt[o.ID] = at
	for _, r := range p.received[k.key] {
		if r.invoice != "" {
			when := minTime(maxTime(instant(r.on, 15, 0), at), p.end)
			p.event(o, process.ActivityInvoiced, when, when, map[string]any{"amount": r.amount, "invoice": r.invoice}, opportunity.InvoiceSource(r.invoice))
		}
	}
	o.State, o.EndedOn, o.DealKey = opportunity.StateWon, k.signed, k.key
	if over := k.signed + 14; over < p.today {
		p.move(o, opportunity.StageAfterSales, p.hour(over))
	}
}

// lost tells of something that came to nothing while another deal was won.
func (p *pipeline) lost(k *contract) {
	owner := k.sellers[0].person
	buyers := owner.book
	if len(buyers) == 0 {
		buyers = []*customer{k.customer}
	}
	buyer := one(p.dice, buyers)
	from := max(k.signed-p.lasts(buyer)-3, owner.hired)
	p.losing = true
	defer func() { p.losing = false }()
	o := p.begin(owner, buyer, one(p.dice, products), p.expected(k.amount), from, k.signed+calendar.Date(p.dice.between(0, 60)))
	p.follow(o, k.signed, p.dice.between(150, 900))
	why := one(p.dice, opportunity.Losses[:6])
	at := p.hour(k.signed).Add(time.Hour)
	if !at.After(o.StageSince) {
		at = o.StageSince.Add(10 * time.Minute)
	}
	at = minTime(at, p.end)
	p.change(o, at, "lose", map[string]any{"state": o.State}, map[string]any{"state": opportunity.StateLost, "lost_for": why, "ended_on": k.signed})
	p.event(o, process.ActivityLost, at, at, map[string]any{"reason": why, "stage": o.Stage, "tier": p.tiers[o.CustomerID]}, "")
	o.State, o.LostFor, o.EndedOn = opportunity.StateLost, why, k.signed
}

// open tells of something that may still be won: with a customer of the seller's, or one of the team's who bought nothing yet.
func (p *pipeline) open(seller *person, fresh []*customer) {
	buyers := seller.book
	if len(buyers) == 0 || len(fresh) > 0 && p.dice.chance(500) {
		buyers = fresh
	}
	sold, buyer := one(p.dice, products), one(p.dice, buyers)
	from := max(p.today-1-p.lasts(buyer)*calendar.Date(p.dice.between(2, 10))/10, seller.hired)
	o := p.begin(seller, buyer, sold, p.expected(p.dice.between(sold.low, sold.high)*fen), from, p.today+calendar.Date(p.dice.between(-6, 75)))
	p.follow(o, max(from, p.today-calendar.Date(p.dice.between(0, 9))), p.dice.between(100, permille))
	if !p.dice.chance(800) { // nothing arranged
		return
	}
	o.NextOn = p.today + calendar.Date(p.dice.between(-2, 9))
	p.arrange(o, o.NextOn)
	p.rows.Tasks = append(p.rows.Tasks, followup.Task{ID: int64(len(p.rows.Tasks) + 1), Kind: followup.TaskContact, OpportunityID: o.ID, PersonID: o.OwnerID, DueOn: o.NextOn, State: followup.TaskOpen,
		CreatedBy: "system:demo", CreatedAt: o.FollowedAt, Revision: 1})
}

// maintenance is the product that is a contract for a year, to be renewed.
const (
	maintenance     = "CP11"
	maintenanceDays = 365
)

// introduce gives every customer that somebody works with one or two contacts.
func (p *pipeline) introduce() {
	var ids []int64
	first := map[int64]time.Time{}
	for _, o := range p.rows.Opportunities {
		if at, ok := first[o.CustomerID]; !ok || o.CreatedAt.Before(at) {
			first[o.CustomerID] = o.CreatedAt
		}
		ids = append(ids, o.CustomerID)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		for n := range p.dice.between(1, 2) {
			c := contact.Contact{ID: int64(len(p.rows.Contacts) + 1), CustomerID: id, Name: one(p.dice, surnames) + one(p.dice, givenNames), Title: one(p.dice, titles[n]), Part: partsOf[n], CreatedBy: "system:demo", CreatedAt: first[id], Revision: 1}
			if p.dice.chance(850) { // numbers that nobody has, each once: two of the same would be a likely duplicate
				c.Phone = "1000000" + strconv.Itoa(1000+len(p.rows.Contacts)*7919%9000)
			}
			p.rows.Contacts = append(p.rows.Contacts, c)
		}
	}
}

var (
	titles  = [][]string{{"设备部经理", "采购经理", "生产总监", "总经理"}, {"工艺工程师", "采购专员", "车间主任", "设备主管"}}
	partsOf = []string{"decides", "uses"}
)

// number takes the numbers that the places in the lists stand for: the sequences of an empty database begin at 1.
func (p *pipeline) number(ctx context.Context, tx *store.Tx) error {
	for _, s := range []struct {
		name  string
		count int
	}{{"opportunity", len(p.rows.Opportunities)}, {"follow_up", len(p.rows.FollowUps) + p.leadFollowUps()}, {"task", len(p.rows.Tasks)}, {"contact", len(p.rows.Contacts)}, {"lead", len(p.rows.Leads)}, {"quote", len(p.rows.Quotes)}, {"contract", len(p.rows.Contracts)}} {
		if _, err := tx.NextNumbers(ctx, s.name, s.count); err != nil {
			return err
		}
	}
	return p.fillIn(ctx, tx)
}
