package quote

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// approvalKind names quotes among the subjects of approvals.
const approvalKind = "quote"

// noteField is where whoever signs says why.
const noteField = "note"

// ApprovalKind is quotes as a subject of approvals: the manager signs each, and beyond the discount limit the director of the region, too.
// The service is asked for when an outcome is told.
func ApprovalKind(service func() *Service) approval.Kind {
	beyond := []approval.Condition{{Field: "beyond", Operator: approval.OpIs, Word: "yes"}}
	return approval.Kind{
		Name: approvalKind, Label: "quote.approval_kind", Page: "/quotes/{id}",
		Fields: []approval.Field{
			{Name: "amount", Label: "quote.amount", Form: approval.FormMoney}, {Name: "discount", Label: "quote.discount", Form: approval.FormPPM, Listed: true},
			{Name: "beyond", Label: "quote.field_beyond", Form: approval.FormText, Choices: []approval.Choice{{Value: "yes", Label: "common.yes", Mark: "quote.beyond_mark"}, {Value: "no", Label: "common.no"}}},
		},
		Default: approval.Flow{Routes: []approval.Route{{Steps: []approval.Step{
			{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByManager, Levels: 1}}, LimitDays: 1},
			{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByDirector}}, LimitDays: 1, When: beyond},
		}}}},
		Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
			return service().decided(ctx, tx, actor, r)
		}),
	}
}

// ask asks for approval and returns the request.
func (s *Service) ask(ctx context.Context, tx Tx, actor access.Actor, q Quote) (requestID string, err error) {
	beyond := "no"
	if q.Beyond {
		beyond = "yes"
	}
	lines, err := SignedLines("quote.lines", q.Lines)
	if err != nil {
		return "", err
	}
	request, err := s.approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: approvalKind, SubjectID: strconv.FormatInt(q.ID, 10), Title: q.Number() + " " + q.Title, Currency: q.Currency,
		Data: approval.Data{Numbers: map[string]int64{"amount": q.AmountMinor, "discount": q.DiscountPPM}, Words: map[string]string{"beyond": beyond}},
		Facts: []approval.Fact{{Label: "common.customer", Form: approval.FormText, Text: q.CustomerName}, {Label: "opportunity.name", Form: approval.FormText, Text: q.OpportunityName},
			{Label: "quote.list_amount", Form: approval.FormMoney, Minor: q.ListMinor}, {Label: "quote.amount", Form: approval.FormMoney, Minor: q.AmountMinor}, {Label: "quote.discount", Form: approval.FormPPM, Minor: q.DiscountPPM},
			{Label: "quote.limit", Form: approval.FormPPM, Minor: q.LimitPPM}, {Label: "quote.valid_until", Form: approval.FormText, Text: q.ValidUntil.String()}, lines},
		Document: q})
	return request.ID, err
}

// signature is that of somebody who approved.
type signature struct {
	person int64
	at     time.Time
}

// signatures are those of a request in their order; who signed for somebody else is named with their own person.
func signatures(ctx context.Context, tx approval.Reader, r approval.Request) (all []signature, err error) {
	for _, turn := range r.Turns {
		for _, seat := range turn.Seats {
			if !seat.Signed() {
				continue
			}
			user, err := tx.UserAccount(ctx, seat.SignedBy)
			if err != nil {
				return nil, err
			}
			all = append(all, signature{user.PersonID, seat.SignedAt})
		}
	}
	return all, nil
}

// decided carries out what came of a request, in its transaction: the quote is approved, or a draft again.
func (s *Service) decided(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "quote.decided(%s)", r.SubjectID)
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	old, err := tx.Quote(ctx, deal.Reach{Scope: access.Scope{All: true}, Today: s.today()}, id)
	if err != nil {
		return err
	}
	if old.State != StateWaiting {
		if r.State == approval.StateWithdrawn { // of a returned request: it is a draft already
			return nil
		}
		return errs.New(errs.KindConflict, "quote.wrong_state", errs.Args{"State": old.State.Message()})
	}
	q := old
	q.RequestID = r.ID
	said := process.Data(map[string]any{"amount": q.AmountMinor, "quote": q.Number()})
	switch r.State {
	case approval.StateApproved:
		q.State = StateApproved
		signed, err := signatures(ctx, tx, r)
		if err != nil {
			return err
		}
		var events []process.Event
		for i, signature := range signed {
			activity := process.ActivityManagerApproved
			if i > 0 { // beyond the manager's
				activity = process.ActivityExtraSigned
			}
			events = append(events, process.Event{CaseID: q.OpportunityID, Activity: activity, OccurredAt: signature.at, PersonID: signature.person, Data: said})
		}
		if events, err = s.allow(ctx, tx, actor, q, r.Said, noteField, events...); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, "quote.approve", old, &q, events...)
	case approval.StateWithdrawn:
		q.State = StateDraft
		return s.keep(ctx, tx, actor, "quote.withdraw", old, &q)
	}
	q.State = StateDraft
	return s.keep(ctx, tx, actor, "quote.return", old, &q, process.Event{CaseID: q.OpportunityID, Activity: process.ActivityProposalReturned, PersonID: actor.PersonID, Data: said})
}
