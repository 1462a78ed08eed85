// Package tier sorts customers into A, B and C by a written policy: value from margin and spend, the relation with us, and potential;
// with patience before a tier changes, approval where the policy asks for it, and a reason for each result. It also says how complete
// a customer's file is, whether the people and the rhythm of contact suit the tier, and what another policy would move.
//
// A Policy is a document of rules (package ruledoc) and everything else a pure function of policy, customers' facts and a date, in
// integers: minor units of one currency, days, minutes, parts per million. Results don't depend on the order of the customers, and
// customers with equal facts get equal tiers. The package knows no clock and keeps nothing: who calls it keeps the standing of the
// last judgement, versions of the policy, and what was approved.
package tier

import (
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// Header opens a document of this kind.
const Header = "tier/1"

// Tier is A, B or C; empty for a customer that was never judged.
type Tier string

// The tiers: kept by a core seller alone, followed up with priority, standard service.
const (
	A Tier = "A"
	B Tier = "B"
	C Tier = "C"
)

// Tiers lists them from best to last.
func Tiers() []Tier { return []Tier{A, B, C} }

// rank is 0 for A and 2 for C, also where there is none.
func (t Tier) rank() int {
	switch t {
	case A:
		return 0
	case B:
		return 1
	}
	return 2
}

// Share is parts per million, written 80% in documents.
type Share int64

// Whole is 100 %.
const Whole Share = 1_000_000

// String writes 80%.
func (s Share) String() string { return ruledoc.MillionthsText(int64(s)) }

// MarshalText writes 80%.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Share) UnmarshalText(text []byte) error {
	percent, found := strings.CutSuffix(string(text), "%")
	d, err := decimal.Parse(percent)
	if err != nil {
		return err
	}
	exact := d.Mul(decimal.FromInt(10_000, 0)).Rat()
	if !found || !exact.IsInt() || !exact.Num().IsInt64() {
		return errs.New(errs.KindInvalid, "tier.bad_share", nil)
	}
	*s = Share(exact.Num().Int64())
	return nil
}

// Policy is one complete, checked policy. The tags are the keys of the document, and their order is that of the canonical bytes.
type Policy struct {
	Header       string        `json:"xiaoguan"`
	ID           string        `json:"id"`
	Name         ruledoc.Text  `json:"name"`
	Value        Value         `json:"value"`
	Relation     Relation      `json:"relation"`
	Potential    *Potential    `json:"potential,omitempty"`
	Minimum      Minimum       `json:"minimum"`
	Patience     Patience      `json:"patience"`
	Approval     []Change      `json:"approval,omitempty"`
	Service      []Service     `json:"service"` // for A, B and C in this order
	Completeness *Completeness `json:"completeness,omitempty"`
	canonical    []byte
	hash         string
}

// Method says how value is scored.
type Method string

// CumulativeShare takes customers from the most valuable down: A are those who begin below the limit of the value of all, so that the
// one who crosses the limit is in. Percentile looks at how many customers are worth less.
const (
	CumulativeShare Method = "cumulative_share"
	Percentile      Method = "percentile"
)

// Value is how the value of a customer is scored: gross margin and spend of the months before, weighted. A and B are the limits: of the
// cumulative share, or the least percentile.
type Value struct {
	Method Method `json:"method"`
	Months int    `json:"months"`
	Margin int    `json:"margin"` // weights, in whole percent; they make 100
	Spend  int    `json:"spend"`
	A      Share  `json:"a"`
	B      Share  `json:"b"`
}

// least is the lowest score with which a customer is in the tier.
func (v *Value) least(t Tier) Share {
	limit := v.B
	if t == A {
		limit = v.A
	}
	if v.Method == CumulativeShare {
		return Whole - limit + 1
	}
	return limit
}

// Relation is how new, existing and churn-warned customers are told apart.
type Relation struct {
	NewDays         int   `json:"new_days"`          // from the first order
	SilenceTimes    Share `json:"silence"`           // of the customer's own usual interval; silence from there on is a warning
	SilenceDays     int   `json:"silence_days"`      // where the interval is not known
	ContractEndDays int   `json:"contract_end_days"` // before the end of the contract; also after it
	NewInA          bool  `json:"new_in_a"`          // whether a new customer may be in A
}

// Potential lifts customers of little value: who has at least From of the points is in B.
type Potential struct {
	From   Share    `json:"from"`
	Fields []Rating `json:"fields"`
}

// Rating is one thing that is rated from 0 to 100, such as need or budget. What is not rated counts as 0.
type Rating struct {
	ID     string       `json:"id"`
	Name   ruledoc.Text `json:"name"`
	Weight int          `json:"weight"`
}

// Minimum is the data without which value is not judged: such a customer is in C, or in B by potential, and takes no part in the scores
// of others.
type Minimum struct {
	Orders int `json:"orders"`
	Days   int `json:"days"` // since the first order
}

// Patience keeps a tier from changing for a passing reason: it changes when it would in so many judgements in a row and in the same
// direction, or when the score is so far beyond the limit.
type Patience struct {
	Periods int   `json:"periods"`
	Points  Share `json:"points"`
}

// Change is a move from one tier to another.
type Change struct {
	From Tier `json:"from"`
	To   Tier `json:"to"`
}

// Service is what customers of a tier get.
type Service struct {
	Tier            Tier     `json:"tier"`
	Owners          []string `json:"owners"` // levels of sellers who may keep such a customer
	ContactDays     int      `json:"contact_days"`
	ResponseMinutes int      `json:"response_minutes"`
	ContactMinutes  int      `json:"contact_minutes"` // of work for one contact
	Weight          int      `json:"weight"`          // in the completeness of the whole company
}

// Completeness is what should be known of a customer.
type Completeness struct {
	Goal   Share   `json:"goal"`
	Fields []Known `json:"fields"`
}

// Known is a field of a customer's file. It counts when it is filled, valid and, with FreshDays, not recorded longer ago. With stages it
// is asked for in those alone.
type Known struct {
	ID        string       `json:"id"`
	Name      ruledoc.Text `json:"name"`
	Weight    int          `json:"weight"`
	FreshDays int          `json:"fresh_days,omitempty"`
	Stages    []string     `json:"stages,omitempty"`
}

// ServiceOf returns the service of a tier; that of C where there is none.
func (p *Policy) ServiceOf(t Tier) *Service { return &p.Service[t.rank()] }
