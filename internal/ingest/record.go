package ingest

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
)

// Ref points at a record of another kind. Index is its place among the records of that kind that this reading has handed to the
// sink, from 0, or External when only the caller's Known has it. An empty Key is no reference; Index is External then too.
type Ref struct {
	Key   Key
	Index int32
}

// External is the index of a reference that the files don't hold.
const External int32 = -1

// Region is a row of regions. Row is the row of the file, 0 when the record was made because a reference asked for it.
type Region struct {
	Row  int
	Key  Key
	Name string
}

// Team is a row of teams. Leader may be empty; the leader's record comes after the teams.
type Team struct {
	Row    int
	Key    Key
	Name   string
	Region Ref
	Leader Ref
}

// Person is all rows of one person. Left is the first day no longer employed, calendar.Forever if none. Assignments are ascending,
// don't overlap and lie within the employment.
type Person struct {
	Row         int // of the first
	Key         Key
	Name        string
	Hired, Left calendar.Date
	Assignments []Assignment
}

// Assignment is where and as what a person works over a run of days.
type Assignment struct {
	Row   int
	Days  calendar.Interval
	Team  Ref // may be empty
	Level org.Level
	Roles []string // sorted, without repetition
}

// Customer is a row of customers.
type Customer struct {
	Row                              int
	Key                              Key
	Name, Industry, City, CreditCode string
	Tier, Region                     string
	SaysTier, SaysRegion             bool // the file has the column
	File                             *CustomerFile
	Own                              customfield.Inputs // of the company's own fields; what is empty says nothing
}

// CustomerFile is what a row of customers says of a customer's file; what is empty says nothing.
type CustomerFile struct {
	Need          string
	BudgetMinor   int64 // fact.Unknown for none
	DecisionMaker string
	RegionCode    string
	Address       string
	InvoiceTitle  string
	ContractEnd   calendar.Date // NoDate for none
}

// Product is a row of products.
type Product struct {
	Row            int
	Key            Key
	Name, Category string
}

// MaxSellers is how many sellers can share a deal in a file.
const MaxSellers = deal.SellersMax

// Deal is a row of deals. Its sellers are Sellers[:SellerCount]; their shares total 100 %. Product may be empty.
type Deal struct {
	Row         int
	Key         Key
	Customer    Ref
	Product     Ref
	SignedOn    calendar.Date
	AmountMinor int64
	Currency    money.Currency
	SellerCount int
	Sellers     [MaxSellers]Share
	More        *DealMore        // nil when nothing more is known of it
	Says        fact.DetailField // the fields of More that the file has a column for
}

// Share is one seller's part of a deal.
type Share struct {
	Person      Ref
	BasisPoints int32
}

// Payment is a row of payments: money that came in, or went back when the amount is negative. It is never zero.
type Payment struct {
	Row         int
	Key         Key
	Deal        Ref
	PaidOn      calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// Quota is a row of quotas, above zero.
type Quota struct {
	Row         int
	Person      Ref
	Month       calendar.Month
	Of          string
	AmountMinor int64
	Currency    money.Currency
}

// ExchangeRate is a row of exchange rates: one Base is Rate of Quote.
type ExchangeRate struct {
	Row         int
	Base, Quote money.Currency
	On          calendar.Date
	Rate        decimal.Decimal
	Kind        string // "middle" unless the file says otherwise
}

// DealMore is what else a file may say of a deal. Units and CostMinor are Unknown where it doesn't say them;
// CancelledOn is calendar.Forever when the deal stands; Referrer may be empty.
type DealMore struct {
	Units, CostMinor int64
	Referrer         Ref
	CancelledOn      calendar.Date
}

// Unknown stands for units and costs that nobody recorded.
const Unknown = fact.Unknown

// Invoice is a row of invoices; a credit note is negative. It is never zero.
type Invoice struct {
	Row         int
	Key         Key
	Deal        Ref
	InvoicedOn  calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// GivenValue is a row of given values: what was measured of somebody elsewhere. Money is in minor units, 95 % is 0.95.
type GivenValue struct {
	Row     int
	Person  Ref
	Month   calendar.Month
	Measure string
	Value   decimal.Decimal
	Unit    fact.Unit
}

// Mentorship is a row of mentorships. Days ends the day after the last.
type Mentorship struct {
	Row             int
	Mentor, Trainee Ref
	Days            calendar.Interval
}

// Batch is some records of one kind; the slice of its kind is set, the others are nil. Expect is how many records of the kind the
// whole table will bring, estimated from the file's size (0 when unknown): a hint for memory, no promise.
type Batch struct {
	Kind          fact.Kind
	Source        string
	Expect        int64
	Regions       []Region
	Teams         []Team
	Persons       []Person
	Customers     []Customer
	Products      []Product
	Deals         []Deal
	Payments      []Payment
	Quotas        []Quota
	ExchangeRates []ExchangeRate
	Invoices      []Invoice
	GivenValues   []GivenValue
	Mentorships   []Mentorship
	Leads         []Lead
	Contacts      []Contact
	Opportunities []Opportunity
	FollowUps     []FollowUp
	Contracts     []Contract
	ServiceCases  []ServiceCase
	// Columns are the fields that the table has, of working records: the others stay what they are.
	Columns map[string]bool
}

// Sink takes records that passed every check, kind after kind in the order of Kinds, so that what a record refers to came
// before it (a team's leader excepted). Batches come from one goroutine and are valid only during the call; strings may be kept.
// Nothing may become visible before Read has returned: the caller decides by the Report. An error ends the reading.
type Sink interface {
	Put(ctx context.Context, batch Batch) error
}
