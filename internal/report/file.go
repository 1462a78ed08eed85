package report

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Format is the kind of file that a version is written as.
type Format string

// The formats.
const (
	FormatWord  Format = "docx"
	FormatPDF   Format = "pdf"
	FormatExcel Format = "xlsx"
	FormatPage  Format = "html" // one page that stands alone
)

// Formats lists them in the order in which they are offered.
var Formats = []Format{FormatWord, FormatPDF, FormatExcel, FormatPage}

// mediaTypes are what the formats are to browsers.
var mediaTypes = map[Format]string{
	FormatWord:  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	FormatPDF:   "application/pdf",
	FormatExcel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	FormatPage:  "text/html; charset=utf-8",
}

// Writer writes versions as files. Package render has one.
type Writer interface {
	Write(p *i18n.Printer, shown *Shown, format Format) ([]byte, error)
}

// File is a version as a file.
type File struct {
	MediaType string
	Name      string // which report and which version it is
	Content   []byte
}

// File writes a version, 0 the newest that the actor may read, in the language of p, and keeps in the audit log who took it. Errors: forbidden; not found, also
// out of reach; invalid for an unknown format.
func (s *Service) File(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64, number int, format Format) (f File, err error) {
	defer errs.Wrap(&err, "report.File(%d, %d, %s)", id, number, format)
	shown, err := s.Get(ctx, actor, id, number)
	if err != nil {
		return f, err
	}
	if !slices.Contains(Formats, format) {
		return f, errs.Invalid("error.invalid", []errs.Field{{Path: "format", Value: string(format), Message: errs.Msg("form.error.choice", nil)}})
	}
	f = File{MediaType: mediaTypes[format], Name: fileName(&shown) + "." + string(format)}
	if f.Content, err = s.Files.Write(p, &shown, format); err != nil {
		return f, err
	}
	return f, s.Store.InTx(ctx, func(tx Tx) error {
		return audit.Append(ctx, tx, actor, "report.file", shown.Report.Subject(), nil, map[string]any{"version": shown.Version.Number, "hash": shown.Version.Hash, "format": format, "lang": p.Lang()})
	})
}

func fileName(s *Shown) string {
	place := "company"
	if s.Report.Place.ID != 0 {
		place = string(s.Report.Place.Kind) + "-" + strconv.FormatInt(s.Report.Place.ID, 10)
	}
	return "report-" + s.Report.Month.String() + "-" + place + "-v" + strconv.Itoa(s.Version.Number)
}
