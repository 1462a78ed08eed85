package contract

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// Save adds a contract, of an accepted quote, of an opportunity or of a customer directly, or changes a draft. Errors: forbidden; not found
// out of reach; invalid, also for a number that is taken; conflict when it is no draft, or was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.Save(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID == 0 {
			c, err = s.add(ctx, tx, actor, in)
			return err
		}
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if old.State != StateDraft {
			return errs.New(errs.KindConflict, "contract.no_draft", nil)
		}
		var wrong fact.Checker
		if c, err = s.fill(ctx, tx, &wrong, actor, old, in); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, "contract.change", old, &c)
	})
	return c, err
}

func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, in Entry) (c Contract, err error) {
	fresh := Contract{State: StateDraft, StartsOn: calendar.NoDate, EndsOn: calendar.NoDate, SignedOn: calendar.NoDate, EndedOn: calendar.NoDate, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Revision: 1}
	var wrong fact.Checker
	if err := s.begin(ctx, tx, &wrong, actor, &fresh, in); err != nil {
		return c, err
	}
	if c, err = s.fill(ctx, tx, &wrong, actor, fresh, in); err != nil {
		return c, err
	}
	if c.ID, err = tx.NextNumber(ctx, "contract"); err != nil {
		return c, err
	}
	if err := tx.InsertContract(ctx, c); err != nil {
		return c, err
	}
	hide, err := s.keepFields(ctx, tx, c.ID, "", c.Fields)
	if err != nil {
		return c, err
	}
	return c, process.Record(ctx, tx, actor, process.Write{Action: "contract.add", Subject: c.Subject(), Revision: c.Revision, After: c, Hide: hide})
}

// begin says what a new contract comes of: a quote, an opportunity, or a customer.
func (s *Service) begin(ctx context.Context, tx Tx, wrong *fact.Checker, actor access.Actor, c *Contract, in Entry) error {
	reach := s.reach(actor, access.PermWorkWrite)
	if in.QuoteID != 0 {
		q, err := tx.Quote(ctx, reach, in.QuoteID)
		if err != nil {
			return err
		}
		if q.State != quote.StateAccepted {
			return errs.New(errs.KindConflict, "contract.quote_not_accepted", nil)
		}
		in.OpportunityID, c.QuoteID = q.OpportunityID, q.ID
	}
	if in.OpportunityID != 0 {
		o, err := tx.Opportunity(ctx, reach, in.OpportunityID)
		if err != nil {
			return err
		}
		if o.State == opportunity.StateLost {
			return errs.New(errs.KindConflict, "opportunity.is_lost", nil)
		}
		c.OpportunityID, c.CustomerID, c.CustomerKey, c.CustomerName, c.OwnerID, c.OwnerKey = o.ID, o.CustomerID, o.CustomerKey, o.CustomerName, o.OwnerID, o.OwnerKey
		return nil
	}
	c.OwnerID = actor.PersonID
	wrong.Key("customer", in.Customer)
	if wrong.Has("customer") {
		return nil
	}
	ok, err := tx.CustomerToSellTo(ctx, reach, in.Customer)
	if err != nil {
		return err
	}
	if ok {
		c.CustomerID, err = tx.CustomerID(ctx, in.Customer)
	} else {
		wrong.Add("customer", in.Customer, "fact.unknown_customer", errs.Args{"Key": in.Customer})
	}
	return err
}

// open reads what somebody may change, in the state that they have seen.
func (s *Service) open(ctx context.Context, tx Tx, actor access.Actor, id, seen int64) (c Contract, err error) {
	if c, err = tx.Contract(ctx, s.reach(actor, access.PermWorkWrite), id); err != nil {
		return c, err
	}
	if seen != 0 && c.Revision != seen {
		return c, errs.New(errs.KindConflict, "contract.changed_meanwhile", nil)
	}
	return c, nil
}

// keep saves a change and tells of it everywhere.
func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, action string, before Contract, after *Contract, events ...process.Event) error {
	after.Revision = before.Revision + 1
	if err := tx.SaveContract(ctx, *after); err != nil {
		return err
	}
	hide, err := s.keepFields(ctx, tx, after.ID, before.Fields, after.Fields)
	if err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: after.Subject(), Revision: after.Revision, Before: before, After: *after, Hide: hide, Events: events})
}

// events are those of a case: a contract without an opportunity has none.
func (c Contract) events(all ...process.Event) []process.Event {
	if c.OpportunityID == 0 {
		return nil
	}
	for i := range all {
		all[i].CaseID = c.OpportunityID
		if all[i].Source == "" {
			all[i].Source = c.Subject()
		}
	}
	return all
}

