// Package profile is what people note of a customer as they work with it, besides the facts: what it needs and may spend, who decides, where
// it is, how it is invoiced, when its contract ends, and how its potential is rated.
//
// A profile is a working record, in reach with its customer: who may work on the customer may change it. Each field remembers the day on
// which it was entered or confirmed last, so that old knowledge can be told from fresh. Facts that pay rests on are package customer's; how
// complete a profile is, package tier says.
package profile

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
	"xiaoguan/internal/ruledoc"
)

// Field names what a profile holds, as policies name it.
type Field string

// The fields.
const (
	FieldNeed          Field = "need"
	FieldBudget        Field = "budget"
	FieldDecisionMaker Field = "decision_maker"
	FieldAddress       Field = "address"
	FieldRegionCode    Field = "region_code"
	FieldInvoiceTitle  Field = "invoice_title"
	FieldContractEnd   Field = "contract_end"

	// FieldContacts is confirmed alone: that the contacts which are there still hold.
	FieldContacts Field = "contacts"
)

// Fields are all fields in the order in which they are asked for.
var Fields = []Field{FieldNeed, FieldBudget, FieldDecisionMaker, FieldRegionCode, FieldAddress, FieldInvoiceTitle, FieldContractEnd}

// The limits of what is entered.
const (
	needRunesMax   = 2000
	ratingMax      = 100
	ratingsMost    = 20
	budgetMinorMax = 1_000_000_000_000_000
)

// Profile is what is noted of one customer.
type Profile struct {
	CustomerID    int64                   `json:"customer_id"`
	Need          string                  `json:"need"`
	BudgetMinor   int64                   `json:"budget_minor"` // of the company's currency; fact.Unknown where nobody knows
	DecisionMaker string                  `json:"decision_maker"`
	Address       string                  `json:"address"`
	RegionCode    string                  `json:"region_code"` // six digits of GB/T 2260
	InvoiceTitle  string                  `json:"invoice_title"`
	ContractEnd   calendar.Date           `json:"contract_end"`     // the last day of the running contract; NoDate where nobody knows
	Ratings       map[string]int          `json:"ratings"`          // from 0 to 100, by the ids of the policy
	Confirmed     map[Field]calendar.Date `json:"confirmed"`        // when a field was entered or confirmed last
	Fields        customfield.Set         `json:"fields,omitempty"` // of the company's own
	Revision      int64                   `json:"-"`                // 0: nothing was noted yet
}

// Empty is the profile of a customer of whom nothing is noted.
func Empty(customerID int64) Profile {
	return Profile{CustomerID: customerID, BudgetMinor: fact.Unknown, ContractEnd: calendar.NoDate}
}

// Subject is how histories and the audit log name the profile.
func (p Profile) Subject() string { return "profile:" + strconv.FormatInt(p.CustomerID, 10) }

// Filled reports whether a field holds something.
func (p Profile) Filled(f Field) bool {
	switch f {
	case FieldNeed:
		return p.Need != ""
	case FieldBudget:
		return p.BudgetMinor != fact.Unknown
	case FieldDecisionMaker:
		return p.DecisionMaker != ""
	case FieldAddress:
		return p.Address != ""
	case FieldRegionCode:
		return p.RegionCode != ""
	case FieldInvoiceTitle:
		return p.InvoiceTitle != ""
	case FieldContractEnd:
		return p.ContractEnd != calendar.NoDate
	}
	return false
}

// ConfirmedOn is the day on which a field was entered or confirmed last.
func (p Profile) ConfirmedOn(f Field) calendar.Date {
	if day, known := p.Confirmed[f]; known {
		return day
	}
	return calendar.NoDate
}

// Same reports whether a field holds the same in both.
func (p Profile) Same(other Profile, f Field) bool {
	switch f {
	case FieldNeed:
		return p.Need == other.Need
	case FieldBudget:
		return p.BudgetMinor == other.BudgetMinor
	case FieldDecisionMaker:
		return p.DecisionMaker == other.DecisionMaker
	case FieldAddress:
		return p.Address == other.Address
	case FieldRegionCode:
		return p.RegionCode == other.RegionCode
	case FieldInvoiceTitle:
		return p.InvoiceTitle == other.InvoiceTitle
	}
	return p.ContractEnd == other.ContractEnd
}

