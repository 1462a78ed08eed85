// Package contact is the persons at customers: who they are, what they have to say in a decision, how to reach them.
//
// A contact is a working record of its customer and in reach with it. Telephone numbers are whole only for who may see them; the audit log
// never has them. Two contacts are not merged; contacts of two customers that are one come together with them (package merge).
package contact

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// Parts are what a person has to say in a decision; the empty one is unknown.
var Parts = []string{"decides", "recommends", "uses", "buys", "against"}

// Contact is a person at a customer.
type Contact struct {
	ID         int64           `json:"-"`
	CustomerID int64           `json:"customer_id"`
	Name       string          `json:"name"`
	Title      string          `json:"title"`
	Part       string          `json:"part"` // one of Parts, or empty
	Phone      string          `json:"phone"`
	WeChat     string          `json:"wechat"`
	Email      string          `json:"email"`
	Note       string          `json:"note"`
	Gone       bool            `json:"gone"`                // has left the customer
	Lang       i18n.Lang       `json:"lang,omitempty"`      // in which letters are written; empty: Chinese
	SilentAt   time.Time       `json:"silent_at,omitzero"`  // since when they want no messages; zero: they may be written to
	SilentBy   string          `json:"silent_by,omitempty"` // the user who recorded it, or SilentByThemselves
	Fields     customfield.Set `json:"fields,omitempty"`    // of the company's own
	CreatedBy  string          `json:"-"`
	CreatedAt  time.Time       `json:"-"`
	Revision   int64           `json:"-"`
}

// Subject is how histories and the audit log name the contact.
func (c Contact) Subject() string { return "contact:" + strconv.FormatInt(c.ID, 10) }

// SilentByThemselves is who recorded that somebody wants no messages when they said so themselves.
const SilentByThemselves = "contact"

// Silent reports whether the contact wants no messages.
func (c Contact) Silent() bool { return !c.SilentAt.IsZero() }

func (c *Contact) silence(silent bool, by string, at time.Time) {
	c.SilentAt, c.SilentBy = time.Time{}, ""
	if silent {
		c.SilentAt, c.SilentBy = at, by
	}
}

// Mask leaves the first three and the last two digits of a telephone number, or less of a short one.
func Mask(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-5) + phone[len(phone)-2:]
}

// Entry is a contact as it is entered.
type Entry struct {
	ID         int64 // 0: a new one
	CustomerID int64 // of a new one
	Name       string
	Title      string
	Part       string
	Phone      string
	WeChat     string
	Email      string
	Note       string
	Gone       bool
	Lang       *i18n.Lang         // nil keeps what is there
	NoMessages *bool              // want no messages; nil keeps what is there
	Fields     customfield.Inputs // of the company's own
	Seen       int64              // Revision of what is changed; 0 skips the check
}

var (
	phoneShape = regexp.MustCompile(`^\+?[0-9]{5,20}$`)
	emailShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	phoneNoise = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "（", "", "）", "")
)

// TidyPhone takes out of a number what people write between its digits.
func TidyPhone(phone string) string { return phoneNoise.Replace(phone) }

// PhoneFits reports whether a tidy number can be one.
func PhoneFits(phone string) bool { return phoneShape.MatchString(phone) }

// EmailFits reports whether an address can be one.
func EmailFits(email string) bool { return emailShape.MatchString(email) }

func (in Entry) check(c *fact.Checker) {
	c.Text("name", in.Name, true)
	c.Text("title", in.Title, false)
	c.Text("wechat", in.WeChat, false)
	c.Text("email", in.Email, false)
	c.Text("note", in.Note, false)
	if in.Part != "" && !slices.Contains(Parts, in.Part) {
		c.Add("part", in.Part, "form.error.choice", nil)
	}
	if in.Phone != "" && !PhoneFits(in.Phone) {
		c.Add("phone", "", "contact.bad_phone", nil)
	}
	if in.Email != "" && !EmailFits(in.Email) && !c.Has("email") {
		c.Add("email", in.Email, "contact.bad_email", nil)
	}
	if in.Lang != nil && *in.Lang != "" && !slices.Contains(i18n.Langs(), *in.Lang) {
		c.Add("lang", string(*in.Lang), "form.error.choice", nil)
	}
}

