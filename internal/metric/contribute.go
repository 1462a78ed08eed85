package metric

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Everybody is the person under whom the sums of the company are kept; Nobody has what no person has.
const (
	Everybody int64 = -1
	Nobody    int64 = 0
)

// Cell is a place of the kept sums. Day is NoDate for what is so at present; a measure that holds for a month has the first of it.
type Cell struct {
	Measure  MeasureID
	Day      calendar.Date
	PersonID int64
}

// Sum is what facts of a cell add up to, and how many they are.
type Sum struct{ Amount, Facts int64 }

// Delta is what is to be added to kept sums.
type Delta map[Cell]Sum

func (d Delta) put(c Cell, s Sum) {
	was := d[c]
	was.Amount, was.Facts = was.Amount+s.Amount, was.Facts+s.Facts
	if was == (Sum{}) {
		delete(d, c)
		return
	}
	d[c] = was
}

// Plus adds another delta times a sign.
func (d Delta) Plus(o Delta, sign int64) {
	for c, s := range o {
		d.put(c, Sum{sign * s.Amount, sign * s.Facts})
	}
}

// one counts a fact for one person and for the company.
func (d Delta) one(m MeasureID, day calendar.Date, person, amount int64) {
	d.put(Cell{m, day, person}, Sum{amount, 1})
	d.put(Cell{m, day, Everybody}, Sum{amount, 1})
}

// Share is a person's part of a deal.
type Share struct{ PersonID, BasisPoints int64 }

// Money is a payment or an invoice of a deal.
type Money struct {
	On          calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// DealFacts is a deal with all that is recorded of it, as of one batch. A deal that is not known has no id.
type DealFacts struct {
	ID          int64
	SignedOn    calendar.Date
	AmountMinor int64
	Currency    money.Currency
	CancelledOn calendar.Date // calendar.Forever while it stands
	Shares      []Share       // by position
	Payments    []Money
	Invoices    []Money
}

// wholeShare is the sum of the shares of a deal.
const wholeShare = 10_000

// shared counts a fact for those who share the deal, in whole minor units by largest remainder, and for the company. What nobody has a share of is nobody's.
func (d Delta) shared(m MeasureID, day calendar.Date, shares []Share, amount int64) {
	d.put(Cell{m, day, Everybody}, Sum{amount, 1})
	weights, people := make([]int64, 0, len(shares)+1), make([]int64, 0, len(shares)+1)
	left := int64(wholeShare)
	for _, s := range shares {
		weights, people, left = append(weights, s.BasisPoints), append(people, s.PersonID), left-s.BasisPoints
	}
	if left > 0 {
		weights, people = append(weights, left), append(people, Nobody)
	}
	for i, part := range money.Allocate(amount, weights) {
		if weights[i] > 0 {
			d.put(Cell{m, day, people[i]}, Sum{part, 1})
		}
	}
}

// things counts a thing once for each who shares it: persons do not add up to the company.
func (d Delta) things(m MeasureID, day calendar.Date, shares []Share) {
	d.put(Cell{m, day, Everybody}, Sum{1, 1})
	counted := false
	for _, s := range shares {
		if s.BasisPoints > 0 {
			d.put(Cell{m, day, s.PersonID}, Sum{1, 1})
			counted = true
		}
	}
	if !counted {
		d.put(Cell{m, day, Nobody}, Sum{1, 1})
	}
}

// OfDeal is what a deal adds to the sums.
func OfDeal(f DealFacts, currency money.Currency) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	if f.Currency == currency {
		d.shared(Signed, f.SignedOn, f.Shares, f.AmountMinor)
		d.things(Deals, f.SignedOn, f.Shares)
		if f.CancelledOn != calendar.Forever {
			d.shared(Cancelled, f.CancelledOn, f.Shares, f.AmountMinor)
		}
	} else {
		d.things(Foreign, f.SignedOn, f.Shares)
	}
	for _, p := range f.Payments {
		switch {
		case p.Currency != currency:
			d.things(Foreign, p.On, f.Shares)
		case p.AmountMinor < 0:
			d.shared(Refunded, p.On, f.Shares, -p.AmountMinor)
		default:
			d.shared(Collected, p.On, f.Shares, p.AmountMinor)
		}
	}
	for _, i := range f.Invoices {
		if i.Currency != currency {
			d.things(Foreign, i.On, f.Shares)
			continue
		}
		d.shared(Invoiced, i.On, f.Shares, i.AmountMinor)
	}
	return d
}

// Instalment is a part of a payment plan. UntilMinor is its amount and those of the instalments before it.
type Instalment struct {
	DueOn       calendar.Date // NoDate: on an event that has not come
	AmountMinor int64
	UntilMinor  int64
	Currency    money.Currency
}

// PlanFacts is a signed contract with its payment plan and the payments of its deal. Without an id it is not known, or counts no more.
type PlanFacts struct {
	ID       int64
	OwnerID  int64
	SignedOn calendar.Date
	Plan     []Instalment
	Payments []Money
}

