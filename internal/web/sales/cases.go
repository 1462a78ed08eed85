package sales

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Service cases have two faces: the list, and the board beside it.
const (
	casesKey     = "cases"
	casesURL     = "/cases"
	caseBoardURL = "/case-board"
	newCaseURL   = "/new-case"
	caseRulesURL = "/case-rules"
	assignURL    = "/assign-cases"
	assignForm   = "several"
)

func caseURL(id int64) string { return casesURL + "/" + number(id) }

// caseRoutes are about service cases.
func (h *Handler) caseRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+casesURL, h.listCases)
	handle("GET "+casesURL+"/export/{format}", h.exportCases)
	handle("GET "+caseBoardURL, h.showCaseBoard)
	handle("POST "+caseBoardURL+"/move", h.moveCaseCard)
	handle("GET "+newCaseURL, h.askCase)
	handle("POST "+casesURL, h.openCase)
	handle("GET "+casesURL+"/{id}", h.showCase)
	handle("POST "+casesURL+"/{id}", h.changeCase)
	handle("GET /edit-case/{id}", h.askCase)
	handle("POST "+casesURL+"/{id}/assign", h.assignCase)
	handle("POST "+casesURL+"/{id}/move", h.moveCase)
	handle("POST "+casesURL+"/{id}/comments", h.commentCase)
	handle("POST "+assignURL, h.assignCases)
	handle("GET "+caseRulesURL, h.showCaseRules)
	handle("GET "+caseFiguresURL, h.showCaseFigures)
	handle("POST "+caseRulesURL, h.saveCaseRules)
	handle("POST /customers/{id}/service-owner", h.setServiceOwner)
}

func caseColumns(p *i18n.Printer, several bool) []ui.Column {
	return []ui.Column{
		{Key: "tick", Label: p.T("service.several"), Kind: ui.ColumnCheck, Phone: true, Fixed: true, Hidden: !several},
		{Key: "title", Label: p.T("service.case"), Phone: true, Fixed: true},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "kind", Label: p.T("service.kind")},
		{Key: "severity", Label: p.T("service.severity")},
		{Key: "state", Label: p.T("common.status"), Phone: true},
		{Key: servicecase.SortDue, Label: p.T("service.due"), Kind: ui.ColumnNarrow, Sortable: true, Phone: true},
		{Key: "owner", Label: p.T("service.owner")},
		{Key: "seller", Label: p.T("service.seller"), Hidden: true},
		{Key: "product", Label: p.T("sales.product"), Hidden: true},
		{Key: servicecase.SortNew, Label: p.T("service.opened"), Kind: ui.ColumnNarrow, Sortable: true},
	}
}

// caseFilter reads the filter of the list; without any it shows what is open, what is due next on top.
func (h *Handler) caseFilter(r *http.Request) (*listing, servicecase.Filter, error) {
	p := httpx.PrinterFrom(r.Context())
	own, err := h.ownFields(r, customfield.ObjectCase)
	if err != nil {
		return nil, servicecase.Filter{}, err
	}
	columns := append(caseColumns(p, access.ActorFrom(r.Context()).Can(access.PermWorkWrite)), own.columns(r.URL.Query())...)
	l, err := h.list(r, casesKey, columns, ui.Sort{Key: servicecase.SortDue})
	if err != nil {
		return nil, servicecase.Filter{}, err
	}
	l.own = own
	f := servicecase.Filter{Search: l.get("q"), State: servicecase.State(l.get("state")), Kind: servicecase.Kind(l.get("kind")), Severity: servicecase.Severity(l.get("severity")), CustomerID: l.id("customer"),
		PersonID: l.id("person"), Untaken: l.get("untaken") != "", Overdue: l.get("overdue") != "", Opened: l.days(), Own: customfield.Asked{Conditions: own.conditions(l)}, Paging: l.paging(), ExactTotal: l.exact()}
	switch l.get("state") {
	case "open", "":
		f.State, f.Open = "", true
	case "all":
		f.State = ""
	}
	return l, f, nil
}

func (h *Handler) caseFields(l *listing, people []servicecase.Person, board bool) (fields []ui.Field) {
	p := l.p
	choice := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: l.get(name), Options: options, Optional: true, Placeholder: p.T("common.all")}
	}
	if !board {
		state := choice("state", p.T("common.status"), append(named(p, "service.state.", servicecase.States), ui.Option{Value: "all", Label: p.T("common.all")}))
		state.Placeholder = p.T("service.all_open")
		fields = append(fields, state)
	}
	fields = append(fields, choice("kind", p.T("service.kind"), named(p, "service.kind.", servicecase.Kinds)), choice("severity", p.T("service.severity"), named(p, "service.severity.", servicecase.Severities)))
	if len(people) > 0 {
		var options []ui.Option
		for _, one := range people {
			options = append(options, ui.Option{Value: number(one.ID), Label: one.Name})
		}
		fields = append(fields, choice("person", p.T("service.owner"), options))
	}
	return append(append(fields,
		ui.Field{Name: "from", Kind: ui.FieldDate, Label: p.T("service.opened_from"), Value: l.get("from"), Optional: true},
		ui.Field{Name: "to", Kind: ui.FieldDate, Label: p.T("service.opened_to"), Value: l.get("to"), Optional: true},
		ui.Field{Name: "overdue", Kind: ui.FieldCheck, Label: p.T("service.only_overdue"), Value: "1", Checked: l.get("overdue") != "", Optional: true},
		ui.Field{Name: "untaken", Kind: ui.FieldCheck, Label: p.T("service.only_untaken"), Value: "1", Checked: l.get("untaken") != "", Optional: true}), l.own.filters(l)...)
}

