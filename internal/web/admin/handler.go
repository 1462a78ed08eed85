// Package admin is the pages of those who look after the installation: users and roles, the audit log, jobs.
package admin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/job"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/ui"
)

// Persons finds persons by the number that the company gave them, and back.
type Persons interface {
	// PersonByKey returns the id of the person with the number. Errors: not found.
	PersonByKey(ctx context.Context, key string) (int64, error)
	// PersonKey returns the number of the person. Errors: not found.
	PersonKey(ctx context.Context, id int64) (string, error)
	PersonNames(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
	// RegionNames returns the names of the regions of today by id, for who sees the organisation or the users.
	RegionNames(ctx context.Context, actor access.Actor) (map[int64]string, error)
}

// Handler serves the pages.
type Handler struct {
	users   *access.Service
	log     *audit.Service
	jobs    *job.Service
	persons Persons
	signOn  *signon.Service
	backups *backup.Service
}

// New returns a Handler.
func New(users *access.Service, log *audit.Service, jobs *job.Service, persons Persons) *Handler {
	return &Handler{users: users, log: log, jobs: jobs, persons: persons}
}

// WithSignOn shows the identities at providers that open an account.
func (h *Handler) WithSignOn(service *signon.Service) *Handler {
	h.signOn = service
	return h
}

// personOf reads the company's number of a person from the form; an empty field is nobody.
func (h *Handler) personOf(r *http.Request) (int64, error) {
	key := strings.TrimSpace(r.PostFormValue("person"))
	if key == "" {
		return 0, nil
	}
	id, err := h.persons.PersonByKey(r.Context(), key)
	if errs.Is(err, errs.KindNotFound) {
		return 0, errs.Invalid("error.invalid", []errs.Field{{Path: "person", Value: key, Message: errs.Msg("access.person_unknown", nil)}})
	}
	return id, err
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /users", h.list)
	handle("POST /users", h.create)
	handle("GET /users/{id}", h.show)
	handle("POST /users/{id}/{act}", h.act)
	handle("GET /audit", h.audit)
	handle("GET /backups", h.listBackups)
	handle("POST /backups", h.startBackup)
	handle("GET /jobs", h.listJobs)
	handle("GET /jobs/{id}", h.showJob)
	handle("GET /jobs/{id}/progress", h.jobProgress)
	handle("POST /jobs/{id}/cancel", h.cancelJob)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil, nil)
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error, created *access.Created) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter := access.UserFilter{Text: r.FormValue("q"), Role: access.Role(r.FormValue("role")), Cursor: r.FormValue("cursor"), Disabled: r.FormValue("disabled") != ""}
	if r.Method == http.MethodPost {
		filter = access.UserFilter{}
	}
	page, err := h.users.ListUsers(ctx, actor, filter)
	if err != nil {
		return err
	}
	names, err := h.persons.RegionNames(ctx, actor)
	if err != nil {
		return err
	}
	form := r.PostForm
	if r.Method == http.MethodGet {
		form = url.Values{"grants": r.URL.Query()["grants"]} // a link may suggest roles
	}
	if created != nil { // the next user starts with empty fields
		form = nil
	}
	return ui.Write(w, r, status, usersPage(ctx, actor, names, page, filter, form, failure, created))
}

// grantsOf reads grants as a form gives them: repeated "role:scope" or "role:region:id".
func grantsOf(values []string) (grants []access.Grant, err error) {
	for _, v := range values {
		parts := strings.Split(v, ":")
		if len(parts) < 2 {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "grants", Value: v, Message: errs.Msg("admin.bad_grant", nil)}})
		}
		g := access.Grant{Role: access.Role(parts[0]), Scope: access.ScopeKind(parts[1])}
		if len(parts) == 3 {
			if g.RegionID, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
				return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "grants", Value: v, Message: errs.Msg("admin.bad_grant", nil)}})
			}
		}
		grants = append(grants, g)
	}
	return grants, nil
}

// grantsIn reads the grants of a form: those that are ticked, and the one of a region that is added.
func grantsIn(form url.Values) ([]access.Grant, error) {
	grants, err := grantsOf(form["grants"])
	if err != nil || form.Get("region_role") == "" && form.Get("region_id") == "" {
		return grants, err
	}
	var wrong []errs.Field
	g := access.Grant{Role: access.Role(form.Get("region_role")), Scope: access.ScopeRegion}
	if !slices.Contains(regionRoles, g.Role) {
		wrong = append(wrong, errs.Field{Path: "region_role", Value: string(g.Role), Message: errs.Msg("admin.region_role_missing", nil)})
	}
	if g.RegionID, err = strconv.ParseInt(form.Get("region_id"), 10, 64); err != nil {
		wrong = append(wrong, errs.Field{Path: "region_id", Value: form.Get("region_id"), Message: errs.Msg("admin.region_missing", nil)})
	}
	if slices.Contains(grants, g) {
		return grants, nil
	}
	return append(grants, g), errs.Invalid("error.invalid", wrong)
}

