package standards

import (
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/stats"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

const complianceURL = "/compliance"

// usualMonths is how many months the page shows at first.
const usualMonths = 3

// complianceRoutes are about what cases come to.
func (h *Handler) complianceRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+complianceURL, h.showRates)
	handle("GET "+complianceURL+"/cases", h.showFindings)
	handle("GET "+complianceURL+"/export/{format}", h.exportRates)
	handle("POST "+complianceURL+"/hand-over", h.handOver)
	handle("GET "+listURL+"/{version}/trial", h.trial)
}

// asked is what a page of rates was asked for.
type asked struct {
	standard.Question
	query url.Values
}

func (h *Handler) question(r *http.Request) (a asked, err error) {
	a.query = r.URL.Query()
	for _, name := range []string{"saved", "cursor"} {
		a.query.Del(name)
	}
	a.To = h.today().Month()
	a.From, a.By = a.To-usualMonths+1, standard.ByRule
	var c fact.Checker
	for name, m := range map[string]*calendar.Month{"from": &a.From, "to": &a.To} {
		if text := r.FormValue(name); text != "" {
			if *m, err = calendar.ParseMonth(text); err != nil {
				c.Add(name, text, "form.error.date", nil)
			}
		}
	}
	if by := r.FormValue("by"); by != "" {
		a.By = standard.Dimension(by)
	}
	a.RuleID, a.Stage = r.FormValue("rule"), r.FormValue("stage")
	for name, id := range map[string]*int64{"person": &a.PersonID, "team": &a.TeamID, "region": &a.RegionID} {
		if text := r.FormValue(name); text != "" {
			if *id, err = strconv.ParseInt(text, 10, 64); err != nil {
				c.Add(name, text, "form.error.choice", nil)
			}
		}
	}
	return a, c.Err()
}

func (h *Handler) showRates(w http.ResponseWriter, r *http.Request) error {
	return h.drawRates(w, r, http.StatusOK, nil)
}

