package opportunity

import (
	"context"
	"errors"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

// Save adds an opportunity or changes what is said of it. Errors: forbidden; not found out of reach; invalid, also for a customer, owner or
// product that is unknown or out of reach; conflict when it was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (o Opportunity, err error) {
	defer errs.Wrap(&err, "opportunity.Save(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID == 0 {
			o, err = s.AddIn(ctx, tx, actor, in)
			return err
		}
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if o, err = s.fill(ctx, tx, actor, old, in); err != nil {
			return err
		}
		events, err := alterations(ctx, tx, old, o)
		if err != nil {
			return err
		}
		if o.OwnerID != old.OwnerID {
			if err := tx.PassContacts(ctx, o.ID, old.OwnerID, o.OwnerID); err != nil {
				return err
			}
			events = append(events, process.Event{CaseID: o.ID, Activity: process.ActivityOwner, PersonID: o.OwnerID, Data: process.Data(map[string]any{"from": old.OwnerID, "to": o.OwnerID})})
		}
		return s.keep(ctx, tx, actor, doing{"opportunity.change", in.Excuse}, old, &o, events...)
	})
	return o, err
}

// AddIn adds an opportunity within a transaction that writes more, such as the conversion of a lead. Errors: as Save.
func (s *Service) AddIn(ctx context.Context, tx Tx, actor access.Actor, in Entry) (o Opportunity, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	set, err := s.Stages(ctx)
	if err != nil {
		return o, err
	}
	now := tx.Now()
	fresh := Opportunity{Stage: in.Stage, State: StateOpen, EndedOn: calendar.NoDate, NextOn: calendar.NoDate, OwnerID: actor.PersonID, LeadID: in.LeadID,
		StageSince: now, CreatedBy: actor.UserID, CreatedAt: now, Revision: 1}
	if fresh.Stage == "" {
		fresh.Stage = set.First()
	}
	if o, err = s.fill(ctx, tx, actor, fresh, in); err != nil {
		return o, err
	}
	if o.ID, err = tx.NextNumber(ctx, "opportunity"); err != nil {
		return o, err
	}
	if err := tx.InsertOpportunity(ctx, o); err != nil {
		return o, err
	}
	tier, err := tx.TierOf(ctx, o.CustomerID)
	if err != nil {
		return o, err
	}
	fields, err := tx.CustomFields(ctx, customfield.ObjectOpportunity)
	if err != nil {
		return o, err
	}
	if err := customfield.Keep(ctx, tx, fields, o.ID, "", o.Fields); err != nil {
		return o, err
	}
	events, err := s.pass(ctx, tx, actor, Crossing{o, []process.Event{{CaseID: o.ID, Activity: process.ActivityOpened, PersonID: o.OwnerID, Data: withTier(map[string]any{"stage": o.Stage, "amount": o.AmountMinor, "source": o.Source}, tier)}}, in.Excuse, fields})
	if err = fillFirst(asked(set, fields, nil, o), err); err != nil {
		return o, err
	}
	return o, process.Record(ctx, tx, actor, process.Write{Action: "opportunity.add", Subject: o.Subject(), Revision: o.Revision, After: o, Hide: customfield.PersonalPaths(fields), Events: events})
}

// fill lays an entry over what is known. Of everything wrong all is said at once.
func (s *Service) fill(ctx context.Context, tx Tx, actor access.Actor, known Opportunity, in Entry) (o Opportunity, err error) {
	in.Note = fact.TidyLines(in.Note)
	var c fact.Checker
	in.check(&c)
	if err := s.checkStage(ctx, &c, in.Stage); err != nil {
		return o, err
	}
	reach := s.reach(actor, access.PermWorkWrite)
	o = known
	o.Name, o.AmountMinor, o.Currency, o.ExpectedOn, o.Source, o.Note = in.Name, in.AmountMinor, in.Currency, in.ExpectedOn, in.Source, in.Note
	if err := s.fillCustomer(ctx, tx, &c, reach, &o, in.Customer); err != nil {
		return o, err
	}
	if err := s.fillOwner(ctx, tx, &c, reach, &o, in.Owner); err != nil {
		return o, err
	}
	o.ProductIDs = nil
	for _, key := range in.Products {
		id, err := tx.ProductID(ctx, key)
		if err != nil {
			return o, err
		}
		switch {
		case id == 0:
			c.Add("products", key, "fact.unknown_product", errs.Args{"Key": key})
		case !slices.Contains(o.ProductIDs, id):
			o.ProductIDs = append(o.ProductIDs, id)
		}
	}
	slices.Sort(o.ProductIDs)
	if err := s.fillFields(ctx, tx, &c, &o, in.Fields); err != nil {
		return o, err
	}
	return o, c.Err()
}

