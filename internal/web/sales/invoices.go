package sales

import (
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func invoiceColumns(p *i18n.Printer, sortable bool) []ui.Column {
	return []ui.Column{
		{Key: deal.SortKey, Label: p.T("sales.invoice_key"), Sortable: sortable, Kind: ui.ColumnNarrow},
		{Key: deal.SortInvoiced, Label: p.T("sales.invoiced_on"), Sortable: sortable, Kind: ui.ColumnNarrow, Phone: true, Fixed: true},
		{Key: "deal", Label: p.T("sales.deal_key"), Kind: ui.ColumnNarrow},
		{Key: "customer", Label: p.T("common.customer"), Phone: true},
		{Key: "sellers", Label: p.T("sales.sellers")},
		{Key: deal.SortAmount, Label: p.T("common.amount"), Sortable: sortable, Kind: ui.ColumnNumber, Phone: true},
	}
}

func invoiceRows(p *i18n.Printer, invoices []deal.InvoiceRow) (rows []ui.Row) {
	for _, i := range invoices {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: i.Key, URL: keyURL("/invoices/", i.Key)}, {Text: i.InvoicedOn.String(), URL: keyURL("/invoices/", i.Key)},
			{Text: i.DealKey, URL: keyURL("/deals/", i.DealKey)}, ui.LinkTo(i.CustomerName, customerURL(i.CustomerID)), ui.Text(sharersText(p, i.Sharers)), amountCell(i.AmountMinor, i.Currency)}})
	}
	return rows
}

// invoiceTable shows invoices within another page.
func invoiceTable(p *i18n.Printer, invoices []deal.InvoiceRow) ui.TableView {
	return ui.TableView{Label: p.T("nav.invoices"), Columns: invoiceColumns(p, false), Rows: invoiceRows(p, invoices), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("sales.no_invoices")}}
}

func (h *Handler) invoiceFilter(r *http.Request) (*listing, deal.InvoiceFilter, error) {
	l, err := h.list(r, "invoices", invoiceColumns(httpx.PrinterFrom(r.Context()), true), ui.Sort{Key: deal.SortInvoiced, Descending: true})
	if err != nil {
		return nil, deal.InvoiceFilter{}, err
	}
	return l, deal.InvoiceFilter{Search: l.get("q"), CustomerID: l.id("customer"), PersonID: l.id("person"), TeamID: l.id("team"), Invoiced: l.days(), Amounts: l.amounts(),
		Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listInvoices(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.invoiceFilter(r)
	if err != nil {
		return err
	}
	var page deal.InvoicePage
	if err = l.wrong.Err(); err == nil {
		page, err = h.Deals.Invoices(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	p := l.p
	fields := append(l.teamField(teams), l.rangeFields()...)
	fields = append(fields, l.kept("customer", p.T("common.customer"))...)
	fields = append(fields, l.kept("person", p.T("common.person"))...)
	total := sums(p, page.Total)
	view := ui.PageView{Title: p.T("nav.invoices"), Subtitle: p.T("sales.invoices_sub")}
	table := l.table(view.Title, invoiceRows(p, page.Rows), totalRow(p, l.columns, map[string]string{deal.SortAmount: total}), page.Total, page.Next, p.T("sales.sum", "Sum", text(total)))
	return l.draw(w, r, view, l.bar(p.T("sales.search_invoices"), fields, failure), table, failure)
}

func (h *Handler) exportInvoices(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.invoiceFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "invoices", Sheet: p.T("nav.invoices"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.invoice_key"), p.T("sales.invoiced_on"), p.T("sales.deal_key"), p.T("common.customer"), p.T("sales.sellers"), p.T("common.amount"), p.T("sales.currency")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Deals.EachInvoice(l.ctx, l.actor, filter, func(i deal.InvoiceRow) error {
				return write(tabular.Text(i.Key), tabular.Text(i.InvoicedOn.String()), tabular.Text(i.DealKey), tabular.Text(i.CustomerName), tabular.Text(sharersText(p, i.Sharers)),
					tabular.Number(money.Format(i.AmountMinor, i.Currency)), tabular.Text(string(i.Currency)))
			})
		},
	})
}

func (h *Handler) showInvoice(w http.ResponseWriter, r *http.Request) error {
	return h.drawInvoice(w, r, http.StatusOK, nil)
}

