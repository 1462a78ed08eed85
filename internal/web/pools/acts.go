package pools

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/web/ui"
)

// acts lists what was done, with what can still be taken back.
func (h *Handler) acts(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // of no number is the first page
	list, err := h.Pools.Acts(ctx, actor, before)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("pool.acts"), Subtitle: p.T("pool.acts_sub", "Days", pool.UndoDays), Current: "pool", Tabs: tabs(p, actor, actsURL)}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("pool.when"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("pool.how"), Phone: true}, {Label: p.T("pool.count"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("pool.opportunities"), Kind: ui.ColumnNumber},
		{Label: p.T("pool.by")}, {Label: p.T("common.status")}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pool.acts_none"), Text: p.T("pool.acts_none_text")}}
	for _, a := range list {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Local(a.At).Format("2006-01-02 15:04"), actURL(a.ID)), {Text: p.Message(a.Way.Message()), Sub: a.Cause}, ui.Text(p.Int(a.Customers)), ui.Text(p.Int(a.Opportunities)),
			ui.Text(actorText(p, a.ActorName)), {Chip: h.actChip(p, a)}}})
	}
	card := ui.CardView{Label: view.Title, Flush: true}
	if len(list) > 0 {
		card.More = &ui.Link{Label: p.T("pool.older"), URL: actsURL + "?before=" + number(list[len(list)-1].ID)}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(card, ui.Table(table))))
}

func actURL(id int64) string { return actsURL + "/" + number(id) }

// actChip says whether an act stands and can be taken back.
func (h *Handler) actChip(p *i18n.Printer, a pool.Act) *ui.Chip {
	switch {
	case a.UndoneIn != 0:
		return &ui.Chip{Label: p.T("pool.undone"), Tone: ui.ToneLine}
	case a.Undoable(h.today()):
		return &ui.Chip{Label: p.T("pool.undo_until", "Day", a.UndoUntil()), Tone: ui.ToneBrand}
	}
	return &ui.Chip{Label: p.T("pool.stands"), Tone: ui.ToneLine}
}

func (h *Handler) showAct(w http.ResponseWriter, r *http.Request) error {
	return h.drawAct(w, r, http.StatusOK, nil)
}

func (h *Handler) drawAct(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	id, err := idOf(r.PathValue("id"), "pool.no_such_act")
	if err != nil {
		return err
	}
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	act, steps, err := h.Pools.ActOf(ctx, actor, id)
	if err != nil {
		return err
	}
	policy, err := h.Pools.Current(ctx)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.Message(act.Way.Message()), Subtitle: p.T("pool.act_sub", "When", p.Local(act.At).Format("2006-01-02 15:04"), "Who", actorText(p, act.ActorName)), Current: "pool",
		Crumbs: []ui.Crumb{{Label: p.T("nav.pool"), URL: poolURL}, {Label: p.Message(act.Way.Message())}}, Chips: []ui.Chip{*h.actChip(p, act)}}
	var parts []templ.Component
	for _, note := range notes(p, r, failure) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.from"), Phone: true}, {Label: p.T("pool.to"), Phone: true}, {Label: p.T("pool.how")}, {Label: p.T("pool.opportunities"), Kind: ui.ColumnNumber}}}
	for _, s := range steps {
		what := ui.LinkTo(textOr(s.CustomerName), "/customers/"+number(s.CustomerID))
		if s.Passed.WorkOnly { // it moved no customer
			what = ui.Text(p.T("pool.work_only", "Contracts", len(s.Passed.Contracts), "Opportunities", len(s.Passed.Opportunities), "Tasks", len(s.Passed.Tasks)))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{what, ui.Text(endText(p, s.FromName, s.From.Pool)), ui.Text(endText(p, s.ToName, s.ToPool)), stepCell(p, policy, s),
			ui.Text(p.Int(int64(len(s.Passed.Opportunities))))}})
	}
	card := ui.CardView{Title: p.T("pool.customers"), Count: int(act.Customers), Flush: true, Foot: p.T("pool.facts_stay")}
	if int64(len(steps)) < act.Customers {
		card.Sub = p.T("pool.first_ones", "Count", len(steps))
	}
	if act.Undoable(h.today()) && (actor.CanAll(access.PermPoolWrite) || act.ActorID == actor.UserID && act.Way != pool.WayClaim) {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pool.undo")}, ui.Form(ui.FormView{ID: "undo", Action: actURL(id) + "/undo", Submit: ui.Action{Label: p.T("pool.undo_button"), Kind: ui.ActionDanger},
			Consequence: p.T("pool.undo_consequence")})))
	}
	parts = append(parts, ui.Filled(card, ui.Table(table)))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "pool.no_such_act")
	if err != nil {
		return err
	}
	undone, err := h.Pools.Undo(r.Context(), access.ActorFrom(r.Context()), id)
	switch {
	case err == nil:
		return redirect(w, r, actURL(undone.Act.ID), "done", "undone", "count", number(undone.Act.Customers), "left", number(undone.Left))
	case mendable(err):
		return h.drawAct(w, r, httpx.StatusOf(err), err)
	}
	return err
}
