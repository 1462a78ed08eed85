// Package honours is the pages of honours and promotion: the wall, certificates, leaderboards, the rounds by which honours are found and
// approved, proposals of promotion, points and the shop.
//
// Who may see what is package honour's to decide; these pages show and ask.
package honours

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	honours *honour.Service
	names   Names
}

// New returns a Handler.
func New(honours *honour.Service, names Names) *Handler {
	return &Handler{honours: honours, names: names}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /honours", h.wall)
	handle("GET /honours/awards/{award}", h.certificate)
	handle("POST /honours/awards/{award}/revoke", h.revoke)
	handle("GET /honours/board", h.board)
	handle("GET /honours/rounds", h.rounds)
	handle("POST /honours/rounds", h.compute)
	handle("GET /honours/rounds/{round}", h.round)
	handle("POST /honours/rounds/{round}/{act}", h.act)
	handle("GET /promotions", h.promotions)
	handle("POST /promotions", h.propose)
	handle("GET /promotions/several", h.several)
	handle("POST /promotions/several", h.decideSeveral)
	handle("GET /promotions/{proposal}", h.proposal)
	handle("POST /promotions/{proposal}/{act}", h.decide)
	handle("GET /points", h.points)
	handle("POST /points/rules", h.pointsRules)
	handle("POST /points/expire", h.expirePoints)
	handle("POST /points/items", h.keepItem)
	handle("POST /points/items/{item}/redeem", h.redeem)
	handle("POST /points/redemptions/{redemption}/{act}", h.settle)
}

// mendable are failures that are told on the page that was asked from.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindForbidden
}

// answer leads on after a step, or shows the page again with what was refused.
func answer(w http.ResponseWriter, r *http.Request, err error, next string, again func(error) error) error {
	if err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	if showErr := again(err); showErr != nil {
		return errors.Join(err, showErr)
	}
	return nil
}

// statusOf is the status of a page with a failure, or of one without.
func statusOf(failure error) int {
	if failure == nil {
		return http.StatusOK
	}
	return httpx.StatusOf(failure)
}

func (h *Handler) wall(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	awards, err := h.honours.Wall(ctx, actor, honour.AwardFilter{})
	if err != nil {
		return err
	}
	rules, err := h.honours.Rules(ctx, actor, planbook.KindHonour)
	if err != nil {
		return err
	}
	ways, err := h.honours.Rules(ctx, actor, planbook.KindPromotion)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, wallPage(ctx, actor, wallView{awards: awards, rules: append(rules, ways...), term: r.FormValue("term")}))
}

func (h *Handler) certificate(w http.ResponseWriter, r *http.Request) error {
	return h.showAward(w, r, nil)
}

func (h *Handler) showAward(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	award, err := h.honours.Award(ctx, actor, r.PathValue("award"))
	if err != nil {
		return err
	}
	return ui.Write(w, r, statusOf(failure), awardPage(ctx, actor, award, r.URL.Query().Get("both") != "", failure))
}

func (h *Handler) revoke(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("award")
	_, err := h.honours.Revoke(ctx, access.ActorFrom(ctx), id, r.PostFormValue("reason"))
	return answer(w, r, err, "/honours/awards/"+url.PathEscape(id), func(err error) error { return h.showAward(w, r, err) })
}

func (h *Handler) board(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	ask := honour.BoardAsk{Term: r.FormValue("term"), By: honour.BoardBy(r.FormValue("by")), Region: r.FormValue("region"), Team: r.FormValue("team")}
	board, err := h.honours.Leaderboard(ctx, actor, ask)
	if errs.Is(err, errs.KindConflict) { // nothing can be counted yet
		return ui.Write(w, r, http.StatusOK, boardEmpty(ctx, err))
	}
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, boardPage(ctx, board, r.URL.Query(), h.honours.Today()))
}

func (h *Handler) rounds(w http.ResponseWriter, r *http.Request) error {
	return h.showRounds(w, r, nil)
}

