package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"xiaoguan/internal/backup"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/migrate"
	"xiaoguan/internal/store/storetest"
)

func emptyDatabases(t *testing.T) map[string]*store.DB {
	t.Helper()
	all := map[string]*store.DB{}
	for name, config := range map[string]store.Config{"sqlite": {Dir: t.TempDir()}, "postgres": {URL: storetest.EmptyPostgresURL(t)}} {
		db, err := store.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		all[name] = db
	}
	return all
}

func archived(t *testing.T, db *store.DB) *backup.Archive {
	t.Helper()
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), &file, db.Backups(), backup.Options{}); err != nil {
		t.Fatal(err)
	}
	a, err := backup.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestABackupOfAnEarlierVersionIsUpgraded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain, err := sql.Open("sqlite", filepath.Join(dir, "xiaoguan.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.UpTo(t.Context(), plain, "sqlite", 30); err != nil {
		t.Fatal(err)
	}
	if _, err := plain.ExecContext(t.Context(), "INSERT INTO company (id, name, fiscal_first_month, time_zone, currency, revision) VALUES (1, '旧版', 1, 'Asia/Shanghai', 'CNY', 1)"); err != nil {
		t.Fatal(err)
	}
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Close() }()
	a := archived(t, old)
	if a.Manifest.Schema != 30 || a.Manifest.Company != "旧版" {
		t.Errorf("%+v", a.Manifest.About)
	}
	for name, db := range emptyDatabases(t) {
		if err := backup.Restore(t.Context(), a, db); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			s, err := tx.CompanySettings(t.Context()) // of this version's columns
			if s.Name != "旧版" {
				t.Errorf("%s: %+v", name, s)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	later := archived(t, old)
	later.Manifest.Schema = 9999
	for name, db := range emptyDatabases(t) {
		if err := backup.Restore(t.Context(), later, db); !errs.Is(err, errs.KindConflict) {
			t.Errorf("%s: from a later version: %v", name, err)
		}
	}
}

// TestARestoreThatFailsLeavesNothing: not a row of the tables before, and the next attempt succeeds. It is refused where something is.
func TestARestoreThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, from *store.DB) {
		do(t, from, func(tx *store.Tx) error {
			return tx.Enqueue(t.Context(), job.Spec{ID: "j", Kind: "test.work", CreatedBy: "u1"})
		})
		a, broken := archived(t, from), errors.New("broken")
		for name, to := range emptyDatabases(t) {
			filled := 0
			err := to.Refill(t.Context(), a.Manifest.Schema, a.Manifest.Tables(), func(table string) (backup.Next, error) {
				if filled++; filled == len(a.Manifest.Parts) {
					return nil, broken
				}
				return func([]any) (bool, error) { return false, nil }, nil
			})
			if !errors.Is(err, broken) {
				t.Errorf("%s: %v", name, err)
			}
			if err := backup.Restore(t.Context(), a, to); err != nil {
				t.Fatalf("%s, the second attempt: %v", name, err)
			}
			if n := len(archived(t, to).Manifest.Parts); n != len(a.Manifest.Parts) {
				t.Errorf("%s: %d tables, want %d", name, n, len(a.Manifest.Parts))
			}
			err = to.Read(t.Context(), func(tx *store.Tx) error {
				j, err := tx.Job(t.Context(), "j")
				if j.State != job.StateQueued {
					t.Errorf("%s: the job is %+v", name, j)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			fewer := a.Manifest.Tables()[1:]
			if err := to.Refill(t.Context(), a.Manifest.Schema, fewer, nil); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: without a table: %v", name, err)
			}
			execRaw(t, to, "INSERT INTO app_user (id, login, name, person_id, password_hash, must_change, totp_secret, totp_last, recovery_codes, language, theme, updown, disabled, created_at, last_sign_in_at) VALUES ('u', 'u', 'u', 0, '', FALSE, '', 0, '', '', '', '', FALSE, '', '')")
			if err := backup.Restore(t.Context(), a, to); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s: over somebody: %v", name, err)
			}
		}
	})
}
