package app

import (
	"context"
	"log/slog"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/review"
)

// measures are the metrics of the book, as meetings offer them: none to who does not read it.
func (a *App) measures(ctx context.Context, actor access.Actor) (list []review.Measure) {
	book, err := a.Metrics.Definitions(ctx, actor)
	if err != nil && !errs.Is(err, errs.KindForbidden) {
		a.options.Log.WarnContext(ctx, "meetings offer no metrics", slog.Any("error", err))
	}
	for _, d := range book {
		list = append(list, review.Measure{ID: string(d.ID), Name: d.Name})
	}
	return list
}

// assembleReviews wires the meetings that the system prepares.
func (a *App) assembleReviews() {
	a.Reviews = review.NewService(review.Config{
		Store: a.DB.ReviewStore(), Standard: a.Standards, Changes: a.TargetPlans, Now: a.now, Work: a.Company.Work, Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() },
		Chance: a.chanceAt, Measures: a.measures,
	})
	printer := a.catalogue.Printer(i18n.ZhCN)
	a.Decisions = decision.NewService(a.DB.DecisionStore(), decision.Reviews{Service: a.Reviews, Word: printer.Message,
		Amount: func(minor int64) string { return printer.Money(minor, a.Company.Currency()) }}, a.now)
	a.assembleVoices()
	a.assembleAssessments()
}
