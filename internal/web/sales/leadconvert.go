package sales

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) askConvertLead(w http.ResponseWriter, r *http.Request) error {
	return h.drawConvertLead(w, r, http.StatusOK, nil)
}

// drawConvertLead asks which customer the lead becomes and what may be sold. Customers like it are told of: one within reach can be taken
// with a click.
func (h *Handler) drawConvertLead(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.writableLead(r)
	if err != nil {
		return err
	}
	if !d.Status.Open() {
		return errs.New(errs.KindConflict, "lead.not_open", nil)
	}
	twins, err := h.Leads.Twins(ctx, actor, lead.Likeness{ID: d.ID, Company: d.Company, Phone: d.Phone})
	if err != nil {
		return err
	}
	form, err := h.convertForm(r, d, failure)
	if err != nil {
		return err
	}
	var parts []templ.Component
	if len(twins) > 0 {
		parts = append(parts, ui.Across(leadTwinNote(p, twins)))
		var take []templ.Component
		for _, t := range twins {
			if t.Kind == lead.TwinCustomer && t.ID != 0 && r.Method == http.MethodGet && r.FormValue("customer") != t.Key {
				take = append(take, ui.Button(ui.Action{Label: p.T("lead.take_customer", "Name", t.Name), Icon: "link", Small: true, URL: ui.URLWith(convertLeadPath+number(d.ID), nil, "customer", t.Key)}))
			}
		}
		if len(take) > 0 {
			parts = append(parts, ui.Across(ui.Beside(take...)))
		}
	}
	title := p.T("lead.convert")
	parts = append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Label(), Current: leadsKey, Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.leads"), URL: leadsURL}, {Label: d.Label(), URL: leadURL(d.ID)}, {Label: title}}}, parts...))
}

func (h *Handler) convertForm(r *http.Request, d lead.Detail, failure error) (v ui.FormView, err error) {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	typed := func(name, usual string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return usual
	}
	if v.Suggest, err = h.dealSuggestions(r.Context(), actor); err != nil {
		return v, err
	}
	products, _, err := h.productChoices(r.Context(), actor, r.PostForm["products"])
	if err != nil {
		return v, err
	}
	own, err := h.ownFields(r, customfield.ObjectOpportunity)
	if err != nil {
		return v, err
	}
	fields := []ui.Field{
		{Name: "customer", Label: p.T("lead.there_already"), Value: typed("customer", r.FormValue("customer")), Suggest: "some-customers", Autocomplete: "off", Optional: true, Hint: p.T("lead.there_already_hint")},
		{Name: "name", Label: p.T("lead.new_customer_name"), Value: typed("name", d.Label()), Optional: true, Span: 6},
		{Name: "credit_code", Label: p.T("sales.credit_code"), Value: typed("credit_code", ""), Optional: true, Span: 6},
		{Name: "city", Label: p.T("sales.city"), Value: typed("city", d.City), Optional: true, Span: 6},
		{Name: "industry", Label: p.T("sales.industry"), Value: typed("industry", d.Industry), Optional: true, Span: 6},
		{Name: "key", Label: p.T("sales.customer_key"), Value: typed("key", ""), Optional: true, Hint: p.T("lead.key_hint"), Span: 6},
		{Name: "opportunity", Label: p.T("opportunity.name"), Value: typed("opportunity", ""), Hint: p.T("opportunity.name_hint"), Span: 6},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("opportunity.amount"), Value: typed("amount", ""), Optional: true, Span: 6},
		{Name: "currency", Label: p.T("sales.currency"), Value: typed("currency", string(h.Currency())), Suggest: "some-currencies", Autocomplete: "off", Span: 6},
		{Name: "expected_on", Kind: ui.FieldDate, Label: p.T("opportunity.expected_on"), Value: typed("expected_on", (h.today() + 30).String()), Span: 6},
		{Name: "stage", Kind: ui.FieldSelect, Label: p.T("opportunity.stage"), Value: typed("stage", string(own.stages.First())), Options: stageOptions(p, own.stages, own.stages.Of(opportunity.StateOpen)), Span: 6},
	}
	if len(products) > 0 {
		fields = append(fields, ui.Field{Name: "products", Kind: ui.FieldChecks, Label: p.T("opportunity.products"), Options: products, Optional: true})
	}
	if isThere(failure) || r.PostFormValue("despite") != "" {
		fields = append(fields, ui.Field{Name: "despite", Kind: ui.FieldCheck, Label: p.T("lead.despite"), Value: "1", Checked: r.PostFormValue("despite") != "", Optional: true})
	}
	fields = append(fields, own.inputs(r, "")...)
	fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)})
	v.ID, v.Action, v.Submit = "convert", convertLeadPath+number(d.ID), ui.Action{Label: p.T("lead.convert_button"), Kind: ui.ActionPrimary, Icon: "arrow-right"}
	v.Consequence, v.Cancel = p.T("lead.convert_consequence"), &ui.Link{Label: p.T("common.cancel"), URL: leadURL(d.ID)}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// isThere reports whether a customer of the same name kept a new one out.
func isThere(failure error) bool {
	e, ok := errors.AsType[*errs.Error](failure)
	return ok && e.Message.Key == "lead.customer_there"
}

func (h *Handler) convertLead(w http.ResponseWriter, r *http.Request) error {
	id, err := leadID(r)
	if err != nil {
		return err
	}
	in, err := conversionOf(r, id)
	var o opportunity.Opportunity
	if err == nil {
		o, err = h.Leads.Convert(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, opportunityURL(o.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawConvertLead(w, r, httpx.StatusOf(err), err)
}
