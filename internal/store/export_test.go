package store

import (
	"context"

	"xiaoguan/internal/money"
)

// Exec, Query and CopyIn let the conformance suite speak SQL.
func (tx *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	return tx.exec(ctx, text, args...)
}

// ForeignQuery asks a table for a row in another currency.
func ForeignQuery(table string, currency money.Currency) (string, []any) {
	return foreignQuery(table, currency)
}

// Row is what a query of the suite scans.
type Row = rows

// Query calls fn on every row.
func (tx *Tx) Query(ctx context.Context, fn func(Row) error, text string, args ...any) error {
	return each(ctx, tx, fn, text, args...)
}

// CopyIn fills a table.
func (tx *Tx) CopyIn(ctx context.Context, table string, columns []string, next func(row []any) (bool, error)) (int64, error) {
	return tx.copyIn(ctx, table, columns, next)
}

// LikeFold, LikePattern, Instant and ScanTime are the helpers that adapters use.
func (db *DB) LikeFold(column, parameter string) string {
	return db.dialect.likeFold(column, parameter)
}

var (
	LikePattern = likePattern
	Instant     = instant
	ScanTime    = scanTime
)
