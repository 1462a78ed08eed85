package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/payout"
)

// AdjustmentDraft asks for a manual line.
type AdjustmentDraft struct {
	PersonKey   string `json:"person_key" maxLength:"100" doc:"Employee number."`
	Month       string `json:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09" doc:"What it is about; when that month is closed, the open month pays."`
	PlanID      string `json:"plan_id" maxLength:"100" doc:"Under which it is paid."`
	Component   string `json:"component,omitempty" maxLength:"100" doc:"Of the plan; left out when none fits."`
	AmountMinor int64  `json:"amount_minor" doc:"In minor units; negative takes back."`
	Reason      string `json:"reason" maxLength:"300"`
	Evidence    string `json:"evidence" maxLength:"300"`
}

// adjustmentHead is a manual line of pay.
type adjustmentHead struct {
	ID string `json:"id"`
	AdjustmentDraft
	State     string     `json:"state" enum:"proposed,approved,rejected,withdrawn"`
	PersonID  int64      `json:"person_id"`
	Name      string     `json:"name"`
	Currency  string     `json:"currency" example:"CNY"`
	PaidIn    string     `json:"paid_in,omitempty" doc:"The month whose next run takes it up."`
	MadeBy    string     `json:"made_by"`
	MadeAt    *time.Time `json:"made_at,omitempty"`
	DecidedBy string     `json:"decided_by,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	Note      string     `json:"note,omitempty"`
}

type (
	listAdjustmentsInput struct {
		Paging
		State    string `query:"state" enum:"proposed,approved,rejected,withdrawn"`
		Month    string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"That it is about, or that pays it."`
		PersonID int64  `query:"person_id"`
		Search   string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
	}
	proposeInput struct{ Body AdjustmentDraft }
	decideInput  struct {
		RetroPath
		Body reason
	}
)

func (a *API) adjustmentOperations() {
	adjustments := a.services.Adjustments
	register(a, operation{id: "list_adjustments", method: http.MethodGet, path: "/adjustments", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *listAdjustmentsInput) (*listOutput[adjustmentHead], error) {
			filter := adjustment.Filter{State: adjustment.State(in.State), PersonID: in.PersonID, Search: in.Search, After: in.Cursor, Limit: in.Limit}
			if in.Month != "" {
				var err error
				if filter.Month, err = fromAPIMonth(in.Month); err != nil {
					return nil, err
				}
			}
			page, err := adjustments.List(ctx, actor, filter)
			return newList(page.Adjustments, page.Next, a.toAPIAdjustment), err
		})
	register(a, operation{id: "propose_adjustment", method: http.MethodPost, path: "/adjustments", tag: "periods", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *proposeInput) (*output[adjustmentHead], error) {
			wanted, err := fromAPIMonth(in.Body.Month)
			if err != nil {
				return nil, err
			}
			made, err := adjustments.Propose(ctx, actor, adjustment.Draft{Person: in.Body.PersonKey, Month: wanted, PlanID: in.Body.PlanID, Component: in.Body.Component,
				AmountMinor: in.Body.AmountMinor, Reason: in.Body.Reason, Evidence: in.Body.Evidence})
			return a.adjustmentOutput(ctx, actor, made, err)
		})
	register(a, operation{id: "get_adjustment", method: http.MethodGet, path: "/adjustments/{id}", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *RetroPath) (*output[adjustmentHead], error) {
			found, err := adjustments.Get(ctx, actor, in.ID)
			return &output[adjustmentHead]{a.toAPIAdjustment(found)}, err
		})
	register(a, operation{id: "approve_adjustment", method: http.MethodPost, path: "/adjustments/{id}/approve", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *RetroPath) (*output[adjustmentHead], error) {
			made, err := adjustments.Approve(ctx, actor, in.ID)
			return a.adjustmentOutput(ctx, actor, made, err)
		})
	register(a, operation{id: "reject_adjustment", method: http.MethodPost, path: "/adjustments/{id}/reject", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *decideInput) (*output[adjustmentHead], error) {
			made, err := adjustments.Reject(ctx, actor, in.ID, in.Body.Reason)
			return a.adjustmentOutput(ctx, actor, made, err)
		})
	register(a, operation{id: "withdraw_adjustment", method: http.MethodPost, path: "/adjustments/{id}/withdraw", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *decideInput) (*output[adjustmentHead], error) {
			made, err := adjustments.Withdraw(ctx, actor, in.ID, in.Body.Reason)
			return a.adjustmentOutput(ctx, actor, made, err)
		})
}

// adjustmentOutput reads the adjustment again, with the name of whom it is for.
func (a *API) adjustmentOutput(ctx context.Context, actor access.Actor, made adjustment.Adjustment, err error) (*output[adjustmentHead], error) {
	if err != nil {
		return nil, err
	}
	found, err := a.services.Adjustments.Get(ctx, actor, made.ID)
	return &output[adjustmentHead]{a.toAPIAdjustment(found)}, err
}

func (a *API) toAPIAdjustment(x adjustment.Named) adjustmentHead {
	out := adjustmentHead{ID: x.ID, State: string(x.State), PersonID: x.PersonID, Name: x.Name, Currency: string(a.options.Currency()), MadeBy: x.MadeBy, MadeAt: toAPIInstant(x.MadeAt),
		DecidedBy: x.DecidedBy, DecidedAt: toAPIInstant(x.DecidedAt), Note: x.Note,
		AdjustmentDraft: AdjustmentDraft{x.PersonKey, x.Month.String(), x.PlanID, x.Component, x.AmountMinor, x.Reason, x.Evidence}}
	if x.Component == payout.AdjustmentComponent {
		out.Component = ""
	}
	if x.PaidIn != 0 {
		out.PaidIn = x.PaidIn.String()
	}
	return out
}
