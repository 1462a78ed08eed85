package sales

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Addresses of leads. Forms stand beside /leads/, where what follows is a number or the format of an export.
const (
	leadsKey        = "leads"
	leadsURL        = "/leads"
	newLeadURL      = "/new-lead"
	leadTwinsURL    = "/new-lead/like"
	editLeadPath    = "/edit-lead/"
	dropLeadPath    = "/drop-lead/"
	convertLeadPath = "/convert-lead/"
	assignLeadsURL  = "/assign-leads"
)

func leadURL(id int64) string { return leadsURL + "/" + number(id) }

// leadRoutes are about leads.
func (h *Handler) leadRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+leadsURL, h.listLeads)
	handle("GET "+leadsURL+"/export/{format}", h.exportLeads)
	handle("POST "+leadsURL, h.addLead)
	handle("GET "+leadsURL+"/{id}", h.showLead)
	handle("POST "+leadsURL+"/{id}", h.saveLead)
	handle("POST "+leadsURL+"/{id}/follow-ups", h.followLead)
	handle("POST "+leadsURL+"/{id}/qualify", h.qualifyLead)
	handle("POST "+leadsURL+"/{id}/retake", h.retakeLead)
	handle("POST "+leadsURL+"/{id}/assign", h.assignLead)
	handle("POST "+assignLeadsURL, h.assignLeads)
	handle("GET "+newLeadURL, h.newLead)
	handle("GET "+leadTwinsURL, h.leadTwins)
	handle("GET "+editLeadPath+"{id}", h.editLead)
	handle("GET "+dropLeadPath+"{id}", h.askDropLead)
	handle("POST "+dropLeadPath+"{id}", h.dropLead)
	handle("GET "+convertLeadPath+"{id}", h.askConvertLead)
	handle("POST "+convertLeadPath+"{id}", h.convertLead)
}

func leadColumns(p *i18n.Printer, assigns bool) []ui.Column {
	return []ui.Column{
		{Key: "choose", Label: p.T("lead.choose"), Kind: ui.ColumnCheck, Phone: true, Fixed: true, Hidden: !assigns},
		{Key: "lead", Label: p.T("lead.lead"), Phone: true, Fixed: true},
		{Key: "name", Label: p.T("lead.name"), Hidden: true},
		{Key: "phone", Label: p.T("contact.phone"), Kind: ui.ColumnNarrow},
		{Key: "status", Label: p.T("common.status"), Phone: true},
		{Key: lead.SortAssigned, Label: p.T("lead.answer"), Kind: ui.ColumnNarrow, Sortable: true, Phone: true},
		{Key: "owner", Label: p.T("opportunity.owner")},
		{Key: "source", Label: p.T("opportunity.source"), Hidden: true},
		{Key: "campaign", Label: p.T("lead.campaign")},
		{Key: "followed", Label: p.T("opportunity.followed"), Kind: ui.ColumnNarrow, Hidden: true},
		{Key: "next", Label: p.T("opportunity.next"), Kind: ui.ColumnNarrow},
		{Key: lead.SortNew, Label: p.T("opportunity.created"), Kind: ui.ColumnNarrow, Sortable: true},
	}
}

func (h *Handler) leadFilter(r *http.Request) (*listing, lead.Filter, error) {
	actor := access.ActorFrom(r.Context())
	own, err := h.ownFields(r, customfield.ObjectLead)
	if err != nil {
		return nil, lead.Filter{}, err
	}
	l, err := h.list(r, leadsKey, append(leadColumns(own.p, actor.Can(access.PermLeadAssign)), own.columns(r.URL.Query())...), ui.Sort{Key: lead.SortNew, Descending: true})
	if err != nil {
		return nil, lead.Filter{}, err
	}
	if !actor.Can(access.PermLeadAssign) {
		l.columns[0].Hidden = true // whatever columns are asked for
	}
	l.own = own
	f := lead.Filter{Search: l.get("q"), Source: l.get("source"), Campaign: l.get("campaign"), PersonID: l.id("person"), TeamID: l.id("team"), Response: lead.Response(l.get("response")),
		Unassigned: l.get("unassigned") != "", Created: l.days(), Fields: own.conditions(l), Paging: l.paging(), ExactTotal: l.exact()}
	if f.Status = lead.Status(l.get("status")); f.Status == "open" {
		f.Status, f.Open = "", true
	}
	return l, f, nil
}

