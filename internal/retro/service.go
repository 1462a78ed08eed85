package retro

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
)

// KindCompute is the job that recomputes closed months; its arguments are Args.
const KindCompute job.Kind = "retro.compute"

// Args name the retro to be carried out.
type Args struct {
	RetroID string `json:"retro_id"`
}

// MonthsMax is how many closed months one retro recomputes.
const MonthsMax = 36

// Filter chooses deltas of a retro. Zero fields choose all.
type Filter struct {
	RetroID string
	Month   calendar.Month
	Search  string // part of a name or key
	PlanID  string
	After   string // cursor: Next of the page before
	Limit   int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of deltas on a page.
const LimitMax = 500

// Named is a delta with whom it is for.
type Named struct {
	Delta
	PersonKey string
	Name      string
}

// Page is a part of the deltas. TotalMinor and Count are of the whole filter.
type Page struct {
	Deltas     []Named
	Next       string
	TotalMinor int64
	Count      int64
}

// Reader reads retros and what they rest on, in one snapshot.
type Reader interface {
	planbook.Reader
	Period(ctx context.Context, month calendar.Month) (period.Period, error)
	// Periods returns the months that have been touched, newest first.
	Periods(ctx context.Context) ([]period.Period, error)
	Run(ctx context.Context, id string) (payout.Run, error)
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error)
	// Retro returns a retro. Errors: not found.
	Retro(ctx context.Context, id string) (Retro, error)
	// Retros returns the retros in a state (in any, for ""), newest first.
	Retros(ctx context.Context, state State) ([]Retro, error)
	RetroDeltas(ctx context.Context, filter Filter) (Page, error)
	// PaidLines returns what a closed month paid, with the differences of the named retros.
	PaidLines(ctx context.Context, month calendar.Month, base []string) ([]payout.Line, error)
	// PaidShares returns what a closed month paid by deal, of lines that its plans kept by deal, with the differences of the named retros.
	PaidShares(ctx context.Context, month calendar.Month, base []string) (Shares, error)
	// FactChanges returns which facts of up to a day hold another value as recorded in the second batch than in the first.
	FactChanges(ctx context.Context, since, until fact.BatchID, last calendar.Date) ([]Change, error)
}

// Tx changes retros.
type Tx interface {
	Reader
	InsertRetro(ctx context.Context, r Retro) error
	// UpdateRetro stores a retro that is still in the state given. Errors: conflict when it is not.
	UpdateRetro(ctx context.Context, r Retro, before State) error
	InsertRetroDeltas(ctx context.Context, retroID string, deltas []Delta) error
	SavePeriod(ctx context.Context, p period.Period) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Enqueue(ctx context.Context, spec job.Spec) error
	Job(ctx context.Context, id string) (job.Job, error)
	HoldJob(ctx context.Context, id string, attempt int) error
	Now() time.Time
}

// Store is where retros are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service recomputes closed months and posts what differs.
type Service struct {
	store    Store
	newID    func() string
	currency func() money.Currency
}

// NewService returns a Service.
func NewService(store Store, newID func() string, currency func() money.Currency) *Service {
	return &Service{store: store, newID: newID, currency: currency}
}

// Start recomputes closed months as of now, as a job, with those after them that rest on what they paid. One retro is computed at a time; one whose job has ended without it is abandoned
// first. Errors: forbidden; invalid for months that are not closed, and for more than MonthsMax, those that rest on others included; conflict while another one is computed.
func (s *Service) Start(ctx context.Context, actor access.Actor, months []calendar.Month) (retro Retro, err error) {
	defer errs.Wrap(&err, "retro.Start(%v)", months)
	if err := actor.RequireAll(access.PermPeriodRun); err != nil {
		return Retro{}, err
	}
	if err := countMonths(months); err != nil {
		return Retro{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := release(ctx, tx); err != nil {
			return err
		}
		months, err := withDependent(ctx, tx, months)
		if err != nil {
			return err
		}
		retro = Retro{ID: s.newID(), State: StateComputing, Months: months, EngineVersion: engine.Version, StartedBy: actor.UserID, StartedAt: tx.Now(), JobID: s.newID()}
		if err := pin(ctx, tx, &retro); err != nil {
			return err
		}
		if err := tx.InsertRetro(ctx, retro); err != nil {
			return err
		}
		args, err := json.Marshal(Args{RetroID: retro.ID})
		if err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{ID: retro.JobID, Kind: KindCompute, Args: args, Unique: "retro", CreatedBy: actor.UserID, Subject: "retro:" + retro.ID}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "retro.start", "retro:"+retro.ID, nil, map[string]any{"months": texts(months), "recorded": retro.Recorded})
	})
	return retro, err
}

