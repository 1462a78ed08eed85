package reports

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) settings(w http.ResponseWriter, r *http.Request) error {
	return h.drawSettings(w, r, http.StatusOK, "", nil)
}

// drawSettings shows when and to whom reports go, and what became of it lately. failure belongs to one of the two forms.
func (h *Handler) drawSettings(w http.ResponseWriter, r *http.Request, status int, at string, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	v, err := h.Distribution.Get(r.Context(), actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("reports.settings"), Subtitle: p.T("reports.settings_text"), Current: "deliveries", Crumbs: []ui.Crumb{{Label: p.T("notices.deliveries"), URL: "/deliveries"}, {Label: p.T("reports.settings")}}}
	if actor.Can(access.PermSalesRead) {
		view.Current, view.Crumbs = "reports", []ui.Crumb{{Label: p.T("nav.reports"), URL: baseURL}, {Label: p.T("reports.settings")}}
	}
	var parts []templ.Component
	if key := "reports.done." + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && p.Has(key) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)})))
	}
	next := ui.Note{ID: "next", Tone: ui.ToneWarn, Strong: p.T("reports.not_active"), Text: p.T("reports.not_active_text")}
	if v.Active {
		next = ui.Note{ID: "next", Tone: ui.ToneBrand, Strong: p.T("reports.next", "Month", p.Month(v.NextMonth), "When", p.Local(v.Next).Format("2006-01-02 15:04"))}
	}
	parts = append(parts, ui.Across(ui.NoteOf(next)))
	form := h.settingsForm(p, r, &v, at == "settings", failure)
	parts = append(parts, ui.Stack(6, ui.Filled(ui.CardView{ID: "when", Title: p.T("reports.when_and_to"), Span: -1}, ui.Form(form))), ui.Stack(6, h.peopleCard(p, r, &v, at == "people", failure), runsCard(p, h, &v)))
	return ui.Write(w, r, status, ui.Compose(view, append(parts, deliveriesCard(p, h, &v))...))
}

// settingsForm is the form of when, of what and to which roles.
func (h *Handler) settingsForm(p *i18n.Printer, r *http.Request, v *distribution.Shown, mine bool, failure error) ui.FormView {
	s := v.Settings
	if mine && failure != nil {
		s = formOf(r, s)
	}
	check := func(name string, on bool) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldCheck, Label: p.T("reports.set_" + name), Value: "1", Checked: on, Span: 4}
	}
	kind := "calendar"
	if s.WorkDays {
		kind = "work"
	}
	day, hour := strconv.FormatInt(s.Day, 10), strconv.FormatInt(s.Hour, 10)
	if mine && failure != nil {
		day, hour = r.PostFormValue("day"), r.PostFormValue("hour")
	}
	roles := ui.Field{Name: "roles", Kind: ui.FieldChecks, Label: p.T("reports.set_roles"), Optional: true, Hint: p.T("reports.set_roles_hint")}
	for _, role := range distribution.Roles() {
		roles.Options = append(roles.Options, ui.Option{Value: string(role), Label: p.Message(role.Message()), Selected: slices.Contains(s.Roles, role)})
	}
	active := check("active", s.Active)
	active.Span = 12
	publish := check("publish", s.Publish)
	publish.Span, publish.Hint = 12, p.T("reports.set_publish_hint")
	attach := check("attach", s.Attach)
	attach.Span = 12
	form := ui.FormView{ID: "settings", Action: settingsURL, Submit: ui.Action{Label: p.T("reports.set_save"), Kind: ui.ActionPrimary}, Consequence: p.T("reports.set_consequence"), Fields: []ui.Field{active,
		{Name: "day", Kind: ui.FieldNumber, Label: p.T("reports.set_day"), Value: day, Min: "1", Max: "28", Span: 4},
		{Name: "kind", Kind: ui.FieldSelect, Label: p.T("reports.set_kind"), Value: kind, Span: 4, Options: []ui.Option{{Value: "work", Label: p.T("reports.set_work")}, {Value: "calendar", Label: p.T("reports.set_calendar")}}},
		{Name: "hour", Kind: ui.FieldNumber, Label: p.T("reports.set_hour"), Value: hour, Min: "0", Max: "23", Span: 4},
		check("company", s.Company), check("regions", s.Regions), check("teams", s.Teams), publish, roles, attach, {Name: "revision", Kind: ui.FieldHidden, Value: number(v.Revision)}}}
	if mine {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return form
}

