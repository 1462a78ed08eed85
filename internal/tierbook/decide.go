package tierbook

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/tier"
)

// mayDecide reports whether the actor may decide on the tier of customers that a person follows: not of one's own.
func (s *Service) mayDecide(ctx context.Context, r Reader, actor access.Actor, ownerID int64) (bool, error) {
	if !actor.Can(access.PermTierApprove) || ownerID != 0 && ownerID == actor.PersonID {
		return false, nil
	}
	scope := actor.ScopeOf(access.PermTierApprove)
	if scope.All || ownerID == 0 {
		return scope.All, nil
	}
	return r.PersonInReach(ctx, scope, s.today(), ownerID)
}

// requireDecide is mayDecide as an error.
func (s *Service) requireDecide(ctx context.Context, r Reader, actor access.Actor, ownerID int64) error {
	ok, err := s.mayDecide(ctx, r, actor, ownerID)
	switch {
	case err != nil || ok:
		return err
	case ownerID != 0 && ownerID == actor.PersonID:
		return errs.New(errs.KindForbidden, "tierbook.own_customer", nil)
	}
	return errs.New(errs.KindNotFound, "customer.missing", nil)
}

// Override sets a tier by hand until a day.
type Override struct {
	CustomerID int64
	Tier       tier.Tier
	Until      calendar.Date // the first day on which it no longer holds
	Reason     string
	Seen       int64 // Revision of the standing; 0 skips the check
}

// overrideDaysMax is how long a tier may be set by hand: a year, and then somebody looks again.
const overrideDaysMax = 366

func (in Override) check(today calendar.Date) error {
	var c fact.Checker
	in.into(&c, today)
	return c.Err()
}

func (in Override) into(c *fact.Checker, today calendar.Date) {
	if !slices.Contains(tier.Tiers(), in.Tier) {
		c.Add("tier", string(in.Tier), "form.error.choice", nil)
	}
	if in.Until == calendar.NoDate {
		c.Add("until", "", "form.error.required", nil)
	} else if in.Until <= today || in.Until > today+overrideDaysMax {
		c.Add("until", in.Until.String(), "tierbook.override_days", errs.Args{"Most": overrideDaysMax})
	}
	if in.Reason == "" {
		c.Add("reason", "", "form.error.required", nil)
	}
	c.Lines("reason", in.Reason)
	if utf8.RuneCountInString(in.Reason) > noteRunesMax {
		c.Add("reason", "", "fact.too_long", errs.Args{"Max": noteRunesMax})
	}
}

// SetOverride sets the tier of a customer by hand; what reviews find goes on below it. Errors: forbidden, also for one's own customer; not found
// out of reach, and before the first judgement; invalid; conflict when the standing was changed after in.Seen, and for changes that the policy wants
// approved, for which AskChange asks.
func (s *Service) SetOverride(ctx context.Context, actor access.Actor, in Override) (err error) {
	defer errs.Wrap(&err, "tierbook.SetOverride(%d)", in.CustomerID)
	if err := actor.Require(access.PermTierApprove); err != nil {
		return err
	}
	in.Reason = fact.TidyLines(in.Reason)
	if err := in.check(s.today()); err != nil {
		return err
	}
	return s.change(ctx, actor, in.CustomerID, in.Seen, "tier.override", func(p *tier.Policy, standing *Standing) (Change, error) {
		if from := standing.Result.Tier; s.approvals != nil && slices.Contains(p.Approval, tier.Change{From: from, To: in.Tier}) {
			return Change{}, errs.New(errs.KindConflict, "tierbook.needs_approval", errs.Args{"From": string(from), "To": string(in.Tier)})
		}
		standing.byHand(in.Tier, s.today(), in.Until, in.Reason, actor.UserID)
		return Change{Kind: ChangeOverride, Note: in.Reason}, nil
	})
}

// EndOverride gives a customer back the tier of its standing. Errors: as SetOverride; conflict when nothing was set by hand.
func (s *Service) EndOverride(ctx context.Context, actor access.Actor, customerID, seen int64) (err error) {
	defer errs.Wrap(&err, "tierbook.EndOverride(%d)", customerID)
	if err := actor.Require(access.PermTierApprove); err != nil {
		return err
	}
	return s.change(ctx, actor, customerID, seen, "tier.override_end", func(_ *tier.Policy, standing *Standing) (Change, error) {
		if standing.Facts.Override == nil {
			return Change{}, errs.New(errs.KindConflict, "tierbook.no_override", nil)
		}
		standing.Facts.Override, standing.OverrideBy, standing.Result.Overridden = nil, "", false
		standing.Result.Tier = standing.Result.Standing.Tier
		return Change{Kind: ChangeOverrideEnded}, nil
	})
}

// change changes a standing in one transaction, with its history and the audit log.
func (s *Service) change(ctx context.Context, actor access.Actor, customerID, seen int64, action string, act func(*tier.Policy, *Standing) (Change, error)) error {
	return s.store.InTx(ctx, func(tx Tx) error {
		standing, err := tx.CustomerStanding(ctx, customerID)
		if err != nil {
			return err
		}
		if err := s.requireDecide(ctx, tx, actor, standing.OwnerID); err != nil {
			return err
		}
		if seen != 0 && seen != standing.Revision {
			return errs.New(errs.KindConflict, "tierbook.standing_changed", nil)
		}
		_, policy, err := inForce(ctx, tx, s.today())
		if err != nil {
			return err
		}
		before := standing
		c, err := act(policy, &standing)
		if err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, action, before, standing, c)
	})
}

