package approvals

import (
	"context"
	"math/big"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// onePage is one request: what is signed, the path, what was done, and what may be done.
func onePage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	name := s.Detail.Kind
	if s.kind.Label != "" {
		name = p.T(s.kind.Label)
	}
	view := ui.PageView{Title: s.Title, Subtitle: p.T("approvals.by", "Kind", name, "Who", submitter(p, s.Request), "At", moment(p, s.SubmittedAt)), Current: "approvals", Chips: []ui.Chip{stateChip(p, s.State)},
		Crumbs: []ui.Crumb{{Label: p.T("approvals.title"), URL: listPath}, {Label: s.Title}}}
	if s.Round > 1 {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("approvals.round", "Round", s.Round)})
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("files.title"), Icon: "paperclip", URL: "/files/approval/" + s.ID})
	if s.MayTake && s.State == approval.StateReturned {
		view.Actions = append(view.Actions, againAction(p, s))
	}
	if s.MayTake && s.State == approval.StatePending {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("approvals.remind"), Icon: "bell", Post: true, URL: pathOf(s, "remind")})
	}
	var parts []templ.Component
	if s.failure != nil {
		_, problem := ui.WithErrors(nil, s.failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("approvals.refused"), Text: problem})))
	}
	if s.Stuck {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "stuck", Tone: ui.ToneBad, Strong: p.T("approvals.stuck"), Text: p.T("approvals.stuck_text")})))
	}
	left := []templ.Component{ui.Filled(ui.CardView{Title: p.T("approvals.content"), Span: -1}, ui.Facts(factsOf(p, s)))}
	left = append(left, tablesOf(p, s)...)
	if s.MayAct {
		left = append([]templ.Component{decideCard(p, s)}, left...)
	}
	left = append(left, ui.Filled(ui.CardView{ID: "history", Title: p.T("approvals.history"), Span: -1}, ui.Timeline(historyOf(p, s))))
	path := ui.CardView{ID: "path", Title: p.T("approvals.path"), Span: -1}
	if len(s.Turns) > 1 && !slices.ContainsFunc(s.Turns, func(t approval.Turn) bool { return t.Step.Again }) {
		path.Sub = p.T("approvals.path_sub")
	}
	right := []templ.Component{ui.Filled(path, ui.Timeline(pathMoments(p, s)))}
	right = append(right, furtherCards(p, s)...)
	return ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...)
}

func pathOf(s shown, act string) string { return listPath + "/" + s.ID + "/" + act }

// againAction leads to where what was returned is changed.
func againAction(p *i18n.Printer, s shown) ui.Action {
	a := ui.Action{Label: p.T("approvals.again"), Icon: "edit", Kind: ui.ActionPrimary, URL: newPath + "?again=" + s.ID}
	if page := s.kind.PageOf(s.SubjectID); s.Detail.Kind != approval.KindGeneral {
		a.URL = page
	}
	return a
}

// factsOf is what is signed.
func factsOf(p *i18n.Printer, s shown) (facts []ui.Fact) {
	for _, f := range s.Facts {
		if f.Table != nil {
			continue // of its own, below
		}
		fact := ui.Fact{Term: p.T(f.Label)}
		if f.Form == approval.FormMoney {
			fact.Body = ui.Money(ui.Amount{Minor: f.Minor, Currency: s.Currency})
		} else {
			fact.Text = valueText(p, f.Form, f.Minor, f.Text, s.Currency)
		}
		facts = append(facts, fact)
	}
	if page := s.kind.PageOf(s.SubjectID); page != "" && s.reads {
		facts = append(facts, ui.Fact{Term: p.T("approvals.subject"), Text: p.T("approvals.subject_open"), URL: page})
	}
	if s.Stood != "" {
		facts = append(facts, ui.Fact{Term: p.T("approvals.you_stand_for"), Text: s.Names[s.Stood]})
	}
	if len(s.Copied) > 0 {
		var copied []string
		for _, id := range s.Copied {
			copied = append(copied, s.Names[id])
		}
		facts = append(facts, ui.Fact{Term: p.T("approvals.copied"), Text: p.Join(copied)})
	}
	return append(facts, ui.Fact{Term: p.T("approvals.hash"), Text: s.Hash[:min(16, len(s.Hash))]})
}

// tablesOf is what is signed line by line, as it was submitted.
func tablesOf(p *i18n.Printer, s shown) (cards []templ.Component) {
	for _, f := range s.Facts {
		if f.Table == nil {
			continue
		}
		view := ui.TableView{Label: p.T(f.Label)}
		for i, c := range f.Table.Columns {
			column := ui.Column{Key: "c" + strconv.Itoa(i), Label: p.T(c.Label), Phone: c.Main}
			if c.Form != approval.FormText {
				column.Kind = ui.ColumnNumber
			}
			view.Columns = append(view.Columns, column)
		}
		for _, r := range f.Table.Rows {
			row := ui.Row{}
			for i, cell := range r {
				switch form := f.Table.Columns[i].Form; {
				case cell.Text != "" || form == approval.FormText:
					row.Cells = append(row.Cells, ui.Text(cell.Text))
				case form == approval.FormMoney:
					row.Cells = append(row.Cells, ui.Cell{Body: ui.Money(ui.Amount{Minor: cell.Minor, Currency: s.Currency})})
				default:
					row.Cells = append(row.Cells, ui.Text(valueText(p, form, cell.Minor, "", s.Currency)))
				}
			}
			view.Rows = append(view.Rows, row)
		}
		cards = append(cards, ui.Filled(ui.CardView{Title: p.T(f.Label), Count: len(view.Rows), Span: -1, Flush: true}, ui.Table(view)))
	}
	return cards
}