// OfPlan is what a payment plan adds to the sums. Payments cover instalments in the order in which they are due, whatever they were paid for; what goes
// back uncovers them again. Every amount stands at the day from which on it counts, so that a sum up to any day is what was true at its end.
func OfPlan(f PlanFacts, currency money.Currency) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	days, paid := runningTotals(f.Payments, currency)
	for _, i := range f.Plan {
		if i.Currency != currency {
			d.one(Foreign, f.SignedOn, f.OwnerID, 1)
			continue
		}
		d.one(Planned, f.SignedOn, f.OwnerID, i.AmountMinor)
		before, dated := int64(0), i.DueOn != calendar.NoDate
		if dated {
			d.one(Due, i.DueOn, f.OwnerID, i.AmountMinor)
		}
		for at, day := range days {
			now := min(max(paid[at]-(i.UntilMinor-i.AmountMinor), 0), i.AmountMinor)
			part := now - before
			before = now
			if part == 0 {
				continue
			}
			d.one(Covered, day, f.OwnerID, part)
			switch {
			case !dated:
			case day.Month() < i.DueOn.Month():
				d.one(DueEarly, i.DueOn, f.OwnerID, part)
			case day.Month() == i.DueOn.Month():
				d.one(DueInDue, max(day, i.DueOn), f.OwnerID, part)
			default:
				d.one(DueLate, day, f.OwnerID, part)
			}
		}
	}
	return d
}

// runningTotals are what had come in by the end of each day on which something did or went back.
func runningTotals(payments []Money, currency money.Currency) (days []calendar.Date, paid []int64) {
	list := slices.Clone(payments)
	slices.SortStableFunc(list, func(a, b Money) int { return cmp.Compare(a.On, b.On) })
	total := int64(0)
	for _, p := range list {
		if p.Currency != currency {
			continue
		}
		total += p.AmountMinor
		if n := len(days); n > 0 && days[n-1] == p.On {
			paid[n-1] = total
			continue
		}
		days, paid = append(days, p.On), append(paid, total)
	}
	return days, paid
}

// LeadFacts is a lead.
type LeadFacts struct {
	ID          int64
	OwnerID     int64
	EnteredOn   calendar.Date
	ConvertedOn calendar.Date // NoDate: it was not
}

// CohortDays is how long a lead has to become a customer.
const CohortDays = 90

// OfLead is what a lead adds to the sums.
func OfLead(f LeadFacts) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	d.one(Leads, f.EnteredOn, f.OwnerID, 1)
	if f.ConvertedOn != calendar.NoDate && f.ConvertedOn <= f.EnteredOn+CohortDays {
		d.one(LeadsConverted, f.EnteredOn, f.OwnerID, 1)
	}
	return d
}

// FollowUpFacts is a follow-up, with a customer or a lead. What was said to a lead goes along when it becomes an opportunity, and is the same one.
type FollowUpFacts struct {
	ID       int64
	PersonID int64
	On       calendar.Date
	Visit    bool
}

// OfFollowUp is what a follow-up adds to the sums.
func OfFollowUp(f FollowUpFacts) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	d.one(FollowUps, f.On, f.PersonID, 1)
	if f.Visit {
		d.one(Visits, f.On, f.PersonID, 1)
	}
	return d
}

// CustomerFacts is a customer of the ledger, those that were merged into it being it. One that was merged itself, or taken back, has no id.
type CustomerFacts struct {
	ID        int64
	OwnerID   int64 // who has it now; Nobody
	EnteredOn calendar.Date
	FirstDeal int64
	FirstOn   calendar.Date // NoDate: it has not bought yet
	Shares    []Share       // of its first deal
}

// OfCustomer is what a customer adds to the sums: entered once, new with its first deal, whatever became of that.
func OfCustomer(f CustomerFacts) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	d.one(CustomersEntered, f.EnteredOn, f.OwnerID, 1)
	if f.FirstOn != calendar.NoDate {
		d.things(CustomersFirst, f.FirstOn, f.Shares)
	}
	return d
}

// OpportunityState is where an opportunity stands.
type OpportunityState string

// The states that count.
const (
	OpportunityOpen OpportunityState = "open"
	OpportunityWon  OpportunityState = "won"
	OpportunityLost OpportunityState = "lost"
)

// OpportunityFacts is an opportunity.
type OpportunityFacts struct {
	ID          int64
	OwnerID     int64
	State       OpportunityState
	EndedOn     calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// OfOpportunity is what an opportunity adds to the sums.
func OfOpportunity(f OpportunityFacts, currency money.Currency) Delta {
	d := Delta{}
	if f.ID == 0 {
		return d
	}
	ours := f.Currency == currency
	switch f.State {
	case OpportunityOpen:
		d.one(PipelineNumber, calendar.NoDate, f.OwnerID, 1)
		if ours {
			d.one(Pipeline, calendar.NoDate, f.OwnerID, f.AmountMinor)
		}
	case OpportunityWon:
		d.one(Won, f.EndedOn, f.OwnerID, 1)
		if ours {
			d.one(WonMoney, f.EndedOn, f.OwnerID, f.AmountMinor)
		}
	case OpportunityLost:
		d.one(Lost, f.EndedOn, f.OwnerID, 1)
	}
	return d
}
