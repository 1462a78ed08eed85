package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
)

type (
	listContractsInput struct {
		Paging
		DayRange
		AmountRange
		Search        string   `query:"search" maxLength:"100" doc:"Part of its number, its title, or the customer's name."`
		State         string   `query:"state" enum:"draft,waiting,approved,signed,expired,ended,dropped"`
		OpportunityID int64    `query:"opportunity_id"`
		CustomerID    int64    `query:"customer_id"`
		PersonID      int64    `query:"person_id" doc:"Its owner."`
		TeamID        int64    `query:"team_id"`
		WithoutDeal   bool     `query:"without_deal" doc:"Signed, and the deal is not recorded yet."`
		Field         []string `query:"field,explode" maxItems:"10" doc:"Limits by the company's own fields: key=value, key>=value or key<=value."`
		Sort          string   `query:"sort" maxLength:"80" doc:"id, ends_on, signed_on, amount or field.key; the newest first when it is left out; a minus turns the order round."`
	}
	createContractInput struct {
		Body struct {
			ContractEntry
			QuoteID       int64  `json:"quote_id,omitempty" doc:"An accepted quote; the contract then is of its opportunity."`
			OpportunityID int64  `json:"opportunity_id,omitempty"`
			Customer      string `json:"customer,omitempty" maxLength:"100" doc:"The company's own number, of a contract without an opportunity."`
		}
	}
	changeContractInput struct {
		ByNumber
		Precondition
		Body ContractEntry
	}
	stepContractInput struct {
		ByNumber
		Precondition
	}
	signContractInput struct {
		ByNumber
		Precondition
		Body struct {
			SignedOn string `json:"signed_on" format:"date"`
			Excused
		}
	}
	endContractInput struct {
		ByNumber
		Precondition
		Body struct {
			On     string `json:"on" format:"date"`
			Reason string `json:"reason" maxLength:"16000"`
		}
	}
	recordContractInput struct {
		ByNumber
		Precondition
		Body struct {
			Product string `json:"product,omitempty" maxLength:"100" doc:"The product of the first line that has one when it is left out."`
		}
	}
	amendContractInput struct {
		ByNumber
		Precondition
		Body struct {
			EffectiveOn string           `json:"effective_on" format:"date"`
			Reason      string           `json:"reason" maxLength:"16000"`
			EndsOn      string           `json:"ends_on,omitempty" format:"date" doc:"Of the contract afterwards; left out, without an end."`
			Lines       []OfferEntryLine `json:"lines,omitempty" nullable:"false" maxItems:"100" doc:"Left out, they stay."`
		}
	}
	setPlanInput struct {
		ByNumber
		Precondition
		Body struct {
			Instalments []PlanPart `json:"instalments" nullable:"false" minItems:"1" maxItems:"60"`
			Excused
		}
	}
	listInstalmentsInput struct {
		Paging
		DayRange
		Overdue  bool   `query:"overdue"`
		All      bool   `query:"all" doc:"Those that are paid, too."`
		PersonID int64  `query:"person_id"`
		TeamID   int64  `query:"team_id"`
		Sort     string `query:"sort" enum:"due_on,-due_on"`
	}
	listCollectionsInput struct {
		Paging
		State      string `query:"state" enum:"reported,confirmed,refused,withdrawn"`
		ContractID int64  `query:"contract_id"`
		PersonID   int64  `query:"person_id"`
		TeamID     int64  `query:"team_id"`
	}
	reportCollectionInput struct {
		ByNumber
		Body struct {
			Kind        string `json:"kind" enum:"collection,refund"`
			PaidOn      string `json:"paid_on" format:"date"`
			AmountMinor int64  `json:"amount_minor" minimum:"1"`
			Payer       string `json:"payer,omitempty" maxLength:"300"`
			Way         string `json:"way" enum:"transfer,acceptance,cash,online,offset,other"`
			Note        string `json:"note,omitempty" maxLength:"16000"`
			Excused
		}
	}
	confirmCollectionInput struct {
		ByNumber
		Body struct {
			Key         string `json:"key" maxLength:"100" doc:"Of the payment, such as the number of the bank's transaction."`
			PaidOn      string `json:"paid_on" format:"date"`
			AmountMinor int64  `json:"amount_minor" minimum:"1"`
			Seen        int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
			Excused
		}
	}
	refuseCollectionInput struct {
		ByNumber
		Body struct {
			Reason string `json:"reason" maxLength:"16000"`
			Seen   int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
)

func (a *API) contractOperations() {
	contracts := a.services.Contracts
	register(a, operation{id: "list_contracts", method: http.MethodGet, path: "/contracts", tag: "sales"}, a.listContracts)
	register(a, operation{id: "get_contract", method: http.MethodGet, path: "/contracts/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*contractOutput, error) {
		return a.readContract(ctx, actor, in.ID)
	})
	register(a, operation{id: "create_contract", method: http.MethodPost, path: "/contracts", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *createContractInput) (*contractOutput, error) {
		entry, err := fromAPIContract(in.Body.ContractEntry)
		if err != nil {
			return nil, err
		}
		entry.QuoteID, entry.OpportunityID, entry.Customer = in.Body.QuoteID, in.Body.OpportunityID, in.Body.Customer
		c, err := contracts.Save(ctx, actor, entry)
		if err != nil {
			return nil, err
		}
		return a.readContract(ctx, actor, c.ID)
	})
	register(a, operation{id: "change_contract", method: http.MethodPut, path: "/contracts/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *changeContractInput) (*contractOutput, error) {
		if in.ID <= 0 { // the service would take it for a new one
			return nil, errNotFound()
		}
		entry, err := fromAPIContract(in.Body)
		if err != nil {
			return nil, err
		}
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			entry.ID, entry.Seen = in.ID, seen
			_, err := contracts.Save(ctx, actor, entry)
			return err
		})
	})
	a.contractActs()
	a.contractTerms()
	a.collectionOperations()
}