// checkStage wants a stage on which open opportunities stand.
func (s *Service) checkStage(ctx context.Context, c *fact.Checker, stage Stage) error {
	set, err := s.Stages(ctx)
	if err == nil && stage != "" && !set.Fits(stage, StateOpen) {
		c.Add("stage", string(stage), "form.error.choice", nil)
	}
	return err
}

// fillCustomer wants a customer that one may sell to; the one it has it may keep.
func (s *Service) fillCustomer(ctx context.Context, tx Tx, c *fact.Checker, reach deal.Reach, o *Opportunity, key string) error {
	id, err := tx.CustomerID(ctx, key)
	if err != nil || c.Has("customer") || id != 0 && id == o.CustomerID {
		return err
	}
	if id != 0 {
		ok, err := tx.CustomerToSellTo(ctx, reach, key)
		if err != nil {
			return err
		}
		if ok {
			o.CustomerID = id
			return nil
		}
	}
	c.Add("customer", key, "fact.unknown_customer", errs.Args{"Key": key})
	return nil
}

// fillOwner wants an owner in reach; without one it stays with who has it, and a new one is one's own.
func (s *Service) fillOwner(ctx context.Context, tx Tx, c *fact.Checker, reach deal.Reach, o *Opportunity, key string) error {
	if c.Has("owner") {
		return nil
	}
	if key == "" {
		if o.OwnerID == 0 {
			c.Add("owner", "", "form.error.required", nil)
		}
		return nil
	}
	id, err := tx.OrgPersonID(ctx, key)
	if err != nil || id != 0 && id == o.OwnerID {
		return err
	}
	if id != 0 {
		ok, err := tx.PersonInReach(ctx, reach.Scope, reach.Today, id)
		if err != nil {
			return err
		}
		if ok {
			o.OwnerID = id
			return nil
		}
	}
	c.Add("owner", key, "fact.unknown_person", errs.Args{"Key": key})
	return nil
}

// open returns an opportunity that the actor may change, as they have seen it.
func (s *Service) open(ctx context.Context, tx Tx, actor access.Actor, id, seen int64) (Opportunity, error) {
	o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), id)
	if err == nil && seen != 0 && o.Revision != seen {
		err = errs.New(errs.KindConflict, "opportunity.changed_meanwhile", nil)
	}
	return o, err
}

// keep saves a changed opportunity and tells of it; one that is as before is left alone.
func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, what doing, before Opportunity, after *Opportunity, events ...process.Event) error {
	if same(before, *after) {
		return nil
	}
	fields, err := tx.CustomFields(ctx, customfield.ObjectOpportunity)
	if err != nil {
		return err
	}
	set, err := s.Stages(ctx)
	if err != nil {
		return err
	}
	events, err = s.pass(ctx, tx, actor, Crossing{*after, events, what.excuse, fields})
	if err = fillFirst(asked(set, fields, &before, *after), err); err != nil {
		return err
	}
	after.Revision = before.Revision + 1
	if err := tx.SaveOpportunity(ctx, *after); err != nil {
		return err
	}
	if err := customfield.Keep(ctx, tx, fields, after.ID, before.Fields, after.Fields); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: what.action, Subject: after.Subject(), Revision: after.Revision, Before: before, After: *after, Hide: customfield.PersonalPaths(fields), Events: events})
}

func same(a, b Opportunity) bool {
	return slices.Equal(a.ProductIDs, b.ProductIDs) && a.Name == b.Name && a.CustomerID == b.CustomerID && a.OwnerID == b.OwnerID && a.Stage == b.Stage && a.State == b.State &&
		a.AmountMinor == b.AmountMinor && a.Currency == b.Currency && a.ExpectedOn == b.ExpectedOn && a.Source == b.Source && a.Note == b.Note &&
		a.LostFor == b.LostFor && a.EndedFor == b.EndedFor && a.EndedOn == b.EndedOn && a.DealKey == b.DealKey && a.Fields == b.Fields
}

// Win ends an opportunity with a signature. It links the deal that came of it, records it too, or leaves that for later. Errors: forbidden,
// also for recording a deal without that permission; not found out of reach; invalid; conflict when it has ended or was changed after in.Seen.
func (s *Service) Win(ctx context.Context, actor access.Actor, in Win) (o Opportunity, err error) {
	defer errs.Wrap(&err, "opportunity.Win(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	in.Reason = fact.TidyLines(in.Reason)
	var c fact.Checker
	c.Day("signed_on", in.SignedOn)
	if in.SignedOn > s.today() && !c.Has("signed_on") {
		c.Add("signed_on", in.SignedOn.String(), "deal.future_day", nil)
	}
	checkLines(&c, "reason", in.Reason)
	if err := c.Err(); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		o, err = s.WinIn(ctx, tx, actor, in)
		return err
	})
	return o, err
}