func (h *Handler) drawInvoice(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.Deals.Invoice(ctx, actor, r.PathValue("key"))
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Invoice.InvoicedOn.String(), p.Money(v.Invoice.AmountMinor, v.Invoice.Currency)}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	kind := p.T("sales.invoice")
	if d.AmountMinor < 0 {
		kind = p.T("sales.credit_note")
	}
	parts := append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 6}, ui.Facts([]ui.Fact{
		{Term: p.T("common.amount"), Text: p.Money(d.AmountMinor, d.Currency)}, {Term: p.T("sales.invoiced_on"), Text: d.InvoicedOn.String()},
		{Term: p.T("sales.deal_key"), Text: d.DealKey, URL: keyURL("/deals/", d.DealKey)}, {Term: p.T("common.customer"), Text: d.CustomerName, URL: customerURL(d.CustomerID)},
		{Term: p.T("sales.sellers"), Text: sharersText(p, d.Sharers)},
	})))
	if d.MayWrite {
		form := invoiceFields(p, r, d.Invoice, failure)
		form.Action, form.Submit, form.Consequence = keyURL("/invoices/", d.Key), ui.Action{Label: p.T("sales.correct_button"), Kind: ui.ActionPrimary}, p.T("sales.correct_consequence")
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.correct_invoice"), Span: 6}, ui.Form(form)))
	}
	parts = append(parts, historyCard(p, []string{p.T("sales.invoiced_on"), p.T("common.amount")}, versions, users))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: d.Key, Subtitle: kind, Current: "invoices",
		Crumbs: []ui.Crumb{{Label: p.T("nav.invoices"), URL: "/invoices"}, {Label: d.Key}}}, parts...))
}

// invoiceForm asks for a new invoice of a deal.
func (h *Handler) invoiceForm(p *i18n.Printer, r *http.Request, d deal.Row, failure error) ui.FormView {
	v := invoiceFields(p, r, deal.Invoice{InvoicedOn: h.today(), Currency: d.Currency}, failure)
	v.Action, v.Submit = keyURL("/deals/", d.Key)+"/invoices", ui.Action{Label: p.T("sales.record_invoice_button"), Kind: ui.ActionPrimary, Icon: "receipt"}
	v.Consequence = p.T("sales.record_invoice_consequence")
	return v
}

// invoiceFields ask for an invoice; what was typed wins over what is recorded. An invoice that is new has no key yet.
func invoiceFields(p *i18n.Printer, r *http.Request, i deal.Invoice, failure error) ui.FormView {
	typed := func(name, recorded string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return recorded
	}
	amount := ""
	if i.AmountMinor != 0 {
		amount = money.Format(i.AmountMinor, i.Currency)
	}
	fields := []ui.Field{
		{Name: "invoiced_on", Kind: ui.FieldDate, Label: p.T("sales.invoiced_on"), Value: typed("invoiced_on", i.InvoicedOn.String()), Span: 6},
		{Name: "amount", ID: "f-invoice-amount", Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: typed("amount", amount), Unit: ui.UnitOf(p, i.Currency), Hint: p.T("sales.credit_note_hint"), Span: 6},
	}
	if i.Key == "" {
		fields = append([]ui.Field{{Name: "key", ID: "f-invoice-key", Label: p.T("sales.invoice_key"), Value: typed("key", ""), Span: 6}}, fields...)
	} else {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", number(int64(i.Recorded)))})
	}
	v := ui.FormView{ID: "invoice"}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

// invoiceTyped reads an invoice of a form.
func invoiceTyped(r *http.Request, key string, currency money.Currency) (in deal.InvoiceEntry, err error) {
	var c fact.Checker
	in = deal.InvoiceEntry{Key: key, Seen: seenOf(r)}
	if in.InvoicedOn, err = calendar.ParseDate(r.PostFormValue("invoiced_on")); err != nil {
		c.Add("invoiced_on", r.PostFormValue("invoiced_on"), "form.error.date", nil)
	}
	var ok bool
	if in.AmountMinor, ok = parseAmount(r.PostFormValue("amount"), currency); !ok {
		c.Add("amount", r.PostFormValue("amount"), "form.error.number", nil)
	}
	return in, c.Err()
}

func (h *Handler) recordInvoice(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("key")
	d, err := h.Deals.Get(ctx, actor, key)
	if err != nil {
		return err
	}
	in, err := invoiceTyped(r, strings.TrimSpace(r.PostFormValue("key")), d.Currency)
	in.DealKey, in.Seen = key, 0
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Deals.RecordInvoice(ctx, actor, in)
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/deals/", key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawDeal(w, r, httpx.StatusOf(err), "invoice", err)
}

func (h *Handler) correctInvoice(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("key")
	d, err := h.Deals.Invoice(ctx, actor, key)
	if err != nil {
		return err
	}
	in, err := invoiceTyped(r, key, d.Currency)
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Deals.CorrectInvoice(ctx, actor, in)
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/invoices/", key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawInvoice(w, r, httpx.StatusOf(err), err)
}
