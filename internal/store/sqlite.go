package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// busyTimeoutMilliseconds is how long a writer waits for another before it gives up.
const busyTimeoutMilliseconds = 30_000

// sqliteEngine is one file with one writing and several reading connections.
type sqliteEngine struct {
	path   string
	writer *sql.DB
	reader *sql.DB
}

// checkpointPages is how many pages the write-ahead log grows by before they are copied into the database. A page that several transactions
// change, as when many cases are judged, is copied once; 32 MiB are read back in a moment after a crash.
const checkpointPages = 8_192

// cacheKilobytes is how much of the file each connection keeps in memory.
const cacheKilobytes = 65_536

// openSQLiteIn opens the database file of a data folder and makes the folder when it is missing.
func openSQLiteIn(ctx context.Context, dir string, readers int) (*sqliteEngine, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	return openSQLite(ctx, filepath.Join(dir, "xiaoguan.db"), readers)
}

// openSQLite opens a database file. The order of pragmas matters: busy_timeout first, so that the others can wait for a lock.
// synchronous is FULL: with WAL, NORMAL survives a killed process but can lose the last transactions when the power fails, and a
// close that was reported as done must be done.
func openSQLite(ctx context.Context, path string, readers int) (*sqliteEngine, error) {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(" + strconv.Itoa(busyTimeoutMilliseconds) + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"temp_store(MEMORY)", "cache_size(-" + strconv.Itoa(cacheKilobytes) + ")", "journal_size_limit(67108864)", "wal_autocheckpoint(" + strconv.Itoa(checkpointPages) + ")",
	}}
	writer, err := openKeeping(sqliteAddress(path, query))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), writer.Close())
	}
	query["_txlock"] = []string{"deferred"}
	query["_pragma"] = append(query["_pragma"], "query_only(1)")
	reader, err := openKeeping(sqliteAddress(path, query))
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	if readers <= 0 {
		readers = max(4, runtime.GOMAXPROCS(0))
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &sqliteEngine{path: path, writer: writer, reader: reader}, nil
}

// sqliteAddress writes the path as an URL, so that %, ? and # in the name of a folder mean themselves.
func sqliteAddress(path string, query url.Values) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: query.Encode()}).String()
}

func (e *sqliteEngine) inTx(ctx context.Context, _ isolation, fn func(querier) error) error {
	large := false
	defer func() {
		if large { // that the memory is kept a while longer harms nobody
			_, _ = e.writer.ExecContext(context.WithoutCancel(ctx), "PRAGMA cache_size = -"+strconv.Itoa(cacheKilobytes)+"; PRAGMA shrink_memory")
		}
	}()
	return inSQLTx(ctx, e.writer, nil, func(q sqlQuerier) error {
		q.large = &large
		return fn(q)
	})
}

func (e *sqliteEngine) read(ctx context.Context, fn func(querier) error) error {
	return inSQLTx(ctx, e.reader, &sql.TxOptions{ReadOnly: true}, func(q sqlQuerier) error { return fn(q) })
}

func inSQLTx(ctx context.Context, db *sql.DB, options *sql.TxOptions, fn func(sqlQuerier) error) error {
	connection, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }() // gives it back to the pool
	tx, err := connection.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := fn(sqlQuerier{tx: tx, connection: connection}); err != nil {
		return err
	}
	return tx.Commit()
}

// unsynced runs fn while commits do not wait for the disk, and waits once at the end. A crash of the system meanwhile can lose the last
// transactions; the file stays sound.
func (e *sqliteEngine) unsynced(ctx context.Context, fn func() error) (err error) {
	if _, err := e.writer.ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		return err
	}
	defer func() {
		ctx := context.WithoutCancel(ctx)
		_, syncing := e.writer.ExecContext(ctx, "PRAGMA synchronous = FULL")
		_, writing := e.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		err = errors.Join(err, syncing, writing)
	}()
	return fn()
}

// settle does nothing: queries are written so that SQLite's plans are right without figures.
func (e *sqliteEngine) settle(context.Context, []string) error { return nil }

func (e *sqliteEngine) ping(ctx context.Context) error { return e.reader.PingContext(ctx) }

func (e *sqliteEngine) close() error { return errors.Join(e.reader.Close(), e.writer.Close()) }

// sqlQuerier runs SQL in a database/sql transaction.
type sqlQuerier struct {
	tx         *sql.Tx
	connection *sql.Conn // which carries the transaction
	large      *bool     // of a write transaction: it has more room
}

