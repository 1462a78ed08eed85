package sales

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// The page of a customer begins with what one needs before a call: whom to speak to, when, about what, and what was said last. Everything else stands in
// sections below that are folded on a phone.

func (h *Handler) showCustomer(w http.ResponseWriter, r *http.Request) error {
	return h.drawCustomer(w, r, http.StatusOK, mishap{})
}

func (h *Handler) drawCustomer(w http.ResponseWriter, r *http.Request, status int, failed mishap) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := customerID(r)
	if err != nil {
		return err
	}
	d, err := h.Customers.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if d.ID != id { // it was merged into that one
		http.Redirect(w, r, customerURL(d.ID)+"?merged="+number(id), http.StatusSeeOther)
		return nil
	}
	kept, err := h.keepingCards(r, p, d.ID, d.MayWrite, failed)
	if err != nil {
		return err
	}
	parts := customerBeside(p, r, d.Customer, failed.of(formCustomer))
	parts = append(parts, kept.beside...)
	parts = append(parts, savedNote(p, r)...)
	if r.URL.Query().Get("merged") != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "merged", Strong: p.T("customer.now_called")})))
	}
	talk, err := h.dealingsCards(r, p, d, failed)
	if err != nil {
		return err
	}
	sections, err := h.customerSections(r, p, d, kept, failed)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: d.Name, Subtitle: customerLine(d.Customer, kept), Current: "customers", Crumbs: []ui.Crumb{{Label: p.T("nav.customers"), URL: "/customers"}, {Label: d.Name}}}
	view.Actions = customerActions(p, actor, d)
	return ui.Write(w, r, status, ui.Compose(view, slices.Concat(parts, talk, sections)...))
}

// customerLine says in a line which customer this is, where it stands, and until when it should be contacted.
func customerLine(c customer.Customer, kept keeping) string {
	var parts []string
	for _, part := range []string{c.Key, c.Industry, c.City, kept.tier, kept.due} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// customerActions are what the head of a customer's page leads to.
func customerActions(p *i18n.Printer, actor access.Actor, d customer.Detail) []ui.Action {
	actions := []ui.Action{{Label: p.T("pool.whose"), Icon: "user-check", URL: "/holdings/" + number(d.ID)}, {Label: p.T("files.title"), Icon: "paperclip", URL: "/files/customer/" + number(d.ID)}}
	if actor.Can(access.PermCustomerMerge) {
		actions = append(actions, ui.Action{Label: p.T("customer.find_twins"), Icon: "copy", URL: ui.URLWith("/duplicates", nil, "first", d.Key), DeskOnly: true})
	}
	if d.MayWrite {
		actions = append(actions, ui.Action{Label: p.T("sales.new_deal"), Icon: "plus", URL: ui.URLWith(newDealURL, nil, "customer", d.Key)})
	}
	return actions
}

// customerSections are what is looked up of a customer now and then.
func (h *Handler) customerSections(r *http.Request, p *i18n.Printer, d customer.Detail, kept keeping, failed mishap) ([]templ.Component, error) {
	cases, open, err := h.customerCases(r, p, d.Customer)
	if err != nil {
		return nil, err
	}
	service := ui.FoldedView{ID: "section-service", Title: p.T("sales.section_service"), Sub: strings.TrimSuffix(p.T("sales.section_service_sub", "Cases", open)+" · "+kept.complete, " · ")}
	sections := []templ.Component{ui.FoldedWith(service, append([]templ.Component{cases}, kept.cards...)...)}
	offered, err := h.offeredTo(r, p, d.ID)
	if err != nil {
		return nil, err
	}
	if len(offered) > 0 {
		sections = append(sections, ui.FoldedWith(ui.FoldedView{ID: "section-offered", Title: p.T("sales.section_offered")}, offered...))
	}
	bought, err := h.boughtSection(r, p, d)
	if err != nil {
		return nil, err
	}
	record, err := h.recordSection(r, p, d, failed)
	return append(sections, bought, record), err
}

// boughtSection lists what a customer bought and paid, and who sold it.
func (h *Handler) boughtSection(r *http.Request, p *i18n.Printer, d customer.Detail) (templ.Component, error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	deals, err := h.Deals.List(ctx, actor, deal.Filter{CustomerID: d.ID, Signed: fact.AnyDay(), Paging: fact.Paging{Limit: fact.LimitMax}})
	if err != nil {
		return nil, err
	}
	paid, err := h.Deals.Payments(ctx, actor, deal.PaymentFilter{CustomerID: d.ID, Paid: fact.AnyDay()})
	if err != nil {
		return nil, err
	}
	var sellers []ui.Item
	for _, s := range d.Sellers {
		sellers = append(sellers, ui.Item{Avatar: lastTwo(s.Name), Title: s.Name, URL: personURL(actor, s.PersonID), Beside: p.T("sales.deals_of", "Count", s.Deals)})
	}
	return ui.FoldedWith(ui.FoldedView{ID: "section-bought", Title: p.T("sales.section_bought"), Sub: p.T("sales.section_bought_sub", "Signed", text(sums(p, deals.Total)), "Paid", text(sums(p, paid.Total)))},
		ui.Filled(ui.CardView{Title: p.T("nav.deals"), Count: int(deals.Total.Count), Flush: true, More: &ui.Link{Label: p.T("common.all"), URL: "/deals?customer=" + number(d.ID)}}, ui.Table(dealTable(p, deals.Rows))),
		ui.Filled(ui.CardView{Title: p.T("nav.payments"), Count: int(paid.Total.Count), Flush: true, More: &ui.Link{Label: p.T("common.all"), URL: "/payments?customer=" + number(d.ID)}}, ui.Table(paymentTable(p, paid.Rows))),
		ui.Filled(ui.CardView{Title: p.T("sales.sellers"), Count: len(sellers), Flush: true}, listOr(p, sellers)),
	), nil
}

// recordSection is what is recorded of a customer, the form that corrects it, and all that was ever recorded.
func (h *Handler) recordSection(r *http.Request, p *i18n.Printer, d customer.Detail, failed mishap) (templ.Component, error) {
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Customer.Name, text(v.Customer.Industry), text(v.Customer.City), text(v.Customer.CreditCode), text(strings.Trim(v.Customer.Tier+" · "+v.Customer.Region, " ·"))}, v.Mark})
	}
	users, err := h.userNames(r.Context(), marks)
	if err != nil {
		return nil, err
	}
	parts := []templ.Component{ui.Filled(ui.CardView{Title: p.T("sales.record")}, ui.Facts([]ui.Fact{
		{Term: p.T("sales.customer_key"), Text: d.Key}, {Term: p.T("sales.industry"), Text: text(d.Industry)}, {Term: p.T("sales.city"), Text: text(d.City)},
		{Term: p.T("sales.credit_code"), Text: text(d.CreditCode)}, {Term: p.T("sales.recorded_tier"), Text: text(d.Tier)}, {Term: p.T("sales.customer_region"), Text: text(d.Region)},
	}))}
	if d.MayWrite {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.correct_customer")}, ui.FormWith(customerForm(p, r, d.Customer, failed.of(formCustomer)), twinsAsked(p, nil))))
	}
	parts = append(parts, historyCard(p, []string{p.T("sales.customer_name"), p.T("sales.industry"), p.T("sales.city"), p.T("sales.credit_code"), p.T("sales.tier_region")}, versions, users))
	return ui.FoldedWith(ui.FoldedView{ID: "section-record", Title: p.T("sales.section_record"), Sub: p.T("sales.section_record_sub", "Count", len(versions))}, parts...), nil
}
