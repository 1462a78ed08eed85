package api

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

func (a *API) readContract(ctx context.Context, actor access.Actor, id int64) (*contractOutput, error) {
	d, err := a.services.Contracts.Get(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	body := contractDetail{ContractHead: toAPIContract(d.Contract), Note: d.Note, Lines: toAPILines(d.Lines), Instalments: make([]ContractInstalment, 0, len(d.Plan)), Amendments: make([]amendment, 0, len(d.Amendments)),
		Collections: make([]collection, 0, len(d.Reports)), Changes: toAPIChanges(d.Changes)}
	body.State = string(d.StateOn(d.Today))
	if d.Deal != nil {
		body.DealKey, body.PaidMinor = d.Deal.Key, d.Deal.PaidMinor
	}
	for _, i := range d.Plan {
		body.Instalments = append(body.Instalments, toAPIInstalment(i, d.Today))
	}
	for _, m := range d.Amendments {
		body.Amendments = append(body.Amendments, amendment{m.Number, string(m.State), toAPIDate(m.EffectiveOn), m.Reason, m.AmountMinor, m.BeforeMinor, toAPIDate(m.EndsOn), toAPIDate(m.BeforeEndsOn), m.RequestID, toAPIInstant(m.CreatedAt), toAPIInstant(m.DecidedAt)})
	}
	for _, r := range d.Reports {
		body.Collections = append(body.Collections, toAPICollection(r))
	}
	return &contractOutput{contractTag(d.Contract), body}, nil
}

func toAPIContract(c contract.Contract) ContractHead {
	return ContractHead{ID: c.ID, Number: c.Number, Title: c.Title, OpportunityID: c.OpportunityID, QuoteID: c.QuoteID, CustomerID: c.CustomerID, CustomerName: c.CustomerName, OwnerID: c.OwnerID, OwnerName: c.OwnerName, State: string(c.State),
		Currency: string(c.Currency), AmountMinor: c.AmountMinor, TaxMinor: c.TaxMinor, OurParty: c.OurParty, TheirParty: c.TheirParty, StartsOn: toAPIDate(c.StartsOn), EndsOn: toAPIDate(c.EndsOn), SignedOn: toAPIDate(c.SignedOn),
		EndedOn: toAPIDate(c.EndedOn), EndedFor: c.EndedFor, Fields: toAPIValues(c.Fields), RequestID: c.RequestID, CreatedAt: toAPIInstant(c.CreatedAt), Revision: c.Revision}
}

func toAPIInstalment(i contract.Instalment, today calendar.Date) ContractInstalment {
	return ContractInstalment{i.Number, i.Name, toAPIDate(i.DueOn), i.AmountMinor, i.CollectedMinor, i.LeftMinor(), i.OverdueDays(today), string(i.Currency), i.InvoiceKey}
}

func toAPICollection(r contract.Report) collection {
	return collection{ID: r.ID, ContractID: r.ContractID, ContractNumber: r.ContractNumber, CustomerName: r.CustomerName, Kind: string(r.Kind), State: string(r.State), PaidOn: toAPIDate(r.PaidOn), AmountMinor: r.AmountMinor, Currency: string(r.Currency),
		Payer: r.Payer, Way: r.Way, Note: r.Note, PaymentKey: r.PaymentKey, Reply: r.Reply, ReportedName: r.ReportedName, ReportedAt: toAPIInstant(r.ReportedAt), DecidedName: r.DecidedName, DecidedAt: toAPIInstant(r.DecidedAt), Revision: r.Revision}
}

func fromAPIContract(e ContractEntry) (contract.Entry, error) {
	var c fact.Checker
	in := contract.Entry{Fields: e.Fields.inputs(), Number: e.Number, Title: e.Title, Owner: e.Owner, Currency: money.Currency(e.Currency), OurParty: e.OurParty, TheirParty: e.TheirParty, StartsOn: fromAPIDate(&c, "starts_on", e.StartsOn),
		EndsOn: fromAPIDate(&c, "ends_on", e.EndsOn), Note: e.Note, Lines: fromAPILines(&c, e.Lines)}
	return in, c.Err()
}
