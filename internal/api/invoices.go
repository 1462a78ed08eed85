package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// InvoiceFact is what can be corrected of an invoice.
type InvoiceFact struct {
	InvoicedOn  string `json:"invoiced_on" format:"date"`
	AmountMinor int64  `json:"amount_minor" doc:"In minor units of the deal's currency (fen for CNY); below zero for a credit note."`
}

// invoice is an invoice or a credit note.
type invoice struct {
	Key string `json:"key"`
	InvoiceFact
	Currency      string  `json:"currency" example:"CNY"`
	DealKey       string  `json:"deal_key"`
	CustomerID    int64   `json:"customer_id"`
	CustomerName  string  `json:"customer_name"`
	Shares        []share `json:"shares" nullable:"false" doc:"Of the deal, the owner first."`
	RecordedBatch int64   `json:"recorded_batch"`
}

// invoiceDetail is an invoice with everything ever recorded about it, the newest first.
type invoiceDetail struct {
	Invoice  invoice          `json:"invoice"`
	Versions []invoiceVersion `json:"versions" nullable:"false"`
}

// invoiceVersion is one fact about an invoice.
type invoiceVersion struct {
	InvoiceFact
	Recorded factMark `json:"recorded"`
}

// invoiceOutput is an invoice with its tag.
type invoiceOutput struct {
	ETag string `header:"ETag"`
	Body invoiceDetail
}

// mentorship is one fact of who trains whom.
type mentorship struct {
	Days
	MentorID    int64    `json:"mentor_id"`
	MentorName  string   `json:"mentor_name"`
	TraineeID   int64    `json:"trainee_id"`
	TraineeName string   `json:"trainee_name"`
	TakenBack   bool     `json:"taken_back" doc:"It never held."`
	Recorded    factMark `json:"recorded"`
}

type (
	listInvoicesInput struct {
		Paging
		DayRange
		AmountRange
		Search     string `query:"search" maxLength:"100" doc:"An invoice's number, or part of a deal's number or a customer's name."`
		CustomerID int64  `query:"customer_id"`
		PersonID   int64  `query:"person_id" doc:"Who shares the deal."`
		TeamID     int64  `query:"team_id" doc:"Somebody of the team, as it is today, shares the deal."`
		Sort       string `query:"sort" enum:"invoiced_on,amount,key,-invoiced_on,-amount,-key" doc:"The newest first when it is left out; a minus turns the order round."`
	}
	recordInvoiceInput struct {
		Body struct {
			Key     string `json:"key" maxLength:"100" doc:"The invoice's number, unique."`
			DealKey string `json:"deal_key" maxLength:"100"`
			InvoiceFact
		}
	}
	correctInvoiceInput struct {
		ByKey
		Precondition
		Body InvoiceFact
	}
	cancelDealInput struct {
		ByKey
		Precondition
		Body struct {
			On     string `json:"on" format:"date" doc:"Not before the signature, and not after today."`
			Reason string `json:"reason" maxLength:"300"`
		}
	}
	restoreDealInput struct {
		ByKey
		Precondition
	}
	setMentorInput struct {
		ByNumber
		Precondition
		Body struct {
			Mentor string `json:"mentor" maxLength:"100" doc:"Employee number."`
			From   string `json:"from" format:"date" doc:"First day. A mentorship that begins on that day is corrected."`
			To     string `json:"to,omitempty" format:"date" doc:"Last day; absent while it goes on."`
		}
	}
	takeMentorInput struct {
		ByNumber
		From string `path:"from" format:"date" doc:"First day of the mentorship."`
		Precondition
	}
)

func (a *API) invoiceOperations() {
	deals := a.services.Deals
	register(a, operation{id: "list_invoices", method: http.MethodGet, path: "/invoices", tag: "sales"}, a.listInvoices)
	register(a, operation{id: "get_invoice", method: http.MethodGet, path: "/invoices/{key}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByKey) (*invoiceOutput, error) {
			d, err := deals.Invoice(ctx, actor, in.Key)
			return &invoiceOutput{factTag(d.Recorded), toAPIInvoiceDetail(d)}, err
		})
	register(a, operation{id: "record_invoice", method: http.MethodPost, path: "/invoices", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *recordInvoiceInput) (*receiptOutput, error) {
			on, err := fromAPIDay("invoiced_on", in.Body.InvoicedOn)
			if err != nil {
				return nil, err
			}
			receipt, err := deals.RecordInvoice(ctx, actor, deal.InvoiceEntry{Key: in.Body.Key, DealKey: in.Body.DealKey, InvoicedOn: on, AmountMinor: in.Body.AmountMinor})
			return newReceipt(receipt), amountFields(err)
		})
	register(a, operation{id: "correct_invoice", method: http.MethodPut, path: "/invoices/{key}", tag: "sales"}, a.correctInvoice)
	register(a, operation{id: "cancel_deal", method: http.MethodPut, path: "/deals/{key}/cancellation", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *cancelDealInput) (*receiptOutput, error) {
			on, err := fromAPIDay("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			out, err := a.changeDeal(ctx, actor, in.ByKey, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return deals.CancelDeal(ctx, actor, deal.Cancellation{Key: in.Key, On: on, Reason: in.Body.Reason, Seen: seen})
			})
			return out, renamed(err, "cancelled_on", "on")
		})
	register(a, operation{id: "restore_deal", method: http.MethodDelete, path: "/deals/{key}/cancellation", tag: "sales", status: http.StatusOK},
		func(ctx context.Context, actor access.Actor, in *restoreDealInput) (*receiptOutput, error) {
			return a.changeDeal(ctx, actor, in.ByKey, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return deals.RestoreDeal(ctx, actor, in.Key, seen)
			})
		})
	register(a, operation{id: "set_mentor", method: http.MethodPost, path: "/people/{id}/mentors", tag: "organisation"}, a.setMentor)
	register(a, operation{id: "take_back_mentor", method: http.MethodDelete, path: "/people/{id}/mentors/{from}", tag: "organisation", status: http.StatusOK},
		func(ctx context.Context, actor access.Actor, in *takeMentorInput) (*receiptOutput, error) {
			from, err := calendar.ParseDate(in.From)
			if err != nil {
				return nil, errNotFound()
			}
			return a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
				return a.services.People.SetMentor(ctx, actor, org.Mentor{TraineeID: in.ID, From: from, Last: calendar.NoDate, TakeBack: true, Seen: seen})
			})
		})
}

