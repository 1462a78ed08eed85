// Package tiers is the pages of customers sorted into A, B and C: how they are spread and what the last review moved, the list with filters, changes that wait
// for approval, how complete files are and how the work is shared, and the policy with its versions, its trial and its approval.
//
// What is shown of one customer stands on the customer's own page, which is package sales'.
package tiers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Services are what the pages show.
type Services struct {
	Tiers    *tierbook.Service
	People   *org.Service
	Names    Names
	Currency func() money.Currency
	Origins  *origin.Service // nil: drafts follow from no decisions
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// The addresses.
const (
	homeURL      = "/tiers"
	listURL      = "/tiers/customers"
	proposalsURL = "/tiers/proposals"
	filesURL     = "/tiers/files"
	loadURL      = "/tiers/workload"
	policiesURL  = "/tiers/policies"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+homeURL, h.home)
	handle("POST /tiers/review", h.review)
	handle("GET /tiers/review/progress", h.progress)
	handle("GET "+listURL, h.list)
	handle("GET "+listURL+"/export/{format}", h.export)
	handle("GET "+proposalsURL, h.proposals)
	handle("POST "+proposalsURL, h.decide)
	handle("GET "+filesURL, h.files)
	handle("GET "+loadURL, h.workload)
	handle("GET "+policiesURL, h.policies)
	handle("GET "+policiesURL+"/new", h.compose)
	handle("POST "+policiesURL, h.savePolicy)
	handle("GET "+policiesURL+"/{id}", h.policy)
	handle("GET "+policiesURL+"/{id}/progress", h.trialProgress)
	handle("POST "+policiesURL+"/{id}/{act}", h.act)
}

// page is the head of all pages: tabs lead from one to the other.
func page(p *i18n.Printer, actor access.Actor, at, title, subtitle string) ui.PageView {
	view := ui.PageView{Title: title, Subtitle: subtitle, Current: "tiers"}
	for _, tab := range []struct{ key, url string }{{"overview", homeURL}, {"list", listURL}, {"proposals", proposalsURL}, {"files", filesURL}, {"workload", loadURL}, {"policies", policiesURL}} {
		if tab.key == "proposals" && !actor.Can(access.PermTierApprove) {
			continue
		}
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("tiers.tab_" + tab.key), URL: tab.url, Current: tab.url == at})
	}
	return view
}

// mendable reports errors that a form shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindForbidden
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// saved is the note after an act.
func saved(p *i18n.Printer, r *http.Request) []templ.Component {
	word := r.FormValue("saved")
	if word == "" || !p.Has("tiers.saved_"+word) {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("tiers.saved_" + word)}))}
}

// failed is the note after an act that was refused.
func failed(p *i18n.Printer, err error) []templ.Component {
	if err == nil {
		return nil
	}
	_, problem := ui.WithErrors(nil, err, p)
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneBad, Strong: p.T("tiers.not_done"), Text: problem}))}
}

func (h *Handler) review(w http.ResponseWriter, r *http.Request) error {
	_, err := h.Tiers.StartReview(r.Context(), access.ActorFrom(r.Context()))
	switch {
	case err == nil:
		http.Redirect(w, r, homeURL+"?saved=review", http.StatusSeeOther)
		return nil
	case !errs.Is(err, errs.KindConflict):
		return err
	}
	return h.drawHome(w, r, httpx.StatusOf(err), err)
}
