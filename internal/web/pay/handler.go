// Package pay is the pages of pay: one's own months and a preview of the present one, statements explained down to the payment, and
// the list of statements for those who approve them.
//
// Whose pay may be seen is package payout's to decide; a page never shows a name or an amount that it did not get from there.
package pay

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// Teams names the teams that an actor may choose from.
type Teams interface {
	TeamNames(ctx context.Context, actor access.Actor) (map[int64]string, error)
	// UserNames finds the names of users by id.
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	payouts  *payout.Service
	plans    *planbook.Service
	disputes *dispute.Service
	proofs   Proofs
	teams    Teams
	now      func() time.Time
}

// Proofs makes the proof of a closed month's statement.
type Proofs interface {
	Prove(ctx context.Context, actor access.Actor, in period.ProofOf) (period.Proof, error)
}

// New returns a Handler.
func New(payouts *payout.Service, proofs Proofs, plans *planbook.Service, disputes *dispute.Service, teams Teams, now func() time.Time) *Handler {
	return &Handler{payouts: payouts, proofs: proofs, plans: plans, disputes: disputes, teams: teams, now: now}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /pay", h.mine)
	handle("GET /pay/{month}", h.show)
	handle("GET /pay/{month}/statement.json", h.data)
	handle("GET /pay/{month}/credits.csv", h.credits)
	handle("GET /pay/{month}/proof.zip", h.proof)
	handle("GET /pay/{month}/as-of", h.asOf)
	handle("GET /statements/{month}/{person}/as-of", h.asOf)
	handle("GET /statements", h.list)
	handle("GET /statements/export.csv", h.export)
	handle("GET /statements/{month}/{person}", h.show)
	handle("GET /statements/{month}/{person}/statement.json", h.data)
	handle("GET /statements/{month}/{person}/credits.csv", h.credits)
	handle("GET /statements/{month}/{person}/proof.zip", h.proof)
	handle("GET /verifier.html", h.verifier)
}

func (h *Handler) thisMonth() calendar.Month {
	return calendar.DateOf(h.now()).Month()
}

// asked is the statement that an address names.
type asked struct {
	actor   access.Actor
	month   calendar.Month
	person  int64
	plan    string
	preview bool
	base    string // the page's path
	own     bool
}

