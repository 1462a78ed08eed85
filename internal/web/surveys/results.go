package surveys

import (
	"math/big"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	return h.drawResults(w, r, http.StatusOK, id, nil)
}

// filterOf reads days from the query; what makes no sense counts as absent.
func filterOf(r *http.Request, id int64) survey.Filter {
	day := func(name string) calendar.Date {
		d, err := calendar.ParseDate(strings.TrimSpace(r.URL.Query().Get(name)))
		if err != nil {
			return calendar.NoDate
		}
		return d
	}
	query := r.URL.Query()
	f := survey.Filter{SurveyID: id, Answered: fact.Days{From: day("from"), To: day("to")}, LowOnly: query.Get("low") != "", Paging: fact.Paging{Limit: 50}}
	_, f.Paging.Cursor = ui.PlaceOf(query.Get("cursor"))
	return f
}

// drawResults answers with what the answers come to; failure is why no links could be made.
func (h *Handler) drawResults(w http.ResponseWriter, r *http.Request, status int, id int64, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	f := filterOf(r, id)
	whole := f
	whole.LowOnly, whole.Paging = false, fact.Paging{}
	out, err := h.Surveys.Results(ctx, actor, whole)
	if err != nil {
		return err
	}
	page, err := h.Surveys.Answers(ctx, actor, f)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: out.Name, Subtitle: p.T("survey.definition." + string(out.Kind)), Current: "surveys", Chips: chips(p, out.Survey), Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: out.Name}}}
	if actor.Can(access.PermWorkWrite) && out.Active {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("survey.invite"), Icon: "link", Kind: ui.ActionPrimary, URL: ui.URLWith(inviteURL, nil, "survey", number(id))})
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("survey.mailings"), Icon: "send", URL: mailingsURL(id)})
	if actor.CanAll(access.PermServiceRules) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("survey.edit"), Icon: "edit", URL: ui.URLWith(formURL, nil, "id", number(id))})
	}
	parts := append(savedNote(p, r), metrics(p, out)...)
	if !out.Anonymous {
		parts = append(parts, ui.Across(ui.Filter(daysFilter(p, r, id))))
	}
	for _, part := range []struct {
		key    string
		groups []survey.Group
	}{{"month", out.Months}, {"team", out.Teams}, {"seller", out.Sellers}, {"owner", out.Owners}, {"product", out.Products}} {
		if len(part.groups) > 0 {
			parts = append(parts, ui.Filled(ui.CardView{Title: p.T("survey.by_" + part.key), Flush: true, Span: 6}, ui.Table(groupTable(p, out.Kind, part.key, part.groups))))
		}
	}
	parts = append(parts, ui.Filled(ui.CardView{ID: "answers", Title: p.T("survey.answers"), Flush: true}, answersTable(p, r, page)))
	if actor.Can(access.PermWorkWrite) && out.Active {
		parts = append(parts, ui.Filled(ui.CardView{ID: "wave", Title: p.T("survey.wave"), Sub: p.T("survey.wave_sub", "Max", survey.WaveMost)}, ui.Form(h.waveForm(p, r, id, failure))))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func daysFilter(p *i18n.Printer, r *http.Request, id int64) ui.FilterView {
	query := url.Values{}
	for _, name := range []string{"from", "to", "low"} {
		if v := r.URL.Query().Get(name); v != "" {
			query.Set(name, v)
		}
	}
	fields := []ui.Field{{Name: "from", Kind: ui.FieldDate, Label: p.T("sales.from"), Value: query.Get("from"), Optional: true}, {Name: "to", Kind: ui.FieldDate, Label: p.T("sales.to"), Value: query.Get("to"), Optional: true},
		{Name: "low", Kind: ui.FieldCheck, Label: p.T("survey.only_low"), Value: "1", Checked: query.Get("low") != "", Optional: true}}
	v := ui.FilterView{ID: "survey", Path: surveyURL(id), Fields: fields, Chips: ui.ChipsOf(fields, surveyURL(id), query, p.T("common.colon"))}
	if len(v.Chips) > 0 {
		v.Clear = v.Path
	}
	return v
}

// metrics are the number, how sure it is, and how many answered.
func metrics(p *i18n.Printer, out survey.Results) []templ.Component {
	share, within := rate(p, out.Answered, out.Sent)
	value := ui.Metric{Label: p.T("survey.value." + string(out.Kind)), Text: valueText(p, out.Kind, out.Total), Goal: intervalText(p, out.Kind, out.Total), Span: 4}
	var points []*big.Rat
	for _, m := range out.Months {
		if m.Value != nil {
			points = append(points, m.Value)
		}
	}
	if len(points) >= 3 {
		value.Spark = &ui.Spark{Points: points[max(0, len(points)-24):], Label: p.T("survey.by_month")}
	}
	return []templ.Component{ui.MetricCard(value),
		ui.MetricCard(ui.Metric{Label: p.T("survey.answers"), Text: countText(p, out.Total), Goal: partsText(p, out.Kind, out.Total), Span: 4}),
		ui.MetricCard(ui.Metric{Label: p.T("survey.response_rate"), Text: share, Goal: p.T("survey.of_sent", "Answered", out.Answered, "Sent", out.Sent), Gap: within, Span: 4})}
}

// valueText writes CSAT as a percentage and NPS as points from −100 to 100.
func valueText(p *i18n.Printer, kind survey.Kind, m survey.Measure) string {
	switch {
	case m.Hidden:
		return p.T("survey.too_few", "Least", survey.GroupLeast)
	case m.Value == nil:
		return i18n.Unknown
	case kind == survey.KindNPS:
		return points(p, m.Value)
	}
	return p.Percent(m.Value)
}

func points(p *i18n.Printer, share *big.Rat) string {
	return p.Decimal(new(big.Rat).Mul(share, big.NewRat(100, 1)), 0)
}

func intervalText(p *i18n.Printer, kind survey.Kind, m survey.Measure) string {
	switch {
	case m.Low == nil || m.High == nil:
		return ""
	case kind == survey.KindNPS:
		return p.T("survey.interval", "Low", points(p, m.Low), "High", points(p, m.High))
	}
	return p.T("survey.interval", "Low", p.Percent(m.Low), "High", p.Percent(m.High))
}

// shortInterval is the interval under a head that says what it is.
func shortInterval(p *i18n.Printer, kind survey.Kind, m survey.Measure) string {
	switch {
	case m.Low == nil || m.High == nil:
		return ""
	case kind == survey.KindNPS:
		return p.T("survey.from_to", "Low", points(p, m.Low), "High", points(p, m.High))
	}
	return p.T("survey.from_to", "Low", p.Percent(m.Low), "High", p.Percent(m.High))
}

func countText(p *i18n.Printer, m survey.Measure) string {
	if m.Hidden {
		return p.T("survey.fewer", "Least", survey.GroupLeast)
	}
	return p.Int(m.Count)
}

func partsText(p *i18n.Printer, kind survey.Kind, m survey.Measure) string {
	switch {
	case m.Hidden || m.Count == 0:
		return ""
	case kind == survey.KindNPS:
		return p.T("survey.parts_nps", "Promoters", m.Tally.Promoters(), "Passives", m.Tally.Passives(), "Detractors", m.Tally.Detractors())
	}
	return p.T("survey.parts_csat", "Satisfied", m.Tally.Satisfied(), "Count", m.Count)
}

func groupTable(p *i18n.Printer, kind survey.Kind, key string, groups []survey.Group) ui.TableView {
	v := ui.TableView{Label: p.T("survey.by_" + key), Columns: []ui.Column{{Key: key, Label: p.T("survey." + key), Phone: true}, {Key: "value", Label: p.T("survey.value." + string(kind)), Kind: ui.ColumnNumber, Phone: true},
		{Key: "interval", Label: p.T("survey.interval_head"), Kind: ui.ColumnNarrow}, {Key: "count", Label: p.T("survey.answers"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, g := range groups {
		name := g.Name
		if name == "" {
			name = i18n.Unknown
		}
		few := g.Count > 0 && g.Count < survey.GroupLeast
		v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name), {Text: valueText(p, kind, g.Measure), Muted: few || g.Hidden}, {Text: shortInterval(p, kind, g.Measure), Muted: true}, {Text: countText(p, g.Measure), Muted: few}}})
	}
	return v
}

func answersTable(p *i18n.Printer, r *http.Request, page survey.Page) templ.Component {
	s := page.Survey
	if page.Hidden {
		return ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "lock", Title: p.T("survey.too_few", "Least", survey.GroupLeast)})
	}
	v := ui.TableView{ID: "answer-list", Label: p.T("survey.answers"), Path: surveyURL(s.ID), Query: r.URL.Query(), Empty: &ui.State{Kind: ui.StateEmpty, Icon: "star", Title: p.T("survey.no_answers"), Text: p.T("survey.no_answers_text")},
		Columns: []ui.Column{{Key: "on", Label: p.T("survey.answered_on"), Kind: ui.ColumnNarrow}, {Key: "score", Label: p.T("survey.score"), Kind: ui.ColumnNumber, Phone: true}, {Key: "comment", Label: p.T("survey.comment_head"), Phone: true},
			{Key: "customer", Label: p.T("common.customer"), Hidden: s.Anonymous}, {Key: "seller", Label: p.T("service.seller"), Hidden: s.Anonymous}, {Key: "product", Label: p.T("sales.product")}, {Key: "case", Label: p.T("service.case"), Hidden: s.Anonymous}}}
	before, _ := ui.PlaceOf(r.URL.Query().Get("cursor"))
	for _, a := range page.Rows {
		opened := ui.Text(i18n.Unknown)
		if a.RaisedID != 0 {
			opened = ui.LinkTo("#"+number(a.RaisedID), "/cases/"+number(a.RaisedID))
		}
		v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{ui.Text(onText(s, a)), scoreCell(s, a.Score), {Text: text(a.Comment)}, ui.LinkTo(text(a.CustomerName), "/customers/"+number(a.About.CustomerID)), ui.Text(text(a.SellerName)), ui.Text(text(a.ProductName)), opened}})
	}
	if len(page.Rows) > 0 {
		pager := ui.PagerAt(before, len(page.Rows), -1, page.Next)
		v.Pager = pager
		for _, format := range []string{"csv", "xlsx"} {
			v.Exports = append(v.Exports, ui.Link{Label: strings.ToUpper(format), URL: ui.URLWith(surveyURL(s.ID)+"/export/"+format, r.URL.Query(), "cursor", ""), Icon: map[string]string{"csv": "file-type-csv", "xlsx": "file-type-xls"}[format]})
		}
	}
	return ui.Table(v)
}

