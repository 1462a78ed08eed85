package report

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/insight"
	"xiaoguan/internal/metric"
)

// compose makes the document of facts.
func compose(f *facts) Document {
	d := Document{Form: Form, Month: f.month, Place: f.place, Currency: f.currency, Period: f.head.Period, Elapsed: f.head.Elapsed, WorkDays: f.head.WorkDays, ComputedAt: f.now.UTC(), Behind: f.head.Behind}
	for _, s := range f.head.Series {
		d.Definitions = append(d.Definitions, s.Definition)
	}
	for _, a := range []metric.Answer{f.months, f.places, f.persons, f.next} {
		for _, s := range a.Series {
			if _, there := d.Definition(s.Definition.ID); !there {
				d.Definitions = append(d.Definitions, s.Definition)
			}
		}
	}
	for _, at := range f.head.Newest {
		if at.After(d.Newest) {
			d.Newest = at.UTC()
		}
	}
	found := f.find()
	for _, one := range []struct {
		id   SectionID
		make func(*facts, *findings) []Block
	}{
		{SectionBasis, basisBlocks}, {SectionOverall, overallBlocks}, {SectionWhere, whereBlocks}, {SectionProcess, processBlocks}, {SectionMoney, moneyBlocks}, {SectionCauses, causeBlocks},
		{SectionActions, actionBlocks}, {SectionOutlook, outlookBlocks}, {SectionAppendix, appendixBlocks}, {SectionCleaning, cleaningBlocks},
	} {
		d.Sections = append(d.Sections, Section{ID: one.id, Blocks: one.make(f, found)})
	}
	return d
}

// findings are what several sections speak of.
type findings struct {
	ratio    *insight.RatioEffects // of attainment, by place; nil where it cannot be told
	located  insight.Located
	chain    *insight.ChainEffects
	names    []Arg // of the segments of ratio and chain
	signals  map[metric.ID]*insight.Verdict
	slowest  int // of the funnel; −1: none
	weakest  int // the stage with the lowest share that went on from the one before; −1: none
	forecast *insight.Forecast
	of       calendar.Month // that the forecast is of
	noPast   bool
}

func (f *facts) find() *findings {
	out := &findings{signals: map[metric.ID]*insight.Verdict{}, slowest: -1, weakest: -1}
	f.findPlaces(out)
	f.locate(out)
	for _, id := range []metric.ID{collected, signed, winRate} {
		if v, ok, err := insight.Judge(f.points(id), id != winRate); err == nil && ok {
			out.signals[id] = &v
		}
	}
	if f.funnel != nil {
		for i, s := range f.funnel.Stages {
			if s.Slowest {
				out.slowest = i
			}
			if i > 0 && f.funnel.Stages[i-1].Reached > 0 && (out.weakest < 0 || f.lower(i, out.weakest)) {
				out.weakest = i
			}
		}
	}
	f.foresee(out)
	return out
}

// lower reports whether fewer went on to stage i than to stage k.
func (f *facts) lower(i, k int) bool {
	stages := f.funnel.Stages
	return int64(stages[i].Reached)*int64(stages[k-1].Reached) < int64(stages[k].Reached)*int64(stages[i-1].Reached)
}

// points are the months of a metric without a gap up to the report's.
func (f *facts) points(id metric.ID) (list []insight.Point) {
	series, _ := f.months.Of(id)
	for _, p := range series.Parts {
		amount, known := p.Value.Amount()
		if !known {
			list = nil
			continue
		}
		part := 1.0
		if p.Value.Period.ToDate && f.head.WorkDays > 0 {
			part = float64(f.head.Elapsed) / float64(f.head.WorkDays)
		}
		list = append(list, insight.Point{Month: p.Value.Period.First, Value: float64(amount), Share: part})
	}
	if len(list) > 0 && list[len(list)-1].Month != f.month {
		return nil
	}
	return list
}

// value is a number of the place.
func (f *facts) value(id metric.ID) metric.Value {
	series, found := f.head.Of(id)
	if !found {
		return metric.Value{Metric: id, Why: metric.ReasonNotCounted}
	}
	return series.Value
}

// basisBlocks are target, period, scope and 口径.
func basisBlocks(f *facts, _ *findings) (list []Block) {
	period := f.head.Period
	key := "basis_whole"
	if period.ToDate {
		key = "basis_running"
	}
	list = append(list, say("basis.scope", key, TonePlain, "Place", placed(f.place), "Month", Arg{Month: f.month}, "From", day(period.From), "To", day(period.To), "WorkDays", count(int64(f.head.WorkDays)), "Elapsed", count(int64(f.head.Elapsed))))
	if v := f.value(target); v.Known {
		list = append(list, say("basis.target", "basis_target", TonePlain, "Target", figure(v)))
	} else {
		list = append(list, say("basis.target", "basis_no_target", ToneUnknown, "Why", why(v.Why)))
	}
	t := Table{Columns: []Column{{Key: "metric"}, {Key: "basis"}, {Key: "version", Unit: metric.UnitCount}}}
	for _, s := range f.head.Series {
		t.Rows = append(t.Rows, Row{Cells: []Arg{text(s.Definition.Name), text(s.Definition.Basis), count(int64(s.Definition.Version))}})
	}
	list = append(list, Block{ID: "basis.metrics", Table: &t})
	newest := calendar.NoDate
	for _, at := range f.head.Newest {
		newest = max(newest, calendar.DateOf(at.In(f.now.Location())))
	}
	if newest != calendar.NoDate {
		list = append(list, say("basis.newest", "basis_newest", TonePlain, "Day", day(newest)))
	}
	if f.head.Behind {
		list = append(list, say("basis.behind", "basis_behind", ToneBad))
	}
	return list
}

