package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pool"
)

// poolPolicy is a version of the rules of public pools.
type poolPolicy struct {
	Number        int64           `json:"number"`
	State         string          `json:"state" enum:"draft,approved,withdrawn"`
	InForce       bool            `json:"in_force"`
	EffectiveFrom string          `json:"effective_from,omitempty"`
	Hash          string          `json:"hash" doc:"SHA-256 of the canonical bytes."`
	AuthorName    string          `json:"author_name"`
	CreatedAt     *time.Time      `json:"created_at,omitempty"`
	ApproverName  string          `json:"approver_name,omitempty"`
	ApprovedAt    *time.Time      `json:"approved_at,omitempty"`
	Note          string          `json:"note,omitempty"`
	Text          string          `json:"text" doc:"YAML."`
	Trial         json.RawMessage `json:"trial,omitempty" doc:"What it would have done to the past, when it was tried."`
	ETag          string          `json:"etag" doc:"Send it as If-Match with a change."`
}

// poolPolicyOutput is a version with its tag.
type poolPolicyOutput struct {
	ETag string `header:"ETag"`
	Body poolPolicy
}

type (
	poolPolicyEntry struct {
		Text string `json:"text" maxLength:"100000" doc:"YAML."`
		Note string `json:"note,omitempty" maxLength:"300"`
	}
	savePoolPolicyInput   struct{ Body poolPolicyEntry }
	changePoolPolicyInput struct {
		ByNumber
		Precondition
		Body poolPolicyEntry
	}
	approvePoolPolicyInput struct {
		ByNumber
		Precondition
		Body struct {
			EffectiveFrom string `json:"effective_from" format:"date"`
		}
	}
	withdrawPoolPolicyInput struct {
		ByNumber
		Precondition
	}
	tryPoolPolicyInput struct {
		ByNumber
		Body struct {
			First string `json:"first" example:"2025-11" doc:"First month."`
			Last  string `json:"last" example:"2026-10" doc:"Last month; it is over."`
		}
	}
	tryPoolPolicyOutput struct {
		JobID string `json:"job_id"`
	}
)

func (a *API) poolRuleOperations() {
	pools := a.services.Pools
	register(a, operation{id: "list_pool_policies", method: http.MethodGet, path: "/pool-policies", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[poolPolicy], error) {
		list, err := pools.Versions(ctx, actor)
		return newList(list, "", toAPIPolicy), err
	})
	register(a, operation{id: "get_pool_policy", method: http.MethodGet, path: "/pool-policies/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*poolPolicyOutput, error) {
		return a.readPolicy(ctx, actor, in.ID, nil)
	})
	register(a, operation{id: "save_pool_policy", method: http.MethodPost, path: "/pool-policies", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *savePoolPolicyInput) (*poolPolicyOutput, error) {
		v, err := pools.Save(ctx, actor, pool.Draft{Text: in.Body.Text, Note: in.Body.Note})
		return a.readPolicy(ctx, actor, v.Number, err)
	})
	register(a, operation{id: "change_pool_policy", method: http.MethodPut, path: "/pool-policies/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *changePoolPolicyInput) (*poolPolicyOutput, error) {
		return a.changePolicy(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := pools.Save(ctx, actor, pool.Draft{Number: in.ID, Seen: seen, Text: in.Body.Text, Note: in.Body.Note})
			return err
		})
	})
	register(a, operation{id: "approve_pool_policy", method: http.MethodPost, path: "/pool-policies/{id}/approve", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *approvePoolPolicyInput) (*poolPolicyOutput, error) {
		from, err := fromAPIDay("effective_from", in.Body.EffectiveFrom)
		if err != nil {
			return nil, err
		}
		return a.changePolicy(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := pools.Approve(ctx, actor, in.ID, seen, from)
			return err
		})
	})
	register(a, operation{id: "withdraw_pool_policy", method: http.MethodPost, path: "/pool-policies/{id}/withdraw", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *withdrawPoolPolicyInput) (*poolPolicyOutput, error) {
		return a.changePolicy(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := pools.Withdraw(ctx, actor, in.ID, seen)
			return err
		})
	})
	register(a, operation{id: "try_pool_policy", method: http.MethodPost, path: "/pool-policies/{id}/try", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, in *tryPoolPolicyInput) (*output[tryPoolPolicyOutput], error) {
		args := pool.TrialArgs{Number: in.ID}
		var err error
		if args.First, err = fromAPIMonth(in.Body.First); err != nil {
			return nil, err
		}
		if args.Last, err = fromAPIMonth(in.Body.Last); err != nil {
			return nil, err
		}
		id, err := pools.Try(ctx, actor, args)
		return &output[tryPoolPolicyOutput]{tryPoolPolicyOutput{id}}, err
	})
}

// changePolicy does something with a version, in the state that the client has seen when it says which, and answers with it.
func (a *API) changePolicy(ctx context.Context, actor access.Actor, number int64, in Precondition, do func(seen int64) error) (*poolPolicyOutput, error) {
	if number <= 0 {
		return nil, errNotFound()
	}
	var seen int64
	if in.asked() {
		d, err := a.services.Pools.Version(ctx, actor, number)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(policyTag(d.Version)) {
			return nil, errStale()
		}
	}
	return a.readPolicy(ctx, actor, number, staleIf(do(seen), "pool.changed_meanwhile"))
}

// readPolicy reads what was written.
func (a *API) readPolicy(ctx context.Context, actor access.Actor, number int64, err error) (*poolPolicyOutput, error) {
	if err != nil {
		return nil, err
	}
	d, err := a.services.Pools.Version(ctx, actor, number)
	return &poolPolicyOutput{policyTag(d.Version), toAPIPolicy(d)}, err
}

func policyTag(v pool.Version) string {
	return quoted("pool_policy." + strconv.FormatInt(v.Number, 10) + "." + strconv.FormatInt(v.Revision, 10))
}

func toAPIPolicy(d pool.Document) poolPolicy {
	return poolPolicy{Number: d.Number, State: string(d.State), InForce: d.InForce, EffectiveFrom: toAPIDate(d.EffectiveFrom), Hash: d.Hash, AuthorName: d.AuthorName, CreatedAt: toAPIInstant(d.CreatedAt), ApproverName: d.ApproverName,
		ApprovedAt: toAPIInstant(d.ApprovedAt), Note: d.Note, Text: d.Text, Trial: d.Trial, ETag: policyTag(d.Version)}
}
