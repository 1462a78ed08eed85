// Package contract is what was agreed with customers: contracts with their lines and amendments, when their money is due, and the money that
// sellers report until finance confirms it.
//
// The number of a contract is the key of the deal that pay rests on: there is one such deal, recorded beside the contract by who may record
// facts, and its payments are what instalments are matched against. Nothing here is a second book of money. What was signed changes by
// amendments alone, each with an approval of its own.
//
// Limits: one currency a contract; instalments are covered in the order in which they are due, whatever a payment was meant for; texts of
// contracts, seals and electronic signatures stay out.
package contract

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
)

// State is where a contract stands.
type State string

// The states. Expired is never kept: it is a signed contract after its last day.
const (
	StateDraft    State = "draft"
	StateWaiting  State = "waiting" // for approval
	StateApproved State = "approved"
	StateSigned   State = "signed"
	StateExpired  State = "expired"
	StateEnded    State = "ended" // before its time, for a reason
	StateDropped  State = "dropped"
)

// States are all states in the order in which they are shown.
var States = []State{StateDraft, StateWaiting, StateApproved, StateSigned, StateExpired, StateEnded, StateDropped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("contract.state."+string(s), nil) }

// Contract is what was agreed, as amended. The fields that people change are those with names.
type Contract struct {
	ID              int64           `json:"-"`
	Number          string          `json:"number"` // the company's own; also the key of the deal
	OpportunityID   int64           `json:"opportunity_id"`
	OpportunityName string          `json:"-"`
	QuoteID         int64           `json:"quote_id"`
	CustomerID      int64           `json:"customer_id"`
	CustomerKey     string          `json:"-"`
	CustomerName    string          `json:"-"`
	OwnerID         int64           `json:"owner_id"`
	OwnerKey        string          `json:"-"`
	OwnerName       string          `json:"-"`
	Title           string          `json:"title"`
	State           State           `json:"state"`
	Lines           []quote.Line    `json:"lines"`
	Currency        money.Currency  `json:"currency"`
	AmountMinor     int64           `json:"amount_minor"`
	TaxMinor        int64           `json:"tax_minor"`
	OurParty        string          `json:"our_party"`
	TheirParty      string          `json:"their_party"`
	StartsOn        calendar.Date   `json:"starts_on"` // NoDate: not said
	EndsOn          calendar.Date   `json:"ends_on"`   // the last day; NoDate: without an end
	SignedOn        calendar.Date   `json:"signed_on"` // NoDate before
	EndedOn         calendar.Date   `json:"ended_on"`
	EndedFor        string          `json:"ended_for"`
	Note            string          `json:"note"`
	PlanRevision    int64           `json:"plan_revision"` // how often the payment plan was made
	RequestID       string          `json:"request_id"`
	Fields          customfield.Set `json:"fields,omitempty"` // of the company's own
	CreatedBy       string          `json:"-"`
	CreatedAt       time.Time       `json:"-"`
	Revision        int64           `json:"-"`
}

// StateOn is where the contract stands on a day: one that was signed expires by itself.
func (c Contract) StateOn(today calendar.Date) State {
	if c.State == StateSigned && c.EndsOn != calendar.NoDate && c.EndsOn < today {
		return StateExpired
	}
	return c.State
}

// Subject is how histories and the audit log name the contract.
func (c Contract) Subject() string { return Subject(c.ID) }

// Subject is how histories and the audit log name a contract.
func Subject(id int64) string { return "contract:" + strconv.FormatInt(id, 10) }

// AmendmentState is what came of an amendment.
type AmendmentState string

// The states of an amendment, which is decided once.
const (
	AmendmentWaiting  AmendmentState = "waiting"
	AmendmentApproved AmendmentState = "approved"
	AmendmentRefused  AmendmentState = "refused"
)

