package servicecase

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/mention"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/process"
)

// Sold is what is known of a deal or an opportunity that a case is about.
type Sold struct {
	CustomerID    int64
	SellerID      int64
	ProductID     int64
	OpportunityID int64 // 0 without one
}

// Reader reads cases on one snapshot.
type Reader interface {
	ServiceCases(ctx context.Context, reach Reach, f Filter) ([]Case, string, error)
	ServiceCaseTotal(ctx context.Context, reach Reach, f Filter) (fact.Total, error)
	ServiceCase(ctx context.Context, reach Reach, id int64) (Case, error) // NotFound, also out of reach
	// ServiceFigures count how cases kept their time limits, by owner; of the filter the days of opening count alone.
	ServiceFigures(ctx context.Context, reach Reach, f Filter) ([]Figure, error)
	ServiceComments(ctx context.Context, caseID int64, limit int) ([]Comment, error)
	ServiceRules(ctx context.Context) (Rules, error) // Revision 0 when nobody kept any
	// ServicePeople are the people with the role of service, by name.
	ServicePeople(ctx context.Context) ([]Person, error)
	// ServiceOwner is who looks after a customer; the zero Person when nobody does.
	ServiceOwner(ctx context.Context, customerID int64) (Person, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	customfield.Records
	process.Reader
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	customfield.Tx
	notice.Tx
	mention.Reader
	NextNumber(ctx context.Context, sequence string) (int64, error)
	CustomerID(ctx context.Context, key string) (int64, error) // 0 when there is none
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	ContactOf(ctx context.Context, id int64) (customerID int64, err error)              // 0 when there is none
	SoldDeal(ctx context.Context, key string) (Sold, error)                             // zero when there is none
	SoldOpportunity(ctx context.Context, id int64) (sold Sold, dealKey string, _ error) // zero when there is none
	LastSeller(ctx context.Context, customerID int64) (int64, error)                    // who sold to the customer last; 0 when nobody did
	ProductID(ctx context.Context, key string) (int64, error)                           // 0 when there is none
	InsertServiceCase(ctx context.Context, c Case) error
	SaveServiceCase(ctx context.Context, c Case) error // Conflict when it was changed meanwhile
	InsertServiceComment(ctx context.Context, c Comment) error
	// AddServiceMembers lets people see a case in which they were mentioned.
	AddServiceMembers(ctx context.Context, caseID int64, personIDs []int64) error
	SaveServiceRules(ctx context.Context, r Rules) error
	// NotHandedOver are the customer's opportunities that were won on a day or later and of which it was not told who of service took them over.
	NotHandedOver(ctx context.Context, customerID int64, since calendar.Date) ([]int64, error)
	SetServiceOwner(ctx context.Context, customerID, personID int64, at time.Time, by string) error // 0: nobody
	// LateCases are open cases whose running deadline has passed without anybody being told, those that waited longest first.
	LateCases(ctx context.Context, now time.Time, limit int) ([]Case, error)
	// LeadersOf are who leads the team of a person today.
	LeadersOf(ctx context.Context, personID int64, today calendar.Date) ([]int64, error)
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows cases and takes what people do with them.
type Service struct {
	store    Store
	work     func() calendar.WorkCalendar
	now      func() time.Time
	currency func() money.Currency // of amounts in fields of the company's own
}

// NewService returns a Service; now tells the time where the company is.
func NewService(store Store, work func() calendar.WorkCalendar, now func() time.Time) *Service {
	return &Service{store: store, work: work, now: now, currency: money.Constantly(money.CNY)}
}

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	now := s.now()
	return Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(now), Now: now, PersonID: actor.PersonID, Queue: actor.Has(access.RoleService)}
}

// read is a read by somebody who may see sales data.
func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// Page is a part of the list; Count is of the whole filter, the least there are when More.
type Page struct {
	Rows  []Case
	Next  string
	Total fact.Total
}

