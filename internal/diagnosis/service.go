package diagnosis

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
)

// Service keeps runs of the diagnosis.
type Service struct {
	store    Store
	problems *problem.Service
	newID    func() string
	now      func() time.Time // where the company is
	currency func() money.Currency
	answers  func(ctx context.Context, from calendar.Date) ([]TeamAnswers, error) // nil: the staff is not asked
	plans    func(ctx context.Context, on calendar.Date) ([]finding.PlanLine, error)
}

// TeamAnswers are scores of 1 to 5 that a team gave to one kind of question, each of somebody else; nobody is named.
type TeamAnswers struct {
	TeamID   int64
	Question finding.Question
	Scores   []float64
}

// WithAnswers lets runs over the installation's own records take what the staff answered from a day on.
func (s *Service) WithAnswers(read func(ctx context.Context, from calendar.Date) ([]TeamAnswers, error)) *Service {
	s.answers = read
	return s
}

// WithPlans lets runs over the installation's own records take the components of the plans of pay in force on a day.
func (s *Service) WithPlans(read func(ctx context.Context, on calendar.Date) ([]finding.PlanLine, error)) *Service {
	s.plans = read
	return s
}

// NewService returns a Service; newID makes ids of jobs, problems is the list that a run brings up to date.
func NewService(store Store, problems *problem.Service, newID func() string, now func() time.Time, currency func() money.Currency) *Service {
	return &Service{store: store, problems: problems, newID: newID, now: now, currency: currency}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// LastMonthEnd is the day that a diagnosis is usually of: the last of the month that is over.
func (s *Service) LastMonthEnd() calendar.Date { return (s.today().Month() - 1).Last() }

// MayRun reports whether the actor starts runs.
func (s *Service) MayRun(actor access.Actor) bool { return actor.CanAll(access.PermDiagnosisRun) }

// reads wants somebody who may see the problems of the whole company: a run is about all of it.
// Reads reports whether somebody sees runs: they are about the whole company.
func Reads(actor access.Actor) bool { return reads(actor) == nil }

func reads(actor access.Actor) error {
	return actor.RequireAll(access.PermProblemRead, access.PermDiagnosisRun)
}

// Start asks for a run. Errors: forbidden; invalid; conflict while another one is at work.
func (s *Service) Start(ctx context.Context, actor access.Actor, ask Ask) (run Run, err error) {
	defer errs.Wrap(&err, "diagnosis.Start")
	if err := actor.RequireAll(access.PermDiagnosisRun); err != nil {
		return run, err
	}
	if err := ask.check(s.today()); err != nil {
		return run, err
	}
	files, err := keep(ctx, ask.Files)
	if err != nil {
		return run, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if run, err = s.begin(ctx, tx, actor, ask); err != nil {
			return err
		}
		if err := tx.PutDiagnosisFiles(ctx, run.ID, files); err != nil {
			return err
		}
		args, err := json.Marshal(RunArgs{run.ID})
		if err != nil {
			return err
		}
		err = tx.Enqueue(ctx, job.Spec{ID: run.JobID, Kind: KindRun, Args: args, Unique: "diagnosis", Subject: run.Subject(), CreatedBy: actor.UserID})
		if errs.Is(err, errs.KindConflict) {
			return errs.New(errs.KindConflict, "diagnosis.at_work", nil)
		}
		return err
	})
	return run, err
}

func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor, ask Ask) (run Run, err error) {
	run = Run{State: StateRunning, Origin: OriginOwn, AsOf: ask.AsOf, Note: ask.Note, CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now(), JobID: s.newID(), Revision: 1}
	names := []string{}
	if len(ask.Files) > 0 {
		run.Origin, run.AsOf = OriginSheets, calendar.NoDate
		for _, f := range ask.Files {
			names = append(names, f.Name)
		}
	}
	if run.ID, err = tx.NextNumber(ctx, "diagnosis_run"); err != nil {
		return run, err
	}
	if err := tx.InsertDiagnosisRun(ctx, run); err != nil {
		return run, err
	}
	return run, audit.Append(ctx, tx, actor, "diagnosis.start", run.Subject(), nil, map[string]any{"origin": run.Origin, "as_of": ask.AsOf, "files": names, "note": ask.Note})
}

// StartNow makes a run at once, for tools that make up a company.
func (s *Service) StartNow(ctx context.Context, actor access.Actor, ask Ask) (run Run, err error) {
	defer errs.Wrap(&err, "diagnosis.StartNow")
	if err := ask.check(s.today()); err != nil {
		return run, err
	}
	files, err := keep(ctx, ask.Files)
	if err != nil {
		return run, err
	}
	if err := s.store.InTx(ctx, func(tx Tx) error {
		if run, err = s.begin(ctx, tx, actor, ask); err != nil {
			return err
		}
		return tx.PutDiagnosisFiles(ctx, run.ID, files)
	}); err != nil {
		return run, err
	}
	found, err := s.make(ctx, &run, func(job.Progress) {})
	if err != nil {
		return run, err
	}
	return run, s.store.InTx(ctx, func(tx Tx) error { return s.finish(ctx, tx, actor, &run, found) })
}

