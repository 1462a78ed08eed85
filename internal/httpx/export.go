package httpx

import (
	"fmt"
	"net/http"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/tabular"
)

// Export is a list as a file for a spreadsheet.
type Export struct {
	Name   string // of the file, without its ending
	Sheet  string // name of the sheet
	Format string // "csv" or "xlsx"
	Head   []string
	// Rows calls write for every row, and reports whether there are more than it could give.
	Rows func(write func(...tabular.Cell) error) (more bool, err error)
	// More is the last line of a file that does not hold all rows.
	More string
}

// Download answers with the file. CSV is streamed. An error before anything was sent is returned; afterwards the connection is
// dropped, so that nobody takes half a file for a whole one.
func Download(w http.ResponseWriter, export Export) (err error) {
	watched := &statusWriter{ResponseWriter: w}
	out, err := export.begin(watched)
	if err != nil {
		return err
	}
	more, err := export.Rows(out.Write)
	if err == nil && more {
		err = out.Write(tabular.Text(export.More))
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil && watched.bytes > 0 {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		w.Header().Del("Content-Disposition")
		return fmt.Errorf("httpx.Download: %w", err)
	}
	return nil
}

func (e Export) begin(w http.ResponseWriter) (tabular.Writer, error) {
	head := w.Header()
	head.Set("Content-Disposition", Attachment(e.Name+"."+e.Format))
	head.Set("Cache-Control", "no-store")
	switch e.Format {
	case "csv":
		head.Set("Content-Type", "text/csv; charset=utf-8")
		out, err := tabular.NewCSV(w)
		if err != nil {
			return nil, err
		}
		cells := make([]tabular.Cell, len(e.Head))
		for i, name := range e.Head {
			cells[i] = tabular.Text(name)
		}
		return out, out.Write(cells...)
	case "xlsx":
		head.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		out, err := tabular.NewXLSX(w, e.Sheet)
		if err != nil {
			return nil, err
		}
		return out, out.Header(e.Head)
	}
	head.Del("Content-Disposition")
	return nil, errs.New(errs.KindNotFound, "error.not_found", nil)
}
