package start_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/period"
)

func TestSettingUpIsLedStepByStep(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	home := admin.Get("/", http.StatusOK)
	if home.Path != "/start" {
		t.Errorf("home leads to %s", home.Path)
	}
	home.Has("#step-company a[href=/company].btn-primary", "#step-users a[href=/users?grants=operations:all#new-user]", "#step-people .who: 销售运营",
		"#step-month .who: 销售运营", "nav.xg-rail a[href=/start]: 6")
	home.Lacks("#step-people a", "#step-plans a", "li[data-done]")

	page := admin.Post("/company", url.Values{"name": {""}, "fiscal": {"13"}, "time_zone": {"Mars/Base"}, "currency": {"CNY"}, "revision": {"0"}}, http.StatusUnprocessableEntity)
	page.Has("input#f-name.is-invalid", "select#f-fiscal.is-invalid", "select#f-time_zone.is-invalid")
	page.Lacks("select#f-currency.is-invalid")
	good := url.Values{"name": {"青禾智控"}, "fiscal": {"4"}, "time_zone": {"Asia/Tokyo"}, "currency": {"CNY"}, "revision": {"0"}}
	page = admin.Post("/company", good, http.StatusOK)
	page.Has("#step-company[data-done]: 青禾智控", "#step-company: 4月", "nav.xg-rail small: 青禾智控", "nav.xg-rail a[href=/start]: 5")
	admin.Post("/company", good, http.StatusConflict).Has(".note: 刚被别人改过")
	log, err := site.App.Audit.List(t.Context(), monthtest.Auditor, audit.Filter{Subject: "company:1"})
	if err != nil || len(log.Entries) != 1 || log.Entries[0].Action != "company.save" {
		t.Errorf("audited as %v, %v", log.Entries, err)
	}
	admin.Get("/users?grants=finance:all", http.StatusOK).Has("form#new-user input[value=finance:all][checked]")
	admin.Lang = "en"
	admin.Get("/start", http.StatusOK).Has("#step-users: different people")
}

func TestWhoHasNoPartInSettingUpSeesNothingOfIt(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	seller := site.As(t, 0, pagetest.Grant(access.RoleSeller))
	seller.Get("/", http.StatusOK).Lacks("a[href=/start]", "a[href=/company]")
	seller.Get("/start", http.StatusForbidden)
	seller.Get("/company", http.StatusForbidden)
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	finance.Get("/", http.StatusOK).Has("#step-users .who: 管理员", "#step-people a[href=/imports]")
	finance.Get("/start", http.StatusOK).Lacks("#step-company a", "#step-plans a[href=/plans/new]")
	finance.Post("/company", url.Values{"name": {"别家"}}, http.StatusForbidden)
	site.Stranger(t).Get("/start", http.StatusOK).Has("form[action=/sign-in]")
}

func TestEveryStepIsJudgedByWhatIsThere(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	// one user who may both calculate and approve is not two people
	if p, err := site.App.Company.Progress(t.Context(), monthtest.Admin); err != nil || p.Apart || p.Makers != 1 {
		t.Errorf("makers and checkers: %+v, %v", p, err)
	}
	site.As(t, 0, pagetest.Grant(access.RoleFinance))
	operations.Get("/start", http.StatusOK).Has("#step-users[data-done]", "#step-people a[href=/import-template]")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	page := operations.Get("/start", http.StatusOK)
	page.Has("#step-people[data-done]: 9人", "#step-facts[data-done]", "#step-plans[data-done]", "#step-month a[href=/months].btn-primary", "nav.xg-rail a[href=/start]: 1")
	house.MustCalculate(t, monthtest.SmallMonth)
	operations.Get("/start", http.StatusOK).Has(".note.good: 都做完了")
	if home := operations.Get("/", http.StatusOK); home.Path == "/start" {
		t.Error("home still leads to setting up")
	}
	operations.Get("/months", http.StatusOK).Lacks("nav.xg-rail a[href=/start]")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Post("/company", url.Values{"name": {"青禾智控"}, "fiscal": {"4"}, "time_zone": {"Asia/Shanghai"}, "currency": {"USD"}, "revision": {"1"}}, http.StatusUnprocessableEntity).Has("select#f-currency.is-invalid", "main: 币种不能再改")
	admin.Post("/company", url.Values{"name": {"青禾智控"}, "fiscal": {"4"}, "time_zone": {"Asia/Shanghai"}, "currency": {"CNY"}, "revision": {"1"}}, http.StatusOK).Has(".note.good: 已保存")
	operations.Get("/months", http.StatusOK).Has("main: 2026财年第2季度")
}

func TestWhatWaitsForSomebodyIsWhereTheyArrive(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	site.As(t, 0, pagetest.Grant(access.RoleOperations)) // with finance, below, all is set up
	page := seller.Get("/tasks", http.StatusOK)
	page.Has("h1: 今日", "main: 现在没有要办的", "nav.xg-rail a[href=/today]", "form#task")
	page.Lacks("nav.xg-rail a[href=/tasks]", "#open")
	if home := seller.Get("/", http.StatusOK); home.Path != "/today" {
		t.Errorf("with nothing to do, home leads to %s", home.Path)
	}
	house.MustCalculate(t, monthtest.SmallMonth)
	if _, err := house.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: monthtest.SmallMonth}); err != nil {
		t.Fatal(err)
	}
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	home := finance.Get("/", http.StatusOK)
	home.Has("h1: 今日", "h2: 等你处理", "main a[href=/months]: 批准月份", "main: 等你处理 1")
	home.Lacks("main a[href=/pay]", "main a[href=/plans]", "form#task")
	if home.Path != "/today" {
		t.Errorf("home leads to %s", home.Path)
	}
	finance.Lang = "en"
	finance.Get("/tasks", http.StatusOK).Has("h1: Today", "main a: Approve months", "h2: Waiting for you")
	site.Stranger(t).Get("/tasks", http.StatusOK).Has("form[action=/sign-in]")
}