func (h *Handler) create(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	grants, err := grantsIn(r.PostForm)
	var created access.Created
	if err == nil {
		var person int64
		if person, err = h.personOf(r); err == nil {
			created, err = h.users.CreateUser(r.Context(), access.ActorFrom(r.Context()), access.CreateUser{
				Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), PersonID: person, Grants: grants,
			})
		}
	}
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawList(w, r, httpx.StatusOf(err), err, nil)
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.drawList(w, r, http.StatusOK, nil, &created)
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindForbidden
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.drawUser(w, r, http.StatusOK, nil, nil)
}

func (h *Handler) drawUser(w http.ResponseWriter, r *http.Request, status int, failure error, created *access.Created) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	user, err := h.users.GetUser(ctx, actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	sessions, err := h.users.ListSessions(ctx, actor, user.ID)
	if err != nil && !errs.Is(err, errs.KindForbidden) {
		return err
	}
	names, err := h.persons.RegionNames(ctx, actor)
	if err != nil {
		return err
	}
	person := ""
	if user.PersonID != 0 {
		if person, err = h.persons.PersonKey(ctx, user.PersonID); err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
	}
	linked, err := h.identities(ctx, actor, user)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, userPage(ctx, actor, names, user, person, sessions, linked, failure, created))
}

func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")
	var created *access.Created
	var err error
	switch r.PathValue("act") {
	case "update":
		var person int64
		if person, err = h.personOf(r); err != nil {
			break
		}
		_, err = h.users.UpdateUser(ctx, actor, access.UpdateUser{UserID: id, Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), PersonID: person})
	case "grants":
		var grants []access.Grant
		if grants, err = grantsIn(r.PostForm); err == nil {
			_, err = h.users.SetGrants(ctx, actor, access.SetGrants{UserID: id, Grants: grants})
		}
	case "disable":
		_, err = h.users.DisableUser(ctx, actor, id)
	case "enable":
		_, err = h.users.EnableUser(ctx, actor, id)
	case "password":
		var c access.Created
		c, err = h.users.ResetPassword(ctx, actor, access.ResetPassword{UserID: id})
		created = &c
	case "second-factor":
		_, err = h.users.ResetSecondFactor(ctx, actor, id)
	case "sessions":
		_, err = h.users.EndSessions(ctx, actor, id)
	case "link":
		err = h.signOn.Link(ctx, actor, signon.NewIdentity{UserID: id, Provider: r.PostFormValue("provider"), Subject: r.PostFormValue("subject")})
	case "unlink":
		err = h.signOn.Unlink(ctx, actor, id, r.PostFormValue("provider"))
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawUser(w, r, httpx.StatusOf(err), err, nil)
	}
	if created != nil {
		w.Header().Set("Cache-Control", "no-store")
		return h.drawUser(w, r, http.StatusOK, nil, created)
	}
	http.Redirect(w, r, "/users/"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}

// midnight is when the day begins where the reader is.
func midnight(r *http.Request, day calendar.Date) time.Time {
	year, month, date := day.Civil()
	return time.Date(year, month, date, 0, 0, 0, 0, httpx.PrinterFrom(r.Context()).Zone())
}

func (h *Handler) listJobs(w http.ResponseWriter, r *http.Request) error {
	page, err := h.jobs.List(r.Context(), access.ActorFrom(r.Context()), job.Filter{After: r.FormValue("cursor"), Kind: job.Kind(r.FormValue("kind"))})
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, jobsPage(r.Context(), page, r.URL.Query()))
}

func (h *Handler) showJob(w http.ResponseWriter, r *http.Request) error {
	j, err := h.jobs.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, jobPage(r.Context(), j))
}

func (h *Handler) jobProgress(w http.ResponseWriter, r *http.Request) error {
	j, err := h.jobs.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	if j.State.Finished() {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(r.Context(), j)))
}

func (h *Handler) cancelJob(w http.ResponseWriter, r *http.Request) error {
	if err := h.jobs.Cancel(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, "/jobs/"+url.PathEscape(r.PathValue("id")), http.StatusSeeOther)
	return nil
}
