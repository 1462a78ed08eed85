package quote

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Save adds a quote to an open opportunity, or changes a draft. Errors: forbidden; not found out of reach; invalid; conflict when it is no
// draft, or was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Save(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID == 0 {
			q, err = s.add(ctx, tx, actor, in)
			return err
		}
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if old.State != StateDraft {
			return errs.New(errs.KindConflict, "quote.no_draft", nil)
		}
		if q, err = s.fill(ctx, tx, old, in); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, "quote.change", old, &q)
	})
	return q, err
}

func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, in Entry) (q Quote, err error) {
	o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), in.OpportunityID)
	if err != nil {
		return q, err
	}
	if o.State != opportunity.StateOpen {
		return q, errs.New(errs.KindConflict, "quote.opportunity_ended", nil)
	}
	fresh := Quote{Version: 1, Latest: true, OpportunityID: o.ID, OpportunityName: o.Name, CustomerID: o.CustomerID, CustomerKey: o.CustomerKey, CustomerName: o.CustomerName,
		OwnerID: o.OwnerID, OwnerName: o.OwnerName, State: StateDraft, SentOn: calendar.NoDate, EndedOn: calendar.NoDate, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Revision: 1}
	if q, err = s.fill(ctx, tx, fresh, in); err != nil {
		return q, err
	}
	if q.ID, err = tx.NextNumber(ctx, "quote"); err != nil {
		return q, err
	}
	q.RootID = q.ID
	return q, s.insert(ctx, tx, actor, "quote.add", q)
}

func (s *Service) insert(ctx context.Context, tx Tx, actor access.Actor, action string, q Quote) error {
	if err := tx.InsertQuote(ctx, q); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: q.Subject(), Revision: q.Revision, After: q})
}

// open reads what somebody may change, in the state that they have seen.
func (s *Service) open(ctx context.Context, tx Tx, actor access.Actor, id, seen int64) (q Quote, err error) {
	if q, err = tx.Quote(ctx, s.reach(actor, access.PermWorkWrite), id); err != nil {
		return q, err
	}
	if seen != 0 && q.Revision != seen {
		return q, errs.New(errs.KindConflict, "quote.changed_meanwhile", nil)
	}
	return q, nil
}

// keep saves a change and tells of it everywhere.
func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, action string, before Quote, after *Quote, events ...process.Event) error {
	after.Revision = before.Revision + 1
	if err := tx.SaveQuote(ctx, *after); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: after.Subject(), Revision: after.Revision, Before: before, After: *after, Events: events})
}

// fill lays an entry over what is known. Of everything wrong all is said at once.
func (s *Service) fill(ctx context.Context, tx Tx, known Quote, in Entry) (q Quote, err error) {
	in.Terms, in.Note = fact.TidyLines(in.Terms), fact.TidyLines(in.Note)
	var c fact.Checker
	in.check(&c, s.today())
	q = known
	q.Title, q.Currency, q.ValidUntil, q.Terms, q.Note = in.Title, in.Currency, in.ValidUntil, in.Terms, in.Note
	if q.Lines, err = Lines(ctx, tx, &c, in.Currency, in.Lines); err != nil {
		return q, err
	}
	if err := c.Err(); err != nil {
		return q, err
	}
	totals, err := Sum(q.Lines)
	if err == nil && totals.ListMinor > amountMinorMax || err != nil {
		c.Add("lines", "", "quote.too_much", nil)
		return q, c.Err()
	}
	q.ListMinor, q.AmountMinor, q.TaxMinor, q.DiscountPPM = totals.ListMinor, totals.AmountMinor, totals.TaxMinor, totals.DiscountPPM()
	return q, nil
}

// Submit asks for approval of a draft. Errors: forbidden; not found out of reach; invalid, for a day that has passed; conflict when it is no
// draft, its opportunity has ended, or it was changed after seen.
func (s *Service) Submit(ctx context.Context, actor access.Actor, id, seen int64) (q Quote, err error) {
	return s.SubmitFor(ctx, actor, Submitting{ID: id, Seen: seen})
}

