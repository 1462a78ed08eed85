package report

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/insight"
	"xiaoguan/internal/metric"
)

// foresee forecasts what comes in in the month after the report's.
func (f *facts) foresee(out *findings) {
	series, _ := f.months.Of(collected)
	var months []insight.Month
	last := calendar.Month(0)
	for _, p := range series.Parts {
		if p.Value.Period.ToDate {
			continue
		}
		if !p.Value.Known || p.Value.Numerator < 0 {
			months = nil
			continue
		}
		last = p.Value.Period.First
		_, civil := last.Civil()
		months = append(months, insight.Month{Value: float64(p.Value.Numerator), WorkDays: f.workDays.WorkDays(last.Interval()), Civil: int(civil)})
	}
	out.of = f.month + 1
	_, civil := out.of.Civil()
	if last == 0 {
		out.noPast = true
		return
	}
	if forecast, err := insight.Ahead(months, f.workDays.WorkDays(out.of.Interval()), int(civil), int(out.of-last)); err == nil {
		out.forecast = &forecast
	}
}

// outlookBlocks are the forecast and the plan of the next month.
func outlookBlocks(f *facts, found *findings) (list []Block) {
	series, _ := f.next.Of(target)
	aim := series.Value
	money := f.value(collected)
	next := Arg{Month: found.of}
	if aim.Known {
		list = append(list, say("outlook.target", "next_target", TonePlain, "Month", next, "Target", figure(aim)))
	} else {
		list = append(list, say("outlook.target", "next_no_target", ToneUnknown, "Month", next, "Why", why(aim.Why)))
	}
	e := found.forecast
	if e == nil {
		return append(list, say("outlook.forecast", "forecast_unknown", ToneUnknown))
	}
	value := insight.Nearest(rat(e.Value))
	expected := derived(metric.UnitMoney, value, money)
	if e.Interval {
		list = append(list, say("outlook.forecast", "forecast", TonePlain, "Month", next, "Forecast", expected, "Low", derived(metric.UnitMoney, insight.Nearest(rat(e.Low)), money), "High", derived(metric.UnitMoney, insight.Nearest(rat(e.High)), money)))
	} else {
		list = append(list, say("outlook.forecast", "forecast_point", TonePlain, "Month", next, "Forecast", expected, "Tested", count(int64(e.Tested))))
	}
	if e.Of > 0 {
		list = append(list, say("outlook.tested", "forecast_tested", TonePlain, "Hit", count(int64(e.Hit)), "Of", count(int64(e.Of)), "Off", derived(metric.UnitPercent, insight.Nearest(rat(e.MeanOff*metric.Whole)))))
	}
	if e.Seasonal {
		list = append(list, say("outlook.season", "forecast_seasonal", TonePlain))
	} else {
		list = append(list, say("outlook.season", "forecast_plain", TonePlain))
	}
	if aim.Known {
		gap := value - aim.Numerator
		key, tone := "forecast_over", ToneGood
		if gap < 0 {
			key, tone = "forecast_short", ToneBad
		}
		list = append(list, say("outlook.gap", key, tone, "Gap", derived(metric.UnitMoney, max(gap, -gap), aim, money), "Share", share(value, aim.Numerator, aim, money)))
	}
	if v := f.value(pipeline); v.Known {
		list = append(list, say("outlook.pipeline", "pipeline", TonePlain, "Pipeline", figure(v), "WinRate", figure(f.value(winRate))))
	}
	return append(list, Block{ID: "outlook.chart", Chart: f.outlookChart(found, aim)})
}

// outlookChart is a year of months and the forecast behind it.
func (f *facts) outlookChart(found *findings, aim metric.Value) *Chart {
	c := f.trend()
	blank := *unknown(metric.UnitMoney, metric.ReasonFuture).Figure
	c.Series = slices.Clone(c.Series[:2])
	n := len(c.Labels)
	c.Labels = append(c.Labels, Arg{Month: found.of})
	c.Series[0].Points = append(slices.Clone(c.Series[0].Points), blank)
	c.Series[1].Points = append(slices.Clone(c.Series[1].Points), *figure(aim).Figure)
	e := found.forecast
	add := func(role SeriesRole, value float64) {
		s := ChartSeries{Role: role, Points: slices.Repeat([]Figure{blank}, n)}
		s.Points = append(s.Points, *derived(metric.UnitMoney, insight.Nearest(rat(value))).Figure)
		c.Series = append(c.Series, s)
	}
	add(RoleForecast, e.Value)
	if e.Interval {
		add(RoleLow, e.Low)
		add(RoleHigh, e.High)
	}
	return c
}

