package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// offers are the quotes behind the opportunities of the story, with dice of their own, so that everything else stays what it is.
type offers struct {
	*pipeline
	dice   dice
	people map[int64]*person
	sold   map[int64]product
	signed map[string]*contract // by the deal's key

	drafted  map[int64]bool   // owners with a log-in who have a draft
	answered map[[2]int64]int // proposals by whether they were lost and how large they were
}

// subjectOffers is the subject of the dice of offers.
const subjectOffers = 79

// offersOf is how many of a hundred opportunities that ended, and that got as far as a proposal, had a quote; open ones all have one.
const offersOf = 40

// offer tells what was offered: how it came to be approved and sent, and what the customer said.
func (p *pipeline) offer() {
	o := &offers{pipeline: p, dice: newDice(p.seed, subjectOffers), people: map[int64]*person{}, sold: map[int64]product{}, signed: map[string]*contract{}, drafted: map[int64]bool{}, answered: map[[2]int64]int{}}
	for _, k := range p.deals {
		o.signed[k.key] = k
	}
	for _, known := range p.company.people {
		o.people[p.persons[known.key]] = known
	}
	for _, one := range products {
		o.sold[p.products[one.key]] = one
	}
	for i := range p.rows.Opportunities {
		at := &p.rows.Opportunities[i]
		switch {
		case at.State == opportunity.StateOpen && at.Stage != opportunity.StageProposal && at.Stage != opportunity.StageContract:
		case at.State == opportunity.StateLost && at.Stage != opportunity.StageProposal && at.Stage != opportunity.StageContract:
		case at.State != opportunity.StateOpen && !o.dice.chance(offersOf*permille/100):
		default:
			o.quote(at)
		}
	}
	o.losing = false
	for i := range p.rows.Opportunities {
		if at := &p.rows.Opportunities[i]; at.State == opportunity.StateWon {
			p.closing(at, o.signed[at.DealKey], p.signedAt[at.ID])
		}
	}
}

// quote makes a quote of an opportunity; when it was drafted, signed and sent lies between the opening and the end.
func (o *offers) quote(at *opportunity.Opportunity) {
	last := lastly(at, o.end)
	span := last.Sub(at.CreatedAt)
	drafted := at.CreatedAt.Add(span * 5 / 10)
	o.losing = at.State == opportunity.StateLost
	signed := minTime(o.answeredAt(at, drafted, last), last)
	sent := minTime(signed.Add(time.Duration(o.dice.between(2, 40))*time.Hour), last)
	if !o.keeps(at, dayOf(drafted), keptApproved) { // it went to the customer first
		sent = drafted.Add(signed.Sub(drafted) / 2)
	}
	sold, discount := o.sold[at.ProductIDs[0]], o.dice.between(0, 8)*10_000
	q := quote.Quote{ID: int64(len(o.rows.Quotes) + 1), Version: 1, Latest: true, OpportunityID: at.ID, CustomerID: at.CustomerID, OwnerID: at.OwnerID, Title: sold.name + "报价", Currency: money.CNY,
		Lines:    []quote.Line{{ProductID: at.ProductIDs[0], Text: sold.name, Quantity: decimal.FromInt(1, 0), Unit: "套", ListMinor: at.AmountMinor, DiscountPPM: discount, PriceMinor: quote.NoPrice, TaxPPM: 130_000}},
		LimitPPM: 50_000, Beyond: discount > 50_000, SentOn: calendar.NoDate, EndedOn: calendar.NoDate, Terms: "合同签订后30天内交货；预付30%，验收后付清", CreatedBy: "system:demo", CreatedAt: drafted}
	q.RootID = q.ID
	if totals, err := quote.Sum(q.Lines); err == nil { // amounts of the story fit
		q.ListMinor, q.AmountMinor, q.TaxMinor, q.DiscountPPM = totals.ListMinor, totals.AmountMinor, totals.TaxMinor, totals.DiscountPPM()
	}
	o.change(&q, drafted, "add", "", quote.StateDraft)
	state := o.fate(at)
	if state != quote.StateDraft {
		o.needed(at, drafted)
		o.submit(&q, at, drafted, signed)
	}
	if state != quote.StateDraft && state != quote.StateApproved {
		q.SentOn, q.SentTo, q.SentBy = calendar.DateOf(sent.In(calendar.ChinaTime)), "采购部", one(o.dice, quote.Ways[:3])
		o.change(&q, sent, "send", quote.StateApproved, quote.StateSent)
		o.event(at, process.ActivityProposalSent, sent, sent, map[string]any{"discount": q.DiscountPPM, "discount_limit": q.LimitPPM, "amount": q.AmountMinor, "quote": q.Number()}, q.Subject())
	}
	if state == quote.StateAccepted || state == quote.StateDeclined {
		activity, action := process.ActivityProposalAccepted, "accept"
		if state == quote.StateDeclined {
			activity, action, q.EndedFor = process.ActivityProposalDeclined, "decline", "没谈拢"
		}
		q.EndedOn = calendar.DateOf(last.In(calendar.ChinaTime))
		o.change(&q, last, action, quote.StateSent, state)
		o.event(at, activity, last, last, map[string]any{"amount": q.AmountMinor, "quote": q.Number()}, q.Subject())
	}
	if state == quote.StateAccepted {
		o.agree(&q, at)
	}
	q.State, q.ValidUntil = state, calendar.DateOf(drafted.In(calendar.ChinaTime))+30
	o.rows.Quotes = append(o.rows.Quotes, q)
}