// Reader reads contacts on one snapshot.
type Reader interface {
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	Contacts(ctx context.Context, customerID int64, limit int) ([]Contact, error) // who has left comes last
	Contact(ctx context.Context, id int64) (Contact, error)                       // NotFound
	customfield.Records

	Customer(ctx context.Context, id int64) (customer.Customer, error) // NotFound
	// ContactRows returns contacts of customers in reach, and the cursor of the next page; ContactTotal how many there are.
	ContactRows(ctx context.Context, reach customer.Reach, f Filter) ([]Row, string, error)
	ContactTotal(ctx context.Context, reach customer.Reach, f Filter) (fact.Total, error)
	// ContactsLike are contacts with a telephone number, whoever's.
	ContactsLike(ctx context.Context, phone string, limit int) ([]Row, error)
	// CustomerSellers are who shares deals of a customer, the busiest first.
	CustomerSellers(ctx context.Context, reach customer.Reach, id int64) ([]customer.Seller, error)
	WorkChanges(ctx context.Context, subject string, limit int) ([]process.Change, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	customfield.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertContact(ctx context.Context, c Contact) error
	SaveContact(ctx context.Context, c Contact) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows contacts and takes changes.
type Service struct {
	store    Store
	now      func() time.Time
	currency func() money.Currency // of amounts in fields of the company's own
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, currency: money.Constantly(money.CNY)}
}

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

func (s *Service) reach(actor access.Actor, p access.Permission) customer.Reach {
	return customer.Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// Shown is how many contacts of a customer are shown.
const Shown = 200

// Page is the contacts of a customer.
type Page struct {
	Contacts []Contact // without whole numbers where the actor may not see them
	MayWrite bool
}

// OfCustomer returns the contacts of a customer in reach. Errors: forbidden; not found, also out of reach.
func (s *Service) OfCustomer(ctx context.Context, actor access.Actor, customerID int64) (page Page, err error) {
	defer errs.Wrap(&err, "contact.OfCustomer(%d)", customerID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return page, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := s.require(ctx, r, actor, access.PermSalesRead, customerID); err != nil {
			return err
		}
		if page.Contacts, err = r.Contacts(ctx, customerID, Shown); err != nil {
			return err
		}
		whole, err := s.may(ctx, r, actor, access.PermContactPhone, customerID)
		if err != nil {
			return err
		}
		fields, err := r.CustomFields(ctx, customfield.ObjectContact)
		if err != nil {
			return err
		}
		for i := range page.Contacts {
			if !whole {
				page.Contacts[i] = page.Contacts[i].masked(fields)
			}
		}
		page.MayWrite, err = s.may(ctx, r, actor, access.PermWorkWrite, customerID)
		return err
	})
	return page, err
}

// masked is the contact as who may not see whole telephone numbers sees it: the number, and what the company itself keeps as personal, hidden.
func (c Contact) masked(fields []customfield.Field) Contact {
	c.Phone, c.Fields = Mask(c.Phone), customfield.Masked(fields, c.Fields)
	return c
}

// Get returns a contact of a customer in reach for a change. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (c Contact, err error) {
	defer errs.Wrap(&err, "contact.Get(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		c, err = s.open(ctx, r, actor, id)
		if err != nil {
			return err
		}
		whole, err := s.may(ctx, r, actor, access.PermContactPhone, c.CustomerID)
		if err != nil || whole {
			return err
		}
		fields, err := r.CustomFields(ctx, customfield.ObjectContact)
		c = c.masked(fields)
		return err
	})
	return c, err
}

func (s *Service) may(ctx context.Context, r Reader, actor access.Actor, p access.Permission, customerID int64) (bool, error) {
	if !actor.Can(p) {
		return false, nil
	}
	return r.CustomerInReach(ctx, s.reach(actor, p), customerID)
}

func (s *Service) require(ctx context.Context, r Reader, actor access.Actor, p access.Permission, customerID int64) error {
	ok, err := s.may(ctx, r, actor, p, customerID)
	if err == nil && !ok {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	return err
}

func (s *Service) open(ctx context.Context, r Reader, actor access.Actor, id int64) (Contact, error) {
	c, err := r.Contact(ctx, id)
	if err != nil {
		return Contact{}, err
	}
	ok, err := s.may(ctx, r, actor, access.PermWorkWrite, c.CustomerID)
	if err == nil && !ok {
		err = errs.New(errs.KindNotFound, "contact.missing", nil)
	}
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

// Save adds a contact to a customer in reach, or changes one. A number that comes back masked stays what it is. Errors: forbidden; not found
// out of reach; invalid; conflict when it was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (c Contact, err error) {
	defer errs.Wrap(&err, "contact.Save(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err = s.SaveIn(ctx, tx, actor, in)
		return err
	})
	return c, err
}

// SaveIn is Save within a transaction that writes more, such as the conversion of a lead. Errors: as Save.
func (s *Service) SaveIn(ctx context.Context, tx Tx, actor access.Actor, in Entry) (c Contact, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	in.Phone = TidyPhone(in.Phone)
	var before any
	old := Contact{CustomerID: in.CustomerID, CreatedBy: actor.UserID, CreatedAt: tx.Now()}
	if in.ID != 0 {
		if old, err = s.open(ctx, tx, actor, in.ID); err != nil {
			return c, err
		}
		if in.Seen != 0 && old.Revision != in.Seen {
			return c, errs.New(errs.KindConflict, "contact.changed_meanwhile", nil)
		}
		if in.Phone == Mask(old.Phone) {
			in.Phone = old.Phone
		}
		before = old
	} else if err := s.require(ctx, tx, actor, access.PermWorkWrite, in.CustomerID); err != nil {
		return c, err
	}
	var wrong fact.Checker
	in.check(&wrong)
	set, fields, err := customfield.Fill(ctx, tx, customfield.ObjectContact, s.currency(), old.Fields, in.Fields, &wrong)
	if err != nil {
		return c, err
	}
	if err := wrong.Err(); err != nil {
		return c, err
	}
	c = old
	c.Fields = set
	c.Name, c.Title, c.Part, c.Phone, c.WeChat, c.Email, c.Note, c.Gone = in.Name, in.Title, in.Part, in.Phone, in.WeChat, in.Email, in.Note, in.Gone
	if in.Lang != nil {
		c.Lang = *in.Lang
	}
	if in.NoMessages != nil && *in.NoMessages != c.Silent() {
		c.silence(*in.NoMessages, actor.UserID, tx.Now())
	}
	if in.ID != 0 && c == old {
		return c, nil
	}
	c.Revision++
	action := "contact.change"
	if in.ID == 0 {
		action = "contact.add"
		if c.ID, err = tx.NextNumber(ctx, "contact"); err != nil {
			return c, err
		}
		err = tx.InsertContact(ctx, c)
	} else {
		err = tx.SaveContact(ctx, c)
	}
	if err != nil {
		return c, err
	}
	if err := customfield.Keep(ctx, tx, fields, c.ID, old.Fields, c.Fields); err != nil {
		return c, err
	}
	hide := append([]string{"phone", "wechat", "email"}, customfield.PersonalPaths(fields)...)
	return c, process.Record(ctx, tx, actor, process.Write{Action: action, Subject: c.Subject(), Revision: c.Revision, Before: before, After: c, Hide: hide})
}
