package retros_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// withRetro is an installation whose August is closed and was recomputed after a late payment; address is the retro's.
func withRetro(t *testing.T) (site *pagetest.Site, house *monthtest.House, address string) {
	t.Helper()
	site = pagetest.New(t, "青禾智控")
	house = monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustClose(t, monthtest.SmallMonth-1)
	house.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
		_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "P-late", Deal: "D1", PaidOn: monthtest.Day("2026-08-30"), AmountMinor: 20_000_00, Currency: money.CNY})
		return err
	})
	return site, house, "/retro/" + house.MustRetro(t, monthtest.SmallMonth-1).ID
}

func TestDifferencesAreShownWithTheirCausesAndPosted(t *testing.T) {
	t.Parallel()
	site, house, address := withRetro(t)
	operations, auditor := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	operations.Get("/retro", http.StatusOK).Has("form#retro input[value=2026-08]", "td a[href="+address+"]", "td: 待入账")
	page := operations.Get(address, http.StatusOK)
	page.Has("table[aria-label=差额] td: 陈思远", "table[aria-label=差额] td: 回款 P-late（2026-08-30）在", "form#post button.btn-primary", "form#withdraw")
	auditor.Get(address, http.StatusOK).Lacks("form#post", "form#withdraw")
	auditor.Post(address+"/post", nil, http.StatusForbidden)
	if file := auditor.Get(address+"/export/csv?q=陈", http.StatusOK); !strings.Contains(file.Text, "15.00,315.00,300.00") || strings.Contains(file.Text, "周岚") {
		t.Errorf("%s", file.Text)
	}
	operations.Get(address+"?q=没有这个人", http.StatusOK).Has("main: 没有符合条件的差额")
	operations.Post(address+"/withdraw", url.Values{"reason": {""}}, http.StatusUnprocessableEntity).Has("form#withdraw input[aria-invalid]")
	operations.Post(address+"/post", nil, http.StatusOK).Has(".note.good: 已记入2026年9月", "form#withdraw")
	operations.Post(address+"/post", nil, http.StatusConflict).Has("#refused")
	house.MustCalculate(t, monthtest.SmallMonth)
	operations.Get("/months/2026-09", http.StatusOK).Has("table[aria-label=补差与调整] td: 陈思远", "table[aria-label=补差与调整] a[href="+address+"]")
	statement := operations.Get("/statements/2026-09/"+strconv.FormatInt(house.Person(t, "A"), 10), http.StatusOK)
	statement.Has("table[aria-label=补差与调整] td: 补发 2026年8月 提成", "table[aria-label=补差与调整] td: 因为回款 P-late")
	operations.Lang = "en"
	operations.Get(address, http.StatusOK).Has("td: payment P-late of")
}

func TestWithoutAClosedMonthThereIsNothingToRecompute(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	page := operations.Get("/retro", http.StatusOK)
	page.Has("main: 没有已关账的月份", "main: 还没有追溯过")
	page.Lacks("form#retro")
	operations.Post("/retro", url.Values{"months": {"2026-09"}}, http.StatusUnprocessableEntity)
	operations.Get("/retro/nothing", http.StatusNotFound)
	site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller)).Get("/retro", http.StatusForbidden)
}

func TestTwoReadingsOfAStatementStandSideBySide(t *testing.T) {
	t.Parallel()
	site, house, _ := withRetro(t)
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	path := "/statements/2026-08/" + strconv.FormatInt(house.Person(t, "A"), 10) + "/as-of"
	operations.Get(path, http.StatusOK).Has("table[aria-label=对比时点] th: 按现在的数据", "table[aria-label=不同的业绩] td: D1")
	operations.Get(path+"?first=now&second=now", http.StatusOK).Has("main: 计入的业绩一样")
	operations.Get(path+"?first=day&first_on=2020-01-01", http.StatusOK).Has(".note.warn", "input[name=first_on][value=2020-01-01]")
	operations.Get(path+"?first=neverday", http.StatusUnprocessableEntity)
	operations.Get(path, http.StatusOK).Lacks("table[aria-label=从计提到实发]") // the plan pays what is earned
}
