// Package job is long work as the product shows it: what was asked, by whom, how far it is, how it ended.
//
// Kinds and arguments are domain types; how a job is queued and run is package worker's. A job is enqueued in the transaction that
// makes it necessary, so it exists exactly when that transaction does.
package job

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/errs"
)

// Kind names what a job does, as domain.verb: "import.apply", "period.calculate".
type Kind string

// Spec asks for a job. Unique, when it is set, lets only one unfinished job of that text exist: asking again gives a conflict.
type Spec struct {
	ID        string // UUID, given by the caller so that it can refer to the job before the commit
	Kind      Kind
	Args      json.RawMessage
	Unique    string
	CreatedBy string // user id
	Subject   string // what it works on, as kind:id
}

// State is where a job stands.
type State string

// The states of a job.
const (
	StateQueued    State = "queued"
	StateRunning   State = "running"
	StateSucceeded State = "succeeded"
	StateFailed    State = "failed"
	StateCancelled State = "cancelled"
)

// Finished reports whether the state is an end.
func (s State) Finished() bool {
	return s == StateSucceeded || s == StateFailed || s == StateCancelled
}

// Progress is how far a job is. Stage is a message key; Total 0 means unknown.
type Progress struct {
	Stage string `json:"stage"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// Job is one piece of long work.
type Job struct {
	Spec
	State       State
	Progress    Progress
	Result      json.RawMessage
	Failure     errs.Message
	Attempts    int
	CreatedAt   time.Time
	StartedAt   time.Time
	FinishedAt  time.Time
	CancelAsked bool
	Node        string    // where it runs
	Failures    int       // starts that failed and were tried again
	NotBefore   time.Time // when it is tried again, zero for at once
}

// Running is a job as the function that does its work sees it.
type Running interface {
	// Job returns the job as it was when this start began; Attempts is 1 for the first.
	Job() Job
	// Report tells how far the job is. It never waits, and may be called for every row.
	Report(Progress)
	// SetResult gives what is kept with the job when it succeeds. It must be marshalled to JSON.
	SetResult(result any)
}

// Func does the work of a kind of job. It may be started again after a crash or a stop of the node, so it must find out what is
// done already, and its writes must be guarded (HoldJob of the store's transactions) or repeatable. It ends early when ctx does, and
// returns an error then. An error of kind Unavailable is tried again some times, any other is final.
type Func func(ctx context.Context, running Running) error