func caseFaces(p *i18n.Printer, query url.Values, board bool) []ui.Tab {
	return []ui.Tab{
		{Label: p.T("opportunity.list"), URL: ui.URLWith(casesURL, query, "cursor", ""), Current: !board},
		{Label: p.T("opportunity.board"), URL: ui.URLWith(caseBoardURL, query, "cursor", "", "state", "", "sort", ""), Current: board},
	}
}

func caseActions(p *i18n.Printer, actor access.Actor) (actions []ui.Action) {
	if actor.Can(access.PermWorkWrite) {
		actions = append(actions, ui.Action{Label: p.T("service.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: newCaseURL})
	}
	return append(actions, ui.Action{Label: p.T("service.figures"), Icon: "chart-bar", URL: caseFiguresURL}, ui.Action{Label: p.T("service.rules"), Icon: "settings", URL: caseRulesURL})
}

func (h *Handler) listCases(w http.ResponseWriter, r *http.Request) error {
	return h.drawCases(w, r, nil)
}

// drawCases answers with the list; failure is why several cases could not be given to somebody.
func (h *Handler) drawCases(w http.ResponseWriter, r *http.Request, refused error) error {
	l, filter, err := h.caseFilter(r)
	if err != nil {
		return err
	}
	people, err := h.Cases.People(l.ctx, l.actor)
	if err != nil {
		return err
	}
	var page servicecase.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Cases.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	if l.own, err = h.ownFieldsOf(r, customfield.ObjectCase, setsOf(page.Rows, func(c servicecase.Case) customfield.Set { return c.Fields })); err != nil {
		return err
	}
	p := l.p
	var rows []ui.Row
	for _, c := range page.Rows {
		row := h.caseRow(p, c)
		row.Cells = append(row.Cells, l.own.cells(c.Fields)...)
		rows = append(rows, row)
	}
	view := ui.PageView{Title: p.T("nav.cases"), Subtitle: p.T("service.list_sub"), Tabs: caseFaces(p, l.plain(), false), Actions: caseActions(p, l.actor)}
	table := l.table(view.Title, rows, nil, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Icon: "headset", Title: p.T("service.none"), Text: p.T("service.none_text"), Actions: caseActions(p, l.actor)[:1]}
	}
	bar := l.bar(p.T("service.search"), h.caseFields(l, people, false), failure)
	if failure != nil || len(rows) == 0 || !l.actor.Can(access.PermWorkWrite) {
		return l.draw(w, r, view, bar, table, failure)
	}
	view.Current = l.key
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	status := http.StatusOK
	if refused != nil {
		_, problem := ui.WithErrors(nil, refused, p)
		status = httpx.StatusOf(refused)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("service.not_assigned"), Text: problem})))
	}
	parts = append(append(parts, savedNote(p, r)...), ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)), ui.Filled(ui.CardView{ID: "assign", Title: p.T("service.assign_several")}, ui.Form(severalForm(p, l, people))))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// severalForm gives the ticked cases to somebody.
func severalForm(p *i18n.Printer, l *listing, people []servicecase.Person) ui.FormView {
	return ui.FormView{ID: assignForm, Action: assignURL, Fields: []ui.Field{
		ownerField(p, people, "", true), {Name: "query", Kind: ui.FieldHidden, Value: l.plain().Encode()},
	}, Submit: ui.Action{Label: p.T("service.assign_ticked"), Kind: ui.ActionPrimary, Icon: "user-share"}}
}

// ownerField chooses who looks after a case; nobody chosen is oneself.
func ownerField(p *i18n.Printer, people []servicecase.Person, chosen string, oneself bool) ui.Field {
	f := ui.Field{Name: "owner", Kind: ui.FieldSelect, Label: p.T("service.owner"), Value: chosen, Optional: true, Placeholder: p.T("service.owner_usual"), Span: 6}
	if oneself {
		f.Placeholder = p.T("service.oneself")
	}
	for _, one := range people {
		f.Options = append(f.Options, ui.Option{Value: one.Key, Label: one.Name})
	}
	return f
}

