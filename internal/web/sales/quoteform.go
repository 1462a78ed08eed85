package sales

import (
	"context"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

const (
	newQuoteURL   = "/new-quote"
	editQuotePath = "/edit-quote/"
)

// lineTyped is a line as it stands in a form.
type lineTyped struct{ product, text, quantity, unit, list, discount, price, tax string }

func lineField(i int, part string) string { return fmt.Sprintf("lines.%d.%s", i, part) }

// empty reports whether nobody has typed anything: the usual tax does not count.
func (l lineTyped) empty() bool {
	l.tax = ""
	return l == lineTyped{}
}

// linesTyped reads the lines of a form; rows left empty between others close up.
func linesTyped(r *http.Request) (lines []lineTyped) {
	for i := range quote.LinesMax {
		value := func(part string) string { return strings.TrimSpace(r.PostFormValue(lineField(i, part))) }
		l := lineTyped{value("product"), value("text"), value("quantity"), value("unit"), value("list"), value("discount"), value("price"), value("tax")}
		if !l.empty() {
			lines = append(lines, l)
		}
	}
	return lines
}

// typedLines are lines as they would be typed.
func typedLines(lines []quote.Line, currency money.Currency) (typed []lineTyped) {
	for _, l := range lines {
		t := lineTyped{product: l.ProductKey, text: l.Text, quantity: l.Quantity.String(), unit: l.Unit, tax: percentTyped(l.TaxPPM)}
		if l.ListMinor != 0 {
			t.list = money.Format(l.ListMinor, currency)
		}
		if l.PriceMinor != quote.NoPrice {
			t.price = money.Format(l.PriceMinor, currency)
		} else if l.DiscountPPM != 0 {
			t.discount = percentTyped(l.DiscountPPM)
		}
		typed = append(typed, t)
	}
	return typed
}

// percentTyped writes parts per million as people type a percentage.
func percentTyped(ppm int64) string { return decimal.FromInt(ppm, 4).String() }

// ppmOf reads "12.5" or "12.5%"; nothing is 0.
func ppmOf(c *fact.Checker, path, typed string) int64 {
	if typed == "" {
		return 0
	}
	d, err := decimal.Parse(strings.TrimSpace(strings.TrimRight(typed, "%％")))
	if err == nil {
		if exact := new(big.Rat).Mul(d.Rat(), big.NewRat(quote.Whole/100, 1)); exact.IsInt() && exact.Num().IsInt64() {
			return exact.Num().Int64()
		}
	}
	c.Add(path, typed, "quote.bad_percent", nil)
	return 0
}

// linesOf reads what was typed.
func linesOf(c *fact.Checker, typed []lineTyped, currency money.Currency) (lines []quote.EntryLine) {
	for i, t := range typed {
		l := quote.EntryLine{Product: t.product, Text: t.text, Unit: t.unit, PriceMinor: quote.NoPrice, DiscountPPM: ppmOf(c, lineField(i, "discount"), t.discount), TaxPPM: ppmOf(c, lineField(i, "tax"), t.tax)}
		quantity, err := decimal.Parse(strings.ReplaceAll(t.quantity, ",", ""))
		if err != nil {
			c.Add(lineField(i, "quantity"), t.quantity, "form.error.number", nil)
		}
		l.Quantity = quantity
		amount := func(part, typed string, to *int64) {
			if typed == "" {
				return
			}
			minor, ok := parseAmount(typed, currency)
			if !ok {
				c.Add(lineField(i, part), typed, "form.error.number", nil)
				return
			}
			*to = minor
		}
		amount("list", t.list, &l.ListMinor)
		amount("price", t.price, &l.PriceMinor)
		lines = append(lines, l)
	}
	return lines
}

// emptyLines are how many rows a form offers beyond those that are filled in.
const emptyLines = 4

// lineFields ask for lines: the first row is open, others fold away until something stands in them.
func lineFields(p *i18n.Printer, typed []lineTyped, tax string) (fields []ui.Field) {
	for i := range min(max(len(typed)+emptyLines, 1), quote.LinesMax) {
		t := lineTyped{tax: tax}
		if i < len(typed) {
			t = typed[i]
		}
		row := []ui.Field{
			{Name: lineField(i, "product"), Label: p.T("quote.product"), Value: t.product, Suggest: "some-products", Autocomplete: "off", Optional: true, Span: 3},
			{Name: lineField(i, "text"), Label: p.T("quote.line_text"), Value: t.text, Optional: t.product != "", Span: 5},
			{Name: lineField(i, "quantity"), Kind: ui.FieldDecimal, Label: p.T("quote.quantity"), Value: t.quantity, Span: 2},
			{Name: lineField(i, "unit"), Label: p.T("quote.unit"), Value: t.unit, Optional: true, Span: 2},
			{Name: lineField(i, "list"), Kind: ui.FieldMoney, Label: p.T("quote.list_price"), Value: t.list, Optional: true, Span: 3},
			{Name: lineField(i, "discount"), Kind: ui.FieldDecimal, Label: p.T("quote.discount"), Value: t.discount, Unit: "%", Optional: true, Span: 3},
			{Name: lineField(i, "price"), Kind: ui.FieldMoney, Label: p.T("quote.agreed_price"), Value: t.price, Optional: true, Span: 3},
			{Name: lineField(i, "tax"), Kind: ui.FieldDecimal, Label: p.T("quote.tax_rate"), Value: t.tax, Usual: tax, Unit: "%", Optional: true, Span: 3},
		}
		if i == 0 {
			row[0].Hint, row[4].Hint, row[6].Hint = p.T("quote.product_hint"), p.T("quote.list_hint"), p.T("quote.price_hint")
		}
		for k := range row {
			if i > 0 {
				row[k].Fold = p.T("quote.line_number", "Number", i+1)
				row[k].Optional = row[k].Optional || t.empty()
			}
		}
		fields = append(fields, row...)
	}
	return fields
}

// someProducts offers the products by key and name.
func (h *Handler) someProducts(ctx context.Context, actor access.Actor) (ui.Suggestions, error) {
	offered := ui.Suggestions{ID: "some-products"}
	products, err := h.Deals.Products(ctx, actor)
	for _, product := range products[:min(len(products), productsOffered)] {
		offered.Options = append(offered.Options, ui.Option{Value: product.Key, Label: product.Name})
	}
	return offered, err
}

// productsOffered are how many products a form names; others can be typed.
const productsOffered = 500

// quoteTyped is a quote as it stands in the form.
type quoteTyped struct {
	title, currency, valid, terms, note string
	lines                               []lineTyped
	opportunity, seen                   int64
}

func quoteTypedOf(r *http.Request) (t quoteTyped, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	t = quoteTyped{title: value("title"), currency: strings.ToUpper(value("currency")), valid: value("valid_until"), terms: value("terms"), note: value("note"), lines: linesTyped(r)}
	if value("opportunity") != "" {
		if t.opportunity, err = idOf(value("opportunity"), "opportunity.missing"); err != nil {
			return t, err
		}
	}
	t.seen, err = revisionOf(r)
	return t, err
}

func (t quoteTyped) entry(id int64) (in quote.Entry, err error) {
	var c fact.Checker
	in = quote.Entry{ID: id, OpportunityID: t.opportunity, Title: t.title, Currency: money.Currency(t.currency), ValidUntil: dayOf(&c, "valid_until", t.valid), Terms: t.terms, Note: t.note, Seen: t.seen,
		Lines: linesOf(&c, t.lines, money.Currency(t.currency))}
	return in, c.Err()
}

func (h *Handler) quoteForm(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64, t quoteTyped, failure error) (v ui.FormView, err error) {
	rules, err := h.Quotes.Rules(ctx, actor)
	if err != nil {
		return v, err
	}
	products, err := h.someProducts(ctx, actor)
	if err != nil {
		return v, err
	}
	v = ui.FormView{ID: "quote", Action: quotesURL, Suggest: []ui.Suggestions{products, someCurrencies()}, Guard: true, Submit: ui.Action{Label: p.T("quote.save_draft"), Kind: ui.ActionPrimary},
		Consequence: p.T("quote.limit_hint", "Limit", ppmText(p, rules.LimitOf(actor))), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: quotesURL}}
	fields := []ui.Field{
		{Name: "title", Label: p.T("quote.title"), Value: t.title, Span: 6}, {Name: "valid_until", Kind: ui.FieldDate, Label: p.T("quote.valid_until"), Value: t.valid, Span: 3},
		{Name: "currency", Label: p.T("sales.currency"), Value: t.currency, Suggest: "some-currencies", Autocomplete: "off", Span: 3},
	}
	fields = append(fields, lineFields(p, t.lines, percentTyped(rules.TaxPPM))...)
	fields = append(fields, ui.Field{Name: "terms", Kind: ui.FieldArea, Label: p.T("quote.terms"), Value: t.terms, Hint: p.T("quote.terms_hint"), Optional: true, Rows: 3}, ui.Field{Name: "note", Kind: ui.FieldArea, Label: p.T("quote.note"), Value: t.note, Optional: true, Rows: 2})
	if id == 0 {
		fields = append(fields, ui.Field{Name: "opportunity", Kind: ui.FieldHidden, Value: number(t.opportunity)})
		v.Cancel.URL = opportunityURL(t.opportunity)
	} else {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(t.seen)})
		v.Action, v.Cancel.URL = quoteURL(id), quoteURL(id)
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

