package targets

import (
	"math"
	"math/big"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fairness"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/stats"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// measure writes a statistic.
func measure(p *i18n.Printer, form fairness.Form, value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return i18n.Unknown
	}
	exact := new(big.Rat).SetFloat64(value)
	switch form {
	case fairness.FormShare:
		return p.Percent(exact)
	case fairness.FormTimes:
		return p.T("fairness.times", "Times", p.Decimal(exact, 2))
	}
	return p.Decimal(exact, 2)
}

func between(p *i18n.Printer, form fairness.Form, i stats.Interval) string {
	return p.T("fairness.interval", "Low", measure(p, form, i.Low), "High", measure(p, form, i.High))
}

func verdictChip(p *i18n.Printer, v fairness.Verdict) *ui.Chip {
	tones := map[fairness.Verdict]ui.Tone{fairness.Fine: ui.ToneGood, fairness.Look: ui.ToneWarn, fairness.Alarm: ui.ToneBad, fairness.Unknown: ui.ToneLine}
	return &ui.Chip{Label: p.Message(v.Message()), Tone: tones[v]}
}

// testsCard is what the tests say.
func testsCard(p *i18n.Printer, title string, tests []fairness.Test) templ.Component {
	table := ui.TableView{Label: title, Columns: []ui.Column{{Label: p.T("fairness.test"), Phone: true}, {Label: p.T("fairness.value"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("fairness.verdict"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("fairness.says")}}, Note: p.T("fairness.note")}
	for i := range tests {
		t := &tests[i]
		form, why := t.Kind.Form(), p.Message(t.Why)
		value := ui.Cell{Text: i18n.Unknown}
		if t.Verdict != fairness.Unknown {
			value.Text = measure(p, form, t.Value)
			if t.Hits > 0 || form == fairness.FormShare && (t.Kind == fairness.KindAttained || t.Kind == fairness.KindNear) {
				value.Text += " " + p.T("fairness.of", "Hits", t.Hits, "Cases", t.Cases)
			}
			if t.Bounded() {
				value.Sub = between(p, form, t.Interval)
			}
		}
		says := ui.Cell{Text: why, Sub: p.Message(t.Kind.About())}
		for _, part := range t.Parts {
			says.Text += p.T("fairness.part", "Name", p.T("fairness.part."+part.Name), "Value", measure(p, part.Form, part.Value), "Interval", between(p, part.Form, part.Interval))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Message(t.Kind.Name()), Strong: t.Verdict == fairness.Alarm, Phone: why}, value, {Chip: verdictChip(p, t.Verdict)}, says}})
	}
	return ui.Filled(ui.CardView{ID: "tests", Title: title, Flush: true, Span: -1}, ui.Table(table))
}

// binsCard is how attainment is spread.
func binsCard(p *i18n.Printer, bins []targetplan.Bin) templ.Component {
	table := ui.TableView{Label: p.T("fairness.spread"), Columns: []ui.Column{{Label: p.T("fairness.attainment"), Phone: true}, {Label: p.T("targetplan.people"), Kind: ui.ColumnNumber, Phone: true}, {Kind: ui.ColumnBar, Phone: true}}}
	all, most := 0, 1
	for _, b := range bins {
		all += b.People
		most = max(most, b.People)
	}
	for _, b := range bins {
		name := p.T("fairness.bin_over", "From", b.From)
		if b.To > 0 {
			name = p.T("fairness.bin", "From", b.From, "To", b.To)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name), ui.Text(p.T("fairness.of", "Hits", b.People, "Cases", all)), ui.Draw(ui.BarOf(ui.Bar{Parts: []ui.BarPart{{Share: big.NewRat(int64(b.People), int64(most)), Class: "f1"}}}))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("fairness.spread"), Flush: true, Span: -1}, ui.Table(table))
}

// patternsCard are people whose months stand out.
func patternsCard(p *i18n.Printer, list []targetplan.PatternShown) templ.Component {
	card := ui.CardView{ID: "patterns", Title: p.T("fairness.patterns"), Count: len(list), Flush: true, Span: -1}
	if len(list) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("fairness.no_patterns")}))
	}
	var items []ui.Item
	for i := range list {
		one := &list[i]
		items = append(items, ui.Item{Title: one.Name, Beside: one.Team, Detail: p.T("fairness.pattern", "Name", p.Message(one.Kind.Name()), "Times", measure(p, fairness.FormTimes, one.Value), "Months", one.Months), Top: true})
	}
	return ui.Filled(card, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Inset: true, Strong: p.T("fairness.talk"), Text: p.T("fairness.talk_text")}), ui.List(items))
}

