package lead

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Convert makes an opportunity of a lead, at a customer that is there or one that is registered with it, and a contact of the person, all
// or nothing. The opportunity is the lead's owner's, or one's own when it is nobody's. Follow-ups, the next contact and the events of the
// lead go along. Errors: forbidden; not found out of reach; invalid, also for a customer out of reach and a credit code that another has;
// conflict when the lead was changed after in.Seen or is not open, and, without in.Despite, when a customer of the same name is there.
func (s *Service) Convert(ctx context.Context, actor access.Actor, in Conversion) (o opportunity.Opportunity, err error) {
	defer errs.Wrap(&err, "lead.Convert(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if !old.Status.Open() {
			return errs.New(errs.KindConflict, "lead.not_open", nil)
		}
		l := old
		key := strings.TrimSpace(in.Customer)
		fresh := key == ""
		if fresh {
			if key, err = s.register(ctx, tx, actor, in); err != nil {
				return err
			}
		}
		if o, err = s.begin(ctx, tx, actor, old, in, key); err != nil {
			return err
		}
		l.Status, l.CustomerID, l.OpportunityID, l.NextOn = StatusConverted, o.CustomerID, o.ID, calendar.NoDate
		if l.OwnerID == 0 {
			l.OwnerID, l.AssignedAt = o.OwnerID, tx.Now()
		}
		if err := s.introduce(ctx, tx, actor, l); err != nil {
			return err
		}
		events := []process.Event{{Activity: process.ActivityDuplicates, PersonID: o.OwnerID, Data: process.Data(map[string]any{"known_before": !fresh})}, registered(l, in, o, fresh), {Activity: process.ActivityConverted, PersonID: o.OwnerID, Data: process.Data(map[string]any{"opportunity": o.ID})}}
		if old.OwnerID == 0 {
			events = slices.Insert(events, 0, given(0, o.OwnerID))
		}
		if err := s.keep(ctx, tx, actor, "lead.convert", old, &l, events...); err != nil {
			return err
		}
		return s.hand(ctx, tx, actor, old, o)
	})
	return o, err
}

// registered tells with what a customer was entered: a standard may ask for it. The comparison with those that were there came before.
func registered(l Lead, in Conversion, o opportunity.Opportunity, fresh bool) process.Event {
	company := strings.TrimSpace(in.Name)
	if !fresh || company == "" {
		company = l.Company
	}
	said := map[string]any{"known_before": !fresh, "company": company, "contact": l.Name, "industry": strings.TrimSpace(in.Industry)}
	return process.Event{Activity: process.ActivityRegistered, PersonID: o.OwnerID, Data: process.Data(said)}
}

// register adds the customer that the lead becomes.
func (s *Service) register(ctx context.Context, tx Tx, actor access.Actor, in Conversion) (key string, err error) {
	if core := naming.Core(in.Name); core != "" && !in.Despite {
		same, err := tx.CustomersWith(ctx, []string{core}, sameMax)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(same, func(c customer.Customer) bool { return naming.Core(c.Name) == core }) {
			return "", errs.New(errs.KindConflict, "lead.customer_there", nil)
		}
	}
	_, key, err = s.customers.RegisterIn(ctx, tx, actor, customer.Entry{Key: strings.TrimSpace(in.Key), Name: in.Name, Industry: in.Industry, City: in.City, CreditCode: in.CreditCode})
	return key, err
}

// sameMax is how many customers are compared with the name of a new one.
const sameMax = 300

// begin opens the opportunity.
func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor, l Lead, in Conversion, customerKey string) (opportunity.Opportunity, error) {
	o, err := s.opportunities.AddIn(ctx, tx, actor, opportunity.Entry{Name: in.Opportunity, Customer: customerKey, Owner: l.OwnerKey, Stage: in.Stage, AmountMinor: in.AmountMinor, Currency: in.Currency,
		ExpectedOn: in.ExpectedOn, Products: in.Products, Fields: in.Fields, Source: l.Source, Note: l.Note, LeadID: l.ID})
	if e, ok := asFields(err); ok {
		for i, f := range e.Fields {
			if f.Path == "name" { // the conversion has the customer's name, too
				e.Fields[i].Path = "opportunity"
			}
		}
		return o, e
	}
	return o, err
}

// introduce makes a contact of the person, unless the customer has one with that number.
func (s *Service) introduce(ctx context.Context, tx Tx, actor access.Actor, l Lead) error {
	if l.Name == "" {
		return nil
	}
	known, err := tx.Contacts(ctx, l.CustomerID, contact.Shown)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(c contact.Contact) bool {
		return c.Name == l.Name && (l.Phone == "" || c.Phone == l.Phone) || l.Phone != "" && c.Phone == l.Phone
	}) {
		return nil
	}
	_, err = s.contacts.SaveIn(ctx, tx, actor, contact.Entry{CustomerID: l.CustomerID, Name: l.Name, Title: l.Title, Phone: l.Phone, WeChat: l.WeChat, Email: l.Email})
	return err
}

// hand gives the opportunity what was said, arranged and done before it was one. Events keep when they happened and when that was recorded;
// their numbers are those of now, because they are the order of commit.
func (s *Service) hand(ctx context.Context, tx Tx, actor access.Actor, l Lead, o opportunity.Opportunity) error {
	if err := tx.CopyFollowUps(ctx, l.ID, o.ID); err != nil {
		return err
	}
	if !l.FollowedAt.IsZero() || l.NextOn != calendar.NoDate {
		if err := tx.MarkFollowed(ctx, o.ID, l.FollowedAt, l.NextOn); err != nil {
			return err
		}
	}
	if l.NextOn != calendar.NoDate {
		if err := s.followUps.ArrangeIn(ctx, tx, actor, o.ID, o.OwnerID, l.NextOn); err != nil {
			return err
		}
	}
	events, err := tx.LeadEvents(ctx, l.ID)
	if err != nil {
		return err
	}
	for i := range events {
		events[i].CaseID = o.ID
	}
	return tx.AppendEvents(ctx, events)
}
