package distribution_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a company of two regions with a team each, and the reports that a fake of them makes.
type house struct {
	*distribution.Service
	t       *testing.T
	db      *store.DB
	now     time.Time
	actors  map[string]access.Actor
	places  []distribution.Place
	made    []string // places that a report was made of
	issues  []distribution.Issue
	broken  string // a place whose report cannot be computed
	letters []mail.Letter
	fails   []error
	ready   bool
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) Ready(context.Context) (bool, error) { return h.ready, nil }

func (h *house) Send(_ context.Context, letter mail.Letter) error {
	if len(h.fails) > 0 {
		err := h.fails[0]
		h.fails = h.fails[1:]
		return err
	}
	h.letters = append(h.letters, letter)
	return nil
}

// Make notes what is asked for, and publishes it where that is asked for.
func (h *house) Make(_ context.Context, actor access.Actor, month calendar.Month, place metric.Place, publish bool) error {
	if !actor.System {
		h.t.Errorf("computed by %v", actor)
	}
	if place.Name == h.broken && h.broken != "" {
		return errors.New("it cannot be computed")
	}
	h.made = append(h.made, place.Name)
	if publish {
		h.publish(month, place.Name, 1)
	}
	return nil
}

func (h *house) publish(month calendar.Month, name string, version int64) {
	i := distribution.Issue{ReportID: 1, Version: version, Month: month, Place: distribution.Place{Place: metric.Company}}
	for n, p := range h.places {
		if p.Name == name {
			i.ReportID, i.Place = int64(n+2), p
		}
	}
	h.issues = slices.DeleteFunc(h.issues, func(old distribution.Issue) bool { return old.ReportID == i.ReportID })
	h.issues = append(h.issues, i)
}

func (h *house) Published(_ context.Context, month calendar.Month) (list []distribution.Issue, err error) {
	for _, i := range h.issues {
		if i.Month == month {
			list = append(list, i)
		}
	}
	return list, nil
}

// MayRead lets directors of a region see what is in it, and operations all.
func (h *house) MayRead(_ context.Context, actor access.Actor, i distribution.Issue) error {
	for _, g := range actor.Grants {
		if g.Scope == access.ScopeAll || i.Place.RegionID != 0 && g.RegionID == i.Place.RegionID {
			return nil
		}
	}
	return errs.New(errs.KindNotFound, "error.not_found", nil)
}

func (h *house) Print(_ context.Context, actor access.Actor, i distribution.Issue, p *i18n.Printer) (string, []byte, error) {
	return "报告 " + i.Month.String() + ".pdf", []byte("%PDF of " + actor.UserID), nil
}

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		catalogue, err := i18n.New()
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t: t, db: db, now: storetest.Start, actors: map[string]access.Actor{}, ready: true}
		number := 0
		h.Service = distribution.NewService(distribution.Config{Store: db.Distribution(), Reports: h, Mails: h, ActorOf: h.actorOf, Now: func() time.Time { return h.now }, Work: calendar.China, Printers: catalogue.Printer,
			NewID: func() string {
				number++
				return "00000000-0000-7000-8000-" + strings.Repeat("0", 11) + string(rune('0'+number))
			},
			Company: func() string { return "青禾" }, Public: func() string { return "https://sales.example.cn" }, Log: slog.New(slog.DiscardHandler)})
		h.must(db.InTx(t.Context(), h.people))
		test(h)
	})
}