// formOf is what a form says; who is told by name stays.
func formOf(r *http.Request, s distribution.Settings) distribution.Settings {
	on := func(name string) bool { return r.PostFormValue(name) != "" }
	s.Active, s.WorkDays, s.Company, s.Regions, s.Teams, s.Publish, s.Attach = on("active"), r.PostFormValue("kind") != "calendar", on("company"), on("regions"), on("teams"), on("publish"), on("attach")
	s.Day, s.Hour = whole(r, "day"), whole(r, "hour")
	s.Roles = nil
	for _, role := range r.PostForm["roles"] {
		s.Roles = append(s.Roles, access.Role(role))
	}
	s.Revision = max(whole(r, "revision"), 0)
	return s
}

// whole is a number of a form; −1 for what is none, which is refused.
func whole(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// keep reads the settings, changes them and keeps them.
func (h *Handler) keep(w http.ResponseWriter, r *http.Request, at string, change func(s distribution.Settings) (distribution.Settings, error)) error {
	actor := access.ActorFrom(r.Context())
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	v, err := h.Distribution.Get(r.Context(), actor)
	if err != nil {
		return err
	}
	s, err := change(v.Settings)
	if err == nil {
		_, err = h.Distribution.Set(r.Context(), actor, s)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, settingsURL+"?done=set", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawSettings(w, r, httpx.StatusOf(err), at, err)
	}
	return err
}

func (h *Handler) set(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, "settings", func(s distribution.Settings) (distribution.Settings, error) { return formOf(r, s), nil })
}

func (h *Handler) addPerson(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, "people", func(s distribution.Settings) (distribution.Settings, error) {
		s.People = append(slices.Clone(s.People), distribution.Recipient{UserID: r.PostFormValue("user"), Address: r.PostFormValue("address")})
		return s, nil
	})
}

func (h *Handler) removePerson(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, "people", func(s distribution.Settings) (distribution.Settings, error) {
		s.People = slices.DeleteFunc(slices.Clone(s.People), func(p distribution.Recipient) bool { return p.UserID == r.PostFormValue("user") })
		return s, nil
	})
}

// peopleCard is who is told by name, and the form to add somebody.
func (h *Handler) peopleCard(p *i18n.Printer, r *http.Request, v *distribution.Shown, mine bool, failure error) templ.Component {
	names := map[string]string{}
	user := ui.Field{Name: "user", Kind: ui.FieldSelect, Label: p.T("reports.person"), Span: 6}
	for _, reader := range v.Readers {
		names[reader.UserID] = reader.Name + "（" + reader.Login + "）"
		if !slices.ContainsFunc(v.People, func(one distribution.Recipient) bool { return one.UserID == reader.UserID }) {
			user.Options = append(user.Options, ui.Option{Value: reader.UserID, Label: names[reader.UserID]})
		}
	}
	table := ui.TableView{Label: p.T("reports.people"), Inset: true, Columns: []ui.Column{{Label: p.T("reports.person"), Phone: true}, {Label: p.T("reports.address"), Phone: true}, {Label: p.T("reports.remove"), Phone: true}}, Empty: &ui.State{Icon: "users", Title: p.T("reports.no_people"), Text: p.T("reports.no_people_text")}}
	for _, one := range v.People {
		name, known := names[one.UserID]
		if !known {
			name = p.T("reports.person_gone")
		}
		address := ui.Text(one.Address)
		if one.Address == "" {
			address = ui.Cell{Text: p.T("reports.inside_only"), Muted: true}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name), address, {Body: ui.Button(ui.Action{Label: p.T("reports.remove"), Icon: "x", Small: true, Post: true, URL: settingsURL + "/people/remove", Fields: map[string][]string{"user": {one.UserID}}})}}})
	}
	form := ui.FormView{ID: "people-form", Action: settingsURL + "/people", Submit: ui.Action{Label: p.T("reports.add"), Icon: "plus"}, Fields: []ui.Field{user, {Name: "address", Label: p.T("reports.address"), Span: 6, Optional: true, Hint: p.T("reports.address_hint")}}}
	if mine {
		form.Fields[0].Value, form.Fields[1].Value = r.PostFormValue("user"), r.PostFormValue("address")
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	parts := []templ.Component{ui.Table(table)}
	if !v.Mail || !v.Public {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "no-mail", Tone: ui.ToneWarn, Strong: p.T("distribution.reason.no_mail"), Text: p.T("reports.no_mail_text")}))
	}
	return ui.Filled(ui.CardView{ID: "people", Title: p.T("reports.people"), Sub: p.T("reports.people_text"), Span: -1}, append(parts, ui.Form(form))...)
}

