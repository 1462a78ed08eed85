package app

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/targetplan"
)

// assembleTargets wires what makes targets of a year.
func (a *App) assembleTargets(newID func() string) {
	a.TargetPlans = targetplan.NewService(targetplan.Config{
		Store: a.DB.TargetPlans(), Approvals: a.Approvals, NewID: newID, Now: a.now, Currency: a.Company.Currency,
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() },
		Chance: a.chanceAt,
	})
	a.Worker.Register(targetplan.KindGather, a.informed(a.TargetPlans.RunGather))
}
