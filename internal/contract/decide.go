package contract

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// The names of contracts and their amendments among the subjects of approvals.
const (
	approvalKind  = "contract"
	amendmentKind = "contract_amendment"
)

// largeMinor is the amount from which the director of the region signs, too, in what ships.
const largeMinor = 500_000_00

// ApprovalKinds are contracts and amendments as subjects of approvals: the manager signs, for large ones the director of the region, too. The
// service is asked for when an outcome is told.
func ApprovalKinds(service func() *Service) []approval.Kind {
	flow := approval.Flow{Routes: []approval.Route{{Steps: []approval.Step{
		{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByManager, Levels: 1}}, LimitDays: 2},
		{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByDirector}}, LimitDays: 2, When: []approval.Condition{{Field: "amount", Operator: approval.OpAtLeast, Number: largeMinor}}},
	}}}}
	return []approval.Kind{
		{Name: approvalKind, Label: "contract.approval_kind", Page: "/contracts/{id}", Default: flow, Fields: []approval.Field{{Name: "amount", Label: "contract.amount", Form: approval.FormMoney}},
			Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
				return service().decided(ctx, tx, actor, r)
			})},
		{Name: amendmentKind, Label: "contract.amendment_kind", Page: "/contract-amendments/{id}", Default: flow,
			Fields: []approval.Field{{Name: "amount", Label: "contract.amount_after", Form: approval.FormMoney}, {Name: "change", Label: "contract.amount_change", Form: approval.FormMoney, Listed: true}},
			Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
				return service().amended(ctx, tx, actor, r)
			})},
	}
}

// Submit asks for approval of a draft. Errors: forbidden; not found out of reach; conflict when it is no draft, or was changed after seen.
func (s *Service) Submit(ctx context.Context, actor access.Actor, id, seen int64) (c Contract, err error) {
	return s.SubmitFor(ctx, actor, Submitting{ID: id, Seen: seen})
}

// SubmitFor is Submit with a reason, for rules of the process that ask for one where nobody has to sign: it is approved at once. Errors: as
// Submit; conflict, too, when a rule stands in the way; invalid, at the field "excuse", when one asks for a reason and none is given.
func (s *Service) SubmitFor(ctx context.Context, actor access.Actor, in Submitting) (c Contract, err error) {
	id, seen := in.ID, in.Seen
	defer errs.Wrap(&err, "contract.Submit(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateDraft {
			return errs.New(errs.KindConflict, "contract.no_draft", nil)
		}
		c = old
		c.State = StateWaiting
		if err := s.keep(ctx, tx, actor, "contract.submit", old, &c); err != nil {
			return err
		}
		document, facts, err := paperOf(ctx, tx, c)
		if err != nil {
			return err
		}
		request, err := s.approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: approvalKind, SubjectID: strconv.FormatInt(id, 10), Title: c.Number + " " + c.Title, Currency: c.Currency, Note: fact.TidyLines(in.Excuse),
			Data: approval.Data{Numbers: map[string]int64{"amount": c.AmountMinor}}, Document: document, Facts: facts})
		if err != nil {
			return err
		}
		// Where nobody has to sign, it is approved already.
		now, err := tx.Contract(ctx, s.reach(actor, access.PermWorkWrite), id)
		if err != nil {
			return err
		}
		if c = now; now.RequestID == request.ID {
			return nil
		}
		c.RequestID = request.ID
		return s.keep(ctx, tx, actor, "contract.ask", now, &c)
	})
	return c, err
}

func dayText(d calendar.Date) string {
	if d == calendar.NoDate {
		return "–"
	}
	return d.String()
}

// Withdraw takes back what nobody has approved yet; it is a draft again. Errors: as Submit.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, seen int64) (c Contract, err error) {
	defer errs.Wrap(&err, "contract.Withdraw(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		if old.State != StateWaiting {
			return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": old.State.Message()})
		}
		if err := s.approvals.WithdrawIn(ctx, tx, actor, approvalKind, strconv.FormatInt(id, 10), ""); err != nil { // and decided is told
			return err
		}
		c, err = tx.Contract(ctx, s.reach(actor, access.PermWorkWrite), id)
		return err
	})
	return c, err
}

// decided carries out what came of a request, in its transaction.
func (s *Service) decided(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "contract.decided(%s)", r.SubjectID)
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	old, err := tx.Contract(ctx, s.everywhere(), id)
	if err != nil {
		return err
	}
	if old.State != StateWaiting {
		if r.State == approval.StateWithdrawn { // of a returned request: it is a draft already
			return nil
		}
		return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": old.State.Message()})
	}
	c := old
	c.RequestID, c.State = r.ID, StateDraft
	action := "contract.return"
	var events []process.Event
	switch r.State {
	case approval.StateApproved:
		c.State, action = StateApproved, "contract.approve"
		events, err = s.allow(ctx, tx, actor, c, r.Said, whereSaid(actor, r), process.Event{Activity: process.ActivityContractApproved, PersonID: actor.PersonID, Data: process.Data(map[string]any{"contract_amount": c.AmountMinor})})
	case approval.StateWithdrawn:
		action = "contract.withdraw"
	}
	if err != nil {
		return err
	}
	return s.keep(ctx, tx, actor, action, old, &c, events...)
}

