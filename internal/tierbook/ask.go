package tierbook

import (
	"context"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/tier"
)

// The names of changes of tiers among the subjects of approvals, whose ids are those of customers: what a review found, and what somebody asks for.
const (
	ApprovalReview = "tier_review"
	approvalAsk    = "tier_ask"
)

// ApprovalKinds are changes of tiers as subjects of approvals. The next manager of who follows the customer signs; of what somebody asks for to or from A
// the director of the region, too. A customer whom nobody follows is a director's. The service is asked for when an outcome is told.
func ApprovalKinds(service func() *Service) []approval.Kind {
	var tiers []approval.Choice
	for _, t := range tier.Tiers() {
		tiers = append(tiers, approval.Choice{Value: string(t), Label: "tierbook.tier_" + string(t)})
	}
	fields := []approval.Field{
		{Name: "from", Label: "tierbook.field_from", Form: approval.FormText, Choices: tiers}, {Name: "to", Label: "tierbook.field_to", Form: approval.FormText, Choices: tiers},
		{Name: "followed", Label: "tierbook.field_followed", Form: approval.FormText, Choices: []approval.Choice{{Value: "yes", Label: "common.yes"}, {Value: "no", Label: "common.no"}}},
		{Name: "margin", Label: "tiers.margin", Form: approval.FormMoney}, {Name: "spend", Label: "tiers.spend", Form: approval.FormMoney},
	}
	manager := approval.Step{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByManager, Levels: 1}}, LimitDays: 5}
	nobodys := approval.Route{When: []approval.Condition{{Field: "followed", Operator: approval.OpIs, Word: "no"}},
		Steps: []approval.Step{{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByRole, Role: access.RoleDirector}}, LimitDays: 5}}}
	director := func(field string) approval.Step {
		return approval.Step{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByDirector}}, LimitDays: 3, When: []approval.Condition{{Field: field, Operator: approval.OpIs, Word: string(tier.A)}}}
	}
	return []approval.Kind{
		{Name: ApprovalReview, Label: "tierbook.kind_review", Page: "/customers/{id}#tier", Fields: fields, Final: true, Default: approval.Flow{Routes: []approval.Route{nobodys, {Steps: []approval.Step{manager}}}},
			Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
				return service().reviewed(ctx, tx, actor, r)
			})},
		{Name: approvalAsk, Label: "tierbook.kind_ask", Page: "/customers/{id}#tier", Fields: fields, Default: approval.Flow{Routes: []approval.Route{nobodys, {Steps: []approval.Step{manager, director("to"), director("from")}}}},
			Outcome: approval.Tell(func(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) error {
				return service().answered(ctx, tx, actor, r)
			})},
	}
}

// WithApprovals lets flows decide who signs a change, and returns the service. Without it whoever may approve tiers decides alone.
func (s *Service) WithApprovals(approvals *approval.Service) *Service {
	s.approvals = approvals
	return s
}

// submission is what is signed about a customer's tier.
func (s *Service) submission(kind string, standing Standing, from, to tier.Tier, document map[string]any) approval.Submission {
	followed := "yes"
	if standing.OwnerID == 0 {
		followed = "no"
	}
	in := approval.Submission{Kind: kind, SubjectID: strconv.FormatInt(standing.CustomerID, 10), Title: standing.CustomerName + " " + string(from) + " → " + string(to), Currency: s.currency(), PersonID: standing.OwnerID,
		Data: approval.Data{Numbers: map[string]int64{"margin": standing.Facts.Margin, "spend": standing.Facts.Spend}, Words: map[string]string{"from": string(from), "to": string(to), "followed": followed}},
		Facts: []approval.Fact{{Label: "common.customer", Form: approval.FormText, Text: standing.CustomerName}, {Label: "tierbook.field_from", Form: approval.FormText, Text: string(from)},
			{Label: "tierbook.field_to", Form: approval.FormText, Text: string(to)}, {Label: "tiers.margin", Form: approval.FormMoney, Minor: standing.Facts.Margin}, {Label: "tiers.spend", Form: approval.FormMoney, Minor: standing.Facts.Spend}}}
	if standing.OwnerID != 0 {
		in.ExcludedPersonIDs = []int64{standing.OwnerID}
		in.Facts = append(in.Facts, approval.Fact{Label: "tiers.owner", Form: approval.FormText, Text: standing.OwnerName})
	}
	if standing.Result.Judged {
		in.Facts = append(in.Facts, approval.Fact{Label: "tiers.score", Form: approval.FormPPM, Minor: int64(standing.Result.Score)})
	}
	document["customer_id"], document["customer"], document["from"], document["to"], document["policy"], document["as_of"] = standing.CustomerID, standing.CustomerKey, from, to, standing.PolicyHash, standing.AsOf
	in.Document = document
	return in
}

// askBatch is how many requests are made in one transaction.
const askBatch = 50

