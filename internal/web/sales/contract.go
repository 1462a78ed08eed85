package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

func contractID(r *http.Request) (int64, error) { return idOf(r.PathValue("id"), "contract.missing") }

func (h *Handler) showContract(w http.ResponseWriter, r *http.Request) error {
	return h.drawContract(w, r, http.StatusOK, "", nil)
}

// showAmendment leads from the approval of an amendment to its contract.
func (h *Handler) showAmendment(w http.ResponseWriter, r *http.Request) error {
	text, _, _ := strings.Cut(r.PathValue("id"), "-")
	id, err := idOf(text, "contract.missing")
	if err != nil {
		return err
	}
	if _, err := h.Contracts.Get(r.Context(), access.ActorFrom(r.Context()), id); err != nil {
		return err
	}
	http.Redirect(w, r, contractURL(id)+"#amendments", http.StatusSeeOther)
	return nil
}

// drawContract answers with the page of a contract; act is the form that failed.
func (h *Handler) drawContract(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	id, err := contractID(r)
	if err != nil {
		return err
	}
	d, err := h.Contracts.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectContract, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	parts = append(parts, objected(r, p, objection{caseID: d.OpportunityID, act: act, submit: p.T("quote.submit_anyway"), seen: d.Revision}, failure)...)
	parts = append(parts, contractNotes(p, d)...)
	main := []templ.Component{ui.Filled(ui.CardView{Title: p.T("contract.lines"), Flush: true}, ui.Table(lineTable(p, d.Lines, d.Currency)))}
	main = append(main, h.planCard(p, d))
	forms, err := h.contractForms(p, r, d, act, failure)
	if err != nil {
		return err
	}
	main = append(main, forms...)
	if len(d.Reports) > 0 {
		main = append(main, ui.Filled(ui.CardView{ID: "reports", Title: p.T("contract.face_collections"), Count: len(d.Reports), Flush: true}, ui.List(h.reportItems(p, d.Reports))))
	}
	main = append(main, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline")}, timelineFrom(p, h.ownMoments(own, h.workMoments(p, d.Changes, "contract"), d.Changes))...))
	side, err := h.contractSide(r, own, d, act, failure)
	if err != nil {
		return err
	}
	parts = append(parts, ui.Stack(8, main...), ui.Stack(4, side...))
	return ui.Write(w, r, status, ui.Compose(h.contractPage(p, access.ActorFrom(r.Context()), d), parts...))
}

// contractSide is what is known of a contract, who signs it, and how it was amended.
func (h *Handler) contractSide(r *http.Request, own ownFields, d contract.Detail, act string, failure error) (side []templ.Component, err error) {
	p := own.p
	request := d.RequestID
	if len(d.Amendments) > 0 && d.Amendments[0].RequestID != "" {
		request = d.Amendments[0].RequestID
	}
	signed, err := h.approvalCard(r, p, request, contractURL(d.ID)+"/decide", formFailure(act, "decide", failure))
	if err != nil {
		return nil, err
	}
	if signed != nil {
		side = append(side, signed)
	}
	side = append(side, ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts(append(h.contractFacts(p, d), own.facts(d.Fields)...))))
	if len(d.Amendments) > 0 {
		var items []ui.Item
		for _, a := range d.Amendments {
			chip := ui.Chip{Label: p.T("contract.amendment." + string(a.State)), Tone: map[contract.AmendmentState]ui.Tone{contract.AmendmentWaiting: ui.ToneWarn, contract.AmendmentApproved: ui.ToneGood, contract.AmendmentRefused: ui.ToneLine}[a.State]}
			items = append(items, ui.Item{Icon: "edit", Title: p.T("contract.amendment_number", "Number", a.Number), Beside: a.EffectiveOn.String(), Chips: []ui.Chip{chip}, Top: true,
				Detail: a.Reason + " · " + p.Money(a.BeforeMinor, d.Currency) + " → " + p.Money(a.AmountMinor, d.Currency) + " · " + p.T("contract.ends_on") + " " + text(dayText(a.BeforeEndsOn)) + " → " + text(dayText(a.EndsOn))})
		}
		side = append(side, ui.Filled(ui.CardView{ID: "amendments", Title: p.T("contract.amendments"), Count: len(items), Flush: true}, ui.List(items)))
	}
	return side, nil
}

