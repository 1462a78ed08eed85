package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
)

// TestABackupIsMadeEachNightAndWhenAskedFor: within the night, or when there is none for long; the oldest go; a failure is told.
func TestABackupIsMadeEachNightAndWhenAskedFor(t *testing.T) {
	t.Parallel()
	options := installed(t)
	now := time.Date(2026, 11, 3, 1, 30, 0, 0, time.UTC) // 9:30 in Shanghai
	options.Now = func() time.Time { return now }
	options.Backups = app.BackupOptions{Folder: filepath.Join(t.TempDir(), "backups"), Daily: true, Max: 2}
	a, err := app.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if err := a.Worker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Worker.Stop(t.Context()) }()
	admin := access.Actor{UserID: "admin", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}}
	// made waits for jobs that are under way, and returns the moments of the backups that are there.
	made := func() (moments []string) {
		t.Helper()
		for {
			page, err := a.Jobs.List(t.Context(), admin, job.Filter{States: []job.State{job.StateQueued, job.StateRunning}, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Jobs) == 0 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		o, err := a.Backups.Look(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range o.Kept {
			moments = append(moments, k.At.Format("02 15"))
			if k.Rows < 100 || k.Bytes == 0 || k.Company != "青禾" {
				t.Errorf("kept %+v", k)
			}
		}
		return moments
	}
	for _, step := range []struct {
		at   time.Time
		ask  bool
		want []string
	}{
		{now, false, []string{"03 01"}},                                 // there was none
		{now.Add(5 * time.Hour), false, []string{"03 01"}},              // not yet
		{now.Add(16*time.Hour + time.Minute), false, []string{"03 01"}}, // night, and it is young
		{now.Add(5 * time.Hour), true, []string{"03 06", "03 01"}},      // asked for
		{now.Add(30 * time.Hour), false, []string{"03 06", "03 01"}},    // day
		{now.Add(40 * time.Hour), false, []string{"04 17", "03 06"}},    // the night after; two are kept
		{now.Add(80 * time.Hour), false, []string{"06 09", "04 17"}},    // by day: nothing for long
		{now.Add(80*time.Hour + time.Minute), false, []string{"06 09", "04 17"}},
	} {
		now = step.at
		if step.ask {
			if _, err := a.Backups.Start(t.Context(), admin); err != nil {
				t.Fatal(err)
			}
		} else if err := a.Backups.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := made(); !slices.Equal(got, step.want) {
			t.Errorf("at %s: %v, want %v", step.at.Format("02 15"), got, step.want)
		}
	}
	if _, err := a.Backups.Start(t.Context(), access.Actor{UserID: "ops", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("operations start one: %v", err)
	}

	keeper, err := a.Users.CreateUser(t.Context(), access.SystemActor("test"), access.CreateUser{Login: "keeper", Name: "管理员", Password: "copper-Kettle-42", Keep: true, Grants: admin.Grants})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(options.Backups.Folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(options.Backups.Folder, nil, 0o600); err != nil { // where the folder should be
		t.Fatal(err)
	}
	id, err := a.Backups.Start(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	var failed job.Job
	for failed.State != job.StateFailed {
		if failed, err = a.Jobs.Get(t.Context(), admin, id); err != nil || failed.State == job.StateSucceeded {
			t.Fatalf("%+v, %v", failed, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	page, err := a.Notices.List(t.Context(), access.Actor{UserID: keeper.User.ID, Grants: admin.Grants}, notice.Filter{})
	if err != nil || !slices.ContainsFunc(page.Notices, func(n notice.Notice) bool { return n.Kind == notice.KindBackupFailed }) {
		t.Errorf("told %+v, %v", page.Notices, err)
	}
	if entries, err := os.ReadDir(options.Dir); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasSuffix(e.Name(), ".part") }) {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