// fill lays an entry over what is known. Of everything wrong all is said at once.
func (s *Service) fill(ctx context.Context, tx Tx, wrong *fact.Checker, actor access.Actor, known Contract, in Entry) (c Contract, err error) {
	in.Note, in.Number = fact.TidyLines(in.Note), strings.TrimSpace(in.Number)
	in.check(wrong)
	c = known
	c.Number, c.Title, c.Currency, c.OurParty, c.TheirParty, c.StartsOn, c.EndsOn, c.Note = in.Number, in.Title, in.Currency, in.OurParty, in.TheirParty, in.StartsOn, in.EndsOn, in.Note
	if !wrong.Has("number") {
		taken, err := tx.ContractKnown(ctx, in.Number)
		if err != nil {
			return c, err
		}
		if taken != 0 && taken != known.ID {
			wrong.Add("number", in.Number, "contract.number_taken", errs.Args{"Number": in.Number})
		}
	}
	if err := s.fillOwner(ctx, tx, wrong, actor, &c, in.Owner); err != nil {
		return c, err
	}
	if c.Lines, err = quote.Lines(ctx, tx, wrong, in.Currency, in.Lines); err != nil {
		return c, err
	}
	if c.Fields, _, err = customfield.Fill(ctx, tx, customfield.ObjectContract, s.currency(), known.Fields, in.Fields, wrong); err != nil {
		return c, err
	}
	if err := wrong.Err(); err != nil {
		return c, err
	}
	totals, err := quote.Sum(c.Lines)
	if err != nil {
		return c, err
	}
	c.AmountMinor, c.TaxMinor = totals.AmountMinor, totals.TaxMinor
	if c.AmountMinor <= 0 {
		wrong.Add("lines", "", "fact.amount_positive", nil)
	}
	return c, wrong.Err()
}

// fillOwner wants an owner in reach; without one it stays whose it is.
func (s *Service) fillOwner(ctx context.Context, tx Tx, wrong *fact.Checker, actor access.Actor, c *Contract, key string) error {
	if key == "" {
		if c.OwnerID == 0 {
			wrong.Add("owner", "", "form.error.required", nil)
		}
		return nil
	}
	id, err := tx.OrgPersonID(ctx, key)
	if err != nil || id == c.OwnerID && id != 0 {
		return err
	}
	ok := false
	if id != 0 {
		reach := s.reach(actor, access.PermWorkWrite)
		if ok, err = tx.PersonInReach(ctx, reach.Scope, reach.Today, id); err != nil {
			return err
		}
	}
	if !ok {
		wrong.Add("owner", key, "fact.unknown_person", errs.Args{"Key": key})
	}
	c.OwnerID = id
	return nil
}

// step is a change that leads from some states to another.
func (s *Service) step(ctx context.Context, actor access.Actor, what doing, from []State, do func(tx Tx, c *Contract) ([]process.Event, error)) (c Contract, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, what.id, what.seen)
		if err != nil {
			return err
		}
		if !slices.Contains(from, old.State) {
			return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": old.State.Message()})
		}
		c = old
		events, err := do(tx, &c)
		if err != nil {
			return err
		}
		if events, err = s.allow(ctx, tx, actor, c, what.excuse, "", events...); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, what.action, old, &c, events...)
	})
	return c, err
}

// Drop gives up a contract that was not signed. Errors: forbidden; not found out of reach; conflict by its state, or when it was changed after
// seen.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id, seen int64) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.Drop(%d)", id)
	return s.step(ctx, actor, doing{action: "contract.drop", id: id, seen: seen}, []State{StateDraft, StateApproved}, func(_ Tx, c *Contract) ([]process.Event, error) {
		c.State = StateDropped
		return nil, nil
	})
}

// Sign notes the signature of an approved contract, which wins its opportunity. Errors: as Drop; invalid.
func (s *Service) Sign(ctx context.Context, actor access.Actor, in Sign) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.Sign(%d)", in.ID)
	var wrong fact.Checker
	checkPast(&wrong, "signed_on", in.SignedOn, s.today())
	if err := wrong.Err(); err != nil {
		return c, err
	}
	return s.step(ctx, actor, doing{action: "contract.sign", id: in.ID, seen: in.Seen}, []State{StateApproved}, func(tx Tx, c *Contract) ([]process.Event, error) {
		c.State, c.SignedOn = StateSigned, in.SignedOn
		if err := s.tellSigned(ctx, tx, actor, *c); err != nil {
			return nil, err
		}
		if c.OpportunityID == 0 {
			return nil, nil
		}
		o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), c.OpportunityID)
		if err != nil {
			return nil, err
		}
		if o.State != opportunity.StateOpen { // it was won before its contract was entered
			return nil, nil
		}
		win := opportunity.Win{ID: o.ID, SignedOn: in.SignedOn, Excuse: in.Excuse, AmountMinor: c.AmountMinor, EndsOn: c.EndsOn}
		if known, err := s.dealOf(ctx, tx, *c); err != nil {
			return nil, err
		} else if known {
			win.DealKey = c.Number
		}
		_, err = s.opportunities.WinIn(ctx, tx, actor, win)
		return nil, err
	})
}

