package opportunity

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// Reader reads opportunities on one snapshot. An opportunity is in reach when its owner is.
type Reader interface {
	Opportunities(ctx context.Context, reach deal.Reach, filter Filter) ([]Opportunity, string, error)
	OpportunityTotal(ctx context.Context, reach deal.Reach, filter Filter) (fact.Total, error)
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (Opportunity, error) // NotFound, also out of reach
	BoardCards(ctx context.Context, reach deal.Reach, filter Filter, column Column, limit int) ([]Opportunity, error)
	BoardSums(ctx context.Context, reach deal.Reach, filter Filter, column Column) (fact.Total, error)
	// CountOnStage counts the opportunities of the whole company in a state on a stage, at most limit of them; 0 counts all.
	CountOnStage(ctx context.Context, stage Stage, state State, limit int) (int64, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	customfield.Reader
	process.Reader
}

// Tx is one write transaction.
type Tx interface {
	Reader
	deal.Tx
	process.Tx
	customfield.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	// OnStage returns opportunities of the whole company in a state on a stage.
	OnStage(ctx context.Context, stage Stage, state State, limit int) ([]Opportunity, error)
	InsertOpportunity(ctx context.Context, o Opportunity) error
	SaveOpportunity(ctx context.Context, o Opportunity) error // Conflict when it was changed meanwhile
	CustomerID(ctx context.Context, key string) (int64, error)
	TierOf(ctx context.Context, customerID int64) (string, error) // empty for a customer that nobody sorted
	// UntoldInvoices are invoices since a day, or the one with the key, of deals of won opportunities of which the process was not told; no credit notes.
	UntoldInvoices(ctx context.Context, key string, from calendar.Date, limit int) ([]Invoiced, error)
	// PassContacts hands the contacts that are arranged from one person to another.
	PassContacts(ctx context.Context, id, from, to int64) error
	// DropContacts takes back the contacts that are arranged: there is nothing more to win.
	DropContacts(ctx context.Context, id int64) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows opportunities and takes what people do with them.
type Service struct {
	store  Store
	deals  *deal.Service
	gate   Gate // nil lets everything pass
	stages Stages
	now    func() time.Time
	// currency is that of amounts in fields of the company's own.
	currency func() money.Currency
}

// NewService returns a Service; deals records the deal that comes of one.
func NewService(store Store, deals *deal.Service, now func() time.Time) *Service {
	return &Service{store: store, deals: deals, stages: shippedStages{}, now: now, currency: money.Constantly(money.CNY)}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

// read is a read by somebody who may see sales data.
func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach deal.Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// Page is a part of the list; Total is of the whole filter.
type Page struct {
	Rows  []Opportunity
	Next  string
	Total fact.Total
}

// List returns opportunities within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "opportunity.List")
	set, err := s.Stages(ctx)
	if err != nil {
		return page, err
	}
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		fields, err := r.CustomFields(ctx, customfield.ObjectOpportunity)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(fields, set, s.currency()); err != nil {
			return err
		}
		if page.Total, err = r.OpportunityTotal(ctx, reach, filter); err != nil {
			return err
		}
		if page.Rows, page.Next, err = r.Opportunities(ctx, reach, filter); err != nil {
			return err
		}
		return customfield.HideRows(ctx, s.veil(r, actor, fields), page.Rows, func(o *Opportunity) (int64, *customfield.Set) { return o.OwnerID, &o.Fields })
	})
	return page, err
}

// Each calls fn on every opportunity of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Opportunity) error) (more bool, err error) {
	defer errs.Wrap(&err, "opportunity.Each")
	set, err := s.Stages(ctx)
	if err != nil {
		return false, err
	}
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		filter.Paging.Limit = fact.LimitMax
		fields, err := r.CustomFields(ctx, customfield.ObjectOpportunity)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(fields, set, s.currency()); err != nil {
			return err
		}
		veil := s.veil(r, actor, fields)
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Opportunity, string, error) {
			filter.Paging = p
			return r.Opportunities(ctx, reach, filter)
		}, func(o Opportunity) error {
			if err := veil.Hide(ctx, o.OwnerID, &o.Fields); err != nil {
				return err
			}
			return fn(o)
		})
		return err
	})
	return more, err
}

