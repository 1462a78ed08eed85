package app

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/review"
)

// assembleReviews wires the meetings that the system prepares.
func (a *App) assembleReviews() {
	a.Reviews = review.NewService(review.Config{
		Store: a.DB.ReviewStore(), Standard: a.Standards, Changes: a.TargetPlans, Now: a.now, Work: calendar.China(), Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() },
		Chance: a.chanceAt,
	})
}
