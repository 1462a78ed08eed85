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

func dealColumns(p *i18n.Printer, sortable bool) []ui.Column {
	return []ui.Column{
		{Key: deal.SortKey, Label: p.T("sales.deal_key"), Sortable: sortable, Phone: true, Fixed: true, Kind: ui.ColumnNarrow},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "product", Label: p.T("sales.product")},
		{Key: "sellers", Label: p.T("sales.sellers")},
		{Key: deal.SortSigned, Label: p.T("sales.signed_on"), Sortable: sortable, Kind: ui.ColumnNarrow},
		{Key: deal.SortAmount, Label: p.T("sales.deal_amount"), Sortable: sortable, Kind: ui.ColumnNumber, Phone: true},
		{Key: "paid", Label: p.T("sales.collected"), Kind: ui.ColumnNumber},
	}
}

func sharersText(p *i18n.Printer, sharers []deal.Sharer) string {
	var texts []string
	for _, s := range sharers {
		if len(sharers) == 1 {
			return text(s.Name)
		}
		texts = append(texts, text(s.Name)+" "+percentOf(p, s.BasisPoints))
	}
	return text(p.Join(texts))
}

func dealRows(p *i18n.Printer, deals []deal.Row) (rows []ui.Row) {
	for _, d := range deals {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: d.Key, URL: keyURL("/deals/", d.Key), Phone: d.CustomerName}, ui.LinkTo(d.CustomerName, customerURL(d.CustomerID)),
			{Text: d.ProductName, Sub: d.Category}, ui.Text(sharersText(p, d.Sharers)), ui.Text(d.SignedOn.String()), amountCell(d.AmountMinor, d.Currency), amountCell(d.PaidMinor, d.Currency)}})
	}
	return rows
}

// dealTable shows deals within another page.
func dealTable(p *i18n.Printer, deals []deal.Row) ui.TableView {
	return ui.TableView{Label: p.T("nav.deals"), Columns: dealColumns(p, false), Rows: dealRows(p, deals), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("sales.no_deals")}}
}

func (h *Handler) dealFilter(r *http.Request) (*listing, deal.Filter, error) {
	l, err := h.list(r, "deals", dealColumns(httpx.PrinterFrom(r.Context()), true), ui.Sort{Key: deal.SortSigned, Descending: true})
	if err != nil {
		return nil, deal.Filter{}, err
	}
	return l, deal.Filter{Search: l.get("q"), CustomerID: l.id("customer"), ProductID: l.id("product"), PersonID: l.id("person"), TeamID: l.id("team"),
		Signed: l.days(), Amounts: l.amounts(), Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listDeals(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.dealFilter(r)
	if err != nil {
		return err
	}
	var page deal.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Deals.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	products, err := h.Deals.Products(l.ctx, l.actor)
	if err != nil {
		return err
	}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	p := l.p
	choice := ui.Field{Name: "product", Kind: ui.FieldSelect, Label: p.T("sales.product"), Value: l.get("product"), Optional: true, Placeholder: p.T("common.all")}
	for _, product := range products {
		choice.Options = append(choice.Options, ui.Option{Value: number(product.ID), Label: product.Name})
	}
	fields := append([]ui.Field{choice}, append(l.teamField(teams), l.rangeFields()...)...)
	fields = append(fields, l.kept("customer", p.T("common.customer"))...)
	fields = append(fields, l.kept("person", p.T("common.person"))...)
	total := sums(p, page.Total)
	view := ui.PageView{Title: p.T("nav.deals"), Subtitle: p.T("sales.deals_sub"), Actions: []ui.Action{{Label: p.T("sales.products"), Icon: "tag", URL: "/products"}}}
	if l.actor.Can(access.PermSalesWrite) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("sales.new_deal"), Icon: "plus", Kind: ui.ActionPrimary, URL: newDealURL})
	}
	table := l.table(view.Title, dealRows(p, page.Rows), totalRow(p, l.columns, map[string]string{deal.SortAmount: total}), page.Total, page.Next, p.T("sales.sum", "Sum", text(total)))
	return l.draw(w, r, view, l.bar(p.T("sales.search_deals"), fields, failure), table, failure)
}