// Column is one column of the board: the open opportunities of a stage, and, on the stages after a signature, those won since a day.
type Column struct {
	Stage    Stage
	WonSince calendar.Date
}

// Lane is a column with what stands in it; Total is of all its cards, of which the first are shown.
type Lane struct {
	Stage Stage
	Cards []Opportunity
	Total fact.Total
}

// The board shows what was won for some months, and of each column the cards that are expected next.
const (
	boardWonDays = 90
	BoardCards   = 30
)

// Board returns the columns of the board for a filter; its state, stage and paging do not count. One stage alone shows all its cards up to
// fact.LimitMax. Errors: forbidden, invalid.
func (s *Service) Board(ctx context.Context, actor access.Actor, filter Filter) (lanes []Lane, err error) {
	defer errs.Wrap(&err, "opportunity.Board")
	set, err := s.Stages(ctx)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		whole := filter.Stage
		filter.State, filter.Stage, filter.Paging, filter.WithoutDeal = "", "", fact.Paging{}, false
		fields, err := r.CustomFields(ctx, customfield.ObjectOpportunity)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(fields, set, s.currency()); err != nil {
			return err
		}
		stages, err := withLeft(ctx, r, set)
		if err != nil {
			return err
		}
		for _, stage := range stages {
			lane, column, limit := Lane{Stage: stage}, Column{stage, s.today() - boardWonDays}, BoardCards
			if stage == whole {
				limit = fact.LimitMax
			}
			if lane.Total, err = r.BoardSums(ctx, reach, filter, column); err != nil {
				return err
			}
			if lane.Cards, err = r.BoardCards(ctx, reach, filter, column, limit); err != nil {
				return err
			}
			lanes = append(lanes, lane)
		}
		return nil
	})
	return lanes, err
}

// Detail is an opportunity with its history, the newest first (at most HistoryShown changes).
type Detail struct {
	Opportunity
	Changes  []process.Change
	MayWrite bool
	// MayRecord says that the actor may record the deal that comes of it.
	MayRecord bool
}

// HistoryShown is how many changes a page shows.
const HistoryShown = 100

// Get returns an opportunity within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "opportunity.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		if d.Opportunity, err = r.Opportunity(ctx, reach, id); err != nil {
			return err
		}
		if actor.Can(access.PermWorkWrite) {
			_, err := r.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			d.MayWrite = err == nil
		}
		d.MayRecord = d.MayWrite && actor.Can(access.PermSalesWrite)
		if d.Changes, err = r.WorkChanges(ctx, Subject(id), HistoryShown); err != nil {
			return err
		}
		return s.hide(ctx, r, actor, &d)
	})
	return d, err
}

// ChangesSince returns what others did after a revision, the oldest first: what a refused change did not know of. Errors: as Get.
func (s *Service) ChangesSince(ctx context.Context, actor access.Actor, id, revision int64) (changes []process.Change, err error) {
	defer errs.Wrap(&err, "opportunity.ChangesSince(%d, %d)", id, revision)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		o, err := r.Opportunity(ctx, reach, id)
		if err != nil {
			return err
		}
		d := Detail{Opportunity: o}
		if d.Changes, err = r.WorkChangesSince(ctx, Subject(id), revision); err != nil {
			return err
		}
		err = s.hide(ctx, r, actor, &d)
		changes = d.Changes
		return err
	})
	return changes, err
}

// Events returns the events of the case in the order recorded. Errors: as Get.
func (s *Service) Events(ctx context.Context, actor access.Actor, id int64) (events []process.Event, err error) {
	defer errs.Wrap(&err, "opportunity.Events(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		if _, err := r.Opportunity(ctx, reach, id); err != nil {
			return err
		}
		events, err = r.CaseEvents(ctx, id)
		return err
	})
	return events, err
}
