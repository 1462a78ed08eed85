package store

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// This file is the bookkeeping of package worker. Each statement checks the row that it changes, so its transactions need no more
// than DB.InJobTx.

// InJobTx is InTx for the bookkeeping of jobs: on PostgreSQL it does not detect conflicts of reads with writes, which nodes that
// start and finish jobs side by side would have all the time.
func (db *DB) InJobTx(ctx context.Context, fn func(*Tx) error) error {
	return db.inTx(ctx, guarded, fn)
}

// SetJobDelivery remembers the row of the queue that stands for the job.
func (tx *Tx) SetJobDelivery(ctx context.Context, id string, delivery int64) error {
	_, err := tx.exec(ctx, "UPDATE job SET delivery = $2 WHERE id = $1", id, delivery)
	return err
}

// StartJob takes a queued job for the node. It reports false when there is nothing to start: another node was faster, or the job
// is cancelled. So it does no harm to deliver a job twice.
func (tx *Tx) StartJob(ctx context.Context, id, node string) (j job.Job, ok bool, err error) {
	started, err := collect(ctx, tx, scanJob, `UPDATE job SET state = 'running', node = $2, attempts = attempts + 1, not_before = '',
			started_at = CASE WHEN started_at = '' THEN $3 ELSE started_at END
		WHERE id = $1 AND state = 'queued' RETURNING `+jobColumns, id, node, instant(tx.Now()))
	if err != nil || len(started) == 0 {
		return job.Job{}, false, err
	}
	return started[0], true, nil
}

// Outcome is how one start of a job ended.
type Outcome struct {
	ID       string
	Attempt  int
	State    job.State
	Progress job.Progress
	Result   json.RawMessage
	Failure  errs.Message
}

// FinishJob records the outcome. It reports false, and changes nothing, when the start is not the current one any more.
func (tx *Tx) FinishJob(ctx context.Context, o Outcome) (bool, error) {
	failure := ""
	if o.Failure.Key != "" {
		text, err := json.Marshal(o.Failure)
		if err != nil {
			return false, err
		}
		failure = string(text)
	}
	n, err := tx.exec(ctx, `UPDATE job SET state = $3, stage = $4, done = $5, total = $6, result = $7, failure = $8, finished_at = $9,
			node = ''
		WHERE id = $1 AND attempts = $2 AND state = 'running'`,
		o.ID, o.Attempt, string(o.State), o.Progress.Stage, o.Progress.Done, o.Progress.Total, string(o.Result), failure, instant(tx.Now()))
	return n == 1, err
}

// RequeueJob puts a start back into the queue, after a failure (which counts, and may wait) or an interruption. It reports false,
// and changes nothing, when the start is not the current one any more.
func (tx *Tx) RequeueJob(ctx context.Context, id string, attempt int, failed bool, delay time.Duration) (bool, error) {
	failures, notBefore := 0, ""
	if failed {
		failures, notBefore = 1, instant(tx.Now().Add(delay))
	}
	n, err := tx.exec(ctx, `UPDATE job SET state = 'queued', node = '', failures = failures + $3, not_before = $4
		WHERE id = $1 AND attempts = $2 AND state = 'running'`, id, attempt, failures, notBefore)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.deliverJob(ctx, id, delay)
}

// SaveJobProgress records how far a start is.
func (tx *Tx) SaveJobProgress(ctx context.Context, id string, attempt int, p job.Progress) error {
	_, err := tx.exec(ctx, "UPDATE job SET stage = $3, done = $4, total = $5 WHERE id = $1 AND attempts = $2 AND state = 'running'",
		id, attempt, p.Stage, p.Done, p.Total)
	return err
}

// JobsToCancel returns the jobs that run on the node and shall be cancelled.
func (tx *Tx) JobsToCancel(ctx context.Context, node string) ([]string, error) {
	return collect(ctx, tx, scanText, "SELECT id FROM job WHERE state = 'running' AND node = $1 AND cancel_asked", node)
}

// NodesWithJobs returns the nodes on which jobs run, by the records.
func (tx *Tx) NodesWithJobs(ctx context.Context) ([]string, error) {
	return collect(ctx, tx, scanText, "SELECT DISTINCT node FROM job WHERE state = 'running'")
}

// JobsOfNode returns the jobs that run on the node, by the records.
func (tx *Tx) JobsOfNode(ctx context.Context, node string) ([]job.Job, error) {
	return collect(ctx, tx, scanJob, "SELECT "+jobColumns+" FROM job WHERE state = 'running' AND node = $1 ORDER BY id", node)
}

// DeliverQueuedJobs hands queued jobs to the queue: those that were never handed over, or all of them, for the case that the queue
// has lost some with a node. It returns how many.
func (tx *Tx) DeliverQueuedJobs(ctx context.Context, all bool) (int, error) {
	queued, err := collect(ctx, tx, scanJob, "SELECT "+jobColumns+" FROM job WHERE state = 'queued' AND (delivery = 0 OR $1) ORDER BY created_at, id", all)
	if err != nil {
		return 0, err
	}
	for _, j := range queued {
		delay := time.Duration(0)
		if !j.NotBefore.IsZero() {
			delay = max(0, j.NotBefore.Sub(tx.Now()))
		}
		if err := tx.deliverJob(ctx, j.ID, delay); err != nil {
			return 0, err
		}
	}
	return len(queued), nil
}

// QueuedJob is a job that waits, and the row of the queue that stands for it.
type QueuedJob struct {
	ID       string
	Delivery int64
}

// QueuedJobs returns the oldest jobs that were handed to the queue and are not started.
func (tx *Tx) QueuedJobs(ctx context.Context, limit int) ([]QueuedJob, error) {
	return collect(ctx, tx, func(r rows, q *QueuedJob) error { return r.Scan(&q.ID, &q.Delivery) },
		"SELECT id, delivery FROM job WHERE state = 'queued' AND delivery <> 0 ORDER BY created_at, id LIMIT $1", limit)
}

// DeliverJobAgain hands a job to the queue once more, unless it was started or handed over since it was read.
func (tx *Tx) DeliverJobAgain(ctx context.Context, q QueuedJob) error {
	still, err := value[string](ctx, tx, "SELECT id FROM job WHERE id = $1 AND delivery = $2 AND state = 'queued'"+tx.db.dialect.lockRow, q.ID, q.Delivery)
	if err != nil || still == "" {
		return err
	}
	return tx.deliverJob(ctx, q.ID, 0)
}

// HasUndeliveredJobs reports whether DeliverQueuedJobs has something to do.
func (tx *Tx) HasUndeliveredJobs(ctx context.Context) (bool, error) {
	n, err := value[int64](ctx, tx, "SELECT count(*) FROM job WHERE state = 'queued' AND delivery = 0")
	return n > 0, err
}

func scanText(r rows, text *string) error { return r.Scan(text) }
