package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/access"
)

// sweepEvery is how often what nobody needs any more is cleared away.
const sweepEvery = time.Hour

// sweepForEver clears away ended sessions, forgotten failed sign-ins and files of imports that never came to be, objects that nobody needs, lets points expire that are due, has the daily backup made, tells the process of late instalments and of invoices and looks once a day at how customers stay, at once and then every
// hour, until the context ends. Nothing depends on it, so a failure is logged and the next round tries again.
func (a *App) sweepForEver(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		_, err := a.Users.Sweep(ctx)
		if err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "ended sessions could not be cleared away", slog.Any("error", err))
		}
		removed, err := a.Imports.SweepFiles(ctx, time.Now()) // the file system's clock, not the installation's
		if err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "files of imports could not be cleared away", slog.Any("error", err))
		}
		if removed > 0 {
			a.options.Log.InfoContext(ctx, "files that were never taken in were cleared away", slog.Int("imports", removed))
		}
		expired, err := a.Honours.ExpireAll(ctx, access.SystemActor("points"))
		if err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "points could not expire", slog.Any("error", err))
		}
		if expired > 0 {
			a.options.Log.InfoContext(ctx, "points have expired", slog.Int64("points", expired))
		}
		if _, err := a.Contracts.NoteOverdue(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "late instalments could not be told to the process", slog.Any("error", err))
		}
		if _, err := a.Attachments.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "objects that nobody needs could not be deleted", slog.Any("error", err))
		}
		if _, err := a.Opportunities.NoteInvoices(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "invoices could not be told to the process", slog.Any("error", err))
		}
		a.backupsTick(ctx)
		a.startReviews(ctx)
		a.lookForTwins(ctx)
		a.keepCustomers(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// keepCustomers looks once a day at how customers stay, and forgets where old follow-ups were made.
func (a *App) keepCustomers(ctx context.Context) {
	if _, err := a.Retention.Refresh(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "how customers stay could not be looked at", slog.Any("error", err))
	}
	if forgotten, err := a.FollowUps.ForgetPlaces(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "places of old follow-ups could not be forgotten", slog.Any("error", err))
	} else if forgotten > 0 {
		a.options.Log.InfoContext(ctx, "places of old follow-ups were forgotten", slog.Int64("follow_ups", forgotten))
	}
}

// warmSearch reads what searches look through, so that nobody waits for it. The first search does it where this fails.
func (a *App) warmSearch(ctx context.Context) {
	if err := a.DB.WarmSearch(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "what searches look through could not be read", slog.Any("error", err))
	}
}

// followProcess keeps the events of the sales process in memory for their analysis. A look reads them itself where this has failed.
func (a *App) followProcess(ctx context.Context) {
	a.Flow.Run(ctx, func(err error) {
		a.options.Log.WarnContext(ctx, "the events of the sales process could not be read for analysis", slog.Any("error", err))
	})
}
