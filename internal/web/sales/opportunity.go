package sales

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

// followUpsShown is how many follow-ups the timeline holds.
const followUpsShown = 50

func (h *Handler) showOpportunity(w http.ResponseWriter, r *http.Request) error {
	return h.drawOpportunity(w, r, http.StatusOK, "", nil)
}

// drawOpportunity answers with the page of an opportunity; act is the form that failed.
func (h *Handler) drawOpportunity(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	d, err := h.Opportunities.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectOpportunity, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	facts, err := h.opportunityFacts(ctx, actor, own, d)
	if err != nil {
		return err
	}
	facts = append(facts, own.facts(d.Fields)...)
	tasks, err := h.FollowUps.OfOpportunity(ctx, actor, id)
	if err != nil {
		return err
	}
	moments, err := h.timeline(ctx, actor, own, d)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if failure != nil && act == "" {
		parts = append(parts, ui.Across(h.refused(r, own, d, failure)...))
	}
	if d.State == opportunity.StateWon && d.DealKey == "" {
		parts = append(parts, h.dealMissing(p, d, act, failure))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("opportunity.stage")}, stageCard(own, d)...))
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(facts))}
	if len(tasks) > 0 {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("followup.tasks"), Count: len(tasks), Flush: true}, ui.List(h.taskItems(p, tasks, d.MayWrite, opportunityURL(id)))))
	}
	standing, err := h.standingCards(r, p, d, formFailure(act, "step", failure), formFailure(act, "exempt", failure))
	if err != nil {
		return err
	}
	side = append(side, standing...)
	contacts, err := h.contactsCard(r, p, d.CustomerID)
	if err != nil {
		return err
	}
	side = append(side, contacts)
	offers, err := h.quotesCard(r, p, quote.Filter{OpportunityID: id}, d.MayWrite && d.State == opportunity.StateOpen)
	if err != nil {
		return err
	}
	agreed, err := h.contractsCard(r, p, contract.Filter{OpportunityID: id})
	if err != nil {
		return err
	}
	for _, card := range []templ.Component{offers, agreed} {
		if card != nil {
			side = append(side, card)
		}
	}
	main := []templ.Component{}
	if d.MayWrite && d.State != opportunity.StateLost {
		main = append(main, ui.Filled(ui.CardView{ID: "follow", Title: p.T("followup.record")}, ui.Form(onSite(p, h.followUpForm(p, r, opportunityURL(id)+"/follow-ups", formFailure(act, "follow", failure)), formFailure(act, "follow", failure)))))
	}
	main = append(main, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline")}, timelineFrom(p, moments)...))
	parts = append(parts, ui.Stack(8, main...), ui.Stack(4, side...))
	return ui.Write(w, r, status, ui.Compose(h.opportunityPage(p, d), parts...))
}

func formFailure(act, name string, failure error) error {
	if act == name {
		return failure
	}
	return nil
}

// opportunityPage is the head of the page with what may be done.
func (h *Handler) opportunityPage(p *i18n.Printer, d opportunity.Detail) ui.PageView {
	view := ui.PageView{Title: d.Name, Subtitle: d.CustomerName, Current: opportunitiesKey, Chips: []ui.Chip{stateChip(p, d.State)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.opportunities"), URL: boardURL}, {Label: d.Name}}}
	if !d.MayWrite {
		return view
	}
	id := number(d.ID)
	if d.State == opportunity.StateOpen {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("opportunity.win"), Icon: "trophy", Kind: ui.ActionPrimary, URL: winPath + id}, ui.Action{Label: p.T("opportunity.lose"), Icon: "circle-x", URL: losePath + id})
	}
	if d.State == opportunity.StateLost {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("opportunity.reopen"), Icon: "arrow-back-up", URL: opportunityURL(d.ID) + "/reopen", Post: true, Fields: map[string][]string{"seen": {number(d.Revision)}}})
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("files.title"), Icon: "paperclip", URL: "/files/opportunity/" + id})
	view.Actions = append(view.Actions, ui.Action{Label: p.T("opportunity.edit"), Icon: "edit", URL: editPath + id})
	return view
}

