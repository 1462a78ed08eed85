package contract_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store/storetest"
)

// demanding is a standard that names every act of a contract and its money.
const demanding = `xiaoguan: sop/1
id: demanding
name: {zh: 严, en: strict}
hours: "09:00-18:00"
roles: [{id: seller, name: {zh: 销售, en: seller}}, {id: finance, name: {zh: 财务, en: finance}}]
stages:
  - {id: development, name: {zh: 开发, en: development}, role: seller, activities: [{id: development_done, name: {zh: 做完, en: done}}]}
  - {id: needs, name: {zh: 需求, en: needs}, role: seller, after: [development], activities: [{id: needs_done, name: {zh: 做完, en: done}}]}
  - {id: proposal, name: {zh: 方案, en: proposal}, role: seller, after: [needs], activities: [{id: proposal_done, name: {zh: 做完, en: done}}]}
  - id: contract
    name: {zh: 合同, en: contract}
    role: seller
    after: [proposal]
    signing: true
    activities:
      - {id: verified, name: {zh: 核实, en: verified}}
      - {id: invoiced, name: {zh: 开票, en: invoiced}}
      - {id: payment_reminded, name: {zh: 提醒, en: reminded}}
      - {id: contract_approved, name: {zh: 合同审批, en: approved}}
      - {id: signed, name: {zh: 签约, en: signed}}
      - {id: plan_created, name: {zh: 回款计划, en: plan}}
      - {id: receipt_reported, name: {zh: 报回款, en: reported}}
      - {id: receipt_confirmed, name: {zh: 到账, en: confirmed}}
      - {id: lost, name: {zh: 丢单, en: lost}}
  - {id: after_sales, name: {zh: 售后, en: after-sales}, role: seller, after: [contract], activities: [{id: after_sales_done, name: {zh: 做完, en: done}}]}
closing: [lost]
rules:
  - {id: verified_first, name: {zh: 先核实再批合同, en: Verified before a contract is approved}, stage: contract, rule: precedence, of: verified, with: contract_approved, level: block}
  - {id: reminded_first, name: {zh: 先提醒再排计划, en: Reminded before the plan}, stage: contract, rule: precedence, of: payment_reminded, with: plan_created, level: reason}
  - {id: invoiced_first, name: {zh: 先开票再报回款, en: Invoiced before money is reported}, stage: contract, rule: precedence, of: invoiced, with: receipt_reported, level: reason}
  - {id: invoiced_before, name: {zh: 先开票再确认到账, en: Invoiced before money is confirmed}, stage: contract, rule: precedence, of: invoiced, with: receipt_confirmed, level: block}
`

func (h *house) govern(text string) *standard.Service {
	h.t.Helper()
	ctx, ids := h.t.Context(), 0
	standards := standard.NewService(h.db.Standards(), func() string { ids++; return fmt.Sprintf("v-%d", ids) }, func() time.Time { return storetest.Start.Add(time.Hour) }, calendar.China)
	writer := access.Actor{UserID: "w", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	approver := access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	v, err := standards.Save(ctx, writer, standard.Draft{Text: text, EffectiveOn: today})
	h.must(err)
	_, err = standards.Submit(ctx, writer, v.ID, v.Tag())
	h.must(err)
	_, err = standards.Approve(ctx, approver, v.ID, "")
	h.must(err)
	h.work.WithGate(standards)
	return standards
}

func (h *house) wants(what string, err error, kind errs.Kind, field string) {
	h.t.Helper()
	h.refused(what, err, kind)
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Path == field }) {
		h.t.Errorf("%s: %v does not name %s", what, err, field)
	}
}

// TestTheStandardStandsBeforeContractsAndTheirMoney: the approval, the payment plan, what is reported and what is confirmed.
func TestTheStandardStandsBeforeContractsAndTheirMoney(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, lead, finance := h.t.Context(), h.actors["A"], h.actors["L"], h.actors["F"]
		standards := h.govern(demanding)
		o, err := h.work.Save(ctx, seller, opportunity.Entry{Name: "产线改造", Customer: "C1", AmountMinor: 90_000_00, Currency: money.CNY, ExpectedOn: today + 30})
		h.must(err)
		in := entry("HT-1")
		in.OpportunityID = o.ID
		c, err := h.Save(ctx, seller, in)
		h.must(err)
		c, err = h.Submit(ctx, seller, c.ID, c.Revision)
		h.must(err)
		_, err = h.approvals.Approve(ctx, lead, approval.Decision{ID: c.RequestID, Note: "同意"})
		h.wants("approved before it was verified", err, errs.KindConflict, "rule:verified_first")
		h.must(standards.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "verified"}))
		_, err = h.approvals.Approve(ctx, lead, approval.Decision{ID: c.RequestID})
		h.must(err)
		c, err = h.Sign(ctx, seller, contract.Sign{ID: c.ID, SignedOn: today})
		h.must(err)

		plan := contract.Plan{ID: c.ID, Instalments: []contract.PlanEntry{{Name: "全款", DueOn: today + 30, AmountMinor: c.AmountMinor}}}
		_, err = h.SetPlan(ctx, seller, plan)
		h.wants("a plan without a reminder", err, errs.KindInvalid, "excuse")
		d, err := h.Get(ctx, seller, c.ID)
		h.must(err)
		if len(d.Plan) != 0 {
			h.t.Errorf("a plan that was refused is kept: %v", d.Plan)
		}
		plan.Excuse = "一次付清"
		_, err = h.SetPlan(ctx, seller, plan)
		h.must(err)

		_, _, err = h.RecordDeal(ctx, finance, contract.Record{ID: c.ID})
		h.must(err)
		report := contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 40_000_00, Way: "transfer", Payer: "恒越精密"}
		_, err = h.Report(ctx, seller, report)
		h.wants("money before the invoice", err, errs.KindInvalid, "excuse")
		report.Excuse = "客户先付后票"
		reported, err := h.Report(ctx, seller, report)
		h.must(err)
		confirm := contract.Confirm{ID: reported.ID, Key: "B1", PaidOn: today, AmountMinor: 40_000_00, Excuse: "到账了"}
		_, _, err = h.Confirm(ctx, finance, confirm)
		h.wants("confirmed before the invoice", err, errs.KindConflict, "rule:invoiced_before")
		if d, err = h.Get(ctx, seller, c.ID); err != nil || d.Deal == nil || d.Deal.PaidMinor != 0 {
			h.t.Errorf("a payment that was refused is recorded: %+v, %v", d.Deal, err)
		}
		h.must(standards.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "invoiced"}))
		_, _, err = h.Confirm(ctx, finance, confirm)
		h.must(err)
	})
}

// TestAContractWithoutAnOpportunityHasNoCaseToJudge: it goes its way whatever the standard says.
func TestAContractWithoutAnOpportunityHasNoCaseToJudge(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		h.govern(demanding)
		in := entry("HT-2")
		in.Customer = "C1"
		c, err := h.Save(ctx, seller, in)
		h.must(err)
		c, err = h.Submit(ctx, seller, c.ID, c.Revision)
		h.must(err)
		_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: c.RequestID})
		h.must(err)
		_, err = h.Sign(ctx, seller, contract.Sign{ID: c.ID, SignedOn: today})
		h.must(err)
	})
}
