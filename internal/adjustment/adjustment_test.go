package adjustment_test

import (
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const (
	august    = monthtest.SmallMonth - 1
	september = monthtest.SmallMonth
)

var draft = adjustment.Draft{Person: "A", Month: september, PlanID: "regular", Component: "commission", AmountMinor: 2_000_00, Reason: "客户验收推迟，按会议决定补发", Evidence: "2026-09-20 会议纪要"}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func propose(t *testing.T, h *monthtest.House, in adjustment.Draft) adjustment.Adjustment {
	t.Helper()
	a, err := h.Adjustments.Propose(t.Context(), monthtest.Maker, in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAnAdjustmentIsPaidOnceApproved follows one from the asking to statement, ledger, pay file and verification.
func TestAnAdjustmentIsPaidOnceApproved(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		a := propose(t, h, draft)
		h.MustCalculate(t, september)
		if lines := monthtest.QueryInts(t, db, "SELECT amount_minor FROM run_addition"); len(lines) != 0 {
			t.Errorf("taken up before it was approved: %v", lines)
		}
		_, err := h.Adjustments.Approve(t.Context(), monthtest.Maker, a.ID)
		wantKind(t, "by somebody without the permission", err, errs.KindForbidden)
		if a, err = h.Adjustments.Approve(t.Context(), monthtest.Approver, a.ID); err != nil || a.PaidIn != september || a.DecidedBy != monthtest.Approver.UserID {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = h.Adjustments.Approve(t.Context(), monthtest.Closer, a.ID)
		wantKind(t, "approved twice", err, errs.KindConflict)
		_, err = h.Adjustments.Withdraw(t.Context(), monthtest.Maker, a.ID, "算了")
		wantKind(t, "withdrawn after approval", err, errs.KindConflict)
		h.MustApprove(t, september)
		_, err = h.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: september})
		wantKind(t, "calculated before it was approved", err, errs.KindConflict)
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: september, Reason: "有调整"}); err != nil {
			t.Fatal(err)
		}
		h.MustClose(t, september)
		person := h.Person(t, "A")
		view, err := h.Payouts.Get(t.Context(), monthtest.Seller(person), september, person, "")
		if err != nil || len(view.Additions) != 1 || view.AddedMinor != 2_000_00 || view.PaidMinor != view.TotalMinor+2_000_00 {
			t.Fatalf("%+v, %v", view, err)
		}
		if got := view.Additions[0]; got.Kind != payout.AdditionAdjustment || got.Reason != draft.Reason || got.MadeBy != monthtest.Maker.UserID || got.ApprovedBy != monthtest.Approver.UserID {
			t.Errorf("%+v", got)
		}
		page, err := h.Rewards.List(t.Context(), monthtest.Auditor, reward.Filter{Month: september})
		if err != nil || !slices.ContainsFunc(page.Entries, func(e reward.Entry) bool {
			return e.Key == "adjustment/"+a.ID && e.AmountMinor == 2_000_00 && e.Event() == reward.EventAdjustment && e.PersonID == person
		}) {
			t.Errorf("%+v, %v", page, err)
		}
		file, err := h.Periods.PayFile(t.Context(), monthtest.Approver, september, period.FormatCSV)
		if err != nil || !strings.Contains(string(file.Content), "手工调整") || !strings.Contains(string(file.Content), "2000.00") {
			t.Errorf("%s, %v", file.Content, err)
		}
		v, err := h.Periods.Verify(t.Context(), monthtest.Auditor)
		if err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v, err)
		}
		if n := len(monthtest.QueryTexts(t, db, "SELECT action FROM audit_entry WHERE action LIKE 'adjustment.%'")); n != 2 {
			t.Errorf("%d audited", n)
		}
	})
}

func TestAnAdjustmentOfAClosedMonthIsPaidInTheOpenOne(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		in := draft
		in.Month, in.Component, in.AmountMinor = august, "", -50_00
		a := propose(t, h, in)
		a, err := h.Adjustments.Approve(t.Context(), monthtest.Approver, a.ID)
		if err != nil || a.PaidIn != september || a.Component != payout.AdjustmentComponent {
			t.Fatalf("%+v, %v", a, err)
		}
		h.MustCalculate(t, september)
		h.MustApprove(t, september)
		late := in
		late.AmountMinor = 1
		b := propose(t, h, late)
		_, err = h.Adjustments.Approve(t.Context(), monthtest.Approver, b.ID)
		wantKind(t, "while the month is approved", err, errs.KindConflict)
		if _, err := h.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: september}); err != nil {
			t.Fatal(err)
		}
		v, err := h.Periods.Verify(t.Context(), monthtest.Auditor)
		if err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v, err)
		}
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := monthtest.Exec(t.Context(), tx, "UPDATE run_addition SET amount_minor = amount_minor + 1")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if v, err = h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken == nil {
			t.Errorf("a changed adjustment verifies: %+v, %v", v, err)
		}
	})
}

