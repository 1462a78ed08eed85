// Package ingest reads a company's facts from files: a folder of CSV files or .xlsx workbooks, by a mapping that says which column is
// which field.
//
// The way is Open (files → Workbook) → Propose or DecodeMapping (→ Mapping) → Preview, Read (→ typed records into a Sink, with a
// Report of every row that cannot be taken, and why) → Report.WriteRejected (those rows as a file to mend and read again). A Sink is
// a database (elsewhere) or the engine's columns (Facts). Our own format is docs/import-format.md; its fields are in Kinds.
//
// It owns reading, mapping and validating. It does not own what is stored: it knows of a database only what the caller's
// Options.Known says. Limits: tables come in the order of Kinds and stream, except regions, teams and persons, which are held in
// memory because they refer to each other, and mentorships, which must not meet; problems are listed up to Options.MaxProblems and counted beyond.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/tabular"
)

// File is one input file. Open is called once or more; each time it gives the file from its beginning.
type File struct {
	Name string // base name, by which mappings match
	Size int64  // bytes, or 0 when unknown
	Open func() (io.ReadCloser, error)
}

// FolderFiles lists the regular files of a folder, not of its sub-folders, in order of name.
func FolderFiles(folder fs.FS) (files []File, err error) {
	defer errs.Wrap(&err, "ingest.FolderFiles")
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "~$") {
			continue // hidden files and Excel's lock files
		}
		info, err := entry.Info()
		if err != nil {
			return nil, err
		}
		name := entry.Name()
		files = append(files, File{Name: name, Size: info.Size(), Open: func() (io.ReadCloser, error) { return folder.Open(name) }})
	}
	return files, nil
}

// Workbook is a set of sheets to read: each CSV file is one, each sheet of an .xlsx file is one. Close it when done.
type Workbook struct {
	Sheets  []*Sheet
	Skipped []string // files that are neither CSV nor .xlsx
	books   []*tabular.Workbook
	limits  tabular.Limits
}

// Sheet is one table of a file.
type Sheet struct {
	File   string
	Name   string   // of a sheet in a workbook; empty for CSV
	Header []string // the first row, as a first guess; a mapping may say another row
	Broken error    // why the header could not be read, or nil
	file   File
	book   *tabular.Workbook
}

// Source names the sheet for people: the file, and the sheet in it.
func (s *Sheet) Source() string {
	if s.Name == "" {
		return s.File
	}
	return s.File + "/" + s.Name
}

// Open looks into the files and reads the header of each sheet. A sheet whose header cannot be read is kept with the reason in Broken,
// so that a mapping can say its encoding. It returns errs.KindTooLarge for a file above the limits and errs.KindInvalid for a
// workbook that isn't one.
func Open(ctx context.Context, files []File, limits tabular.Limits) (w *Workbook, err error) {
	defer errs.Wrap(&err, "ingest.Open(%d files)", len(files))
	w = &Workbook{limits: limits.OrDefault()}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(err, w.Close())
		}
		if err := w.add(file); err != nil {
			return nil, errors.Join(inSource(err, file.Name), w.Close())
		}
	}
	return w, nil
}

func (w *Workbook) add(file File) error {
	switch strings.ToLower(path.Ext(file.Name)) {
	case ".csv", ".tsv", ".txt":
		if file.Size > w.limits.FileBytes {
			return tooLarge(w.limits.FileBytes)
		}
		sheet := &Sheet{File: file.Name, file: file}
		text, closer, err := sheet.openText(tabular.TextOptions{Limits: w.limits})
		if err != nil {
			sheet.Broken = inSource(err, file.Name)
		} else {
			sheet.Header = text.Header
			if err := closer.Close(); err != nil {
				return err
			}
		}
		w.Sheets = append(w.Sheets, sheet)
	case ".xlsx", ".xlsm":
		return w.addBook(file)
	case ".xls", ".et", ".numbers", ".ods":
		return errs.New(errs.KindInvalid, "ingest.old_workbook", errs.Args{"Extension": path.Ext(file.Name)})
	default:
		w.Skipped = append(w.Skipped, file.Name)
	}
	return nil
}

func tooLarge(limit int64) error {
	return errs.New(errs.KindTooLarge, "tabular.file_too_large", errs.Args{"Bytes": limit})
}

func (w *Workbook) addBook(file File) (err error) {
	if file.Size > w.limits.WorkbookBytes {
		return tooLarge(w.limits.WorkbookBytes)
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	book, err := tabular.OpenWorkbook(r, w.limits)
	if err != nil {
		return err
	}
	w.books = append(w.books, book)
	for _, name := range book.Sheets {
		sheet := &Sheet{File: file.Name, Name: name, file: file, book: book}
		opened, err := book.OpenSheet(name, 1)
		if err != nil {
			sheet.Broken = inSource(err, sheet.Source())
		} else {
			sheet.Header = opened.Header
			if err := opened.Close(); err != nil {
				return err
			}
		}
		w.Sheets = append(w.Sheets, sheet)
	}
	return nil
}

// openText opens a CSV sheet. The closer is nil when err is not.
func (s *Sheet) openText(options tabular.TextOptions) (*tabular.TextFile, io.Closer, error) {
	r, err := s.file.Open()
	if err != nil {
		return nil, nil, err
	}
	text, err := tabular.OpenText(r, options)
	if err != nil {
		return nil, nil, errors.Join(err, r.Close())
	}
	return text, r, nil
}

// Close releases what Open holds.
func (w *Workbook) Close() error {
	var all error
	for _, book := range w.books {
		all = errors.Join(all, book.Close())
	}
	if all != nil {
		return fmt.Errorf("ingest.Workbook.Close: %w", all)
	}
	return nil
}

// inSource puts the name of the file or sheet into an error about it.
func inSource(err error, source string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", source, err)
	}
	if len(e.Fields) == 0 {
		e.Fields = []errs.Field{{Message: e.Message, Remedy: errs.Msg(e.Message.Key+".remedy", e.Message.Args)}}
	}
	for i := range e.Fields {
		e.Fields[i].Source = source
	}
	return err
}
