package revisit

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

// How far ahead visits are planned, how old a deal may be that nobody planned for, and how many visits one transaction plans.
const (
	planAhead  = 7
	planBehind = 60
	planAtOnce = 200
)

// Plan makes the visits that the rules ask for. Call it now and then, on any node: a deal has one visit of a rule.
func (s *Service) Plan(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "revisit.Plan")
	var rules []Rule
	if err := s.store.Read(ctx, func(r Reader) error { rules, err = r.ReturnVisitRules(ctx); return err }); err != nil {
		return 0, err
	}
	for _, rule := range rules {
		for planned := planAtOnce; rule.Active && planned == planAtOnce; {
			if planned, err = s.planSome(ctx, rule); err != nil {
				return count, err
			}
			count += planned
		}
	}
	return count, nil
}

func (s *Service) planSome(ctx context.Context, rule Rule) (count int, err error) {
	last := s.today() + planAhead - calendar.Date(rule.Days)
	signed := fact.Days{From: max(rule.Since, last-planAhead-planBehind), To: last}
	if signed.From > signed.To {
		return 0, nil
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		keys, err := tx.DealsToVisit(ctx, rule, signed, planAtOnce)
		if err != nil {
			return err
		}
		count = len(keys)
		for _, key := range keys {
			if err := s.planOne(ctx, tx, rule, key); err != nil {
				return err
			}
		}
		return nil
	})
	return count, err
}

func (s *Service) planOne(ctx context.Context, tx Tx, rule Rule, key string) error {
	sold, err := tx.SoldDeal(ctx, key)
	if err != nil {
		return err
	}
	owner, err := tx.ServiceOwner(ctx, sold.CustomerID)
	if err != nil {
		return err
	}
	v := Visit{RuleID: rule.ID, CustomerID: sold.CustomerID, OpportunityID: sold.OpportunityID, DealKey: key, PersonID: owner.ID}
	if v.PersonID == 0 {
		v.PersonID = sold.SellerID
	}
	on, err := tx.SignedOn(ctx, key)
	if err != nil {
		return err
	}
	v.DueOn = s.workingFrom(max(on+calendar.Date(rule.Days), s.today()))
	return s.insert(ctx, tx, access.SystemActor("return_visit"), &v)
}

// workingFrom is the day, or the next working day.
func (s *Service) workingFrom(d calendar.Date) calendar.Date {
	if s.work().IsWorking(d) {
		return d
	}
	return s.work().Next(d)
}

// insert numbers a visit and tells of it.
func (s *Service) insert(ctx context.Context, tx Tx, actor access.Actor, v *Visit) (err error) {
	if v.ID, err = tx.NextNumber(ctx, "return_visit"); err != nil {
		return err
	}
	v.State, v.CreatedBy, v.CreatedAt, v.Revision = StateDue, actor.UserID, tx.Now(), 1
	if v.Attempt == 0 {
		v.Attempt = 1
	}
	if err := tx.InsertReturnVisit(ctx, *v); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "return_visit.add", Subject: v.Subject(), Revision: 1, After: *v})
}

func invalid(path, value, key string) error {
	return errs.Invalid("fact.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, nil)}})
}

// Arrange arranges a visit of a customer in reach, for oneself. Errors: forbidden; invalid.
func (s *Service) Arrange(ctx context.Context, actor access.Actor, in Arrangement) (v Visit, err error) {
	defer errs.Wrap(&err, "revisit.Arrange")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return v, err
	}
	reach := s.reach(actor, access.PermWorkWrite)
	var c fact.Checker
	c.Key("customer", in.Customer)
	c.Day("due_on", in.DueOn)
	if in.DueOn < reach.Today && !c.Has("due_on") {
		c.Add("due_on", in.DueOn.String(), "followup.past_day", nil)
	}
	if actor.PersonID == 0 {
		c.Add("customer", in.Customer, "followup.no_person", nil)
	}
	if err := c.Err(); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		v = Visit{PersonID: actor.PersonID, DueOn: in.DueOn, ContactID: in.ContactID, DealKey: in.DealKey}
		if v.CustomerID, err = tx.CustomerID(ctx, in.Customer); err != nil {
			return err
		}
		known := false
		if v.CustomerID != 0 {
			if known, err = tx.CustomerInReach(ctx, customer.Reach{Scope: reach.Scope, Today: reach.Today}, v.CustomerID); err != nil {
				return err
			}
		}
		if !known {
			return invalid("customer", in.Customer, "service.no_such_customer")
		}
		if in.ContactID != 0 {
			if of, err := tx.ContactOf(ctx, in.ContactID); err != nil {
				return err
			} else if of != v.CustomerID {
				return invalid("contact", "", "service.no_such_contact")
			}
		}
		if in.DealKey != "" {
			sold, err := tx.SoldDeal(ctx, in.DealKey)
			if err != nil {
				return err
			}
			if sold.CustomerID != v.CustomerID {
				return invalid("deal", in.DealKey, "service.no_such_deal")
			}
			v.OpportunityID = sold.OpportunityID
		}
		return s.insert(ctx, tx, actor, &v)
	})
	return v, err
}

