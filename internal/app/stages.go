package app

import (
	"context"
	"log/slog"

	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/fields"
)

// stageIDs are the stages from which on a field of opportunities may be asked for.
func (a *App) stageIDs(ctx context.Context) (ids []string, err error) {
	set, err := a.Standards.Stages(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range set.IDs() {
		ids = append(ids, string(id))
	}
	return ids, nil
}

// stageNames names stages for the pages of fields.
func (a *App) stageNames(ctx context.Context, zh bool) (fields.Named, error) {
	set, err := a.Standards.Stages(ctx)
	return func(id string) string {
		if now, ok := set.Successor(opportunity.Stage(id)); ok {
			return set.Label(now, zh)
		}
		return set.Label(opportunity.Stage(id), zh)
	}, err
}

// tierSteps are the stages, each with the earlier ones that it stands for, as policies of tiers may name them.
func (a *App) tierSteps(ctx context.Context) (steps tierbook.Steps, err error) {
	set, err := a.Standards.Stages(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range set.IDs() {
		var step []string
		for _, one := range set.StandsFor(id) {
			step = append(step, string(one))
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// chanceAt is the chance of winning at a stage in percent; of one that cannot be read it is that of the stages that ship.
func (a *App) chanceAt(stage string) int64 {
	set, err := a.Standards.Stages(context.Background())
	if err != nil {
		a.options.Log.Warn("the stages in force could not be read", slog.Any("error", err))
		set = opportunity.ShippedStages()
	}
	return set.Percent(opportunity.Stage(stage))
}

// lateStages are those on which an opportunity is in a proposal or a contract: the one on which deals are signed, and the one before it.
func (a *App) lateStages(ctx context.Context) (late []string, err error) {
	set, err := a.Standards.Stages(ctx)
	if err != nil {
		return nil, err
	}
	open := set.Of(opportunity.StateOpen)
	for _, id := range open[max(len(open)-2, 0):] {
		for _, one := range set.StandsFor(id) {
			late = append(late, string(one))
		}
	}
	return late, nil
}
