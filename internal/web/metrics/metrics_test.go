package metrics_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	pages "xiaoguan/internal/web/metrics"
	"xiaoguan/internal/web/ui"
)

var today = calendar.DateOf(storetest.Start)

type site struct {
	t       *testing.T
	service *metric.Service
	pages   http.Handler
	actor   access.Actor
	lang    string
}

func as(role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: string(role), Name: "陈晓", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
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
	clock := func() time.Time { return storetest.Start }
	s := &site{t: t, lang: "zh-CN", actor: as(access.RoleOperations, access.ScopeAll, 0), service: metric.NewService(metric.Config{Store: db.Metrics(), Now: clock, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})}
	if err := s.service.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	mux, answers := http.NewServeMux(), httpx.Errors{Page: ui.RenderError}
	pages.New(s.service, money.Constantly(money.CNY), clock).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
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
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
	put(w.PutPerson(ctx, fact.PersonRecord{Key: "A", Name: "林岚", Team: "T", Level: "regular", Hired: today - 2000, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "P", Name: "产品"}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "<i>恒越"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C", Product: "P", SignedOn: today, AmountMinor: 1000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}))
	put(w.PutPayment(ctx, fact.PaymentRecord{Key: "Y1", Deal: "D1", PaidOn: today, AmountMinor: 400_00, Currency: money.CNY}))
	put(w.PutQuota(ctx, fact.QuotaRecord{Person: "A", Month: today.Month(), Of: "collected", AmountMinor: 800_00}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

// ask sends a request and wants a status and texts; one that begins with ! must not be there.
func (s *site) ask(method, path string, form url.Values, status int, texts ...string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", s.lang)
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != status {
		s.t.Errorf("%s %s: %d\n%s", method, path, w.Code, body)
	}
	for _, text := range texts {
		if absent, not := strings.CutPrefix(text, "!"); not == strings.Contains(body, strings.TrimPrefix(absent, "!")) {
			s.t.Errorf("%s %s: %q is wrong", method, path, text)
		}
	}
}

func TestTheBookSaysWhatEachNumberIsAndWhyThereIsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.ask("GET", "/metric-book", nil, 200, "业绩达成率（回款口径）", "50.0%", "无数据", "采用中", "签约到回款", "!<i>恒越")
	s.ask("GET", "/metrics/attainment_collected", nil, 200, "50.0%", "回款目标", "¥400.00 ÷ ¥800.00", "产品自带口径", "存为草稿", "Y1", "!<i>恒越")
	s.ask("GET", "/metrics/nonsense", nil, 404)
	s.ask("GET", "/metric-bridge?month="+today.Month().String(), nil, 200, "签约多于开票", "¥1,000.00", "确认收入", "&lt;i&gt;恒越")
	s.ask("POST", "/metrics/collection_sales/choose", nil, 303)
	s.ask("POST", "/metrics/signed/versions", url.Values{"text": {"nonsense"}, "from": {"2099-01-01"}}, 422, "nonsense", "口径文档")
	d, err := s.service.Definition(t.Context(), s.actor, "signed")
	if err != nil {
		t.Fatal(err)
	}
	s.ask("POST", "/metrics/signed/versions", url.Values{"text": {metric.TextOf(d)}, "from": {"2099-01-01"}}, 303)
	s.ask("GET", "/metrics/signed", nil, 200, "草稿", "作废")
	s.actor = as(access.RoleFinance, access.ScopeAll, 0)
	s.ask("POST", "/metrics/signed/versions/2", url.Values{"to": {"approved"}}, 303)
	s.ask("GET", "/metrics/signed", nil, 200, "已批准")
	s.lang, s.actor = "en", as(access.RoleSeller, access.ScopeOwn, 1)
	s.ask("GET", "/metric-book", nil, 200, "Only what you may see", "No data", "!Signed to collected")
	s.ask("GET", "/metrics/signed", nil, 200, "Signed value", "!Keep as a draft")
	s.ask("GET", "/metric-bridge", nil, 403)
	s.ask("POST", "/metrics/collection_due/choose", nil, 403)
	s.lang, s.actor = "zh-CN", as(access.RoleHR, access.ScopeAll, 0) // numbers of people are theirs, sales are not
	s.ask("GET", "/metrics/plan_coverage", nil, 200, "激励覆盖度")
	s.ask("GET", "/metrics/signed", nil, 403)
}