func (h *Handler) drawRates(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	a, err := h.question(r)
	if err != nil {
		return err
	}
	rates, err := h.standards.Rates(ctx, actor, a.Question)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("nav.compliance"), Subtitle: p.T("standard.rates_sub", "From", p.Month(a.From), "To", p.Month(a.To)), Current: "compliance"}
	for _, by := range standard.Dimensions {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("standard.by." + string(by)), URL: ui.URLWith(complianceURL, a.query, "by", string(by)), Current: by == a.By})
	}
	parts := []templ.Component{ui.Across(ui.Filter(filterBar(p, a, rates)))}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("standard.refused"), Text: problem})))
	}
	if people := r.FormValue("saved"); people != "" && failure == nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("standard.handed_over")})))
	}
	if !rates.JudgedAll {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("standard.behind", "Count", rates.Behind), Text: p.T("standard.behind_text")})))
	}
	parts = append(parts, totals(p, rates)...)
	parts = append(parts, ratesCard(p, a, rates))
	if card := recordingCard(p, rates); card != nil {
		parts = append(parts, card)
	}
	if actor.CanAll(access.PermSalesWrite) {
		parts = append(parts, h.handOverCard(p))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func filterBar(p *i18n.Printer, a asked, rates standard.Rates) ui.FilterView {
	stage := ui.Field{Name: "stage", Kind: ui.FieldSelect, Label: p.T("standard.by.stage"), Value: a.Stage, Optional: true, Placeholder: p.T("standard.all")}
	for _, s := range rates.Standard.Stages {
		stage.Options = append(stage.Options, ui.Option{Value: s.ID, Label: textOf(p, s.Name), Selected: s.ID == a.Stage})
	}
	rule := ui.Field{Name: "rule", Kind: ui.FieldSelect, Label: p.T("standard.by.rule"), Value: a.RuleID, Optional: true, Placeholder: p.T("standard.all")}
	for _, r := range rates.Standard.Rules {
		rule.Options = append(rule.Options, ui.Option{Value: r.ID, Label: textOf(p, r.Name), Selected: r.ID == a.RuleID})
	}
	v := ui.FilterView{ID: "filter", Path: complianceURL, Keep: []ui.Field{{Kind: ui.FieldHidden, Name: "by", Value: string(a.By)}}, Fields: []ui.Field{
		{Name: "from", Kind: ui.FieldMonth, Label: p.T("standard.from_month"), Value: a.From.String()}, {Name: "to", Kind: ui.FieldMonth, Label: p.T("standard.to_month"), Value: a.To.String()}, stage, rule}}
	for _, name := range []string{"person", "team", "region"} {
		if value := a.query.Get(name); value != "" {
			v.Keep = append(v.Keep, ui.Field{Kind: ui.FieldHidden, Name: name, Value: value})
			v.Chips = append(v.Chips, ui.FilterChip{Label: p.T("standard.by." + name), Remove: ui.URLWith(complianceURL, a.query, name, "")})
		}
	}
	return v
}

// share writes satisfied of decided; nothing decided has no rate.
func share(p *i18n.Printer, hits, of int64) string {
	if of == 0 {
		return i18n.Unknown
	}
	return p.Percent(big.NewRat(hits, of))
}

// interval is Wilson's, at 95 %.
func interval(p *i18n.Printer, hits, of int64) string {
	if of == 0 {
		return i18n.Unknown
	}
	rate, err := stats.Wilson(int(hits), int(of), 0.95)
	if err != nil {
		return i18n.Unknown
	}
	whole := func(f float64) string { return p.Percent(new(big.Rat).SetFloat64(f)) }
	return whole(rate.Interval.Low) + " – " + whole(rate.Interval.High)
}

func totals(p *i18n.Printer, rates standard.Rates) []templ.Component {
	t := rates.Total
	metric := func(name, value, goal string) templ.Component {
		return ui.MetricCard(ui.Metric{Label: p.T("standard.rate_" + name), Basis: p.T("standard.rate_" + name + "_basis"), Text: value, Goal: goal})
	}
	return []templ.Component{
		metric("rules", share(p, t.Rules.Satisfied, t.Rules.Decided()), p.T("standard.interval", "Interval", interval(p, t.Rules.Satisfied, t.Rules.Decided()))),
		metric("weighted", share(p, t.HitWeight, t.FullWeight), ""),
		metric("cases", share(p, t.Cases.Satisfied, t.Cases.Decided()), p.T("standard.interval", "Interval", interval(p, t.Cases.Satisfied, t.Cases.Decided()))),
		ui.MetricCard(ui.Metric{Label: p.T("standard.apart"), Basis: p.T("standard.apart_basis"), Text: p.Int(t.Rules.Pending) + " / " + p.Int(t.Rules.Exempt)}),
	}
}

// rowName is what a line is of.
func rowName(p *i18n.Printer, a asked, row standard.Rate) string {
	switch a.By {
	case standard.ByRule, standard.ByStage:
		if row.NameText.Zh != "" || row.NameText.En != "" {
			return textOf(p, row.NameText)
		}
		if row.Key == "" {
			return p.T("standard.earlier_rules")
		}
		return row.Key
	case standard.ByMonth:
		return row.Key
	}
	switch {
	case row.Name != "":
		return row.Name
	case a.By == standard.ByPerson:
		return i18n.Unknown
	}
	return p.T("standard.nobody")
}

// parameterOf is what narrows to a line; months narrow from and to.
func parameterOf(a asked, row standard.Rate) []string {
	switch a.By {
	case standard.ByRule:
		return []string{"rule", row.Key}
	case standard.ByStage:
		return []string{"stage", row.Key}
	case standard.ByMonth:
		return []string{"from", row.Key, "to", row.Key}
	}
	return []string{string(a.By), strconv.FormatInt(row.ID, 10)}
}

func ratesCard(p *i18n.Printer, a asked, rates standard.Rates) templ.Component {
	cases := a.By != standard.ByRule && a.By != standard.ByStage && a.RuleID == "" && a.Stage == ""
	table := ui.TableView{Label: p.T("nav.compliance"), Columns: []ui.Column{{Label: p.T("standard.by." + string(a.By)), Phone: true}, {Label: p.T("standard.rate_rules"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("standard.interval_head"), Kind: ui.ColumnNumber}, {Label: p.T("standard.rate_weighted"), Kind: ui.ColumnNumber}, {Label: p.T("standard.rate_cases"), Kind: ui.ColumnNumber, Hidden: !cases},
		{Label: p.T("standard.satisfied"), Kind: ui.ColumnNumber}, {Label: p.T("standard.violated"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("standard.pending"), Kind: ui.ColumnNumber}, {Label: p.T("standard.exempt_head"), Kind: ui.ColumnNumber}},
		Exports: []ui.Link{{Label: "CSV", URL: ui.URLWith(complianceURL+"/export/csv", a.query)}, {Label: "XLSX", URL: ui.URLWith(complianceURL+"/export/xlsx", a.query)}},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("standard.no_rates"), Text: p.T("standard.no_rates_text")}}
	if len(rates.Rows) == 0 {
		table.Exports = nil
	}
	for _, row := range rates.Rows {
		narrow := parameterOf(a, row)
		list := func(n int64, status conform.Status) ui.Cell {
			if n == 0 {
				return ui.Text("0")
			}
			return ui.LinkTo(p.Int(n), ui.URLWith(complianceURL+"/cases", a.query, append(slices.Clone(narrow), "status", status.String())...))
		}
		name := ui.Text(rowName(p, a, row))
		if next := map[standard.Dimension]standard.Dimension{standard.ByRegion: standard.ByTeam, standard.ByTeam: standard.ByPerson, standard.ByPerson: standard.ByRule, standard.ByStage: standard.ByRule, standard.ByMonth: standard.ByRule, standard.ByRule: standard.ByPerson}[a.By]; row.Key != "" || row.ID != 0 {
			name.URL = ui.URLWith(complianceURL, a.query, append(slices.Clone(narrow), "by", string(next))...)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(share(p, row.Rules.Satisfied, row.Rules.Decided())), ui.Text(interval(p, row.Rules.Satisfied, row.Rules.Decided())), ui.Text(share(p, row.HitWeight, row.FullWeight)),
			ui.Text(share(p, row.Cases.Satisfied, row.Cases.Decided())), ui.Text(p.Int(row.Rules.Satisfied)), list(row.Rules.Violated, conform.Violated), list(row.Rules.Pending, conform.Pending), list(row.Rules.Exempt, conform.Exempt)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("standard.by." + string(a.By)), Sub: p.T("standard.rates_text"), Flush: true}, ui.Table(table))
}

// recordingCard shows how long after it happened people write down what they did.
func recordingCard(p *i18n.Printer, rates standard.Rates) templ.Component {
	if len(rates.Recording) == 0 {
		return nil
	}
	by := map[int64]*standard.RecordingTally{}
	var order []int64
	for _, t := range rates.Recording {
		if by[t.PersonID] == nil {
			by[t.PersonID] = &standard.RecordingTally{PersonID: t.PersonID, PersonName: t.PersonName}
			order = append(order, t.PersonID)
		}
		sum := by[t.PersonID]
		sum.Events += t.Events
		sum.WithinHour += t.WithinHour
		sum.WithinDay += t.WithinDay
		sum.WithinThreeDays += t.WithinThreeDays
		sum.Later += t.Later
		sum.Batched += t.Batched
	}
	slices.SortStableFunc(order, func(a, b int64) int { return int(by[b].Late() - by[a].Late()) })
	table := ui.TableView{Label: p.T("standard.recording"), Columns: []ui.Column{{Label: p.T("standard.by.person"), Phone: true}, {Label: p.T("standard.events"), Kind: ui.ColumnNumber}, {Label: p.T("standard.within_hour"), Kind: ui.ColumnNumber},
		{Label: p.T("standard.within_day"), Kind: ui.ColumnNumber}, {Label: p.T("standard.later"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("standard.batched"), Title: p.T("standard.batched_text", "Count", standard.BatchLeast), Kind: ui.ColumnNumber, Phone: true}}}
	for _, id := range order[:min(len(order), recordingShown)] {
		t := by[id]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(t.PersonName), ui.Text(p.Int(t.Events)), ui.Text(share(p, t.WithinHour, t.Events)), ui.Text(share(p, t.WithinDay, t.Events)), ui.Text(share(p, t.Late(), t.Events)), ui.Text(share(p, t.Batched, t.Events))}})
	}
	return ui.Filled(ui.CardView{ID: "recording", Title: p.T("standard.recording"), Sub: p.T("standard.recording_sub"), Flush: true}, ui.Table(table))
}