// makeRoom gives the writer a larger cache until the end of the transaction. Its rows go to all pages of the indexes: what does not fit is written to the
// write-ahead log and read back, again and again, and each page that is looked for in a log of gigabytes is looked for in all its parts.
func (q sqlQuerier) makeRoom(ctx context.Context) error {
	if q.large == nil {
		return nil
	}
	*q.large = true
	_, err := q.tx.ExecContext(ctx, "PRAGMA cache_size = -"+strconv.FormatInt(max(cacheKilobytes, largeCache()>>10), 10))
	return err
}

func (q sqlQuerier) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := checkArguments(args); err != nil {
		return 0, err
	}
	result, err := q.tx.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (q sqlQuerier) query(ctx context.Context, text string, args ...any) (rows, error) {
	if err := checkArguments(args); err != nil {
		return nil, err
	}
	r, err := q.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return sqlRows{r}, nil
}

func (q sqlQuerier) raw() any { return q.tx }

// directReader reads rows from the driver itself: database/sql would lock and convert for every value.
type directReader interface {
	direct(ctx context.Context, text string, fn func([]driver.Value) error) error
}

var errUnexpectedValue = errors.New("a column holds what its type does not allow")

// direct calls fn with the values of every row; they are fn's until it returns.
func (q sqlQuerier) direct(ctx context.Context, text string, fn func([]driver.Value) error) error {
	return q.connection.Raw(func(connection any) error {
		r, err := connection.(driver.QueryerContext).QueryContext(ctx, text, nil)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }()
		values := make([]driver.Value, len(r.Columns()))
		for {
			switch err := r.Next(values); {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
			if err := fn(values); err != nil {
				return err
			}
		}
	})
}

// sqlRows gives sql.Rows the Close of pgx.Rows.
type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() }

// rowsPerInsert is how many rows one insert statement carries; more gained nothing when it was measured.
const rowsPerInsert = 128

// copyIn speaks to the driver itself: database/sql would convert and lock once per value.
func (q sqlQuerier) copyIn(ctx context.Context, table string, columns []string, next nextRow) (total int64, err error) {
	return q.mergeIn(ctx, table, columns, "", next)
}

func (q sqlQuerier) mergeIn(ctx context.Context, table string, columns []string, conflict string, next nextRow) (total int64, err error) {
	err = q.connection.Raw(func(connection any) error {
		total, err = copyRows(ctx, connection.(driver.ConnPrepareContext), func(rows int) string { return insertText(table, columns, rows) + conflict }, columns, next)
		return err
	})
	return total, err
}

func copyRows(ctx context.Context, connection driver.ConnPrepareContext, statement func(rows int) string, columns []string, next nextRow) (total int64, err error) {
	// Inside, a context that can end would cost a goroutine per statement.
	lasting := context.WithoutCancel(ctx)
	var full driver.Stmt
	defer func() {
		if full != nil {
			_ = full.Close()
		}
	}()
	row := make([]any, len(columns))
	args := make([]driver.NamedValue, 0, rowsPerInsert*len(columns))
	for {
		more, err := next(row)
		if err != nil {
			return total, err
		}
		if !more {
			break
		}
		if args, err = appendArguments(args, row); err != nil {
			return total, err
		}
		total++
		if len(args) < cap(args) {
			continue
		}
		if full == nil {
			if full, err = connection.PrepareContext(lasting, statement(rowsPerInsert)); err != nil {
				return total, err
			}
		}
		if _, err := full.(driver.StmtExecContext).ExecContext(lasting, args); err != nil {
			return total, err
		}
		if err := ctx.Err(); err != nil {
			return total, err
		}
		args = args[:0]
	}
	if len(args) == 0 {
		return total, nil
	}
	rest, err := connection.PrepareContext(lasting, statement(len(args)/len(columns)))
	if err != nil {
		return total, err
	}
	defer func() { _ = rest.Close() }()
	_, err = rest.(driver.StmtExecContext).ExecContext(lasting, args)
	return total, err
}

// appendArguments adds a row as the driver wants it: the conversions that database/sql would make.
func appendArguments(args []driver.NamedValue, row []any) ([]driver.NamedValue, error) {
	if err := checkArguments(row); err != nil {
		return nil, err
	}
	for _, value := range row {
		switch value.(type) {
		case nil, string, int64, bool, []byte:
		default:
			var err error
			if value, err = driver.DefaultParameterConverter.ConvertValue(value); err != nil {
				return nil, err
			}
		}
		args = append(args, driver.NamedValue{Ordinal: len(args) + 1, Value: value})
	}
	return args, nil
}

// insertText writes an INSERT of n rows. Its parameters are ? and not $N: SQLite looks up the name of each one in a list, which makes
// binding many of them quadratic. They are numbered by their place, as the values are.
func insertText(table string, columns []string, n int) string {
	row := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + row + strings.Repeat(","+row, n-1)
}
