package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

func quoteID(r *http.Request) (int64, error) { return idOf(r.PathValue("id"), "quote.missing") }

func (h *Handler) showQuote(w http.ResponseWriter, r *http.Request) error {
	return h.drawQuote(w, r, http.StatusOK, "", nil)
}

// drawQuote answers with the page of a quote; act is the form that failed.
func (h *Handler) drawQuote(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	id, err := quoteID(r)
	if err != nil {
		return err
	}
	d, err := h.Quotes.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	parts = append(parts, objected(r, p, objection{caseID: d.OpportunityID, act: act, submit: p.T("quote.submit_anyway"), seen: d.Revision}, failure)...)
	parts = append(parts, quoteNotes(p, d)...)
	main := []templ.Component{ui.Filled(ui.CardView{Title: p.T("quote.lines"), Sub: p.T("quote.lines_sub"), Flush: true}, ui.Table(lineTable(p, d.Lines, d.Currency)))}
	state := d.StateOn(d.Today)
	if d.MayWrite && state == quote.StateApproved {
		main = append(main, ui.Filled(ui.CardView{ID: "send", Title: p.T("quote.send")}, ui.Form(h.sendForm(p, r, d, formFailure(act, "send", failure)))))
	}
	if d.MayWrite && (state == quote.StateSent || state == quote.StateExpired) {
		main = append(main, ui.Filled(ui.CardView{ID: "answer", Title: p.T("quote.answer")}, ui.Form(h.answerForm(p, r, d, formFailure(act, "answer", failure)))))
	}
	main = append(main, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline")}, ui.Timeline(h.workMoments(p, d.Changes, "quote"))))
	var side []templ.Component
	signed, err := h.approvalCard(r, p, d.RequestID, quoteURL(id)+"/decide", formFailure(act, "decide", failure))
	if err != nil {
		return err
	}
	if signed != nil {
		side = append(side, signed)
	}
	side = append(side, ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(h.quoteFacts(p, d))))
	if len(d.Versions) > 1 {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("quote.versions"), Count: len(d.Versions), Flush: true}, ui.List(h.versionItems(p, d))))
	}
	parts = append(parts, ui.Stack(8, main...), ui.Stack(4, side...))
	return ui.Write(w, r, status, ui.Compose(h.quotePage(p, access.ActorFrom(r.Context()), d), parts...))
}

// quoteNotes say what stands in the way, or is to be done next.
func quoteNotes(p *i18n.Printer, d quote.Detail) (parts []templ.Component) {
	note := func(n ui.Note) { parts = append(parts, ui.Across(ui.NoteOf(n))) }
	if len(d.Beyonds) > 0 && (d.State == quote.StateDraft || d.State == quote.StateWaiting) {
		var lines []string
		for _, b := range d.Beyonds {
			lines = append(lines, p.T("quote.beyond_line", "Line", d.Lines[b.Line].Text, "Discount", ppmText(p, b.DiscountPPM), "Limit", ppmText(p, b.LimitPPM)))
		}
		note(ui.Note{ID: "beyond", Tone: ui.ToneWarn, Strong: p.T("quote.beyond"), Text: p.Join(lines)})
	}
	if d.State == quote.StateWaiting {
		note(ui.Note{Tone: ui.ToneBrand, Strong: p.T("quote.waits"), Text: p.T("quote.waits_text")})
	}
	if d.State == quote.StateDraft && d.RequestID != "" {
		note(ui.Note{Tone: ui.ToneWarn, Strong: p.T("quote.returned"), Text: p.T("quote.returned_text")})
	}
	if d.StateOn(d.Today) == quote.StateExpired {
		note(ui.Note{Tone: ui.ToneWarn, Strong: p.T("quote.expired_note", "Day", p.Day(d.ValidUntil)), Text: p.T("quote.expired_text")})
	}
	return parts
}

func (h *Handler) quoteFacts(p *i18n.Printer, d quote.Detail) []ui.Fact {
	facts := []ui.Fact{
		{Term: p.T("common.customer"), Text: text(d.CustomerName), URL: customerURL(d.CustomerID)}, {Term: p.T("opportunity.name"), Text: text(d.OpportunityName), URL: opportunityURL(d.OpportunityID)},
		{Term: p.T("opportunity.owner"), Text: text(d.OwnerName)}, {Term: p.T("quote.amount"), Text: p.Money(d.AmountMinor, d.Currency)}, {Term: p.T("quote.tax_in_it"), Text: p.Money(d.TaxMinor, d.Currency)},
		{Term: p.T("quote.discount"), Text: ppmText(p, d.DiscountPPM)}, {Term: p.T("quote.valid_until"), Text: text(dayText(d.ValidUntil))},
	}
	if d.State != quote.StateDraft && d.State != quote.StateDropped {
		facts = append(facts, ui.Fact{Term: p.T("quote.limit"), Text: ppmText(p, d.LimitPPM)})
	}
	if d.SentOn != calendar.NoDate {
		facts = append(facts, ui.Fact{Term: p.T("quote.sent_on"), Text: d.SentOn.String()}, ui.Fact{Term: p.T("quote.sent_to"), Text: d.SentTo + " · " + p.T("quote.way."+d.SentBy)})
	}
	if d.EndedOn != calendar.NoDate {
		facts = append(facts, ui.Fact{Term: p.T("quote.answered_on"), Text: d.EndedOn.String()})
	}
	for _, one := range []struct{ key, value string }{{"quote.reason", d.EndedFor}, {"quote.terms", d.Terms}, {"opportunity.note", d.Note}} {
		if one.value != "" {
			facts = append(facts, ui.Fact{Term: p.T(one.key), Text: one.value})
		}
	}
	return facts
}

