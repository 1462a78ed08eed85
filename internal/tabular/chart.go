package tabular

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// ChartKind is how a chart of a sheet is drawn.
type ChartKind string

// The kinds of chart.
const (
	ChartColumns ChartKind = "columns"
	ChartLine    ChartKind = "line"
	ChartBars    ChartKind = "bars"
)

// ChartSheet is a sheet with a table and, beside it, a chart that Excel draws from the cells: whoever changes a cell changes the picture.
type ChartSheet struct {
	Name  string
	Title string // of the chart
	Kind  ChartKind
	Head  []string // the first column names the rows
	Rows  [][]Cell
	// Series are the columns that are drawn, by their index; none draws no chart.
	Series []int
	// Lines are columns that are drawn as lines over the others: targets.
	Lines []int
	// Formats are those of the numbers of single columns, as Excel writes them: "#,##0.00", "0.0%".
	Formats map[int]string
	// Widths of the columns in characters; 18 where there is none.
	Widths []float64
	// Percent writes the numbers of the series as percentages; they are shares, then.
	Percent bool
	Notes   []string // under the table
}

// chartLeast is how many rows a chart needs.
const chartLeast = 2

// WriteChartXLSX writes a workbook of such sheets. The same sheets give the same bytes.
func WriteChartXLSX(w io.Writer, sheets []ChartSheet) (err error) {
	file := excelize.NewFile()
	defer func() {
		if shut := file.Close(); err == nil {
			err = shut
		}
		if err != nil {
			err = fmt.Errorf("tabular.WriteChartXLSX: %w", err)
		}
	}()
	head, err := file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF2F7"}}})
	if err != nil {
		return err
	}
	percent, err := file.NewStyle(&excelize.Style{NumFmt: 10})
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for i, sheet := range sheets {
		sheet.Name = sheetName(sheet.Name, used)
		if i == 0 {
			err = file.SetSheetName("Sheet1", sheet.Name)
		} else {
			_, err = file.NewSheet(sheet.Name)
		}
		if err != nil {
			return err
		}
		if err := writeChartSheet(file, sheet, head, percent); err != nil {
			return err
		}
	}
	var book bytes.Buffer
	if _, err = file.WriteTo(&book); err != nil {
		return err
	}
	return writeSteady(w, book.Bytes())
}

// sheetName shortens a name to what Excel allows, takes out what it forbids, and tells equal names apart.
func sheetName(name string, used map[string]bool) string {
	clean := []rune{}
	for _, r := range name {
		switch r {
		case ':', '\\', '/', '?', '*', '[', ']', '\'':
			continue
		}
		clean = append(clean, r)
	}
	if len(clean) == 0 {
		clean = []rune("-")
	}
	clean = clean[:min(len(clean), excelize.MaxSheetNameLength-4)]
	unique := string(clean)
	for n := 2; used[unique]; n++ {
		unique = string(clean) + " " + strconv.Itoa(n)
	}
	used[unique] = true
	return unique
}

func writeChartSheet(file *excelize.File, sheet ChartSheet, head, percent int) error {
	for c, name := range sheet.Head {
		if err := set(file, sheet.Name, c, 0, Guard(name)); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(max(len(sheet.Head), 1), 1)
	if err != nil {
		return err
	}
	if err := file.SetCellStyle(sheet.Name, "A1", last, head); err != nil {
		return err
	}
	for r, row := range sheet.Rows {
		for c, cell := range row {
			if err := set(file, sheet.Name, c, r+1, cell.value()); err != nil {
				return err
			}
		}
	}
	for i, note := range sheet.Notes {
		if err := set(file, sheet.Name, 0, len(sheet.Rows)+2+i, Guard(note)); err != nil {
			return err
		}
	}
	end, err := excelize.ColumnNumberToName(max(len(sheet.Head), 1))
	if err != nil {
		return err
	}
	if err := file.SetColWidth(sheet.Name, "A", end, 18); err != nil {
		return err
	}
	for c, width := range sheet.Widths {
		letter, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := file.SetColWidth(sheet.Name, letter, letter, width); err != nil {
			return err
		}
	}
	if err := formatColumns(file, sheet, percent); err != nil {
		return err
	}
	return addChart(file, sheet)
}

// formatColumns says how the numbers of columns are written. Columns are gone through in their order, so that styles are made in it.
func formatColumns(file *excelize.File, sheet ChartSheet, percent int) error {
	if len(sheet.Rows) == 0 {
		return nil
	}
	for c := range sheet.Head {
		style := 0
		if sheet.Percent && slices.Contains(sheet.Series, c) {
			style = percent
		}
		if format, wanted := sheet.Formats[c]; wanted {
			made, err := file.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				return err
			}
			style = made
		}
		if style == 0 {
			continue
		}
		from, fromErr := excelize.CoordinatesToCellName(c+1, 2)
		to, toErr := excelize.CoordinatesToCellName(c+1, len(sheet.Rows)+1)
		if fromErr != nil || toErr != nil {
			return fmt.Errorf("column %d", c)
		}
		if err := file.SetCellStyle(sheet.Name, from, to, style); err != nil {
			return err
		}
	}
	return nil
}

// value is what Excel stores: the number itself where it can be held exactly.
func (c Cell) value() any {
	if c.number && len(c.text) <= 16 {
		// The binary number is only Excel's way to store these digits; nothing is computed with it.
		if value, err := strconv.ParseFloat(c.text, 64); err == nil {
			return value
		}
	}
	return c.String()
}

func set(file *excelize.File, sheet string, column, row int, value any) error {
	at, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return err
	}
	return file.SetCellValue(sheet, at, value)
}

func addChart(file *excelize.File, sheet ChartSheet) error {
	if len(sheet.Series)+len(sheet.Lines) == 0 || len(sheet.Rows) < chartLeast {
		return nil
	}
	quoted := "'" + sheet.Name + "'!"
	rows := strconv.Itoa(len(sheet.Rows) + 1)
	chart := func(kind excelize.ChartType, columns []int) (*excelize.Chart, error) {
		c := &excelize.Chart{Type: kind, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: sheet.Title}}}, Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 640, Height: 360}}
		for _, column := range columns {
			letter, err := excelize.ColumnNumberToName(column + 1)
			if err != nil {
				return nil, err
			}
			c.Series = append(c.Series, excelize.ChartSeries{Name: quoted + "$" + letter + "$1", Categories: quoted + "$A$2:$A$" + rows, Values: quoted + "$" + letter + "$2:$" + letter + "$" + rows})
		}
		return c, nil
	}
	kind := map[ChartKind]excelize.ChartType{ChartColumns: excelize.Col, ChartLine: excelize.Line, ChartBars: excelize.Bar}[sheet.Kind]
	columns, lines := sheet.Series, sheet.Lines
	if len(columns) == 0 || sheet.Kind == ChartBars || sheet.Kind == ChartLine { // lying bars have no lines over them, and lines need no others
		columns, lines = append(slices.Clone(columns), lines...), nil
	}
	first, err := chart(kind, columns)
	if err != nil {
		return err
	}
	if sheet.Kind == ChartBars {
		first.YAxis.ReverseOrder, first.XAxis.ReverseOrder = false, true // the first row on top, as in the table
	}
	at, err := excelize.CoordinatesToCellName(len(sheet.Head)+2, 2)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return file.AddChart(sheet.Name, at, first)
	}
	over, err := chart(excelize.Line, lines)
	if err != nil {
		return err
	}
	return file.AddChart(sheet.Name, at, first, over)
}
