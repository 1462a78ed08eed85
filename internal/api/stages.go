package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/opportunity"
)

// opportunityStages are the stages in force, in their order, and those of earlier versions of the standard.
type opportunityStages struct {
	Stages []opportunityStage `json:"stages" nullable:"false"`
	Former []formerStage      `json:"former" nullable:"false" doc:"Of earlier versions: lost opportunities stay on them."`
}

type opportunityStage struct {
	ID      string   `json:"id"`
	NameZh  string   `json:"name_zh"`
	NameEn  string   `json:"name_en"`
	Percent int64    `json:"percent" doc:"Chance of winning while an open opportunity stands on it."`
	Signing bool     `json:"signing" doc:"Deals are signed on it: it is for open and for won opportunities, those before it for open and those behind it for won ones."`
	States  []string `json:"states" nullable:"false" enum:"open,won" doc:"Whose opportunities stand on it."`
}

type formerStage struct {
	ID     string `json:"id"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
	Now    string `json:"now,omitempty" doc:"The stage in force that it counts as."`
}

func (a *API) stageOperations() {
	register(a, operation{id: "list_opportunity_stages", method: http.MethodGet, path: "/opportunity-stages", tag: "sales"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[opportunityStages], error) {
			set, err := a.services.Opportunities.StagesFor(ctx, actor)
			if err != nil {
				return nil, err
			}
			return &output[opportunityStages]{toAPIStages(set)}, nil
		})
}

func toAPIStages(set *opportunity.StageSet) opportunityStages {
	out := opportunityStages{Stages: []opportunityStage{}, Former: []formerStage{}}
	for _, e := range set.All() {
		one := opportunityStage{ID: string(e.ID), NameZh: e.Name.Zh, NameEn: e.Name.En, Percent: e.Percent, Signing: e.ID == set.Signing(), States: []string{}}
		for _, state := range []opportunity.State{opportunity.StateOpen, opportunity.StateWon} {
			if set.Fits(e.ID, state) {
				one.States = append(one.States, string(state))
			}
		}
		out.Stages = append(out.Stages, one)
	}
	for _, e := range set.Former() {
		now, _ := set.Successor(e.ID)
		out.Former = append(out.Former, formerStage{string(e.ID), e.Name.Zh, e.Name.En, string(now)})
	}
	return out
}
