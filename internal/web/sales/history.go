package sales

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Local(t).Format("2006-01-02 15:04")
}

// version is one row of a history: what was recorded, and when.
type version struct {
	texts []string
	mark  fact.Mark
}

// historyCard shows everything ever recorded about something, with both of its times.
func historyCard(p *i18n.Printer, heads []string, versions []version, users map[string]string) templ.Component {
	table := ui.TableView{Label: p.T("sales.history")}
	for i, head := range heads {
		table.Columns = append(table.Columns, ui.Column{Key: head, Label: head, Phone: i == 0 || i == len(heads)-1})
	}
	table.Columns = append(table.Columns, ui.Column{Key: "recorded", Label: p.T("sales.recorded")}, ui.Column{Key: "by", Label: p.T("sales.recorded_by")},
		ui.Column{Key: "state", Label: p.T("common.status"), Phone: true})
	for _, v := range versions {
		row := ui.Row{}
		for _, text := range v.texts {
			row.Cells = append(row.Cells, ui.Cell{Text: text, Muted: !v.mark.Current()})
		}
		state := ui.Cell{Chip: &ui.Chip{Label: p.T("sales.current"), Tone: ui.ToneGood}}
		if !v.mark.Current() {
			state = ui.Cell{Chip: &ui.Chip{Label: p.T("sales.superseded"), Tone: ui.ToneLine}, Sub: moment(p, v.mark.SupersededAt)}
		}
		row.Cells = append(row.Cells, ui.Cell{Text: moment(p, v.mark.RecordedAt), Sub: p.T("sales.batch", "Number", int64(v.mark.Recorded))},
			ui.Cell{Text: nameOr(users, v.mark.RecordedBy), Sub: p.T("sales.kind_" + string(v.mark.Kind))}, state)
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("sales.history"), Sub: p.T("sales.history_sub"), Flush: true}, ui.Table(table))
}

func nameOr(names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return i18n.Unknown
}

// savedNote says what became of an entry; nothing when the page was just opened.
func savedNote(p *i18n.Printer, r *http.Request) []templ.Component {
	note := ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("sales.saved")}
	switch {
	case r.FormValue("saved") == "":
		return nil
	case r.FormValue("saved") == "0":
		note = ui.Note{ID: "saved", Tone: ui.ToneBrand, Strong: p.T("sales.nothing_changed")}
	case r.FormValue("late") != "":
		month, err := calendar.ParseMonth(r.FormValue("late"))
		if err != nil {
			break
		}
		note = ui.Note{ID: "saved", Tone: ui.ToneWarn, Strong: p.T("sales.saved_late", "Month", p.Month(month)), Text: p.T("sales.saved_late_text")}
	}
	return []templ.Component{ui.Across(ui.NoteOf(note))}
}

func text(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}
