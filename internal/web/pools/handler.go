// Package pools is the pages of who has which customer: the public pools with what may be claimed, one's own customers with the day on which they
// would go back, whose a customer is and was, what was done and can be taken back, and the rules with their trial on the past.
package pools

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages show.
type Services struct {
	Pools  *pool.Service
	People *org.Service
	Now    func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// The addresses.
const (
	poolURL  = "/pool"
	mineURL  = "/my-customers"
	actsURL  = "/pool/acts"
	rulesURL = "/pool-rules"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+poolURL, h.list)
	handle("POST "+poolURL+"/claim", h.claim)
	handle("GET "+poolURL+"/give", h.askGive)
	handle("POST "+poolURL+"/give", h.give)
	handle("GET "+poolURL+"/customers/{id}", h.show)
	handle("GET "+mineURL, h.mine)
	handle("GET /holdings/{id}", h.holding)
	handle("POST /holdings/{id}/release", h.release)
	handle("POST /holdings/{id}/lock", h.lock)
	handle("GET "+actsURL, h.acts)
	handle("GET "+actsURL+"/{id}", h.showAct)
	handle("POST "+actsURL+"/{id}/undo", h.undo)
	handle("GET "+rulesURL, h.rules)
	handle("GET "+rulesURL+"/new", h.composeRules)
	handle("POST "+rulesURL, h.saveRules)
	handle("GET "+rulesURL+"/{number}", h.showRules)
	handle("POST "+rulesURL+"/{number}", h.saveRules)
	handle("POST "+rulesURL+"/{number}/{act}", h.actOnRules)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func idOf(text, missing string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// tabs lead to the pages that somebody may open.
func tabs(p *i18n.Printer, actor access.Actor, current string) []ui.Tab {
	list := []ui.Tab{{Label: p.T("pool.pools"), URL: poolURL, Current: current == poolURL}}
	if actor.PersonID != 0 {
		list = append(list, ui.Tab{Label: p.T("pool.mine"), URL: mineURL, Current: current == mineURL})
	}
	if actor.CanAll(access.PermPoolWrite) || actor.CanAll(access.PermPoolApprove) {
		list = append(list, ui.Tab{Label: p.T("pool.acts"), URL: actsURL, Current: current == actsURL})
	}
	return list
}

// problemNote shows what stands in the way; nothing for no error.
func problemNote(p *i18n.Printer, err error) (note ui.Note, shown bool) {
	if err == nil {
		return note, false
	}
	_, problem := ui.WithErrors(nil, err, p)
	return ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("pool.not_done"), Text: problem}, true
}

// doneNote says what was done when a page is opened after an act.
func doneNote(p *i18n.Printer, r *http.Request) (note ui.Note, shown bool) {
	done := r.FormValue("done")
	switch done {
	case "claimed", "released", "locked", "unlocked", "saved", "approved", "withdrawn", "trying", "handed":
		return ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("pool.done_" + done)}, true
	case "given", "undone":
		count, _ := strconv.ParseInt(r.FormValue("count"), 10, 64)
		left, _ := strconv.ParseInt(r.FormValue("left"), 10, 64)
		note = ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("pool.done_"+done, "Count", count)}
		if left > 0 {
			note.Tone, note.Text = ui.ToneWarn, p.T("pool.left_"+done, "Count", left)
		}
		return note, true
	}
	return note, false
}

// noPolicy is the page while no rules are in force.
func (h *Handler) noPolicy(w http.ResponseWriter, r *http.Request, current string) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	state := ui.State{Kind: ui.StateEmpty, Title: p.T("pool.no_policy"), Text: p.T("pool.no_policy_text")}
	if actor.CanAll(access.PermPoolWrite) {
		state.Text = p.T("pool.no_policy_write")
		state.Actions = []ui.Action{{Label: p.T("pool.rules"), Kind: ui.ActionPrimary, URL: rulesURL}}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(ui.PageView{Title: p.T("nav.pool"), Current: "pool", Tabs: tabs(p, actor, current)}, ui.Filled(ui.CardView{Label: p.T("nav.pool")}, ui.StateOf(state))))
}

// isNoPolicy tells the state before the first rules from any other conflict.
func isNoPolicy(err error) bool {
	failure, ok := errors.AsType[*errs.Error](err)
	return ok && failure.Message.Key == "pool.no_policy"
}

// triggerName is what a rule is called.
func triggerName(p *i18n.Printer, policy *poolrule.Policy, id string) string {
	if policy != nil {
		for i := range policy.Recycle {
			if t := &policy.Recycle[i]; t.ID == id {
				return ui.TextIn(p, t.Name.Zh, t.Name.En, id)
			}
		}
	}
	return id
}

// causeText says why a customer changed hands.
func causeText(p *i18n.Printer, policy *poolrule.Policy, way pool.Way, cause string) string {
	text := p.Message(way.Message())
	if cause == "" {
		return text
	}
	if way == pool.WayRecycle {
		cause = triggerName(p, policy, cause)
	}
	return text + p.T("common.colon") + cause
}

func dayText(p *i18n.Printer, d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return i18n.Unknown
	}
	return p.Date(d)
}

func textOr(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func (h *Handler) today() calendar.Date { return calendar.DateOf(h.Now()) }

func redirect(w http.ResponseWriter, r *http.Request, path string, pairs ...string) error {
	http.Redirect(w, r, ui.URLWith(path, url.Values{}, pairs...), http.StatusSeeOther)
	return nil
}

func trimmed(r *http.Request, name string) string { return strings.TrimSpace(r.FormValue(name)) }
