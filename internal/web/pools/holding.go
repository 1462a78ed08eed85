package pools

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/web/ui"
)

// mine shows the reader's customers, those that go back first in front.
func (h *Handler) mine(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	list, more, err := h.Pools.OfActor(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("pool.mine"), Subtitle: p.T("pool.mine_sub"), Current: "pool", Tabs: tabs(p, actor, mineURL)}
	var parts []templ.Component
	for _, note := range notes(p, r, nil) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	if len(list) == 0 {
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.mine_empty"), Text: p.T("pool.mine_empty_text"), Actions: []ui.Action{{Label: p.T("nav.pool"), URL: poolURL}}})))
	}
	groups := map[pool.Fate][]pool.Mine{}
	for i := range list {
		groups[list[i].Fate] = append(groups[list[i].Fate], list[i])
	}
	for _, fate := range pool.Fates {
		if len(groups[fate]) > 0 {
			parts = append(parts, h.mineCard(p, fate, groups[fate], more))
		}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// mineCard is those of one's customers of which the same becomes: go first, go later, stay. More says that there are others who were not looked at.
func (h *Handler) mineCard(p *i18n.Printer, fate pool.Fate, list []pool.Mine, more bool) templ.Component {
	title := p.T("pool.fate." + string(fate))
	table := ui.TableView{Label: title, Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier")}, {Label: p.T("pool.contacted"), Kind: ui.ColumnNarrow}, {Label: p.T("pool.last_day"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("pool.why")}, {Label: p.T("pool.do"), Phone: true}}}
	shown := list[:min(len(list), mineShown)]
	for i := range shown {
		m := &shown[i]
		id := number(m.CustomerID)
		lock := ui.Action{Label: p.T("pool.lock"), Small: true, Post: true, URL: "/holdings/" + id + "/lock", Fields: url.Values{"on": {"1"}, "back": {"mine"}}}
		if m.Locked {
			lock.Label, lock.Fields = p.T("pool.unlock"), url.Values{"on": {"0"}, "back": {"mine"}}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(m.Name, "/customers/"+id), ui.Text(textOr(m.Tier)), ui.Text(dayText(p, m.Contact)), {Chip: dueChip(p, m, h.today())}, {Text: dueText(p, m), Muted: true},
			ui.Draw(templ.Join(ui.Button(lock), ui.Button(ui.Action{Label: p.T("pool.release"), Small: true, Kind: ui.ActionGhost, URL: "/holdings/" + id + "#release"})))}})
	}
	card := ui.CardView{ID: "mine-" + string(fate), Title: title, Sub: p.T("pool.fate_sub." + string(fate)), Count: len(list), Flush: true}
	if more || len(list) > len(shown) {
		card.Foot = p.T("pool.mine_more", "Count", len(shown))
	}
	return ui.Filled(card, ui.Table(table))
}

// mineShown is how many of one's customers a card shows.
const mineShown = 100

// dueChip says until when a customer stays.
func dueChip(p *i18n.Printer, m *pool.Mine, today calendar.Date) *ui.Chip {
	switch {
	case m.Decision.Reason != "":
		return &ui.Chip{Label: p.T("pool.stays"), Tone: ui.ToneLine}
	case m.Decision.LastDay == calendar.Forever:
		return &ui.Chip{Label: p.T("pool.no_last_day"), Tone: ui.ToneLine}
	case m.Decision.Outcome == poolrule.Recycle || m.Decision.LastDay < today:
		return &ui.Chip{Label: p.T("pool.goes_tonight"), Tone: ui.ToneBad}
	case m.Decision.Outcome == poolrule.Warn:
		return &ui.Chip{Label: p.Date(m.Decision.LastDay), Tone: ui.ToneWarn, Icon: "clock"}
	}
	return &ui.Chip{Label: p.Date(m.Decision.LastDay)}
}

// dueText says why it stays, or by which rule it would go.
func dueText(p *i18n.Printer, m *pool.Mine) string {
	switch {
	case m.Decision.Reason != "":
		return p.T("pool.reason_" + string(m.Decision.Reason))
	case m.Trigger != nil:
		return ui.TextIn(p, m.Trigger.Name.Zh, m.Trigger.Name.En, m.Trigger.ID)
	}
	return ""
}

// holding shows whose a customer is and was.
func (h *Handler) holding(w http.ResponseWriter, r *http.Request) error {
	return h.drawHolding(w, r, http.StatusOK, nil)
}

func (h *Handler) drawHolding(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	id, err := idOf(r.PathValue("id"), "customer.missing")
	if err != nil {
		return err
	}
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	of, err := h.Pools.OfCustomer(ctx, actor, id)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("pool.whose"), Current: "customers", Crumbs: []ui.Crumb{{Label: p.T("nav.customers"), URL: "/customers"}, {Label: p.T("common.customer"), URL: "/customers/" + number(id)}, {Label: p.T("pool.whose")}}}
	var parts []templ.Component
	for _, note := range notes(p, r, failure) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	if !of.Known() {
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.nobodys"), Text: p.T("pool.nobodys_text")})))
		return ui.Write(w, r, status, ui.Compose(view, parts...))
	}
	facts := []ui.Fact{{Term: p.T("common.owner"), Text: textOr(of.OwnerName)}, {Term: p.T("pool.held_since"), Text: dayText(p, of.Since)}, {Term: p.T("pool.former"), Text: textOr(of.FormerName)}}
	if of.OwnerID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("pool.last_day"), Body: ui.ChipOf(*dueChip(p, &of.Rules, h.today()))}, ui.Fact{Term: p.T("pool.why"), Text: textOr(dueText(p, &of.Rules))})
	} else {
		facts[0].Text = p.T("pool.in_pool")
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pool.whose"), Span: 6}, ui.Facts(facts)))
	if of.MayRelease {
		form := ui.FormView{ID: "release", Action: "/holdings/" + number(id) + "/release", Fields: []ui.Field{{Name: "reason", Label: p.T("pool.release_reason"), Value: r.PostFormValue("reason")}},
			Submit: ui.Action{Label: p.T("pool.release_button"), Kind: ui.ActionDanger}, Consequence: p.T("pool.release_consequence")}
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pool.release"), Span: 6}, ui.Form(form)))
	}
	if of.Mine {
		action := ui.Action{Label: p.T("pool.lock"), Icon: "lock", Post: true, URL: "/holdings/" + number(id) + "/lock", Fields: url.Values{"on": {"1"}}}
		if of.Locked {
			action.Label, action.Fields = p.T("pool.unlock"), url.Values{"on": {"0"}}
		}
		view.Actions = []ui.Action{action}
	}
	parts = append(parts, stepsCard(p, of.Policy, of.Steps))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// stepsCard is the history of who had a customer.
func stepsCard(p *i18n.Printer, policy *poolrule.Policy, steps []pool.Step) templ.Component {
	table := ui.TableView{Label: p.T("pool.steps"), Columns: []ui.Column{{Label: p.T("common.date"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("pool.how"), Phone: true}, {Label: p.T("pool.from")}, {Label: p.T("pool.to"), Phone: true}, {Label: p.T("pool.by")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pool.steps_none")}}
	for _, s := range steps {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(dayText(p, s.On)), stepCell(p, policy, s), ui.Text(endText(p, s.FromName, s.From.Pool)), ui.Text(endText(p, s.ToName, s.ToPool)), ui.Text(actorText(p, s.ActorName))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("pool.steps"), Flush: true, Foot: p.T("pool.facts_stay")}, ui.Table(table))
}

func stepCell(p *i18n.Printer, policy *poolrule.Policy, s pool.Step) ui.Cell {
	cell := ui.Text(causeText(p, policy, s.Way, s.Cause))
	if s.UndoneIn != 0 {
		cell.Muted, cell.Sub = true, p.T("pool.undone")
	}
	return cell
}

// endText is the person or the pool.
func endText(p *i18n.Printer, name, inPool string) string {
	if inPool != "" {
		return p.T("pool.pools")
	}
	return textOr(name)
}

// actorText names who did it; the rules have no name.
func actorText(p *i18n.Printer, name string) string {
	if name == "pool" {
		return p.T("pool.by_rules")
	}
	return textOr(ui.Actor(p, "system:"+name, name)) // only the name is kept
}

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "customer.missing")
	if err != nil {
		return err
	}
	_, err = h.Pools.Release(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("reason"))
	switch {
	case err == nil:
		return redirect(w, r, mineOrPool(access.ActorFrom(r.Context())), "done", "released")
	case mendable(err):
		return h.drawHolding(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// mineOrPool is where somebody goes on after letting a customer go: who is a person of the organisation has customers.
func mineOrPool(actor access.Actor) string {
	if actor.PersonID == 0 {
		return poolURL
	}
	return mineURL
}

func (h *Handler) lock(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "customer.missing")
	if err != nil {
		return err
	}
	on := r.PostFormValue("on") == "1"
	err = h.Pools.Lock(r.Context(), access.ActorFrom(r.Context()), id, on)
	done := "unlocked"
	if on {
		done = "locked"
	}
	switch {
	case err == nil && r.PostFormValue("back") == "mine":
		return redirect(w, r, mineURL, "done", done)
	case err == nil:
		return redirect(w, r, "/holdings/"+number(id), "done", done)
	case mendable(err):
		return h.drawHolding(w, r, httpx.StatusOf(err), err)
	}
	return err
}
