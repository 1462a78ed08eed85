package browsertest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/store"
)

// site is an installation that serves: its own folder, database, worker and address.
type site struct {
	t   *testing.T
	app *app.App
	url string
}

// morning is when the tests take place: a month has just ended.
var morning = time.Date(2026, time.October, 8, 9, 30, 0, 0, calendar.ChinaTime)

// month is the month that is paid.
var month = calendar.NewMonth(2026, time.September)

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteReaching(t)
}

// newSiteReaching is newSite of a server that may reach private networks.
func newSiteReaching(t *testing.T, networks ...string) *site {
	t.Helper()
	log := &errorLog{}
	started := time.Now()
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Company: "青禾智控", Version: "test", PasswordCost: access.TestHashCost, WebhookNetworks: networks,
		Log: slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return morning.Add(time.Since(started)) }})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, a, log)
}

// serve runs an installation until the test ends, and fails the test for every error that it logged.
func serve(t *testing.T, a *app.App, log *errorLog) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, a.Close()); err != nil {
			t.Error(err)
		}
		for _, line := range log.errors() {
			t.Errorf("log: %s", line)
		}
	})
	return &site{t, a, "http://" + listener.Addr().String()}
}

// errorLog keeps what the program logs.
type errorLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *errorLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *errorLog) errors() (lines []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, "level=ERROR") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

var _ io.Writer = (*errorLog)(nil)

// actor signs somebody in without a browser, to do what has no page.
func (s *site) actor(login, password string) access.Actor {
	s.t.Helper()
	issued, err := s.app.Users.SignIn(s.t.Context(), access.SignIn{Login: login, Password: password, Client: "127.0.0.1"})
	if err != nil {
		s.t.Fatal(err)
	}
	actor, _, err := s.app.Users.Authenticate(s.t.Context(), issued.Token)
	if err != nil {
		s.t.Fatal(err)
	}
	return actor
}

// personID finds the number that the installation gave to a person.
func (s *site) personID(name string) (id int64) {
	s.t.Helper()
	var ids []int64
	for i := range int64(100) {
		ids = append(ids, i+1)
	}
	err := s.app.DB.Read(s.t.Context(), func(tx *store.Tx) error {
		names, err := tx.PersonNames(s.t.Context(), ids)
		for known, n := range names {
			if n == name {
				id = known
			}
		}
		return err
	})
	if err != nil || id == 0 {
		s.t.Fatalf("no person %s: %v", name, err)
	}
	return id
}
