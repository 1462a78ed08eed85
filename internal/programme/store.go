package programme

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
)

// Reader reads on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	Organisation(ctx context.Context) (metric.Organisation, error)
	Initiative(ctx context.Context, id int64) (Initiative, error) // NotFound
	// Initiatives returns all of them, the newest first.
	Initiatives(ctx context.Context) ([]Initiative, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertInitiative(ctx context.Context, i Initiative) error
	SaveInitiative(ctx context.Context, i Initiative) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
