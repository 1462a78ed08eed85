package render

import (
	"math/big"
	"strconv"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/tabular"
)

// sheets are the version as a workbook.
func (w writing) sheets() []tabular.ChartSheet {
	text := tabular.ChartSheet{Name: w.p.T("reports.sheet_text"), Head: []string{w.p.T("reports.section"), w.p.T("reports.text")}, Widths: []float64{24, 110}, Notes: append([]string{w.title()}, append(w.lines(), w.foot())...)}
	numbers := tabular.ChartSheet{Name: w.p.T("reports.sheet_numbers"), Head: []string{w.p.T("reports.section"), w.p.T("reports.text"), w.p.T("board.metric"), w.p.T("reports.version_short"), w.p.T("board.why.place"), w.p.T("reports.from"), w.p.T("reports.to"), w.p.T("board.numerator"), w.p.T("board.denominator")}, Widths: []float64{16, 60, 24, 8, 16, 12, 12, 16, 16}}
	var further []tabular.ChartSheet
	for _, s := range w.shown.Document.Sections {
		name := w.heading(s.ID)
		for _, b := range s.Blocks {
			switch {
			case b.Sentence != nil:
				sentence := w.words.Sentence(*b.Sentence)
				text.Rows = append(text.Rows, []tabular.Cell{tabular.Text(name), tabular.Text(sentence)})
				numbers.Rows = append(numbers.Rows, w.numbers(name, sentence, *b.Sentence)...)
			case b.Table != nil && len(b.Table.Rows) > 0:
				further = append(further, w.tableSheet(s.ID, b))
			case b.Chart != nil:
				further = append(further, w.chartSheet(s.ID, b))
			}
		}
		if note, found := w.shown.Note(s.ID); found {
			text.Rows = append(text.Rows, []tabular.Cell{tabular.Text(name + " · " + w.p.T("reports.note")), tabular.Text(note.Text + " （" + w.noteHead(note) + "）")})
		}
	}
	definitions := tabular.ChartSheet{Name: w.p.T("reports.definitions"), Head: w.definitionHead(), Widths: []float64{28, 8, 90}}
	for _, row := range w.definitions() {
		definitions.Rows = append(definitions.Rows, []tabular.Cell{tabular.Text(row[0]), tabular.Number(row[1]), tabular.Text(row[2])})
	}
	return append(append([]tabular.ChartSheet{text}, further...), numbers, definitions)
}

// numbers are the values that a sentence was worked out from, a row each.
func (w writing) numbers(section, sentence string, s report.Sentence) (rows [][]tabular.Cell) {
	for _, span := range w.words.Spans(s) {
		if span.Figure == nil {
			continue
		}
		for _, v := range span.Figure.Of {
			d, known := w.shown.Document.Definition(v.Metric)
			name := string(v.Metric)
			if known {
				if name = d.Name.Or(d.Name.En, d.Name.Zh).En; w.p.Zh() {
					name = d.Name.Or(d.Name.En, d.Name.Zh).Zh
				}
			}
			place := v.Place.Name
			if place == "" {
				place = w.p.T("metric.place." + string(v.Place.Kind))
			}
			of, over := tabular.Text(w.p.Message(v.Why.Message())), tabular.Text("")
			if v.Known {
				of = w.side(d, v.Numerator, false)
				if v.Denominator != 0 {
					if over = w.side(d, v.Denominator, true); v.Averaged() {
						over = tabular.Number(v.Over())
					}
				}
			}
			rows = append(rows, []tabular.Cell{tabular.Text(section), tabular.Text(sentence), tabular.Text(name), tabular.Number(strconv.Itoa(v.Version)), tabular.Text(place), tabular.Text(v.Period.From.String()), tabular.Text(v.Period.To.String()), of, over})
		}
	}
	return rows
}

// side is a numerator or a denominator in whole units.
func (w writing) side(d metric.Definition, n int64, over bool) tabular.Cell {
	terms := d.Formula.Of
	if over {
		terms = d.Formula.Over
	}
	if len(terms) > 0 {
		if m, known := metric.MeasureByID(terms[0].Measure); known && m.Kind == metric.MeasureMoney {
			return tabular.Number(money.Format(n, money.Currency(w.shown.Document.Currency)))
		}
	}
	return tabular.Number(strconv.FormatInt(n, 10))
}

// number is a figure as a plain number of whole units; why there is none where there is none.
func (w writing) number(f report.Figure) tabular.Cell {
	switch {
	case !f.Known && f.Why != metric.ReasonNone:
		return tabular.Text(w.p.Message(f.Why.Message()))
	case !f.Known:
		return tabular.Text("")
	case f.Unit == metric.UnitMoney || f.Unit == metric.UnitEach:
		return tabular.Number(money.Format(f.Amount, money.Currency(w.shown.Document.Currency)))
	case f.Unit == metric.UnitPercent:
		return tabular.Number(decimal.FromInt(f.Amount, 6).String())
	case f.Unit == metric.UnitDays:
		return tabular.Number(decimal.FromInt(f.Amount, 1).String())
	case f.Unit == metric.UnitHours:
		return tabular.Number(big.NewRat(f.Amount, 60).FloatString(1))
	}
	return tabular.Number(strconv.FormatInt(f.Amount, 10))
}

// format is how Excel writes figures of a unit.
func (w writing) format(unit metric.Unit) (string, bool) {
	switch unit {
	case metric.UnitMoney, metric.UnitEach:
		return "#,##0.00", true
	case metric.UnitPercent:
		return "0.0%", true
	}
	return "", false
}

func (w writing) tableSheet(section report.SectionID, b report.Block) tabular.ChartSheet {
	sheet := tabular.ChartSheet{Name: w.blockTitle("table", b.ID, section), Formats: map[int]string{}, Notes: []string{w.heading(section)}}
	for i, c := range b.Table.Columns {
		sheet.Head = append(sheet.Head, w.p.T("report.column."+c.Key))
		if format, wanted := w.format(c.Unit); wanted {
			sheet.Formats[i] = format
		}
	}
	for _, r := range b.Table.Rows {
		var row []tabular.Cell
		for _, cell := range r.Cells {
			if cell.Figure != nil {
				row = append(row, w.number(*cell.Figure))
				continue
			}
			row = append(row, tabular.Text(w.words.Arg(cell)))
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

func (w writing) chartSheet(section report.SectionID, b report.Block) tabular.ChartSheet {
	drawn := w.chart(section, b)
	sheet := tabular.ChartSheet{Name: drawn.Title, Title: drawn.Title, Kind: tabular.ChartColumns, Head: []string{w.p.T("reports.label")}, Formats: map[int]string{}, Notes: []string{w.heading(section)}}
	if drawn.Bars {
		sheet.Kind = tabular.ChartBars
	}
	columns := 0
	for k, s := range drawn.Series {
		sheet.Head = append(sheet.Head, s.Name)
		if format, wanted := w.format(b.Chart.Unit); wanted {
			sheet.Formats[k+1] = format
		}
		if s.Line {
			sheet.Lines = append(sheet.Lines, k+1)
			continue
		}
		sheet.Series = append(sheet.Series, k+1)
		columns++
	}
	if columns == 0 {
		sheet.Kind = tabular.ChartLine
	}
	for i, label := range drawn.Labels {
		row := []tabular.Cell{tabular.Text(label)}
		for _, s := range b.Chart.Series {
			if i < len(s.Points) {
				row = append(row, w.number(s.Points[i]))
			}
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}
