package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/intake"
)

// ImportsPath is where files are sent to. Whoever limits bodies lets UploadBytesMax through there.
const ImportsPath = Prefix + "/imports"

// UploadBytesMax is the greatest upload. The files of an import have limits of their own besides.
const UploadBytesMax = 4 << 30

// importFiles is the form that brings files.
type importFiles struct {
	Files   []huma.FormFile `form:"files" required:"true" doc:"CSV files, or one .xlsx workbook; their names tell what is in them."`
	Name    string          `form:"name" required:"false" maxLength:"200" doc:"What the import is called; the names of the files when it is left out."`
	Mapping string          `form:"mapping" required:"false" doc:"Which column means what, in YAML; proposed from names and headers when it is left out."`
}

// receiveInput is the form as it was read, at most formMemoryBytes of it into memory.
type receiveInput struct {
	RawBody huma.MultipartFormFiles[importFiles]
}

// download is a file that is made anew each time.
type download struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// The media types of files.
const (
	typeZIP  = "application/zip"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typePDF  = "application/pdf"
	typeCSV  = "text/csv"
	typeHTML = "text/html"
)

// templateInput chooses a template.
type templateInput struct {
	Kind string `query:"kind" enum:"region,team,person,customer,product,deal,payment,quota,exchange_rate,invoice,given_value,mentorship" doc:"A CSV file for one kind of record; a workbook for all when it is left out."`
}

func (a *API) importFileOperations() {
	register(a, operation{id: "receive_import", method: http.MethodPost, path: "/imports", tag: "imports", status: http.StatusCreated, bytes: UploadBytesMax, upload: access.PermImport}, a.receiveImport)
	register(a, operation{id: "rejected_rows", method: http.MethodGet, path: "/imports/{id}/rejected", tag: "imports", files: []string{typeXLSX}},
		func(ctx context.Context, actor access.Actor, in *ByID) (*download, error) {
			var b bytes.Buffer
			if err := a.services.Imports.WriteRejected(ctx, actor, in.ID, httpx.PrinterFrom(ctx), &b); err != nil {
				return nil, err
			}
			return newDownload(typeXLSX, "rejected.xlsx", b.Bytes()), nil
		})
	register(a, operation{id: "import_template", method: http.MethodGet, path: "/import-template", tag: "imports", files: []string{typeXLSX, typeCSV}}, a.importTemplate)
}

func (a *API) receiveImport(ctx context.Context, actor access.Actor, in *receiveInput) (*output[importDocument], error) {
	form := in.RawBody.Data()
	files := form.Files
	defer func() {
		for _, file := range form.Files {
			_ = file.Close() // it was only read
		}
	}()
	if err := onlyKnown(in.RawBody.Form, []string{"name", "mapping"}, []string{"files"}); err != nil {
		return nil, err
	}
	i, err := a.services.Imports.Receive(ctx, actor, form.Name, form.Mapping, func() (*intake.Upload, error) {
		if len(files) == 0 {
			return nil, nil
		}
		file := files[0]
		files = files[1:]
		return &intake.Upload{Name: file.Filename, From: file}, nil
	})
	return &output[importDocument]{toAPIImport(httpx.PrinterFrom(ctx), i)}, err
}

func (a *API) importTemplate(ctx context.Context, actor access.Actor, in *templateInput) (*download, error) {
	printer := httpx.PrinterFrom(ctx)
	var b bytes.Buffer
	err := a.services.Imports.WriteTemplate(ctx, actor, fact.Kind(in.Kind), string(printer.Lang()), printer, &b)
	if in.Kind != "" {
		return newDownload(typeCSV+"; charset=utf-8", in.Kind+".csv", b.Bytes()), err
	}
	return newDownload(typeXLSX, "xiaoguan-template.xlsx", b.Bytes()), err
}

func newDownload(kind, name string, content []byte) *download {
	return &download{kind, httpx.Attachment(name), content}
}
