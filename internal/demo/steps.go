package demo

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// What so many of a thousand keep, of what was won and of what was lost: keeping the needs, the next contact and the rhythm helps to win, answering
// proposals fast does not.
var (
	keptNeed     = kept{930, 700}
	keptNext     = kept{910, 690}
	keptCadence  = kept{900, 690}
	keptFirst    = kept{900, 840}
	keptEntry    = kept{890, 850}
	keptGraded   = kept{800, 800}
	keptComplete = kept{930, 900}
	keptApproved = kept{970, 880}
	keptExtra    = kept{950, 850}
	keptContract = kept{930, 930}
	keptPlan     = kept{880, 880}
	keptSum      = kept{980, 980}
	keptHandover = kept{890, 890}
	keptRenewal  = kept{800, 800}
	keptContact  = kept{820, 820}
)

// kept is how many of a thousand keep a rule in cases that are won, or may be, and in those that are lost.
type kept struct{ won, lost int64 }

// keeps throws whether a rule is kept in an opportunity on a day.
func (p *pipeline) keeps(o *opportunity.Opportunity, on calendar.Date, k kept) bool {
	usual := k.won
	if p.losing {
		usual = k.lost
	}
	return p.habits.keeps(o.OwnerID, on, usual)
}

// step is something that is done in a case and written down by hand or by a record beside it.
func (p *pipeline) step(o *opportunity.Opportunity, activity process.Activity, at time.Time, data map[string]any) {
	if at.After(p.end) {
		return
	}
	p.event(o, activity, at, at, data, "")
}

// fromLead is how many of a thousand cases began as a lead, and for how many days back the leads are kept.
const (
	fromLead     = 300
	keptLeadDays = 120
)

// begun tells how a case came about that began as a lead: given out, answered, compared, registered, graded. It reports false for one of a customer
// that buys anyway.
func (p *pipeline) begun(o *opportunity.Opportunity) bool {
	d := p.habits.dice
	on := dayOf(o.CreatedAt)
	if !d.chance(fromLead) || !p.habits.inUse(on) {
		return false
	}
	took := time.Duration(d.between(4, 22)) * time.Hour
	if !p.keeps(o, on, keptEntry) {
		took = time.Duration(d.between(27, 110)) * time.Hour
	}
	given := o.CreatedAt.Add(-took)
	first := given.Add(took * time.Duration(d.between(10, 70)) / 100)
	switch inTime := p.keeps(o, on, keptFirst); {
	case !inTime && took < 26*time.Hour: // spoken to only after it was registered
		first = given.Add(time.Duration(d.between(25, 60)) * time.Hour)
	case !inTime:
		first = given.Add(25*time.Hour + (took-25*time.Hour)/2)
	case first.After(given.Add(23 * time.Hour)):
		first = given.Add(time.Duration(d.between(2, 22)) * time.Hour)
	}
	p.event(o, process.ActivityAssigned, given, given, map[string]any{"from": 0, "to": o.OwnerID}, "")
	if first = minTime(first, p.end); first.Before(p.end) {
		p.contact(o, first)
	}
	registered := map[string]any{"known_before": false, "company": p.named[o.CustomerID], "contact": one(d, surnames) + one(d, givenNames), "industry": ""}
	if !p.keeps(o, on, keptComplete) {
		registered["contact"] = ""
	}
	if p.keeps(o, on, keptApproved) {
		p.step(o, process.ActivityDuplicates, o.CreatedAt, map[string]any{"known_before": false})
	}
	p.step(o, process.ActivityRegistered, o.CreatedAt, registered)
	graded := o.CreatedAt.Add(time.Duration(d.between(3, 60)) * time.Hour)
	if !p.keeps(o, on, keptGraded) {
		graded = o.CreatedAt.Add(time.Duration(d.between(80, 240)) * time.Hour)
	}
	p.step(o, process.ActivityGraded, graded, map[string]any{"tier": p.tiers[o.CustomerID]})
	if on > p.today-keptLeadDays {
		p.leadOf(o, given, first, registered["contact"].(string))
	}
	return true
}

