// Package tabular moves tables of text between files and rows: CSV and .xlsx in, CSV and .xlsx out.
//
// Reading streams and is bounded by Limits; CSV follows RFC 4180 in UTF-8 or GB18030, is cut into record-aligned blocks and
// decoded on several goroutines while rows keep their numbers and their order. Writing guards every text against being taken for a
// formula by a spreadsheet (see Guard). The package knows no kinds of record, no money and no languages: errors carry message keys.
//
// Limits: rows are numbered as a spreadsheet shows them (the header is row 1, blank rows count); a record that spans lines is one
// row. Lone carriage returns don't end a row.
package tabular

import "xiaoguan/internal/errs"

// Limits bound what a file may ask of us. The zero value of a member means its default.
type Limits struct {
	RecordBytes   int   // one row; default 1 MiB
	Columns       int   // default 500
	FileBytes     int64 // default 2 GiB
	WorkbookBytes int64 // an .xlsx file as stored; default 256 MiB
	UnzippedBytes int64 // an .xlsx file unpacked; default 1 GiB
}

// SheetRows is the greatest number of rows a sheet of a workbook can have.
const SheetRows = 1_048_576

// OrDefault returns the limits with defaults in place of zeros.
func (l Limits) OrDefault() Limits {
	if l.RecordBytes <= 0 {
		l.RecordBytes = 1 << 20
	}
	if l.Columns <= 0 {
		l.Columns = 500
	}
	if l.FileBytes <= 0 {
		l.FileBytes = 2 << 30
	}
	if l.WorkbookBytes <= 0 {
		l.WorkbookBytes = 256 << 20
	}
	if l.UnzippedBytes <= 0 {
		l.UnzippedBytes = 1 << 30
	}
	return l
}

// problem builds the error of a file that cannot be read on: what, at which row (0: the file), with how to mend it.
func problem(kind errs.Kind, row int, value, key string, args errs.Args) error {
	e := errs.New(kind, key, args)
	e.Fields = []errs.Field{{Row: row, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)}}
	return e
}
