// Package storetest gives tests a fresh database of each engine and holds the suite that both must pass.
//
// SQLite is a copy of a migrated file. PostgreSQL is a throw-away cluster, started once per test process from the installed package
// and gone with it. Both begin with a copy of what was migrated once on this machine and is kept beside other temporary files (see
// prepared). XIAOGUAN_TEST_POSTGRES_URL names a running server instead. Where PostgreSQL is missing its tests are skipped, except
// when CI is set: there that is a failure.
package storetest

import (
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

// migratedFile is the content of a migrated file, brought up to date where a library has been.
func migratedFile(t *testing.T) ([]byte, error) {
	from, err := prepared("sqlite", "", func(place string) error {
		content, err := upgraded(t, nil)
		if err == nil {
			err = os.WriteFile(place, content, 0o600)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	return upgraded(t, content)
}

// upgraded applies what is missing in a file; nil is a new one.
func upgraded(t *testing.T, content []byte) ([]byte, error) {
	dir, err := os.MkdirTemp("", "xiaoguan-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "xiaoguan.db")
	if content != nil {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, err
		}
	}
	db, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	err = db.Upgrade(t.Context())
	if closing := db.Close(); err == nil { // writes the log back into the file
		err = closing
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
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
