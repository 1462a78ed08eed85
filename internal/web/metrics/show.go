package metrics

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// written is a draft that could not be kept, with what is wrong.
type written struct {
	draft metric.Draft
	err   error
}

// historyMonths is how many months of a number are shown; rowsShown how many of its rows.
const (
	historyMonths = 13
	rowsShown     = 20
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw is the page of one definition: its meaning, its months, its rows, its versions.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, wrong *written) error {
	ctx := r.Context()
	p, actor := httpx.PrinterFrom(ctx), access.ActorFrom(ctx)
	d, err := h.metrics.Definition(ctx, actor, metric.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	month := calendar.DateOf(h.now()).Month()
	history, err := h.metrics.Read(ctx, actor, metric.Query{Metrics: []metric.ID{d.ID}, Place: metric.Company, Period: metric.Period{Kind: metric.Span, First: month - historyMonths + 1, Last: month}, By: metric.ByMonth})
	if err != nil {
		return err
	}
	var rows []templ.Component
	if actor.Can(access.PermSalesRead) { // the rows are sales; who sees numbers of people alone sees the definition and its months
		page, err := h.metrics.Rows(ctx, actor, metric.RowsQuery{Metric: d.ID, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}, Measure: metric.MeasureID(r.FormValue("measure")), After: r.FormValue("after"), Limit: rowsShown})
		if err != nil {
			return err
		}
		rows = append(rows, h.rows(p, d, page))
	}
	list, err := h.metrics.Definitions(ctx, actor)
	if err != nil {
		return err
	}
	versions, err := h.metrics.Versions(ctx, actor, d.ID)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: ui.InLanguage(p, d.Name), Subtitle: ui.InLanguage(p, d.Basis), Current: "metrics", Crumbs: []ui.Crumb{{Label: p.T("metric.title"), URL: bookPath}},
		Chips: []ui.Chip{{Label: p.T("metric.version", "Version", d.Version), Tone: ui.ToneLine}}}
	parts := append(notes(p, history), h.meaning(p, d), h.family(p, actor, list, d), h.months(p, history))
	parts = append(append(parts, rows...), h.versions(p, actor, d, versions, wrong))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// meaning is the definition in words.
func (h *Handler) meaning(p *i18n.Printer, d metric.Definition) templ.Component {
	var sources []string
	for _, s := range d.Sources {
		sources = append(sources, p.Message(s.Message()))
	}
	facts := []ui.Fact{{Term: p.T("metric.basis"), Text: ui.InLanguage(p, d.Basis)}, {Term: p.T("metric.formula"), Text: formulaWords(p, d)}, {Term: p.T("metric.owner"), Text: p.T("access.role." + d.Owner)},
		{Term: p.T("metric.source"), Text: p.Join(sources)}, {Term: p.T("metric.unit"), Text: p.T("metric.unit." + string(d.Unit))}, {Term: p.T("metric.good"), Text: p.T("metric.good." + string(d.Good))},
		{Term: p.T("metric.fresh"), Text: p.T("metric.hours", "Hours", d.FreshHours)}}
	if d.MaturesDays > 0 {
		facts = append(facts, ui.Fact{Term: p.T("metric.matures"), Text: p.T("metric.days", "Days", d.MaturesDays)})
	}
	return ui.Filled(ui.CardView{ID: "meaning", Title: p.T("metric.whole_definition"), Span: 7}, ui.Facts(append(facts, ui.Fact{Term: p.T("metric.used"), Text: p.T("metric.used_text")})))
}

// formulaWords writes a formula with the names of its measures.
func formulaWords(p *i18n.Printer, d metric.Definition) string {
	side := func(terms []metric.Term) string {
		var b strings.Builder
		for i, t := range terms {
			switch {
			case t.Minus:
				b.WriteString(" − ")
			case i > 0:
				b.WriteString(" + ")
			}
			if t.When != metric.During {
				b.WriteString(p.T("metric.when."+string(t.When), "Measure", p.T("metric.measure."+string(t.Measure))))
				continue
			}
			b.WriteString(p.T("metric.measure." + string(t.Measure)))
		}
		if len(terms) > 1 && d.Formula.Kind != metric.FormulaSum {
			return "(" + b.String() + ")"
		}
		return b.String()
	}
	switch d.Formula.Kind {
	case metric.FormulaAge:
		return p.T("metric.formula_age")
	case metric.FormulaSum:
		return side(d.Formula.Of)
	case metric.FormulaDays:
		return side(d.Formula.Of) + " ÷ " + side(d.Formula.Over) + " × " + p.T("metric.formula_days")
	}
	return side(d.Formula.Of) + " ÷ " + side(d.Formula.Over)
}

