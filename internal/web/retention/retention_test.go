package retention_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/ui"

	pages "xiaoguan/internal/web/retention"
)

var today = calendar.DateOf(storetest.Start)

// site is the pages over two teams: A, person 1, keeps one customer and lost another, B, person 2, has a new one.
type site struct {
	t       *testing.T
	service *retention.Service
	pages   http.Handler
	actor   access.Actor
	lang    string
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.SQLite(t)
	if err := db.InTx(t.Context(), func(tx *store.Tx) error { return record(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, lang: "zh-CN", actor: as(access.RoleDirector, access.ScopeAll, 0), service: retention.NewService(db.Retention(), func() time.Time { return storetest.Start }, money.Constantly(money.CNY))}
	mux, answers := http.NewServeMux(), httpx.Errors{Page: ui.RenderError}
	pages.New(s.service, money.Constantly(money.CNY)).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func record(ctx context.Context, tx *store.Tx) error {
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	for _, p := range [][2]string{{"A", "T1"}, {"B", "T2"}} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: p[1], Name: "<i>" + p[1], Region: "E"}))
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 2000, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "P", Name: "产品"}))
	for _, key := range []string{"C1", "C2", "C3"} {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "<i>客户" + key}))
	}
	for _, d := range []struct {
		key, customer, seller string
		daysAgo               calendar.Date
		minor                 int64
	}{{"D1", "C1", "A", 500, 1000_00}, {"D2", "C1", "A", 100, 400_00}, {"D3", "C2", "A", 450, 3000_00}, {"D4", "C3", "B", 20, 50_00}} {
		put(w.PutDeal(ctx, fact.DealRecord{Key: d.key, Customer: d.customer, Product: "P", SignedOn: today - d.daysAgo, AmountMinor: d.minor, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: d.seller, BasisPoints: 10_000}}}))
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func as(role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: string(role), Session: "s", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
}

func (s *site) get(path string, want int) string {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", s.lang)
	recorder := httptest.NewRecorder()
	s.pages.ServeHTTP(recorder, r)
	body := recorder.Body.String()
	if recorder.Code != want {
		s.t.Fatalf("%s: %d, want %d: %s", path, recorder.Code, want, body)
	}
	if at := strings.Index(body, "⟦"); at >= 0 {
		s.t.Errorf("%s lacks a text: %.60s", path, body[at:])
	}
	if strings.Contains(body, "<i>") {
		s.t.Errorf("%s takes a name for markup", path)
	}
	return body
}

func (s *site) shows(path string, texts ...string) {
	s.t.Helper()
	page := s.get(path, http.StatusOK)
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("%s lacks %q", path, text)
		}
	}
}

func TestBeforeTheFirstLookThePagesSaySo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for lang, texts := range map[string][2]string{"zh-CN": {"还没有留存数据", "没有这样的客户"}, "en": {"No figures yet", "No such customers"}} {
		s.lang = lang
		s.shows("/retention", texts[0])
		s.shows("/retention/customers", texts[1])
	}
}

func TestRatesAndTheCustomersBehindThem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if looked, err := s.service.Refresh(t.Context()); err != nil || !looked {
		t.Fatalf("%v, %v", looked, err)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		s.lang = lang
		s.shows("/retention?by=person", "销售A", "50.0%", "¥4,000.00", "¥400.00", `id="groups"`, `id="months"`, `id="cohorts"`)
		for _, by := range retention.Dimensions {
			s.shows("/retention?by="+string(by), `id="groups"`)
		}
		s.shows("/retention?by=team", "&lt;i&gt;T1", "/retention/customers?state=lost&amp;team=")
		s.shows("/retention/customers", "&lt;i&gt;客户C1", "&lt;i&gt;客户C2", "&lt;i&gt;客户C3", `href="/customers/`)
	}
	lost := s.get("/retention/customers?state=lost", http.StatusOK)
	if !strings.Contains(lost, "客户C2") || strings.Contains(lost, "客户C1") {
		t.Error("the lost ones are not those that were lost")
	}
	empty := s.get("/retention/customers?state=lost&tier=A", http.StatusOK)
	if strings.Contains(empty, "客户C2") {
		t.Error("a filter of a tier filters nothing")
	}
}

// TestWhatIsNoNumberOrNoChoiceIsTakenForNothing: addresses are typed, too.
func TestWhatIsNoNumberOrNoChoiceIsTakenForNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := s.service.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.get("/retention?team=x&region=-1e9&tier=%3Ci%3E", http.StatusOK)
	s.get("/retention/customers?after=x&owner=%27%3B--&team=99999999999999999999", http.StatusOK)
}

func TestWhoSeesWhatOfRetention(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := s.service.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.actor = as(access.RoleSeller, access.ScopeOwn, 2)
	own := s.get("/retention/customers", http.StatusOK)
	if !strings.Contains(own, "客户C3") || strings.Contains(own, "客户C1") || strings.Contains(own, "客户C2") {
		t.Error("a seller sees more or less than their own customers")
	}
	s.actor = access.Actor{UserID: "x", Session: "s"}
	s.get("/retention", http.StatusForbidden)
	s.get("/retention/customers", http.StatusForbidden)
	s.actor = as(access.RoleHR, access.ScopeAll, 0)
	s.get("/retention/customers", http.StatusForbidden)
}
