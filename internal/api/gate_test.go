package api_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store/storetest"
)

// strictStandard stops moves, and takes a reason for proposals.
const strictStandard = `xiaoguan: sop/1
id: strict
name: {zh: 严, en: strict}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}]
stages:
  - {id: development, name: {zh: 开发, en: development}, role: seller, activities: [{id: development_done, name: {zh: 做完, en: done}}]}
  - {id: needs, name: {zh: 需求, en: needs}, role: seller, after: [development], activities: [{id: needs_done, name: {zh: 做完, en: done}}]}
  - id: proposal
    name: {zh: 方案, en: proposal}
    role: seller
    after: [needs]
    activities:
      - {id: need_recorded, name: {zh: 记需求, en: need recorded}}
      - {id: stage_entered, name: {zh: 进入阶段, en: stage entered}}
      - {id: proposal_drafted, name: {zh: 方案, en: proposal}}
      - {id: plan_created, name: {zh: 回款计划, en: plan}}
      - {id: lost, name: {zh: 丢单, en: lost}}
  - {id: contract, name: {zh: 签约, en: contract}, role: seller, after: [proposal], signing: true, activities: [{id: contract_done, name: {zh: 做完, en: done}}]}
  - {id: after_sales, name: {zh: 售后, en: after-sales}, role: seller, after: [contract], activities: [{id: after_sales_done, name: {zh: 做完, en: done}}]}
closing: [lost]
rules:
  - {id: need_first, name: {zh: 先记需求, en: Needs first}, stage: proposal, rule: precedence, of: need_recorded, with: proposal_drafted, level: reason}
  - {id: need_moved, name: {zh: 推进先记需求, en: Needs before a move}, stage: proposal, rule: precedence, of: need_recorded, with: stage_entered, level: reason}
  - {id: need_planned, name: {zh: 排期先记需求, en: Needs before a plan}, stage: proposal, rule: precedence, of: need_recorded, with: plan_created, level: block}
`

// govern puts a standard in force today.
func (b *bundle) govern(text string) {
	b.t.Helper()
	ctx := b.t.Context()
	writer := access.Actor{UserID: "w", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	v, err := b.services.Standards.Save(ctx, writer, standard.Draft{Text: text, EffectiveOn: calendar.DateOf(storetest.Start)})
	b.must(err)
	_, err = b.services.Standards.Submit(ctx, writer, v.ID, v.Tag())
	b.must(err)
	_, err = b.services.Standards.Approve(ctx, access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}, v.ID, "")
	b.must(err)
}

// TestTheStandardAnswersProgramsAsItAnswersPeople: what asks for a reason names the field, what blocks names the rule.
func TestTheStandardAnswersProgramsAsItAnswersPeople(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.govern(strictStandard)
	b.call(scenario{as: "p1", send: "POST /api/v1/opportunities", body: `{"name":"产线改造","customer":"C1","amount_minor":50000000,"currency":"CNY","expected_on":"2026-10-24"}`, status: 201})
	offer := `{"title":"报价","currency":"CNY","valid_until":"2026-10-24","lines":[{"text":"控制器","quantity":"1","list_minor":10000000,"tax_ppm":130000}]}`
	deal := `{"number":"HT-1","title":"合同","currency":"CNY","our_party":"青禾","their_party":"恒越","opportunity_id":1,` + offer[strings.Index(offer, `"lines"`):]
	for _, c := range []scenario{
		{name: "a move without a reason", as: "p1", send: "POST /api/v1/opportunities/1/stage", body: `{"stage":"needs"}`, status: 422, contains: []string{`excuse`, `rule:need_moved`}},
		{name: "a move with one", as: "p1", send: "POST /api/v1/opportunities/1/stage", body: `{"stage":"needs","excuse":"电话里说了"}`, status: 200},
		{name: "a quote", as: "p1", send: "POST /api/v1/opportunities/1/quotes", body: offer, status: 201},
		{name: "submitted without a reason", as: "p1", send: "POST /api/v1/quotes/1/submit", status: 422, contains: []string{`excuse`, `rule:need_first`}},
		{name: "submitted with one", as: "p1", send: "POST /api/v1/quotes/1/submit", body: `{"excuse":"客户只要价格"}`, status: 200, contains: []string{`"state":"waiting"`}},
		{name: "why it was done", as: "lead", send: "GET /api/v1/opportunities/1/events", status: 200, contains: []string{`"reason":"客户只要价格"`, `"activity":"exception_explained"`}},
		{name: "a contract", as: "p1", send: "POST /api/v1/contracts", body: deal, status: 201},
		{name: "a plan that is blocked", as: "p1", send: "PUT /api/v1/contracts/1/plan", body: `{"instalments":[{"name":"全款","due_on":"2026-10-30","amount_minor":10000000}],"excuse":"急"}`, status: 409, contains: []string{`rule:need_planned`}},
	} {
		b.call(c)
	}
}