func TestWhatCannotBeAdjusted(t *testing.T) {
	t.Parallel()
	h := monthtest.Open(t, storetest.SQLite(t), monthtest.Small())
	for name, change := range map[string]func(*adjustment.Draft){
		"nobody": func(d *adjustment.Draft) { d.Person = "nobody" }, "no month": func(d *adjustment.Draft) { d.Month = 0 }, "another plan": func(d *adjustment.Draft) { d.PlanID = "no" },
		"another component": func(d *adjustment.Draft) { d.Component = "no" }, "nothing": func(d *adjustment.Draft) { d.AmountMinor = 0 },
		"no reason": func(d *adjustment.Draft) { d.Reason = " " }, "no evidence": func(d *adjustment.Draft) { d.Evidence = "" },
	} {
		in := draft
		change(&in)
		_, err := h.Adjustments.Propose(t.Context(), monthtest.Maker, in)
		wantKind(t, name, err, errs.KindInvalid)
	}
	own := monthtest.Maker
	own.PersonID = h.Person(t, "A")
	_, err := h.Adjustments.Propose(t.Context(), own, draft)
	wantKind(t, "one's own pay", err, errs.KindForbidden)
	for _, actor := range []access.Actor{monthtest.Seller(1), monthtest.Auditor, monthtest.Admin} {
		_, err := h.Adjustments.Propose(t.Context(), actor, draft)
		wantKind(t, actor.UserID, err, errs.KindForbidden)
	}
	a, err := h.Adjustments.Propose(t.Context(), monthtest.Approver, draft)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Adjustments.Approve(t.Context(), monthtest.Approver, a.ID)
	wantKind(t, "one's own proposal", err, errs.KindForbidden)
	_, err = h.Adjustments.Withdraw(t.Context(), monthtest.Maker, a.ID, "x")
	wantKind(t, "somebody else's proposal", err, errs.KindForbidden)
	_, err = h.Adjustments.Reject(t.Context(), monthtest.Closer, a.ID, "")
	wantKind(t, "without a reason", err, errs.KindInvalid)
	if a, err = h.Adjustments.Reject(t.Context(), monthtest.Closer, a.ID, "没有依据"); err != nil || a.State != adjustment.StateRejected || a.PaidIn != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	page, err := h.Adjustments.List(t.Context(), monthtest.Auditor, adjustment.Filter{State: adjustment.StateRejected, Search: "陈"})
	if err != nil || page.Count != 1 || page.Adjustments[0].Name != "陈思远" {
		t.Errorf("%+v, %v", page, err)
	}
	_, err = h.Adjustments.List(t.Context(), monthtest.Seller(1), adjustment.Filter{})
	wantKind(t, "a seller", err, errs.KindForbidden)
}

// TestAdjustmentsReachAsFarAsTheGrants: A is in the east, D in the south. Who has a role in the south alone neither sees nor decides what is for A.
func TestAdjustmentsReachAsFarAsTheGrants(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, ctx := monthtest.Open(t, db, monthtest.Small()), t.Context()
		south := monthtest.QueryInts(t, db, "SELECT id FROM region WHERE key = 'S' AND superseded_in = 9223372036854775807")[0]
		as := func(role access.Role) access.Actor {
			return access.Actor{UserID: "u-" + string(role), Grants: []access.Grant{{Role: role, Scope: access.ScopeRegion, RegionID: south}}}
		}
		near := draft
		near.Person = "D"
		eastern, southern := propose(t, h, draft), propose(t, h, near)
		for _, role := range []access.Role{access.RoleFinance, access.RoleHR, access.RoleOperations, access.RoleAuditor} {
			page, err := h.Adjustments.List(ctx, as(role), adjustment.Filter{})
			if err != nil || page.Count != 1 || len(page.Adjustments) != 1 || page.Adjustments[0].ID != southern.ID {
				t.Errorf("%s lists %+v, %v", role, page, err)
			}
			_, err = h.Adjustments.Get(ctx, as(role), eastern.ID)
			wantKind(t, string(role)+" opens the east's", err, errs.KindNotFound)
			if _, err := h.Adjustments.Get(ctx, as(role), southern.ID); err != nil {
				t.Errorf("%s opens the south's: %v", role, err)
			}
		}
		_, err := h.Adjustments.Propose(ctx, as(access.RoleFinance), draft)
		wantKind(t, "asks for the east", err, errs.KindInvalid)
		_, err = h.Adjustments.Approve(ctx, as(access.RoleFinance), eastern.ID)
		wantKind(t, "approves the east's", err, errs.KindNotFound)
		_, err = h.Adjustments.Reject(ctx, as(access.RoleHR), eastern.ID, "不同意")
		wantKind(t, "rejects the east's", err, errs.KindNotFound)
		if a, err := h.Adjustments.Get(ctx, monthtest.Approver, eastern.ID); err != nil || a.State != adjustment.StateProposed {
			t.Errorf("%+v, %v", a, err)
		}
		if _, err := h.Adjustments.Approve(ctx, as(access.RoleFinance), southern.ID); err != nil {
			t.Errorf("approves the south's: %v", err)
		}
	})
}
