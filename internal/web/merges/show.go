package merges

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.drawMerge(w, r, http.StatusOK, nil)
}

// drawMerge shows what a merge did and, while it can be undone, the way back.
func (h *Handler) drawMerge(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	id, err := idOf(r.PathValue("id"), "merge.missing")
	if err != nil {
		return err
	}
	m, err := h.Merges.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	title := p.T("merge.title", "Merged", m.Merged.Name, "Survivor", m.Survivor.Name)
	view := ui.PageView{Title: title, Subtitle: p.T("merge.merge_sub", "When", p.Local(m.At).Format("2006-01-02 15:04"), "Who", ui.Actor(p, m.ActorID, m.ActorName)), Current: "duplicates",
		Crumbs: []ui.Crumb{{Label: p.T("nav.duplicates"), URL: baseURL}, {Label: m.Merged.Name}}, Actions: []ui.Action{{Label: p.T("merge.open_survivor"), URL: customerURL(m.SurvivorID)}}}
	switch {
	case m.Undone():
		view.Chips = []ui.Chip{{Label: p.T("merge.undone"), Tone: ui.ToneLine}}
	default:
		view.Chips = []ui.Chip{{Label: p.T("merge.until", "Day", p.Date(m.Until)), Tone: ui.ToneBrand}}
	}
	parts := notes(p, r, failure)
	if m.Undone() {
		parts = append(parts, ui.Across(stayedNote(p, m)))
	}
	parts = append(parts, ui.Stack(7, movedCard(p, m), h.takenCard(p, m)))
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("merge.both"), Span: -1}, ui.Facts([]ui.Fact{{Term: p.T("merge.survivor"), Text: m.Survivor.Name + " · " + m.Survivor.Key, URL: customerURL(m.SurvivorID)},
		{Term: p.T("merge.merged"), Text: m.Merged.Name + " · " + m.Merged.Key, URL: customerURL(m.MergedID)}, {Term: p.T("merge.reason"), Text: textOr(m.Reason)}}))}
	if !m.Undone() {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("merge.undo"), Span: -1}, ui.Form(ui.FormView{ID: "undo", Action: mergeURL(id) + "/undo", Submit: ui.Action{Label: p.T("merge.undo_button"), Kind: ui.ActionDanger},
			Consequence: p.T("merge.undo_consequence", "Day", p.Date(m.Until))})))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(5, side...))...))
}

func movedCard(p *i18n.Printer, m merge.Merge) templ.Component {
	card := ui.CardView{Title: p.T("merge.moved"), Flush: true, Span: -1}
	var items []ui.Item
	for _, k := range merge.Kinds {
		if n := m.Moved[k]; n > 0 {
			items = append(items, ui.Item{Icon: "arrow-right", Title: p.Message(k.Message(n))})
		}
	}
	if len(items) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("merge.moves_none")}))
	}
	return ui.Filled(card, ui.List(items))
}

// takenCard lists the values that came from the merged customer.
func (h *Handler) takenCard(p *i18n.Printer, m merge.Merge) templ.Component {
	table := ui.TableView{Label: p.T("merge.taken"), Columns: []ui.Column{{Label: p.T("merge.field"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("merge.before"), Phone: true}, {Label: p.T("merge.after"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("merge.taken_none")}}
	for _, f := range merge.FactFields {
		if c, did := m.Change.Facts[string(f)]; did {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name(p, f)), ui.Text(textOr(c.Before)), ui.Text(textOr(c.After))}})
		}
	}
	before, after := merge.Side{Profile: m.Change.Profile}, merge.Side{Profile: m.Change.Left}
	for _, f := range profile.Fields {
		for _, took := range m.Change.Took {
			if took == f {
				table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name(p, merge.Field(f))), ui.Text(textOr(h.value(p, before, merge.Field(f)))), ui.Text(textOr(h.value(p, after, merge.Field(f))))}})
			}
		}
	}
	return ui.Filled(ui.CardView{Title: p.T("merge.taken"), Flush: true, Span: -1}, ui.Table(table))
}

// stayedNote says what undoing could not put back.
func stayedNote(p *i18n.Printer, m merge.Merge) templ.Component {
	when := p.T("merge.undone_by", "Who", m.UndoneBy, "When", p.Local(m.UndoneAt).Format("2006-01-02 15:04"))
	if !m.Stayed.Any() {
		return ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: when, Text: p.T("merge.all_back")})
	}
	var items []ui.Item
	for _, id := range m.Stayed.Opportunities {
		items = append(items, ui.Item{Icon: "layout-kanban", Title: p.T("merge.stayed_signed", "ID", id), URL: "/opportunities/" + number(id)})
	}
	for _, k := range merge.Kinds {
		if n := m.Stayed.Records[k]; n > 0 {
			items = append(items, ui.Item{Icon: "alert-triangle", Title: p.Message(errs.Msg("merge.stayed_records", errs.Args{"What": p.Message(k.Message(n))}))})
		}
	}
	for _, f := range m.Stayed.Fields {
		label := f
		if p.Has("profile."+f) || merge.Field(f).IsFact() {
			label = name(p, merge.Field(f))
		}
		items = append(items, ui.Item{Icon: "pencil", Title: p.T("merge.stayed_field", "Field", label)})
	}
	if m.Stayed.Owner {
		items = append(items, ui.Item{Icon: "user-check", Title: p.T("merge.stayed_owner")})
	}
	return ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: when, Text: p.T("merge.some_stayed"), Body: ui.List(items)})
}

func (h *Handler) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "merge.missing")
	if err != nil {
		return err
	}
	m, err := h.Merges.Undo(r.Context(), access.ActorFrom(r.Context()), id)
	switch {
	case err == nil:
		return redirect(w, r, mergeURL(m.ID), "done", "undone")
	case mendable(err):
		return h.drawMerge(w, r, httpx.StatusOf(err), err)
	}
	return err
}