// List returns cases within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "servicecase.List")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if filter, err = s.checked(ctx, r, filter); err != nil {
			return err
		}
		if page.Total, err = r.ServiceCaseTotal(ctx, reach, filter); err != nil {
			return err
		}
		if page.Rows, page.Next, err = r.ServiceCases(ctx, reach, filter); err != nil {
			return err
		}
		return s.hidden(ctx, r, actor, page.Rows)
	})
	return page, err
}

// Each calls fn on every case of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Case) error) (more bool, err error) {
	defer errs.Wrap(&err, "servicecase.Each")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = s.checked(ctx, r, filter); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Case, string, error) {
			filter.Paging = p
			rows, next, err := r.ServiceCases(ctx, reach, filter)
			if err == nil {
				err = s.hidden(ctx, r, actor, rows)
			}
			return rows, next, err
		}, fn)
		return err
	})
	return more, err
}

// Lane is a column of the board: the cases of a state, of which the first are shown.
type Lane struct {
	State State
	Cards []Case
	Total fact.Total
}

// BoardCards is how many cards of a column are shown.
const BoardCards = 30

// boardDays is for how long the board shows what was closed.
const boardDays = 30

// Board returns the columns of the board for a filter; its state and paging do not count. What was solved or closed is shown when it was
// opened in the last days. Errors: forbidden, invalid.
func (s *Service) Board(ctx context.Context, actor access.Actor, filter Filter) (lanes []Lane, err error) {
	defer errs.Wrap(&err, "servicecase.Board")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Open = false
		opened := filter.Opened
		for _, state := range States {
			filter.State, filter.Opened, filter.Paging = state, opened, fact.Paging{Sort: SortDue, Limit: BoardCards}
			if !state.Open() {
				filter.Paging = fact.Paging{Sort: SortNew, Descending: true, Limit: BoardCards}
				filter.Opened.From = max(filter.Opened.From, reach.Today-boardDays)
			}
			if filter, err = s.checked(ctx, r, filter); err != nil {
				return err
			}
			lane := Lane{State: state}
			if lane.Total, err = r.ServiceCaseTotal(ctx, reach, filter); err != nil {
				return err
			}
			if lane.Cards, _, err = r.ServiceCases(ctx, reach, filter); err != nil {
				return err
			}
			lanes = append(lanes, lane)
		}
		return nil
	})
	return lanes, err
}

// Detail is a case with everything about it; comments and changes are the newest first.
type Detail struct {
	Case
	Comments []Comment
	Changes  []process.Change
	MayWrite bool
}

// HistoryShown is how many comments and changes are shown.
const HistoryShown = 200

// Get returns a case within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "servicecase.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.Case, err = r.ServiceCase(ctx, reach, id); err != nil {
			return err
		}
		if actor.Can(access.PermWorkWrite) {
			_, err := r.ServiceCase(ctx, s.reach(actor, access.PermWorkWrite), id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			d.MayWrite = err == nil
		}
		if d.Comments, err = r.ServiceComments(ctx, id, HistoryShown); err != nil {
			return err
		}
		if d.Changes, err = r.WorkChanges(ctx, Subject(id), HistoryShown); err != nil {
			return err
		}
		return s.hide(ctx, r, actor, &d)
	})
	return d, err
}

// People returns who may look after cases: those with the role of service. Errors: forbidden.
func (s *Service) People(ctx context.Context, actor access.Actor) (people []Person, err error) {
	defer errs.Wrap(&err, "servicecase.People")
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		people, err = r.ServicePeople(ctx)
		return err
	})
	return people, err
}

// OwnerOf returns who looks after a customer; whoever sees the customer may know. Errors: forbidden.
func (s *Service) OwnerOf(ctx context.Context, actor access.Actor, customerID int64) (p Person, err error) {
	defer errs.Wrap(&err, "servicecase.OwnerOf(%d)", customerID)
	err = s.read(ctx, actor, func(r Reader, _ Reach) error {
		p, err = r.ServiceOwner(ctx, customerID)
		return err
	})
	return p, err
}
