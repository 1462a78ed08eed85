package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
)

// observe reads what others did: jobs to cancel, and jobs that run elsewhere and are watched here. Being apart from maintain, it
// goes on while a bulk job holds SQLite's writer.
func (w *Worker) observe(ctx context.Context) error {
	node := w.nodeName()
	return w.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := tx.JobsToCancel(ctx, node)
		if err != nil {
			return err
		}
		for _, id := range ids {
			w.hub.Interrupt(id)
		}
		for _, id := range w.hub.watchedElsewhere() {
			j, err := tx.Job(ctx, id)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			w.hub.sawElsewhere(id, fmt.Sprint(j.State, j.Attempts, j.Progress))
		}
		return nil
	})
}

// maintain writes progress down, hands over jobs that another process has enqueued without a queue, and looks after dead nodes.
func (w *Worker) maintain(ctx context.Context) error {
	return errors.Join(w.keepHold(ctx), w.saveProgress(ctx), w.deliverWaiting(ctx), w.adoptOrphans(ctx))
}

// keepHold notices that the hold is lost: other nodes then believe this one dead, so its jobs are interrupted, and it goes on under
// a new name.
func (w *Worker) keepHold(ctx context.Context) error {
	w.mu.Lock()
	hold := w.hold
	w.mu.Unlock()
	err := hold.Alive(ctx)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	w.log.ErrorContext(ctx, "the hold on the database is lost, jobs are interrupted", slog.Any("error", err))
	w.hub.interruptAll(errLost)
	hold.Release()
	return w.takeHold(ctx)
}

// saveProgress gives up soon when the writer is busy: the next round has newer progress anyway.
func (w *Worker) saveProgress(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, max(w.config.Interval, 100*time.Millisecond))
	defer cancel()
	saved := map[*start]job.Progress{}
	for _, s := range w.hub.running() {
		if p, unsaved := s.unsaved(); unsaved {
			saved[s] = p
		}
	}
	if len(saved) == 0 {
		return nil
	}
	err := w.db.InJobTx(limited, func(tx *store.Tx) error {
		for s, p := range saved {
			if err := tx.SaveJobProgress(limited, s.job.ID, s.job.Attempts, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		if limited.Err() != nil {
			return nil
		}
		return err
	}
	for s, p := range saved {
		s.markSaved(p)
	}
	return nil
}

func (w *Worker) deliverWaiting(ctx context.Context) error {
	var waiting bool
	err := w.db.Read(ctx, func(tx *store.Tx) (err error) {
		waiting, err = tx.HasUndeliveredJobs(ctx)
		return err
	})
	if err != nil || !waiting {
		return err
	}
	return w.db.InJobTx(ctx, func(tx *store.Tx) error {
		_, err := tx.DeliverQueuedJobs(ctx, false)
		return err
	})
}

// lostMax is how many of the oldest jobs that wait are looked at for lost ones.
const lostMax = 100

// deliverLost hands jobs to the queue again that it has given to a node which died before it took them: their rows name no node whose
// death adoptOrphans could see. A node that is merely slow finds the job taken.
func (w *Worker) deliverLost(ctx context.Context) error {
	var waiting []store.QueuedJob
	err := w.db.Read(ctx, func(tx *store.Tx) (err error) {
		waiting, err = tx.QueuedJobs(ctx, lostMax)
		return err
	})
	if err != nil {
		return err
	}
	for _, q := range waiting {
		lost, err := w.queue.lost(ctx, q.Delivery, w.config.LostWait)
		if err != nil {
			return err
		}
		if !lost {
			continue
		}
		w.log.WarnContext(ctx, "a job went to a node that did not start it, it is handed over again", slog.String("job_id", q.ID))
		if err := w.db.InJobTx(ctx, func(tx *store.Tx) error { return tx.DeliverJobAgain(ctx, q) }); err != nil {
			return err
		}
	}
	return nil
}

// recover runs once before the start. It hands all queued jobs to the queue again, because the queue may have given some to a node
// that died before it took them.
func (w *Worker) recover(ctx context.Context) error {
	if err := w.adoptOrphans(ctx); err != nil {
		return err
	}
	return w.db.InJobTx(ctx, func(tx *store.Tx) error {
		_, err := tx.DeliverQueuedJobs(ctx, true)
		return err
	})
}

// adoptOrphans puts the jobs of dead nodes back into the queue.
func (w *Worker) adoptOrphans(ctx context.Context) error {
	var nodes []string
	err := w.db.Read(ctx, func(tx *store.Tx) (err error) {
		nodes, err = tx.NodesWithJobs(ctx)
		return err
	})
	if err != nil {
		return err
	}
	own := w.nodeName()
	for _, node := range nodes {
		if node == own {
			continue
		}
		if err := w.db.InJobTx(ctx, func(tx *store.Tx) error { return w.adopt(ctx, tx, node) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) adopt(ctx context.Context, tx *store.Tx, node string) error {
	if w.db.Postgres() != nil {
		gone, err := tx.NodeIsGone(ctx, node)
		if err != nil || !gone {
			return err
		}
	}
	jobs, err := tx.JobsOfNode(ctx, node)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		outcome := store.Outcome{ID: j.ID, Attempt: j.Attempts, Progress: j.Progress}
		switch {
		case j.CancelAsked:
			outcome.State = job.StateCancelled
		case j.Attempts >= startsMax:
			outcome.State, outcome.Failure = job.StateFailed, errs.Msg("job.node_died", errs.Args{"Starts": j.Attempts})
		}
		if outcome.State != "" {
			_, err = tx.FinishJob(ctx, outcome)
		} else {
			_, err = tx.RequeueJob(ctx, j.ID, j.Attempts, false, 0)
		}
		if err != nil {
			return err
		}
		w.log.WarnContext(ctx, "a node died under a job", slog.String("job_id", j.ID), slog.String("node", node), slog.Int("attempt", j.Attempts))
		tx.AfterCommit(func() { w.hub.signal(j.ID) })
	}
	return nil
}