// contractNotes say what does not fit together, or is to be done next.
func contractNotes(p *i18n.Printer, d contract.Detail) (parts []templ.Component) {
	note := func(n ui.Note) { parts = append(parts, ui.Across(ui.NoteOf(n))) }
	switch {
	case d.State == contract.StateWaiting:
		note(ui.Note{Tone: ui.ToneBrand, Strong: p.T("quote.waits"), Text: p.T("contract.waits_text")})
	case d.State == contract.StateDraft && d.RequestID != "":
		note(ui.Note{Tone: ui.ToneWarn, Strong: p.T("quote.returned"), Text: p.T("quote.returned_text")})
	case d.State == contract.StateSigned && d.Deal == nil:
		note(ui.Note{ID: "no-deal", Tone: ui.ToneWarn, Strong: p.T("contract.no_deal"), Text: p.T("contract.no_deal_text", "Number", d.Number)})
	case d.Deal != nil && (d.Deal.AmountMinor != d.AmountMinor || d.Deal.Currency != d.Currency):
		note(ui.Note{ID: "deal-off", Tone: ui.ToneWarn, Strong: p.T("contract.deal_off", "Deal", p.Money(d.Deal.AmountMinor, d.Deal.Currency), "Contract", p.Money(d.AmountMinor, d.Currency)), Text: p.T("contract.deal_off_text"), Action: &ui.Action{Label: p.T("sales.correct_deal"), URL: correctDealURL(d.Number)}})
	}
	if len(d.Plan) > 0 && d.PlannedMinor() != d.AmountMinor {
		note(ui.Note{ID: "plan-off", Tone: ui.ToneWarn, Strong: p.T("contract.plan_off", "Sum", p.Money(d.PlannedMinor(), d.Currency), "Amount", p.Money(d.AmountMinor, d.Currency)), Text: p.T("contract.plan_off_text")})
	}
	return parts
}

func (h *Handler) contractFacts(p *i18n.Printer, d contract.Detail) []ui.Fact {
	facts := []ui.Fact{{Term: p.T("contract.number"), Text: d.Number}, {Term: p.T("common.customer"), Text: text(d.CustomerName), URL: customerURL(d.CustomerID)}}
	if d.OpportunityID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("opportunity.name"), Text: text(d.OpportunityName), URL: opportunityURL(d.OpportunityID)})
	}
	if d.QuoteID != 0 {
		facts = append(facts, ui.Fact{Term: p.T("nav.quotes"), Text: p.T("commerce.open_quote"), URL: quoteURL(d.QuoteID)})
	}
	facts = append(facts, ui.Fact{Term: p.T("opportunity.owner"), Text: text(d.OwnerName)}, ui.Fact{Term: p.T("contract.amount"), Text: p.Money(d.AmountMinor, d.Currency)}, ui.Fact{Term: p.T("quote.tax_in_it"), Text: p.Money(d.TaxMinor, d.Currency)},
		ui.Fact{Term: p.T("contract.our_party"), Text: d.OurParty}, ui.Fact{Term: p.T("contract.their_party"), Text: d.TheirParty}, ui.Fact{Term: p.T("contract.signed_on"), Text: text(dayText(d.SignedOn))},
		ui.Fact{Term: p.T("contract.starts_on"), Text: text(dayText(d.StartsOn))}, ui.Fact{Term: p.T("contract.ends_on"), Text: text(dayText(d.EndsOn))})
	if d.Deal != nil {
		facts = append(facts, ui.Fact{Term: p.T("sales.deal_key"), Text: d.Deal.Key, URL: keyURL("/deals/", d.Deal.Key)}, ui.Fact{Term: p.T("contract.collected"), Text: p.Money(d.Deal.PaidMinor, d.Deal.Currency)})
	}
	if d.EndedOn != calendar.NoDate {
		facts = append(facts, ui.Fact{Term: p.T("contract.ended_on"), Text: d.EndedOn.String()}, ui.Fact{Term: p.T("quote.reason"), Text: d.EndedFor})
	}
	if d.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("opportunity.note"), Text: d.Note})
	}
	return facts
}

