package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
)

// unknownKindWait is how long a job waits that no function here knows: a newer node will take it.
const unknownKindWait = 5 * time.Second

// run starts the delivered job, if it is still to be started, and records how it ended.
func (w *Worker) run(ctx context.Context, id string) error {
	fn, err := w.funcOf(ctx, id)
	if fn == nil || err != nil {
		return err
	}
	node := w.nodeName()
	var j job.Job
	var mine bool
	err = w.db.InJobTx(ctx, func(tx *store.Tx) (err error) {
		j, mine, err = tx.StartJob(ctx, id, node)
		return err
	})
	if err != nil || !mine {
		return err
	}
	ctx, s := w.hub.add(ctx, j)
	defer w.hub.remove(s)
	err = call(ctx, fn, s)
	// What happened must be written down also when the work was interrupted.
	w.record(context.WithoutCancel(ctx), s, err, context.Cause(ctx))
	return nil
}

// funcOf returns the function of the job's kind, nil when there is nothing to do.
func (w *Worker) funcOf(ctx context.Context, id string) (fn job.Func, err error) {
	var j job.Job
	err = w.db.Read(ctx, func(tx *store.Tx) (err error) {
		j, err = tx.Job(ctx, id)
		return err
	})
	if errs.Is(err, errs.KindNotFound) || err == nil && j.State != job.StateQueued {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fn, ok := w.funcs[j.Kind]
	if !ok {
		w.log.WarnContext(ctx, "no function for a job here, it waits for another node", slog.String("job_id", id), slog.String("kind", string(j.Kind)))
		return nil, river.JobSnooze(unknownKindWait)
	}
	return fn, nil
}

// panicError is a panic of a job's function.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func call(ctx context.Context, fn job.Func, s *start) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{value: value, stack: debug.Stack()}
		}
	}()
	return fn(ctx, s)
}

// record writes down how a start ended. It tries until it has succeeded or the node stops; then the job stays with the node, and
// whoever finds that dead starts it again.
func (w *Worker) record(ctx context.Context, s *start, err, cause error) {
	write := w.verdict(ctx, s, err, cause)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := w.db.InJobTx(ctx, write)
		if err == nil {
			return
		}
		w.log.ErrorContext(ctx, "the end of a job could not be recorded", slog.String("job_id", s.job.ID), slog.Any("error", err))
		select {
		case <-w.quit:
			return
		case <-time.After(wait):
		}
	}
}

// verdict decides what an end means and returns the transaction that writes it.
func (w *Worker) verdict(ctx context.Context, s *start, err, cause error) func(tx *store.Tx) error {
	progress, result, marshalErr := s.outcome()
	if err == nil {
		err = marshalErr
	}
	outcome := store.Outcome{ID: s.job.ID, Attempt: s.job.Attempts, State: job.StateSucceeded, Progress: progress, Result: result}
	requeue, failed, delay := false, false, time.Duration(0)
	switch {
	case err == nil:
	case errors.Is(cause, job.ErrCancelled):
		outcome.State = job.StateCancelled
	case errors.Is(cause, errStopping), errors.Is(cause, errLost):
		requeue = true
	case errs.Is(err, errs.KindUnavailable) && s.job.Failures < failuresMax-1:
		requeue, failed, delay = true, true, w.config.RetryWait<<s.job.Failures
	default:
		outcome.State, outcome.Failure = job.StateFailed, messageOf(err)
	}
	w.report(ctx, s.job, outcome.State, requeue, err)
	return func(tx *store.Tx) (err error) {
		var current bool
		if requeue {
			current, err = tx.RequeueJob(ctx, s.job.ID, s.job.Attempts, failed, delay)
		} else {
			if current, err = tx.FinishJob(ctx, outcome); err == nil && current {
				err = tell(ctx, tx, s.job, outcome.State)
			}
		}
		if err == nil && !current {
			w.log.WarnContext(ctx, "a job had been given to another node", slog.String("job_id", s.job.ID))
		}
		return err
	}
}

// tell tells who asked for a job that it has ended. Who cancelled it knows.
func tell(ctx context.Context, tx *store.Tx, j job.Job, state job.State) error {
	kind := map[job.State]notice.Kind{job.StateSucceeded: notice.KindJobDone, job.StateFailed: notice.KindJobFailed}[state]
	if kind == "" || j.CreatedBy == "" {
		return nil
	}
	subject := j.Subject
	if subject == "" {
		subject = "job:" + j.ID
	}
	_, what, _ := strings.Cut(j.Subject, ":")
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: notice.To{UserIDs: []string{j.CreatedBy}}, Subject: subject, Once: j.ID,
		Params: notice.Params{"Job": notice.Phrase("notice.job." + strings.ReplaceAll(string(j.Kind), ".", "_")), "What": subjectName(j.Subject, what)}})
}

// subjectName names what a job worked on where that is short: a month. Ids say nothing to people.
func subjectName(subject, id string) notice.Param {
	if month, err := calendar.ParseMonth(id); err == nil && strings.HasPrefix(subject, "period:") {
		return notice.Month(month)
	}
	return notice.Word("")
}

func (w *Worker) report(ctx context.Context, j job.Job, state job.State, again bool, err error) {
	attributes := []any{
		slog.String("job_id", j.ID), slog.String("kind", string(j.Kind)), slog.Int("attempt", j.Attempts),
		slog.String("state", string(state)), slog.Bool("again", again),
	}
	if err != nil {
		attributes = append(attributes, slog.Any("error", err))
	}
	if state == job.StateFailed && errs.KindOf(err) == errs.KindInternal {
		w.log.ErrorContext(ctx, "job ended", attributes...)
		return
	}
	w.log.InfoContext(ctx, "job ended", attributes...)
}

// messageOf returns what may be shown of an error.
func messageOf(err error) errs.Message {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Message.Key != "" {
		return e.Message
	}
	return errs.Msg("job.internal_error", nil)
}
