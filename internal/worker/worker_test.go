package worker_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/worker"
)

const kind job.Kind = "test.work"

var owner = access.Actor{UserID: "u1"}

// bench is a worker that has been started with one function, and the service over it.
type bench struct {
	db      *store.DB
	worker  *worker.Worker
	service *job.Service
}

func setup(t *testing.T, db *store.DB, fn job.Func) *bench {
	t.Helper()
	w := newWorker(t, db)
	w.Register(kind, fn)
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return &bench{db: db, worker: w, service: job.NewService(db.Jobs(), w.Live())}
}

func newWorker(t *testing.T, db *store.DB) *worker.Worker {
	t.Helper()
	w, err := worker.New(db, worker.Config{
		Log:      slog.New(slog.NewTextHandler(t.Output(), nil)),
		Interval: 10 * time.Millisecond, StopWait: 20 * time.Millisecond, RetryWait: time.Millisecond, LostWait: 50 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func enqueue(t *testing.T, db *store.DB, spec job.Spec) string {
	t.Helper()
	spec.Kind, spec.CreatedBy = kind, owner.UserID
	if spec.ID == "" {
		spec.ID = store.NewID(time.Now())
	}
	if err := db.InTx(t.Context(), func(tx *store.Tx) error { return tx.Enqueue(t.Context(), spec) }); err != nil {
		t.Fatal(err)
	}
	return spec.ID
}

// await returns the job as soon as the condition holds.
func (b *bench) await(t *testing.T, id string, condition func(job.Job) bool) job.Job {
	t.Helper()
	changed, stop, err := b.service.Watch(t.Context(), owner, id)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		j, err := b.service.Get(ctx, owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if condition(j) {
			return j
		}
		select {
		case <-ctx.Done():
			t.Fatalf("job stays %+v", j)
		case <-changed:
		}
	}
}

func finished(j job.Job) bool { return j.State.Finished() }

func inState(s job.State) func(job.Job) bool { return func(j job.Job) bool { return j.State == s } }

func TestJobRunsOnceAfterTheCommitAndNeverAfterARollback(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		var mu sync.Mutex
		ran := map[string]int{}
		b := setup(t, db, func(_ context.Context, r job.Running) error {
			mu.Lock()
			defer mu.Unlock()
			ran[r.Job().Subject]++
			return nil
		})
		undo := errors.New("undo")
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			if err := tx.Enqueue(t.Context(), job.Spec{ID: "lost", Kind: kind, CreatedBy: owner.UserID, Subject: "rolled back"}); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		b.await(t, enqueue(t, db, job.Spec{Subject: "committed"}), inState(job.StateSucceeded))
		if _, err := b.service.Get(t.Context(), owner, "lost"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the job that was rolled back: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		if len(ran) != 1 || ran["committed"] != 1 {
			t.Errorf("ran %v", ran)
		}
	})
}

func TestProgressAndResultAreSeen(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		half := job.Progress{Stage: "test.half", Done: 5, Total: 10}
		goOn := make(chan struct{})
		b := setup(t, db, func(_ context.Context, r job.Running) error {
			r.Report(half)
			<-goOn
			r.Report(job.Progress{Stage: "test.done", Done: 10, Total: 10})
			r.SetResult(map[string]int{"rows": 10})
			return nil
		})
		id := enqueue(t, db, job.Spec{})
		b.await(t, id, func(j job.Job) bool { return j.State == job.StateRunning && j.Progress == half })
		// Somebody without this worker, such as another process, sees it once it is written.
		for saved := false; !saved; {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				j, err := tx.Job(t.Context(), id)
				saved = j.Progress == half
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		close(goOn)
		j := b.await(t, id, finished)
		if j.State != job.StateSucceeded || j.Progress.Done != 10 || string(j.Result) != `{"rows":10}` || j.FinishedAt.IsZero() {
			t.Errorf("job ended as %+v", j)
		}
	})
}

// A node has died between being given a job and writing that it has it: the queue believes it there, and the job's row names nobody.
func TestAJobThatWentToANodeWhichDiedAtOnceIsStartedByAnother(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db, func(context.Context, job.Running) error { return nil })
		for _, gone := range []string{"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '2020-01-02 03:04:05'", "DELETE FROM river_job"} {
			id := store.NewID(time.Now())
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				if err := tx.Enqueue(t.Context(), job.Spec{ID: id, Kind: kind, CreatedBy: owner.UserID}); err != nil {
					return err
				}
				gone += " WHERE CAST(args AS TEXT) LIKE '%" + id + "%'"
				if raw, ok := tx.Raw().(*sql.Tx); ok {
					_, err := raw.ExecContext(t.Context(), gone)
					return err
				}
				_, err := tx.Raw().(pgx.Tx).Exec(t.Context(), gone)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if j := b.await(t, id, finished); j.State != job.StateSucceeded || j.Attempts != 1 {
				t.Errorf("after %s the job is %+v", gone, j)
			}
		}
	})
}

