package period_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// interrupted is a store in which something happens at the insertion of statements number at (0, 1, 2 …), once.
type interrupted struct {
	period.Store
	at, seen int
	happen   func() error
}

func (s *interrupted) InTx(ctx context.Context, fn func(period.Tx) error) error {
	return s.Store.InTx(ctx, func(tx period.Tx) error { return fn(&interruptedTx{tx, s}) })
}

type interruptedTx struct {
	period.Tx
	store *interrupted
}

func (tx *interruptedTx) InsertStatements(ctx context.Context, runID string, first int64, built []payout.Built) error {
	if err := tx.Tx.InsertStatements(ctx, runID, first, built); err != nil {
		return err
	}
	tx.store.seen++
	if tx.store.seen == tx.store.at+1 {
		return tx.store.happen()
	}
	return nil
}

// portions is how many transactions store the statements of Small two by two.
const portions = 4

func latest(t *testing.T, h *monthtest.House) payout.Run {
	t.Helper()
	runs, err := h.Periods.Runs(t.Context(), monthtest.Maker, month)
	if err != nil || len(runs) == 0 {
		t.Fatal(runs, err)
	}
	return runs[0]
}

func TestAnInterruptedRunGoesOnToTheSameResult(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		whole := latest(t, h)
		for at := range portions {
			for name, interruption := range map[string]func(cancel context.CancelCauseFunc) func() error{
				"the database is gone": func(context.CancelCauseFunc) func() error {
					return func() error { return errs.New(errs.KindUnavailable, "store.unavailable", nil) }
				},
				"the node stops": func(cancel context.CancelCauseFunc) func() error {
					return func() error { cancel(errors.New("the node stops")); return nil }
				},
			} {
				ctx, cancel := context.WithCancelCause(t.Context())
				s := &interrupted{Store: db.Periods(), at: at, happen: interruption(cancel)}
				periods := monthtest.NewPeriods(s, time.Now)
				periods.StoreBy(2)
				if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
					t.Fatal(err)
				}
				ids, _ := h.Queued(t.Context())
				start, err := h.Start(t.Context(), ids[0])
				if err != nil {
					t.Fatal(err)
				}
				if err := periods.RunCalculate(ctx, start); err == nil {
					t.Fatalf("%s at %d: no error", name, at)
				}
				// then: nothing of it is to be seen, and the month is where it was
				if p := h.Get(t, month); p.State != period.StateCalculating || p.RunningRun == "" {
					t.Fatalf("%s at %d: %+v", name, at, p)
				}
				if r := latest(t, h); r.State != payout.RunRunning || r.Statements > int64(2*at+2) || r.Digest != "" {
					t.Errorf("%s at %d: %+v", name, at, r)
				}
				if err := h.Finish(t.Context(), start, "", true); err != nil {
					t.Fatal(err)
				}
				h.Periods.StoreBy(3) // a newer version may store by other portions
				if err := h.Work(t.Context(), h.Periods); err != nil {
					t.Fatalf("%s at %d: %v", name, at, err)
				}
				r := latest(t, h)
				if r.State != payout.RunComplete || r.Digest != whole.Digest || r.TotalMinor != whole.TotalMinor || r.Statements != whole.Statements {
					t.Errorf("%s at %d: got %+v, want %+v", name, at, r, whole)
				}
				cancel(nil)
			}
		}
		counts := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM statement GROUP BY run_id")
		for _, n := range counts {
			if n != whole.Payees {
				t.Errorf("statements by run: %v", counts)
			}
		}
	})
}

func TestAFactThatComesDuringARunBelongsToTheNext(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		small := monthtest.Small()
		h := monthtest.Open(t, db, small)
		h.MustCalculate(t, month)
		whole := latest(t, h)
		if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
			t.Fatal(err)
		}
		h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			// the correction moves rows that the run reads, so that it gets them in another order
			for _, key := range []string{"4", "6", "8"} {
				p := small.Payments[slices.IndexFunc(small.Payments, func(p fact.PaymentRecord) bool { return p.Key == key })]
				p.PaidOn++
				if _, err := w.PutPayment(ctx, p); err != nil {
					return err
				}
			}
			_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "99", Deal: "D3", PaidOn: monthtest.Day("2026-09-20"), AmountMinor: 1_000_00, Currency: "CNY"})
			return err
		})
		if err := h.Work(t.Context(), h.Periods); err != nil {
			t.Fatal(err)
		}
		if r := latest(t, h); r.Digest != whole.Digest {
			t.Error("the run saw a fact that was recorded after it began")
		}
		h.MustCalculate(t, month)
		if r := latest(t, h); r.TotalMinor-whole.TotalMinor != 1_500+1_000 {
			t.Errorf("the next run differs by %d", r.TotalMinor-whole.TotalMinor)
		}
	})
}

