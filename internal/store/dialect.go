package store

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"xiaoguan/internal/errs"
)

// dialect names every difference between the two databases' SQL. A query that needs more gets two texts and says why.
type dialect struct {
	name string
	// likeFold is a case-insensitive match of a column with a pattern parameter. SQLite's LIKE ignores ASCII case already and
	// PostgreSQL's does not, without an error on either side: never write LIKE by hand.
	likeFold func(column, parameter string) string
	// unindexed keeps the planner off an index of the column. SQLite reads by an index of which it knows nothing and must be told;
	// PostgreSQL has figures and chooses better by itself.
	unindexed func(column string) string
	// lockRow is appended to a SELECT whose row must not change before the transaction ends. SQLite has one writer and needs none.
	lockRow string
	// columns asks for all tables with their columns and types, by name.
	columns string
	// isRetryable reports a lost race after which the transaction may be run again.
	isRetryable func(error) bool
	// isGone reports that the database cannot be reached or written: no connection, no disk, no space.
	isGone func(error) bool
	// violation classifies a constraint violation and names the constraint or the column.
	violation func(error) (kind violationKind, name string)
}

type violationKind uint8

const (
	violationNone violationKind = iota
	violationUnique
	violationReference
	violationCheck
)

var sqlite = dialect{
	name:        "sqlite",
	likeFold:    func(column, parameter string) string { return column + " LIKE " + parameter + ` ESCAPE '\'` },
	unindexed:   func(column string) string { return "+" + column },
	columns:     "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.name",
	isRetryable: sqliteIsBusy,
	isGone: func(err error) bool {
		e, ok := errors.AsType[*sqlitedriver.Error](err)
		return ok && slices.Contains([]int{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}, e.Code()&0xff)
	},
	violation: func(err error) (violationKind, string) {
		e, ok := errors.AsType[*sqlitedriver.Error](err)
		if !ok {
			return violationNone, ""
		}
		// "constraint failed: UNIQUE constraint failed: sample.code (2067)" names the columns, or the check.
		name := e.Error()
		name = name[strings.LastIndex(name, ": ")+len(": "):]
		name, _, _ = strings.Cut(name, " (")
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
			return violationUnique, name
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return violationReference, name
		case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL:
			return violationCheck, name
		}
		return violationNone, ""
	},
}

func sqliteIsBusy(err error) bool {
	e, ok := errors.AsType[*sqlitedriver.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

var postgres = dialect{
	name:      "postgres",
	likeFold:  func(column, parameter string) string { return column + " ILIKE " + parameter + ` ESCAPE '\'` },
	unindexed: func(column string) string { return column },
	lockRow:   " FOR UPDATE",
	columns: `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"`,
	isRetryable: func(err error) bool {
		e, ok := errors.AsType[*pgconn.PgError](err)
		return ok && (e.Code == "40001" || e.Code == "40P01")
	},
	isGone: func(err error) bool {
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			return slices.Contains([]string{"08", "53", "57"}, e.Code[:2]) && e.Code != "57014" // a cancelled query is the caller's doing
		}
		_, network := errors.AsType[net.Error](err)
		_, connect := errors.AsType[*pgconn.ConnectError](err)
		return network || connect || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	},
	violation: func(err error) (violationKind, string) {
		e, ok := errors.AsType[*pgconn.PgError](err)
		if !ok {
			return violationNone, ""
		}
		switch e.Code {
		case "23505":
			return violationUnique, e.ConstraintName
		case "23503":
			return violationReference, e.ConstraintName
		case "23514", "23502":
			return violationCheck, e.ConstraintName
		}
		return violationNone, ""
	},
}

// likePattern turns what a person typed into a pattern that finds it anywhere, with % and _ taken literally.
func likePattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// classify turns a driver's error into a kind. Errors that have one pass unchanged, and so do those of the context.
func (db *DB) classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*errs.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch kind, name := db.dialect.violation(err); kind {
	case violationUnique:
		return errs.New(errs.KindConflict, "store.duplicate", errs.Args{"Constraint": name}).Because(err)
	case violationReference:
		return errs.New(errs.KindInvalid, "store.reference", errs.Args{"Constraint": name}).Because(err)
	case violationCheck:
		return errs.New(errs.KindInvalid, "store.check", errs.Args{"Constraint": name}).Because(err)
	}
	if db.dialect.isRetryable(err) {
		return errs.New(errs.KindUnavailable, "store.busy", nil).Because(err)
	}
	if db.dialect.isGone(err) {
		return errs.New(errs.KindUnavailable, "store.unavailable", nil).Because(err)
	}
	return err
}
