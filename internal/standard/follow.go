package standard

import (
	"context"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// Step judges what has come up since the last one: cases with new events, cases of which a deadline ran out, and, when the standard changed,
// the next of all cases. It is some transactions; what was done is not done again by whoever goes on. more says that there is more to do.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "standard.Step")
	w, err := s.waits(ctx)
	if err != nil || !w.waits {
		return false, err
	}
	if w.progress.Basis != w.basis {
		return true, s.begin(ctx)
	}
	if w.progress.Swept == 0 {
		if more, err = s.count(ctx, w.progress); err != nil || more {
			return more, err
		}
	}
	if more, err = s.stepOn(ctx); err != nil || w.progress.Swept == SweptAll {
		return more, err
	}
	swept, err := s.sweep(ctx)
	return more || swept, err
}

// begin notes that all cases are to be judged anew, since what they are judged by has changed.
func (s *Service) begin(ctx context.Context) error {
	return s.store.InTx(ctx, func(tx Tx) error {
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		p, err := tx.JudgeProgress(ctx)
		if err != nil || p.Basis == b.basis() {
			return err
		}
		p.Basis, p.Swept = b.basis(), 0
		return tx.SaveJudgeProgress(ctx, p)
	})
}

// count counts when events were written down whose cases are judged behind them in any case. They are read on a snapshot, so that those who
// write need not wait. more says that there may be more of them.
func (s *Service) count(ctx context.Context, p Progress) (more bool, err error) {
	var events []process.Event
	if err := s.store.Read(ctx, func(r Reader) error {
		events, err = r.EventsAfter(ctx, p.Seq, stepSeen)
		return err
	}); err != nil || len(events) == 0 {
		return false, err
	}
	return len(events) == stepSeen, s.store.InTx(ctx, func(tx Tx) error {
		now, err := tx.JudgeProgress(ctx)
		if err != nil || now != p { // somebody else did
			return err
		}
		now.Seq = events[len(events)-1].Seq
		return s.seen(ctx, tx, events, now)
	})
}

// stepOn judges the cases of new events and those of which a deadline ran out.
func (s *Service) stepOn(ctx context.Context) (more bool, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		p, err := tx.JudgeProgress(ctx)
		if err != nil {
			return err
		}
		events, err := tx.EventsAfter(ctx, p.Seq, stepEvents)
		if err != nil {
			return err
		}
		ids, err := tx.DueCases(ctx, b.now, stepDue)
		if err != nil {
			return err
		}
		more = len(events) == stepEvents || len(ids) == stepDue
		for i := range events {
			if p.Swept != 0 { // otherwise all cases are yet to be judged anew
				ids = append(ids, events[i].CaseID)
			}
		}
		slices.Sort(ids)
		if err := b.judgeAll(ctx, tx, slices.Compact(ids)); err != nil || len(events) == 0 {
			return err
		}
		p.Seq = events[len(events)-1].Seq
		return s.seen(ctx, tx, events, p)
	})
	return more, err
}

// seen counts when events were written down, and keeps how far they have been seen.
func (s *Service) seen(ctx context.Context, tx Tx, events []process.Event, p Progress) error {
	if err := tx.AddRecordings(ctx, recordingsOf(events)); err != nil {
		return err
	}
	return tx.SaveJudgeProgress(ctx, p)
}

// waiting is whether there is something to judge, and where judging stands.
type waiting struct {
	waits    bool
	progress Progress
	basis    string
}

// waits looks whether there is something to judge, without taking the database from those who write.
func (s *Service) waits(ctx context.Context) (w waiting, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		w.basis = b.basis()
		if w.progress, err = r.JudgeProgress(ctx); err != nil || w.progress.Basis != w.basis || w.progress.Swept != SweptAll {
			w.waits = true
			return err
		}
		last, err := r.LatestEvent(ctx)
		if err != nil || last > w.progress.Seq {
			w.waits = true
			return err
		}
		due, err := r.DueCases(ctx, b.now, 1)
		w.waits = len(due) > 0
		return err
	})
	return w, err
}

// CatchUp judges until nothing is left to do.
func (s *Service) CatchUp(ctx context.Context) error {
	for {
		if more, err := s.Step(ctx); err != nil || !more {
			return err
		}
	}
}
