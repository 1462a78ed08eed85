package sales

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func customerColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: customer.SortName, Label: p.T("sales.customer_name"), Sortable: true, Phone: true, Fixed: true},
		{Key: customer.SortKey, Label: p.T("sales.customer_key"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "standing", Label: p.T("tiers.tier"), Kind: ui.ColumnNarrow, Phone: true},
		{Key: "industry", Label: p.T("sales.industry")},
		{Key: customer.SortCity, Label: p.T("sales.city"), Sortable: true},
		{Key: "credit_code", Label: p.T("sales.credit_code"), Kind: ui.ColumnNarrow},
		{Key: "deals", Label: p.T("sales.deal_count"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "last", Label: p.T("sales.last_signed"), Kind: ui.ColumnNarrow},
	}
}

func (h *Handler) customerFilter(r *http.Request) (*listing, customer.Filter, error) {
	own, err := h.ownFields(r, customfield.ObjectCustomer)
	if err != nil {
		return nil, customer.Filter{}, err
	}
	l, err := h.list(r, "customers", append(customerColumns(own.p), own.columns(r.URL.Query())...), ui.Sort{Key: customer.SortKey})
	if err != nil {
		return nil, customer.Filter{}, err
	}
	l.own = own
	return l, customer.Filter{Fields: own.conditions(l), Search: l.get("q"), Industry: l.get("industry"), City: l.get("city"), PersonID: l.id("person"), Standing: l.get("standing"), Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func customerURL(id int64) string { return "/customers/" + number(id) }

func (h *Handler) listCustomers(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.customerFilter(r)
	if err != nil {
		return err
	}
	var page customer.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Customers.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	if l.own, err = h.ownFieldsOf(r, customfield.ObjectCustomer, setsOf(page.Rows, func(c customer.Row) customfield.Set { return c.Fields })); err != nil {
		return err
	}
	var rows []ui.Row
	for _, c := range page.Rows {
		rows = append(rows, ui.Row{Cells: append([]ui.Cell{{Text: c.Name, URL: customerURL(c.ID), Phone: c.City, Sub: formerly(p, c)}, ui.Text(c.Key), standingCell(c.Standing), ui.Text(text(c.Industry)), ui.Text(text(c.City)),
			ui.Text(text(c.CreditCode)), ui.Text(p.Int(c.Deals)), ui.Text(text(dayText(c.LastSigned)))}, l.own.cells(c.Fields)...)})
		if l.actor.Can(access.PermSalesWrite) {
			cells := rows[len(rows)-1].Cells
			cells[3].Edit, cells[3].EditPage = cellURL("/customers/", c.ID, cellIndustry), customerURL(c.ID)
			cells[4].Edit, cells[4].EditPage = cellURL("/customers/", c.ID, cellCity), customerURL(c.ID)
		}
	}
	fields := []ui.Field{
		standingField(p, l.get("standing")),
		{Name: "industry", Label: p.T("sales.industry"), Value: l.get("industry"), Optional: true},
		{Name: "city", Label: p.T("sales.city"), Value: l.get("city"), Optional: true},
	}
	fields = append(fields, l.own.filters(l)...)
	view := ui.PageView{Title: p.T("nav.customers"), Subtitle: p.T("sales.customers_sub"), Tabs: customerTabs(p, "customers"), Scripts: []string{ui.CellScript}}
	if l.actor.Can(access.PermSalesWrite) {
		view.Actions = []ui.Action{{Label: p.T("sales.new_customer"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/customers/new"}}
	}
	return l.draw(w, r, view, l.bar(p.T("sales.search_customers"), fields, failure), l.table(view.Title, rows, nil, fact.Total{Count: page.Count, More: page.More}, page.Next, ""), failure)
}

// formerly says under which other names a customer is known, too; empty for none.
func formerly(p *i18n.Printer, c customer.Row) string {
	if len(c.Formerly) == 0 {
		return ""
	}
	return p.T("customer.formerly", "Names", p.Join(c.Formerly))
}

// dayText writes a day as tables do; nothing for none.
func dayText(d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return ""
	}
	return d.String()
}

func (h *Handler) exportCustomers(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.customerFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "customers", Sheet: p.T("nav.customers"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: append([]string{p.T("sales.customer_key"), p.T("sales.customer_name"), p.T("tiers.tier"), p.T("sales.industry"), p.T("sales.city"), p.T("sales.credit_code"), p.T("sales.deal_count"), p.T("sales.last_signed")}, l.own.heads()...),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Customers.Each(l.ctx, l.actor, filter, func(c customer.Row) error {
				return write(append([]tabular.Cell{tabular.Text(c.Key), tabular.Text(c.Name), tabular.Text(c.Standing), tabular.Text(c.Industry), tabular.Text(c.City), tabular.Text(c.CreditCode),
					tabular.Number(number(c.Deals)), tabular.Text(dayText(c.LastSigned))}, l.own.exported(c.Fields)...)...)
			})
		},
	})
}

func customerID(r *http.Request) (int64, error) {
	if r.PathValue("id") == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	return id, nil
}

func listOr(p *i18n.Printer, items []ui.Item) templ.Component {
	if len(items) == 0 {
		return ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.title")})
	}
	return ui.List(items)
}

// personURL leads to a person for those who may see the organisation.
func personURL(actor access.Actor, id int64) string {
	if !actor.Can(access.PermOrgRead) {
		return ""
	}
	return "/people/" + number(id)
}

func lastTwo(name string) string {
	runes := []rune(name)
	return string(runes[max(0, len(runes)-2):])
}

// customerForm asks for a customer; what was typed wins over what is recorded.
func customerForm(p *i18n.Printer, r *http.Request, c customer.Customer, failure error) ui.FormView {
	typed := func(name, recorded string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return recorded
	}
	fields := []ui.Field{
		{Name: "name", Label: p.T("sales.customer_name"), Value: typed("name", c.Name), Span: 6},
		{Name: "industry", Label: p.T("sales.industry"), Value: typed("industry", c.Industry), Optional: true, Span: 6},
		{Name: "city", Label: p.T("sales.city"), Value: typed("city", c.City), Optional: true, Span: 6},
		{Name: "credit_code", Label: p.T("sales.credit_code"), Value: typed("credit_code", c.CreditCode), Optional: true, Hint: p.T("sales.credit_code_hint"), Span: 6},
		{Name: "tier", Label: p.T("sales.tier"), Value: typed("tier", c.Tier), Optional: true, Hint: p.T("sales.tier_hint"), Span: 6},
		{Name: "region", Label: p.T("sales.customer_region"), Value: typed("region", c.Region), Optional: true, Hint: p.T("sales.customer_region_hint"), Span: 6},
	}
	v := ui.FormView{ID: "customer", Action: "/customers", Submit: ui.Action{Label: p.T("sales.new_customer_button"), Kind: ui.ActionPrimary}}
	if c.ID == 0 {
		fields = append([]ui.Field{{Name: "key", Label: p.T("sales.customer_key"), Value: typed("key", ""), Span: 6}}, fields...)
	} else {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", number(int64(c.Recorded)))}, ui.Field{Name: "id", Kind: ui.FieldHidden, Value: number(c.ID)})
		v.Action, v.Submit.Label, v.Consequence = customerURL(c.ID), p.T("sales.correct_button"), p.T("sales.correct_consequence")
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

func (h *Handler) newCustomer(w http.ResponseWriter, r *http.Request) error {
	return h.drawNewCustomer(w, r, http.StatusOK, nil, nil)
}

// drawNewCustomer asks for a new customer; with twins it tells of them, and sending it again enters it all the same.
func (h *Handler) drawNewCustomer(w http.ResponseWriter, r *http.Request, status int, failure error, twins []customer.Twin) error {
	p := httpx.PrinterFrom(r.Context())
	if err := access.ActorFrom(r.Context()).Require(access.PermSalesWrite); err != nil {
		return err
	}
	form := customerForm(p, r, customer.Customer{}, failure)
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: "/customers"}
	if len(twins) > 0 || r.PostFormValue("despite") != "" {
		form.Fields = append(form.Fields, ui.Field{Name: "despite", Kind: ui.FieldHidden, Value: "1"})
		form.Submit.Label, form.Consequence = p.T("customer.enter_despite"), p.T("customer.enter_despite_consequence")
	}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: p.T("sales.new_customer"), Current: "customers", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.customers"), URL: "/customers"}, {Label: p.T("sales.new_customer")}}},
		ui.Filled(ui.CardView{Label: p.T("sales.new_customer")}, ui.FormWith(form, twinsAsked(p, twins)))))
}

func (h *Handler) saveCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	seen, _ := strconv.ParseInt(value("seen"), 10, 64)
	tier, region := value("tier"), value("region")
	in := customer.Entry{ID: id, Key: value("key"), Name: value("name"), Industry: value("industry"), City: value("city"), CreditCode: naming.CreditCode(value("credit_code")),
		Tier: &tier, Region: &region, Seen: fact.BatchID(seen)}
	if twins, err := h.warned(r, in); err != nil {
		return err
	} else if len(twins) > 0 {
		return h.drawNewCustomer(w, r, http.StatusConflict, errTwins(), twins)
	}
	saved, receipt, err := h.Customers.Save(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		return done(w, r, customerURL(saved), receipt)
	case !mendable(err):
		return err
	case id == 0:
		return h.drawNewCustomer(w, r, httpx.StatusOf(err), err, nil)
	}
	return h.drawCustomer(w, r, httpx.StatusOf(err), mishap{formCustomer, err})
}

// keyURL is the address of something named by a key of the company's own, whatever is in it.
func keyURL(path, key string) string { return path + url.PathEscape(key) }
