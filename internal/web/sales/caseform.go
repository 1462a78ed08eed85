package sales

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/web/ui"
)

// caseTyped is a case as it stands in the form.
type caseTyped struct {
	id                                                                                int64
	title, kind, severity, text, customer, contact, deal, product, owner, opportunity string
	seen                                                                              int64
	fields                                                                            customfield.Inputs
	recorded                                                                          customfield.Set
}

func caseTypedOf(r *http.Request, id int64) (t caseTyped, err error) {
	value := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	t = caseTyped{id, value("title"), value("kind"), value("severity"), value("text"), value("customer"), value("contact"), value("deal"), value("product"), value("owner"), value("opportunity"), 0, customfield.Typed(r.PostForm), ""}
	t.seen, err = revisionOf(r)
	return t, err
}

func (t caseTyped) entry() (servicecase.Entry, error) {
	var c fact.Checker
	in := servicecase.Entry{ID: t.id, Title: t.title, Kind: servicecase.Kind(t.kind), Severity: servicecase.Severity(t.severity), Text: t.text, Customer: t.customer, DealKey: t.deal, Product: t.product, Owner: t.owner, Fields: t.fields, Seen: t.seen}
	for _, number := range []struct {
		name, text string
		to         *int64
	}{{"contact", t.contact, &in.ContactID}, {"opportunity", t.opportunity, &in.OpportunityID}} {
		if number.text == "" {
			continue
		}
		n, err := strconv.ParseInt(number.text, 10, 64)
		if err != nil || n < 0 {
			c.Add(number.name, number.text, "form.error.choice", nil)
		}
		*number.to = n
	}
	return in, c.Err()
}

// typedCase is what is recorded, as it would be typed; keys are those of products.
func typedCase(c servicecase.Case, keys map[int64]string) caseTyped {
	t := caseTyped{c.ID, c.Title, string(c.Kind), string(c.Severity), c.Text, c.CustomerKey, "", c.DealKey, keys[c.ProductID], "", "", c.Revision, nil, c.Fields}
	if c.ContactID != 0 {
		t.contact = number(c.ContactID)
	}
	return t
}

func (h *Handler) askCase(w http.ResponseWriter, r *http.Request) error {
	return h.drawCaseForm(w, r, http.StatusOK, nil, nil)
}

// drawCaseForm asks for a new case, or for changes of one. After a conflict the form is meant for what there is now.
func (h *Handler) drawCaseForm(w http.ResponseWriter, r *http.Request, status int, typed *caseTyped, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	title, back := p.T("service.new"), casesURL
	var t caseTyped
	var customerID int64
	var parts []templ.Component
	if r.PathValue("id") != "" {
		id, err := idOf(r.PathValue("id"), "service.missing")
		if err != nil {
			return err
		}
		d, err := h.Cases.Get(ctx, actor, id)
		if err != nil {
			return err
		}
		if !d.MayWrite {
			return errs.New(errs.KindNotFound, "service.missing", nil)
		}
		_, keys, err := h.productChoices(ctx, actor, nil)
		if err != nil {
			return err
		}
		t, title, back, customerID = typedCase(d.Case, keys), p.T("service.edit"), caseURL(id), d.CustomerID
		if typed != nil {
			typed.recorded = t.recorded
		}
		if typed != nil && errs.Is(failure, errs.KindConflict) && typed.seen != t.seen {
			parts = besideCards(p, p.T("service.changed_meanwhile"), caseBeside(p, t, *typed))
			typed.seen, failure = t.seen, nil
		}
	} else if typed == nil {
		t = caseTyped{kind: string(servicecase.KindQuestion), severity: string(servicecase.SeverityNormal), customer: r.FormValue("customer"), deal: r.FormValue("deal"), opportunity: r.FormValue("opportunity")}
	}
	if typed != nil {
		t = *typed
	}
	if customerID == 0 && t.customer != "" {
		page, err := h.Customers.List(ctx, actor, customer.Filter{Search: t.customer, Paging: fact.Paging{Limit: suggestedMax}})
		if err != nil && !errs.Is(err, errs.KindInvalid) {
			return err
		}
		for _, c := range page.Rows {
			if c.Key == t.customer {
				customerID = c.ID
			}
		}
	}
	form, err := h.caseForm(r, t, customerID, failure)
	if err != nil {
		return err
	}
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: back}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: casesKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.cases"), URL: casesURL}, {Label: title}}},
		append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))...))
}

