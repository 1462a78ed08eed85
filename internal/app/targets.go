package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/targetplan"
)

// assembleTargets wires what makes targets of a year.
func (a *App) assembleTargets(newID func() string) {
	a.TargetPlans = targetplan.NewService(targetplan.Config{
		Store: a.DB.TargetPlans(), Approvals: a.Approvals, NewID: newID, Now: a.now, Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() }, Work: a.Company.Work,
		Chance: a.chanceAt,
	})
	a.Worker.Register(targetplan.KindGather, a.informed(a.TargetPlans.RunGather))
	a.Worker.Register(targetplan.KindFair, a.informed(a.TargetPlans.RunFair))
}

// fairnessEvery is how often it is looked whether a quarter is over whose targets nobody has tested.
const fairnessEvery = time.Hour

// testTargetsForEver starts the tests of fairness of each quarter, until the context ends. What fails is logged and tried again.
func (a *App) testTargetsForEver(ctx context.Context) {
	ticker := time.NewTicker(fairnessEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if _, err := a.TargetPlans.TickFairness(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "the tests of fairness could not be started", slog.Any("error", err))
		}
	}
}
