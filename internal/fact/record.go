package fact

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// The records are facts as they arrive: identified by the company's own keys, referring to each other by key. Who writes them has
// checked them (package ingest, or the service of a form); a reference that does not resolve is still refused.

// RegionRecord is a sales region.
type RegionRecord struct{ Key, Name string }

// TeamRecord is a team of a region.
type TeamRecord struct{ Key, Name, Region string }

// LeaderRecord says who leads a team. With From it is a change on that day; with NoDate it states (or corrects) who leads now. An
// empty Person ends the leadership.
type LeaderRecord struct {
	Team, Person string
	From         calendar.Date
}

// PersonRecord is a person and where they work from ValidFrom on. With ValidFrom NoDate the record states (or corrects) the present
// assignment; with a date it is a move or a change of level on that day.
type PersonRecord struct {
	Key, Name string
	Team      string // key, may be empty
	Level     string
	Roles     []string
	Hired     calendar.Date
	Left      calendar.Date // Forever if employed
	ValidFrom calendar.Date
}

// PersonKeyRecord gives a person another key; it stays the same person.
type PersonKeyRecord struct{ Key, NewKey string }

// CustomerRecord is a customer. A tier or region that is nil stays what it was.
type CustomerRecord struct {
	Key, Name, Industry, City, CreditCode string
	Tier, Region                          *string `json:",omitempty"`
}

// ProductRecord is a product with the category that rate tables read.
type ProductRecord struct{ Key, Name, Category string }

// DealRecord is a signed contract with its sellers; Shares total 10,000 basis points.
type DealRecord struct {
	Key, Customer, Product string
	SignedOn               calendar.Date
	AmountMinor            int64
	Currency               money.Currency
	Shares                 []ShareRecord
	Detail                 *DealDetail `json:",omitempty"` // nil: what more is known of the deal stays what it was
}

// ShareRecord is one seller's part of a deal.
type ShareRecord struct {
	Person      string
	BasisPoints int32
}

// PaymentRecord is a collection, or a refund when negative.
type PaymentRecord struct {
	Key, Deal   string
	PaidOn      calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

// QuotaRecord is a person's quota of a quantity for a month.
type QuotaRecord struct {
	Person      string
	Month       calendar.Month
	Of          string
	AmountMinor int64
}

// RateRecord is an exchange rate: one Base is worth Rate of Quote on the day.
type RateRecord struct {
	Base, Quote money.Currency
	On          calendar.Date
	Kind        string
	Rate        string // canonical decimal
}

// Outcome says what a record did to what was known.
type Outcome uint8

// A record adds a fact, corrects one (the old row stays, superseded), or changes nothing.
const (
	Unchanged Outcome = iota
	Added
	Corrected
)

// Counts is how many records of a kind had each outcome.
type Counts struct {
	Added     int64 `json:"added"`
	Corrected int64 `json:"corrected"`
	Unchanged int64 `json:"unchanged"`
}

// Note counts an outcome.
func (c *Counts) Note(o Outcome) {
	switch o {
	case Added:
		c.Added++
	case Corrected:
		c.Corrected++
	default:
		c.Unchanged++
	}
}

// Writer records facts in one batch. Kinds are written in the order of Kinds. A reference to a key that is not known is an error of
// kind Invalid. The batch becomes visible, as a whole, when its transaction commits.
type Writer interface {
	PutRegion(ctx context.Context, r RegionRecord) (Outcome, error)
	PutTeam(ctx context.Context, r TeamRecord) (Outcome, error)
	PutPerson(ctx context.Context, r PersonRecord) (Outcome, error)
	// PutPersonKey wants the new key to be free; whoever is written after it is written by the new one.
	PutPersonKey(ctx context.Context, r PersonKeyRecord) (Outcome, error)
	PutLeader(ctx context.Context, r LeaderRecord) (Outcome, error)
	PutCustomer(ctx context.Context, r CustomerRecord) (Outcome, error)
	PutProduct(ctx context.Context, r ProductRecord) (Outcome, error)
	PutDeal(ctx context.Context, r DealRecord) (Outcome, error)
	PutPayment(ctx context.Context, r PaymentRecord) (Outcome, error)
	PutQuota(ctx context.Context, r QuotaRecord) (Outcome, error)
	PutRate(ctx context.Context, r RateRecord) (Outcome, error)
	PutInvoice(ctx context.Context, r InvoiceRecord) (Outcome, error)
	PutGivenValue(ctx context.Context, r GivenValueRecord) (Outcome, error)
	// PutMentorship refuses one that meets another of the same trainee.
	PutMentorship(ctx context.Context, r MentorshipRecord) (Outcome, error)
	// Finish writes what is still buffered and closes the batch. A batch without a change is dropped and its id is 0.
	Finish(ctx context.Context) (Batch, error)
}

// BatchRequest opens a batch.
type BatchRequest struct {
	Kind     BatchKind
	ActorID  string
	Document string
	At       time.Time
}