func (a *API) listInvoices(ctx context.Context, actor access.Actor, in *listInvoicesInput) (*output[summedList[invoice]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Deals.Invoices(ctx, actor, deal.InvoiceFilter{
		Search: in.Search, CustomerID: in.CustomerID, PersonID: in.PersonID, TeamID: in.TeamID, Invoiced: days,
		Amounts: in.amounts(), Paging: in.facts(in.Sort), ExactTotal: true,
	})
	return newSummed(page.Rows, page.Next, page.Total, toAPIInvoice), amountFields(err)
}

func (a *API) correctInvoice(ctx context.Context, actor access.Actor, in *correctInvoiceInput) (*receiptOutput, error) {
	on, err := fromAPIDay("invoiced_on", in.Body.InvoicedOn)
	if err != nil {
		return nil, err
	}
	seen, err := seenBatch(in.Precondition, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Invoice(ctx, actor, in.Key)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := a.services.Deals.CorrectInvoice(ctx, actor, deal.InvoiceEntry{Key: in.Key, InvoicedOn: on, AmountMinor: in.Body.AmountMinor, Seen: seen})
	return newReceipt(receipt), amountFields(staleFact(err))
}

// changeDeal makes one change of the deal that the client has seen.
func (a *API) changeDeal(ctx context.Context, actor access.Actor, by ByKey, in Precondition, change func(seen fact.BatchID) (fact.Receipt, error)) (*receiptOutput, error) {
	seen, err := seenBatch(in, func() (fact.BatchID, error) {
		d, err := a.services.Deals.Get(ctx, actor, by.Key)
		return d.Recorded, err
	})
	if err != nil {
		return nil, err
	}
	receipt, err := change(seen)
	return newReceipt(receipt), staleFact(err)
}

func (a *API) setMentor(ctx context.Context, actor access.Actor, in *setMentorInput) (*receiptOutput, error) {
	from, err := fromAPIDay("from", in.Body.From)
	if err != nil {
		return nil, err
	}
	last := calendar.NoDate
	if in.Body.To != "" {
		if last, err = fromAPIDay("to", in.Body.To); err != nil {
			return nil, err
		}
	}
	return a.changePerson(ctx, actor, in.ID, in.Precondition, func(seen fact.BatchID) (fact.Receipt, error) {
		return a.services.People.SetMentor(ctx, actor, org.Mentor{TraineeID: in.ID, MentorKey: in.Body.Mentor, From: from, Last: last, Seen: seen})
	})
}

func toAPIInvoice(r deal.InvoiceRow) invoice {
	return invoice{
		Key: r.Key, InvoiceFact: toAPIInvoiceFact(r.Invoice), Currency: string(r.Currency), DealKey: r.DealKey, CustomerID: r.CustomerID,
		CustomerName: r.CustomerName, Shares: newList(r.Sharers, "", toAPIShare).Body.Items, RecordedBatch: int64(r.Recorded),
	}
}

func toAPIInvoiceFact(i deal.Invoice) InvoiceFact {
	return InvoiceFact{toAPIDate(i.InvoicedOn), i.AmountMinor}
}

func toAPIInvoiceDetail(d deal.InvoiceDetail) invoiceDetail {
	return invoiceDetail{toAPIInvoice(d.InvoiceRow), newList(d.Versions, "", func(v deal.InvoiceVersion) invoiceVersion {
		return invoiceVersion{toAPIInvoiceFact(v.Invoice), toAPIMark(v.Mark)}
	}).Body.Items}
}

func toAPIMentorship(c org.MentorChange) mentorship {
	m := c.Mentorship
	return mentorship{toAPIDays(m.Days), m.MentorID, m.MentorName, m.TraineeID, m.TraineeName, m.Days.Empty(), toAPIMark(c.Mark)}
}
