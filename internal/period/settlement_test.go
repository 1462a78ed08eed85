package period_test

import (
	"maps"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// balances adds the ledger up by account.
func balances(t *testing.T, h *monthtest.House) map[reward.Account]int64 {
	t.Helper()
	sums := map[reward.Account]int64{}
	page, err := h.Rewards.List(t.Context(), monthtest.Auditor, reward.Filter{Limit: reward.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		sums[e.Debit] += e.AmountMinor
		sums[e.Credit] -= e.AmountMinor
	}
	maps.DeleteFunc(sums, func(_ reward.Account, sum int64) bool { return sum == 0 })
	return sums
}

// TestAChainOfMonthsIsSettledAndPosted follows monthtest.Settling through two closed months: statements, ledger, pay files.
func TestAChainOfMonthsIsSettledAndPosted(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		a, d := h.Person(t, "A"), h.Person(t, "D")
		h.MustClose(t, month-1)
		expense := reward.ExpenseAccount("regular", "commission")
		want := map[reward.Account]int64{expense: 1_800_00, reward.HeldAccount(a): -1_200_00, reward.DrawAccount(a): 1_000_00, reward.PayableAccount(a): -1_000_00,
			reward.PayableAccount(d): -600_00}
		if got := balances(t, h); !maps.Equal(got, want) {
			t.Errorf("August: %v, want %v", got, want)
		}
		h.MustClose(t, month)
		want = map[reward.Account]int64{expense: 1_800_00 + 1_800_00 - 300_00, reward.PayableAccount(a): -3_000_00, reward.PayableAccount(d): -600_00,
			reward.CarriedAccount(d): 300_00}
		if got := balances(t, h); !maps.Equal(got, want) {
			t.Errorf("September: %v, want %v", got, want)
		}
		view, err := h.Payouts.Get(t.Context(), monthtest.Seller(a), month, a, "regular")
		if err != nil || view.Settled == nil || view.Settled.PaidFen != 2_000_00 || view.Statement.TotalFen != 1_800_00 {
			t.Fatalf("%+v, %v", view.Settled, err)
		}
		file, err := h.Periods.PayFile(t.Context(), monthtest.Approver, month, period.FormatCSV)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"1800.00,200.00,2000.00", "0.00,0.00,0.00"} {
			if !strings.Contains(string(file.Content), text) {
				t.Errorf("the pay file has no %s:\n%s", text, file.Content)
			}
		}
		v, err := h.Periods.Verify(t.Context(), monthtest.Auditor)
		if err != nil || v.Broken != nil || v.Seals != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(d), month+1, d)
		if err != nil || len(views) != 1 || views[0].Settled == nil || len(views[0].Settled.Closing) == 0 || views[0].Settled.Closing[0].Kind != settle.ItemNegative {
			t.Errorf("preview: %+v, %v", views, err)
		}
	})
}

// TestASettlementThatBeganWithOtherItemsIsNotClosed: September was calculated before August was closed.
func TestASettlementThatBeganWithOtherItemsIsNotClosed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustCalculate(t, month)
		h.MustApprove(t, month)
		h.MustClose(t, month-1)
		_, err := h.Periods.Close(t.Context(), monthtest.Closer, change)
		wantKind(t, "stale items", err, errs.KindConflict)
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: month, Reason: "期初变了"}); err != nil {
			t.Fatal(err)
		}
		h.MustClose(t, month)
		if got := balances(t, h)[reward.HeldAccount(h.Person(t, "A"))]; got != 0 {
			t.Errorf("still held: %d", got)
		}
	})
}

func TestVerifyFindsSettlementsChangedByHand(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustClose(t, month-1)
		h.MustClose(t, month)
		run := h.Get(t, month).CurrentRun
		if record := tampered(t, db, func(*store.Tx) error { return nil }); record != "" {
			t.Fatalf("untouched: %s", record)
		}
		for name, c := range map[string]struct{ statement, record string }{
			"what is paid":      {"UPDATE settlement SET paid_minor = paid_minor + 1 WHERE run_id = '" + run + "'", "settlement:2026-09/"},
			"what was earned":   {"UPDATE settlement SET earned_minor = earned_minor + 1 WHERE run_id = '" + run + "'", "run:" + run},
			"the opening items": {"UPDATE settlement SET opening_digest = '' WHERE run_id = '" + run + "'", "run:" + run},
			"the digest":        {"UPDATE settlement SET digest = 'x' WHERE run_id = '" + run + "'", "settlement:2026-09/"},
			"all of it":         {"DELETE FROM settlement WHERE run_id = '" + run + "'", "run:" + run},
		} {
			record := tampered(t, db, func(tx *store.Tx) error {
				_, err := monthtest.Exec(t.Context(), tx, c.statement)
				return err
			})
			if !strings.HasPrefix(record, c.record) {
				t.Errorf("%s: verification names %q, want %s…", name, record, c.record)
			}
		}
	})
}
