package job

import (
	"context"
	"errors"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Store is where jobs are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Reader reads jobs in one snapshot.
type Reader interface {
	// Job returns one job. Errors: not found.
	Job(ctx context.Context, id string) (Job, error)
	// Jobs returns the jobs that the filter lets through, newest first.
	Jobs(ctx context.Context, filter Filter) ([]Job, error)
}

// Tx changes jobs.
type Tx interface {
	Reader
	audit.Tx
	// AskJobCancel ends a queued job as cancelled and marks a running one, which the node that runs it notices, and one that an
	// interruption has ended already. It returns an error of kind Conflict when the job has finished otherwise.
	AskJobCancel(ctx context.Context, id string) error
	AfterCommit(func())
}

// Live is what the node knows about jobs that its database does not know yet. Package worker provides it.
type Live interface {
	// Progress returns the newest progress of a job that runs on this node.
	Progress(id string) (Progress, bool)
	// Interrupt ends the context of a job that runs on this node, and reports whether one does.
	Interrupt(id string) bool
	// Watch returns a channel that gets a signal whenever the job (any job, for "") has changed; signals that nobody has taken yet
	// are one. The function ends the watch.
	Watch(id string) (<-chan struct{}, func())
}

// Filter chooses jobs. Empty fields choose all.
type Filter struct {
	States    []State
	Kind      Kind
	Subject   string
	CreatedBy string
	After     string // cursor: the Next of the page before
	Limit     int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of jobs on a page.
const LimitMax = 200

// Page is a part of a list. Next is the cursor of the page that follows, empty on the last.
type Page struct {
	Jobs []Job
	Next string
}

// Service shows jobs to people and lets them cancel. Everybody sees their own jobs; those of others need PermJobsRead, and to
// cancel them PermSettingsWrite.
type Service struct {
	store Store
	live  Live
}

// NewService returns a Service over the store and the live state of this node.
func NewService(store Store, live Live) *Service { return &Service{store: store, live: live} }

// Get returns a job as it is now. A job that the actor may not see is not found.
// Errors: unauthenticated, not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (j Job, err error) {
	defer errs.Wrap(&err, "job.Get(%s)", id)
	if actor.UserID == "" {
		return Job{}, actor.Require(access.PermJobsRead)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		j, err = r.Job(ctx, id)
		return err
	})
	if err == nil && j.CreatedBy != actor.UserID && !actor.Can(access.PermJobsRead) {
		err = errs.New(errs.KindNotFound, "job.not_found", nil)
	}
	if err != nil {
		return Job{}, err
	}
	return s.freshen(j), nil
}

// List returns a page of jobs, newest first: all of them, or the actor's own.
// Errors: unauthenticated.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "job.List")
	if !actor.Can(access.PermJobsRead) {
		if actor.UserID == "" {
			return Page{}, actor.Require(access.PermJobsRead)
		}
		filter.CreatedBy = actor.UserID
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	wanted := min(filter.Limit, LimitMax)
	filter.Limit = wanted + 1 // one more tells whether there is a next page
	err = s.store.Read(ctx, func(r Reader) error {
		page.Jobs, err = r.Jobs(ctx, filter)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	if len(page.Jobs) > wanted {
		page.Jobs = page.Jobs[:wanted]
		page.Next = page.Jobs[wanted-1].ID
	}
	for i, j := range page.Jobs {
		page.Jobs[i] = s.freshen(j)
	}
	return page, nil
}

// Cancel stops a job: a queued one never starts, a running one is told to stop and undoes what it has not committed. The job is
// cancelled when its state says so; it may still succeed if it was nearly done.
// Errors: unauthenticated, not found, forbidden, conflict when it has finished otherwise.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "job.Cancel(%s)", id)
	j, err := s.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if j.CreatedBy != actor.UserID {
		if err := actor.Require(access.PermSettingsWrite); err != nil {
			return err
		}
	}
	// First here, then in the database: a bulk job on SQLite holds the only writer, and would make its own cancellation wait. From here
	// on the decision has consequences, so it is recorded also when the one who asked hangs up.
	s.live.Interrupt(id)
	ctx = context.WithoutCancel(ctx)
	err = s.store.InTx(ctx, func(tx Tx) error {
		j, err := tx.Job(ctx, id)
		if err != nil || (j.CancelAsked && (j.State == StateCancelled || !j.State.Finished())) {
			return err // asked for before, and recorded then
		}
		if err := tx.AskJobCancel(ctx, id); err != nil {
			return err
		}
		before := cancelled{Kind: j.Kind, Subject: j.Subject, State: j.State}
		after := before
		if after.CancelAsked = true; after.State == StateQueued {
			after.State = StateCancelled
		}
		return audit.Append(ctx, tx, actor, "job.cancel", "job:"+id, before, after)
	})
	return err
}

// cancelled is a job as the audit log shows it beside the decision to cancel it.
type cancelled struct {
	Kind        Kind   `json:"kind"`
	Subject     string `json:"subject"`
	State       State  `json:"state"`
	CancelAsked bool   `json:"cancel_asked"`
}

// Watch lets the actor wait for changes of a job they may see. The function ends the watch.
// Errors: as Get.
func (s *Service) Watch(ctx context.Context, actor access.Actor, id string) (<-chan struct{}, func(), error) {
	if _, err := s.Get(ctx, actor, id); err != nil {
		return nil, nil, err
	}
	changed, stop := s.live.Watch(id)
	return changed, stop, nil
}

func (s *Service) freshen(j Job) Job {
	if j.State != StateRunning {
		return j
	}
	if progress, ok := s.live.Progress(j.ID); ok {
		j.Progress = progress
	}
	return j
}

// Interrupted reports whether an error leaves what a job does to its next start: the database could not be reached, or the node stops. What somebody
// cancelled does not go on.
func Interrupted(ctx context.Context, err error) bool {
	return errs.Is(err, errs.KindUnavailable) || ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrCancelled)
}

// Failure is what people are told of an error that ended a job: its own words, or that something went wrong.
func Failure(err error) errs.Message {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return known.Message
	}
	return errs.Msg("error.internal", nil)
}

// ErrCancelled is the cause of a job's context that ended because somebody cancelled the job.
var ErrCancelled = errors.New("the job was cancelled")