func (h *Handler) versionItems(p *i18n.Printer, d quote.Detail) (items []ui.Item) {
	for _, v := range d.Versions {
		item := ui.Item{Icon: "file-text", Title: v.Number(), Beside: p.Money(v.AmountMinor, v.Currency), Chips: []ui.Chip{quoteChip(p, v.StateOn(d.Today))}}
		if v.ID != d.ID {
			item.URL = quoteURL(v.ID)
		}
		items = append(items, item)
	}
	return items
}

// quotePage is the head of the page with what may be done.
func (h *Handler) quotePage(p *i18n.Printer, actor access.Actor, d quote.Detail) ui.PageView {
	state := d.StateOn(d.Today)
	view := ui.PageView{Title: d.Title, Subtitle: d.Number() + " · " + d.CustomerName, Current: quotesKey, Chips: []ui.Chip{quoteChip(p, state)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.quotes"), URL: quotesURL}, {Label: d.Number()}}}
	post := func(act, label, icon string, kind ui.ActionKind) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T(label), Icon: icon, Kind: kind, Post: true, URL: quoteURL(d.ID) + "/" + act, Fields: map[string][]string{"seen": {number(d.Revision)}}})
	}
	if d.MayWrite {
		switch state {
		case quote.StateDraft:
			post("submit", "quote.submit", "send", ui.ActionPrimary)
			view.Actions = append(view.Actions, ui.Action{Label: p.T("quote.edit"), Icon: "edit", URL: editQuotePath + number(d.ID)})
			post("drop", "quote.drop", "trash", "")
		case quote.StateWaiting:
			if submittedBy(actor, d.Changes, "quote.submit") {
				post("withdraw", "quote.withdraw", "arrow-back-up", "")
			}
		case quote.StateAccepted:
			view.Actions = append(view.Actions, ui.Action{Label: p.T("contract.from_quote"), Icon: "signature", Kind: ui.ActionPrimary, URL: ui.URLWith(newContractURL, nil, "quote", number(d.ID))})
		case quote.StateApproved, quote.StateSent, quote.StateExpired, quote.StateDeclined:
			if d.Latest {
				post("revise", "quote.revise", "copy", "")
			}
		}
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("quote.print"), Icon: "printer", URL: printQuotePath + number(d.ID)})
	return view
}

// submittedBy reports whether the actor is who submitted a record last, and so may take it back. Changes are the newest first.
func submittedBy(actor access.Actor, changes []process.Change, action string) bool {
	for _, c := range changes {
		if c.Action == action {
			return c.ActorID == actor.UserID
		}
	}
	return false
}

func typedIn(r *http.Request) func(name, usual string) string {
	return func(name, usual string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return usual
	}
}

func (h *Handler) sendForm(p *i18n.Printer, r *http.Request, d quote.Detail, failure error) ui.FormView {
	typed := typedIn(r)
	fields, problem := ui.WithErrors(append([]ui.Field{
		{Name: "on", Kind: ui.FieldDate, Label: p.T("quote.sent_on"), Value: typed("on", h.today().String()), Span: 4}, {Name: "to", Label: p.T("quote.sent_to"), Value: typed("to", ""), Span: 4},
		{Name: "way", Kind: ui.FieldSelect, Label: p.T("quote.way"), Value: typed("way", "email"), Options: named(p, "quote.way.", quote.Ways), Span: 4}, {Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)},
	}, excuseField(p, r, failure)...), failure, p)
	return ui.FormView{ID: "send-form", Action: quoteURL(d.ID) + "/send", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("quote.send_button"), Kind: ui.ActionPrimary, Icon: "send"}, Consequence: p.T("quote.send_consequence")}
}

