package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/retention"
)

// RetentionSums are what the rates are made of: divide them yourself.
type RetentionSums struct {
	Base        int64  `json:"base" doc:"Customers that ordered in the year before."`
	Kept        int64  `json:"kept" doc:"Of them, those that ordered in this year too: over base, customer retention."`
	KeptLowPPM  *int64 `json:"kept_low_ppm,omitempty" doc:"Wilson's interval of that share at 95 %, in parts per million."`
	KeptHighPPM *int64 `json:"kept_high_ppm,omitempty"`
	BaseMinor   int64  `json:"base_minor" doc:"What they ordered in the year before."`
	HeldMinor   int64  `json:"held_minor" doc:"Of that, what they ordered again, of each the smaller of both years: over base_minor, gross revenue retention."`
	NowMinor    int64  `json:"now_minor" doc:"What they ordered in this year: over base_minor, net revenue retention."`
	Buyers      int64  `json:"buyers" doc:"Customers that ordered in this year."`
	Again       int64  `json:"again" doc:"Of them, those with two orders or more: over buyers, the repeat purchase rate."`
	Foreign     int64  `json:"foreign_orders" doc:"Orders in other currencies: counted, without an amount."`
}

type (
	retentionGroup struct {
		ID   int64  `json:"id,omitempty" doc:"Of the region, the team or the person."`
		Name string `json:"name" doc:"Or the tier; empty for none."`
		RetentionSums
	}
	retentionMonth struct {
		On string `json:"on" format:"date"`
		RetentionSums
	}
	retentionCohort struct {
		Year      int   `json:"year"`
		Quarter   int   `json:"quarter"`
		Customers int64 `json:"customers" doc:"Whose first order is of the quarter."`
		Ripe      int64 `json:"ripe" doc:"Of them, those whose first order is a year old."`
		Again     int64 `json:"again" doc:"Of these, those that ordered again within that year."`
	}
	retentionReport struct {
		On      string            `json:"on,omitempty" format:"date" doc:"Day of the look; absent before the first."`
		Sums    RetentionSums     `json:"sums"`
		Groups  []retentionGroup  `json:"groups" nullable:"false"`
		Months  []retentionMonth  `json:"months" nullable:"false" doc:"At the ends of the last twelve months, and on the day."`
		Cohorts []retentionCohort `json:"cohorts" nullable:"false"`
	}
	retentionInput struct {
		By     string `query:"by" enum:"tier,region,team,person" default:"tier"`
		Tier   string `query:"tier" maxLength:"10"`
		TeamID int64  `query:"team_id"`
		Region int64  `query:"region_id"`
	}
	retentionCustomer struct {
		CustomerID   int64  `json:"customer_id"`
		CustomerKey  string `json:"customer_key"`
		CustomerName string `json:"customer_name"`
		OwnerID      int64  `json:"owner_id,omitempty"`
		OwnerName    string `json:"owner_name,omitempty"`
		Tier         string `json:"tier,omitempty"`
		State        string `json:"state" enum:"kept,lost,new,back,asleep"`
		FirstOn      string `json:"first_on" format:"date"`
		LastOn       string `json:"last_on" format:"date"`
		BaseOrders   int64  `json:"base_orders"`
		BaseMinor    int64  `json:"base_minor"`
		NowOrders    int64  `json:"now_orders"`
		NowMinor     int64  `json:"now_minor"`
	}
	retentionCustomersInput struct {
		State  string `query:"state" enum:"kept,lost,new,back,asleep"`
		Tier   string `query:"tier" maxLength:"10"`
		Owner  int64  `query:"owner_id"`
		TeamID int64  `query:"team_id"`
		Region int64  `query:"region_id"`
		After  int64  `query:"after" doc:"The last customer of the answer before."`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}
)

func toAPIRetention(s retention.Sums) RetentionSums {
	out := RetentionSums{Base: s.Base, Kept: s.Kept, BaseMinor: s.BaseMinor, HeldMinor: s.HeldMinor, NowMinor: s.NowMinor, Buyers: s.Buyers, Again: s.Again, Foreign: s.Foreign}
	if low, high, ok := retention.Interval(s.Kept, s.Base); ok {
		out.KeptLowPPM, out.KeptHighPPM = &low, &high
	}
	return out
}

func (a *API) retentionOperations() {
	register(a, operation{id: "get_retention", method: http.MethodGet, path: "/retention", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *retentionInput) (*output[retentionReport], error) {
			r, err := a.services.Retention.View(ctx, actor, retention.Ask{By: retention.Dimension(in.By), Tier: in.Tier, TeamID: in.TeamID, Region: in.Region})
			if err != nil {
				return nil, err
			}
			out := retentionReport{Sums: toAPIRetention(r.Sums), Groups: []retentionGroup{}, Months: []retentionMonth{}, Cohorts: []retentionCohort{}}
			if r.Day != calendar.NoDate {
				out.On = r.Day.String()
			}
			for _, g := range r.Groups {
				out.Groups = append(out.Groups, retentionGroup{g.ID, g.Name, toAPIRetention(g.Sums)})
			}
			for _, m := range r.Trend {
				out.Months = append(out.Months, retentionMonth{m.Day.String(), toAPIRetention(m.Sums)})
			}
			for _, c := range r.Cohorts {
				year, quarter := c.Quarter.Civil()
				out.Cohorts = append(out.Cohorts, retentionCohort{year, quarter, c.Customers, c.Ripe, c.Again})
			}
			return &output[retentionReport]{out}, nil
		})
	register(a, operation{id: "list_retention_customers", method: http.MethodGet, path: "/retention/customers", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *retentionCustomersInput) (*listOutput[retentionCustomer], error) {
			list, _, err := a.services.Retention.Customers(ctx, actor, retention.Filter{State: retention.State(in.State), Tier: in.Tier, OwnerID: in.Owner, TeamID: in.TeamID, Region: in.Region, After: in.After, Limit: in.Limit})
			return newList(list, "", func(c retention.Row) retentionCustomer {
				return retentionCustomer{c.CustomerID, c.Key, c.Name, c.OwnerID, c.OwnerName, c.Tier, string(c.State), c.FirstOn.String(), c.LastOn.String(), c.BaseOrders, c.BaseMinor, c.NowOrders, c.NowMinor}
			}), err
		})
}
