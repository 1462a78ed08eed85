package sales

import (
	"net/http"
	"net/url"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func rateColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: "pair", Label: p.T("sales.currencies"), Phone: true, Fixed: true, Kind: ui.ColumnNarrow},
		{Key: deal.SortOn, Label: p.T("sales.rate_on"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "kind", Label: p.T("sales.rate_kind")},
		{Key: "rate", Label: p.T("sales.rate"), Kind: ui.ColumnNumber, Phone: true},
	}
}

// kindText names the usual kind of rate in the reader's language; others are named by the company.
func kindText(p *i18n.Printer, kind string) string {
	if kind == deal.RateMiddle {
		return p.T("sales.rate_middle")
	}
	return kind
}

func rateURL(key deal.RateKey) string {
	return "/rates/" + url.PathEscape(string(key.Base)) + "/" + url.PathEscape(string(key.Quote)) + "/" + key.On.String() + "/" + url.PathEscape(key.Kind)
}

func pairText(key deal.RateKey) string { return string(key.Base) + " / " + string(key.Quote) }

func (h *Handler) rateFilter(r *http.Request) (*listing, deal.RateFilter, error) {
	l, err := h.list(r, "rates", rateColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: deal.SortOn, Descending: true})
	if err != nil {
		return nil, deal.RateFilter{}, err
	}
	currency := func(name string) money.Currency { return money.Currency(strings.ToUpper(l.get(name))) }
	return l, deal.RateFilter{Base: currency("base"), Quote: currency("quote"), Kind: l.get("kind"), Days: l.days(), Paging: l.paging()}, nil
}

func (h *Handler) listRates(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.rateFilter(r)
	if err != nil {
		return err
	}
	var page deal.RatePage
	if err = l.wrong.Err(); err == nil {
		page, err = h.Deals.Rates(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	var rows []ui.Row
	for _, rate := range page.Rates {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: pairText(rate.RateKey), URL: rateURL(rate.RateKey), Phone: rate.On.String() + " · " + kindText(p, rate.Kind)}, ui.Text(rate.On.String()),
			ui.Text(kindText(p, rate.Kind)), ui.Text(rate.Value)}})
	}
	fields := []ui.Field{
		{Name: "base", Label: p.T("sales.rate_base"), Value: l.get("base"), Optional: true}, {Name: "quote", Label: p.T("sales.rate_quote"), Value: l.get("quote"), Optional: true},
		{Name: "kind", Label: p.T("sales.rate_kind"), Value: l.get("kind"), Optional: true},
	}
	fields = append(fields, l.rangeFields()[:2]...)
	view := ui.PageView{Title: p.T("nav.rates"), Subtitle: p.T("sales.rates_sub")}
	if h.Deals.MayWriteShared(l.actor) == nil {
		view.Actions = []ui.Action{{Label: p.T("sales.new_rate"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/rates/new"}}
	}
	bar := l.bar("", fields, failure)
	bar.Search = nil
	return l.draw(w, r, view, bar, l.table(view.Title, rows, nil, fact.Total{Count: page.Count}, page.Next, ""), failure)
}

func (h *Handler) exportRates(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.rateFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "exchange-rates", Sheet: p.T("nav.rates"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.rate_base"), p.T("sales.rate_quote"), p.T("sales.rate_on"), p.T("sales.rate_kind"), p.T("sales.rate")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Deals.EachRate(l.ctx, l.actor, filter, func(rate deal.Rate) error {
				return write(tabular.Text(string(rate.Base)), tabular.Text(string(rate.Quote)), tabular.Text(rate.On.String()), tabular.Text(rate.Kind), tabular.Number(rate.Value))
			})
		},
	})
}

// ratePlace reads which rate an address names.
func ratePlace(r *http.Request) (deal.RateKey, error) {
	on, err := calendar.ParseDate(r.PathValue("on"))
	if err != nil {
		return deal.RateKey{}, errs.New(errs.KindNotFound, "deal.rate_missing", nil)
	}
	return deal.RateKey{Base: money.Currency(r.PathValue("base")), Quote: money.Currency(r.PathValue("quote")), On: on, Kind: r.PathValue("kind")}, nil
}

func (h *Handler) showRate(w http.ResponseWriter, r *http.Request) error {
	return h.drawRate(w, r, http.StatusOK, nil)
}

