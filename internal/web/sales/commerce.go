package sales

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

// quotesCard lists the quotes of an opportunity or a customer, the newest first, with the way to a new one; nil where there is nothing to show.
func (h *Handler) quotesCard(r *http.Request, p *i18n.Printer, filter quote.Filter, mayAdd bool) (templ.Component, error) {
	filter.Valid, filter.Paging = fact.AnyDay(), fact.Paging{Limit: cardRows}
	page, err := h.Quotes.List(r.Context(), access.ActorFrom(r.Context()), filter)
	if err != nil || len(page.Rows) == 0 && !mayAdd {
		return nil, err
	}
	var items []ui.Item
	for _, q := range page.Rows {
		items = append(items, ui.Item{Icon: "file-text", Title: q.Title, URL: quoteURL(q.ID), Beside: p.Money(q.AmountMinor, q.Currency), Detail: q.Number(), Chips: []ui.Chip{quoteChip(p, q.StateOn(h.today()))}})
	}
	view := ui.CardView{ID: "quotes", Title: p.T("nav.quotes"), Count: len(items), Flush: true}
	switch {
	case mayAdd:
		view.More = &ui.Link{Label: p.T("quote.new"), URL: ui.URLWith(newQuoteURL, nil, "opportunity", number(filter.OpportunityID))}
	case page.Next != "":
		view.More = &ui.Link{Label: p.T("common.all"), URL: ui.URLWith(quotesURL, nil, "customer", number(filter.CustomerID))}
	}
	if len(items) == 0 {
		return ui.Filled(view, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("quote.none_here")})), nil
	}
	return ui.Filled(view, ui.List(items)), nil
}

// approvalCard shows who has signed and who is asked, with the acts of whoever is asked; nil for who has nothing to do with the request.
func (h *Handler) approvalCard(r *http.Request, p *i18n.Printer, requestID, action string, failure error) (templ.Component, error) {
	if requestID == "" {
		return nil, nil
	}
	d, err := h.Approvals.Get(r.Context(), access.ActorFrom(r.Context()), requestID)
	if errs.Is(err, errs.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var steps []ui.Step
	for i, turn := range d.Turns {
		step := ui.Step{Name: p.T("commerce.signature", "Number", i+1)}
		var names []string
		for _, seat := range turn.Seats {
			if seat.Signed() {
				names = append(names, text(d.Names[seat.SignedBy]))
				continue
			}
			for _, candidate := range seat.Candidates {
				names = append(names, text(d.Names[candidate]))
			}
		}
		step.Text = p.Join(names)
		if len(names) == 0 && i == d.At && d.Stuck {
			step.Text = p.T("approvals.stuck")
		}
		if turn.Step.Name != "" {
			step.Name = turn.Step.Name
		}
		switch {
		case i < d.At || d.State == approval.StateApproved:
			step.State = ui.StepDone
		case i == d.At && d.State == approval.StatePending:
			step.State = ui.StepNow
		}
		steps = append(steps, step)
	}
	parts := []templ.Component{ui.Steps(steps)}
	if d.Stuck {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "stuck", Tone: ui.ToneBad, Text: p.T("approvals.stuck_text")}))
	}
	for _, e := range d.Events {
		if e.Note != "" {
			parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: ui.Actor(p, e.ActorID, e.ActorName), Text: e.Note}))
		}
	}
	if d.MayAct {
		fields, problem := ui.WithErrors([]ui.Field{{Name: "note", Kind: ui.FieldArea, Label: p.T("commerce.note"), Value: r.PostFormValue("note"), Hint: p.T("commerce.note_hint"), Optional: true, Rows: 2},
			{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)}}, failure, p)
		parts = append(parts, ui.Form(ui.FormView{ID: "approve-form", Action: action, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("commerce.approve"), Kind: ui.ActionPrimary, Icon: "check", Name: "say", Value: "approve"},
			Others: []ui.Action{{Label: p.T("commerce.return"), Icon: "arrow-back-up", Form: "approve-form", Name: "say", Value: "return"}}}))
	}
	return ui.Filled(ui.CardView{ID: "approval", Title: p.T("commerce.approval"), More: &ui.Link{Label: p.T("tiers.open_request"), URL: "/approvals/" + d.ID}, Chips: []ui.Chip{{Label: p.T("commerce.approval_" + string(d.State)), Tone: approvalTones[d.State]}}}, parts...), nil
}

