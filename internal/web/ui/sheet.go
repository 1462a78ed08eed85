package ui

import (
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// sheetMemory is how much of a sheet that is sent is held in memory; 4 MB is also what pages say that they take.
const sheetMemory = 4 << 20

// ReadSheet hands over the sheet of a form: the file in its field file, or the cells pasted into text; workbook says that it is an .xlsx. Errors: too large;
// invalid where neither is given; those of read.
func ReadSheet(r *http.Request, read func(workbook bool, in io.Reader) error) error {
	if err := r.ParseMultipartForm(sheetMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return errs.New(errs.KindTooLarge, "form.sheet_large", nil).Because(err)
	}
	if file, head, err := r.FormFile("file"); err == nil {
		err := read(strings.EqualFold(path.Ext(head.Filename), ".xlsx"), file)
		return errors.Join(err, file.Close())
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	if text == "" {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "file", Message: errs.Msg("form.sheet_nothing", nil)}})
	}
	return read(false, strings.NewReader(text+"\n"))
}

// SheetProblems writes an error with the rows that it names, at most so many, as say puts each.
func SheetProblems(p *i18n.Printer, err error, most int, separator string, say func(errs.Field) string) string {
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok || len(failure.Fields) == 0 {
		_, text := WithErrors(nil, err, p)
		return text
	}
	var lines []string
	for i, f := range failure.Fields {
		if i == most {
			lines = append(lines, p.T("form.more_problems", "Count", len(failure.Fields)-i))
			break
		}
		lines = append(lines, say(f))
	}
	return strings.Join(lines, separator)
}
