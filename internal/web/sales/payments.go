package sales

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func paymentColumns(p *i18n.Printer, sortable bool) []ui.Column {
	return []ui.Column{
		{Key: deal.SortKey, Label: p.T("sales.payment_key"), Sortable: sortable, Phone: true, Fixed: true, Kind: ui.ColumnNarrow},
		{Key: deal.SortPaid, Label: p.T("sales.paid_on"), Sortable: sortable, Kind: ui.ColumnNarrow},
		{Key: "kind", Label: p.T("sales.payment_kind")},
		{Key: "deal", Label: p.T("sales.deal_key"), Kind: ui.ColumnNarrow},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "sellers", Label: p.T("sales.sellers")},
		{Key: deal.SortAmount, Label: p.T("common.amount"), Sortable: sortable, Kind: ui.ColumnNumber, Phone: true},
	}
}

func kindCell(p *i18n.Printer, minor int64) ui.Cell {
	if minor < 0 {
		return ui.Cell{Chip: &ui.Chip{Label: p.T("sales.refund"), Tone: ui.ToneWarn, Icon: "receipt-refund"}}
	}
	return ui.Text(p.T("sales.collection"))
}

func paymentRows(p *i18n.Printer, payments []deal.PaymentRow) (rows []ui.Row) {
	for _, y := range payments {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: y.Key, URL: keyURL("/payments/", y.Key), Phone: y.PaidOn.String() + " · " + y.CustomerName}, ui.Text(y.PaidOn.String()), kindCell(p, y.AmountMinor),
			ui.LinkTo(y.DealKey, keyURL("/deals/", y.DealKey)), ui.LinkTo(y.CustomerName, customerURL(y.CustomerID)), ui.Text(sharersText(p, y.Sharers)), amountCell(y.AmountMinor, y.Currency)}})
	}
	return rows
}

// paymentTable shows payments within another page.
func paymentTable(p *i18n.Printer, payments []deal.PaymentRow) ui.TableView {
	return ui.TableView{Label: p.T("nav.payments"), Columns: paymentColumns(p, false), Rows: paymentRows(p, payments), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("sales.no_payments")}}
}

func (h *Handler) paymentFilter(r *http.Request) (*listing, deal.PaymentFilter, error) {
	l, err := h.list(r, "payments", paymentColumns(httpx.PrinterFrom(r.Context()), true), ui.Sort{Key: deal.SortPaid, Descending: true})
	if err != nil {
		return nil, deal.PaymentFilter{}, err
	}
	return l, deal.PaymentFilter{Search: l.get("q"), CustomerID: l.id("customer"), PersonID: l.id("person"), TeamID: l.id("team"), Kind: deal.PaymentKind(l.get("kind")),
		Paid: l.days(), Amounts: l.amounts(), Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listPayments(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.paymentFilter(r)
	if err != nil {
		return err
	}
	var page deal.PaymentPage
	if err = l.wrong.Err(); err == nil {
		page, err = h.Deals.Payments(l.ctx, l.actor, filter)
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
	fields := append([]ui.Field{{Name: "kind", Kind: ui.FieldSelect, Label: p.T("sales.payment_kind"), Value: l.get("kind"), Options: paymentKinds(p), Optional: true, Placeholder: p.T("common.all")}},
		append(l.teamField(teams), l.rangeFields()...)...)
	fields = append(fields, l.kept("customer", p.T("common.customer"))...)
	fields = append(fields, l.kept("person", p.T("common.person"))...)
	total := sums(p, page.Total)
	view := ui.PageView{Title: p.T("nav.payments"), Subtitle: p.T("sales.payments_sub")}
	table := l.table(view.Title, paymentRows(p, page.Rows), totalRow(p, l.columns, map[string]string{deal.SortAmount: total}), page.Total, page.Next, p.T("sales.sum", "Sum", text(total)))
	return l.draw(w, r, view, l.bar(p.T("sales.search_payments"), fields, failure), table, failure)
}

func (h *Handler) exportPayments(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.paymentFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "payments", Sheet: p.T("nav.payments"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.payment_key"), p.T("sales.paid_on"), p.T("sales.deal_key"), p.T("common.customer"), p.T("sales.sellers"), p.T("common.amount"), p.T("sales.currency")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Deals.EachPayment(l.ctx, l.actor, filter, func(y deal.PaymentRow) error {
				return write(tabular.Text(y.Key), tabular.Text(y.PaidOn.String()), tabular.Text(y.DealKey), tabular.Text(y.CustomerName), tabular.Text(sharersText(p, y.Sharers)),
					tabular.Number(money.Format(y.AmountMinor, y.Currency)), tabular.Text(string(y.Currency)))
			})
		},
	})
}

