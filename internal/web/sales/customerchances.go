package sales

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// opportunitiesCard lists what a customer may buy, the newest first, with the way to a new one for whoever may open it.
func (h *Handler) opportunitiesCard(r *http.Request, p *i18n.Printer, c customer.Customer) (templ.Component, error) {
	actor := access.ActorFrom(r.Context())
	page, err := h.Opportunities.List(r.Context(), actor, opportunity.Filter{CustomerID: c.ID, Expected: fact.AnyDay(), Paging: fact.Paging{Limit: cardRows}})
	if err != nil {
		return nil, err
	}
	stages, err := h.Opportunities.Stages(r.Context())
	if err != nil {
		return nil, err
	}
	view := ui.CardView{ID: "opportunities", Title: p.T("nav.opportunities"), Count: int(page.Total.Count), Flush: true}
	switch {
	case actor.Can(access.PermWorkWrite):
		view.More = &ui.Link{Label: p.T("opportunity.new"), URL: ui.URLWith(newOpportunityURL, nil, "customer", c.Key)}
	case page.Next != "":
		view.More = &ui.Link{Label: p.T("common.all"), URL: ui.URLWith(opportunitiesURL, nil, "customer", number(c.ID))}
	}
	if len(page.Rows) == 0 {
		return ui.Filled(view, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("opportunity.none")})), nil
	}
	var items []ui.Item
	for _, o := range page.Rows {
		item := ui.Item{Icon: "target-arrow", Title: o.Name, URL: opportunityURL(o.ID), Detail: p.Join([]string{stages.Label(o.Stage, p.Zh()), text(o.OwnerName)}), Chips: []ui.Chip{stateChip(p, o.State)}}
		if o.AmountMinor != 0 {
			item.Beside = p.Money(o.AmountMinor, o.Currency)
		}
		items = append(items, item)
	}
	return ui.Filled(view, ui.List(items)), nil
}