// kept is a filter that came by a link from elsewhere: it shows as a chip and stays until it is taken off.
func (l *listing) kept(name, label string) []ui.Field {
	if l.get(name) == "" {
		return nil
	}
	return []ui.Field{{Name: name, Label: label, Value: l.get(name), Kind: ui.FieldNumber, Optional: true}}
}

func (h *Handler) exportDeals(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.dealFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "deals", Sheet: p.T("nav.deals"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.deal_key"), p.T("common.customer"), p.T("sales.product"), p.T("sales.category"), p.T("sales.sellers"), p.T("sales.signed_on"),
			p.T("sales.deal_amount"), p.T("sales.collected"), p.T("sales.currency")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Deals.Each(l.ctx, l.actor, filter, func(d deal.Row) error {
				return write(tabular.Text(d.Key), tabular.Text(d.CustomerName), tabular.Text(d.ProductName), tabular.Text(d.Category), tabular.Text(sharersText(p, d.Sharers)),
					tabular.Text(d.SignedOn.String()), tabular.Number(money.Format(d.AmountMinor, d.Currency)), tabular.Number(money.Format(d.PaidMinor, d.Currency)), tabular.Text(string(d.Currency)))
			})
		},
	})
}

func (h *Handler) showDeal(w http.ResponseWriter, r *http.Request) error {
	return h.drawDeal(w, r, http.StatusOK, "", nil)
}

