package adjustments_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestOneAsksAndAnotherApproves(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	operations, finance := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	operations.Get("/adjustments", http.StatusOK).Has("main: 没有手工调整", "a[href=/adjustments/new]")
	operations.Get("/adjustments/new", http.StatusOK).Has("form#adjustment option[value=regular/commission]", "form#adjustment input[name=evidence]", "datalist#some-people option[value=A]")
	form := url.Values{"person": {"A"}, "month": {"2026-09"}, "kind": {"regular/commission"}, "amount": {"1,200.50"}, "reason": {"按会议决定补发"}, "evidence": {"会议纪要"}}
	wrong := url.Values{"person": {"nobody"}, "month": {"2026-09"}, "kind": {"regular"}, "amount": {"x"}, "reason": {""}, "evidence": {""}}
	operations.Post("/adjustments", wrong, http.StatusUnprocessableEntity).Has("form#adjustment input[name=person][value=nobody]", "form#adjustment input[aria-invalid]", "form#adjustment .invalid-feedback: 填数字，比如12或12.5", "form#adjustment .invalid-feedback: 这一项要填")
	page := operations.Post("/adjustments", form, http.StatusOK)
	page.Has("main: 按会议决定补发", "main: 等别人批准", "form#withdraw")
	page.Lacks("form#approve")
	address := page.Path
	operations.Post(address+"/approve", nil, http.StatusForbidden).Has("#refused")
	finance.Get(address, http.StatusOK).Has("form#approve button.btn-primary", "form#reject")
	finance.Post(address+"/reject", url.Values{"reason": {""}}, http.StatusUnprocessableEntity).Has("form#reject input[aria-invalid]")
	page = finance.Post(address+"/approve", nil, http.StatusOK)
	page.Has("main: 已批准", "main: 同事finance", "main: 同事operations")
	page.Lacks("form#approve", "form#reject")
	finance.Post(address+"/approve", nil, http.StatusConflict).Has("#refused")
	house.MustCalculate(t, monthtest.SmallMonth)
	finance.Get("/statements/2026-09/"+strconv.FormatInt(house.Person(t, "A"), 10), http.StatusOK).Has("table[aria-label=补差与调整] td: 按会议决定补发", "table[aria-label=补差与调整] td: 同事operations提出，同事finance批准")
	finance.Get("/adjustments?state=approved&q=陈&month=2026-09", http.StatusOK).Has("table td: 陈思远")
	finance.Get("/adjustments?state=rejected", http.StatusOK).Has("main: 没有手工调整")
	site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller)).Get("/adjustments", http.StatusForbidden)
	finance.Lang = "en"
	finance.Get(address, http.StatusOK).Has("main: approved")
}
