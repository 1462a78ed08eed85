package sales

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

// The forms stand outside /deals/, where every word may be a deal's key.
const newDealURL = "/new-deal"

func correctDealURL(key string) string { return keyURL("/correct-deal/", key) }

// signingTyped is a deal as it stands in the form.
type signingTyped struct {
	key, customer, product, signedOn, amount, currency, seen string
	units, cost, referrer                                    string
	sellers                                                  []sellerTyped
}

type sellerTyped struct{ person, share string }

func typedOf(r *http.Request) signingTyped {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	typed := signingTyped{value("key"), value("customer"), value("product"), value("signed_on"), value("amount"), strings.ToUpper(value("currency")), value("seen"),
		value("units"), value("cost"), value("referrer"), nil}
	for i := range deal.SellersMax {
		// Rows left empty between others close up, so that what is wrong is marked in the row where it is shown.
		if seller := (sellerTyped{value(sellerField(i, "person")), value(sellerField(i, "share"))}); seller != (sellerTyped{}) {
			typed.sellers = append(typed.sellers, seller)
		}
	}
	return typed
}

func sellerField(i int, part string) string { return fmt.Sprintf("shares.%d.%s", i, part) }

// typedAs is what is recorded, as it would be typed.
func typedAs(d deal.Detail) signingTyped {
	typed := signingTyped{d.Record.Key, d.Record.Customer, d.Record.Product, d.Record.SignedOn.String(), money.Format(d.Record.AmountMinor, d.Record.Currency),
		string(d.Record.Currency), number(int64(d.Recorded)), "", "", d.More.ReferrerKey, nil}
	if d.More.Units != fact.Unknown {
		typed.units = number(d.More.Units)
	}
	if d.More.CostMinor != fact.Unknown {
		typed.cost = money.Format(d.More.CostMinor, d.Currency)
	}
	for _, s := range d.Record.Shares {
		typed.sellers = append(typed.sellers, sellerTyped{s.Person, decimal.FromInt(int64(s.BasisPoints), 2).String()})
	}
	return typed
}

// signing reads what was typed. What cannot be read is named together with everything else that is wrong.
func (t signingTyped) signing() (in deal.Signing, err error) {
	var c fact.Checker
	in.DealRecord = fact.DealRecord{Key: t.key, Customer: t.customer, Product: t.product, SignedOn: calendar.NoDate, Currency: money.Currency(t.currency)}
	if in.SignedOn, err = calendar.ParseDate(t.signedOn); err != nil && t.signedOn != "" {
		c.Add("signed_on", t.signedOn, "form.error.date", nil)
	}
	if err != nil {
		in.SignedOn = calendar.NoDate
	}
	var ok bool
	if in.AmountMinor, ok = parseAmount(t.amount, in.Currency); !ok {
		c.Add("amount", t.amount, "form.error.number", nil)
	}
	for i, seller := range t.sellers {
		points, ok := parsePercent(seller.share)
		if !ok && seller.share != "" {
			c.Add(sellerField(i, "share"), seller.share, "deal.bad_share", nil)
		}
		if seller.share == "" && len(t.sellers) == 1 {
			points = deal.FullShare
		}
		in.Shares = append(in.Shares, fact.ShareRecord{Person: seller.person, BasisPoints: points})
	}
	in.Detail = t.detail(&c, in.Currency)
	return in, withRest(c.Err(), in.Validate())
}

// detail reads what only some plans ask for; an empty field says that nobody knows.
func (t signingTyped) detail(c *fact.Checker, currency money.Currency) *fact.DealDetail {
	detail := fact.NoDetail()
	detail.Referrer = t.referrer
	if t.units != "" {
		units, err := strconv.ParseInt(t.units, 10, 64)
		if err != nil || units < 0 {
			c.Add("units", t.units, "deal.bad_units", nil)
		} else {
			detail.Units = units
		}
	}
	if t.cost != "" {
		cost, ok := parseAmount(t.cost, currency)
		if !ok || cost < 0 {
			c.Add("cost", t.cost, "deal.bad_cost", nil)
		} else {
			detail.CostMinor = cost
		}
	}
	return &detail
}

// parsePercent reads "33.34" or "33.34%" as basis points, exactly.
func parsePercent(text string) (points int32, ok bool) {
	d, err := decimal.Parse(strings.TrimSpace(strings.TrimRight(text, "%％")))
	if err != nil {
		return 0, false
	}
	scaled := d.Mul(decimal.FromInt(100, 0)).Rat()
	if !scaled.IsInt() || !scaled.Num().IsInt64() || scaled.Num().Int64() < 0 || scaled.Num().Int64() > deal.FullShare {
		return 0, false
	}
	return int32(scaled.Num().Int64()), true
}

