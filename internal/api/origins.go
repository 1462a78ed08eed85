package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/origin"
)

type (
	// NextRules are the versions of rules that followed from a decision.
	NextRules struct {
		DecisionID   int64          `json:"decision_id"`
		Title        string         `json:"title"`
		InitiativeID int64          `json:"initiative_id,omitempty" doc:"Whose effect was decided on."`
		Initiative   string         `json:"initiative,omitempty"`
		Open         []string       `json:"open" nullable:"false" enum:"standard,target,plan,tier" doc:"Kinds that the decision asks for and nobody has drafted."`
		Items        []followedRule `json:"items" nullable:"false" doc:"The earliest first."`
	}
	followedRule struct {
		Kind   string    `json:"kind" enum:"standard,target,plan,tier"`
		ID     string    `json:"id" doc:"Of the version; of a target plan its number."`
		Name   string    `json:"name,omitempty" doc:"Absent for who may not see the version."`
		State  string    `json:"state,omitempty" doc:"In your language."`
		Holds  bool      `json:"holds" doc:"Approved, or published."`
		Ended  bool      `json:"ended"`
		ByName string    `json:"by_name"`
		At     time.Time `json:"at"`
	}
	// RuleOrigin is the decision that a version of a rule follows from.
	RuleOrigin struct {
		DecisionID   int64  `json:"decision_id,omitempty" doc:"Absent for none, or none that you see."`
		Title        string `json:"title,omitempty"`
		InitiativeID int64  `json:"initiative_id,omitempty"`
		Initiative   string `json:"initiative,omitempty"`
	}
	ruleOriginInput struct {
		Kind string `path:"kind" enum:"standard,target,plan,tier"`
		ID   string `path:"id" maxLength:"100" doc:"Of the version; of a target plan its number."`
	}
)

func (a *API) originOperations() {
	service := a.services.Origins
	register(a, operation{id: "get_decision_rules", method: http.MethodGet, path: "/decisions/{id}/rules", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[NextRules], error) {
		n, err := service.Next(ctx, actor, in.ID)
		out := NextRules{DecisionID: n.DecisionID, Title: n.Title, InitiativeID: n.InitiativeID, Initiative: n.Initiative, Open: []string{}, Items: []followedRule{}}
		p := httpx.PrinterFrom(ctx)
		for _, f := range n.Followed {
			one := followedRule{Kind: string(f.Kind), ID: f.RuleID, Name: f.Name, Holds: f.Holds, Ended: f.Ended, ByName: f.ByName, At: f.At}
			if !f.Hidden {
				one.State = p.Message(f.State)
			}
			out.Items = append(out.Items, one)
		}
		for _, k := range n.Open {
			out.Open = append(out.Open, string(k))
		}
		return &output[NextRules]{out}, err
	})
	register(a, operation{id: "get_rule_origin", method: http.MethodGet, path: "/rules/{kind}/{id}/origin", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ruleOriginInput) (*output[RuleOrigin], error) {
		source, err := service.Behind(ctx, actor, origin.Kind(in.Kind), in.ID)
		out := RuleOrigin{}
		if source != nil {
			out = RuleOrigin{source.DecisionID, source.Title, source.InitiativeID, source.Initiative}
		}
		return &output[RuleOrigin]{out}, err
	})
}