func countMonths(months []calendar.Month) error {
	if n := len(months); n == 0 || n > MonthsMax {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "months", Message: errs.Msg("retro.months_count", errs.Args{"Max": MonthsMax})}})
	}
	return nil
}

// withDependent puts months into order and adds the closed months after the first of them whose plans rest on what earlier months paid: what
// a month carries goes through the next ones into the open month. It takes all of them or refuses: a part would leave the open month with an excess that no
// closed month carries.
func withDependent(ctx context.Context, r Reader, chosen []calendar.Month) ([]calendar.Month, error) {
	months, first := slices.Clone(chosen), slices.Min(chosen)
	periods, err := r.Periods(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		if p.State != period.StateClosed || p.Month <= first {
			continue
		}
		rules, err := planbook.ForMonth(ctx, r, p.Month)
		if err != nil && !errs.Is(err, errs.KindConflict) { // no plan any more
			return nil, err
		}
		if payout.NeedsEarlier(rules) {
			months = append(months, p.Month)
		}
	}
	slices.Sort(months)
	months = slices.Compact(months)
	if len(months) > MonthsMax {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "months", Value: first.String(), Message: errs.Msg("retro.dependent_many",
			errs.Args{"Month": first, "Count": len(months) - 1, "Max": MonthsMax, "Earliest": months[len(months)-MonthsMax]})}})
	}
	return months, nil
}

// release abandons a retro whose job has ended without completing it.
func release(ctx context.Context, tx Tx) error {
	running, err := tx.Retros(ctx, StateComputing)
	if err != nil {
		return err
	}
	for _, r := range running {
		j, err := tx.Job(ctx, r.JobID)
		if err != nil {
			return err
		}
		if !j.State.Finished() {
			return errs.New(errs.KindConflict, "retro.one_at_a_time", nil)
		}
		if err := abandon(ctx, tx, r, j.State == job.StateCancelled, j.Failure); err != nil {
			return err
		}
	}
	return nil
}

// pin notes what the retro rests on.
func pin(ctx context.Context, r Reader, retro *Retro) (err error) {
	for _, month := range retro.Months {
		p, err := r.Period(ctx, month)
		if err != nil {
			return err
		}
		if p.State != period.StateClosed {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "months", Value: month.String(), Message: errs.Msg("retro.not_closed", errs.Args{"Month": month})}})
		}
		rules, err := planbook.ForMonth(ctx, r, month)
		if err != nil {
			return err
		}
		retro.Plans = append(retro.Plans, rules.VersionIDs())
	}
	if retro.Recorded, err = r.LatestBatch(ctx); err != nil {
		return err
	}
	retro.Base, err = base(ctx, r)
	return err
}