var approvalTones = map[approval.State]ui.Tone{approval.StatePending: ui.ToneWarn, approval.StateApproved: ui.ToneGood, approval.StateReturned: ui.ToneBad, approval.StateRejected: ui.ToneBad, approval.StateWithdrawn: ui.ToneLine}

// decide signs a request or gives it back, as the form of approvalCard says.
func (h *Handler) decide(r *http.Request, requestID string, seen int64) error {
	in := approval.Decision{ID: requestID, Revision: seen, Note: r.PostFormValue("note")}
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	var err error
	switch r.PostFormValue("say") {
	case "approve":
		_, err = h.Approvals.Approve(ctx, actor, in)
	case "return":
		_, err = h.Approvals.Return(ctx, actor, in)
	default:
		err = errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	return err
}

// contractsCard lists the contracts of an opportunity or a customer; nil where there is none.
func (h *Handler) contractsCard(r *http.Request, p *i18n.Printer, filter contract.Filter) (templ.Component, error) {
	filter.Ends, filter.Paging = fact.AnyDay(), fact.Paging{Limit: cardRows}
	page, err := h.Contracts.List(r.Context(), access.ActorFrom(r.Context()), filter)
	if err != nil || len(page.Rows) == 0 {
		return nil, err
	}
	var items []ui.Item
	for _, c := range page.Rows {
		items = append(items, ui.Item{Icon: "signature", Title: c.Title, URL: contractURL(c.ID), Beside: p.Money(c.AmountMinor, c.Currency), Detail: c.Number, Chips: []ui.Chip{contractChip(p, c.StateOn(h.today()))}})
	}
	view := ui.CardView{ID: "contracts", Title: p.T("nav.contracts"), Count: len(items), Flush: true}
	if page.Next != "" {
		view.More = &ui.Link{Label: p.T("common.all"), URL: ui.URLWith(contractsURL, nil, "customer", number(filter.CustomerID))}
	}
	return ui.Filled(view, ui.List(items)), nil
}

// offeredTo are the cards of what a customer was offered, and of what was agreed.
func (h *Handler) offeredTo(r *http.Request, p *i18n.Printer, customerID int64) (cards []templ.Component, err error) {
	offers, err := h.quotesCard(r, p, quote.Filter{CustomerID: customerID}, false)
	if err != nil {
		return nil, err
	}
	agreed, err := h.contractsCard(r, p, contract.Filter{CustomerID: customerID})
	for _, card := range []templ.Component{offers, agreed} {
		if card != nil {
			cards = append(cards, card)
		}
	}
	return cards, err
}

// cardRows is how many rows a card on somebody else's page shows.
const cardRows = 10

// commerceMoments are what happened to the quotes, contracts and collections of an opportunity.
func (h *Handler) commerceMoments(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64, add func(time.Time, ui.Moment)) error {
	events, err := h.Opportunities.Events(ctx, actor, id)
	if err != nil {
		return err
	}
	for _, e := range events {
		if !slices.Contains(process.CommerceActivities, e.Activity) {
			continue
		}
		m := ui.Moment{Icon: activityIcons[e.Activity], Title: p.Message(e.Activity.Message())}
		if m.Icon == "" {
			m.Icon = "file-text"
		}
		if kind, number, ok := strings.Cut(e.Source, ":"); ok && sourcePages[kind] != "" {
			m.Links = []ui.Link{{Label: p.T("commerce.open_" + kind), URL: keyURL(sourcePages[kind]+"/", number)}}
		}
		add(e.OccurredAt, m)
	}
	return nil
}

// sourcePages lead from the source of an event to its page.
var sourcePages = map[string]string{"quote": quotesURL, "contract": contractsURL, "collection": collectionsURL, "invoice": "/invoices"}

var activityIcons = map[process.Activity]string{process.ActivityProposalSent: "send", process.ActivityManagerApproved: "check", process.ActivityExtraSigned: "check", process.ActivityProposalReturned: "arrow-back-up",
	process.ActivityProposalAccepted: "trophy", process.ActivityProposalDeclined: "circle-x", process.ActivityReceiptConfirmed: "cash", process.ActivityReceiptReported: "cash", process.ActivityPlanCreated: "calendar-due"}
