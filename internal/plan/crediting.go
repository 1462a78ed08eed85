package plan

import "xiaoguan/internal/calendar"

// Crediting is the document that says who is credited with what.
type Crediting struct {
	ID        string
	Effective calendar.Interval
	Events    []Event
	Rules     []CreditRule
	hash      string
	canonical []byte
}

// FactKind names the facts that events come from.
type FactKind string

// Payments (refunds are negative) and deals.
const (
	FactPayment FactKind = "payment"
	FactDeal    FactKind = "deal"
)

// Event turns facts of a kind into credits dated by their own date.
type Event struct {
	ID   string
	Name Text
	Fact FactKind
}

// CreditShare names how sellers of one deal share a credit.
type CreditShare string

// By the deal's shares, which total 100 %; or everything to each.
const (
	ShareBySplit  CreditShare = "by_split"
	ShareFullEach CreditShare = "full_each"
)

// CreditRule gives the credits of its events to the sellers of the deal. A remainder of a split goes to the largest remainder, on a
// tie to the first seller.
type CreditRule struct {
	ID     string
	Events []string
	Share  CreditShare
}

// Hash returns the SHA-256 of the canonical bytes in hex.
func (c *Crediting) Hash() string { return c.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (c *Crediting) Canonical() []byte { return c.canonical }
