package sales_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/access"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/given"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/target"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/sales"
	"xiaoguan/internal/web/ui"
)

// site is the pages over a company with two sellers, 60 deals of the first, one of the second, and a payment on each.
type site struct {
	fields *customfield.Service
	rules  *standard.Service
	t      *testing.T
	pages  http.Handler
	actor  access.Actor
	user   string // id of a user who exists
	lang   string
}

const openingDay = "2026-08-01"

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.SQLite(t)
	ctx := t.Context()
	opening, err := calendar.ParseDate(openingDay)
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		var failed error
		must := func(_ fact.Outcome, err error) {
			if failed == nil {
				failed = err
			}
		}
		must(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		must(w.PutTeam(ctx, fact.TeamRecord{Key: "T", Name: "一部", Region: "E"}))
		for _, key := range []string{"P1", "P2"} {
			must(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "销售" + key, Team: "T", Level: "core", Hired: opening - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		must(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密", City: "苏州"}))
		must(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
		for i := range 61 {
			person := "P1"
			if i == 60 {
				person = "P2"
			}
			key := fmt.Sprintf("D/%02d", i)
			must(w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "C1", Product: "X", SignedOn: opening + calendar.Date(i%20), AmountMinor: 1_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: person, BasisPoints: 10000}}}))
			must(w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprint("Y", i), Deal: key, PaidOn: opening + 30, AmountMinor: 100_05, Currency: money.CNY}))
		}
		must(w.PutRate(ctx, fact.RateRecord{Base: "USD", Quote: "CNY", On: opening + 31, Kind: "middle", Rate: "7.1055"}))
		must(w.PutQuota(ctx, fact.QuotaRecord{Person: "P1", Month: calendar.NewMonth(2026, 9), Of: target.OfCollected, AmountMinor: 5_000_00}))
		if failed != nil {
			return failed
		}
		_, err = w.Finish(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	now := storetest.Clock()
	users, err := access.New(access.Config{Store: db.Access(), Key: bytes.Repeat([]byte("k"), access.InstallationKeyBytes), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	user, err := users.SetUp(ctx, access.SetUp{Login: "root", Name: "运营", Password: "copper-Kettle-42 of mine", Client: "203.0.113.9"})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, lang: "zh-CN", actor: clerk(), user: user.ID}
	mux := http.NewServeMux()
	answers := httpx.Errors{Page: ui.RenderError}
	deals := deal.NewService(db.Deals(), now)
	parts := lead.Parts{Customers: customer.NewService(db.Customers(), now), Contacts: contact.NewService(db.ContactStore(), now), Opportunities: opportunity.NewService(db.Opportunities(), deals, now), FollowUps: followup.NewService(db.FollowUpStore(), now)}
	cases := servicecase.NewService(db.ServiceCaseStore(), calendar.China, func() time.Time { return now().In(calendar.ChinaTime) })
	approvals := approval.NewService(db.ApprovalStore(), func() string { return store.NewID(now()) }, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	quotes := quote.NewService(db.Quotes(), approvals, now)
	s.rules = standard.NewService(db.Standards(), func() string { return store.NewID(now()) }, func() time.Time { return now().Add(time.Hour) }, calendar.China)
	quotes.WithGate(parts.Opportunities.WithGate(s.rules))
	contracts := contract.NewService(db.Contracts(), approvals, parts.Opportunities, deals, now)
	for _, kind := range append(contract.ApprovalKinds(func() *contract.Service { return contracts }), quote.ApprovalKind(func() *quote.Service { return quotes })) {
		if err := approvals.Register(kind); err != nil {
			t.Fatal(err)
		}
	}
	s.fields = customfield.NewService(db.CustomFieldStore(), func(context.Context) ([]string, error) {
		return []string{"development", "needs", "proposal", "contract", "after_sales"}, nil
	}, now)
	leads := lead.NewService(db.Leads(), parts, now)
	visits := revisit.NewService(db.ReturnVisitStore(), calendar.China, func() time.Time { return now().In(calendar.ChinaTime) })
	tiers := tierbook.NewService(db.Tiers(), func() string { return "t" }, now, money.Constantly(money.CNY))
	days := agenda.NewService(now, agenda.OfTasks(parts.FollowUps), agenda.OfLeads(leads), agenda.OfVisits(visits), agenda.OfMoney(contracts), agenda.OfSignatures(contracts), agenda.OfCustomers(tiers), agenda.OfCases(cases), agenda.OfApprovals(approvals))
	parts.FollowUps.WithFiles(kept{photos(db, parts.FollowUps)})
	sales.New(sales.Services{Fields: s.fields, Agenda: days, Leads: leads, Cases: cases, Visits: visits, Opportunities: parts.Opportunities, FollowUps: parts.FollowUps, Contacts: parts.Contacts,
		Profiles: profile.NewService(db.Profiles(), now), Tiers: tiers, Quotes: quotes, Contracts: contracts, Approvals: approvals, Standards: s.rules,
		Customers: parts.Customers, Deals: deals, Targets: target.NewService(db.Quotas(), now), Given: given.NewService(db.Given(), now), Payouts: payout.NewService(db.Payouts(), money.Constantly(money.CNY)),
		People: org.NewService(db.Org(), now), Users: users, Currency: money.Constantly(money.CNY), Now: now}).
		Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func clerk() access.Actor {
	return access.Actor{UserID: "u-clerk", Name: "运营", Session: "s", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
}

func seller(person int64) access.Actor {
	return access.Actor{UserID: "u-seller", Name: "销售", Session: "s", PersonID: person, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
}

func (s *site) do(method, path string, form url.Values, want int) (body string, response *http.Response) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", s.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	recorder := httptest.NewRecorder()
	s.pages.ServeHTTP(recorder, r)
	if recorder.Code != want {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, recorder.Code, want, recorder.Body)
	}
	if at := strings.Index(recorder.Body.String(), "⟦"); at >= 0 && strings.Contains(recorder.Header().Get("Content-Type"), "html") {
		s.t.Errorf("%s lacks a text: %.60s", path, recorder.Body.String()[at:])
	}
	return recorder.Body.String(), recorder.Result()
}

func (s *site) get(path string) string {
	s.t.Helper()
	body, _ := s.do(http.MethodGet, path, nil, http.StatusOK)
	return body
}

func TestEveryPageOpensInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.lang = lang
		for _, path := range []string{"/customers", "/customers/1", "/customers/new", "/deals", "/deals/D%2F00", "/payments", "/payments/Y0", "/products", "/products/1", "/products/new", "/new-deal", "/correct-deal/D%2F00", "/rates", "/rates/new", "/rates?base=usd", "/rates/USD/CNY/2026-09-01/middle", "/invoices", "/given", "/given?month=2026-08", "/given/2026-09/1", "/quotas", "/quotas/2026-09/1", "/quotas/2026-09/2",
			"/views/new?list=deals&query=sort%3Damount", "/deals?q=nothing", "/payments?kind=refund", "/deals/D%2F00?saved=1&late=2026-08"} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s %s: %d headings", lang, path, strings.Count(page, "<h1"))
			}
			if found := duplicateIDs(page); len(found) > 0 {
				t.Errorf("%s: ids twice: %v", path, found)
			}
		}
	}
}

