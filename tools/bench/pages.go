package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/org"
)

// pagesMode makes the program walk through the pages of an installation and print Pages as JSON, in a process of its own like productMode.
const pagesMode = "-pages"

// asking is how often each page is asked for, and how many of the slowest are named for each role, of how many roles.
type asking struct {
	Times, Slowest int
	Roles          string // of those who sign in, separated by commas; empty for all
	Paths          string // that are opened, separated by spaces, with nothing going on beside them; empty for all that links lead to
	Without        string // beginnings of addresses that are left out, separated by spaces
	Processor      bool   // what is measured is time of processors, for a machine with much else to do
	Profile        string // a file for what the processors did meanwhile; empty for none
}

// profiled writes down in a file what the processors do until stop is called; nothing where no file is named.
func (a asking) profiled() (stop func() error, err error) {
	if a.Profile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(a.Profile)
	if err != nil {
		return nil, err
	}
	return func() error { pprof.StopCPUProfile(); return file.Close() }, pprof.StartCPUProfile(file)
}

var askedUsually = asking{Times: 20, Slowest: 1}

// Pages is how long the pages took that one log-in can open.
type Pages struct {
	Role     string
	Count    int
	P50, P95 time.Duration // over all requests
	Slowest  []PageTime    // by their own p95, the slowest first
}

// PageTime is one page.
type PageTime struct {
	Path          string
	P50, P95, Max time.Duration
}

// Walked is what a walk through an installation measured. Only the demonstration is asked what sellers ask: W1 is asked before its close.
type Walked struct {
	Pages []Pages
	Asked *Asked
}

// pages walks in a child and prints its tables.
func pages(ctx context.Context, out io.Writer, title string, how asking, arguments ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	asked, err := json.Marshal(how)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, self, append([]string{pagesMode, string(asked)}, arguments...)...)
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return fmt.Errorf("walk through the pages: %w", err)
	}
	var measured Walked
	if err := json.Unmarshal(text, &measured); err != nil {
		return err
	}
	what := "server time"
	if how.Processor {
		what = "processor time"
	}
	fmt.Fprintf(out, "\nPages %s, %s in ms, each page %d times (peak of the process %d MiB)\n\n", title, what, how.Times, peak(command.ProcessState)>>20)
	fmt.Fprintln(out, "| role | pages | p50 | p95 | slowest page | its p50 | its p95 | its worst |\n|---|---|---|---|---|---|---|---|")
	for _, m := range measured.Pages {
		for i, slow := range m.Slowest {
			if i > 0 {
				m = Pages{}
				fmt.Fprint(out, "| | | | |")
			} else {
				fmt.Fprintf(out, "| %s | %d | %s | %s |", m.Role, m.Count, milliseconds(m.P50), milliseconds(m.P95))
			}
			fmt.Fprintf(out, " %s | %s | %s | %s |\n", slow.Path, milliseconds(slow.P50), milliseconds(slow.P95), milliseconds(slow.Max))
		}
	}
	if measured.Asked != nil {
		fmt.Fprintf(out, "\nWhat sellers ask %s\n\n| question | s |\n|---|---|\n", title)
		measured.Asked.print(out)
	}
	return nil
}

func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}

