package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/demo"
)

// theDemo is the demonstration company, made up by the first test that wants it. Every test works on a copy of its folder.
var theDemo = sync.OnceValues(fillDemo)

// removeDemo removes it.
var removeDemo = func() error { return nil }

// filledDemo is a folder with the company in it, in which nobody works any more.
type filledDemo struct {
	folder  string
	company demo.Company
}

func fillDemo() (filled filledDemo, err error) {
	if filled.folder, err = os.MkdirTemp("", "xiaoguan-demo-"); err != nil {
		return filled, err
	}
	removeDemo = func() error { return os.RemoveAll(filled.folder) }
	ctx, log := context.Background(), &errorLog{}
	clock := demo.NewClock(func() time.Time { return morning })
	a, err := app.New(ctx, app.Options{Dir: filled.folder, Company: demo.CompanyName, Version: "test", PasswordCost: access.TestHashCost, Log: slog.New(slog.NewTextHandler(log, nil)), Now: clock.Now})
	if err != nil {
		return filled, err
	}
	filled.company, err = demo.Fill(ctx, demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices, SignOn: a.SignOn, Quotes: a.Quotes, Contracts: a.Contracts, Payroll: a.Payroll, Tiers: a.Tiers, Standards: a.Standards, Metrics: a.Metrics, Reports: a.MonthReports, Programme: a.Programme, Documents: a.Documents, Distribution: a.Distribution, TeamAnswers: a.TeamAnswers, PlanLines: a.PlanLines, SetNow: clock.Set, Now: clock.Now, Today: calendar.DateOf(morning)})
	if err == nil {
		err = a.Standards.CatchUp(ctx) // or every copy would judge all cases again
	}
	if err == nil {
		err = a.Metrics.CatchUp(ctx) // or count all facts
	}
	if closing := a.Close(); err == nil {
		err = closing
	}
	if lines := log.errors(); err == nil && len(lines) > 0 {
		err = fmt.Errorf("making the demonstration logged %q", lines)
	}
	return filled, err
}

// newDemo is an installation of its own with the demonstration company in it, a minute after it was made up.
func newDemo(t *testing.T) (*site, demo.Company) {
	t.Helper()
	s, company, _ := newDemoWithClock(t)
	return s, company
}

// newDemoWithClock is newDemo with the hand on its clock: what waits for days to pass can be had at once.
func newDemoWithClock(t *testing.T) (*site, demo.Company, *movedClock) {
	t.Helper()
	filled, err := theDemo()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "demo")
	if err := os.CopyFS(folder, os.DirFS(filled.folder)); err != nil {
		t.Fatal(err)
	}
	clock, log := &movedClock{started: time.Now()}, &errorLog{}
	a, err := app.New(t.Context(), app.Options{Dir: folder, Version: "test", PasswordCost: access.TestHashCost, Log: slog.New(slog.NewTextHandler(log, nil)), Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, a, log), filled.company, clock
}

// movedClock goes on from a minute after morning, and can be moved ahead.
type movedClock struct {
	mu      sync.Mutex
	started time.Time
	ahead   time.Duration
}

func (c *movedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return morning.Add(time.Minute + c.ahead + time.Since(c.started))
}

// move lets so many days pass.
func (c *movedClock) move(days int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += time.Duration(days) * 24 * time.Hour
}
