package app

import (
	"xiaoguan/internal/report"
)

// assembleMonthReports wires the monthly report with the numbers and the lists that it is made of.
func (a *App) assembleMonthReports(newID func() string) {
	a.MonthReports = report.NewService(report.Config{Store: a.DB.ReportStore(), Numbers: a.Metrics, Funnel: a.funnel, Broken: a.brokenRules, Files: a.reportFiles(), NewID: newID, Now: a.now, WorkDays: a.Company.Work, Currency: a.Company.Currency})
	a.Worker.Register(report.JobCompute, a.informed(a.MonthReports.Run))
}
