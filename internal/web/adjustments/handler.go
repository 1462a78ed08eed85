// Package adjustments is the pages of manual lines of pay: the list, asking for one, approving or rejecting it.
package adjustments

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// People lists the persons whom a form offers by number and name.
type People interface {
	List(ctx context.Context, actor access.Actor, filter org.Filter) (org.Page, error)
}

// Handler serves the pages.
type Handler struct {
	adjustments *adjustment.Service
	plans       *planbook.Service
	names       Names
	people      People
	currency    func() money.Currency
}

// New returns a Handler.
func New(adjustments *adjustment.Service, plans *planbook.Service, names Names, people People, currency func() money.Currency) *Handler {
	return &Handler{adjustments: adjustments, plans: plans, names: names, people: people, currency: currency}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /adjustments", h.list)
	handle("GET /adjustments/new", h.compose)
	handle("POST /adjustments", h.propose)
	handle("GET /adjustments/{id}", h.show)
	handle("POST /adjustments/{id}/{act}", h.act)
}

// words are the names of plans and their components by id.
type words struct{ plans, parts map[string]string }

func (w words) component(p interface {
	T(key string, args ...any) string
}, planID, id string) string {
	if id == payout.AdjustmentComponent {
		return p.T("settle.component_adjustment")
	}
	if name := w.parts[planID+"/"+id]; name != "" {
		return name
	}
	return id
}

// words reads the names from the newest approved version of each plan.
func (h *Handler) words(ctx context.Context, actor access.Actor) (words, error) {
	w := words{map[string]string{}, map[string]string{}}
	p := httpx.PrinterFrom(ctx)
	versions, err := h.plans.List(ctx, actor)
	if errs.Is(err, errs.KindForbidden) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	for _, v := range versions { // the newest version of a document comes first
		if _, known := w.plans[v.DocumentID]; known || v.Kind != planbook.KindPlan || v.State != planbook.StateApproved {
			continue
		}
		w.plans[v.DocumentID] = ui.TextIn(p, v.Name.Zh, v.Name.En, v.DocumentID)
		_, document, err := h.plans.Get(ctx, actor, v.ID)
		if err != nil {
			return w, err
		}
		if document.Plan == nil {
			continue
		}
		for _, c := range document.Plan.Components {
			w.parts[v.DocumentID+"/"+c.ID] = ui.TextIn(p, c.Name.Zh, c.Name.En, c.ID)
		}
	}
	return w, nil
}

// listed is everything that the list shows.
type listed struct {
	actor    access.Actor
	filter   adjustment.Filter
	page     adjustment.Page
	users    map[string]string
	words    words
	currency money.Currency
}

func filterOf(r *http.Request) (f adjustment.Filter, err error) {
	f = adjustment.Filter{State: adjustment.State(r.FormValue("state")), Search: strings.TrimSpace(r.FormValue("q")), After: r.FormValue("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			return f, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("pay.bad_month", nil)}})
		}
	}
	return f, nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	l := listed{actor: access.ActorFrom(ctx), currency: h.currency()}
	var err error
	if l.filter, err = filterOf(r); err != nil {
		return err
	}
	if l.page, err = h.adjustments.List(ctx, l.actor, l.filter); err != nil {
		return err
	}
	var ids []string
	for _, a := range l.page.Adjustments {
		ids = append(ids, a.MadeBy, a.DecidedBy)
	}
	if l.users, err = h.names.UserNames(ctx, l.actor, ids); err != nil {
		return err
	}
	if l.words, err = h.words(ctx, l.actor); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, l, r.URL.Query()))
}

func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	return h.drawForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

