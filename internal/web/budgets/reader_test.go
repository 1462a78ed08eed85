package budgets_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// TestWhoApprovesForEverybodyMayLook: a general manager reads budgets, simulations and months, and changes none of them.
func TestWhoApprovesForEverybodyMayLook(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	manager := site.As(t, 0, pagetest.Grant(access.RoleDirector))
	budget := manager.Get("/budget?row=plan:regular", http.StatusOK)
	budget.Has("main table td: 普通销售·业绩激励", "nav.xg-rail a[href=/budget]", "nav.xg-rail a[href=/simulations]", "nav.xg-rail a[href=/months]")
	budget.Lacks("form#budget")
	manager.Post("/budget/2026", url.Values{"row": {"plan:regular"}, "seen": {"0"}, "m9": {"1"}}, http.StatusForbidden)
	manager.Get("/simulations", http.StatusOK).Lacks("main a[href=/simulations/new]")
	manager.Get("/simulations/new", http.StatusForbidden)
	manager.Get("/months", http.StatusOK).Has("main a[href=/months/2026-09]")
	manager.Get("/months/2026-09", http.StatusOK).Lacks("form[action=/months/2026-09/publish]", "form[action=/months/2026-09/calculate]")
	manager.Post("/months/2026-09/calculate", url.Values{}, http.StatusForbidden)
}
