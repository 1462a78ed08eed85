// Package standards is the pages of the process standard: its versions with their text, differences and approval, the editor, what cases come
// to by it, and the handbook.
//
// What a document means is package sop's, who may change it and how cases are judged package standard's; these pages only show and ask.
package standards

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	standards *standard.Service
	names     Names
	now       func() time.Time
	origins   *origin.Service
}

// New returns a Handler.
func New(standards *standard.Service, names Names, now func() time.Time) *Handler {
	return &Handler{standards: standards, names: names, now: now}
}

// FollowFrom lets drafts follow from decisions.
func (h *Handler) FollowFrom(origins *origin.Service) *Handler {
	h.origins = origins
	return h
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	h.complianceRoutes(handle)
	h.handbookRoutes(handle)
	handle("GET /standards", h.list)
	handle("GET /standards/new", h.compose)
	handle("POST /standards/new", h.save)
	handle("GET /standards/{version}", h.show)
	handle("GET /standards/{version}/source", h.source)
	handle("GET /standards/{version}/diff", h.diff)
	handle("GET /standards/{version}/edit", h.edit)
	handle("POST /standards/{version}/edit", h.save)
	handle("POST /standards/{version}/{act}", h.act)
}

const listURL = "/standards"

func addressOf(v standard.Version, below string) string {
	return listURL + "/" + url.PathEscape(v.ID) + below
}

// shown is a version with everything around it.
type shown struct {
	actor    access.Actor
	version  standard.Version
	document *sop.Standard
	findings []sop.Finding
	siblings []standard.Version
	current  standard.Version // in force today
	names    map[string]string
	failure  error
	failedAt string
	reason   string
	lang     sop.Lang
	source   *origin.Source // the decision that the version follows from
}

func (h *Handler) today() calendar.Date { return calendar.DateOf(h.now()) }

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	versions, err := h.standards.List(ctx, actor)
	if err != nil {
		return err
	}
	names, err := h.userNames(ctx, actor, versions)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, shown{actor: actor, siblings: versions, current: standard.InForceOn(versions, h.today()), names: names}))
}

func (h *Handler) userNames(ctx context.Context, actor access.Actor, versions []standard.Version) (map[string]string, error) {
	var ids []string
	for _, v := range versions {
		for _, id := range []string{v.AuthorID, v.ApproverID} {
			if id != "" {
				ids = append(ids, id)
			}
		}
	}
	return h.names.UserNames(ctx, actor, ids)
}

func (h *Handler) load(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s.actor = access.ActorFrom(ctx)
	if s.version, s.document, err = h.standards.Get(ctx, s.actor, r.PathValue("version")); err != nil {
		return s, err
	}
	if s.siblings, err = h.standards.List(ctx, s.actor); err != nil {
		return s, err
	}
	if s.source, err = ui.OriginBehind(r, h.origins, origin.KindStandard, s.version.ID); err != nil {
		return s, err
	}
	s.current = standard.InForceOn(s.siblings, h.today())
	s.lang = langOf(ctx)
	if asked := sop.Lang(r.FormValue("prose")); asked == sop.LangZh || asked == sop.LangEn {
		s.lang = asked
	}
	_, s.findings = sop.Inspect("", []byte(s.version.Text))
	s.names, err = h.userNames(ctx, s.actor, s.siblings)
	return s, err
}

func langOf(ctx context.Context) sop.Lang {
	if httpx.PrinterFrom(ctx).Zh() {
		return sop.LangZh
	}
	return sop.LangEn
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, versionPage(r.Context(), s))
}

func (h *Handler) source(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, sourcePage(r.Context(), s))
}

// diff shows what changed since another version: by default since the one in force, or, of that one, since the one before.
func (h *Handler) diff(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	with := r.FormValue("with")
	if with == "" {
		if with = s.current.ID; s.current.ID == s.version.ID {
			with = before(s)
		}
	}
	at := slices.IndexFunc(s.siblings, func(v standard.Version) bool { return v.ID == with })
	switch {
	case at >= 0:
		return ui.Write(w, r, http.StatusOK, diffPage(r.Context(), s, &s.siblings[at]))
	case r.FormValue("with") != "":
		return errs.New(errs.KindNotFound, "standard.not_found", nil)
	}
	return ui.Write(w, r, http.StatusOK, diffPage(r.Context(), s, nil))
}

// before is the id of the version before one; empty for the one that ships.
func before(s shown) string {
	for _, v := range s.siblings {
		if v.Number < s.version.Number {
			return v.ID
		}
	}
	return ""
}

// act submits, approves, returns or retires. A step that is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("version")
	seen, reason := r.PostFormValue("seen"), strings.TrimSpace(r.PostFormValue("reason"))
	var err error
	switch r.PathValue("act") {
	case "submit":
		_, err = h.standards.Submit(ctx, actor, id, seen)
	case "approve":
		_, err = h.standards.Approve(ctx, actor, id, seen)
	case "return":
		_, err = h.standards.Return(ctx, actor, id, seen, reason)
	case "retire":
		_, err = h.standards.Retire(ctx, actor, id, seen, reason)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err == nil {
		http.Redirect(w, r, listURL+"/"+url.PathEscape(id), http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	s, loadErr := h.load(r)
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	s.failure, s.failedAt, s.reason = err, r.PathValue("act"), reason
	return ui.Write(w, r, httpx.StatusOf(err), versionPage(ctx, s))
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}