// withRest adds to what could not be read what else is wrong: of a field that could not be read nothing more is said.
func withRest(unread, wrong error) error {
	first, ok := errors.AsType[*errs.Error](unread)
	if !ok {
		return nil // what is wrong besides, the service says
	}
	fields := slices.Clone(first.Fields)
	if rest, ok := errors.AsType[*errs.Error](wrong); ok {
		for _, f := range rest.Fields {
			if !slices.ContainsFunc(first.Fields, func(o errs.Field) bool { return o.Path == f.Path }) {
				fields = append(fields, f)
			}
		}
	}
	return errs.Invalid("fact.invalid", fields)
}

func (h *Handler) newDeal(w http.ResponseWriter, r *http.Request) error {
	typed := signingTyped{customer: r.FormValue("customer"), signedOn: h.today().String(), currency: string(h.Currency())}
	return h.drawNewDeal(w, r, http.StatusOK, typed, nil)
}

func (h *Handler) drawNewDeal(w http.ResponseWriter, r *http.Request, status int, typed signingTyped, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return err
	}
	form, err := h.dealForm(r.Context(), actor, p, typed, failure)
	if err != nil {
		return err
	}
	form.Action, form.Consequence = newDealURL, p.T("sales.new_deal_consequence")
	form.Submit, form.Cancel = ui.Action{Label: p.T("sales.new_deal_button"), Kind: ui.ActionPrimary}, &ui.Link{Label: p.T("common.cancel"), URL: "/deals"}
	title := p.T("sales.new_deal")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: "deals", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) recordDeal(w http.ResponseWriter, r *http.Request) error {
	typed := typedOf(r)
	in, err := typed.signing()
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Deals.RecordDeal(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/deals/", in.Key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawNewDeal(w, r, httpx.StatusOf(err), typed, err)
}

func (h *Handler) editDeal(w http.ResponseWriter, r *http.Request) error {
	return h.drawDealCorrection(w, r, http.StatusOK, nil, nil)
}

// drawDealCorrection asks what a deal should have been; without something typed it begins with what is recorded.
func (h *Handler) drawDealCorrection(w http.ResponseWriter, r *http.Request, status int, typed *signingTyped, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return err
	}
	d, err := h.Deals.Get(ctx, actor, r.PathValue("key"))
	if err != nil {
		return err
	}
	if !d.MayWrite {
		return errs.New(errs.KindForbidden, "deal.not_yours_to_correct", nil)
	}
	if typed == nil {
		recorded := typedAs(d)
		typed = &recorded
	}
	form, err := h.dealForm(ctx, actor, p, *typed, failure)
	if err != nil {
		return err
	}
	form.Fields[0] = ui.Field{Name: "key", Kind: ui.FieldStatic, Label: p.T("sales.deal_key"), Value: d.Key, Span: 6}
	form.Fields = append(form.Fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed.seen})
	form.Action, form.Consequence = correctDealURL(d.Key), p.T("sales.correct_consequence")
	form.Submit, form.Cancel = ui.Action{Label: p.T("sales.correct_button"), Kind: ui.ActionPrimary}, &ui.Link{Label: p.T("common.cancel"), URL: keyURL("/deals/", d.Key)}
	title := p.T("sales.correct_deal")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Key, Current: "deals", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: d.Key, URL: keyURL("/deals/", d.Key)}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) correctDeal(w http.ResponseWriter, r *http.Request) error {
	typed := typedOf(r)
	typed.key = r.PathValue("key")
	in, err := typed.signing()
	var receipt fact.Receipt
	if err == nil {
		in.Seen = seenOf(r)
		receipt, err = h.Deals.CorrectDeal(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		return done(w, r, keyURL("/deals/", in.Key), receipt)
	case !mendable(err):
		return err
	}
	return h.drawDealCorrection(w, r, httpx.StatusOf(err), &typed, err)
}

// dealForm asks for everything about a deal; the key comes first.
func (h *Handler) dealForm(ctx context.Context, actor access.Actor, p *i18n.Printer, typed signingTyped, failure error) (v ui.FormView, err error) {
	products, err := h.Deals.Products(ctx, actor)
	if err != nil {
		return v, err
	}
	var choices []ui.Option
	for _, product := range products {
		choices = append(choices, ui.Option{Value: product.Key, Label: strings.Trim(product.Name+" · "+product.Category, " ·")})
	}
	if v.Suggest, err = h.dealSuggestions(ctx, actor); err != nil {
		return v, err
	}
	fields := []ui.Field{
		{Name: "key", Label: p.T("sales.deal_key"), Value: typed.key, Span: 6},
		{Name: "customer", Label: p.T("sales.customer_key"), Value: typed.customer, Suggest: "some-customers", Autocomplete: "off", Hint: p.T("sales.customer_pick"), Span: 6},
		{Name: "product", Kind: ui.FieldSelect, Label: p.T("sales.product"), Value: typed.product, Options: choices, Placeholder: p.T("sales.choose"), Span: 6},
		{Name: "signed_on", Kind: ui.FieldDate, Label: p.T("sales.signed_on"), Value: typed.signedOn, Span: 6},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("sales.deal_amount"), Value: typed.amount, Span: 6},
		{Name: "currency", Label: p.T("sales.currency"), Value: typed.currency, Suggest: "some-currencies", Autocomplete: "off", Hint: p.T("sales.currency_hint"), Span: 6},
	}
	for i := range deal.SellersMax {
		seller := sellerTyped{}
		if i < len(typed.sellers) {
			seller = typed.sellers[i]
		}
		person := ui.Field{Name: sellerField(i, "person"), Label: p.T("sales.seller_number", "Number", i+1), Value: seller.person, Suggest: "some-people", Autocomplete: "off", Optional: i > 0, Span: 6}
		share := ui.Field{Name: sellerField(i, "share"), Kind: ui.FieldDecimal, Label: p.T("sales.share_number", "Number", i+1), Value: seller.share, Unit: "%", Optional: true, Span: 6}
		if i == 0 {
			person.Hint, share.Hint = p.T("sales.seller_pick"), p.T("sales.share_hint")
		} else {
			person.Fold = p.T("sales.more_sellers", "Max", deal.SellersMax)
			share.Fold = person.Fold
		}
		fields = append(fields, person, share)
	}
	rest := p.T("sales.more_detail")
	fields = append(fields,
		ui.Field{Name: "units", Kind: ui.FieldNumber, Label: p.T("sales.units"), Value: typed.units, Optional: true, Hint: p.T("sales.units_hint"), Min: "0", Fold: rest, Span: 6},
		ui.Field{Name: "cost", Kind: ui.FieldMoney, Label: p.T("sales.cost"), Value: typed.cost, Optional: true, Hint: p.T("sales.cost_hint"), Fold: rest, Span: 6},
		ui.Field{Name: "referrer", Label: p.T("sales.referrer"), Value: typed.referrer, Optional: true, Suggest: "some-people", Autocomplete: "off", Hint: p.T("sales.referrer_hint"), Fold: rest, Span: 6})
	v.ID = "deal"
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// currencies are offered first; any other code may be typed.
var currencies = []string{"CNY", "USD", "EUR", "HKD", "JPY", "GBP"}

func someCurrencies() ui.Suggestions {
	codes := ui.Suggestions{ID: "some-currencies"}
	for _, code := range currencies {
		codes.Options = append(codes.Options, ui.Option{Value: code})
	}
	return codes
}

// dealSuggestions offers customers and people of one's reach by number and name: some at first, those that fit while one types. The numbers of
// others can be typed.
func (h *Handler) dealSuggestions(ctx context.Context, actor access.Actor) ([]ui.Suggestions, error) {
	customers, err := h.customerSuggestions(ctx, actor)
	if err != nil {
		return nil, err
	}
	people, err := h.personSuggestions(ctx, actor)
	return []ui.Suggestions{customers, people, someCurrencies()}, err
}

// customerSuggestions are customers of one's reach, more as one types.
func (h *Handler) customerSuggestions(ctx context.Context, actor access.Actor) (some ui.Suggestions, err error) {
	some = ui.Suggestions{ID: "some-customers", From: suggestCustomersURL}
	some.Options, err = h.someCustomers(ctx, actor, "", suggestedMax)
	return some, err
}

// personSuggestions are people who are employed, more as one types; nobody for who does not see the organisation.
func (h *Handler) personSuggestions(ctx context.Context, actor access.Actor) (some ui.Suggestions, err error) {
	some.ID = "some-people"
	if !actor.Can(access.PermOrgRead) {
		return some, nil
	}
	some.From = "/suggest/people"
	members, err := h.People.List(ctx, actor, org.Filter{When: org.Now(), Employment: org.Employed, Paging: fact.Paging{Limit: suggestedMax}})
	for _, m := range members.Members {
		some.Options = append(some.Options, ui.Option{Value: m.Key, Label: strings.Trim(m.Name+" · "+m.TeamName, " ·")})
	}
	return some, err
}