// Amend asks for a change of a signed contract: one at a time. Errors: forbidden; not found out of reach; invalid, also when nothing would
// change; conflict when it is not signed, when another amendment waits, or when it was changed after in.Seen.
func (s *Service) Amend(ctx context.Context, actor access.Actor, in Amend) (a Amendment, err error) {
	defer errs.Wrap(&err, "contract.Amend(%d)", in.ID)
	in.Reason = fact.TidyLines(in.Reason)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return a, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if c.State != StateSigned {
			return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": c.State.Message()})
		}
		before, err := tx.Amendments(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(before) > 0 && before[0].State == AmendmentWaiting {
			return errs.New(errs.KindConflict, "contract.amendment_waits", nil)
		}
		if a, err = s.amendment(ctx, tx, actor, c, in); err != nil {
			return err
		}
		a.Number = int64(len(before)) + 1
		if err := tx.InsertAmendment(ctx, a); err != nil {
			return err
		}
		after := c
		if err := s.keep(ctx, tx, actor, "contract.amend", c, &after); err != nil {
			return err
		}
		a, err = s.askAmendment(ctx, tx, actor, after, a)
		return err
	})
	return a, err
}

// askAmendment asks for approval of an amendment. Where nobody has to sign, it holds before this returns.
func (s *Service) askAmendment(ctx context.Context, tx Tx, actor access.Actor, c Contract, a Amendment) (Amendment, error) {
	facts, err := amendedFacts(c, a)
	if err != nil {
		return a, err
	}
	request, err := s.approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: amendmentKind, SubjectID: a.key(), Title: c.Number + " " + c.Title, Currency: c.Currency, Note: a.Reason, Document: a,
		Data: approval.Data{Numbers: map[string]int64{"amount": a.AmountMinor, "change": a.AmountMinor - a.BeforeMinor}}, Facts: facts})
	if err != nil {
		return a, err
	}
	all, err := tx.Amendments(ctx, c.ID)
	if err != nil {
		return a, err
	}
	if all[0].State != AmendmentWaiting {
		return all[0], nil
	}
	a.RequestID = request.ID
	return a, tx.DecideAmendment(ctx, a)
}

// amendment makes an amendment of what was entered.
func (s *Service) amendment(ctx context.Context, tx Tx, actor access.Actor, c Contract, in Amend) (a Amendment, err error) {
	var wrong fact.Checker
	wrong.Day("effective_on", in.EffectiveOn)
	checkLines(&wrong, "reason", in.Reason)
	if in.Reason == "" {
		wrong.Add("reason", "", "form.error.required", nil)
	}
	checkEnd(&wrong, "ends_on", in.EndsOn, c.StartsOn)
	a = Amendment{ContractID: c.ID, State: AmendmentWaiting, EffectiveOn: in.EffectiveOn, Reason: in.Reason, AmountMinor: c.AmountMinor, TaxMinor: c.TaxMinor, EndsOn: in.EndsOn,
		BeforeMinor: c.AmountMinor, BeforeEndsOn: c.EndsOn, CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now()}
	if len(in.Lines) > 0 {
		if a.Lines, err = quote.Lines(ctx, tx, &wrong, c.Currency, in.Lines); err != nil {
			return a, err
		}
	}
	if err := wrong.Err(); err != nil {
		return a, err
	}
	if len(a.Lines) > 0 {
		totals, err := quote.Sum(a.Lines)
		if err != nil {
			return a, err
		}
		a.AmountMinor, a.TaxMinor = totals.AmountMinor, totals.TaxMinor
	}
	switch {
	case a.AmountMinor <= 0:
		wrong.Add("lines", "", "fact.amount_positive", nil)
	case len(a.Lines) == 0 && a.EndsOn == c.EndsOn:
		wrong.Add("lines", "", "contract.nothing_amended", nil)
	}
	return a, wrong.Err()
}

// amended carries out what came of the request about an amendment, in its transaction.
func (s *Service) amended(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "contract.amended(%s)", r.SubjectID)
	contractID, number, _ := strings.Cut(r.SubjectID, "-")
	id, err := strconv.ParseInt(contractID, 10, 64)
	if err != nil {
		return err
	}
	all, err := tx.Amendments(ctx, id)
	if err != nil {
		return err
	}
	old, err := tx.Contract(ctx, s.everywhere(), id)
	if err != nil {
		return err
	}
	for _, a := range all {
		if strconv.FormatInt(a.Number, 10) != number || a.State != AmendmentWaiting {
			continue
		}
		a.RequestID, a.DecidedAt, a.State = r.ID, tx.Now(), AmendmentRefused
		c, action := old, "contract.not_amended"
		var events []process.Event
		if r.State == approval.StateApproved {
			a.State, action = AmendmentApproved, "contract.amended"
			c.AmountMinor, c.TaxMinor, c.EndsOn = a.AmountMinor, a.TaxMinor, a.EndsOn
			if len(a.Lines) > 0 {
				c.Lines = a.Lines
			}
			events, err = s.allow(ctx, tx, actor, c, r.Said, whereSaid(actor, r), process.Event{Activity: process.ActivityContractAmended, PersonID: actor.PersonID, Data: process.Data(map[string]any{"contract_amount": c.AmountMinor, "before": a.BeforeMinor})})
			if err != nil {
				return err
			}
		}
		if err := tx.DecideAmendment(ctx, a); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, action, old, &c, events...)
	}
	return nil // it was decided before: a returned request that is taken back
}
