package tabular

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/errs"
)

// Workbook is an opened .xlsx file. Close it when done.
type Workbook struct {
	Sheets   []string // names of the visible sheets, in order
	Date1904 bool     // dates count from 1904
	file     *excelize.File
	limits   Limits
}

// OpenWorkbook reads an .xlsx file. It returns errs.KindTooLarge for a file that is, or unpacks to, more than the limits allow, and
// errs.KindInvalid for anything that is not an .xlsx file, such as the older .xls or one with a password.
func OpenWorkbook(r io.Reader, limits Limits) (*Workbook, error) {
	limits = limits.OrDefault()
	content, err := io.ReadAll(&limitedReader{r: r, left: limits.WorkbookBytes, limit: limits.WorkbookBytes})
	if err != nil {
		return nil, err
	}
	if err := checkArchive(content, limits); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue:   true,
		UnzipSizeLimit: limits.UnzippedBytes,
	})
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "tabular.not_xlsx", nil).Because(err)
	}
	w := &Workbook{file: file, limits: limits}
	for _, name := range file.GetSheetList() {
		if visible, err := file.GetSheetVisible(name); err == nil && visible {
			w.Sheets = append(w.Sheets, name)
		}
	}
	if len(w.Sheets) == 0 { // an archive of something else
		return nil, errors.Join(errs.New(errs.KindInvalid, "tabular.not_xlsx", nil), file.Close())
	}
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.Date1904 = *props.Date1904
	}
	return w, nil
}

// checkArchive adds up what the archive says it unpacks to before anything is unpacked. Go's zip reader stops an entry that lies.
func checkArchive(content []byte, limits Limits) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return errs.New(errs.KindInvalid, "tabular.not_xlsx", nil).Because(err)
	}
	total := uint64(0)
	for _, entry := range archive.File {
		total += entry.UncompressedSize64
		if entry.UncompressedSize64 > uint64(limits.UnzippedBytes) || total > uint64(limits.UnzippedBytes) {
			return problem(errs.KindTooLarge, 0, "", "tabular.unzips_too_large", errs.Args{"Bytes": limits.UnzippedBytes})
		}
	}
	return nil
}

// Close removes what unpacking left behind.
func (w *Workbook) Close() error {
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("tabular.Workbook.Close: %w", err)
	}
	return nil
}

// Sheet is an opened sheet, its header read and its rows to come. It is read once; close it when done.
type Sheet struct {
	Header []string
	rows   *excelize.Rows
	row    int
	limits Limits
}

// OpenSheet reads a sheet up to its header, which is in the row headerRow (0 is 1).
func (w *Workbook) OpenSheet(name string, headerRow int) (*Sheet, error) {
	rows, err := w.file.Rows(name)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "tabular.no_sheet", errs.Args{"Sheet": name}).Because(err)
	}
	s := &Sheet{rows: rows, limits: w.limits}
	for s.row < max(headerRow, 1) {
		cells, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.Header = s.Header[:0]
		for _, cell := range cells {
			s.Header = append(s.Header, string(bytes.TrimSpace([]byte(cell))))
		}
	}
	if s.row < max(headerRow, 1) || len(s.Header) == 0 {
		return nil, errors.Join(problem(errs.KindInvalid, max(headerRow, 1), "", "tabular.no_header", nil), s.Close())
	}
	return s, nil
}

// Close ends the reading of the sheet.
func (s *Sheet) Close() error {
	if err := s.rows.Close(); err != nil && !errors.Is(err, excelize.ErrMaxRows) {
		return fmt.Errorf("tabular.Sheet.Close: %w", err)
	}
	return nil
}

func (s *Sheet) next() ([]string, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, problem(errs.KindTooLarge, s.row, "", "tabular.too_many_rows", errs.Args{"Rows": SheetRows})
		}
		return nil, io.EOF
	}
	s.row++
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "tabular.broken_sheet", errs.Args{"Row": s.row}).Because(err)
	}
	return cells, nil
}

// sheetBatch is how many rows of a sheet are decoded at a time.
const sheetBatch = 1024

// ScanSheet decodes the rows of a sheet as Scan does those of a text file, on one goroutine. Empty rows are passed over.
func ScanSheet[T any](ctx context.Context, s *Sheet, decode func(*Rows) T, consume func(T) error) error {
	rows := Rows{limits: s.limits, sheet: make([][][]byte, 0, sheetBatch)}
	for ended := false; !ended; {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows.sheet, rows.sheetNumbers, rows.sheetAt = rows.sheet[:0], rows.sheetNumbers[:0], 0
		for len(rows.sheet) < sheetBatch {
			cells, err := s.next()
			if errors.Is(err, io.EOF) {
				ended = true
				break
			}
			if err != nil {
				return err
			}
			rows.sheet, rows.sheetNumbers = append(rows.sheet, byteCells(cells)), append(rows.sheetNumbers, s.row)
		}
		if len(rows.sheet) == 0 {
			return nil
		}
		if err := consume(decode(&rows)); err != nil {
			return err
		}
	}
	return nil
}

func byteCells(cells []string) [][]byte {
	fields := make([][]byte, len(cells))
	for i, cell := range cells {
		fields[i] = []byte(cell)
	}
	return fields
}