// onText is the day of an answer; of an anonymous one the month.
func onText(s survey.Survey, a survey.Answer) string {
	if s.Anonymous {
		return a.AnsweredOn.Month().String()
	}
	return a.AnsweredOn.String()
}

func scoreCell(s survey.Survey, score int64) ui.Cell {
	c := ui.Cell{Text: number(score)}
	if score <= s.LowUntil {
		c.Tone = ui.ToneBad
	}
	return c
}

func text(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func (h *Handler) waveForm(p *i18n.Printer, r *http.Request, id int64, failure error) ui.FormView {
	today := calendar.DateOf(h.Now())
	from, to := (today - 90).String(), today.String()
	if r.Method == http.MethodPost {
		from, to = r.PostFormValue("from"), r.PostFormValue("to")
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "from", ID: "f-wave-from", Kind: ui.FieldDate, Label: p.T("survey.signed_from"), Value: from, Span: 6}, {Name: "to", ID: "f-wave-to", Kind: ui.FieldDate, Label: p.T("survey.signed_to"), Value: to, Span: 6}}, failure, p)
	return ui.FormView{ID: "wave-form", Action: surveyURL(id) + "/wave", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("survey.make_links"), Icon: "download"}, Consequence: p.T("survey.links_once")}
}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	s, err := h.Surveys.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if s.Anonymous { // refused before a file is begun
		if err := actor.RequireAll(access.PermSalesRead); err != nil {
			return err
		}
	}
	return httpx.Download(w, httpx.Export{Name: "survey-answers", Sheet: p.T("survey.answers"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("survey.answered_on"), p.T("survey.score"), p.T("survey.comment_head"), p.T("common.customer"), p.T("service.seller"), p.T("sales.product"), p.T("sales.deal_key"), p.T("service.number")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Surveys.Each(r.Context(), actor, filterOf(r, id), func(a survey.Answer) error {
				opened := ""
				if a.RaisedID != 0 {
					opened = number(a.RaisedID)
				}
				return write(tabular.Text(onText(s, a)), tabular.Number(number(a.Score)), tabular.Text(a.Comment), tabular.Text(a.CustomerName), tabular.Text(a.SellerName), tabular.Text(a.ProductName), tabular.Text(a.About.DealKey), tabular.Text(opened))
			})
		}})
}
