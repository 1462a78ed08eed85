package people

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

// shown is everything that a person's page shows.
type shown struct {
	actor   access.Actor
	request *http.Request
	detail  org.Detail
	tree    org.Tree
	users   map[string]string
	today   calendar.Date
	act     string // the form that failed
	failure error
}

// marks are those of all versions, the newest batch first, each batch once.
func (s shown) marks() []fact.Mark {
	var marks []fact.Mark
	for _, c := range s.detail.Assignments {
		marks = append(marks, c.Mark)
	}
	for _, c := range s.detail.Persons {
		marks = append(marks, c.Mark)
	}
	for _, c := range s.detail.Leads {
		marks = append(marks, c.Mark)
	}
	for _, c := range s.detail.Mentors {
		marks = append(marks, c.Mark)
	}
	slices.SortStableFunc(marks, func(a, b fact.Mark) int { return cmp.Compare(b.Recorded, a.Recorded) })
	return marks
}

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Local(t).Format("2006-01-02 15:04")
}

// daysText writes a run of days by its first and its last day.
func daysText(p *i18n.Printer, days calendar.Interval) string {
	from, to := days.From.String(), p.T("people.open_end")
	if days.From <= calendar.NewDate(1, 1, 1) {
		from = p.T("people.ever")
	}
	if days.To != calendar.Forever {
		to = (days.To - 1).String()
	}
	return from + " – " + to
}

func personPage(ctx context.Context, s shown) templ.Component {
	p, d := httpx.PrinterFrom(ctx), s.detail
	view := ui.PageView{Title: d.Name, Subtitle: d.Key, Current: "people", Crumbs: []ui.Crumb{{Label: p.T("nav.people"), URL: "/people"}, {Label: d.Name}}}
	if s.today >= d.Left {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("people.left"), Tone: ui.ToneLine})
	}
	if s.actor.Can(access.PermSalesRead) {
		view.Actions = []ui.Action{{Label: p.T("nav.deals"), Icon: "file-text", URL: "/deals?person=" + number(d.ID)}, {Label: p.T("nav.payments"), Icon: "cash", URL: "/payments?person=" + number(d.ID)},
			{Label: p.T("people.quota"), Icon: "target-arrow", URL: "/quotas/" + s.today.Month().String() + "/" + number(d.ID)}}
	}
	if d.Left != calendar.Forever && s.actor.Can(access.PermCustomerAssign) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("nav.handover"), Icon: "user-share", Kind: ui.ActionPrimary, URL: "/handover/" + number(d.ID)})
	}
	parts := savedNote(p, s.request)
	if s.failure != nil && s.act == "" {
		_, problem := ui.WithErrors(nil, s.failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("people.bad_filter"), Text: problem})))
	}
	parts = append(parts, factsCard(p, s), pointCard(p, s))
	if d.MayWrite {
		parts = append(parts, forms(p, s)...)
	}
	parts = append(parts, assignmentsCard(p, s), personCard(p, s))
	if len(d.Leads) > 0 {
		parts = append(parts, leadsCard(p, s))
	}
	if len(d.Mentors) > 0 {
		parts = append(parts, mentorsCard(p, s))
	}
	return ui.Compose(view, parts...)
}

// factsCard is the person at the chosen point.
func factsCard(p *i18n.Printer, s shown) templ.Component {
	d := s.detail
	card := ui.CardView{Title: p.T("people.at_point"), Sub: p.T("people.as_of", "Day", d.At.Valid, "Batch", int64(d.At.Recorded)), Span: 6}
	if !d.Known {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("people.not_known"), Text: p.T("people.not_known_text")}))
	}
	place := ui.Fact{Term: p.T("common.team"), Text: strings.Trim(text(d.TeamName)+" · "+d.RegionName, " ·")}
	return ui.Filled(card, ui.Facts([]ui.Fact{place, {Term: p.T("people.level"), Text: levelText(p, d.Assignment.Level)},
		{Term: p.T("people.roles"), Text: text(strings.Join(d.Assignment.Roles, " "))}, {Term: p.T("people.hired"), Text: d.Hired.String()},
		{Term: p.T("people.last_day"), Text: text(lastDay(d.Left))}, {Term: p.T("people.leads_teams"), Text: text(leadsText(p, s))}}))
}

func leadsText(p *i18n.Printer, s shown) string {
	var names []string
	for _, id := range s.detail.Member.Leads {
		for _, l := range s.detail.Leads {
			if l.Leadership.TeamID == id {
				names = append(names, l.TeamName)
				break
			}
		}
	}
	return p.Join(names)
}