// planCard shows when the money is due and what of it has come.
func (h *Handler) planCard(p *i18n.Printer, d contract.Detail) templ.Component {
	view := ui.CardView{ID: "plan", Title: p.T("contract.plan"), Sub: p.T("contract.plan_sub"), Flush: true}
	if d.MayWrite && d.State != contract.StateEnded && d.State != contract.StateDropped {
		view.More = &ui.Link{Label: p.T("contract.make_plan"), URL: planPath + number(d.ID)}
	}
	table := ui.TableView{Label: p.T("contract.plan"), Columns: []ui.Column{{Key: "due", Label: p.T("contract.due_on"), Phone: true, Kind: ui.ColumnNarrow}, {Key: "name", Label: p.T("contract.instalment")}, {Key: "state", Label: p.T("common.status"), Phone: true},
		{Key: "amount", Label: p.T("common.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "collected", Label: p.T("contract.collected"), Kind: ui.ColumnNumber}, {Key: "left", Label: p.T("contract.left"), Kind: ui.ColumnNumber}, {Key: "invoice", Label: p.T("contract.invoice"), Kind: ui.ColumnNarrow}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("contract.no_plan"), Text: p.T("contract.no_plan_text")}}
	var sum contract.Instalment
	for _, i := range d.Plan {
		invoice := ui.Text(i18n.Unknown)
		if i.InvoiceKey != "" {
			invoice = ui.LinkTo(i.InvoiceKey, keyURL("/invoices/", i.InvoiceKey))
		}
		sum.AmountMinor, sum.CollectedMinor = sum.AmountMinor+i.AmountMinor, sum.CollectedMinor+i.CollectedMinor
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(i.DueOn.String()), ui.Text(text(i.Name)), lateCell(p, i, d.Today), amountCell(i.AmountMinor, d.Currency), amountCell(i.CollectedMinor, d.Currency), amountCell(i.LeftMinor(), d.Currency), invoice}})
	}
	if len(d.Plan) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("common.total")), {}, {}, amountCell(sum.AmountMinor, d.Currency), amountCell(sum.CollectedMinor, d.Currency), amountCell(sum.LeftMinor(), d.Currency), {}}}}
	}
	return ui.Filled(view, ui.Table(table))
}

// contractPage is the head of the page with what may be done.
func (h *Handler) contractPage(p *i18n.Printer, actor access.Actor, d contract.Detail) ui.PageView {
	view := ui.PageView{Title: d.Title, Subtitle: d.Number + " · " + d.CustomerName, Current: contractsKey, Chips: []ui.Chip{contractChip(p, d.StateOn(d.Today))}, Crumbs: []ui.Crumb{{Label: p.T("nav.contracts"), URL: contractsURL}, {Label: d.Number}}}
	post := func(act, label, icon string, kind ui.ActionKind) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T(label), Icon: icon, Kind: kind, Post: true, URL: contractURL(d.ID) + "/" + act, Fields: map[string][]string{"seen": {number(d.Revision)}}})
	}
	files := ui.Action{Label: p.T("files.title"), Icon: "paperclip", URL: "/files/contract/" + number(d.ID)}
	if !d.MayWrite {
		view.Actions = append(view.Actions, files)
		return view
	}
	switch d.State {
	case contract.StateDraft:
		post("submit", "quote.submit", "send", ui.ActionPrimary)
		view.Actions = append(view.Actions, ui.Action{Label: p.T("contract.edit"), Icon: "edit", URL: editContractPath + number(d.ID)})
		post("drop", "quote.drop", "trash", "")
	case contract.StateWaiting:
		if submittedBy(actor, d.Changes, "contract.submit") {
			post("withdraw", "quote.withdraw", "arrow-back-up", "")
		}
	case contract.StateApproved:
		post("drop", "quote.drop", "trash", "")
	case contract.StateSigned:
		view.Actions = append(view.Actions, ui.Action{Label: p.T("contract.amend"), Icon: "edit", URL: amendPath + number(d.ID)})
	}
	view.Actions = append(view.Actions, files)
	return view
}

