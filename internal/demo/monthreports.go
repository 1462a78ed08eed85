package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/retention"
)

// countAll judges all cases, looks at all customers, and counts everything, as happens by itself while the product runs: numbers of the past rest on it.
func (f *filler) countAll(ctx context.Context) error {
	if f.Standards != nil {
		if err := f.Standards.CatchUp(ctx); err != nil {
			return err
		}
	}
	now := func() time.Time { return f.end.In(calendar.ChinaTime) }
	if _, err := retention.NewService(f.DB.Retention(), now, money.Constantly(money.CNY)).Refresh(ctx); err != nil {
		return err
	}
	return f.Metrics.CatchUp(ctx)
}

// writeReports lets operations publish the report of the last month with notes, and compute a draft of this one.
func (f *filler) writeReports(ctx context.Context) error {
	if f.Reports == nil || f.Metrics == nil {
		return nil
	}
	if err := f.countAll(ctx); err != nil {
		return err
	}
	operations := f.actor(loginOperations)
	month := calendar.DateOf(f.end.In(calendar.ChinaTime)).Month()
	made, err := f.Reports.ComputeNow(ctx, operations, report.Ask{Month: month - 1, Place: metric.Company})
	if err != nil {
		return err
	}
	for _, n := range []report.NoteEntry{
		{ReportID: made.ReportID, Section: report.SectionWhere, Text: "大项目集中在月底到账，单月波动看一个季度更稳。"},
		{ReportID: made.ReportID, Section: report.SectionMoney, Text: "逾期款已列出清单，由各团队长在周会上逐笔报进度。"},
	} {
		if _, err := f.Reports.Note(ctx, operations, n); err != nil {
			return err
		}
	}
	if _, err := f.Reports.Publish(ctx, operations, made.ReportID, 0); err != nil {
		return err
	}
	_, err = f.Reports.ComputeNow(ctx, operations, report.Ask{Month: month, Place: metric.Company})
	return err
}