// drawDeal answers with a deal's page; act is the form that failed.
func (h *Handler) drawDeal(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.Deals.Get(ctx, actor, r.PathValue("key"))
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Row.SignedOn.String(), v.Row.CustomerName, v.Row.ProductName, sharersText(p, v.Row.Sharers), moreText(p, v.Row), p.Money(v.Row.AmountMinor, v.Row.Currency)}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	var sellers []ui.Item
	for _, s := range d.Sharers {
		sellers = append(sellers, ui.Item{Avatar: lastTwo(s.Name), Title: text(s.Name), URL: personURL(actor, s.PersonID), Beside: percentOf(p, s.BasisPoints)})
	}
	payments := paymentTable(p, d.Paid)
	if d.Payments > int64(len(d.Paid)) {
		payments.Note = p.T("sales.first_payments", "Count", len(d.Paid))
	}
	parts := append(savedNote(p, r),
		ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 6}, ui.Facts([]ui.Fact{
			{Term: p.T("common.customer"), Text: d.CustomerName, URL: customerURL(d.CustomerID)},
			{Term: p.T("sales.product"), Text: strings.Trim(d.ProductName+" · "+d.Category, " ·"), URL: productURL(d.ProductID)},
			{Term: p.T("sales.signed_on"), Text: d.SignedOn.String()}, {Term: p.T("sales.deal_amount"), Text: p.Money(d.AmountMinor, d.Currency)},
			{Term: p.T("sales.collected"), Text: p.Money(d.PaidMinor, d.Currency)}, {Term: p.T("sales.open_amount"), Text: p.Money(d.AmountMinor-d.PaidMinor, d.Currency)},
			{Term: p.T("sales.units"), Text: unitsText(d.More)}, {Term: p.T("sales.cost"), Text: costText(p, d.Row)},
			{Term: p.T("sales.referrer"), Text: text(d.More.ReferrerName), URL: referrerURL(actor, d.More)},
		})),
		ui.Filled(ui.CardView{Title: p.T("sales.sellers"), Span: 6, Count: len(sellers)}, listOr(p, sellers)),
		ui.Filled(ui.CardView{Title: p.T("nav.payments"), Count: int(d.Payments), Flush: true}, ui.Table(payments)),
	)
	if len(d.Invoiced) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("nav.invoices"), Flush: true, More: &ui.Link{Label: p.T("common.all"), URL: ui.URLWith("/invoices", nil, "q", d.Key)}}, ui.Table(invoiceTable(p, d.Invoiced))))
	}
	earn, err := h.earnCard(r, p, actor, d.Row)
	if err != nil {
		return err
	}
	if earn != nil {
		parts = append(parts, earn)
	}
	if d.MayWrite {
		of := func(name string) error {
			if act == name {
				return failure
			}
			return nil
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.record_payment")}, ui.Form(h.paymentForm(p, r, d.Row, of("payment")))),
			ui.Filled(ui.CardView{Title: p.T("sales.record_invoice")}, ui.Form(h.invoiceForm(p, r, d.Row, of("invoice")))),
			ui.Filled(ui.CardView{Title: p.T("sales.cancel_deal")}, ui.Form(h.cancelForm(p, r, d.Row, of("cancel")))))
	}
	parts = append(parts, historyCard(p, []string{p.T("sales.signed_on"), p.T("common.customer"), p.T("sales.product"), p.T("sales.sellers"), p.T("sales.more_of_deal"), p.T("sales.deal_amount")}, versions, users))
	view := ui.PageView{Title: d.Key, Subtitle: d.CustomerName, Current: "deals", Crumbs: []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: d.Key}}}
	if d.More.Cancelled() {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("sales.cancelled_chip", "Day", d.More.CancelledOn), Tone: ui.ToneBad})
	}
	if d.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("sales.correct_deal"), Icon: "edit", URL: correctDealURL(d.Key)}}
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// paymentForm asks for a collection or a refund.
func (h *Handler) paymentForm(p *i18n.Printer, r *http.Request, d deal.Row, failure error) ui.FormView {
	value := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	unit := p.T("common.yuan")
	if d.Currency != money.CNY {
		unit = string(d.Currency)
	}
	v := ui.FormView{ID: "payment", Action: keyURL("/deals/", d.Key) + "/payments", Submit: ui.Action{Label: p.T("sales.record_payment_button"), Kind: ui.ActionPrimary, Icon: "cash"},
		Consequence: p.T("sales.record_payment_consequence")}
	v.Fields, v.Problem = ui.WithErrors([]ui.Field{
		{Name: "kind", Kind: ui.FieldSelect, Label: p.T("sales.payment_kind"), Value: value("kind", string(deal.Collection)), Options: paymentKinds(p), Span: 6},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: value("amount", ""), Unit: unit, Hint: p.T("sales.amount_hint"), Span: 6},
		{Name: "paid_on", Kind: ui.FieldDate, Label: p.T("sales.paid_on"), Value: value("paid_on", h.today().String()), Span: 6},
		{Name: "key", Label: p.T("sales.payment_key"), Value: value("key", h.Now().Format("H20060102-150405")), Hint: p.T("sales.payment_key_hint"), Span: 6},
	}, failure, p)
	return v
}

func paymentKinds(p *i18n.Printer) []ui.Option {
	return []ui.Option{{Value: string(deal.Collection), Label: p.T("sales.collection")}, {Value: string(deal.Refund), Label: p.T("sales.refund")}}
}

func (h *Handler) recordPayment(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("key")
	d, err := h.Deals.Get(ctx, actor, key)
	if err != nil {
		return err
	}
	paidOn, amount, err := paymentTyped(r, d.Currency)
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Deals.RecordPayment(ctx, actor, deal.Entry{Key: strings.TrimSpace(r.PostFormValue("key")), DealKey: key,
			Kind: deal.PaymentKind(r.PostFormValue("kind")), PaidOn: paidOn, AmountMinor: amount})
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/deals/", key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawDeal(w, r, httpx.StatusOf(err), "payment", err)
}

// paymentTyped reads the day and the amount of a form.
func paymentTyped(r *http.Request, currency money.Currency) (paidOn calendar.Date, amount int64, err error) {
	var c fact.Checker
	if paidOn, err = calendar.ParseDate(r.PostFormValue("paid_on")); err != nil {
		c.Add("paid_on", r.PostFormValue("paid_on"), "form.error.date", nil)
	}
	amount, ok := parseAmount(r.PostFormValue("amount"), currency)
	if !ok {
		c.Add("amount", r.PostFormValue("amount"), "form.error.number", nil)
	}
	return paidOn, amount, c.Err()
}
