package reports

import (
	"math/big"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/web/ui"
)

// chart draws numbers over months as boards do, and others as bars with their numbers.
func (d drawing) chart(section report.SectionID, b report.Block) []templ.Component {
	title := d.blockTitle("chart", b.ID, section)
	head := figureHead(anchor(b.ID), title)
	if len(b.Chart.Labels) > 0 && b.Chart.Labels[0].Month != 0 && b.Chart.Kind != report.ChartWaterfall {
		return []templ.Component{head, ui.Trend(d.trend(b, title))}
	}
	return []templ.Component{head, ui.Table(d.bars(b, title))}
}

// trend is a chart over months.
func (d drawing) trend(b report.Block, title string) ui.TrendView {
	c := b.Chart
	v := ui.TrendView{ID: anchor(b.ID) + "-figure", LabelledBy: anchor(b.ID), Label: title, Period: d.p.T("common.month"), Line: c.Unit != metric.UnitMoney && c.Unit != metric.UnitCount, Actual: d.p.T("common.actual")}
	v.Axis = func(value *big.Rat) string {
		whole := new(big.Int).Quo(value.Num(), value.Denom()).Int64()
		return d.words.Figure(report.Figure{Unit: c.Unit, Amount: whole, Known: true})
	}
	points := map[report.SeriesRole][]report.Figure{}
	for _, s := range c.Series {
		points[s.Role] = s.Points
	}
	at := func(role report.SeriesRole, i int) (report.Figure, bool) {
		if i >= len(points[role]) {
			return report.Figure{}, false
		}
		return points[role][i], points[role][i].Known
	}
	value := func(role report.SeriesRole, i int) ui.TrendValue {
		f, known := at(role, i)
		if !known {
			if f.Why != metric.ReasonNone {
				return ui.TrendValue{Text: d.p.Message(f.Why.Message())}
			}
			return ui.TrendValue{Text: d.words.Figure(report.Figure{})}
		}
		return ui.TrendValue{Value: big.NewRat(f.Amount, 1), Text: d.words.Exact(f)}
	}
	if points[report.RoleTarget] != nil {
		v.Target = d.p.T("common.target")
	}
	if points[report.RoleYearAgo] != nil {
		v.Before = d.p.T("board.last_year")
	}
	for i, label := range c.Labels {
		_, month := label.Month.Civil()
		point := ui.TrendPoint{Tick: strconv.Itoa(int(month)), Name: d.p.Month(label.Month), Actual: value(report.RoleActual, i), Target: value(report.RoleTarget, i), Before: value(report.RoleYearAgo, i)}
		if f, known := at(report.RoleActual, i); known && len(f.Of) > 0 {
			point.Press = rowsURL(f.Of[0])
		}
		if month == 1 {
			point.Tick = d.p.MonthShort(label.Month)
		}
		if f, forecast := at(report.RoleForecast, i); forecast && point.Actual.Value == nil {
			point.Running, point.Actual = true, value(report.RoleForecast, i)
			point.Actual.Text = d.p.T("reports.forecast", "Value", d.words.Exact(f))
			low, lowKnown := at(report.RoleLow, i)
			high, highKnown := at(report.RoleHigh, i)
			if lowKnown && highKnown {
				point.Actual.Text = d.p.T("reports.forecast_between", "Value", d.words.Exact(f), "Low", d.words.Exact(low), "High", d.words.Exact(high))
			}
			v.Note = d.p.T("reports.forecast_note")
		}
		v.Points = append(v.Points, point)
	}
	return v
}

// bars draws numbers beside each other: lying bars, or the steps from a number to another.
func (d drawing) bars(b report.Block, title string) ui.TableView {
	c := b.Chart
	view := ui.TableView{Label: title, Inset: true, Columns: []ui.Column{{Label: d.p.T("reports.label"), Phone: true}}}
	for k, s := range c.Series {
		view.Columns = append(view.Columns, ui.Column{Label: d.p.T("report.series." + string(s.Role)), Kind: ui.ColumnNumber, Phone: k < 2})
		if k == 0 {
			view.Columns = append(view.Columns, ui.Column{Label: d.p.T("reports.picture"), Kind: ui.ColumnBar, Phone: true})
		}
	}
	drawn := layBars(c)
	for i, label := range c.Labels {
		cells := []ui.Cell{ui.Text(d.words.Arg(label))}
		for k, s := range c.Series {
			cell := ui.Text(d.words.Figure(report.Figure{}))
			if i < len(s.Points) {
				cell = d.chartCell(s.Points[i])
			}
			if cells = append(cells, cell); k == 0 {
				cells = append(cells, ui.Draw(ui.BarOf(drawn[i])))
			}
		}
		view.Rows = append(view.Rows, ui.Row{Cells: cells})
	}
	return view
}

func (d drawing) chartCell(f report.Figure) ui.Cell {
	if !f.Known && f.Why != metric.ReasonNone {
		return ui.Cell{Text: d.words.Figure(f), Title: d.p.Message(f.Why.Message()), Muted: true}
	}
	return ui.Cell{Text: d.words.Figure(f), Title: d.words.Exact(f)}
}

// layBars places the bars of the first series; steps begin where the ones before end.
func layBars(c *report.Chart) []ui.Bar {
	bars := make([]ui.Bar, len(c.Labels))
	if len(c.Series) == 0 {
		return bars
	}
	points := c.Series[0].Points
	spans := make([][2]int64, len(bars))
	var run, low, high int64
	for i := range bars {
		if i >= len(points) || !points[i].Known {
			spans[i] = [2]int64{run, run}
			continue
		}
		from, to := int64(0), points[i].Amount
		if c.Kind == report.ChartWaterfall && i > 0 && i < len(points)-1 {
			from, to = run, run+points[i].Amount
		}
		spans[i], run = [2]int64{from, to}, to
		low, high = min(low, from, to), max(high, from, to)
	}
	if high == low {
		return bars
	}
	share := func(n int64) *big.Rat { return big.NewRat(n, high-low) }
	for i, s := range spans {
		class := "f1"
		if c.Kind == report.ChartWaterfall && i > 0 && i < len(spans)-1 {
			if class = "fg"; s[1] < s[0] {
				class = "fb"
			}
		}
		bars[i] = ui.Bar{Height: 12, Parts: []ui.BarPart{{Share: share(min(s[0], s[1]) - low), Class: "f0"}, {Share: share(max(s[0], s[1]) - min(s[0], s[1])), Class: class}}}
	}
	return bars
}
