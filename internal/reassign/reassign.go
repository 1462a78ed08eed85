// Package reassign proposes which customers should go to somebody else, says for each of them why, and carries out what people accept of it.
//
// A proposal is made from inputs that are kept with it: the same inputs give the same proposal, whenever they are looked at again. What is accepted may
// have to be approved, and is then carried out as one act of package pool, which can be taken back: customers change their owner, with or without their
// open opportunities and tasks. Deals, their shares and what is credited are facts, which nothing here touches. Who has what room is a matter of the
// work that tiers ask for, never of pay. A proposal knows nothing of how well people know each other: that is why people accept it, and not a program.
package reassign

import (
	"strconv"
	"time"

	"xiaoguan/internal/assign"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/tier"
)

// Reason is why a customer may go to somebody else.
type Reason string

// The reasons, the most pressing first.
const (
	ReasonLeaver   Reason = "leaver"   // its owner has left
	ReasonTier     Reason = "tier"     // its owner is of a level that may not keep such a customer
	ReasonPool     Reason = "pool"     // it lies in a public pool
	ReasonCadence  Reason = "cadence"  // its contact is late
	ReasonRegion   Reason = "region"   // its region is somebody else's
	ReasonOverload Reason = "overload" // its owner has more work than there is time for
)

// Reasons lists all of them in their order.
var Reasons = []Reason{ReasonLeaver, ReasonTier, ReasonPool, ReasonCadence, ReasonRegion, ReasonOverload}

// Message names the reason for people.
func (r Reason) Message() errs.Message { return errs.Msg("reassign.reason."+string(r), nil) }

// Ask is what a proposal is to reach, and what it must leave alone.
type Ask struct {
	TeamID   int64    `json:"team_id"`   // whose customers; 0: of everybody within reach
	RegionID int64    `json:"region_id"` // the same
	Pool     string   `json:"pool"`      // customers of this pool are given out, too; empty: none are
	Reasons  []Reason `json:"reasons"`

	MovedMost       int  `json:"moved_most"`
	OverPercent     int  `json:"over_percent"` // how much more work than the average somebody may have
	HoursMost       int  `json:"hours_most"`   // of work with customers in 30 days, instead; 0: by the average
	OverdueDays     int  `json:"overdue_days"` // a contact counts as late from so many days on
	KeepLate        bool `json:"keep_late"`    // customers with an open opportunity in a proposal or contract stay
	KeepContactDays int  `json:"keep_contact_days"`
}

// UsualAsk is what a form begins with.
func UsualAsk() Ask {
	return Ask{Reasons: []Reason{ReasonLeaver, ReasonTier, ReasonCadence, ReasonOverload}, MovedMost: 100, OverPercent: 20, OverdueDays: 14, KeepLate: true, KeepContactDays: 7}
}

// Limits of what is asked.
const (
	movedMost   = 2000
	percentMost = 500
	hoursMost   = 720
	daysMost    = 3660
)

// Has reports whether a reason is asked for.
func (a *Ask) Has(r Reason) bool {
	for _, one := range a.Reasons {
		if one == r {
			return true
		}
	}
	return false
}

// Validate says what is wrong with it.
func (a *Ask) Validate() error {
	var c fact.Checker
	within := func(path string, n, from, most int) {
		if n < from || n > most {
			c.Add(path, strconv.Itoa(n), "reassign.within", errs.Args{"From": from, "Most": most})
		}
	}
	if len(a.Reasons) == 0 {
		c.Add("reasons", "", "reassign.choose_reason", nil)
	}
	for _, r := range a.Reasons {
		known := false
		for _, one := range Reasons {
			known = known || one == r
		}
		if !known {
			c.Add("reasons", string(r), "form.error.choice", nil)
		}
	}
	if a.Has(ReasonPool) != (a.Pool != "") {
		c.Add("pool", a.Pool, "reassign.choose_pool", nil)
	}
	within("moved_most", a.MovedMost, 1, movedMost)
	within("over_percent", a.OverPercent, 0, percentMost)
	within("hours_most", a.HoursMost, 0, hoursMost)
	within("overdue_days", a.OverdueDays, 1, daysMost)
	within("keep_contact_days", a.KeepContactDays, 0, daysMost)
	return c.Err()
}