// base names the retros whose differences are posted, in the order in which they were.
func base(ctx context.Context, r Reader) (ids []string, err error) {
	posted, err := r.Retros(ctx, StatePosted)
	slices.SortFunc(posted, func(a, b Retro) int {
		if c := a.PostedAt.Compare(b.PostedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, p := range posted {
		ids = append(ids, p.ID)
	}
	return ids, err
}

func texts(months []calendar.Month) []string {
	list := make([]string, len(months))
	for i, m := range months {
		list[i] = m.String()
	}
	return list
}

// Post gives the differences to the open month, the one after the last closed one, whose next run takes them up. Errors: forbidden; conflict
// when there is nothing to post, when other differences were posted or withdrawn since it was started, or when the open month is being
// calculated or is approved.
func (s *Service) Post(ctx context.Context, actor access.Actor, id string) (retro Retro, err error) {
	defer errs.Wrap(&err, "retro.Post(%s)", id)
	return s.step(ctx, actor, id, "post", "", func(tx Tx, after *Retro) error {
		if after.State != StateComputed {
			return errs.New(errs.KindConflict, "retro.not_now", errs.Args{"State": errs.Msg("retro.state_"+string(after.State), nil)})
		}
		if after.Deltas == 0 {
			return errs.New(errs.KindConflict, "retro.nothing_to_post", nil)
		}
		now, err := base(ctx, tx)
		if err != nil {
			return err
		}
		if !slices.Equal(now, after.Base) {
			return errs.New(errs.KindConflict, "retro.overtaken", nil)
		}
		periods, err := tx.Periods(ctx)
		if err != nil {
			return err
		}
		if after.PaidIn, err = period.Touch(ctx, tx, actor, period.OpenMonth(periods), "retro:"+after.ID); err != nil {
			return err
		}
		after.State, after.PostedBy, after.PostedAt = StatePosted, actor.UserID, tx.Now()
		return nil
	})
}

// Withdraw takes a retro back, with a reason: one that was not posted, or one whose month has neither been approved nor closed. Errors:
// forbidden; invalid without a reason; conflict.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, reason string) (retro Retro, err error) {
	defer errs.Wrap(&err, "retro.Withdraw(%s)", id)
	reason = strings.TrimSpace(reason)
	return s.step(ctx, actor, id, "withdraw", reason, func(tx Tx, after *Retro) (err error) {
		var c fact.Checker
		c.Text("reason", reason, true)
		if err := c.Err(); err != nil {
			return err
		}
		switch after.State {
		case StateComputed:
		case StatePosted:
			if after.PaidIn, err = period.Touch(ctx, tx, actor, after.PaidIn, "retro:"+after.ID); err != nil {
				return err
			}
		default:
			return errs.New(errs.KindConflict, "retro.not_now", errs.Args{"State": errs.Msg("retro.state_"+string(after.State), nil)})
		}
		after.State, after.WithdrawnBy, after.WithdrawnAt = StateWithdrawn, actor.UserID, tx.Now()
		return nil
	})
}

// step changes a retro in a transaction of its own.
func (s *Service) step(ctx context.Context, actor access.Actor, id, action, reason string, decide func(Tx, *Retro) error) (after Retro, err error) {
	if err := actor.RequireAll(access.PermPeriodRun); err != nil {
		return Retro{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.Retro(ctx, id)
		if err != nil {
			return err
		}
		after = before
		if err := decide(tx, &after); err != nil {
			return err
		}
		return change(ctx, tx, actor, action, before, after, reason)
	})
	return after, err
}

// mayRead lets in who runs months, approves them or sees everybody's pay, of the whole company: a retro recomputes all of it.
func mayRead(actor access.Actor) error {
	return actor.RequireAll(access.PermPayAll, access.PermPeriodRun, access.PermPeriodApprove)
}

// Get returns a retro. Errors: forbidden, not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (retro Retro, err error) {
	defer errs.Wrap(&err, "retro.Get(%s)", id)
	if err := mayRead(actor); err != nil {
		return Retro{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		retro, err = r.Retro(ctx, id)
		return err
	})
	return retro, err
}

// Overview is the retros, newest first, and the months that one may choose from.
type Overview struct {
	Retros []Retro
	Closed []calendar.Month // newest first
	Open   calendar.Month   // where differences would be posted; 0 when no month is closed
}

// List returns the retros and the closed months. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "retro.List")
	if err := mayRead(actor); err != nil {
		return Overview{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if o.Retros, err = r.Retros(ctx, ""); err != nil {
			return err
		}
		periods, err := r.Periods(ctx)
		for _, p := range periods {
			if p.State == period.StateClosed {
				o.Closed = append(o.Closed, p.Month)
			}
		}
		o.Open = period.OpenMonth(periods)
		return err
	})
	return o, err
}

// Deltas returns a page of what a retro found, by month, person, plan and component. Errors: forbidden, not found.
func (s *Service) Deltas(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "retro.Deltas(%s)", filter.RetroID)
	if err := mayRead(actor); err != nil {
		return Page{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := r.Retro(ctx, filter.RetroID); err != nil {
			return err
		}
		page, err = r.RetroDeltas(ctx, filter)
		return err
	})
	return page, err
}
