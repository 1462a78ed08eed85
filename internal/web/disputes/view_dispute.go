package disputes

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// shown is everything on the page of one dispute.
type shown struct {
	dispute.Full
	actor    access.Actor
	now      time.Time
	names    *names
	currency money.Currency
	act      string // that was refused
	failure  error
	values   url.Values // as sent with it
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (s shown) own() bool { return s.actor.PersonID != 0 && s.actor.PersonID == s.PersonID }

// disputePage is one dispute: what it is about, the three voices, what happened, the evidence, and what can be done now.
func disputePage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	title := p.T("dispute.title_of", "Number", s.Number, "Name", s.PersonName)
	view := ui.PageView{Title: title, Current: "disputes", Subtitle: s.names.line(s.VersionID, s.Line, s.Zero), Chips: []ui.Chip{stateChip(p, s.Dispute)},
		Crumbs: []ui.Crumb{{Label: p.T("dispute.title"), URL: "/disputes"}, {Label: p.T("dispute.number_of", "Number", s.Number)}},
		Print:  &ui.PrintFoot{Document: title, Version: p.Month(s.Month), Hash: s.Digest}}
	var main []templ.Component
	if s.failure != nil && !s.placed() {
		_, problem := ui.WithErrors(nil, s.failure, p)
		main = append(main, ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("months.refused"), Text: problem}))
	}
	if s.Overdue(s.Today) {
		main = append(main, ui.NoteOf(ui.Note{Tone: ui.ToneBad, Icon: "clock-exclamation", Strong: p.T("dispute.overdue"), Text: p.T("dispute.overdue_text", "Day", s.DueOn)}))
	}
	if s.State == dispute.StateRuled {
		main = append(main, rulingCard(p, s))
	}
	main = append(main, aboutCard(p, s), voicesCard(p, s), historyCard(p, s))
	side := append(actCards(p, s), filesCard(p, s))
	if len(s.Reminders) > 0 {
		side = append(side, remindersCard(p, s))
	}
	return ui.Compose(view, ui.Stack(8, main...), ui.Stack(4, side...))
}

// placed reports whether a form of the page shows what was refused.
func (s shown) placed() bool {
	switch s.act {
	case "say":
		return s.May.Say
	case "speak":
		return len(s.May.Voices) > 0
	case "withdraw":
		return s.May.Withdraw
	case "defer":
		return s.May.Defer
	case "correct":
		return s.May.Correct
	case "files":
		return s.May.Attach
	}
	return false
}

func (s shown) statementURL() string {
	base := "/statements/" + s.Month.String() + "/" + number(s.PersonID)
	if s.own() {
		base = "/pay/" + s.Month.String()
	}
	anchor := "settlement"
	if s.Line.Kind != dispute.LineStep {
		anchor = "c-" + s.Line.Component
	}
	return base + "?" + url.Values{"plan": {s.PlanID}}.Encode() + "#" + url.PathEscape(anchor)
}

func (s shown) amount(p *i18n.Printer, minor *int64) string {
	if minor == nil {
		return p.T("dispute.amount_open")
	}
	return p.Money(*minor, s.currency)
}

func aboutCard(p *i18n.Printer, s shown) templ.Component {
	facts := []ui.Fact{
		{Term: p.T("dispute.person"), Text: strings.TrimSuffix(s.PersonName+" · "+s.TeamName, " · ")},
		{Term: p.T("dispute.month"), Text: p.Month(s.Month)},
		{Term: p.T("dispute.plan"), Text: s.names.plan(s.VersionID, s.PlanID)},
		{Term: p.T("dispute.line"), Text: s.names.line(s.VersionID, s.Line, s.Zero), URL: s.statementURL()},
		{Term: p.T("dispute.cause"), Text: p.T("dispute.cause_" + string(s.Cause))},
		{Term: p.T("dispute.shown"), Text: p.Money(s.ShownMinor, s.currency)},
		{Term: p.T("dispute.expected"), Text: s.amount(p, s.ExpectedMinor)},
		{Term: p.T("dispute.raised"), Text: moment(p, s.RaisedAt)},
	}
	if clock := clockOf(p, s.Dispute, s.Today); clock != nil {
		facts = append(facts, ui.Fact{Term: p.T("dispute.due"), Body: ui.ClockOf(*clock)})
	}
	if s.DeferredTo != 0 {
		facts = append(facts, ui.Fact{Term: p.T("dispute.deferred_to"), Text: p.Month(s.DeferredTo)})
	}
	return ui.Filled(ui.CardView{Title: p.T("dispute.about"), Span: -1}, ui.Facts(facts), ui.NoteOf(ui.Note{Icon: "message-2", Text: s.Text, Inset: true}))
}

// rulingCard says what the ruling came to and what follows from it.
func rulingCard(p *i18n.Printer, s shown) templ.Component {
	by := p.T("dispute.by_majority")
	if s.Unanimous {
		by = p.T("dispute.unanimous")
	}
	facts := []ui.Fact{{Term: p.T("dispute.outcome"), Text: p.T("dispute.outcome_"+string(s.Outcome)) + " · " + by}, {Term: p.T("dispute.awarded"), Text: s.amount(p, s.AwardedMinor)}}
	if difference, known := s.DifferenceMinor(); known && difference != 0 {
		facts = append(facts, ui.Fact{Term: p.T("dispute.difference"), Text: p.MoneySigned(difference, s.currency)})
	}
	switch {
	case s.Outcome == dispute.OutcomeRejected:
	case s.Correction.ID == "":
		facts = append(facts, ui.Fact{Term: p.T("dispute.correction"), Text: p.T("dispute.correction_open")})
	default:
		facts = append(facts, ui.Fact{Term: p.T("dispute.correction"), Text: p.T("dispute.correction_"+s.Correction.Kind, "ID", s.Correction.ID)})
	}
	return ui.Filled(ui.CardView{Title: p.T("dispute.ruling"), Span: -1, Sub: moment(p, s.EndedAt)}, ui.Facts(facts))
}

