package law

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// filterOf reads the filter; without a month it is the newest one with a result. before is how many findings the pages before had.
func (h *Handler) filterOf(r *http.Request) (f lawguard.Filter, before int, err error) {
	f = lawguard.Filter{Rule: lawguard.Rule(r.FormValue("rule")), State: lawguard.State(r.FormValue("state")), Search: strings.TrimSpace(r.FormValue("q"))}
	before, f.After = ui.PlaceOf(r.FormValue("cursor"))
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			return f, before, errs.New(errs.KindNotFound, "error.not_found", nil)
		}
		return f, before, nil
	}
	f.Month, err = h.guard.NewestMonth(r.Context(), access.ActorFrom(r.Context()))
	return f, before, err
}

// listed is everything on the page of warnings.
type listed struct {
	actor   access.Actor
	filter  lawguard.Filter
	before  int
	report  lawguard.Report
	users   map[string]string
	query   url.Values
	failure error  // of an acknowledgement
	failed  string // the finding that it was about
	done    bool
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil, "")
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error, failed string) error {
	ctx := r.Context()
	l := listed{actor: access.ActorFrom(ctx), query: r.URL.Query(), failure: failure, failed: failed, done: r.FormValue("done") != ""}
	l.query.Del("done")
	var err error
	if err = l.actor.Require(access.PermPayAll); err != nil {
		return err
	}
	if l.filter, l.before, err = h.filterOf(r); err != nil {
		return err
	}
	if l.report, err = h.guard.Find(ctx, l.actor, l.filter); err != nil {
		return err
	}
	var ids []string
	for _, f := range l.report.Findings {
		for _, a := range []*lawguard.Acknowledgement{f.Acknowledged, f.Earlier} {
			if a != nil {
				ids = append(ids, a.UserID)
			}
		}
	}
	if l.users, err = h.names.UserNames(ctx, l.actor, ids); err != nil {
		return err
	}
	return ui.Write(w, r, status, listPage(ctx, l))
}

// acknowledge takes note of a finding and goes back to where it was seen: the list with its filter, or a plan.
func (h *Handler) acknowledge(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	in := lawguard.Acknowledge{FindingID: r.PostFormValue("finding"), Fingerprint: r.PostFormValue("fingerprint"), Reason: r.PostFormValue("reason")}
	in.Month, _ = calendar.ParseMonth(r.PostFormValue("month")) // a plan's page has none
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		query = nil
	}
	if _, err = h.guard.Acknowledge(ctx, actor, in); err == nil {
		if version := r.PostFormValue("version"); version != "" {
			return redirect(w, r, "/plans/"+url.PathEscape(version), nil)
		}
		kept := url.Values{}
		for _, name := range []string{"month", "rule", "state", "q", "cursor"} {
			if query.Get(name) != "" {
				kept.Set(name, query.Get(name))
			}
		}
		kept.Set("done", "1")
		return redirect(w, r, "/law", kept)
	}
	if !mendable(err) || !actor.Can(access.PermPayAll) || r.PostFormValue("version") != "" {
		return err
	}
	again := r.Clone(ctx)
	again.URL.RawQuery, again.Form, again.PostForm = query.Encode(), nil, nil
	return h.drawList(w, again, httpx.StatusOf(err), err, in.FindingID)
}

var severityTones = map[lawguard.Severity]ui.Tone{lawguard.SeverityWarning: ui.ToneWarn, lawguard.SeverityNote: ui.ToneBrand}

// chipOf is how much weight a finding has, or that it cannot be judged.
func chipOf(p *i18n.Printer, f lawguard.Finding) ui.Chip {
	if f.Verdict == lawguard.VerdictUnknown {
		return ui.Chip{Label: p.T("law.unknown"), Icon: "help-circle", Tone: ui.ToneLine}
	}
	return ui.Chip{Label: p.T("law.severity_" + string(f.Severity)), Icon: "alert-triangle", Tone: severityTones[f.Severity]}
}

// ruleName names a finding's rule, and sourcesOf what it rests on.
func ruleName(p *i18n.Printer, rule lawguard.Rule) string {
	d, _ := lawguard.DefinitionOf(rule)
	return p.Message(d.Name())
}

func sourcesOf(p *i18n.Printer, rule lawguard.Rule) string {
	d, _ := lawguard.DefinitionOf(rule)
	var names []string
	for _, s := range d.Sources {
		names = append(names, p.Message(lawguard.Cite(s)))
	}
	return strings.Join(names, p.T("law.separator"))
}

// subjectOf is whom or what a finding is about, with the way there.
func subjectOf(p *i18n.Printer, f lawguard.Finding) ui.Cell {
	switch {
	case f.PersonID != 0 && f.About == lawguard.AboutPerson:
		return ui.Cell{Text: f.PersonName, Sub: f.PersonKey, URL: personURL(f.PersonID)}
	case f.PersonID != 0:
		return ui.Cell{Text: f.PersonName, Sub: f.PersonKey, URL: "/statements/" + f.Month.String() + "/" + strconv.FormatInt(f.PersonID, 10)}
	case f.VersionID != "":
		return ui.Cell{Text: ui.TextIn(p, f.Plan.Zh, f.Plan.En, f.Plan.ID), Sub: p.T("law.plan"), URL: "/plans/" + url.PathEscape(f.VersionID)}
	}
	return ui.LinkTo(p.Month(f.Month), "/months/"+f.Month.String())
}

