package servicecase

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/process"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

func invalid(path, value, key string, args errs.Args) error {
	return errs.Invalid("fact.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, args)}})
}

// Open opens a case. The customer is in reach; who has the role of service may name any, because whoever calls is helped. Errors:
// forbidden; invalid, also for what does not belong to the customer.
func (s *Service) Open(ctx context.Context, actor access.Actor, in Entry) (c Case, err error) {
	defer errs.Wrap(&err, "servicecase.Open")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	in.ID, in.Text = 0, fact.TidyLines(in.Text)
	err = s.store.InTx(ctx, func(tx Tx) error {
		values, err := s.fill(ctx, tx, in, "")
		if err != nil {
			return err
		}
		c = Case{Fields: values, Title: in.Title, Kind: in.Kind, Severity: in.Severity, State: StateNew, Text: in.Text, CreatedBy: actor.UserID}
		if c.CustomerID, err = s.buyer(ctx, tx, actor, in.Customer); err != nil {
			return err
		}
		if err := s.relate(ctx, tx, &c, in); err != nil {
			return err
		}
		if err := s.firstOwner(ctx, tx, actor, &c, in.Owner); err != nil {
			return err
		}
		return s.insert(ctx, tx, actor, &c)
	})
	return c, err
}

// Raised is a case that the product opens by itself.
type Raised struct {
	Title      string
	Text       string
	Kind       Kind
	Severity   Severity
	CustomerID int64
	ContactID  int64
	DealKey    string
	Source     string // the record that it comes of
}

// Raise opens a case in the transaction of what it comes of. It belongs to who looks after the customer, or waits to be taken.
func (s *Service) Raise(ctx context.Context, tx Tx, actor access.Actor, in Raised) (c Case, err error) {
	defer errs.Wrap(&err, "servicecase.Raise(%s)", in.Source)
	c = Case{Title: in.Title, Kind: in.Kind, Severity: in.Severity, State: StateNew, Text: in.Text, Source: in.Source, CustomerID: in.CustomerID, CreatedBy: actor.UserID}
	if err := s.relate(ctx, tx, &c, Entry{DealKey: in.DealKey, ContactID: in.ContactID}); err != nil {
		return c, err
	}
	if err := s.firstOwner(ctx, tx, access.SystemActor("service"), &c, ""); err != nil {
		return c, err
	}
	return c, s.insert(ctx, tx, actor, &c)
}

// insert numbers a case, starts its clocks and tells of it.
func (s *Service) insert(ctx context.Context, tx Tx, actor access.Actor, c *Case) error {
	rules, err := rulesOf(ctx, tx)
	if err != nil {
		return err
	}
	if c.ID, err = tx.NextNumber(ctx, "service_case"); err != nil {
		return err
	}
	c.begin(rules, s.hours(rules), tx.Now())
	c.Revision = 1
	if err := tx.InsertServiceCase(ctx, *c); err != nil {
		return err
	}
	if err := s.tellOwner(ctx, tx, actor, *c); err != nil {
		return err
	}
	if err := keepFields(ctx, tx, c.ID, "", c.Fields); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "add", nil, *c, process.ActivityServiceOpened)
}

// buyer is the customer of a new case.
func (s *Service) buyer(ctx context.Context, tx Tx, actor access.Actor, key string) (int64, error) {
	id, err := tx.CustomerID(ctx, key)
	if err != nil {
		return 0, err
	}
	known := id != 0 && actor.Has(access.RoleService)
	if id != 0 && !known {
		reach := s.reach(actor, access.PermWorkWrite)
		if known, err = tx.CustomerInReach(ctx, customer.Reach{Scope: reach.Scope, Today: reach.Today}, id); err != nil {
			return 0, err
		}
	}
	if !known {
		return 0, invalid("customer", key, "service.no_such_customer", nil)
	}
	return id, nil
}

// relate finds out what a case is about: the deal and its opportunity, the product, who sold, the contact.
func (s *Service) relate(ctx context.Context, tx Tx, c *Case, in Entry) (err error) {
	var sold Sold
	c.DealKey = in.DealKey
	switch {
	case in.DealKey != "":
		if sold, err = tx.SoldDeal(ctx, in.DealKey); err == nil && sold.CustomerID != c.CustomerID {
			err = invalid("deal", in.DealKey, "service.no_such_deal", nil)
		}
	case in.OpportunityID != 0:
		sold, c.DealKey, err = tx.SoldOpportunity(ctx, in.OpportunityID)
		if err == nil && sold.CustomerID != c.CustomerID {
			err = invalid("opportunity", "", "service.no_such_opportunity", nil)
		}
	case c.SellerID == 0:
		sold.SellerID, err = tx.LastSeller(ctx, c.CustomerID)
	}
	if err != nil {
		return err
	}
	c.OpportunityID, c.ProductID = sold.OpportunityID, sold.ProductID
	if sold.SellerID != 0 {
		c.SellerID = sold.SellerID
	}
	if in.Product != "" {
		if c.ProductID, err = tx.ProductID(ctx, in.Product); err == nil && c.ProductID == 0 {
			err = invalid("product", in.Product, "service.no_such_product", nil)
		}
		if err != nil {
			return err
		}
	}
	c.ContactID = in.ContactID
	if in.ContactID != 0 {
		of, err := tx.ContactOf(ctx, in.ContactID)
		if err == nil && of != c.CustomerID {
			err = invalid("contact", "", "service.no_such_contact", nil)
		}
		return err
	}
	return nil
}

