package contact

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

// The orders of the list.
const (
	SortName = "name"
	SortNew  = "new"
)

// PartUnknown chooses contacts of whom nobody knows what they have to say.
const PartUnknown = "unknown"

// Filter chooses contacts.
type Filter struct {
	Search     string // part of a contact's or customer's name, also in pinyin
	Part       string // one of Parts, or PartUnknown
	Gone       *bool  // who has left, or who has not; nil: both
	CustomerID int64
	ExactTotal bool
	Paging     fact.Paging
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	if f.Part != "" && f.Part != PartUnknown && !slices.Contains(Parts, f.Part) {
		c.Add("part", f.Part, "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortName, SortNew)
	return f, err
}

// Row is a contact in a list.
type Row struct {
	Contact
	CustomerKey  string
	CustomerName string
	LastContact  time.Time // the last follow-up with the customer; zero: none
}

// List is a part of the contacts.
type List struct {
	Rows  []Row // with masked numbers where the actor may not see them
	Next  string
	Total fact.Total
}

// List returns contacts of customers within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (list List, err error) {
	defer errs.Wrap(&err, "contact.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return list, err
	}
	if f, err = f.checked(); err != nil {
		return list, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if list.Total, err = r.ContactTotal(ctx, reach, f); err != nil {
			return err
		}
		if list.Rows, list.Next, err = r.ContactRows(ctx, reach, f); err != nil {
			return err
		}
		return s.mask(ctx, r, actor, list.Rows)
	})
	return list, err
}

// Each calls fn on every contact of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, f Filter, fn func(Row) error) (more bool, err error) {
	defer errs.Wrap(&err, "contact.Each")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return false, err
	}
	f.Paging.Limit = fact.LimitMax
	if f, err = f.checked(); err != nil {
		return false, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		more, err = fact.EachPage(f.Paging, func(p fact.Paging) ([]Row, string, error) {
			f.Paging = p
			rows, next, err := r.ContactRows(ctx, reach, f)
			if err == nil {
				err = s.mask(ctx, r, actor, rows)
			}
			return rows, next, err
		}, fn)
		return err
	})
	return more, err
}

// mask hides the numbers of rows that the actor may not see whole. The rows are of customers in reach of who reads sales data: where numbers reach as
// far, nothing is asked of each.
func (s *Service) mask(ctx context.Context, r Reader, actor access.Actor, rows []Row) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectContact)
	if err != nil {
		return err
	}
	if actor.Can(access.PermContactPhone) && actor.ScopeOf(access.PermContactPhone).Same(actor.ScopeOf(access.PermSalesRead)) {
		return nil
	}
	whole := map[int64]bool{}
	for i := range rows {
		id := rows[i].CustomerID
		may, known := whole[id]
		if !known {
			var err error
			if may, err = s.mayCall(ctx, r, actor, id); err != nil {
				return err
			}
			whole[id] = may
		}
		if !may {
			rows[i].Contact = rows[i].masked(fields)
		}
	}
	return nil
}

// mayCall reports whether the actor may see whole numbers of a customer's contacts.
func (s *Service) mayCall(ctx context.Context, r Reader, actor access.Actor, customerID int64) (bool, error) {
	switch {
	case !actor.Can(access.PermContactPhone):
		return false, nil
	case actor.CanAll(access.PermContactPhone):
		return true, nil
	}
	return r.CustomerInReach(ctx, s.reach(actor, access.PermContactPhone), customerID)
}

// Detail is a contact with its customer, what happened to it, and what was said to its customer lately.
type Detail struct {
	Contact
	Customer customer.Customer
	Changes  []process.Change // the newest first
	MayWrite bool
}

// changesShown is how many changes a page shows.
const changesShown = 50

// Show returns a contact of a customer in reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Show(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "contact.Show(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if d.Contact, err = r.Contact(ctx, id); err != nil {
			return err
		}
		reach := s.reach(actor, access.PermSalesRead)
		in, err := r.CustomerInReach(ctx, reach, d.CustomerID)
		if err == nil && !in {
			err = errs.New(errs.KindNotFound, "contact.missing", nil)
		}
		if err != nil {
			return err
		}
		whole, err := s.mayCall(ctx, r, actor, d.CustomerID)
		if err != nil {
			return err
		}
		if d.Customer, err = r.Customer(ctx, d.CustomerID); err != nil {
			return err
		}
		if d.Changes, err = r.WorkChanges(ctx, d.Subject(), changesShown); err != nil {
			return err
		}
		if !whole {
			fields, err := r.CustomFields(ctx, customfield.ObjectContact)
			if err != nil {
				return err
			}
			d.Contact = d.masked(fields)
			customfield.HideTold(fields, process.Sides(d.Changes)...)
		}
		d.MayWrite, err = s.may(ctx, r, actor, access.PermWorkWrite, d.CustomerID)
		return err
	})
	return d, err
}

// Likeness asks for contacts like one that is being entered.
type Likeness struct {
	ID    int64 // the contact itself; 0 for a new one
	Phone string
}

// Twin is a contact with the same telephone number. Of one out of reach only that it exists is told, and whose its customer is.
type Twin struct {
	ID           int64 // 0 out of reach, and no names
	CustomerID   int64
	Name         string
	CustomerName string
	Gone         bool
	Owners       []string // who sells to the customer, the busiest first
}

// The limits of what is told: twins, and the owners of each.
const (
	twinsMost  = 5
	ownersMost = 3
)

// Twins returns contacts with the same telephone number. Errors: forbidden.
func (s *Service) Twins(ctx context.Context, actor access.Actor, of Likeness) (twins []Twin, err error) {
	defer errs.Wrap(&err, "contact.Twins")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, err
	}
	phone := TidyPhone(of.Phone)
	if !PhoneFits(phone) { // also one that comes back masked
		return nil, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		twins = nil
		found, err := r.ContactsLike(ctx, phone, twinsMost+1)
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.ID == of.ID || len(twins) == twinsMost {
				continue
			}
			t := Twin{ID: c.ID, CustomerID: c.CustomerID, Name: c.Name, CustomerName: c.CustomerName, Gone: c.Gone}
			in, err := r.CustomerInReach(ctx, s.reach(actor, access.PermSalesRead), c.CustomerID)
			if err != nil {
				return err
			}
			if !in {
				t = Twin{}
			}
			sellers, err := r.CustomerSellers(ctx, customer.Reach{Scope: access.Scope{All: true}}, c.CustomerID)
			if err != nil {
				return err
			}
			for _, seller := range sellers[:min(len(sellers), ownersMost)] {
				t.Owners = append(t.Owners, seller.Name)
			}
			twins = append(twins, t)
		}
		return nil
	})
	return twins, err
}
