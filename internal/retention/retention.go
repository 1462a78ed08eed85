// Package retention says which customers stay: by named definitions, over two years of orders each, for every seller, team, region and tier, month
// by month and by cohort.
//
// The numbers are made once a day from the deals of all customers and kept as sums, so that a page reads sums and never all customers. They rest on
// orders by the day of signature, cancelled ones left out; amounts on those in the company's currency alone, the others are counted. Limits: one
// look a day; a customer counts for whoever owns it now, with the tier it has now, also in past months.
package retention

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/stats"
)

// Order is a deal of a customer.
type Order struct {
	SignedOn    calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// State is where a customer stands on a day.
type State string

// The states. The year before is the one that ended a year ago; this year is the one that ends on the day.
const (
	StateKept   State = "kept"   // bought in both years
	StateLost   State = "lost"   // bought in the year before, not in this
	StateNew    State = "new"    // the first order ever is of this year
	StateBack   State = "back"   // bought in this year and earlier, not in the year before
	StateAsleep State = "asleep" // bought before both years
)

// States are all states in the order in which they are shown.
var States = []State{StateKept, StateLost, StateNew, StateBack, StateAsleep}

// Keeping is one customer on a day.
type Keeping struct {
	CustomerID int64
	OwnerID    int64  // who has it now; 0 for nobody
	Tier       string // empty when nobody sorted it
	State      State
	FirstOn    calendar.Date
	LastOn     calendar.Date
	BaseOrders int64 // of the year before
	BaseMinor  int64
	NowOrders  int64 // of this year
	NowMinor   int64
	Foreign    int64 // orders of both years in other currencies: counted, without an amount
}

// Judge says where a customer stood at the end of a day, by orders in the order of their days. False for one that had not bought yet.
func Judge(orders []Order, day calendar.Date, currency money.Currency) (k Keeping, bought bool) {
	thisYear, yearBefore := day.AddMonths(-12), day.AddMonths(-24)
	for _, o := range orders {
		if o.SignedOn > day {
			break
		}
		if !bought {
			k.FirstOn, bought = o.SignedOn, true
		}
		k.LastOn = o.SignedOn
		if o.SignedOn <= yearBefore {
			continue
		}
		amount := o.AmountMinor
		if o.Currency != currency {
			k.Foreign++
			amount = 0
		}
		if o.SignedOn <= thisYear {
			k.BaseOrders++
			k.BaseMinor += amount
		} else {
			k.NowOrders++
			k.NowMinor += amount
		}
	}
	switch {
	case k.BaseOrders > 0 && k.NowOrders > 0:
		k.State = StateKept
	case k.BaseOrders > 0:
		k.State = StateLost
	case k.NowOrders > 0 && k.FirstOn > thisYear:
		k.State = StateNew
	case k.NowOrders > 0:
		k.State = StateBack
	default:
		k.State = StateAsleep
	}
	return k, bought
}

// Sums are what the rates are made of.
type Sums struct {
	Base      int64 // customers that bought in the year before
	Kept      int64 // of them, those that bought in this year too
	BaseMinor int64 // what they bought in the year before
	HeldMinor int64 // of that, what they bought again: of each the smaller of both years
	NowMinor  int64 // what they bought in this year
	Buyers    int64 // customers that bought in this year
	Again     int64 // of them, those with two orders or more in it
	Foreign   int64 // orders in other currencies
}

// Add counts a customer.
func (s *Sums) Add(k Keeping) {
	s.Foreign += k.Foreign
	if k.NowOrders > 0 {
		if s.Buyers++; k.NowOrders > 1 {
			s.Again++
		}
	}
	if k.BaseOrders == 0 {
		return
	}
	if s.Base++; k.NowOrders > 0 {
		s.Kept++
	}
	s.BaseMinor += k.BaseMinor
	s.HeldMinor += min(k.BaseMinor, k.NowMinor)
	s.NowMinor += k.NowMinor
}

// Plus adds other sums.
func (s *Sums) Plus(o Sums) {
	s.Base, s.Kept, s.BaseMinor, s.HeldMinor, s.NowMinor = s.Base+o.Base, s.Kept+o.Kept, s.BaseMinor+o.BaseMinor, s.HeldMinor+o.HeldMinor, s.NowMinor+o.NowMinor
	s.Buyers, s.Again, s.Foreign = s.Buyers+o.Buyers, s.Again+o.Again, s.Foreign+o.Foreign
}

// CohortSums are the customers whose first order is of one quarter.
type CohortSums struct {
	Customers int64
	Ripe      int64 // those whose first order is a year old
	Again     int64 // of them, those that ordered again on another day within that year
}

// Plus adds other sums.
func (c *CohortSums) Plus(o CohortSums) {
	c.Customers, c.Ripe, c.Again = c.Customers+o.Customers, c.Ripe+o.Ripe, c.Again+o.Again
}

// Quarter is a quarter: its year times four, and its place in it from 0.
type Quarter int

// QuarterOf is the quarter of a day.
func QuarterOf(d calendar.Date) Quarter {
	year, month, _ := d.Civil()
	return Quarter(year*4 + (int(month)-1)/3)
}

// Civil is the year and the quarter of it from 1.
func (q Quarter) Civil() (year, quarter int) { return int(q) / 4, int(q)%4 + 1 }

// CohortOf says of which cohort a customer is, and what it adds to it by the end of a day. False for one that has not bought.
func CohortOf(orders []Order, day calendar.Date) (q Quarter, c CohortSums, bought bool) {
	if len(orders) == 0 || orders[0].SignedOn > day {
		return 0, c, false
	}
	first := orders[0].SignedOn
	c.Customers = 1
	if within := first.AddMonths(12); within <= day {
		c.Ripe = 1
		for _, o := range orders {
			if o.SignedOn > first && o.SignedOn <= within {
				c.Again = 1
			}
		}
	}
	return QuarterOf(first), c, true
}

// Whole is the unit of shares: parts per million.
const Whole = 1_000_000

// Interval is Wilson's interval of a share at 95 %, in parts per million. False where there is nothing to take a share of.
func Interval(hits, cases int64) (low, high int64, ok bool) {
	rate, err := stats.Wilson(int(hits), int(cases), confidence)
	if err != nil {
		return 0, 0, false
	}
	return int64(rate.Interval.Low * Whole), int64(rate.Interval.High * Whole), true
}

const confidence = 0.95