// overallBlocks are attainment, its pace, and what everything is against a year and a month ago.
func overallBlocks(f *facts, found *findings) (list []Block) {
	list = append(list, f.attained())
	for _, id := range []metric.ID{collected, signed, deals, invoiced, perHead} {
		if b, ok := f.compared("overall."+string(id), id); ok {
			list = append(list, b)
		}
	}
	list = append(list, found.signal(f, "overall.signal", collected))
	if chart := f.trend(); chart != nil {
		list = append(list, Block{ID: "overall.trend", Chart: chart})
	}
	return list
}

// attained says how far the target was reached, against the time that has passed.
func (f *facts) attained() Block {
	rate, money, aim := f.value(attainment), f.value(collected), f.value(target)
	amount, ok := rate.Amount()
	if !ok {
		return say("overall.attained", "attained_unknown", ToneUnknown, "Collected", figure(money), "Why", why(rate.Why))
	}
	time := int64(metric.Whole)
	if f.head.Period.ToDate && f.head.WorkDays > 0 {
		time = int64(f.head.Elapsed) * metric.Whole / int64(f.head.WorkDays)
	}
	gap := amount - time
	args := []any{"Collected", figure(money), "Target", figure(aim), "Attainment", figure(rate), "Time", share(int64(f.head.Elapsed), int64(f.head.WorkDays)), "Gap", points(max(gap, -gap), false, rate)}
	switch {
	case !f.head.Period.ToDate && gap >= 0:
		return say("overall.attained", "attained_full", ToneGood, args...)
	case !f.head.Period.ToDate:
		return say("overall.attained", "attained_missed", ToneBad, args...)
	case gap >= 0:
		return say("overall.attained", "attained_ahead", ToneGood, args...)
	}
	return say("overall.attained", "attained_behind", ToneBad, args...)
}

// compared says a number with 同比 and 环比.
func (f *facts) compared(block string, id metric.ID) (Block, bool) {
	series, found := f.head.Of(id)
	if !found {
		return Block{}, false
	}
	name := text(series.Definition.Name)
	if !series.Value.Known {
		return say(block, "no_number", ToneUnknown, "Metric", name, "Why", why(series.Value.Why)), true
	}
	year, ofYear := known(series.Compared, metric.YearAgo)
	before, ofBefore := known(series.Compared, metric.Before)
	args := []any{"Metric", name, "Value", figure(series.Value)}
	tone := TonePlain
	key := "compared_none"
	switch {
	case ofYear && ofBefore:
		key, tone = "compared_both", toneOf(series.Definition, year.Change)
		args = append(args, "YearAgo", change(series.Value, year), "Before", change(series.Value, before))
	case ofYear:
		key, tone = "compared_year", toneOf(series.Definition, year.Change)
		args = append(args, "YearAgo", change(series.Value, year))
	case ofBefore:
		key, tone = "compared_before", toneOf(series.Definition, before.Change)
		args = append(args, "Before", change(series.Value, before), "Why", why(year.Why))
	}
	return say(block, key, tone, args...), true
}

// signal says whether a number is out of what it usually is.
func (found *findings) signal(f *facts, block string, id metric.ID) Block {
	series, _ := f.head.Of(id)
	name := text(series.Definition.Name)
	v := found.signals[id]
	if v == nil {
		return say(block, "signal_unknown", ToneUnknown, "Metric", name)
	}
	unit := series.Value.Unit
	args := []any{"Metric", name, "Low", derived(unit, int64(max(v.Low, 0)), series.Value), "High", derived(unit, int64(v.High), series.Value), "Value", derived(unit, int64(v.Value), series.Value)}
	switch v.Outside {
	case 1:
		return say(block, "signal_above", TonePlain, args...)
	case -1:
		return say(block, "signal_below", TonePlain, args...)
	}
	return say(block, "signal_noise", TonePlain, args...)
}

// trendMonths is how many months the picture of the course has.
const trendMonths = 13

// trend is what came in by month, beside the target and the same month of the year before.
func (f *facts) trend() *Chart {
	money, _ := f.months.Of(collected)
	aims, _ := f.months.Of(target)
	parts := money.Parts
	if len(parts) == 0 {
		return nil
	}
	c := Chart{Kind: ChartLine, Unit: metric.UnitMoney, Series: []ChartSeries{{Role: RoleActual}, {Role: RoleTarget}, {Role: RoleYearAgo}}}
	for i := max(0, len(parts)-trendMonths); i < len(parts); i++ {
		c.Labels = append(c.Labels, Arg{Month: parts[i].Value.Period.First})
		c.Series[0].Points = append(c.Series[0].Points, *figure(parts[i].Value).Figure)
		aim, ago := *unknown(metric.UnitMoney, metric.ReasonNoTarget).Figure, *unknown(metric.UnitMoney, metric.ReasonNoRows).Figure
		if i < len(aims.Parts) {
			aim = *figure(aims.Parts[i].Value).Figure
		}
		if i >= 12 {
			ago = *figure(parts[i-12].Value).Figure
		}
		c.Series[1].Points = append(c.Series[1].Points, aim)
		c.Series[2].Points = append(c.Series[2].Points, ago)
	}
	return &c
}
