package deal

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Sharer is a seller of a deal with the name.
type Sharer struct {
	Share
	Name string
}

// Row is a deal in a list.
type Row struct {
	Deal
	CustomerName string
	ProductName  string
	Category     string
	Sharers      []Sharer // as Shares, with names
	PaidMinor    int64    // collections minus refunds, in the deal's currency
	Payments     int64
}

// Version is one fact about a deal with its recorded time.
type Version struct {
	Row  Row // without payments
	Mark fact.Mark
}

// Detail is a deal with its payments, oldest first (at most PaymentsShown of them), and everything ever recorded about it, newest
// first.
type Detail struct {
	Row
	Record   fact.DealRecord // the deal by the company's keys, as it is corrected
	Paid     []PaymentRow
	Invoiced []InvoiceRow // oldest first, at most PaymentsShown
	Versions []Version
	MayWrite bool
}

// PaymentsShown is how many payments, and how many invoices, a deal's page shows.
const PaymentsShown = fact.LimitMax

// PaymentRow is a payment in a list.
type PaymentRow struct {
	Payment
	DealKey      string
	CustomerID   int64
	CustomerName string
	Sharers      []Sharer
}

// PaymentVersion is one fact about a payment with its recorded time.
type PaymentVersion struct {
	Payment Payment
	Mark    fact.Mark
}

// PaymentDetail is a payment with everything ever recorded about it, newest first.
type PaymentDetail struct {
	PaymentRow
	Versions []PaymentVersion
	MayWrite bool
}

// The orders of the lists.
const (
	SortSigned = "signed_on"
	SortPaid   = "paid_on"
	SortAmount = "amount"
	SortKey    = "key"
)

// Filter chooses deals.
type Filter struct {
	Search     string // part of a deal's key or a customer's name
	CustomerID int64
	ProductID  int64
	PersonID   int64 // shares the deal
	TeamID     int64 // somebody of the team, as it is today, shares the deal
	Signed     fact.Days
	Amounts    fact.Amounts
	Paging     fact.Paging
	ExactTotal bool // however long it takes
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Signed, f.Amounts)
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortSigned, SortAmount, SortKey)
	return f, err
}

// PaymentKind limits payments to collections or refunds.
type PaymentKind string

// The kinds of payment; the empty one is no limit.
const (
	AnyPayment PaymentKind = ""
	Collection PaymentKind = "collection"
	Refund     PaymentKind = "refund"
)

// PaymentFilter chooses payments.
type PaymentFilter struct {
	Search     string // a payment's key, or part of a deal's key or a customer's name
	CustomerID int64
	PersonID   int64
	TeamID     int64
	Kind       PaymentKind
	Paid       fact.Days
	Amounts    fact.Amounts
	Paging     fact.Paging
	ExactTotal bool // however long it takes
}

func (f PaymentFilter) checked() (PaymentFilter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Paid, f.Amounts)
	if f.Kind != AnyPayment && f.Kind != Collection && f.Kind != Refund {
		c.Add("kind", string(f.Kind), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortPaid, SortAmount, SortKey)
	return f, err
}

// Page is a part of the list of deals; Total is of the whole filter.
type Page struct {
	Rows  []Row
	Next  string
	Total fact.Total
}

// PaymentPage is a part of the list of payments; Total is of the whole filter.
type PaymentPage struct {
	Rows  []PaymentRow
	Next  string
	Total fact.Total
}

