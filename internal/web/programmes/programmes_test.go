package programmes_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/tier"
)

func TestAGoalGoesFromDraftToActive(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, hr := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleHR))
	seller := site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
	seller.Get("/goals", http.StatusForbidden)
	ops.Get("/goals", http.StatusOK).Has("h1: 目标看板", "main: 还没有目标", "main form[action=/goals/shipped]")
	hr.Get("/goals", http.StatusOK).Lacks("main form[action=/goals/shipped]")
	ops.Post("/goals/shipped", nil, http.StatusOK).Has("#done", "main: 流程合规率提升40%", "main: 读法待定")
	hr.Post("/goals/shipped", nil, http.StatusForbidden)
	ops.Post("/goals", url.Values{"metric": {"people"}, "window": {"1"}, "horizon": {"6"}, "from": {"bald"}}, http.StatusUnprocessableEntity).Has("input[name=from].is-invalid")
	page := ops.Post("/goals", url.Values{"metric": {"people"}, "window": {"1"}, "horizon": {"6"}, "title": {"人<b>数"}, "owner": {"0"}}, http.StatusOK)
	page.Has("#done", "h1: 人", "#freeze", "#activate-missing")
	page.Lacks("h1 b", "form#ask")
	ops.Post("/goals/16/step", url.Values{"step": {"activate"}}, http.StatusConflict).Has("#failed")
	ops.Post("/goals/16/step", url.Values{"step": {"freeze"}}, http.StatusOK).Has("#done", "form#ask")
	ops.Post("/goals/16/target", url.Values{"kind": {"absolute"}, "amount": {"x"}}, http.StatusUnprocessableEntity).Has("form#ask input[name=amount].is-invalid")
	ops.Post("/goals/16/target", url.Values{"kind": {"absolute"}, "amount": {"12"}}, http.StatusOK).Has("#done", "main: 12")
	ops.Get("/goals/16/edit", http.StatusOK).Has("form#goal input[name=title]")
	hr.Get("/goals/16/edit", http.StatusForbidden)
	ops.Get("/goals/99", http.StatusNotFound)
	ops.Lang = "en"
	ops.Get("/goals/16", http.StatusOK).Has("main: Activate", "main: Baseline")
}

func TestAnInitiativeIsRunOnItsPage(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, finance := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	ops.Get("/initiatives", http.StatusOK).Has("h1: 改进举措", "main: 还没有举措")
	finance.Get("/initiatives/new", http.StatusForbidden)
	ops.Get("/initiatives/new?title=%E5%85%88%E5%AE%A1&problem=3", http.StatusOK).Has("form#start input[name=problems]")
	ops.Post("/initiatives", url.Values{"title": {""}, "problems": {"x"}}, http.StatusUnprocessableEntity).Has("form#start input[name=title]")
	ops.Post("/initiatives", url.Values{"title": {"方案先审后发"}, "problems": {"3", "4"}, "budget": {"50,000"}, "effort": {"12"}}, http.StatusOK).Has("#done", "h1: 方案先审后发", "main: 问题3", "main: 签字")
	finance.Get("/initiatives/1", http.StatusOK).Lacks("form#sign", "form#trial", "form#spending")
	finance.Post("/initiatives/1/act", url.Values{"act": {"advance"}}, http.StatusForbidden)
	ops.Post("/initiatives/1/act", url.Values{"act": {"advance"}}, http.StatusConflict).Has("#failed")
	for _, item := range []string{"0", "1", "2"} {
		ops.Post("/initiatives/1/act", url.Values{"act": {"tick"}, "value": {item}}, http.StatusOK).Has("#done")
	}
	ops.Post("/initiatives/1/act", url.Values{"act": {"sign"}, "text": {"可以"}}, http.StatusOK).Has("#gate-signed")
	ops.Post("/initiatives/1/act", url.Values{"act": {"advance"}}, http.StatusOK).Has("main: 关口：设计与试点")
	outline := url.Values{"title": {"方案先审后发"}, "horizon": {"short"}, "budget": {"50000"}, "owner": {"1"}, "milestones": {"2030-01-01 培训\n"}, "duties": {"培训与考核 R A I\n"}}
	ops.Post("/initiatives/1", outline, http.StatusUnprocessableEntity).Has("form#outline textarea[name=duties].is-invalid")
	outline.Set("duties", "培训与考核 R A I -")
	outline.Set("changed", "流程标准 /standards 第3版")
	ops.Post("/initiatives/1", outline, http.StatusOK).Has("#done", "main: 培训与考核", "main a[href=/standards]", "main: 2030-01-01")
	ops.Post("/initiatives/1/spending", url.Values{"amount": {"x"}, "on": {"2026-01-01"}, "note": {"讲师"}}, http.StatusUnprocessableEntity).Has("form#spending input[name=amount].is-invalid")
	ops.Post("/initiatives/1/spending", url.Values{"amount": {"800"}, "on": {"2026-01-01"}, "note": {"讲师"}}, http.StatusOK).Has("main: 讲师")
	ops.Post("/initiatives/1/effect", nil, http.StatusConflict).Has("#failed")
	ops.Post("/initiatives/1/trial", url.Values{"metric": {"collected"}, "pilot": {"1"}, "comparison": {"1"}, "from": {"2026-09"}, "before": {"12"}}, http.StatusUnprocessableEntity).Has("form#trial")
	ops.Post("/initiatives/1/trial", url.Values{"metric": {"collected"}, "pilot": {"1"}, "comparison": {"2"}, "from": {site.App.DB.Engine()}, "before": {"12"}}, http.StatusUnprocessableEntity)
	ops.Post("/initiatives/1/decision", url.Values{"outcome": {"keep"}, "due_on": {"2030-01-01"}}, http.StatusUnprocessableEntity).Has("form#decide textarea.is-invalid")
	ops.Post("/initiatives/1/decision", url.Values{"outcome": {"keep"}, "reason": {"好"}, "expected": {"更好"}, "learnt": {"带头"}, "rule": {"plan"}, "due_on": {"2030-01-01"}}, http.StatusOK).Has("#done", "main: 保留并固化", "main a[href=/decisions/1]", "main a: 去写下一版")
	nextRules(t, site, ops)
	ops.Get("/lessons?search=%E5%B8%A6%E5%A4%B4", http.StatusOK).Has("main: 方案先审后发", "main a[href=/initiatives/1]")
	ops.Get("/lessons?search=xyz", http.StatusOK).Has("main: 没有找到")
	ops.Lang = "en"
	ops.Get("/initiatives", http.StatusOK).Has("main: Keep")
}

