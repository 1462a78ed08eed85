// Package engine computes incentive pay: facts and plans in, payouts with their trace out.
//
// It is pure and exact. Run reads no clock, file or random source; amounts are int64 minor units, everything between is exact
// rational arithmetic, rounded only where the plan says. The result does not depend on the order of the facts: credits are put into
// a total order (date, then fact key). Same input, same result bytes, on any machine.
//
// Limits: pay of a run is in one currency, into which plans convert facts in others; facts are held in memory as columns (about 24 bytes a payment); persons, teams, customers and
// deals are addressed by dense indices that the loader assigns.
package engine

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Version names the behaviour of the engine. It changes whenever a result could change for the same input; closed periods are
// replayed with theirs. Facts, as they are written, had no currency once: input without any gives what it gave.
const Version = "1"

// None is the absent index.
const None int32 = -1

// Facts are all facts that a run may read, as columns and dense indices. Rows may come in any order.
type Facts struct {
	Currency  money.Currency
	Persons   []Person
	Teams     []Team
	Customers []Customer
	Products  []Product
	Deals     []Deal
	Shares    []Share // of all deals, see Deal.Shares
	Payments  Payments
	Quotas    []Quota
	FurtherFacts
}

// Person is somebody who sells or leads. Spans do not overlap and are ascending.
type Person struct {
	Key   string // the company's own id, unique
	Name  string
	Hired calendar.Date
	Left  calendar.Date // first day no longer employed; calendar.Forever if none
	Spans []Span
}

// Span is where and as what a person works over a run of days.
type Span struct {
	Days  calendar.Interval
	Team  int32 // index of Teams, or None
	Level string
	Roles []string
}

// Team is a team with its region and its leaders over time.
type Team struct {
	Key, Name string
	Region    string
	Leaders   []Leader
}

// Leader is who leads a team over a run of days.
type Leader struct {
	Days   calendar.Interval
	Person int32
}

// Customer is who buys. Tier and Region are empty where nobody recorded them.
type Customer struct{ Key, Name, Tier, Region string }

// Product is what is bought; Category is what rate tables look up.
type Product struct{ Key, Name, Category string }

// Deal is a signed contract with the sellers who share it. Shares are Facts.Shares[ShareFrom:ShareTo], in the order of the deal, the
// owner first, and total 100 % unless the deal has no seller.
type Deal struct {
	Key                string
	Customer, Product  int32
	SignedOn           calendar.Date
	AmountFen          int64
	ShareFrom, ShareTo int32
}

// Share is one seller's part of a deal, in basis points (7,000 = 70 %).
type Share struct {
	Person      int32
	BasisPoints int32
}

// Payments are collections and refunds (negative amounts), a column each. Order is the place of the payment's key in the total order of
// keys: numeric keys by value, others by bytes. Keys is nil when every key is the decimal text of Order.
type Payments struct {
	Deal      []int32
	On        []calendar.Date
	AmountFen []int64
	Order     []int64
	Keys      []string
	Currency  []int16 // of FurtherFacts.Currencies; nil: all in the currency of the run
}

// Len returns the number of payments.
func (p *Payments) Len() int { return len(p.Deal) }

// Key returns the external key of the payment in row i.
func (p *Payments) Key(i int32) string {
	if p.Keys != nil {
		return p.Keys[i]
	}
	return strconv.FormatInt(p.Order[i], 10)
}

// Quota is a person's target of a measured quantity for one month. Of is the event it is for, such as "collected".
type Quota struct {
	Person    int32
	Month     calendar.Month
	Of        string
	AmountFen int64
}