// contractForms are what can be filled in on the page, by the state of the contract.
func (h *Handler) contractForms(p *i18n.Printer, r *http.Request, d contract.Detail, act string, failure error) (parts []templ.Component, err error) {
	typed := typedIn(r)
	var suggest []ui.Suggestions
	form := func(name, title string, submit ui.Action, consequence string, fields ...ui.Field) {
		fields = append(fields, ui.Field{Name: "seen", ID: "f-seen-" + name, Kind: ui.FieldHidden, Value: number(d.Revision)})
		for i := range fields {
			if fields[i].ID == "" {
				fields[i].ID = "f-" + name + "-" + fields[i].Name
			}
		}
		fitted, problem := ui.WithErrors(fields, formFailure(act, name, failure), p)
		parts = append(parts, ui.Filled(ui.CardView{ID: name, Title: p.T(title)}, ui.Form(ui.FormView{ID: name + "-form", Action: contractURL(d.ID) + "/" + name, Fields: fitted, Problem: problem, Suggest: suggest, Submit: submit, Consequence: consequence})))
	}
	today := h.today().String()
	if d.MayWrite && d.State == contract.StateApproved {
		consequence := ""
		if d.OpportunityID != 0 {
			consequence = p.T("contract.sign_consequence")
		}
		form("sign", "contract.sign", ui.Action{Label: p.T("contract.sign_button"), Kind: ui.ActionPrimary, Icon: "signature"}, consequence, append([]ui.Field{{Name: "signed_on", Kind: ui.FieldDate, Label: p.T("contract.signed_on"), Value: typed("signed_on", today), Span: 6}}, excuseField(p, r, formFailure(act, "sign", failure))...)...)
	}
	if d.MayRecord {
		products, err := h.someProducts(r.Context(), access.ActorFrom(r.Context()))
		if err != nil {
			return nil, err
		}
		suggest = []ui.Suggestions{products}
		form("record", "contract.record", ui.Action{Label: p.T("contract.record_button"), Kind: ui.ActionPrimary, Icon: "link"}, p.T("contract.record_consequence", "Number", d.Number),
			ui.Field{Name: "product", Label: p.T("sales.product"), Value: typed("product", firstProduct(d)), Hint: p.T("contract.record_product"), Suggest: products.ID, Autocomplete: "off", Span: 6})
		suggest = nil
	}
	if d.MayWrite && (d.State == contract.StateSigned || d.State == contract.StateEnded) {
		form("report", "collection.report", ui.Action{Label: p.T("collection.report_button"), Kind: ui.ActionPrimary, Icon: "cash"}, p.T("collection.report_consequence"), append([]ui.Field{
			{Name: "kind", Kind: ui.FieldSelect, Label: p.T("sales.payment_kind"), Value: typed("kind", "collection"), Options: named(p, "collection.kind.", []contract.ReportKind{contract.ReportCollection, contract.ReportRefund}), Span: 4},
			{Name: "amount", Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: typed("amount", nextLeft(d)), Unit: ui.UnitOf(p, d.Currency), Span: 4}, {Name: "paid_on", Kind: ui.FieldDate, Label: p.T("sales.paid_on"), Value: typed("paid_on", today), Span: 4},
			{Name: "way", Kind: ui.FieldSelect, Label: p.T("collection.way"), Value: typed("way", "transfer"), Options: named(p, "collection.way.", contract.Ways), Span: 4}, {Name: "payer", Label: p.T("collection.payer"), Value: typed("payer", d.TheirParty), Optional: true, Span: 8},
			{Name: "note", Kind: ui.FieldArea, Label: p.T("opportunity.note"), Value: typed("note", ""), Optional: true, Rows: 2},
		}, excuseField(p, r, formFailure(act, "report", failure))...)...)
	}
	if d.MayWrite && d.State == contract.StateSigned {
		form("end", "contract.end", ui.Action{Label: p.T("contract.end_button"), Kind: ui.ActionDanger}, p.T("contract.end_consequence"), ui.Field{Name: "on", Kind: ui.FieldDate, Label: p.T("contract.ended_on"), Value: typed("on", today), Span: 4, Fold: p.T("contract.end_fold"), Usual: today},
			ui.Field{Name: "reason", Label: p.T("quote.reason"), Value: typed("reason", ""), Span: 8, Fold: p.T("contract.end_fold")})
	}
	return parts, nil
}

