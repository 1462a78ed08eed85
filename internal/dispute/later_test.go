package dispute_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestADeferredDisputeStandsBeforeALaterApproval: a dispute about August is deferred to September, which cannot be approved then as if
// there were none: it is deferred again, by the reason of the approval or by hand, or it is ruled.
func TestADeferredDisputeStandsBeforeALaterApproval(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, ctx := open(t, db), t.Context()
		august := month - 1
		h.publish(august)
		raise := func(cause dispute.Cause, n int) dispute.Dispute {
			lines, _, err := h.disputes.Lines(ctx, h.seller, august, "")
			if err != nil {
				t.Fatal(err)
			}
			d, err := h.disputes.Raise(ctx, h.seller, dispute.Raise{Month: august, Line: lines[n].Line, Cause: cause, Text: "少算一笔"})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d, e := raise(dispute.CauseOther, 0), raise(dispute.CauseWrongSplit, 1)
		if err := h.approve(august, "等客户回单"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Periods.Close(ctx, monthtest.Closer, period.Change{Month: august}); err != nil {
			t.Fatal(err)
		}
		late := raise(dispute.CauseRuleReading, 2) // about a closed month: it stands before no approval
		review, err := h.Periods.Review(ctx, finance, month, period.AgainstLastMonth)
		if err != nil || len(review.Disputes) != 2 || review.Disputes[0].ID == late.ID || review.Disputes[1].ID == late.ID {
			t.Fatalf("September sees %+v, %v", review.Disputes, err)
		}
		if err := h.approve(month, ""); !hasField(err, "reason", "dispute.reason_for_approval") {
			t.Errorf("September without a reason: %v", err)
		}
		if f, err := h.disputes.Defer(ctx, finance, d.ID, "客户十月对账"); err != nil || f.DeferredTo != month+1 {
			t.Fatalf("deferred again: %+v, %v", f.Dispute, err)
		}
		rules := dispute.RulesDefault
		rules.Approval = dispute.ApprovalRuled
		if _, err := h.disputes.SaveRules(ctx, monthtest.Admin, rules); err != nil {
			t.Fatal(err)
		}
		wantKey(t, h.approve(month, "先发"), errs.KindConflict, "dispute.rule_first")
		h.accept(e.ID)
		if err := h.approve(month, ""); err != nil {
			t.Errorf("September, when all are ruled or deferred: %v", err)
		}
		f, err := h.disputes.Get(ctx, finance, d.ID)
		if err != nil || f.DeferredTo != month+1 || !f.State.Open() {
			t.Errorf("%+v, %v", f.Dispute, err)
		}
	})
}

// publish takes a month to publication.
func (h *hall) publish(m calendar.Month) {
	h.t.Helper()
	h.MustCalculate(h.t, m)
	if _, err := h.Periods.Publish(h.t.Context(), monthtest.Publisher, period.Change{Month: m}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) approve(m calendar.Month, reason string) error {
	return second(h.Periods.Approve(h.t.Context(), finance, period.Change{Month: m, Reason: reason}))
}

// accept lets the three voices rule for the payee.
func (h *hall) accept(id string) {
	h.t.Helper()
	for _, v := range []struct {
		actor access.Actor
		voice dispute.Voice
	}{{h.lead, dispute.VoiceSales}, {finance, dispute.VoiceFinance}, {hr, dispute.VoiceHR}} {
		if _, err := h.speak(v.actor, id, v.voice, dispute.OutcomeAccepted); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestAnAdjustmentCorrectsOneDisputeOfItsPayee(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, ctx := open(t, db), t.Context()
		lines := h.lines()
		d, e := h.raise(lines[0].Line), h.raise(lines[1].Line)
		h.accept(d.ID)
		h.accept(e.ID)
		propose := func(person string) string {
			a, err := h.Adjustments.Propose(ctx, monthtest.Maker, adjustment.Draft{Person: person, Month: month, PlanID: "regular", AmountMinor: 100_00, Reason: "申诉成立", Evidence: "裁定"})
			if err != nil {
				t.Fatal(err)
			}
			return a.ID
		}
		own, other, ended := propose("A"), propose("E"), propose("A")
		if _, err := h.Adjustments.Withdraw(ctx, monthtest.Maker, ended, "重填"); err != nil {
			t.Fatal(err)
		}
		correct := func(id, reference string) error {
			return second(h.disputes.Correct(ctx, monthtest.Maker, id, dispute.Reference{Kind: dispute.RefAdjustment, ID: reference}))
		}
		for reference, key := range map[string]string{"made-up": "dispute.no_adjustment", other: "dispute.adjustment_other", ended: "dispute.adjustment_ended"} {
			if err := correct(d.ID, reference); !hasField(err, "reference", key) {
				t.Errorf("%s: %v, want %s", reference, err, key)
			}
		}
		if err := correct(d.ID, own); err != nil {
			t.Fatal(err)
		}
		if err := correct(d.ID, own); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		if err := correct(e.ID, own); !hasField(err, "reference", "dispute.adjustment_used") {
			t.Errorf("for a second dispute: %v", err)
		}
		if f, err := h.disputes.Get(ctx, h.seller, d.ID); err != nil || f.Correction.ID != own {
			t.Errorf("%+v, %v", f.Correction, err)
		}
	})
}
