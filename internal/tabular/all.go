package tabular

import (
	"bytes"
	"context"
	"io"

	"xiaoguan/internal/errs"
)

// Line is a row with its number as a spreadsheet shows it; its texts are tidied of blanks at the ends and of what guards them.
type Line struct {
	Number int
	Texts  []string
}

// ReadAll reads a small file as a whole: its header, and the rows that are not empty. A workbook is read from its first sheet. Errors: those of reading; too
// large with more than most rows.
func ReadAll(ctx context.Context, workbook bool, in io.Reader, most int) (header []string, lines []Line, err error) {
	decode := func(rows *Rows) (found []Line) {
		for rows.Next() {
			line, empty := Line{Number: rows.Number()}, true
			for _, field := range rows.Fields() {
				text := Unguard(string(bytes.TrimSpace(field)))
				line.Texts, empty = append(line.Texts, text), empty && text == ""
			}
			if !empty {
				found = append(found, line)
			}
		}
		return found
	}
	keep := func(found []Line) error {
		if lines = append(lines, found...); len(lines) > most {
			return problem(errs.KindTooLarge, 0, "", "tabular.too_many_rows", errs.Args{"Rows": int64(most)})
		}
		return nil
	}
	if !workbook {
		file, err := OpenText(in, TextOptions{})
		if err != nil {
			return nil, nil, err
		}
		err = Scan(ctx, file, 1, func() func(*Rows) []Line { return decode }, keep)
		return file.Header, lines, err
	}
	book, err := OpenWorkbook(in, Limits{})
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	sheet, err := book.OpenSheet(book.Sheets[0], 1)
	if err != nil {
		return nil, nil, err
	}
	err = ScanSheet(ctx, sheet, decode, keep)
	if closing := sheet.Close(); err == nil {
		err = closing
	}
	return sheet.Header, lines, err
}
