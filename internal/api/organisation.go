package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/org"
)

// TeamNode is a team with who leads it.
type TeamNode struct {
	ID         int64  `json:"id"`
	Key        string `json:"key"`
	Name       string `json:"name"`
	RegionID   int64  `json:"region_id,omitempty"`
	LeaderID   int64  `json:"leader_id,omitempty" doc:"Absent when nobody leads it."`
	LeaderName string `json:"leader_name,omitempty"`
	People     int64  `json:"people" doc:"Persons within your scope who are in it."`
}

// RegionHead is a region in a list.
type RegionHead struct {
	ID     int64  `json:"id,omitempty" doc:"Absent for the teams without a region."`
	Key    string `json:"key,omitempty"`
	Name   string `json:"name,omitempty"`
	People int64  `json:"people" doc:"Persons within your scope who are in it."`
}

// regionNode is a region with its teams.
type regionNode struct {
	RegionHead
	Teams []TeamNode `json:"teams" nullable:"false"`
}

// organisation is regions and teams at a point. The two members of the point ask for the very same again.
type organisation struct {
	On            string       `json:"on" format:"date"`
	RecordedBatch int64        `json:"recorded_batch"`
	Regions       []regionNode `json:"regions" nullable:"false"`
}

type (
	treeInput        struct{ AsOf }
	listRegionsInput struct {
		Paging
		AsOf
	}
	listTeamsInput struct {
		Paging
		AsOf
		RegionID int64 `query:"region_id"`
	}
	// ByNumber is the id of a record in an address.
	ByNumber struct {
		ID int64 `path:"id"`
	}
	setLeaderInput struct {
		ByNumber
		Body struct {
			PersonID int64  `json:"person_id,omitempty" doc:"Nobody when it is left out."`
			On       string `json:"on" format:"date" doc:"First day."`
		}
	}
)

func (a *API) organisationOperations() {
	register(a, operation{id: "get_organisation", method: http.MethodGet, path: "/organisation", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *treeInput) (*output[organisation], error) {
			tree, err := a.tree(ctx, actor, in.AsOf)
			return &output[organisation]{toAPIOrganisation(tree)}, err
		})
	register(a, operation{id: "list_regions", method: http.MethodGet, path: "/regions", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *listRegionsInput) (*listOutput[RegionHead], error) {
			tree, err := a.tree(ctx, actor, in.AsOf)
			if err != nil {
				return nil, err
			}
			var regions []org.RegionNode
			for _, r := range tree.Regions {
				if r.ID != 0 {
					regions = append(regions, r)
				}
			}
			part, next, err := cut(regions, in.Paging, func(r org.RegionNode) string { return strconv.FormatInt(r.ID, 10) })
			return newList(part, next, toAPIRegionHead), err
		})
	register(a, operation{id: "list_teams", method: http.MethodGet, path: "/teams", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *listTeamsInput) (*listOutput[TeamNode], error) {
			tree, err := a.tree(ctx, actor, in.AsOf)
			if err != nil {
				return nil, err
			}
			var teams []org.TeamNode
			for _, r := range tree.Regions {
				if in.RegionID == 0 || in.RegionID == r.ID {
					teams = append(teams, r.Teams...)
				}
			}
			part, next, err := cut(teams, in.Paging, func(t org.TeamNode) string { return strconv.FormatInt(t.ID, 10) })
			return newList(part, next, toAPITeam), err
		})
	register(a, operation{id: "set_leader", method: http.MethodPut, path: "/teams/{id}/leader", tag: "organisation"},
		func(ctx context.Context, actor access.Actor, in *setLeaderInput) (*output[Receipt], error) {
			on, err := fromAPIDay("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			receipt, err := a.services.People.SetLeader(ctx, actor, org.SetLeader{TeamID: in.ID, PersonID: in.Body.PersonID, On: on})
			return &output[Receipt]{toAPIReceipt(receipt)}, err
		})
}

func (a *API) tree(ctx context.Context, actor access.Actor, in AsOf) (org.Tree, error) {
	when, err := in.when()
	if err != nil {
		return org.Tree{}, err
	}
	return a.services.People.Tree(ctx, actor, when)
}
