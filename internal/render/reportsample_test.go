package render_test

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/store/storetest"
)

var october = calendar.DateOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)).Month()

func named(zh, en string) report.Arg {
	return report.Arg{Name: &report.Name{Text: ruledoc.Text{Zh: zh, En: en}}}
}

func definitions() []metric.Definition {
	term := func(id metric.MeasureID) []metric.Term { return []metric.Term{{Measure: id, When: metric.During}} }
	return []metric.Definition{
		{ID: "attainment_collected", Family: "attainment", Version: 3, Name: ruledoc.Text{Zh: "业绩达成率", En: "Attainment"}, Basis: ruledoc.Text{Zh: "回款口径<b>", En: "collected<b>"}, Unit: metric.UnitPercent, Formula: metric.Formula{Kind: metric.FormulaRatio, Of: term(metric.Collected), Over: term(metric.TargetCollected)}},
		{ID: "collected", Version: 1, Name: ruledoc.Text{Zh: "回款额", En: "Collected"}, Basis: ruledoc.Text{Zh: "当月到账", En: "received in the month"}, Unit: metric.UnitMoney, Formula: metric.Formula{Kind: metric.FormulaSum, Of: term(metric.Collected)}},
	}
}

func value(id metric.ID, unit metric.Unit, month calendar.Month, of, over int64) metric.Value {
	return metric.Value{Metric: id, Version: 1, Unit: unit, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month, Last: month, From: month.First(), To: month.Last()}, Numerator: of, Denominator: over, Scale: 1, Known: true}
}

func figureOf(v metric.Value) *report.Figure {
	amount, known := v.Amount()
	return &report.Figure{Unit: v.Unit, Amount: amount, Known: known, Of: []metric.Value{v}}
}

// document is a report with a block of each kind: a sentence with numbers, one that says why there is none, a table, a trend with a forecast, bars, and steps.
func document() report.Document {
	money := value("collected", metric.UnitMoney, october, 661_4450_00, 0)
	rate := value("attainment_collected", metric.UnitPercent, october, 661_4450_00, 795_2000_00)
	before := value("collected", metric.UnitMoney, october-1, 700_0000_00, 0)
	fall := &report.Figure{Unit: metric.UnitMoney, Amount: -38_5550_00, Signed: true, Known: true, Of: []metric.Value{money, before}}
	unknown := &report.Figure{Unit: metric.UnitPercent, Why: metric.ReasonNoTarget}
	var labels []report.Arg
	var actual, target, forecast, low, high []report.Figure
	for m := october - 5; m <= october+1; m++ {
		labels = append(labels, report.Arg{Month: m})
		actual = append(actual, report.Figure{Unit: metric.UnitMoney, Amount: int64(m-october+9) * 80_0000_00, Known: m <= october})
		target = append(target, report.Figure{Unit: metric.UnitMoney, Amount: 700_0000_00, Known: true})
		forecast = append(forecast, report.Figure{Unit: metric.UnitMoney, Amount: 690_0000_00, Known: m > october})
		low, high = append(low, report.Figure{Unit: metric.UnitMoney, Amount: 600_0000_00, Known: m > october}), append(high, report.Figure{Unit: metric.UnitMoney, Amount: 780_0000_00, Known: m > october})
	}
	amount := func(n int64) report.Figure {
		return report.Figure{Unit: metric.UnitMoney, Amount: n, Known: true, Of: []metric.Value{money}}
	}
	return report.Document{Form: report.Form, Month: october, Place: metric.Company, Currency: "CNY", Period: money.Period, Elapsed: 18, WorkDays: 18, ComputedAt: storetest.Start, Definitions: definitions(), Sections: []report.Section{
		{ID: report.SectionOverall, Blocks: []report.Block{
			{ID: "outlook.target", Sentence: &report.Sentence{Key: "next_target", Args: map[string]report.Arg{"Month": {Month: october}, "Target": {Figure: figureOf(rate)}}, Tone: report.ToneBad}},
			{ID: "overall.attained", Sentence: &report.Sentence{Key: "attained_unknown", Args: map[string]report.Arg{"Collected": {Figure: figureOf(money)}, "Why": {Key: "metric.reason.no_target"}}, Tone: report.ToneUnknown}},
			{ID: "overall.months", Chart: &report.Chart{Kind: report.ChartLine, Unit: metric.UnitMoney, Labels: labels, Series: []report.ChartSeries{{Role: report.RoleActual, Points: actual}, {Role: report.RoleTarget, Points: target}, {Role: report.RoleForecast, Points: forecast}, {Role: report.RoleLow, Points: low}, {Role: report.RoleHigh, Points: high}}}},
		}},
		{ID: report.SectionWhere, Blocks: []report.Block{
			{ID: "where.region", Table: &report.Table{Columns: []report.Column{{Key: "place"}, {Key: "collected", Unit: metric.UnitMoney}, {Key: "attainment", Unit: metric.UnitPercent}}, Rows: []report.Row{{Cells: []report.Arg{named("华东<i>", "East<i>"), {Figure: figureOf(money)}, {Figure: unknown}}}, {Cells: []report.Arg{named("合计", "Total"), {Figure: figureOf(money)}, {Figure: figureOf(rate)}}, Total: true}}}},
			{ID: "where.bars", Chart: &report.Chart{Kind: report.ChartBars, Unit: metric.UnitMoney, Labels: []report.Arg{named("华东", "East"), named("华南", "South")}, Series: []report.ChartSeries{{Role: report.RoleActual, Points: []report.Figure{amount(400_0000_00), amount(261_4450_00)}}}}},
			{ID: "where.steps", Chart: &report.Chart{Kind: report.ChartWaterfall, Unit: metric.UnitMoney, Labels: []report.Arg{{Month: october - 1}, named("客户数", "customers"), named("客单价", "deal size"), {Month: october}}, Series: []report.ChartSeries{{Role: report.RoleStep, Points: []report.Figure{amount(700_0000_00), *fall, amount(0), amount(661_4450_00)}}}}},
			{ID: "where.none", Table: &report.Table{Columns: []report.Column{{Key: "place"}}, Empty: &report.Sentence{Key: "table_empty", Tone: report.ToneUnknown}}},
		}},
	}}
}
