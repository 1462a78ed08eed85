package honour

import (
	"cmp"
	"context"
	"errors"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// SeveralMax is how many proposals are decided at once at most.
const SeveralMax = 200

// Several asks to decide proposals in one way: all of them, or none.
type Several struct {
	IDs []string
	Decide
}

// DecideSeveral approves or rejects proposals together, each as Decide does, in one transaction: when one cannot be decided none is, and
// the error names whose. Errors: those of Decide; invalid for none and for too many.
func (s *Service) DecideSeveral(ctx context.Context, actor access.Actor, in Several) (decided []Proposal, err error) {
	defer errs.Wrap(&err, "honour.DecideSeveral(%d)", len(in.IDs))
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return nil, err
	}
	if n := len(in.IDs); n == 0 || n > SeveralMax {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "ids", Message: errs.Msg("honour.choose_proposals", errs.Args{"Most": SeveralMax})}})
	}
	if !in.Approve {
		if in.Reason, err = mustSay(in.Reason); err != nil {
			return nil, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		decided = decided[:0]
		for _, id := range in.IDs {
			one := in.Decide
			one.ID = id
			p, err := s.decideIn(ctx, tx, actor, one)
			if err != nil {
				return whose(err, p)
			}
			decided = append(decided, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return decided, nil
}

// decideIn decides one proposal in a transaction that may decide others, too.
func (s *Service) decideIn(ctx context.Context, tx Tx, actor access.Actor, in Decide) (Proposal, error) {
	p, err := tx.Proposal(ctx, in.ID)
	if err != nil {
		return Proposal{}, err
	}
	if within, err := actor.Reaches(ctx, tx, p.PersonID, access.PermOrgWrite); err != nil || !within {
		return Proposal{}, cmp.Or(err, errNoProposal())
	}
	switch {
	case p.State != ProposalOpen:
		return p, errs.New(errs.KindConflict, "honour.proposal_decided", nil)
	case p.ProposedBy == actor.UserID:
		return p, errs.New(errs.KindForbidden, "honour.own_proposal", nil)
	case p.PersonID == actor.PersonID:
		return p, errs.New(errs.KindForbidden, "honour.about_oneself", nil)
	case in.Approve && in.On <= p.Term.Last.Last():
		return p, errs.Invalid("error.invalid", []errs.Field{{Path: "on", Value: in.On.String(), Message: errs.Msg("honour.before_evidence", errs.Args{"Day": p.Term.Last.Last().String()})}})
	}
	before := p
	p.State, p.DecidedBy, p.DecidedAt, p.Reason = ProposalRejected, actor.UserID, tx.Now(), in.Reason
	if in.Approve {
		p.State, p.EffectiveOn = ProposalApproved, in.On
		if err := s.lift(ctx, tx, actor, p); err != nil {
			return before, err
		}
	}
	if err := tx.UpdateProposal(ctx, p); err != nil {
		return before, err
	}
	if err := tellDecided(ctx, tx, actor, p); err != nil {
		return before, err
	}
	return p, audit.Append(ctx, tx, actor, "promotion."+string(p.State), "promotion:"+p.ID, proposalState(before), proposalState(p))
}

// whose names the person whose proposal could not be decided. What is wrong with a field of the request is everybody's.
func whose(err error, p Proposal) error {
	refused, ok := errors.AsType[*errs.Error](err)
	if !ok || p.PersonName == "" || len(refused.Fields) > 0 {
		return err
	}
	named := errs.New(refused.Kind, refused.Message.Key, refused.Message.Args)
	named.Fields = []errs.Field{{Path: "ids", Source: p.PersonName, Value: p.ID, Message: refused.Message}}
	return named
}
