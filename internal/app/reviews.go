package app

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/review"
)

// assembleReviews wires the meetings that the system prepares.
func (a *App) assembleReviews() {
	a.Reviews = review.NewService(review.Config{
		Store: a.DB.ReviewStore(), Standard: a.Standards, Changes: a.TargetPlans, Now: a.now, Work: calendar.China(), Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() },
		Chance: a.chanceAt,
	})
	printer := a.catalogue.Printer(i18n.ZhCN)
	a.Decisions = decision.NewService(a.DB.DecisionStore(), decision.Reviews{Service: a.Reviews, Word: printer.Message,
		Amount: func(minor int64) string { return printer.Money(minor, a.Company.Currency()) }}, a.now)
	a.assembleVoices()
	a.assembleAssessments()
}
