package app

import (
	"context"
	"log/slog"

	"xiaoguan/internal/retention"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/survey"
)

// assembleService makes the services of what comes after a deal.
func (a *App) assembleService(newID func() string) {
	a.Cases = servicecase.NewService(a.DB.ServiceCaseStore(), a.Company.Work, a.now).WithCurrency(a.Company.Currency)
	a.Visits = revisit.NewService(a.DB.ReturnVisitStore(), a.Company.Work, a.now)
	a.Retention = retention.NewService(a.DB.Retention(), a.now, a.Company.Currency)
	a.Schedule = schedule.NewService(a.DB.Schedule(), a.now).WithActors(a.Users)
	a.Surveys = survey.NewService(a.DB.SurveyStore(), a.Cases, newID, a.now)
}

// serveCustomers tells managers of late cases, prepares meetings and plans return visits. What fails is logged and tried again.
func (a *App) serveCustomers(ctx context.Context) {
	if _, err := a.Cases.Escalate(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "managers could not be told of late service cases", slog.Any("error", err))
	}
	if made, err := a.Reviews.Prepare(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "meetings could not be prepared", slog.Any("error", err))
	} else if made > 0 {
		a.options.Log.InfoContext(ctx, "meetings were prepared", slog.Int("meetings", made))
	}
	if _, err := a.Visits.Plan(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "return visits could not be planned", slog.Any("error", err))
	}
}
