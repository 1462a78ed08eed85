package payout_test

import (
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/solve"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// A is regular: 110,000 collected of 100,000 at 3 %, whole amount: times 1.2 below 120 %, 1.5 from there, and 2,000 from 110 %.
const (
	payOfA        = 3_960_00 + 2_000_00
	payOfAAt120   = 5_400_00 + 2_000_00
	payOfAAtLimit = 80_000_00 + 2_000_00
)

func TestWhatADealEarns(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		a, m1, e := h.Person(t, "A"), h.Person(t, "M1"), h.Person(t, "E")
		got, err := h.Payouts.DealEffect(t.Context(), monthtest.Seller(a), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1", AmountMinor: 10_000_00})
		if err != nil || got.BeforeMinor != payOfA || got.AfterMinor != payOfAAt120 || got.PaidBefore != payOfA || got.PaidAfter != payOfAAt120 || got.OpenMinor != 49_889_000_00 {
			t.Errorf("%+v, %v", got, err)
		}
		if len(got.Lines) != 2 || got.Lines[0].Component != "commission" || got.Lines[0].AfterMinor-got.Lines[0].BeforeMinor != 1_440_00 || got.Lines[1].AfterMinor != 2_000_00 {
			t.Errorf("%+v", got.Lines)
		}
		all, err := h.Payouts.DealEffect(t.Context(), monthtest.Seller(a), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1"})
		if err != nil || all.AmountMinor != all.OpenMinor || all.AfterMinor != payOfAAtLimit {
			t.Errorf("everything that is open: %+v, %v", all, err)
		}
		led, err := h.Payouts.DealEffect(t.Context(), monthtest.Lead(m1), payout.DealQuestion{Month: month, PersonID: m1, DealKey: "D1", AmountMinor: 10_000_00})
		if err != nil || led.AfterMinor-led.BeforeMinor != 100_00 {
			t.Errorf("what the leader gets: %+v, %v", led, err)
		}
		_, err = h.Payouts.DealEffect(t.Context(), monthtest.Seller(e), payout.DealQuestion{Month: month, PersonID: e, DealKey: "D1", AmountMinor: 1})
		wantKind(t, "a deal of others", err, errs.KindNotFound)
		_, err = h.Payouts.DealEffect(t.Context(), monthtest.Seller(e), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1", AmountMinor: 1})
		wantKind(t, "the pay of others", err, errs.KindForbidden)
		_, err = h.Payouts.DealEffect(t.Context(), monthtest.Seller(a), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1", AmountMinor: payout.ImaginedMost + 1})
		wantKind(t, "more than there is", err, errs.KindInvalid)
		if views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(a), month, a); err != nil || views[0].TotalMinor != payOfA {
			t.Errorf("what was imagined stays: %+v, %v", views, err)
		}
		h.MustClose(t, month)
		_, err = h.Payouts.DealEffect(t.Context(), monthtest.Seller(a), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1", AmountMinor: 1})
		wantKind(t, "a closed month", err, errs.KindConflict)
	})
}

func TestWhatIsNeededForAnAmountOfPay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		for _, c := range []struct {
			person, product string
			target          int64
			outcome         solve.Outcome
			need, pay       int64
			jumps, ofTeam   bool
		}{
			{"A", "", payOfA, solve.Already, 0, payOfA, false, false},
			{"A", "", payOfA + 36_00, solve.Reached, 1_000_00, payOfA + 36_00, false, false},
			{"A", "", payOfAAt120, solve.Reached, 10_000_00, payOfAAt120, true, false}, // 1,080.04 of it by the last yuan
			{"A", "PB", payOfA + 24_00, solve.Reached, 1_000_00, payOfA + 24_00, false, false},
			{"A", "", payOfAAtLimit + 1, solve.Limited, 1_667_778_00, payOfAAtLimit, false, false},
			{"M1", "", 1_900_00, solve.Reached, 50_000_00, 1_900_00, false, true}, // 1 % of what the team collects, 1,400 so far
			{"G", "", 1_00, solve.Limited, 0, 0, false, false},                    // whom no plan pays
		} {
			id := h.Person(t, c.person)
			got, err := h.Payouts.Needed(t.Context(), monthtest.Seller(id), payout.NeedQuestion{Month: month, PersonID: id, TargetMinor: c.target, Product: c.product})
			if err != nil || got.Outcome != c.outcome || got.NeedFen != c.need || got.PayFen != c.pay || got.Jumps != c.jumps || got.OfTeam != c.ofTeam {
				t.Errorf("%s for %d: %+v, %v", c.person, c.target, got, err)
			}
			if got.Effect.AfterMinor != got.PayFen || got.Effect.BeforeMinor != got.BeforeFen || got.Asked == 0 || len(got.Products) != 2 {
				t.Errorf("%s for %d: %+v", c.person, c.target, got.Effect)
			}
		}
		a, b := h.Person(t, "A"), h.Person(t, "B")
		for what, q := range map[string]payout.NeedQuestion{
			"nothing": {Month: month, PersonID: a}, "too much": {Month: month, PersonID: a, TargetMinor: payout.ImaginedMost + 1},
			"a product that nobody knows": {Month: month, PersonID: a, TargetMinor: 1, Product: "PX"},
		} {
			_, err := h.Payouts.Needed(t.Context(), monthtest.Seller(a), q)
			wantKind(t, what, err, errs.KindInvalid)
		}
		_, err := h.Payouts.Needed(t.Context(), monthtest.Seller(a), payout.NeedQuestion{Month: month, PersonID: b, TargetMinor: 1_00})
		wantKind(t, "the pay of others", err, errs.KindForbidden)
	})
}

// 100.00 dollars more at the rate of the month's last day, 7.2: 72.00 more pay. Of the deal, 20,000.00 less 1,500.00 are open. What would earn 1,000.00 is asked of
// a deal in yuan: 555.00 are earned, and 4,450.00 more bring the rest.
func TestWhatADealInDollarsEarns(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenDollars(t, db)
		h.MustRate(t, "2026-08-01", "7.1")
		h.MustRate(t, "2026-09-30", "7.2")
		a := h.Person(t, "A")
		got, err := h.Payouts.DealEffect(t.Context(), monthtest.Seller(a), payout.DealQuestion{Month: month, PersonID: a, DealKey: "D1", AmountMinor: 100_00})
		if err != nil || got.BeforeMinor != 555_00 || got.AfterMinor != 627_00 || got.OpenMinor != 18_500_00 {
			t.Errorf("%+v, %v", got, err)
		}
		need, err := h.Payouts.Needed(t.Context(), monthtest.Seller(a), payout.NeedQuestion{Month: month, PersonID: a, TargetMinor: 1_000_00})
		if err != nil || need.Outcome != solve.Reached || need.NeedFen != 4_450_00 {
			t.Errorf("%+v, %v", need, err)
		}
	})
}