// voicesCard shows the three voices, each with its reason; who dissents from the ruling is marked.
func voicesCard(p *i18n.Printer, s shown) templ.Component {
	spoken := map[dispute.Voice]dispute.Spoken{}
	for _, v := range dispute.SpokenIn(s.Events) {
		spoken[v.Voice] = v
	}
	table := ui.TableView{Label: p.T("dispute.voices"), Columns: []ui.Column{{Key: "voice", Label: p.T("dispute.voice"), Phone: true}, {Key: "outcome", Label: p.T("dispute.outcome"), Phone: true},
		{Key: "amount", Label: p.T("dispute.amount"), Kind: ui.ColumnNumber}, {Key: "reason", Label: p.T("dispute.reason")}}}
	for _, v := range dispute.Voices {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.T("dispute.voice_" + string(v))), {Chip: &ui.Chip{Label: p.T("dispute.not_spoken"), Tone: ui.ToneLine}}, ui.Text(i18n.Unknown), {}}}
		if said, ok := spoken[v]; ok {
			row.Cells[0] = ui.Cell{Text: p.T("dispute.voice_" + string(v)), Sub: said.ActorName, Phone: said.Text}
			row.Cells[1] = ui.Cell{Chip: &ui.Chip{Label: p.T("dispute.outcome_" + string(said.Outcome)), Tone: outcomeTones[said.Outcome]}}
			if s.State == dispute.StateRuled && said.Outcome != s.Outcome {
				row.Cells[1].Sub = p.T("dispute.dissent")
			}
			row.Cells[2], row.Cells[3] = amountCell(said.AmountMinor, s.currency), ui.Text(said.Text)
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("dispute.voices"), Sub: p.T("dispute.voices_sub"), Span: -1, Flush: true}, ui.Table(table))
}

var eventIcons = map[dispute.EventKind]string{dispute.EventRaised: "message-report", dispute.EventTaken: "eye", dispute.EventSaid: "message-2", dispute.EventAttached: "paperclip",
	dispute.EventVoice: "user-check", dispute.EventRuled: "gavel", dispute.EventWithdrawn: "arrow-back-up", dispute.EventDeferred: "calendar-event", dispute.EventCorrected: "tool"}

// historyCard is everything that happened, newest first.
func historyCard(p *i18n.Printer, s shown) templ.Component {
	var moments []ui.Moment
	for i := len(s.Events) - 1; i >= 0; i-- {
		e := s.Events[i]
		m := ui.Moment{When: p.Moment(e.At, s.now), At: e.At.Format(time.RFC3339), Icon: eventIcons[e.Kind], Strong: e.Kind == dispute.EventRuled || e.Kind == dispute.EventRaised,
			Title: s.eventTitle(p, e), Detail: e.Text}
		if e.Kind == dispute.EventRuled {
			m.Tone = outcomeTones[e.Outcome]
		}
		moments = append(moments, m)
	}
	return ui.Filled(ui.CardView{Title: p.T("dispute.history"), Span: -1}, ui.Timeline(moments))
}

func (s shown) eventTitle(p *i18n.Printer, e dispute.Event) string {
	outcome := ""
	if e.Outcome != "" {
		outcome = p.T("dispute.outcome_" + string(e.Outcome))
	}
	voice := ""
	if e.Voice != "" {
		voice = p.T("dispute.voice_" + string(e.Voice))
	}
	return p.T("dispute.event_"+string(e.Kind), "Who", ui.Actor(p, e.ActorID, e.ActorName), "Voice", voice, "Outcome", outcome, "Amount", s.amount(p, e.AmountMinor), "What", s.referenceText(p, e))
}

func (s shown) referenceText(p *i18n.Printer, e dispute.Event) string {
	kind, id, found := strings.Cut(e.Reference, " ")
	if e.Kind == dispute.EventCorrected && found {
		return p.T("dispute.correction_"+kind, "ID", id)
	}
	if e.Kind == dispute.EventDeferred {
		return p.Month(s.Month + 1)
	}
	return e.Reference
}

func filesCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("dispute.files"), Columns: []ui.Column{{Key: "name", Label: p.T("dispute.file"), Phone: true}, {Key: "size", Label: p.T("dispute.size"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "paperclip", Title: p.T("dispute.no_files")}}
	for _, f := range s.Files {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Name, URL: address(s.ID) + "/files/" + url.PathEscape(f.ID), Sub: moment(p, f.AddedAt), Title: f.Digest}, ui.Text(p.FileSize(f.Bytes))}})
	}
	parts := []templ.Component{ui.Table(table)}
	return ui.Filled(ui.CardView{Title: p.T("dispute.files"), Count: len(s.Files), Span: -1, Flush: true}, parts...)
}

func remindersCard(p *i18n.Printer, s shown) templ.Component {
	table := reminderTable(p, s.Reminders)
	table.Columns[0].Hidden, table.Columns[2].Hidden = true, s.own()
	return ui.Filled(ui.CardView{Title: p.T("dispute.reminders"), Sub: p.T("dispute.reminders_kept"), Span: -1, Flush: true}, ui.Table(table))
}