func (h *Handler) drawRate(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	key, err := ratePlace(r)
	if err != nil {
		return err
	}
	d, err := h.Deals.Rate(ctx, actor, key)
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Rate.Value}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	title := pairText(d.RateKey)
	parts := append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 6}, ui.Facts([]ui.Fact{
		{Term: p.T("sales.rate_on"), Text: d.On.String()}, {Term: p.T("sales.rate_kind"), Text: kindText(p, d.Kind)},
		{Term: p.T("sales.rate"), Text: p.T("sales.rate_sentence", "Base", string(d.Base), "Rate", d.Value, "Quote", string(d.Quote))},
	})))
	if d.MayWrite {
		value, seen := d.Value, number(int64(d.Recorded))
		if failure != nil {
			value, seen = r.PostFormValue("rate"), r.PostFormValue("seen")
		}
		form := ui.FormView{ID: "rate", Action: rateURL(d.RateKey), Submit: ui.Action{Label: p.T("sales.correct_button"), Kind: ui.ActionPrimary}, Consequence: p.T("sales.correct_consequence")}
		form.Fields, form.Problem = ui.WithErrors([]ui.Field{{Name: "rate", Kind: ui.FieldDecimal, Label: p.T("sales.rate"), Value: value}, {Name: "seen", Kind: ui.FieldHidden, Value: seen}}, failure, p)
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.correct_rate"), Span: 6}, ui.Form(form)))
	}
	parts = append(parts, historyCard(p, []string{p.T("sales.rate")}, versions, users))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.On.String(), Current: "rates",
		Crumbs: []ui.Crumb{{Label: p.T("nav.rates"), URL: "/rates"}, {Label: title}}}, parts...))
}

func (h *Handler) newRate(w http.ResponseWriter, r *http.Request) error {
	return h.drawNewRate(w, r, http.StatusOK, nil)
}

func (h *Handler) drawNewRate(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	if err := h.Deals.MayWriteShared(access.ActorFrom(r.Context())); err != nil {
		return err
	}
	value := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	form := ui.FormView{ID: "rate", Action: "/rates", Submit: ui.Action{Label: p.T("sales.new_rate"), Kind: ui.ActionPrimary}, Consequence: p.T("sales.new_rate_consequence"),
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/rates"}, Suggest: []ui.Suggestions{someCurrencies()}}
	form.Fields, form.Problem = ui.WithErrors([]ui.Field{
		{Name: "base", Label: p.T("sales.rate_base"), Value: value("base", ""), Suggest: "some-currencies", Autocomplete: "off", Hint: p.T("sales.currency_hint"), Span: 6},
		{Name: "quote", Label: p.T("sales.rate_quote"), Value: value("quote", string(h.Currency())), Suggest: "some-currencies", Autocomplete: "off", Hint: p.T("sales.currency_hint"), Span: 6},
		{Name: "on", Kind: ui.FieldDate, Label: p.T("sales.rate_on"), Value: value("on", h.today().String()), Span: 6},
		{Name: "kind", Label: p.T("sales.rate_kind"), Value: value("kind", deal.RateMiddle), Hint: p.T("sales.rate_kind_hint"), Span: 6},
		{Name: "rate", Kind: ui.FieldDecimal, Label: p.T("sales.rate"), Value: value("rate", ""), Hint: p.T("sales.rate_hint"), Span: 6},
	}, failure, p)
	title := p.T("sales.new_rate")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: "rates", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.rates"), URL: "/rates"}, {Label: title}}}, ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

// rateTyped reads the rate of a form. What is no number is 0, which the service refuses with everything else that is wrong.
func rateTyped(r *http.Request) decimal.Decimal {
	text := strings.NewReplacer(",", "", " ", "").Replace(r.PostFormValue("rate"))
	rate, err := decimal.Parse(text)
	if err != nil || strings.HasSuffix(text, "%") {
		return decimal.Decimal{}
	}
	return rate
}

func (h *Handler) recordRate(w http.ResponseWriter, r *http.Request) error {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in := deal.RateEntry{Value: rateTyped(r), RateKey: deal.RateKey{Base: money.Currency(strings.ToUpper(value("base"))), Quote: money.Currency(strings.ToUpper(value("quote"))),
		On: calendar.NoDate, Kind: value("kind")}}
	if on, err := calendar.ParseDate(value("on")); err == nil {
		in.On = on
	}
	receipt, err := h.Deals.RecordRate(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		return done(w, r, rateURL(in.RateKey), receipt)
	case !mendable(err):
		return err
	}
	return h.drawNewRate(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) correctRate(w http.ResponseWriter, r *http.Request) error {
	key, err := ratePlace(r)
	if err != nil {
		return err
	}
	receipt, err := h.Deals.CorrectRate(r.Context(), access.ActorFrom(r.Context()), deal.RateEntry{RateKey: key, Value: rateTyped(r), Seen: seenOf(r)})
	switch {
	case err == nil:
		return done(w, r, rateURL(key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawRate(w, r, httpx.StatusOf(err), err)
}
