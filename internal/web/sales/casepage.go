package sales

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) showCase(w http.ResponseWriter, r *http.Request) error {
	return h.drawCase(w, r, http.StatusOK, "", nil)
}

// drawCase answers with the page of a case; act is the form that failed.
func (h *Handler) drawCase(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "service.missing")
	if err != nil {
		return err
	}
	d, err := h.Cases.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	people, err := h.Cases.People(ctx, actor)
	if err != nil {
		return err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectCase, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if failure != nil && act == "" {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("service.not_done"), Text: problem})))
	}
	var main, side []templ.Component
	if d.Text != "" {
		main = append(main, ui.Filled(ui.CardView{Title: p.T("service.what")}, ui.Facts([]ui.Fact{{Term: p.T("service.text"), Text: d.Text}})))
	}
	if d.MayWrite {
		main = append(main, ui.Filled(ui.CardView{ID: "comment", Title: p.T("service.comment")}, ui.Form(h.commentForm(p, r, d, formFailure(act, "comment", failure)))))
	}
	main = append(main, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline")}, ui.Timeline(h.caseTimeline(own, d))))
	side = append(side, ui.Filled(ui.CardView{Title: p.T("service.clocks")}, ui.Checklist(h.caseChecks(p, d.Case))))
	if d.MayWrite {
		side = append(side, h.stepCard(p, r, d, formFailure(act, "move", failure)), ui.Filled(ui.CardView{ID: "owner", Title: p.T("service.owner"), Sub: ownerText(p, d.Case)}, ui.Form(assignOne(p, d, people, formFailure(act, "assign", failure)))))
	}
	sold, err := h.soldFacts(r.Context(), p, actor, d.DealKey, d.OpportunityID)
	if err != nil {
		return err
	}
	side = append(side, ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(append(h.caseFacts(p, actor, d, sold), own.facts(d.Fields)...))))
	parts = append(parts, ui.Stack(8, main...), ui.Stack(4, side...))
	view := ui.PageView{Title: d.Title, Subtitle: text(d.CustomerName) + " · #" + number(d.ID), Current: casesKey, Chips: []ui.Chip{caseChip(p, d.State), severityChip(p, d.Severity)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.cases"), URL: casesURL}, {Label: d.Title}}}
	if d.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("service.edit"), Icon: "edit", URL: "/edit-case/" + number(id)}}
		if !d.State.Open() {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("survey.invite"), Icon: "star", URL: ui.URLWith("/invite-survey", nil, "case", number(id))})
		}
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("files.title"), Icon: "paperclip", URL: "/files/service_case/" + number(id)})
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) caseFacts(p *i18n.Printer, actor access.Actor, d servicecase.Detail, sold []ui.Fact) []ui.Fact {
	facts := []ui.Fact{
		{Term: p.T("common.customer"), Text: text(d.CustomerName), URL: customerURL(d.CustomerID)}, {Term: p.T("service.contact"), Text: text(d.ContactName)}, {Term: p.T("service.kind"), Text: p.Message(d.Kind.Message())},
		{Term: p.T("service.owner"), Text: ownerText(p, d.Case)}, {Term: p.T("service.seller"), Text: text(d.SellerName), URL: personURL(actor, d.SellerID)}, {Term: p.T("sales.product"), Text: text(d.ProductName)},
		{Term: p.T("service.opened"), Text: moment(p, d.OpenedAt)},
	}
	if d.SellerID == 0 {
		facts[4].URL = ""
	}
	facts = append(facts, sold...)
	if d.Solution != "" {
		facts = append(facts, ui.Fact{Term: p.T("service.solution"), Text: d.Solution})
	}
	if d.Reopened > 0 {
		facts = append(facts, ui.Fact{Term: p.T("service.reopened_times"), Text: number(d.Reopened)})
	}
	return facts
}

// caseChecks are the two clocks: kept, missed, running, or standing still.
func (h *Handler) caseChecks(p *i18n.Printer, c servicecase.Case) []ui.Check {
	line := func(name string, from, due, done time.Time) ui.Check {
		check := ui.Check{State: ui.CheckPending, Text: p.T("service." + name)}
		switch {
		case !done.IsZero() && (due.IsZero() || !done.After(due)):
			check.State, check.Detail = ui.CheckDone, p.T("service.kept", "At", moment(p, done))
		case !done.IsZero():
			check.State, check.Detail = ui.CheckFailed, p.T("service.missed", "At", moment(p, done), "Due", moment(p, due))
		case due.IsZero():
			check.State, check.Detail = ui.CheckTodo, p.T("service.paused")
		default:
			check.Detail = p.T("service.until", "Due", moment(p, due))
			check.Clock = deadlineClock(p, p.Deadline(due, h.Now()), from, due, h.Now())
			if due.Before(h.Now()) {
				check.State = ui.CheckFailed
			}
		}
		return check
	}
	return []ui.Check{line("first_answer", c.OpenedAt, c.AnswerDue, c.AnsweredAt), line("solution_clock", c.SolveFrom, c.SolveDue, c.SolvedAt)}
}

