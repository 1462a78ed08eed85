// Package retros is the pages of the time machine: choosing closed months, the deltas that recomputing them gives, posting them.
package retros

import (
	"context"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	retros   *retro.Service
	jobs     *job.Service
	plans    *planbook.Service
	names    Names
	currency func() money.Currency
}

// New returns a Handler.
func New(retros *retro.Service, jobs *job.Service, plans *planbook.Service, names Names, currency func() money.Currency) *Handler {
	return &Handler{retros: retros, jobs: jobs, plans: plans, names: names, currency: currency}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /retro", h.list)
	handle("POST /retro", h.start)
	handle("GET /retro/{id}", h.show)
	handle("GET /retro/{id}/progress", h.progress)
	handle("GET /retro/{id}/export/{format}", h.export)
	handle("POST /retro/{id}/{act}", h.act)
}

// listed is everything that the page of all retros shows.
type listed struct {
	actor    access.Actor
	overview retro.Overview
	users    map[string]string
	chosen   []string // months, after a form that was refused
	failure  error
}

func (h *Handler) load(r *http.Request) (l listed, err error) {
	ctx := r.Context()
	l.actor = access.ActorFrom(ctx)
	if l.overview, err = h.retros.List(ctx, l.actor); err != nil {
		return l, err
	}
	var ids []string
	for _, x := range l.overview.Retros {
		ids = append(ids, x.StartedBy)
	}
	l.users, err = h.names.UserNames(ctx, l.actor, ids)
	return l, err
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	l, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(r.Context(), l))
}

// refused reports whether a failure is shown on the page that led to it.
func refused(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindConflict || kind == errs.KindInvalid || kind == errs.KindForbidden || kind == errs.KindPeriodClosed
}

func (h *Handler) start(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	var months []calendar.Month
	for _, text := range r.PostForm["months"] {
		month, err := calendar.ParseMonth(text)
		if err != nil {
			return errs.New(errs.KindInvalid, "error.invalid", nil)
		}
		months = append(months, month)
	}
	started, err := h.retros.Start(r.Context(), access.ActorFrom(r.Context()), months)
	if err != nil {
		if !refused(err) {
			return err
		}
		l, loadErr := h.load(r)
		if loadErr != nil {
			return err
		}
		l.failure, l.chosen = err, r.PostForm["months"]
		return ui.Write(w, r, httpx.StatusOf(err), listPage(r.Context(), l))
	}
	http.Redirect(w, r, "/retro/"+started.ID, http.StatusSeeOther)
	return nil
}

// shown is everything that the page of one retro shows.
type shown struct {
	retro.Retro
	actor    access.Actor
	currency money.Currency
	filter   retro.Filter
	page     retro.Page
	job      job.Job
	users    map[string]string
	plans    map[string]string // document id → name
	parts    map[string]string // plan and component → name
	failure  error
	failedAt string
}

func (s shown) running() bool { return s.State == retro.StateComputing && !s.job.State.Finished() }

func filterOf(r *http.Request) (f retro.Filter, err error) {
	f = retro.Filter{RetroID: r.PathValue("id"), Search: strings.TrimSpace(r.FormValue("q")), PlanID: r.FormValue("plan"), After: r.FormValue("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			return f, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("pay.bad_month", nil)}})
		}
	}
	return f, nil
}

func (h *Handler) open(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s.actor, s.currency = access.ActorFrom(ctx), h.currency()
	if s.filter, err = filterOf(r); err != nil {
		return s, err
	}
	if s.Retro, err = h.retros.Get(ctx, s.actor, s.filter.RetroID); err != nil {
		return s, err
	}
	if s.job, err = h.jobs.Get(ctx, s.actor, s.JobID); err != nil && !errs.Is(err, errs.KindNotFound) {
		return s, err
	}
	if s.page, err = h.retros.Deltas(ctx, s.actor, s.filter); err != nil {
		return s, err
	}
	if err := h.nameParts(ctx, &s); err != nil {
		return s, err
	}
	s.users, err = h.names.UserNames(ctx, s.actor, []string{s.StartedBy, s.PostedBy, s.WithdrawnBy})
	return s, err
}

// nameParts finds the names of plans and their components; who may not read plans gets their ids.
func (h *Handler) nameParts(ctx context.Context, s *shown) error {
	s.plans, s.parts = map[string]string{}, map[string]string{}
	p := httpx.PrinterFrom(ctx)
	for _, d := range s.page.Deltas {
		if _, known := s.parts[d.PlanID+"/"+d.Component]; known {
			continue
		}
		s.plans[d.PlanID], s.parts[d.PlanID+"/"+d.Component] = d.PlanID, d.Component
		_, document, err := h.plans.Get(ctx, s.actor, d.VersionID)
		if errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if document.Plan == nil {
			continue
		}
		s.plans[d.PlanID] = ui.TextIn(p, document.Plan.Name.Zh, document.Plan.Name.En, d.PlanID)
		for _, c := range document.Plan.Components {
			s.parts[d.PlanID+"/"+c.ID] = ui.TextIn(p, c.Name.Zh, c.Name.En, c.ID)
		}
	}
	return nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.open(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, retroPage(r.Context(), s, r.URL.Query()))
}

// progress answers with the state of the computation alone; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	s, err := h.open(r)
	if err != nil {
		return err
	}
	if !s.running() {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(r.Context(), s)))
}

// act posts or withdraws the retro. What is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")
	var err error
	switch r.PathValue("act") {
	case "post":
		_, err = h.retros.Post(ctx, actor, id)
	case "withdraw":
		_, err = h.retros.Withdraw(ctx, actor, id, r.PostFormValue("reason"))
	default:
		err = errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		s, openErr := h.open(r)
		if openErr != nil {
			return err
		}
		s.failure, s.failedAt = err, r.PathValue("act")
		return ui.Write(w, r, httpx.StatusOf(err), retroPage(ctx, s, r.URL.Query()))
	}
	http.Redirect(w, r, "/retro/"+id, http.StatusSeeOther)
	return nil
}

// exportMax is how many deltas a file holds.
const exportMax = 100_000

// export writes the deltas with the same filter as a file, all pages of them.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	s, err := h.open(r)
	if err != nil {
		return err
	}
	filter := s.filter
	filter.After, filter.Limit = "", retro.LimitMax
	return httpx.Download(w, httpx.Export{
		Name: "retro", Sheet: p.T("retros.title"), Format: r.PathValue("format"), More: p.T("retros.export_more", "Max", exportMax),
		Head: []string{p.T("retros.month"), p.T("retros.key"), p.T("retros.person"), p.T("retros.plan"), p.T("retros.component"), p.T("retros.was"), p.T("retros.now"), p.T("retros.delta"), p.T("retros.why")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			for rows := 0; ; {
				page, err := h.retros.Deltas(ctx, s.actor, filter)
				if err != nil {
					return false, err
				}
				for _, d := range page.Deltas {
					if rows++; rows > exportMax {
						return true, nil
					}
					amount := func(minor int64) tabular.Cell { return tabular.Number(money.Format(minor, s.currency)) }
					if err := write(tabular.Text(d.Month.String()), tabular.Text(d.PersonKey), tabular.Text(d.Name), tabular.Text(d.PlanID), tabular.Text(d.Component),
						amount(d.WasMinor), amount(d.NowMinor), amount(d.AmountMinor()), tabular.Text(whyOf(p, s, d))); err != nil {
						return false, err
					}
				}
				if page.Next == "" {
					return false, nil
				}
				filter.After = page.Next
			}
		},
	})
}
