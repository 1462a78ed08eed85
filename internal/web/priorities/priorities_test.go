package priorities_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestMeasuresAreWeighedAndSettled(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, seller, auditor := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn}), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	seller.Get("/priorities", http.StatusForbidden)
	ops.Get("/priorities", http.StatusOK).Has("h1: 优化优先级", "main: 还没有事项", "main: 还没有定稿")
	auditor.Get("/priorities/new", http.StatusForbidden)
	ops.Get("/priorities/new", http.StatusOK).Has("form#item input[name=reach]")

	typed := url.Values{"title": {"补齐<b>客户</b>资料"}, "reach": {"bald"}, "impact": {"200"}, "confidence": {"80"}, "effort": {"12.5"}, "cost": {"1,200.50"}, "delay": {"4"}, "reach_why": {"台账缺 40 户"}}
	ops.Post("/priorities", typed, http.StatusUnprocessableEntity).Has("input[name=reach].is-invalid", "input[name=title]")
	typed.Set("reach", "120")
	ops.Post("/priorities", typed, http.StatusOK).Has("#done", "h1: 补齐<b>客户</b>资料", "#stands", "main: 先做")
	page := ops.Get("/priorities", http.StatusOK)
	page.Has("figure#matrix svg", "#horizon-short", "main table a: 补齐<b>客户</b>资料", "main: 15.4", "main: 120 × 2 × 80% ÷ 12.5", "form#settle")
	page.Lacks("main table b")
	second := url.Values{"title": {"报价模板"}, "reach": {"30"}, "impact": {"100"}, "confidence": {"50"}, "effort": {"60"}, "needs": {"1"}}
	ops.Post("/priorities", second, http.StatusOK).Has("#done")
	ops.Get("/priorities", http.StatusOK).Has("#horizon-mid", "main: 先做完：补齐")

	ops.Post("/priorities/frame", url.Values{"seen": {"0"}, "budget": {"2000"}, "capacity": {"30"}, "short_effort": {"20"}, "short_weeks": {"8"}, "mid_effort": {"10"}, "mid_weeks": {"26"}}, http.StatusUnprocessableEntity).Has("input[name=mid_effort].is-invalid")
	ops.Post("/priorities/frame", url.Values{"seen": {"0"}, "budget": {"2000"}, "capacity": {"30"}, "short_effort": {"20"}, "short_weeks": {"8"}, "mid_effort": {"80"}, "mid_weeks": {"26"}}, http.StatusOK).Has("main: 这轮不做", "main: 还差", "main: 1 / 2")
	ops.Get("/priorities/frame", http.StatusOK).Has("form#frame input[name=budget]")

	ops.Get("/priorities/items/1", http.StatusOK).Has("#stands", "form#item input[name=cost]")
	ops.Post("/priorities/items/1/park", url.Values{"park": {"true"}, "seen": {"1"}}, http.StatusConflict).Has("#problem: 报价模板")
	ops.Post("/priorities/items/2/park", url.Values{"park": {"true"}, "seen": {"1"}}, http.StatusOK).Has("#done", "#state-parked")
	typed.Set("effort", "25")
	typed.Set("seen", "1")
	ops.Post("/priorities/items/1", typed, http.StatusOK).Has("main: 7.7")
	auditor.Get("/priorities/items/1", http.StatusOK).Lacks("form#item")
	ops.Get("/priorities/items/9", http.StatusNotFound)

	ops.Post("/priorities/tables", url.Values{"note": {"第四季度"}}, http.StatusOK).Has("#done", "#note: 第四季度", "figure#matrix")
	for _, path := range []string{"/priorities/export/xlsx", "/priorities/tables/1/docx"} {
		if file := auditor.Get(path, http.StatusOK); !strings.HasPrefix(file.Text, "PK") {
			t.Errorf("%s: %.40q", path, file.Text)
		}
	}
	auditor.Get("/priorities/export/exe", http.StatusNotFound)
	auditor.Get("/priorities/tables/7", http.StatusNotFound)
	hr := site.As(t, 0, pagetest.Grant(access.RoleHR))
	page = hr.Get("/priorities/items/1", http.StatusOK)
	page.Has("form#item")
	page.Lacks("main: 立项") // who begins no initiatives is not offered to
	hr.Post("/priorities/items/1/start", url.Values{"seen": {"2"}}, http.StatusForbidden)
	ops.Post("/priorities/items/1/start", url.Values{"seen": {"2"}}, http.StatusOK).Has("#done", "h1: 补齐<b>客户</b>资料", "#begin a[href=/initiatives/1/edit]")
	ops.Get("/priorities", http.StatusOK).Has("#state-started", "main a[href=/initiatives/1]")
	ops.Post("/priorities/items/1/start", url.Values{"seen": {"4"}}, http.StatusConflict).Has("#problem")
	ops.Get("/initiatives/1", http.StatusOK).Has("h1: 补齐<b>客户</b>资料")
	ops.Lang = "en"
	ops.Get("/priorities", http.StatusOK).Has("h1: Priorities", "main: Settled tables")
}
