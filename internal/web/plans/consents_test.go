package plans_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/plans"
	"xiaoguan/internal/web/ui"
)

// desk is the pages about who knows which plan, over the small company.
type desk struct {
	t       *testing.T
	handler http.Handler
	text    *i18n.Catalogue
	house   *monthtest.House
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db := storetest.SQLite(t)
	d := &desk{t: t, house: monthtest.Open(t, db, monthtest.Small())}
	now := func() time.Time { return monthtest.Day("2026-09-24").Time() }
	var err error
	if d.text, err = i18n.New(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	answer := httpx.Errors{Log: slog.New(slog.DiscardHandler), Page: ui.RenderError}
	plans.NewConsents(consent.NewService(db.Consents(), now), d.house.Plans, names{}, now).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answer.Handle(handler)) })
	d.handler = mux
	t.Cleanup(func() {
		if missing := d.text.Missing(); len(missing) > 0 {
			t.Errorf("texts missing: %v", missing)
		}
	})
	return d
}

// call sends a request in a language and returns the page.
func (d *desk) call(by access.Actor, lang i18n.Lang, method, address string, form url.Values, status int) (page string, at string) {
	d.t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ctx := httpx.WithPreferences(access.WithActor(r.Context(), by), httpx.Preferences{Lang: lang}, d.text.Printer(lang))
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r.WithContext(ctx))
	if w.Code != status {
		d.t.Fatalf("%s %s: %d, want %d\n%.600s", method, address, w.Code, status, w.Body)
	}
	return w.Body.String(), w.Header().Get("Location")
}

func (d *desk) wants(page string, texts ...string) {
	d.t.Helper()
	for _, want := range texts {
		if !strings.Contains(page, want) {
			d.t.Errorf("the page lacks %q", want)
		}
	}
}

func TestAPayeeReadsAndAcceptsTheirPlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := monthtest.Seller(d.house.Person(t, "A"))
	page, _ := d.call(a, i18n.ZhCN, "GET", "/my-plans", nil, 200)
	d.wants(page, "1份方案等你签收", "待签收", "普通销售")
	_, rest, _ := strings.Cut(page, `href="/my-plans/`)
	id, _, _ := strings.Cut(rest, `"`)
	page, _ = d.call(a, i18n.ZhCN, "GET", "/my-plans/"+id, nil, 200)
	d.wants(page, "我已阅读，签收", `name="hash"`, "方案全文")
	_, rest, _ = strings.Cut(page, `name="hash" value="`)
	hash, _, _ := strings.Cut(rest, `"`)
	if page, _ := d.call(a, i18n.En, "POST", "/my-plans/"+id+"/accept", url.Values{"hash": {"x"}}, 409); !strings.Contains(page, "The text has changed") {
		t.Error("another text is accepted without a word")
	}
	if _, at := d.call(a, i18n.ZhCN, "POST", "/my-plans/"+id+"/accept", url.Values{"hash": {hash}}, 303); at != "/my-plans/"+id {
		t.Errorf("leads to %s", at)
	}
	page, _ = d.call(a, i18n.En, "GET", "/my-plans/"+id+"?prose=zh", nil, 200)
	d.wants(page, "Accepted on 2026-", hash[:12])
	if strings.Contains(page, `action="/my-plans/`) {
		t.Error("what is accepted is asked for again")
	}
	d.call(monthtest.Seller(d.house.Person(t, "B")), i18n.ZhCN, "GET", "/my-plans/"+id, nil, 404)
	page, _ = d.call(monthtest.Seller(d.house.Person(t, "G")), i18n.En, "GET", "/my-plans", nil, 200)
	d.wants(page, "No plan pays you now")
	d.call(monthtest.Maker, i18n.En, "GET", "/my-plans", nil, 404)

	page, _ = d.call(monthtest.Maker, i18n.ZhCN, "GET", "/plans/coverage?month=2026-09", nil, 200)
	d.wants(page, "88.9%", "还有1人没有方案", "还有7人没签收", "没有方案", "童小满", "普通销售")
	page, _ = d.call(monthtest.Maker, i18n.En, "GET", "/plans/coverage?show=uncovered", nil, 200)
	d.wants(page, "童小满", "1 people")
	if strings.Contains(page, "陈思远") {
		t.Error("who has a plan is listed among those without")
	}
	page, _ = d.call(monthtest.Maker, i18n.ZhCN, "GET", "/plans/coverage?month=2015-01", nil, 200)
	d.wants(page, "这个月没有销售人员")
	page, _ = d.call(monthtest.Maker, i18n.ZhCN, "GET", "/plans/coverage/export.csv?month=2026-09", nil, 200)
	if lines := strings.Count(page, "\n"); lines != 10 || !strings.Contains(page, "童小满") {
		t.Errorf("the file has %d lines\n%s", lines, page)
	}
	d.call(monthtest.Maker, i18n.ZhCN, "GET", "/plans/coverage?month=x", nil, 422)
	d.call(a, i18n.ZhCN, "GET", "/plans/coverage", nil, 403)
}

func TestAnAnnouncementIsRecordedOnThePageOfItsVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	all, err := d.house.Plans.List(t.Context(), monthtest.Maker)
	if err != nil {
		t.Fatal(err)
	}
	var address string
	for _, v := range all {
		if v.DocumentID == "regular" {
			address = "/plans/" + v.ID + "/consent"
		}
	}
	page, _ := d.call(monthtest.Maker, i18n.ZhCN, "GET", address, nil, 200)
	d.wants(page, "还没有公示记录", `value="2026-09-24"`, "劳动合同法")
	page, _ = d.call(monthtest.Maker, i18n.ZhCN, "POST", address, url.Values{"announced_on": {"2026-09-30"}, "text": {""}}, 422)
	d.wants(page, "公示日期还没到", "这一项要填", `value="2026-09-30"`)
	if _, at := d.call(monthtest.Maker, i18n.ZhCN, "POST", address, url.Values{"announced_on": {"2026-09-01"}, "text": {"全员会宣讲"}}, 303); at != address {
		t.Errorf("leads to %s", at)
	}
	page, _ = d.call(monthtest.Auditor, i18n.En, "GET", address, nil, 200)
	d.wants(page, "全员会宣讲", "after it took effect")
	if strings.Contains(page, `name="announced_on"`) {
		t.Error("the auditor is offered the form")
	}
	d.call(monthtest.Auditor, i18n.En, "POST", address, url.Values{"announced_on": {"2026-09-01"}, "text": {"x"}}, 403)
	d.call(monthtest.Seller(d.house.Person(t, "A")), i18n.ZhCN, "GET", address, nil, 403)
}