// appendixBlocks are all numbers, with what was divided by what.
func appendixBlocks(f *facts, _ *findings) []Block {
	t := &Table{Columns: []Column{{Key: "metric"}, {Key: "value"}, {Key: "numerator"}, {Key: "denominator"}, {Key: "year_ago", Unit: metric.UnitPercent}, {Key: "before", Unit: metric.UnitPercent}, {Key: "why"}}}
	for _, s := range f.head.Series {
		v := s.Value
		cells := []Arg{text(s.Definition.Name), figure(v)}
		for _, n := range []struct {
			amount int64
			there  bool
			over   bool
			of     []metric.Term
		}{{v.Numerator, v.Known && v.Unit != metric.UnitHours, false, s.Definition.Formula.Of}, {v.Denominator, v.Denominator != 0, true, s.Definition.Formula.Over}} {
			cell := Arg{}
			if n.there && len(n.of) > 0 {
				unit := metric.UnitCount
				if m, ok := metric.MeasureByID(n.of[0].Measure); ok && m.Kind == metric.MeasureMoney {
					unit = metric.UnitMoney
				}
				if cell = derived(unit, n.amount, v); v.Averaged() && n.over {
					cell = plain(v.Over())
				}
			}
			cells = append(cells, cell)
		}
		for _, against := range []metric.Against{metric.YearAgo, metric.Before} {
			c, _ := known(s.Compared, against)
			cells = append(cells, change(v, c))
		}
		reason := Arg{}
		if !v.Known {
			reason = why(v.Why)
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, reason)})
	}
	return []Block{{ID: "appendix.metrics", Table: t}, {ID: "appendix.months", Table: f.monthTable()}}
}

// monthTable is two years of months.
func (f *facts) monthTable() *Table {
	t := &Table{Columns: []Column{{Key: "month"}, {Key: "collected", Unit: metric.UnitMoney, Metric: collected}, {Key: "target", Unit: metric.UnitMoney, Metric: target}, {Key: "signed", Unit: metric.UnitMoney, Metric: signed}, {Key: "win_rate", Unit: metric.UnitPercent, Metric: winRate}}}
	money, _ := f.months.Of(collected)
	for i := max(0, len(money.Parts)-24); i < len(money.Parts); i++ {
		cells := []Arg{{Month: money.Parts[i].Value.Period.First}}
		for _, id := range []metric.ID{collected, target, signed, winRate} {
			now, _ := f.part(&f.months, id, i)
			cells = append(cells, figure(now))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	if len(t.Rows) == 0 {
		t.Empty = say("", "table_empty", ToneUnknown).Sentence
	}
	return t
}

// cleaningBlocks say what the data are like: late and corrected facts, other currencies, duplicates, what is unknown.
func cleaningBlocks(f *facts, _ *findings) (list []Block) {
	c := f.cleaning
	list = append(list, say("cleaning.payments", "cleaning_payments", TonePlain, "Payments", count(c.Payments), "Late", count(c.Late), "LateMinor", derived(metric.UnitMoney, c.LateMinor), "Corrected", count(c.Corrected)))
	foreign := f.value(collected).LeftOut
	if foreign > 0 {
		list = append(list, say("cleaning.currency", "cleaning_currency", ToneBad, "Count", count(foreign)))
	} else {
		list = append(list, say("cleaning.currency", "cleaning_one_currency", TonePlain))
	}
	list = append(list, say("cleaning.unknown", "cleaning_unknown", TonePlain, "NoProduct", count(c.NoProduct), "NoOwner", count(c.NoShareHolders)))
	if c.MergedKnown {
		list = append(list, say("cleaning.merged", "cleaning_merged", TonePlain, "Merged", count(c.Merged)))
	} else {
		list = append(list, say("cleaning.merged", "cleaning_merged_elsewhere", ToneUnknown))
	}
	for _, s := range f.head.Series {
		if !s.Value.Known && s.Value.Why != metric.ReasonNone {
			list = append(list, say("cleaning.missing."+string(s.Definition.ID), "no_number", ToneUnknown, "Metric", text(s.Definition.Name), "Why", why(s.Value.Why)))
		}
	}
	return append(list, say("cleaning.refunds", "cleaning_refunds", TonePlain))
}
