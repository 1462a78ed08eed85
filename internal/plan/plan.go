// Package plan is incentive plans as documents: the typed form of a plan, strict decoding with line numbers, type checks and
// lints, canonical bytes and hash, and the prose in Chinese and English that is generated from the rule.
//
// It knows nothing of facts, persons or money paid: package engine runs a plan. The language and the reasons for its words are
// docs/adr/0010-plan-language.md. A *Plan that Decode returned without errors is complete: every choice that matters is made.
package plan

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Layer says which group of sellers a plan is for; the coverage board counts by it.
type Layer string

// The layers of the field: growth, performance, value and team.
const (
	LayerNewcomer Layer = "newcomer"
	LayerRegular  Layer = "regular"
	LayerCore     Layer = "core"
	LayerManager  Layer = "manager"
	LayerOther    Layer = "other"
)

// Sells reports whether a level is of who sells or leads those who do, whom plans of pay are to cover: the layers but other, and a company's own.
func Sells(level string) bool { return level != "" && Layer(level) != LayerOther }

// Plan is one complete, checked incentive plan.
type Plan struct {
	ID           string
	Name         Text
	Layer        Layer
	Currency     money.Currency
	Period       Period
	Effective    calendar.Interval // the plan holds for periods whose last day is in it
	Participants Participants
	Statements   Statements
	Measures     []Measure // a measure stands behind those that it refers to, otherwise by id; there are no cycles
	Components   []Component
	Currencies   *Conversion // of facts in other currencies; nil: they are refused
	Cap          *Limit      // of the sum of the components
	Settle       *Settlement // nil: what is earned is paid
	hash         string
	canonical    []byte
}

// Period is the span over which a plan pays.
type Period string

// PeriodMonth is one calendar month.
const PeriodMonth Period = "month"

// Participants says whom the plan pays: every condition that is given must hold for the person at period end. An empty list is no
// condition.
type Participants struct {
	Levels  []string // org levels: newcomer, regular, core, manager
	Roles   []string
	Teams   []string // external keys
	Regions []string
	Persons []string
	Except  []string // persons left out
}

// Statements are the choices that a plan must state (see the ADR's table).
type Statements struct {
	EarnedOn               string // event id of the crediting document
	PayableOn              PayableOn
	Refund                 Refund
	NegativeResult         NegativeResult
	ZeroQuota              ZeroQuota
	LevelAt                At
	TeamAt                 At
	Joiner                 PartPeriod
	Leaver                 PartPeriod
	LeaverLaterCollections LaterCollections
	AttainmentRounding     AttainmentRounding
}

// The named choices of Statements. Their words are the words of the document.
type (
	PayableOn          string
	Refund             string
	NegativeResult     string
	ZeroQuota          string
	At                 string
	PartPeriod         string
	LaterCollections   string
	AttainmentRounding string
)

// Values in use today.
const (
	PayableOnPeriodClose PayableOn = "period_close"

	RefundNegativeCredit Refund = "negative_credit_when_refunded"
	RefundKeptUntilClaw  Refund = "kept_until_clawback" // refunds make no credit; Settlement.Clawback takes back

	NegativeStands NegativeResult = "stands"
	NegativeZero   NegativeResult = "zero"

	ZeroQuotaAttainmentZero ZeroQuota = "attainment_zero"
	ZeroQuotaNotApplicable  ZeroQuota = "not_applicable"
	ZeroQuotaRefuse         ZeroQuota = "refuse"

	AtPeriodEnd  At = "period_end"
	AtCreditDate At = "credit_date"

	PartPeriodFull  PartPeriod = "full_period"
	PartPeriodByDay PartPeriod = "by_day"

	LaterCollectionsUnpaid LaterCollections = "unpaid"
	LaterCollectionsPaid   LaterCollections = "paid"

	AttainmentExact AttainmentRounding = "exact"
)

// Hash returns the SHA-256 of the canonical bytes in hex: what is approved, accepted and paid on.
func (p *Plan) Hash() string { return p.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (p *Plan) Canonical() []byte { return p.canonical }

// Measure returns the plan's measure of that id, or nil.
func (p *Plan) Measure(id string) *Measure {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return &p.Measures[i]
		}
	}
	return nil
}
