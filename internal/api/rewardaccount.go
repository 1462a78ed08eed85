package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// AccountMovement is an entry of the ledger with what it changed, and what there was afterwards.
type AccountMovement struct {
	LedgerEntry
	On          string         `json:"on" doc:"Day in the company's time zone."`
	Event       string         `json:"event,omitempty" doc:"What it is, where it is more than what a component earned."`
	Change      accrualBalance `json:"change"`
	AfterMinor  int64          `json:"after_minor" doc:"The balance afterwards."`
	ChangeMinor int64          `json:"change_minor"`
}

// rewardAccount is a statement of account.
type rewardAccount struct {
	PersonID  int64             `json:"person_id"`
	Name      string            `json:"name"`
	Unit      string            `json:"unit" enum:"money,points"`
	From      string            `json:"from,omitempty"`
	To        string            `json:"to,omitempty"`
	Opening   accrualBalance    `json:"opening" doc:"Points are all due."`
	Movements []AccountMovement `json:"movements" nullable:"false"`
	Closing   accrualBalance    `json:"closing"`
}

// HonourLine is the cash of a title, or what is taken back of it, in a month.
type HonourLine struct {
	Key         string `json:"key" doc:"award/ or revoked/, then the award's id."`
	PersonID    int64  `json:"person_id"`
	Component   string `json:"component"`
	AmountMinor int64  `json:"amount_minor" doc:"Granted; negative takes back."`
	PaidMinor   int64  `json:"paid_minor" doc:"Effect on what the month pays."`
	OpenMinor   int64  `json:"open_minor" doc:"Still to be taken from later months."`
	Waiting     bool   `json:"waiting,omitempty" doc:"Not paid yet."`
	Currency    string `json:"currency" example:"CNY"`
}

// settledPlan is how a month was settled under one plan.
type settledPlan struct {
	PlanID    string           `json:"plan_id"`
	PaidMinor int64            `json:"paid_minor"`
	Steps     []SettlementStep `json:"steps" nullable:"false" doc:"Every step from what is earned to what is paid: held, released, clawed back, drawn."`
	Open      []SettlementItem `json:"open" nullable:"false" doc:"What is owed either way at the month's end."`
}

// SettlementStep is one step from what is earned to what is paid.
type SettlementStep struct {
	Kind        string `json:"kind" example:"released"`
	Component   string `json:"component,omitempty"`
	Deal        string `json:"deal,omitempty"`
	Origin      string `json:"origin" doc:"Month of earning, or of the draw."`
	AmountMinor int64  `json:"amount_minor" doc:"Effect on what is paid."`
	Reason      string `json:"reason,omitempty" doc:"In your language."`
}

// SettlementItem is what is open between company and payee.
type SettlementItem struct {
	Kind        string `json:"kind" example:"held"`
	Component   string `json:"component,omitempty"`
	Deal        string `json:"deal,omitempty"`
	Origin      string `json:"origin"`
	Due         string `json:"due,omitempty" doc:"Of instalments."`
	AmountMinor int64  `json:"amount_minor" doc:"What the payee is owed is positive."`
}

// settledMonth is all that a month decided about somebody's pay beyond what plans earned.
type settledMonth struct {
	Month       string          `json:"month"`
	PersonID    int64           `json:"person_id"`
	PeriodState string          `json:"period_state"`
	PaidMinor   int64           `json:"paid_minor" doc:"What the month pays: by plans, and by honours."`
	Currency    string          `json:"currency" example:"CNY"`
	Statements  []StatementHead `json:"statements" nullable:"false" doc:"None for somebody who is only released or granted something."`
	Plans       []settledPlan   `json:"plans" nullable:"false"`
	Honours     []HonourLine    `json:"honours" nullable:"false"`
}

type rewardAccountInput struct {
	PersonID int64  `path:"person_id"`
	Unit     string `query:"unit" enum:"money,points" default:"money"`
	From     string `query:"from" maxLength:"10" example:"2026-01-01"`
	To       string `query:"to" maxLength:"10" example:"2026-12-31"`
}

func (a *API) rewardAccountOperations() {
	register(a, operation{id: "get_reward_account", method: http.MethodGet, path: "/accounts/{person_id}", tag: "ledger"}, a.rewardAccount)
	register(a, operation{id: "get_settlement", method: http.MethodGet, path: "/statements/{month}/{person_id}/settlement", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *PersonPath) (*output[settledMonth], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			v, err := a.services.Payouts.Settled(ctx, actor, wanted, in.PersonID)
			if err != nil {
				return nil, err
			}
			return &output[settledMonth]{a.toAPISettled(httpx.PrinterFrom(ctx), v)}, nil
		})
}

func (a *API) rewardAccount(ctx context.Context, actor access.Actor, in *rewardAccountInput) (*output[rewardAccount], error) {
	var c fact.Checker
	ask := reward.AccountOf{PersonID: in.PersonID, Unit: reward.Unit(in.Unit), From: fromAPIDate(&c, "from", in.From), To: fromAPIDate(&c, "to", in.To)}
	if err := c.Err(); err != nil {
		return nil, err
	}
	s, err := a.services.Rewards.Account(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	out := rewardAccount{PersonID: s.PersonID, Name: s.Name, Unit: string(s.Unit), Opening: toAPIBalance(s.Opening), Closing: toAPIBalance(s.Closing), Movements: []AccountMovement{}}
	for text, day := range map[*string]calendar.Date{&out.From: s.From, &out.To: s.To} {
		if day != calendar.NoDate {
			*text = day.String()
		}
	}
	for _, m := range s.Movements {
		out.Movements = append(out.Movements, AccountMovement{toAPILedgerEntry(m.Entry, s.Name), m.On.String(), m.Event(), toAPIBalance(m.Change), m.After.Total(), m.Change.Total()})
	}
	return &output[rewardAccount]{out}, nil
}

func (a *API) toAPISettled(p *i18n.Printer, v payout.Settled) settledMonth {
	out := settledMonth{Month: v.Standing.Month.String(), PersonID: v.PersonID, PeriodState: v.Standing.State, PaidMinor: v.PaidMinor, Currency: string(a.options.Currency()), Statements: []StatementHead{},
		Plans: []settledPlan{}, Honours: toAPIHonours(v.PersonID, v.Honours)}
	for _, h := range v.Heads {
		out.Statements = append(out.Statements, a.toAPIStatementHead(h))
	}
	for _, plan := range v.Plans {
		one := settledPlan{plan.PlanID, plan.Result.PaidFen, []SettlementStep{}, []SettlementItem{}}
		for _, step := range plan.Result.Postings {
			one.Steps = append(one.Steps, SettlementStep{string(step.Kind), step.Component, step.Deal, step.Origin.String(), step.AmountFen, p.Message(step.Reason)})
		}
		for _, item := range plan.Result.Closing {
			open := SettlementItem{Kind: string(item.Kind), Component: item.Component, Deal: item.Deal, Origin: item.Origin.String(), AmountMinor: item.AmountFen}
			if item.Due != 0 {
				open.Due = item.Due.String()
			}
			one.Open = append(one.Open, open)
		}
		out.Plans = append(out.Plans, one)
	}
	return out
}

func toAPIHonours(personID int64, list []payout.Honour) []HonourLine {
	out := []HonourLine{}
	for _, h := range list {
		out = append(out, HonourLine{h.Key, personID, h.Component, h.AmountMinor, h.PaidMinor, h.OpenMinor, h.Month == 0, string(h.Currency)})
	}
	return out
}