// pointCard chooses the point on both axes.
func pointCard(p *i18n.Printer, s shown) templ.Component {
	choice := ui.Field{Name: "recorded", Kind: ui.FieldSelect, Label: p.T("people.recorded_axis"), Hint: p.T("people.recorded_hint"), Value: s.request.FormValue("recorded"), Optional: true, Placeholder: p.T("people.as_recorded_now")}
	var last fact.BatchID
	for _, m := range s.marks() {
		if m.Recorded != last {
			last = m.Recorded
			choice.Options = append(choice.Options, ui.Option{Value: number(int64(m.Recorded)), Label: p.T("people.batch_at", "Number", int64(m.Recorded), "When", moment(p, m.RecordedAt))})
		}
	}
	valid := s.detail.At.Valid.String()
	return ui.Filled(ui.CardView{Title: p.T("people.point"), Span: 6}, ui.Form(ui.FormView{ID: "point", Method: "get", Action: personURL(s.detail.ID), Fields: []ui.Field{
		{Name: "valid", Kind: ui.FieldDate, Label: p.T("people.valid_axis"), Hint: p.T("people.valid_hint"), Value: valid}, choice,
	}, Submit: ui.Action{Label: p.T("people.show"), Kind: ui.ActionPrimary, Icon: "history"}, Cancel: &ui.Link{Label: p.T("people.now"), URL: personURL(s.detail.ID)}}))
}

// forms are the changes that can be recorded.
func forms(p *i18n.Printer, s shown) []templ.Component {
	d := s.detail
	seen := ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(int64(d.Latest))}
	value := func(act, name, usual string) string {
		if s.act == act && s.failure != nil {
			return s.request.PostFormValue(name)
		}
		return usual
	}
	form := func(span int, act, title, consequence string, submit ui.Action, fields ...ui.Field) templ.Component {
		v := ui.FormView{ID: act, Action: personURL(d.ID) + "/" + act, Fields: append(fields, seen), Submit: submit, Consequence: consequence}
		if s.act == act {
			v.Fields, v.Problem = ui.WithErrors(v.Fields, s.failure, p)
		}
		return ui.Filled(ui.CardView{Title: title, Span: span}, ui.Form(v))
	}
	today := s.today.String()
	on := func(act, label string) ui.Field {
		return ui.Field{Name: "on", ID: "f-" + act + "-on", Kind: ui.FieldDate, Label: label, Value: value(act, "on", today), Span: 6}
	}
	place := placeFields(p, s.tree, value("move", "team", idText(d.Assignment.TeamID)), value("move", "level", string(d.Assignment.Level)), value("move", "roles", strings.Join(d.Assignment.Roles, " ")))
	lead := placeFields(p, s.tree, value("lead", "team", ""), "", "")[0]
	lead.ID, lead.Optional, lead.Placeholder = "f-lead-team", false, ""
	move := form(-1, "move", p.T("people.move"), p.T("people.move_consequence"), ui.Action{Label: p.T("people.move_button"), Icon: "transfer"}, append(place, on("move", p.T("people.from_day")))...)
	correct := form(-1, "correct", p.T("people.correct"), p.T("people.correct_consequence"), ui.Action{Label: p.T("people.correct_button"), Icon: "edit"},
		ui.Field{Name: "key", ID: "f-correct-key", Label: p.T("people.key"), Value: value("correct", "key", s.recorded().Key), Hint: p.T("people.key_hint"), Span: 6},
		ui.Field{Name: "name", ID: "f-correct-name", Label: p.T("people.name"), Value: value("correct", "name", s.recorded().Name), Span: 6},
		ui.Field{Name: "hired", ID: "f-correct-hired", Kind: ui.FieldDate, Label: p.T("people.hired"), Value: value("correct", "hired", s.recorded().Hired.String()), Hint: p.T("people.hired_hint"), Span: 6})
	parts := []templ.Component{ui.Stack(6, move, correct)}
	if d.Left == calendar.Forever {
		parts = append(parts, ui.Stack(6,
			ui.Filled(ui.CardView{Title: p.T("people.leave"), Span: -1}, leaveForm(p, s, on("leave", p.T("people.last_day")), seen)),
			ui.Filled(ui.CardView{Title: p.T("people.lead"), Span: -1}, leadForm(p, s, lead, on("lead", p.T("people.from_day"))))))
	} else {
		parts = append(parts, form(6, "leave", p.T("people.take_back"), p.T("people.take_back_consequence"), ui.Action{Label: p.T("people.take_back_button"), Icon: "arrow-back-up"}, ui.Field{Name: "back", Kind: ui.FieldHidden, Value: "1"}))
	}
	return append(parts, mentorForms(p, s, form, value)...)
}

// recorded is the person as recorded now, whatever point is looked at.
func (s shown) recorded() org.Person {
	for _, c := range s.detail.Persons {
		if c.Mark.Current() {
			return c.Person
		}
	}
	return s.detail.Person
}

func leaveForm(p *i18n.Printer, s shown, fields ...ui.Field) templ.Component {
	v := ui.FormView{ID: "leave", Action: personURL(s.detail.ID) + "/leave", Fields: fields, Submit: ui.Action{Label: p.T("people.leave_button"), Icon: "logout"}, Consequence: p.T("people.leave_consequence")}
	if s.act == "leave" {
		v.Fields, v.Problem = ui.WithErrors(v.Fields, s.failure, p)
	}
	return ui.Form(v)
}

