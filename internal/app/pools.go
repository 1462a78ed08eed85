package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/handover"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/reassign"
)

// assemblePools makes the service of who has which customer.
func (a *App) assemblePools(newID func() string) {
	a.Pools = pool.NewService(a.DB.Pools(), newID, a.now)
	a.HandOvers = handover.NewService(a.DB.HandOvers(), a.now)
	a.Reassign = reassign.NewService(a.DB.Reassignments(), a.Approvals, newID, a.now).WithLate(a.lateStages)
	a.Worker.Register(reassign.KindPropose, a.informed(a.Reassign.RunPropose))
	a.Worker.Register(pool.KindDaily, a.informed(a.Pools.RunDaily))
	a.Worker.Register(pool.KindTrial, a.informed(a.Pools.RunTrial))
}

// poolsEvery is how often it is looked whether the rules of a day are still to be applied.
const poolsEvery = 10 * time.Minute

// poolsForEver starts the rules of the day, until the context ends. What fails is logged and tried again.
func (a *App) poolsForEver(ctx context.Context) {
	ticker := time.NewTicker(poolsEvery)
	defer ticker.Stop()
	for {
		if _, err := a.Pools.Tick(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "the rules of public pools could not be started", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
