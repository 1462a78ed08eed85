// Package store is the only room with SQL: it keeps everything in SQLite (embedded, the default) or PostgreSQL (several nodes).
//
// SQL is written once, in the PostgreSQL spelling with $N, next to the function that scans it; type dialect names every difference.
// Columns: ids BIGINT or UUIDv7 TEXT, money BIGINT minor units, rates canonical decimal TEXT, instants fixed-width UTC TEXT, dates
// YYYY-MM-DD TEXT. No date arithmetic, rounding or division of money happens in SQL.
//
// Each domain package declares the small Store and Tx interfaces it needs; here one file per domain implements them: methods of *Tx
// for writes (names are unique over all domains), an adapter such as DB.Periods() for the whole. Driver errors become errs kinds
// here and nowhere else.
//
// Limits: SQLite has one writer at a time; a long import holds it for some seconds and other writers wait up to busyTimeout.
package store

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Config says where the data are. URL wins over Dir: postgres://… or sqlite:PATH.
type Config struct {
	URL     string
	Dir     string
	Log     *slog.Logger
	Now     func() time.Time // its zone is the company's: it decides what day it is
	Readers int              // reading connections; 0 is a sensible number
}

// DB is an open database.
type DB struct {
	backend      backend
	dialect      dialect
	log          *slog.Logger
	now          func() time.Time
	deliver      func(ctx context.Context, tx *Tx, id string, delay time.Duration) error
	totals       totals
	finders      *finders
	units        units
	organisation heldOrganisation
}

// backend is what the two databases do differently as a whole.
type backend interface {
	// inTx runs fn in one write transaction; it does not retry.
	inTx(ctx context.Context, level isolation, fn func(querier) error) error
	// read runs fn on one consistent snapshot.
	read(ctx context.Context, fn func(querier) error) error
	// settle brings what plans of queries rest on up to date after many rows of the tables were written.
	settle(ctx context.Context, tables []string) error
	ping(ctx context.Context) error
	close() error
}

// isolation is how far a write transaction of PostgreSQL is kept apart from others; SQLite has one writer.
type isolation uint8

const (
	serializable isolation = iota // everything that was read still holds at the commit
	guarded                       // rows are changed by statements that check the row themselves
)

// querier runs SQL. Queries are given in the PostgreSQL spelling.
type querier interface {
	exec(ctx context.Context, sql string, args ...any) (int64, error)
	query(ctx context.Context, sql string, args ...any) (rows, error)
	copyIn(ctx context.Context, table string, columns []string, next nextRow) (int64, error)
	// makeRoom is told once that the transaction writes very many rows.
	makeRoom(ctx context.Context) error
	// mergeIn inserts rows; conflict says what becomes of those whose keys are there.
	mergeIn(ctx context.Context, table string, columns []string, conflict string, next nextRow) (int64, error)
	raw() any // *sql.Tx or pgx.Tx, for the job queue
}

// rows is what both drivers' rows can do.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// nextRow gives the values of the next row into dst, and false when there is none.
type nextRow func(dst []any) (bool, error)

// Open opens the database and checks that it answers. It does not migrate.
func Open(ctx context.Context, config Config) (_ *DB, err error) {
	defer errs.Wrap(&err, "store.Open")
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	db := &DB{log: config.Log, now: config.Now, finders: newFinders()}
	switch {
	case strings.HasPrefix(config.URL, "postgres://"), strings.HasPrefix(config.URL, "postgresql://"):
		db.backend, err = openPostgres(ctx, config.URL)
		db.dialect = postgres
	case strings.HasPrefix(config.URL, "sqlite:"):
		db.backend, err = openSQLite(ctx, strings.TrimPrefix(config.URL, "sqlite:"), config.Readers)
		db.dialect = sqlite
	case config.URL != "":
		return nil, errs.New(errs.KindInvalid, "store.unknown_url", nil)
	default:
		db.backend, err = openSQLiteIn(ctx, config.Dir, config.Readers)
		db.dialect = sqlite
	}
	if err != nil {
		return nil, db.classify(err)
	}
	return db, nil
}

// Close closes all connections.
func (db *DB) Close() error { return db.backend.close() }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.classify(db.backend.ping(ctx)) }

// Engine names the database: "sqlite" or "postgres".
func (db *DB) Engine() string { return db.dialect.name }

// Tx is one write transaction, or a snapshot for reading. It is used by one goroutine.
type Tx struct {
	querier
	db          *DB
	after       []func()
	snapshot    bool               // it reads what is committed and nothing else
	written     map[string]int64   // rows written in bulk, by table
	rowsWritten int64              // in all of them
	found       map[string][]int64 // what parts of filters found in this transaction
	sieves      map[string]*sieve
	marks       map[string]monthMarks // of kept sums, of a transaction that reads alone
	weights     *weighing
}

// triesMax is how often a transaction that lost a race is tried.
const triesMax = 10

// InTx runs fn in one write transaction and commits when it returns nil. Where the database asks to try again (a lost race), fn
// runs again from the start: it must be repeatable. What fn registered with AfterCommit runs once, after the commit.
func (db *DB) InTx(ctx context.Context, fn func(*Tx) error) error {
	return db.inTx(ctx, serializable, fn)
}

// inTx is the one place that tries again.
func (db *DB) inTx(ctx context.Context, level isolation, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		var tx *Tx
		err := db.backend.inTx(ctx, level, func(q querier) error {
			tx = &Tx{querier: q, db: db}
			return fn(tx)
		})
		if err == nil {
			for _, f := range tx.after {
				f()
			}
			return nil
		}
		if try == triesMax || !db.dialect.isRetryable(err) {
			return db.classify(err)
		}
		db.log.DebugContext(ctx, "transaction is tried again", slog.Int("try", try), slog.Any("error", err))
		// Longer each time and at random, so that two who met do not meet again.
		pause := time.NewTimer(rand.N(time.Millisecond << try))
		select {
		case <-ctx.Done():
			pause.Stop()
			return context.Cause(ctx)
		case <-pause.C:
		}
	}
}

// Read runs fn on one consistent snapshot. Writing in it fails.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return db.classify(db.backend.read(ctx, func(q querier) error { return fn(&Tx{querier: q, db: db, snapshot: true}) }))
}

// AfterCommit registers what is to be done once the transaction is committed.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Raw returns the driver's transaction (*sql.Tx or pgx.Tx), for the job queue alone.
func (tx *Tx) Raw() any { return tx.raw() }

// Today is the date where the company is: the clock that the database was opened with tells the time there.
func (tx *Tx) Today() calendar.Date { return calendar.DateOf(tx.db.now()) }

// Now returns the database's clock, to the microsecond, in UTC.
func (tx *Tx) Now() time.Time { return tx.db.now().UTC().Truncate(time.Microsecond) }