func (h *Handler) showRounds(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	rounds, err := h.honours.Rounds(ctx, actor, honour.KindHonour)
	if err != nil {
		return err
	}
	rules, err := h.honours.Rules(ctx, actor, planbook.KindHonour)
	if err != nil {
		return err
	}
	waiting, err := h.honours.Announcements(ctx, actor)
	hasWaiting := err == nil
	if err != nil && !errs.Is(err, errs.KindForbidden) { // what is told goes to the whole company: who reviews a part of it does without
		return err
	}
	return ui.Write(w, r, statusOf(failure), roundsPage(ctx, roundsView{actor: actor, rounds: rounds, rules: rules, waiting: len(waiting), hasWaiting: hasWaiting, today: h.honours.Today(), failure: failure,
		document: r.PostFormValue("document"), term: r.PostFormValue("term")}))
}

func (h *Handler) compute(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	document, term, _ := strings.Cut(r.PostFormValue("what"), " ")
	if document == "" {
		document, term = r.PostFormValue("document"), r.PostFormValue("term")
	}
	round, err := h.honours.Compute(ctx, access.ActorFrom(ctx), honour.Compute{DocumentID: document, Term: term})
	return answer(w, r, err, "/honours/rounds/"+url.PathEscape(round.ID), func(err error) error { return h.showRounds(w, r, err) })
}

func (h *Handler) round(w http.ResponseWriter, r *http.Request) error { return h.showRound(w, r, nil) }

func (h *Handler) showRound(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	view, err := h.honours.Round(ctx, actor, r.PathValue("round"))
	if err != nil {
		return err
	}
	users, err := h.names.UserNames(ctx, actor, []string{view.ComputedBy, view.ApprovedBy, view.AnnouncedBy})
	if err != nil {
		return err
	}
	return ui.Write(w, r, statusOf(failure), roundPage(ctx, actor, view, users, failure))
}

// act takes a round on.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("round")
	switch r.PathValue("act") {
	case "approve":
		_, err = h.honours.Approve(ctx, actor, id)
	case "announce":
		_, err = h.honours.Announce(ctx, actor, id)
	case "discard":
		err = h.honours.Discard(ctx, actor, id, r.PostFormValue("reason"))
	case "revoke":
		_, err = h.honours.RevokeRound(ctx, actor, id, r.PostFormValue("reason"))
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return answer(w, r, err, "/honours/rounds/"+url.PathEscape(id), func(err error) error { return h.showRound(w, r, err) })
}

func (h *Handler) promotions(w http.ResponseWriter, r *http.Request) error {
	return h.showPromotions(w, r, nil)
}

func (h *Handler) showPromotions(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	list, err := h.honours.Proposals(ctx, actor, honour.ProposalFilter{})
	if err != nil {
		return err
	}
	v := promotionsView{actor: actor, list: list, today: h.honours.Today(), failure: failure, all: r.FormValue("all") != ""}
	if v.ahead, v.hasAhead, err = h.honours.OwnAhead(ctx, actor); err != nil {
		return err
	}
	if v.rules, err = h.honours.Rules(ctx, actor, planbook.KindPromotion); err != nil {
		return err
	}
	if actor.Can(access.PermHonourRun) || actor.Can(access.PermHonourApprove) {
		if v.rounds, err = h.honours.Rounds(ctx, actor, honour.KindPromotion); err != nil {
			return err
		}
	}
	return ui.Write(w, r, statusOf(failure), promotionsPage(ctx, v))
}

func (h *Handler) propose(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	_, err := h.honours.Propose(ctx, access.ActorFrom(ctx), r.PostFormValue("month"))
	return answer(w, r, err, "/promotions", func(err error) error { return h.showPromotions(w, r, err) })
}

func (h *Handler) proposal(w http.ResponseWriter, r *http.Request) error {
	return h.showProposal(w, r, nil)
}

