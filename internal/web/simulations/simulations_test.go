package simulations_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulation"
)

// withDraft is an installation with monthtest's small company and a draft of the regular sellers' plan that pays 4 % instead of 3 %.
func withDraft(t *testing.T) (*pagetest.Site, *monthtest.House, planbook.Version) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	draft, err := house.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(texts[2], "A: 3%", "A: 4%", 1)})
	if err != nil {
		t.Fatal(err)
	}
	return site, house, draft
}

// work carries out what waits.
func work(t *testing.T, site *pagetest.Site, house *monthtest.House) {
	t.Helper()
	ids, err := house.Queued(t.Context())
	if err != nil || len(ids) != 1 {
		t.Fatalf("%v, %v", ids, err)
	}
	r, err := house.Start(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	state := job.StateSucceeded
	if err := site.App.Simulations.Run(t.Context(), r); err != nil {
		if state = job.StateFailed; !errs.Is(err, errs.KindInvalid) {
			t.Fatal(err)
		}
	}
	if err := house.Finish(t.Context(), r, state, false); err != nil {
		t.Fatal(err)
	}
}

func TestADraftIsTriedFromTheFormToTheFiles(t *testing.T) {
	t.Parallel()
	site, house, draft := withDraft(t)
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	operations.Get("/simulations", http.StatusOK).Has("main: 还没有模拟", "a[href=/simulations/new].btn-primary", "nav.xg-rail a[href=/simulations]")
	operations.Get("/plans/"+draft.ID, http.StatusOK).Has("a[href=/simulations/new?version=" + draft.ID + "]")
	form := operations.Get("/simulations/new?version="+draft.ID, http.StatusOK)
	form.Has("select#f-a-regular option[value="+draft.ID+"][selected]", "select#f-b-regular", "select#f-a-w1", "input#f-first[value=2025-10]", "input#f-last[value=2026-09]")
	form.Has("details.xg-fold select#f-b-regular", "details.xg-fold input#f-seed") // what few need
	form.Lacks("details.xg-fold[open]", "details.xg-fold select#f-a-regular")
	asked := url.Values{"name": {"提高比例"}, "first": {"2026-08"}, "last": {"2026-09"}, "a.regular": {draft.ID}, "b.regular": {"-"}, "draws": {"1000"}, "seed": {"5"}, "budget": {"100,000"}}
	wrong := url.Values{"first": {"2026-09"}, "last": {"2026-08"}, "seed": {"x"}, "budget": {"viel"}}
	operations.Post("/simulations", wrong, http.StatusUnprocessableEntity).Has("details.xg-fold[open] input#f-seed.is-invalid", "input#f-budget.is-invalid")
	wrong.Set("seed", "1")
	wrong.Set("budget", "")
	operations.Post("/simulations", wrong, http.StatusUnprocessableEntity).Has("input#f-name.is-invalid", "input#f-first.is-invalid", "form#simulation: 至少选一个")
	page := operations.Post("/simulations", asked, http.StatusOK)
	path := page.Path
	page.Has("main: 正在模拟", "main: 进行中")
	operations.Get(path+"/progress", http.StatusOK)
	operations.Get(path+"/export/persons/csv", http.StatusConflict)
	work(t, site, house)
	if answer := operations.Get(path+"/progress", http.StatusOK); answer.Header.Get("HX-Refresh") != "true" {
		t.Error("the browser is not told that it has ended")
	}
	operations.Lang = "en"
	operations.Get(path, http.StatusOK).Has("#layers: Core", "main: Gini coefficient", "main: pigeonhole bootstrap")
	operations.Lang = "zh-CN"
	done := operations.Get(path, http.StatusOK)
	done.Has("#layers td: 普通", "#people td: 陈思远", "#people td: +1,325", "main: 基尼系数", "main: 超预算的可能", "#simulated-months", "#draws-a", "#draws-b", "a[href="+path+"/export/lines/xlsx]")
	operations.Get("/simulations", http.StatusOK).Has("a[href="+path+"]: 提高比例", "main: 已完成")
	people := operations.Get(path+"/export/persons/csv", http.StatusOK)
	if !strings.Contains(people.Text, "陈思远") || !strings.Contains(people.Text, "5975.00,7300.00,0.00") {
		t.Errorf("people: %s", people.Text)
	}
	lines := operations.Get(path+"/export/lines/csv", http.StatusOK)
	if !strings.Contains(lines.Text, "2026-09,A,陈思远,普通销售·业绩激励,提成,3960.00,5280.00,0.00") {
		t.Errorf("lines: %s", lines.Text)
	}
	operations.Get(path+"/export/everything/csv", http.StatusNotFound)
	auditor := site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	auditor.Get(path, http.StatusOK).Has("#people td: 陈思远")
	auditor.Get("/simulations", http.StatusOK).Lacks("a[href=/simulations/new]")
	auditor.Get("/simulations/new", http.StatusForbidden)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get(path, http.StatusForbidden).Lacks("main: 陈思远", "table")
	seller.Get("/simulations", http.StatusForbidden)
}

func TestASimulationThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	site, house, _ := withDraft(t)
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	strict, err := house.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(texts[2], "zero_quota: attainment_zero", "zero_quota: refuse", 1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.App.Simulations.Start(t.Context(), monthtest.Maker, simulation.Request{Name: "严格", First: monthtest.SmallMonth, Last: monthtest.SmallMonth,
		A: simulation.Candidate{Versions: []string{strict.ID}}}); err != nil {
		t.Fatal(err)
	}
	work(t, site, house)
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	list := operations.Get("/simulations", http.StatusOK)
	list.Has("main: 失败")
	operations.Get(list.Attribute("main table tbody a", "href"), http.StatusOK).Has("main: 模拟失败", "a[href=/simulations/new]")
	operations.Get("/simulations/nothing", http.StatusNotFound)
}

func TestWithoutPlansThereIsNothingToSimulate(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	site.As(t, 0, pagetest.Grant(access.RoleFinance)).Get("/simulations/new", http.StatusOK).Has("main: 还没有方案可以模拟", "main a[href=/plans]")
}
