package store

import (
	"context"

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