func (h *Handler) answerForm(p *i18n.Printer, r *http.Request, d quote.Detail, failure error) ui.FormView {
	typed := typedIn(r)
	fields, problem := ui.WithErrors(append([]ui.Field{
		{Name: "answer", Kind: ui.FieldRadio, Label: p.T("quote.answer"), Value: typed("answer", ""), Options: []ui.Option{{Value: "accepted", Label: p.T("quote.accept")}, {Value: "declined", Label: p.T("quote.decline")}}},
		{Name: "on", Kind: ui.FieldDate, Label: p.T("quote.answered_on"), Value: typed("on", h.today().String()), Span: 4},
		{Name: "reason", Label: p.T("quote.reason"), Value: typed("reason", ""), Optional: true, Hint: p.T("quote.reason_hint"), Span: 8}, {Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)},
	}, excuseField(p, r, failure)...), failure, p)
	return ui.FormView{ID: "answer-form", Action: quoteURL(d.ID) + "/answer", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("quote.answer_button"), Kind: ui.ActionPrimary, Icon: "check"}}
}

// actOnQuote does what the button or the form says and shows the quote again.
func (h *Handler) actOnQuote(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := quoteID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	act, form, shown := r.PathValue("act"), "", id
	switch act {
	case "submit":
		_, err = h.Quotes.SubmitFor(ctx, actor, quote.Submitting{ID: id, Excuse: r.PostFormValue("excuse"), Seen: seen})
	case "withdraw":
		_, err = h.Quotes.Withdraw(ctx, actor, id, seen)
	case "drop":
		_, err = h.Quotes.Drop(ctx, actor, id, seen)
	case "revise":
		var q quote.Quote
		q, err = h.Quotes.Revise(ctx, actor, id)
		shown = q.ID
	case "send":
		form = act
		var on calendar.Date
		if on, err = dayTyped(r, "on"); err == nil {
			_, err = h.Quotes.Send(ctx, actor, quote.Send{ID: id, On: on, To: strings.TrimSpace(r.PostFormValue("to")), Way: r.PostFormValue("way"), Excuse: r.PostFormValue("excuse"), Seen: seen})
		}
	case "decide":
		form = act
		err = h.decideQuote(r, id, seen)
	case "answer":
		form = act
		err = h.answerQuote(r, id, seen)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, quoteURL(shown)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	case errs.Is(err, errs.KindConflict): // its form may have gone
		form = ""
	}
	return h.drawQuote(w, r, httpx.StatusOf(err), form, err)
}

// decideQuote signs what waits for the reader.
func (h *Handler) decideQuote(r *http.Request, id, seen int64) error {
	d, err := h.Quotes.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	return h.decide(r, d.RequestID, seen)
}

func (h *Handler) answerQuote(r *http.Request, id, seen int64) error {
	said := r.PostFormValue("answer")
	if said != "accepted" && said != "declined" {
		return errs.Invalid("fact.invalid", []errs.Field{{Path: "answer", Value: said, Message: errs.Msg("form.error.choice", nil)}})
	}
	on, err := dayTyped(r, "on")
	if err != nil {
		return err
	}
	_, err = h.Quotes.Answer(r.Context(), access.ActorFrom(r.Context()), quote.Answer{ID: id, Accepted: said == "accepted", On: on, Reason: r.PostFormValue("reason"), Excuse: r.PostFormValue("excuse"), Seen: seen})
	return err
}

// dayTyped reads a day of a form; nothing is NoDate.
func dayTyped(r *http.Request, name string) (calendar.Date, error) {
	var c fact.Checker
	day := dayOf(&c, name, strings.TrimSpace(r.PostFormValue(name)))
	return day, c.Err()
}

func dayOf(c *fact.Checker, path, typed string) calendar.Date {
	if typed == "" {
		return calendar.NoDate
	}
	day, err := calendar.ParseDate(typed)
	if err != nil {
		c.Add(path, typed, "form.error.date", nil)
		return calendar.NoDate
	}
	return day
}

// workMoments tell the changes of a quote or a contract: who did what and when.
func (h *Handler) workMoments(p *i18n.Printer, changes []process.Change, area string) (moments []ui.Moment) {
	for _, c := range changes {
		if c.Action == area+".ask" { // the number of the request was kept: that it was submitted stands there already
			continue
		}
		m := ui.Moment{Icon: commerceIcons[c.Action], When: p.Moment(c.At, p.Local(h.Now())), At: c.At.UTC().Format("2006-01-02T15:04:05Z"), Title: p.T(area+".did."+strings.TrimPrefix(c.Action, area+"."), "Who", text(ui.Actor(p, c.ActorID, c.ActorName)))}
		if m.Icon == "" {
			m.Icon = "edit"
		}
		moments = append(moments, m)
	}
	return moments
}

var commerceIcons = map[string]string{"quote.add": "plus", "quote.submit": "send", "quote.approve": "check", "quote.return": "arrow-back-up", "quote.withdraw": "arrow-back-up", "quote.send": "send", "quote.accept": "trophy",
	"quote.decline": "circle-x", "quote.drop": "trash", "quote.revise": "copy", "contract.add": "plus", "contract.submit": "send", "contract.approve": "check", "contract.return": "arrow-back-up", "contract.sign": "signature",
	"contract.plan": "calendar-due", "contract.amend": "edit", "contract.record": "link"}