// caseBeside sets what there is now beside what was typed.
func caseBeside(p *i18n.Printer, now, mine caseTyped) []besideField {
	kind := func(t caseTyped) string { return p.Message(servicecase.Kind(t.kind).Message()) }
	severity := func(t caseTyped) string { return p.Message(servicecase.Severity(t.severity).Message()) }
	return []besideField{{p.T("service.case"), now.title, mine.title}, {p.T("service.kind"), kind(now), kind(mine)}, {p.T("service.severity"), severity(now), severity(mine)}, {p.T("service.text"), now.text, mine.text},
		{p.T("sales.deal_key"), now.deal, mine.deal}, {p.T("sales.product"), now.product, mine.product}}
}

func (h *Handler) caseForm(r *http.Request, t caseTyped, customerID int64, failure error) (v ui.FormView, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	own, err := h.ownFields(r, customfield.ObjectCase)
	if err != nil {
		return v, err
	}
	suggest, err := h.dealSuggestions(ctx, actor)
	if err != nil {
		return v, err
	}
	v.Suggest = suggest[:1]
	products, _, err := h.productChoices(ctx, actor, []string{t.product})
	if err != nil {
		return v, err
	}
	people, err := h.Cases.People(ctx, actor)
	if err != nil {
		return v, err
	}
	field := func(name, label, value string, span int) ui.Field {
		return ui.Field{Name: name, Label: p.T(label), Value: value, Span: span}
	}
	optional := func(f ui.Field) ui.Field {
		f.Optional = true
		return f
	}
	choice := func(f ui.Field, kind ui.FieldKind, options []ui.Option) ui.Field {
		f.Kind, f.Options = kind, options
		return f
	}
	buyer := field("customer", "sales.customer_key", t.customer, 6)
	buyer.Suggest, buyer.Autocomplete, buyer.Hint = "some-customers", "off", p.T("sales.customer_pick")
	if t.id != 0 {
		buyer = ui.Field{Name: "customer", Kind: ui.FieldHidden, Value: t.customer}
	}
	fields := []ui.Field{
		buyer,
		field("title", "service.case", t.title, 6),
		choice(field("kind", "service.kind", t.kind, 6), ui.FieldRadio, named(p, "service.kind.", servicecase.Kinds)),
		choice(field("severity", "service.severity", t.severity, 6), ui.FieldRadio, named(p, "service.severity.", servicecase.Severities)),
		{Name: "text", Kind: ui.FieldArea, Label: p.T("service.text"), Value: t.text, Optional: true, Rows: 4},
	}
	if contacts := h.contactChoices(ctx, actor, customerID); len(contacts) > 0 {
		fields = append(fields, optional(choice(field("contact", "service.contact", t.contact, 6), ui.FieldSelect, contacts)))
	}
	fields = append(fields, optional(field("deal", "sales.deal_key", t.deal, 6)), optional(choice(field("product", "sales.product", t.product, 6), ui.FieldSelect, products)))
	fields = append(fields, own.inputs(r, t.recorded)...)
	v.ID, v.Action, v.Submit = "case", casesURL, ui.Action{Label: p.T("service.new"), Kind: ui.ActionPrimary}
	if t.id == 0 {
		fields = append(fields, ownerField(p, people, t.owner, false), ui.Field{Name: "opportunity", Kind: ui.FieldHidden, Value: t.opportunity})
	} else {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(t.seen)})
		v.Action, v.Submit.Label = caseURL(t.id), p.T("common.save")
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// contactChoices are the contacts of a customer that the actor sees.
func (h *Handler) contactChoices(ctx context.Context, actor access.Actor, customerID int64) (options []ui.Option) {
	if customerID == 0 {
		return nil
	}
	page, err := h.Contacts.OfCustomer(ctx, actor, customerID)
	if err != nil { // out of reach: the case goes without
		return nil
	}
	for _, c := range page.Contacts {
		options = append(options, ui.Option{Value: number(c.ID), Label: strings.Trim(c.Name+" · "+c.Title, " ·")})
	}
	return options
}

func (h *Handler) openCase(w http.ResponseWriter, r *http.Request) error { return h.keepCase(w, r, 0) }

func (h *Handler) changeCase(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "service.missing")
	if err != nil {
		return err
	}
	return h.keepCase(w, r, id)
}

