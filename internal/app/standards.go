package app

import (
	"context"
	"log/slog"
	"time"
)

// judgeEvery is how often what has happened is judged by the process standard: within seconds of it.
const judgeEvery = time.Second

// judgeForEver keeps what cases come to by the process standard current, until the context ends. What fails is logged and tried again.
func (a *App) judgeForEver(ctx context.Context) {
	ticker := time.NewTicker(judgeEvery)
	defer ticker.Stop()
	for {
		a.Company.Current(ctx) // another node may have changed the settings, or the days off
		if err := a.resettle(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "opportunities could not be moved to the stages in force", slog.Any("error", err))
		}
		if err := a.Standards.CatchUp(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "cases could not be judged", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// resettle moves all opportunities that stand where none is to stand by the standard in force.
func (a *App) resettle(ctx context.Context) error {
	for {
		if more, err := a.Opportunities.Resettle(ctx); err != nil || !more {
			return err
		}
	}
}
