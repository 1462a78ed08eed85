package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
)

// PooledCustomer is a customer of a pool, without what is hidden before a claim.
type PooledCustomer struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Tier       string `json:"tier,omitempty"`
	City       string `json:"city,omitempty"`
	Industry   string `json:"industry,omitempty"`
	CreditCode string `json:"credit_code,omitempty"`
	Pool       string `json:"pool"`
	Since      string `json:"since,omitempty" doc:"The day on which it came into the pool."`
	Way        string `json:"way" doc:"How it came there." example:"recycle"`
	Cause      string `json:"cause,omitempty" doc:"The rule's id when the rules did it, otherwise the reason somebody gave."`
	FormerID   int64  `json:"former_owner_id,omitempty"`
	FormerName string `json:"former_owner_name,omitempty"`
	Deals      int64  `json:"deals"`
}

// pooledDetail is one customer of a pool as it is shown before a claim.
type pooledDetail struct {
	PooledCustomer
	Contacts []ContactRow  `json:"contacts" nullable:"false"`
	Hidden   []string      `json:"hidden" nullable:"false" doc:"Fields that are not shown before a claim."`
	MayClaim bool          `json:"may_claim"`
	History  []holdingStep `json:"history" nullable:"false"`
}

// holdingStep is one change of who has a customer.
type holdingStep struct {
	ID           int64  `json:"id"`
	ActID        int64  `json:"act_id"`
	CustomerID   int64  `json:"customer_id"`
	CustomerName string `json:"customer_name,omitempty"`
	On           string `json:"on,omitempty"`
	Way          string `json:"way"`
	FromID       int64  `json:"from_owner_id,omitempty"`
	FromName     string `json:"from_owner_name,omitempty"`
	FromPool     string `json:"from_pool,omitempty"`
	ToID         int64  `json:"to_owner_id,omitempty"`
	ToName       string `json:"to_owner_name,omitempty"`
	ToPool       string `json:"to_pool,omitempty"`
	Cause        string `json:"cause,omitempty"`
	Undone       bool   `json:"undone" doc:"It was taken back."`
}

// HoldingAct is what was done at once.
type HoldingAct struct {
	ID            int64  `json:"id"`
	Way           string `json:"way"`
	On            string `json:"on,omitempty"`
	ActorName     string `json:"actor_name"`
	Cause         string `json:"cause,omitempty"`
	Customers     int64  `json:"customers"`
	Opportunities int64  `json:"opportunities" doc:"Open opportunities that went along."`
	Tasks         int64  `json:"tasks"`
	UndoUntil     string `json:"undo_until,omitempty" doc:"The last day on which it can be taken back."`
	UndoneIn      int64  `json:"undone_in,omitempty" doc:"The act that took it back."`
}

// ownedCustomer is one of the reader's customers with what the rules say about it.
type ownedCustomer struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Tier        string `json:"tier,omitempty"`
	Since       string `json:"since,omitempty"`
	LastContact string `json:"last_contact,omitempty"`
	Locked      bool   `json:"locked"`
	Outcome     string `json:"outcome" enum:"keep,warn,recycle,exempt"`
	Fate        string `json:"fate" enum:"first,later,stays" doc:"What becomes of it if nothing happens: it goes first, later, or stays."`
	LastDay     string `json:"last_day,omitempty" doc:"The last day on which a contact keeps it; absent when it never goes back."`
	Moved       string `json:"moved,omitempty" enum:"owned,contract" doc:"What moved the last day beyond what the rule says of the last contact, order or opportunity: when the owner got the customer or the rules began, or a contract that runs."`
	MovedOn     string `json:"moved_on,omitempty" doc:"The day that the last day goes by; absent for a contract without an end."`
	Rule        string `json:"rule,omitempty"`
	Exempt      string `json:"exempt,omitempty" enum:"won,open_opportunity,locked,running_contract"`
}

// holdingBody is who has a customer.
type holdingBody struct {
	CustomerID int64         `json:"customer_id"`
	OwnerID    int64         `json:"owner_id,omitempty" doc:"Absent when it is in a pool, or nobody has it."`
	OwnerName  string        `json:"owner_name,omitempty"`
	Pool       string        `json:"pool,omitempty"`
	Since      string        `json:"since,omitempty"`
	FormerID   int64         `json:"former_owner_id,omitempty"`
	FormerName string        `json:"former_owner_name,omitempty"`
	Locked     bool          `json:"locked"`
	LastDay    string        `json:"last_day,omitempty"`
	History    []holdingStep `json:"history" nullable:"false"`
}