func (h *house) actorOf(_ context.Context, userID string) (access.Actor, error) {
	for _, a := range h.actors {
		if a.UserID == userID {
			a.ReadOnly = true
			return a, nil
		}
	}
	return access.Actor{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
}

func (h *house) people(tx *store.Tx) (err error) {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	h.must(err)
	for key, name := range map[string]string{"E": "华东", "W": "西南"} {
		_, err = w.PutRegion(ctx, fact.RegionRecord{Key: key, Name: name})
		h.must(err)
		_, err = w.PutTeam(ctx, fact.TeamRecord{Key: "T" + key, Name: name + "一部", Region: key})
		h.must(err)
	}
	_, err = w.Finish(ctx)
	h.must(err)
	h.places, err = tx.DistributionPlaces(ctx, calendar.DateOf(storetest.Start))
	h.must(err)
	for login, grant := range map[string]access.Grant{"ops": {Role: access.RoleOperations, Scope: access.ScopeAll}, "gm": {Role: access.RoleDirector, Scope: access.ScopeAll}, "east": {Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: h.place("华东").ID},
		"west": {Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: h.place("西南").ID}, "hr": {Role: access.RoleHR, Scope: access.ScopeAll}, "admin": {Role: access.RoleAdmin, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + login, Name: "用户" + login, Grants: []access.Grant{grant}}
		h.actors[login] = a
		h.must(tx.InsertUser(ctx, access.Account{User: access.User{ID: a.UserID, Login: login, Name: a.Name, CreatedAt: storetest.Start}}))
		h.must(tx.ReplaceGrants(ctx, a.UserID, a.Grants))
	}
	return nil
}

func (h *house) place(name string) distribution.Place {
	h.t.Helper()
	at := slices.IndexFunc(h.places, func(p distribution.Place) bool { return p.Name == name })
	if at < 0 {
		h.t.Fatalf("no %s in %v", name, h.places)
	}
	return h.places[at]
}

// set turns reports on: on the second working day at eight, of everything, published at once.
func (h *house) set(change func(s *distribution.Settings)) {
	h.t.Helper()
	v, err := h.Get(h.t.Context(), h.actors["ops"])
	h.must(err)
	s := v.Settings
	s.Active, s.Teams, s.Publish = true, true, true
	if change != nil {
		change(&s)
	}
	_, err = h.Set(h.t.Context(), h.actors["ops"], s)
	h.must(err)
}

// running is a job as its function sees it.
type running struct{ args json.RawMessage }

func (r running) Job() job.Job        { return job.Job{Spec: job.Spec{Args: r.args}} }
func (r running) Report(job.Progress) {}
func (r running) SetResult(any)       {}

// moment is when the report of the month before the start's is due.
func (h *house) moment() time.Time {
	s := distribution.Usual()
	return s.Moment(calendar.DateOf(storetest.Start).Month(), calendar.China(), storetest.Start.Location())
}

// run lets the moment come and does the job.
func (h *house) run() {
	h.t.Helper()
	h.now = h.moment()
	started, err := h.Start(h.t.Context())
	h.must(err)
	if !started {
		h.t.Fatal("nothing was started")
	}
	h.compute()
}

func (h *house) compute() {
	h.t.Helper()
	args, err := json.Marshal(map[string]any{"month": calendar.DateOf(storetest.Start).Month()})
	h.must(err)
	h.must(h.Compute(h.t.Context(), running{args}))
}

func (h *house) tell() int {
	h.t.Helper()
	n, err := h.Tell(h.t.Context())
	h.must(err)
	return n
}

// told lists who was told of what: log-in, place, state.
func (h *house) told() (list []string) {
	h.t.Helper()
	v, err := h.Get(h.t.Context(), h.actors["ops"])
	h.must(err)
	for _, d := range v.Deliveries {
		name := d.Issue.Place.Name
		if name == "" {
			name = "全公司"
		}
		list = append(list, strings.TrimPrefix(d.UserID, "u-")+" "+name+" "+string(d.State))
	}
	slices.Sort(list)
	return list
}

func (h *house) wants(got []string, want ...string) {
	h.t.Helper()
	if !slices.Equal(got, want) {
		h.t.Errorf("got %q, want %q", got, want)
	}
}

func TestAMonthRunsOnceAtItsMoment(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		if started, err := h.Start(ctx); err != nil || started {
			t.Errorf("it runs although nobody has turned it on: %v", err)
		}
		h.set(nil)
		h.now = h.moment().Add(-time.Second)
		if started, err := h.Start(ctx); err != nil || started {
			t.Errorf("it runs before its moment: %v", err)
		}
		h.run()
		for range 3 { // another node, or after a restart
			if started, err := h.Start(ctx); err != nil || started {
				t.Errorf("it runs again: %v", err)
			}
		}
		if len(h.made) != 5 || h.made[0] != "" {
			t.Errorf("reports of %q", h.made)
		}
		h.compute() // the job is started again after its end
		if len(h.made) != 5 {
			t.Errorf("reports were made again: %q", h.made)
		}
	})
}

func TestWhatHasPassedIsNotCaughtUpWith(t *testing.T) {
	onBoth(t, func(h *house) {
		h.now = h.moment().Add(time.Hour)

		h.set(nil)
		if started, err := h.Start(t.Context()); err != nil || started {
			t.Errorf("turning it on computed what had passed: %v", err)
		}
		v, err := h.Get(t.Context(), h.actors["admin"])
		h.must(err)
		if want := calendar.DateOf(storetest.Start).Month() + 1; v.NextMonth != want {
			t.Errorf("next is %s, want %s", v.NextMonth, want)
		}
	})
}

