package retro_test

import (
	"errors"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// August is 1,000.00 · 7.1 = 7,100.00, of which 10 % are 710.00; September 500.00 · 7.1 + 2,000.00 = 5,550.00: 555.00. The rate of 1 August is then
// found to be 7.3: 7,300.00 and 730.00, 20.00 more for August.
func TestACorrectedRateIsALateFact(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenDollars(t, db)
		h.MustRate(t, "2026-08-01", "7.1")
		h.MustClose(t, august)
		if got := earned(t, h, august); got != 710_00 {
			t.Errorf("August earned %d", got)
		}
		if nothing := h.MustRetro(t, august); nothing.Deltas != 0 {
			t.Errorf("a retro of nothing finds %d", nothing.Deltas)
		}
		h.MustRate(t, "2026-08-01", "7.3")
		r := h.MustRetro(t, august)
		deltas := deltasOf(t, h, r)
		if len(deltas) != 1 || r.TotalMinor != 20_00 {
			t.Fatalf("%+v in all %d", deltas, r.TotalMinor)
		}
		cause := deltas[0].Causes[0]
		if cause.Kind != fact.KindExchangeRate || cause.How != payout.CauseCorrected || cause.Key != "USD/CNY middle" || cause.On != monthtest.Day("2026-08-01") {
			t.Errorf("the cause is %+v", cause)
		}
	})
}

// earned is what the month's run came to.
func earned(t *testing.T, h *monthtest.House, month calendar.Month) (minor int64) {
	t.Helper()
	err := h.DB.Read(t.Context(), func(tx *store.Tx) error {
		run, err := tx.Run(t.Context(), h.Get(t, month).CurrentRun)
		minor = run.TotalMinor
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return minor
}

// A month without a rate is not computed, and the run says why. With it, the month is computed, and what a payee sees now is what it pays.
func TestAMonthInTwoCurrenciesWaitsForItsRate(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenDollars(t, db)
		if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, period.Change{Month: september}); err != nil {
			t.Fatal(err)
		}
		err := h.Work(t.Context(), h.Periods)
		refusal, ok := errors.AsType[*errs.Error](err)
		if !ok || len(refusal.Fields) != 1 || refusal.Fields[0].Message.Key != "engine.rate_missing" || refusal.Fields[0].Message.Args["Deal"] != "D1" {
			t.Fatalf("refused with %v", err)
		}
		h.MustRate(t, "2026-09-01", "7.1")
		if h.MustCalculate(t, september); earned(t, h, september) != 555_00 {
			t.Errorf("September earned %d", earned(t, h, september))
		}
		a := h.Person(t, "A")
		views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(a), september, a)
		if err != nil || len(views) != 1 || views[0].Statement.TotalFen != 555_00 {
			t.Fatalf("%+v, %v", views, err)
		}
		if line := views[0].Statement.Credits[0]; line.Foreign == nil || line.Foreign.Rate != "7.1" || line.Foreign.RateOn != "2026-09-01" || line.PartFen != 3_550_00 {
			t.Errorf("the statement shows %+v", line)
		}
	})
}
