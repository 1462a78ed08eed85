package prioritybook

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/programme"
)

// Begun makes initiatives of items in the programme of improvement.
type Begun struct{ Service *programme.Service }

// StartInitiative implements Starter.
func (b Begun) StartInitiative(ctx context.Context, actor access.Actor, in Seed) (int64, error) {
	i, err := b.Service.Start(ctx, actor, programme.Seed{Title: in.Title, Problems: in.ProblemIDs, BudgetFen: in.BudgetFen, EffortDays: in.EffortDays, Horizon: programme.Horizon(in.Horizon)})
	return i.ID, err
}