// nextRules drafts a plan and a policy from the first decision, and looks at them from both sides.
func nextRules(t *testing.T, site *pagetest.Site, ops *pagetest.Visitor) {
	t.Helper()
	boss := site.As(t, 0, pagetest.Grant(access.RoleDirector))
	page := boss.Get("/initiatives/1", http.StatusOK)
	page.Has("#next-rules", "main: 有权起草的是：销售运营")
	page.Lacks("main a: 去写下一版", "#other-rules")
	boss.Get("/plans/new?decision=1", http.StatusForbidden)
	ops.Get("/plans/new?decision=99", http.StatusNotFound)
	all, err := site.App.Plans.List(t.Context(), monthtest.Maker)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(v planbook.Version) bool { return v.Kind == planbook.KindPlan })
	ops.Get("/plans/new?decision=1", http.StatusOK).Has("#origin: 由决策「方案先审后发」起草", "#origin: 出自改进举措", "main a[href=/plans/new?from="+all[at].ID+"&decision=1]")
	ops.Get("/plans/new?from="+all[at].ID+"&decision=1&mode=text", http.StatusOK).Has("#origin", "input[name=decision][value=1]", "textarea: from: "+(calendar.DateOf(pagetest.Morning).Month()+1).First().String())
	draft := url.Values{"text": {all[at].Text}, "act": {"save"}, "decision": {"1"}, "note": {"按回款发"}}
	page = ops.Post("/plans/new", draft, http.StatusOK)
	page.Has("#origin: 由决策", "#origin a[href=/decisions/1]")
	plan := page.Path
	policy := url.Values{"text": {string(tier.DefaultText())}, "from": {"2030-01-01"}, "decision": {"1"}}
	ops.Get("/tiers/policies/new?decision=1", http.StatusOK).Has("#origin", "form#policy input[name=decision]")
	page = ops.Post("/tiers/policies", policy, http.StatusOK)
	page.Has("#origin: 由决策「方案先审后发」起草")
	tiers, _, _ := strings.Cut(page.Path, "?")
	ops.Get("/standards/new?decision=1", http.StatusOK).Has("#origin", "form#draft input[name=decision]")
	ops.Get("/targets?decision=1", http.StatusOK).Has("#origin", "form#plan input[name=decision]")
	page = ops.Get("/decisions/1", http.StatusOK)
	page.Has("main a[href=/initiatives/1]", "main: 草案", "main a[href="+plan+"]", "main a[href="+tiers+"]", "#other-rules")
	page.Lacks("main a: 去写下一版")
	boss.Get("/decisions/1", http.StatusOK).Has("main a[href=" + plan + "]")
	ops.Lang = "en"
	ops.Get("/decisions/1", http.StatusOK).Has("#next-rules: Next versions of rules", "main: Draft")
	ops.Lang = ""
}

func TestRisksAreKeptAndLookedAt(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, auditor := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	ops.Get("/risks", http.StatusOK).Has("main: 还没有风险")
	ops.Post("/risks/shipped", nil, http.StatusOK).Has("#done", "main: 核心人员流失", "main: 风险矩阵")
	auditor.Get("/risks/1", http.StatusOK).Lacks("form#risk")
	auditor.Post("/risks/1", url.Values{"title": {"x"}}, http.StatusForbidden)
	ops.Get("/risks/new", http.StatusOK).Has("form#risk")
	ops.Post("/risks", url.Values{"title": {"x"}, "probability": {"3"}, "impact": {"3"}, "state": {"open"}, "metric": {"people"}, "side": {"below"}, "limit": {"x"}}, http.StatusUnprocessableEntity).Has("form#risk input[name=limit].is-invalid")
	ops.Post("/risks", url.Values{"title": {"人手不够"}, "probability": {"5"}, "impact": {"4"}, "state": {"open"}, "metric": {"people"}, "side": {"below"}, "limit": {"100"}}, http.StatusOK).Has("#done", "h1: 人手不够", "main: 信号出现")
	ops.Post("/risks/1", url.Values{"title": {"新流程推不动"}, "probability": {"2"}, "impact": {"2"}, "state": {"closed"}}, http.StatusOK).Has("main: 已关闭")
	ops.Get("/lessons/new", http.StatusOK)
	ops.Post("/lessons", url.Values{"title": {"x"}}, http.StatusUnprocessableEntity)
	ops.Post("/lessons", url.Values{"title": {"早会"}, "tried": {"每天早会"}, "learnt": {"太长没用"}}, http.StatusOK).Has("#done", "main: 早会")
	ops.Lang = "en"
	ops.Get("/risks/2", http.StatusOK).Has("main: Plan B")
}
