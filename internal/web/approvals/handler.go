// Package approvals is the pages of what waits for a signature: the inbox, a request with what is signed and its path, asking for something, who stands in for whom,
// and the flows that say who signs.
//
// Who may see and do what is package approval's to decide; these pages show and ask.
package approvals

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/task"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	approvals *approval.Service
	tasks     *task.Service
	currency  func() money.Currency
	now       func() time.Time
}

// New returns a Handler.
func New(approvals *approval.Service, tasks *task.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{approvals: approvals, tasks: tasks, currency: currency, now: now}
}

const (
	listPath    = "/approvals"
	standPath   = "/approvals/stand-ins"
	newPath     = "/approvals/new"
	flowsPath   = "/approval-flows"
	suggestPath = "/suggest/colleagues"
	suggestID   = "some-colleagues"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+listPath, h.list)
	handle("GET "+newPath, h.compose)
	handle("POST "+listPath, h.ask)
	handle("GET "+standPath, h.standIns)
	handle("POST "+standPath, h.standIn)
	handle("POST "+standPath+"/{delegation}/end", h.endStandIn)
	handle("GET "+listPath+"/{id}", h.show)
	handle("POST "+listPath+"/{id}/{act}", h.act)
	handle("GET "+suggestPath, h.suggest)
	handle("GET "+flowsPath, h.flows)
	handle("GET "+flowsPath+"/{kind}", h.flow)
	handle("POST "+flowsPath+"/{kind}", h.publish)
	handle("POST "+flowsPath+"/{kind}/draft", h.decideDraft)
}

// listed is everything that the inbox shows.
type listed struct {
	actor   access.Actor
	filter  approval.Filter
	page    approval.Page
	waiting int64
	kinds   []approval.Kind
	matters []task.Matter // with an approval of their own
	now     time.Time
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	l := listed{actor: access.ActorFrom(ctx), kinds: h.approvals.Kinds(), now: h.now()}
	l.filter = approval.Filter{Box: approval.Box(r.FormValue("box")), Kind: r.FormValue("kind"), State: approval.State(r.FormValue("state")), Search: strings.TrimSpace(r.FormValue("q")),
		Stuck: r.FormValue("stuck") != "", After: r.FormValue("cursor")}
	if l.filter.Box == "" {
		l.filter.Box = approval.BoxWaiting
	}
	var err error
	if l.page, err = h.approvals.List(ctx, l.actor, l.filter); err != nil {
		return err
	}
	if l.waiting, err = h.approvals.Waiting(ctx, l.actor); err != nil {
		return err
	}
	if box, shown := matterBoxes[l.filter.Box]; shown && l.filter == (approval.Filter{Box: l.filter.Box}) {
		if l.matters, err = h.tasks.Matters(ctx, l.actor, box); err != nil {
			return err
		}
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, l, r.URL.Query()))
}

// compose shows the form of a general request: empty, or with what was returned.
func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	typed := r.URL.Query()
	id := typed.Get("again")
	if id == "" {
		return h.drawForm(w, r, http.StatusOK, typed, nil)
	}
	d, err := h.approvals.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	typed = url.Values{"again": {id}, "title": {d.Title}}
	for _, f := range d.Facts {
		switch f.Form {
		case approval.FormText:
			typed.Set("text", f.Text)
		case approval.FormMoney:
			typed.Set("amount", httpx.PrinterFrom(r.Context()).Amount(f.Minor, d.Currency))
		}
	}
	return h.drawForm(w, r, http.StatusOK, typed, nil)
}

func (h *Handler) drawForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failure error) error {
	if access.ActorFrom(r.Context()).UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	return ui.Write(w, r, status, formPage(r.Context(), h.currency(), typed, failure))
}

// ask submits a general request. What is refused shows the form again.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in := approval.General{ID: value("again"), Title: value("title"), Text: value("text"), Currency: h.currency()}
	if text := value("amount"); text != "" {
		var readable bool
		if in.AmountMinor, readable = ui.ParseAmount(text, in.Currency); !readable {
			wrong := errs.Invalid("fact.invalid", []errs.Field{{Path: "amount", Value: text, Message: errs.Msg("form.error.number", nil)}})
			return h.drawForm(w, r, http.StatusUnprocessableEntity, r.PostForm, wrong)
		}
	}
	made, err := h.approvals.Ask(r.Context(), access.ActorFrom(r.Context()), in)
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict {
			return err
		}
		return h.drawForm(w, r, httpx.StatusOf(err), r.PostForm, err)
	}
	http.Redirect(w, r, listPath+"/"+made.ID, http.StatusSeeOther)
	return nil
}

// shown is everything that the page of one request shows.
type shown struct {
	approval.Detail
	kind     approval.Kind
	reads    bool // who signs need not see the subjects, which are all of sales
	failure  error
	failedAt string
	typed    url.Values
	now      time.Time
}

