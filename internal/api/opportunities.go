package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// OpportunityEntry is an opportunity as it is entered.
type OpportunityEntry struct {
	Name        string    `json:"name" maxLength:"300" doc:"What is to be sold, in a line."`
	Customer    string    `json:"customer" maxLength:"100" doc:"The company's own number of the customer."`
	Owner       string    `json:"owner,omitempty" maxLength:"100" doc:"Employee number. Left out, a new one is yours, and another stays whose it is."`
	AmountMinor int64     `json:"amount_minor" minimum:"0" doc:"Expected, in minor units of the currency; 0 while nobody knows."`
	Currency    string    `json:"currency" example:"CNY"`
	ExpectedOn  string    `json:"expected_on" format:"date" doc:"When the signature is expected."`
	Products    []string  `json:"products,omitempty" nullable:"false" maxItems:"20" doc:"Numbers of products."`
	Source      string    `json:"source,omitempty" enum:"referral,website,exhibition,cold_call,partner,existing,other"`
	Note        string    `json:"note,omitempty" maxLength:"8000"`
	Fields      ownValues `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
	Excused
}

// Excused says why something is done against a rule.
type Excused struct {
	Excuse string `json:"excuse,omitempty" maxLength:"8000" doc:"Why it is done although a rule of the process standard asks for a reason."`
}

// OpportunityHead is an opportunity in a list.
type OpportunityHead struct {
	ID           int64      `json:"id"`
	Name         string     `json:"name"`
	CustomerID   int64      `json:"customer_id"`
	CustomerKey  string     `json:"customer_key"`
	CustomerName string     `json:"customer_name"`
	OwnerID      int64      `json:"owner_id" doc:"A person."`
	OwnerName    string     `json:"owner_name"`
	Stage        string     `json:"stage" maxLength:"63" doc:"By the id that the process standard gives it: see list_opportunity_stages."`
	State        string     `json:"state" enum:"open,won,lost"`
	Percent      int64      `json:"percent" doc:"Chance of winning: by stage while it is open."`
	AmountMinor  int64      `json:"amount_minor" doc:"Expected, in minor units of the currency; 0 while nobody knows."`
	Currency     string     `json:"currency" example:"CNY"`
	ExpectedOn   string     `json:"expected_on" format:"date"`
	ProductIDs   []int64    `json:"product_ids" nullable:"false"`
	Source       string     `json:"source,omitempty"`
	Note         string     `json:"note,omitempty"`
	LostFor      string     `json:"lost_for,omitempty" doc:"Why it was lost: price, competitor, budget, timing, no_need, no_answer or other."`
	EndedFor     string     `json:"ended_for,omitempty" doc:"In people's words."`
	EndedOn      string     `json:"ended_on,omitempty" format:"date"`
	DealKey      string     `json:"deal_key,omitempty" doc:"Of the deal that came of it."`
	LeadID       int64      `json:"lead_id,omitempty" doc:"The lead that it came of."`
	StageSince   *time.Time `json:"stage_since,omitempty"`
	FollowedAt   *time.Time `json:"followed_at,omitempty" doc:"The last follow-up."`
	NextOn       string     `json:"next_on,omitempty" format:"date" doc:"The next contact."`
	Fields       ownValues  `json:"fields,omitempty" doc:"Values of the company's own fields by key."`
	CreatedAt    *time.Time `json:"created_at,omitempty"`
	Revision     int64      `json:"revision"`
}

// opportunityDetail is an opportunity with its history, the newest first.
type opportunityDetail struct {
	OpportunityHead
	Changes []workChange `json:"changes" nullable:"false" doc:"The newest first, at most 100."`
}

// workChange is one change of a working record. Before and after hold the fields that differ.
type workChange struct {
	Revision  int64           `json:"revision"`
	At        *time.Time      `json:"at,omitempty"`
	ActorID   string          `json:"actor_id"`
	ActorName string          `json:"actor_name"`
	Action    string          `json:"action" example:"opportunity.move"`
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
}

// processEvent is one thing that happened to a case.
type processEvent struct {
	Number     int64           `json:"number" doc:"1, 2, 3 … in the order recorded, over all cases."`
	CaseID     int64           `json:"case_id" doc:"The opportunity."`
	Activity   string          `json:"activity" example:"contacted"`
	OccurredAt *time.Time      `json:"occurred_at,omitempty"`
	RecordedAt *time.Time      `json:"recorded_at,omitempty"`
	PersonID   int64           `json:"person_id,omitempty" doc:"Who did it."`
	ActorID    string          `json:"actor_id" doc:"Who recorded it."`
	Source     string          `json:"source" example:"follow_up:12"`
	Data       json.RawMessage `json:"data,omitempty"`
}

// opportunityOutput is an opportunity with its tag.
type opportunityOutput struct {
	ETag string `header:"ETag"`
	Body opportunityDetail
}

// changedOpportunity is an opportunity after a change, with its tag.
type changedOpportunity struct {
	ETag string `header:"ETag"`
	Body OpportunityHead
}

type (
	listOpportunitiesInput struct {
		Paging
		DayRange
		AmountRange
		Search      string   `query:"search" maxLength:"100" doc:"Part of its name, or of the customer's."`
		State       string   `query:"state" enum:"open,won,lost"`
		Stage       string   `query:"stage" maxLength:"63" doc:"By id; earlier ones, too."`
		Source      string   `query:"source" enum:"referral,website,exhibition,cold_call,partner,existing,other"`
		CustomerID  int64    `query:"customer_id"`
		PersonID    int64    `query:"person_id" doc:"Who owns it."`
		TeamID      int64    `query:"team_id" doc:"Somebody of the team, as it is today, owns it."`
		WithoutDeal bool     `query:"without_deal" doc:"Won, and its deal is not linked yet."`
		Field       []string `query:"field,explode" maxItems:"10" doc:"Limits by the company's own fields: key=value, key>=value or key<=value."`
		Sort        string   `query:"sort" maxLength:"80" doc:"id, expected_on, amount or field.key; the newest first when it is left out; a minus turns the order round."`
	}
	createOpportunityInput struct {
		Body struct {
			OpportunityEntry
			Stage string `json:"stage,omitempty" maxLength:"63" doc:"One for open opportunities; the first when it is left out."`
		}
	}
	changeOpportunityInput struct {
		ByNumber
		Precondition
		Body OpportunityEntry
	}
	moveOpportunityInput struct {
		ByNumber
		Precondition
		Body struct {
			Stage  string    `json:"stage" maxLength:"63"`
			Fields ownValues `json:"fields,omitempty" doc:"What is filled in with it, by key."`
			Excused
		}
	}
	winOpportunityInput struct {
		ByNumber
		Precondition
		Body struct {
			SignedOn string `json:"signed_on" format:"date"`
			Reason   string `json:"reason,omitempty" maxLength:"8000"`
			DealKey  string `json:"deal_key,omitempty" maxLength:"100" doc:"A deal of the customer that is recorded already. Left out, link it later."`
			Excused
		}
	}
	linkDealInput struct {
		ByNumber
		Precondition
		Body struct {
			DealKey string `json:"deal_key" maxLength:"100"`
		}
	}
	loseOpportunityInput struct {
		ByNumber
		Precondition
		Body struct {
			For    string `json:"for" enum:"price,competitor,budget,timing,no_need,no_answer,other"`
			Reason string `json:"reason,omitempty" maxLength:"8000" doc:"Needed with other."`
			Excused
		}
	}
	reopenOpportunityInput struct {
		ByNumber
		Precondition
	}
)

func (a *API) opportunityOperations() {
	opportunities := a.services.Opportunities
	register(a, operation{id: "list_opportunities", method: http.MethodGet, path: "/opportunities", tag: "sales"}, a.listOpportunities)
	register(a, operation{id: "get_opportunity", method: http.MethodGet, path: "/opportunities/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*opportunityOutput, error) {
			d, err := opportunities.Get(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			set, err := opportunities.Stages(ctx)
			if err != nil {
				return nil, err
			}
			return &opportunityOutput{revisionTag(d.Opportunity), opportunityDetail{toAPIOpportunity(set, d.Opportunity), toAPIChanges(d.Changes)}}, nil
		})
	register(a, operation{id: "list_opportunity_events", method: http.MethodGet, path: "/opportunities/{id}/events", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*listOutput[processEvent], error) {
			events, err := opportunities.Events(ctx, actor, in.ID)
			return newList(events, "", toAPIEvent), err
		})
	register(a, operation{id: "create_opportunity", method: http.MethodPost, path: "/opportunities", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *createOpportunityInput) (*changedOpportunity, error) {
			return a.saveOpportunity(ctx, actor, 0, in.Body.OpportunityEntry, in.Body.Stage, Precondition{})
		})
	register(a, operation{id: "change_opportunity", method: http.MethodPut, path: "/opportunities/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *changeOpportunityInput) (*changedOpportunity, error) {
			if in.ID <= 0 { // the service would take it for a new one
				return nil, errNotFound()
			}
			return a.saveOpportunity(ctx, actor, in.ID, in.Body, "", in.Precondition)
		})
	a.opportunityActs()
	register(a, operation{id: "change_opportunities", method: http.MethodPost, path: "/opportunities/changes", tag: "sales"}, a.changeOpportunities)
	a.stageOperations()
	a.flowOperations()
	a.quoteOperations()
	a.contractOperations()
}

// opportunityActs are what is done with an opportunity.
func (a *API) opportunityActs() {
	opportunities := a.services.Opportunities
	post := func(id, path string) operation {
		return operation{id: id, method: http.MethodPost, path: "/opportunities/{id}/" + path, tag: "sales"}
	}
	register(a, post("move_opportunity", "stage"), func(ctx context.Context, actor access.Actor, in *moveOpportunityInput) (*changedOpportunity, error) {
		return a.changeOpportunity(ctx, actor, in.ID, in.Precondition, func(seen int64) (opportunity.Opportunity, error) {
			return opportunities.MoveFor(ctx, actor, opportunity.Moving{ID: in.ID, Stage: opportunity.Stage(in.Body.Stage), Excuse: in.Body.Excuse, Fields: in.Body.Fields.inputs(), Seen: seen})
		})
	})
	register(a, post("win_opportunity", "win"), func(ctx context.Context, actor access.Actor, in *winOpportunityInput) (*changedOpportunity, error) {
		signed, err := fromAPIDay("signed_on", in.Body.SignedOn)
		if err != nil {
			return nil, err
		}
		return a.changeOpportunity(ctx, actor, in.ID, in.Precondition, func(seen int64) (opportunity.Opportunity, error) {
			return opportunities.Win(ctx, actor, opportunity.Win{ID: in.ID, SignedOn: signed, Reason: in.Body.Reason, DealKey: in.Body.DealKey, Excuse: in.Body.Excuse, Seen: seen})
		})
	})
	register(a, post("link_opportunity_deal", "deal"), func(ctx context.Context, actor access.Actor, in *linkDealInput) (*changedOpportunity, error) {
		return a.changeOpportunity(ctx, actor, in.ID, in.Precondition, func(seen int64) (opportunity.Opportunity, error) {
			return opportunities.LinkDeal(ctx, actor, in.ID, in.Body.DealKey, seen)
		})
	})
	register(a, post("lose_opportunity", "lose"), func(ctx context.Context, actor access.Actor, in *loseOpportunityInput) (*changedOpportunity, error) {
		return a.changeOpportunity(ctx, actor, in.ID, in.Precondition, func(seen int64) (opportunity.Opportunity, error) {
			return opportunities.Lose(ctx, actor, opportunity.Lose{ID: in.ID, For: in.Body.For, Reason: in.Body.Reason, Excuse: in.Body.Excuse, Seen: seen})
		})
	})
	register(a, post("reopen_opportunity", "reopen"), func(ctx context.Context, actor access.Actor, in *reopenOpportunityInput) (*changedOpportunity, error) {
		return a.changeOpportunity(ctx, actor, in.ID, in.Precondition, func(seen int64) (opportunity.Opportunity, error) {
			return opportunities.Reopen(ctx, actor, in.ID, seen)
		})
	})
}

func (a *API) listOpportunities(ctx context.Context, actor access.Actor, in *listOpportunitiesInput) (*output[summedList[OpportunityHead]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	conditions, err := conditionsOf(in.Field)
	if err != nil {
		return nil, err
	}
	page, err := a.services.Opportunities.List(ctx, actor, opportunity.Filter{Search: in.Search, State: opportunity.State(in.State), Stage: opportunity.Stage(in.Stage), Source: in.Source,
		CustomerID: in.CustomerID, PersonID: in.PersonID, TeamID: in.TeamID, WithoutDeal: in.WithoutDeal, Expected: days, Amounts: in.amounts(), Fields: conditions, Paging: in.facts(in.Sort), ExactTotal: true})
	if err != nil {
		return nil, amountFields(err)
	}
	set, err := a.services.Opportunities.Stages(ctx)
	return newSummed(page.Rows, page.Next, page.Total, func(o opportunity.Opportunity) OpportunityHead { return toAPIOpportunity(set, o) }), err
}

func (a *API) saveOpportunity(ctx context.Context, actor access.Actor, id int64, e OpportunityEntry, stage string, seen Precondition) (*changedOpportunity, error) {
	var c fact.Checker
	in := opportunity.Entry{ID: id, Name: e.Name, Customer: e.Customer, Owner: e.Owner, Stage: opportunity.Stage(stage), AmountMinor: e.AmountMinor, Currency: money.Currency(e.Currency),
		ExpectedOn: fromAPIDate(&c, "expected_on", e.ExpectedOn), Products: e.Products, Source: e.Source, Note: e.Note, Excuse: e.Excuse, Fields: e.Fields.inputs()}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if id == 0 {
		o, err := a.services.Opportunities.Save(ctx, actor, in)
		if err != nil {
			return nil, amountFields(err)
		}
		return a.readOpportunity(ctx, actor, o.ID)
	}
	return a.changeOpportunity(ctx, actor, id, seen, func(revision int64) (opportunity.Opportunity, error) {
		in.Seen = revision
		return a.services.Opportunities.Save(ctx, actor, in)
	})
}

// changeOpportunity does something with an opportunity, in the state that the client has seen when it says which, and answers with it.
func (a *API) changeOpportunity(ctx context.Context, actor access.Actor, id int64, in Precondition, do func(seen int64) (opportunity.Opportunity, error)) (*changedOpportunity, error) {
	var seen int64
	if in.asked() {
		d, err := a.services.Opportunities.Get(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(revisionTag(d.Opportunity)) {
			return nil, errStale()
		}
	}
	if _, err := do(seen); err != nil {
		return nil, amountFields(staleIf(err, "opportunity.changed_meanwhile"))
	}
	return a.readOpportunity(ctx, actor, id)
}

// readOpportunity reads what was written, with the names that belong to it.
func (a *API) readOpportunity(ctx context.Context, actor access.Actor, id int64) (*changedOpportunity, error) {
	d, err := a.services.Opportunities.Get(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	set, err := a.services.Opportunities.Stages(ctx)
	if err != nil {
		return nil, err
	}
	return &changedOpportunity{revisionTag(d.Opportunity), toAPIOpportunity(set, d.Opportunity)}, nil
}

// revisionTag is the tag of an opportunity.
func revisionTag(o opportunity.Opportunity) string {
	return quoted("opportunity." + strconv.FormatInt(o.ID, 10) + "." + strconv.FormatInt(o.Revision, 10))
}

func toAPIOpportunity(set *opportunity.StageSet, o opportunity.Opportunity) OpportunityHead {
	products := o.ProductIDs
	if products == nil {
		products = []int64{}
	}
	return OpportunityHead{ID: o.ID, Name: o.Name, CustomerID: o.CustomerID, CustomerKey: o.CustomerKey, CustomerName: o.CustomerName, OwnerID: o.OwnerID, OwnerName: o.OwnerName,
		Stage: string(o.Stage), State: string(o.State), Percent: set.PercentOf(o), AmountMinor: o.AmountMinor, Currency: string(o.Currency), ExpectedOn: toAPIDate(o.ExpectedOn), ProductIDs: products,
		Source: o.Source, Note: o.Note, LostFor: o.LostFor, EndedFor: o.EndedFor, EndedOn: toAPIDate(o.EndedOn), DealKey: o.DealKey, LeadID: o.LeadID, StageSince: toAPIInstant(o.StageSince),
		FollowedAt: toAPIInstant(o.FollowedAt), NextOn: toAPIDate(o.NextOn), Fields: toAPIValues(o.Fields), CreatedAt: toAPIInstant(o.CreatedAt), Revision: o.Revision}
}

func toAPIChanges(changes []process.Change) []workChange {
	out := make([]workChange, len(changes))
	for i, c := range changes {
		out[i] = workChange{c.Revision, toAPIInstant(c.At), c.ActorID, c.ActorName, c.Action, c.Before, c.After}
	}
	return out
}

func toAPIEvent(e process.Event) processEvent {
	return processEvent{e.Seq, e.CaseID, string(e.Activity), toAPIInstant(e.OccurredAt), toAPIInstant(e.RecordedAt), e.PersonID, e.ActorID, e.Source, e.Data}
}
