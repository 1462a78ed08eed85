package plan

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Crediting is the document that says who is credited with what.
type Crediting struct {
	ID        string
	Effective calendar.Interval
	Events    []Event
	Rules     []CreditRule
	// Precedence decides between rules of one group; empty where no rule has a group.
	Precedence Precedence
	// NoMatch says what becomes of a fact that nobody is credited with; empty is ignore.
	NoMatch   NoMatch
	hash      string
	canonical []byte
}

// FactKind names the facts that events come from.
type FactKind string

// Payments (refunds are negative), deals, and invoices (credit notes are negative).
const (
	FactPayment FactKind = "payment"
	FactDeal    FactKind = "deal"
	FactInvoice FactKind = "invoice"
)

// Event turns facts of a kind into credits dated by their own date.
type Event struct {
	ID   string
	Name Text
	Fact FactKind
	Tax  *Tax // what is in the amount that nobody is credited with; nil: nothing
}

// TaxForm names how tax is taken out of an amount.
type TaxForm string

// Amount / (1 + rate), or amount · (1 − rate).
const (
	TaxDivided      TaxForm = "divided"
	TaxShareOfGross TaxForm = "share_of_gross"
)

// Tax is taken out of a fact's amount before any rule, rounded half away from zero to minor units.
type Tax struct {
	Rate decimal.Decimal
	Form TaxForm
}

// Precedence names which of several rules of one group credits.
type Precedence string

// The first that applies; or the one with most filters, between equals the first.
const (
	PrecedenceFirst    Precedence = "first_in_sequence"
	PrecedenceSpecific Precedence = "most_specific"
)

// NoMatch names what becomes of a fact that no rule credits anybody with.
type NoMatch string

// It counts for nobody; or the run is refused, naming the fact.
const (
	NoMatchIgnore NoMatch = "ignore"
	NoMatchRefuse NoMatch = "refuse"
)

// CreditShare names how sellers of one deal share a credit.
type CreditShare string

// By the deal's shares, which total 100 %; or everything to each.
const (
	ShareBySplit  CreditShare = "by_split"
	ShareFullEach CreditShare = "full_each"
)

// CreditTarget names who a rule credits.
type CreditTarget string

// The targets of docs/adr/0011.
const (
	ToSellers      CreditTarget = "deal.sellers"
	ToReferrer     CreditTarget = "deal.referrer"
	ToHouse        CreditTarget = "house" // nobody: the company keeps it
	ToManagerChain CreditTarget = "manager_chain"
	ToRole         CreditTarget = "role"
	ToPerson       CreditTarget = "person"
)

// Within limits who holds a role to a part of the company: that of the first seller on the fact's date.
type Within string

// The whole company, the first seller's region, the first seller's team.
const (
	WithinCompany Within = "company"
	WithinRegion  Within = "region"
	WithinTeam    Within = "team"
)

// ShareBase names what a percent is taken of.
type ShareBase string

// Of deductions: the fact's amount, or what earlier deductions left. Of chains: the parts below, or those less what the level below
// was credited.
const (
	ShareOfFull     ShareBase = "full"
	ShareOfRest     ShareBase = "rest"
	ShareAfterLevel ShareBase = "after_level_below"
)

// creditingCurrency is the currency of amounts in a crediting document: facts are compared in the minor units that they have.
const creditingCurrency = money.CNY

// The bounds of a crediting document.
const (
	CreditLevelsMax  = 10
	CreditRulesMax   = 60
	CreditFiltersMax = 8
)

// CreditRule gives the credits of its events to somebody. A remainder of a split goes to the largest remainder, on a tie to the first
// seller.
type CreditRule struct {
	ID      string
	Events  []string
	Where   []Filter // of the fact; all must match
	Group   string   // rules of one group compete, see Crediting.Precedence
	To      CreditTarget
	Role    string            // of ToRole
	Person  string            // of ToPerson: the key
	Within  Within            // of ToRole
	Share   CreditShare       // of ToSellers, ToRole and ToPerson
	Percent *decimal.Decimal  // of a share in percent (referrer, house, person), nil: everything
	Of      ShareBase         // of Percent
	Deducts bool              // the rules that follow see the rest
	Levels  []decimal.Decimal // of ToManagerChain, the lowest level first
	Base    ShareBase         // of ToManagerChain
}

// Hash returns the SHA-256 of the canonical bytes in hex.
func (c *Crediting) Hash() string { return c.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (c *Crediting) Canonical() []byte { return c.canonical }
