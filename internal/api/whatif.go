package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/payout"
)

// payLine is what one component pays without and with something imagined.
type payLine struct {
	PlanID      string `json:"plan_id"`
	Component   string `json:"component"`
	BeforeMinor int64  `json:"before_minor"`
	AfterMinor  int64  `json:"after_minor"`
}

// PayEffect is what something imagined does to a month's pay.
type PayEffect struct {
	Month           string    `json:"month"`
	PersonID        int64     `json:"person_id"`
	AmountMinor     int64     `json:"amount_minor" doc:"What is imagined to be collected."`
	On              string    `json:"on" format:"date" doc:"The imagined day of the payment: the month's last."`
	Currency        string    `json:"currency" example:"CNY" doc:"Of the pay."`
	BeforeMinor     int64     `json:"before_minor" doc:"Earned without it."`
	AfterMinor      int64     `json:"after_minor" doc:"Earned with it."`
	PaidBeforeMinor int64     `json:"paid_before_minor" doc:"Paid with the month without it; differs from what is earned where the plan holds or advances pay."`
	PaidAfterMinor  int64     `json:"paid_after_minor"`
	Lines           []payLine `json:"lines" nullable:"false"`
}

// dealEffect is what a payment on a deal earns.
type dealEffect struct {
	PayEffect
	DealKey   string `json:"deal_key"`
	OpenMinor int64  `json:"open_minor" doc:"What of the deal is not collected yet."`
}

// neededDeal is the further deal that brings a wanted amount of pay.
type neededDeal struct {
	Outcome     string    `json:"outcome" enum:"reached,already,limited,too_far" doc:"limited: pay stops rising below the wanted amount, as a cap makes it."`
	TargetMinor int64     `json:"target_minor"`
	NeedMinor   int64     `json:"need_minor" doc:"Amount of the deal. Where the pay is not reached: of the smallest deal with the highest pay."`
	PayMinor    int64     `json:"pay_minor" doc:"Earned with it."`
	Jumps       bool      `json:"jumps" doc:"The pay is reached by a cliff: one yuan less earns much less."`
	JumpMinor   int64     `json:"jump_minor" doc:"What the last yuan adds."`
	Product     string    `json:"product,omitempty"`
	Customer    string    `json:"customer,omitempty" doc:"Whom the imagined deal is with: the customer of the newest deal."`
	OfTeam      bool      `json:"of_team" doc:"The deal is imagined to be the team's, as the newest one."`
	Effect      PayEffect `json:"effect"`
}

type (
	dealEffectInput struct {
		PersonPath
		DealKey     string `query:"deal_key" required:"true" maxLength:"100"`
		AmountMinor int64  `query:"amount_minor" doc:"What is collected; below zero for a refund. Left out: all that is still open."`
	}
	neededDealInput struct {
		PersonPath
		TargetMinor int64  `query:"target_minor" required:"true" doc:"Wanted pay of the month, in minor units."`
		Product     string `query:"product" maxLength:"100" doc:"Key of a product; left out: that of the newest deal."`
	}
)

func toAPIEffect(e payout.Effect) PayEffect {
	out := PayEffect{
		Month: e.Month.String(), PersonID: e.PersonID, AmountMinor: e.AmountMinor, On: e.On.String(), Currency: string(e.Currency), BeforeMinor: e.BeforeMinor,
		AfterMinor: e.AfterMinor, PaidBeforeMinor: e.PaidBefore, PaidAfterMinor: e.PaidAfter, Lines: []payLine{},
	}
	for _, l := range e.Lines {
		out.Lines = append(out.Lines, payLine{l.PlanID, l.Component, l.BeforeMinor, l.AfterMinor})
	}
	return out
}

func (a *API) whatIfOperations() {
	payouts := a.services.Payouts
	register(a, operation{id: "deal_effect", method: http.MethodGet, path: "/statements/{month}/{person_id}/deal-effect", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *dealEffectInput) (*output[dealEffect], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			e, err := payouts.DealEffect(ctx, actor, payout.DealQuestion{Month: wanted, PersonID: in.PersonID, DealKey: in.DealKey, AmountMinor: in.AmountMinor})
			return &output[dealEffect]{dealEffect{PayEffect: toAPIEffect(e), DealKey: e.DealKey, OpenMinor: e.OpenMinor}}, err
		})
	register(a, operation{id: "needed_deal", method: http.MethodGet, path: "/statements/{month}/{person_id}/needed-deal", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *neededDealInput) (*output[neededDeal], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			n, err := payouts.Needed(ctx, actor, payout.NeedQuestion{Month: wanted, PersonID: in.PersonID, TargetMinor: in.TargetMinor, Product: in.Product})
			return &output[neededDeal]{neededDeal{
				Outcome: string(n.Outcome), TargetMinor: n.TargetMinor, NeedMinor: n.NeedFen, PayMinor: n.PayFen, Jumps: n.Jumps, JumpMinor: n.JumpFen,
				Product: n.Product, Customer: n.Customer, OfTeam: n.OfTeam, Effect: toAPIEffect(n.Effect),
			}}, err
		})
}
