package main

import (
	"context"
	"fmt"
	"io"
	"syscall"
	"time"

	"xiaoguan/internal/app"
	"xiaoguan/internal/store"
)

// Judging is what it takes to judge all cases by the process standard: when nothing is kept yet, after events were counted, and again, when
// nothing comes out otherwise.
type Judging struct {
	Cases         int64
	First, Again  Effort
	LongestHeldMs int64 // that another writer waited meanwhile, the longest of many times
}

// Effort is time that went by, and time of processors.
type Effort struct{ Elapsed, Processor time.Duration }

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func effort(fn func() error) (e Effort, err error) {
	from, used := time.Now(), processorTime()
	err = fn()
	return Effort{time.Since(from), processorTime() - used}, err
}

// judging judges all cases of an installation, from nothing and again, while somebody else writes now and then.
func judging(ctx context.Context, a *app.App, k kept) (j Judging, err error) {
	if err := a.DB.Read(ctx, func(tx *store.Tx) error {
		j.Cases, err = tx.CaseCount(ctx)
		return err
	}); err != nil {
		return j, err
	}
	if k.does("judge") {
		if err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.ForgetJudgements(ctx) }); err != nil {
			return j, err
		}
		if j.First, err = j.sweep(ctx, a); err != nil {
			return j, err
		}
	}
	if !k.does("again") {
		return j, nil
	}
	if err := a.DB.InTx(ctx, func(tx *store.Tx) error { // as if the standard had changed, and nothing with it
		p, err := tx.JudgeProgress(ctx)
		if err != nil {
			return err
		}
		p.Basis = ""
		return tx.SaveJudgeProgress(ctx, p)
	}); err != nil {
		return j, err
	}
	j.Again, err = j.sweep(ctx, a)
	return j, err
}

// sweep judges what is to be judged.
func (j *Judging) sweep(ctx context.Context, a *app.App) (Effort, error) {
	writing, stop := context.WithCancel(ctx)
	longest := make(chan time.Duration)
	go func() { longest <- writeNowAndThen(writing, a.DB) }()
	e, err := effort(func() error { return a.Standards.CatchUp(ctx) })
	stop()
	j.LongestHeldMs = max(j.LongestHeldMs, (<-longest).Milliseconds())
	return e, err
}

// writeNowAndThen writes every twentieth of a second until the context ends, and returns the longest that it had to wait.
func writeNowAndThen(ctx context.Context, db *store.DB) (longest time.Duration) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return longest
		case <-ticker.C:
		}
		from := time.Now()
		if err := db.InTx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
			_, err := tx.NextNumber(ctx, "collection_report")
			return err
		}); err != nil {
			return longest
		}
		longest = max(longest, time.Since(from))
	}
}

func (j Judging) print(out io.Writer) {
	fmt.Fprintf(out, "\nJudging %d cases by the process standard; another writer waited %d ms at most\n\n| | elapsed, s | processors, s |\n|---|---|---|\n", j.Cases, j.LongestHeldMs)
	fmt.Fprintf(out, "| nothing is kept yet | %.1f | %.1f |\n| again, nothing comes out otherwise | %.1f | %.1f |\n", j.First.Elapsed.Seconds(), j.First.Processor.Seconds(), j.Again.Elapsed.Seconds(), j.Again.Processor.Seconds())
}