// family is the rival definitions, with this month's choice.
func (h *Handler) family(p *i18n.Printer, actor access.Actor, list []metric.Definition, d metric.Definition) templ.Component {
	table := ui.TableView{ID: "family", Label: p.T("metric.family"), Columns: []ui.Column{{Label: p.T("metric.name"), Phone: true}, {Label: p.T("metric.choice"), Kind: ui.ColumnNarrow, Phone: true}}}
	for _, o := range list {
		if o.Family != d.Family {
			continue
		}
		name := ui.Cell{Text: ui.InLanguage(p, o.Name), Strong: o.ID == d.ID}
		if o.ID != d.ID {
			name.URL = ui.MetricPath(o.ID)
		}
		choice := ui.Cell{}
		switch {
		case o.Default:
			choice.Chip = &ui.Chip{Label: p.T("metric.chosen"), Tone: ui.ToneBrand}
		case h.metrics.MayWrite(actor):
			choice.Body = ui.Button(ui.Action{Label: p.T("metric.choose"), Small: true, Post: true, URL: ui.MetricPath(o.ID) + "/choose"})
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, choice}})
	}
	return ui.Filled(ui.CardView{ID: "rivals", Title: p.T("metric.family"), Sub: p.T("metric.family_sub"), Span: 5, Flush: true}, ui.Table(table))
}

// months is what the number was, the latest first.
func (h *Handler) months(p *i18n.Printer, a metric.Answer) templ.Component {
	s := a.Series[0]
	table := ui.TableView{ID: "history", Label: p.T("metric.months"), Columns: []ui.Column{{Label: p.T("metric.month"), Phone: true}, {Label: p.T("metric.value"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("metric.made_of"), Kind: ui.ColumnNumber}, {Label: p.T("metric.remark")}}}
	for i, part := range slices.Backward(s.Parts) {
		v := part.Value
		remark := ""
		if !v.Known {
			remark = p.Message(v.Why.Message())
		} else if v.Period.ToDate {
			remark = p.T("metric.to_date", "Day", p.Date(v.Period.To))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Month(v.Period.First)), {Body: h.number(p, "m-"+strconv.Itoa(i), s.Definition, v)}, ui.Text(ui.MetricFormula(p, h.currency(), s.Definition, v)), {Text: remark, Muted: true}}})
	}
	return ui.Filled(ui.CardView{ID: "months", Title: p.T("metric.months"), Flush: true}, ui.Table(table))
}