func TestCancelStopsARunningJobAndKeepsAQueuedOneFromStarting(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		// given a job that was enqueued before there was a worker, and cancelled
		queued := enqueue(t, db, job.Spec{Subject: "queued"})
		early := job.NewService(db.Jobs(), idle{})
		if err := early.Cancel(t.Context(), access.Actor{UserID: "somebody"}, queued); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("cancelled by a stranger: %v", err)
		}
		if err := early.Cancel(t.Context(), owner, queued); err != nil {
			t.Fatal(err)
		}
		// when a worker starts
		b := setup(t, db, func(ctx context.Context, r job.Running) error {
			if r.Job().Subject == "queued" {
				t.Error("the cancelled job was started")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		running := enqueue(t, db, job.Spec{})
		b.await(t, running, inState(job.StateRunning))
		if err := b.service.Cancel(t.Context(), owner, running); err != nil {
			t.Fatal(err)
		}
		// then both are cancelled, and once is enough
		for _, id := range []string{queued, running} {
			if j := b.await(t, id, finished); j.State != job.StateCancelled {
				t.Errorf("job ended as %+v", j)
			}
		}
		done := enqueue(t, db, job.Spec{})
		b.await(t, done, inState(job.StateRunning))
		// The request of another process comes by way of the table.
		if err := job.NewService(db.Jobs(), idle{}).Cancel(t.Context(), owner, done); err != nil {
			t.Fatal(err)
		}
		if j := b.await(t, done, finished); j.State != job.StateCancelled {
			t.Errorf("job ended as %+v", j)
		}
	})
}

// idle is the live state of a process without a worker.
type idle struct{}

func (idle) Progress(string) (job.Progress, bool)   { return job.Progress{}, false }
func (idle) Interrupt(string) bool                  { return false }
func (idle) Watch(string) (<-chan struct{}, func()) { return nil, func() {} }

func TestOnlyAnUnavailableWorldIsTriedAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		fail     func() error
		starts   int
		failure  string
		endsWell bool
	}{
		{"business error", func() error { return errs.New(errs.KindInvalid, "test.invalid", nil) }, 1, "test.invalid", false},
		{"error without a kind", func() error { return errors.New("secret detail") }, 1, "job.internal_error", false},
		{"panic", func() error { panic("secret detail") }, 1, "job.internal_error", false},
		{"unavailable for ever", func() error { return errs.New(errs.KindUnavailable, "test.away", nil) }, 3, "test.away", false},
		{"no error", func() error { return nil }, 1, "", true},
	}
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db, func(_ context.Context, r job.Running) error {
			for _, test := range tests {
				if test.name == r.Job().Subject {
					return test.fail()
				}
			}
			return nil
		})
		for _, test := range tests {
			j := b.await(t, enqueue(t, db, job.Spec{Subject: test.name}), finished)
			if j.Attempts != test.starts || j.Failure.Key != test.failure || (j.State == job.StateSucceeded) != test.endsWell {
				t.Errorf("%s: job ended as %+v", test.name, j)
			}
		}
	})
}

func TestStopPutsARunningJobBackAndTheNextWorkerResumesIt(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		first := newWorker(t, db)
		started := make(chan struct{})
		first.Register(kind, func(ctx context.Context, _ job.Running) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		})
		if err := first.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := enqueue(t, db, job.Spec{})
		<-started
		if err := first.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		b := setup(t, db, func(context.Context, job.Running) error { return nil })
		if j := b.await(t, id, finished); j.State != job.StateSucceeded || j.Attempts != 2 {
			t.Errorf("job ended as %+v", j)
		}
	})
}

func TestAnUnfinishedJobOfTheSameUniqueIsAConflict(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		id := enqueue(t, db, job.Spec{Unique: "close 2026-09"})
		again := func() error {
			return db.InTx(t.Context(), func(tx *store.Tx) error {
				return tx.Enqueue(t.Context(), job.Spec{Kind: kind, CreatedBy: owner.UserID, Unique: "close 2026-09"})
			})
		}
		if err := again(); !errs.Is(err, errs.KindConflict) {
			t.Errorf("asked again: %v", err)
		}
		b := setup(t, db, func(context.Context, job.Running) error { return nil })
		b.await(t, id, inState(job.StateSucceeded))
		if err := again(); err != nil {
			t.Errorf("asked again when it was finished: %v", err)
		}
	})
}

func TestTwoWorkersOnOneSQLiteFileAreRefused(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	setup(t, db, func(context.Context, job.Running) error { return nil })
	if err := newWorker(t, db).Start(t.Context()); !errs.Is(err, errs.KindConflict) {
		t.Errorf("second worker: %v", err)
	}
}

func TestTwoNodesRunEveryJobOnce(t *testing.T) {
	t.Parallel()
	const jobs = 150
	url := storetest.PostgresURL(t)
	var mu sync.Mutex
	ran, byNode := map[string]int{}, map[string]int{}
	all := make(chan struct{})
	var benches []*bench
	for node := range 2 {
		db, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		benches = append(benches, setup(t, db, func(_ context.Context, r job.Running) error {
			mu.Lock()
			defer mu.Unlock()
			ran[r.Job().ID]++
			byNode[fmt.Sprint(node)]++
			if len(ran) == jobs {
				close(all)
			}
			return nil
		}))
	}
	var ids []string
	for i := range jobs {
		ids = append(ids, enqueue(t, benches[i%2].db, job.Spec{}))
	}
	<-all
	for _, id := range ids {
		if j := benches[0].await(t, id, finished); j.State != job.StateSucceeded || j.Attempts != 1 {
			t.Errorf("job ended as %+v", j)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for id, times := range ran {
		if times != 1 {
			t.Errorf("job %s ran %d times", id, times)
		}
	}
	if len(byNode) != 2 {
		t.Errorf("one node did everything: %v", byNode)
	}
}
