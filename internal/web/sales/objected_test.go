package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/standard"
)

// strict asks for the need before a proposal; LEVEL is how hard.
const strict = `xiaoguan: sop/1
id: strict
name: {zh: 严, en: strict}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}, {id: manager, name: {zh: 经理, en: manager}}]
stages:
  - {id: development, name: {zh: 开发, en: development}, role: seller, activities: [{id: development_done, name: {zh: 做完, en: done}}]}
  - {id: needs, name: {zh: 需求, en: needs}, role: seller, after: [development], activities: [{id: needs_done, name: {zh: 做完, en: done}}]}
  - id: proposal
    name: {zh: 方案, en: proposal}
    role: seller
    after: [needs]
    activities:
      - {id: need_recorded, name: {zh: 记需求, en: need recorded}}
      - {id: proposal_drafted, name: {zh: 方案, en: proposal}}
      - {id: plan_created, name: {zh: 回款计划, en: plan}}
      - {id: lost, name: {zh: 丢单, en: lost}}
  - {id: contract, name: {zh: 签约, en: contract}, role: seller, after: [proposal], signing: true, activities: [{id: contract_done, name: {zh: 做完, en: done}}]}
  - {id: after_sales, name: {zh: 售后, en: after-sales}, role: seller, after: [contract], activities: [{id: after_sales_done, name: {zh: 做完, en: done}}]}
closing: [lost]
rules:
  - {id: need_first, name: {zh: 先记需求再出方案, en: Needs before a proposal}, stage: proposal, rule: precedence, of: need_recorded, with: proposal_drafted, level: LEVEL}
  - {id: need_planned, name: {zh: 先记需求再排回款, en: Needs before a plan}, stage: proposal, rule: precedence, of: need_recorded, with: plan_created, level: LEVEL}
`

// govern puts the strict standard in force.
func (s *site) govern(level string) {
	s.t.Helper()
	s.governBy(strings.ReplaceAll(strict, "LEVEL", level))
}

func (s *site) governBy(text string) {
	s.t.Helper()
	ctx := s.t.Context()
	writer := access.Actor{UserID: "w", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	day, err := calendar.ParseDate("2026-09-24")
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := s.rules.Save(ctx, writer, standard.Draft{Text: text, EffectiveOn: day})
	if err == nil {
		_, err = s.rules.Submit(ctx, writer, v.ID, v.Tag())
	}
	if err == nil {
		_, err = s.rules.Approve(ctx, access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}, v.ID, "")
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func manager() access.Actor {
	return access.Actor{UserID: "u-lead", Name: "主管", Session: "s", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
}

// TestAQuoteThatTheStandardBlocksSaysWhatIsMissing: in both languages, with the way to it; managers are led to the exemption.
func TestAQuoteThatTheStandardBlocksSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for lang, texts := range map[string][]string{"zh-CN": {"先记需求再出方案", "去补", "找主管豁免"}, "en": {"Needs before a proposal", "Mend", "exempt it"}} {
		s := newSite(t)
		s.govern("block")
		s.actor, s.lang = seller(1), lang
		s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
		s.post("/quotes", offering(), http.StatusSeeOther)
		page := s.post("/quotes/1/submit", url.Values{"seen": {"1"}, "excuse": {"急"}}, http.StatusConflict)
		s.wants(page, append(texts, `href="/opportunities/1?step=need_recorded#step"`)...)
		s.lacks(page, `id="excuse-form"`, "exempt=need_first")
		if found := duplicateIDs(page); len(found) > 0 {
			t.Errorf("ids twice: %v", found)
		}
		s.actor = manager()
		s.wants(s.post("/quotes/1/submit", url.Values{"seen": {"1"}}, http.StatusConflict), `href="/opportunities/1?exempt=need_first#exempt"`)
		s.actor = seller(1)
		s.wants(s.get("/opportunities/1?step=need_recorded"), `id="step-form"`)
		s.post("/opportunities/1/steps/need_recorded", nil, http.StatusSeeOther)
		s.post("/quotes/1/submit", url.Values{"seen": {"1"}}, http.StatusSeeOther)
	}
}

// TestAQuoteThatTakesAReasonAsksForIt: on its page, once, and goes on with it.
func TestAQuoteThatTakesAReasonAsksForIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.govern("reason")
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.post("/quotes", offering(), http.StatusSeeOther)
	s.lacks(s.get("/quotes/1"), `id="excuse-form"`)
	page := s.post("/quotes/1/submit", url.Values{"seen": {"1"}}, http.StatusUnprocessableEntity)
	s.wants(page, `id="excuse-form"`, `action="/quotes/1/submit"`, `name="excuse"`, "说明原因并提交", "先记需求再出方案")
	s.post("/quotes/1/submit", url.Values{"seen": {"1"}, "excuse": {"客户<b>只要价格"}}, http.StatusSeeOther)
	s.lacks(s.get("/opportunities/1"), "客户<b>只要价格")
}

// TestAPaymentPlanThatTakesAReasonAsksForIt: in its form, and nothing that was typed is lost.
func TestAPaymentPlanThatTakesAReasonAsksForIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.govern("reason")
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	agreed := agreeing()
	agreed.Set("opportunity", "1")
	s.post("/contracts", agreed, http.StatusSeeOther)
	plan := url.Values{"seen": {"1"}, "instalments.0.name": {"一次付清"}, "instalments.0.due_on": {"2026-10-30"}, "instalments.0.amount": {"100,000"}}
	page := s.post("/payment-plan/1", plan, http.StatusUnprocessableEntity)
	s.wants(page, `name="excuse"`, "一次付清", `href="/opportunities/1?step=need_recorded#step"`)
	plan.Set("excuse", "合同写明一次付清")
	s.post("/payment-plan/1", plan, http.StatusSeeOther)
	s.wants(s.get("/contracts/1"), "一次付清")
}

// TestAStepForOthersIsNotOfferedAndTheirNameIsSaid: on the page, behind a link to it, and when it is sent all the same.
func TestAStepForOthersIsNotOfferedAndTheirNameIsSaid(t *testing.T) {
	t.Parallel()
	for lang, who := range map[string]string{"zh-CN": "「记需求」只能由「经理」来记录", "en": "“need recorded” can only be recorded by: “manager”"} {
		s := newSite(t)
		s.governBy(strings.ReplaceAll(strict, "LEVEL", "log") + "  - {id: need_by, name: {zh: 主管记需求, en: Needs by managers}, stage: proposal, rule: each, of: need_recorded, by: [manager], level: log}\n")
		s.actor, s.lang = seller(1), lang
		s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
		page := s.get("/opportunities/1")
		s.wants(page, who, `href="/opportunities/1?step=contract_done#step"`)
		s.lacks(page, `href="/opportunities/1?step=need_recorded#step"`)
		asked := s.get("/opportunities/1?step=need_recorded")
		s.wants(asked, `id="step"`)
		s.lacks(asked, `action="/opportunities/1/steps/need_recorded"`)
		s.wants(s.post("/opportunities/1/steps/need_recorded", nil, http.StatusForbidden), who)
	}
}