// contractActs are the steps of a contract.
func (a *API) contractActs() {
	contracts := a.services.Contracts
	for _, act := range []struct {
		id, path string
		do       func(ctx context.Context, actor access.Actor, id, seen int64) (contract.Contract, error)
	}{{"withdraw_contract", "withdraw", contracts.Withdraw}, {"drop_contract", "drop", contracts.Drop}} {
		register(a, operation{id: act.id, method: http.MethodPost, path: "/contracts/{id}/" + act.path, tag: "sales"}, func(ctx context.Context, actor access.Actor, in *stepContractInput) (*contractOutput, error) {
			return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
				_, err := act.do(ctx, actor, in.ID, seen)
				return err
			})
		})
	}
	register(a, operation{id: "submit_contract", method: http.MethodPost, path: "/contracts/{id}/submit", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *submitInput) (*contractOutput, error) {
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := contracts.SubmitFor(ctx, actor, contract.Submitting{ID: in.ID, Excuse: in.Body.said(), Seen: seen})
			return err
		})
	})
	register(a, operation{id: "sign_contract", method: http.MethodPost, path: "/contracts/{id}/sign", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *signContractInput) (*contractOutput, error) {
		on, err := fromAPIDay("signed_on", in.Body.SignedOn)
		if err != nil {
			return nil, err
		}
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := contracts.Sign(ctx, actor, contract.Sign{ID: in.ID, SignedOn: on, Excuse: in.Body.Excuse, Seen: seen})
			return err
		})
	})
	register(a, operation{id: "end_contract", method: http.MethodPost, path: "/contracts/{id}/end", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *endContractInput) (*contractOutput, error) {
		on, err := fromAPIDay("on", in.Body.On)
		if err != nil {
			return nil, err
		}
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := contracts.End(ctx, actor, contract.End{ID: in.ID, On: on, Reason: in.Body.Reason, Seen: seen})
			return err
		})
	})
	register(a, operation{id: "record_contract_deal", method: http.MethodPost, path: "/contracts/{id}/deal", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *recordContractInput) (*contractOutput, error) {
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, _, err := contracts.RecordDeal(ctx, actor, contract.Record{ID: in.ID, Product: in.Body.Product, Seen: seen})
			return err
		})
	})
}

// contractTerms are amendments and the payment plan.
func (a *API) contractTerms() {
	contracts := a.services.Contracts
	register(a, operation{id: "amend_contract", method: http.MethodPost, path: "/contracts/{id}/amendments", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *amendContractInput) (*contractOutput, error) {
		var c fact.Checker
		amend := contract.Amend{ID: in.ID, EffectiveOn: fromAPIDate(&c, "effective_on", in.Body.EffectiveOn), Reason: in.Body.Reason, EndsOn: fromAPIDate(&c, "ends_on", in.Body.EndsOn), Lines: fromAPILines(&c, in.Body.Lines)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			amend.Seen = seen
			_, err := contracts.Amend(ctx, actor, amend)
			return err
		})
	})
	register(a, operation{id: "set_payment_plan", method: http.MethodPut, path: "/contracts/{id}/plan", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *setPlanInput) (*contractOutput, error) {
		var c fact.Checker
		plan := contract.Plan{ID: in.ID, Excuse: in.Body.Excuse}
		for i, e := range in.Body.Instalments {
			plan.Instalments = append(plan.Instalments, contract.PlanEntry{Name: e.Name, DueOn: fromAPIDate(&c, "instalments."+strconv.Itoa(i)+".due_on", e.DueOn), AmountMinor: e.AmountMinor, InvoiceKey: e.InvoiceKey})
		}
		if err := c.Err(); err != nil {
			return nil, err
		}
		return a.changeContract(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			plan.Seen = seen
			_, err := contracts.SetPlan(ctx, actor, plan)
			return err
		})
	})
	register(a, operation{id: "list_instalments", method: http.MethodGet, path: "/instalments", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listInstalmentsInput) (*output[summedList[dueInstalment]], error) {
		days, err := in.days()
		if err != nil {
			return nil, err
		}
		page, err := contracts.Due(ctx, actor, contract.DueFilter{Open: !in.All, Overdue: in.Overdue, PersonID: in.PersonID, TeamID: in.TeamID, Due: days, Paging: in.facts(in.Sort), ExactTotal: true})
		return newSummed(page.Rows, page.Next, page.Total, func(d contract.DueRow) dueInstalment {
			return dueInstalment{toAPIInstalment(d.Instalment, page.Today), d.ContractID, d.ContractNumber, d.CustomerID, d.CustomerName, d.OwnerID, d.OwnerName}
		}), err
	})
}

