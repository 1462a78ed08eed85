package reassigns_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/reassigns"
	"xiaoguan/internal/web/ui"
)

// site is the pages over a team that P1 leads; P2 and P3 sell, and P3 is a newcomer, who has all four customers of tier A.
type site struct {
	t        *testing.T
	reassign *reassign.Service
	pages    http.Handler
	actor    access.Actor
	lang     string
}

var today = calendar.DateOf(storetest.Start)

func newSite(t *testing.T, withCustomers bool) *site {
	t.Helper()
	db, ctx, ids := storetest.SQLite(t), t.Context(), 0
	clock := func() time.Time { return storetest.Start }
	newID := func() string { ids++; return store.NewID(storetest.Start.Add(time.Duration(ids) * time.Second)) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.InTx(ctx, func(tx *store.Tx) error { return company(ctx, tx, withCustomers) }))
	approvals := approval.NewService(db.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	s := &site{t: t, lang: "zh-CN", actor: clerk(), reassign: reassign.NewService(db.Reassignments(), approvals, newID, clock)}
	must(approvals.Register(reassign.ApprovalKind(func() *reassign.Service { return s.reassign })))
	if withCustomers {
		work := opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		for i := range 4 {
			_, err := work.Save(ctx, clerk(), opportunity.Entry{Name: "商机", Customer: fmt.Sprint("C", i+1), Owner: "P3", Currency: money.CNY, ExpectedOn: today + 60, Source: "referral"})
			must(err)
		}
		pools := pool.NewService(db.Pools(), newID, clock)
		v, err := pools.Save(ctx, clerk(), pool.Draft{Text: string(poolrule.DefaultText())})
		must(err)
		_, err = pools.Approve(ctx, as("director", access.RoleDirector, access.ScopeAll, 0), v.Number, 0, today)
		must(err)
		must(pools.Apply(ctx))
	}
	catalogue, err := i18n.New()
	must(err)
	mux, answers := http.NewServeMux(), httpx.Errors{Page: ui.RenderError}
	reassigns.New(s.reassign, clock).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func as(user string, role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: user, Name: user, Session: "s", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
}

func clerk() access.Actor { return as("clerk", access.RoleOperations, access.ScopeAll, 0) }

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

func (s *site) wants(page string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("the page lacks %q", text)
		}
	}
}

// asked is the form of a proposal; the customers of a newcomer are of a tier that a newcomer may not keep.
func asked() url.Values {
	return url.Values{"whose": {""}, "reasons": {"tier"}, "moved_most": {"100"}, "over_percent": {"20"}, "hours_most": {"100"}, "overdue_days": {"14"}, "keep_contact_days": {"0"}}
}

// run makes a proposal as a job would, and returns its page.
func (s *site) run() string {
	s.t.Helper()
	run, err := s.reassign.ProposeNow(s.t.Context(), s.actor, reassign.Ask{Reasons: []reassign.Reason{reassign.ReasonTier}, MovedMost: 100, HoursMost: 100, OverdueDays: 14})
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint("/reassign/", run.ID)
}

func TestWithoutCustomersThePageSaysSo(t *testing.T) {
	t.Parallel()
	for lang, none := range map[string]string{"zh-CN": "还没有调配建议", "en": "No proposals yet"} {
		s := newSite(t, false)
		s.lang = lang
		page, _ := s.do(http.MethodGet, "/reassign", nil, http.StatusOK)
		s.wants(page, none)
		if strings.Count(page, "<h1") != 1 {
			t.Errorf("%s: %d headings", lang, strings.Count(page, "<h1"))
		}
		page, _ = s.do(http.MethodGet, s.run(), nil, http.StatusOK)
		if strings.Contains(page, `name="reason"`) {
			t.Error("nothing moves, and it can be accepted")
		}
	}
}