func (h *Handler) newQuote(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := idOf(r.FormValue("opportunity"), "opportunity.missing")
	if err != nil {
		return err
	}
	d, err := h.Opportunities.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	rules, err := h.Quotes.Rules(ctx, actor)
	if err != nil {
		return err
	}
	t := quoteTyped{opportunity: id, title: d.Name, currency: string(d.Currency), valid: (h.today() + calendar.Date(rules.ValidDays)).String()}
	_, keys, err := h.productChoices(ctx, actor, nil)
	if err != nil {
		return err
	}
	for _, product := range d.ProductIDs {
		t.lines = append(t.lines, lineTyped{product: keys[product], quantity: "1", tax: percentTyped(rules.TaxPPM)})
	}
	return h.drawNewQuote(w, r, http.StatusOK, t, nil)
}

func (h *Handler) drawNewQuote(w http.ResponseWriter, r *http.Request, status int, t quoteTyped, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	d, err := h.Opportunities.Get(ctx, actor, t.opportunity)
	if err != nil {
		return err
	}
	if !d.MayWrite {
		return errs.New(errs.KindNotFound, "opportunity.missing", nil)
	}
	if d.State != opportunity.StateOpen {
		return errs.New(errs.KindConflict, "quote.opportunity_ended", nil)
	}
	form, err := h.quoteForm(ctx, actor, p, 0, t, failure)
	if err != nil {
		return err
	}
	title := p.T("quote.new")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Name + " · " + d.CustomerName, Current: quotesKey, Crumbs: []ui.Crumb{{Label: p.T("nav.opportunities"), URL: boardURL}, {Label: d.Name, URL: opportunityURL(d.ID)}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) addQuote(w http.ResponseWriter, r *http.Request) error {
	t, err := quoteTypedOf(r)
	if err != nil {
		return err
	}
	var q quote.Quote
	in, err := t.entry(0)
	if err == nil {
		q, err = h.Quotes.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, quoteURL(q.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawNewQuote(w, r, httpx.StatusOf(err), t, err)
}

func (h *Handler) editQuote(w http.ResponseWriter, r *http.Request) error {
	return h.drawQuoteForm(w, r, http.StatusOK, nil, nil)
}

// drawQuoteForm asks what is to be changed of a draft. After a conflict the form is meant for what there is now, which stands above it.
func (h *Handler) drawQuoteForm(w http.ResponseWriter, r *http.Request, status int, typed *quoteTyped, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := quoteID(r)
	if err != nil {
		return err
	}
	d, err := h.Quotes.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	switch {
	case !d.MayWrite:
		return errs.New(errs.KindNotFound, "quote.missing", nil)
	case d.State != quote.StateDraft:
		return errs.New(errs.KindConflict, "quote.no_draft", nil)
	}
	if typed == nil {
		typed = &quoteTyped{title: d.Title, currency: string(d.Currency), valid: dayText(d.ValidUntil), terms: d.Terms, note: d.Note, lines: typedLines(d.Lines, d.Currency), seen: d.Revision}
	}
	title := p.T("quote.edit")
	view := ui.PageView{Title: title, Subtitle: d.Number() + " · " + d.CustomerName, Current: quotesKey, Crumbs: []ui.Crumb{{Label: p.T("nav.quotes"), URL: quotesURL}, {Label: d.Number(), URL: quoteURL(id)}, {Label: title}}}
	parts := savedNote(p, r)
	if errs.Is(failure, errs.KindConflict) {
		typed.seen = d.Revision
		parts = append(parts, besideCards(p, p.T("quote.changed_meanwhile"), []besideField{{p.T("quote.title"), d.Title, typed.title}, {p.T("sales.currency"), string(d.Currency), typed.currency}, {p.T("quote.valid_until"), dayText(d.ValidUntil), typed.valid},
			{p.T("quote.terms"), d.Terms, typed.terms}, {p.T("quote.note"), d.Note, typed.note}, {p.T("quote.lines"), linesBeside(typedLines(d.Lines, d.Currency)), linesBeside(typed.lines)}})...)
		failure = nil
	}
	form, err := h.quoteForm(ctx, actor, p, id, *typed, failure)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))...))
}

func (h *Handler) saveQuote(w http.ResponseWriter, r *http.Request) error {
	id, err := quoteID(r)
	if err != nil {
		return err
	}
	t, err := quoteTypedOf(r)
	if err != nil {
		return err
	}
	in, err := t.entry(id)
	if err == nil {
		_, err = h.Quotes.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, quoteURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawQuoteForm(w, r, httpx.StatusOf(err), &t, err)
}