// valueText writes a value of a form.
func valueText(p *i18n.Printer, form approval.Form, number int64, text string, currency money.Currency) string {
	switch form {
	case approval.FormMoney:
		return p.Money(number, currency)
	case approval.FormPPM:
		return p.Percent(big.NewRat(number, 1_000_000))
	case approval.FormNumber:
		return p.Int(number)
	case approval.FormDays:
		return p.T("common.count.days", "Count", number)
	case approval.FormPhrase:
		return p.T(text)
	}
	return text
}

// decideCard is the two taps of somebody who is asked: approve at once, or refuse with a reason.
func decideCard(p *i18n.Printer, s shown) templ.Component {
	fields := []ui.Field{{Name: "seen", Kind: ui.FieldHidden, Value: strconv.FormatInt(s.Revision, 10)},
		{Name: "note", Kind: ui.FieldArea, Rows: 2, Label: p.T("approvals.note"), Hint: p.T("approvals.note_hint"), Optional: true}}
	if s.failedAt == "decide" {
		fields[1].Value = s.typed.Get("note")
		fields, _ = ui.WithErrors(fields, s.failure, p)
	}
	button := func(act approval.Act, kind ui.ActionKind, icon string) ui.Action {
		return ui.Action{Label: p.T("approvals.do_" + string(act)), Kind: kind, Icon: icon, Name: "act", Value: string(act)}
	}
	others := []ui.Action{button(approval.ActReturn, ui.ActionPlain, "arrow-back-up"), button(approval.ActReject, ui.ActionDanger, "x")}
	if s.kind.Final { // nobody could change it
		others = others[1:]
	}
	return ui.Filled(ui.CardView{Title: p.T("approvals.decide"), Span: -1}, ui.Form(ui.FormView{ID: "decide", Action: pathOf(s, "decide"), Fields: fields,
		Submit: button(approval.ActApprove, ui.ActionPrimary, "check"), Others: others}))
}