// leadOf keeps the lead that became an opportunity.
func (p *pipeline) leadOf(o *opportunity.Opportunity, given, first time.Time, name string) {
	d := p.habits.dice
	campaign := one(d, campaigns)
	l := lead.Lead{ID: int64(len(p.rows.Leads) + 1), Company: p.named[o.CustomerID], Name: name, Title: one(d, titles[0]), Phone: "1000002" + strconv.FormatInt(d.between(1000, 9999), 10), Source: leadSources[campaign], Campaign: campaign,
		Note: one(d, leadWants), Status: lead.StatusConverted, OwnerID: o.OwnerID, AssignedAt: given, FirstAt: first, FollowedAt: first, CustomerID: o.CustomerID, OpportunityID: o.ID, NextOn: calendar.NoDate,
		CreatedBy: "system:demo", CreatedAt: given, Revision: 0}
	o.LeadID, o.Source = l.ID, l.Source
	l.Revision++
	p.tellLead(&l, o.OwnerName, given, "add", process.ActivityLead, map[string]any{"source": l.Source, "campaign": l.Campaign})
	l.Revision++
	p.tellLead(&l, o.OwnerName, maxTime(o.CreatedAt, first), "convert", process.ActivityConverted, map[string]any{"opportunity": o.ID})
	p.rows.Leads = append(p.rows.Leads, l)
}

// rhythm is how many days may pass between two contacts, by tier.
func (p *pipeline) rhythm(o *opportunity.Opportunity) calendar.Date {
	switch p.tiers[o.CustomerID] {
	case "A":
		return 7
	case "B":
		return 14
	}
	return 30
}

// contactsMost is how often somebody speaks to a customer about one opportunity, at most.
const contactsMost = 7

// contactDays are the days on which a customer is spoken to, from one day to another: in the rhythm of the tier, or with one gap that is too long.
func (p *pipeline) contactDays(o *opportunity.Opportunity, from, until calendar.Date) (days []calendar.Date) {
	d, rhythm := p.habits.dice, p.rhythm(o)
	most := int64(contactsMost)
	if !p.habits.inUse(from) { // of older ones less is known
		most = 3
	}
	gapAt := int64(-1)
	if !p.keeps(o, until, keptCadence) {
		gapAt = d.between(0, 2)
	}
	day := from + calendar.Date(d.between(0, 1))
	for n := int64(0); day < until && n < most; n++ {
		days = append(days, day)
		step := calendar.Date(d.between(int64(rhythm)*5/10, int64(rhythm)*9/10))
		if n == gapAt {
			step = rhythm + calendar.Date(d.between(2, int64(rhythm)))
		}
		day += step
	}
	if len(days) == 0 || gapAt < 0 && until-days[len(days)-1] > rhythm*9/10 { // the last one shortly before the end
		days = append(days, max(from, until-calendar.Date(d.between(0, 1))))
	}
	return days
}

// arrange notes the next contact that a contact ended with.
func (p *pipeline) arrange(o *opportunity.Opportunity, on calendar.Date) {
	last := &p.rows.FollowUps[len(p.rows.FollowUps)-1]
	last.NextOn = on
	p.event(o, process.ActivityNextContact, last.OccurredAt, last.RecordedAt, map[string]any{"next_on": on}, "follow_up:"+strconv.Itoa(len(p.rows.FollowUps)))
}

// needed tells when the needs were recorded: before the proposal, incompletely, or not at all.
func (o *offers) needed(at *opportunity.Opportunity, drafted time.Time) {
	d := o.habits.dice
	when := drafted.Add(-time.Duration(d.between(2, 60)) * time.Hour)
	said := map[string]any{"budget": at.AmountMinor / (1000 * fen) * 1000 * fen, "decision_maker": one(d, deciders), "decision_date": at.ExpectedOn}
	if !o.keeps(at, dayOf(drafted), keptNeed) {
		switch d.between(0, 3) {
		case 0:
			said["decision_maker"] = ""
		case 1:
			when = drafted.Add(time.Duration(d.between(2, 50)) * time.Hour)
		default:
			return
		}
	}
	o.step(at, process.ActivityNeedRecorded, maxTime(when, at.CreatedAt), said)
}

