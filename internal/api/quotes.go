package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
)

// OfferEntryLine is a line of a quote or a contract as it is entered.
type OfferEntryLine struct {
	Product     string `json:"product,omitempty" maxLength:"100" doc:"Number of a product; left out for free text."`
	Text        string `json:"text,omitempty" maxLength:"300" doc:"The product's name when it is left out."`
	Quantity    string `json:"quantity" example:"2.5" doc:"Exact decimal above zero, at most six decimals."`
	Unit        string `json:"unit,omitempty" maxLength:"100"`
	ListMinor   int64  `json:"list_minor,omitempty" minimum:"0" doc:"List price of one, tax included. The price list's wins where it has the product."`
	DiscountPPM int64  `json:"discount_ppm,omitempty" minimum:"0" maximum:"1000000" doc:"Parts per million of the list price."`
	PriceMinor  *int64 `json:"price_minor,omitempty" minimum:"0" doc:"Agreed for one, instead of a discount."`
	TaxPPM      int64  `json:"tax_ppm,omitempty" minimum:"0" maximum:"1000000" doc:"Tax rate; prices contain it."`
}

// OfferLine is a line of a quote or a contract.
type OfferLine struct {
	ProductID   int64  `json:"product_id,omitempty"`
	Text        string `json:"text"`
	Quantity    string `json:"quantity" example:"2.5"`
	Unit        string `json:"unit,omitempty"`
	ListMinor   int64  `json:"list_minor"`
	DiscountPPM int64  `json:"discount_ppm"`
	PriceMinor  *int64 `json:"price_minor,omitempty"`
	TaxPPM      int64  `json:"tax_ppm"`
	AmountMinor int64  `json:"amount_minor" doc:"Quantity × price, rounded once, half away from zero."`
}

// QuoteEntry is a quote as it is entered.
type QuoteEntry struct {
	Title      string           `json:"title" maxLength:"300"`
	Currency   string           `json:"currency" example:"CNY"`
	ValidUntil string           `json:"valid_until" format:"date" doc:"The last day."`
	Lines      []OfferEntryLine `json:"lines" nullable:"false" minItems:"1" maxItems:"100"`
	Terms      string           `json:"terms,omitempty" maxLength:"16000" doc:"For the customer."`
	Note       string           `json:"note,omitempty" maxLength:"16000" doc:"For colleagues."`
}

// QuoteHead is a quote in a list.
type QuoteHead struct {
	ID            int64      `json:"id"`
	Number        string     `json:"number" example:"Q000012-2"`
	RootID        int64      `json:"root_id" doc:"Of the first version."`
	Version       int64      `json:"version"`
	Latest        bool       `json:"latest"`
	OpportunityID int64      `json:"opportunity_id"`
	CustomerID    int64      `json:"customer_id"`
	CustomerName  string     `json:"customer_name"`
	OwnerID       int64      `json:"owner_id" doc:"A person."`
	OwnerName     string     `json:"owner_name"`
	Title         string     `json:"title"`
	State         string     `json:"state" enum:"draft,waiting,approved,sent,accepted,declined,expired,replaced,dropped"`
	Currency      string     `json:"currency" example:"CNY"`
	ListMinor     int64      `json:"list_minor"`
	AmountMinor   int64      `json:"amount_minor" doc:"Tax included."`
	TaxMinor      int64      `json:"tax_minor"`
	DiscountPPM   int64      `json:"discount_ppm" doc:"Of the whole, rounded up."`
	LimitPPM      int64      `json:"limit_ppm" doc:"What who submitted it may give away."`
	Beyond        bool       `json:"beyond" doc:"A line gives away more than that."`
	ValidUntil    string     `json:"valid_until" format:"date"`
	SentOn        string     `json:"sent_on,omitempty" format:"date"`
	SentTo        string     `json:"sent_to,omitempty"`
	SentBy        string     `json:"sent_by,omitempty"`
	EndedOn       string     `json:"ended_on,omitempty" format:"date" doc:"Accepted or declined."`
	EndedFor      string     `json:"ended_for,omitempty"`
	RequestID     string     `json:"request_id,omitempty" doc:"Of the approval."`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	Revision      int64      `json:"revision"`
}

// quoteDetail is a quote with its lines and its history, the newest first.
type quoteDetail struct {
	QuoteHead
	Lines    []OfferLine  `json:"lines" nullable:"false"`
	Terms    string       `json:"terms,omitempty"`
	Note     string       `json:"note,omitempty"`
	Versions []QuoteHead  `json:"versions" nullable:"false" doc:"The newest first."`
	Changes  []workChange `json:"changes" nullable:"false" doc:"The newest first, at most 100."`
}

type quoteOutput struct {
	ETag string `header:"ETag"`
	Body quoteDetail
}

