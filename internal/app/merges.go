package app

import (
	"context"
	"log/slog"

	"xiaoguan/internal/merge"
)

// assembleMerges makes the service that finds customers which are the same, and makes one of two.
func (a *App) assembleMerges(newID func() string) {
	a.Merges = merge.NewService(a.DB.Merges(), newID, a.now)
	a.Worker.Register(merge.KindLook, a.informed(a.Merges.RunLook))
}

// lookForTwins starts the look of a new day.
func (a *App) lookForTwins(ctx context.Context) {
	if _, err := a.Merges.Tick(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "customers that may be the same could not be looked for", slog.Any("error", err))
	}
}