func (h *Handler) opportunityFacts(ctx context.Context, actor access.Actor, own ownFields, d opportunity.Detail) ([]ui.Fact, error) {
	p := own.p
	var products []string
	if len(d.ProductIDs) > 0 {
		all, err := h.Deals.Products(ctx, actor)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if slices.Contains(d.ProductIDs, one.ID) {
				products = append(products, one.Name)
			}
		}
	}
	amount := i18n.Unknown
	if d.AmountMinor != 0 {
		amount = p.Money(d.AmountMinor, d.Currency)
	}
	facts := []ui.Fact{
		{Term: p.T("common.customer"), Text: text(d.CustomerName), URL: customerURL(d.CustomerID)}, {Term: p.T("opportunity.owner"), Text: text(d.OwnerName), URL: personURL(actor, d.OwnerID)},
		{Term: p.T("opportunity.amount"), Text: amount}, {Term: p.T("opportunity.percent"), Text: percentText(p, own.stages.PercentOf(d.Opportunity))}, {Term: p.T("opportunity.expected_on"), Text: text(dayText(d.ExpectedOn))},
		{Term: p.T("opportunity.products"), Text: text(p.Join(products))}, {Term: p.T("opportunity.source"), Text: sourceText(p, d.Source)},
		{Term: p.T("opportunity.followed"), Text: agoText(p, h, d.Opportunity)}, {Term: p.T("opportunity.next"), Text: text(dayText(d.NextOn))},
		{Term: p.T("opportunity.stage_for"), Text: p.T("opportunity.days", "Count", int(h.today()-calendar.DateOf(p.Local(d.StageSince))))},
	}
	if d.State != opportunity.StateOpen {
		why := d.EndedFor
		if d.LostFor != "" {
			why = strings.Trim(p.T("opportunity.loss."+d.LostFor)+" · "+why, " ·")
		}
		facts = append(facts, ui.Fact{Term: p.T("opportunity.ended_on"), Text: text(dayText(d.EndedOn))}, ui.Fact{Term: p.T("opportunity.why"), Text: text(why)})
	}
	if d.DealKey != "" {
		facts = append(facts, ui.Fact{Term: p.T("sales.deal_key"), Text: d.DealKey, URL: keyURL("/deals/", d.DealKey)})
	}
	if d.LeadID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("lead.lead"), Text: p.T("lead.from", "Number", number(d.LeadID)), URL: leadURL(d.LeadID)})
	}
	if d.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("opportunity.note"), Text: d.Note})
	}
	return facts, nil
}

// stageCard draws the stages and, for who may, the choice of another: the way without dragging. Who was lost on a stage that is no more stands on
// what took it over.
func stageCard(own ownFields, d opportunity.Detail) []templ.Component {
	p, set := own.p, own.stages
	stands, _ := set.Successor(d.Stage)
	at := set.Index(stands)
	var steps []ui.Step
	for i, stage := range set.All() {
		step := ui.Step{Name: set.Label(stage.ID, p.Zh()), Text: percentText(p, stage.Percent)}
		switch {
		case i < at:
			step.State = ui.StepDone
		case i == at:
			step.State = ui.StepNow
		}
		steps = append(steps, step)
	}
	parts := []templ.Component{ui.Steps(steps)}
	if !d.MayWrite || d.State == opportunity.StateLost {
		return parts
	}
	var moves []templ.Component
	for _, stage := range set.Of(d.State) {
		if stage == d.Stage {
			continue
		}
		moves = append(moves, ui.Button(ui.Action{Label: p.T("opportunity.move_to", "Stage", own.stage(stage)), Small: true, Post: true, URL: opportunityURL(d.ID) + "/stage",
			Fields: map[string][]string{"stage": {string(stage)}, "seen": {number(d.Revision)}}}))
	}
	return append(parts, ui.Beside(moves...))
}

// dealMissing asks for the deal of a won opportunity.
func (h *Handler) dealMissing(p *i18n.Printer, d opportunity.Detail, act string, failure error) templ.Component {
	if !d.MayWrite {
		return ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("opportunity.deal_missing"), Text: p.T("opportunity.deal_missing_text")}))
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "deal_key", Label: p.T("sales.deal_key"), Span: 6, Hint: p.T("opportunity.deal_key_hint")}, {Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)}}, formFailure(act, "deal", failure), p)
	return ui.Filled(ui.CardView{ID: "deal", Title: p.T("opportunity.deal_missing"), Sub: p.T("opportunity.deal_missing_text")},
		ui.Form(ui.FormView{ID: "link", Action: opportunityURL(d.ID) + "/deal", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("opportunity.link_deal"), Kind: ui.ActionPrimary}}))
}

// entryOf is a moment with what it is sorted by.
type entryOf struct {
	at     time.Time
	moment ui.Moment
}