// Reach is how far somebody sees: a scope as of today.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Reader reads deals and payments on one snapshot. A deal is in reach when a person in reach shares it, and its payments with it.
type Reader interface {
	Products(ctx context.Context) ([]Product, error)
	Product(ctx context.Context, id int64) (Product, error)   // NotFound
	ProductID(ctx context.Context, key string) (int64, error) // 0 when there is none
	ProductVersions(ctx context.Context, id int64) ([]ProductVersion, error)
	Deals(ctx context.Context, reach Reach, filter Filter) ([]Row, string, error)
	DealTotal(ctx context.Context, reach Reach, filter Filter) (fact.Total, error)
	Deal(ctx context.Context, reach Reach, key string) (Row, error) // NotFound, also out of reach
	DealRecord(ctx context.Context, dealID int64) (fact.DealRecord, error)
	DealKnown(ctx context.Context, key string) (bool, error) // whoever may see it
	DealVersions(ctx context.Context, dealID int64) ([]Version, error)
	// CustomerToSellTo reports whether the customer is in reach, or nobody has it and it has no deal yet. Who does not see all sells to none that is in a pool.
	CustomerToSellTo(ctx context.Context, reach Reach, key string) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	DealPayments(ctx context.Context, dealID int64, limit int) ([]PaymentRow, error)
	Payments(ctx context.Context, reach Reach, filter PaymentFilter) ([]PaymentRow, string, error)
	PaymentTotal(ctx context.Context, reach Reach, filter PaymentFilter) (fact.Total, error)
	Payment(ctx context.Context, reach Reach, key string) (PaymentRow, error) // NotFound, also out of reach
	PaymentVersions(ctx context.Context, key string) ([]PaymentVersion, error)
	PaymentKnown(ctx context.Context, key string) (bool, error) // whoever may see it
	Invoices(ctx context.Context, reach Reach, filter InvoiceFilter) ([]InvoiceRow, string, error)
	InvoiceTotal(ctx context.Context, reach Reach, filter InvoiceFilter) (fact.Total, error)
	DealInvoices(ctx context.Context, dealID int64, limit int) ([]InvoiceRow, error)
	Invoice(ctx context.Context, reach Reach, key string) (InvoiceRow, error) // NotFound, also out of reach
	InvoiceVersions(ctx context.Context, key string) ([]InvoiceVersion, error)
	InvoiceKnown(ctx context.Context, key string) (bool, error) // whoever may see it
	Rates(ctx context.Context, filter RateFilter) ([]Rate, string, error)
	RateCount(ctx context.Context, filter RateFilter) (int64, error)
	Rate(ctx context.Context, key RateKey) (Rate, error) // NotFound
	RateVersions(ctx context.Context, key RateKey) ([]RateVersion, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	fact.Recorder
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows deals, products and payments, and takes new ones and corrections by hand.
type Service struct {
	store    Store
	now      func() time.Time
	invoiced func(ctx context.Context, tx Tx, actorID, key string) error // nil: nobody is told
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// TellInvoices has somebody told of each invoice that is recorded by hand, in the transaction that records it.
func (s *Service) TellInvoices(told func(ctx context.Context, tx Tx, actorID, key string) error) {
	s.invoiced = told
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

// read is a read of sales data by somebody who may.
func (s *Service) read(ctx context.Context, actor access.Actor, fn func(r Reader, reach Reach) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error { return fn(r, s.reach(actor, access.PermSalesRead)) })
}

// List returns deals within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "deal.List")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.DealTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Deals(ctx, reach, filter)
		return err
	})
	return page, err
}

// Each calls fn on every deal of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Row) error) (more bool, err error) {
	defer errs.Wrap(&err, "deal.Each")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Row, string, error) {
			filter.Paging = p
			return r.Deals(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// Get returns a deal within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, key string) (d Detail, err error) {
	defer errs.Wrap(&err, "deal.Get(%s)", key)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.Row, err = r.Deal(ctx, reach, key); err != nil {
			return err
		}
		if d.Paid, err = r.DealPayments(ctx, d.ID, PaymentsShown); err != nil {
			return err
		}
		if d.Invoiced, err = r.DealInvoices(ctx, d.ID, PaymentsShown); err != nil {
			return err
		}
		if d.MayWrite, err = s.mayWrite(ctx, r, actor, key); err != nil {
			return err
		}
		if d.Record, err = r.DealRecord(ctx, d.ID); err != nil {
			return err
		}
		d.Versions, err = r.DealVersions(ctx, d.ID)
		return err
	})
	return d, err
}

func (s *Service) mayWrite(ctx context.Context, r Reader, actor access.Actor, dealKey string) (bool, error) {
	if !actor.Can(access.PermSalesWrite) {
		return false, nil
	}
	_, err := r.Deal(ctx, s.reach(actor, access.PermSalesWrite), dealKey)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Payments returns payments within the actor's reach. Errors: forbidden, invalid.
func (s *Service) Payments(ctx context.Context, actor access.Actor, filter PaymentFilter) (page PaymentPage, err error) {
	defer errs.Wrap(&err, "deal.Payments")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.PaymentTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Payments(ctx, reach, filter)
		return err
	})
	return page, err
}

// EachPayment calls fn on every payment of the filter, at most fact.ExportMax; more says that there are others. Errors: those of
// Payments and fn.
func (s *Service) EachPayment(ctx context.Context, actor access.Actor, filter PaymentFilter, fn func(PaymentRow) error) (more bool, err error) {
	defer errs.Wrap(&err, "deal.EachPayment")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]PaymentRow, string, error) {
			filter.Paging = p
			return r.Payments(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// Payment returns a payment within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Payment(ctx context.Context, actor access.Actor, key string) (d PaymentDetail, err error) {
	defer errs.Wrap(&err, "deal.Payment(%s)", key)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.PaymentRow, err = r.Payment(ctx, reach, key); err != nil {
			return err
		}
		if d.MayWrite, err = s.mayWrite(ctx, r, actor, d.DealKey); err != nil {
			return err
		}
		d.Versions, err = r.PaymentVersions(ctx, key)
		return err
	})
	return d, err
}
