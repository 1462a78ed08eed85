package revisit

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
)

// Reach is how far somebody sees: visits of people in the scope.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Reader reads visits on one snapshot.
type Reader interface {
	ReturnVisits(ctx context.Context, reach Reach, f Filter) ([]Visit, string, error)
	ReturnVisitTotal(ctx context.Context, reach Reach, f Filter) (fact.Total, error)
	ReturnVisit(ctx context.Context, reach Reach, id int64) (Visit, error) // NotFound, also out of reach
	ReturnVisitRules(ctx context.Context) ([]Rule, error)                  // by name
	ReturnVisitRule(ctx context.Context, id int64) (Rule, error)           // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	CustomerID(ctx context.Context, key string) (int64, error)
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	ContactOf(ctx context.Context, id int64) (customerID int64, err error)
	SoldDeal(ctx context.Context, key string) (servicecase.Sold, error)
	SignedOn(ctx context.Context, dealKey string) (calendar.Date, error) // NoDate when there is none
	ServiceOwner(ctx context.Context, customerID int64) (servicecase.Person, error)
	InsertReturnVisitRule(ctx context.Context, r Rule) error
	SaveReturnVisitRule(ctx context.Context, r Rule) error
	InsertReturnVisit(ctx context.Context, v Visit) error
	SaveReturnVisit(ctx context.Context, v Visit) error // Conflict when it was changed meanwhile
	// DealsToVisit are the keys of deals signed in the days for which the rule has planned nothing yet, the oldest first. Cancelled ones don't
	// count.
	DealsToVisit(ctx context.Context, rule Rule, signed fact.Days, limit int) ([]string, error)
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service plans visits and takes what became of them.
type Service struct {
	store Store
	work  func() calendar.WorkCalendar
	now   func() time.Time
}

// NewService returns a Service.
func NewService(store Store, work func() calendar.WorkCalendar, now func() time.Time) *Service {
	return &Service{store: store, work: work, now: now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// Page is a part of the list.
type Page struct {
	Rows  []Visit
	Next  string
	Total fact.Total
}

// List returns visits within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "revisit.List")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if f, err = f.checked(); err != nil {
			return err
		}
		if page.Total, err = r.ReturnVisitTotal(ctx, reach, f); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.ReturnVisits(ctx, reach, f)
		return err
	})
	return page, err
}

// DayShown is how many visits of somebody's day are listed.
const DayShown = 10

// Mine returns the actor's own visits that are due up to today, the oldest first; none for an account without a person. Errors: forbidden.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (page Page, err error) {
	defer errs.Wrap(&err, "revisit.Mine")
	if actor.PersonID == 0 {
		return page, nil
	}
	return s.List(ctx, actor, Filter{State: StateDue, PersonID: actor.PersonID, Due: fact.Days{From: calendar.NoDate, To: s.today()}, Paging: fact.Paging{Limit: DayShown}})
}

// Detail is a visit with whether the actor may record it.
type Detail struct {
	Visit
	MayWrite bool
}

// Get returns a visit within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "revisit.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.Visit, err = r.ReturnVisit(ctx, reach, id); err != nil || !actor.Can(access.PermWorkWrite) {
			return err
		}
		_, err := r.ReturnVisit(ctx, s.reach(actor, access.PermWorkWrite), id)
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		d.MayWrite = err == nil && d.State == StateDue
		return err
	})
	return d, err
}

// Rules returns the rules, by name. Errors: forbidden.
func (s *Service) Rules(ctx context.Context, actor access.Actor) (rules []Rule, err error) {
	defer errs.Wrap(&err, "revisit.Rules")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		rules, err = r.ReturnVisitRules(ctx)
		return err
	})
	return rules, err
}

// SaveRule adds a rule or changes one; visits that are planned stay. Errors: forbidden; invalid; not found; conflict.
func (s *Service) SaveRule(ctx context.Context, actor access.Actor, in RuleEntry) (kept Rule, err error) {
	defer errs.Wrap(&err, "revisit.SaveRule(%d)", in.ID)
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return kept, err
	}
	if err := in.check(); err != nil {
		return kept, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old := Rule{CreatedBy: actor.UserID, CreatedAt: tx.Now()}
		var before any
		if in.ID != 0 {
			if old, err = tx.ReturnVisitRule(ctx, in.ID); err != nil {
				return err
			}
			if in.Seen != 0 && old.Revision != in.Seen {
				return errs.New(errs.KindConflict, "revisit.changed_meanwhile", nil)
			}
			before = old
		}
		kept = old
		kept.Name, kept.Days, kept.Tier, kept.Active, kept.Since = in.Name, in.Days, in.Tier, in.Active, in.Since
		if in.ID != 0 && kept == old {
			return nil
		}
		kept.Revision++
		action := "return_visit_rule.change"
		if in.ID == 0 {
			action = "return_visit_rule.add"
			if kept.ID, err = tx.NextNumber(ctx, "return_visit_rule"); err != nil {
				return err
			}
			err = tx.InsertReturnVisitRule(ctx, kept)
		} else {
			err = tx.SaveReturnVisitRule(ctx, kept)
		}
		if err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: kept.Subject(), Revision: kept.Revision, Before: before, After: kept})
	})
	return kept, err
}
