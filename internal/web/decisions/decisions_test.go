package decisions_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/review"
)

func TestADecisionIsLoggedOnEvidenceAndClosed(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	l, err := site.App.Reviews.List(t.Context(), monthtest.Maker, "", "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = site.App.Reviews.Call(t.Context(), monthtest.Maker, review.Weekly, l.Callable[len(l.Callable)-1], l.Today)
	if err != nil {
		t.Fatal(err)
	}
	ops, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
	ops.Get("/decisions", http.StatusOK).Has("h1: 决策台账", "main: 还没有决策", "main: 没有数据")
	seller.Get("/decisions/new", http.StatusForbidden)
	ops.Get("/decisions/new?evidence="+url.QueryEscape(`{"label":"合规率","value":"62%","metric":"compliance","version":"2","numerator":31,"denominator":50}`), http.StatusOK).Has("#carried", "main: 31 / 50", "form#decision input[name=evidence]")
	ops.Get("/decisions/new?evidence="+url.QueryEscape(`[{"label":"回款率","value":"81.5%","unit":"percent","part_unit":"fen","numerator":815000000,"denominator":1000000000,"period":"2026-11-01/2026-11-19"},{"label":"人均","value":"x","unit":"each","numerator":900000,"denominator":9},
		{"label":"实际","value":"¥1661889.99","unit":"fen","numerator":166188999},{"label":"达成概率","value":"0.0%","metric":"attain_chance","numerator":0,"denominator":4000}]`), http.StatusOK).Has("main: ¥8,150,000.00 / ¥10,000,000.00", "main: ¥9,000.00 / 9", "main: ¥1,661,889.99", "main: 模拟4,000次，达成0次", "main: 2026-11-01至2026-11-19")
	typed := url.Values{"title": {"老客户<b>优先</b>"}, "expected": {"多签两单"}, "on": {l.Today.String()}, "due_on": {"bald"}, "review": {"1"}}
	ops.Post("/decisions", typed, http.StatusUnprocessableEntity).Has("input[name=due_on].is-invalid")
	typed.Set("due_on", (l.Today + 30).String())
	page := ops.Post("/decisions", typed, http.StatusOK)
	page.Has("#done", "h1: 老客户", "main: 实际", "form#close")
	page.Lacks("h1 b")
	ops.Get("/decisions", http.StatusOK).Has("main table a: 老客户", "main: 1/1", "main: 100%")
	seller.Get("/decisions/1", http.StatusNotFound)
	ops.Post("/decisions/1/outcome", url.Values{"state": {"kept"}, "outcome": {""}}, http.StatusUnprocessableEntity).Has("form#close textarea.is-invalid")
	ops.Post("/decisions/1/outcome", url.Values{"state": {"kept"}, "outcome": {"签了三单"}}, http.StatusOK).Has("#done", "main: 有效，保留", "main: 签了三单")
	ops.Lang = "en"
	ops.Get("/decisions?state=kept", http.StatusOK).Has("main: Data-driven rate", "main table a")
	ops.Get("/decisions?state=x", http.StatusNotFound)
}