// recordingShown is how many people the table of recordings shows, those who are late most.
const recordingShown = 50

// handOverCard offers to hand the rates of a month over to plans.
func (h *Handler) handOverCard(p *i18n.Printer) templ.Component {
	return ui.Filled(ui.CardView{ID: "hand-over", Title: p.T("standard.hand_over"), Sub: p.T("standard.hand_over_sub", "Measure", standard.Measure)}, ui.Form(ui.FormView{ID: "hand-over-form", Action: complianceURL + "/hand-over",
		Fields: []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("standard.by.month"), Value: (h.today().Month() - 1).String(), Span: 4}},
		Submit: ui.Action{Label: p.T("standard.hand_over"), Kind: ui.ActionPrimary}, Consequence: p.T("standard.hand_over_consequence")}))
}

func (h *Handler) handOver(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	month, err := calendar.ParseMonth(r.PostFormValue("month"))
	if err != nil {
		err = errs.Invalid("fact.invalid", []errs.Field{{Path: "month", Value: r.PostFormValue("month"), Message: errs.Msg("form.error.date", nil)}})
	} else {
		_, err = h.standards.HandOver(r.Context(), actor, month)
	}
	if err == nil {
		http.Redirect(w, r, complianceURL+"?saved=1&by=person&from="+month.String()+"&to="+month.String(), http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	return h.drawRates(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) exportRates(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := h.question(r)
	if err != nil {
		return err
	}
	rates, err := h.standards.Rates(ctx, access.ActorFrom(ctx), a.Question)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	return httpx.Download(w, httpx.Export{Name: "compliance", Sheet: p.T("nav.compliance"), Format: r.PathValue("format"),
		Head: []string{p.T("standard.by." + string(a.By)), p.T("standard.rate_rules"), p.T("standard.satisfied"), p.T("standard.violated"), p.T("standard.pending"), p.T("standard.exempt_head")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			for _, row := range rates.Rows {
				n := func(n int64) tabular.Cell { return tabular.Number(strconv.FormatInt(n, 10)) }
				if err := write(tabular.Text(rowName(p, a, row)), tabular.Text(share(p, row.Rules.Satisfied, row.Rules.Decided())), n(row.Rules.Satisfied), n(row.Rules.Violated), n(row.Rules.Pending), n(row.Rules.Exempt)); err != nil {
					return false, err
				}
			}
			return false, nil
		}})
}

var statusOf = map[string]conform.Status{"violated": conform.Violated, "pending": conform.Pending, "exempt": conform.Exempt}

// showFindings lists the cases behind a number.
func (h *Handler) showFindings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := h.question(r)
	if err != nil {
		return err
	}
	status, known := statusOf[r.FormValue("status")]
	if !known {
		status = conform.Violated
	}
	before, cursor := ui.PlaceOf(r.FormValue("cursor"))
	list, next, err := h.standards.Findings(ctx, access.ActorFrom(ctx), standard.FindingsOf{Question: a.Question, Status: status}, fact.Paging{Cursor: cursor})
	if err != nil {
		return err
	}
	_, document, err := h.standards.Current(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	title := p.T("standard." + map[conform.Status]string{conform.Violated: "violated", conform.Pending: "pending", conform.Exempt: "exempt_head"}[status])
	view := ui.PageView{Title: title, Subtitle: p.T("standard.rates_sub", "From", p.Month(a.From), "To", p.Month(a.To)), Current: "compliance", Crumbs: []ui.Crumb{{Label: p.T("nav.compliance"), URL: ui.URLWith(complianceURL, a.query, "status", "")}, {Label: title}}}
	table := ui.TableView{Label: title, Columns: []ui.Column{{Label: p.T("standard.case"), Phone: true}, {Label: p.T("standard.by.rule"), Phone: true}, {Label: p.T("standard.why")}, {Label: p.T("standard.by.person")}, {Label: p.T("standard.by.month"), Kind: ui.ColumnNarrow}},
		Path: complianceURL + "/cases", Query: a.query, Pager: ui.PagerAt(before, len(list), -1, next), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("standard.no_findings")}}
	for _, f := range list {
		name := f.RuleID
		if rule := document.Rule(f.RuleID); rule != nil {
			name = textOf(p, rule.Name)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: f.CaseName, Sub: f.CustomerName, URL: "/opportunities/" + strconv.FormatInt(f.CaseID, 10)}, ui.Text(name), ui.Text(p.Message(errs.Msg(f.Reason.Key(), nil))), ui.Text(f.PersonName), ui.Text(f.Month.String())}})
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: title, Flush: true}, ui.Table(table))))
}
