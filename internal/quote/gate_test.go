package quote_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store/storetest"
)

// demanding is a standard that asks for something at every step of a quote.
const demanding = `xiaoguan: sop/1
id: demanding
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
      - {id: verified, name: {zh: 核实, en: verified}}
      - {id: decision_chain, name: {zh: 决策链, en: decision chain}}
      - {id: proposal_drafted, name: {zh: 方案, en: proposal}}
      - {id: manager_approved, name: {zh: 审批, en: approved}}
      - {id: proposal_sent, name: {zh: 发送, en: sent}}
      - {id: proposal_accepted, name: {zh: 接受, en: accepted}}
      - {id: lost, name: {zh: 丢单, en: lost}}
  - {id: contract, name: {zh: 签约, en: contract}, role: seller, after: [proposal], signing: true, activities: [{id: contract_done, name: {zh: 做完, en: done}}]}
  - {id: after_sales, name: {zh: 售后, en: after-sales}, role: seller, after: [contract], activities: [{id: after_sales_done, name: {zh: 做完, en: done}}]}
closing: [lost]
rules:
  - {id: need_first, name: {zh: 先记需求, en: Needs first}, stage: proposal, rule: precedence, of: need_recorded, with: proposal_drafted, level: block}
  - {id: verified_first, name: {zh: 先核实, en: Verified first}, stage: proposal, rule: precedence, of: verified, with: manager_approved, level: reason}
  - {id: chain_first, name: {zh: 先理清决策链, en: Decision chain first}, stage: proposal, rule: precedence, of: decision_chain, with: proposal_sent, level: block}
  - {id: chain_noted, name: {zh: 接受前理清决策链, en: Decision chain before an answer}, stage: proposal, rule: precedence, of: decision_chain, with: proposal_accepted, level: warn}
`

// govern puts a standard in force and lets it stand before opportunities and quotes.
func (h *house) govern(text string) *standard.Service {
	h.t.Helper()
	ctx, ids := h.t.Context(), 0
	now := func() time.Time { return storetest.Start.Add(time.Hour) }
	standards := standard.NewService(h.db.Standards(), func() string { ids++; return fmt.Sprintf("v-%d", ids) }, now, calendar.China)
	writer := access.Actor{UserID: "w", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	approver := access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	v, err := standards.Save(ctx, writer, standard.Draft{Text: text, EffectiveOn: today})
	h.must(err)
	_, err = standards.Submit(ctx, writer, v.ID, v.Tag())
	h.must(err)
	_, err = standards.Approve(ctx, approver, v.ID, "")
	h.must(err)
	h.WithGate(h.work.WithGate(standards))
	return standards
}

func paths(err error) (all []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			all = append(all, f.Path)
		}
	}
	return all
}

// TestTheStandardStandsBeforeEveryStepOfAQuote: what blocks is refused with what is missing, what asks for a reason takes one, what warns goes
// through; and nothing of what was refused has happened.
func TestTheStandardStandsBeforeEveryStepOfAQuote(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		standards := h.govern(demanding)
		o := h.opportunity()
		q, err := h.Save(ctx, seller, entry(o, 30_000))
		h.must(err)
		_, err = h.Submit(ctx, seller, q.ID, q.Revision)
		h.refused("a proposal before the need", err, errs.KindConflict)
		if got := paths(err); !slices.Equal(got, []string{"rule:need_first"}) {
			h.t.Errorf("objections at %v", got)
		}
		h.state(q.ID, quote.StateDraft)
		h.must(standards.RecordStep(ctx, seller, standard.Step{CaseID: o.ID, Activity: "need_recorded"}))
		q, err = h.Submit(ctx, seller, q.ID, q.Revision)
		h.must(err)

		_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: q.RequestID})
		h.refused("an approval that takes a reason", err, errs.KindInvalid)
		if got := paths(err); !slices.Contains(got, "note") || slices.Contains(got, "excuse") {
			h.t.Errorf("asked at %v, want it beside the signature", got)
		}
		h.state(q.ID, quote.StateWaiting)
		_, err = h.approvals.Approve(ctx, h.actors["L"], approval.Decision{ID: q.RequestID, Note: "老客户，不必核实"})
		h.must(err)

		send := quote.Send{ID: q.ID, On: today, To: "采购部", Way: "email", Excuse: "客户催得急"}
		_, err = h.Send(ctx, seller, send)
		h.refused("sent before the decision chain, whatever the reason", err, errs.KindConflict)
		h.state(q.ID, quote.StateApproved)
		_, err = standards.Exempt(ctx, h.actors["L"], standard.Exempting{CaseID: o.ID, RuleID: "chain_first", Reason: "采购一人说了算", UntilOn: calendar.Forever})
		h.must(err)
		_, err = h.Send(ctx, seller, send)
		h.must(err)
		_, err = h.Answer(ctx, seller, quote.Answer{ID: q.ID, Accepted: true, On: today})
		h.must(err)

		events, err := h.work.Events(ctx, seller, o.ID)
		h.must(err)
		var all []string
		for _, e := range events {
			all = append(all, string(e.Activity))
		}
		if want := []string{"opportunity_opened", "need_recorded", "proposal_drafted", "manager_approved", "exception_explained", "proposal_sent", "proposal_accepted"}; !slices.Equal(all, want) {
			h.t.Errorf("events %v, want %v", all, want)
		}
	})
}

// TestASellerSaysWhyAQuoteIsSubmittedAgainstARule: the reason becomes an event of the case, once, and it takes one.
func TestASellerSaysWhyAQuoteIsSubmittedAgainstARule(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller := h.t.Context(), h.actors["A"]
		h.govern(mustReplace(h, demanding, "with: proposal_drafted, level: block", "with: proposal_drafted, level: reason"))
		q, err := h.Save(ctx, seller, entry(h.opportunity(), 30_000))
		h.must(err)
		for _, excuse := range []string{"", "  "} {
			_, err = h.SubmitFor(ctx, seller, quote.Submitting{ID: q.ID, Excuse: excuse, Seen: q.Revision})
			h.refused("without a reason", err, errs.KindInvalid)
			if got := paths(err); !slices.Contains(got, "excuse") {
				h.t.Errorf("asked at %v", got)
			}
		}
		_, err = h.SubmitFor(ctx, h.actors["B"], quote.Submitting{ID: q.ID, Excuse: "急"})
		h.refused("somebody else's", err, errs.KindNotFound)
		q, err = h.SubmitFor(ctx, seller, quote.Submitting{ID: q.ID, Excuse: "客户只要价格", Seen: q.Revision})
		h.must(err)
		h.state(q.ID, quote.StateWaiting)
		events, err := h.work.Events(ctx, seller, q.OpportunityID)
		h.must(err)
		last := events[len(events)-1]
		if last.Activity != "exception_explained" || string(last.Data) != `{"reason":"客户只要价格","rules":["need_first"]}` || last.PersonID != seller.PersonID {
			h.t.Errorf("%s by %d: %s", last.Activity, last.PersonID, last.Data)
		}
	})
}

var _ quote.Gate = (*opportunity.Service)(nil)

func mustReplace(h *house, text, old, new string) string {
	h.t.Helper()
	if strings.Count(text, old) != 1 {
		h.t.Fatalf("the standard has no %q", old)
	}
	return strings.Replace(text, old, new, 1)
}
