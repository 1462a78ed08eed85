package priorities

import (
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows the table as it is weighed now; a failure is that of settling.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	v, err := h.book.Show(r.Context(), p.actor)
	if err != nil {
		return err
	}
	tables, err := h.book.Tables(r.Context(), p.actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.priorities"), Current: "priorities", Subtitle: p.T("prioritybook.subtitle")}
	if len(v.Rows) > 0 {
		view.Actions = []ui.Action{{Label: p.T("prioritybook.excel"), URL: Path + "/export/xlsx", Icon: "file-type-xls", Download: true}, {Label: p.T("prioritybook.word"), URL: Path + "/export/docx", Icon: "file-type-docx", Download: true}}
	}
	if v.MayWrite {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("prioritybook.new"), URL: Path + "/new", Kind: ui.ActionPrimary, Icon: "plus"})
	}
	parts := p.done(r)
	if mendable(failure) {
		_, problem := ui.WithErrors(nil, failure, p.Printer)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "problem", Tone: ui.ToneBad, Strong: problem})))
	}
	if len(v.Rows) == 0 {
		empty := ui.State{Kind: ui.StateEmpty, Title: p.T("prioritybook.none"), Text: p.T("prioritybook.none_text")}
		if v.MayWrite {
			empty.Actions = []ui.Action{{Label: p.T("prioritybook.new"), URL: Path + "/new"}}
		}
		parts = append(parts, ui.Across(ui.Filled(ui.CardView{ID: "empty", Label: p.T("nav.priorities"), Span: -1}, ui.StateOf(empty))))
	} else {
		parts = append(parts, ui.Stack(7, h.matrix(p, &v.Table)), ui.Stack(5, h.outcome(p, &v.Table, v.MayWrite)))
		parts = append(parts, h.horizons(p, &v.Table, true)...)
	}
	parts = append(parts, h.others(p, v.Items)...)
	right := []templ.Component{p.tables(tables)}
	if v.MayWrite && len(v.Rows) > 0 {
		right = append(right, h.settleCard(p, r))
	}
	parts = append(parts, ui.Stack(12, right...))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// done is the note of what was done, by the address.
func (p page) done(r *http.Request) []templ.Component {
	key := "prioritybook.done." + r.URL.Query().Get("done")
	if r.URL.Query().Get("done") == "" || !p.Has(key) {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)}))}
}

// matrix places the rows by effort and benefit; where the quadrants meet is the middle of both.
func (h *Handler) matrix(p page, t *prioritybook.Table) templ.Component {
	view := ui.MatrixView{ID: "matrix", Across: p.T("prioritybook.effort"), Up: p.T("prioritybook.effect"),
		Corners: [4]string{p.Message(priority.First.Message()), p.Message(priority.Project.Message()), p.Message(priority.Aside.Message()), p.Message(priority.Later.Message())}}
	for _, horizon := range priority.Horizons {
		view.Legend = append(view.Legend, ui.Legend{Class: horizonClass(horizon), Label: p.Message(horizon.Message())})
	}
	var said []string
	for i := range t.Rows {
		row := &t.Rows[i]
		one := row.Item()
		view.Marks = append(view.Marks, ui.MatrixMark{Number: row.Number, Across: beside(t, one.Effort, func(i priority.Item) int64 { return i.Effort }, t.Middle.Effort, true), Up: beside(t, one.Benefit(), func(i priority.Item) int64 { return i.Benefit() }, t.Middle.Benefit, false),
			Class: horizonClass(row.Horizon), Faint: !row.Chosen, Title: row.Title})
		said = append(said, digits(int64(row.Number))+" "+row.Title+" "+p.Message(row.Quadrant.Message()))
	}
	view.Sentence = p.T("prioritybook.figure", "Parts", strings.Join(said, "; "))
	return ui.Filled(ui.CardView{ID: "effort-effect", Title: p.T("prioritybook.matrix"), Span: -1, Foot: p.T("prioritybook.matrix_text")}, ui.Matrix(view))
}