// rows is what this month's number is made of.
func (h *Handler) rows(p *i18n.Printer, d metric.Definition, page metric.RowsPage) templ.Component {
	card := ui.CardView{ID: "rows", Title: p.T("metric.rows_month"), Flush: true}
	if !page.Listed {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "list-details", Title: p.T("metric.no_list"), Text: p.T("metric.no_list_text")}))
	}
	var measures []ui.Tab
	for _, m := range page.Measures {
		measures = append(measures, ui.Tab{Label: p.T("metric.measure." + string(m.ID)), URL: ui.MetricPath(d.ID) + "?measure=" + url.QueryEscape(string(m.ID)) + "#rows", Current: m.ID == page.Measure})
	}
	if len(measures) > 1 {
		card.Head = ui.Segment(measures, p.T("metric.rows"))
	}
	m, _ := metric.MeasureByID(page.Measure)
	amount := func(n int64) string {
		if m.Kind == metric.MeasureMoney {
			return p.Money(n, h.currency())
		}
		return p.Int(n)
	}
	table := ui.TableView{ID: "list", Label: card.Title, Empty: &ui.State{Kind: ui.StateEmpty, Icon: "list-details", Title: p.T("metric.no_rows"), Text: p.T("metric.reason.no_rows")},
		Columns: []ui.Column{{Label: p.T("metric.record"), Phone: true}, {Label: p.T("metric.day"), Kind: ui.ColumnNarrow}, {Label: p.T("metric.person")}, {Label: p.T("metric.whole_amount"), Kind: ui.ColumnNumber}, {Label: p.T("metric.adds"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, row := range page.Rows {
		name := ui.Cell{Text: row.Name, Sub: row.Key, URL: ui.RowPath(row)}
		if row.Name == "" {
			name = ui.Cell{Text: row.Key, URL: ui.RowPath(row)}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(p.Date(row.On)), ui.Text(row.Person), {Text: amount(row.Of), Muted: true}, ui.Text(amount(row.Amount))}})
	}
	parts := []templ.Component{ui.Table(table)}
	if page.Next != "" {
		v := url.Values{"after": {page.Next}, "measure": {string(page.Measure)}}
		card.Footer = ui.Button(ui.Action{Label: p.T("metric.next"), Icon: "chevron-right", Small: true, URL: ui.MetricPath(d.ID) + "?" + v.Encode() + "#rows"})
	}
	return ui.Filled(card, parts...)
}

// versions is what the company wrote, and the form for a further version.
func (h *Handler) versions(p *i18n.Printer, actor access.Actor, d metric.Definition, list []metric.Version, wrong *written) templ.Component {
	table := ui.TableView{ID: "version-list", Label: p.T("metric.versions"), Empty: &ui.State{Kind: ui.StateEmpty, Icon: "history", Title: p.T("metric.shipped"), Text: p.T("metric.shipped_text")},
		Columns: []ui.Column{{Label: p.T("metric.number"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("metric.state"), Phone: true}, {Label: p.T("metric.from")}, {Label: p.T("metric.author")}, {Label: p.T("metric.approver")}, {Label: ""}}}
	for _, v := range list {
		act := ui.Cell{}
		if v.State == metric.VersionDraft && !actor.ReadOnly && (actor.CanAll(access.PermPeriodApprove) || h.metrics.MayWrite(actor)) {
			to, label := metric.VersionApproved, p.T("metric.approve")
			if v.AuthorID == actor.UserID {
				to, label = metric.VersionDropped, p.T("metric.drop")
			}
			act.Body = ui.Button(ui.Action{Label: label, Small: true, Post: true, URL: ui.MetricPath(v.ID) + "/versions/" + strconv.Itoa(v.Version), Fields: url.Values{"to": {string(to)}}})
		}
		tone := map[metric.VersionState]ui.Tone{metric.VersionApproved: ui.ToneGood, metric.VersionDraft: ui.ToneWarn, metric.VersionDropped: ui.ToneLine}[v.State]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T("metric.version", "Version", v.Version)), {Chip: &ui.Chip{Label: p.Message(v.State.Message()), Tone: tone}}, ui.Text(p.Date(v.From)), ui.Text(v.AuthorName), ui.Text(v.ApproverName), act}})
	}
	parts := []templ.Component{ui.Table(table)}
	if h.metrics.MayWrite(actor) {
		parts = append(parts, ui.Form(h.draftForm(p, d, wrong)))
	}
	return ui.Filled(ui.CardView{ID: "versions", Title: p.T("metric.versions"), Sub: p.T("metric.versions_sub")}, parts...)
}

func (h *Handler) draftForm(p *i18n.Printer, d metric.Definition, wrong *written) ui.FormView {
	text := ui.Field{Name: "text", Kind: ui.FieldArea, Rows: 14, Label: p.T("metric.document"), Hint: p.T("metric.document_hint"), Value: metric.TextOf(d)}
	from := ui.Field{Name: "from", Kind: ui.FieldDate, Label: p.T("metric.from"), Span: 4, Value: (calendar.DateOf(h.now()).Month() + 1).First().String()}
	form := ui.FormView{ID: "draft", Action: ui.MetricPath(d.ID) + "/versions", Submit: ui.Action{Label: p.T("metric.propose")}, Consequence: p.T("metric.propose_consequence")}
	if wrong != nil {
		text.Value, from.Value = wrong.draft.Text, ""
		if wrong.draft.From != calendar.NoDate {
			from.Value = wrong.draft.From.String()
		}
		var lines []string
		if e, ok := errors.AsType[*errs.Error](wrong.err); ok {
			for _, f := range e.Fields {
				if f.Path == "from" {
					from.Error = p.Message(f.Message)
					continue
				}
				lines = append(lines, strings.TrimSpace(f.Path+" "+p.Message(f.Message)))
			}
		}
		text.Error = strings.Join(lines, "; ")
	}
	form.Fields = []ui.Field{text, from}
	return form
}