// furtherCards are what can be done besides: involve others, take back, name somebody.
func furtherCards(p *i18n.Printer, s shown) (cards []templ.Component) {
	toField := ui.Field{Name: "to", Label: p.T("approvals.to"), Hint: p.T("approvals.to_hint"), Suggest: suggestID, Autocomplete: "off"}
	noteField := ui.Field{Name: "note", Label: p.T("approvals.note"), Optional: true}
	var first []templ.Component // above the next form
	add := func(id, title string, submit ui.Action, fields ...ui.Field) {
		form := ui.FormView{ID: id, Action: pathOf(s, id), Submit: submit, Suggest: []ui.Suggestions{{ID: suggestID + "-" + id, From: suggestPath}}}
		for i := range fields {
			fields[i].ID = id + "-" + fields[i].Name
			if fields[i].Suggest != "" {
				fields[i].Suggest = suggestID + "-" + id
			}
			if s.failedAt == id && fields[i].Kind != ui.FieldSelect {
				fields[i].Value = s.typed.Get(fields[i].Name)
			}
		}
		form.Fields = fields
		if s.failedAt == id {
			form.Fields, _ = ui.WithErrors(fields, s.failure, p)
		}
		cards = append(cards, ui.Filled(ui.CardView{ID: id + "-card", Title: title, Span: -1}, append(first, ui.Form(form))...))
		first = nil
	}
	if s.MayAct || s.MayCopy && s.State != approval.StateWithdrawn {
		choice := ui.Field{Name: "act", Kind: ui.FieldSelect, Label: p.T("approvals.how")}
		acts := []approval.Act{approval.ActCopy}
		if s.MayAct {
			acts = []approval.Act{approval.ActTransfer, approval.ActAddBefore, approval.ActAddAfter, approval.ActCopy}
		}
		for _, act := range acts {
			choice.Options = append(choice.Options, ui.Option{Value: string(act), Label: p.T("approvals.do_" + string(act)), Selected: s.failedAt == "involve" && s.typed.Get("act") == string(act)})
		}
		if buttons := deputyButtons(p, s); len(buttons) > 0 {
			first = []templ.Component{ui.Beside(buttons...)}
		}
		add("involve", p.T("approvals.involve"), ui.Action{Label: p.T("common.confirm"), Icon: "users"}, choice, toField, noteField)
	}
	if s.MayName {
		reason := noteField
		reason.Optional, reason.Label = false, p.T("approvals.reason")
		add("assign", p.T("approvals.assign"), ui.Action{Label: p.T("approvals.do_assign"), Icon: "user-plus"}, toField, reason)
	}
	if s.MayTake {
		add("withdraw", p.T("approvals.withdraw"), ui.Action{Label: p.T("approvals.withdraw"), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, noteField)
	}
	return cards
}

// deputyButtons hand the signature over to those who stand in for the reader, or last did, with one tap.
func deputyButtons(p *i18n.Printer, s shown) (buttons []templ.Component) {
	for _, c := range s.Deputies {
		buttons = append(buttons, ui.Button(ui.Action{Label: p.T("approvals.to_deputy", "Name", c.Name), Icon: "transfer", Small: true, Post: true, URL: pathOf(s, "involve"),
			Fields: map[string][]string{"act": {string(approval.ActTransfer)}, "to": {c.Login}, "seen": {strconv.FormatInt(s.Revision, 10)}}}))
	}
	return buttons
}

// pathMoments are the turns of the round: signed, waiting, still to come.
func pathMoments(p *i18n.Printer, s shown) (moments []ui.Moment) {
	if len(s.Turns) == 0 {
		return []ui.Moment{{Icon: "circle-check", Tone: ui.ToneGood, Title: p.T("approvals.no_signature")}}
	}
	for i, turn := range s.Turns {
		m := ui.Moment{Icon: "circle", Title: stepTitle(p, turn, s.Names), Future: i > s.At || s.State != approval.StatePending && i >= s.At}
		var lines []string
		for _, seat := range turn.Seats {
			lines = append(lines, seatText(p, seat, s.Names))
		}
		m.Detail = p.Join(lines)
		switch {
		case i < s.At:
			m.Icon, m.Tone = "circle-check", ui.ToneGood
		case i == s.At && s.State == approval.StatePending:
			m.Icon, m.Tone, m.Strong = "clock", ui.ToneWarn, true
			if clock := clockOf(p, turn.DueAt, s.now); clock != nil {
				m.Body = ui.ClockOf(*clock)
			}
		}
		moments = append(moments, m)
	}
	return moments
}

// stepTitle names a step: by its name, or by who signs.
func stepTitle(p *i18n.Printer, turn approval.Turn, names map[string]string) string {
	switch {
	case turn.AddedBy != "":
		return p.T("approvals.added_by", "Who", names[turn.AddedBy])
	case turn.Step.Name != "":
		return turn.Step.Name
	}
	return whoText(p, turn.Step, names)
}

func seatText(p *i18n.Printer, seat approval.Seat, names map[string]string) string {
	if seat.Signed() {
		if seat.For != "" {
			return p.T("approvals.signed_for", "Who", names[seat.SignedBy], "For", names[seat.For])
		}
		return p.T("approvals.signed", "Who", names[seat.SignedBy])
	}
	if len(seat.Candidates) == 0 {
		return p.T("approvals.nobody")
	}
	var who []string
	for _, id := range seat.Candidates[:min(len(seat.Candidates), 5)] {
		who = append(who, names[id])
	}
	text := p.Join(who)
	if more := len(seat.Candidates) - len(who); more > 0 {
		text = p.T("approvals.and_more", "Who", text, "Count", more)
	}
	if len(seat.Candidates) > 1 {
		return p.T("approvals.one_of", "Who", text)
	}
	return text
}

var actIcons = map[approval.Act]string{approval.ActSubmit: "send", approval.ActApprove: "circle-check", approval.ActReject: "circle-x", approval.ActReturn: "arrow-back-up", approval.ActWithdraw: "arrow-back-up",
	approval.ActTransfer: "transfer", approval.ActAddBefore: "user-plus", approval.ActAddAfter: "user-plus", approval.ActCopy: "copy", approval.ActRemind: "bell", approval.ActAssign: "user-check",
	approval.ActEscalate: "arrow-up", approval.ActRefill: "refresh", approval.ActPass: "circle-check"}

var actTones = map[approval.Act]ui.Tone{approval.ActApprove: ui.ToneGood, approval.ActPass: ui.ToneGood, approval.ActReject: ui.ToneBad, approval.ActReturn: ui.ToneHold, approval.ActSubmit: ui.ToneBrand}

// historyOf is what was done, newest first.
func historyOf(p *i18n.Printer, s shown) (moments []ui.Moment) {
	for i := len(s.Events) - 1; i >= 0; i-- {
		e := s.Events[i]
		who := ui.Actor(p, e.ActorID, s.Names[e.ActorID])
		if who == "" {
			who = p.T("approvals.system")
		}
		if e.For != "" {
			who = p.T("approvals.in_place_of", "Who", who, "For", s.Names[e.For])
		}
		title := p.T("approvals.did_"+string(e.Act), "Who", who)
		if len(e.To) > 0 {
			var to []string
			for _, id := range e.To {
				to = append(to, s.Names[id])
			}
			title += p.T("common.colon") + p.Join(to)
		}
		if e.Act == approval.ActSubmit && e.Round > 1 {
			title += " · " + p.T("approvals.round", "Round", e.Round)
		}
		moments = append(moments, ui.Moment{When: moment(p, e.At), At: e.At.UTC().Format("2006-01-02T15:04:05Z"), Icon: actIcons[e.Act], Tone: actTones[e.Act], Title: title, Detail: e.Note})
	}
	return moments
}