// beside is where a value lies on an axis of a thousand whose middle is the middle value: by rank on either side, so that few great ones do not press the others
// together. With low the middle value itself lies below the middle.
func beside(t *prioritybook.Table, value int64, of func(priority.Item) int64, middle int64, low bool) int64 {
	var below, above []int64
	for i := range t.Rows {
		v := of(t.Rows[i].Item())
		if v < middle || low && v == middle {
			below = append(below, v)
		} else {
			above = append(above, v)
		}
	}
	side, start := below, int64(0)
	if value > middle || !low && value == middle {
		side, start = above, 500
	}
	slices.Sort(side)
	side = slices.Compact(side)
	at, _ := slices.BinarySearch(side, value)
	return start + int64(2*at+1)*500/int64(2*len(side))
}

// outcome is what can be done within the frame.
func (h *Handler) outcome(p page, t *prioritybook.Table, may bool) templ.Component {
	c, f := &t.Choice, &t.Frame
	card := ui.CardView{ID: "outcome", Title: p.T("prioritybook.outcome"), Span: -1}
	if may {
		card.Actions = []ui.Action{{Label: p.T("prioritybook.set_frame"), URL: framePath, Small: true}}
	}
	budget, capacity := p.T("prioritybook.no_limit"), p.T("prioritybook.no_limit")
	if f.HasBudget {
		budget = p.Money(f.BudgetMinor, p.currency)
	}
	if f.HasCapacity {
		capacity = p.days(f.Capacity)
	}
	facts := []ui.Fact{{Term: p.T("prioritybook.chosen"), Text: p.Int(int64(len(c.Chosen))) + " / " + p.Int(int64(len(t.Rows)))}, {Term: p.T("prioritybook.budget"), Text: p.Money(c.CostMinor, p.currency) + " / " + budget},
		{Term: p.T("prioritybook.capacity"), Text: p.days(c.Effort) + " / " + capacity}, {Term: p.T("prioritybook.effect_sum"), Text: p.benefit(c.Benefit)}}
	bars := []templ.Component{}
	if f.HasBudget && f.BudgetMinor > 0 {
		bars = append(bars, p.bar(c.CostMinor, f.BudgetMinor, "prioritybook.budget"))
	}
	if f.HasCapacity && f.Capacity > 0 {
		bars = append(bars, p.bar(c.Effort, f.Capacity, "prioritybook.capacity"))
	}
	var order []ui.Item
	for _, id := range c.Chosen {
		order = append(order, ui.Item{Title: t.Title(id)})
	}
	switch {
	case !c.Fits:
		bars = append(bars, ui.NoteOf(ui.Note{ID: "over", Tone: ui.ToneBad, Strong: p.T("prioritybook.must_over"), Inset: true}))
	case c.Proven:
		card.Foot = p.T("prioritybook.proven")
	default:
		card.Foot = p.T("prioritybook.not_proven", "Most", p.benefit(c.Most))
	}
	return ui.Filled(card, append([]templ.Component{ui.Facts(facts)}, append(bars, ui.List(order))...)...)
}

func (p page) bar(part, whole int64, key string) templ.Component {
	class := "f1"
	if part > whole {
		class = "fb"
	}
	return ui.BarOf(ui.Bar{Label: p.T(key) + " " + p.Percent(big.NewRat(part, whole)), Parts: []ui.BarPart{{Share: big.NewRat(min(part, whole), whole), Class: class}}})
}