// SubmitFor is Submit with a reason, for rules of the process that ask for one. Errors: as Submit; conflict, too, when a rule stands in the
// way; invalid, at the field "excuse", when one asks for a reason and none is given.
func (s *Service) SubmitFor(ctx context.Context, actor access.Actor, in Submitting) (q Quote, err error) {
	id, seen := in.ID, in.Seen
	defer errs.Wrap(&err, "quote.Submit(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateDraft {
			return errs.New(errs.KindConflict, "quote.no_draft", nil)
		}
		if old.ValidUntil < s.today() {
			return errs.New(errs.KindConflict, "quote.has_expired", nil)
		}
		if o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), old.OpportunityID); err != nil {
			return err
		} else if o.State != opportunity.StateOpen {
			return errs.New(errs.KindConflict, "quote.opportunity_ended", nil)
		}
		rules, err := tx.QuoteRules(ctx)
		if err != nil {
			return err
		}
		q = old
		q.State, q.LimitPPM = StateWaiting, rules.LimitOf(actor)
		beyond := rules.Beyond(q.Lines, q.Currency, q.LimitPPM)
		q.Beyond = len(beyond) > 0
		events, err := s.allow(ctx, tx, actor, q, in.Excuse, "", s.event(actor, q, process.ActivityProposalDrafted, worst(q, beyond)))
		if err != nil {
			return err
		}
		if err := s.keep(ctx, tx, actor, "quote.submit", old, &q, events...); err != nil {
			return err
		}
		// Where nobody has to sign, the answer comes before this returns.
		request, err := s.ask(ctx, tx, actor, q)
		if err != nil {
			return err
		}
		return s.numbered(ctx, tx, actor, &q, request)
	})
	return q, err
}

// numbered keeps the request that a quote waits for.
func (s *Service) numbered(ctx context.Context, tx Tx, actor access.Actor, q *Quote, request string) error {
	now, err := tx.Quote(ctx, s.reach(actor, access.PermWorkWrite), q.ID)
	if err != nil {
		return err
	}
	if *q = now; now.RequestID == request {
		return nil
	}
	q.RequestID = request
	return s.keep(ctx, tx, actor, "quote.ask", now, q)
}

// worst is the discount that process standards compare with the limit: of the line that goes furthest beyond it, or of the whole.
func worst(q Quote, beyond []Excess) map[string]any {
	discount, limit := q.DiscountPPM, max(q.LimitPPM, q.DiscountPPM) // within the limits of its lines
	if len(beyond) > 0 {
		most := slices.MaxFunc(beyond, func(a, b Excess) int { return int((a.DiscountPPM - a.LimitPPM) - (b.DiscountPPM - b.LimitPPM)) })
		discount, limit = most.DiscountPPM, most.LimitPPM
	}
	return map[string]any{"discount": discount, "discount_limit": limit, "amount": q.AmountMinor, "quote": q.Number()}
}

// event is something that somebody did with a quote.
func (s *Service) event(actor access.Actor, q Quote, activity process.Activity, data map[string]any) process.Event {
	return process.Event{CaseID: q.OpportunityID, Activity: activity, PersonID: actor.PersonID, Source: q.Subject(), Data: process.Data(data)}
}

// doing is what is done with a quote, as the history names it, in the state that was seen, and why it is done against a rule.
type doing struct {
	action   string
	id, seen int64
	excuse   string
}

// step is a change that leads from some states to another.
func (s *Service) step(ctx context.Context, actor access.Actor, what doing, from []State, do func(tx Tx, q *Quote) ([]process.Event, error)) (q Quote, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, what.id, what.seen)
		if err != nil {
			return err
		}
		if !slices.Contains(from, old.StateOn(s.today())) {
			return errs.New(errs.KindConflict, "quote.wrong_state", errs.Args{"State": old.StateOn(s.today()).Message()})
		}
		q = old
		events, err := do(tx, &q)
		if err != nil {
			return err
		}
		if events, err = s.allow(ctx, tx, actor, q, what.excuse, "", events...); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, what.action, old, &q, events...)
	})
	return q, err
}

// Withdraw takes back what nobody has approved yet; it is a draft again. Errors: as Submit.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, seen int64) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Withdraw(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateWaiting {
			return errs.New(errs.KindConflict, "quote.wrong_state", errs.Args{"State": old.State.Message()})
		}
		if err := s.approvals.WithdrawIn(ctx, tx, actor, approvalKind, strconv.FormatInt(id, 10), ""); err != nil { // and Decided is told
			return err
		}
		q, err = tx.Quote(ctx, s.reach(actor, access.PermWorkWrite), id)
		return err
	})
	return q, err
}

// Drop gives up a draft. Errors: as Submit.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id, seen int64) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Drop(%d)", id)
	return s.step(ctx, actor, doing{action: "quote.drop", id: id, seen: seen}, []State{StateDraft}, func(tx Tx, q *Quote) ([]process.Event, error) {
		q.State = StateDropped
		return nil, nil
	})
}

