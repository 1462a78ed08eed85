package dossier

import (
	"context"
	"time"

	"xiaoguan/internal/audit"
)

// Reader reads on one snapshot.
type Reader interface {
	DocumentCopy(ctx context.Context, id int64) (Copy, error) // NotFound
	// DocumentCopies returns copies without their texts, the newest first.
	DocumentCopies(ctx context.Context, limit int) ([]Copy, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertDocumentCopy(ctx context.Context, c Copy) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
