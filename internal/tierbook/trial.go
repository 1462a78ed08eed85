package tierbook

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/tier"
)

type trialArgs struct {
	Policy string `json:"policy"`
}

// StartTrial asks what a draft would change, as a job. Errors: forbidden; conflict when it is no draft, or while one runs.
func (s *Service) StartTrial(ctx context.Context, actor access.Actor, id string) (v PolicyVersion, err error) {
	defer errs.Wrap(&err, "tierbook.StartTrial(%s)", id)
	if !actor.CanAll(access.PermTierWrite) {
		if err := actor.RequireAll(access.PermTierApprove); err != nil {
			return v, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if v, err = tx.TierPolicy(ctx, id); err != nil {
			return err
		}
		if v.State != PolicyDraft {
			return errs.New(errs.KindConflict, "tierbook.not_a_draft", nil)
		}
		args, err := json.Marshal(trialArgs{id})
		if err != nil {
			return err
		}
		before := v
		v.TrialJob, v.Revision = s.newID(), v.Revision+1
		if err := tx.SaveTierPolicy(ctx, v); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{ID: v.TrialJob, Kind: JobTrial, Args: args, Unique: "tier.trial:" + id, CreatedBy: actor.UserID, Subject: v.Subject()}); err != nil {
			return err
		}
		return note(ctx, tx, actor, "tier_policy.try", &before, v)
	})
	return v, err
}

// trialMovesMost is how many moves of a trial are kept one by one.
const trialMovesMost = 200

// RunTrial carries a simulation out; it is the function of jobs of JobTrial. It reads all customers twice and writes once, at the end.
func (s *Service) RunTrial(ctx context.Context, running job.Running) (err error) {
	var args trialArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "tierbook.RunTrial(%s)", args.Policy)
	var draft, current PolicyVersion
	if err := s.store.Read(ctx, func(r Reader) error {
		if draft, err = r.TierPolicy(ctx, args.Policy); err != nil {
			return err
		}
		current, _, err = inForce(ctx, r, r.Today())
		return err
	}); err != nil {
		return err
	}
	trial, err := s.try(ctx, running, current, draft)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		v, err := tx.TierPolicy(ctx, args.Policy)
		if err != nil || v.TrialJob != running.Job().ID || v.Hash != trial.Hash {
			return err // the text was changed meanwhile: another trial will tell
		}
		v.Trial, v.Revision = &trial, v.Revision+1
		return tx.SaveTierPolicy(ctx, v)
	})
}

// try compares a draft with the policy in force on the customers of today.
func (s *Service) try(ctx context.Context, running job.Running, current, draft PolicyVersion) (trial PolicyTrial, err error) {
	look := Review{Kind: KindReview, AsOf: s.today()}
	var sides [2]*judgement
	for i, v := range []PolicyVersion{current, draft} {
		look.PolicyID = v.ID
		if sides[i], _, err = s.outlineAll(ctx, running, look); err != nil {
			return trial, err
		}
	}
	old, next := sides[0], sides[1]
	comparison := tier.NewComparison(old.policy, next.policy, look.AsOf).Over(old.ranking, next.ranking)
	comparison.MovesMost = trialMovesMost
	err = s.eachKnown(ctx, look.AsOf, func(k *Known) error {
		before, after := old.outlineOf(k), next.outlineOf(k)
		one, other := old.facts(k, &before), next.facts(k, &after)
		kept := old.care(k, "")
		comparison.Judge(&one, &other, &kept)
		return nil
	})
	return PolicyTrial{AsOf: look.AsOf, At: s.now().UTC().Truncate(time.Microsecond), Hash: draft.Hash, Against: current.Hash, Customers: old.all, Simulation: comparison.Simulation()}, err
}
