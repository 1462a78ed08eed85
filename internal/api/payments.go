package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

// PaymentFact is what can be corrected of a payment.
type PaymentFact struct {
	PaidOn      string `json:"paid_on" format:"date"`
	AmountMinor int64  `json:"amount_minor" doc:"In minor units of the currency (fen for CNY); below zero for a refund."`
}

// payment is a collection or a refund.
type payment struct {
	Key string `json:"key"`
	PaymentFact
	Currency      string  `json:"currency" example:"CNY"`
	Kind          string  `json:"kind" enum:"collection,refund"`
	DealKey       string  `json:"deal_key"`
	CustomerID    int64   `json:"customer_id"`
	CustomerName  string  `json:"customer_name"`
	Shares        []share `json:"shares" nullable:"false" doc:"Of the deal, the owner first."`
	RecordedBatch int64   `json:"recorded_batch"`
}

// paymentDetail is a payment with everything ever recorded about it, the newest first.
type paymentDetail struct {
	Payment  payment          `json:"payment"`
	Versions []paymentVersion `json:"versions" nullable:"false"`
}

// paymentVersion is one fact about a payment.
type paymentVersion struct {
	PaymentFact
	Recorded factMark `json:"recorded"`
}

// paymentOutput is a payment with its tag.
type paymentOutput struct {
	ETag string `header:"ETag"`
	Body paymentDetail
}

type (
	listPaymentsInput struct {
		Paging
		DayRange
		AmountRange
		Search     string `query:"search" maxLength:"100" doc:"A payment's number, or part of a deal's number or a customer's name."`
		CustomerID int64  `query:"customer_id"`
		PersonID   int64  `query:"person_id" doc:"Who shares the deal."`
		TeamID     int64  `query:"team_id" doc:"Somebody of the team, as it is today, shares the deal."`
		Kind       string `query:"kind" enum:"collection,refund"`
		Sort       string `query:"sort" enum:"paid_on,amount,key,-paid_on,-amount,-key" doc:"The newest first when it is left out; a minus turns the order round."`
	}
	recordPaymentInput struct {
		Body struct {
			Key         string `json:"key" maxLength:"100" doc:"Unique, such as the number of the bank's transaction."`
			DealKey     string `json:"deal_key" maxLength:"100"`
			Kind        string `json:"kind" enum:"collection,refund"`
			PaidOn      string `json:"paid_on" format:"date"`
			AmountMinor int64  `json:"amount_minor" doc:"Above zero for both kinds, in minor units of the deal's currency."`
		}
	}
	correctPaymentInput struct {
		ByKey
		Precondition
		Body PaymentFact
	}
)

func (a *API) paymentOperations() {
	deals := a.services.Deals
	register(a, operation{id: "list_payments", method: http.MethodGet, path: "/payments", tag: "sales"}, a.listPayments)
	register(a, operation{id: "get_payment", method: http.MethodGet, path: "/payments/{key}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByKey) (*paymentOutput, error) {
			d, err := deals.Payment(ctx, actor, in.Key)
			return &paymentOutput{factTag(d.Recorded), toAPIPaymentDetail(d)}, err
		})
	register(a, operation{id: "record_payment", method: http.MethodPost, path: "/payments", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *recordPaymentInput) (*receiptOutput, error) {
			paidOn, err := fromAPIDay("paid_on", in.Body.PaidOn)
			if err != nil {
				return nil, err
			}
			receipt, err := deals.RecordPayment(ctx, actor, deal.Entry{
				Key: in.Body.Key, DealKey: in.Body.DealKey, Kind: deal.PaymentKind(in.Body.Kind), PaidOn: paidOn, AmountMinor: in.Body.AmountMinor,
			})
			return newReceipt(receipt), amountFields(err)
		})
	register(a, operation{id: "correct_payment", method: http.MethodPut, path: "/payments/{key}", tag: "sales"}, a.correctPayment)
}

func (a *API) listPayments(ctx context.Context, actor access.Actor, in *listPaymentsInput) (*output[summedList[payment]], error) {
	paid, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Deals.Payments(ctx, actor, deal.PaymentFilter{
		Search: in.Search, CustomerID: in.CustomerID, PersonID: in.PersonID, TeamID: in.TeamID, Kind: deal.PaymentKind(in.Kind), Paid: paid,
		Amounts: in.amounts(), Paging: in.facts(in.Sort), ExactTotal: true,
	})
	return newSummed(page.Rows, page.Next, page.Total, toAPIPayment), amountFields(err)
}

func (a *API) correctPayment(ctx context.Context, actor access.Actor, in *correctPaymentInput) (*receiptOutput, error) {
	paidOn, err := fromAPIDay("paid_on", in.Body.PaidOn)
	if err != nil {
		return nil, err
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Payment(ctx, actor, in.Key)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := a.services.Deals.CorrectPayment(ctx, actor, deal.Correction{Key: in.Key, PaidOn: paidOn, AmountMinor: in.Body.AmountMinor, Seen: seen})
	return newReceipt(receipt), amountFields(staleFact(err))
}
