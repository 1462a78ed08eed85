package sales

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// opportunitiesCard lists what a customer may buy, the newest first, with the way to a new one for whoever may open it, and below it what ended.
func (h *Handler) opportunitiesCard(r *http.Request, p *i18n.Printer, c customer.Customer) (templ.Component, error) {
	actor := access.ActorFrom(r.Context())
	list := func(state opportunity.State) (opportunity.Page, error) {
		return h.Opportunities.List(r.Context(), actor, opportunity.Filter{CustomerID: c.ID, State: state, Expected: fact.AnyDay(), Paging: fact.Paging{Limit: cardRows}})
	}
	open, err := list(opportunity.StateOpen)
	if err != nil {
		return nil, err
	}
	all, err := list("")
	if err != nil {
		return nil, err
	}
	ended := slices.DeleteFunc(slices.Clone(all.Rows), func(o opportunity.Opportunity) bool { return o.State == opportunity.StateOpen })
	stages, err := h.Opportunities.Stages(r.Context())
	if err != nil {
		return nil, err
	}
	view := ui.CardView{ID: "opportunities", Title: p.T("nav.opportunities"), Count: int(open.Total.Count), Flush: true, Span: -1}
	switch {
	case actor.Can(access.PermWorkWrite):
		view.More = &ui.Link{Label: p.T("opportunity.new"), URL: ui.URLWith(newOpportunityURL, nil, "customer", c.Key)}
	case all.Next != "":
		view.More = &ui.Link{Label: p.T("common.all"), URL: ui.URLWith(opportunitiesURL, nil, "customer", number(c.ID))}
	}
	items := func(rows []opportunity.Opportunity) (items []ui.Item) {
		for _, o := range rows {
			item := ui.Item{Icon: "target-arrow", Title: o.Name, URL: opportunityURL(o.ID), Detail: p.Join([]string{stages.Label(o.Stage, p.Zh()), text(o.OwnerName)}), Chips: []ui.Chip{stateChip(p, o.State)}}
			if o.AmountMinor != 0 {
				item.Beside = p.Money(o.AmountMinor, o.Currency)
			}
			items = append(items, item)
		}
		return items
	}
	switch {
	case len(all.Rows) == 0:
		return ui.Filled(view, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("opportunity.none")})), nil
	case len(ended) == 0:
		return ui.Filled(view, ui.List(items(open.Rows))), nil
	}
	first := ui.List(items(open.Rows))
	if len(open.Rows) == 0 {
		first = ui.List([]ui.Item{{Title: p.T("opportunity.none_open")}})
	}
	return ui.Filled(view, first, ui.FoldedWith(ui.FoldedView{Shape: ui.FoldLine, Title: p.T("opportunity.ended_list"), Sub: number(int64(len(ended)))}, ui.List(items(ended)))), nil
}