func listPage(ctx context.Context, l listed) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("law.title"), Subtitle: p.T("law.subtitle", "Month", p.Month(l.filter.Month)), Current: "law",
		Actions: []ui.Action{{Label: p.T("law.terms"), Icon: "wallet", URL: "/law/terms"}, {Label: p.T("law.rules"), Icon: "scale", URL: "/law/rules"}}}
	var parts []templ.Component
	if l.done {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("law.noted")})))
	}
	if l.failure != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("law.not_noted"), Text: problems(p, l.failure)})))
	}
	if !l.report.HasResult {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("law.no_result"), Text: p.T("law.no_result_text"), Action: &ui.Action{Label: p.T("nav.months"), URL: "/months", Small: true}})))
	}
	if len(l.report.Off) > 0 {
		var names []string
		for _, rule := range l.report.Off {
			names = append(names, ruleName(p, rule))
		}
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneNone, Icon: "info-circle", Strong: p.T("law.off_rules", "Count", len(names)), Text: p.Join(names), Action: &ui.Action{Label: p.T("law.rules"), URL: "/law/rules", Small: true}})))
	}
	parts = append(parts,
		ui.MetricCard(ui.Metric{Label: p.T("law.open"), Text: p.Int(int64(l.report.Open)), Span: 4}),
		ui.MetricCard(ui.Metric{Label: p.T("law.unknown"), Text: p.Int(int64(l.report.Unknown)), Span: 4}),
		ui.MetricCard(ui.Metric{Label: p.T("law.acknowledged"), Text: p.Int(int64(l.report.Acknowledged)), Span: 4}),
		ui.Across(ui.Filter(filterView(p, l))),
		ui.Filled(ui.CardView{Label: p.T("law.title"), Flush: true, Foot: p.T("law.no_advice")}, ui.Table(listTable(p, l))))
	if l.actor.Can(access.PermLawAcknowledge) {
		for i, f := range l.report.Findings {
			if f.Acknowledged == nil {
				parts = append(parts, noteDialog(p, l, i, f))
			}
		}
	}
	return ui.Compose(view, parts...)
}

func dialogID(i int) string { return "note-" + strconv.Itoa(i) }

// noteDialog asks for the reason with which a warning is noted.
func noteDialog(p *i18n.Printer, l listed, i int, f lawguard.Finding) templ.Component {
	return ui.ConfirmOf(ui.Confirm{ID: dialogID(i), Title: ruleName(p, f.Rule), Strong: p.Message(f.Reason), Text: p.T("law.note_text"), Action: "/law/acknowledge", Plain: true,
		Hidden: []ui.Field{{Name: "finding", Value: f.ID}, {Name: "fingerprint", Value: f.Fingerprint}, {Name: "month", Value: l.filter.Month.String()}, {Name: "query", Value: l.query.Encode()}}, Submit: p.T("law.note"), Icon: "check",
		Reason: &ui.Field{Name: "reason", ID: "reason-" + strconv.Itoa(i), Label: p.T("law.reason"), Kind: ui.FieldArea, Rows: 3}})
}

func amountCell(minor *int64) ui.Cell {
	if minor == nil {
		return ui.Text(i18n.Unknown)
	}
	return ui.MoneyCell(*minor)
}

func listTable(p *i18n.Printer, l listed) ui.TableView {
	table := ui.TableView{ID: "law", Label: p.T("law.title"), Path: "/law", Query: l.query, Columns: []ui.Column{
		{Key: "rule", Label: p.T("law.rule"), Phone: true}, {Key: "about", Label: p.T("law.about"), Phone: true}, {Key: "reason", Label: p.T("law.what")},
		{Key: "amount", Label: p.T("law.amount"), Kind: ui.ColumnNumber}, {Key: "limit", Label: p.T("law.limit"), Kind: ui.ColumnNumber}, {Key: "remedy", Label: p.T("law.remedy")}, {Key: "state", Label: p.T("law.state"), Phone: true}},
		Pager: ui.PagerAt(l.before, len(l.report.Findings), int64(l.report.Count), l.report.Next), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("law.none"), Text: p.T("law.none_text")}}
	if l.filtered() {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: "/law?month=" + l.filter.Month.String()}}}
	}
	if l.report.Count > 0 {
		for _, format := range [][2]string{{"csv", "file-type-csv"}, {"xlsx", "file-type-xls"}} {
			table.Exports = append(table.Exports, ui.Link{Label: strings.ToUpper(format[0]), URL: ui.URLWith("/law/export/"+format[0], l.query, "cursor", ""), Icon: format[1]})
		}
	}
	for i, f := range l.report.Findings {
		chip := chipOf(p, f)
		table.Rows = append(table.Rows, ui.Row{ID: "finding-" + strconv.Itoa(i), Cells: []ui.Cell{{Text: ruleName(p, f.Rule), Chip: &chip, Phone: p.Message(f.Reason)}, subjectOf(p, f), {Text: p.Message(f.Reason), Sub: sourcesOf(p, f.Rule)},
			amountCell(f.AmountMinor), amountCell(f.LimitMinor), ui.Text(p.Message(f.Remedy)), stateCell(p, l, i, f)}})
	}
	return table
}

