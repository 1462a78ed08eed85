// Package storetest gives tests a fresh database of each engine and holds the suite that both must pass.
//
// SQLite is a copy of a migrated file. PostgreSQL is a throw-away cluster, started once per test process from the installed package
// and gone with it. XIAOGUAN_TEST_POSTGRES_URL names a running one instead. Where PostgreSQL is missing its tests are skipped, except
// when CI is set: there that is a failure.
package storetest

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/store"
)

// Run runs test once per engine on a fresh, migrated database.
func Run(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// RunFrom is Run with a clock that begins at another instant.
func RunFrom(t *testing.T, start time.Time, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLiteFrom(t, start))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgresFrom(t, start))
	})
}

var template struct {
	sync.Once
	bytes []byte
	err   error
}

// SQLite returns a fresh, migrated SQLite database.
func SQLite(t *testing.T) *store.DB {
	t.Helper()
	return SQLiteFrom(t, Start)
}

// SQLiteFrom is SQLite with a clock that begins at another instant.
func SQLiteFrom(t *testing.T, start time.Time) *store.DB {
	t.Helper()
	template.Do(func() { template.bytes, template.err = migratedFile(t) })
	if template.err != nil {
		t.Fatal(template.err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xiaoguan.db"), template.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, store.Config{Dir: dir, Now: ClockFrom(start)})
}

func migratedFile(t *testing.T) ([]byte, error) {
	dir, err := os.MkdirTemp("", "xiaoguan-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := db.Upgrade(t.Context()); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // writes the log back into the file
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, "xiaoguan.db"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func open(t *testing.T, config store.Config) *store.DB {
	t.Helper()
	config.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := store.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Start is the first instant of Clock.
var Start = time.Date(2026, 9, 24, 2, 12, 0, 0, time.UTC)

// Clock returns a clock that begins at Start and moves on by one second each time it is read.
func Clock() func() time.Time { return ClockFrom(Start) }

// ClockFrom is Clock from another instant on.
func ClockFrom(start time.Time) func() time.Time {
	var mu sync.Mutex
	now := start
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}