func (h *Handler) fairness(w http.ResponseWriter, r *http.Request) error {
	return h.drawFairness(w, r, http.StatusOK, nil)
}

// drawFairness are the tests of a quarter.
func (h *Handler) drawFairness(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	until, err := quarterOf(r.URL.Query().Get("until"))
	if err != nil {
		return err
	}
	v, err := h.targets.Fairness(ctx, actor, until, r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("fairness.title"), Subtitle: p.T("fairness.subtitle"), Current: "targets", Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: p.T("fairness.title")}}}
	if v.MayRun {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("fairness.run"), URL: fairnessURL, Post: true, Icon: "refresh"})
	}
	parts := append(doneNote(p, r), problemNote(p, failure)...)
	switch {
	case v.Report.Until == 0:
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("fairness.none"), Text: p.T("fairness.none_text")})))...))
	case v.Report.At.IsZero() && v.Report.Pending:
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateStale, Title: p.T("fairness.gathering"), Text: p.T("fairness.gathering_text")})))...))
	case v.Report.At.IsZero():
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateError, Title: p.T("fairness.failed"), Text: p.T("fairness.failed_text")})))...))
	}
	parts = append(parts, ui.Across(h.chooser(p, &v)))
	if v.Report.Pending {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("fairness.gathering")})))
	}
	if v.Hidden {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateForbidden, Title: p.T("fairness.hidden"), Text: p.T("fairness.hidden_text")})))...))
	}
	title := p.T("fairness.tests_of", "People", v.People)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, testsCard(p, title, v.Tests)), ui.Stack(4, binsCard(p, v.Bins), patternsCard(p, v.Patterns)))...))
}

// chooser chooses the quarter and the unit.
func (h *Handler) chooser(p *i18n.Printer, v *targetplan.FairShown) templ.Component {
	quarters := ui.Field{Name: "until", Kind: ui.FieldSelect, Label: p.T("fairness.quarter")}
	for _, one := range v.Reports {
		if !one.At.IsZero() {
			quarters.Options = append(quarters.Options, ui.Option{Value: one.Until.String(), Label: p.T("fairness.quarter_to", "Month", p.Month(one.Until)), Selected: one.Until == v.Report.Until})
		}
	}
	units := ui.Field{Name: "unit", Kind: ui.FieldSelect, Label: p.T("fairness.unit"), Optional: true, Placeholder: p.T("fairness.all_units")}
	for _, u := range v.Units {
		name := u.Name
		if name == "" {
			name = p.T(map[bool]string{true: "targetplan.no_region", false: "targetplan.no_team"}[u.Parent == ""])
		}
		units.Options = append(units.Options, ui.Option{Value: u.Unit, Label: name, Selected: u.Unit == v.Unit})
	}
	return ui.Filled(ui.CardView{Label: p.T("fairness.show"), Span: -1}, ui.Form(ui.FormView{ID: "which", Method: "get", Action: fairnessURL, Fields: []ui.Field{quarters, units}, Submit: ui.Action{Label: p.T("fairness.show")}}))
}

func quarterOf(text string) (calendar.Month, error) {
	if text == "" {
		return 0, nil
	}
	until, err := calendar.ParseMonth(text)
	if err != nil {
		return 0, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return until, nil
}

func (h *Handler) startFairness(w http.ResponseWriter, r *http.Request) error {
	until, err := quarterOf(r.PostFormValue("until"))
	if err == nil {
		err = h.targets.StartFairness(r.Context(), access.ActorFrom(r.Context()), until)
	}
	return h.acted(w, r, fairnessURL, "fairness", err, h.drawFairness)
}

// splitFairness are the tests of a plan's numbers.
func (h *Handler) splitFairness(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	plan, err := h.targets.Get(ctx, actor, id, "")
	if err != nil {
		return err
	}
	v, err := h.targets.SplitFairness(ctx, actor, id)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("fairness.title"), Subtitle: p.T("fairness.split_subtitle"), Current: "targets", Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: plan.Name, URL: planURL(id)}, {Label: p.T("fairness.title")}},
		Actions: []ui.Action{{Label: p.T("fairness.quarters"), URL: fairnessURL, Icon: "scale"}}}
	if v.Hidden {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateForbidden, Title: p.T("fairness.hidden"), Text: p.T("fairness.hidden_text")}))))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Stack(12, testsCard(p, p.T("fairness.tests_of", "People", v.People), v.Tests))))
}
