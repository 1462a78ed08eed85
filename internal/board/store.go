package board

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
)

// Reader reads boards and alerts on one snapshot.
type Reader interface {
	// BoardsFor returns the boards of a user and those that others share, without tiles, one's own first, by name.
	BoardsFor(ctx context.Context, userID string) ([]Board, error)
	Board(ctx context.Context, id int64) (Board, error)                  // NotFound
	BoardHome(ctx context.Context, userID string) (id string, err error) // the board that somebody chose to begin with; empty for none
	// BoardPath returns the places from the region down to the place, with their names, as of a day; nothing for the company. NotFound.
	BoardPath(ctx context.Context, place metric.Place, today calendar.Date) ([]metric.Place, error)
	// BoardOverdue returns what is overdue of signed contracts, of owners in reach and in the place, by band and group.
	BoardOverdue(ctx context.Context, scope access.Scope, place metric.Place, by metric.Breakdown, today calendar.Date, currency money.Currency) ([]Overdue, error)
	// BoardStamp changes with whatever may change a number.
	BoardStamp(ctx context.Context) (Stamp, error)

	BoardAlerts(ctx context.Context, ownerID string) ([]Alert, error) // of everybody for an empty owner, by id
	BoardAlert(ctx context.Context, id int64) (Alert, error)          // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertBoard(ctx context.Context, b Board) error
	SaveBoard(ctx context.Context, b Board) error // Conflict when it was changed meanwhile
	DropBoard(ctx context.Context, id int64) error
	SetBoardHome(ctx context.Context, userID, board string) error // empty: none
	InsertBoardAlert(ctx context.Context, a Alert) error
	SaveBoardAlert(ctx context.Context, a Alert) error
	DropBoardAlert(ctx context.Context, id int64) error
	Enqueue(ctx context.Context, spec job.Spec) error
	HoldJob(ctx context.Context, id string, attempt int) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Stamp is how far facts and events are recorded.
type Stamp struct {
	Batch int64
	Event int64
	At    time.Time // of the latest batch
}

// Before reports whether something was recorded since.
func (s Stamp) Before(other Stamp) bool { return s.Batch < other.Batch || s.Event < other.Event }