// runsCard is the months that ran.
func runsCard(p *i18n.Printer, h *Handler, v *distribution.Shown) templ.Component {
	table := ui.TableView{Label: p.T("reports.runs"), Columns: []ui.Column{{Label: p.T("common.month"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("reports.started"), Phone: true}, {Label: p.T("reports.reports_made"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}}, Empty: &ui.State{Icon: "calendar", Title: p.T("reports.no_runs")}}
	tones := map[distribution.RunState]ui.Tone{distribution.RunDone: ui.ToneGood, distribution.RunWorking: ui.ToneBrand, distribution.RunFailed: ui.ToneBad}
	for _, run := range v.Runs {
		chip := ui.Chip{Label: p.Message(run.State.Message()), Tone: tones[run.State]}
		made := p.Int(int64(len(run.Computed)) - run.Failed)
		if run.Failed > 0 {
			made = p.T("reports.made_failed", "Made", int64(len(run.Computed))-run.Failed, "Failed", run.Failed)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Month(run.Month)), ui.Text(p.Moment(run.StartedAt, h.Now())), ui.Text(made), {Chip: &chip}}})
	}
	return ui.Filled(ui.CardView{ID: "runs", Title: p.T("reports.runs"), Span: -1, Flush: true}, ui.Table(table))
}

// deliveriesCard is who was told of what lately.
func deliveriesCard(p *i18n.Printer, h *Handler, v *distribution.Shown) templ.Component {
	table := ui.TableView{Label: p.T("reports.deliveries"), Columns: []ui.Column{{Label: p.T("reports.person"), Phone: true}, {Label: p.T("reports.report"), Phone: true}, {Label: p.T("common.time"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("reports.reason")}}, Empty: &ui.State{Icon: "send", Title: p.T("reports.no_deliveries")}}
	tones := map[distribution.State]ui.Tone{distribution.StateSent: ui.ToneGood, distribution.StateTold: ui.ToneGood, distribution.StateFailed: ui.ToneBad, distribution.StateWaiting: ui.ToneBrand, distribution.StateSending: ui.ToneBrand}
	for i := range v.Deliveries {
		d := &v.Deliveries[i]
		chip := ui.Chip{Label: p.Message(d.State.Message()), Tone: tones[d.State]}
		reason := ""
		if m, there := d.ReasonMessage(); there {
			reason = p.Message(m)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(d.UserName), {Text: p.Month(d.Issue.Month) + " · " + placeName(p, d.Issue.Place.Place), Sub: p.T("reports.version", "Version", d.Issue.Version)}, ui.Text(p.Moment(d.At, h.Now())), {Chip: &chip}, ui.Text(reason)}})
	}
	return ui.Filled(ui.CardView{ID: "deliveries", Title: p.T("reports.deliveries"), Flush: true}, ui.Table(table))
}