func (h *Handler) leadFields(l *listing) ([]ui.Field, error) {
	p := l.p
	choice := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: l.get(name), Options: options, Optional: true, Placeholder: p.T("common.all")}
	}
	statuses := append([]ui.Option{{Value: "open", Label: p.T("lead.open")}}, named(p, "lead.status.", lead.Statuses)...)
	fields := []ui.Field{choice("status", p.T("common.status"), statuses), choice("response", p.T("lead.answer"), named(p, "lead.response.", lead.Responses)),
		choice("source", p.T("opportunity.source"), named(p, "opportunity.source.", opportunity.Sources)),
		{Name: "campaign", Label: p.T("lead.campaign"), Value: l.get("campaign"), Optional: true}}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return nil, err
	}
	fields = append(append(fields, l.teamField(teams)...), l.rangeFields()[:2]...)
	if l.actor.Can(access.PermLeadAssign) {
		fields = append(fields, ui.Field{Name: "unassigned", Kind: ui.FieldCheck, Label: p.T("lead.only_unassigned"), Value: "1", Checked: l.get("unassigned") != "", Optional: true})
	}
	return append(fields, l.own.filters(l)...), nil
}

func newLeadAction(p *i18n.Printer, actor access.Actor) []ui.Action {
	if !actor.Can(access.PermWorkWrite) {
		return nil
	}
	return []ui.Action{{Label: p.T("lead.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: newLeadURL}}
}

func (h *Handler) listLeads(w http.ResponseWriter, r *http.Request) error {
	return h.drawLeads(w, r, http.StatusOK, nil)
}

// drawLeads answers with the list; failure is of the giving out of some of them.
func (h *Handler) drawLeads(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	l, filter, err := h.leadFilter(r)
	if err != nil {
		return err
	}
	fields, err := h.leadFields(l)
	if err != nil {
		return err
	}
	var page lead.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Leads.List(l.ctx, l.actor, filter)
	}
	bad, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	view := ui.PageView{Title: p.T("nav.leads"), Subtitle: p.T("lead.list_sub"), Current: leadsKey, Actions: newLeadAction(p, l.actor), Scripts: []string{ui.CellScript}}
	parts := append(savedNote(p, r), ui.Across(ui.Filter(l.bar(p.T("lead.search"), fields, bad))))
	if bad != nil {
		_, problem := ui.WithErrors(nil, bad, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem})))
		return ui.Write(w, r, httpx.StatusOf(bad), ui.Compose(view, parts...))
	}
	if l.own, err = h.ownFieldsOf(r, customfield.ObjectLead, setsOf(page.Rows, func(one lead.Lead) customfield.Set { return one.Fields })); err != nil {
		return err
	}
	var rows []ui.Row
	open := 0
	for _, one := range page.Rows {
		row := h.leadRow(p, one, r.PostForm["lead"])
		if l.actor.Can(access.PermWorkWrite) && one.Status != lead.StatusConverted {
			row.Cells[4].Edit, row.Cells[4].EditPage = cellURL("/leads/", one.ID, cellStatus), leadURL(one.ID)
		}
		row.Cells = append(row.Cells, l.own.cells(one.Fields)...)
		rows = append(rows, row)
		if one.Status.Open() {
			open++
		}
	}
	table := l.table(view.Title, rows, nil, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("lead.none"), Text: p.T("lead.none_text"), Actions: newLeadAction(p, l.actor)}
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)))
	if open > 0 && l.actor.Can(access.PermLeadAssign) {
		card, err := h.assignCard(r, l, failure)
		if err != nil {
			return err
		}
		parts = append(parts, card)
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) leadRow(p *i18n.Printer, l lead.Lead, chosen []string) ui.Row {
	choose := ui.Cell{}
	if l.Status.Open() {
		choose = ui.Draw(ui.Tick("assign", "lead", number(l.ID), p.T("lead.choose_one", "Name", l.Label()), slices.Contains(chosen, number(l.ID))))
	}
	chip := leadChip(p, l.Status)
	owner := ui.Text(l.OwnerName)
	if l.OwnerID == 0 {
		owner = ui.Cell{Text: p.T("lead.nobodys"), Muted: true}
	}
	followed, next := p.T("opportunity.never_followed"), ui.Text(i18n.Unknown)
	if !l.FollowedAt.IsZero() {
		followed = p.Ago(l.FollowedAt, h.Now())
	}
	if clock := h.nextClock(p, l.NextOn); clock != nil && l.Status.Open() {
		next = ui.Draw(ui.ClockOf(*clock))
	}
	return ui.Row{Cells: []ui.Cell{choose, {Text: l.Label(), URL: leadURL(l.ID), Sub: subLine(l), Phone: phoneLine(l)}, ui.Text(text(l.Name)), ui.Text(text(l.Phone)), {Chip: &chip}, h.answerCell(p, l), owner,
		ui.Text(sourceText(p, l.Source)), ui.Text(text(l.Campaign)), ui.Text(followed), next, ui.Text(calendar.DateOf(p.Local(l.CreatedAt)).String())}}
}

