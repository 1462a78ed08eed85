package tabular

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// TemplateSheet is one sheet of a form to fill in.
type TemplateSheet struct {
	Name    string
	Columns []TemplateColumn
}

// TemplateColumn is a column with what helps to fill it in. Choices are offered as a list; Examples are the first rows, to be written
// over.
type TemplateColumn struct {
	Header   string
	Note     string
	Required bool
	Choices  []string
	Examples []string
}

// templateRows is how far down the lists of choices reach.
const templateRows = 2000

// WriteTemplateXLSX writes a workbook of forms: notes on the headers, required columns marked by colour, lists to choose from.
func WriteTemplateXLSX(w io.Writer, sheets []TemplateSheet) error {
	file := excelize.NewFile()
	for i, sheet := range sheets {
		var err error
		if i == 0 {
			err = file.SetSheetName("Sheet1", sheet.Name)
		} else {
			_, err = file.NewSheet(sheet.Name)
		}
		if err == nil {
			err = templateSheet(file, sheet)
		}
		if err != nil {
			return fmt.Errorf("tabular.WriteTemplateXLSX(%q): %w", sheet.Name, err)
		}
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("tabular.WriteTemplateXLSX: %w", err)
	}
	return file.Close()
}

func templateSheet(file *excelize.File, sheet TemplateSheet) error {
	styles := map[bool]int{}
	for required, colour := range map[bool]string{true: "DCE8FB", false: "EEF2F7"} {
		style, err := file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}})
		if err != nil {
			return err
		}
		styles[required] = style
	}
	text, err := file.NewStyle(&excelize.Style{NumFmt: 49}) // text, so that 001 and 2026-09-01 stay as typed
	if err != nil {
		return err
	}
	for i, column := range sheet.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := templateColumn(file, sheet.Name, name, column, styles[column.Required], text); err != nil {
			return err
		}
	}
	return file.SetPanes(sheet.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func templateColumn(file *excelize.File, sheet, name string, column TemplateColumn, head, text int) error {
	if err := file.SetColStyle(sheet, name, text); err != nil {
		return err
	}
	if err := file.SetColWidth(sheet, name, name, 16); err != nil {
		return err
	}
	if err := file.SetCellStr(sheet, name+"1", column.Header); err != nil {
		return err
	}
	if err := file.SetCellStyle(sheet, name+"1", name+"1", head); err != nil {
		return err
	}
	for i, example := range column.Examples {
		if err := file.SetCellStr(sheet, fmt.Sprintf("%s%d", name, i+2), typed(example)); err != nil {
			return err
		}
	}
	if column.Note != "" {
		note := excelize.Comment{Cell: name + "1", Author: "Xiaoguan", Text: column.Note, Width: 240, Height: 90}
		if err := file.AddComment(sheet, note); err != nil {
			return err
		}
	}
	if len(column.Choices) == 0 {
		return nil
	}
	list := excelize.NewDataValidation(true)
	list.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, templateRows))
	if err := list.SetDropList(column.Choices); err != nil {
		return err
	}
	return file.AddDataValidation(sheet, list)
}

// WriteTemplateCSV writes one form as CSV: the headers and the examples.
func WriteTemplateCSV(w io.Writer, sheet TemplateSheet) error {
	out, err := NewCSV(w)
	if err != nil {
		return err
	}
	rows := 1
	for _, column := range sheet.Columns {
		rows = max(rows, 1+len(column.Examples))
	}
	for i := range rows {
		cells := make([]Cell, len(sheet.Columns))
		for k, column := range sheet.Columns {
			switch {
			case i == 0:
				cells[k] = Text(column.Header)
			case i <= len(column.Examples):
				cells[k] = Text(column.Examples[i-1])
			}
		}
		if err := out.Write(cells...); err != nil {
			return fmt.Errorf("tabular.WriteTemplateCSV(%q): %w", sheet.Name, err)
		}
	}
	return out.Close()
}