// stateCell says who took note of a finding, or offers to.
func stateCell(p *i18n.Printer, l listed, i int, f lawguard.Finding) (cell ui.Cell) {
	who := func(a *lawguard.Acknowledgement) string {
		return l.users[a.UserID] + " " + p.Date(calendar.DateOf(p.Local(a.At))) + p.T("common.colon") + a.Reason
	}
	if f.Acknowledged != nil {
		return ui.Cell{Chip: &ui.Chip{Label: p.T("law.acknowledged"), Icon: "check", Tone: ui.ToneGood}, Sub: who(f.Acknowledged)}
	}
	if f.Earlier != nil {
		cell.Sub = p.T("law.again", "Who", who(f.Earlier))
	}
	if l.actor.Can(access.PermLawAcknowledge) {
		cell.Body = ui.Button(ui.Action{Label: p.T("law.note"), Popover: dialogID(i), Small: true})
	}
	return cell
}

func (l listed) filtered() bool {
	return l.filter.Rule != "" || l.filter.State != "" || l.filter.Search != ""
}

func filterView(p *i18n.Printer, l listed) ui.FilterView {
	choice := func(name, label, value string) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: value, Optional: true, Placeholder: p.T("common.all")}
	}
	state := choice("state", p.T("law.state"), string(l.filter.State))
	for _, s := range lawguard.States {
		state.Options = append(state.Options, ui.Option{Value: string(s), Label: p.T("law.state_" + string(s))})
	}
	rule := choice("rule", p.T("law.rule"), string(l.filter.Rule))
	for _, d := range lawguard.Definitions {
		rule.Options = append(rule.Options, ui.Option{Value: string(d.Rule), Label: p.Message(d.Name())})
	}
	month := ui.Field{Name: "month", Kind: ui.FieldMonth, Label: p.T("law.month"), Value: l.filter.Month.String()}
	view := ui.FilterView{ID: "law-filter", Path: "/law", Fields: []ui.Field{month, state, rule}, Count: p.T("law.count", "Count", l.report.Count),
		Search: &ui.Field{Name: "q", Label: p.T("law.search"), Placeholder: p.T("law.search"), Value: l.filter.Search}}
	view.Chips = ui.ChipsOf([]ui.Field{state, rule}, "/law", l.query, p.T("common.colon"))
	if l.filter.Search != "" {
		view.Chips = append(view.Chips, ui.FilterChip{Label: "“" + l.filter.Search + "”", Remove: ui.URLWith("/law", l.query, "q", "", "cursor", "")})
	}
	if len(view.Chips) > 0 {
		view.Clear = "/law?month=" + l.filter.Month.String()
	}
	return view
}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermPayAll); err != nil {
		return err
	}
	filter, _, err := h.filterOf(r)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = "", lawguard.LimitMax
	report, err := h.guard.Find(ctx, actor, filter)
	if err != nil {
		return err
	}
	file := httpx.Export{Name: "law-" + filter.Month.String(), Sheet: p.T("law.title"), Format: r.PathValue("format"), More: p.T("law.export_more")}
	for _, key := range []string{"month", "rule", "weight", "person_key", "about", "what", "amount", "limit", "source", "remedy", "state", "reason"} {
		file.Head = append(file.Head, p.T("law."+key))
	}
	file.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for {
			for _, f := range report.Findings {
				if err := write(exportRow(p, filter.Month, f)...); err != nil {
					return false, err
				}
			}
			if report.Next == "" {
				return false, nil
			}
			filter.After = report.Next
			if report, err = h.guard.Find(ctx, actor, filter); err != nil {
				return false, err
			}
		}
	}
	return httpx.Download(w, file)
}

func exportRow(p *i18n.Printer, month calendar.Month, f lawguard.Finding) []tabular.Cell {
	figure := func(minor *int64) tabular.Cell {
		if minor == nil {
			return tabular.Text("")
		}
		return tabular.Number(money.Format(*minor, money.CNY))
	}
	state, reason := p.T("law.state_"+string(lawguard.StateOpen)), ""
	if f.Acknowledged != nil {
		state, reason = p.T("law.acknowledged"), f.Acknowledged.Reason
	}
	return []tabular.Cell{tabular.Text(month.String()), tabular.Text(ruleName(p, f.Rule)), tabular.Text(chipOf(p, f).Label), tabular.Text(f.PersonKey), tabular.Text(subjectOf(p, f).Text),
		tabular.Text(p.Message(f.Reason)), figure(f.AmountMinor), figure(f.LimitMinor), tabular.Text(sourcesOf(p, f.Rule)), tabular.Text(p.Message(f.Remedy)), tabular.Text(state), tabular.Text(reason)}
}
