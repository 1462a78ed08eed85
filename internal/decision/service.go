package decision

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// Filter chooses decisions: those of persons, and what a user logged; All stands for everybody's.
type Filter struct {
	State   State // empty: all
	All     bool
	Persons []int64
	UserID  string
	From    calendar.Date // decided from a day on; NoDate: all
	Due     calendar.Date // open, and due on a day; NoDate: all
	Limit   int
}

// Month is how many decisions of a month rest on evidence.
type Month struct {
	Month        calendar.Month
	Logged       int64
	WithEvidence int64
}

// Reader reads the log on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	Decision(ctx context.Context, id int64) (Decision, error) // NotFound
	// Decisions returns the latest first.
	Decisions(ctx context.Context, f Filter) ([]Decision, error)
	DecisionMonths(ctx context.Context, f Filter) ([]Month, error) // the latest first
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertDecision(ctx context.Context, d Decision) error
	SaveDecision(ctx context.Context, d Decision) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Meetings hand over the numbers of a meeting as evidence, as the actor sees it.
type Meetings interface {
	Evidence(ctx context.Context, actor access.Actor, reviewID, personID int64) ([]Evidence, error)
}

// Service keeps the log.
type Service struct {
	store    Store
	meetings Meetings
	now      func() time.Time
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, meetings Meetings, now func() time.Time) *Service {
	return &Service{store, meetings, now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// MayLog reports whether the actor logs decisions.
func (s *Service) MayLog(actor access.Actor) bool { return MayLog(actor) }

// MayLog reports whether somebody logs decisions: who leads people, and who keeps the targets of the company.
func MayLog(actor access.Actor) bool {
	return !actor.ReadOnly && (actor.Can(access.PermTargetPropose) || actor.CanAll(access.PermTargetWrite))
}

func (s *Service) mayLog(actor access.Actor) error {
	if s.MayLog(actor) {
		return nil
	}
	if err := actor.Require(access.PermTargetPropose); err != nil {
		return err
	}
	return errs.New(errs.KindForbidden, "access.read_only", nil)
}

// Log keeps a decision with its evidence. Errors: forbidden; invalid; those of the meeting that its evidence is taken from.
func (s *Service) Log(ctx context.Context, actor access.Actor, in Entry) (d Decision, err error) {
	defer errs.Wrap(&err, "decision.Log")
	if err := s.mayLog(actor); err != nil {
		return d, err
	}
	evidence := slices.Clone(in.Evidence)
	for i := range evidence {
		if evidence[i].At.IsZero() {
			evidence[i].At = s.now()
		}
	}
	in.Evidence = evidence
	if err := in.check(s.today()); err != nil {
		return d, err
	}
	if in.ReviewID != 0 {
		taken, err := s.meetings.Evidence(ctx, actor, in.ReviewID, in.PersonID)
		if err != nil {
			return d, err
		}
		in.Evidence = append(taken, in.Evidence...)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		d, err = write(ctx, tx, actor, in)
		return err
	})
	return d, err
}

// Writer is what keeping a decision needs of a transaction.
type Writer interface {
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertDecision(ctx context.Context, d Decision) error
}

// LogIn keeps a decision in the transaction of what it decides; its evidence is handed over. Errors: forbidden; invalid.
func LogIn(ctx context.Context, tx Writer, actor access.Actor, in Entry) (Decision, error) {
	if !MayLog(actor) {
		return Decision{}, actor.Require(access.PermTargetPropose)
	}
	for i := range in.Evidence {
		if in.Evidence[i].At.IsZero() {
			in.Evidence[i].At = tx.Now()
		}
	}
	if err := in.check(in.On); err != nil {
		return Decision{}, err
	}
	return write(ctx, tx, actor, in)
}

func write(ctx context.Context, tx Writer, actor access.Actor, in Entry) (d Decision, err error) {
	d = Decision{Title: in.Title, Detail: in.Detail, On: in.On, PersonID: actor.PersonID, ByID: actor.UserID, ByName: actor.Name, ReviewID: in.ReviewID, Evidence: in.Evidence, Expected: in.Expected, DueOn: in.DueOn, State: StateOpen, CreatedAt: tx.Now(), Revision: 1}
	if d.ID, err = tx.NextNumber(ctx, "decision"); err != nil {
		return d, err
	}
	if err := tx.InsertDecision(ctx, d); err != nil {
		return d, err
	}
	return d, audit.Append(ctx, tx, actor, "decision.log", d.Subject(), nil, map[string]any{"title": d.Title, "detail": d.Detail, "on": d.On, "review": d.ReviewID, "evidence": d.Evidence, "expected": d.Expected, "due_on": d.DueOn})
}

// reach is whose decisions the actor sees.
func (s *Service) reach(ctx context.Context, r Reader, actor access.Actor) (f Filter, err error) {
	scope := actor.ScopeOf(access.PermSalesRead)
	f = Filter{All: scope.All, UserID: actor.UserID, From: calendar.NoDate, Due: calendar.NoDate}
	if !f.All {
		f.Persons, err = r.PersonsInReach(ctx, scope, s.today())
	}
	return f, err
}

// sees reports whether a decision is within what a filter chooses.
func (f Filter) sees(d *Decision) bool {
	return f.All || d.ByID == f.UserID || d.PersonID != 0 && slices.Contains(f.Persons, d.PersonID)
}

// Listing is the log as the actor sees it, with the data-driven rate of each month.
type Listing struct {
	Decisions []Decision
	Months    []Month
	Today     calendar.Date
	MayLog    bool
}

const (
	listMost   = 200
	monthsMost = 12
)

// List returns decisions in reach, the latest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, state State) (l Listing, err error) {
	defer errs.Wrap(&err, "decision.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return l, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		l = Listing{Today: s.today(), MayLog: s.MayLog(actor)}
		f, err := s.reach(ctx, r, actor)
		if err != nil {
			return err
		}
		f.State, f.Limit = state, listMost
		if l.Decisions, err = r.Decisions(ctx, f); err != nil {
			return err
		}
		f.State, f.From = "", (l.Today.Month() - monthsMost + 1).First()
		l.Months, err = r.DecisionMonths(ctx, f)
		return err
	})
	return l, err
}

