// Package period is the month of pay from open to closed, and the one door through which history freezes.
//
//	open → calculating → review → published → approved → closed
//
// A calculation is a run (package payout); the old result stands until the new one is complete. Publication shows statements to
// payees and starts the clock for objections; approval is by somebody who made none of it; closing posts to the reward ledger, writes
// the pay file and seals the month. A closed month never changes and is never calculated again.
package period

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// State is where a month stands.
type State string

// The states, in order.
const (
	StateOpen        State = "open"
	StateCalculating State = "calculating"
	StateReview      State = "review"
	StatePublished   State = "published"
	StateApproved    State = "approved"
	StateClosed      State = "closed"
)

// States lists the states in order, for the stepper.
var States = []State{StateOpen, StateCalculating, StateReview, StatePublished, StateApproved, StateClosed}

// Period is one month of pay. Revision counts its changes: whoever acts on an older revision than the stored one is told so.
type Period struct {
	Month       calendar.Month
	State       State
	Revision    int64
	CurrentRun  string // the run whose result stands; empty if none
	RunningRun  string // the run under way; empty if none
	RunBy       string // who started the current run
	PublishedBy string
	PublishedAt time.Time
	ObjectUntil time.Time // end of the clock for objections
	ApprovedBy  string
	ApprovedAt  time.Time
	ClosedBy    string
	ClosedAt    time.Time
	SealHash    string
}

// Action is what moves a month on.
type Action string

// The actions.
const (
	ActionCalculate Action = "calculate"
	ActionComplete  Action = "complete"
	ActionAbandon   Action = "abandon" // the run failed or was cancelled
	ActionPublish   Action = "publish"
	ActionReturn    Action = "return" // back to review, with a reason
	ActionApprove   Action = "approve"
	ActionClose     Action = "close"
)

// Next returns the state that the action leads to. It returns an error of kind PeriodClosed when the month is closed, and of kind
// Conflict when the action is not possible in this state; both name the month and the state.
func (p Period) Next(a Action) (State, error) {
	if p.State == StateClosed {
		return p.State, errs.New(errs.KindPeriodClosed, "period.closed", errs.Args{"Month": p.Month.String()})
	}
	switch {
	case a == ActionCalculate && (p.State == StateOpen || p.State == StateReview || p.State == StatePublished):
		return StateCalculating, nil
	case a == ActionComplete && p.State == StateCalculating:
		return StateReview, nil
	case a == ActionAbandon && p.State == StateCalculating:
		if p.CurrentRun == "" {
			return StateOpen, nil
		}
		return StateReview, nil
	case a == ActionPublish && p.State == StateReview:
		return StatePublished, nil
	case a == ActionReturn && (p.State == StatePublished || p.State == StateApproved):
		return StateReview, nil
	case a == ActionApprove && p.State == StatePublished:
		return StateApproved, nil
	case a == ActionClose && p.State == StateApproved:
		return StateClosed, nil
	}
	return p.State, errs.New(errs.KindConflict, "period.not_now", errs.Args{
		"Month": p.Month.String(), "State": string(p.State), "Action": string(a),
	})
}

// Seal freezes a closed month: digests of everything it rests on and led to, chained to the seal of the month closed before and
// signed with the installation's key.
type Seal struct {
	Month         calendar.Month
	RunID         string
	RunDigest     string // over the statements in order
	LedgerSeq     int64  // last ledger entry posted by this close
	LedgerHash    string // its hash
	PayFileDigest string // SHA-256 of the CSV pay file
	ClosedBy      string
	ApprovedBy    string
	ClosedAt      time.Time
	PrevHash      string
	Hash          string
	Signature     string // Ed25519 over Hash, base64
}
