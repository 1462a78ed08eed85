package sales

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/web/ui"
)

// Forms stand beside /opportunities/, where what follows is a number or the format of an export.
const (
	newOpportunityURL = "/new-opportunity"
	editPath          = "/edit-opportunity/"
	winPath           = "/win-opportunity/"
	losePath          = "/lose-opportunity/"
)

// revisionOf reads the revision that a form was drawn from.
func revisionOf(r *http.Request) (int64, error) {
	text := r.PostFormValue("seen")
	if text == "" {
		return 0, nil
	}
	seen, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seen < 0 {
		return 0, errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	return seen, nil
}

// opportunityTyped is an opportunity as it stands in the form.
type opportunityTyped struct {
	name, customer, owner, stage, amount, currency, expected, source, note string
	products                                                               []string
	excuse                                                                 string
	seen                                                                   int64
	fields                                                                 customfield.Inputs
	recorded                                                               customfield.Set
}

func opportunityTypedOf(r *http.Request) (t opportunityTyped, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	t = opportunityTyped{value("name"), value("customer"), value("owner"), value("stage"), value("amount"), strings.ToUpper(value("currency")), value("expected_on"), value("source"), value("note"), r.PostForm["products"], value("excuse"), 0, customfield.Typed(r.PostForm), ""}
	t.seen, err = revisionOf(r)
	return t, err
}

// typedOpportunity is what is recorded, as it would be typed; products are all there are.
func typedOpportunity(o opportunity.Opportunity, keys map[int64]string) opportunityTyped {
	t := opportunityTyped{o.Name, o.CustomerKey, o.OwnerKey, string(o.Stage), "", string(o.Currency), dayText(o.ExpectedOn), o.Source, o.Note, nil, "", o.Revision, nil, o.Fields}
	if o.AmountMinor != 0 {
		t.amount = money.Format(o.AmountMinor, o.Currency)
	}
	for _, id := range o.ProductIDs {
		t.products = append(t.products, keys[id])
	}
	return t
}

// entry reads what was typed.
func (t opportunityTyped) entry(id int64) (in opportunity.Entry, err error) {
	var c fact.Checker
	in = opportunity.Entry{ID: id, Name: t.name, Customer: t.customer, Owner: t.owner, Stage: opportunity.Stage(t.stage), Currency: money.Currency(t.currency), ExpectedOn: calendar.NoDate,
		Products: t.products, Source: t.source, Note: t.note, Excuse: t.excuse, Fields: t.fields, Seen: t.seen}
	if t.expected != "" {
		if in.ExpectedOn, err = calendar.ParseDate(t.expected); err != nil {
			in.ExpectedOn = calendar.NoDate
			c.Add("expected_on", t.expected, "form.error.date", nil)
		}
	}
	if t.amount != "" {
		var ok bool
		if in.AmountMinor, ok = parseAmount(t.amount, in.Currency); !ok {
			c.Add("amount", t.amount, "form.error.number", nil)
		}
	}
	return in, withRest(c.Err(), in.Validate())
}

// productChoices are all products, and their keys by id.
func (h *Handler) productChoices(ctx context.Context, actor access.Actor, chosen []string) (options []ui.Option, keys map[int64]string, err error) {
	products, err := h.Deals.Products(ctx, actor)
	keys = map[int64]string{}
	for _, p := range products {
		keys[p.ID] = p.Key
		options = append(options, ui.Option{Value: p.Key, Label: p.Name, Selected: slices.Contains(chosen, p.Key)})
	}
	return options, keys, err
}

func (h *Handler) opportunityForm(r *http.Request, id int64, t opportunityTyped, failure error) (v ui.FormView, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	own, err := h.ownFields(r, customfield.ObjectOpportunity)
	if err != nil {
		return v, err
	}
	if v.Suggest, err = h.dealSuggestions(ctx, actor); err != nil {
		return v, err
	}
	products, _, err := h.productChoices(ctx, actor, t.products)
	if err != nil {
		return v, err
	}
	fields := []ui.Field{
		{Name: "customer", Label: p.T("sales.customer_key"), Value: t.customer, Suggest: "some-customers", Autocomplete: "off", Hint: p.T("sales.customer_pick"), Span: 6},
		{Name: "name", Label: p.T("opportunity.name"), Value: t.name, Hint: p.T("opportunity.name_hint"), Span: 6},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("opportunity.amount"), Value: t.amount, Optional: true, Span: 6},
		{Name: "currency", Label: p.T("sales.currency"), Value: t.currency, Suggest: "some-currencies", Autocomplete: "off", Span: 6},
		{Name: "expected_on", Kind: ui.FieldDate, Label: p.T("opportunity.expected_on"), Value: t.expected, Span: 6},
		{Name: "source", Kind: ui.FieldSelect, Label: p.T("opportunity.source"), Value: t.source, Options: named(p, "opportunity.source.", opportunity.Sources), Optional: true, Placeholder: p.T("sales.choose"), Span: 6},
	}
	if id == 0 {
		fields = append(fields, ui.Field{Name: "stage", Kind: ui.FieldSelect, Label: p.T("opportunity.stage"), Value: cmp.Or(t.stage, string(own.stages.First())), Options: stageOptions(p, own.stages, own.stages.Of(opportunity.StateOpen)), Span: 6})
	}
	if actor.Can(access.PermOrgRead) {
		fields = append(fields, ui.Field{Name: "owner", Label: p.T("opportunity.owner"), Value: t.owner, Suggest: "some-people", Autocomplete: "off", Optional: actor.PersonID != 0, Hint: p.T("opportunity.owner_hint"), Span: 6})
	}
	if len(products) > 0 {
		fields = append(fields, ui.Field{Name: "products", Kind: ui.FieldChecks, Label: p.T("opportunity.products"), Options: products, Optional: true})
	}
	fields = append(fields, own.inputs(r, t.recorded)...)
	fields = append(fields, ui.Field{Name: "note", Kind: ui.FieldArea, Label: p.T("opportunity.note"), Value: t.note, Optional: true, Rows: 3})
	v.ID, v.Action, v.Submit = "opportunity", opportunitiesURL, ui.Action{Label: p.T("opportunity.add"), Kind: ui.ActionPrimary}
	v.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: boardURL}
	if id != 0 {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(t.seen)})
		v.Action, v.Submit.Label, v.Cancel.URL = opportunityURL(id), p.T("common.save"), opportunityURL(id)
	}
	if t.excuse != "" || asksReason(failure) {
		fields = append(fields, ui.Field{Name: "excuse", Kind: ui.FieldArea, Label: p.T("standard.excuse"), Value: t.excuse, Optional: true, Rows: 2})
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

func (h *Handler) newOpportunity(w http.ResponseWriter, r *http.Request) error {
	t := opportunityTyped{customer: r.FormValue("customer"), currency: string(h.Currency()), expected: (h.today() + 30).String()}
	return h.drawNewOpportunity(w, r, http.StatusOK, t, nil)
}

func (h *Handler) drawNewOpportunity(w http.ResponseWriter, r *http.Request, status int, t opportunityTyped, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	form, err := h.opportunityForm(r, 0, t, failure)
	if err != nil {
		return err
	}
	title := p.T("opportunity.new")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: opportunitiesKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.opportunities"), URL: boardURL}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) addOpportunity(w http.ResponseWriter, r *http.Request) error {
	t, err := opportunityTypedOf(r)
	if err != nil {
		return err
	}
	var o opportunity.Opportunity
	in, err := t.entry(0)
	if err == nil {
		o, err = h.Opportunities.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, opportunityURL(o.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawNewOpportunity(w, r, httpx.StatusOf(err), t, err)
}

func (h *Handler) editOpportunity(w http.ResponseWriter, r *http.Request) error {
	return h.drawOpportunityForm(w, r, http.StatusOK, nil, nil)
}

// drawOpportunityForm asks what is to be changed. Where somebody else was faster, what they did stands beside what was typed, and saving
// again is meant for what there is now.
func (h *Handler) drawOpportunityForm(w http.ResponseWriter, r *http.Request, status int, typed *opportunityTyped, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	d, err := h.Opportunities.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if !d.MayWrite {
		if err := actor.Require(access.PermWorkWrite); err != nil {
			return err
		}
		return errs.New(errs.KindNotFound, "opportunity.missing", nil)
	}
	_, keys, err := h.productChoices(ctx, actor, nil)
	if err != nil {
		return err
	}
	now := typedOpportunity(d.Opportunity, keys)
	title := p.T("opportunity.edit")
	view := ui.PageView{Title: title, Subtitle: d.Name, Current: opportunitiesKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.opportunities"), URL: boardURL}, {Label: d.Name, URL: opportunityURL(id)}, {Label: title}}}
	if typed == nil {
		typed = &now
	}
	if !errs.Is(failure, errs.KindConflict) || typed.seen == d.Revision { // nobody was faster: something else stands in the way
		form, err := h.opportunityForm(r, id, *typed, failure)
		if err != nil {
			return err
		}
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
	}
	changes, err := h.Opportunities.ChangesSince(ctx, actor, id, typed.seen)
	if err != nil {
		return err
	}
	mine := *typed
	mine.seen, mine.recorded = d.Revision, d.Fields
	own, err := h.ownFieldsOf(r, customfield.ObjectOpportunity, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	theirs := own.besides(d.Fields, mine.fields)
	form, err := h.opportunityForm(r, id, mine, nil)
	if err != nil {
		return err
	}
	both := besideCards(p, p.T("opportunity.conflict", "Who", whoChanged(p, changes)), append(opportunityBeside(p, now, mine), theirs...))
	return ui.Write(w, r, status, ui.Compose(view, append(both, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))...))
}

func whoChanged(p *i18n.Printer, changes []process.Change) string {
	var names []string
	for _, c := range changes {
		if name := strings.TrimSpace(c.ActorName); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return text(p.Join(names))
}

// opportunityBeside sets what there is now beside what was typed. An owner that was not asked for stays.
func opportunityBeside(p *i18n.Printer, now, mine opportunityTyped) []besideField {
	if mine.owner == "" {
		mine.owner = now.owner
	}
	return []besideField{{p.T("sales.customer_key"), now.customer, mine.customer}, {p.T("opportunity.name"), now.name, mine.name}, {p.T("opportunity.amount"), amountRead(p, now.amount), amountRead(p, mine.amount)},
		{p.T("sales.currency"), now.currency, mine.currency}, {p.T("opportunity.expected_on"), now.expected, mine.expected}, {p.T("opportunity.source"), sourceText(p, now.source), sourceText(p, mine.source)},
		{p.T("opportunity.owner"), now.owner, mine.owner}, {p.T("opportunity.products"), strings.Join(now.products, " "), strings.Join(mine.products, " ")}, {p.T("opportunity.note"), now.note, mine.note}}
}

// amountRead writes an amount as it is read: with separators.
func amountRead(p *i18n.Printer, text string) string {
	if minor, ok := parseAmount(text, money.CNY); ok && text != "" {
		return p.Amount(minor, money.CNY)
	}
	return text
}

// plainAmount writes an amount as it is compared: separators don't count.
func plainAmount(text string) string {
	minor, ok := parseAmount(text, money.CNY)
	if !ok {
		return text
	}
	return money.Format(minor, money.CNY)
}

func (h *Handler) saveOpportunity(w http.ResponseWriter, r *http.Request) error {
	id, err := opportunityID(r)
	if err != nil {
		return err
	}
	t, err := opportunityTypedOf(r)
	if err != nil {
		return err
	}
	in, err := t.entry(id)
	if err == nil {
		_, err = h.Opportunities.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, opportunityURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawOpportunityForm(w, r, httpx.StatusOf(err), &t, err)
}
