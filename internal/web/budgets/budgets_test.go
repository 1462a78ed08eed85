package budgets_test

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

func TestABudgetIsEnteredComparedAndWarnsWhereItMatters(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	finance, operations := site.As(t, 0, pagetest.Grant(access.RoleFinance)), site.As(t, 0, pagetest.Grant(access.RoleOperations))
	page := finance.Get("/budget?row=plan:regular", http.StatusOK)
	page.Has("h1: 2026", "main table td: 普通销售·业绩激励", "main table td: 没填预算", "form#budget input[name=seen][value=0]", "#budget-months", "#nothing-entered: 点一个方案或层级", "nav.xg-rail a[href=/budget]")
	page.Lacks("#budget-months th: 预算") // nothing to draw a line of
	waiting := operations.Get("/budget", http.StatusOK)
	waiting.Has("#nothing-entered: 由财务填")
	waiting.Lacks("form#budget")
	months := url.Values{"row": {"plan:regular"}, "seen": {"0"}, "m9": {"6,000.00"}, "note": {"首版"}}
	finance.Post("/budget/2026", url.Values{"row": {"plan:regular"}, "seen": {"0"}, "m9": {"viel"}}, http.StatusUnprocessableEntity).Has("input#f-m9.is-invalid")
	finance.Post("/budget/2026", url.Values{"row": {"plan:regular"}, "seen": {"0"}}, http.StatusUnprocessableEntity).Has("form#budget: 至少填一个月")
	page = finance.Post("/budget/2026", months, http.StatusOK)
	page.Has("#saved: 第 1 版", ".note.warn: 预计超预算", "main table td: 6,000.00", "main table td: 6,020.00", "input#f-m9[value=6000.00]", "main: 首版")
	page.Has("#budget-months th: 预算")
	page.Lacks("#nothing-entered")
	finance.Post("/budget/2026", months, http.StatusConflict).Has("form#budget: 第 1 版")
	page = finance.Post("/budget/2026", url.Values{"row": {"layer:regular"}, "seen": {"1"}, "m1": {"100000"}}, http.StatusOK)
	page.Has("#saved: 第 2 版", ".note.warn: 普通销售·业绩激励")
	operations.Post("/budget/2026", months, http.StatusForbidden)
	operations.Get("/months/2026-09", http.StatusOK).Has(".note.warn: 普通销售·业绩激励：本财年预计超预算")
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	for i, warned := range map[int]bool{2: true, 3: false} {
		draft, err := house.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(texts[i], "2020-01-01", "2027-01-01", 1)})
		if err != nil {
			t.Fatal(err)
		}
		page := finance.Get("/plans/"+draft.ID, http.StatusOK)
		if warned {
			page.Has(".note.warn: 还没算这份草案")
		} else {
			page.Lacks(".note.warn: 还没算这份草案")
		}
	}
	finance.Lang = "en"
	finance.Get("/budget?year=2027&row=layer:core", http.StatusOK).Has("h1: fiscal year 2027", "main: Layer: Core seller", "main: expectation")
	finance.Get("/budget?year=viel", http.StatusNotFound)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get("/budget", http.StatusForbidden).Lacks("table")
}

func TestWithoutPlansThereIsNothingToBudget(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	site.As(t, 0, pagetest.Grant(access.RoleFinance)).Get("/budget", http.StatusOK).Has("main: 还没有生效的方案")
}
