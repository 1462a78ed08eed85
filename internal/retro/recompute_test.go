package retro_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// recompute is what the engine gives for July and August with the facts of now, loaded for each month by itself.
func recompute(t *testing.T, tx *store.Tx, _ *monthtest.House) (map[string]int64, error) {
	t.Helper()
	sums := map[string]int64{}
	batch, err := tx.LatestBatch(t.Context())
	if err != nil {
		return nil, err
	}
	for _, month := range []calendar.Month{august - 1, august} {
		rules, err := planbook.ForMonth(t.Context(), tx, month)
		if err != nil {
			return nil, err
		}
		loaded, err := tx.LoadFacts(t.Context(), month, batch, money.CNY)
		if err != nil {
			return nil, err
		}
		result, err := engine.Run(engine.Input{Period: month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts})
		if err != nil {
			return nil, err
		}
		for _, p := range result.Payouts {
			if p.AmountFen != 0 {
				sums[fmt.Sprintf("%s/%d/%s/%s", month, loaded.PersonIDs[p.Person], rules.PlanVersions[p.Plan].DocumentID, rules.Plans[p.Plan].Components[p.Component].ID)] = p.AmountFen
			}
		}
	}
	return sums, nil
}

// interrupted is a store whose transactions fail from a number on, as long as it is told to.
type interrupted struct {
	retro.Store
	left int
}

func (s *interrupted) InTx(ctx context.Context, fn func(retro.Tx) error) error {
	if s.left--; s.left < 0 {
		return errs.New(errs.KindUnavailable, "store.unavailable", nil)
	}
	return s.Store.InTx(ctx, fn)
}

func TestAnInterruptedRetroGoesOnToTheSameResult(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		h.MustClose(t, september)
		pay(t, h, "P-late", "D1", "2026-08-30", 20_000)
		pay(t, h, "P-later", "D5", "2026-09-30", 30_000)
		whole := h.MustRetro(t, august, september)
		for left := range 3 { // before August is stored, before September is, before the end
			r, err := h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{august, september})
			if err != nil {
				t.Fatal(err)
			}
			broken := retro.NewService(&interrupted{db.RetroStore(), left}, monthtest.NewID(time.Now), money.Constantly(money.CNY))
			start, err := h.Start(t.Context(), r.JobID)
			if err != nil {
				t.Fatal(err)
			}
			if err := broken.RunCompute(t.Context(), start); !errs.Is(err, errs.KindUnavailable) {
				t.Fatalf("%d: %v", left, err)
			}
			if err := h.Finish(t.Context(), start, job.StateFailed, true); err != nil {
				t.Fatal(err)
			}
			if err := h.Work(t.Context(), h.Periods); err != nil {
				t.Fatal(err)
			}
			again, err := h.Retros.Get(t.Context(), monthtest.Maker, r.ID)
			if err != nil || again.State != retro.StateComputed || again.Deltas != whole.Deltas || again.TotalMinor != whole.TotalMinor || len(deltasOf(t, h, again)) != len(deltasOf(t, h, whole)) {
				t.Errorf("%d: %+v, want %+v, %v", left, again, whole, err)
			}
		}
	})
}

func TestACancelledRetroLetsTheNextBegin(t *testing.T) {
	t.Parallel()
	h := monthtest.Open(t, storetest.SQLite(t), monthtest.Small())
	h.MustClose(t, august)
	r, err := h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{august})
	if err != nil {
		t.Fatal(err)
	}
	start, err := h.Start(t.Context(), r.JobID)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(job.ErrCancelled)
	if err := h.Retros.RunCompute(ctx, start); !errors.Is(err, job.ErrCancelled) && err == nil {
		t.Fatal("it went on")
	}
	if err := h.Finish(t.Context(), start, job.StateCancelled, false); err != nil {
		t.Fatal(err)
	}
	if next := h.MustRetro(t, august); next.State != retro.StateComputed {
		t.Errorf("%+v", next)
	}
	if r, err = h.Retros.Get(t.Context(), monthtest.Maker, r.ID); err != nil || r.State != retro.StateCancelled {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = h.Retros.Get(t.Context(), access.Actor{}, r.ID)
	wantKind(t, "nobody", err, errs.KindUnauthenticated)
}

func changeOf(month calendar.Month) period.Change {
	return period.Change{Month: month, Reason: "补差"}
}