// horizons are the rows by how soon they work.
func (h *Handler) horizons(p page, t *prioritybook.Table, edit bool) (cards []templ.Component) {
	for _, horizon := range priority.Horizons {
		rows := t.Of(horizon)
		table := ui.TableView{Label: p.Message(horizon.Message()), Columns: []ui.Column{{Label: "#", Kind: ui.ColumnNumber}, {Label: p.T("prioritybook.measure"), Phone: true}, {Label: "RICE", Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("prioritybook.rice")}, {Label: p.T("prioritybook.cost"), Kind: ui.ColumnNumber}, {Label: p.T("prioritybook.delay"), Kind: ui.ColumnNumber}, {Label: p.T("prioritybook.quadrant"), Kind: ui.ColumnNarrow}, {Label: p.T("prioritybook.result"), Phone: true}},
			Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("prioritybook.none_here")}}
		for i := range rows {
			table.Rows = append(table.Rows, h.row(p, t, &rows[i], edit))
		}
		cards = append(cards, ui.Filled(ui.CardView{ID: "horizon-" + string(horizon), Title: p.Message(horizon.Message()), Sub: p.horizonText(horizon, t.Frame.Bounds), Count: len(rows), Flush: true}, ui.Table(table)))
	}
	return cards
}

func (p page) horizonText(h priority.Horizon, b priority.Bounds) string {
	switch h {
	case priority.Short:
		return p.T("prioritybook.within", "Days", p.days(b.ShortEffort), "Weeks", b.ShortWeeks)
	case priority.Mid:
		return p.T("prioritybook.within", "Days", p.days(b.MidEffort), "Weeks", b.MidWeeks)
	}
	return p.T("prioritybook.beyond")
}

func (h *Handler) row(p page, t *prioritybook.Table, row *prioritybook.Row, edit bool) ui.Row {
	quadrant := ui.Chip{Label: p.Message(row.Quadrant.Message()), Tone: quadrantTone(row.Quadrant)}
	result := ui.Chip{Label: p.T("prioritybook.is_chosen"), Tone: ui.ToneGood, Icon: "check"}
	outcome := ui.Cell{Chip: &result}
	if !row.Chosen {
		result = ui.Chip{Label: p.T("prioritybook.is_left"), Tone: ui.ToneLine}
		outcome.Sub = p.why(t, row.Left)
	}
	title := ui.Cell{Text: row.Title, Phone: p.rice(row)}
	if edit {
		title.URL = itemPath(row.ID)
	}
	var needs []string
	for _, id := range row.Needs {
		needs = append(needs, t.Title(id))
	}
	if len(needs) > 0 {
		title.Sub = p.T("prioritybook.after", "What", p.Join(needs))
	}
	if row.Must {
		title.Sub = strings.TrimPrefix(title.Sub+" · "+p.T("prioritybook.must"), " · ")
	}
	cost := "–"
	if row.CostMinor != 0 {
		cost = p.Money(row.CostMinor, p.currency)
	}
	return ui.Row{Cells: []ui.Cell{ui.Text(digits(int64(row.Number))), title, {Text: p.score(row), Strong: true}, ui.Text(p.rice(row)), ui.Text(cost), ui.Text(p.T("prioritybook.weeks", "Weeks", row.DelayWeeks)), {Chip: &quadrant}, outcome}}
}

// others are items that are not weighed: initiatives, and those left out for the time being.
func (h *Handler) others(p page, items []prioritybook.Item) (cards []templ.Component) {
	for _, state := range []prioritybook.State{prioritybook.StateStarted, prioritybook.StateParked} {
		var list []ui.Item
		for i := range items {
			item := &items[i]
			if item.State != state {
				continue
			}
			line := ui.Item{Title: item.Title, URL: itemPath(item.ID), Beside: p.days(item.Effort)}
			if item.InitiativeID != 0 && h.initiative != "" {
				line.Actions = []ui.Action{{Label: p.T("prioritybook.see_initiative"), URL: h.initiative + digits(item.InitiativeID), Small: true}}
			}
			list = append(list, line)
		}
		if len(list) > 0 {
			cards = append(cards, ui.Filled(ui.CardView{ID: "state-" + string(state), Title: p.Message(state.Message()), Count: len(list)}, ui.List(list)))
		}
	}
	return cards
}