// End notes that a signed contract ended before its time. Its deal stays; cancelling that is for who records facts. Errors: as Drop; invalid.
func (s *Service) End(ctx context.Context, actor access.Actor, in End) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.End(%d)", in.ID)
	in.Reason = fact.TidyLines(in.Reason)
	var wrong fact.Checker
	checkPast(&wrong, "on", in.On, s.today())
	checkLines(&wrong, "reason", in.Reason)
	if in.Reason == "" {
		wrong.Add("reason", "", "form.error.required", nil)
	}
	if err := wrong.Err(); err != nil {
		return c, err
	}
	return s.step(ctx, actor, doing{action: "contract.end", id: in.ID, seen: in.Seen}, []State{StateSigned}, func(_ Tx, c *Contract) ([]process.Event, error) {
		if in.On < c.SignedOn {
			return nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "on", Value: in.On.String(), Message: errs.Msg("contract.before_signed", nil)}})
		}
		c.State, c.EndedOn, c.EndedFor = StateEnded, in.On, in.Reason
		return nil, nil
	})
}

// RecordDeal records the deal of a signed contract: its number is the deal's key, its owner sells it alone; who shares it is corrected on the
// deal. The opportunity has the deal then. Errors: forbidden without sales.write; not found out of reach; invalid; conflict by its state, or
// when the deal is there.
func (s *Service) RecordDeal(ctx context.Context, actor access.Actor, in Record) (c Contract, receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "contract.RecordDeal(%d)", in.ID)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return c, receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.Contract(ctx, s.reach(actor, access.PermSalesWrite), in.ID)
		if err != nil {
			return err
		}
		if in.Seen != 0 && old.Revision != in.Seen {
			return errs.New(errs.KindConflict, "contract.changed_meanwhile", nil)
		}
		if old.State != StateSigned {
			return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": old.State.Message()})
		}
		if err := quote.NameLines(ctx, tx, old.Lines); err != nil {
			return err
		}
		product := in.Product
		for _, l := range old.Lines {
			if product == "" {
				product = l.ProductKey
			}
		}
		receipt, err = s.deals.RecordDealIn(ctx, tx, actor, deal.Signing{DealRecord: fact.DealRecord{Key: old.Number, Customer: old.CustomerKey, Product: product, SignedOn: old.SignedOn, AmountMinor: old.AmountMinor,
			Currency: old.Currency, Shares: []fact.ShareRecord{{Person: old.OwnerKey, BasisPoints: deal.FullShare}}}})
		if err != nil {
			return err
		}
		if old.OpportunityID != 0 {
			if err := s.opportunities.NameDealIn(ctx, tx, actor, old.OpportunityID, old.Number); err != nil {
				return err
			}
		}
		c = old
		return s.keep(ctx, tx, actor, "contract.record", old, &c)
	})
	return c, receipt, err
}

// SetPlan replaces the payment plan; it must add up to the contract. Errors: forbidden; not found out of reach; invalid; conflict for a
// contract that was dropped or has ended, or was changed after in.Seen; those of the process standard.
func (s *Service) SetPlan(ctx context.Context, actor access.Actor, in Plan) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.SetPlan(%d)", in.ID)
	return s.step(ctx, actor, doing{"contract.plan", in.ID, in.Seen, in.Excuse}, []State{StateDraft, StateWaiting, StateApproved, StateSigned}, func(tx Tx, c *Contract) ([]process.Event, error) {
		plan, err := in.check(*c)
		if err != nil {
			return nil, err
		}
		c.PlanRevision++
		if err := s.requireInvoices(ctx, tx, *c, plan); err != nil {
			return nil, err
		}
		if err := tx.PutInstalments(ctx, *c, plan); err != nil {
			return nil, err
		}
		due := plan[len(plan)-1].DueOn
		for _, i := range plan {
			if i.DueOn >= s.today() {
				due = i.DueOn
				break
			}
		}
		return []process.Event{{Activity: process.ActivityPlanCreated, PersonID: actor.PersonID,
			Data: process.Data(map[string]any{"planned": plan[len(plan)-1].UntilMinor, "contract_amount": c.AmountMinor, "due_on": due})}}, nil
	})
}

// requireInvoices wants the invoices that instalments name to be of the contract's deal.
func (s *Service) requireInvoices(ctx context.Context, tx Tx, c Contract, plan []Instalment) error {
	var wrong fact.Checker
	for _, i := range plan {
		if i.InvoiceKey == "" {
			continue
		}
		invoice, err := tx.Invoice(ctx, s.everywhere(), i.InvoiceKey)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if err != nil || invoice.DealKey != c.Number {
			wrong.Add("instalments", i.InvoiceKey, "contract.no_such_invoice", errs.Args{"Key": i.InvoiceKey})
		}
	}
	return wrong.Err()
}