func TestAProposalIsShownExplainedAndAccepted(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t, true)
		s.lang = lang
		at := s.run()
		page, _ := s.do(http.MethodGet, at, nil, http.StatusOK)
		s.wants(page, "&lt;b&gt;客户1", "同事2", "同事3", `href="`+at+`/customers/1"`, `name="reason"`)
		page, _ = s.do(http.MethodGet, at+"/customers/1", nil, http.StatusOK)
		s.wants(page, "同事2", "同事3", "%")
		for _, wrong := range []struct {
			form   url.Values
			status int
		}{{url.Values{"which": {"ticked"}}, http.StatusUnprocessableEntity}, {url.Values{"which": {"all"}, "reason": {"  "}}, http.StatusUnprocessableEntity},
			{url.Values{"which": {"ticked"}, "customer": {"999"}, "reason": {"调整"}}, http.StatusConflict}} {
			page, _ = s.do(http.MethodPost, at+"/accept", wrong.form, wrong.status)
			s.wants(page, `id="failed"`)
		}
		s.do(http.MethodPost, at+"/accept", url.Values{"which": {"ticked"}, "customer": {"1; DROP"}, "reason": {"调整"}}, http.StatusNotFound)
		_, to := s.do(http.MethodPost, at+"/accept", url.Values{"which": {"ticked"}, "customer": {"1"}, "reason": {"新人带不了 A 级"}}, http.StatusSeeOther)
		if to != at+"?count=1&done=done" {
			t.Errorf("leads to %s", to)
		}
		page, _ = s.do(http.MethodGet, to, nil, http.StatusOK)
		s.wants(page, `id="done"`)
		_, to = s.do(http.MethodPost, at+"/verify", nil, http.StatusSeeOther)
		if to != at+"?done=verified" {
			t.Errorf("made again it leads to %s", to)
		}
		s.do(http.MethodGet, at+"?from=x&to=-3&state=nonsense&cursor=%00", nil, http.StatusOK)
		s.do(http.MethodGet, at+"/progress", nil, http.StatusOK)
	}
}

func TestAWrongFormIsRefusedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	for name, value := range map[string]string{"moved_most": "-5", "over_percent": "x", "hours_most": "99999", "overdue_days": "0", "reasons": "nonsense", "pool": "nowhere"} {
		form := asked()
		form.Set(name, value)
		page, _ := s.do(http.MethodPost, "/reassign", form, http.StatusUnprocessableEntity)
		if !strings.Contains(page, "is-invalid") && !strings.Contains(page, `role="alert"`) {
			t.Errorf("%s=%s is refused without a word", name, value)
		}
	}
	form := asked()
	form.Del("reasons")
	form.Set("moved_most", "77")
	page, _ := s.do(http.MethodPost, "/reassign", form, http.StatusUnprocessableEntity)
	s.wants(page, `value="77"`)
	for _, path := range []string{"/reassign/0", "/reassign/x", "/reassign/77", "/reassign/77/progress", "/reassign/77/customers/1", "/reassign-decisions/9"} {
		s.do(http.MethodGet, path, nil, http.StatusNotFound)
	}
}

// TestWhoMaySeeAndDo: sellers have no such page, a lead does not see a proposal about everybody, and who has no such right accepts nothing.
func TestWhoMaySeeAndDo(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	at := s.run()
	s.actor = as("seller", access.RoleSeller, access.ScopeOwn, 3)
	s.do(http.MethodGet, "/reassign", nil, http.StatusForbidden)
	s.do(http.MethodPost, "/reassign", asked(), http.StatusForbidden)
	s.do(http.MethodPost, at+"/accept", url.Values{"which": {"all"}, "reason": {"调整"}}, http.StatusForbidden)
	s.actor = as("other", access.RoleLead, access.ScopeTeamAndBelow, 4)
	for _, path := range []string{at, at + "/customers/1", at + "/progress"} {
		s.do(http.MethodGet, path, nil, http.StatusNotFound)
	}
	s.do(http.MethodPost, at+"/accept", url.Values{"which": {"all"}, "reason": {"调整"}}, http.StatusNotFound)
	s.do(http.MethodPost, at+"/verify", nil, http.StatusNotFound)
	s.actor = as("auditor", access.RoleAuditor, access.ScopeAll, 0)
	s.do(http.MethodPost, at+"/accept", url.Values{"which": {"all"}, "reason": {"调整"}}, http.StatusForbidden)
}
