package reassigns

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/web/ui"
)

// explain says why a customer should go to somebody: the reasons, what it costs, and who else could have taken it.
func (h *Handler) explain(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "reassign.missing")
	if err != nil {
		return err
	}
	customer, err := idOf(r.PathValue("customer"), "customer.missing")
	if err != nil {
		return err
	}
	e, err := h.reassign.Explain(ctx, actor, id, customer)
	if err != nil {
		return err
	}
	from := textOr(e.FromName)
	if e.FromID == 0 {
		from = p.T("reassign.from_pool")
	}
	title := textOr(e.CustomerName)
	view := ui.PageView{Title: title, Subtitle: p.T("reassign.from_to", "From", from, "To", textOr(e.ToName)), Current: "reassign", Chips: []ui.Chip{*moveChip(p, e.State)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.reassign"), URL: baseURL}, {Label: p.Local(e.Run.CreatedAt).Format("01-02 15:04"), URL: runURL(id)}, {Label: title}}, Actions: []ui.Action{{Label: p.T("reassign.open_customer"), URL: "/customers/" + number(customer)}}}
	if e.ToID == 0 {
		view.Subtitle = p.T("reassign.stays_with", "From", from)
	}
	var reasons []ui.Item
	for _, why := range e.Why {
		reasons = append(reasons, ui.Item{Icon: "arrow-right", Title: p.Message(why.Reason.Message()), Detail: p.T("reassign.why."+string(why.Reason), "Number", why.Number)})
	}
	facts := []ui.Fact{{Term: p.T("pool.tier"), Body: ui.Tier(string(e.Tier))}, {Term: p.T("reassign.region"), Text: textOr(e.Region)}, {Term: p.T("reassign.work_of_it"), Text: p.T("reassign.minutes", "Minutes", e.Minutes)}, {Term: p.T("reassign.open_opportunities"), Text: p.Int(int64(e.Open))}}
	parts := []templ.Component{ui.Stack(6, ui.Filled(ui.CardView{Title: p.T("reassign.why"), Flush: true, Span: -1}, ui.List(reasons)), ui.Filled(ui.CardView{Title: p.T("reassign.known"), Span: -1}, ui.Facts(facts)))}
	if e.ToID == 0 {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Stack(6, ui.Filled(ui.CardView{Title: p.T("reassign.stays_why"), Span: -1}, ui.Facts([]ui.Fact{{Term: p.T("reassign.nobody_takes"), Text: p.T(e.Constraint.MessageKey(), "Sellers", e.Full)}}))))...))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Stack(6, h.costCard(r, e), h.othersCard(r, e)))...))
}

func (h *Handler) costCard(r *http.Request, e reassign.Explained) templ.Component {
	p := httpx.PrinterFrom(r.Context())
	facts := []ui.Fact{{Term: p.T("reassign.cost_move"), Text: p.Int(e.MoveCost)}, {Term: p.T("reassign.cost_away"), Text: p.Int(e.AwayCost)}, {Term: p.T("reassign.load_of", "Name", textOr(e.ToName)), Text: p.T("reassign.percent", "Percent", e.ToLoad)}}
	if e.FromID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("reassign.load_before", "Name", textOr(e.FromName)), Text: p.T("reassign.percent", "Percent", e.FromLoad)})
	}
	return ui.Filled(ui.CardView{Title: p.T("reassign.cost"), Sub: p.T("reassign.cost_sub"), Span: -1}, ui.Facts(facts))
}

func (h *Handler) othersCard(r *http.Request, e reassign.Explained) templ.Component {
	p := httpx.PrinterFrom(r.Context())
	table := ui.TableView{Label: p.T("reassign.others"), Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("reassign.load_with"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reassign.region"), Phone: true}},
		Note: p.T("reassign.others_cannot", "Full", e.Full, "Unfit", e.Unfit), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("reassign.no_others"), Text: p.T("reassign.others_cannot", "Full", e.Full, "Unfit", e.Unfit)}}
	for _, o := range e.Others {
		region := p.T("reassign.near")
		if o.Away {
			region = p.T("reassign.away")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(textOr(e.Names[o.ID])), ui.Text(p.T("reassign.percent", "Percent", o.Load)), ui.Text(region)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("reassign.others"), Flush: true, Span: -1}, ui.Table(table))
}
