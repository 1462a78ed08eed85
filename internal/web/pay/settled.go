package pay

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// settledOnly shows a month in which somebody has no statement, but something was settled: released to who has left, granted, taken back. missing is the
// error that there is no statement; it stands when there is nothing else either.
func (h *Handler) settledOnly(w http.ResponseWriter, r *http.Request, a asked, missing error) error {
	ctx := r.Context()
	v, err := h.payouts.Settled(ctx, a.actor, a.month, a.person)
	if errs.Is(err, errs.KindNotFound) {
		return missing
	}
	if err != nil {
		return err
	}
	if len(v.Heads) > 0 { // another plan than the one asked for
		return missing
	}
	versions, err := h.plans.List(ctx, a.actor)
	if err != nil && !errs.Is(err, errs.KindForbidden) {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, settledPage(ctx, a, v, versions, h.payouts.Currency()))
}

// planIn finds the newest plan document with the id among the versions, for its names.
func planIn(versions []planbook.Version, id string) *plan.Plan {
	for _, v := range versions {
		if v.DocumentID == id && v.Kind == planbook.KindPlan {
			if d, err := plan.Decode(v.DocumentID, []byte(v.Text)); err == nil {
				return d.Plan
			}
		}
	}
	return nil
}

func settledPage(ctx context.Context, a asked, v payout.Settled, versions []planbook.Version, currency money.Currency) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("pay.settled_of", "Month", p.Month(a.month)), Subtitle: p.T("pay.settled_only"), Current: "pay", Chips: []ui.Chip{stateChip(p, v.Standing.State)},
		Crumbs: []ui.Crumb{{Label: p.T("pay.title"), URL: "/pay"}, {Label: p.Month(a.month)}}}
	account := "/ledger/account"
	if !a.own {
		view.Current, view.Crumbs[0] = "statements", ui.Crumb{Label: p.T("pay.list_title"), URL: "/statements?month=" + a.month.String()}
		account += "?person=" + strconv.FormatInt(a.person, 10)
	}
	view.Actions = []ui.Action{{Label: p.T("pay.account"), Icon: "building-bank", URL: account}}
	parts := []templ.Component{ui.MetricCard(ui.Metric{Label: p.T("pay.payable", "Month", p.Month(a.month)), Value: ui.Money(ui.Amount{Minor: v.PaidMinor, Currency: currency})})}
	for _, s := range v.Plans {
		by := planIn(versions, s.PlanID)
		o := opened{asked: a, settled: explain.ExplainSettlement(p, s.Result, by, currency)}
		o.view.Settled, o.view.PlanID = s.Result, s.PlanID
		name := s.PlanID
		if by != nil {
			name = ui.TextIn(p, by.Name.Zh, by.Name.En, s.PlanID)
		}
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Strong: name, Text: p.T("pay.settled_plan"), Action: &ui.Action{Label: p.T("pay.ledger_link"), URL: "/ledger?" + url.Values{"month": {a.month.String()}, "person": {strconv.FormatInt(a.person, 10)}}.Encode(), Small: true}})),
			settlementCard(p, o))
		if len(o.settled.Open) > 0 {
			parts = append(parts, openCard(p, o.settled))
		}
	}
	if len(v.Honours) > 0 {
		parts = append(parts, honoursCard(p, v.Honours, v.Standing.State == "closed"))
	}
	return ui.Compose(view, parts...)
}
