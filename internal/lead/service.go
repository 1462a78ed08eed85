package lead

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Reach is how far somebody sees: leads whose owner is in the scope, and, for who gives leads out, those that are nobody's.
type Reach struct {
	Scope      access.Scope
	Today      calendar.Date
	Unassigned bool
}

// Reader reads leads on one snapshot.
type Reader interface {
	Leads(ctx context.Context, reach Reach, filter Filter) ([]Lead, string, error)
	LeadTotal(ctx context.Context, reach Reach, filter Filter) (fact.Total, error)
	Lead(ctx context.Context, reach Reach, id int64) (Lead, error) // NotFound, also out of reach
	LeadEvents(ctx context.Context, leadID int64) ([]process.Event, error)
	LeadFollowUps(ctx context.Context, leadID int64, limit int) ([]followup.FollowUp, error) // newest first
	// LeadsLike are open leads, whoever's, with the telephone number or the core of a company's name; an empty one asks for nothing.
	LeadsLike(ctx context.Context, phone, core string, limit int) ([]Lead, error)
	// LeadsDue are the open leads of a person whose next contact is by a day, the earliest first.
	LeadsDue(ctx context.Context, personID int64, by calendar.Date, limit int) ([]Lead, error)
	// CustomersWithPhone are the customers that have a contact with the number.
	CustomersWithPhone(ctx context.Context, phone string, limit int) ([]customer.Customer, error)
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	// LastGiven are when persons were given a lead last; who never was is not in it.
	LastGiven(ctx context.Context, persons []int64) (map[int64]time.Time, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
	customfield.Reader
	process.Reader
}

// Tx is one write transaction.
type Tx interface {
	Reader
	opportunity.Tx
	customer.Tx
	contact.Tx
	followup.Tx
	InsertLead(ctx context.Context, l Lead) error
	SaveLead(ctx context.Context, l Lead) error // Conflict when it was changed meanwhile
	AppendLeadEvents(ctx context.Context, leadID int64, events []process.Event) error
	InsertLeadFollowUp(ctx context.Context, leadID int64, f followup.FollowUp) error
	// CopyFollowUps makes the follow-ups of a lead those of an opportunity, with their numbers.
	CopyFollowUps(ctx context.Context, leadID, opportunityID int64) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows leads and takes what people do with them.
type Service struct {
	store         Store
	customers     *customer.Service
	contacts      *contact.Service
	opportunities *opportunity.Service
	followUps     *followup.Service
	now           func() time.Time
	currency      func() money.Currency // of amounts in fields of the company's own
}

// Parts are the services of what a lead becomes.
type Parts struct {
	Customers     *customer.Service
	Contacts      *contact.Service
	Opportunities *opportunity.Service
	FollowUps     *followup.Service
}

// NewService returns a Service.
func NewService(store Store, parts Parts, now func() time.Time) *Service {
	return &Service{store, parts.Customers, parts.Contacts, parts.Opportunities, parts.FollowUps, now, money.Constantly(money.CNY)}
}

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: s.today(), Unassigned: actor.Can(access.PermLeadAssign)}
}

// read is a read by somebody who may see sales data.
func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// Page is a part of the list; Total is of the whole filter.
type Page struct {
	Rows  []Lead // without whole numbers where the actor may not see them
	Next  string
	Total fact.Total
}

// List returns leads within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "lead.List")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		fields, err := r.CustomFields(ctx, customfield.ObjectLead)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(s.now(), fields, s.currency()); err != nil {
			return err
		}
		if page.Total, err = r.LeadTotal(ctx, reach, filter); err != nil {
			return err
		}
		if page.Rows, page.Next, err = r.Leads(ctx, reach, filter); err != nil {
			return err
		}
		m := s.masker(r, actor, fields)
		for i := range page.Rows {
			if err := m.mask(ctx, &page.Rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return page, err
}

// Each calls fn on every lead of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Lead) error) (more bool, err error) {
	defer errs.Wrap(&err, "lead.Each")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Paging.Limit = fact.LimitMax
		fields, err := r.CustomFields(ctx, customfield.ObjectLead)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(s.now(), fields, s.currency()); err != nil {
			return err
		}
		m := s.masker(r, actor, fields)
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Lead, string, error) {
			filter.Paging = p
			return r.Leads(ctx, reach, filter)
		}, func(l Lead) error {
			if err := m.mask(ctx, &l); err != nil {
				return err
			}
			return fn(l)
		})
		return err
	})
	return more, err
}