// walkPages opens an installation and measures its pages, for the demonstration's log-ins or, where there are none, for one of each
// role that it makes itself.
func walkPages(ctx context.Context, how asking, dir, databaseURL string) (walked Walked, err error) {
	a, err := app.New(ctx, app.Options{Dir: dir, DatabaseURL: databaseURL, Company: "bench", Now: clockFrom(dayOfClosing.AddDate(0, 0, 1))})
	if err != nil {
		return walked, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	logins, err := makeLogins(ctx, a)
	if err != nil {
		return walked, err
	}
	// As a server that has been running for a while: what searches look through is in memory, and so is the log of the process.
	if err := a.DB.WarmSearch(ctx); err != nil {
		return walked, err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if how.Paths != "" || how.Processor {
			return
		}
		a.Flow.Run(running, func(err error) { fmt.Fprintln(os.Stderr, "process analysis:", err) })
	}()
	walked.Pages, err = measurePages(ctx, a, how, logins)
	stop()
	<-ended
	return walked, err
}

// walkDemo makes the demonstration company, asks what its sellers ask, and measures its pages.
func walkDemo(ctx context.Context, how asking) (walked Walked, err error) {
	dir, err := os.MkdirTemp("", "xiaoguan-demo-*")
	if err != nil {
		return walked, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	clock := demo.NewClock(time.Now)
	a, err := app.New(ctx, app.Options{Dir: dir, Company: demo.CompanyName, Now: clock.Now})
	if err != nil {
		return walked, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	company, err := demo.Fill(ctx, demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices,
		Quotes: a.Quotes, Contracts: a.Contracts, Payroll: a.Payroll, Tiers: a.Tiers, SetNow: clock.Set})
	if err != nil {
		return walked, err
	}
	asked, err := ask(ctx, a, company.Present-1, company.Present)
	if err != nil {
		return walked, err
	}
	walked.Asked = &asked
	walked.Pages, err = measurePages(ctx, a, how, company.Logins)
	return walked, err
}

// dayOfClosing is when the month is imported and closed; the day after, its pages are looked at: what they show as the last month is it.
var dayOfClosing = monthStart.AddDate(0, 1, 7)

// clockFrom runs as time does, from the given moment.
func clockFrom(moment time.Time) func() time.Time {
	started := time.Now()
	return func() time.Time { return moment.Add(time.Since(started)) }
}

func measurePages(ctx context.Context, a *app.App, how asking, logins []demo.Login) (measured []Pages, err error) {
	handler, err := a.Handler()
	if err != nil {
		return nil, err
	}
	stop, err := how.profiled()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for _, login := range logins {
		if how.Roles != "" && !slices.Contains(strings.Split(how.Roles, ","), login.Login) {
			continue
		}
		issued, err := a.Users.SignIn(ctx, access.SignIn{Login: login.Login, Password: login.Password, Client: "127.0.0.1"})
		if err != nil {
			return nil, err
		}
		m, err := visitor{handler, httpx.SessionCookie{}.Name() + "=" + issued.Token}.measure(ctx, how)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", login.Login, err)
		}
		m.Role = login.Login
		measured = append(measured, m)
	}
	return measured, nil
}

// measure asks for all pages in turn, so that a disturbance of the machine does not hit one page alone.
func (v visitor) measure(ctx context.Context, how asking) (m Pages, err error) {
	paths := strings.Fields(how.Paths)
	if len(paths) == 0 {
		if paths, err = v.discover(ctx); err != nil {
			return m, err
		}
		paths = slices.DeleteFunc(paths, func(path string) bool {
			return slices.ContainsFunc(strings.Fields(how.Without), func(beginning string) bool { return strings.HasPrefix(path, beginning) })
		})
	}
	times := make([][]time.Duration, len(paths))
	var all []time.Duration
	for range how.Times {
		for i, path := range paths {
			start, used := time.Now(), processorTime()
			answer := v.get(ctx, path, "gzip")
			took := time.Since(start)
			if how.Processor {
				took = processorTime() - used
			}
			if answer.Code != http.StatusOK {
				return m, fmt.Errorf("%s: status %d", path, answer.Code)
			}
			times[i], all = append(times[i], took), append(all, took)
		}
	}
	var slow []PageTime
	for i, path := range paths {
		slow = append(slow, PageTime{path, quantile(times[i], 50), quantile(times[i], 95), slices.Max(times[i])})
	}
	slices.SortFunc(slow, func(a, b PageTime) int { return int(b.P95 - a.P95) })
	return Pages{Count: len(paths), P50: quantile(all, 50), P95: quantile(all, 95), Slowest: slow[:min(how.Slowest, len(slow))]}, nil
}

// quantile sorts the times and returns the one that so many percent do not exceed.
func quantile(times []time.Duration, percent int) time.Duration {
	slices.Sort(times)
	return times[max(0, (len(times)*percent+99)/100-1)]
}

// password opens the log-ins made here; the installation is thrown away.
const password = "bench-only-7183-kaimenhong"

// makeLogins makes a log-in for each role that the pages are measured for, with the widest reach that the role has.
func makeLogins(ctx context.Context, a *app.App) (logins []demo.Login, err error) {
	system := access.SystemActor("bench")
	tree, err := a.People.Tree(ctx, system, org.Now())
	if err != nil {
		return nil, err
	}
	if len(tree.Regions) == 0 {
		return nil, errors.New("the installation has no region")
	}
	region := tree.Regions[0]
	team := region.Teams[0]
	members, err := a.People.List(ctx, system, org.Filter{When: org.Now(), TeamID: team.ID, Employment: org.Employed})
	if err != nil {
		return nil, err
	}
	seller := slices.IndexFunc(members.Members, func(m org.Member) bool { return m.ID != team.LeaderID && m.Assignment.Level == org.LevelCore })
	for _, u := range []access.CreateUser{
		{Login: "admin", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}},
		{Login: "operations", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}},
		{Login: "finance", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}},
		{Login: "auditor", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}},
		{Login: "director", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: region.ID}}},
		{Login: "manager", PersonID: team.LeaderID, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}},
		{Login: "seller", PersonID: members.Members[max(0, seller)].ID, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}},
	} {
		u.Name, u.Password, u.Keep = u.Login, password, true
		if _, err := a.Users.CreateUser(ctx, system, u); err != nil && !errs.Is(err, errs.KindInvalid) && !errs.Is(err, errs.KindConflict) { // those of a company that stays are there already
			return nil, err
		}
		logins = append(logins, demo.Login{Login: u.Login, Password: password, Role: u.Grants[0].Role})
	}
	return logins, nil
}