func (h *Handler) open(r *http.Request) (s shown, err error) {
	s.now = h.now()
	if s.Detail, err = h.approvals.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")); err != nil {
		return s, err
	}
	s.kind, _ = h.approvals.KindNamed(s.Detail.Kind)
	s.reads = access.ActorFrom(r.Context()).Can(access.PermSalesRead)
	return s, nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.open(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, onePage(r.Context(), s))
}

// act does something about a request. What is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	revision, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	in := approval.Decision{ID: r.PathValue("id"), Revision: revision, To: strings.TrimSpace(r.PostFormValue("to")), Note: r.PostFormValue("note")}
	act := r.PathValue("act")
	if act == "decide" || act == "involve" { // forms with several buttons, or a choice
		act = r.PostFormValue("act")
	}
	if err := h.do(ctx, actor, act, in); err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict && kind != errs.KindForbidden {
			return err
		}
		s, openErr := h.open(r)
		if openErr != nil {
			return err
		}
		s.failure, s.failedAt, s.typed = err, r.PathValue("act"), r.PostForm
		return ui.Write(w, r, httpx.StatusOf(err), onePage(ctx, s))
	}
	http.Redirect(w, r, listPath+"/"+in.ID, http.StatusSeeOther)
	return nil
}

func (h *Handler) do(ctx context.Context, actor access.Actor, act string, in approval.Decision) (err error) {
	switch approval.Act(act) {
	case approval.ActApprove:
		_, err = h.approvals.Approve(ctx, actor, in)
	case approval.ActReject:
		_, err = h.approvals.Reject(ctx, actor, in)
	case approval.ActReturn:
		_, err = h.approvals.Return(ctx, actor, in)
	case approval.ActWithdraw:
		_, err = h.approvals.Withdraw(ctx, actor, in)
	case approval.ActTransfer:
		_, err = h.approvals.Transfer(ctx, actor, in)
	case approval.ActAddBefore:
		_, err = h.approvals.AddSigner(ctx, actor, in, true)
	case approval.ActAddAfter:
		_, err = h.approvals.AddSigner(ctx, actor, in, false)
	case approval.ActCopy:
		_, err = h.approvals.Copy(ctx, actor, in)
	case approval.ActRemind:
		_, err = h.approvals.Remind(ctx, actor, in)
	case approval.ActAssign:
		_, err = h.approvals.Assign(ctx, actor, in)
	default:
		err = errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return err
}

// suggest offers colleagues by login and name while one types.
func (h *Handler) suggest(w http.ResponseWriter, r *http.Request) error {
	typed := strings.TrimSpace(r.URL.Query().Get("q"))
	found, err := h.approvals.Colleagues(r.Context(), access.ActorFrom(r.Context()), typed)
	if err != nil {
		return err
	}
	var options []ui.Option
	for _, c := range found {
		options = append(options, ui.Option{Value: c.Login, Label: c.Name})
	}
	return ui.Write(w, r, http.StatusOK, ui.Offered(ui.OfferedFor(typed, options)))
}

func (h *Handler) standIns(w http.ResponseWriter, r *http.Request) error {
	return h.drawStandIns(w, r, http.StatusOK, nil, nil)
}

func (h *Handler) drawStandIns(w http.ResponseWriter, r *http.Request, status int, typed url.Values, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	all, names, err := h.approvals.Delegations(ctx, actor)
	if err != nil {
		return err
	}
	usual, err := h.approvals.Deputies(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, standPage(ctx, actor, all, usual, names, calendar.DateOf(h.now()), typed, failure))
}

// standIn lets somebody stand in for oneself. What is refused shows the form again.
func (h *Handler) standIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	in := approval.Delegate{DeputyID: strings.TrimSpace(r.PostFormValue("to")), From: calendar.NoDate, Until: calendar.NoDate}
	in.From, _ = calendar.ParseDate(r.PostFormValue("from"))
	in.Until, _ = calendar.ParseDate(r.PostFormValue("until"))
	if _, err := h.approvals.Delegate(r.Context(), access.ActorFrom(r.Context()), in); err != nil {
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict && kind != errs.KindForbidden {
			return err
		}
		return h.drawStandIns(w, r, httpx.StatusOf(err), r.PostForm, err)
	}
	http.Redirect(w, r, standPath, http.StatusSeeOther)
	return nil
}

func (h *Handler) endStandIn(w http.ResponseWriter, r *http.Request) error {
	if err := h.approvals.EndDelegation(r.Context(), access.ActorFrom(r.Context()), r.PathValue("delegation")); err != nil {
		return err
	}
	http.Redirect(w, r, standPath, http.StatusSeeOther)
	return nil
}
