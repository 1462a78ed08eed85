package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store/storetest"
)

var firstMonth = calendar.NewMonth(2025, time.January)

// openBackup reads a backup until the test ends.
func openBackup(t *testing.T, path string) *backup.Archive {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := backup.Open(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func backedUp(t *testing.T, options app.Options, withoutKey bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.zip")
	if _, err := app.Backup(t.Context(), options, path, withoutKey, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// installed is an installation with a company, facts and somebody who signs in.
func installed(t *testing.T) app.Options {
	t.Helper()
	options := app.Options{Dir: t.TempDir(), Company: "青禾", PasswordCost: access.TestHashCost}
	a, err := app.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	h := monthtest.NewHouse(a.DB, time.Now)
	if _, err := h.Record(t.Context(), "company", monthtest.Generate(1, firstMonth, 10, 12).Write); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Users.CreateUser(t.Context(), access.SystemActor("test"), access.CreateUser{Login: "ops", Name: "陈晓", Password: "copper-Kettle-42", Keep: true,
		Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(options.Dir, "imports", "i1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(options.Dir, "imports", "i1", "回款.csv"), []byte("key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return options
}

// TestABackupIsTheWayToAnotherDatabaseAndBack: on each of them everything goes on, also what comes after.
func TestABackupIsTheWayToAnotherDatabaseAndBack(t *testing.T) {
	t.Parallel()
	from := installed(t)
	for _, to := range []app.Options{{Dir: t.TempDir(), DatabaseURL: storetest.EmptyPostgresURL(t)}, {Dir: t.TempDir()}} {
		to.PasswordCost = access.TestHashCost
		if err := app.Restore(t.Context(), to, openBackup(t, backedUp(t, from, false))); err != nil {
			t.Fatal(err)
		}
		a, err := app.New(t.Context(), to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Users.SignIn(t.Context(), access.SignIn{Login: "ops", Password: "copper-Kettle-42", Client: "127.0.0.1"}); err != nil {
			t.Errorf("on %s nobody signs in: %v", a.DB.Engine(), err)
		}
		h := monthtest.NewHouse(a.DB, time.Now)
		if _, err := h.Record(t.Context(), a.DB.Engine(), monthtest.Generate(2, firstMonth, 10, 12).Write); err != nil {
			t.Errorf("on %s nothing is recorded: %v", a.DB.Engine(), err)
		}
		if err := a.Metrics.CatchUp(t.Context()); err != nil {
			t.Error(err)
		}
		if v, log, err := a.VerifyAll(t.Context()); err != nil || v.Broken != nil || !log.Sound() {
			t.Errorf("verified %+v %+v %v", v, log, err)
		}
		if text, err := os.ReadFile(filepath.Join(to.Dir, "imports", "i1", "回款.csv")); err != nil || string(text) != "key\n" {
			t.Errorf("file of an import: %q, %v", text, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		from = to
	}
}

func TestRestoringRefusesWhatWouldNotFit(t *testing.T) {
	t.Parallel()
	options := installed(t)
	whole, keyless := backedUp(t, options, false), backedUp(t, options, true)
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "installation.key"), []byte("00000000000000000000000000000000ffffffffffffffffffffffffffffffff"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, dir, want string
	}{
		"somebody is there":  {whole, options.Dir, "backup.not_empty"},
		"another key":        {whole, other, "backup.other_key"},
		"a key that is lost": {keyless, t.TempDir(), "backup.no_key"},
	} {
		err := app.Restore(t.Context(), app.Options{Dir: c.dir}, openBackup(t, c.path))
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Message.Key != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := app.Backup(t.Context(), options, whole, false, nil); !errs.Is(err, errs.KindConflict) {
		t.Errorf("over a file that is there: %v", err)
	}
	later := openBackup(t, whole)
	later.Manifest.Schema++
	if err := app.Restore(t.Context(), app.Options{Dir: t.TempDir()}, later); !errs.Is(err, errs.KindConflict) {
		t.Errorf("from a later version: %v", err)
	}
}

// TestABackupThatBreaksOffLeavesNoFile: one that is half there would be taken for a backup.
func TestABackupThatBreaksOffLeavesNoFile(t *testing.T) {
	t.Parallel()
	options := installed(t)
	ctx, cancel := context.WithCancel(t.Context())
	path := filepath.Join(t.TempDir(), "x.zip")
	if _, err := app.Backup(ctx, options, path, false, func(table string, _ int64) {
		if table == "deal" {
			cancel()
		}
	}); err == nil {
		t.Error("an interrupted backup is no error")
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