func TestEachIsToldOfTheWidestReportTheyMaySee(t *testing.T) {
	onBoth(t, func(h *house) {
		h.set(func(s *distribution.Settings) {
			s.People = []distribution.Recipient{{UserID: "u-east", Address: "east@qinghe.cn"}}
		})
		h.run()
		if n := h.tell(); n != 4 {
			t.Errorf("%d were told", n)
		}
		h.wants(h.told(), "east 华东 waiting", "gm 全公司 told", "ops 全公司 told", "west 西南 told")
		if n := h.tell(); n != 0 {
			t.Errorf("%d were told twice", n)
		}
		h.publish(calendar.DateOf(storetest.Start).Month(), "华东", 2)
		if n := h.tell(); n != 1 {
			t.Errorf("%d were told of the second version", n)
		}
	})
}

func TestNobodyIsToldBeforeItIsPublished(t *testing.T) {
	onBoth(t, func(h *house) {
		h.set(func(s *distribution.Settings) { s.Publish = false })
		h.run()
		if n := h.tell(); n != 0 {
			t.Errorf("%d were told of drafts", n)
		}
		h.publish(calendar.DateOf(storetest.Start).Month(), "西南", 1)
		h.tell()
		h.wants(h.told(), "gm 西南 told", "ops 西南 told", "west 西南 told")
	})
}

func TestAPlaceThatFailsKeepsNoOther(t *testing.T) {
	onBoth(t, func(h *house) {
		h.broken = "华东"
		h.set(nil)
		h.run()
		v, err := h.Get(t.Context(), h.actors["ops"])
		h.must(err)
		if len(v.Runs) != 1 || v.Runs[0].State != distribution.RunDone || v.Runs[0].Failed != 1 || len(h.made) != 4 {
			t.Errorf("runs %+v, made %q", v.Runs, h.made)
		}
	})
}

func TestLettersGoWithTheReportAndAreTriedAgain(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		h.set(func(s *distribution.Settings) {
			s.People = []distribution.Recipient{{UserID: "u-east", Address: "east@qinghe.cn"}}
		})
		h.run()
		h.tell()
		h.fails = []error{&mail.Failure{Class: mail.ClassTimeout}}
		for range 2 {
			if _, err := h.Dispatch(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if len(h.letters) != 0 {
			t.Fatal("it went although the server did not answer, or was tried again at once")
		}

		h.now = h.now.Add(24 * time.Hour)
		if n, err := h.Dispatch(ctx); err != nil || n != 1 || len(h.letters) != 1 {
			t.Fatalf("%d tried, %d letters, %v", n, len(h.letters), err)
		}
		letter := h.letters[0]
		if letter.To != "east@qinghe.cn" || len(letter.Attached) != 1 || string(letter.Attached[0].Content) != "%PDF of u-east" || !strings.Contains(letter.Text, "https://sales.example.cn/reports/") || !strings.Contains(letter.Text, "华东") {
			t.Errorf("letter %+v", letter)
		}
		if n, err := h.Dispatch(ctx); err != nil || n != 0 {
			t.Errorf("%d more, %v", n, err)
		}
	})
}

func TestNoLetterGoesToWhoMaySeeItNoMore(t *testing.T) {
	onBoth(t, func(h *house) {
		h.set(func(s *distribution.Settings) {
			s.People = []distribution.Recipient{{UserID: "u-east", Address: "east@qinghe.cn"}, {UserID: "u-west", Address: "west@qinghe.cn"}}
		})
		h.run()
		h.tell()
		east := h.actors["east"]
		east.Grants = []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: h.place("西南").ID}}
		h.actors["east"] = east
		h.set(func(s *distribution.Settings) { s.People = s.People[:1] }) // the other was taken out of the list
		if n, err := h.Dispatch(t.Context()); err != nil || n != 0 || len(h.letters) != 0 {
			t.Errorf("%d letters, %v", len(h.letters), err)
		}
		v, err := h.Get(t.Context(), h.actors["ops"])
		h.must(err)
		for _, d := range v.Deliveries {
			if d.Letter && (d.State != distribution.StateTold || d.Reason != distribution.ReasonRemoved) {
				t.Errorf("%s: %s %s", d.UserID, d.State, d.Reason)
			}
		}
	})
}

