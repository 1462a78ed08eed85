package customer

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/naming"
)

// Row is a customer in a list, with what the actor may see of its deals.
type Row struct {
	Customer
	Deals      int64
	LastSigned calendar.Date   // NoDate without a deal
	Standing   string          // the tier that reviews gave, A, B or C; empty before the first
	Fields     customfield.Set // of the company's own
	Formerly   []string        // other names, of customers that were merged into it
}

// Seller is who shares deals of a customer.
type Seller struct {
	PersonID int64
	Name     string
	Deals    int64
}

// Version is one fact about a customer with its recorded time.
type Version struct {
	Customer Customer
	Mark     fact.Mark
}

// Detail is a customer with its sellers and everything ever recorded about it, the newest first.
type Detail struct {
	Customer
	Sellers  []Seller
	Versions []Version
	MayWrite bool
}

// The orders of the list.
const (
	SortKey  = "key"
	SortName = "name"
	SortCity = "city"
)

// Filter chooses customers.
type Filter struct {
	Search     string // part of a name, key or credit code
	Industry   string
	City       string
	PersonID   int64  // who sells to them
	Standing   string // the tier that reviews gave
	ExactTotal bool   // however long it takes
	Uncounted  bool   // the page alone, where nobody is told how many there are
	Paging     fact.Paging
	Fields     []customfield.Condition // of the company's own fields
	Asked      []customfield.Where     // what they mean; the service sets it
	Order      customfield.Order       // the field that the list's order names; the service sets it
}

func (f Filter) checked(fields []customfield.Field, currency money.Currency) (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Text("industry", f.Industry, false)
	c.Text("city", f.City, false)
	if f.Standing != "" && f.Standing != "A" && f.Standing != "B" && f.Standing != "C" {
		c.Add("standing", f.Standing, "form.error.choice", nil)
	}
	var sorts []string
	f.Order, sorts = customfield.OrderOf(fields, f.Paging.Sort)
	if f.Asked = customfield.Resolve(fields, f.Fields, currency, &c); f.Order.Given() {
		f.Asked = append(f.Asked, f.Order.Has())
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, append([]string{SortKey, SortName, SortCity}, sorts...)...)
	return f, err
}

// Page is a part of the list; Count is of the whole filter, the least there are when More.
type Page struct {
	Rows  []Row
	Next  string
	Count int64
	More  bool
}

// Reach is how far somebody sees: a scope as of today.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Reader reads customers on one snapshot. A customer is in reach when a person in reach has it, shares one of its
// deals, owns an opportunity of it, looks after it, or after a service case of it that is not closed.
type Reader interface {
	Customers(ctx context.Context, reach Reach, filter Filter) ([]Row, string, error)
	CustomerCount(ctx context.Context, reach Reach, filter Filter) (count int64, more bool, err error)
	Customer(ctx context.Context, id int64) (Customer, error) // NotFound
	// CustomerID finds a customer by its number: the survivor, where it was merged into another.
	CustomerID(ctx context.Context, key string) (int64, error)
	// LivesAs is the customer as whom one reads: itself, or the one that it was merged into.
	LivesAs(ctx context.Context, id int64) (int64, error)
	CustomerInReach(ctx context.Context, reach Reach, id int64) (bool, error)
	CustomerSellers(ctx context.Context, reach Reach, id int64) ([]Seller, error)
	CustomerVersions(ctx context.Context, id int64) ([]Version, error)
	// CustomersWithCode are those that have a credit code.
	CustomersWithCode(ctx context.Context, code string) ([]Customer, error)
	// CustomersWith are some whose names hold one of the texts, which are folded, at most limit for each.
	CustomersWith(ctx context.Context, texts []string, limit int) ([]Customer, error)
	customfield.Reader
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

// Service shows customers and takes corrections by hand.
type Service struct {
	store    Store
	now      func() time.Time
	currency func() money.Currency // of amounts in fields of the company's own
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, currency: money.Constantly(money.CNY)}
}

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// List returns customers within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "customer.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return Page{}, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		fields, err := r.CustomFields(ctx, customfield.ObjectCustomer)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(fields, s.currency()); err != nil {
			return err
		}
		if !filter.Uncounted {
			if page.Count, page.More, err = r.CustomerCount(ctx, reach, filter); err != nil {
				return err
			}
		}
		if page.Rows, page.Next, err = r.Customers(ctx, reach, filter); err != nil {
			return err
		}
		for i := range page.Rows {
			if err := s.hide(ctx, r, actor, fields, &page.Rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return page, err
}

// Each calls fn on every customer of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Row) error) (more bool, err error) {
	defer errs.Wrap(&err, "customer.Each")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return false, err
	}
	filter.Paging.Limit = fact.LimitMax
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		fields, err := r.CustomFields(ctx, customfield.ObjectCustomer)
		if err != nil {
			return err
		}
		if filter, err = filter.checked(fields, s.currency()); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Row, string, error) {
			filter.Paging = p
			return r.Customers(ctx, reach, filter)
		}, func(row Row) error {
			if err := s.hide(ctx, r, actor, fields, &row); err != nil {
				return err
			}
			return fn(row)
		})
		return err
	})
	return more, err
}

// Get returns a customer within the actor's reach; in the place of one that was merged into another, that one. Errors: forbidden; not found,
// also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "customer.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return Detail{}, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if id, err = r.LivesAs(ctx, id); err != nil {
			return err
		}
		if d.Customer, err = s.open(ctx, r, reach, id); err != nil {
			return err
		}
		if d.Sellers, err = r.CustomerSellers(ctx, reach, id); err != nil {
			return err
		}
		if actor.Can(access.PermSalesWrite) {
			if d.MayWrite, err = r.CustomerInReach(ctx, s.reach(actor, access.PermSalesWrite), id); err != nil {
				return err
			}
		}
		d.Versions, err = r.CustomerVersions(ctx, id)
		return err
	})
	return d, err
}