// givenBody is what became of customers that were given out.
type givenBody struct {
	Act  HoldingAct `json:"act"`
	Left []string   `json:"left" nullable:"false" doc:"Names of customers that nobody may have by the rules."`
}

// undoneBody is what became of an act that was taken back.
type undoneBody struct {
	Act  HoldingAct `json:"act"`
	Left int64      `json:"left" doc:"Customers that were moved since and stay where they are."`
}

type (
	listPoolInput struct {
		Paging
		Pool   string `query:"pool" maxLength:"100" doc:"The first that you may open when it is left out."`
		Search string `query:"search" maxLength:"100" doc:"Part of a name."`
		Tier   string `query:"tier" maxLength:"100"`
		City   string `query:"city" maxLength:"100"`
	}
	claimInput struct {
		Body struct {
			Customers []int64 `json:"customers" minItems:"1" maxItems:"500"`
		}
	}
	giveInput struct {
		Body struct {
			Customers []int64 `json:"customers" minItems:"1" maxItems:"500"`
			Person    string  `json:"person,omitempty" maxLength:"100" doc:"Employee number. Left out, they are given in turn."`
		}
	}
	releaseInput struct {
		ByNumber
		Body struct {
			Reason string `json:"reason" maxLength:"300"`
		}
	}
	lockInput struct {
		ByNumber
		Body struct {
			Locked bool `json:"locked"`
		}
	}
	listActsInput struct {
		Before int64 `query:"before" doc:"Acts below this id; the newest when it is left out."`
	}
	actDetail struct {
		HoldingAct
		Steps []holdingStep `json:"steps" nullable:"false" doc:"The first of them."`
	}
)

func (a *API) poolOperations() {
	pools := a.services.Pools
	register(a, operation{id: "list_pool", method: http.MethodGet, path: "/pool", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listPoolInput) (*listOutput[PooledCustomer], error) {
		page, err := pools.List(ctx, actor, pool.Filter{Pool: in.Pool, Search: in.Search, Tier: in.Tier, City: in.City, Cursor: in.Cursor, Limit: in.Limit})
		return newList(page.Rows, page.Next, toAPIPooled), err
	})
	register(a, operation{id: "get_pooled_customer", method: http.MethodGet, path: "/pool/customers/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[pooledDetail], error) {
		look, err := pools.View(ctx, actor, in.ID)
		return &output[pooledDetail]{pooledDetail{toAPIPooled(look.Row), newList(look.Contacts, "", toAPIContact).Body.Items, append([]string{}, look.Hidden...), look.Refused == nil, newList(look.Steps, "", toAPIHoldingStep).Body.Items}}, err
	})
	register(a, operation{id: "claim_customers", method: http.MethodPost, path: "/pool/claim", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *claimInput) (*output[HoldingAct], error) {
		act, err := pools.Claim(ctx, actor, in.Body.Customers)
		return &output[HoldingAct]{toAPIAct(act)}, err
	})
	register(a, operation{id: "give_customers", method: http.MethodPost, path: "/pool/give", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *giveInput) (*output[givenBody], error) {
		give := pools.Rotate
		if in.Body.Person != "" {
			give = func(ctx context.Context, actor access.Actor, ids []int64) (pool.Given, error) {
				return pools.Give(ctx, actor, ids, in.Body.Person)
			}
		}
		given, err := give(ctx, actor, in.Body.Customers)
		return &output[givenBody]{givenBody{toAPIAct(given.Act), append([]string{}, given.Left...)}}, err
	})
	register(a, operation{id: "list_my_customers", method: http.MethodGet, path: "/my-customers", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[ownedCustomer], error) {
		list, _, err := pools.OfActor(ctx, actor)
		return newList(list, "", toAPIMine), err
	})
	register(a, operation{id: "get_holding", method: http.MethodGet, path: "/customers/{id}/holding", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[holdingBody], error) {
		of, err := pools.OfCustomer(ctx, actor, in.ID)
		return &output[holdingBody]{toAPIHolding(in.ID, of)}, err
	})
	register(a, operation{id: "release_customer", method: http.MethodPost, path: "/customers/{id}/release", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *releaseInput) (*output[HoldingAct], error) {
		act, err := pools.Release(ctx, actor, in.ID, in.Body.Reason)
		return &output[HoldingAct]{toAPIAct(act)}, err
	})
	register(a, operation{id: "lock_customer", method: http.MethodPost, path: "/customers/{id}/lock", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *lockInput) (*output[holdingBody], error) {
		if err := pools.Lock(ctx, actor, in.ID, in.Body.Locked); err != nil {
			return nil, err
		}
		of, err := pools.OfCustomer(ctx, actor, in.ID)
		return &output[holdingBody]{toAPIHolding(in.ID, of)}, err
	})
	a.holdingActOperations()
	a.poolRuleOperations()
	a.handOverOperations()
}