// Amendment is a change of a signed contract.
type Amendment struct {
	ContractID   int64
	Number       int64 // 1, 2, 3 …
	State        AmendmentState
	EffectiveOn  calendar.Date
	Reason       string
	Lines        []quote.Line // none: they stay
	AmountMinor  int64        // of the contract afterwards
	TaxMinor     int64
	EndsOn       calendar.Date // of the contract afterwards
	BeforeMinor  int64         // amount of the contract before
	BeforeEndsOn calendar.Date
	RequestID    string
	CreatedBy    string
	CreatedName  string
	CreatedAt    time.Time
	DecidedAt    time.Time
}

// key names the amendment among the subjects of approvals.
func (a Amendment) key() string {
	return strconv.FormatInt(a.ContractID, 10) + "-" + strconv.FormatInt(a.Number, 10)
}

// Instalment is a part of a contract's amount with its day. Collected is what the payments of the deal cover of it.
type Instalment struct {
	ContractID     int64
	Number         int64 // 1, 2, 3 … by day
	OwnerID        int64
	Name           string
	DueOn          calendar.Date
	AmountMinor    int64
	UntilMinor     int64 // this one and those before it
	CollectedMinor int64
	Currency       money.Currency
	InvoiceKey     string
}

// LeftMinor is what is still to come.
func (i Instalment) LeftMinor() int64 { return i.AmountMinor - i.CollectedMinor }

// OverdueDays are the days since it was due while something is still to come; 0 when nothing is late.
func (i Instalment) OverdueDays(today calendar.Date) int64 {
	if i.LeftMinor() <= 0 || i.DueOn >= today {
		return 0
	}
	return int64(today - i.DueOn)
}

// Cover lays what was collected over instalments in the order in which they are due: what is left over covers nothing.
func Cover(plan []Instalment, collectedMinor int64) {
	left := max(collectedMinor, 0)
	for i := range plan {
		plan[i].CollectedMinor = min(left, plan[i].AmountMinor)
		left -= plan[i].CollectedMinor
	}
}

// ReportKind is what a seller reports.
type ReportKind string

// The kinds of report.
const (
	ReportCollection ReportKind = "collection"
	ReportRefund     ReportKind = "refund"
)

// ReportState is what finance said.
type ReportState string

// The states of a report.
const (
	ReportReported  ReportState = "reported"
	ReportConfirmed ReportState = "confirmed"
	ReportRefused   ReportState = "refused"
	ReportWithdrawn ReportState = "withdrawn"
)

// ReportStates are all states in the order in which they are shown.
var ReportStates = []ReportState{ReportReported, ReportConfirmed, ReportRefused, ReportWithdrawn}

// Message names the state for people.
func (s ReportState) Message() errs.Message { return errs.Msg("collection.state."+string(s), nil) }

// Ways are how money comes.
var Ways = []string{"transfer", "acceptance", "cash", "online", "offset", "other"}

// Report is money that a seller says has come in, or went back.
type Report struct {
	ID             int64          `json:"-"`
	ContractID     int64          `json:"contract_id"`
	ContractNumber string         `json:"-"`
	OpportunityID  int64          `json:"-"`
	CustomerID     int64          `json:"-"`
	CustomerName   string         `json:"-"`
	OwnerID        int64          `json:"owner_id"`
	OwnerName      string         `json:"-"`
	Kind           ReportKind     `json:"kind"`
	State          ReportState    `json:"state"`
	PaidOn         calendar.Date  `json:"paid_on"`
	AmountMinor    int64          `json:"amount_minor"` // above zero for both kinds
	Currency       money.Currency `json:"currency"`
	Payer          string         `json:"payer"`
	Way            string         `json:"way"`
	Note           string         `json:"note"`
	PaymentKey     string         `json:"payment_key"` // once it is confirmed
	Reply          string         `json:"reply"`       // why it was refused
	ReportedBy     string         `json:"-"`
	ReportedName   string         `json:"-"`
	ReportedPerson int64          `json:"-"`
	ReportedAt     time.Time      `json:"-"`
	DecidedBy      string         `json:"-"`
	DecidedName    string         `json:"-"`
	DecidedAt      time.Time      `json:"-"`
	Revision       int64          `json:"-"`
}

// Subject is how histories and the audit log name the report.
func (r Report) Subject() string { return "collection:" + strconv.FormatInt(r.ID, 10) }
