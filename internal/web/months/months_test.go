package months_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
)

const september = "/months/2026-09"

// withMonth is an installation with monthtest's small company, whose September is calculated.
func withMonth(t *testing.T) (*pagetest.Site, *monthtest.House) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	return site, house
}

func TestAMonthOffersEachTheirOwnSteps(t *testing.T) {
	t.Parallel()
	site, _ := withMonth(t)
	operations, finance := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	page := operations.Get(september, http.StatusOK)
	page.Has("ol.xg-steps li.now: 复核", "form#act-publish button.btn-primary", "form#act-calculate", "table[aria-label=例外] td: 没有任务额", "table[aria-label=例外] td: 任务额", ".xg-print: 青禾智控")
	page.Lacks("form#act-approve", "form#act-close", "table[aria-label=例外] td: quota", "a[download]")
	finance.Get(september, http.StatusOK).Lacks("form#act-publish", "form#act-calculate", "form#act-approve")
	wrong := operations.Post(september+"/publish", url.Values{"days": {"0"}}, http.StatusUnprocessableEntity)
	wrong.Has("form#act-publish .invalid-feedback: 异议期要在1到60天之间")
	wrong.Lacks("#refused") // said once, where it is put right
	operations.Get("/months", http.StatusOK).Has("td .chip: 等你公示", "td: 月份还没结束")
	finance.Get("/months", http.StatusOK).Has("td: 等销售运营公示")
	operations.Post(september+"/publish", url.Values{"days": {"5"}}, http.StatusOK).Has("ol.xg-steps li.now: 公示")
	operations.Get("/months", http.StatusOK).Has("td: 等财务批准")
	finance.Get("/months", http.StatusOK).Has("td .chip: 等你批准")
	finance.Get(september, http.StatusOK).Has("form#act-approve: 才结束")
	operations.Post(september+"/approve", nil, http.StatusForbidden)
	finance.Post(september+"/approve", nil, http.StatusOK).Has("ol.xg-steps li.now: 关账", "main input[pattern]")
	finance.Post(september+"/close", url.Values{"confirm": {"2026-08"}}, http.StatusUnprocessableEntity).Has("main: 输入2026-09确认")
	closed := finance.Post(september+"/close", url.Values{"confirm": {"2026-09"}}, http.StatusOK)
	closed.Has("a[href=/months/2026-09/pay/xlsx]", "a[href=/months/2026-09/pay/csv]", ".note.good: 已封存")
	closed.Lacks("form#act-calculate", "form#act-return", "form#act-publish")
	if file := finance.Get(september+"/pay/csv", http.StatusOK); !strings.HasPrefix(file.Text, "\ufeff工号") || file.Header.Get("X-Content-Digest") == "" {
		t.Errorf("pay file %.80q", file.Text)
	}
	operations.Get(september, http.StatusOK).Lacks("form#act-calculate")
	operations.Get(september+"/pay/csv", http.StatusForbidden)
}

func TestWhoIsNotConcernedSeesNoMonth(t *testing.T) {
	t.Parallel()
	site, house := withMonth(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get("/months", http.StatusForbidden)
	seller.Get(september, http.StatusForbidden).Lacks("main: 任平", "table")
	auditor := site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	auditor.Get(september, http.StatusOK).Lacks("main form")
	auditor.Post(september+"/publish", url.Values{"days": {"5"}}, http.StatusForbidden)
	auditor.Get("/months/2026-13", http.StatusNotFound)
	auditor.Lang = "en"
	auditor.Get("/months", http.StatusOK).Has("a[href=/months/2026-09]: Sep 2026", "a[href=/months/2026-10]")
}

// TestExceptionsSayWhatTheyAreComparedWith: an amount that is far from last month's stands beside it with the difference, and what lacks a
// quota has no amount at all.
func TestExceptionsSayWhatTheyAreComparedWith(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth-1)
	house.MustCalculate(t, monthtest.SmallMonth)
	page := site.As(t, 0, pagetest.Grant(access.RoleFinance)).Get(september, http.StatusOK)
	page.Has("table[aria-label=例外] th: 对照（元）", "table[aria-label=例外] th: 差额（元）", "table[aria-label=例外] td.num .xs: 上月", "table[aria-label=例外] td: 本月合计", "table[aria-label=例外] td.num .xs: 封顶前",
		"table[aria-label=例外] td.num .only-phone: 上月", "table[aria-label=例外] td.num: –")
	review, err := house.Periods.Review(t.Context(), monthtest.Approver, monthtest.SmallMonth, period.AgainstLastMonth)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, e := range review.Exceptions {
		if e.Kind == payout.ExceptionFarOff {
			page.Has("table[aria-label=例外] td.num: " + amount(e.BeforeMinor))
			checked++
		}
	}
	if checked == 0 {
		t.Error("nobody is far from last month")
	}
}

// amount writes fen as tables do.
func amount(minor int64) string {
	text := money.Format(minor, money.CNY)
	whole, cents, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return strings.Replace(whole+"."+cents, "-", "−", 1)
}
