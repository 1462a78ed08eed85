package sales

import (
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func unitsText(m deal.More) string {
	if m.Units == fact.Unknown {
		return i18n.Unknown
	}
	return number(m.Units)
}

func costText(p *i18n.Printer, d deal.Row) string {
	if d.More.CostMinor == fact.Unknown {
		return i18n.Unknown
	}
	return p.Money(d.More.CostMinor, d.Currency)
}

func referrerURL(actor access.Actor, m deal.More) string {
	if m.ReferrerID == 0 {
		return ""
	}
	return personURL(actor, m.ReferrerID)
}

// moreText writes a version's units, cost, referrer and cancellation in one cell; a dash when nobody recorded any.
func moreText(p *i18n.Printer, d deal.Row) string {
	var texts []string
	if d.More.Units != fact.Unknown {
		texts = append(texts, p.T("sales.units_of", "Units", d.More.Units))
	}
	if d.More.CostMinor != fact.Unknown {
		texts = append(texts, p.T("sales.cost_of", "Cost", costText(p, d)))
	}
	if d.More.ReferrerID != 0 {
		texts = append(texts, p.T("sales.referred_by", "Name", text(d.More.ReferrerName)))
	}
	if d.More.Cancelled() {
		texts = append(texts, p.T("sales.cancelled_for", "Day", d.More.CancelledOn, "Reason", text(d.More.CancelReason)))
	}
	return text(strings.Join(texts, " · "))
}

// cancelForm asks for the day and the reason, or takes a cancellation back.
func (h *Handler) cancelForm(p *i18n.Printer, r *http.Request, d deal.Row, failure error) ui.FormView {
	v := ui.FormView{ID: "cancel", Action: keyURL("/deals/", d.Key) + "/cancel", Submit: ui.Action{Label: p.T("sales.cancel_deal_button"), Kind: ui.ActionDanger}, Consequence: p.T("sales.cancel_consequence")}
	fields := []ui.Field{{Name: "seen", ID: "f-cancel-seen", Kind: ui.FieldHidden, Value: number(int64(d.Recorded))}}
	if d.More.Cancelled() {
		fields = append(fields, ui.Field{Name: "back", Kind: ui.FieldHidden, Value: "1"},
			ui.Field{Name: "standing", Kind: ui.FieldStatic, Label: p.T("sales.cancelled"), Value: p.T("sales.cancelled_for", "Day", d.More.CancelledOn, "Reason", text(d.More.CancelReason))})
		v.Submit, v.Consequence = ui.Action{Label: p.T("sales.restore_deal_button"), Icon: "arrow-back-up"}, p.T("sales.restore_consequence")
	} else {
		on, reason := h.today().String(), ""
		if failure != nil {
			on, reason = r.PostFormValue("cancelled_on"), r.PostFormValue("reason")
		}
		fields = append(fields, ui.Field{Name: "cancelled_on", Kind: ui.FieldDate, Label: p.T("sales.cancelled_on"), Value: on, Span: 6},
			ui.Field{Name: "reason", Label: p.T("sales.cancel_reason"), Value: reason, Span: 6})
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

func (h *Handler) cancelDeal(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("key")
	var receipt fact.Receipt
	var err error
	if r.PostFormValue("back") != "" {
		receipt, err = h.Deals.RestoreDeal(ctx, actor, key, seenOf(r))
	} else {
		in := deal.Cancellation{Key: key, On: calendar.NoDate, Reason: strings.TrimSpace(r.PostFormValue("reason")), Seen: seenOf(r)}
		if day, dayErr := calendar.ParseDate(r.PostFormValue("cancelled_on")); dayErr == nil {
			in.On = day
		}
		receipt, err = h.Deals.CancelDeal(ctx, actor, in)
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/deals/", key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawDeal(w, r, httpx.StatusOf(err), "cancel", err)
}
