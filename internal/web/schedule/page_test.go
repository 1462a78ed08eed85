package schedule

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/ui"
)

// site is the calendar of L, who leads A; B is of another team.
type site struct {
	t      *testing.T
	pages  http.Handler
	actor  access.Actor
	lang   string
	people map[string]int64
}

type shipped struct{}

func (shipped) Current(context.Context, access.Actor) (standard.Version, *sop.Standard, error) {
	return standard.Version{}, sop.Default(), nil
}

// known serves the feeds of everybody who has signed in here.
type known map[string]access.Actor

func (k known) ActorOf(_ context.Context, userID string) (access.Actor, error) { return k[userID], nil }

var today = calendar.DateOf(storetest.Start)

func newSite(t *testing.T) *site {
	t.Helper()
	db, ctx, clock := storetest.SQLite(t), t.Context(), func() time.Time { return storetest.Start }
	s := &site{t: t, lang: "zh-CN", people: map[string]int64{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.InTx(ctx, func(tx *store.Tx) error { return s.record(ctx, tx) }))
	work := opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
	o, err := work.Save(ctx, s.as("A"), opportunity.Entry{Name: "<u>产线改造", Customer: "C", Currency: money.CNY, ExpectedOn: today + 30})
	must(err)
	_, err = followup.NewService(db.FollowUpStore(), clock).Record(ctx, s.as("A"), followup.Entry{OpportunityID: o.ID, Kind: followup.KindCall, Text: "谈过", NextOn: today + 1})
	must(err)
	catalogue, err := i18n.New()
	must(err)
	service := schedule.NewService(db.Schedule(), clock).WithActors(known{"u-A": s.as("A"), "u-L": s.as("L"), "u-B": s.as("B")})
	mux, answers := http.NewServeMux(), httpx.Errors{Page: ui.RenderError}
	New(service, shipped{}, calendar.China, false, clock).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	s.actor = s.as("A")
	return s
}

func (s *site) record(ctx context.Context, tx *store.Tx) error {
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	for _, p := range [][2]string{{"A", "T1"}, {"L", "T1"}, {"B", "T2"}} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: p[1], Name: p[1]}))
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "<u>恒越精密"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C", Product: "X", SignedOn: today - 30, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	for _, key := range []string{"A", "B", "L"} {
		if err == nil {
			s.people[key], err = tx.OrgPersonID(ctx, key)
		}
	}
	return err
}

func (s *site) as(key string) access.Actor {
	grant := access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn}
	if key == "L" {
		grant = access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}
	}
	return access.Actor{UserID: "u-" + key, Name: key, Session: "s", PersonID: s.people[key], Grants: []access.Grant{grant}}
}

func (s *site) do(method, path string, want int) string {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(""))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", s.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	recorder := httptest.NewRecorder()
	s.pages.ServeHTTP(recorder, r)
	body := recorder.Body.String()
	if recorder.Code != want {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, recorder.Code, want, body)
	}
	if at := strings.Index(body, "⟦"); at >= 0 {
		s.t.Errorf("%s lacks a text: %.60s", path, body[at:])
	}
	if strings.Contains(body, "<u>") && strings.Contains(body, "<html") {
		s.t.Errorf("%s takes a name for markup", path)
	}
	return body
}

func TestACalendarShowsWeeksAndMonthsInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, lang := range []string{"zh-CN", "en"} {
		s.lang = lang
		for _, path := range []string{"/calendar", "/calendar?view=month", "/calendar?on=" + (today + 1).String()} {
			if page := s.do(http.MethodGet, path, http.StatusOK); !strings.Contains(page, "&lt;u&gt;恒越精密") || strings.Count(page, "<h1") != 1 {
				t.Errorf("%s %s does not show the contact that was arranged", lang, path)
			}
		}
		if page := s.do(http.MethodGet, "/calendar?on=2031-01-01", http.StatusOK); strings.Contains(page, "恒越精密") {
			t.Error("a week of another year shows it, too")
		}
		s.do(http.MethodGet, "/calendar?on=%00&view=decade&who=nobody", http.StatusOK) // today's week of one's own
	}
}

func TestWhoseCalendarOneMaySee(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	of := func(key string) string {
		return "/calendar?" + url.Values{"who": {strconv.FormatInt(s.people[key], 10)}}.Encode()
	}
	s.actor = s.as("L")
	if page := s.do(http.MethodGet, of("A"), http.StatusOK); !strings.Contains(page, "恒越精密") || !strings.Contains(page, `id="whose"`) {
		t.Error("a lead does not see what somebody of the team is to do")
	}
	if page := s.do(http.MethodGet, "/calendar?who=all", http.StatusOK); !strings.Contains(page, "恒越精密") {
		t.Error("nor what the whole team is to do")
	}
	s.do(http.MethodGet, of("B"), http.StatusNotFound)
	s.actor = s.as("B")
	s.do(http.MethodGet, of("A"), http.StatusNotFound)
	if page := s.do(http.MethodGet, "/calendar", http.StatusOK); strings.Contains(page, "恒越精密") {
		t.Error("B sees what A is to do")
	}
	s.actor = access.Actor{UserID: "x", Session: "s"}
	s.do(http.MethodGet, "/calendar", http.StatusForbidden)
}

// TestAFeedIsReadByItsLinkUntilItIsTakenBack: the link is shown once, whoever has it reads, and nobody afterwards.
func TestAFeedIsReadByItsLinkUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.do(http.MethodPost, "/calendar/feed", http.StatusOK)
	link := regexp.MustCompile(`/calendar\.ics\?[^"]+`).FindString(page)
	if link == "" {
		t.Fatal("no link is shown")
	}
	link = strings.ReplaceAll(link, "&amp;", "&")
	s.actor = access.Actor{}
	if feed := s.do(http.MethodGet, link, http.StatusOK); !strings.HasPrefix(feed, "BEGIN:VCALENDAR") || !strings.Contains(feed, "恒越精密") {
		t.Errorf("the feed: %.200s", feed)
	}
	s.do(http.MethodGet, "/calendar.ics?t=guessed", http.StatusNotFound)
	s.do(http.MethodGet, "/calendar.ics", http.StatusNotFound)
	s.actor = s.as("A")
	if page := s.do(http.MethodGet, "/calendar", http.StatusOK); strings.Contains(page, "calendar.ics?") {
		t.Error("the link is shown again")
	}
	s.do(http.MethodPost, "/calendar/feed/drop", http.StatusSeeOther)
	s.actor = access.Actor{}
	s.do(http.MethodGet, link, http.StatusNotFound)
}
