package contract

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// Reader reads contracts, instalments and reports on one snapshot. What belongs to a contract is in reach when its owner is.
type Reader interface {
	opportunity.Reader
	Contracts(ctx context.Context, reach deal.Reach, filter Filter) ([]Contract, string, error)
	ContractTotal(ctx context.Context, reach deal.Reach, filter Filter) (fact.Total, error)
	Contract(ctx context.Context, reach deal.Reach, id int64) (Contract, error) // NotFound, also out of reach
	ContractKnown(ctx context.Context, number string) (id int64, err error)     // whoever may see it; 0 when there is none
	Amendments(ctx context.Context, contractID int64) ([]Amendment, error)      // newest first
	Instalments(ctx context.Context, contractID int64) ([]Instalment, error)    // by day
	DueInstalments(ctx context.Context, reach deal.Reach, filter DueFilter) ([]DueRow, string, error)
	DueTotal(ctx context.Context, reach deal.Reach, filter DueFilter) (fact.Total, error) // of what is still to come
	CollectionRates(ctx context.Context, reach deal.Reach, days fact.Days, personID int64) ([]Rate, error)
	CollectionReports(ctx context.Context, reach deal.Reach, filter ReportFilter) ([]Report, string, error)
	CollectionReportTotal(ctx context.Context, reach deal.Reach, filter ReportFilter) (fact.Total, error)
	LeadersOf(ctx context.Context, personID int64, today calendar.Date) ([]int64, error) // of the person's team
	CollectionReport(ctx context.Context, reach deal.Reach, id int64) (Report, error)
	Deal(ctx context.Context, reach deal.Reach, key string) (deal.Row, error)
	Quote(ctx context.Context, reach deal.Reach, id int64) (quote.Quote, error)
	quote.Products
}

// Tx is one write transaction.
type Tx interface {
	Reader
	opportunity.Tx
	approval.Tx
	InsertContract(ctx context.Context, c Contract) error
	SaveContract(ctx context.Context, c Contract) error // Conflict when it was changed meanwhile
	InsertAmendment(ctx context.Context, a Amendment) error
	// DecideAmendment keeps state, request and moment of an amendment that waits. Conflict when it is decided.
	DecideAmendment(ctx context.Context, a Amendment) error
	// PutInstalments replaces the payment plan and covers it with what was collected.
	PutInstalments(ctx context.Context, c Contract, plan []Instalment) error
	// FreshlyOverdue are instalments of cases that were due from a day on and before another, that are not paid, and of which the process was not told.
	FreshlyOverdue(ctx context.Context, from, before calendar.Date, limit int) ([]Overdue, error)
	InsertReport(ctx context.Context, r Report) error
	SaveReport(ctx context.Context, r Report) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows contracts and takes what people do with them.
type Service struct {
	store         Store
	approvals     *approval.Service
	opportunities *opportunity.Service
	deals         *deal.Service
	now           func() time.Time
	currency      func() money.Currency // of amounts in fields of the company's own
	noticeDays    func() int64          // nil: nobody is told before an instalment is due
}

// NewService returns a Service; opportunities are won by signatures, deals records what pay rests on.
func NewService(store Store, approvals *approval.Service, opportunities *opportunity.Service, deals *deal.Service, now func() time.Time) *Service {
	return &Service{store: store, approvals: approvals, opportunities: opportunities, deals: deals, now: now, currency: money.Constantly(money.CNY)}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

// everywhere is the reach of what follows from a decision that somebody else was allowed.
func (s *Service) everywhere() deal.Reach {
	return deal.Reach{Scope: access.Scope{All: true}, Today: s.today()}
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
	Rows  []Contract
	Next  string
	Total fact.Total
}

// List returns contracts within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "contract.List")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		if filter, err = s.checked(ctx, r, filter); err != nil {
			return err
		}
		if page.Total, err = r.ContractTotal(ctx, reach, filter); err != nil {
			return err
		}
		if page.Rows, page.Next, err = r.Contracts(ctx, reach, filter); err != nil {
			return err
		}
		return s.hidden(ctx, r, actor, page.Rows)
	})
	return page, err
}

// unrecordedFor is for how many days a signed contract is expected to become a deal: older ones without one came from elsewhere.
const unrecordedFor = 365

// Unrecorded returns contracts signed within a year, without a deal, that the actor may record it of, those signed first on top. Errors: forbidden.
func (s *Service) Unrecorded(ctx context.Context, actor access.Actor, limit int) (page Page, err error) {
	defer errs.Wrap(&err, "contract.Unrecorded")
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return page, err
	}
	reach := s.reach(actor, access.PermSalesWrite)
	filter, err := Filter{WithoutDeal: true, SignedSince: reach.Today - unrecordedFor, Ends: fact.AnyDay(), Paging: fact.Paging{Sort: SortSigned, Limit: limit}}.checked(nil, money.CNY)
	if err != nil {
		return page, err
	}
	return page, s.store.Read(ctx, func(r Reader) error {
		if page.Total, err = r.ContractTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Contracts(ctx, reach, filter)
		return err
	})
}

