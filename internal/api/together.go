package api

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
)

type (
	changeOpportunitiesInput struct {
		Body struct {
			IDs        []int64 `json:"ids" nullable:"false" minItems:"1" maxItems:"200"`
			Stage      string  `json:"stage,omitempty" maxLength:"63"`
			Owner      string  `json:"owner,omitempty" maxLength:"100" doc:"Employee number."`
			ExpectedOn string  `json:"expected_on,omitempty" format:"date"`
		}
	}
	// changedOne is what became of one of several opportunities.
	changedOne struct {
		ID       int64  `json:"id"`
		Revision int64  `json:"revision,omitempty"`
		Problem  string `json:"problem,omitempty" doc:"Why it stays what it was."`
	}
)

// changeOpportunities changes several, each by itself.
func (a *API) changeOpportunities(ctx context.Context, actor access.Actor, in *changeOpportunitiesInput) (*listOutput[changedOne], error) {
	var c fact.Checker
	change := opportunity.Together{IDs: in.Body.IDs, Stage: opportunity.Stage(in.Body.Stage), Owner: in.Body.Owner, ExpectedOn: fromAPIDate(&c, "expected_on", in.Body.ExpectedOn)}
	if err := c.Err(); err != nil {
		return nil, err
	}
	all, err := a.services.Opportunities.ChangeTogether(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	return newList(all, "", func(o opportunity.Changed) changedOne {
		if o.Failure != nil {
			return changedOne{ID: o.ID, Problem: a.failed(ctx, o.Failure).Error()}
		}
		return changedOne{ID: o.ID, Revision: o.Revision}
	}), nil
}
