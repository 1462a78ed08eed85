package demo

import (
	"context"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
)

// setBudget lets finance budget the incentives of the year: the same for every month of a plan, a little above what the year comes to.
func (f *filler) setBudget(ctx context.Context) error {
	defer f.SetNow(f.end)
	finance := f.actor(loginFinance)
	service := budget.NewService(f.DB.Budgets(), func() calendar.Fiscal { return calendar.Fiscal{} })
	year := service.YearOf(f.first + calendar.Month(f.last))
	o, err := service.Get(ctx, finance, year)
	if err != nil {
		return err
	}
	draft := budget.Draft{FiscalYear: year, Note: "按上年人员和方案测算，逐月平均"}
	for i := range o.Rows {
		row := &o.Rows[i]
		if row.Kind != budget.KindPlan || row.ForecastMinor <= 0 {
			continue
		}
		const step = 1000 * fen
		each := (row.ForecastMinor*102/100/12 + step - 1) / step * step
		for m := range calendar.Month(12) {
			draft.Lines = append(draft.Lines, budget.Line{Kind: budget.KindPlan, Key: row.Key, Month: o.First + m, AmountMinor: each})
		}
	}
	if len(draft.Lines) == 0 {
		return nil
	}
	f.at(f.year.workDay(o.First, 8), 15, 0)
	_, err = service.Save(ctx, finance, draft)
	return err
}
