// Package opportunity is the qualified deals that may be won: who follows them, on which of the stages they stand, what they are worth,
// and how they ended.
//
// An opportunity is a working record: one current row, changed by people at the same time (a change that does not know of another is
// refused with what the other did), with the history of its changes and, in the process's log, one event for each thing that moved it. It is
// never a fact that pay rests on: winning links it to a deal, and recording that deal is for who may record facts. Stages and their win
// probabilities are those of the process standard in force.
package opportunity

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// State is whether and how an opportunity ended.
type State string

// The states.
const (
	StateOpen State = "open"
	StateWon  State = "won"
	StateLost State = "lost"
)

// States are all states in the order in which they are shown.
var States = []State{StateOpen, StateWon, StateLost}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("opportunity.state."+string(s), nil) }

// Sources say where interest came from; leads and opportunities share them.
var Sources = []string{"referral", "website", "exhibition", "cold_call", "partner", "existing", "other"}

// Losses are why an opportunity is lost.
var Losses = []string{"price", "competitor", "budget", "timing", "no_need", "no_answer", "other"}

// Opportunity is a qualified deal that may be won. It is also what its history shows: the fields that people change are those with names.
type Opportunity struct {
	ID           int64          `json:"-"`
	Name         string         `json:"name"`
	CustomerID   int64          `json:"customer_id"`
	CustomerKey  string         `json:"-"`
	CustomerName string         `json:"-"`
	OwnerID      int64          `json:"owner_id"`
	OwnerKey     string         `json:"-"`
	OwnerName    string         `json:"-"`
	Stage        Stage          `json:"stage"`
	State        State          `json:"state"`
	AmountMinor  int64          `json:"amount_minor"` // expected; 0 when nobody knows yet
	Currency     money.Currency `json:"currency"`
	ExpectedOn   calendar.Date  `json:"expected_on"` // of the signature
	ProductIDs   []int64        `json:"product_ids"`
	Source       string         `json:"source"`
	Note         string         `json:"note"`
	LostFor      string         `json:"lost_for"`  // one of Losses when lost
	EndedFor     string         `json:"ended_for"` // in people's words
	EndedOn      calendar.Date  `json:"ended_on"`  // NoDate while it is open
	DealKey      string         `json:"deal_key"`  // of the deal that came of it
	// Fields are the values of the company's own fields.
	Fields     customfield.Set `json:"fields,omitempty"`
	LeadID     int64           `json:"-"` // that it came of; 0
	StageSince time.Time       `json:"-"`
	FollowedAt time.Time       `json:"-"` // the last follow-up; zero without one
	NextOn     calendar.Date   `json:"-"` // the next contact; NoDate without one
	CreatedBy  string          `json:"-"`
	CreatedAt  time.Time       `json:"-"`
	Revision   int64           `json:"-"`
}

// Subject is how histories and the audit log name the opportunity.
func (o Opportunity) Subject() string { return Subject(o.ID) }

// Subject is how histories and the audit log name an opportunity.
func Subject(id int64) string { return "opportunity:" + strconv.FormatInt(id, 10) }