// subLine is the person beneath the company.
func subLine(l lead.Lead) string {
	if l.Company == "" {
		return ""
	}
	return l.Name
}

// phoneLine is what a phone shows beneath the name: whose it is.
func phoneLine(l lead.Lead) string {
	return l.OwnerName
}

func leadChip(p *i18n.Printer, s lead.Status) ui.Chip {
	tone := map[lead.Status]ui.Tone{lead.StatusNew: ui.ToneBrand, lead.StatusContacted: ui.ToneNone, lead.StatusQualified: ui.ToneGold, lead.StatusConverted: ui.ToneGood, lead.StatusInvalid: ui.ToneLine}[s]
	return ui.Chip{Label: p.T("lead.status." + string(s)), Tone: tone}
}

// answerCell says how the first contact stands: the clock while it waits, how long it took afterwards.
func (h *Handler) answerCell(p *i18n.Printer, l lead.Lead) ui.Cell {
	if clock := h.answerClock(p, l); clock != nil {
		return ui.Draw(ui.ClockOf(*clock))
	}
	return ui.Text(i18n.Unknown)
}

func (h *Handler) answerClock(p *i18n.Printer, l lead.Lead) *ui.Clock {
	now := h.Now()
	if by := l.AnswerBy(); !by.IsZero() {
		clock := &ui.Clock{State: ui.ClockRun, Label: p.Deadline(by, now), Title: p.Local(by).Format("2006-01-02 15:04")}
		switch {
		case now.After(by):
			clock.State = ui.ClockOver
		case by.Sub(now) <= lead.ResponseTime/4:
			clock.State = ui.ClockSoon
		}
		return clock
	}
	taken, ok := l.AnswerTime()
	if !ok {
		return nil
	}
	clock := &ui.Clock{State: ui.ClockDone, Label: p.T("lead.answered_in", "Span", p.Span(max(taken, time.Minute)))}
	if taken > lead.ResponseTime {
		clock.State = ui.ClockOver
	}
	return clock
}

// assignCard gives the chosen leads to one, or to several in turn.
func (h *Handler) assignCard(r *http.Request, l *listing, failure error) (templ.Component, error) {
	field, suggest, err := h.receiverField(r, l.p, l.actor)
	if err != nil {
		return nil, err
	}
	fields, problem := ui.WithErrors([]ui.Field{field, {Name: "back", Kind: ui.FieldHidden, Value: l.plain().Encode()}}, failure, l.p)
	return ui.Filled(ui.CardView{ID: "give", Title: l.p.T("lead.give_out"), Sub: l.p.T("lead.give_out_sub")}, ui.Form(ui.FormView{ID: "assign", Action: assignLeadsURL, Fields: fields, Problem: problem, Suggest: suggest,
		Submit: ui.Action{Label: l.p.T("lead.give_out"), Kind: ui.ActionPrimary, Icon: "user-check"}})), nil
}