// duplicateIDs lists ids that a page has more than once.
func duplicateIDs(page string) (twice []string) {
	seen := map[string]bool{}
	for _, match := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if seen[match[1]] {
			twice = append(twice, match[1])
		}
		seen[match[1]] = true
	}
	return twice
}

func TestAListPagesFiltersAndSums(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.get("/deals?from=2026-08-01")
	for _, want := range []string{"第1–50条，共61条", "¥61,000.00", "华东"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q on the first page", want)
		}
	}
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first)
	if next == nil {
		t.Fatal("no next page")
	}
	second := s.get(strings.ReplaceAll(next[1], "&amp;", "&"))
	if !strings.Contains(second, "第51–61条，共61条") || !strings.Contains(second, `rel="first"`) {
		t.Errorf("second page lacks its place")
	}
	links := regexp.MustCompile(`href="/deals/(D%2F\d\d)"`)
	var keys []string
	for _, match := range append(links.FindAllStringSubmatch(first, -1), links.FindAllStringSubmatch(second, -1)...) {
		keys = append(keys, match[1])
	}
	if slices.Sort(keys); len(slices.Compact(keys)) != 61 {
		t.Errorf("%d different deals on two pages", len(slices.Compact(keys)))
	}
	if page, _ := s.do(http.MethodGet, "/deals?from=tomorrow", nil, http.StatusUnprocessableEntity); !strings.Contains(page, "日期要写成") || strings.Contains(page, "xg-table") {
		t.Error("a filter that makes no sense is not explained")
	}
	if page := s.get("/deals?min=1000.00&max=1000.00&column=signed_on"); !strings.Contains(page, "共61条") || strings.Contains(page, "控制器</td>") {
		t.Error("exact amounts, or a column that was not chosen")
	}
	if page := s.get("/payments?min=100.06"); !strings.Contains(page, "没有符合条件的记录") {
		t.Error("a fen too much still finds payments")
	}
}

func TestSellersSeeTheirOwnAndNoForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(2)
	if page := s.get("/deals"); !strings.Contains(page, "共1条") || strings.Contains(page, "销售P1") {
		t.Error("a seller sees another's deals")
	}
	s.do(http.MethodGet, "/deals/D%2F00", nil, http.StatusNotFound)
	s.do(http.MethodGet, "/payments/Y0", nil, http.StatusNotFound)
	s.do(http.MethodGet, "/quotas/2026-09/1", nil, http.StatusNotFound)
	s.do(http.MethodGet, "/customers/new", nil, http.StatusForbidden)
	s.do(http.MethodPost, "/deals/D%2F60/payments", url.Values{"kind": {"collection"}, "amount": {"1"}, "paid_on": {"2026-09-01"}, "key": {"N"}}, http.StatusForbidden)
	if page := s.get("/customers/1"); !strings.Contains(page, "D/60") || strings.Contains(page, "D/00") || strings.Contains(page, `id="customer"`) || strings.Contains(page, "/people/") {
		t.Error("a seller's customer page shows too much")
	}
	file, _ := s.do(http.MethodGet, "/payments/export/csv", nil, http.StatusOK)
	if strings.Count(file, "\n") != 2 {
		t.Errorf("a seller's export: %q", file)
	}
	s.actor = access.Actor{UserID: "u", Session: "s", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}}
	for _, path := range []string{"/deals", "/payments", "/customers", "/products", "/quotas", "/rates", "/rates/export/csv", "/deals/export/csv"} {
		s.do(http.MethodGet, path, nil, http.StatusForbidden)
	}
}

func TestPaymentsAreRecordedRefundedAndCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	entry := url.Values{"kind": {"collection"}, "amount": {"1,234.50"}, "paid_on": {"2026-09-20"}, "key": {"N1"}}
	if _, response := s.do(http.MethodPost, "/deals/D%2F00/payments", entry, http.StatusSeeOther); response.Header.Get("Location") != "/deals/D%2F00?saved=1" {
		t.Errorf("leads to %s", response.Header.Get("Location"))
	}
	if page := s.get("/payments/N1"); !strings.Contains(page, "¥1,234.50") || !strings.Contains(page, "手工") {
		t.Error("the payment is not shown")
	}
	refused, _ := s.do(http.MethodPost, "/deals/D%2F00/payments", entry, http.StatusUnprocessableEntity)
	if !strings.Contains(refused, "流水号N1已经记过") || !strings.Contains(refused, `value="1,234.50"`) {
		t.Error("a second press is not refused with what was typed")
	}
	for name, change := range map[string][2]string{"a day to come": {"paid_on", "2027-01-01"}, "no amount": {"amount", ""}, "half a fen": {"amount", "0.005"}, "a made-up kind": {"kind", "gift"}} {
		form := url.Values{"kind": {"collection"}, "amount": {"1"}, "paid_on": {"2026-09-20"}, "key": {"N2"}}
		form.Set(change[0], change[1])
		if page, _ := s.do(http.MethodPost, "/deals/D%2F00/payments", form, http.StatusUnprocessableEntity); !strings.Contains(page, "is-invalid") {
			t.Errorf("%s: the field is not marked", name)
		}
	}
	s.do(http.MethodPost, "/deals/D%2F00/payments", url.Values{"kind": {"refund"}, "amount": {"34.50"}, "paid_on": {"2026-09-21"}, "key": {"R1"}}, http.StatusSeeOther)
	page := s.get("/payments/N1")
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)
	correction := url.Values{"amount": {"1200"}, "paid_on": {"2026-09-20"}, "seen": {seen[1]}}
	s.do(http.MethodPost, "/payments/N1", correction, http.StatusSeeOther)
	if page := s.get("/payments/N1"); !strings.Contains(page, "¥1,200.00") || !strings.Contains(page, "¥1,234.50") || !strings.Contains(page, "已被更正") {
		t.Error("the correction does not show both records")
	}
	if page, _ := s.do(http.MethodPost, "/payments/N1", correction, http.StatusConflict); !strings.Contains(page, "别人刚改过") {
		t.Error("a stale correction")
	}
}