// Record records what became of a visit, and arranges the next: on the day that is given, or, when nobody was reached, on the next working
// day until AttemptsMost. Errors: forbidden; not found out of reach; invalid; conflict when it is over, or was changed after in.Seen.
func (s *Service) Record(ctx context.Context, actor access.Actor, in Record) (v Visit, err error) {
	defer errs.Wrap(&err, "revisit.Record(%d)", in.ID)
	in.Text = strings.TrimSpace(fact.TidyLines(in.Text))
	if err := in.check(s.today()); err != nil {
		return v, err
	}
	err = s.change(ctx, actor, in.ID, in.Seen, func(tx Tx, old Visit) error {
		v = old
		v.State, v.Outcome, v.Score, v.Text, v.DoneAt = StateDone, in.Outcome, in.Score, in.Text, tx.Now()
		event := process.Event{CaseID: v.OpportunityID, Activity: process.ActivityReturnVisited, PersonID: actor.PersonID, Data: process.Data(map[string]any{"outcome": v.Outcome, "score": v.Score, "attempt": v.Attempt})}
		if err := s.save(ctx, tx, actor, "record", old, &v, event); err != nil {
			return err
		}
		next := Visit{RuleID: v.RuleID, CustomerID: v.CustomerID, ContactID: v.ContactID, OpportunityID: v.OpportunityID, DealKey: v.DealKey, PersonID: v.PersonID, DueOn: in.NextOn, Attempt: 1}
		switch {
		case in.Outcome == OutcomeNotReached && v.Attempt < AttemptsMost:
			next.Attempt = v.Attempt + 1
			if next.DueOn == calendar.NoDate {
				next.DueOn = s.work().Next(s.today())
			}
		case in.NextOn == calendar.NoDate:
			return nil
		default:
			next.RuleID = 0 // the rule has had its visit
		}
		return s.insert(ctx, tx, actor, &next)
	})
	return v, err
}

// save writes a changed visit and tells of it.
func (s *Service) save(ctx context.Context, tx Tx, actor access.Actor, verb string, before Visit, v *Visit, events ...process.Event) error {
	v.Revision++
	if err := tx.SaveReturnVisit(ctx, *v); err != nil {
		return err
	}
	if v.OpportunityID == 0 {
		events = nil
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "return_visit." + verb, Subject: v.Subject(), Revision: v.Revision, Before: before, After: *v, Events: events})
}

// PutOff gives a visit another day. Errors: as Record.
func (s *Service) PutOff(ctx context.Context, actor access.Actor, id int64, day calendar.Date, seen int64) (err error) {
	defer errs.Wrap(&err, "revisit.PutOff(%d)", id)
	var c fact.Checker
	c.Day("due_on", day)
	if day < s.today() && !c.Has("due_on") {
		c.Add("due_on", day.String(), "followup.past_day", nil)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, id, seen, func(tx Tx, old Visit) error {
		v := old
		v.DueOn = day
		return s.save(ctx, tx, actor, "put_off", old, &v)
	})
}

// Drop notes that a visit is not made. Errors: as Record.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id, seen int64) (err error) {
	defer errs.Wrap(&err, "revisit.Drop(%d)", id)
	return s.change(ctx, actor, id, seen, func(tx Tx, old Visit) error {
		v := old
		v.State, v.DoneAt = StateDropped, tx.Now()
		return s.save(ctx, tx, actor, "dropped", old, &v)
	})
}

// change is a change of a visit in reach that is still to be made.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, fn func(tx Tx, old Visit) error) error {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.ReturnVisit(ctx, s.reach(actor, access.PermWorkWrite), id)
		switch {
		case err != nil:
			return err
		case old.State != StateDue:
			return errs.New(errs.KindConflict, "revisit.is_over", nil)
		case seen != 0 && old.Revision != seen:
			return errs.New(errs.KindConflict, "revisit.changed_meanwhile", nil)
		}
		return fn(tx, old)
	})
}