// dealOf finds the deal that a won opportunity led to, or records it.
func (s *Service) dealOf(ctx context.Context, tx Tx, actor access.Actor, o Opportunity, in Win) (key string, err error) {
	switch {
	case in.Deal != nil:
		signing := *in.Deal
		signing.Customer, signing.SignedOn = o.CustomerKey, in.SignedOn
		_, err := s.deals.RecordDealIn(ctx, tx, actor, signing)
		return signing.Key, asDealKey(err)
	case in.DealKey != "":
		return in.DealKey, s.requireDeal(ctx, tx, actor, o, in.DealKey)
	}
	return "", nil
}

// asDealKey calls the deal's own key what it is called here.
func asDealKey(err error) error {
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	named := *failure
	named.Fields = slices.Clone(failure.Fields)
	for i, f := range named.Fields {
		if f.Path == "key" {
			named.Fields[i].Path = "deal_key"
		}
	}
	return &named
}

// requireDeal wants a deal of the opportunity's customer that the actor sees; one out of reach is like none.
func (s *Service) requireDeal(ctx context.Context, tx Tx, actor access.Actor, o Opportunity, key string) error {
	signed, err := tx.Deal(ctx, s.reach(actor, access.PermSalesRead), key)
	if err == nil && signed.CustomerID != o.CustomerID || errs.Is(err, errs.KindNotFound) {
		err = errs.Invalid("fact.invalid", []errs.Field{{Path: "deal_key", Value: key, Message: errs.Msg("opportunity.no_such_deal", errs.Args{"Key": key})}})
	}
	return err
}

// LinkDeal names the deal that came of a won opportunity, when it is recorded later. Errors: forbidden; not found out of reach; invalid, when
// the customer has no such deal; conflict when it is not won, or was changed after seen.
func (s *Service) LinkDeal(ctx context.Context, actor access.Actor, id int64, key string, seen int64) (o Opportunity, err error) {
	defer errs.Wrap(&err, "opportunity.LinkDeal(%d, %s)", id, key)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateWon {
			return errs.New(errs.KindConflict, "opportunity.not_won", nil)
		}
		key = strings.TrimSpace(key)
		if err := s.requireDeal(ctx, tx, actor, old, key); err != nil {
			return err
		}
		o = old
		o.DealKey = key
		return s.keep(ctx, tx, actor, doing{action: "opportunity.link"}, old, &o)
	})
	return o, err
}

// Lose ends an opportunity without a signature. Errors: forbidden; not found out of reach; invalid; conflict when it has ended or was
// changed after in.Seen.
func (s *Service) Lose(ctx context.Context, actor access.Actor, in Lose) (o Opportunity, err error) {
	defer errs.Wrap(&err, "opportunity.Lose(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	in.Reason = fact.TidyLines(in.Reason)
	if err := in.check(); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if old.State != StateOpen {
			return errs.New(errs.KindConflict, "opportunity.has_ended", nil)
		}
		o = old
		o.State, o.LostFor, o.EndedFor, o.EndedOn = StateLost, in.For, in.Reason, s.today()
		if err := tx.DropContacts(ctx, o.ID); err != nil {
			return err
		}
		tier, err := tx.TierOf(ctx, o.CustomerID)
		if err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, doing{"opportunity.lose", in.Excuse}, old, &o, process.Event{CaseID: o.ID, Activity: process.ActivityLost, PersonID: o.OwnerID,
			Data: withTier(map[string]any{"reason": in.For, "stage": o.Stage}, tier)})
	})
	return o, err
}

// Reopen takes back that an opportunity was lost. Errors: forbidden; not found out of reach; conflict when it is not lost, or was changed
// after seen.
func (s *Service) Reopen(ctx context.Context, actor access.Actor, id, seen int64) (o Opportunity, err error) {
	defer errs.Wrap(&err, "opportunity.Reopen(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateLost {
			return errs.New(errs.KindConflict, "opportunity.not_lost", nil)
		}
		set, err := s.Stages(ctx)
		if err != nil {
			return err
		}
		o = old
		o.State, o.LostFor, o.EndedFor, o.EndedOn, o.Stage = StateOpen, "", "", calendar.NoDate, set.Landing(old.Stage, StateOpen)
		return s.keep(ctx, tx, actor, doing{action: "opportunity.reopen"}, old, &o, process.Event{CaseID: o.ID, Activity: process.ActivityReopened, PersonID: o.OwnerID,
			Data: process.Data(map[string]any{"stage": o.Stage})})
	})
	return o, err
}
