package store

import (
	"database/sql/driver"
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

// keptConnection opens a connection that keeps its statements, with a table of three numbers.
func keptConnection(t *testing.T) *keeping {
	t.Helper()
	address := sqliteAddress(filepath.Join(t.TempDir(), "kept.db"), nil)
	db, err := openKeeping(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	plain, err := keeper{db.Driver(), address}.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k := plain.(*keeping)
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, text := range []string{"CREATE TABLE a (n INTEGER NOT NULL UNIQUE)", "INSERT INTO a VALUES (1), (2), (3)"} {
		if _, err := k.ExecContext(t.Context(), text, nil); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// numbers reads the first column of what is left of rows.
func numbers(t *testing.T, r driver.Rows) (all []int64) {
	t.Helper()
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	row := make([]driver.Value, 1)
	for {
		if err := r.Next(row); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, row[0].(int64))
	}
}

func query(t *testing.T, k *keeping, text string, args ...int64) driver.Rows {
	t.Helper()
	var values []driver.NamedValue
	for i, a := range args {
		values = append(values, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	r, err := k.QueryContext(t.Context(), text, values)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAKeptStatementIsNotDisturbedWhileItIsRead(t *testing.T) {
	t.Parallel()
	k := keptConnection(t)
	const text = "SELECT n FROM a WHERE n >= $1 ORDER BY n"
	outer := query(t, k, text, 1)
	row := make([]driver.Value, 1)
	if err := outer.Next(row); err != nil || row[0] != int64(1) {
		t.Fatal(row, err)
	}
	if inner := numbers(t, query(t, k, text, 3)); fmt.Sprint(inner) != "[3]" {
		t.Errorf("inside: %v", inner)
	}
	if rest := numbers(t, outer); fmt.Sprint(rest) != "[2 3]" {
		t.Errorf("after it: %v", rest)
	}
	if err := outer.Close(); err != nil { // a second time
		t.Error(err)
	}
	if again := numbers(t, query(t, k, text, 2)); fmt.Sprint(again) != "[2 3]" || len(k.kept) != 2 {
		t.Errorf("again: %v, %d kept", again, len(k.kept))
	}
}

func TestKeptStatementsSurviveFailuresAndChangesOfTheSchema(t *testing.T) {
	t.Parallel()
	k := keptConnection(t)
	const insert, read = "INSERT INTO a VALUES ($1)", "SELECT * FROM a ORDER BY n"
	for i, n := range []int64{4, 4, 5} {
		if _, err := k.ExecContext(t.Context(), insert, []driver.NamedValue{{Ordinal: 1, Value: n}}); (err != nil) != (i == 1) {
			t.Errorf("insert %d: %v", n, err)
		}
	}
	if all := numbers(t, query(t, k, read)); fmt.Sprint(all) != "[1 2 3 4 5]" {
		t.Errorf("read %v", all)
	}
	for _, text := range []string{"ALTER TABLE a ADD COLUMN m INTEGER", "DROP TABLE a", "CREATE TABLE a (n INTEGER NOT NULL)", "INSERT INTO a VALUES (9)"} {
		if _, err := k.ExecContext(t.Context(), text, nil); err != nil {
			t.Fatal(text, err)
		}
	}
	if all := numbers(t, query(t, k, read)); fmt.Sprint(all) != "[9]" {
		t.Errorf("of the new table: %v", all)
	}
}

func TestPragmasAreNotKeptAndStatementsOnlySoMany(t *testing.T) {
	t.Parallel()
	k := keptConnection(t)
	for i := range 3 {
		level := int64(1 + i%2)
		if _, err := k.ExecContext(t.Context(), fmt.Sprintf("PRAGMA synchronous = %d", level), nil); err != nil {
			t.Fatal(err)
		}
		if got := numbers(t, query(t, k, "PRAGMA synchronous")); got[0] != level {
			t.Errorf("synchronous %d, want %d", got[0], level)
		}
	}
	reading := query(t, k, "SELECT n FROM a ORDER BY n")
	for i := range 2 * keptMost {
		if got := numbers(t, query(t, k, fmt.Sprintf("SELECT %d", i))); got[0] != int64(i) {
			t.Fatalf("got %v", got)
		}
	}
	if len(k.kept) != keptMost || k.used.Len() != keptMost {
		t.Errorf("%d and %d are kept", len(k.kept), k.used.Len())
	}
	if all := numbers(t, reading); fmt.Sprint(all) != "[1 2 3]" {
		t.Errorf("what was being read: %v", all)
	}
}
