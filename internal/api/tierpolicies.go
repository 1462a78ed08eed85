package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/tierbook"
)

// TierPolicyHead is a version of the tier policy.
type TierPolicyHead struct {
	ID         string     `json:"id,omitempty" doc:"Left out for the policy that ships with the product."`
	Number     int64      `json:"number"`
	State      string     `json:"state" enum:"draft,approved,withdrawn"`
	NameZh     string     `json:"name_zh,omitempty"`
	NameEn     string     `json:"name_en,omitempty"`
	From       string     `json:"from,omitempty" format:"date" doc:"It holds from this day, once it is approved."`
	Hash       string     `json:"hash" doc:"SHA-256 of the canonical bytes."`
	Note       string     `json:"note,omitempty"`
	AuthorID   string     `json:"author_id,omitempty"`
	ApproverID string     `json:"approver_id,omitempty"`
	ApprovedAt *time.Time `json:"approved_at,omitempty"`
}

// tierPolicyDetail is a version with its text and its trial.
type tierPolicyDetail struct {
	TierPolicyHead
	Text     string                `json:"text" doc:"YAML."`
	TrialJob string                `json:"trial_job,omitempty"`
	Trial    *tierbook.PolicyTrial `json:"trial,omitempty" doc:"What the draft would change; moves of customers at most 200."`
}

type tierPolicyOutput struct {
	ETag string `header:"ETag"`
	Body tierPolicyDetail
}

// tierPolicies are all versions with the one that holds.
type tierPolicies struct {
	Current tierPolicyDetail `json:"current"`
	Items   []TierPolicyHead `json:"items" nullable:"false" doc:"The newest first."`
}

type (
	tierPolicyEntry struct {
		Text string `json:"text" maxLength:"262144" doc:"YAML; see the policy that ships with the product."`
		From string `json:"from" format:"date"`
		Note string `json:"note,omitempty" maxLength:"4000"`
	}
	addTierPolicyInput struct {
		Body struct {
			Text       string `json:"text" maxLength:"262144" doc:"YAML; see the policy that ships with the product."`
			From       string `json:"from" format:"date"`
			Note       string `json:"note,omitempty" maxLength:"4000"`
			DecisionID int64  `json:"decision_id,omitempty" doc:"The decision that it follows from."`
		}
	}
	replaceTierPolicyInput struct {
		ByID
		Precondition
		Body tierPolicyEntry
	}
	approveTierPolicyInput struct {
		ByID
		Precondition
	}
	withdrawTierPolicyInput struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"4000"`
		}
	}
)

func (a *API) tierPolicyOperations() {
	tiers := a.services.Tiers
	register(a, operation{id: "list_tier_policies", method: http.MethodGet, path: "/tiers/policies", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[tierPolicies], error) {
		book, err := tiers.Policies(ctx, actor)
		out := tierPolicies{Current: toAPITierPolicy(book.Current), Items: []TierPolicyHead{}}
		for _, v := range book.Versions {
			out.Items = append(out.Items, toAPITierPolicy(v).TierPolicyHead)
		}
		return &output[tierPolicies]{out}, err
	})
	register(a, operation{id: "get_tier_policy", method: http.MethodGet, path: "/tiers/policies/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByID) (*tierPolicyOutput, error) {
		d, err := tiers.Policy(ctx, actor, in.ID)
		return newTierPolicy(d.Version), err
	})
	register(a, operation{id: "add_tier_policy", method: http.MethodPost, path: "/tiers/policies", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addTierPolicyInput) (*tierPolicyOutput, error) {
		return a.saveTierPolicy(ctx, actor, tierbook.Draft{DecisionID: in.Body.DecisionID}, tierPolicyEntry{in.Body.Text, in.Body.From, in.Body.Note})
	})
	register(a, operation{id: "replace_tier_policy", method: http.MethodPut, path: "/tiers/policies/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *replaceTierPolicyInput) (*tierPolicyOutput, error) {
		seen, err := a.seenTierPolicy(ctx, actor, in.Precondition, in.ID)
		if err != nil {
			return nil, err
		}
		return a.saveTierPolicy(ctx, actor, tierbook.Draft{ID: in.ID, Seen: seen}, in.Body)
	})
	register(a, operation{id: "try_tier_policy", method: http.MethodPost, path: "/tiers/policies/{id}/trial", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, in *ByID) (*tierPolicyOutput, error) {
		v, err := tiers.StartTrial(ctx, actor, in.ID)
		return newTierPolicy(v), err
	})
	register(a, operation{id: "approve_tier_policy", method: http.MethodPost, path: "/tiers/policies/{id}/approve", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *approveTierPolicyInput) (*tierPolicyOutput, error) {
		seen, err := a.seenTierPolicy(ctx, actor, in.Precondition, in.ID)
		if err != nil {
			return nil, err
		}
		v, err := tiers.ApprovePolicy(ctx, actor, in.ID, seen)
		return newTierPolicy(v), staleIf(err, "tierbook.policy_changed")
	})
	register(a, operation{id: "withdraw_tier_policy", method: http.MethodPost, path: "/tiers/policies/{id}/withdraw", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *withdrawTierPolicyInput) (*none, error) {
		return nil, tiers.WithdrawPolicy(ctx, actor, in.ID, in.Body.Reason)
	})
}

func (a *API) saveTierPolicy(ctx context.Context, actor access.Actor, draft tierbook.Draft, in tierPolicyEntry) (*tierPolicyOutput, error) {
	from, err := fromAPIDay("from", in.From)
	if err != nil {
		return nil, err
	}
	draft.Text, draft.From, draft.Note = in.Text, from, in.Note
	v, err := a.services.Tiers.SavePolicy(ctx, actor, draft)
	return newTierPolicy(v), staleIf(err, "tierbook.policy_changed")
}

// seenTierPolicy is the revision of the version that a change is meant for; 0 when the client didn't say.
func (a *API) seenTierPolicy(ctx context.Context, actor access.Actor, in Precondition, id string) (int64, error) {
	if !in.asked() {
		return 0, nil
	}
	d, err := a.services.Tiers.Policy(ctx, actor, id)
	if err == nil && !in.fits(tierPolicyTag(d.Version)) {
		err = errStale()
	}
	return d.Version.Revision, err
}

func tierPolicyTag(v tierbook.PolicyVersion) string {
	return quoted("tier_policy." + v.ID + "." + strconv.FormatInt(v.Revision, 10))
}

func newTierPolicy(v tierbook.PolicyVersion) *tierPolicyOutput {
	return &tierPolicyOutput{tierPolicyTag(v), toAPITierPolicy(v)}
}

func toAPITierPolicy(v tierbook.PolicyVersion) tierPolicyDetail {
	d := tierPolicyDetail{TierPolicyHead: TierPolicyHead{ID: v.ID, Number: v.Number, State: string(v.State), NameZh: v.Name.Zh, NameEn: v.Name.En, From: knownDay(v.From), Hash: v.Hash, Note: v.Note, AuthorID: v.AuthorID,
		ApproverID: v.ApproverID}, Text: v.Text, TrialJob: v.TrialJob, Trial: v.Trial}
	if !v.ApprovedAt.IsZero() {
		d.ApprovedAt = &v.ApprovedAt
	}
	return d
}
