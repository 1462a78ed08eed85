// Package quote is what customers are offered: the quotes of an opportunity with their lines, the price list and the discounts that may be
// given, who must approve, and what the customer said.
//
// A quote that was sent never changes: what is to change is a new version of it, which must be approved again. Amounts are exact; each line
// is rounded once, half away from zero, and prices contain the tax. Who approves is for package approval, which is asked here and tells the
// outcome in its own transaction. A quote is no fact: pay begins with a deal.
//
// Limits: at most 100 lines; one currency and no exchange rates; no options or bundles; the customer answers to the seller and not here.
package quote

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// State is where a quote stands.
type State string

// The states. Expired is never kept: it is a sent quote after its last day.
const (
	StateDraft    State = "draft"
	StateWaiting  State = "waiting" // for approval
	StateApproved State = "approved"
	StateSent     State = "sent"
	StateAccepted State = "accepted"
	StateDeclined State = "declined"
	StateExpired  State = "expired"
	StateReplaced State = "replaced" // a later version was sent
	StateDropped  State = "dropped"
)

// States are all states in the order in which they are shown.
var States = []State{StateDraft, StateWaiting, StateApproved, StateSent, StateAccepted, StateDeclined, StateExpired, StateReplaced, StateDropped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("quote.state."+string(s), nil) }

// Ways are how a quote goes to the customer.
var Ways = []string{"email", "wechat", "visit", "paper", "other"}

// Quote is one version of an offer. The fields that people change are those with names.
type Quote struct {
	ID              int64          `json:"-"`
	RootID          int64          `json:"-"` // of the first version; the number that people say
	Version         int64          `json:"version"`
	Latest          bool           `json:"-"` // no later version exists
	OpportunityID   int64          `json:"opportunity_id"`
	OpportunityName string         `json:"-"`
	CustomerID      int64          `json:"customer_id"`
	CustomerKey     string         `json:"-"`
	CustomerName    string         `json:"-"`
	OwnerID         int64          `json:"owner_id"` // who owns the opportunity
	OwnerName       string         `json:"-"`
	Title           string         `json:"title"`
	State           State          `json:"state"`
	Lines           []Line         `json:"lines"`
	Currency        money.Currency `json:"currency"`
	ListMinor       int64          `json:"list_minor"`
	AmountMinor     int64          `json:"amount_minor"`
	TaxMinor        int64          `json:"tax_minor"`
	DiscountPPM     int64          `json:"discount_ppm"` // of the whole
	LimitPPM        int64          `json:"limit_ppm"`    // what who submitted it may give away
	Beyond          bool           `json:"beyond"`       // a line gives away more than that
	ValidUntil      calendar.Date  `json:"valid_until"`  // the last day
	Terms           string         `json:"terms"`        // for the customer
	Note            string         `json:"note"`         // for colleagues
	SentOn          calendar.Date  `json:"sent_on"`      // NoDate before
	SentTo          string         `json:"sent_to"`
	SentBy          string         `json:"sent_by"`  // one of Ways
	EndedOn         calendar.Date  `json:"ended_on"` // accepted or declined; NoDate before
	EndedFor        string         `json:"ended_for"`
	RequestID       string         `json:"request_id"` // of the approval; empty before
	CreatedBy       string         `json:"-"`
	CreatedAt       time.Time      `json:"-"`
	Revision        int64          `json:"-"`
}

// StateOn is where the quote stands on a day: one that was sent expires by itself.
func (q Quote) StateOn(today calendar.Date) State {
	if q.State == StateSent && q.ValidUntil < today {
		return StateExpired
	}
	return q.State
}

// Number is what people call the version: Q000012-2.
func (q Quote) Number() string { return Number(q.RootID, q.Version) }

// Number is what people call a version of a quote.
func Number(root, version int64) string { return fmt.Sprintf("Q%06d-%d", root, version) }

// Subject is how histories and the audit log name the quote.
func (q Quote) Subject() string { return Subject(q.ID) }

// Subject is how histories and the audit log name a quote.
func Subject(id int64) string { return "quote:" + strconv.FormatInt(id, 10) }

// Totals are what its lines add up to.
func (q Quote) Totals() Totals { return Totals{q.ListMinor, q.AmountMinor, q.TaxMinor} }

// revisable reports whether a new version may be made of it.
func (q Quote) revisable() bool {
	return q.Latest && slices.Contains([]State{StateApproved, StateSent, StateDeclined}, q.State)
}