func TestCustomersQuotasAndViewsAreSaved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, response := s.do(http.MethodPost, "/customers", url.Values{"key": {"C2"}, "name": {" 华远 "}}, http.StatusSeeOther)
	if page := s.get(response.Header.Get("Location")); !strings.Contains(page, "华远") || !strings.Contains(page, "已记下") {
		t.Error("the new customer is not shown")
	}
	if page, _ := s.do(http.MethodPost, "/customers", url.Values{"key": {"C2"}, "name": {"x"}}, http.StatusUnprocessableEntity); !strings.Contains(page, "客户编号C2已被使用") {
		t.Error("a taken key")
	}
	s.do(http.MethodPost, "/quotas/2026-09/2", url.Values{"amount": {"80000"}}, http.StatusSeeOther)
	if page := s.get("/quotas?month=2026-09"); !strings.Contains(page, "¥85,000.00") || !strings.Contains(page, "共2条") {
		t.Error("the quota is not in the list")
	}
	if page := s.get("/quotas/2026-09/2"); !strings.Contains(page, `value="80000.00"`) {
		t.Error("the quota is not offered for correction")
	}
}

func TestExportsHoldTheWholeFilterInBothFormats(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file, response := s.do(http.MethodGet, "/payments/export/csv?sort=key", nil, http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 62 || rows[1][0] != "Y0" || rows[1][5] != "100.05" || !strings.Contains(response.Header.Get("Content-Disposition"), "payments.csv") {
		t.Errorf("%d rows, %v, %v", len(rows), err, rows[:2])
	}
	file, _ = s.do(http.MethodGet, "/deals/export/xlsx?q=D/6", nil, http.StatusOK)
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(sheet) != 2 || sheet[1][0] != "D/60" {
		t.Errorf("sheet %v %v", sheet, err)
	}
	s.do(http.MethodGet, "/deals/export/pdf", nil, http.StatusNotFound)
	for _, list := range []string{"customers", "quotas"} {
		if file, _ := s.do(http.MethodGet, "/"+list+"/export/csv", nil, http.StatusOK); strings.Count(file, "\n") != 2 {
			t.Errorf("%s: %q", list, file)
		}
	}
}

func TestViewsAreSavedSharedAndDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor.UserID = s.user
	if page := s.get("/deals?min=5&sort=amount"); !strings.Contains(page, `href="/views/new?list=deals&amp;query=min%3D5%26sort%3Damount"`) {
		t.Error("the list does not offer to save the view")
	}
	view := url.Values{"list": {"deals"}, "query": {"sort=amount&min=5"}, "name": {"大单"}, "shared": {"1"}}
	if _, response := s.do(http.MethodPost, "/views", view, http.StatusSeeOther); response.Header.Get("Location") != "/deals?min=5&sort=amount" {
		t.Errorf("leads to %s", response.Header.Get("Location"))
	}
	if page := s.get("/deals?sort=amount&min=5"); !regexp.MustCompile(`aria-current="(page|true)"[^>]*>\s*大单`).MatchString(page) {
		t.Error("the view is not the current one of its list")
	}
	if page, _ := s.do(http.MethodPost, "/views", view, http.StatusUnprocessableEntity); !strings.Contains(page, "is-invalid") {
		t.Error("a name given twice")
	}
	id := regexp.MustCompile(`action="(/views/[^"]+/delete)"`).FindStringSubmatch(s.get("/views/new?list=deals"))
	if id == nil {
		t.Fatal("no way to delete the view")
	}
	s.do(http.MethodPost, id[1], url.Values{"list": {"deals"}}, http.StatusSeeOther)
	if page := s.get("/deals"); strings.Contains(page, "大单") {
		t.Error("a deleted view is still there")
	}
	s.do(http.MethodGet, "/views/new?list=passwords", nil, http.StatusNotFound)
	people := url.Values{"list": {"people"}, "query": {"team=1"}, "name": {"一部"}}
	if _, response := s.do(http.MethodPost, "/views", people, http.StatusSeeOther); response.Header.Get("Location") != "/people?team=1" {
		t.Errorf("a view of the people leads to %s", response.Header.Get("Location"))
	}
}
