// Package simulations is the pages that ask what other plans would have paid: the list, the form for a new one, the result with its charts,
// tables and files.
package simulations

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Services are what the pages show.
type Services struct {
	Simulations *simulation.Service
	Plans       *planbook.Service
	Jobs        *job.Service
	Budgets     *budget.Service
	Names       Names
	Currency    func() money.Currency
	Now         func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /simulations", h.list)
	handle("GET /simulations/new", h.compose)
	handle("POST /simulations", h.start)
	handle("GET /simulations/{id}", h.show)
	handle("GET /simulations/{id}/progress", h.progress)
	handle("GET /simulations/{id}/export/{what}/{format}", h.export)
}

func (h *Handler) thisMonth() calendar.Month { return calendar.DateOf(h.Now()).Month() }

// listed is how many simulations a page of the list shows.
const listed = 50

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	all, next, err := h.Simulations.List(ctx, actor, listed, r.FormValue("cursor"))
	if err != nil {
		return err
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.CreatedBy)
	}
	names, err := h.Names.UserNames(ctx, actor, ids)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, actor, all, next, names))
}

// shown is everything that the page of one simulation shows.
type shown struct {
	simulation simulation.Simulation
	result     *simulation.Result
	job        job.Job
	by         string
	from       int // people before the page of the list, those with the greatest changes first
	currency   money.Currency
}

func (h *Handler) load(r *http.Request) (s shown, err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if from, err := strconv.Atoi(r.FormValue("cursor")); err == nil && from > 0 { // what was never handed out leads to the first page
		s.from = from
	}
	s.currency = h.Currency()
	if s.simulation, s.result, err = h.Simulations.Get(ctx, actor, r.PathValue("id")); err != nil {
		return s, err
	}
	if s.simulation.State == simulation.StateRunning {
		if s.job, err = h.Jobs.Get(ctx, actor, s.simulation.JobID); errs.Is(err, errs.KindNotFound) { // somebody else's: the state alone is shown
			err = nil
		}
		if err != nil {
			return s, err
		}
	}
	names, err := h.Names.UserNames(ctx, actor, []string{s.simulation.CreatedBy})
	s.by = names[s.simulation.CreatedBy]
	return s, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, page(r.Context(), s))
}

// progress answers with the state of the running replay alone; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	if s.simulation.State != simulation.StateRunning {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(httpx.PrinterFrom(r.Context()), s)))
}

// start asks for a simulation. What can be mended is shown in the form again.
func (h *Handler) start(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	f, err := h.form(ctx, actor)
	if err != nil {
		return err
	}
	request, err := f.read(r, h.Currency())
	var sim simulation.Simulation
	if err == nil {
		sim, err = h.Simulations.Start(ctx, actor, request)
	}
	if err == nil {
		http.Redirect(w, r, "/simulations/"+url.PathEscape(sim.ID), http.StatusSeeOther)
		return nil
	}
	if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict {
		return err
	}
	return ui.Write(w, r, httpx.StatusOf(err), formPage(ctx, f, err))
}

func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	f, err := h.form(ctx, actor)
	if err != nil {
		return err
	}
	if version := r.FormValue("version"); version != "" { // from the page of a version: to be tried
		f.choose(version)
	}
	return ui.Write(w, r, http.StatusOK, formPage(ctx, f, nil))
}