// timeline is one row of everything: follow-ups, changes, and, once it is won, the deal with its payments.
func (h *Handler) timeline(ctx context.Context, actor access.Actor, own ownFields, d opportunity.Detail) (moments []ui.Moment, err error) {
	p := own.p
	followUps, err := h.FollowUps.History(ctx, actor, d.ID, 0, followUpsShown)
	if err != nil {
		return nil, err
	}
	var all []entryOf
	add := func(at time.Time, m ui.Moment) {
		m.When, m.At = p.Moment(at, p.Local(h.Now())), at.UTC().Format(time.RFC3339)
		all = append(all, entryOf{at, m})
	}
	for _, f := range followUps {
		add(f.OccurredAt, followUpMoment(p, actor, f))
	}
	for _, c := range d.Changes {
		add(c.At, changeMoment(own, c))
	}
	if err := h.commerceMoments(ctx, actor, p, d.ID, add); err != nil {
		return nil, err
	}
	if d.DealKey != "" {
		signed, err := h.Deals.Get(ctx, actor, d.DealKey)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return nil, err
		}
		if err == nil {
			dealMoments(p, signed, add)
		}
	}
	slices.SortStableFunc(all, func(a, b entryOf) int { return b.at.Compare(a.at) })
	for _, e := range all {
		moments = append(moments, e.moment)
	}
	return moments, nil
}

// dealMoments are the signature and the payments; a day has no hour, so they stand at its end.
func dealMoments(p *i18n.Printer, d deal.Detail, add func(time.Time, ui.Moment)) {
	add(d.SignedOn.Time().Add(24*time.Hour-time.Second), ui.Moment{Icon: "file-text", Tone: ui.ToneGood, Title: p.T("opportunity.signed", "Amount", p.Money(d.AmountMinor, d.Currency)), Strong: true,
		Links: []ui.Link{{Label: d.Key, URL: keyURL("/deals/", d.Key)}}})
	for _, paid := range d.Paid {
		key := "opportunity.paid"
		if paid.AmountMinor < 0 {
			key = "opportunity.refunded"
		}
		add(paid.PaidOn.Time().Add(24*time.Hour-time.Second), ui.Moment{Icon: "cash", Tone: ui.ToneGood, Title: p.T(key, "Amount", p.Money(paid.AmountMinor, paid.Currency)), Links: []ui.Link{{Label: paid.Key, URL: keyURL("/payments/", paid.Key)}}})
	}
}

var actionIcons = map[string]string{"opportunity.add": "plus", "opportunity.change": "edit", "opportunity.move": "arrow-right", "opportunity.resettle": "arrow-right", "opportunity.win": "trophy", "opportunity.lose": "circle-x", "opportunity.reopen": "arrow-back-up", "opportunity.link": "link"}

// changeMoment tells a change of the record in words: who did what, and what it was before.
func changeMoment(own ownFields, c process.Change) ui.Moment {
	p := own.p
	m := ui.Moment{Icon: actionIcons[c.Action], Title: p.T("opportunity.did."+strings.TrimPrefix(c.Action, "opportunity."), "Who", text(ui.Actor(p, c.ActorID, c.ActorName)))}
	if c.Action == "opportunity.win" {
		m.Tone = ui.ToneGood
	}
	if len(c.Before) == 0 {
		return m
	}
	before, after := fieldTexts(own, c.Before), fieldTexts(own, c.After)
	var lines []string
	for _, name := range []string{"stage", "name", "amount_minor", "currency", "expected_on", "source", "lost_for", "ended_for", "ended_on", "deal_key", "note"} {
		if was, is := before[name], after[name]; was != is {
			lines = append(lines, p.T("opportunity.changed", "Field", p.T("opportunity.field_"+name), "Before", text(was), "After", text(is)))
		}
	}
	for _, name := range []string{"customer_id", "owner_id", "product_ids"} {
		if _, ok := after[name]; ok {
			lines = append(lines, p.T("opportunity.changed_other", "Field", p.T("opportunity.field_"+name)))
		}
	}
	m.Detail = p.Join(append(lines, own.changed(c.Before, c.After)...))
	return m
}

// fieldTexts writes the fields of a change as people read them.
func fieldTexts(own ownFields, plain json.RawMessage) map[string]string {
	p := own.p
	var fields map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(plain)))
	decoder.UseNumber()
	if decoder.Decode(&fields) != nil {
		return nil
	}
	texts := map[string]string{}
	for name, v := range fields {
		s, _ := v.(string)
		if n, ok := v.(json.Number); ok {
			s = n.String()
		}
		switch {
		case name == "amount_minor":
			minor, _ := json.Number(s).Int64()
			s = p.Amount(minor, "CNY")
		case s == "":
		case name == "stage":
			s = own.stage(opportunity.Stage(s))
		case name == "source":
			s = p.T("opportunity.source." + s)
		case name == "lost_for":
			s = p.T("opportunity.loss." + s)
		}
		texts[name] = s
	}
	return texts
}