// State is where a proposal stands.
type State string

// The states.
const (
	StateRunning State = "running"
	StateReady   State = "ready"
	StateFailed  State = "failed"
)

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("reassign.state."+string(s), nil) }

// Run is one proposal.
type Run struct {
	ID          int64
	State       State
	Ask         Ask
	PersonIDs   []int64 // whose customers are looked at, as of when it was asked for
	CreatedBy   string
	CreatedName string
	CreatedAt   time.Time
	FinishedAt  time.Time
	JobID       string
	Failure     errs.Message
	Input       []byte // JSON of an Input; nil in lists, and before it is ready
	InputHash   string
	Result      Result // without moves and stays, which have rows of their own
	ResultHash  string // of everything
	Revision    int64
}

// Subject is how the audit log and jobs name a run.
func (r Run) Subject() string { return "reassign_run:" + strconv.FormatInt(r.ID, 10) }

// MoveState is what became of a customer in a proposal.
type MoveState string

// The states. What stays has no state that changes.
const (
	MoveProposed MoveState = "proposed"
	MoveAsked    MoveState = "asked" // accepted, and waits for approval
	MoveDone     MoveState = "done"
	MoveGone     MoveState = "gone"  // it was changed meanwhile, and stayed where it was
	MoveStays    MoveState = "stays" // nobody could take it
)

// MoveStates lists them in their order.
var MoveStates = []MoveState{MoveProposed, MoveAsked, MoveDone, MoveGone, MoveStays}

// Message names the state for people.
func (s MoveState) Message() errs.Message { return errs.Msg("reassign.move_state."+string(s), nil) }

// Row is a customer of a proposal as it is kept and shown.
type Row struct {
	RunID        int64
	Place        int64 // 1 is the most pressing
	State        MoveState
	DecisionID   int64 // 0: nobody accepted it
	Move               // of one that stays, to nobody
	CustomerName string
	FromName     string
	ToName       string
	ToTeam       string
}

// DecisionState is what became of an acceptance.
type DecisionState string

// The states.
const (
	DecisionAsked   DecisionState = "asked"
	DecisionDone    DecisionState = "done"
	DecisionRefused DecisionState = "refused" // its customers may be accepted again
)

// Message names the state for people.
func (s DecisionState) Message() errs.Message {
	return errs.Msg("reassign.decision."+string(s), nil)
}

// Decision is one acceptance: some customers of a run at once.
type Decision struct {
	ID          int64
	RunID       int64
	State       DecisionState
	WithWork    bool // open opportunities and tasks go along
	Reason      string
	Customers   int64
	ActID       int64 // 0: not carried out
	ActUndone   bool  // read with runs alone
	RequestID   string
	CreatedBy   string
	CreatedName string
	CreatedAt   time.Time
	Revision    int64
}

// Subject is how the audit log names a decision.
func (d Decision) Subject() string { return "reassign_decision:" + strconv.FormatInt(d.ID, 10) }

// Input is everything that a proposal rests on.
type Input struct {
	On        calendar.Date `json:"on"`
	Ask       Ask           `json:"ask"`
	Policy    string        `json:"policy"` // hash of the policy of tiers
	Care      []Care        `json:"care"`   // of A, B and C
	Sellers   []Seller      `json:"sellers"`
	Customers []Customer    `json:"customers"`
}

// Care is what the policy says of a tier.
type Care struct {
	Tier        tier.Tier `json:"tier"`
	Owners      []string  `json:"owners"` // levels that may keep such a customer
	ContactDays int       `json:"contact_days"`
	Minutes     int64     `json:"minutes"` // of work in 30 days
}

