package sales

import (
	"math/big"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

const (
	quotesKey = "quotes"
	quotesURL = "/quotes"
)

func quoteURL(id int64) string { return quotesURL + "/" + number(id) }

func (h *Handler) quoteRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+quotesURL, h.listQuotes)
	handle("GET "+quotesURL+"/export/{format}", h.exportQuotes)
	handle("POST "+quotesURL, h.addQuote)
	handle("GET "+quotesURL+"/{id}", h.showQuote)
	handle("POST "+quotesURL+"/{id}", h.saveQuote)
	handle("GET "+printQuotePath+"{id}", h.printQuote)
	handle("GET "+printQuotePath+"{id}/{format}", h.quoteFile)
	handle("POST "+quotesURL+"/{id}/{act}", h.actOnQuote)
	handle("GET "+newQuoteURL, h.newQuote)
	handle("GET "+editQuotePath+"{id}", h.editQuote)
	handle("GET "+quoteRulesURL, h.showQuoteRules)
	handle("POST "+quoteRulesURL, h.saveQuoteRules)
}

func quoteColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: "number", Label: p.T("quote.number"), Phone: true, Fixed: true, Kind: ui.ColumnNarrow},
		{Key: "title", Label: p.T("quote.title")},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "state", Label: p.T("common.status"), Phone: true},
		{Key: quote.SortAmount, Label: p.T("quote.amount"), Kind: ui.ColumnNumber, Sortable: true, Phone: true},
		{Key: "discount", Label: p.T("quote.discount"), Kind: ui.ColumnNumber},
		{Key: quote.SortValid, Label: p.T("quote.valid_until"), Kind: ui.ColumnNarrow, Sortable: true},
		{Key: "opportunity", Label: p.T("opportunity.name"), Hidden: true},
		{Key: "owner", Label: p.T("opportunity.owner")},
		{Key: quote.SortNew, Label: p.T("opportunity.created"), Kind: ui.ColumnNarrow, Sortable: true, Hidden: true},
	}
}

func (h *Handler) quoteFilter(r *http.Request) (*listing, quote.Filter, error) {
	l, err := h.list(r, quotesKey, quoteColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: quote.SortNew, Descending: true})
	if err != nil {
		return nil, quote.Filter{}, err
	}
	return l, quote.Filter{Search: l.get("q"), State: quote.State(l.get("state")), OpportunityID: l.id("opportunity"), CustomerID: l.id("customer"), PersonID: l.id("person"), TeamID: l.id("team"),
		Valid: l.days(), Amounts: l.amounts(), AllVersions: l.get("all_versions") != "", Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listQuotes(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.quoteFilter(r)
	if err != nil {
		return err
	}
	var page quote.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Quotes.List(l.ctx, l.actor, filter)
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
	fields := append([]ui.Field{{Name: "state", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: l.get("state"), Options: named(p, "quote.state.", quote.States), Optional: true, Placeholder: p.T("common.all")}},
		append(l.teamField(teams), l.rangeFields()...)...)
	fields = append(fields, ui.Field{Name: "all_versions", Kind: ui.FieldCheck, Label: p.T("quote.all_versions"), Value: "1", Checked: filter.AllVersions, Optional: true})
	for _, name := range []string{"opportunity", "customer", "person"} {
		fields = append(fields, l.kept(name, p.T(map[string]string{"opportunity": "opportunity.name", "customer": "common.customer", "person": "common.person"}[name]))...)
	}
	var rows []ui.Row
	for _, q := range page.Rows {
		rows = append(rows, h.quoteRow(p, q))
	}
	view := ui.PageView{Title: p.T("nav.quotes"), Subtitle: p.T("quote.list_sub"), Actions: []ui.Action{{Label: p.T("quote.rules"), Icon: "tag", URL: quoteRulesURL}}}
	totals := totalRow(p, l.columns, map[string]string{quote.SortAmount: sums(p, page.Total)})
	if len(page.Rows) == 0 {
		totals = nil
	}
	table := l.table(view.Title, rows, totals, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("quote.none"), Text: p.T("quote.none_text"), Actions: []ui.Action{{Label: p.T("nav.opportunities"), Icon: "layout-kanban", URL: boardURL}}}
	}
	return l.draw(w, r, view, l.bar(p.T("quote.search"), fields, failure), table, failure)
}

func (h *Handler) quoteRow(p *i18n.Printer, q quote.Quote) ui.Row {
	chip := quoteChip(p, q.StateOn(h.today()))
	return ui.Row{Cells: []ui.Cell{
		{Text: q.Number(), URL: quoteURL(q.ID), Phone: q.CustomerName}, ui.Text(q.Title), ui.LinkTo(text(q.CustomerName), customerURL(q.CustomerID)), {Chip: &chip},
		amountCell(q.AmountMinor, q.Currency), discountCell(p, q), ui.Text(text(dayText(q.ValidUntil))), ui.LinkTo(text(q.OpportunityName), opportunityURL(q.OpportunityID)),
		ui.Text(text(q.OwnerName)), ui.Text(calendar.DateOf(p.Local(q.CreatedAt)).String()),
	}}
}

func discountCell(p *i18n.Printer, q quote.Quote) ui.Cell {
	cell := ui.Text(ppmText(p, q.DiscountPPM))
	if q.Beyond {
		cell.Tone, cell.Title = ui.ToneWarn, p.T("quote.beyond")
	}
	return cell
}

