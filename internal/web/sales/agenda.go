package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// agendaIcons are the icons of what is to be done.
var agendaIcons = map[agenda.Kind]string{agenda.Sign: "clipboard-check", agenda.AnswerLead: "phone", agenda.SolveCase: "headset", agenda.MeetRule: "list-check", agenda.Contact: "phone", agenda.ContactLead: "phone",
	agenda.Visit: "heart-handshake", agenda.HandSurvey: "star", agenda.Collect: "cash", agenda.RecordDeal: "link", agenda.Task: "calendar-due", agenda.Keep: "users", agenda.HoldReview: "users-group", agenda.Act: "clipboard-check", agenda.Answer: "message-report", agenda.Pile: "list-check"}

// agendaTones colour the cards of the bands by their icons.
var agendaTones = map[agenda.Band]ui.Tone{agenda.Late: ui.ToneBad, agenda.Today: ui.ToneWarn}

// drawToday is everything that somebody is to do: what is late, what is due, what waits, what comes; each line with what, why and by when.
func (h *Handler) drawToday(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	day, err := h.Agenda.Mine(r.Context(), actor)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("followup.not_done"), Text: problem})))
	}
	works := actor.PersonID != 0 && actor.Can(access.PermWorkWrite)
	now := 0
	for _, band := range agenda.Bands {
		lines := day.In(band)
		if band == agenda.Ahead && now == 0 {
			parts = append(parts, nothingNow(p, works))
		}
		if len(lines) == 0 {
			continue
		}
		if band != agenda.Ahead {
			now += len(lines)
		}
		var items []ui.Item
		for _, l := range lines {
			items = append(items, h.agendaItem(p, l, band))
		}
		parts = append(parts, ui.Filled(ui.CardView{ID: string(band), Title: p.T("agenda.band_" + string(band)), Sub: p.T("agenda.band_text_" + string(band)), Count: len(items), Flush: true}, ui.List(items)))
	}
	if rest := restItems(p, day.Rest); len(rest) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{ID: "rest", Title: p.T("agenda.rest"), Flush: true}, ui.List(rest)))
	}
	if works {
		parts = append(parts, ui.Filled(ui.CardView{ID: "add", Title: p.T("followup.add_task")}, ui.Form(h.taskForm(p, r, failure))))
	}
	view := ui.PageView{Title: p.T("nav.today"), Subtitle: p.T("agenda.subtitle", "Day", p.Day(day.Today), "Late", len(day.In(agenda.Late)), "Today", len(day.In(agenda.Today)), "Open", len(day.In(agenda.Open))), Current: "today",
		Actions: []ui.Action{{Label: p.T("task.messages"), Icon: "bell", URL: "/notices?show=todo"}}}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// nothingNow says that nothing is late, due or waits.
func nothingNow(p *i18n.Printer, works bool) templ.Component {
	state := ui.State{Kind: ui.StateEmpty, Title: p.T("agenda.nothing"), Text: p.T("agenda.nothing_text")}
	if works {
		state.Text, state.Actions = p.T("followup.nothing_text"), []ui.Action{{Label: p.T("opportunity.board"), Icon: "layout-kanban", URL: boardURL}}
	}
	return ui.Filled(ui.CardView{ID: "nothing", Label: p.T("agenda.nothing")}, ui.StateOf(state))
}

// agendaItem is a line with what, why and by when, and the act that is likeliest.
func (h *Handler) agendaItem(p *i18n.Printer, l agenda.Line, band agenda.Band) ui.Item {
	item := ui.Item{Icon: agendaIcons[l.Kind], Tone: agendaTones[band], Title: p.Message(l.Message(p.Zh())), URL: l.Path, Detail: strings.Trim(p.Message(l.Why)+" · "+l.About, " ·"), Clock: h.nextClock(p, l.DueOn)}
	if !l.DueAt.IsZero() {
		item.Clock = h.ruleClock(p, l.DueAt, "")
	}
	switch {
	case l.Kind == agenda.Pile:
		item.Beside = p.Int(l.Count)
	case l.AmountMinor != 0:
		item.Beside = p.Money(l.AmountMinor, l.Currency)
	}
	lead := func(label, url string) {
		item.Actions = []ui.Action{{Label: p.T(label), Small: true, Kind: ui.ActionPrimary, URL: url}}
	}
	switch l.Kind {
	case agenda.Sign:
		lead("agenda.go_sign", l.Path)
	case agenda.AnswerLead, agenda.ContactLead:
		lead("followup.save", l.Path+"#follow")
	case agenda.HandSurvey:
		lead("survey.hand_take", l.Path)
	case agenda.Visit:
		lead("revisit.record", l.Path)
	case agenda.Keep:
		item.Lead, item.Icon = ui.Tier(string(l.Tier)), ""
		item.Actions = []ui.Action{{Label: p.T("followup.save"), Small: true, Kind: ui.ActionPrimary, URL: l.Path + "#follow"}, {Label: p.T("opportunity.new"), Small: true, Kind: ui.ActionGhost, URL: ui.URLWith(newOpportunityURL, nil, "customer", l.ID)}}
	case agenda.Contact, agenda.Task:
		item.Actions = h.taskActions(p, *l.Task, todayURL)
		if l.Task.Kind == followup.TaskOther && l.Task.OpportunityID == 0 && l.Task.CustomerID == 0 {
			item.URL = ""
		}
	}
	return item
}

// restItems lead to what is not listed.
func restItems(p *i18n.Printer, rest []agenda.Rest) (items []ui.Item) {
	for _, r := range rest {
		item := ui.Item{Icon: "dots", Title: p.T("agenda.rest_" + string(r.Kind)), URL: r.Path}
		if r.Count > 0 {
			item.Beside = p.Int(r.Count)
		}
		items = append(items, item)
	}
	return items
}
