package sales

import (
	"net/http"
	"net/url"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// act does something with an opportunity and shows it again: with what is wrong in the form of that name, or, without a name, above.
func (h *Handler) act(w http.ResponseWriter, r *http.Request, form string, do func(id, seen int64) error) error {
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	err = do(id, seen)
	switch {
	case err == nil && r.PostFormValue("back") != "": // of the board, where it was asked
		http.Redirect(w, r, ui.URLWith(boardURL, queryOf(r.PostFormValue("back"))), http.StatusSeeOther)
		return nil
	case err == nil:
		http.Redirect(w, r, opportunityURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawOpportunity(w, r, httpx.StatusOf(err), form, err)
}

// queryOf reads the query of the board that a form goes back to; what is none is empty.
func queryOf(text string) url.Values {
	query, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	return query
}

func (h *Handler) moveOpportunity(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "", func(id, seen int64) error {
		_, err := h.Opportunities.MoveFor(r.Context(), access.ActorFrom(r.Context()), opportunity.Moving{ID: id, Stage: opportunity.Stage(r.PostFormValue("stage")), Excuse: r.PostFormValue("excuse"), Fields: customfield.Typed(r.PostForm), Seen: seen})
		return err
	})
}

func (h *Handler) reopenOpportunity(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "", func(id, seen int64) error {
		_, err := h.Opportunities.Reopen(r.Context(), access.ActorFrom(r.Context()), id, seen)
		return err
	})
}

func (h *Handler) linkDeal(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "deal", func(id, seen int64) error {
		_, err := h.Opportunities.LinkDeal(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("deal_key"), seen)
		return err
	})
}

func (h *Handler) askWin(w http.ResponseWriter, r *http.Request) error {
	return h.drawEnd(w, r, http.StatusOK, true, nil)
}

func (h *Handler) askLose(w http.ResponseWriter, r *http.Request) error {
	return h.drawEnd(w, r, http.StatusOK, false, nil)
}

// drawEnd asks how an opportunity ended.
func (h *Handler) drawEnd(w http.ResponseWriter, r *http.Request, status int, won bool, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	d, err := h.Opportunities.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	if !d.MayWrite {
		return errs.New(errs.KindNotFound, "opportunity.missing", nil)
	}
	title, form := p.T("opportunity.lose"), h.loseForm(p, r, d)
	if won {
		title = p.T("opportunity.win")
		if form, err = h.winForm(r, p, actor, d); err != nil {
			return err
		}
	}
	form.Fields = append(form.Fields, excuseField(p, r, failure)...)
	form.Fields = append(form.Fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)})
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: opportunityURL(id)}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Name + " · " + d.CustomerName, Current: opportunitiesKey, Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.opportunities"), URL: boardURL}, {Label: d.Name, URL: opportunityURL(id)}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) loseForm(p *i18n.Printer, r *http.Request, d opportunity.Detail) ui.FormView {
	return ui.FormView{ID: "lose", Action: losePath + number(d.ID), Submit: ui.Action{Label: p.T("opportunity.lose_button"), Kind: ui.ActionDanger}, Consequence: p.T("opportunity.lose_consequence"), Fields: []ui.Field{
		{Name: "for", Kind: ui.FieldRadio, Label: p.T("opportunity.lost_for"), Value: r.PostFormValue("for"), Options: named(p, "opportunity.loss.", opportunity.Losses)},
		{Name: "reason", Kind: ui.FieldArea, Label: p.T("opportunity.why"), Value: r.PostFormValue("reason"), Optional: true, Rows: 3, Hint: p.T("opportunity.lose_hint")},
	}}
}

