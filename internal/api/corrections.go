package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
)

// SellerShare is one seller's part of a deal as it is entered.
type SellerShare struct {
	Person      string `json:"person" maxLength:"100" doc:"Employee number."`
	BasisPoints int32  `json:"basis_points" minimum:"1" maximum:"10000" doc:"10000 is the whole deal."`
}

// DealEntry is a deal as it is entered, by the company's own keys.
type DealEntry struct {
	Customer    string        `json:"customer" maxLength:"100" doc:"The customer's number."`
	Product     string        `json:"product" maxLength:"100" doc:"The product's number."`
	SignedOn    string        `json:"signed_on" format:"date"`
	AmountMinor int64         `json:"amount_minor" doc:"Above zero, in minor units of the currency (fen for CNY)."`
	Currency    string        `json:"currency" pattern:"^[A-Z]{3}$" example:"CNY"`
	Shares      []SellerShare `json:"shares" nullable:"false" minItems:"1" maxItems:"5" doc:"In order, the owner first; 10000 basis points together."`
	Detail      *DealMore     `json:"detail,omitempty" doc:"What only some plans ask for. Left out, what is known stays; given, what is left out of it is unknown."`
}

// DealMore is what only some plans ask of a deal, as it is entered.
type DealMore struct {
	Units     *int64 `json:"units,omitempty" minimum:"0" doc:"Absent when nobody knows."`
	CostMinor *int64 `json:"cost_minor,omitempty" minimum:"0" doc:"Of the whole deal, in minor units of its currency; absent when nobody knows."`
	Referrer  string `json:"referrer,omitempty" maxLength:"100" doc:"Employee number of who brought the customer."`
}

// ProductEntry is a product as it is entered.
type ProductEntry struct {
	Name     string `json:"name" maxLength:"300"`
	Category string `json:"category" maxLength:"300" doc:"What rate tables look up."`
}

// productDetail is a product with everything ever recorded about it, the newest first.
type productDetail struct {
	Product       product          `json:"product"`
	RecordedBatch int64            `json:"recorded_batch"`
	Versions      []productVersion `json:"versions" nullable:"false"`
}

// productVersion is one fact about a product.
type productVersion struct {
	ProductEntry
	Recorded factMark `json:"recorded"`
}

// productOutput is a product with its tag.
type productOutput struct {
	ETag string `header:"ETag"`
	Body productDetail
}

// rateDetail is an exchange rate with everything ever recorded about it, the newest first.
type rateDetail struct {
	ExchangeRate exchangeRate  `json:"exchange_rate"`
	Versions     []rateVersion `json:"versions" nullable:"false"`
}

// rateVersion is one fact about an exchange rate.
type rateVersion struct {
	Rate     string   `json:"rate"`
	Recorded factMark `json:"recorded"`
}

// rateOutput is an exchange rate with its tag.
type rateOutput struct {
	ETag string `header:"ETag"`
	Body rateDetail
}

// ByRate is an exchange rate in an address.
type ByRate struct {
	Base  string `path:"base" pattern:"^[A-Z]{3}$" example:"USD"`
	Quote string `path:"quote" pattern:"^[A-Z]{3}$" example:"CNY"`
	On    string `path:"on" format:"date"`
	Kind  string `path:"kind" maxLength:"100" example:"middle"`
}

func (in ByRate) key() (deal.RateKey, error) {
	on, err := calendar.ParseDate(in.On)
	if err != nil {
		return deal.RateKey{}, errNotFound()
	}
	return deal.RateKey{Base: money.Currency(in.Base), Quote: money.Currency(in.Quote), On: on, Kind: in.Kind}, nil
}

type (
	recordDealInput struct {
		Body struct {
			Key string `json:"key" maxLength:"100" doc:"The company's own number of the deal."`
			DealEntry
		}
	}
	correctDealInput struct {
		ByKey
		Precondition
		Body DealEntry
	}
	createProductInput struct {
		Body struct {
			Key string `json:"key" maxLength:"100" doc:"The company's own number of the product."`
			ProductEntry
		}
	}
	correctProductInput struct {
		ByNumber
		Precondition
		Body ProductEntry
	}
	correctPersonInput struct {
		ByNumber
		Precondition
		Body struct {
			Key     string `json:"key" maxLength:"100" doc:"Employee number."`
			Name    string `json:"name" maxLength:"300"`
			HiredOn string `json:"hired_on" format:"date" doc:"First day employed."`
		}
	}
	recordRateInput struct {
		Body struct {
			Base  string `json:"base" pattern:"^[A-Z]{3}$" example:"USD"`
			Quote string `json:"quote" pattern:"^[A-Z]{3}$" example:"CNY"`
			On    string `json:"on" format:"date"`
			Kind  string `json:"kind,omitempty" maxLength:"100" example:"middle" doc:"middle when it is left out."`
			Rate  string `json:"rate" maxLength:"40" example:"7.1024" doc:"One base is so much of quote."`
		}
	}
	correctRateInput struct {
		ByRate
		Precondition
		Body struct {
			Rate string `json:"rate" maxLength:"40" example:"7.1024" doc:"One base is so much of quote."`
		}
	}
)

