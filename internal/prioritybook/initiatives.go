package prioritybook

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
)

// Begun makes initiatives of items in the programme of improvement.
type Begun struct {
	Service  *programme.Service
	Problems *problem.Service // nil: what becomes of the problems is left to people
}

// StartInitiative implements Starter. Problems that were confirmed are in action from then on, where the actor may say so.
func (b Begun) StartInitiative(ctx context.Context, actor access.Actor, in Seed) (int64, error) {
	i, err := b.Service.Start(ctx, actor, programme.Seed{Title: in.Title, Problems: in.ProblemIDs, BudgetFen: in.BudgetFen, EffortDays: in.EffortDays, Horizon: programme.Horizon(in.Horizon)})
	if err != nil || b.Problems == nil {
		return i.ID, err
	}
	for _, id := range in.ProblemIDs {
		if err := b.act(ctx, actor, id); err != nil {
			return i.ID, err
		}
	}
	return i.ID, nil
}

// act says of a confirmed problem that something is done about it.
func (b Begun) act(ctx context.Context, actor access.Actor, id int64) error {
	shown, err := b.Problems.Get(ctx, actor, id)
	if err == nil && shown.Status == problem.StatusConfirmed && shown.MayMove {
		_, err = b.Problems.SetStatus(ctx, actor, problem.Move{ID: id, Status: problem.StatusInAction, Seen: shown.Revision})
	}
	switch errs.KindOf(err) {
	case errs.KindForbidden, errs.KindNotFound, errs.KindConflict: // it is left to who may, or somebody was quicker
		return nil
	}
	return err
}
