package worker

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"xiaoguan/internal/store"
)

// queue is what the worker needs of the queue library on either engine.
type queue interface {
	insert(ctx context.Context, tx *store.Tx, id string, delay time.Duration) (int64, error)
	// lost reports whether the delivery went to somebody at least so long ago, or is not there at all: for a job that nobody has started, that somebody is dead.
	lost(ctx context.Context, delivery int64, since time.Duration) (bool, error)
	start(ctx context.Context) error
	stop(ctx context.Context) error
}

// delivery is the only thing in the queue: the id of a job.
type delivery struct {
	Job string `json:"job"`
}

// Kind implements river.JobArgs.
func (delivery) Kind() string { return "job" }

// newQueue returns a queue that calls run for each delivery. An error of run means that the delivery itself failed and comes again.
func newQueue(db *store.DB, config Config, run func(ctx context.Context, id string) error) (queue, error) {
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[delivery]) error {
		return run(ctx, j.Args.Job)
	})); err != nil {
		return nil, err
	}
	riverConfig := &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: config.JobsMax}},
		Workers:                     workers,
		Logger:                      slog.New(quiet{config.Log.Handler()}),
		FetchCooldown:               10 * time.Millisecond,
		JobTimeout:                  -1, // a close takes as long as it takes
		CompletedJobRetentionPeriod: time.Hour,
	}
	if writer := db.SQLite(); writer != nil {
		client, err := river.NewClient(riversqlite.New(writer), riverConfig)
		return riverQueue[*sql.Tx]{client}, err
	}
	client, err := river.NewClient[pgx.Tx](riverpgxv5.New(db.Postgres()), riverConfig)
	return riverQueue[pgx.Tx]{client}, err
}

// riverQueue is River with the transactions of one engine.
type riverQueue[T any] struct{ client *river.Client[T] }

// insert reckons the delay from the real clock, by which River lives.
func (q riverQueue[T]) insert(ctx context.Context, tx *store.Tx, id string, delay time.Duration) (int64, error) {
	options := &river.InsertOpts{}
	if delay > 0 {
		options.ScheduledAt = time.Now().Add(delay)
	}
	inserted, err := q.client.InsertTx(ctx, tx.Raw().(T), delivery{Job: id}, options)
	if err != nil {
		return 0, err
	}
	return inserted.Job.ID, nil
}

func (q riverQueue[T]) lost(ctx context.Context, delivery int64, since time.Duration) (bool, error) {
	row, err := q.client.JobGet(ctx, delivery)
	if errors.Is(err, river.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	switch row.State {
	case "available", "pending", "retryable", "scheduled":
		return false, nil
	}
	return row.AttemptedAt == nil || time.Since(*row.AttemptedAt) >= since, nil
}

func (q riverQueue[T]) start(ctx context.Context) error { return q.client.Start(ctx) }

func (q riverQueue[T]) stop(ctx context.Context) error { return q.client.Stop(ctx) }

// quiet lets only the warnings and errors of the library through.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}
