package standard

import (
	"context"
	"slices"
	"sync"
	"time"
)

// When the standard changes, all cases are judged anew: a sweep. Cases are read and judged on snapshots, several portions at a time, while
// others write; then each portion is written in a short transaction of its own, in order, with how far the sweep has come. So whoever goes on
// after a crash begins behind the last portion that was written.
//
// Between snapshot and writing something may happen to a case. A portion to which anything happened is judged again where it is written, so a
// sweep comes to what judging one by one comes to.

const (
	sweepPortions = 16 // of one round: between rounds, what has come up meanwhile is judged
	sweepReaders  = 3  // that read and judge at a time
	portionLeast  = 250
	portionFirst  = 1000
	portionMost   = 16000
	// heldGoal is how long the writing of a portion may take; portions become smaller or larger by it.
	heldGoal = 300 * time.Millisecond
	// staleMax is how many events are looked at since a snapshot before a portion is judged again without looking.
	staleMax = 500
)

// portion is some cases one after the other, judged on a snapshot.
type portion struct {
	ids      []int64
	seen     int64 // the last event on the snapshot
	verdicts verdicts
	err      error
}

// sweep judges the next cases since the standard changed. more says that there are more, or that somebody else goes on.
func (s *Service) sweep(ctx context.Context) (more bool, err error) {
	size := s.portionSize()
	var p Progress
	var parts []*portion
	if err := s.store.Read(ctx, func(r Reader) error {
		if p, err = r.JudgeProgress(ctx); err != nil || p.Swept == SweptAll {
			return err
		}
		ids, err := r.CaseIDsAfter(ctx, p.Swept, size*sweepPortions)
		for some := range slices.Chunk(ids, size) {
			parts = append(parts, &portion{ids: some})
		}
		more = len(ids) == size*sweepPortions
		return err
	}); err != nil || p.Swept == SweptAll {
		return false, err
	}
	ctx, stop := context.WithCancel(ctx)
	ready, wait := s.judgePortions(ctx, parts)
	defer wait()
	defer stop()
	for i, part := range parts {
		select {
		case <-ready[i]:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if part.err != nil {
			return false, part.err
		}
		next := part.ids[len(part.ids)-1]
		if i == len(parts)-1 && !more {
			next = SweptAll
		}
		written, err := s.writePortion(ctx, part, p, next)
		if err != nil || !written {
			return !written, err
		}
		p.Swept, part.verdicts = next, verdicts{}
	}
	if len(parts) == 0 {
		_, err = s.writePortion(ctx, &portion{}, p, SweptAll)
	}
	return more, err
}

// judgePortions judges portions on snapshots, some at a time. A channel is closed when its portion is ready; wait ends when nobody reads any more.
func (s *Service) judgePortions(ctx context.Context, parts []*portion) (ready []chan struct{}, wait func()) {
	turns := make(chan int, len(parts))
	for i := range parts {
		ready = append(ready, make(chan struct{}))
		turns <- i
	}
	close(turns)
	var readers sync.WaitGroup
	for range min(sweepReaders, len(parts)) {
		readers.Go(func() {
			for i := range turns {
				parts[i].err = s.judgePortion(ctx, parts[i])
				close(ready[i])
			}
		})
	}
	return ready, readers.Wait
}

func (s *Service) judgePortion(ctx context.Context, part *portion) error {
	return s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		if part.seen, err = r.LatestEvent(ctx); err != nil {
			return err
		}
		part.verdicts, err = b.compare(ctx, r, part.ids)
		return err
	})
}

// writePortion keeps what a portion came to, if the sweep still is where it was. Otherwise somebody else goes on, and it is as if nothing had been done.
func (s *Service) writePortion(ctx context.Context, part *portion, at Progress, next int64) (written bool, err error) {
	from := s.now()
	err = s.store.InTx(ctx, func(tx Tx) error {
		written = false
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		p, err := tx.JudgeProgress(ctx)
		if err != nil || p != at || p.Basis != b.basis() {
			return err
		}
		stale, err := part.stale(ctx, tx)
		switch {
		case err != nil:
			return err
		case stale:
			err = b.judgeAll(ctx, tx, part.ids)
		default:
			err = part.verdicts.write(ctx, tx)
		}
		if err != nil {
			return err
		}
		p.Swept, written = next, true
		return tx.SaveJudgeProgress(ctx, p)
	})
	s.held(s.now().Sub(from), len(part.ids))
	return written, err
}

// stale reports whether anything happened to a case of the portion since its snapshot: an event, an exemption, or another judgement.
func (part *portion) stale(ctx context.Context, tx Tx) (bool, error) {
	if len(part.ids) == 0 {
		return false, nil
	}
	events, err := tx.EventsAfter(ctx, part.seen, staleMax)
	if err != nil || len(events) == staleMax {
		return true, err
	}
	for i := range events {
		if _, found := slices.BinarySearch(part.ids, events[i].CaseID); found {
			return true, nil
		}
	}
	v := &part.verdicts
	exempt, err := tx.Exemptions(ctx, part.ids)
	if err != nil || !slices.EqualFunc(exempt, v.exempt, func(a, b Exemption) bool { return a.ID == b.ID && a.EndedBy == b.EndedBy }) {
		return true, err
	}
	kept, err := tx.Judgements(ctx, v.touched())
	if err != nil || len(kept) != len(v.before) {
		return true, err
	}
	return slices.ContainsFunc(kept, func(k Kept) bool {
		known := v.before[k.CaseID]
		return known.VersionID != k.VersionID || !known.sameAs(k)
	}), nil
}

// touched are the cases whose judgement is written.
func (v *verdicts) touched() (ids []int64) {
	for _, k := range v.changed {
		ids = append(ids, k.CaseID)
	}
	for _, moved := range v.moved {
		ids = append(ids, moved...)
	}
	slices.Sort(ids)
	return ids
}

// portionSize is how many cases the next portions have.
func (s *Service) portionSize() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.portion == 0 {
		s.portion = portionFirst
	}
	return s.portion
}

// held learns from how long writing a portion kept others from writing.
func (s *Service) held(took time.Duration, cases int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case cases < s.portion: // the last of all says little
	case took > heldGoal:
		s.portion = max(portionLeast, s.portion*2/3)
	case took < heldGoal/2:
		s.portion = min(portionMost, s.portion*5/4)
	}
}