func TestARunThatFailsLeavesTheOldResult(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		category := func(c string) func(context.Context, fact.Writer) error {
			return func(ctx context.Context, w fact.Writer) error {
				_, err := w.PutProduct(ctx, fact.ProductRecord{Key: "PA", Name: "伺服", Category: c})
				return err
			}
		}
		fail := func(then period.State) period.Period {
			t.Helper()
			h.MustRecord(t, category("Z")) // which no rate table has
			if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
				t.Fatal(err)
			}
			wantKind(t, "a product without a rate", h.Work(t.Context(), h.Periods), errs.KindInvalid)
			if r := latest(t, h); r.State != payout.RunFailed || r.Failure.Key == "" || r.FinishedAt.IsZero() {
				t.Errorf("%+v", r)
			}
			p := h.Get(t, month)
			if p.State != then || p.RunningRun != "" {
				t.Errorf("%+v, want %s", p, then)
			}
			h.MustRecord(t, category("A"))
			return p
		}
		fail(period.StateOpen)
		first := h.MustCalculate(t, month)
		if after := fail(period.StateReview); after.CurrentRun != first.CurrentRun {
			t.Error("the old result is gone")
		}
		if p := h.MustCalculate(t, month); p.CurrentRun == first.CurrentRun {
			t.Error("no new result")
		}
	})
}

func TestACancelledRunEnds(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		ctx, cancel := context.WithCancelCause(t.Context())
		s := &interrupted{Store: db.Periods(), at: 1, happen: func() error { cancel(job.ErrCancelled); return nil }}
		periods := monthtest.NewPeriods(s, time.Now)
		periods.StoreBy(2)
		if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
			t.Fatal(err)
		}
		ids, _ := h.Queued(t.Context())
		start, err := h.Start(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := periods.RunCalculate(ctx, start); err == nil {
			t.Fatal("a cancelled run reports success")
		}
		if r, p := latest(t, h), h.Get(t, month); r.State != payout.RunCancelled || p.State != period.StateOpen || p.RunningRun != "" {
			t.Errorf("run %+v, month %+v", r, p)
		}
		if err := h.Finish(t.Context(), start, job.StateCancelled, false); err != nil {
			t.Fatal(err)
		}
		h.MustCalculate(t, month)
	})
}

func TestAMonthWhoseJobEndedWithoutItCanBeCalculatedAgain(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		for name, end := range map[string]func(id string) error{
			"cancelled while it waited": func(id string) error {
				return db.InTx(t.Context(), func(tx *store.Tx) error { return tx.AskJobCancel(t.Context(), id) })
			},
			"given up after it broke node after node": func(id string) error {
				start, err := h.Start(t.Context(), id)
				if err != nil {
					return err
				}
				return h.Finish(t.Context(), start, job.StateFailed, false)
			},
		} {
			if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
				t.Fatal(err)
			}
			stuck := h.Get(t, month).RunningRun
			ids, _ := h.Queued(t.Context())
			if err := end(ids[0]); err != nil {
				t.Fatal(err)
			}
			p := h.MustCalculate(t, month)
			if p.State != period.StateReview || p.CurrentRun == stuck {
				t.Errorf("%s: %+v", name, p)
			}
			runs, _ := h.Periods.Runs(t.Context(), monthtest.Maker, month)
			if runs[1].ID != stuck || runs[1].State == payout.RunRunning || runs[1].State == payout.RunComplete {
				t.Errorf("%s: the run that was stuck is %+v", name, runs[1])
			}
		}
	})
}

func TestAStartThatWasTakenOverHasNoSay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		if _, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change); err != nil {
			t.Fatal(err)
		}
		ids, _ := h.Queued(t.Context())
		lost, err := h.Start(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Finish(t.Context(), lost, "", true); err != nil { // another node takes it for dead
			t.Fatal(err)
		}
		second, err := h.Start(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "the start that was lost", h.Periods.RunCalculate(t.Context(), lost), errs.KindConflict)
		if r, p := latest(t, h), h.Get(t, month); r.State != payout.RunRunning || p.State != period.StateCalculating {
			t.Fatalf("it ended the run of the other: %+v, %+v", r, p)
		}
		if err := h.Periods.RunCalculate(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if p := h.Get(t, month); p.State != period.StateReview || second.Result == nil || len(second.Stages) == 0 {
			t.Errorf("%+v, %+v", p, second)
		}
		if err := h.Periods.RunCalculate(t.Context(), second); err != nil {
			t.Errorf("delivered once more after the end: %v", err)
		}
	})
}