func (s *Service) open(ctx context.Context, r Reader, reach Reach, id int64) (Customer, error) {
	in, err := r.CustomerInReach(ctx, reach, id)
	if err != nil {
		return Customer{}, err
	}
	if !in {
		return Customer{}, errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	return r.Customer(ctx, id)
}

// Entry is a customer as it is entered by hand.
type Entry struct {
	ID         int64 // 0: a new one
	Key        string
	Name       string
	Industry   string
	City       string
	CreditCode string       // 18 characters, or empty
	Tier       *string      // nil: stays what it is
	Region     *string      // likewise
	Seen       fact.BatchID // Customer.Recorded of what is corrected; 0 skips the check
}

var creditCodeShape = regexp.MustCompile(`^[0-9A-Z]{18}$`)

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	if in.ID == 0 {
		c.Key("key", in.Key)
	}
	c.Text("name", in.Name, true)
	c.Text("industry", in.Industry, false)
	c.Text("city", in.City, false)
	if in.Tier != nil {
		c.Text("tier", *in.Tier, false)
	}
	if in.Region != nil {
		c.Text("region", *in.Region, false)
	}
	if in.CreditCode != "" && !creditCodeShape.MatchString(in.CreditCode) {
		c.Add("credit_code", in.CreditCode, "customer.bad_credit_code", nil)
	}
	return c.Err()
}

// Save adds a customer or corrects one. Errors: forbidden; invalid, also for a key that is taken; not found out of reach; conflict
// when the customer was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (id int64, receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "customer.Save(%d %s)", in.ID, in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return 0, receipt, err
	}
	in.CreditCode = naming.CreditCode(in.CreditCode)
	if err := in.Validate(); err != nil {
		return 0, receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID == 0 {
			id, receipt, err = add(ctx, tx, actor, in)
			return err
		}
		id = in.ID
		receipt, err = s.correct(ctx, tx, actor, in)
		return err
	})
	return id, receipt, err
}

func (in Entry) record(key string) fact.CustomerRecord {
	return fact.CustomerRecord{Key: key, Name: in.Name, Industry: in.Industry, City: in.City, CreditCode: in.CreditCode, Tier: in.Tier, Region: in.Region}
}

func (s *Service) correct(ctx context.Context, tx Tx, actor access.Actor, in Entry) (receipt fact.Receipt, err error) {
	old, err := s.open(ctx, tx, s.reach(actor, access.PermSalesWrite), in.ID)
	if err != nil {
		return receipt, err
	}
	if in.Seen != 0 && old.Recorded != in.Seen {
		return receipt, errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
	}
	before := fact.CustomerRecord{Key: old.Key, Name: old.Name, Industry: old.Industry, City: old.City, CreditCode: old.CreditCode, Tier: &old.Tier, Region: &old.Region}
	if before.CreditCode != in.CreditCode {
		if err := requireOwnCode(ctx, tx, in.ID, in.CreditCode); err != nil {
			return receipt, err
		}
	}
	_, receipt, err = put(ctx, tx, actor, "customer.correct", &before, in.record(old.Key))
	return receipt, err
}

func add(ctx context.Context, tx Tx, actor access.Actor, in Entry) (id int64, receipt fact.Receipt, err error) {
	if err := requireFree(ctx, tx, in.Key); err != nil {
		return 0, receipt, err
	}
	if err := requireOwnCode(ctx, tx, 0, in.CreditCode); err != nil {
		return 0, receipt, err
	}
	return put(ctx, tx, actor, "customer.add", nil, in.record(in.Key))
}

// put records a customer and tells of it, unless everything is as before.
func put(ctx context.Context, tx Tx, actor access.Actor, action string, before *fact.CustomerRecord, record fact.CustomerRecord) (id int64, receipt fact.Receipt, err error) {
	receipt, err = fact.Record(ctx, tx, actor.UserID, "customer:"+record.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutCustomer(ctx, record) })
	if err != nil {
		return 0, receipt, err
	}
	if id, err = tx.CustomerID(ctx, record.Key); err != nil || receipt.Batch == 0 {
		return id, receipt, err
	}
	return id, receipt, audit.Append(ctx, tx, actor, action, fmt.Sprintf("customer:%d", id), before, record)
}

// RegisterIn adds the customer that a lead became, within the transaction of its conversion. Whoever works with leads may: what is recorded is
// who the customer is, not what it bought. An empty key is given a number. Errors: forbidden; invalid, also for a key or a credit code that is taken.
func (s *Service) RegisterIn(ctx context.Context, tx interface {
	Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
}, actor access.Actor, in Entry) (id int64, key string, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return 0, "", err
	}
	in.ID, in.CreditCode = 0, naming.CreditCode(in.CreditCode)
	for in.Key == "" {
		n, err := tx.NextNumber(ctx, "customer_key")
		if err != nil {
			return 0, "", err
		}
		key := fmt.Sprintf("K%06d", n)
		taken, err := tx.CustomerID(ctx, key)
		if err != nil {
			return 0, "", err
		}
		if taken == 0 {
			in.Key = key
		}
	}
	if err := in.Validate(); err != nil {
		return 0, "", err
	}
	id, _, err = add(ctx, tx, actor, in)
	return id, in.Key, err
}

func requireFree(ctx context.Context, r Reader, key string) error {
	taken, err := r.CustomerID(ctx, key)
	if err == nil && taken != 0 {
		err = errs.Invalid("fact.invalid", []errs.Field{{Path: "key", Value: key, Message: errs.Msg("customer.key_taken", errs.Args{"Key": key})}})
	}
	return err
}