// ask reads the address. Without a person in it, it is the actor's own.
func ask(r *http.Request) (a asked, err error) {
	a.actor = access.ActorFrom(r.Context())
	if a.actor.UserID == "" {
		return a, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if a.month, err = calendar.ParseMonth(r.PathValue("month")); err != nil {
		return a, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	a.plan, a.preview = r.FormValue("plan"), r.FormValue("preview") != ""
	if text := r.PathValue("person"); text != "" {
		if a.person, err = strconv.ParseInt(text, 10, 64); err != nil || a.person <= 0 {
			return a, errs.New(errs.KindNotFound, "error.not_found", nil)
		}
		a.base, a.own = "/statements/"+a.month.String()+"/"+text, a.person == a.actor.PersonID
		return a, nil
	}
	if a.person = a.actor.PersonID; a.person == 0 {
		return a, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	a.base, a.own = "/pay/"+a.month.String(), true
	return a, nil
}

// open finds the statement: the stored one, or a preview of what it would be now.
func (h *Handler) open(ctx context.Context, a asked) (payout.View, error) {
	if !a.preview {
		return h.payouts.Get(ctx, a.actor, a.month, a.person, a.plan)
	}
	views, err := h.payouts.Preview(ctx, a.actor, a.month, a.person)
	if err != nil {
		return payout.View{}, err
	}
	for _, v := range views {
		if a.plan == "" || v.PlanID == a.plan {
			return v, nil
		}
	}
	return payout.View{}, errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": a.month.String()})
}

// opened is a statement with all that its page shows.
type opened struct {
	asked
	view    payout.View
	words   *explain.Explanation
	settled *explain.Settlement // nil when what is earned is paid
	version planbook.Version    // zero when the actor may not read it
	history []payout.Head
	parts   map[string]string // names of the plan's components by id
	users   map[string]string // who asked for adjustments and approved them
	now     time.Time

	paidHonours map[calendar.Month]int64 // by closed months, beside statements

	disputes []dispute.Dispute // about this statement, newest first
	window   dispute.Window    // in which the payee may raise more
}

// dress adds words and the plan's version to a statement.
func (h *Handler) dress(ctx context.Context, a asked, v payout.View) (o opened, err error) {
	o = opened{asked: a, view: v, now: h.now(), parts: map[string]string{}}
	version, document, err := h.plans.Get(ctx, a.actor, v.VersionID)
	var by *plan.Plan
	switch {
	case err == nil:
		o.version = version
		if document.Plan != nil && document.Plan.Hash() == v.Statement.PlanHash {
			by = document.Plan
		}
	case errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindNotFound): // a version withdrawn since: its ids stand for its names
	default:
		return o, err
	}
	o.words = explain.Explain(httpx.PrinterFrom(ctx), v.Statement, by)
	for _, c := range o.words.Components {
		o.parts[c.ID] = c.Name
	}
	if by != nil {
		for _, c := range by.Components {
			o.parts[c.ID] = ui.TextIn(httpx.PrinterFrom(ctx), c.Name.Zh, c.Name.En, c.ID)
		}
	}
	var ids []string
	for _, addition := range v.Additions {
		ids = append(ids, addition.MadeBy, addition.ApprovedBy)
	}
	if o.users, err = h.teams.UserNames(ctx, a.actor, ids); err != nil {
		return o, err
	}
	if v.Settled != nil {
		o.settled = explain.ExplainSettlement(httpx.PrinterFrom(ctx), v.Settled, by, v.Statement.Currency)
	}
	return o, nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := ask(r)
	if err != nil {
		return err
	}
	view, err := h.open(ctx, a)
	if errs.Is(err, errs.KindNotFound) && !a.preview && a.plan == "" {
		return h.settledOnly(w, r, a, err)
	}
	if err != nil {
		return err
	}
	o, err := h.dress(ctx, a, view)
	if err != nil {
		return err
	}
	if o.paidHonours, err = h.payouts.PaidHonours(ctx, a.actor, a.person); err != nil {
		return err
	}
	if o.history, err = h.payouts.History(ctx, a.actor, a.person); err != nil {
		return err
	}
	if !a.preview {
		if o.disputes, o.window, err = h.disputes.OnStatement(ctx, a.actor, a.month, a.person, view.PlanID); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, statementPage(ctx, o))
}

// mine shows the actor's months, and what the present one (or the one asked for) would pay by now.
func (h *Handler) mine(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := access.ActorFrom(ctx)
	heads, err := h.payouts.Mine(ctx, actor)
	if err != nil {
		return err
	}
	month := h.thisMonth()
	if text := r.FormValue("month"); text != "" {
		if month, err = calendar.ParseMonth(text); err != nil {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("pay.bad_month", nil)}})
		}
	}
	page := myPay{heads: heads, month: month, running: h.thisMonth()}
	if page.paidHonours, err = h.payouts.PaidHonours(ctx, actor, actor.PersonID); err != nil {
		return err
	}
	views, err := h.payouts.Preview(ctx, actor, month, actor.PersonID)
	if err != nil && !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindInvalid) {
		return err
	}
	page.refused = err
	for _, v := range views {
		a := asked{actor: actor, month: month, person: actor.PersonID, plan: v.PlanID, preview: true, own: true, base: "/pay/" + month.String()}
		o, err := h.dress(ctx, a, v)
		if err != nil {
			return err
		}
		page.now = append(page.now, o)
	}
	if page.need, err = h.askNeed(ctx, r, actor, month); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, minePage(ctx, page))
}