func TestALetterThatMayHaveGoneIsNotSentAgain(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		h.set(func(s *distribution.Settings) {
			s.People = []distribution.Recipient{{UserID: "u-gm", Address: "gm@qinghe.cn"}}
		})
		h.run()
		h.tell()
		h.must(h.db.Distribution().InTx(ctx, func(tx distribution.Tx) error { // a node marks it and dies
			d, found, err := tx.ReportDeliveryDue(ctx, h.now)
			if err != nil || !found {
				t.Fatalf("no letter: %v", err)
			}
			d.State, d.Attempts, d.NextAt = distribution.StateSending, 1, h.now.Add(time.Minute)
			return tx.SaveReportDelivery(ctx, d)
		}))
		h.now = h.now.Add(time.Hour)
		if n, err := h.Dispatch(ctx); err != nil || n != 0 || len(h.letters) != 0 {
			t.Errorf("it went again: %v", err)
		}
		if got := h.told(); !slices.Contains(got, "gm 全公司 failed") {
			t.Errorf("%q", got)
		}
	})
}

func TestWithoutAMailConnectionPeopleAreToldInside(t *testing.T) {
	onBoth(t, func(h *house) {
		h.ready = false
		h.set(func(s *distribution.Settings) {
			s.People = []distribution.Recipient{{UserID: "u-gm", Address: "gm@qinghe.cn"}}
		})
		h.run()
		h.tell()
		if n, err := h.Dispatch(t.Context()); err != nil || n != 0 {
			t.Errorf("%d letters, %v", n, err)
		}
		if got := h.told(); !slices.Contains(got, "gm 全公司 told") {
			t.Errorf("%q", got)
		}
	})
}

func TestSettingsAreKeptByWhoMayAndRefusedWithReasons(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		for login, may := range map[string]bool{"ops": true, "admin": true, "gm": false, "hr": false} {
			_, err := h.Get(ctx, h.actors[login])
			if (err == nil) != may || !may && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s reads: %v", login, err)
			}
			if _, err = h.Set(ctx, h.actors[login], distribution.Usual()); !may && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s sets: %v", login, err)
			}
		}
		v, err := h.Get(ctx, h.actors["ops"])
		h.must(err)
		for _, r := range v.Readers {
			if r.UserID == "u-hr" || r.UserID == "u-admin" {
				t.Errorf("%s sees no sales data", r.UserID)
			}
		}
		for path, change := range map[string]func(s *distribution.Settings){
			"day":     func(s *distribution.Settings) { s.Day = 11 },
			"hour":    func(s *distribution.Settings) { s.Hour = 24 },
			"company": func(s *distribution.Settings) { s.Active, s.Company, s.Regions = true, false, false },
			"roles":   func(s *distribution.Settings) { s.Roles = []access.Role{access.RoleHR} },
			"user":    func(s *distribution.Settings) { s.People = []distribution.Recipient{{UserID: "u-hr"}} },
			"address": func(s *distribution.Settings) {
				s.People = []distribution.Recipient{{UserID: "u-gm", Address: "gm at qinghe"}}
			},
		} {
			in := v.Settings
			change(&in)
			_, err := h.Set(ctx, h.actors["ops"], in)
			known, ok := errors.AsType[*errs.Error](err)
			if !ok || known.Kind != errs.KindInvalid || len(known.Fields) != 1 || known.Fields[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		in := v.Settings
		in.Revision += 7
		if _, err := h.Set(ctx, h.actors["ops"], in); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a stale form: %v", err)
		}
	})
}

func TestMomentsAreWorkingDaysOfChina(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		month string
		s     distribution.Settings
		want  string
	}{
		{"2026-09", distribution.Settings{WorkDays: true, Day: 2, Hour: 8}, "2026-10-09 08:00"}, // the first working days of October 2026 are the 8th and the 9th
		{"2026-10", distribution.Settings{WorkDays: true, Day: 2, Hour: 8}, "2026-11-03 08:00"},
		{"2026-10", distribution.Settings{Day: 5, Hour: 0}, "2026-11-05 00:00"},
		{"2026-12", distribution.Settings{Day: 28, Hour: 23}, "2027-01-28 23:00"},
	} {
		month, err := calendar.ParseMonth(c.month)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.s.Moment(month, calendar.China(), time.UTC).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s: %s, want %s", c.month, got, c.want)
		}
	}
}