// ppmText writes parts per million as a percentage.
func ppmText(p *i18n.Printer, ppm int64) string {
	digits := 1
	for _, step := range []struct {
		unit   int64
		digits int
	}{{1000, 1}, {100, 2}, {10, 3}} {
		if ppm%step.unit == 0 {
			return p.PercentDigits(big.NewRat(ppm, quote.Whole), step.digits)
		}
		digits = step.digits + 1
	}
	return p.PercentDigits(big.NewRat(ppm, quote.Whole), digits)
}

var quoteTones = map[quote.State]ui.Tone{quote.StateWaiting: ui.ToneWarn, quote.StateApproved: ui.ToneBrand, quote.StateSent: ui.ToneBrand, quote.StateAccepted: ui.ToneGood, quote.StateDeclined: ui.ToneBad,
	quote.StateExpired: ui.ToneBad, quote.StateReplaced: ui.ToneLine, quote.StateDropped: ui.ToneLine}

func quoteChip(p *i18n.Printer, s quote.State) ui.Chip {
	return ui.Chip{Label: p.Message(s.Message()), Tone: quoteTones[s]}
}

func (h *Handler) exportQuotes(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.quoteFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: quotesKey, Sheet: p.T("nav.quotes"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("quote.number"), p.T("quote.title"), p.T("sales.customer_key"), p.T("common.customer"), p.T("common.status"), p.T("quote.list_amount"), p.T("quote.amount"), p.T("quote.tax"), p.T("sales.currency"),
			p.T("quote.discount"), p.T("quote.valid_until"), p.T("quote.sent_on"), p.T("opportunity.number"), p.T("opportunity.owner")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Quotes.Each(l.ctx, l.actor, filter, func(q quote.Quote) error {
				return write(tabular.Text(q.Number()), tabular.Text(q.Title), tabular.Text(q.CustomerKey), tabular.Text(q.CustomerName), tabular.Text(p.Message(q.StateOn(h.today()).Message())),
					tabular.Number(money.Format(q.ListMinor, q.Currency)), tabular.Number(money.Format(q.AmountMinor, q.Currency)), tabular.Number(money.Format(q.TaxMinor, q.Currency)), tabular.Text(string(q.Currency)),
					tabular.Text(ppmText(p, q.DiscountPPM)), tabular.Text(dayText(q.ValidUntil)), tabular.Text(dayText(q.SentOn)), tabular.Number(number(q.OpportunityID)), tabular.Text(q.OwnerName))
			})
		},
	})
}

// lineTable shows the lines of a quote or a contract with what they add up to.
func lineTable(p *i18n.Printer, lines []quote.Line, currency money.Currency) ui.TableView {
	table := ui.TableView{Label: p.T("quote.lines"), Columns: []ui.Column{
		{Key: "text", Label: p.T("quote.line_text"), Phone: true}, {Key: "quantity", Label: p.T("quote.quantity"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "list", Label: p.T("quote.list_price"), Kind: ui.ColumnNumber}, {Key: "discount", Label: p.T("quote.discount"), Kind: ui.ColumnNumber},
		{Key: "price", Label: p.T("quote.agreed_price"), Kind: ui.ColumnNumber}, {Key: "tax", Label: p.T("quote.tax_rate"), Kind: ui.ColumnNumber}, {Key: "amount", Label: p.T("quote.line_amount"), Kind: ui.ColumnNumber, Phone: true},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.title")}}
	for _, l := range lines {
		texts, amount, ok := lineTexts(p, l, currency)
		if !ok {
			continue
		}
		cells := []ui.Cell{{Text: l.Text, Sub: l.ProductKey}}
		for _, text := range texts {
			cells = append(cells, ui.Text(text))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: append(cells, amountCell(amount, currency))})
	}
	if totals, err := quote.Sum(lines); err == nil && len(lines) > 0 {
		sum := func(label string, minor int64) ui.Row {
			return ui.Row{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(label), {}, {}, {}, {}, {}, amountCell(minor, currency)}}
		}
		table.Totals = []ui.Row{sum(p.T("quote.list_amount"), totals.ListMinor), sum(p.T("quote.amount"), totals.AmountMinor), sum(p.T("quote.tax_in_it"), totals.TaxMinor)}
	}
	return table
}

// lineTexts are quantity, list price, discount, agreed price and tax of a line, and its amount. What is kept fits, since the service has added it
// up; a line that does not is left out.
func lineTexts(p *i18n.Printer, l quote.Line, currency money.Currency) (texts [5]string, amount int64, ok bool) {
	amount, err := l.AmountMinor()
	if err != nil {
		return texts, 0, false
	}
	discount, err := money.Round(new(big.Rat).Mul(l.Discount(), big.NewRat(quote.Whole, 1)), money.Ceiling)
	if err != nil {
		return texts, 0, false
	}
	list, price := i18n.Unknown, i18n.Unknown
	if l.ListMinor != 0 {
		list = p.Money(l.ListMinor, currency)
	}
	if l.PriceMinor != quote.NoPrice {
		price = p.Money(l.PriceMinor, currency)
	}
	return [...]string{l.Quantity.String() + unitOf(l), list, ppmText(p, discount), price, ppmText(p, l.TaxPPM)}, amount, true
}

func unitOf(l quote.Line) string {
	if l.Unit == "" {
		return ""
	}
	return " " + l.Unit
}

// mayWork reports whether somebody writes quotes at all.
func mayWork(actor access.Actor) bool { return actor.Can(access.PermWorkWrite) }
