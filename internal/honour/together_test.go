package honour_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// paidBy adds up a month: the total of its pay file, what its ledger entries owe to payees in money, and what its statements say is paid.
func (o *office) paidBy(ctx context.Context) (file string, ledger, statements int64) {
	o.t.Helper()
	f, err := o.Periods.PayFile(ctx, monthtest.Approver, month, period.FormatCSV)
	if err != nil {
		o.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Content), "\ufeff"))).ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	last := rows[len(rows)-1]
	page, err := o.Rewards.List(ctx, monthtest.Approver, reward.Filter{Month: month, Limit: reward.LimitMax})
	if err != nil || page.Next != 0 {
		o.t.Fatal(page.Next, err)
	}
	for _, e := range page.Entries {
		if e.Currency == money.CNY && e.Credit == reward.PayableAccount(e.PersonID) {
			ledger += e.AmountMinor
		}
	}
	heads, err := o.Payouts.List(ctx, monthtest.Approver, payout.Filter{Month: month, Limit: payout.LimitMax})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, head := range heads.Heads {
		statements += head.PaidMinor
	}
	return last[len(last)-1], ledger, statements
}

// TestAllThatIsPaidBesidesTheRunAddsUp pays a late payment of a closed month, an adjustment and the cash of a title with one close: the pay
// file, the ledger and the statements agree to the fen, and points are in none of them.
func TestAllThatIsPaidBesidesTheRunAddsUp(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		o.MustClose(t, month-1)
		o.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "P-late", Deal: "D1", PaidOn: monthtest.Day("2026-08-30"), AmountMinor: 20_000_00, Currency: money.CNY})
			return err
		})
		if r, err := o.Retros.Post(ctx, monthtest.Maker, o.MustRetro(t, month-1).ID); err != nil || r.PaidIn != month {
			t.Fatalf("%+v, %v", r, err)
		}
		a, err := o.Adjustments.Propose(ctx, monthtest.Maker, adjustment.Draft{Person: "B", Month: month, PlanID: "core", AmountMinor: -123_45, Reason: "多发追回", Evidence: "纪要1号"})
		if err == nil {
			_, err = o.Adjustments.Approve(ctx, monthtest.Approver, a.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		award := o.announced(ctx)
		o.MustClose(t, month)
		file, ledger, statements := o.paidBy(ctx)
		if file != money.Format(ledger, money.CNY) || ledger != statements+8_000_00 {
			t.Errorf("the pay file pays %s, the ledger owes %s, statements say %s and the title brings 8000.00", file, money.Format(ledger, money.CNY), money.Format(statements, money.CNY))
		}
		added := map[string]int64{}
		for _, key := range []string{"A", "B"} {
			id := o.Person(t, key)
			view, err := o.Payouts.Get(ctx, monthtest.Seller(id), month, id, "")
			if err != nil || view.PaidMinor != view.TotalMinor+view.AddedMinor {
				t.Fatalf("%s: %+v, %v", key, view.Head, err)
			}
			added[key] = view.AddedMinor
		}
		if added["A"] != 300_00 || added["B"] != -123_45 || award.Points != 500 {
			t.Errorf("added %v, points %d", added, award.Points)
		}
		if v, err := o.Periods.Verify(ctx, monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
		if again := o.MustRetro(t, month-1, month); again.Deltas != 0 {
			t.Errorf("a second retro finds %d differences", again.Deltas)
		}
		if _, err := o.Periods.Close(ctx, monthtest.Closer, period.Change{Month: month}); err == nil {
			t.Error("closed twice")
		}
	})
}