// Seller is somebody who has customers, or may get some.
type Seller struct {
	ID      int64  `json:"id"`
	Level   string `json:"level"`
	Region  string `json:"region"`
	Left    bool   `json:"left"`
	Counted int    `json:"counted"` // customers that the rules of pools count
	Most    int    `json:"most"`    // by these rules; 0: no limit
}

// Customer is one that somebody has, or that lies in the pool.
type Customer struct {
	ID       int64         `json:"id"`
	Owner    int64         `json:"owner"` // 0: in the pool
	Tier     tier.Tier     `json:"tier"`
	Region   string        `json:"region"`
	Since    calendar.Date `json:"since"`
	Contact  calendar.Date `json:"contact"`
	Late     int           `json:"late"` // open opportunities in a proposal or contract
	Open     int           `json:"open"` // all open ones
	Locked   bool          `json:"locked"`
	Counts   bool          `json:"counts"` // against the most that its owner may hold
	Revision int64         `json:"revision"`
}

// Why is a reason with its number: days late, or percent of the work there is time for.
type Why struct {
	Reason Reason `json:"reason"`
	Number int64  `json:"number,omitempty"`
}

// Move is a customer and who would get it, with why.
type Move struct {
	CustomerID int64     `json:"customer_id"`
	FromID     int64     `json:"from_id"` // 0: from the pool
	ToID       int64     `json:"to_id"`   // 0: it stays
	Tier       tier.Tier `json:"tier"`
	Region     string    `json:"region"`
	Open       int       `json:"open"`
	Revision   int64     `json:"revision"`
	Why        []Why     `json:"why"`
	Minutes    int64     `json:"minutes"` // of its work in 30 days
	Away       bool      `json:"away"`    // out of its region
	MoveCost   int64     `json:"move_cost"`
	AwayCost   int64     `json:"away_cost"`
	FromLoad   int64     `json:"from_load"` // percent of the work there is time for, before
	ToLoad     int64     `json:"to_load"`   // the same of the receiver, after everything
	Others     []Other   `json:"others"`    // who else might have taken it, the best first
	Full       int       `json:"full"`      // how many could but for their work
	Unfit      int       `json:"unfit"`     // how many are of another level
	// Constraint is why one stays.
	Constraint assign.Constraint `json:"constraint,omitempty"`
}

// Other is somebody who might have taken a customer.
type Other struct {
	ID   int64 `json:"id"`
	Away bool  `json:"away"`
	Load int64 `json:"load"` // percent, after everything and with this customer
}

// Load is the work of a seller before and after.
type Load struct {
	ID           int64  `json:"id"`
	Left         bool   `json:"left"`
	Before       [3]int `json:"before"` // customers of A, B and C
	After        [3]int `json:"after"`
	Minutes      int64  `json:"minutes"` // of work in 30 days, before
	MinutesAfter int64  `json:"minutes_after"`
	Free         int64  `json:"free"` // minutes that customers who stay for sure leave
	Out          int    `json:"out"`
	In           int    `json:"in"`
	Name         string `json:"-"`
	TeamName     string `json:"-"`
}

// Result is a proposal.
type Result struct {
	On        calendar.Date  `json:"on"`
	Customers int            `json:"customers"` // that were looked at
	Asked     map[Reason]int `json:"asked"`     // by reason, kept ones included; one may have several
	WithWhy   int            `json:"with_why"`  // customers with a reason
	Kept      int            `json:"kept"`      // that stay by what was asked to be left alone
	Fitting   int            `json:"fitting"`   // that stay because their owner has room for them after all
	Beyond    int            `json:"beyond"`    // that would move but for the number that was allowed
	Moved     int            `json:"moved"`
	Stay      int            `json:"stay"`     // nobody could take them
	Capacity  int64          `json:"capacity"` // minutes of work in 30 days that somebody has time for
	Loads     []Load         `json:"loads"`
	Moves     []Move         `json:"moves,omitempty"` // the most pressing first
	Stays     []Move         `json:"stays,omitempty"`
}
