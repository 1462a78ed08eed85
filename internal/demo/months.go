package demo

import (
	"context"
	"encoding/json"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
)

// objectionDays is how long payees may object to a month.
const objectionDays = 5

// calculateEarly runs the last complete month once before its late payments are in, so that a reviewer has something to compare.
func (f *filler) calculateEarly(ctx context.Context, present calendar.Month) error {
	f.at(f.year.workDay(present, 1), 9, 0)
	return f.calculate(ctx, present-1)
}

// finish takes a complete month to its end: calculated, published, approved, closed. The last one stays published, with the time for
// objections running.
func (f *filler) finish(ctx context.Context, i int) error {
	m := f.first + calendar.Month(i)
	calculated, published := f.year.workDay(m+1, 3), f.year.workDay(m+1, 4)
	isLast := i == f.last-1
	if isLast {
		calculated, published = max(calculated, f.today-3), max(published, f.today-2)
	}
	f.at(calculated, 10, 5)
	if err := f.calculate(ctx, m); err != nil {
		return err
	}
	f.at(published, 9, 30)
	until := instant(published+objectionDays, 18, 0)
	if _, err := f.Periods.Publish(ctx, f.actor(loginOperations), period.Change{Month: m, Until: f.notBeforeNow(until)}); err != nil {
		return err
	}
	open, err := f.dispute(ctx, i, published)
	if err != nil || isLast {
		return err
	}
	approved := f.year.work.Next(published + objectionDays)
	f.at(approved, 15, 20)
	approval := period.Change{Month: m}
	if open {
		approval.Reason = deferReason
	}
	if _, err := f.Periods.Approve(ctx, f.actor(loginFinance), approval); err != nil {
		return err
	}
	closed := f.year.work.Next(approved)
	f.at(closed, 10, 30)
	if _, err = f.Periods.Close(ctx, f.actor(loginFinance), period.Change{Month: m}); err != nil {
		return err
	}
	return f.pay(ctx, i, closed)
}

// calculate starts a run and carries its job out here and now.
func (f *filler) calculate(ctx context.Context, m calendar.Month) error {
	operations := f.actor(loginOperations)
	p, err := f.Periods.Calculate(ctx, operations, period.Change{Month: m})
	if err != nil {
		return err
	}
	runs, err := f.Periods.Runs(ctx, operations, m)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.ID == p.RunningRun {
			return f.work(ctx, run.JobID, f.Periods.RunCalculate)
		}
	}
	return errs.New(errs.KindNotFound, "period.no_result", errs.Args{"Month": m.String()})
}

// node names this process in the table of jobs.
const node = "demo"

// work starts a queued job, does its work and records the end, as a worker would.
func (f *filler) work(ctx context.Context, id string, fn job.Func) error {
	s := &start{}
	err := f.DB.InJobTx(ctx, func(tx *store.Tx) error {
		j, mine, err := tx.StartJob(ctx, id, node)
		if err == nil && !mine {
			err = errs.New(errs.KindConflict, "demo.in_use", nil)
		}
		s.job = j
		return err
	})
	if err != nil {
		return err
	}
	if err := fn(ctx, s); err != nil {
		return err
	}
	result, err := json.Marshal(s.result)
	if err != nil {
		return err
	}
	return f.DB.InJobTx(ctx, func(tx *store.Tx) error {
		_, err := tx.FinishJob(ctx, store.Outcome{ID: id, Attempt: s.job.Attempts, State: job.StateSucceeded, Progress: s.progress, Result: result})
		return err
	})
}

// start is one start of a job.
type start struct {
	job      job.Job
	mu       sync.Mutex
	progress job.Progress
	result   any
}

var _ job.Running = (*start)(nil)

// Job implements job.Running.
func (s *start) Job() job.Job { return s.job }

// Report implements job.Running.
func (s *start) Report(p job.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress = p
}

// SetResult implements job.Running.
func (s *start) SetResult(result any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result = result
}
