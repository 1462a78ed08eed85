package reassign

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/job"
	"xiaoguan/internal/pool"
)

// Held is what is known of a customer that somebody has, or that lies in a pool.
type Held struct {
	pool.Facts
	Region string
	Open   int // opportunities
	Late   int // of these in a proposal or contract
}

// RowFilter chooses customers of a run.
type RowFilter struct {
	RunID      int64
	State      MoveState // empty: all but those that stay
	FromID     int64
	ToID       int64
	DecisionID int64
	After      int64 // place
	Limit      int
}

// Reader reads proposals, and what they rest on, on one snapshot.
type Reader interface {
	handover.Reader
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	// HeldCustomers returns customers above an id that somebody has, or that lie in a pool, by id; late are the stages on which an open
	// opportunity counts as one in a proposal or contract.
	HeldCustomers(ctx context.Context, personID int64, pool string, after int64, limit int, late []string) ([]Held, error)
	Job(ctx context.Context, id string) (job.Job, error)
	// ReassignRuns returns runs without their inputs, the newest first, below an id unless that is 0.
	ReassignRuns(ctx context.Context, before int64, limit int) ([]Run, error)
	ReassignRun(ctx context.Context, id int64) (Run, error)      // without its input. NotFound
	ReassignInput(ctx context.Context, id int64) ([]byte, error) // NotFound
	// ReassignRows returns customers of a run by place, with names.
	ReassignRows(ctx context.Context, f RowFilter) ([]Row, error)
	// ReassignRow returns one of them. NotFound.
	ReassignRow(ctx context.Context, runID, customerID int64) (Row, error)
	// ReassignCounts counts the customers of a run by state.
	ReassignCounts(ctx context.Context, runID int64) (map[MoveState]int64, error)
	// ReassignDecisions returns what was accepted of a run, the newest first.
	ReassignDecisions(ctx context.Context, runID int64) ([]Decision, error)
	ReassignDecision(ctx context.Context, id int64) (Decision, error) // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	pool.Tx
	approval.Tx
	HoldJob(ctx context.Context, id string, attempt int) error
	InsertReassignRun(ctx context.Context, r Run) error
	SaveReassignRun(ctx context.Context, r Run) error // Conflict when it was changed meanwhile
	PutReassignRows(ctx context.Context, rows []Row) error
	// MarkReassignRows gives customers of a run that are in one state another, and a decision. Conflict when one of them is not in it.
	MarkReassignRows(ctx context.Context, runID int64, customers []int64, from, to MoveState, decisionID int64) error
	InsertReassignDecision(ctx context.Context, d Decision) error
	SaveReassignDecision(ctx context.Context, d Decision) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// KindPropose is the job that makes a proposal; its arguments are RunArgs.
const KindPropose job.Kind = "reassign.propose"

// RunArgs name the run.
type RunArgs struct {
	Run int64 `json:"run"`
}