func (h *Handler) commentForm(p *i18n.Printer, r *http.Request, d servicecase.Detail, failure error) ui.FormView {
	typed, to := "", "internal"
	if failure != nil {
		typed, to = r.PostFormValue("text"), r.PostFormValue("to")
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "to", Kind: ui.FieldRadio, Label: p.T("service.comment_to"), Value: to, Options: []ui.Option{{Value: "internal", Label: p.T("service.internal")}, {Value: "public", Label: p.T("service.public")}}},
		{Name: "text", Kind: ui.FieldArea, Label: p.T("service.comment_text"), Value: typed, Rows: 3, Hint: p.T("service.mention_hint")},
	}, failure, p)
	return ui.FormView{ID: "say", Action: caseURL(d.ID) + "/comments", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("service.comment_button"), Kind: ui.ActionPrimary, Icon: "message"}}
}

// stepCard offers the states that follow. Solving says what helped.
func (h *Handler) stepCard(p *i18n.Printer, r *http.Request, d servicecase.Detail, failure error) templ.Component {
	var buttons []templ.Component
	var content []templ.Component
	for _, state := range d.State.Onward() {
		if state == servicecase.StateSolved {
			typed := ""
			if failure != nil {
				typed = r.PostFormValue("solution")
			}
			fields, problem := ui.WithErrors([]ui.Field{{Name: "solution", Kind: ui.FieldArea, Label: p.T("service.solution"), Value: typed, Rows: 2}, {Name: "state", Kind: ui.FieldHidden, Value: string(state)},
				{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)}}, failure, p)
			content = append(content, ui.Form(ui.FormView{ID: "solve", Action: caseURL(d.ID) + "/move", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("service.to.solved"), Kind: ui.ActionPrimary, Icon: "check"}}))
			continue
		}
		buttons = append(buttons, ui.Button(ui.Action{Label: p.T("service.to." + string(state)), Small: true, Post: true, URL: caseURL(d.ID) + "/move", Fields: map[string][]string{"state": {string(state)}, "seen": {number(d.Revision)}}}))
	}
	return ui.Filled(ui.CardView{ID: "move", Title: p.T("service.next_step")}, append(content, ui.Beside(buttons...))...)
}

func assignOne(p *i18n.Printer, d servicecase.Detail, people []servicecase.Person, failure error) ui.FormView {
	field := ownerField(p, people, "", true)
	field.ID, field.Span = "f-assign-owner", 12
	fields, problem := ui.WithErrors([]ui.Field{field, {Name: "seen", Kind: ui.FieldHidden, ID: "f-assign-seen", Value: number(d.Revision)}}, failure, p)
	return ui.FormView{ID: "assign", Action: caseURL(d.ID) + "/assign", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("service.assign"), Icon: "user-share"}}
}

var caseIcons = map[string]string{"add": "plus", "change": "edit", "give": "user-share", "move": "arrow-right", "first_answer": "message-2", "overdue": "clock-exclamation"}

// caseTimeline is one row of everything: comments and changes, the newest first.
func (h *Handler) caseTimeline(own ownFields, d servicecase.Detail) (moments []ui.Moment) {
	p := own.p
	var all []entryOf
	add := func(at time.Time, m ui.Moment) {
		m.When, m.At = p.Moment(at, p.Local(h.Now())), at.UTC().Format(time.RFC3339)
		all = append(all, entryOf{at, m})
	}
	for _, c := range d.Comments {
		who := c.PersonName
		if who == "" {
			who = c.UserName
		}
		m := ui.Moment{Icon: "note", Title: p.T("service.said_inside", "Who", text(who)), Detail: c.Text, Strong: true}
		if c.Public {
			m.Icon, m.Tone, m.Title = "message-2", ui.ToneBrand, p.T("service.said_outside", "Who", text(who))
		}
		add(c.At, m)
	}
	for _, c := range d.Changes {
		add(c.At, caseMoment(own, c))
	}
	slices.SortStableFunc(all, func(a, b entryOf) int { return b.at.Compare(a.at) })
	for _, e := range all {
		moments = append(moments, e.moment)
	}
	return moments
}

// caseMoment tells a change in words.
func caseMoment(own ownFields, c process.Change) ui.Moment {
	p := own.p
	verb := strings.TrimPrefix(c.Action, "service_case.")
	m := ui.Moment{Icon: caseIcons[verb], Title: p.T("service.did."+verb, "Who", text(ui.Actor(p, c.ActorID, c.ActorName)))}
	before, after := fieldTexts(own, c.Before), fieldTexts(own, c.After)
	var lines []string
	for _, name := range []string{"state", "severity", "kind"} {
		was, is := before[name], after[name]
		if was == is || len(c.Before) == 0 {
			continue
		}
		lines = append(lines, p.T("opportunity.changed", "Field", p.T("service.field_"+name), "Before", p.T("service."+name+"."+was), "After", p.T("service."+name+"."+is)))
	}
	if len(c.Before) > 0 {
		for _, name := range []string{"title", "text", "owner_id", "deal_key", "product_id", "contact_id"} {
			if _, ok := after[name]; ok && before[name] != after[name] {
				lines = append(lines, p.T("opportunity.changed_other", "Field", p.T("service.field_"+name)))
			}
		}
	}
	if len(c.Before) > 0 {
		lines = append(lines, own.changed(c.Before, c.After)...)
	}
	if solution := after["solution"]; solution != "" {
		lines = append(lines, solution)
	}
	m.Detail = p.Join(lines)
	return m
}
