package tabular

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Cell is one value of an exported row. Build it with Text or Number.
type Cell struct {
	text   string
	number bool
}

// Text is a cell of text; in a CSV file it is guarded, in a workbook typed as text.
func Text(s string) Cell { return Cell{text: s} }

// Number is a cell with a plain decimal such as -1234.50, as money.Format writes it. Anything else is written as text.
func Number(decimal string) Cell { return Cell{text: decimal, number: plainNumber(decimal)} }

// String returns the cell as a CSV file shows it.
func (c Cell) String() string {
	if c.number {
		return c.text
	}
	return Guard(c.text)
}

// Writer takes the rows of one list. Close must be called; only then is everything written.
type Writer interface {
	Write(row ...Cell) error
	Close() error
}

// CSVWriter writes RFC 4180 with LF line ends.
type CSVWriter struct {
	buffer *bufio.Writer
	csv    *csv.Writer
	fields []string
}

// NewCSV begins a CSV file. It starts with a byte order mark, by which Excel knows the text is UTF-8.
func NewCSV(w io.Writer) (*CSVWriter, error) {
	c := NewPlainCSV(w)
	if _, err := c.buffer.Write(utf8BOM); err != nil {
		return nil, fmt.Errorf("tabular.NewCSV: %w", err)
	}
	return c, nil
}

// NewPlainCSV begins a CSV file for programs: without the mark.
func NewPlainCSV(w io.Writer) *CSVWriter {
	c := &CSVWriter{buffer: bufio.NewWriter(w)}
	c.csv = csv.NewWriter(c.buffer)
	return c
}

// Write adds a row.
func (c *CSVWriter) Write(row ...Cell) error {
	c.fields = c.fields[:0]
	for _, cell := range row {
		c.fields = append(c.fields, cell.String())
	}
	return c.csv.Write(c.fields)
}

// Close writes what is buffered. It does not close the file underneath.
func (c *CSVWriter) Close() error {
	c.csv.Flush()
	if err := c.csv.Error(); err != nil {
		return fmt.Errorf("tabular.CSVWriter.Close: %w", err)
	}
	return c.buffer.Flush()
}

// XLSXWriter writes a workbook sheet by sheet, each streamed.
type XLSXWriter struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	sheets int
	row    int
	head   int // style of header cells
}

// NewXLSX begins a workbook whose first sheet has the name.
func NewXLSX(w io.Writer, sheet string) (*XLSXWriter, error) {
	x := &XLSXWriter{out: w, file: excelize.NewFile()}
	style, err := x.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF2F7"}},
	})
	if err != nil {
		return nil, fmt.Errorf("tabular.NewXLSX: %w", err)
	}
	x.head = style
	return x, x.Sheet(sheet)
}

// Sheet ends the current sheet and begins another. Names are shortened to the 31 characters that Excel allows.
func (x *XLSXWriter) Sheet(name string) error {
	if x.stream != nil {
		if err := x.stream.Flush(); err != nil {
			return fmt.Errorf("tabular.XLSXWriter.Sheet: %w", err)
		}
	}
	if runes := []rune(name); len(runes) > excelize.MaxSheetNameLength {
		name = string(runes[:excelize.MaxSheetNameLength])
	}
	var err error
	if x.sheets == 0 {
		err = x.file.SetSheetName("Sheet1", name)
	} else {
		_, err = x.file.NewSheet(name)
	}
	if err != nil {
		return fmt.Errorf("tabular.XLSXWriter.Sheet(%q): %w", name, err)
	}
	x.sheets, x.row = x.sheets+1, 0
	if x.stream, err = x.file.NewStreamWriter(name); err != nil {
		return fmt.Errorf("tabular.XLSXWriter.Sheet(%q): %w", name, err)
	}
	return nil
}

// Header adds a row of bold text that stays in view when the sheet is scrolled. It must come first; widths are in characters, a
// missing one is 14.
func (x *XLSXWriter) Header(names []string, widths ...float64) error {
	for i := range names {
		width := 14.0
		if i < len(widths) {
			width = widths[i]
		}
		if err := x.stream.SetColWidth(i+1, i+1, width); err != nil {
			return fmt.Errorf("tabular.XLSXWriter.Header: %w", err)
		}
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := x.stream.SetPanes(panes); err != nil {
		return fmt.Errorf("tabular.XLSXWriter.Header: %w", err)
	}
	cells := make([]any, len(names))
	for i, name := range names {
		cells[i] = excelize.Cell{StyleID: x.head, Value: typed(name)}
	}
	return x.set(cells)
}

// Write adds a row. A number of more than 15 digits, which Excel cannot hold exactly, is written as text.
func (x *XLSXWriter) Write(row ...Cell) error {
	cells := make([]any, len(row))
	for i, cell := range row {
		cells[i] = typed(cell.text)
		if cell.number && len(cell.text) <= 16 {
			// The binary number is only Excel's way to store these digits; nothing is computed with it.
			if value, err := strconv.ParseFloat(cell.text, 64); err == nil {
				cells[i] = value
			}
		}
	}
	return x.set(cells)
}

func (x *XLSXWriter) set(cells []any) error {
	if x.row >= SheetRows {
		return fmt.Errorf("tabular.XLSXWriter: a sheet holds %d rows", SheetRows)
	}
	x.row++
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return fmt.Errorf("tabular.XLSXWriter: %w", err)
	}
	return x.stream.SetRow(at, cells)
}

// Close writes the workbook. It does not close the file underneath.
func (x *XLSXWriter) Close() error {
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("tabular.XLSXWriter.Close: %w", err)
	}
	if _, err := x.file.WriteTo(x.out); err != nil {
		return fmt.Errorf("tabular.XLSXWriter.Close: %w", err)
	}
	return x.file.Close()
}