// somePeople offers people by number and name: some at first, those that fit while one types. Who may not see the organisation types the number.
func (h *Handler) somePeople(ctx context.Context, actor access.Actor) (offered ui.Suggestions, err error) {
	offered.ID = "some-people"
	if !actor.Can(access.PermOrgRead) {
		return offered, nil
	}
	offered.From = "/suggest/people"
	page, err := h.people.List(ctx, actor, org.Filter{When: org.Now(), Paging: fact.Paging{Limit: 20}})
	for _, m := range page.Members {
		offered.Options = append(offered.Options, ui.Option{Value: m.Key, Label: strings.Trim(m.Name+" · "+m.TeamName, " ·")})
	}
	return offered, err
}

func (h *Handler) drawForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermAdjustmentWrite); err != nil {
		return err
	}
	known, err := h.words(ctx, actor)
	if err != nil {
		return err
	}
	offered, err := h.somePeople(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, formPage(ctx, known, h.currency(), offered, typed, failure))
}

// propose asks for an adjustment. What is refused shows the form again.
func (h *Handler) propose(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in := adjustment.Draft{Person: value("person"), PlanID: value("plan"), Reason: value("reason"), Evidence: value("evidence")}
	if plan, component, chosen := strings.Cut(value("kind"), "/"); chosen {
		in.PlanID, in.Component = plan, component
	} else {
		in.PlanID = value("kind")
	}
	in.Month, _ = calendar.ParseMonth(value("month"))
	var readable bool
	if in.AmountMinor, readable = ui.ParseAmount(value("amount"), h.currency()); !readable && value("amount") != "" {
		return h.drawForm(w, r, http.StatusUnprocessableEntity, r.PostForm, unreadable(value("amount"), in.Validate()))
	}
	a, err := h.adjustments.Propose(r.Context(), access.ActorFrom(r.Context()), in)
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict {
			return err
		}
		return h.drawForm(w, r, httpx.StatusOf(err), r.PostForm, err)
	}
	http.Redirect(w, r, "/adjustments/"+a.ID, http.StatusSeeOther)
	return nil
}

// unreadable says that the amount is no number, together with everything else that is wrong.
func unreadable(amount string, wrong error) error {
	fields := []errs.Field{{Path: "amount", Value: amount, Message: errs.Msg("form.error.number", nil)}}
	if rest, ok := errors.AsType[*errs.Error](wrong); ok {
		for _, f := range rest.Fields {
			if f.Path != "amount" {
				fields = append(fields, f)
			}
		}
	}
	return errs.Invalid("fact.invalid", fields)
}

// shown is everything that the page of one adjustment shows.
type shown struct {
	adjustment.Named
	actor    access.Actor
	users    map[string]string
	words    words
	currency money.Currency
	failure  error
	failedAt string
}

func (h *Handler) open(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s.actor, s.currency = access.ActorFrom(ctx), h.currency()
	if s.Named, err = h.adjustments.Get(ctx, s.actor, r.PathValue("id")); err != nil {
		return s, err
	}
	if s.users, err = h.names.UserNames(ctx, s.actor, []string{s.MadeBy, s.DecidedBy}); err != nil {
		return s, err
	}
	s.words, err = h.words(ctx, s.actor)
	return s, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.open(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, onePage(r.Context(), s))
}

// act decides on an adjustment. What is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")
	var err error
	switch r.PathValue("act") {
	case "approve":
		_, err = h.adjustments.Approve(ctx, actor, id)
	case "reject":
		_, err = h.adjustments.Reject(ctx, actor, id, r.PostFormValue("reason"))
	case "withdraw":
		_, err = h.adjustments.Withdraw(ctx, actor, id, r.PostFormValue("reason"))
	default:
		err = errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict && kind != errs.KindForbidden && kind != errs.KindPeriodClosed {
			return err
		}
		s, openErr := h.open(r)
		if openErr != nil {
			return err
		}
		s.failure, s.failedAt = err, r.PathValue("act")
		return ui.Write(w, r, httpx.StatusOf(err), onePage(ctx, s))
	}
	http.Redirect(w, r, "/adjustments/"+id, http.StatusSeeOther)
	return nil
}
