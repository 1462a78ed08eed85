package store

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"xiaoguan/internal/errs"
)

// bulkRows is how many rows a bulk insert gathers before it writes: enough to make a COPY or a prepared insert worth it, little enough
// to keep memory flat.
const bulkRows = 4096

// bulk gathers rows of one table and writes them in portions.
type bulk struct {
	tx      *Tx
	table   string
	columns []string
	values  []any
}

func (tx *Tx) bulk(table string, columns ...string) *bulk {
	return &bulk{tx: tx, table: table, columns: columns}
}

// add appends one row, whose values are in the order of the columns.
func (b *bulk) add(ctx context.Context, values ...any) error {
	b.values = append(b.values, values...)
	if len(b.values) >= bulkRows*len(b.columns) {
		return b.flush(ctx)
	}
	return nil
}

// flush writes what is gathered.
func (b *bulk) flush(ctx context.Context) error {
	if b == nil || len(b.values) == 0 {
		return nil
	}
	rest := b.values
	if err := b.tx.wrote(ctx, b.table, int64(len(rest)/len(b.columns))); err != nil {
		return err
	}
	_, err := b.tx.copyIn(ctx, b.table, b.columns, func(dst []any) (bool, error) {
		if len(rest) == 0 {
			return false, nil
		}
		rest = rest[copy(dst, rest):]
		return true, nil
	})
	clear(b.values)
	b.values = b.values[:0]
	return err
}

// settleRows is how many rows of one table a transaction must have written for the table to be settled after it.
const settleRows = 5_000

// manyRows is how many rows a transaction must have written to be given more room for more.
const manyRows = 200_000

// wrote notes rows written in bulk. After the commit, tables with many new rows are settled; that this fails is logged and harms nobody:
// queries are slower for a while.
func (tx *Tx) wrote(ctx context.Context, table string, rows int64) error {
	if tx.written == nil {
		tx.written = map[string]int64{}
		tx.AfterCommit(func() {
			tables := slices.Sorted(maps.Keys(tx.written))
			tables = slices.DeleteFunc(tables, func(t string) bool { return tx.written[t] < settleRows })
			if len(tables) == 0 {
				return
			}
			if err := tx.db.backend.settle(context.WithoutCancel(ctx), tables); err != nil {
				tx.db.log.WarnContext(ctx, "planner's figures are out of date", slog.Any("tables", tables), slog.Any("error", err))
			}
		})
	}
	tx.written[table] += rows
	if was := tx.rowsWritten; was < manyRows && was+rows >= manyRows {
		if err := tx.makeRoom(ctx); err != nil {
			return err
		}
	}
	tx.rowsWritten += rows
	return nil
}

// Unsynced runs fn, which may use the database as usual, for work that is begun anew when the machine fails half way: on SQLite its
// commits do not wait for the disk one by one. When Unsynced returns nil, all is on the disk. On PostgreSQL it changes nothing.
func (db *DB) Unsynced(ctx context.Context, fn func() error) (err error) {
	defer errs.Wrap(&err, "store.Unsynced")
	e, ok := db.backend.(*sqliteEngine)
	if !ok {
		return fn()
	}
	return e.unsynced(ctx, fn)
}
