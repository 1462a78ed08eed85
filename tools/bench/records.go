package main

import (
	"encoding/json"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/store"
)

// The courses that opportunities take, of eventsEach events: most rules of the standard that ships ask something of one of them.
var (
	courseWon = []process.Activity{process.ActivityOpened, "lead_assigned", process.ActivityRegistered, process.ActivityContacted, "need_recorded", "proposal_drafted", "manager_approved", "proposal_sent",
		process.ActivitySigned, "plan_created"}
	courseLost = []process.Activity{process.ActivityOpened, "lead_assigned", process.ActivityFirst, process.ActivityContacted, process.ActivityNextContact, process.ActivityContacted, "need_recorded",
		"proposal_drafted", process.ActivityStage, process.ActivityLost}
	courseOpen = []process.Activity{process.ActivityOpened, "lead_assigned", process.ActivityFirst, process.ActivityRegistered, "graded", process.ActivityContacted, process.ActivityNextContact, "need_recorded",
		process.ActivityStage, process.ActivityContacted}
)

// courseData is what is recorded with activities.
var courseData = map[process.Activity]json.RawMessage{
	process.ActivityRegistered: json.RawMessage(`{"company":"华信电子","contact":"王伟","industry":"电子"}`),
	process.ActivityStage:      json.RawMessage(`{"stage":"needs"}`),
	process.ActivitySigned:     json.RawMessage(`{"contract_amount":10000000,"ends_on":"2027-05-31"}`),
	"need_recorded":            json.RawMessage(`{"budget":10000000,"decision_maker":"李经理","decision_date":"2026-08-01"}`),
	"proposal_drafted":         json.RawMessage(`{"discount":20000,"discount_limit":50000}`),
	"proposal_sent":            json.RawMessage(`{"discount":20000,"discount_limit":50000}`),
	"plan_created":             json.RawMessage(`{"planned":10000000,"contract_amount":10000000,"due_on":"2026-09-01"}`),
}

// course is what happened to an opportunity: each event some hours to ten days after the last, and written down soon or late.
func (w *records) course(o *opportunity.Opportunity, at time.Time) []process.Event {
	course := courseWon
	switch o.State {
	case opportunity.StateLost:
		course = courseLost
	case opportunity.StateOpen:
		course = courseOpen
	}
	// In time for all of it to have happened, and mostly as the standard asks: some steps take ten days.
	gap, most := 20, max(1, int(w.today.Time().Sub(at).Hours())/len(course))
	gap = min(gap, most)
	events := make([]process.Event, len(course))
	for n, activity := range course {
		recorded := at.Add(time.Duration(w.random.IntN(min(30, gap))) * time.Hour)
		events[n] = process.Event{CaseID: o.ID, Activity: activity, OccurredAt: at, RecordedAt: recorded, PersonID: o.OwnerID, ActorID: "system:bench", Source: o.Subject(), Data: courseData[activity]}
		if activity == "manager_approved" && o.ID%2 > 0 {
			events[n].PersonID = w.sellers[w.random.IntN(len(w.sellers))]
		}
		hours := gap
		if w.random.IntN(8) == 0 {
			hours = min(240, most)
		}
		at = at.Add(time.Duration(1+w.random.IntN(hours)) * time.Hour)
	}
	return events
}

// offers adds a quote, with what is won a contract, and with the last of a customer's a lead.
func (w *records) offers(rows *store.WorkRows, o *opportunity.Opportunity, at time.Time) {
	day := calendar.DateOf(at)
	lines := []quote.Line{{Text: o.Name, Quantity: decimal.FromInt(1, 0), Unit: "套", ListMinor: o.AmountMinor, PriceMinor: quote.NoPrice, TaxPPM: 130_000}}
	q := quote.Quote{ID: o.ID, RootID: o.ID, Version: 1, Latest: true, OpportunityID: o.ID, CustomerID: o.CustomerID, OwnerID: o.OwnerID, Title: o.Name + "报价", State: quote.StateSent, Lines: lines,
		Currency: money.CNY, ListMinor: o.AmountMinor, AmountMinor: o.AmountMinor, ValidUntil: day + 30, SentOn: day + 10, SentTo: "采购部", SentBy: quote.Ways[0], EndedOn: calendar.NoDate,
		CreatedBy: "system:bench", CreatedAt: at, Revision: 1}
	switch o.State {
	case opportunity.StateLost:
		q.State, q.EndedOn = quote.StateDeclined, o.EndedOn
	case opportunity.StateWon:
		q.State, q.EndedOn = quote.StateAccepted, o.EndedOn
		rows.Contracts = append(rows.Contracts, contract.Contract{ID: o.ID, Number: "HT" + strconv.FormatInt(10_000_000+o.ID, 10), OpportunityID: o.ID, QuoteID: q.ID, CustomerID: o.CustomerID, OwnerID: o.OwnerID,
			Title: o.Name + "合同", State: contract.StateSigned, Lines: lines, Currency: money.CNY, AmountMinor: o.AmountMinor, StartsOn: o.EndedOn, EndsOn: o.EndedOn + 365, SignedOn: o.EndedOn,
			EndedOn: calendar.NoDate, CreatedBy: "system:bench", CreatedAt: at, Revision: 1})
	}
	rows.Quotes = append(rows.Quotes, q)
	if o.ID%opportunitiesEach > 0 {
		return
	}
	l := lead.Lead{ID: o.CustomerID - w.before, Company: companyName(w.random), Name: families[w.random.IntN(len(families))] + givenNames[w.random.IntN(len(givenNames))],
		Phone: strconv.FormatInt(13_000_000_000+o.ID*104729%900_000_000, 10), Source: o.Source, Campaign: "展会" + strconv.Itoa(w.random.IntN(40)), Status: lead.StatusConverted, OwnerID: o.OwnerID,
		AssignedAt: at, FirstAt: at.Add(time.Hour), FollowedAt: at, NextOn: calendar.NoDate, CustomerID: o.CustomerID, OpportunityID: o.ID, CreatedBy: "system:bench", CreatedAt: at, Revision: 1}
	switch w.random.IntN(10) {
	case 0:
		l.Status, l.CustomerID, l.OpportunityID, l.FirstAt = lead.StatusNew, 0, 0, time.Time{}
	case 1:
		l.Status, l.CustomerID, l.OpportunityID = lead.StatusContacted, 0, 0
	case 2, 3:
		l.Status, l.CustomerID, l.OpportunityID, l.InvalidFor = lead.StatusInvalid, 0, 0, "no_need"
	}
	rows.Leads = append(rows.Leads, l)
}
