package assessments

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	if id := chosen(r, "region"); id != 0 {
		return h.region(w, r, id)
	}
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows how the company stands today, beside what was kept last.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	st, err := h.service.Stand(r.Context(), p.actor)
	if err != nil {
		return err
	}
	list, err := h.service.List(r.Context(), p.actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.maturity"), Current: "maturity", Subtitle: p.T("assessment.subtitle", "On", p.Date(st.Today)), Tabs: p.tabs()}
	if st.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("assessment.set_model"), URL: modelPath, Icon: "adjustments-horizontal"}}
	}
	drawing := drawing{page: p, model: &st.Model, result: &st.Result, now: p.T("assessment.today"), asks: st.MayWrite}
	if st.Last != nil {
		drawing.before, drawing.then = &st.Last.Result, p.Date(st.Last.On)
	}
	regions, err := h.regions(r, 0)
	if err != nil {
		return err
	}
	parts := regions
	if key := "assessment.done." + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && p.Has(key) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)})))
	}
	parts = append(parts, drawing.parts()...)
	right := []templ.Component{p.history(list, 0)}
	if st.MayWrite {
		right = append(right, h.keepCard(p, r, failure))
	}
	parts = append(parts, ui.Stack(7, drawing.sides()...), ui.Stack(5, right...))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) keepCard(p page, r *http.Request, failure error) templ.Component {
	form := ui.FormView{ID: "keep", Action: Path, Fields: []ui.Field{{Name: "note", Kind: ui.FieldArea, Label: p.T("assessment.note"), Value: r.PostFormValue("note"), Optional: true, Rows: 2}},
		Submit: ui.Action{Label: p.T("assessment.keep"), Kind: ui.ActionPrimary}, Consequence: p.T("assessment.keep_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	return ui.Filled(ui.CardView{ID: "keeping", Title: p.T("assessment.keep"), Span: -1}, ui.Form(form))
}

func (h *Handler) keep(w http.ResponseWriter, r *http.Request) error {
	a, err := h.service.Keep(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("note"))
	switch {
	case err == nil:
		http.Redirect(w, r, keptPath(a.ID)+"?done=kept", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// kept shows an assessment as it was kept, beside another one: the one before it, or the one that was chosen.
func (h *Handler) kept(w http.ResponseWriter, r *http.Request) error {
	p := h.page(r)
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return errs.New(errs.KindNotFound, "assessment.missing", nil)
	}
	a, err := h.service.Get(r.Context(), p.actor, id)
	if err != nil {
		return err
	}
	list, err := h.service.List(r.Context(), p.actor)
	if err != nil {
		return err
	}
	drawing := drawing{page: p, model: &a.Model, result: &a.Result, now: p.Date(a.On)}
	if other := beside(list, a.ID, chosen(r, "with")); other != nil {
		drawing.before, drawing.then = &other.Result, p.Date(other.On)
	}
	title := p.T("assessment.of", "On", p.Date(a.On))
	view := ui.PageView{Title: title, Current: "maturity", Crumbs: []ui.Crumb{{Label: p.T("nav.maturity"), URL: Path}, {Label: title}}, Subtitle: p.T("assessment.kept_by", "Who", a.ByName, "When", p.Local(a.CreatedAt).Format("2006-01-02 15:04"), "Version", a.Model.Version)}
	var parts []templ.Component
	if r.URL.Query().Get("done") == "kept" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("assessment.done.kept")})))
	}
	if a.Note != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "note", Strong: p.T("assessment.note"), Text: a.Note})))
	}
	parts = append(parts, drawing.parts()...)
	parts = append(parts, ui.Stack(7, drawing.sides()...), ui.Stack(5, p.history(list, a.ID)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// beside is the chosen assessment, or the one before; nil when there is none. The list is the latest first.
func beside(list []assessment.Assessment, id, chosen int64) *assessment.Assessment {
	for i := range list {
		if chosen != 0 && chosen != id && list[i].ID == chosen {
			return &list[i]
		}
		if chosen == 0 && list[i].ID == id && i+1 < len(list) {
			return &list[i+1]
		}
	}
	return nil
}

// history is what was kept, with a line when there are enough.
func (p page) history(list []assessment.Assessment, shown int64) templ.Component {
	table := ui.TableView{Label: p.T("assessment.history"), Inset: true, Columns: []ui.Column{{Label: p.T("assessment.day"), Phone: true}, {Label: p.T("assessment.overall"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("assessment.weakest"), Phone: true}, {Label: p.T("assessment.by")}, {Label: ""}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("assessment.none_kept"), Text: p.T("assessment.none_kept_text")}}
	trend := ui.TrendView{ID: "overall-trend", Label: p.T("assessment.history"), Line: true, Period: p.T("assessment.day"), Actual: p.T("assessment.overall")}
	for i := range list {
		a := &list[i]
		overall := p.T("assessment.unknown")
		point := ui.TrendPoint{Tick: a.On.String()[5:], Name: p.Date(a.On), URL: keptPath(a.ID)}
		if a.Result.Known {
			overall = p.score(a.Result.Overall)
			point.Actual.Value = big.NewRat(a.Result.Overall, 100)
		}
		point.Actual.Text = overall
		trend.Points = append([]ui.TrendPoint{point}, trend.Points...)
		row := ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Date(a.On), keptPath(a.ID)), ui.Text(overall), ui.Text(p.weakest(&a.Result)), ui.Text(a.ByName), {}}}
		switch {
		case a.ID == shown:
			row.Kind = ui.RowSelected
		case shown != 0:
			row.Cells[4] = ui.LinkTo(p.T("assessment.compare"), keptPath(shown)+"?with="+number(a.ID))
		}
		table.Rows = append(table.Rows, row)
	}
	card := ui.CardView{ID: "history", Title: p.T("assessment.history"), Span: -1}
	trend.Axis = func(v *big.Rat) string { return p.Decimal(v, 1) }
	if len(list) >= 3 {
		return ui.Filled(card, ui.Trend(trend), ui.Table(table))
	}
	return ui.Filled(card, ui.Table(table))
}

func (p page) weakest(r *maturity.Result) string {
	j := r.Of(r.Weakest)
	if j == nil {
		return "–"
	}
	return p.Message(j.Dimension.Message()) + " " + p.score(j.Score)
}

// sentence says the whole figure.
func (d *drawing) sentence() string {
	var said []string
	for i := range d.result.Dimensions {
		j := &d.result.Dimensions[i]
		text := d.T("assessment.unknown")
		if j.Level != maturity.None {
			text = d.score(j.Score)
		}
		said = append(said, d.Message(j.Dimension.Message())+" "+text)
	}
	return d.T("assessment.figure", "Parts", strings.Join(said, "; "))
}