// quoteRules are the price list and the discount limits.
type quoteRules struct {
	ValidDays int64            `json:"valid_days" minimum:"1" maximum:"366"`
	TaxPPM    int64            `json:"tax_ppm" minimum:"0" maximum:"1000000"`
	Limits    map[string]int64 `json:"limits" doc:"By role, in parts per million: seller, lead, director, service, operations."`
	Prices    []quotePrice     `json:"prices" nullable:"false" maxItems:"2000"`
	Revision  int64            `json:"revision" doc:"0: those that ship. A change names the revision that it is meant for."`
}

type quotePrice struct {
	Product   string `json:"product" maxLength:"100"`
	ListMinor int64  `json:"list_minor" minimum:"1"`
	Currency  string `json:"currency" example:"CNY"`
	LimitPPM  *int64 `json:"limit_ppm,omitempty" minimum:"0" maximum:"1000000" doc:"The role's alone when it is left out."`
}

type (
	listQuotesInput struct {
		Paging
		DayRange
		AmountRange
		Search        string `query:"search" maxLength:"100" doc:"Its number, or part of its title or of the customer's name."`
		State         string `query:"state" enum:"draft,waiting,approved,sent,accepted,declined,expired,replaced,dropped"`
		OpportunityID int64  `query:"opportunity_id"`
		CustomerID    int64  `query:"customer_id"`
		PersonID      int64  `query:"person_id" doc:"Who owns the opportunity."`
		TeamID        int64  `query:"team_id"`
		AllVersions   bool   `query:"all_versions" doc:"Versions that a later one follows, too."`
		Sort          string `query:"sort" enum:"id,valid_until,amount,-id,-valid_until,-amount" doc:"The newest first when it is left out; a minus turns the order round."`
	}
	createQuoteInput struct {
		ByNumber
		Body QuoteEntry
	}
	changeQuoteInput struct {
		ByNumber
		Precondition
		Body QuoteEntry
	}
	stepQuoteInput struct {
		ByNumber
		Precondition
	}
	submitInput struct {
		ByNumber
		Precondition
		Body *Excused
	}
	sendQuoteInput struct {
		ByNumber
		Precondition
		Body struct {
			On  string `json:"on" format:"date"`
			To  string `json:"to" maxLength:"300" doc:"Who received it."`
			Way string `json:"way" enum:"email,wechat,visit,paper,other"`
			Excused
		}
	}
	answerQuoteInput struct {
		ByNumber
		Precondition
		Body struct {
			Accepted bool   `json:"accepted"`
			On       string `json:"on" format:"date"`
			Reason   string `json:"reason,omitempty" maxLength:"16000" doc:"Needed when it was declined."`
			Excused
		}
	}
	saveQuoteRulesInput struct{ Body quoteRules }
)

func (a *API) quoteOperations() {
	quotes := a.services.Quotes
	register(a, operation{id: "list_quotes", method: http.MethodGet, path: "/quotes", tag: "sales"}, a.listQuotes)
	register(a, operation{id: "get_quote", method: http.MethodGet, path: "/quotes/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*quoteOutput, error) {
		return a.readQuote(ctx, actor, in.ID)
	})
	register(a, operation{id: "create_quote", method: http.MethodPost, path: "/opportunities/{id}/quotes", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *createQuoteInput) (*quoteOutput, error) {
		entry, err := fromAPIQuote(in.Body)
		if err != nil {
			return nil, err
		}
		entry.OpportunityID = in.ID
		q, err := quotes.Save(ctx, actor, entry)
		if err != nil {
			return nil, err
		}
		return a.readQuote(ctx, actor, q.ID)
	})
	register(a, operation{id: "change_quote", method: http.MethodPut, path: "/quotes/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *changeQuoteInput) (*quoteOutput, error) {
		if in.ID <= 0 { // the service would take it for a new one
			return nil, errNotFound()
		}
		entry, err := fromAPIQuote(in.Body)
		if err != nil {
			return nil, err
		}
		return a.changeQuote(ctx, actor, in.ID, in.Precondition, func(seen int64) (quote.Quote, error) {
			entry.ID, entry.Seen = in.ID, seen
			return quotes.Save(ctx, actor, entry)
		})
	})
	register(a, operation{id: "get_quote_rules", method: http.MethodGet, path: "/quote-rules", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[quoteRules], error) {
		rules, err := quotes.Rules(ctx, actor)
		return &output[quoteRules]{toAPIQuoteRules(rules)}, err
	})
	register(a, operation{id: "set_quote_rules", method: http.MethodPut, path: "/quote-rules", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *saveQuoteRulesInput) (*output[quoteRules], error) {
		if err := quotes.SaveRules(ctx, actor, fromAPIQuoteRules(in.Body), in.Body.Revision); err != nil {
			return nil, err
		}
		rules, err := quotes.Rules(ctx, actor)
		return &output[quoteRules]{toAPIQuoteRules(rules)}, err
	})
	a.quoteActs()
}

