// Package start is the pages of setting up: what is still to be done until the first month can be paid, and what the company says about
// itself.
//
// Whether a step is done is package company's to judge, by what is really there; a page only leads to where it is done.
package start

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/company"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	company *company.Service
}

// New returns a Handler.
func New(company *company.Service) *Handler { return &Handler{company} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /start", h.steps)
	handle("GET "+tasksPath, h.waiting)
	handle("GET /company", h.settings)
	handle("POST /company", h.save)
	handle("GET "+daysPath, h.workDays)
	handle("POST "+daysPath, h.saveDays)
	handle("POST "+daysPath+"/preview", h.previewDays)
}

func (h *Handler) steps(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	progress, err := h.company.Progress(r.Context(), actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, stepsPage(r.Context(), actor, progress))
}

func (h *Handler) settings(w http.ResponseWriter, r *http.Request) error {
	kept, err := h.company.Get(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, settingsPage(r.Context(), kept, nil, r.FormValue("saved") != ""))
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	month, _ := strconv.Atoi(r.PostFormValue("fiscal")) // 0, which no month is, is refused below
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	days, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue("notice")), 10, 64)
	if r.PostFormValue("notice") == "" {
		days = 0 // empty: not
	} else if err != nil {
		days = -1 // refused below
	}
	in := company.Settings{Name: r.PostFormValue("name"), Fiscal: time.Month(month), TimeZone: r.PostFormValue("time_zone"),
		Currency: money.Currency(r.PostFormValue("currency")), Notice: days, Public: r.PostFormValue("public_url"), Revision: revision}
	_, err = h.company.Save(ctx, actor, in)
	if kind := errs.KindOf(err); err != nil && (kind == errs.KindInvalid || kind == errs.KindConflict) {
		return ui.Write(w, r, httpx.StatusOf(err), settingsPage(ctx, in, err, false))
	}
	if err != nil {
		return err
	}
	target := "/company?saved=1"
	if open, err := h.company.Waiting(ctx, actor); err == nil && open > 0 {
		target = "/start"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}
