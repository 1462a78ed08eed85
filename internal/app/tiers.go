package app

import (
	"context"
	"log/slog"

	"xiaoguan/internal/access"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/tiers"
)

// assembleTiers makes the services of what is noted of customers, and of how they are sorted.
func (a *App) assembleTiers(newID func() string) {
	a.Profiles = profile.NewService(a.DB.Profiles(), a.now).WithCurrency(a.Company.Currency)
	a.Tiers = tierbook.NewService(a.DB.Tiers(), newID, a.now, a.Company.Currency).WithApprovals(a.Approvals).WithSteps(a.tierSteps)
	a.Worker.Register(tierbook.JobReview, a.informed(a.Tiers.RunReview))
	a.Worker.Register(tierbook.JobTrial, a.informed(a.Tiers.RunTrial))
}

// tierPages are the pages of customers by tier.
func (a *App) tierPages() area {
	return tiers.New(tiers.Services{Tiers: a.Tiers, People: a.People, Names: a.names(), Currency: a.Company.Currency, Origins: a.Origins})
}

// startReviews starts the review of a new month, or the look of a new day.
func (a *App) startReviews(ctx context.Context) {
	if _, _, err := a.Tiers.Tick(ctx, access.SystemActor("tiers")); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "customers could not be reviewed", slog.Any("error", err))
	}
}