// collectionOperations are what sellers report, and finance's word on it.
func (a *API) collectionOperations() {
	contracts := a.services.Contracts
	register(a, operation{id: "list_collections", method: http.MethodGet, path: "/collections", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listCollectionsInput) (*output[summedList[collection]], error) {
		page, err := contracts.Reports(ctx, actor, contract.ReportFilter{State: contract.ReportState(in.State), ContractID: in.ContractID, PersonID: in.PersonID, TeamID: in.TeamID, Paging: in.facts(""), ExactTotal: true})
		return newSummed(page.Rows, page.Next, page.Total, toAPICollection), err
	})
	register(a, operation{id: "get_collection", method: http.MethodGet, path: "/collections/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[collection], error) {
		report, err := contracts.GetReport(ctx, actor, in.ID)
		return &output[collection]{toAPICollection(report)}, err
	})
	register(a, operation{id: "report_collection", method: http.MethodPost, path: "/contracts/{id}/collections", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *reportCollectionInput) (*output[collection], error) {
		on, err := fromAPIDay("paid_on", in.Body.PaidOn)
		if err != nil {
			return nil, err
		}
		report, err := contracts.Report(ctx, actor, contract.ReportEntry{ContractID: in.ID, Kind: contract.ReportKind(in.Body.Kind), PaidOn: on, AmountMinor: in.Body.AmountMinor, Payer: in.Body.Payer, Way: in.Body.Way, Note: in.Body.Note, Excuse: in.Body.Excuse})
		return &output[collection]{toAPICollection(report)}, err
	})
	post := func(id, path string) operation {
		return operation{id: id, method: http.MethodPost, path: "/collections/{id}/" + path, tag: "sales"}
	}
	register(a, post("confirm_collection", "confirm"), func(ctx context.Context, actor access.Actor, in *confirmCollectionInput) (*output[collection], error) {
		on, err := fromAPIDay("paid_on", in.Body.PaidOn)
		if err != nil {
			return nil, err
		}
		report, _, err := contracts.Confirm(ctx, actor, contract.Confirm{ID: in.ID, Key: in.Body.Key, PaidOn: on, AmountMinor: in.Body.AmountMinor, Excuse: in.Body.Excuse, Seen: in.Body.Seen})
		return &output[collection]{toAPICollection(report)}, err
	})
	register(a, post("refuse_collection", "refuse"), func(ctx context.Context, actor access.Actor, in *refuseCollectionInput) (*output[collection], error) {
		report, err := contracts.Refuse(ctx, actor, in.ID, in.Body.Reason, in.Body.Seen)
		return &output[collection]{toAPICollection(report)}, err
	})
	register(a, post("withdraw_collection", "withdraw"), func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[collection], error) {
		report, err := contracts.TakeBack(ctx, actor, in.ID, 0)
		return &output[collection]{toAPICollection(report)}, err
	})
}

func (a *API) listContracts(ctx context.Context, actor access.Actor, in *listContractsInput) (*output[summedList[ContractHead]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	conditions, err := conditionsOf(in.Field)
	if err != nil {
		return nil, err
	}
	page, err := a.services.Contracts.List(ctx, actor, contract.Filter{Search: in.Search, State: contract.State(in.State), OpportunityID: in.OpportunityID, CustomerID: in.CustomerID, PersonID: in.PersonID, TeamID: in.TeamID,
		Ends: days, Amounts: in.amounts(), WithoutDeal: in.WithoutDeal, Own: customfield.Asked{Conditions: conditions}, Paging: in.facts(in.Sort), ExactTotal: true})
	return newSummed(page.Rows, page.Next, page.Total, toAPIContract), amountFields(err)
}

// changeContract does something with a contract, in the state that the client has seen when it says which, and answers with it.
func (a *API) changeContract(ctx context.Context, actor access.Actor, id int64, in Precondition, do func(seen int64) error) (*contractOutput, error) {
	var seen int64
	if in.asked() {
		d, err := a.services.Contracts.Get(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(contractTag(d.Contract)) {
			return nil, errStale()
		}
	}
	if err := do(seen); err != nil {
		return nil, staleIf(err, "contract.changed_meanwhile")
	}
	return a.readContract(ctx, actor, id)
}

func contractTag(c contract.Contract) string {
	return quoted("contract." + strconv.FormatInt(c.ID, 10) + "." + strconv.FormatInt(c.Revision, 10))
}