// Send notes that an approved quote went to the customer; the version that was sent before is replaced. Errors: as SubmitFor.
func (s *Service) Send(ctx context.Context, actor access.Actor, in Send) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Send(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	if err := in.check(s.today()); err != nil {
		return q, err
	}
	return s.step(ctx, actor, doing{"quote.send", in.ID, in.Seen, in.Excuse}, []State{StateApproved}, func(tx Tx, q *Quote) ([]process.Event, error) {
		if q.ValidUntil < in.On {
			return nil, errs.New(errs.KindConflict, "quote.has_expired", nil)
		}
		q.State, q.SentOn, q.SentTo, q.SentBy = StateSent, in.On, in.To, in.Way
		if err := s.replace(ctx, tx, actor, *q); err != nil {
			return nil, err
		}
		rules, err := tx.QuoteRules(ctx)
		if err != nil {
			return nil, err
		}
		sent := s.event(actor, *q, process.ActivityProposalSent, worst(*q, rules.Beyond(q.Lines, q.Currency, q.LimitPPM)))
		sent.OccurredAt = process.Moment(in.On, s.now())
		return []process.Event{sent}, nil
	})
}

// replace marks the versions that a customer had before.
func (s *Service) replace(ctx context.Context, tx Tx, actor access.Actor, sent Quote) error {
	versions, err := tx.QuoteVersions(ctx, sent.RootID)
	if err != nil {
		return err
	}
	for _, old := range versions {
		if old.ID == sent.ID || old.State != StateSent && old.State != StateApproved {
			continue
		}
		gone := old
		gone.State = StateReplaced
		if err := s.keep(ctx, tx, actor, "quote.replace", old, &gone); err != nil {
			return err
		}
	}
	return nil
}

// Answer notes what the customer said to a quote that was sent, also after its last day. Errors: as SubmitFor.
func (s *Service) Answer(ctx context.Context, actor access.Actor, in Answer) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Answer(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	in.Reason = fact.TidyLines(in.Reason)
	if err := in.check(s.today()); err != nil {
		return q, err
	}
	action, activity, state := "quote.decline", process.ActivityProposalDeclined, StateDeclined
	if in.Accepted {
		action, activity, state = "quote.accept", process.ActivityProposalAccepted, StateAccepted
	}
	return s.step(ctx, actor, doing{action, in.ID, in.Seen, in.Excuse}, []State{StateSent, StateExpired}, func(_ Tx, q *Quote) ([]process.Event, error) {
		if in.On < q.SentOn {
			return nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "on", Value: in.On.String(), Message: errs.Msg("quote.before_sent", nil)}})
		}
		q.State, q.EndedOn, q.EndedFor = state, in.On, in.Reason
		e := s.event(actor, *q, activity, map[string]any{"amount": q.AmountMinor, "quote": q.Number()})
		e.OccurredAt = process.Moment(in.On, s.now())
		return []process.Event{e}, nil
	})
}

// Revise makes a draft of a new version. Errors: forbidden; not found out of reach; conflict when the quote is not the last version, when
// that was not approved yet, or when its opportunity has ended.
func (s *Service) Revise(ctx context.Context, actor access.Actor, id int64) (q Quote, err error) {
	defer errs.Wrap(&err, "quote.Revise(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return q, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, 0)
		if err != nil {
			return err
		}
		if !old.revisable() {
			return errs.New(errs.KindConflict, "quote.not_revisable", nil)
		}
		o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), old.OpportunityID)
		if err != nil {
			return err
		}
		if o.State != opportunity.StateOpen {
			return errs.New(errs.KindConflict, "quote.opportunity_ended", nil)
		}
		rules, err := tx.QuoteRules(ctx)
		if err != nil {
			return err
		}
		past := old
		past.Latest, past.Revision = false, old.Revision+1
		if err := tx.SaveQuote(ctx, past); err != nil {
			return err
		}
		if err := process.Record(ctx, tx, actor, process.Write{Action: "quote.revise", Subject: past.Subject(), Revision: past.Revision, Before: old, After: past}); err != nil {
			return err
		}
		q = old
		q.Version, q.State, q.SentOn, q.SentTo, q.SentBy, q.EndedOn, q.EndedFor = old.Version+1, StateDraft, calendar.NoDate, "", "", calendar.NoDate, ""
		q.LimitPPM, q.Beyond, q.RequestID, q.ValidUntil = 0, false, "", s.today()+calendar.Date(rules.ValidDays)
		q.CreatedBy, q.CreatedAt, q.Revision = actor.UserID, tx.Now(), 1
		if q.ID, err = tx.NextNumber(ctx, "quote"); err != nil {
			return err
		}
		return s.insert(ctx, tx, actor, "quote.add", q)
	})
	return q, err
}
