package pools_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/handovers"
	"xiaoguan/internal/web/pools"
	"xiaoguan/internal/web/ui"
)

// site is the pages over a team of P1, who leads it, and P2 and P3. Customers 1 to 4 have never been worked on.
type site struct {
	t     *testing.T
	pools *pool.Service
	pages http.Handler
	actor access.Actor
	lang  string
}

var today = calendar.DateOf(storetest.Start)

func newSite(t *testing.T) *site {
	t.Helper()
	db, ctx := storetest.SQLite(t), t.Context()
	err := db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		must := func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}
		must(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		must(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
		for i := range 3 {
			left := calendar.Forever
			if i == 1 {
				left = today + 5
			}
			must(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i+1), Name: fmt.Sprint("同事", i+1), Team: "T1", Level: "core", Hired: calendar.NewDate(2024, 1, 1), Left: left, ValidFrom: calendar.NoDate}))
		}
		must(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P1", From: calendar.NoDate}))
		for i := range 4 {
			must(w.PutCustomer(ctx, fact.CustomerRecord{Key: fmt.Sprint("C", i+1), Name: fmt.Sprint("<b>客户", i+1), City: "上海"}))
		}
		if err == nil {
			_, err = w.Finish(ctx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	now, jobs := storetest.Clock(), 0
	people := org.NewService(db.Org(), now)
	s := &site{t: t, lang: "zh-CN", pools: pool.NewService(db.Pools(), func() string { jobs++; return store.NewID(now().Add(time.Duration(jobs) * time.Second)) }, now)}
	mux := http.NewServeMux()
	answers := httpx.Errors{Page: ui.RenderError}
	handle := func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) }
	pools.New(pools.Services{Pools: s.pools, People: people, Now: now}).Routes(handle)
	handovers.New(handover.NewService(db.HandOvers(), now), people).Routes(handle)
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func as(user string, role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: user, Name: user, Session: "s", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
}

func clerk() access.Actor    { return as("clerk", access.RoleOperations, access.ScopeAll, 0) }
func director() access.Actor { return as("director", access.RoleDirector, access.ScopeAll, 0) }
func lead() access.Actor     { return as("lead", access.RoleLead, access.ScopeTeamAndBelow, 1) }
func seller(person int64) access.Actor {
	return as(fmt.Sprint("seller", person), access.RoleSeller, access.ScopeOwn, person)
}

func (s *site) do(method, path string, form url.Values, want int) (string, string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
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
	if strings.Contains(body, "<b>客户") {
		s.t.Errorf("%s takes a name for markup", path)
	}
	return body, recorder.Header().Get("Location")
}

func (s *site) get(path string) string {
	s.t.Helper()
	body, _ := s.do(http.MethodGet, path, nil, http.StatusOK)
	return body
}

// open lets the rules count, and fills the pool.
func (s *site) open() {
	s.t.Helper()
	s.actor = clerk()
	s.do(http.MethodPost, "/pool-rules", url.Values{"text": {strings.Replace(string(poolrule.DefaultText()), "new_record_days: 1", "new_record_days: 0", 1)}}, http.StatusSeeOther)
	s.actor = director()
	s.do(http.MethodPost, "/pool-rules/1/approve", url.Values{"effective_from": {today.String()}}, http.StatusSeeOther)
	if err := s.pools.Apply(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func TestEveryPageOpensInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.lang, s.actor = lang, clerk()
		paths := []string{"/pool", "/my-customers", "/pool/acts", "/pool-rules", "/pool-rules/new", "/handover"}
		for _, path := range paths {
			s.get(path) // while there is nothing yet
		}
		s.open()
		s.actor = seller(2)
		s.do(http.MethodPost, "/pool/claim", url.Values{"customer": {"1"}}, http.StatusSeeOther)
		if _, err := s.pools.TryNow(t.Context(), pool.TrialArgs{Number: 1, First: today.Month() - 2, Last: today.Month() - 1}); err != nil {
			t.Fatal(err)
		}
		both := clerk()
		both.Grants = append(both.Grants, access.Grant{Role: access.RoleDirector, Scope: access.ScopeAll})
		both.PersonID = 1
		s.actor = both
		for _, path := range append(paths, "/pool?q=客户&tier=A&city=x", "/pool/customers/2", "/pool/give?customer=2&customer=3", "/pool/give", "/holdings/1", "/holdings/2", "/pool/acts/1", "/pool/acts/2", "/pool-rules/1", "/handover/2", "/handover/2?way=one&receivers=P3", "/pool?done=given&count=1&left=2") {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s: %d headings", path, strings.Count(page, "<h1"))
			}
			seen := map[string]bool{}
			for _, match := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
				if seen[match[1]] {
					t.Errorf("%s has id %s twice", path, match[1])
				}
				seen[match[1]] = true
			}
		}
	}
}

func TestAClaimIsMadeInTheListAndRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.open()
	s.actor = seller(2)
	if page := s.get("/pool"); !strings.Contains(page, `action="/pool/claim"`) || strings.Contains(page, `form="several"`) {
		t.Error("a seller claims and gives nothing out")
	}
	_, to := s.do(http.MethodPost, "/pool/claim", url.Values{"customer": {"1"}}, http.StatusSeeOther)
	if !strings.HasPrefix(to, "/customers/1") {
		t.Errorf("to %s", to)
	}
	page, _ := s.do(http.MethodPost, "/pool/claim", url.Values{"customer": {"2", "3"}}, http.StatusUnprocessableEntity)
	if !strings.Contains(page, "一次领得太多") {
		t.Errorf("without the reason: %.2000s", page)
	}
	_, to = s.do(http.MethodPost, "/holdings/1/release", url.Values{"reason": {"不做了"}}, http.StatusSeeOther)
	if to != "/my-customers?done=released" {
		t.Errorf("to %s", to)
	}
	s.actor = clerk()
	if page := s.get("/pool"); !strings.Contains(page, `form="several"`) || !strings.Contains(page, "不做了") {
		t.Error("who looks after the pool ticks customers")
	}
	_, to = s.do(http.MethodPost, "/pool/give", url.Values{"customer": {"2", "3"}, "turn": {"1"}}, http.StatusSeeOther)
	if to != "/pool?count=2&done=given&left=0" {
		t.Errorf("to %s", to)
	}
	_, to = s.do(http.MethodPost, "/pool/acts/4/undo", nil, http.StatusSeeOther)
	if to != "/pool/acts/5?count=2&done=undone&left=0" {
		t.Errorf("to %s", to)
	}
}

func TestALeaverIsHandedOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.open()
	s.actor = seller(2)
	s.do(http.MethodPost, "/pool/claim", url.Values{"customer": {"1"}}, http.StatusSeeOther)
	s.actor = lead()
	if page := s.get("/handover"); !strings.Contains(page, `href="/handover/2"`) {
		t.Error("who leaves is not listed")
	}
	page := s.get("/handover/2?way=one&receivers=P3")
	digest := regexp.MustCompile(`name="digest"[^>]*value="([0-9a-f]+)"`).FindStringSubmatch(page)
	if digest == nil {
		t.Fatalf("no digest: %s", page)
	}
	form := url.Values{"way": {"one"}, "receivers": {"P3"}, "digest": {digest[1]}, "reason": {""}}
	s.do(http.MethodPost, "/handover/2", form, http.StatusUnprocessableEntity)
	form.Set("reason", "离职")
	_, to := s.do(http.MethodPost, "/handover/2", form, http.StatusSeeOther)
	if to != "/pool/acts/3?done=handed" || !strings.Contains(s.get(to), "同事3") {
		t.Errorf("to %s", to)
	}
	s.do(http.MethodPost, "/handover/2", form, http.StatusConflict)
	s.do(http.MethodGet, "/handover/2?way=one&receivers=P2", nil, http.StatusUnprocessableEntity)
	s.do(http.MethodGet, "/handover?key=nobody", nil, http.StatusUnprocessableEntity)
}
