package intake_test

import (
	"testing"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestAnImportIsAppliedOnceAndUndone(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, r := b.applying(onePayment)
		b.want(i.ID, intake.StateApplying, "")
		if _, err := b.Apply(t.Context(), operator, i.ID, false); !errs.Is(err, errs.KindConflict) {
			t.Errorf("applied twice at once: %v", err)
		}
		b.must(b.carryOut(r))
		b.want(i.ID, intake.StateApplied, "")
		b.once(i.ID)
		_, err := b.Undo(t.Context(), operator, i.ID)
		b.must(err)
		b.want(i.ID, intake.StateUndone, "")
		if _, err := b.Undo(t.Context(), operator, i.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestANodeThatStopsLeavesTheImportToTheNext(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, r := b.applying(onePayment)
		if err := b.RunApply(b.stopping(errStopping), r); err == nil {
			t.Error("stopped, and yet done")
		}
		b.must(b.house.Finish(t.Context(), r, job.StateFailed, true)) // back into the queue
		b.want(i.ID, intake.StateApplying, "")
		b.must(b.carryOut(b.start(i)))
		b.want(i.ID, intake.StateApplied, "")
		b.once(i.ID)
	})
}

func TestACancelledImportCanBeAppliedAgain(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, r := b.applying(onePayment)
		if err := b.RunApply(b.stopping(job.ErrCancelled), r); err == nil {
			t.Error("cancelled, and yet done")
		}
		b.must(b.house.Finish(t.Context(), r, job.StateCancelled, false))
		b.want(i.ID, intake.StateFailed, "intake.cancelled")
		b.applied(i.ID)
	})
}

func TestAnImportWhoseJobEndedWithoutItCanBeAppliedAgain(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		// cancelled before it began
		first, err := b.receive(onePayment)
		b.must(err)
		first, err = b.Apply(t.Context(), operator, first.ID, false)
		b.must(err)
		b.must(b.house.DB.InTx(t.Context(), func(tx *store.Tx) error { return tx.AskJobCancel(t.Context(), first.JobID) }))
		b.want(first.ID, intake.StateFailed, "intake.cancelled")
		// given up, because every node died under it
		second, r := b.applying(onePayment)
		b.must(b.house.DB.InJobTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.FinishJob(t.Context(), store.Outcome{ID: second.JobID, Attempt: r.Job().Attempts, State: job.StateFailed, Failure: errs.Msg("job.node_died", errs.Args{"Starts": 20})})
			return err
		}))
		b.want(second.ID, intake.StateFailed, "job.node_died")
		b.must(b.SetMapping(t.Context(), operator, second.ID, second.Mapping, ""))
		b.want(second.ID, intake.StateReceived, "")
		b.applied(first.ID)
	})
}

func TestAStartThatWasTakenOverHasNoSay(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		// in the middle of the first start another node, which believes this one dead, carries the job out
		i, r := b.applying(onePayment)
		b.files.opened = func() {
			b.must(b.house.Finish(t.Context(), r, job.StateFailed, true))
			b.must(b.carryOut(b.start(i)))
		}
		b.must(b.RunApply(t.Context(), r))
		b.want(i.ID, intake.StateApplied, "")
		b.once(i.ID)
		// nor may it call an import failed that another node has applied
		_, err := b.Undo(t.Context(), operator, i.ID)
		b.must(err)
		b.must(b.RunApply(t.Context(), r))
		b.want(i.ID, intake.StateUndone, "")
	})
}

func TestFilesThatBelongToNoImportAreClearedAway(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, err := b.receive(onePayment)
		b.must(err)
		b.files.files["orphan"], b.files.written["orphan"] = map[string][]byte{"a.csv": nil}, storetest.Start
		removed, err := b.SweepFiles(t.Context(), storetest.Start.Add(intake.FilesQuiet-time.Nanosecond))
		b.must(err)
		if removed != 0 || len(b.files.files) != 2 {
			t.Errorf("files that may be coming in right now are gone: %v", b.files.files)
		}
		removed, err = b.SweepFiles(t.Context(), storetest.Start.Add(intake.FilesQuiet))
		b.must(err)
		if removed != 1 || b.files.files[i.ID] == nil || b.files.files["orphan"] != nil {
			t.Errorf("%d removed, left %v", removed, b.files.files)
		}
	})
}