// firstOwner is who looks after a new case: who was named, who looks after the customer, who opens it and has the role, or nobody yet.
func (s *Service) firstOwner(ctx context.Context, tx Tx, actor access.Actor, c *Case, key string) error {
	if key != "" {
		return s.give(ctx, tx, actor, c, key)
	}
	kept, err := tx.ServiceOwner(ctx, c.CustomerID)
	if err != nil {
		return err
	}
	c.OwnerID = kept.ID
	if c.OwnerID == 0 && actor.Has(access.RoleService) {
		c.OwnerID = actor.PersonID
	}
	return nil
}

// give makes somebody the owner: who has the role of service, or is in reach.
func (s *Service) give(ctx context.Context, tx Tx, actor access.Actor, c *Case, key string) error {
	id, err := tx.OrgPersonID(ctx, key)
	if err != nil {
		return err
	}
	ok := false
	if id != 0 {
		people, err := tx.ServicePeople(ctx)
		if err != nil {
			return err
		}
		reach := s.reach(actor, access.PermWorkWrite)
		if ok = slices.ContainsFunc(people, func(p Person) bool { return p.ID == id }); !ok {
			if ok, err = tx.PersonInReach(ctx, reach.Scope, reach.Today, id); err != nil {
				return err
			}
		}
	}
	if !ok {
		return invalid("owner", key, "service.no_such_owner", nil)
	}
	c.OwnerID = id
	return nil
}

// tellOwner tells somebody else that a case is theirs.
func (s *Service) tellOwner(ctx context.Context, tx Tx, actor access.Actor, c Case) error {
	if c.OwnerID == 0 {
		return nil
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindCaseAssigned, To: notice.To{PersonIDs: []int64{c.OwnerID}}, Subject: c.Subject(), By: actor.UserID,
		Params: notice.Params{"Title": notice.Word(c.Title), "Number": notice.Number(c.ID)}})
}

// record tells of a change in the history, in the audit log and, when the case belongs to one of the process, there.
func (s *Service) record(ctx context.Context, tx Tx, actor access.Actor, verb string, before any, c Case, activities ...process.Activity) error {
	fields, err := tx.CustomFields(ctx, customfield.ObjectCase)
	if err != nil {
		return err
	}
	w := process.Write{Action: "service_case." + verb, Subject: c.Subject(), Revision: c.Revision, Before: before, After: c, Hide: customfield.PersonalPaths(fields)}
	for _, a := range activities {
		if c.OpportunityID != 0 {
			w.Events = append(w.Events, process.Event{CaseID: c.OpportunityID, Activity: a, PersonID: actor.PersonID, Data: process.Data(map[string]any{"kind": c.Kind, "severity": c.Severity, "service_case": c.ID})})
		}
	}
	return process.Record(ctx, tx, actor, w)
}

// change does something with a case in reach. What leaves everything as it is writes nothing.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, verb string, fn func(tx Tx, c *Case, rules Rules, hours Hours, at time.Time) ([]process.Activity, error)) (c Case, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err = s.changeIn(ctx, tx, actor, id, seen, verb, fn)
		return err
	})
	return c, err
}

func (s *Service) changeIn(ctx context.Context, tx Tx, actor access.Actor, id, seen int64, verb string, fn func(tx Tx, c *Case, rules Rules, hours Hours, at time.Time) ([]process.Activity, error)) (c Case, err error) {
	if c, err = tx.ServiceCase(ctx, s.reach(actor, access.PermWorkWrite), id); err != nil {
		return c, err
	}
	if seen != 0 && c.Revision != seen {
		return c, errs.New(errs.KindConflict, "service.changed_meanwhile", nil)
	}
	rules, err := rulesOf(ctx, tx)
	if err != nil {
		return c, err
	}
	before := c
	activities, err := fn(tx, &c, rules, s.hours(rules), tx.Now())
	if err != nil || c == before {
		return c, err
	}
	c.Revision++
	if err := tx.SaveServiceCase(ctx, c); err != nil {
		return c, err
	}
	if err := keepFields(ctx, tx, c.ID, before.Fields, c.Fields); err != nil {
		return c, err
	}
	return c, s.record(ctx, tx, actor, verb, before, c, activities...)
}
