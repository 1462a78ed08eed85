package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// product is what is sold.
type product struct {
	ID       int64  `json:"id"`
	Key      string `json:"key"`
	Name     string `json:"name"`
	Category string `json:"category" doc:"What rate tables look up."`
}

// share is one seller's part of a deal.
type share struct {
	PersonID    int64  `json:"person_id"`
	Name        string `json:"name"`
	BasisPoints int32  `json:"basis_points" doc:"10000 is the whole deal."`
}

// DealFact is what is recorded of a deal.
type DealFact struct {
	Key          string  `json:"key"`
	CustomerID   int64   `json:"customer_id"`
	CustomerName string  `json:"customer_name"`
	ProductID    int64   `json:"product_id"`
	ProductName  string  `json:"product_name"`
	Category     string  `json:"category"`
	SignedOn     string  `json:"signed_on" format:"date"`
	AmountMinor  int64   `json:"amount_minor" doc:"In minor units of the currency (fen for CNY)."`
	Currency     string  `json:"currency" example:"CNY"`
	Shares       []share `json:"shares" nullable:"false" doc:"In order, the owner first."`
	Units        *int64  `json:"units,omitempty" doc:"Absent when nobody recorded it."`
	CostMinor    *int64  `json:"cost_minor,omitempty" doc:"Of the whole deal, in minor units; absent when nobody recorded it."`
	ReferrerID   int64   `json:"referrer_id,omitempty" doc:"Who brought the customer."`
	ReferrerName string  `json:"referrer_name,omitempty"`
	CancelledOn  string  `json:"cancelled_on,omitempty" format:"date" doc:"Absent while the deal stands."`
	CancelReason string  `json:"cancel_reason,omitempty"`
}

// DealHead is a deal in a list.
type DealHead struct {
	DealFact
	PaidMinor     int64 `json:"paid_minor" doc:"Collections minus refunds, in the deal's currency."`
	Payments      int64 `json:"payments"`
	RecordedBatch int64 `json:"recorded_batch"`
}

// dealDetail is a deal with its payments and everything ever recorded about it, the newest first.
type dealDetail struct {
	DealHead
	Entry    DealEntry     `json:"entry" doc:"By the company's own keys, as it is sent to correct it."`
	Paid     []payment     `json:"paid" nullable:"false" doc:"The oldest first, at most 200; list payments for all."`
	Invoiced []invoice     `json:"invoiced" nullable:"false" doc:"The oldest first, at most 200; list invoices for all."`
	Versions []dealVersion `json:"versions" nullable:"false"`
}

// dealVersion is one fact about a deal.
type dealVersion struct {
	DealFact
	Recorded factMark `json:"recorded"`
}

// dealOutput is a deal with its tag.
type dealOutput struct {
	ETag string `header:"ETag"`
	Body dealDetail
}

// exchangeRate is a rate of a day.
type exchangeRate struct {
	Base          string `json:"base" example:"USD"`
	Quote         string `json:"quote" example:"CNY"`
	On            string `json:"on" format:"date"`
	Kind          string `json:"kind" example:"middle"`
	Rate          string `json:"rate" example:"7.1024" doc:"One base is so much of quote."`
	RecordedBatch int64  `json:"recorded_batch"`
}

// ByKey is a key of the company's own in an address.
type ByKey struct {
	Key string `path:"key" maxLength:"100"`
}

type (
	listDealsInput struct {
		Paging
		DayRange
		AmountRange
		Search     string `query:"search" maxLength:"100" doc:"Part of a deal's number, or of a customer's name, number or credit code; pinyin or its initials for a Chinese name."`
		CustomerID int64  `query:"customer_id"`
		ProductID  int64  `query:"product_id"`
		PersonID   int64  `query:"person_id" doc:"Who shares the deal."`
		TeamID     int64  `query:"team_id" doc:"Somebody of the team, as it is today, shares the deal."`
		Sort       string `query:"sort" enum:"signed_on,amount,key,-signed_on,-amount,-key" doc:"The newest first when it is left out; a minus turns the order round."`
	}
	listRatesInput struct {
		Paging
		DayRange
		Base  string `query:"base" pattern:"^[A-Z]{3}$" example:"USD"`
		Quote string `query:"quote" pattern:"^[A-Z]{3}$" example:"CNY"`
		Kind  string `query:"kind" maxLength:"100"`
	}
)

func (a *API) dealOperations() {
	deals := a.services.Deals
	register(a, operation{id: "list_products", method: http.MethodGet, path: "/products", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[product], error) {
			all, err := deals.Products(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(p deal.Product) string { return p.Key })
			return newList(part, next, toAPIProduct), err
		})
	register(a, operation{id: "list_deals", method: http.MethodGet, path: "/deals", tag: "sales"}, a.listDeals)
	register(a, operation{id: "get_deal", method: http.MethodGet, path: "/deals/{key}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByKey) (*dealOutput, error) {
			d, err := deals.Get(ctx, actor, in.Key)
			return &dealOutput{factTag(d.Recorded), toAPIDeal(d)}, err
		})
	register(a, operation{id: "list_exchange_rates", method: http.MethodGet, path: "/exchange-rates", tag: "sales"}, a.listRates)
}

func (a *API) listDeals(ctx context.Context, actor access.Actor, in *listDealsInput) (*output[summedList[DealHead]], error) {
	signed, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Deals.List(ctx, actor, deal.Filter{
		Search: in.Search, CustomerID: in.CustomerID, ProductID: in.ProductID, PersonID: in.PersonID, TeamID: in.TeamID, Signed: signed,
		Amounts: in.amounts(), Paging: in.facts(in.Sort), ExactTotal: true,
	})
	return newSummed(page.Rows, page.Next, page.Total, toAPIDealHead), amountFields(err)
}

func (a *API) listRates(ctx context.Context, actor access.Actor, in *listRatesInput) (*listOutput[exchangeRate], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Deals.Rates(ctx, actor, deal.RateFilter{
		Base: money.Currency(in.Base), Quote: money.Currency(in.Quote), Kind: in.Kind, Days: days, Paging: fact.Paging{Cursor: in.Cursor, Limit: in.Limit},
	})
	return newList(page.Rates, page.Next, toAPIRate), err
}