// askAll asks for decisions on all proposals that wait and that nobody was asked about: those of a review, and those of before there were flows.
func (s *Service) askAll(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "tierbook.askAll")
	if s.approvals == nil {
		return 0, nil
	}
	for after := int64(0); ; {
		var some []Proposal
		err := s.store.InTx(ctx, func(tx Tx) (err error) {
			if some, err = tx.UnaskedTierProposals(ctx, after, askBatch); err != nil {
				return err
			}
			for _, p := range some {
				if err := s.askOne(ctx, tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(some) == 0 {
			return count, err
		}
		count += len(some)
		after = some[len(some)-1].ID
	}
}

func (s *Service) askOne(ctx context.Context, tx Tx, p Proposal) error {
	standing, err := tx.CustomerStanding(ctx, p.CustomerID)
	if err != nil {
		return err
	}
	in := s.submission(ApprovalReview, standing, p.From, p.To, map[string]any{"proposal_id": p.ID, "review_id": p.ReviewID})
	in.Quiet = true // who is asked is told once of all: KindTierWaits
	request, err := s.approvals.SubmitIn(ctx, tx, access.SystemActor("tiers"), in)
	if err != nil || request.State != approval.StatePending {
		return err // where nobody has to sign, it is decided already
	}
	return tx.AskTierProposal(ctx, p.ID, request.ID)
}

// drop ends proposals that the facts no longer ask for, with their requests.
func (s *Service) drop(ctx context.Context, tx Tx, customerIDs []int64) error {
	if err := tx.DropTierProposals(ctx, customerIDs); err != nil || s.approvals == nil {
		return err
	}
	for _, id := range customerIDs {
		if err := s.approvals.WithdrawIn(ctx, tx, access.SystemActor("tiers"), ApprovalReview, strconv.FormatInt(id, 10), ""); err != nil {
			return err
		}
	}
	return nil
}

// reviewed carries out what came of a request about what a review found, in its transaction.
func (s *Service) reviewed(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "tierbook.reviewed(%s)", r.SubjectID)
	if r.State == approval.StateWithdrawn { // the proposal was dropped
		return nil
	}
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	p, err := tx.WaitingProposal(ctx, id)
	if err != nil {
		return err
	}
	standing, err := tx.CustomerStanding(ctx, id)
	if err != nil {
		return err
	}
	if ofOneself(actor, standing) { // who got the customer since it was submitted
		return errs.New(errs.KindForbidden, "tierbook.own_customer", nil)
	}
	note, err := noteOf(ctx, tx, r)
	if err != nil {
		return err
	}
	return s.settleProposal(ctx, tx, actor, p, standing, Decision{Approve: r.State == approval.StateApproved, Note: note})
}

// ofOneself reports whether the actor follows the customer.
func ofOneself(actor access.Actor, standing Standing) bool {
	return actor.PersonID != 0 && actor.PersonID == standing.OwnerID
}

// noteOf is what was written with the last word on a request.
func noteOf(ctx context.Context, tx Tx, r approval.Request) (string, error) {
	events, err := tx.ApprovalEvents(ctx, r.ID)
	if err != nil || len(events) == 0 {
		return "", err
	}
	last := events[len(events)-1]
	if last.Act != approval.ActApprove && last.Act != approval.ActReject {
		return "", nil
	}
	return last.Note, nil
}

// Ask asks for another tier of a customer, by hand until a day.
type Ask struct {
	CustomerID int64
	Tier       tier.Tier
	Until      calendar.Date // the first day on which it no longer holds
	Reason     string
	Evidence   string // what shows it: a contract in sight, a letter, figures
	Seen       int64  // Revision of the standing; 0 skips the check
}

func (in Ask) check(today calendar.Date) error {
	var c fact.Checker
	Override{Tier: in.Tier, Until: in.Until, Reason: in.Reason}.into(&c, today)
	if in.Evidence == "" {
		c.Add("evidence", "", "form.error.required", nil)
	}
	c.Lines("evidence", in.Evidence)
	if utf8.RuneCountInString(in.Evidence) > noteRunesMax {
		c.Add("evidence", "", "fact.too_long", errs.Args{"Max": noteRunesMax})
	}
	return c.Err()
}

// asking is what is signed of an Ask, and put into force once it is approved.
type asking struct {
	Tier   tier.Tier     `json:"tier"`
	Until  calendar.Date `json:"until"`
	Reason string        `json:"reason"`
}

// AskChange asks for another tier of a customer: who follows it may, and whoever reaches that person with the permission work.write. Where the flow wants no
// signature it holds at once. Errors: forbidden, also for a customer of others; not found out of reach; invalid; conflict before the first judgement, when a
// request about the customer waits, and when the standing was changed after in.Seen.
func (s *Service) AskChange(ctx context.Context, actor access.Actor, in Ask) (r approval.Request, err error) {
	defer errs.Wrap(&err, "tierbook.AskChange(%d)", in.CustomerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return r, err
	}
	if s.approvals == nil {
		return r, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	in.Reason, in.Evidence = fact.TidyLines(in.Reason), fact.TidyLines(in.Evidence)
	err = s.store.InTx(ctx, func(tx Tx) error {
		standing, err := s.askable(ctx, tx, actor, in.CustomerID)
		if err != nil {
			return err
		}
		if err := in.check(s.today()); err != nil {
			return err
		}
		from := standing.Result.Tier
		switch {
		case in.Seen != 0 && in.Seen != standing.Revision:
			return errs.New(errs.KindConflict, "tierbook.standing_changed", nil)
		case in.Tier == from:
			return errs.Invalid("fact.invalid", []errs.Field{{Path: "tier", Value: string(in.Tier), Message: errs.Msg("tierbook.same_tier", nil)}})
		}
		what := s.submission(approvalAsk, standing, from, in.Tier, map[string]any{"ask": asking{in.Tier, in.Until, in.Reason}, "evidence": in.Evidence})
		what.Facts = append(what.Facts, approval.Fact{Label: "tiers.until", Form: approval.FormText, Text: in.Until.String()}, approval.Fact{Label: "tiers.reason", Form: approval.FormText, Text: in.Reason},
			approval.Fact{Label: "tierbook.evidence", Form: approval.FormText, Text: in.Evidence})
		what.Note = in.Reason
		r, err = s.approvals.SubmitIn(ctx, tx, actor, what)
		return err
	})
	return r, err
}

// askable returns the standing of a customer for whose tier the actor may ask.
func (s *Service) askable(ctx context.Context, tx Reader, actor access.Actor, customerID int64) (standing Standing, err error) {
	in, err := tx.CustomerInReach(ctx, customer.Reach{Scope: actor.ScopeOf(access.PermWorkWrite), Today: s.today()}, customerID)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	if err != nil {
		return standing, err
	}
	standing, err = tx.CustomerStanding(ctx, customerID)
	if errs.Is(err, errs.KindNotFound) {
		return standing, errs.New(errs.KindConflict, "tierbook.not_judged", nil)
	}
	if err != nil {
		return standing, err
	}
	may, err := s.mayAsk(ctx, tx, actor, standing)
	if err == nil && !may {
		err = errs.New(errs.KindForbidden, "tierbook.others_customer", nil)
	}
	return standing, err
}

// mayAsk reports whether the actor looks after the customer, or reaches who does.
func (s *Service) mayAsk(ctx context.Context, r Reader, actor access.Actor, standing Standing) (bool, error) {
	scope := actor.ScopeOf(access.PermWorkWrite)
	switch {
	case s.approvals == nil || !actor.Can(access.PermWorkWrite):
		return false, nil
	case scope.All || ofOneself(actor, standing):
		return true, nil
	case standing.OwnerID == 0:
		return false, nil
	}
	return r.PersonInReach(ctx, scope, s.today(), standing.OwnerID)
}

// answered carries out what came of what somebody asked for, in the transaction of the last word: what was signed is what is put into force.
func (s *Service) answered(ctx context.Context, tx Tx, actor access.Actor, r approval.Request) (err error) {
	defer errs.Wrap(&err, "tierbook.answered(%s)", r.SubjectID)
	if r.State != approval.StateApproved {
		return nil // the tier stays; who asked is told by the request
	}
	id, err := strconv.ParseInt(r.SubjectID, 10, 64)
	if err != nil {
		return err
	}
	var signed struct {
		Ask asking `json:"ask"`
	}
	if err := json.Unmarshal(r.Document, &signed); err != nil {
		return err
	}
	standing, err := tx.CustomerStanding(ctx, id)
	if err != nil {
		return err
	}
	if ofOneself(actor, standing) && actor.UserID != r.SubmitterID {
		return errs.New(errs.KindForbidden, "tierbook.own_customer", nil)
	}
	after := standing
	if after.byHand(signed.Ask.Tier, s.today(), signed.Ask.Until, signed.Ask.Reason, actor.UserID); signed.Ask.Until <= s.today() {
		return errs.New(errs.KindConflict, "tierbook.ask_over", errs.Args{"Until": signed.Ask.Until.String()})
	}
	return s.keep(ctx, tx, actor, "tier.asked", standing, after, Change{Kind: ChangeAsked, Note: signed.Ask.Reason})
}

// byHand sets the tier until a day.
func (s *Standing) byHand(t tier.Tier, from, until calendar.Date, reason, by string) {
	s.Facts.Override = &tier.Override{Tier: t, From: from, Until: until, Reason: reason}
	s.OverrideBy, s.Result.Overridden, s.Result.Tier = by, true, t
}

// Asked is a change that somebody asks for, as it waits.
type Asked struct {
	RequestID string
	From, To  string
	By        string
	State     approval.State
	MayOpen   bool
	Own       bool // the reader asked for it
}

// asked returns the open request about a customer's tier of a kind; nil when there is none.
func (s *Service) asked(ctx context.Context, r Reader, actor access.Actor, kind string, customerID int64) (*Asked, error) {
	if s.approvals == nil {
		return nil, nil
	}
	request, open, err := s.approvals.OfSubject(ctx, r, kind, strconv.FormatInt(customerID, 10))
	if err != nil || !open {
		return nil, err
	}
	a := &Asked{RequestID: request.ID, From: request.Data.Words["from"], To: request.Data.Words["to"], By: request.SubmitterName, State: request.State, Own: request.SubmitterID == actor.UserID}
	a.MayOpen, err = s.approvals.Opens(ctx, r, actor, request.ID)
	return a, err
}
