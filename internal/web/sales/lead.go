package sales

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/process"
	"xiaoguan/internal/web/ui"
)

func leadID(r *http.Request) (int64, error) { return idOf(r.PathValue("id"), "lead.missing") }

func (h *Handler) showLead(w http.ResponseWriter, r *http.Request) error {
	return h.drawLead(w, r, http.StatusOK, "", nil)
}

// drawLead answers with the page of a lead; act is the form that failed.
func (h *Handler) drawLead(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := leadID(r)
	if err != nil {
		return err
	}
	d, err := h.Leads.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectLead, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if failure != nil && act == "" {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("lead.not_done"), Text: problem})))
	}
	var main []templ.Component
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(append(h.leadFacts(p, actor, d), own.facts(d.Fields)...)))}
	if d.MayWrite && d.Status.Open() {
		twins, err := h.Leads.Twins(ctx, actor, lead.Likeness{ID: d.ID, Company: d.Company, Phone: d.Phone})
		if err != nil {
			return err
		}
		if len(twins) > 0 {
			parts = append(parts, ui.Across(leadTwinNote(p, twins)))
		}
		form := h.followUpForm(p, r, leadURL(id)+"/follow-ups", formFailure(act, "follow", failure))
		main = append(main, ui.Filled(ui.CardView{ID: "follow", Title: p.T("followup.record")}, ui.Form(form)))
	}
	if d.MayAssign && d.Status.Open() {
		card, err := h.giveCard(r, p, actor, d, formFailure(act, "assign", failure))
		if err != nil {
			return err
		}
		side = append(side, card)
	}
	main = append(main, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline")}, ui.Timeline(h.leadTimeline(own, d))))
	parts = append(parts, ui.Stack(8, main...), ui.Stack(4, side...))
	return ui.Write(w, r, status, ui.Compose(h.leadPage(p, d), parts...))
}

// leadPage is the head of the page with what may be done.
func (h *Handler) leadPage(p *i18n.Printer, d lead.Detail) ui.PageView {
	view := ui.PageView{Title: d.Label(), Current: leadsKey, Chips: []ui.Chip{leadChip(p, d.Status)}, Crumbs: []ui.Crumb{{Label: p.T("nav.leads"), URL: leadsURL}, {Label: d.Label()}}}
	if d.Company != "" {
		view.Subtitle = strings.Trim(d.Name+" · "+d.Title, " ·")
	}
	if !d.MayWrite {
		return view
	}
	id, seen := number(d.ID), map[string][]string{"seen": {number(d.Revision)}}
	if d.Status.Open() {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("lead.convert"), Icon: "arrow-right", Kind: ui.ActionPrimary, URL: convertLeadPath + id})
		if d.Status != lead.StatusQualified {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("lead.qualify"), Icon: "check", URL: leadURL(d.ID) + "/qualify", Post: true, Fields: seen})
		}
		view.Actions = append(view.Actions, ui.Action{Label: p.T("lead.drop"), Icon: "circle-x", URL: dropLeadPath + id})
	}
	if d.Status == lead.StatusInvalid {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("lead.retake"), Icon: "arrow-back-up", URL: leadURL(d.ID) + "/retake", Post: true, Fields: seen})
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("lead.edit"), Icon: "edit", URL: editLeadPath + id})
	return view
}

