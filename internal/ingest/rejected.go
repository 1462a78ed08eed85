package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/tabular"
)

// RejectedPrefix marks the columns that WriteRejected adds; reading passes over columns whose header begins with it.
const RejectedPrefix = "#"

// Texts writes messages in the reader's language; i18n.Printer is one.
type Texts interface {
	Message(errs.Message) string
}

// WriteRejected reads the files once more and writes the rejected rows of the report as they stand in them, each with what is wrong:
// row, field, value, problem, remedy. Whoever mends the rows can import the file by the same mapping. An .xlsx file gets a sheet for
// each table; WriteRejectedCSV writes one table.
func WriteRejected(ctx context.Context, w *Workbook, m *Mapping, report *Report, texts Texts, out io.Writer) (err error) {
	defer errs.Wrap(&err, "ingest.WriteRejected(%q)", m.Name)
	var book *tabular.XLSXWriter
	err = eachRejected(ctx, w, m, report, func(t *openTable) (tabular.Writer, error) {
		name := strings.NewReplacer("/", " ", "\\", " ", "?", " ", "*", " ", "[", " ", "]", " ", ":", " ").Replace(t.source)
		if book == nil {
			if book, err = tabular.NewXLSX(out, name); err != nil {
				return nil, err
			}
		} else if err := book.Sheet(name); err != nil {
			return nil, err
		}
		return keepOpen{book}, book.Header(rejectedHeader(t, texts))
	}, texts)
	if err != nil {
		return err
	}
	if book == nil {
		return errs.New(errs.KindNotFound, "ingest.nothing_rejected", nil)
	}
	return book.Close()
}

// keepOpen is a writer for one sheet of several: closing it closes nothing.
type keepOpen struct{ *tabular.XLSXWriter }

func (keepOpen) Close() error { return nil }

// WriteRejectedCSV is WriteRejected for the table of one source, as CSV with a byte order mark.
func WriteRejectedCSV(ctx context.Context, w *Workbook, m *Mapping, report *Report, source string, texts Texts, out io.Writer) (err error) {
	defer errs.Wrap(&err, "ingest.WriteRejectedCSV(%q, %q)", m.Name, source)
	only := &Report{Problems: slices.DeleteFunc(slices.Clone(report.Problems), func(f errs.Field) bool { return f.Source != source })}
	found := false
	err = eachRejected(ctx, w, m, only, func(t *openTable) (tabular.Writer, error) {
		found = true
		csv, err := tabular.NewCSV(out)
		if err != nil {
			return nil, err
		}
		return csv, csv.Write(textCells(rejectedHeader(t, texts))...)
	}, texts)
	if err == nil && !found {
		return errs.New(errs.KindNotFound, "ingest.nothing_rejected", nil)
	}
	return err
}

// rejectedHeader is the file's header, then our columns, all marked so that reading passes over them.
func rejectedHeader(t *openTable, texts Texts) []string {
	header := slices.Clone(t.header)
	for _, key := range []string{"row", "field", "value", "problem", "remedy"} {
		header = append(header, RejectedPrefix+texts.Message(errs.Msg("ingest.rejected."+key, nil)))
	}
	return header
}

func textCells(texts []string) []tabular.Cell {
	cells := make([]tabular.Cell, len(texts))
	for i, text := range texts {
		cells[i] = tabular.Text(text)
	}
	return cells
}

// eachRejected opens a writer for each table that has rejected rows, and writes them to it.
func eachRejected(ctx context.Context, w *Workbook, m *Mapping, report *Report, begin func(*openTable) (tabular.Writer, error), texts Texts) error {
	rejected := report.rejectedRows()
	for _, sheet := range w.Sheets {
		rows := rejected[sheet.Source()]
		mappings, _ := m.TablesOf(sheet)
		if len(mappings) == 0 || len(rows) == 0 {
			continue
		}
		whole := *mappings[0] // the sheet once, whichever of its tables found the problems
		whole.Where = nil
		t, _, err := w.open(m, &whole, sheet)
		if err != nil {
			return err
		}
		out, err := begin(t)
		if err == nil {
			err = eachRow(ctx, t, func(d *rowDecoder) error {
				if problems := rows[d.row]; len(problems) > 0 {
					return out.Write(rejectedRow(t, d, problems, texts)...)
				}
				return nil
			})
		}
		if out != nil {
			err = errors.Join(err, out.Close())
		}
		if err := errors.Join(err, t.close()); err != nil {
			return err
		}
	}
	return nil
}

// rejectedRow is one row of the file with its problems beside it, several problems in one cell each line of its own.
func rejectedRow(t *openTable, d *rowDecoder, problems []errs.Field, texts Texts) []tabular.Cell {
	cells := make([]tabular.Cell, len(t.header), len(t.header)+5)
	for i, text := range d.cells() {
		if i < len(cells) {
			cells[i] = tabular.Text(tabular.Unguard(text))
		}
	}
	var columns [4][]string
	for _, f := range problems {
		columns[0] = append(columns[0], f.Path)
		columns[1] = append(columns[1], f.Value)
		columns[2] = append(columns[2], texts.Message(f.Message))
		columns[3] = append(columns[3], texts.Message(f.Remedy))
	}
	cells = append(cells, tabular.Number(fmt.Sprint(d.row)))
	for _, lines := range columns {
		cells = append(cells, tabular.Text(strings.Join(lines, "\n")))
	}
	return cells
}

// rejectedRows gives the problems by source and row.
func (r *Report) rejectedRows() map[string]map[int][]errs.Field {
	rows := map[string]map[int][]errs.Field{}
	for _, f := range r.Problems {
		if f.Row == 0 {
			continue
		}
		if rows[f.Source] == nil {
			rows[f.Source] = map[int][]errs.Field{}
		}
		if list := rows[f.Source][f.Row]; !slices.ContainsFunc(list, func(g errs.Field) bool { return g.Path == f.Path && g.Message.Key == f.Message.Key }) {
			rows[f.Source][f.Row] = append(list, f)
		}
	}
	return rows
}