// receiversMax is how many people are shown with boxes; of more a number is asked.
const receiversMax = 40

// receiverField asks who is to have leads.
func (h *Handler) receiverField(r *http.Request, p *i18n.Printer, actor access.Actor) (f ui.Field, suggest []ui.Suggestions, err error) {
	f = ui.Field{Name: "to", ID: "f-receivers", Kind: ui.FieldChecks, Label: p.T("lead.to"), Hint: p.T("lead.to_hint")}
	if !actor.Can(access.PermOrgRead) {
		f.Kind = ui.FieldText
		return f, nil, nil
	}
	members, err := h.People.List(r.Context(), actor, org.Filter{When: org.Now(), Employment: org.Employed, Paging: fact.Paging{Limit: receiversMax + 1}})
	if err != nil {
		return f, nil, err
	}
	if len(members.Members) > receiversMax {
		f.Kind, f.Suggest, f.Autocomplete, f.Hint, f.Value = ui.FieldText, "some-people", "off", p.T("lead.to_many_hint"), r.PostFormValue("to")
		people, err := h.personSuggestions(r.Context(), actor)
		return f, []ui.Suggestions{people}, err
	}
	for _, m := range members.Members {
		f.Options = append(f.Options, ui.Option{Value: m.Key, Label: m.Name, Hint: m.TeamName, Selected: slices.Contains(r.PostForm["to"], m.Key)})
	}
	return f, nil, nil
}

func (h *Handler) exportLeads(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.leadFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: leadsKey, Sheet: p.T("nav.leads"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: append([]string{p.T("lead.number"), p.T("lead.company"), p.T("lead.name"), p.T("contact.title"), p.T("contact.phone"), p.T("contact.wechat"), p.T("contact.email"), p.T("sales.city"), p.T("sales.industry"),
			p.T("opportunity.source"), p.T("lead.campaign"), p.T("common.status"), p.T("opportunity.owner"), p.T("lead.assigned_at"), p.T("lead.first_at"), p.T("opportunity.next"), p.T("lead.invalid_for"), p.T("opportunity.number"), p.T("opportunity.created")}, l.own.heads()...),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Leads.Each(l.ctx, l.actor, filter, func(one lead.Lead) error {
				converted, why := tabular.Text(""), ""
				if one.OpportunityID != 0 {
					converted = tabular.Number(number(one.OpportunityID))
				}
				if one.InvalidFor != "" {
					why = p.T("lead.reason." + one.InvalidFor)
				}
				return write(append([]tabular.Cell{tabular.Number(number(one.ID)), tabular.Text(one.Company), tabular.Text(one.Name), tabular.Text(one.Title), tabular.Text(one.Phone), tabular.Text(one.WeChat), tabular.Text(one.Email),
					tabular.Text(one.City), tabular.Text(one.Industry), tabular.Text(sourceText(p, one.Source)), tabular.Text(one.Campaign), tabular.Text(p.T("lead.status." + string(one.Status))), tabular.Text(one.OwnerName),
					tabular.Text(momentText(p, one.AssignedAt)), tabular.Text(momentText(p, one.FirstAt)), tabular.Text(dayText(one.NextOn)), tabular.Text(why), converted, tabular.Text(momentText(p, one.CreatedAt))}, l.own.exported(one.Fields)...)...)
			})
		},
	})
}

// momentText writes an instant as a spreadsheet reads it; nothing for none.
func momentText(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Local(t).Format("2006-01-02 15:04")
}

// leadsBack is the list with the filter that a form was sent from.
func leadsBack(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		values = url.Values{}
	}
	values.Set("saved", "1")
	return leadsURL + "?" + values.Encode()
}