func (h *Handler) keepCase(w http.ResponseWriter, r *http.Request, id int64) error {
	t, err := caseTypedOf(r, id)
	if err != nil {
		return err
	}
	in, err := t.entry()
	var c servicecase.Case
	if err == nil && id == 0 {
		c, err = h.Cases.Open(r.Context(), access.ActorFrom(r.Context()), in)
	} else if err == nil {
		c, err = h.Cases.Change(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, caseURL(c.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawCaseForm(w, r, httpx.StatusOf(err), &t, err)
}

// caseAct does something with a case and shows it again: with what is wrong in the form of that name, or, without a name, above.
func (h *Handler) caseAct(w http.ResponseWriter, r *http.Request, form string, do func(id, seen int64) error) error {
	id, err := idOf(r.PathValue("id"), "service.missing")
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
		http.Redirect(w, r, caseURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	case errs.Is(err, errs.KindConflict):
		form = ""
	}
	return h.drawCase(w, r, httpx.StatusOf(err), form, err)
}

func (h *Handler) assignCase(w http.ResponseWriter, r *http.Request) error {
	return h.caseAct(w, r, "assign", func(id, seen int64) error {
		_, err := h.Cases.Assign(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("owner"), seen)
		return err
	})
}

func (h *Handler) moveCase(w http.ResponseWriter, r *http.Request) error {
	return h.caseAct(w, r, "move", func(id, seen int64) error {
		_, err := h.Cases.Move(r.Context(), access.ActorFrom(r.Context()), servicecase.Step{ID: id, State: servicecase.State(r.PostFormValue("state")), Solution: r.PostFormValue("solution"), Seen: seen})
		return err
	})
}

func (h *Handler) commentCase(w http.ResponseWriter, r *http.Request) error {
	return h.caseAct(w, r, "comment", func(id, _ int64) error {
		_, err := h.Cases.Comment(r.Context(), access.ActorFrom(r.Context()), servicecase.Remark{CaseID: id, Text: r.PostFormValue("text"), Public: r.PostFormValue("to") == "public"})
		return err
	})
}

// customerCasesShown is how many open cases a customer's page lists.
const customerCasesShown = 20

// customerCases is the after-sales card of a customer: who looks after it, and what is open; open counts what it shows.
func (h *Handler) customerCases(r *http.Request, p *i18n.Printer, c customer.Customer) (card templ.Component, open int, err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	page, err := h.Cases.List(ctx, actor, servicecase.Filter{CustomerID: c.ID, Open: true, Opened: fact.AnyDay(), Paging: fact.Paging{Sort: servicecase.SortDue, Limit: customerCasesShown}})
	if err != nil {
		return nil, 0, err
	}
	owner, err := h.Cases.OwnerOf(ctx, actor, c.ID)
	if err != nil {
		return nil, 0, err
	}
	var items []ui.Item
	for _, one := range page.Rows {
		items = append(items, ui.Item{Icon: "headset", Title: one.Title, URL: caseURL(one.ID), Beside: ownerText(p, one), Chips: []ui.Chip{caseChip(p, one.State)}, Clock: h.caseClock(p, one)})
	}
	view := ui.CardView{ID: "service", Title: p.T("service.after_sales"), Sub: p.T("service.looked_after", "Who", text(owner.Name)), Count: len(items), Flush: true,
		More: &ui.Link{Label: p.T("service.all_cases"), URL: ui.URLWith(casesURL, nil, "customer", number(c.ID), "state", "all")}}
	content := []templ.Component{listOr(p, items)}
	if actor.Can(access.PermWorkWrite) {
		people, err := h.Cases.People(ctx, actor)
		if err != nil {
			return nil, 0, err
		}
		view.Actions = []ui.Action{{Label: p.T("service.new"), Icon: "plus", Small: true, URL: ui.URLWith(newCaseURL, nil, "customer", c.Key)}}
		field := ownerField(p, people, owner.Key, false)
		field.ID, field.Placeholder, field.Label = "f-service-owner", p.T("service.nobody"), p.T("service.looks_after")
		content = append(content, ui.Filled(ui.CardView{Span: -1, Label: p.T("service.looks_after")}, ui.Form(ui.FormView{ID: "service-owner", Action: customerURL(c.ID) + "/service-owner", Fields: []ui.Field{field}, Submit: ui.Action{Label: p.T("service.look_after")}})))
	}
	return ui.Filled(view, content...), len(items), nil
}

func (h *Handler) setServiceOwner(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "customer.missing")
	if err != nil {
		return err
	}
	if err := h.Cases.LookAfter(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("owner")); err != nil {
		return err
	}
	http.Redirect(w, r, customerURL(id)+"?saved=1", http.StatusSeeOther)
	return nil
}