func (h *Handler) assignCases(w http.ResponseWriter, r *http.Request) error {
	var ids []int64
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		query = nil
	}
	for _, text := range r.PostForm["case"] {
		id, err := idOf(text, "service.missing")
		if err != nil {
			return err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	err = h.Cases.AssignMany(r.Context(), access.ActorFrom(r.Context()), ids, r.PostFormValue("owner"))
	switch {
	case err == nil:
		http.Redirect(w, r, ui.URLWith(casesURL, query, "saved", "1"), http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	again := r.Clone(r.Context())
	again.URL = &url.URL{Path: casesURL, RawQuery: query.Encode()}
	return h.drawCases(w, again, err)
}

func (h *Handler) caseRow(p *i18n.Printer, c servicecase.Case) ui.Row {
	due := ui.Cell{Text: i18n.Unknown}
	if clock := h.caseClock(p, c); clock != nil {
		due = ui.Cell{Body: ui.ClockOf(*clock)}
	}
	state, severity := caseChip(p, c.State), severityChip(p, c.Severity)
	return ui.Row{Cells: []ui.Cell{
		ui.Draw(ui.Tick(assignForm, "case", number(c.ID), p.T("service.tick", "Number", c.ID, "Title", c.Title), false)),
		{Text: c.Title, URL: caseURL(c.ID), Phone: c.CustomerName, Sub: "#" + number(c.ID)}, {Text: text(c.CustomerName), URL: customerURL(c.CustomerID)}, ui.Text(p.Message(c.Kind.Message())), {Chip: &severity}, {Chip: &state},
		due, ui.Text(ownerText(p, c)), ui.Text(text(c.SellerName)), ui.Text(text(c.ProductName)), ui.Text(moment(p, c.OpenedAt)),
	}}
}

func ownerText(p *i18n.Printer, c servicecase.Case) string {
	if c.OwnerID == 0 {
		return p.T("service.untaken")
	}
	return text(c.OwnerName)
}

var caseTones = map[servicecase.State]ui.Tone{servicecase.StateNew: ui.ToneBrand, servicecase.StateWorking: ui.ToneBrand, servicecase.StateWaiting: ui.ToneHold, servicecase.StateReopened: ui.ToneWarn,
	servicecase.StateSolved: ui.ToneGood, servicecase.StateClosed: ui.ToneLine}

func caseChip(p *i18n.Printer, s servicecase.State) ui.Chip {
	return ui.Chip{Label: p.Message(s.Message()), Tone: caseTones[s]}
}

var severityTones = map[servicecase.Severity]ui.Tone{servicecase.SeverityUrgent: ui.ToneBad, servicecase.SeverityHigh: ui.ToneWarn}

func severityChip(p *i18n.Printer, s servicecase.Severity) ui.Chip {
	tone := severityTones[s]
	if tone == ui.ToneNone {
		tone = ui.ToneLine
	}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tone}
}

// caseClock is the deadline that runs; nil when none does. It is soon in the last quarter of the whole time.
func (h *Handler) caseClock(p *i18n.Printer, c servicecase.Case) *ui.Clock {
	due, now := c.Due(), h.Now()
	if due.IsZero() {
		return nil
	}
	key, from := "service.answer_in", c.OpenedAt
	if !c.AnsweredAt.IsZero() {
		key, from = "service.solve_in", c.SolveFrom
	}
	return deadlineClock(p, p.T(key, "Left", p.Deadline(due, now)), from, due, now)
}

func deadlineClock(p *i18n.Printer, label string, from, due, now time.Time) *ui.Clock {
	clock := &ui.Clock{State: ui.ClockRun, Label: label, Title: p.Local(due).Format("2006-01-02 15:04")}
	switch {
	case due.Before(now):
		clock.State = ui.ClockOver
	case due.Sub(now) <= due.Sub(from)/4:
		clock.State = ui.ClockSoon
	}
	return clock
}

func (h *Handler) exportCases(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.caseFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: casesKey, Sheet: p.T("nav.cases"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: append([]string{p.T("service.number"), p.T("service.case"), p.T("sales.customer_key"), p.T("common.customer"), p.T("service.kind"), p.T("service.severity"), p.T("common.status"), p.T("service.owner"), p.T("service.seller"),
			p.T("sales.product"), p.T("sales.deal_key"), p.T("service.opened"), p.T("service.answer_due"), p.T("service.answered"), p.T("service.solve_due"), p.T("service.solved"), p.T("service.reopened_times")}, l.own.heads()...),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Cases.Each(l.ctx, l.actor, filter, func(c servicecase.Case) error {
				at := func(t time.Time) tabular.Cell {
					if t.IsZero() {
						return tabular.Text("")
					}
					return tabular.Text(moment(p, t))
				}
				return write(append([]tabular.Cell{tabular.Number(number(c.ID)), tabular.Text(c.Title), tabular.Text(c.CustomerKey), tabular.Text(c.CustomerName), tabular.Text(p.Message(c.Kind.Message())), tabular.Text(p.Message(c.Severity.Message())),
					tabular.Text(p.Message(c.State.Message())), tabular.Text(ownerText(p, c)), tabular.Text(c.SellerName), tabular.Text(c.ProductName), tabular.Text(c.DealKey), at(c.OpenedAt), at(c.AnswerDue), at(c.AnsweredAt),
					at(c.SolveDue), at(c.SolvedAt), tabular.Number(strconv.FormatInt(c.Reopened, 10))}, l.own.exported(c.Fields)...)...)
			})
		},
	})
}