// Each calls fn on every contract of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Contract) error) (more bool, err error) {
	defer errs.Wrap(&err, "contract.Each")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = s.checked(ctx, r, filter); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Contract, string, error) {
			filter.Paging = p
			rows, next, err := r.Contracts(ctx, reach, filter)
			if err == nil {
				err = s.hidden(ctx, r, actor, rows)
			}
			return rows, next, err
		}, fn)
		return err
	})
	return more, err
}

// Detail is a contract with what belongs to it.
type Detail struct {
	Contract
	Amendments []Amendment      // newest first
	Plan       []Instalment     // by day
	Reports    []Report         // newest first, at most fact.LimitMax
	Changes    []process.Change // newest first, at most HistoryShown
	Deal       *deal.Row        // that pay rests on; nil while it is not recorded, or out of the reader's reach
	Today      calendar.Date    // on which StateOn was asked
	MayWrite   bool
	MayRecord  bool // the deal
	MayConfirm bool // reports of others
}

// PlannedMinor is what the payment plan adds up to.
func (d Detail) PlannedMinor() (sum int64) {
	for _, i := range d.Plan {
		sum += i.AmountMinor
	}
	return sum
}

// HistoryShown is how many changes a page shows.
const HistoryShown = 100

// Get returns a contract within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "contract.Get(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		d = Detail{Today: s.today(), MayConfirm: actor.Can(access.PermCollectionConfirm)}
		if d.Contract, err = r.Contract(ctx, reach, id); err != nil {
			return err
		}
		if err := quote.NameLines(ctx, r, d.Lines); err != nil {
			return err
		}
		if d.Amendments, err = r.Amendments(ctx, id); err != nil {
			return err
		}
		if d.Plan, err = r.Instalments(ctx, id); err != nil {
			return err
		}
		every := ReportFilter{ContractID: id, Paging: fact.Paging{Sort: SortNew, Descending: true, Limit: fact.LimitMax}}
		if d.Reports, _, err = r.CollectionReports(ctx, reach, every); err != nil {
			return err
		}
		signed, err := r.Deal(ctx, reach, d.Number)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if err == nil && signed.CustomerID == d.CustomerID {
			d.Deal = &signed
		}
		if actor.Can(access.PermWorkWrite) {
			_, err := r.Contract(ctx, s.reach(actor, access.PermWorkWrite), id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			d.MayWrite = err == nil
		}
		d.MayRecord = actor.Can(access.PermSalesWrite) && d.State == StateSigned && d.Deal == nil
		if d.Changes, err = r.WorkChanges(ctx, Subject(id), HistoryShown); err != nil {
			return err
		}
		return s.hide(ctx, r, actor, &d)
	})
	return d, err
}

// DueRow is an instalment with its contract.
type DueRow struct {
	Instalment
	ContractNumber string
	Title          string
	CustomerID     int64
	CustomerName   string
	OwnerName      string
}

// DuePage is a part of the list of instalments; Total is of what is still to come.
type DuePage struct {
	Rows  []DueRow
	Next  string
	Total fact.Total
	Today calendar.Date
}

// Due returns instalments of signed contracts within the actor's reach, by day. Errors: forbidden, invalid.
func (s *Service) Due(ctx context.Context, actor access.Actor, filter DueFilter) (page DuePage, err error) {
	defer errs.Wrap(&err, "contract.Due")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		page = DuePage{Today: s.today()}
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.DueTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.DueInstalments(ctx, reach, filter)
		return err
	})
	return page, err
}

// EachDue calls fn on every instalment of the filter, at most fact.ExportMax. Errors: those of Due and fn.
func (s *Service) EachDue(ctx context.Context, actor access.Actor, filter DueFilter, fn func(DueRow) error) (more bool, err error) {
	defer errs.Wrap(&err, "contract.EachDue")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]DueRow, string, error) {
			filter.Paging = p
			return r.DueInstalments(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// dueShown is how many instalments somebody's day shows; dueAhead how many days it looks ahead.
const (
	dueShown = 20
	dueAhead = 7
)

// Mine returns the actor's own instalments that are late, or due within a week. Errors: forbidden.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (rows []DueRow, err error) {
	defer errs.Wrap(&err, "contract.Mine")
	if actor.PersonID == 0 {
		return nil, actor.Require(access.PermSalesRead)
	}
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		rows, _, err = r.DueInstalments(ctx, reach, DueFilter{Open: true, PersonID: actor.PersonID, Due: fact.Days{From: calendar.NoDate, To: s.today() + dueAhead}, Paging: fact.Paging{Sort: SortDue, Limit: dueShown}})
		return err
	})
	return rows, err
}

// Rate is how much of what was due has come, in one currency.
type Rate struct {
	Fact           fact.Sum // what was due
	CollectedMinor int64
}

// Rates says how much of the instalments that were due on the days has come, by currency. PersonID 0 is everybody in reach. Errors: forbidden,
// invalid.
func (s *Service) Rates(ctx context.Context, actor access.Actor, days fact.Days, personID int64) (rates []Rate, err error) {
	defer errs.Wrap(&err, "contract.Rates")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		var c fact.Checker
		c.Ranges(days, fact.Amounts{})
		if err := c.Err(); err != nil {
			return err
		}
		rates, err = r.CollectionRates(ctx, reach, days, personID)
		return err
	})
	return rates, err
}
