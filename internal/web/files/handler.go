// Package files is the pages of files on records: the list with a form to add one, and the download.
//
// Who may see and add what is decided by the record's own service, which package attachment asks.
package files

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/ui"
)

// UploadBytesMax is the greatest form: one file and what surrounds it.
const UploadBytesMax = attachment.FileBytesMax + 64<<10

// UploadPattern is where files are sent to. Whoever limits bodies lets UploadBytesMax through there.
const UploadPattern = "POST /files/{kind}/{id}"

// Handler serves the pages. Pages leads from a kind of record to where it is shown, with {id} for its id.
type Handler struct {
	files *attachment.Service
	pages map[string]string
}

// New returns a Handler.
func New(files *attachment.Service, pages map[string]string) *Handler {
	return &Handler{files: files, pages: pages}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+storageURL, h.storage)
	handle("GET /files/{kind}/{id}", h.list)
	handle(UploadPattern, h.add)
	handle("GET /files/{kind}/{id}/{file}", h.download)
	handle("POST /files/{kind}/{id}/{file}/remove", h.remove)
}

func subjectOf(r *http.Request) string { return r.PathValue("kind") + ":" + r.PathValue("id") }

func pathOf(r *http.Request) string { return "/files/" + r.PathValue("kind") + "/" + r.PathValue("id") }

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows the files of a record, with what went wrong.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx := r.Context()
	l, err := h.files.List(ctx, access.ActorFrom(ctx), subjectOf(r))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "files", Label: p.T("files.title"), Columns: []ui.Column{{Label: p.T("files.name"), Phone: true}, {Label: p.T("files.size"), Kind: ui.ColumnNumber}, {Label: p.T("files.added"), Kind: ui.ColumnNarrow}, {Label: "", Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "paperclip", Title: p.T("files.none"), Text: p.T("files.none_text")}}
	for _, f := range l.Files {
		added := l.Names[f.AddedBy] + " · " + p.Date(calendar.DateOf(p.Local(f.AddedAt)))
		remove := ui.Cell{}
		if l.Write && f.AddedBy == access.ActorFrom(ctx).UserID {
			remove = ui.Draw(ui.Button(ui.Action{Label: p.T("files.remove"), Icon: "trash", Small: true, Post: true, URL: pathOf(r) + "/" + f.ID + "/remove"}))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Name, URL: pathOf(r) + "/" + f.ID, Phone: p.FileSize(f.Bytes) + " · " + added}, ui.Text(p.FileSize(f.Bytes)), ui.Text(added), remove}})
	}
	back := ui.Crumb{Label: p.T("files.record"), URL: strings.ReplaceAll(h.pages[r.PathValue("kind")], "{id}", url.PathEscape(r.PathValue("id")))}
	parts := []templ.Component{ui.Filled(ui.CardView{Label: p.T("files.title"), Flush: true}, ui.Table(table))}
	if l.Write {
		fields := []ui.Field{{Name: "files", Kind: ui.FieldFile, Label: p.T("files.choose"), Accept: attachment.Endings, Hint: p.T("files.hint", "Megabytes", attachment.FileBytesMax>>20, "Endings", attachment.Endings)}}
		form := ui.FormView{ID: "add-file", Action: pathOf(r), Multipart: true, Submit: ui.Action{Label: p.T("files.add"), Kind: ui.ActionPrimary, Icon: "upload"}}
		form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("files.add")}, ui.Form(form)))
	}
	title := p.T("files.title")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Narrow: true, Crumbs: []ui.Crumb{back, {Label: title}}}, parts...))
}

// add keeps a file. What is refused shows the page again.
func (h *Handler) add(w http.ResponseWriter, r *http.Request) error {
	name, content, err := uploaded(r)
	if err == nil {
		_, err = h.files.Add(r.Context(), access.ActorFrom(r.Context()), subjectOf(r), name, content)
	}
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict && kind != errs.KindForbidden {
			return err
		}
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	http.Redirect(w, r, pathOf(r), http.StatusSeeOther)
	return nil
}

// uploaded reads the file of a form. What is larger than the limit is told at the field.
func uploaded(r *http.Request) (name string, content []byte, err error) {
	refuse := func(key string, args errs.Args) (string, []byte, error) {
		return "", nil, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg(key, args)}})
	}
	err = r.ParseMultipartForm(UploadBytesMax)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, multipart.ErrMessageTooLarge) {
		return refuse("attachment.upload_large", errs.Args{"Megabytes": attachment.FileBytesMax >> 20}) // the name was not read
	}
	if err != nil {
		return "", nil, errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	file, head, err := r.FormFile("files")
	if err != nil {
		return refuse("form.error.required", nil)
	}
	content, err = io.ReadAll(file)
	return head.Filename, content, errors.Join(err, file.Close())
}

// download serves a file so that no browser takes it for a page of ours.
func (h *Handler) download(w http.ResponseWriter, r *http.Request) error {
	f, content, err := h.files.Open(r.Context(), access.ActorFrom(r.Context()), subjectOf(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", f.MediaType)
	head.Set("Content-Disposition", httpx.Attachment(f.Name))
	head.Set("Content-Length", strconv.FormatInt(f.Bytes, 10))
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

func (h *Handler) remove(w http.ResponseWriter, r *http.Request) error {
	if err := h.files.Remove(r.Context(), access.ActorFrom(r.Context()), subjectOf(r), r.PathValue("file")); err != nil {
		return err
	}
	http.Redirect(w, r, pathOf(r), http.StatusSeeOther)
	return nil
}