func firstProduct(d contract.Detail) string {
	for _, l := range d.Lines {
		if l.ProductKey != "" {
			return l.ProductKey
		}
	}
	return ""
}

// nextLeft is what is still to come of the next instalment, as it would be typed.
func nextLeft(d contract.Detail) string {
	for _, i := range d.Plan {
		if i.LeftMinor() > 0 {
			return money.Format(i.LeftMinor(), d.Currency)
		}
	}
	return ""
}

// actOnContract does what the button or the form says and shows the contract again.
func (h *Handler) actOnContract(w http.ResponseWriter, r *http.Request) error {
	id, err := contractID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	form, receipt, err := h.doWithContract(r, r.PathValue("act"), id, seen)
	switch {
	case err == nil && receipt != nil:
		return done(w, r, contractURL(id), *receipt)
	case err == nil:
		http.Redirect(w, r, contractURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	case errs.Is(err, errs.KindConflict): // its form may have gone
		form = ""
	}
	return h.drawContract(w, r, httpx.StatusOf(err), form, err)
}

// doWithContract carries out an act; form is the one to show what is wrong in.
func (h *Handler) doWithContract(r *http.Request, act string, id, seen int64) (form string, receipt *fact.Receipt, err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	switch act {
	case "submit":
		_, err = h.Contracts.SubmitFor(ctx, actor, contract.Submitting{ID: id, Excuse: value("excuse"), Seen: seen})
	case "withdraw":
		_, err = h.Contracts.Withdraw(ctx, actor, id, seen)
	case "drop":
		_, err = h.Contracts.Drop(ctx, actor, id, seen)
	case "sign":
		var on calendar.Date
		if on, err = dayTyped(r, "signed_on"); err == nil {
			_, err = h.Contracts.Sign(ctx, actor, contract.Sign{ID: id, SignedOn: on, Excuse: value("excuse"), Seen: seen})
		}
	case "end":
		var on calendar.Date
		if on, err = dayTyped(r, "on"); err == nil {
			_, err = h.Contracts.End(ctx, actor, contract.End{ID: id, On: on, Reason: value("reason"), Seen: seen})
		}
	case "record":
		var late fact.Receipt
		if _, late, err = h.Contracts.RecordDeal(ctx, actor, contract.Record{ID: id, Product: value("product"), Seen: seen}); err == nil {
			receipt = &late
		}
	case "report":
		err = h.reportCollection(r, id)
	case "decide":
		err = h.decideContract(r, id, seen)
	default:
		return "", nil, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return act, receipt, err
}

// decideContract signs what waits for the reader: the contract, or its last amendment.
func (h *Handler) decideContract(r *http.Request, id, seen int64) error {
	d, err := h.Contracts.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	request := d.RequestID
	if len(d.Amendments) > 0 && d.Amendments[0].RequestID != "" {
		request = d.Amendments[0].RequestID
	}
	return h.decide(r, request, seen)
}

func (h *Handler) reportCollection(r *http.Request, id int64) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	d, err := h.Contracts.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	var c fact.Checker
	in := contract.ReportEntry{ContractID: id, Kind: contract.ReportKind(r.PostFormValue("kind")), PaidOn: dayOf(&c, "paid_on", strings.TrimSpace(r.PostFormValue("paid_on"))), Payer: r.PostFormValue("payer"), Way: r.PostFormValue("way"), Note: r.PostFormValue("note"), Excuse: r.PostFormValue("excuse")}
	var ok bool
	if in.AmountMinor, ok = parseAmount(r.PostFormValue("amount"), d.Currency); !ok {
		c.Add("amount", r.PostFormValue("amount"), "form.error.number", nil)
	}
	if err := c.Err(); err != nil {
		return err
	}
	_, err = h.Contracts.Report(ctx, actor, in)
	return err
}

// contractOrigin is where whoever gives up the form of a contract came from.
func contractOrigin(id int64, t contractTyped) string {
	switch {
	case id != 0:
		return contractURL(id)
	case t.quote != 0:
		return quoteURL(t.quote)
	case t.opportunity != 0:
		return opportunityURL(t.opportunity)
	}
	return contractsURL
}
