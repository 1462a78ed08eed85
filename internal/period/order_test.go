package period_test

import (
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// refusedWith is the key by which a month cannot be closed.
func refusedWith(t *testing.T, h *monthtest.House, in period.Change) string {
	t.Helper()
	h.MustCalculate(t, in.Month)
	h.MustApprove(t, in.Month)
	_, err := h.Periods.Close(t.Context(), monthtest.Closer, in)
	refusal, ok := errors.AsType[*errs.Error](err)
	if !ok || refusal.Kind != errs.KindConflict {
		t.Fatalf("%s: %v", in.Month, err)
	}
	return refusal.Message.Key
}

// TestMonthsThatSettleAreClosedInOrder: August holds 1,200.00 of A's, which September releases. October, closed before September, would release them, too; and
// what September then leaves open would reach no month.
func TestMonthsThatSettleAreClosedInOrder(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC), func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustClose(t, month-1)
		if key := refusedWith(t, h, period.Change{Month: month + 1}); key != "period.earlier_open" {
			t.Errorf("October before September: %s", key)
		}
		h.MustClose(t, month)
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: month + 1, Reason: "重算"}); err != nil {
			t.Fatal(err)
		}
		h.MustClose(t, month+1)
	})
}

// TestAMonthIsNotSettledAfterALaterOne: nothing was closed before September. August is not settled any more: September began without what August holds.
func TestAMonthIsNotSettledAfterALaterOne(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustClose(t, month)
		if key := refusedWith(t, h, period.Change{Month: month - 1}); key != "period.later_closed" {
			t.Errorf("August after September: %s", key)
		}
	})
}

// TestWhatARevokedTitleLeavesOpenIsToldInTheOrderOfCloses: under plans that settle nothing September may be closed before August. Of 1,000,000.00 to be taken back each
// takes what it pays A; what September leaves open does not have August's part in it, and August leaves less.
func TestWhatARevokedTitleLeavesOpenIsToldInTheOrderOfCloses(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		a := h.Person(t, "A")
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			return tx.InsertGrant(t.Context(), reward.Grant{Key: "revoked/x", PersonID: a, Component: "star", Name: plan.Text{Zh: "销售之星", En: "Star"}, AmountMinor: -1_000_000_00,
				Currency: money.CNY, Source: "x", GrantedAt: tx.Now()})
		}); err != nil {
			t.Fatal(err)
		}
		h.MustClose(t, month)
		h.MustClose(t, month-1)
		var all []payout.Honour
		if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
			all, err = tx.HonoursOf(t.Context(), a)
			return err
		}); err != nil || len(all) != 2 {
			t.Fatalf("%+v, %v", all, err)
		}
		open := int64(1_000_000_00)
		for i, m := range []int{0, -1} {
			if open += all[i].PaidMinor; all[i].PaidMinor >= 0 || all[i].OpenMinor != open || int(all[i].Month-month) != m {
				t.Errorf("%+v, want %d open", all[i], open)
			}
		}
	})
}
