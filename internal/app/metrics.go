package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
)

// assembleMetrics wires the book of numbers.
func (a *App) assembleMetrics() {
	a.Metrics = metric.NewService(metric.Config{Store: a.DB.Metrics(), Now: a.now, Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() }, WorkDays: a.Company.Work})
}

// countEvery is how often what was recorded is counted: before an open board asks for the second time (see boards.Beacon). Looking without finding
// anything is a few rows of indexes.
const countEvery = 500 * time.Millisecond

// countForEver keeps the sums that numbers are made of current, until the context ends. What fails is logged and tried again.
func (a *App) countForEver(ctx context.Context) {
	ticker := time.NewTicker(countEvery)
	defer ticker.Stop()
	for {
		if err := a.Metrics.CatchUp(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "facts could not be counted", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
