package followup

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/tierbook"
)

// Reader reads follow-ups and tasks on one snapshot.
type Reader interface {
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (opportunity.Opportunity, error) // NotFound, also out of reach
	FollowUps(ctx context.Context, opportunityID, before int64, limit int) ([]FollowUp, error)    // newest first, below an id when it is not 0
	// FollowUpsWith are those of a customer: of its opportunities whose owners are in reach, and of none; the newest first.
	FollowUpsWith(ctx context.Context, reach deal.Reach, customerID int64, limit int) ([]FollowUp, error)
	FollowUp(ctx context.Context, id int64) (FollowUp, error) // NotFound
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	Tasks(ctx context.Context, q TaskQuery) ([]Task, error) // by day
	TaskCount(ctx context.Context, q TaskQuery) (int64, error)
	Task(ctx context.Context, reach deal.Reach, id int64) (Task, error) // NotFound, also out of reach
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	tierbook.KeepingTx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertFollowUp(ctx context.Context, f FollowUp) error
	// MarkFollowed notes on the opportunity when it was last followed up and when the next contact is; earlier ones don't go back.
	MarkFollowed(ctx context.Context, opportunityID int64, at time.Time, next calendar.Date) error
	InsertFollowUpPlace(ctx context.Context, followUpID int64, p Place, at time.Time) error
	// ForgetPlaces drops places that were given before a moment.
	ForgetPlaces(ctx context.Context, before time.Time) (int64, error)
	// FollowContacts notes on an opportunity which of its open contacts is next.
	FollowContacts(ctx context.Context, opportunityID int64) error
	InsertTask(ctx context.Context, t Task) error
	SaveTask(ctx context.Context, t Task) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// TaskQuery chooses open tasks.
type TaskQuery struct {
	PersonID      int64 // 0: anybody's
	OpportunityID int64
	CustomerID    int64 // its own, not those of its opportunities
	Kind          TaskKind
	Due           fact.Days
	Limit         int
}

// Rhythm is told of every contact with a customer, in its transaction: when the next one is due counts from there.
type Rhythm interface {
	Contacted(ctx context.Context, tx tierbook.KeepingTx, customerID int64, on calendar.Date) error
}

// Service records follow-ups and keeps tasks.
type Service struct {
	store  Store
	now    func() time.Time
	rhythm Rhythm
	files  Files
}

// Photo is a picture that was taken where the follow-up was made.
type Photo struct {
	Name    string
	Content []byte
}

// Files keeps photos in the transaction in which their follow-up is recorded.
type Files interface {
	// AddPhoto keeps a photo. Errors: invalid for what is no picture.
	AddPhoto(ctx context.Context, tx Tx, actor access.Actor, followUpID int64, photo Photo) error
}

// WithFiles says where photos are kept; without it, none are taken.
func (s *Service) WithFiles(files Files) *Service {
	s.files = files
	return s
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// WithRhythm lets contacts begin the rhythm of their customers anew; without one they don't.
func (s *Service) WithRhythm(r Rhythm) *Service {
	s.rhythm = r
	return s
}

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// openTasksMax is how many open tasks of an opportunity or a person are looked at.
const openTasksMax = 200

// History returns follow-ups of an opportunity in reach, the newest first, below an id when it is not 0. Errors: forbidden; not found.
func (s *Service) History(ctx context.Context, actor access.Actor, opportunityID, before int64, limit int) (list []FollowUp, err error) {
	defer errs.Wrap(&err, "followup.History(%d)", opportunityID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := r.Opportunity(ctx, s.reach(actor, access.PermSalesRead), opportunityID); err != nil {
			return err
		}
		list, err = r.FollowUps(ctx, opportunityID, before, min(max(limit, 1), fact.LimitMax))
		return err
	})
	return list, err
}

// Dealings are what was said to a customer, and what is to be done with it about no opportunity.
type Dealings struct {
	FollowUps []FollowUp // the newest first: of its opportunities whose owners are in reach, and of none
	Tasks     []Task     // open, about no opportunity, by day
	MayWrite  bool
}

// With returns dealings with a customer in reach, at most limit follow-ups. Errors: forbidden; not found.
func (s *Service) With(ctx context.Context, actor access.Actor, customerID int64, limit int) (d Dealings, err error) {
	defer errs.Wrap(&err, "followup.With(%d)", customerID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		reach := s.reach(actor, access.PermSalesRead)
		if err := s.requireCustomer(ctx, r, reach, customerID); err != nil {
			return err
		}
		if d.FollowUps, err = r.FollowUpsWith(ctx, reach, customerID, min(max(limit, 1), fact.LimitMax)); err != nil {
			return err
		}
		if d.Tasks, err = r.Tasks(ctx, TaskQuery{CustomerID: customerID, Due: fact.AnyDay(), Limit: openTasksMax}); err != nil || !actor.Can(access.PermWorkWrite) {
			return err
		}
		writes := s.reach(actor, access.PermWorkWrite)
		d.MayWrite, err = r.CustomerInReach(ctx, customer.Reach{Scope: writes.Scope, Today: writes.Today}, customerID)
		return err
	})
	return d, err
}

// requireCustomer wants a customer to be in reach. Errors: not found.
func (s *Service) requireCustomer(ctx context.Context, r Reader, reach deal.Reach, id int64) error {
	ok, err := r.CustomerInReach(ctx, customer.Reach{Scope: reach.Scope, Today: reach.Today}, id)
	if err == nil && !ok {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	return err
}

// Get returns a follow-up of an opportunity or a customer in reach. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (f FollowUp, err error) {
	defer errs.Wrap(&err, "followup.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return f, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if f, err = r.FollowUp(ctx, id); err != nil {
			return err
		}
		reach := s.reach(actor, access.PermSalesRead)
		if f.OpportunityID == 0 {
			return s.requireCustomer(ctx, r, reach, f.CustomerID)
		}
		_, err = r.Opportunity(ctx, reach, f.OpportunityID)
		return err
	})
	if err != nil {
		f = FollowUp{}
	}
	return f, err
}

// ForgetPlaces drops the places of follow-ups whose time is over, and says how many.
func (s *Service) ForgetPlaces(ctx context.Context) (count int64, err error) {
	defer errs.Wrap(&err, "followup.ForgetPlaces")
	before := s.now().AddDate(0, 0, -PlaceDays)
	err = s.store.InTx(ctx, func(tx Tx) error {
		count, err = tx.ForgetPlaces(ctx, before)
		return err
	})
	return count, err
}
