// Package worker runs jobs: it takes what the domain has enqueued, on any node, one node per job, and tells how far it is.
//
// The table job (packages job and store) is the truth. River, the queue library, only carries the ids of jobs to nodes that have
// time; so a lost or doubled delivery does no harm, and only this package knows the library. A job is started by taking its row
// (store.Tx.StartJob), and each start has a number, without which nothing can be written about the job any more.
//
//	queued ──► running ──► succeeded | failed | cancelled
//	   ▲          │
//	   └──────────┘ the node stopped or died; or an error of kind Unavailable, failuresMax times
//
// A node is alive as long as it holds a lock that goes with its process. On SQLite it is the only one, and finds the jobs of the
// one before it when it starts; on PostgreSQL all nodes look every Config.Interval for the jobs of nodes that are gone, and now and then
// for those that went to a node which died before it started them. Progress is
// kept in memory and written now and then, so reporting never waits for SQLite's only writer.
//
// Limits: a node that loses its connection to PostgreSQL interrupts its jobs, but for a moment another node may run the same job:
// jobs guard their transactions with HoldJob. Jobs have no time limit of their own.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
)

// Config tunes a worker. The zero value of a field means its default.
type Config struct {
	Log *slog.Logger
	// JobsMax is how many jobs run at once on this node: twice the processors, at least 4.
	JobsMax int
	// Interval is how often progress is written and cancellations and dead nodes are looked for: half a second.
	Interval time.Duration
	// StopWait is how long running jobs may go on when the node stops, before they are interrupted and put back: 5 seconds.
	StopWait time.Duration
	// RetryWait is the pause before a job that failed as unavailable is tried again, doubled each time: 2 seconds.
	RetryWait time.Duration
	// LostWait is how long a job may have been with a node without being started before it is handed over again: 10 seconds.
	LostWait time.Duration
}

// failuresMax is how often a job may fail as unavailable and be tried again.
const failuresMax = 3

// startsMax is how often a job is started after nodes died under it, before it is taken for the reason of their death.
const startsMax = 20

var (
	errStopping = errors.New("the node stops")
	errLost     = errors.New("the node has lost its hold on the database")
)

// Worker runs jobs on one node.
type Worker struct {
	db     *store.DB
	config Config
	log    *slog.Logger
	queue  queue
	hub    *hub
	funcs  map[job.Kind]job.Func

	mu   sync.Mutex
	node string      // changes when the hold was lost
	hold *store.Hold // of node

	quit  chan struct{}      // closed when Stop has lost its patience
	stop  context.CancelFunc // ends the loops
	loops sync.WaitGroup
}

// New returns a worker on the database and attaches it, so that jobs which are enqueued from now on reach the queue. It does not run
// any before Start; a process that only enqueues never calls that.
func New(db *store.DB, config Config) (_ *Worker, err error) {
	defer errs.Wrap(&err, "worker.New")
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.JobsMax <= 0 {
		config.JobsMax = max(4, 2*runtime.GOMAXPROCS(0))
	}
	if config.Interval <= 0 {
		config.Interval = 500 * time.Millisecond
	}
	if config.StopWait <= 0 {
		config.StopWait = 5 * time.Second
	}
	if config.RetryWait <= 0 {
		config.RetryWait = 2 * time.Second
	}
	if config.LostWait <= 0 {
		config.LostWait = 10 * time.Second
	}
	w := &Worker{db: db, config: config, log: config.Log, hub: newHub(), funcs: map[job.Kind]job.Func{}, quit: make(chan struct{})}
	if w.queue, err = newQueue(db, config, w.run); err != nil {
		return nil, err
	}
	db.SetDelivery(w.deliver)
	return w, nil
}

// Register says which function does the work of a kind. It panics when the kind has one already: that is a mistake of the program.
// Call it before Start.
func (w *Worker) Register(kind job.Kind, fn job.Func) {
	if _, twice := w.funcs[kind]; twice {
		panic(fmt.Sprintf("worker: two functions for jobs of kind %q", kind))
	}
	w.funcs[kind] = fn
}

// Live returns what this node knows about its jobs, for job.NewService.
func (w *Worker) Live() job.Live { return w.hub }

// deliver hands a job to the queue in the transaction, and wakes those who wait for it after the commit.
func (w *Worker) deliver(ctx context.Context, tx *store.Tx, id string, delay time.Duration) error {
	delivery, err := w.queue.insert(ctx, tx, id, delay)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { w.hub.signal(id) })
	return tx.SetJobDelivery(ctx, id, delivery)
}

// Start takes the node's hold, puts the jobs of dead nodes back into the queue and begins to run jobs, until Stop; the context is
// for starting only. It returns an error of kind Conflict when another process works on the same SQLite file.
func (w *Worker) Start(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "worker.Start")
	if err := w.takeHold(ctx); err != nil {
		return err
	}
	if err := w.recover(ctx); err != nil {
		w.hold.Release()
		return err
	}
	lasting, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := w.queue.start(lasting); err != nil {
		stop()
		w.hold.Release()
		return err
	}
	w.stop = stop
	w.loops.Go(func() { w.every(lasting, w.config.Interval, w.observe) })
	w.loops.Go(func() { w.every(lasting, w.config.Interval, w.maintain) })
	w.loops.Go(func() { w.every(lasting, w.config.LostWait, w.deliverLost) })
	return nil
}

// Stop takes no more jobs, gives those that run StopWait to end, then interrupts them and puts them back into the queue. It returns
// when everything has ended, or an error when the context ends first. A worker is started and stopped once.
func (w *Worker) Stop(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "worker.Stop")
	if w.stop == nil {
		return nil
	}
	patience := time.AfterFunc(w.config.StopWait, func() {
		close(w.quit)
		w.hub.interruptAll(errStopping)
	})
	defer patience.Stop()
	defer w.hold.Release()
	err = w.queue.stop(ctx)
	w.stop()
	w.loops.Wait()
	return err
}

func (w *Worker) takeHold(ctx context.Context) error {
	node := store.NewID(time.Now())
	hold, err := w.db.HoldNode(ctx, node)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.node, w.hold = node, hold
	return nil
}

func (w *Worker) nodeName() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.node
}

func (w *Worker) every(ctx context.Context, interval time.Duration, do func(context.Context) error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "looking after jobs failed, it is tried again", slog.Any("error", err))
		}
	}
}
