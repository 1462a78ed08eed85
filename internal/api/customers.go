package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
)

// CustomerEntry is a customer as it is entered.
type CustomerEntry struct {
	Name       string  `json:"name" maxLength:"300"`
	Industry   string  `json:"industry,omitempty" maxLength:"300"`
	City       string  `json:"city,omitempty" maxLength:"300"`
	CreditCode string  `json:"credit_code,omitempty" maxLength:"18" doc:"Unified social credit code, 18 characters."`
	Tier       *string `json:"tier,omitempty" maxLength:"300" doc:"What plans look up, such as A. Left out, what is known stays."`
	Region     *string `json:"region,omitempty" maxLength:"300" doc:"Where the customer is, in your own words. Left out, what is known stays."`
}

// CustomerHead is what is recorded of a customer.
type CustomerHead struct {
	ID            int64  `json:"id"`
	Key           string `json:"key" doc:"The company's own number of the customer."`
	Name          string `json:"name"`
	Industry      string `json:"industry,omitempty"`
	City          string `json:"city,omitempty"`
	CreditCode    string `json:"credit_code,omitempty" doc:"Unified social credit code."`
	Tier          string `json:"tier,omitempty" doc:"What plans look up, such as A."`
	Region        string `json:"region,omitempty" doc:"Where the customer is, in your own words."`
	RecordedBatch int64  `json:"recorded_batch"`
}

// customerRow is a customer in a list, with what you may see of its deals.
type customerRow struct {
	CustomerHead
	Deals        int64     `json:"deals"`
	LastSignedOn string    `json:"last_signed_on,omitempty" format:"date"`
	Standing     string    `json:"standing,omitempty" doc:"The tier that reviews gave, A, B or C; see get_customer_tier."`
	Fields       ownValues `json:"fields,omitempty" doc:"Values of the company's own fields, which stand in the customer's file."`
	Formerly     []string  `json:"formerly,omitempty" doc:"Other names under which it is found, of customers that were merged into it."`
}

// customerDetail is a customer with its sellers and everything ever recorded about it, the newest first.
type customerDetail struct {
	CustomerHead
	Sellers  []customerSeller  `json:"sellers" nullable:"false" doc:"Within your scope."`
	Versions []customerVersion `json:"versions" nullable:"false"`
}

// customerSeller is who shares deals of a customer.
type customerSeller struct {
	PersonID int64  `json:"person_id"`
	Name     string `json:"name"`
	Deals    int64  `json:"deals"`
}

// customerVersion is one fact about a customer.
type customerVersion struct {
	CustomerEntry
	Recorded factMark `json:"recorded"`
}

// customerOutput is a customer with its tag.
type customerOutput struct {
	ETag string `header:"ETag"`
	Body customerDetail
}

type (
	listCustomersInput struct {
		Paging
		Search   string   `query:"search" maxLength:"100" doc:"Part of a name, number or credit code; pinyin or its initials for a Chinese name."`
		Industry string   `query:"industry" maxLength:"300"`
		City     string   `query:"city" maxLength:"300"`
		PersonID int64    `query:"person_id" doc:"Who sells to them."`
		Standing string   `query:"standing" enum:"A,B,C" doc:"The tier that reviews gave."`
		Field    []string `query:"field,explode" maxItems:"10" doc:"Limits by the company's own fields: key=value, key>=value or key<=value."`
		Sort     string   `query:"sort" maxLength:"80" doc:"key, name, city or field.key; by key when it is left out; a minus turns the order round."`
	}
	createCustomerInput struct {
		Body struct {
			Key string `json:"key" maxLength:"100" doc:"The company's own number of the customer."`
			CustomerEntry
		}
	}
	correctCustomerInput struct {
		ByNumber
		Precondition
		Body CustomerEntry
	}
)

type listTwinsInput struct {
	Name       string `query:"name" maxLength:"300" doc:"As it is to be entered."`
	CreditCode string `query:"credit_code" maxLength:"18"`
	ID         int64  `query:"id" doc:"The customer itself, when one that is there is corrected."`
}

// customerTwin is a customer that may be the one somebody is about to enter.
type customerTwin struct {
	ID       int64    `json:"id,omitempty" doc:"Left out when you may not see it."`
	Name     string   `json:"name,omitempty" doc:"Left out when you may not see it."`
	SameCode bool     `json:"same_code" doc:"The credit code is the same: entering it would be refused."`
	SameName bool     `json:"same_name" doc:"The name is the same but for place, legal form and signs."`
	Likeness int64    `json:"likeness_ppm" doc:"How alike the names are without place and legal form, in parts per million (Jaro-Winkler)."`
	Owners   []string `json:"owners" nullable:"false" doc:"Who sells to it, the busiest first; nobody where it has no deals."`
}

func toAPITwin(t customer.Twin) customerTwin {
	return customerTwin{t.ID, t.Name, t.SameCode, t.SameName, t.Likeness, append([]string{}, t.Owners...)}
}

func (a *API) customerOperations() {
	customers := a.services.Customers
	register(a, operation{id: "list_customers", method: http.MethodGet, path: "/customers", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *listCustomersInput) (*output[countedList[customerRow]], error) {
			conditions, err := conditionsOf(in.Field)
			if err != nil {
				return nil, err
			}
			page, err := customers.List(ctx, actor, customer.Filter{
				Fields: conditions,
				Search: in.Search, Industry: in.Industry, City: in.City, PersonID: in.PersonID, Standing: in.Standing, Paging: in.facts(in.Sort), ExactTotal: true,
			})
			return newCounted(page.Rows, page.Next, page.Count, toAPICustomerRow), err
		})
	register(a, operation{id: "list_customers_like", method: http.MethodGet, path: "/customers/like", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *listTwinsInput) (*listOutput[customerTwin], error) {
			twins, err := customers.Twins(ctx, actor, customer.Likeness{ID: in.ID, Name: in.Name, CreditCode: in.CreditCode})
			return newList(twins, "", toAPITwin), err
		})
	register(a, operation{id: "get_customer", method: http.MethodGet, path: "/customers/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*customerOutput, error) {
			d, err := customers.Get(ctx, actor, in.ID)
			return &customerOutput{factTag(d.Recorded), toAPICustomer(d)}, err
		})
	register(a, operation{id: "create_customer", method: http.MethodPost, path: "/customers", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *createCustomerInput) (*createdOutput, error) {
			entry := fromAPICustomer(in.Body.CustomerEntry)
			entry.Key = in.Body.Key
			id, receipt, err := customers.Save(ctx, actor, entry)
			return newCreated(id, receipt), err
		})
	register(a, operation{id: "correct_customer", method: http.MethodPut, path: "/customers/{id}", tag: "sales"}, a.correctCustomer)
}

func (a *API) correctCustomer(ctx context.Context, actor access.Actor, in *correctCustomerInput) (*receiptOutput, error) {
	if in.ID <= 0 { // the service would take it for a new one
		return nil, errNotFound()
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Customers.Get(ctx, actor, in.ID)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	entry := fromAPICustomer(in.Body)
	entry.ID, entry.Seen = in.ID, seen
	_, receipt, err := a.services.Customers.Save(ctx, actor, entry)
	return newReceipt(receipt), staleFact(err)
}