// The limits.
const (
	runsMost = 100
)

// Listing is the runs as the actor sees them.
type Listing struct {
	Runs   []Run
	Next   int64 // of the page behind; 0: the last
	MayRun bool
	AsOf   calendar.Date // what a form begins with
}

// List returns runs, the newest first, below an id unless that is 0. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, before int64) (l Listing, err error) {
	defer errs.Wrap(&err, "diagnosis.List")
	if err := reads(actor); err != nil {
		return l, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		l = Listing{MayRun: s.MayRun(actor), AsOf: s.LastMonthEnd()}
		if l.Runs, err = r.DiagnosisRuns(ctx, before, runsMost+1); err != nil {
			return err
		}
		if len(l.Runs) > runsMost {
			l.Runs = l.Runs[:runsMost]
			l.Next = l.Runs[runsMost-1].ID
		}
		return nil
	})
	return l, err
}

// Shown is a run with the problems that its findings are.
type Shown struct {
	Run
	Job      job.Job          // while it is at work
	Problems map[string]int64 // ids by identity
	MayRun   bool
}

// Get returns a run. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "diagnosis.Get(%d)", id)
	if err := reads(actor); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		v = Shown{MayRun: s.MayRun(actor), Problems: map[string]int64{}}
		if v.Run, err = r.DiagnosisRun(ctx, id); err != nil {
			return err
		}
		if v.State == StateRunning && v.JobID != "" {
			if v.Job, err = r.Job(ctx, v.JobID); err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
		}
		identities := []string{}
		for i := range v.Outcome.Findings {
			f := &v.Outcome.Findings[i]
			identities = append(identities, f.Identity())
			if !actor.CanAll(access.PermPayAll) {
				f.Rows = problem.WithoutPay(f.Rows)
			}
		}
		list, err := r.Problems(ctx, problem.Filter{Reach: problem.Reach{All: true}, Identities: identities})
		for i := range list {
			v.Problems[list[i].Identity()] = list[i].ID
		}
		return err
	})
	return v, err
}

// Comparison is what changed from one run to another.
type Comparison struct {
	Before, After Run
	New           []Found // in After alone
	Gone          []Found // in Before alone, of kinds that After could look for
	Unlooked      []Found // in Before alone, of kinds that After could not look for
	Both          []Pair
}

// Pair is a finding of both runs.
type Pair struct{ Before, After Found }

// Compare compares two runs. Errors: forbidden; not found; conflict where one is not ready.
func (s *Service) Compare(ctx context.Context, actor access.Actor, before, after int64) (c Comparison, err error) {
	defer errs.Wrap(&err, "diagnosis.Compare(%d, %d)", before, after)
	if err := reads(actor); err != nil {
		return c, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		c = Comparison{}
		if c.Before, err = r.DiagnosisRun(ctx, before); err != nil {
			return err
		}
		c.After, err = r.DiagnosisRun(ctx, after)
		return err
	})
	if err != nil {
		return c, err
	}
	if c.Before.State != StateReady || c.After.State != StateReady {
		return c, errs.New(errs.KindConflict, "diagnosis.not_ready", nil)
	}
	c.compare()
	return c, nil
}

func (c *Comparison) compare() {
	earlier := map[string]int{}
	for i := range c.Before.Outcome.Findings {
		earlier[c.Before.Outcome.Findings[i].Identity()] = i
	}
	later := map[string]bool{}
	for _, f := range c.After.Outcome.Findings {
		later[f.Identity()] = true
		if i, both := earlier[f.Identity()]; both {
			c.Both = append(c.Both, Pair{c.Before.Outcome.Findings[i], f})
		} else {
			c.New = append(c.New, f)
		}
	}
	for _, f := range c.Before.Outcome.Findings {
		switch {
		case later[f.Identity()]:
		case slices.Contains(c.After.Outcome.Looked, f.Kind):
			c.Gone = append(c.Gone, f)
		default:
			c.Unlooked = append(c.Unlooked, f)
		}
	}
}

// yearMinor is what a company collected in the twelve months up to a day.
func yearMinor(c *finding.Company) (sum int64) {
	from := (c.AsOf.Month() - 11).First()
	for _, p := range c.Payments {
		if p.Paid >= from && p.Paid <= c.AsOf {
			sum += p.AmountMinor
		}
	}
	return sum
}
