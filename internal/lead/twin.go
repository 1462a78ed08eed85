package lead

import (
	"context"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/naming"
)

// TwinKind is what a lead may be once more.
type TwinKind string

// The kinds of twin.
const (
	TwinLead     TwinKind = "lead"
	TwinCustomer TwinKind = "customer"
)

// Twin is a lead or a customer that may be the one at hand. Of one out of reach only that it exists is told, and whose it is.
type Twin struct {
	Kind      TwinKind
	ID        int64  // 0 out of reach
	Key       string // of a customer; empty out of reach
	Name      string // empty out of reach
	SamePhone bool
	SameCode  bool
	SameName  bool     // but for place, legal form and signs
	Owners    []string // whose it is; none where it is nobody's
}

// Likeness asks for what is like a lead.
type Likeness struct {
	ID         int64 // the lead itself, which is no twin of its own; 0 for a new one
	Company    string
	Phone      string
	CreditCode string
}

// twinsMax is how many of a kind are told of.
const twinsMax = 5

// Twins returns open leads with the same telephone number or company, customers with a contact of that number, and customers with the same
// or nearly the same name. Errors: forbidden.
func (s *Service) Twins(ctx context.Context, actor access.Actor, of Likeness) (twins []Twin, err error) {
	defer errs.Wrap(&err, "lead.Twins")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, err
	}
	phone, core := contact.TidyPhone(of.Phone), naming.Core(of.Company)
	if !contact.PhoneFits(phone) { // also one that comes back masked
		phone = ""
	}
	alike, err := s.customers.TwinsOfLead(ctx, actor, customer.Likeness{Name: of.Company, CreditCode: of.CreditCode})
	if err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		twins = nil
		leads, err := r.LeadsLike(ctx, phone, core, twinsMax+1)
		if err != nil {
			return err
		}
		for _, l := range leads {
			if l.ID == of.ID || len(twins) == twinsMax {
				continue
			}
			t := Twin{Kind: TwinLead, ID: l.ID, Name: l.Label(), SamePhone: phone != "" && l.Phone == phone, SameName: core != "" && naming.Core(l.Company) == core}
			if l.OwnerName != "" {
				t.Owners = []string{l.OwnerName}
			}
			_, err := r.Lead(ctx, s.reach(actor, access.PermSalesRead), l.ID)
			if errs.Is(err, errs.KindNotFound) {
				t.ID, t.Name, err = 0, "", nil
			}
			if err != nil {
				return err
			}
			twins = append(twins, t)
		}
		twins, err = s.customerTwins(ctx, r, actor, phone, alike, twins)
		return err
	})
	return twins, err
}

// customerTwins adds the customers: those like in name, and those of contacts with the number that are within reach.
func (s *Service) customerTwins(ctx context.Context, r Reader, actor access.Actor, phone string, alike []customer.Twin, twins []Twin) ([]Twin, error) {
	var called []customer.Customer
	if phone != "" {
		var err error
		if called, err = r.CustomersWithPhone(ctx, phone, twinsMax); err != nil {
			return nil, err
		}
	}
	for _, a := range alike {
		t := Twin{Kind: TwinCustomer, ID: a.ID, Key: a.Key, Name: a.Name, SameCode: a.SameCode, SameName: a.SameName, Owners: a.Owners}
		called = slices.DeleteFunc(called, func(c customer.Customer) bool {
			t.SamePhone = t.SamePhone || c.ID == a.ID
			return c.ID == a.ID
		})
		twins = append(twins, t)
	}
	for _, c := range called {
		t := Twin{Kind: TwinCustomer, SamePhone: true, ID: c.ID, Key: c.Key, Name: c.Name}
		in, err := r.CustomerInReach(ctx, customer.Reach{Scope: actor.ScopeOf(access.PermSalesRead), Today: s.today()}, c.ID)
		if err != nil {
			return nil, err
		}
		if !in {
			t.ID, t.Key, t.Name = 0, "", ""
		}
		twins = append(twins, t)
	}
	return twins, nil
}

// asFields is the error with fields that may be renamed.
func asFields(err error) (*errs.Error, bool) {
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok || len(failure.Fields) == 0 {
		return nil, false
	}
	named := *failure
	named.Fields = slices.Clone(failure.Fields)
	return &named, true
}
