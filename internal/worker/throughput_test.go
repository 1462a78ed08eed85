package worker_test

import (
	"context"
	"sync"
	"testing"

	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/worker"
)

// BenchmarkJobsOnSQLite enqueues empty jobs, each in a transaction of its own, and waits until all have run.
func BenchmarkJobsOnSQLite(b *testing.B) {
	db, err := store.Open(b.Context(), store.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Upgrade(b.Context()); err != nil {
		b.Fatal(err)
	}
	w, err := worker.New(db, worker.Config{})
	if err != nil {
		b.Fatal(err)
	}
	var running sync.WaitGroup
	w.Register(kind, func(context.Context, job.Running) error {
		running.Done()
		return nil
	})
	if err := w.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		running.Add(100)
		for range 100 {
			err := db.InTx(b.Context(), func(tx *store.Tx) error { return tx.Enqueue(b.Context(), job.Spec{Kind: kind}) })
			if err != nil {
				b.Fatal(err)
			}
		}
		running.Wait()
	}
	b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "jobs/s")
	if err := w.Stop(b.Context()); err != nil {
		b.Fatal(err)
	}
}
