package people

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

// mentorForms ask who trains the person, and which mentorship was recorded by mistake.
func mentorForms(p *i18n.Printer, s shown, form func(span int, act, title, consequence string, submit ui.Action, fields ...ui.Field) templ.Component,
	value func(act, name, usual string) string) []templ.Component {
	parts := []templ.Component{form(6, "mentor", p.T("people.mentor"), p.T("people.mentor_consequence"), ui.Action{Label: p.T("people.mentor_button"), Icon: "users"},
		ui.Field{Name: "mentor", Label: p.T("people.mentor_key"), Value: value("mentor", "mentor", ""), Span: 12},
		ui.Field{Name: "from", ID: "f-mentor-from", Kind: ui.FieldDate, Label: p.T("people.from_day"), Value: value("mentor", "from", s.today.String()), Span: 6},
		ui.Field{Name: "to", ID: "f-mentor-to", Kind: ui.FieldDate, Label: p.T("people.mentor_last"), Value: value("mentor", "to", ""), Hint: p.T("people.mentor_last_hint"), Optional: true, Span: 6})}
	var standing []ui.Option
	for _, c := range s.detail.Mentors {
		if m := c.Mentorship; c.Mark.Current() && m.TraineeID == s.detail.ID && !m.Days.Empty() {
			standing = append(standing, ui.Option{Value: m.Days.From.String(), Label: m.MentorName + " · " + daysText(p, m.Days)})
		}
	}
	if len(standing) > 0 {
		parts = append(parts, form(6, "unmentor", p.T("people.unmentor"), p.T("people.unmentor_consequence"), ui.Action{Label: p.T("people.unmentor_button"), Icon: "arrow-back-up"},
			ui.Field{Name: "from", ID: "f-unmentor-from", Kind: ui.FieldSelect, Label: p.T("people.mentorship"), Value: value("unmentor", "from", standing[0].Value), Options: standing}))
	}
	return parts
}

// mentorsCard shows who trained the person, and whom the person trains.
func mentorsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("people.mentorships"), Columns: append([]ui.Column{{Key: "mentor", Label: p.T("people.mentor_name"), Phone: true}, {Key: "trainee", Label: p.T("people.trainee"), Phone: true},
		{Key: "days", Label: p.T("people.days"), Phone: true}}, recordedColumns(p)...)}
	for _, c := range s.detail.Mentors {
		m := c.Mentorship
		known := c.Mark.KnownIn(s.detail.At.Recorded)
		days := daysText(p, m.Days)
		if m.Days.Empty() {
			days = p.T("people.mentor_taken_back", "Day", m.Days.From)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{{Text: text(m.MentorName), URL: personURL(m.MentorID), Muted: !known}, {Text: text(m.TraineeName), URL: personURL(m.TraineeID), Muted: !known},
			{Text: days, Muted: !known}}, recordedCells(p, s, c.Mark, known && m.Days.Contains(s.detail.At.Valid))...)})
	}
	return ui.Filled(ui.CardView{Title: p.T("people.mentorships"), Flush: true}, ui.Table(table))
}

// setMentor reads the forms of mentorForms.
func (h *Handler) setMentor(ctx context.Context, r *http.Request, actor access.Actor, in org.Mentor) (receipt fact.Receipt, err error) {
	var c fact.Checker
	in.From, in.Last, in.MentorKey = day(r, "from", &c), calendar.NoDate, strings.TrimSpace(r.PostFormValue("mentor"))
	if !in.TakeBack && r.PostFormValue("to") != "" {
		in.Last = day(r, "to", &c)
	}
	if err := c.Err(); err != nil {
		return receipt, err
	}
	return h.people.SetMentor(ctx, actor, in)
}