// keep stores a changed standing and tells of it.
func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, action string, before, after Standing, c Change) (err error) {
	if after.ContactDue != calendar.NoDate && after.LastContact != calendar.NoDate { // the rhythm of contact is that of the tier
		_, p, err := inForce(ctx, tx, s.today())
		if err != nil {
			return err
		}
		after.ContactDue = after.LastContact + calendar.Date(p.ServiceOf(after.Result.Tier).ContactDays)
	}
	if err := tx.PutStandings(ctx, []Standing{after}); err != nil {
		return err
	}
	c.CustomerID, c.At, c.From, c.To, c.ActorID, c.ActorName = after.CustomerID, tx.Now(), before.Result.Tier, after.Result.Tier, actor.UserID, actor.Name
	if c.ReviewID == 0 {
		c.ReviewID = after.ReviewID
	}
	if c.Seq, err = tx.NextNumber(ctx, "tier_change"); err != nil {
		return err
	}
	if err := tx.AppendTierChanges(ctx, []Change{c}); err != nil {
		return err
	}
	if c.From != c.To {
		if err := tellCases(ctx, tx, []Change{c}); err != nil {
			return err
		}
	}
	told := func(s Standing) map[string]any {
		m := map[string]any{"tier": s.Result.Tier, "standing": s.Result.Standing.Tier}
		if o := s.Facts.Override; o != nil {
			m["override"], m["until"], m["reason"] = o.Tier, o.Until, o.Reason
		}
		return m
	}
	return audit.Append(ctx, tx, actor, action, after.Subject(), told(before), told(after))
}

// Decision approves or refuses proposals.
type Decision struct {
	IDs     []int64
	Approve bool
	Note    string // needed to refuse
}

// decisionsMost is how many proposals are decided at once.
const decisionsMost = 200

// Decide approves or refuses changes that wait, all of them or none. Errors: forbidden, also of one's own customers; not found out of reach; invalid; conflict when
// one does not wait any more.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in Decision) (err error) {
	defer errs.Wrap(&err, "tierbook.Decide(%d)", len(in.IDs))
	if err := actor.Require(access.PermTierApprove); err != nil {
		return err
	}
	in.Note = fact.TidyLines(in.Note)
	var c fact.Checker
	if len(in.IDs) == 0 || len(in.IDs) > decisionsMost {
		c.Add("proposal", "", "tierbook.choose_proposals", errs.Args{"Most": decisionsMost})
	}
	if !in.Approve && in.Note == "" {
		c.Add("note", "", "tierbook.reason_missing", nil)
	}
	c.Lines("note", in.Note)
	if utf8.RuneCountInString(in.Note) > noteRunesMax {
		c.Add("note", "", "fact.too_long", errs.Args{"Max": noteRunesMax})
	}
	if err := c.Err(); err != nil {
		return err
	}
	ids := slices.Compact(slices.Sorted(slices.Values(in.IDs)))
	return s.store.InTx(ctx, func(tx Tx) error {
		for _, id := range ids {
			if err := s.decide(ctx, tx, actor, id, in); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) decide(ctx context.Context, tx Tx, actor access.Actor, id int64, in Decision) error {
	p, err := tx.TierProposal(ctx, id)
	if err != nil {
		return err
	}
	standing, err := tx.CustomerStanding(ctx, p.CustomerID)
	if err != nil {
		return err
	}
	if err := s.requireDecide(ctx, tx, actor, standing.OwnerID); err != nil {
		return err
	}
	if p.State != ProposalWaiting {
		return errs.New(errs.KindConflict, "tierbook.decided_already", errs.Args{"Customer": p.CustomerName})
	}
	if p.RequestID != "" && s.approvals != nil { // reviewed carries it out, once the last signature is there
		_, err := s.approvals.DecideIn(ctx, tx, actor, approval.Decision{ID: p.RequestID, Note: in.Note}, in.Approve)
		if errs.Is(err, errs.KindNotFound) { // within reach, but asked of others
			err = errs.New(errs.KindForbidden, "approval.not_asked", nil)
		}
		return err
	}
	return s.settleProposal(ctx, tx, actor, p, standing, in)
}

// settleProposal carries a decision out.
func (s *Service) settleProposal(ctx context.Context, tx Tx, actor access.Actor, p Proposal, standing Standing, in Decision) error {
	p.State, p.DecidedBy, p.DecidedAt, p.Note = ProposalRefused, actor.UserID, tx.Now(), in.Note
	after, kind, action := standing, ChangeRefused, "tier.refuse"
	after.DecidedIn, after.Result.Proposal = standing.ReviewID, nil
	if in.Approve {
		p.State, kind, action = ProposalApproved, ChangeApproved, "tier.approve"
		after.Result.Standing = tier.Standing{Tier: p.To}
		if !after.Result.Overridden {
			after.Result.Tier = p.To
		}
	}
	if err := tx.SaveTierProposal(ctx, p); err != nil {
		return err
	}
	return s.keep(ctx, tx, actor, action, standing, after, Change{Kind: kind, ReviewID: p.ReviewID, Note: strings.TrimSpace(in.Note)})
}
