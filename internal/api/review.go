package api

import (
	"context"
	"fmt"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
)

// review is what a reviewer looks at first; the exceptions and differences themselves are lists of their own.
type review struct {
	Month           month        `json:"month"`
	Run             run          `json:"run"`
	Against         string       `json:"against" enum:"last_run,last_month"`
	OtherRun        *run         `json:"other_run,omitempty" doc:"Absent when there is nothing to compare with."`
	ExceptionCount  int          `json:"exception_count"`
	DifferenceCount int          `json:"difference_count"`
	Honours         []HonourLine `json:"honours" nullable:"false" doc:"What the month pays outside plans. Of a closed month, open_minor is what it put off itself."`
	HonoursMinor    int64        `json:"honours_minor" doc:"Their effect on what the month pays."`
	ByComponent     []difference `json:"by_component" nullable:"false" doc:"Sums of the month by plan and component."`
}

// exception is one thing to look at before publication.
type exception struct {
	Kind        string `json:"kind" enum:"no_quota,no_plan,two_plans,negative,at_cap,far_from_last_month,large_delta,large_adjustment,taken_before,dispute,dispute_overdue"`
	PersonID    int64  `json:"person_id"`
	PlanID      string `json:"plan_id,omitempty"`
	Component   string `json:"component,omitempty"`
	AmountMinor int64  `json:"amount_minor" doc:"In minor units of the currency (fen for CNY)."`
	BeforeMinor int64  `json:"before_minor" doc:"The other amount that makes it an exception: last month's, that before the cap, or what the payee of a dispute expects."`
	Currency    string `json:"currency" example:"CNY"`
}

// difference is a line of pay that differs between two runs; a side without the line is zero.
type difference struct {
	PersonID    int64  `json:"person_id,omitempty" doc:"Absent in sums."`
	PlanID      string `json:"plan_id"`
	Component   string `json:"component"`
	AmountMinor int64  `json:"amount_minor" doc:"In minor units of the currency (fen for CNY)."`
	BeforeMinor int64  `json:"before_minor" doc:"In the other run."`
	Currency    string `json:"currency" example:"CNY"`
}

// Comparison says what a run is compared with.
type Comparison struct {
	Against string `query:"against" enum:"last_run,last_month" default:"last_month"`
}

type (
	reviewInput struct {
		MonthPath
		Comparison
	}
	differencesInput struct {
		MonthPath
		Paging
		Comparison
	}
)

func (a *API) reviewOperations() {
	register(a, operation{id: "review", method: http.MethodGet, path: "/periods/{month}/review", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *reviewInput) (*output[review], error) {
			found, err := a.review(ctx, actor, in.MonthPath, in.Comparison)
			if err != nil {
				return nil, err
			}
			return &output[review]{a.toAPIReview(httpx.PrinterFrom(ctx), found)}, nil
		})
	register(a, operation{id: "list_exceptions", method: http.MethodGet, path: "/periods/{month}/exceptions", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *pagedMonthInput) (*listOutput[exception], error) {
			found, err := a.review(ctx, actor, in.MonthPath, Comparison{string(period.AgainstLastMonth)})
			if err != nil {
				return nil, err
			}
			part, next, err := cut(found.Exceptions, in.Paging, func(e payout.Exception) string {
				return fmt.Sprintf("%s/%d/%s/%s", e.Kind, e.PersonID, e.PlanID, e.Component)
			})
			return newList(part, next, a.toAPIException), err
		})
	register(a, operation{id: "list_differences", method: http.MethodGet, path: "/periods/{month}/differences", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *differencesInput) (*listOutput[difference], error) {
			found, err := a.review(ctx, actor, in.MonthPath, in.Comparison)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(found.Differences, in.Paging, func(d period.Difference) string {
				return fmt.Sprintf("%d/%s/%s", d.PersonID, d.PlanID, d.Component)
			})
			return newList(part, next, a.toAPIDifference), err
		})
}

func (a *API) review(ctx context.Context, actor access.Actor, path MonthPath, in Comparison) (period.Review, error) {
	wanted, err := path.month()
	if err != nil {
		return period.Review{}, err
	}
	return a.services.Periods.Review(ctx, actor, wanted, period.Against(in.Against))
}

func runID(r payout.Run) string { return r.ID }