// winForm asks for the signature; who may record facts can record the deal with it.
func (h *Handler) winForm(r *http.Request, p *i18n.Printer, actor access.Actor, d opportunity.Detail) (ui.FormView, error) {
	typed := func(name, usual string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return usual
	}
	v := ui.FormView{ID: "win", Action: winPath + number(d.ID), Submit: ui.Action{Label: p.T("opportunity.win_button"), Kind: ui.ActionPrimary, Icon: "trophy"}, Fields: []ui.Field{
		{Name: "signed_on", Kind: ui.FieldDate, Label: p.T("sales.signed_on"), Value: typed("signed_on", h.today().String()), Span: 6},
		{Name: "deal_key", Label: p.T("sales.deal_key"), Value: typed("deal_key", ""), Optional: true, Hint: p.T("opportunity.win_deal_hint"), Span: 6},
		{Name: "reason", Kind: ui.FieldArea, Label: p.T("opportunity.why_won"), Value: typed("reason", ""), Optional: true, Rows: 3},
	}}
	if !d.MayRecord {
		v.Consequence = p.T("opportunity.win_consequence")
		return v, nil
	}
	products, keys, err := h.productChoices(r.Context(), actor, nil)
	if err != nil {
		return v, err
	}
	product, amount := "", ""
	if len(d.ProductIDs) > 0 {
		product = keys[d.ProductIDs[0]]
	}
	if d.AmountMinor != 0 {
		amount = money.Format(d.AmountMinor, d.Currency)
	}
	v.Fields = append(v.Fields,
		ui.Field{Name: "record", Kind: ui.FieldCheck, Label: p.T("opportunity.record_deal"), Hint: p.T("opportunity.record_deal_hint", "Owner", d.OwnerName), Value: "1", Checked: typed("record", "") != "", Optional: true},
		ui.Field{Name: "product", Kind: ui.FieldSelect, Label: p.T("sales.product"), Value: typed("product", product), Options: products, Optional: true, Placeholder: p.T("sales.choose"), Span: 6},
		ui.Field{Name: "amount", Kind: ui.FieldMoney, Label: p.T("sales.deal_amount"), Value: typed("amount", amount), Optional: true, Span: 6})
	return v, nil
}

func (h *Handler) winOpportunity(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	in, err := h.winOf(r, id)
	if err == nil {
		_, err = h.Opportunities.Win(ctx, actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, opportunityURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawEnd(w, r, httpx.StatusOf(err), true, err)
}

// winOf reads the form of a signature. The deal that is recorded with it is the owner's alone; parts of others are for the deal's own page.
func (h *Handler) winOf(r *http.Request, id int64) (in opportunity.Win, err error) {
	in = opportunity.Win{ID: id, SignedOn: calendar.NoDate, Reason: r.PostFormValue("reason"), DealKey: strings.TrimSpace(r.PostFormValue("deal_key")), Excuse: r.PostFormValue("excuse")}
	if in.Seen, err = revisionOf(r); err != nil {
		return in, err
	}
	var c fact.Checker
	if day := strings.TrimSpace(r.PostFormValue("signed_on")); day != "" {
		if in.SignedOn, err = calendar.ParseDate(day); err != nil {
			in.SignedOn = calendar.NoDate
			c.Add("signed_on", day, "form.error.date", nil)
		}
	}
	if r.PostFormValue("record") == "" {
		return in, c.Err()
	}
	d, err := h.Opportunities.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return in, err
	}
	signing := deal.Signing{DealRecord: fact.DealRecord{Key: in.DealKey, Customer: d.CustomerKey, Product: r.PostFormValue("product"), SignedOn: in.SignedOn, Currency: d.Currency,
		Shares: []fact.ShareRecord{{Person: d.OwnerKey, BasisPoints: deal.FullShare}}}}
	var ok bool
	if signing.AmountMinor, ok = parseAmount(strings.TrimSpace(r.PostFormValue("amount")), d.Currency); !ok {
		c.Add("amount", "", "form.error.number", nil)
	}
	if err := c.Err(); err != nil {
		return in, err
	}
	in.Deal = &signing
	return in, nil
}

func (h *Handler) loseOpportunity(w http.ResponseWriter, r *http.Request) error {
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	_, err = h.Opportunities.Lose(r.Context(), access.ActorFrom(r.Context()), opportunity.Lose{ID: id, For: r.PostFormValue("for"), Reason: r.PostFormValue("reason"), Excuse: r.PostFormValue("excuse"), Seen: seen})
	switch {
	case err == nil:
		http.Redirect(w, r, opportunityURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawEnd(w, r, httpx.StatusOf(err), false, err)
}