// correctionOperations are what is entered and corrected by hand beside customers, payments and quotas.
func (a *API) correctionOperations() {
	register(a, operation{id: "record_deal", method: http.MethodPost, path: "/deals", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *recordDealInput) (*receiptOutput, error) {
			signing, err := fromAPIDeal(in.Body.Key, in.Body.DealEntry)
			if err != nil {
				return nil, err
			}
			receipt, err := a.services.Deals.RecordDeal(ctx, actor, signing)
			return newReceipt(receipt), dealFields(err)
		})
	register(a, operation{id: "correct_deal", method: http.MethodPut, path: "/deals/{key}", tag: "sales"}, a.correctDeal)
	register(a, operation{id: "get_product", method: http.MethodGet, path: "/products/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*productOutput, error) {
			d, err := a.services.Deals.Product(ctx, actor, in.ID)
			return &productOutput{factTag(d.Recorded), toAPIProductDetail(d)}, err
		})
	register(a, operation{id: "create_product", method: http.MethodPost, path: "/products", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *createProductInput) (*createdOutput, error) {
			id, receipt, err := a.services.Deals.SaveProduct(ctx, actor, deal.ProductEntry{Key: in.Body.Key, Name: in.Body.Name, Category: in.Body.Category})
			return newCreated(id, receipt), err
		})
	register(a, operation{id: "correct_product", method: http.MethodPut, path: "/products/{id}", tag: "sales"}, a.correctProduct)
	register(a, operation{id: "correct_person", method: http.MethodPut, path: "/people/{id}", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *correctPersonInput) (*receiptOutput, error) {
			hired, err := fromAPIDay("hired_on", in.Body.HiredOn)
			if err != nil {
				return nil, err
			}
			out, err := a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return a.services.People.Correct(ctx, actor, org.Correct{PersonID: in.ID, Key: in.Body.Key, Name: in.Body.Name, Hired: hired, Seen: seen})
			})
			return out, renamed(err, "hired", "hired_on")
		})
	register(a, operation{id: "get_exchange_rate", method: http.MethodGet, path: "/exchange-rates/{base}/{quote}/{on}/{kind}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByRate) (*rateOutput, error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			d, err := a.services.Deals.Rate(ctx, actor, key)
			return &rateOutput{factTag(d.Recorded), toAPIRateDetail(d)}, err
		})
	register(a, operation{id: "record_exchange_rate", method: http.MethodPost, path: "/exchange-rates", tag: "sales", status: http.StatusCreated}, a.recordRate)
	register(a, operation{id: "correct_exchange_rate", method: http.MethodPut, path: "/exchange-rates/{base}/{quote}/{on}/{kind}", tag: "sales"}, a.correctRate)
}

func (a *API) correctDeal(ctx context.Context, actor access.Actor, in *correctDealInput) (*receiptOutput, error) {
	signing, err := fromAPIDeal(in.Key, in.Body)
	if err != nil {
		return nil, err
	}
	signing.Seen, err = seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Get(ctx, actor, in.Key)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := a.services.Deals.CorrectDeal(ctx, actor, signing)
	return newReceipt(receipt), dealFields(staleFact(err))
}

func (a *API) correctProduct(ctx context.Context, actor access.Actor, in *correctProductInput) (*receiptOutput, error) {
	if in.ID <= 0 { // the service would take it for a new one
		return nil, errNotFound()
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Product(ctx, actor, in.ID)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	_, receipt, err := a.services.Deals.SaveProduct(ctx, actor, deal.ProductEntry{ID: in.ID, Name: in.Body.Name, Category: in.Body.Category, Seen: seen})
	return newReceipt(receipt), staleFact(err)
}

func (a *API) recordRate(ctx context.Context, actor access.Actor, in *recordRateInput) (*receiptOutput, error) {
	on, err := fromAPIDay("on", in.Body.On)
	if err != nil {
		return nil, err
	}
	kind := in.Body.Kind
	if kind == "" {
		kind = deal.RateMiddle
	}
	receipt, err := a.services.Deals.RecordRate(ctx, actor, deal.RateEntry{Value: fromAPIDecimal(in.Body.Rate),
		RateKey: deal.RateKey{Base: money.Currency(in.Body.Base), Quote: money.Currency(in.Body.Quote), On: on, Kind: kind}})
	return newReceipt(receipt), err
}

func (a *API) correctRate(ctx context.Context, actor access.Actor, in *correctRateInput) (*receiptOutput, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Rate(ctx, actor, key)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := a.services.Deals.CorrectRate(ctx, actor, deal.RateEntry{RateKey: key, Value: fromAPIDecimal(in.Body.Rate), Seen: seen})
	return newReceipt(receipt), staleFact(err)
}

// fromAPIDecimal reads a plain decimal. What is none is 0, which no service takes for a rate.
func fromAPIDecimal(text string) decimal.Decimal {
	d, err := decimal.Parse(text)
	if err != nil || len(text) > 0 && text[len(text)-1] == '%' {
		return decimal.Decimal{}
	}
	return d
}
