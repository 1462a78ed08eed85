package honours_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/planbook"
)

// wayRule lifts every regular seller who collected anything, and nobody else: honours are far off.
const wayRule = `xiaoguan: promotion/1
id: levels
name: {zh: 层级晋升规则, en: From level to level}
currency: CNY
effective: {from: 2026-01-01}
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: {months: 2}}
  honours: {name: {zh: 荣誉次数, en: honours}, given: honours, kind: count, window: {months: 12}, missing: zero}
steps:
  - {from: regular, to: core, when: [{measure: collected, at_least: 1.00}]}
  - {from: core, to: manager, when: [{measure: honours, at_least: 9}]}
`

// withRule is an installation with monthtest's small company and the rule in force.
func withRule(t *testing.T) (*pagetest.Site, *monthtest.House) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	v, err := house.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: wayRule})
	if err == nil {
		_, err = house.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return site, house
}

// TestSeveralPromotionsAreApprovedWithOneConfirmation: people are ticked on the list, named once more, and lifted together.
func TestSeveralPromotionsAreApprovedWithOneConfirmation(t *testing.T) {
	t.Parallel()
	site, _ := withRule(t)
	operations, hr := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleHR))
	operations.Post("/promotions", url.Values{"month": {"2026-09"}}, http.StatusOK).Lacks("form#several", "input[name=proposal]") // who proposed does not decide
	list := hr.Get("/promotions", http.StatusOK)
	list.Has("td input[type=checkbox][form=several]", "form#several[action=/promotions/several]", "a[href=/promotions?all=1]: 全选", "td: 普通销售 → 核心销售")
	list.Lacks("input[name=proposal][checked]")
	ids := hr.Get("/promotions?all=1", http.StatusOK).Attributes("input[name=proposal][checked]", "value")
	if len(ids) < 2 {
		t.Fatalf("only %d can be decided together", len(ids))
	}
	ids = ids[:2]
	chosen := hr.Get("/promotions/several?"+url.Values{"proposal": ids}.Encode(), http.StatusOK)
	chosen.Has("h1: 审批 2 位的晋升", "form#approve input[type=hidden][value="+ids[1]+"]", "form#approve button: 批准 2 位", "form#reject button: 驳回 2 位")
	asked := url.Values{"proposal": ids, "act": {"approve"}, "on": {"2026-09-01"}}
	hr.Post("/promotions/several", asked, http.StatusUnprocessableEntity).Has("form#approve input[name=on][aria-invalid=true]", "h1: 审批 2 位的晋升")
	hr.Post("/promotions/several", url.Values{"proposal": ids, "act": {"reject"}}, http.StatusUnprocessableEntity).Has("form#reject input[name=reason][aria-invalid=true]")
	hr.Post("/promotions/several", url.Values{"act": {"approve"}, "on": {"2026-11-01"}}, http.StatusUnprocessableEntity).Has("main: 没有选中待审批的人")
	operations.Post("/promotions/several", asked, http.StatusForbidden)
	asked.Set("on", "2026-11-01")
	done := hr.Post("/promotions/several", asked, http.StatusOK)
	if done.Path != "/promotions" {
		t.Errorf("led to %s", done.Path)
	}
	approved := len(done.Attributes("td .chip.good", "class"))
	if approved != 2 {
		t.Errorf("%d are approved, want 2", approved)
	}
	hr.Post("/promotions/several", asked, http.StatusConflict).Has("main: 没有选中待审批的人") // both are decided by now
	hr.Get("/promotions/several", http.StatusOK).Has("main: 没有选中待审批的人", "a[href=/promotions]: 回到提名")
}

// TestOnesOwnWayUpIsShownInFigures: a seller reads what the next level asks and what is missing; a manager has no level above.
func TestOnesOwnWayUpIsShownInFigures(t *testing.T) {
	t.Parallel()
	site, house := withRule(t)
	as := func(key string, role access.Role) *pagetest.Visitor {
		return site.As(t, house.Person(t, key), pagetest.Grant(role))
	}
	regular := as("A", access.RoleService).Get("/promotions", http.StatusOK)
	regular.Has("h2: 离核心销售还差什么", "ul.ck li: 回款 不低于 ¥1.00", ".note.good: 条件都满足了")
	core := as("F", access.RoleSeller)
	page := core.Get("/promotions", http.StatusOK)
	page.Has("h2: 离销售经理还差什么", "ul.ck li: 荣誉次数 不低于 9", "ul.ck li: 实际 0，差 9", "main: 按2026年9月的数据")
	page.Lacks(".note.good", "form#several")
	core.Lang = "en"
	english := core.Get("/promotions", http.StatusOK)
	english.Has("h2: What lies ahead: Sales manager")
	if strings.Contains(english.Text, "荣誉次数") {
		t.Error("the English page has Chinese words of the rule")
	}
	as("M1", access.RoleDirector).Get("/promotions", http.StatusOK).Lacks("h2: 还差什么")
}
