package tierbook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
)

// The kinds of jobs.
const (
	JobReview job.Kind = "tier.review"
	JobTrial  job.Kind = "tier.trial"
)

// batchCustomers is how many customers are read and written at a time.
const batchCustomers = 2000

// Service keeps policies and standings.
type Service struct {
	store    Store
	newID    func() string
	now      func() time.Time
	currency func() money.Currency

	approvals *approval.Service // nil: whoever may approve tiers decides alone
	steps     func(context.Context) (Steps, error)
}

// NewService returns a Service over the store.
func NewService(store Store, newID func() string, now func() time.Time, currency func() money.Currency) *Service {
	return &Service{store: store, newID: newID, now: now, currency: currency, steps: shippedSteps}
}

// WithSteps says which stages the sales process has; without it they are those that ship.
func (s *Service) WithSteps(steps func(context.Context) (Steps, error)) *Service {
	s.steps = steps
	return s
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

type reviewArgs struct {
	Review int64 `json:"review"`
}

// StartReview asks for the review of the present month: the one that counts, or the same one again, over the facts and the policy of today.
// Errors: forbidden; conflict while it runs.
func (s *Service) StartReview(ctx context.Context, actor access.Actor) (r Review, err error) {
	defer errs.Wrap(&err, "tierbook.StartReview")
	if err := actor.RequireAll(access.PermTierWrite); err != nil {
		return r, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		r, err = s.begin(ctx, tx, actor, KindReview)
		return err
	})
	return r, err
}

// begin makes a review or a look, or the review of the month once more, and enqueues its job.
func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor, kind ReviewKind) (r Review, err error) {
	today := tx.Today()
	again := false
	if kind == KindReview {
		r, err = tx.TierReviewOf(ctx, today.Month())
		switch {
		case err == nil:
			again = true
		case !errs.Is(err, errs.KindNotFound):
			return r, err
		}
	}
	if again {
		if runs, err := underWay(ctx, tx, r); err != nil || runs {
			return r, errors.Join(err, errs.New(errs.KindConflict, "tierbook.review_running", nil))
		}
	}
	version, _, err := inForce(ctx, tx, today)
	if err != nil {
		return r, err
	}
	r.Kind, r.Month, r.AsOf, r.PolicyID, r.PolicyHash, r.State = kind, today.Month(), today, version.ID, version.Hash, ReviewRunning
	r.JobID, r.CreatedBy, r.CreatedAt, r.FinishedAt, r.Failure = s.newID(), actor.UserID, tx.Now(), time.Time{}, errs.Message{}
	if again {
		err = tx.SaveTierReview(ctx, r)
	} else {
		if r.ID, err = tx.NextNumber(ctx, "tier_review"); err != nil {
			return r, err
		}
		err = tx.InsertTierReview(ctx, r)
	}
	if err != nil {
		return r, err
	}
	args, err := json.Marshal(reviewArgs{r.ID})
	if err != nil {
		return r, err
	}
	if err := tx.Enqueue(ctx, job.Spec{ID: r.JobID, Kind: JobReview, Args: args, Unique: "tier.review", CreatedBy: actor.UserID, Subject: r.Subject()}); err != nil {
		return r, err
	}
	return r, audit.Append(ctx, tx, actor, "tier."+string(kind), r.Subject(), nil, map[string]any{"as_of": r.AsOf, "policy": r.PolicyHash})
}

// underWay reports whether a review is under way: one whose job has ended without it, having been cancelled before it began or given up, is not.
func underWay(ctx context.Context, r Reader, review Review) (bool, error) {
	if review.State != ReviewRunning {
		return false, nil
	}
	j, err := r.Job(ctx, review.JobID)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil && !j.State.Finished(), err
}

// Tick asks for decisions on what nobody was asked about yet, and starts what is due: the review of a new month, or the look of a new day. It starts nothing while there are no customers, or while one
// runs; started says whether it did.
func (s *Service) Tick(ctx context.Context, actor access.Actor) (r Review, started bool, err error) {
	defer errs.Wrap(&err, "tierbook.Tick")
	if _, err := s.askAll(ctx); err != nil {
		return r, false, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		started = false
		if exist, err := tx.CustomersExist(ctx); err != nil || !exist {
			return err
		}
		last, err := tx.TierReviews(ctx, "", 1)
		if err != nil {
			return err
		}
		today, kind := tx.Today(), KindReview
		if _, err := tx.TierReviewOf(ctx, today.Month()); err == nil {
			kind = KindLook
		} else if !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if len(last) > 0 {
			if runs, err := underWay(ctx, tx, last[0]); err != nil || runs || kind == KindLook && last[0].AsOf >= today {
				return err
			}
		}
		r, err = s.begin(ctx, tx, actor, kind)
		if errs.Is(err, errs.KindConflict) { // another one was faster
			return nil
		}
		started = err == nil
		return err
	})
	return r, started, err
}

// RunReview carries a review out; it is the function of jobs of JobReview. Every customer is judged from the standing before the review, so
// that one that was interrupted gives the same when it begins anew.
func (s *Service) RunReview(ctx context.Context, running job.Running) (err error) {
	var args reviewArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "tierbook.RunReview(%d)", args.Review)
	var r Review
	if err := s.store.Read(ctx, func(tx Reader) error {
		r, err = tx.TierReview(ctx, args.Review)
		return err
	}); err != nil {
		return err
	}
	if r.State != ReviewRunning {
		return nil // finished before a crash kept the queue from learning it
	}
	summary, err := s.judgeAll(ctx, running, r)
	if job.Interrupted(ctx, err) {
		return err
	}
	r.State, r.Summary = ReviewComplete, summary
	if err != nil {
		r.State, r.Failure = ReviewFailed, job.Failure(err)
	}
	err = errors.Join(err, s.store.InTx(context.WithoutCancel(ctx), func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		r.FinishedAt = tx.Now()
		if err := tx.SaveTierReview(ctx, r); err != nil || r.State != ReviewComplete || r.Kind != KindReview || r.Summary.Proposals == 0 {
			return err
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindTierWaits, To: notice.To{Permission: access.PermTierApprove}, Subject: r.Subject(), Once: r.JobID,
			Params: notice.Params{"Month": notice.Month(r.Month)}})
	}))
	if err == nil {
		_, err = s.askAll(ctx) // what fails is made good by the next Tick
	}
	return err
}

// judgeAll outlines all customers, and judges them one portion after the other.
func (s *Service) judgeAll(ctx context.Context, running job.Running, r Review) (sum ReviewSummary, err error) {
	j, sum, err := s.outlineAll(ctx, running, r)
	if err != nil {
		return sum, err
	}
	after, done := int64(0), int64(0)
	for {
		var last int64
		var counted ReviewSummary
		if err := s.store.InTx(ctx, func(tx Tx) error {
			if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
				return err
			}
			counted, last, err = s.judgePortion(ctx, tx, j, after, sum)
			return err
		}); err != nil || last == 0 {
			return sum, err
		}
		sum.take(counted)
		after = last
		done += batchCustomers
		running.Report(job.Progress{Stage: "tierbook.stage_judging", Done: min(done, int64(j.all)), Total: int64(j.all)})
	}
}
