// Package imports is the pages of data import: hand files in, look at the preview, mend the mapping, apply, undo, and download
// templates and rejected rows.
package imports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/job"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	imports *intake.Service
	jobs    *job.Service
	pools   *pool.Service
}

// New returns a Handler.
func New(imports *intake.Service, jobs *job.Service, pools *pool.Service) *Handler {
	return &Handler{imports, jobs, pools}
}

// Routes registers the pages but for the upload, which has a limit of its own (Upload).
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /imports", h.list)
	handle("GET /imports/{id}", h.show)
	handle("GET /imports/{id}/progress", h.progress)
	handle("POST /imports/{id}/mapping", h.mapping)
	handle("POST /imports/{id}/apply", h.apply)
	handle("POST /imports/{id}/undo", h.undo)
	handle("GET /imports/{id}/rejected", h.rejected)
	handle("GET /import-template", h.template)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

// pageSize is how many imports a page shows.
const pageSize = 50

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor := access.ActorFrom(r.Context())
	all, err := h.imports.List(r.Context(), actor, pageSize+1, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	mappings, err := h.imports.Mappings(r.Context(), actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, listPage(r.Context(), all, mappings, failure))
}

// Upload takes files in, streaming: nothing is held in memory. It is mounted at POST /imports with a body limit for uploads.
func (h *Handler) Upload(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermImport); err != nil {
		return err
	}
	form, err := r.MultipartReader()
	if err != nil {
		return errs.New(errs.KindInvalid, "imports.no_form", nil).Because(err)
	}
	var name, mapping string
	i, err := h.imports.Receive(r.Context(), actor, name, mapping, func() (*intake.Upload, error) {
		for {
			part, err := form.NextPart()
			if errors.Is(err, io.EOF) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			if part.FormName() == "files" && part.FileName() != "" {
				return &intake.Upload{Name: part.FileName(), From: part}, nil
			}
		}
	})
	if err != nil {
		if kind := errs.KindOf(err); kind == errs.KindInvalid || kind == errs.KindTooLarge {
			return h.drawList(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, "/imports/"+url.PathEscape(i.ID), http.StatusSeeOther)
	return nil
}

// shown is what the page of one import shows.
type shown struct {
	intake.Import
	tables   []ingest.TablePreview
	job      job.Job
	mappings []intake.SavedMapping
	pools    []poolrule.Pool // that new customers may go into
	failure  error
	text     string // of the mapping, as typed
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil, "")
}

func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error, typed string) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	s := shown{failure: failure, text: typed}
	var err error
	if s.Import, s.tables, err = h.imports.Preview(ctx, actor, r.PathValue("id")); err != nil {
		if errs.KindOf(err) != errs.KindInvalid || s.Import.ID == "" {
			return err
		}
		s.failure = err
	}
	if s.mappings, err = h.imports.Mappings(ctx, actor); err != nil {
		return err
	}
	if err := h.withJob(ctx, actor, &s); err != nil {
		return err
	}
	if s.pools, err = h.pools.LookedAfter(ctx, actor); err != nil {
		return err
	}
	if s.text == "" {
		s.text = s.Mapping
	}
	return ui.Write(w, r, status, importPage(ctx, s))
}

// withJob adds the job of an import under way.
func (h *Handler) withJob(ctx context.Context, actor access.Actor, s *shown) (err error) {
	if s.State != intake.StateApplying {
		return nil
	}
	s.job, err = h.jobs.Get(ctx, actor, s.JobID)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}

func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	i, err := h.imports.Get(ctx, actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	s := shown{Import: i}
	if err := h.withJob(ctx, actor, &s); err != nil {
		return err
	}
	if i.State != intake.StateApplying {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(ctx, s)))
}

// after goes back to the import, or shows it with the reason of a refusal.
func (h *Handler) after(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		switch errs.KindOf(err) {
		case errs.KindInvalid, errs.KindConflict, errs.KindPeriodClosed:
			return h.draw(w, r, httpx.StatusOf(err), err, r.PostFormValue("mapping"))
		}
		return err
	}
	http.Redirect(w, r, "/imports/"+url.PathEscape(r.PathValue("id")), http.StatusSeeOther)
	return nil
}

func (h *Handler) mapping(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	text := r.PostFormValue("mapping")
	if id := r.PostFormValue("saved"); id != "" {
		mappings, err := h.imports.Mappings(ctx, actor)
		if err != nil {
			return err
		}
		for _, m := range mappings {
			if m.ID == id {
				text = m.Mapping
			}
		}
	}
	return h.after(w, r, h.imports.SetMapping(ctx, actor, r.PathValue("id"), text, r.PostFormValue("save_as")))
}

func (h *Handler) apply(w http.ResponseWriter, r *http.Request) error {
	_, err := h.imports.ApplyInto(r.Context(), access.ActorFrom(r.Context()), intake.ApplyArgs{ImportID: r.PathValue("id"), Partial: r.PostFormValue("partial") != "", Pool: r.PostFormValue("pool"), Turn: r.PostFormValue("turn") != ""})
	return h.after(w, r, err)
}

func (h *Handler) undo(w http.ResponseWriter, r *http.Request) error {
	_, err := h.imports.Undo(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	return h.after(w, r, err)
}

const typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func attach(w http.ResponseWriter, contentType, name string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", httpx.Attachment(name))
}

func (h *Handler) rejected(w http.ResponseWriter, r *http.Request) error {
	i, err := h.imports.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	if i.Result.Report == nil || len(i.Result.Report.Problems) == 0 {
		return errs.New(errs.KindNotFound, "ingest.nothing_rejected", nil)
	}
	attach(w, typeXLSX, "rejected.xlsx")
	return h.imports.WriteRejected(r.Context(), access.ActorFrom(r.Context()), i.ID, httpx.PrinterFrom(r.Context()), w)
}

func (h *Handler) template(w http.ResponseWriter, r *http.Request) error {
	p, kind := httpx.PrinterFrom(r.Context()), r.FormValue("kind")
	var form bytes.Buffer
	if err := h.imports.WriteTemplate(r.Context(), access.ActorFrom(r.Context()), fact.Kind(kind), string(p.Lang()), p, &form); err != nil {
		return err
	}
	if kind != "" {
		attach(w, "text/csv; charset=utf-8", kind+".csv")
	} else {
		attach(w, typeXLSX, "xiaoguan-template.xlsx")
	}
	_, err := form.WriteTo(w)
	return err
}