// lastly is when what is told of a quote must have happened: before the opportunity ended.
func lastly(at *opportunity.Opportunity, end time.Time) time.Time {
	if at.State == opportunity.StateOpen {
		return end
	}
	y, m, d := at.EndedOn.Civil()
	return minTime(maxTime(time.Date(y, m, d, 8, 30, 0, 0, calendar.ChinaTime), at.CreatedAt), end)
}

func minTime(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fate is what became of the quote of an opportunity.
func (o *offers) fate(at *opportunity.Opportunity) quote.State {
	switch {
	case at.State == opportunity.StateWon:
		return quote.StateAccepted
	case at.State == opportunity.StateLost:
		return quote.StateDeclined
	}
	if o.people[at.OwnerID].stays && !o.drafted[at.OwnerID] { // whoever has a log-in has something to submit
		o.drafted[at.OwnerID] = true
		return quote.StateDraft
	}
	return []quote.State{quote.StateDraft, quote.StateApproved, quote.StateSent, quote.StateSent, quote.StateSent}[o.dice.between(0, 4)]
}

// answersLate is how many of ten proposals wait for their answer for days, whatever becomes of them: of the large as of the
// small, of those that were won as of the others.
const answersLate = 4

// answeredAt is when a proposal was approved: within hours, or days later where there is time for that.
func (o *offers) answeredAt(at *opportunity.Opportunity, drafted, last time.Time) time.Time {
	alike := [2]int64{0, 0}
	if o.losing {
		alike[0] = 1
	}
	for _, most := range []int64{20_000, 45_000, 90_000, 180_000} {
		if at.AmountMinor > most*fen {
			alike[1]++
		}
	}
	o.answered[alike]++
	late := instant(o.year.work.AddWorkDays(dayOf(drafted), 2), int(o.dice.between(14, 17)), int(o.dice.between(0, 59)))
	if o.answered[alike]%10 < answersLate && late.Before(last) && at.State != opportunity.StateOpen {
		return late
	}
	return drafted.Add(time.Duration(o.dice.between(20, 400)) * time.Minute)
}

// submit lets the team's leader approve a quote; some go to the customer without, as people do.
func (o *offers) submit(q *quote.Quote, at *opportunity.Opportunity, drafted, signed time.Time) {
	data := map[string]any{"discount": q.DiscountPPM, "discount_limit": q.LimitPPM, "amount": q.AmountMinor, "quote": q.Number()}
	o.change(q, drafted, "submit", quote.StateDraft, quote.StateWaiting)
	o.event(at, process.ActivityProposalDrafted, drafted, drafted, data, q.Subject())
	leader := o.people[at.OwnerID]
	if in, there := leader.on(calendar.DateOf(drafted.In(calendar.ChinaTime))); there {
		leader = o.teams[in.team].leader
	}
	o.change(q, signed, "approve", quote.StateWaiting, quote.StateApproved)
	for n := range 2 {
		activity := process.ActivityManagerApproved
		if n == 1 {
			activity = process.ActivityExtraSigned
		}
		if n == 1 && (!q.Beyond || !o.keeps(at, dayOf(signed), keptExtra)) {
			break
		}
		o.events = append(o.events, process.Event{CaseID: at.ID, Activity: activity, OccurredAt: signed, RecordedAt: signed, PersonID: o.persons[leader.key], ActorID: "system:demo", Source: q.Subject(),
			Data: process.Data(map[string]any{"amount": q.AmountMinor, "quote": q.Number()})})
	}
}

func (o *offers) change(q *quote.Quote, at time.Time, action string, before, after quote.State) {
	q.Revision++
	c := process.Change{Subject: q.Subject(), Revision: q.Revision, At: at, ActorID: "system:demo", ActorName: o.people[q.OwnerID].name, Action: "quote." + action, After: process.Data(map[string]any{"state": after})}
	if before != "" {
		c.Before = process.Data(map[string]any{"state": before})
	}
	o.rows.Changes = append(o.rows.Changes, c)
}

// askApprovals lets sellers with a log-in submit what they have drafted, so that something waits for their lead, and keeps a price list.
func (f *filler) askApprovals(ctx context.Context) error {
	if f.Quotes == nil {
		return nil
	}
	rules := quote.ShippedRules()
	for _, sold := range products {
		price := quote.Price{ProductKey: sold.key, ListMinor: sold.high * fen, Currency: money.CNY, LimitPPM: quote.NoLimit}
		if sold.category == "C" {
			price.LimitPPM = 30_000
		}
		rules.Prices = append(rules.Prices, price)
	}
	if err := f.Quotes.SaveRules(ctx, f.actor(loginOperations), rules, 0); err != nil {
		return err
	}
	for _, login := range []string{loginRegular, loginCore} {
		seller := f.actor(login)
		page, err := f.Quotes.List(ctx, seller, quote.Filter{State: quote.StateDraft, Valid: fact.AnyDay(), Paging: fact.Paging{Limit: 2}})
		if err != nil {
			return err
		}
		for _, q := range page.Rows {
			if q.ValidUntil < f.Today {
				continue
			}
			if _, err := f.Quotes.Submit(ctx, seller, q.ID, q.Revision); err != nil {
				return err
			}
		}
	}
	return nil
}