// closing tells what follows a signature and is no record of its own in the demonstration: contract and plan on paper, hand-over, renewal.
func (p *pipeline) closing(o *opportunity.Opportunity, k *contract, at time.Time) {
	d := p.habits.dice
	if !p.habits.inUse(k.signed) {
		return
	}
	if !p.agreed[k.key] {
		if p.keeps(o, k.signed, keptContract) {
			p.step(o, process.ActivityContractApproved, at.Add(-time.Duration(d.between(1, 20))*time.Hour), map[string]any{"contract_amount": k.amount})
		}
		planned := at.Add(time.Duration(d.between(1, 20)) * time.Hour)
		if !p.keeps(o, k.signed, keptPlan) {
			planned = at.Add(time.Duration(d.between(30, 150)) * time.Hour)
		}
		sum := k.amount
		if !p.keeps(o, k.signed, keptSum) { // the last instalment was forgotten
			sum = k.amount / 10 * 9
		}
		p.step(o, process.ActivityPlanCreated, planned, map[string]any{"planned": sum, "contract_amount": k.amount})
	}
	taken := instant(p.year.work.AddWorkDays(k.signed, int(d.between(1, 2))), int(d.between(9, 17)), int(d.between(0, 59)))
	if !p.keeps(o, k.signed, keptHandover) {
		if taken = taken.AddDate(0, 0, int(d.between(5, 12))); d.chance(350) {
			return
		}
	}
	if len(p.desk) == 0 || taken.After(p.end) {
		return
	}
	by := p.desk[int(o.CustomerID)%len(p.desk)]
	p.events = append(p.events, process.Event{CaseID: o.ID, Activity: process.ActivityHandedOver, OccurredAt: taken, RecordedAt: taken, PersonID: p.persons[by.key], ActorID: p.users.service, Source: "customer:" + strconv.FormatInt(o.CustomerID, 10), Data: process.Data(map[string]any{})})
}

// renewedDays before its end a renewal is to begin, by the standard.
const renewedDays = 60

// renewal tells whether the renewal of a service contract was begun in time, once that is due.
func (p *pipeline) renewal(o *opportunity.Opportunity, ends calendar.Date) {
	d := p.habits.dice
	due := ends - renewedDays
	on := due - calendar.Date(d.between(1, 25))
	if !p.keeps(o, due, keptRenewal) {
		on = due + calendar.Date(d.between(3, 40))
	}
	if on < p.today {
		p.step(o, process.ActivityRenewal, p.hour(on), map[string]any{})
	}
}

// dayOf is the day of a moment in China.
func dayOf(at time.Time) calendar.Date { return calendar.DateOf(at.In(calendar.ChinaTime)) }

// writtenDown is when a contact was written down: at once, days later, or on Friday with everything else of the week.
func (p *pipeline) writtenDown(o *opportunity.Opportunity, at time.Time) time.Time {
	d := p.habits.dice
	if p.habits.fridays[o.OwnerID] && d.chance(700) {
		day := dayOf(at)
		for day.Weekday() != time.Friday {
			day++
		}
		return maxTime(at, instant(day, 17, int(d.between(2, 40))))
	}
	switch n := d.between(1, 100); {
	case n <= 62:
		return at.Add(time.Duration(d.between(1, 40)) * time.Minute)
	case n <= 93:
		return at.Add(time.Duration(d.between(1, 9)) * time.Hour)
	}
	return at.Add(time.Duration(d.between(20, 70)) * time.Hour)
}

// asked is one of a follow-up's kinds: calls and messages come more often than visits.
var usualKinds = []followup.Kind{followup.KindCall, followup.KindCall, followup.KindWeChat, followup.KindWeChat, followup.KindVisit, followup.KindMeeting}
