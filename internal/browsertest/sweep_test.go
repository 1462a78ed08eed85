package browsertest

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// answerMax is how long the server may take for any page of the demonstration. It is generous: other tests run at the same time.
const answerMax = 3 * time.Second

// newDemo is an installation with the demonstration company in it.
func newDemo(t *testing.T) (*site, demo.Company) {
	t.Helper()
	log := &errorLog{}
	started := time.Now()
	clock := demo.NewClock(func() time.Time { return morning.Add(time.Since(started)) })
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Company: demo.CompanyName, Version: "test", Log: slog.New(slog.NewTextHandler(log, nil)), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	company, err := demo.Fill(t.Context(), demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices, Payroll: a.Payroll, Tiers: a.Tiers, SetNow: clock.Set, Now: clock.Now, Today: calendar.DateOf(morning)})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, a, log), company
}

// swept remembers which pages have been looked at closely: most are the same for several roles.
type swept struct {
	mu    sync.Mutex
	paths []string
}

func (s *swept) first(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.paths, path) {
		return false
	}
	s.paths = append(s.paths, path)
	return true
}

func (s *swept) has(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.paths, path)
}

// TestEveryPageOpensForEveryRole signs each role of the demonstration in and opens every place of its navigation, and from each the
// first thing that is listed there and what their heads lead to.
func TestEveryPageOpensForEveryRole(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	seen := &swept{}
	var roles []access.Role
	for i, login := range company.Logins {
		if slices.Contains(roles, login.Role) {
			continue
		}
		roles = append(roles, login.Role)
		t.Run(string(login.Role), func(t *testing.T) {
			sweep(t, s, i18n.Langs()[i%2], login, seen)
		})
	}
	if len(roles) < 6 {
		t.Errorf("only the roles %v", roles)
	}
}

func sweep(t *testing.T, s *site, lang i18n.Lang, login demo.Login, seen *swept) {
	b := newTab(t, s, lang, string(login.Role))
	b.open("/", 200)
	b.fill(b.T("account.login"), login.Login)
	b.fill(b.T("account.password"), login.Password)
	b.press(b.T("account.sign_in"))
	b.wantStatus(200)
	places, err := tell[[]string](b, `() => [...document.querySelectorAll('nav.xg-rail a.n')].map(a => a.getAttribute('href'))`)
	if err != nil || len(places) == 0 {
		t.Fatalf("no navigation: %v\n%s", err, b.here())
	}
	for _, place := range append(places, "/account") {
		sweepPage(b, place, place, seen)
		sweepActions(b, place, seen)
		b.visit(place)
		below, err := tell[string](b, `() => { const a = document.querySelector('main table tbody a[href^="/"]'); return a ? a.getAttribute('href') : ''; }`)
		if err != nil {
			t.Fatal(err)
		}
		if below != "" {
			sweepPage(b, below, "below "+place, seen)
			sweepActions(b, "below "+place, seen)
		}
	}
}

// sweepActions opens what the head of the page leads to: the forms, and neighbouring pages. Each sort is opened once.
func sweepActions(b *tab, from string, seen *swept) {
	b.t.Helper()
	links, err := tell[[]string](b, `() => [...document.querySelectorAll('main .xg-head a.btn[href^="/"]:not([download])')].map(a => a.getAttribute('href'))`)
	if err != nil {
		b.t.Fatal(err)
	}
	for i, link := range links {
		if kind := fmt.Sprintf("action %d of %s", i+1, from); !seen.has(kind) {
			sweepPage(b, link, kind, seen)
		}
	}
}

// sweepPage opens a page: everybody's must be sound, and the first of its kind is looked at closely.
func sweepPage(b *tab, path, kind string, seen *swept) {
	b.t.Helper()
	b.visit(path)
	if status := b.lastStatus(); status != 200 {
		b.t.Errorf("%s: status %d\n%s", path, status, b.here())
		return
	}
	took, err := tell[float64](b, `() => { const n = performance.getEntriesByType('navigation')[0]; return n.responseStart - n.requestStart; }`)
	if err != nil {
		b.t.Fatal(err)
	}
	if took > float64(answerMax.Milliseconds()) {
		b.t.Errorf("%s: the server took %.0f ms", path, took)
	}
	b.t.Logf("%-60s %5.0f ms", path, took)
	if seen.first(kind) {
		b.look(fmt.Sprintf("demo-%s-%s", b.name, kind))
		return
	}
	b.faultsOf(path, checkJS)
}