// Take gives a field the value that it has in another profile.
func (p *Profile) Take(other Profile, f Field) {
	switch f {
	case FieldNeed:
		p.Need = other.Need
	case FieldBudget:
		p.BudgetMinor = other.BudgetMinor
	case FieldDecisionMaker:
		p.DecisionMaker = other.DecisionMaker
	case FieldAddress:
		p.Address = other.Address
	case FieldRegionCode:
		p.RegionCode = other.RegionCode
	case FieldInvoiceTitle:
		p.InvoiceTitle = other.InvoiceTitle
	case FieldContractEnd:
		p.ContractEnd = other.ContractEnd
	}
}

// Entry is a profile as it is entered. Confirm says that fields which stay what they are were looked at and still hold.
type Entry struct {
	CustomerID    int64
	Need          string
	BudgetMinor   int64 // fact.Unknown for none
	DecisionMaker string
	Address       string
	RegionCode    string
	InvoiceTitle  string
	ContractEnd   calendar.Date // NoDate for none
	Ratings       map[string]int
	Confirm       bool
	Fields        customfield.Inputs // of the company's own
	Seen          int64              // Revision of what is changed; 0 skips the check
}

var regionShape = regexp.MustCompile(`^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-2])[0-9]{4}$`)

// RegionFits reports whether a code has the form of GB/T 2260: six digits that begin with those of a province.
func RegionFits(code string) bool { return regionShape.MatchString(code) }

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	in.check(&c)
	return c.Err()
}

func (in Entry) check(c *fact.Checker) {
	c.Lines("need", in.Need)
	if utf8.RuneCountInString(in.Need) > needRunesMax {
		c.Add("need", "", "fact.too_long", errs.Args{"Max": needRunesMax})
	}
	if in.BudgetMinor != fact.Unknown && (in.BudgetMinor < 0 || in.BudgetMinor > budgetMinorMax) {
		c.Add("budget", strconv.FormatInt(in.BudgetMinor, 10), "profile.budget_range", nil)
	}
	c.Text("decision_maker", in.DecisionMaker, false)
	c.Text("address", in.Address, false)
	c.Text("invoice_title", in.InvoiceTitle, false)
	if in.RegionCode != "" && !RegionFits(in.RegionCode) {
		c.Add("region_code", in.RegionCode, "profile.bad_region_code", nil)
	}
	if in.ContractEnd != calendar.NoDate {
		c.Day("contract_end", in.ContractEnd)
	}
	if len(in.Ratings) > ratingsMost {
		c.Add("ratings", "", "profile.too_many_ratings", errs.Args{"Max": ratingsMost})
	}
	for _, id := range sortedKeys(in.Ratings) {
		if rating := in.Ratings[id]; !ruledoc.ValidID(id) || rating < 0 || rating > ratingMax {
			c.Add("rating."+id, strconv.Itoa(rating), "tier.rating_range", nil)
		}
	}
}

func sortedKeys(m map[string]int) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Reader reads profiles on one snapshot.
type Reader interface {
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	// Profile returns the profile of a customer, an empty one where nothing was noted.
	Profile(ctx context.Context, customerID int64) (Profile, error)
	WorkChanges(ctx context.Context, subject string, limit int) ([]process.Change, error)
	customfield.Records
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	customfield.Tx
	// SaveProfile stores a profile. It returns an error of kind Conflict when it was changed meanwhile.
	SaveProfile(ctx context.Context, p Profile) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows profiles and takes changes.
type Service struct {
	store    Store
	now      func() time.Time
	currency func() money.Currency // of amounts in fields of the company's own
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, currency: money.Constantly(money.CNY)}
}