func (h *Handler) showProposal(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	v, err := h.honours.Proposal(ctx, actor, r.PathValue("proposal"))
	if err != nil {
		return err
	}
	users, err := h.names.UserNames(ctx, actor, []string{v.ProposedBy, v.DecidedBy})
	if err != nil {
		return err
	}
	return ui.Write(w, r, statusOf(failure), proposalPage(ctx, proposalView{actor, v, users, h.honours.Today(), failure, r}))
}

func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("proposal")
	in := honour.Decide{ID: id, Approve: r.PathValue("act") == "approve", Reason: r.PostFormValue("reason"), On: calendar.NoDate}
	if !in.Approve && r.PathValue("act") != "reject" {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	var err error
	if in.Approve {
		in.On, err = dayOf(r)
	}
	if err == nil {
		_, err = h.honours.Decide(ctx, access.ActorFrom(ctx), in)
	}
	return answer(w, r, err, "/promotions/"+url.PathEscape(id), func(err error) error { return h.showProposal(w, r, err) })
}

func (h *Handler) points(w http.ResponseWriter, r *http.Request) error {
	return h.showPoints(w, r, nil)
}

func (h *Handler) showPoints(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	v := pointsView{actor: actor, failure: failure, request: r}
	var err error
	if actor.PersonID != 0 {
		if v.account, err = h.honours.Points(ctx, actor, actor.PersonID); err != nil {
			return err
		}
	}
	if v.rules, err = h.honours.PointsRules(ctx, actor); err != nil {
		return err
	}
	if actor.CanAll(access.PermHonourRun) {
		if v.status, err = h.honours.PointsStatus(ctx, actor); err != nil {
			return err
		}
	}
	if v.items, err = h.honours.Shop(ctx, actor); err != nil {
		return err
	}
	if v.redemptions, v.names, err = h.honours.Redemptions(ctx, actor); err != nil {
		return err
	}
	return ui.Write(w, r, statusOf(failure), pointsPage(ctx, v))
}

// pointsRules changes how long points last.
func (h *Handler) pointsRules(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 64) // of no number is out of range
		return n
	}
	_, err := h.honours.SetPointsRules(ctx, access.ActorFrom(ctx), honour.PointsRules{LifeMonths: number("life_months"), Revision: number("revision")})
	return answer(w, r, err, "/points", func(err error) error { return h.showPoints(w, r, err) })
}

// expirePoints posts at once what the daily work would.
func (h *Handler) expirePoints(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	_, err := h.honours.ExpireAll(ctx, access.ActorFrom(ctx))
	return answer(w, r, err, "/points", func(err error) error { return h.showPoints(w, r, err) })
}

func (h *Handler) keepItem(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	number := func(name string) int64 {
		n, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	in := honour.KeepItem{ID: r.PostFormValue("item"), Name: plan.Text{Zh: r.PostFormValue("name_zh"), En: r.PostFormValue("name_en")}, Cost: number("cost"), Stock: number("stock"),
		Offered: r.PostFormValue("withdrawn") == ""}
	_, err := h.honours.KeepItem(ctx, access.ActorFrom(ctx), in)
	return answer(w, r, err, "/points", func(err error) error { return h.showPoints(w, r, err) })
}

func (h *Handler) redeem(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	_, err := h.honours.Redeem(ctx, access.ActorFrom(ctx), r.PathValue("item"))
	return answer(w, r, err, "/points", func(err error) error { return h.showPoints(w, r, err) })
}

// redemptionActs are the words of addresses for what is done with a redemption.
var redemptionActs = map[string]honour.RedemptionState{"approve": honour.RedemptionApproved, "deliver": honour.RedemptionDelivered, "refuse": honour.RedemptionRefused}

func (h *Handler) settle(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	to, ok := redemptionActs[r.PathValue("act")]
	if !ok {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	_, err := h.honours.SettleRedemption(ctx, access.ActorFrom(ctx), r.PathValue("redemption"), to, r.PostFormValue("reason"))
	return answer(w, r, err, "/points", func(err error) error { return h.showPoints(w, r, err) })
}

// when is an instant for machines, or nothing.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
