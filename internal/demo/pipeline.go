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
	rows      store.WorkRows
	leads     leadDice
	events    []process.Event
}

// openEach is how many open opportunities a seller has, from to.
var openEach = [2]int64{4, 9}

// recordPipeline tells the process and records it in one transaction.
func (f *filler) recordPipeline(ctx context.Context) error {
	return f.DB.InTx(ctx, func(tx *store.Tx) error {
		p := &pipeline{company: f.company, dice: newDice(f.Seed, 7), seed: f.Seed, leads: leadDice{dice: newDice(f.Seed, 8)}, end: f.end, customers: map[string]int64{}, products: map[string]int64{}, persons: map[string]int64{}, places: map[string]int64{}}
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
		slices.SortStableFunc(p.events, func(a, b process.Event) int { return a.RecordedAt.Compare(b.RecordedAt) })
		return tx.AppendEvents(ctx, p.events)
	})
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
	need := map[string]bool{}
	for _, k := range p.deals {
		need[k.customer.Key] = true
	}
	for _, t := range p.teams {
		for _, fresh := range t.fresh {
			need[fresh.Key] = true
		}
	}
	for key := range need {
		if p.customers[key], err = tx.CustomerID(ctx, key); err != nil {
			return err
		}
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

// stage of the process at which an opportunity of that share of its whole time stands, permille.
func stageAt(share int64) opportunity.Stage {
	switch {
	case share < 200:
		return opportunity.StageDevelopment
	case share < 500:
		return opportunity.StageNeeds
	case share < 780:
		return opportunity.StageProposal
	}
	return opportunity.StageContract
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
	p.event(last, process.ActivityOpened, at, at, map[string]any{"stage": o.Stage, "amount": o.AmountMinor, "source": o.Source}, "")
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

// follow works on an opportunity from the day it was opened until a day: so many contacts, and the stages on the way up to a share of the
// whole, permille.
func (p *pipeline) follow(o *opportunity.Opportunity, until calendar.Date, upTo int64) {
	from := calendar.DateOf(o.CreatedAt.In(calendar.ChinaTime))
	steps := min(p.dice.between(3, 6), int64(until-from)+1)
	for n := range steps {
		share := upTo * (n + 1) / steps
		day := from + calendar.Date(int64(until-from)*(n+1)/steps)
		at := p.hour(day)
		if !at.After(o.StageSince) {
			at = minTime(o.StageSince.Add(20*time.Minute), p.end)
		}
		p.contact(o, at)
		p.move(o, stageAt(share), minTime(at.Add(5*time.Minute), p.end))
	}
}

// contact records a follow-up; some are written down days later, as people do.
func (p *pipeline) contact(o *opportunity.Opportunity, at time.Time) {
	recorded := at
	if p.dice.chance(120) {
		recorded = at.Add(time.Duration(p.dice.between(20, 70)) * time.Hour)
	}
	if recorded.After(p.end) {
		recorded = p.end
	}
	if at.After(recorded) {
		at = recorded
	}
	kind := one(p.dice, followup.Kinds)
	f := followup.FollowUp{ID: int64(len(p.rows.FollowUps) + 1), OpportunityID: o.ID, PersonID: o.OwnerID, Kind: kind, Text: one(p.dice, said[kind]), OccurredAt: at, RecordedAt: recorded, NextOn: calendar.NoDate, CreatedBy: "system:demo"}
	activity := process.ActivityContacted
	if o.FollowedAt.IsZero() {
		activity = process.ActivityFirst
	}
	if at.After(o.FollowedAt) {
		o.FollowedAt = at
	}
	p.event(o, activity, at, recorded, map[string]any{"kind": kind, "stage": o.Stage}, "follow_up:"+strconv.FormatInt(f.ID, 10))
	p.rows.FollowUps = append(p.rows.FollowUps, f)
}

// won tells how a deal came about.
func (p *pipeline) won(k *contract) {
	owner := k.sellers[0].person
	from := max(k.signed-calendar.Date(p.dice.between(12, 80)), owner.hired)
	o := p.begin(owner, k.customer, k.product, p.expected(k.amount), from, k.signed+calendar.Date(p.dice.between(-10, 15)))
	p.follow(o, k.signed, permille)
	at := p.hour(k.signed)
	if !at.After(o.StageSince) {
		at = o.StageSince.Add(10 * time.Minute)
	}
	at = minTime(at, p.end)
	p.change(o, at, "win", map[string]any{"state": o.State, "deal_key": ""}, map[string]any{"state": opportunity.StateWon, "deal_key": k.key, "ended_on": k.signed})
	p.event(o, process.ActivitySigned, at, at, map[string]any{"contract_amount": k.amount, "deal": k.key}, "")
	o.State, o.EndedOn, o.DealKey = opportunity.StateWon, k.signed, k.key
	if over := k.signed + 14; over < p.today {
		p.move(o, opportunity.StageAfterSales, p.hour(over))
	}
}

// lost tells of something that came to nothing while another deal was won.
func (p *pipeline) lost(k *contract) {
	owner := k.sellers[0].person
	from := max(k.signed-calendar.Date(p.dice.between(20, 90)), owner.hired)
	buyers := owner.book
	if len(buyers) == 0 {
		buyers = []*customer{k.customer}
	}
	o := p.begin(owner, one(p.dice, buyers), one(p.dice, products), p.expected(k.amount), from, k.signed+calendar.Date(p.dice.between(0, 60)))
	p.follow(o, k.signed, p.dice.between(150, 900))
	why := one(p.dice, opportunity.Losses[:6])
	at := p.hour(k.signed).Add(time.Hour)
	if !at.After(o.StageSince) {
		at = o.StageSince.Add(10 * time.Minute)
	}
	at = minTime(at, p.end)
	p.change(o, at, "lose", map[string]any{"state": o.State}, map[string]any{"state": opportunity.StateLost, "lost_for": why, "ended_on": k.signed})
	p.event(o, process.ActivityLost, at, at, map[string]any{"reason": why, "stage": o.Stage}, "")
	o.State, o.LostFor, o.EndedOn = opportunity.StateLost, why, k.signed
}

// open tells of something that may still be won: with a customer of the seller's, or one of the team's who bought nothing yet.
func (p *pipeline) open(seller *person, fresh []*customer) {
	from := max(p.today-calendar.Date(p.dice.between(2, 70)), seller.hired)
	buyers := seller.book
	if len(buyers) == 0 || len(fresh) > 0 && p.dice.chance(500) {
		buyers = fresh
	}
	sold := one(p.dice, products)
	o := p.begin(seller, one(p.dice, buyers), sold, p.expected(p.dice.between(sold.low, sold.high)*fen), from, p.today+calendar.Date(p.dice.between(-6, 75)))
	p.follow(o, max(from, p.today-calendar.Date(p.dice.between(0, 9))), p.dice.between(100, permille))
	if !p.dice.chance(800) { // nothing arranged
		return
	}
	o.NextOn = p.today + calendar.Date(p.dice.between(-2, 9))
	p.rows.FollowUps[len(p.rows.FollowUps)-1].NextOn = o.NextOn
	p.event(o, process.ActivityNextContact, o.FollowedAt, o.FollowedAt, map[string]any{"next_on": o.NextOn}, "follow_up:"+strconv.Itoa(len(p.rows.FollowUps)))
	p.rows.Tasks = append(p.rows.Tasks, followup.Task{ID: int64(len(p.rows.Tasks) + 1), Kind: followup.TaskContact, OpportunityID: o.ID, PersonID: o.OwnerID, DueOn: o.NextOn, State: followup.TaskOpen,
		CreatedBy: "system:demo", CreatedAt: o.FollowedAt, Revision: 1})
}

func minTime(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}

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
			if p.dice.chance(850) { // numbers that nobody has
				c.Phone = "1000000" + strconv.FormatInt(p.dice.between(1000, 9999), 10)
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
	return nil
}

// said are the words of follow-ups.
var said = map[followup.Kind][]string{
	followup.KindCall:    {"电话沟通，客户有意向，约好再谈", "电话确认了需求和预算", "客户说要等季度预算批下来", "问了交期和付款条件"},
	followup.KindVisit:   {"上门拜访，见到决策人", "现场看了产线，记下三个改造点", "上门演示产品，客户认可", "拜访设备部，对方提出试用"},
	followup.KindWeChat:  {"微信发了资料，等客户回复", "微信报价，客户在比较", "微信确认下次见面时间", "发了同行业案例"},
	followup.KindMeeting: {"开会讲方案，客户提了修改意见", "开会谈价格和付款条件", "三方会议定下实施范围", "开会定下签约时间"},
}
