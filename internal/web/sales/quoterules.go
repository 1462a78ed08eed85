package sales

import (
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

const quoteRulesURL = "/quote-rules"

func (h *Handler) showQuoteRules(w http.ResponseWriter, r *http.Request) error {
	return h.drawQuoteRules(w, r, http.StatusOK, nil)
}

// priceText writes the price list as it is typed: a product a line, as number, price, currency, limit.
func priceText(prices []quote.Price) string {
	var lines []string
	for _, price := range prices {
		line := price.ProductKey + ", " + money.Format(price.ListMinor, price.Currency) + ", " + string(price.Currency)
		if price.LimitPPM != quote.NoLimit {
			line += ", " + percentTyped(price.LimitPPM) + "%"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// cellsOf parts a line where it has tabs, as from a spreadsheet, otherwise at its commas.
func cellsOf(line string) []string {
	cells := strings.Split(line, "\t")
	if len(cells) == 1 {
		cells = strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '，' })
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return append(cells, "")
}

// pricesOf reads the price list; what is wrong is said of the line.
func pricesOf(c *fact.Checker, text string, usual money.Currency) (prices []quote.Price) {
	for i, line := range strings.Split(fact.TidyLines(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := cellsOf(line)
		price := quote.Price{ProductKey: cells[0], Currency: usual, LimitPPM: quote.NoLimit}
		if len(cells) > 2 && cells[2] != "" {
			price.Currency = money.Currency(strings.ToUpper(cells[2]))
		}
		var part fact.Checker
		if len(cells) > 3 && cells[3] != "" {
			price.LimitPPM = ppmOf(&part, "prices", cells[3])
		}
		ok := false
		if len(cells) > 1 {
			price.ListMinor, ok = parseAmount(cells[1], price.Currency)
		}
		if !ok || part.Err() != nil {
			c.Add("prices", line, "quote.bad_price_line", map[string]any{"Line": i + 1})
			continue
		}
		prices = append(prices, price)
	}
	return prices
}

// drawQuoteRules shows the price list and the limits, as a form for who keeps them.
func (h *Handler) drawQuoteRules(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	rules, err := h.Quotes.Rules(ctx, actor)
	if err != nil {
		return err
	}
	title := p.T("quote.rules")
	view := ui.PageView{Title: title, Subtitle: p.T("quote.rules_sub"), Current: quotesKey, Crumbs: []ui.Crumb{{Label: p.T("nav.quotes"), URL: quotesURL}, {Label: title}}}
	parts := savedNote(p, r)
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("quote.limits"), Span: 4}, ui.Facts(limitFacts(p, rules))),
		ui.Filled(ui.CardView{Title: p.T("quote.prices"), Count: len(rules.Prices), Span: 8, Flush: true}, ui.Table(priceTable(p, rules))))
	if h.Quotes.MayKeepRules(actor) == nil {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("quote.change_rules"), Sub: p.T("quote.change_rules_sub")}, ui.Form(rulesForm(p, r, rules, failure))))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func limitFacts(p *i18n.Printer, rules quote.Rules) (facts []ui.Fact) {
	for _, role := range quote.LimitRoles {
		facts = append(facts, ui.Fact{Term: p.Message(role.Message()), Text: ppmText(p, rules.Limits[role])})
	}
	return append(facts, ui.Fact{Term: p.T("quote.valid_days"), Text: p.Int(rules.ValidDays)}, ui.Fact{Term: p.T("quote.tax_rate"), Text: ppmText(p, rules.TaxPPM)})
}

func priceTable(p *i18n.Printer, rules quote.Rules) ui.TableView {
	table := ui.TableView{Label: p.T("quote.prices"), Columns: []ui.Column{{Key: "product", Label: p.T("quote.product"), Phone: true}, {Key: "list", Label: p.T("quote.list_price"), Kind: ui.ColumnNumber, Phone: true}, {Key: "limit", Label: p.T("quote.product_limit"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("quote.no_prices"), Text: p.T("quote.no_prices_text")}}
	for _, price := range rules.Prices {
		limit := i18n.Unknown
		if price.LimitPPM != quote.NoLimit {
			limit = ppmText(p, price.LimitPPM)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(price.ProductKey, productURL(price.ProductID)), amountCell(price.ListMinor, price.Currency), ui.Text(limit)}})
	}
	return table
}

func rulesForm(p *i18n.Printer, r *http.Request, rules quote.Rules, failure error) ui.FormView {
	typed := func(name, recorded string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return recorded
	}
	var fields []ui.Field
	for _, role := range quote.LimitRoles {
		name := "limits." + string(role)
		fields = append(fields, ui.Field{Name: name, Kind: ui.FieldDecimal, Label: p.T("quote.limit_of", "Role", p.Message(role.Message())), Value: typed(name, percentTyped(rules.Limits[role])), Unit: "%", Span: 3})
	}
	fields = append(fields,
		ui.Field{Name: "valid_days", Kind: ui.FieldNumber, Label: p.T("quote.valid_days"), Value: typed("valid_days", number(rules.ValidDays)), Min: "1", Span: 3},
		ui.Field{Name: "tax", Kind: ui.FieldDecimal, Label: p.T("quote.tax_rate"), Value: typed("tax", percentTyped(rules.TaxPPM)), Unit: "%", Span: 3},
		ui.Field{Name: "prices", Kind: ui.FieldCode, Label: p.T("quote.prices"), Value: typed("prices", priceText(rules.Prices)), Optional: true, Rows: 10, Hint: p.T("quote.prices_hint")},
		ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(rules.Revision)})
	v := ui.FormView{ID: "rules", Action: quoteRulesURL, Guard: true, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Consequence: p.T("quote.rules_consequence")}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

func (h *Handler) saveQuoteRules(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := h.Quotes.MayKeepRules(actor); err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	var c fact.Checker
	rules := quote.Rules{Limits: map[access.Role]int64{}, TaxPPM: ppmOf(&c, "tax", value("tax")), Prices: pricesOf(&c, r.PostFormValue("prices"), h.Currency())}
	for _, role := range quote.LimitRoles {
		rules.Limits[role] = ppmOf(&c, "limits."+string(role), value("limits."+string(role)))
	}
	var err error
	if rules.ValidDays, err = strconv.ParseInt(value("valid_days"), 10, 64); err != nil {
		c.Add("valid_days", value("valid_days"), "form.error.number", nil)
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	if err = c.Err(); err == nil {
		err = h.Quotes.SaveRules(r.Context(), actor, rules, seen)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, quoteRulesURL+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawQuoteRules(w, r, httpx.StatusOf(err), err)
}