// Shown is a decision with what the actor may do.
type Shown struct {
	Decision
	MayClose bool
	Today    calendar.Date
}

// Get returns a decision. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "decision.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		d, err := s.seen(ctx, r, actor, id)
		v = Shown{Decision: d, MayClose: s.closes(actor, &d), Today: s.today()}
		return err
	})
	return v, err
}

func (s *Service) seen(ctx context.Context, r Reader, actor access.Actor, id int64) (Decision, error) {
	d, err := r.Decision(ctx, id)
	if err != nil {
		return d, err
	}
	f, err := s.reach(ctx, r, actor)
	if err == nil && !f.sees(&d) {
		err = errs.New(errs.KindNotFound, "decision.missing", nil)
	}
	return d, err
}

// closes reports whether the actor notes what came of a decision: who logged it, and who keeps the targets of the company.
func (s *Service) closes(actor access.Actor, d *Decision) bool {
	return s.MayLog(actor) && d.State == StateOpen && (d.ByID == actor.UserID || actor.CanAll(access.PermTargetWrite))
}

// Close notes what came of a decision. Errors: forbidden; not found; invalid; conflict when it was noted already, or changed after in.Seen.
func (s *Service) Close(ctx context.Context, actor access.Actor, in Result) (d Decision, err error) {
	defer errs.Wrap(&err, "decision.Close(%d)", in.ID)
	if err := s.mayLog(actor); err != nil {
		return d, err
	}
	then := slices.Clone(in.Then)
	for i := range then {
		if then[i].At.IsZero() {
			then[i].At = s.now()
		}
	}
	in.Then = then
	if err := in.check(); err != nil {
		return d, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if d, err = s.seen(ctx, tx, actor, in.ID); err != nil {
			return err
		}
		switch {
		case in.Seen != 0 && in.Seen != d.Revision:
			return errs.New(errs.KindConflict, "decision.changed_meanwhile", nil)
		case d.State != StateOpen:
			return errs.New(errs.KindConflict, "decision.closed_already", nil)
		case !s.closes(actor, &d):
			return errs.New(errs.KindForbidden, "decision.author_alone", nil)
		}
		d.State, d.Outcome, d.Then, d.ClosedAt, d.ClosedName, d.Revision = in.State, in.Outcome, in.Then, tx.Now(), actor.Name, d.Revision+1
		if err := tx.SaveDecision(ctx, d); err != nil {
			return err
		}
		if err := notice.Settle(ctx, tx, notice.End{Subject: d.Subject(), Kinds: []notice.Kind{notice.KindDecisionDue}}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "decision.close", d.Subject(), map[string]any{"state": StateOpen}, map[string]any{"state": d.State, "outcome": d.Outcome, "then": d.Then})
	})
	return d, err
}

// Remind tells who logged a decision on its day that its outcome is to be noted; a day off is told on the working day behind it.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	defer errs.Wrap(&err, "decision.Remind")
	err = s.store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		for day := m.Work.AddWorkDays(m.Day, -1) + 1; day <= m.Day; day++ {
			list, err := r.Decisions(ctx, Filter{State: StateOpen, All: true, From: calendar.NoDate, Due: day, Limit: listMost})
			if err != nil {
				return err
			}
			for i := range list {
				d := &list[i]
				due.Messages = append(due.Messages, notice.Message{Kind: notice.KindDecisionDue, To: notice.To{UserIDs: []string{d.ByID}}, Subject: d.Subject(), Once: d.DueOn.String(), Params: notice.Params{"Title": notice.Word(d.Title)}})
			}
		}
		return nil
	})
	return due, err
}