func leadForm(p *i18n.Printer, s shown, fields ...ui.Field) templ.Component {
	v := ui.FormView{ID: "lead", Action: personURL(s.detail.ID) + "/lead", Fields: fields, Submit: ui.Action{Label: p.T("people.lead_button"), Icon: "users-group"}, Consequence: p.T("people.lead_consequence")}
	if s.act == "lead" {
		v.Fields, v.Problem = ui.WithErrors(v.Fields, s.failure, p)
	}
	return ui.Form(v)
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return number(id)
}

// recordedColumns end every history: when it was recorded, by whom, and what became of it.
func recordedColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{{Key: "recorded", Label: p.T("people.recorded")}, {Key: "by", Label: p.T("people.recorded_by")}, {Key: "state", Label: p.T("common.status"), Phone: true}}
}

func recordedCells(p *i18n.Printer, s shown, m fact.Mark, holds bool) []ui.Cell {
	chip := ui.Chip{Label: p.T("people.current"), Tone: ui.ToneGood}
	sub := ""
	switch {
	case holds:
		chip = ui.Chip{Label: p.T("people.holds"), Tone: ui.ToneBrand, Icon: "check"}
	case !m.Current():
		chip, sub = ui.Chip{Label: p.T("people.superseded"), Tone: ui.ToneLine}, moment(p, m.SupersededAt)
	}
	return []ui.Cell{{Text: moment(p, m.RecordedAt), Sub: p.T("people.batch", "Number", int64(m.Recorded))}, ui.Text(text(s.users[m.RecordedBy])), {Chip: &chip, Sub: sub}}
}

func assignmentsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("people.assignments"), Columns: append([]ui.Column{{Key: "days", Label: p.T("people.days"), Phone: true}, {Key: "team", Label: p.T("common.team"), Phone: true},
		{Key: "level", Label: p.T("people.level")}, {Key: "roles", Label: p.T("people.roles")}}, recordedColumns(p)...)}
	for _, c := range s.detail.Assignments {
		a := c.Assignment
		holds := c.Mark.KnownIn(s.detail.At.Recorded) && a.Days.Contains(s.detail.At.Valid)
		muted := !c.Mark.KnownIn(s.detail.At.Recorded)
		row := ui.Row{Cells: append([]ui.Cell{{Text: daysText(p, a.Days), Muted: muted}, {Text: text(c.TeamName), Muted: muted, Phone: levelText(p, a.Level)}, {Text: levelText(p, a.Level), Muted: muted},
			{Text: text(strings.Join(a.Roles, " ")), Muted: muted}}, recordedCells(p, s, c.Mark, holds)...)}
		if holds {
			row.Kind = ui.RowSelected
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("people.assignments"), Sub: p.T("people.history_sub"), Flush: true}, ui.Table(table))
}

func personCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("people.master"), Columns: append([]ui.Column{{Key: "name", Label: p.T("people.name"), Phone: true}, {Key: "key", Label: p.T("people.key")}, {Key: "hired", Label: p.T("people.hired")},
		{Key: "left", Label: p.T("people.last_day"), Phone: true}}, recordedColumns(p)...)}
	for _, c := range s.detail.Persons {
		known := c.Mark.KnownIn(s.detail.At.Recorded)
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{{Text: c.Person.Name, Muted: !known, Phone: c.Person.Key}, {Text: c.Person.Key, Muted: !known}, {Text: c.Person.Hired.String(), Muted: !known}, {Text: text(lastDay(c.Person.Left)), Muted: !known}},
			recordedCells(p, s, c.Mark, known)...)})
	}
	return ui.Filled(ui.CardView{Title: p.T("people.master"), Flush: true}, ui.Table(table))
}

func leadsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("people.leads_teams"), Columns: append([]ui.Column{{Key: "team", Label: p.T("common.team"), Phone: true}, {Key: "days", Label: p.T("people.days"), Phone: true}}, recordedColumns(p)...)}
	for _, c := range s.detail.Leads {
		holds := c.Mark.KnownIn(s.detail.At.Recorded) && c.Leadership.Days.Contains(s.detail.At.Valid)
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{ui.Text(text(c.TeamName)), ui.Text(daysText(p, c.Leadership.Days))}, recordedCells(p, s, c.Mark, holds)...)})
	}
	return ui.Filled(ui.CardView{Title: p.T("people.leads_teams"), Flush: true}, ui.Table(table))
}

// savedNote says what became of a change; nothing when the page was just opened.
func savedNote(p *i18n.Printer, r *http.Request) []templ.Component {
	note := ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("people.saved")}
	switch {
	case r.URL.Query().Get("saved") == "":
		return nil
	case r.URL.Query().Get("saved") == "0":
		note = ui.Note{ID: "saved", Tone: ui.ToneBrand, Strong: p.T("people.nothing_changed")}
	case r.URL.Query().Get("late") != "":
		if month, err := calendar.ParseMonth(r.URL.Query().Get("late")); err == nil {
			note = ui.Note{ID: "saved", Tone: ui.ToneWarn, Strong: p.T("people.saved_late", "Month", month), Text: p.T("people.saved_late_text")}
		}
	}
	return []templ.Component{ui.Across(ui.NoteOf(note))}
}