func (s *Service) reach(actor access.Actor, p access.Permission) customer.Reach {
	return customer.Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// historyShown is how many changes of a profile are shown.
const historyShown = 50

// Detail is a profile with its history, the newest first.
type Detail struct {
	Profile
	History  []process.Change
	MayWrite bool
}

// Get returns the profile of a customer in reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, customerID int64) (d Detail, err error) {
	defer errs.Wrap(&err, "profile.Get(%d)", customerID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := s.require(ctx, r, actor, access.PermSalesRead, customerID); err != nil {
			return err
		}
		if d.Profile, err = r.Profile(ctx, customerID); err != nil {
			return err
		}
		if actor.Can(access.PermWorkWrite) {
			if d.MayWrite, err = r.CustomerInReach(ctx, s.reach(actor, access.PermWorkWrite), customerID); err != nil {
				return err
			}
		}
		if d.History, err = r.WorkChanges(ctx, d.Subject(), historyShown); err != nil {
			return err
		}
		return s.hide(ctx, r, actor, &d)
	})
	return d, err
}

func (s *Service) require(ctx context.Context, r Reader, actor access.Actor, p access.Permission, customerID int64) error {
	ok, err := r.CustomerInReach(ctx, s.reach(actor, p), customerID)
	if err == nil && !ok {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	return err
}

// Save changes the profile of a customer in reach. Errors: forbidden; not found out of reach; invalid; conflict when it was changed after
// in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (p Profile, err error) {
	defer errs.Wrap(&err, "profile.Save(%d)", in.CustomerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return p, err
	}
	in.Need = fact.TidyLines(in.Need)
	today := calendar.DateOf(s.now())
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := s.require(ctx, tx, actor, access.PermWorkWrite, in.CustomerID); err != nil {
			return err
		}
		before, err := tx.Profile(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		var c fact.Checker
		in.check(&c)
		set, fields, err := customfield.Fill(ctx, tx, customfield.ObjectCustomer, s.currency(), before.Fields, in.Fields, &c)
		if err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		if in.Seen != 0 && before.Revision != in.Seen {
			return errs.New(errs.KindConflict, "profile.changed_meanwhile", nil)
		}
		p = in.onto(before, today)
		p.Fields = set
		p.DateOwn(before, today, in.Confirm)
		if equal(before, p) {
			p = before
			return nil
		}
		p.Revision = before.Revision + 1
		if err := tx.SaveProfile(ctx, p); err != nil {
			return err
		}
		if err := customfield.Keep(ctx, tx, fields, p.CustomerID, before.Fields, p.Fields); err != nil {
			return err
		}
		write := process.Write{Action: "profile.change", Subject: p.Subject(), Revision: p.Revision, After: p, Hide: customfield.PersonalPaths(fields)}
		if before.Revision > 0 {
			write.Before = before
		}
		return process.Record(ctx, tx, actor, write)
	})
	return p, err
}

// onto returns the profile after the entry: what changed, and with Confirm what stays, is of today.
func (in Entry) onto(before Profile, today calendar.Date) Profile {
	p := Profile{CustomerID: in.CustomerID, Need: in.Need, BudgetMinor: in.BudgetMinor, DecisionMaker: in.DecisionMaker, Address: in.Address, RegionCode: in.RegionCode,
		InvoiceTitle: in.InvoiceTitle, ContractEnd: in.ContractEnd, Ratings: map[string]int{}, Confirmed: map[Field]calendar.Date{}}
	for id, rating := range in.Ratings {
		p.Ratings[id] = rating
	}
	for _, f := range Fields {
		switch {
		case !p.Filled(f):
		case in.Confirm || !p.Same(before, f):
			p.Confirmed[f] = today
		default:
			p.Confirmed[f] = before.ConfirmedOn(f)
		}
	}
	if day := before.ConfirmedOn(FieldContacts); in.Confirm {
		p.Confirmed[FieldContacts] = today
	} else if day != calendar.NoDate {
		p.Confirmed[FieldContacts] = day
	}
	return p
}

// equal reports whether nothing would change.
func equal(a, b Profile) bool {
	if len(a.Ratings) != len(b.Ratings) || len(a.Confirmed) != len(b.Confirmed) || a.Fields != b.Fields {
		return false
	}
	for id, rating := range a.Ratings {
		if other, known := b.Ratings[id]; !known || other != rating {
			return false
		}
	}
	for _, f := range Fields {
		if !a.Same(b, f) || a.ConfirmedOn(f) != b.ConfirmedOn(f) {
			return false
		}
	}
	for f, day := range a.Confirmed {
		if b.ConfirmedOn(f) != day {
			return false
		}
	}
	return true
}