// masker hides telephone numbers and what else is personal of leads out of the reach in which the actor may see them. The leads are in reach of who
// reads sales data: where numbers reach as far, it asks nothing, otherwise once for each owner.
type masker struct {
	r     Reader
	actor access.Actor
	reach Reach
	same  bool // numbers reach as far as leads
	whole map[int64]bool

	fields []customfield.Field
}

func (s *Service) masker(r Reader, actor access.Actor, fields []customfield.Field) *masker {
	reach := s.reach(actor, access.PermContactPhone)
	return &masker{r, actor, reach, reach.Scope.Same(actor.ScopeOf(access.PermSalesRead)), map[int64]bool{}, fields}
}

func (m *masker) mask(ctx context.Context, l *Lead) (err error) {
	whole, known := m.whole[l.OwnerID]
	if !known {
		switch {
		case !m.actor.Can(access.PermContactPhone):
		case m.same || m.reach.Scope.All || l.OwnerID == 0:
			whole = true
		default:
			if whole, err = m.r.PersonInReach(ctx, m.reach.Scope, m.reach.Today, l.OwnerID); err != nil {
				return err
			}
		}
		m.whole[l.OwnerID] = whole
	}
	if !whole {
		l.Phone, l.Fields = contact.Mask(l.Phone), customfield.Masked(m.fields, l.Fields)
	}
	return nil
}

// Detail is a lead with its history, the newest first (at most HistoryShown of each).
type Detail struct {
	Lead
	Changes   []process.Change
	FollowUps []followup.FollowUp
	MayWrite  bool
	MayAssign bool
}

// HistoryShown is how many changes and follow-ups a page shows.
const HistoryShown = 100

// Get returns a lead within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "lead.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.Lead, err = r.Lead(ctx, reach, id); err != nil {
			return err
		}
		if actor.Can(access.PermWorkWrite) {
			_, err := r.Lead(ctx, s.reach(actor, access.PermWorkWrite), id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			d.MayWrite = err == nil && d.Status != StatusConverted
			d.MayAssign = d.MayWrite && actor.Can(access.PermLeadAssign)
		}
		if d.Changes, err = r.WorkChanges(ctx, Subject(id), HistoryShown); err != nil {
			return err
		}
		if d.FollowUps, err = r.LeadFollowUps(ctx, id, HistoryShown); err != nil {
			return err
		}
		fields, err := r.CustomFields(ctx, customfield.ObjectLead)
		if err != nil {
			return err
		}
		m := s.masker(r, actor, fields)
		if err := m.mask(ctx, &d.Lead); err != nil || m.whole[d.OwnerID] {
			return err
		}
		customfield.HideTold(fields, process.Sides(d.Changes)...)
		return nil
	})
	return d, err
}

// Events returns what happened to the lead, in the order recorded. Errors: as Get.
func (s *Service) Events(ctx context.Context, actor access.Actor, id int64) (events []process.Event, err error) {
	defer errs.Wrap(&err, "lead.Events(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if _, err := r.Lead(ctx, reach, id); err != nil {
			return err
		}
		events, err = r.LeadEvents(ctx, id)
		return err
	})
	return events, err
}

// mineMax is how many leads of each kind somebody's day shows.
const mineMax = 50

// Day is what somebody is to do with leads: first contacts that wait, the oldest first, and contacts that are due by today.
type Day struct {
	Waiting []Lead
	Due     []Lead
}

// Mine returns the actor's own day. Errors: forbidden.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (day Day, err error) {
	defer errs.Wrap(&err, "lead.Mine")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return day, err
	}
	if actor.PersonID == 0 {
		return day, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		reach := Reach{Scope: access.Scope{PersonID: actor.PersonID}, Today: s.today()}
		waiting, err := Filter{Response: ResponseWaiting, Paging: fact.Paging{Sort: SortAssigned, Limit: mineMax}, Created: fact.AnyDay()}.checked(s.now(), nil, s.currency())
		if err != nil {
			return err
		}
		if day.Waiting, _, err = r.Leads(ctx, reach, waiting); err != nil {
			return err
		}
		day.Due, err = r.LeadsDue(ctx, actor.PersonID, s.today(), mineMax)
		return err
	})
	return day, err
}