// quoteActs are what is done with a quote.
func (a *API) quoteActs() {
	quotes := a.services.Quotes
	post := func(id, path string) operation {
		return operation{id: id, method: http.MethodPost, path: "/quotes/{id}/" + path, tag: "sales"}
	}
	for _, act := range []struct {
		id, path string
		do       func(ctx context.Context, actor access.Actor, id, seen int64) (quote.Quote, error)
	}{{"withdraw_quote", "withdraw", quotes.Withdraw}, {"drop_quote", "drop", quotes.Drop}} {
		register(a, post(act.id, act.path), func(ctx context.Context, actor access.Actor, in *stepQuoteInput) (*quoteOutput, error) {
			return a.changeQuote(ctx, actor, in.ID, in.Precondition, func(seen int64) (quote.Quote, error) { return act.do(ctx, actor, in.ID, seen) })
		})
	}
	register(a, post("submit_quote", "submit"), func(ctx context.Context, actor access.Actor, in *submitInput) (*quoteOutput, error) {
		return a.changeQuote(ctx, actor, in.ID, in.Precondition, func(seen int64) (quote.Quote, error) {
			return quotes.SubmitFor(ctx, actor, quote.Submitting{ID: in.ID, Excuse: in.Body.said(), Seen: seen})
		})
	})
	revise := post("revise_quote", "revise")
	revise.status = http.StatusCreated
	register(a, revise, func(ctx context.Context, actor access.Actor, in *ByNumber) (*quoteOutput, error) {
		q, err := quotes.Revise(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		return a.readQuote(ctx, actor, q.ID)
	})
	register(a, post("send_quote", "send"), func(ctx context.Context, actor access.Actor, in *sendQuoteInput) (*quoteOutput, error) {
		on, err := fromAPIDay("on", in.Body.On)
		if err != nil {
			return nil, err
		}
		return a.changeQuote(ctx, actor, in.ID, in.Precondition, func(seen int64) (quote.Quote, error) {
			return quotes.Send(ctx, actor, quote.Send{ID: in.ID, On: on, To: in.Body.To, Way: in.Body.Way, Excuse: in.Body.Excuse, Seen: seen})
		})
	})
	register(a, post("answer_quote", "answer"), func(ctx context.Context, actor access.Actor, in *answerQuoteInput) (*quoteOutput, error) {
		on, err := fromAPIDay("on", in.Body.On)
		if err != nil {
			return nil, err
		}
		return a.changeQuote(ctx, actor, in.ID, in.Precondition, func(seen int64) (quote.Quote, error) {
			return quotes.Answer(ctx, actor, quote.Answer{ID: in.ID, Accepted: in.Body.Accepted, On: on, Reason: in.Body.Reason, Excuse: in.Body.Excuse, Seen: seen})
		})
	})
}

// said is the reason of a body that may be left out.
func (e *Excused) said() string {
	if e == nil {
		return ""
	}
	return e.Excuse
}

func (a *API) listQuotes(ctx context.Context, actor access.Actor, in *listQuotesInput) (*output[summedList[QuoteHead]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Quotes.List(ctx, actor, quote.Filter{Search: in.Search, State: quote.State(in.State), OpportunityID: in.OpportunityID, CustomerID: in.CustomerID, PersonID: in.PersonID, TeamID: in.TeamID,
		Valid: days, Amounts: in.amounts(), AllVersions: in.AllVersions, Paging: in.facts(in.Sort), ExactTotal: true})
	return newSummed(page.Rows, page.Next, page.Total, toAPIQuote), amountFields(err)
}

// changeQuote does something with a quote, in the state that the client has seen when it says which, and answers with it.
func (a *API) changeQuote(ctx context.Context, actor access.Actor, id int64, in Precondition, do func(seen int64) (quote.Quote, error)) (*quoteOutput, error) {
	var seen int64
	if in.asked() {
		d, err := a.services.Quotes.Get(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(quoteTag(d.Quote)) {
			return nil, errStale()
		}
	}
	if _, err := do(seen); err != nil {
		return nil, staleIf(err, "quote.changed_meanwhile")
	}
	return a.readQuote(ctx, actor, id)
}

func (a *API) readQuote(ctx context.Context, actor access.Actor, id int64) (*quoteOutput, error) {
	d, err := a.services.Quotes.Get(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	body := quoteDetail{QuoteHead: toAPIQuote(d.Quote), Lines: toAPILines(d.Lines), Terms: d.Terms, Note: d.Note, Versions: make([]QuoteHead, 0, len(d.Versions)), Changes: toAPIChanges(d.Changes)}
	body.State = string(d.StateOn(d.Today))
	for _, v := range d.Versions {
		body.Versions = append(body.Versions, toAPIQuote(v))
	}
	return &quoteOutput{quoteTag(d.Quote), body}, nil
}

func quoteTag(q quote.Quote) string {
	return quoted("quote." + strconv.FormatInt(q.ID, 10) + "." + strconv.FormatInt(q.Revision, 10))
}

func toAPIQuote(q quote.Quote) QuoteHead {
	return QuoteHead{ID: q.ID, Number: q.Number(), RootID: q.RootID, Version: q.Version, Latest: q.Latest, OpportunityID: q.OpportunityID, CustomerID: q.CustomerID, CustomerName: q.CustomerName, OwnerID: q.OwnerID, OwnerName: q.OwnerName,
		Title: q.Title, State: string(q.State), Currency: string(q.Currency), ListMinor: q.ListMinor, AmountMinor: q.AmountMinor, TaxMinor: q.TaxMinor, DiscountPPM: q.DiscountPPM, LimitPPM: q.LimitPPM, Beyond: q.Beyond,
		ValidUntil: toAPIDate(q.ValidUntil), SentOn: toAPIDate(q.SentOn), SentTo: q.SentTo, SentBy: q.SentBy, EndedOn: toAPIDate(q.EndedOn), EndedFor: q.EndedFor, RequestID: q.RequestID, CreatedAt: toAPIInstant(q.CreatedAt), Revision: q.Revision}
}

func toAPILines(lines []quote.Line) []OfferLine {
	out := make([]OfferLine, 0, len(lines))
	for _, l := range lines {
		amount, err := l.AmountMinor()
		if err != nil { // what is kept was added up
			amount = 0
		}
		line := OfferLine{ProductID: l.ProductID, Text: l.Text, Quantity: l.Quantity.String(), Unit: l.Unit, ListMinor: l.ListMinor, DiscountPPM: l.DiscountPPM, TaxPPM: l.TaxPPM, AmountMinor: amount}
		if l.PriceMinor != quote.NoPrice {
			line.PriceMinor = &l.PriceMinor
		}
		out = append(out, line)
	}
	return out
}

func fromAPIQuote(e QuoteEntry) (quote.Entry, error) {
	var c fact.Checker
	in := quote.Entry{Title: e.Title, Currency: money.Currency(e.Currency), ValidUntil: fromAPIDate(&c, "valid_until", e.ValidUntil), Terms: e.Terms, Note: e.Note, Lines: fromAPILines(&c, e.Lines)}
	return in, c.Err()
}

func fromAPILines(c *fact.Checker, lines []OfferEntryLine) (out []quote.EntryLine) {
	for i, l := range lines {
		quantity, err := decimal.Parse(l.Quantity)
		if err != nil {
			c.Add("lines."+strconv.Itoa(i)+".quantity", l.Quantity, "form.error.number", nil)
		}
		line := quote.EntryLine{Product: l.Product, Text: l.Text, Quantity: quantity, Unit: l.Unit, ListMinor: l.ListMinor, DiscountPPM: l.DiscountPPM, PriceMinor: quote.NoPrice, TaxPPM: l.TaxPPM}
		if l.PriceMinor != nil {
			line.PriceMinor = *l.PriceMinor
		}
		out = append(out, line)
	}
	return out
}

func toAPIQuoteRules(r quote.Rules) quoteRules {
	out := quoteRules{ValidDays: r.ValidDays, TaxPPM: r.TaxPPM, Limits: map[string]int64{}, Prices: make([]quotePrice, 0, len(r.Prices)), Revision: r.Revision}
	for role, limit := range r.Limits {
		out.Limits[string(role)] = limit
	}
	for _, p := range r.Prices {
		price := quotePrice{Product: p.ProductKey, ListMinor: p.ListMinor, Currency: string(p.Currency)}
		if p.LimitPPM != quote.NoLimit {
			price.LimitPPM = &p.LimitPPM
		}
		out.Prices = append(out.Prices, price)
	}
	return out
}

func fromAPIQuoteRules(in quoteRules) quote.Rules {
	rules := quote.Rules{ValidDays: in.ValidDays, TaxPPM: in.TaxPPM, Limits: map[access.Role]int64{}}
	for role, limit := range in.Limits {
		rules.Limits[access.Role(role)] = limit
	}
	for _, p := range in.Prices {
		price := quote.Price{ProductKey: p.Product, ListMinor: p.ListMinor, Currency: money.Currency(p.Currency), LimitPPM: quote.NoLimit}
		if p.LimitPPM != nil {
			price.LimitPPM = *p.LimitPPM
		}
		rules.Prices = append(rules.Prices, price)
	}
	return rules
}