func (a *API) holdingActOperations() {
	pools := a.services.Pools
	register(a, operation{id: "list_holding_acts", method: http.MethodGet, path: "/holding-acts", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listActsInput) (*listOutput[HoldingAct], error) {
		acts, err := pools.Acts(ctx, actor, in.Before)
		return newList(acts, "", toAPIAct), err
	})
	register(a, operation{id: "get_holding_act", method: http.MethodGet, path: "/holding-acts/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[actDetail], error) {
		act, steps, err := pools.ActOf(ctx, actor, in.ID)
		return &output[actDetail]{actDetail{toAPIAct(act), newList(steps, "", toAPIHoldingStep).Body.Items}}, err
	})
	register(a, operation{id: "undo_holding_act", method: http.MethodPost, path: "/holding-acts/{id}/undo", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[undoneBody], error) {
		undone, err := pools.Undo(ctx, actor, in.ID)
		return &output[undoneBody]{undoneBody{toAPIAct(undone.Act), undone.Left}}, err
	})
}

func toAPIPooled(r pool.Row) PooledCustomer {
	return PooledCustomer{ID: r.CustomerID, Name: r.Name, Tier: r.Tier, City: r.City, Industry: r.Industry, CreditCode: r.CreditCode, Pool: r.Pool, Since: toAPIDate(r.Since), Way: string(r.Way), Cause: r.Cause,
		FormerID: r.FormerID, FormerName: r.FormerName, Deals: r.Deals}
}

func toAPIHoldingStep(s pool.Step) holdingStep {
	return holdingStep{ID: s.ID, ActID: s.ActID, CustomerID: s.CustomerID, CustomerName: s.CustomerName, On: toAPIDate(s.On), Way: string(s.Way), FromID: s.From.OwnerID, FromName: s.FromName, FromPool: s.From.Pool,
		ToID: s.ToOwner, ToName: s.ToName, ToPool: s.ToPool, Cause: s.Cause, Undone: s.UndoneIn != 0}
}

func toAPIAct(act pool.Act) HoldingAct {
	out := HoldingAct{ID: act.ID, Way: string(act.Way), On: toAPIDate(act.On), ActorName: act.ActorName, Cause: act.Cause, Customers: act.Customers, Opportunities: act.Opportunities, Tasks: act.Tasks, UndoneIn: act.UndoneIn}
	if act.Undoable(act.On) {
		out.UndoUntil = toAPIDate(act.UndoUntil())
	}
	return out
}

func toAPIMine(m pool.Mine) ownedCustomer {
	out := ownedCustomer{ID: m.CustomerID, Name: m.Name, Tier: m.Tier, Since: toAPIDate(m.Since), LastContact: toAPIDate(m.Contact), Locked: m.Locked, Outcome: string(m.Decision.Outcome), Fate: string(m.Fate), LastDay: toAPIDate(m.Decision.LastDay),
		Rule: m.Decision.Trigger, Exempt: string(m.Decision.Reason)}
	if m.Decision.Outcome == poolrule.Spared {
		out.LastDay = ""
	}
	if m.Moved != "" {
		out.Moved = string(m.Moved)
		if m.MovedOn != calendar.Forever {
			out.MovedOn = toAPIDate(m.MovedOn)
		}
	}
	return out
}

func toAPIHolding(id int64, of pool.Of) holdingBody {
	out := holdingBody{CustomerID: id, OwnerID: of.OwnerID, OwnerName: of.OwnerName, Pool: of.Holding.Pool, FormerID: of.FormerID, FormerName: of.FormerName, Locked: of.Locked, History: newList(of.Steps, "", toAPIHoldingStep).Body.Items}
	if of.Known() {
		out.Since = toAPIDate(of.Since)
	}
	if of.OwnerID != 0 && of.Rules.Decision.Reason == "" {
		out.LastDay = toAPIDate(of.Rules.Decision.LastDay)
	}
	return out
}