func (h *Handler) showPayment(w http.ResponseWriter, r *http.Request) error {
	return h.drawPayment(w, r, http.StatusOK, nil)
}

func (h *Handler) drawPayment(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.Deals.Payment(ctx, actor, r.PathValue("key"))
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Payment.PaidOn.String(), p.Money(v.Payment.AmountMinor, v.Payment.Currency)}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	kind := p.T("sales.collection")
	if d.AmountMinor < 0 {
		kind = p.T("sales.refund")
	}
	parts := append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 6}, ui.Facts([]ui.Fact{
		{Term: p.T("sales.payment_kind"), Text: kind}, {Term: p.T("common.amount"), Text: p.Money(d.AmountMinor, d.Currency)}, {Term: p.T("sales.paid_on"), Text: d.PaidOn.String()},
		{Term: p.T("sales.deal_key"), Text: d.DealKey, URL: keyURL("/deals/", d.DealKey)}, {Term: p.T("common.customer"), Text: d.CustomerName, URL: customerURL(d.CustomerID)},
		{Term: p.T("sales.sellers"), Text: sharersText(p, d.Sharers)},
	})))
	if d.MayWrite {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.correct_payment"), Span: 6}, ui.Form(correctionForm(p, r, d.Payment, failure))))
	}
	parts = append(parts, historyCard(p, []string{p.T("sales.paid_on"), p.T("common.amount")}, versions, users))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: d.Key, Subtitle: kind, Current: "payments",
		Crumbs: []ui.Crumb{{Label: p.T("nav.payments"), URL: "/payments"}, {Label: d.Key}}}, parts...))
}

func correctionForm(p *i18n.Printer, r *http.Request, y deal.Payment, failure error) ui.FormView {
	paidOn, amount, seen := y.PaidOn.String(), money.Format(y.AmountMinor, y.Currency), number(int64(y.Recorded))
	if failure != nil {
		paidOn, amount, seen = r.PostFormValue("paid_on"), r.PostFormValue("amount"), r.PostFormValue("seen")
	}
	v := ui.FormView{ID: "correct", Action: keyURL("/payments/", y.Key), Submit: ui.Action{Label: p.T("sales.correct_button"), Kind: ui.ActionPrimary}, Consequence: p.T("sales.correct_consequence")}
	v.Fields, v.Problem = ui.WithErrors([]ui.Field{
		{Name: "paid_on", Kind: ui.FieldDate, Label: p.T("sales.paid_on"), Value: paidOn},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: amount, Unit: ui.UnitOf(p, y.Currency), Hint: p.T("sales.signed_hint")},
		{Name: "seen", Kind: ui.FieldHidden, Value: seen},
	}, failure, p)
	return v
}

func (h *Handler) correctPayment(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("key")
	d, err := h.Deals.Payment(ctx, actor, key)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	paidOn, amount, err := paymentTyped(r, d.Currency)
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Deals.CorrectPayment(ctx, actor, deal.Correction{Key: key, PaidOn: paidOn, AmountMinor: amount, Seen: fact.BatchID(seen)})
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/payments/", key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawPayment(w, r, httpx.StatusOf(err), err)
}