func (h *Handler) leadFacts(p *i18n.Printer, actor access.Actor, d lead.Detail) []ui.Fact {
	owner := ui.Fact{Term: p.T("opportunity.owner"), Text: text(d.OwnerName), URL: personURL(actor, d.OwnerID)}
	if d.OwnerID == 0 {
		owner = ui.Fact{Term: owner.Term, Text: p.T("lead.nobodys")}
	}
	facts := []ui.Fact{owner}
	if clock := h.answerClock(p, d.Lead); clock != nil {
		facts = append(facts, ui.Fact{Term: p.T("lead.answer"), Body: ui.ClockOf(*clock)})
	}
	facts = append(facts, ui.Fact{Term: p.T("lead.company"), Text: text(d.Company)}, ui.Fact{Term: p.T("lead.name"), Text: text(strings.Trim(d.Name+" · "+d.Title, " ·"))},
		ui.Fact{Term: p.T("contact.phone"), Text: text(d.Phone)}, ui.Fact{Term: p.T("contact.wechat"), Text: text(d.WeChat)}, ui.Fact{Term: p.T("contact.email"), Text: text(d.Email)},
		ui.Fact{Term: p.T("sales.city"), Text: text(d.City)}, ui.Fact{Term: p.T("sales.industry"), Text: text(d.Industry)}, ui.Fact{Term: p.T("opportunity.source"), Text: sourceText(p, d.Source)},
		ui.Fact{Term: p.T("lead.campaign"), Text: text(d.Campaign)})
	if d.Status.Open() {
		facts = append(facts, ui.Fact{Term: p.T("opportunity.next"), Text: text(dayText(d.NextOn))})
	}
	if d.InvalidFor != "" {
		facts = append(facts, ui.Fact{Term: p.T("lead.invalid_for"), Text: strings.Trim(p.T("lead.reason."+d.InvalidFor)+" · "+d.InvalidWhy, " ·")})
	}
	if d.OpportunityID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("lead.became"), Text: p.T("lead.became_opportunity", "Customer", text(d.CustomerName)), URL: opportunityURL(d.OpportunityID)})
	}
	if d.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("opportunity.note"), Text: d.Note})
	}
	return facts
}

// giveCard gives the lead to somebody.
func (h *Handler) giveCard(r *http.Request, p *i18n.Printer, actor access.Actor, d lead.Detail, failure error) (templ.Component, error) {
	people, err := h.personSuggestions(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	field := ui.Field{Name: "to", Label: p.T("lead.to"), Value: r.PostFormValue("to"), Suggest: "some-people", Autocomplete: "off", Hint: p.T("lead.to_one_hint")}
	fields, problem := ui.WithErrors([]ui.Field{field, {Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)}}, failure, p)
	return ui.Filled(ui.CardView{ID: "give", Title: p.T("lead.give_out")}, ui.Form(ui.FormView{ID: "assign", Action: leadURL(d.ID) + "/assign", Fields: fields, Problem: problem, Suggest: []ui.Suggestions{people},
		Submit: ui.Action{Label: p.T("lead.give_out"), Icon: "user-check"}})), nil
}

var leadIcons = map[string]string{"lead.add": "plus", "lead.change": "edit", "lead.assign": "user-check", "lead.qualify": "check", "lead.drop": "circle-x", "lead.retake": "arrow-back-up", "lead.convert": "arrow-right"}

// leadTimeline is one row of follow-ups and changes, the newest first.
func (h *Handler) leadTimeline(own ownFields, d lead.Detail) (moments []ui.Moment) {
	p := own.p
	var all []entryOf
	add := func(at time.Time, m ui.Moment) {
		m.When, m.At = p.Moment(at, p.Local(h.Now())), at.UTC().Format(time.RFC3339)
		all = append(all, entryOf{at, m})
	}
	for _, f := range d.FollowUps {
		m := ui.Moment{Icon: kindIcons[f.Kind], Tone: ui.ToneBrand, Title: p.T("followup.by", "Kind", p.Message(f.Kind.Message()), "Who", text(f.PersonName)), Detail: f.Text, Strong: true}
		if late := f.RecordedAt.Sub(f.OccurredAt); late >= 24*time.Hour {
			m.Detail += "（" + p.T("followup.recorded_late", "Span", p.Span(late)) + "）"
		}
		add(f.OccurredAt, m)
	}
	for _, c := range d.Changes {
		if c.Action == "lead.follow" {
			continue // the follow-up itself stands there
		}
		m := ui.Moment{Icon: leadIcons[c.Action], Title: p.T("lead.did."+strings.TrimPrefix(c.Action, "lead."), "Who", text(ui.Actor(p, c.ActorID, c.ActorName))), Detail: leadChanges(own, c)}
		if c.Action == "lead.convert" {
			m.Tone, m.Detail = ui.ToneGood, ""
			m.Links = []ui.Link{{Label: p.T("opportunity.open_it"), URL: opportunityURL(d.OpportunityID)}}
		}
		add(c.At, m)
	}
	slices.SortStableFunc(all, func(a, b entryOf) int { return b.at.Compare(a.at) })
	for _, e := range all {
		moments = append(moments, e.moment)
	}
	return moments
}

