package store

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// keptMost is how many statements a connection to SQLite keeps prepared; what was used longest ago goes first. Reading SQL took an eighth of the time of
// filling the demonstration.
const keptMost = 256

// keptLongest is how long a statement may be that is kept: longer ones list ids, are hardly asked twice, and take a lot of memory.
const keptLongest = 16 << 10

// openKeeping opens a pool of connections that keep their statements prepared.
func openKeeping(address string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeper{plain.Driver(), address}), plain.Close()
}

// keeper connects to a file.
type keeper struct {
	driver  driver.Driver
	address string
}

var _ driver.Connector = keeper{}

// Connect implements driver.Connector.
func (k keeper) Connect(context.Context) (driver.Conn, error) {
	plain, err := k.driver.Open(k.address)
	if err != nil {
		return nil, err
	}
	c, ok := plain.(sqliteConnection)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite lacks a method"), plain.Close())
	}
	return &keeping{sqliteConnection: c, kept: map[string]*list.Element{}}, nil
}

// Driver implements driver.Connector.
func (k keeper) Driver() driver.Driver { return k.driver }

// sqliteConnection is what database/sql asks of a connection.
type sqliteConnection interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeping is a connection that keeps its statements. As every connection of database/sql it is used by one goroutine at a time.
type keeping struct {
	sqliteConnection
	kept map[string]*list.Element // of *keptStatement, by text
	used list.List                // the one used last in front
}

type keptStatement struct {
	text string
	driver.Stmt
	reading bool // its rows are not closed yet
}

// worthKeeping tells statements on data from others: some pragmas act when they are prepared and not when they run. Those that list thousands of ids are
// not kept either.
func worthKeeping(text string) bool {
	if len(text) > keptLongest {
		return false
	}
	text = strings.TrimLeft(text, " \t\r\n")
	for _, verb := range [...]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"} {
		if strings.HasPrefix(text, verb) {
			return true
		}
	}
	return false
}

// statement finds or prepares a statement; none for one that is being read or not worth it.
func (c *keeping) statement(ctx context.Context, text string) (*keptStatement, error) {
	if at, known := c.kept[text]; known {
		s := at.Value.(*keptStatement)
		if s.reading {
			return nil, nil
		}
		c.used.MoveToFront(at)
		return s, nil
	}
	if !worthKeeping(text) {
		return nil, nil
	}
	prepared, err := c.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	s := &keptStatement{text: text, Stmt: prepared}
	c.kept[text] = c.used.PushFront(s)
	for at := c.used.Back(); len(c.kept) > keptMost && at != nil; at = at.Prev() {
		if old := at.Value.(*keptStatement); !old.reading {
			return s, c.drop(old)
		}
	}
	return s, nil
}

// drop closes a statement and forgets it.
func (c *keeping) drop(s *keptStatement) error {
	at, known := c.kept[s.text]
	if !known {
		return nil
	}
	c.used.Remove(at)
	delete(c.kept, s.text)
	return s.Close()
}

// ExecContext implements driver.ExecerContext.
func (c *keeping) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConnection.ExecContext(ctx, text, args)
	}
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		_ = c.drop(s) // whatever it is in
		return nil, err
	}
	return result, nil
}

// QueryContext implements driver.QueryerContext.
func (c *keeping) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConnection.QueryContext(ctx, text, args)
	}
	found, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		_ = c.drop(s)
		return nil, err
	}
	s.reading = true
	return &keptRows{Rows: found, statement: s}, nil
}

// Close implements driver.Conn.
func (c *keeping) Close() error {
	var failed error
	for _, at := range c.kept {
		failed = errors.Join(failed, at.Value.(*keptStatement).Close())
	}
	clear(c.kept)
	c.used.Init()
	return errors.Join(failed, c.sqliteConnection.Close())
}

// keptRows give their statement back when they are closed, once.
type keptRows struct {
	driver.Rows
	statement *keptStatement
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	if r.statement == nil {
		return nil
	}
	r.statement.reading = false
	r.statement = nil
	return r.Rows.Close()
}