func (p page) tables(list []prioritybook.Settled) templ.Component {
	table := ui.TableView{Label: p.T("prioritybook.tables"), Columns: []ui.Column{{Label: p.T("prioritybook.day"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("prioritybook.chosen"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("prioritybook.cost"), Kind: ui.ColumnNumber}, {Label: p.T("prioritybook.effort"), Kind: ui.ColumnNumber}, {Label: p.T("prioritybook.note")}, {Label: p.T("prioritybook.by"), Kind: ui.ColumnNarrow}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("prioritybook.none_settled"), Text: p.T("prioritybook.none_settled_text")}}
	for i := range list {
		s := &list[i]
		c := &s.Table.Choice
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Date(s.On), tablePath(s.ID)), ui.Text(p.Int(int64(len(c.Chosen))) + " / " + p.Int(int64(len(s.Table.Rows)))), ui.Text(p.Money(c.CostMinor, p.currency)), ui.Text(p.days(c.Effort)), ui.Text(s.Note), ui.Text(s.ByName)}})
	}
	return ui.Filled(ui.CardView{ID: "tables", Title: p.T("prioritybook.tables"), Flush: true, Span: -1}, ui.Table(table))
}

func (h *Handler) settleCard(p page, r *http.Request) templ.Component {
	form := ui.FormView{ID: "settle", Action: Path + "/tables", Fields: []ui.Field{{Name: "note", Kind: ui.FieldArea, Label: p.T("prioritybook.note"), Value: r.PostFormValue("note"), Optional: true, Rows: 2}}, Submit: ui.Action{Label: p.T("prioritybook.settle")}, Consequence: p.T("prioritybook.settle_consequence")}
	return ui.Filled(ui.CardView{ID: "settling", Title: p.T("prioritybook.settle"), Span: -1}, ui.Form(form))
}

func (h *Handler) settle(w http.ResponseWriter, r *http.Request) error {
	kept, err := h.book.Settle(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("note"))
	switch {
	case err == nil:
		http.Redirect(w, r, tablePath(kept.ID)+"?done=settled", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// settled shows a table as it was settled.
func (h *Handler) settled(w http.ResponseWriter, r *http.Request) error {
	p := h.page(r)
	s, err := h.settledOf(r)
	if err != nil {
		return err
	}
	title := p.T("prioritybook.of", "On", p.Date(s.On))
	view := ui.PageView{Title: title, Current: "priorities", Crumbs: []ui.Crumb{{Label: p.T("nav.priorities"), URL: Path}, {Label: title}}, Subtitle: p.T("prioritybook.settled_by", "Who", s.ByName, "When", p.Local(s.CreatedAt).Format("2006-01-02 15:04")),
		Actions: []ui.Action{{Label: p.T("prioritybook.excel"), URL: tablePath(s.ID) + "/xlsx", Icon: "file-type-xls", Download: true}, {Label: p.T("prioritybook.word"), URL: tablePath(s.ID) + "/docx", Icon: "file-type-docx", Download: true}}}
	var parts []templ.Component
	if r.URL.Query().Get("done") == "settled" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("prioritybook.done.settled")})))
	}
	if s.Note != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "note", Strong: p.T("prioritybook.note"), Text: s.Note})))
	}
	parts = append(parts, ui.Stack(7, h.matrix(p, &s.Table)), ui.Stack(5, h.outcome(p, &s.Table, false)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, h.horizons(p, &s.Table, false)...)...))
}

func (h *Handler) settledOf(r *http.Request) (s prioritybook.Settled, err error) {
	id, err := idOf(r, "table", "prioritybook.no_table")
	if err != nil {
		if refused := access.ActorFrom(r.Context()).Require(access.PermAssessmentRead); refused != nil {
			return s, refused
		}
		return s, err
	}
	return h.book.Settled(r.Context(), access.ActorFrom(r.Context()), id)
}

// errFormat refuses files of other kinds.
func errFormat() error { return errs.New(errs.KindNotFound, "error.not_found", nil) }
