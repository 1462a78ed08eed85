package problem

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/notice"
)

// Reach is whose problems somebody sees: All of them; or those at the regions, teams and persons within reach, those that are theirs to deal with, and those
// that they wrote down.
type Reach struct {
	All     bool
	Regions []int64
	Teams   []int64
	Persons []int64
	OwnerID int64
	UserID  string
}

// Filter chooses problems. Empty fields choose all.
type Filter struct {
	Reach      Reach
	Severity   Severity
	Area       finding.Area
	Kind       finding.Kind
	Source     Source
	Statuses   []Status
	OwnerID    int64 // -1: those without an owner
	RegionID   int64
	TeamID     int64
	PersonID   int64
	Level      finding.Level
	RunID      int64 // that the diagnosis found
	MergedInto int64
	// Identities are those of IdentityOf.
	Identities []string
	Limit      int // 0: all
	Offset     int
}

// EntryKind is what happened to a problem.
type EntryKind string

// What happens to problems.
const (
	EntryRaised   EntryKind = "raised"   // somebody wrote it down
	EntryHeard    EntryKind = "heard"    // another source says it, too
	EntryDetected EntryKind = "detected" // a diagnosis found it
	EntryUnseen   EntryKind = "unseen"   // a diagnosis looked for it and did not find it
	EntryRated    EntryKind = "rated"
	EntryAssigned EntryKind = "assigned"
	EntryStatus   EntryKind = "status"
	EntryMerged   EntryKind = "merged"   // another one was merged into it, or it into another one
	EntryUnmerged EntryKind = "unmerged" // they were parted
)

// Message names it for people.
func (k EntryKind) Message() errs.Message { return errs.Msg("problem.entry."+string(k), nil) }

// Event is an entry of the history of a problem. Entries are never changed.
type Event struct {
	ID        int64
	ProblemID int64
	Kind      EntryKind
	At        time.Time
	ByID      string
	ByName    string
	Source    Source  // of what was raised, heard or detected
	RunID     int64   // of what was detected, or not
	OtherID   int64   // with which it was merged
	Text      string  // what was said as evidence, or why
	Link      string  // where that is
	Rating    Rating  // of what was rated
	Status    Status  // of a change of status
	Before    Status  // of a change of status
	OwnerName string  // of what was assigned; empty for nobody
	Figure    *Figure // of what was detected
}

// Unit is a region, team or person that a problem may be at.
type Unit struct {
	ID       int64
	Key      string
	Name     string
	TeamID   int64
	RegionID int64
}

// Units are what a scope reaches today, by key.
type Units struct {
	Regions, Teams, Persons []Unit
}

// Count is how many problems there are of a severity and status.
type Count struct {
	Severity Severity
	Status   Status
	Count    int64
}

// Reader reads problems on one snapshot.
type Reader interface {
	// ProblemUnits returns what a scope reaches today.
	ProblemUnits(ctx context.Context, scope access.Scope, today calendar.Date) (Units, error)
	Problem(ctx context.Context, id int64) (Problem, error) // NotFound
	// Problems returns the gravest first.
	Problems(ctx context.Context, f Filter) ([]Problem, error)
	// ProblemCounts counts what a filter chooses by severity and status.
	ProblemCounts(ctx context.Context, f Filter) ([]Count, error)
	// ProblemEvents returns the history of a problem, the earliest first.
	ProblemEvents(ctx context.Context, problemID int64) ([]Event, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertProblem(ctx context.Context, p Problem) error
	SaveProblem(ctx context.Context, p Problem) error // Conflict when it was changed meanwhile
	AppendProblemEvent(ctx context.Context, e Event) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