// leadChanges says what of a lead was changed. Telephone numbers are not shown: whoever sees the lead need not see them.
func leadChanges(own ownFields, c process.Change) string {
	p := own.p
	var before, after map[string]json.RawMessage
	if len(c.Before) == 0 || json.Unmarshal(c.Before, &before) != nil || json.Unmarshal(c.After, &after) != nil {
		return ""
	}
	var lines []string
	for _, name := range []string{"company", "name", "title", "city", "industry", "campaign", "note"} {
		var was, is string
		if json.Unmarshal(before[name], &was) == nil && json.Unmarshal(after[name], &is) == nil {
			lines = append(lines, p.T("opportunity.changed", "Field", p.T("lead.field_"+name), "Before", text(was), "After", text(is)))
		}
	}
	for _, name := range []string{"phone", "wechat", "email", "source"} {
		if _, ok := after[name]; ok {
			lines = append(lines, p.T("opportunity.changed_other", "Field", p.T("lead.field_"+name)))
		}
	}
	return p.Join(append(lines, own.changed(c.Before, c.After)...))
}

// actOnLead does something with a lead and shows it again: with what is wrong in the form of that name, or, without a name, above.
func (h *Handler) actOnLead(w http.ResponseWriter, r *http.Request, form string, do func(id, seen int64) error) error {
	id, err := leadID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	err = do(id, seen)
	switch {
	case err == nil:
		http.Redirect(w, r, leadURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawLead(w, r, httpx.StatusOf(err), form, err)
}

func (h *Handler) followLead(w http.ResponseWriter, r *http.Request) error {
	return h.actOnLead(w, r, "follow", func(id, _ int64) error {
		in, err := h.followUpOf(r, followup.Entry{})
		if err != nil {
			return err
		}
		_, err = h.Leads.Record(r.Context(), access.ActorFrom(r.Context()), lead.Contacted{LeadID: id, Kind: in.Kind, Text: in.Text, OccurredAt: in.OccurredAt, NextOn: in.NextOn})
		return err
	})
}

func (h *Handler) qualifyLead(w http.ResponseWriter, r *http.Request) error {
	return h.actOnLead(w, r, "", func(id, seen int64) error {
		_, err := h.Leads.Qualify(r.Context(), access.ActorFrom(r.Context()), id, seen)
		return err
	})
}

func (h *Handler) retakeLead(w http.ResponseWriter, r *http.Request) error {
	return h.actOnLead(w, r, "", func(id, seen int64) error {
		_, err := h.Leads.Retake(r.Context(), access.ActorFrom(r.Context()), id, seen)
		return err
	})
}

func (h *Handler) assignLead(w http.ResponseWriter, r *http.Request) error {
	return h.actOnLead(w, r, "assign", func(id, seen int64) error {
		in := lead.Assignment{Leads: []int64{id}, To: receiversOf(r)}
		if seen != 0 {
			in.Seen = map[int64]int64{id: seen}
		}
		_, err := h.Leads.Assign(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}

// receiversOf reads who is to have leads: boxes, or numbers parted by commas.
func receiversOf(r *http.Request) (keys []string) {
	for _, value := range r.PostForm["to"] {
		for _, key := range strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(",，、; ；", c) }) {
			keys = append(keys, strings.TrimSpace(key))
		}
	}
	return keys
}

// assignLeads gives the leads out that were ticked in the list.
func (h *Handler) assignLeads(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in := lead.Assignment{To: receiversOf(r)}
	for _, text := range r.PostForm["lead"] {
		id, err := idOf(text, "lead.missing")
		if err != nil {
			return err
		}
		in.Leads = append(in.Leads, id)
	}
	_, err := h.Leads.Assign(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, leadsBack(r.PostFormValue("back")), http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	if e, ok := asProblem(err); ok { // boxes have no field of the form to stand at
		err = e
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery = r.PostFormValue("back")
	return h.drawLeads(w, again, httpx.StatusOf(err), err)
}

// asProblem makes an error of the ticked boxes one that belongs to no field.
func asProblem(err error) (error, bool) {
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok || len(failure.Fields) == 0 || failure.Fields[0].Path != "leads" {
		return nil, false
	}
	first := failure.Fields[0].Message
	return errs.New(failure.Kind, first.Key, first.Args), true
}
