package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/access"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
)

// StatementHead is a statement in a list.
type StatementHead struct {
	Month       string     `json:"month"`
	PersonID    int64      `json:"person_id"`
	PersonKey   string     `json:"person_key" doc:"Employee number."`
	Name        string     `json:"name"`
	Team        string     `json:"team,omitempty"`
	PlanID      string     `json:"plan_id"`
	PlanVersion string     `json:"plan_version" doc:"Read it at /plans/{id}."`
	Level       string     `json:"level"`
	TotalMinor  int64      `json:"total_minor" doc:"What is earned, in minor units of the currency (fen for CNY)."`
	AddedMinor  int64      `json:"added_minor" doc:"What reached the month from outside it: differences for closed months, adjustments."`
	PaidMinor   int64      `json:"paid_minor" doc:"What is paid: the sum of both, unless the plan settles."`
	HonourMinor int64      `json:"honour_minor,omitempty" doc:"Cash of titles that the month pays beside it, in the list of a month, with the first statement of the person there."`
	Currency    string     `json:"currency" example:"CNY"`
	Digest      string     `json:"digest,omitempty" doc:"SHA-256 of the statement's bytes."`
	PeriodState string     `json:"period_state,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	ObjectUntil *time.Time `json:"object_until,omitempty"`
	SealHash    string     `json:"seal_hash,omitempty"`
}

// explained is a statement with how it came about.
type explained struct {
	StatementHead
	Additions  []addition    `json:"additions" nullable:"false" doc:"Differences for closed months, and adjustments."`
	Honours    []HonourLine  `json:"honours" nullable:"false" doc:"Cash of titles, and what is taken back of it: paid beside what plans pay."`
	Receipts   []ReceiptLine `json:"receipts" nullable:"false" doc:"Payroll's answers to the month's pay file, in order."`
	Preview    bool          `json:"preview" doc:"Computed now from the facts of this moment; nothing of it is stored or promised."`
	Statement  trace         `json:"statement" doc:"How each amount came about, down to the payments. These bytes are what the digest is of."`
	Settlement []settledStep `json:"settlement,omitempty" doc:"From what is earned to what is paid, step by step; absent where what is earned is paid."`
}

// settledStep is a step from what is earned to what is paid.
type settledStep struct {
	Kind        string `json:"kind" doc:"earned, clawed_back, held, released, paid and so on."`
	Component   string `json:"component,omitempty"`
	Deal        string `json:"deal,omitempty"`
	Origin      string `json:"origin" doc:"The month of earning."`
	AmountMinor int64  `json:"amount_minor"`
	Reason      string `json:"reason,omitempty"`
}

func toAPISettlement(p *i18n.Printer, v payout.View) (steps []settledStep) {
	if v.Settled == nil {
		return nil
	}
	said := explain.ExplainSettlement(p, v.Settled, nil, v.Statement.Currency)
	for i, posting := range v.Settled.Postings {
		steps = append(steps, settledStep{string(posting.Kind), posting.Component, posting.Deal, posting.Origin.String(), posting.AmountFen, said.Steps[i].Why})
	}
	return steps
}

// trace is a statement in its canonical bytes (form 1), which the stored digest is of.
type trace struct{ *engine.Statement }

// MarshalJSON writes the canonical bytes.
func (s trace) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }

// Schema describes the bytes by the type that they are read into.
func (trace) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[engine.Statement](), true, "")
}

// statementPage is a part of a month's statements. The sums are of the whole filter.
type statementPage struct {
	List[StatementHead]
	TotalMinor int64  `json:"total_minor"`
	Currency   string `json:"currency" example:"CNY"`
	Count      int64  `json:"count"`
}

// PersonPath is the month and the person in an address.
type PersonPath struct {
	MonthPath
	PersonID int64 `path:"person_id"`
}

type (
	listStatementsInput struct {
		Paging
		Month  string `query:"month" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
		Search string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
		TeamID int64  `query:"team_id"`
		PlanID string `query:"plan_id" maxLength:"100"`
	}
	getStatementInput struct {
		PersonPath
		PlanID string `query:"plan_id" maxLength:"100" doc:"Needed only when the person has two plans in the month."`
	}
)

func (a *API) statementOperations() {
	payouts := a.services.Payouts
	register(a, operation{id: "my_statements", method: http.MethodGet, path: "/statements/mine", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[StatementHead], error) {
			heads, err := payouts.Mine(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(heads, in.Paging, func(h payout.Head) string { return h.Month.String() + "/" + h.PlanID })
			return newList(part, next, a.toAPIStatementHead), err
		})
	register(a, operation{id: "list_statements", method: http.MethodGet, path: "/statements", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *listStatementsInput) (*output[statementPage], error) {
			wanted, err := fromAPIMonth(in.Month)
			if err != nil {
				return nil, err
			}
			page, err := payouts.List(ctx, actor, payout.Filter{
				Month: wanted, Search: in.Search, TeamID: in.TeamID, PlanID: in.PlanID, After: in.Cursor, Limit: in.Limit,
			})
			return &output[statementPage]{a.toAPIStatementPage(page)}, err
		})
	register(a, operation{id: "get_statement", method: http.MethodGet, path: "/statements/{month}/{person_id}", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *getStatementInput) (*output[explained], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			view, err := payouts.Get(ctx, actor, wanted, in.PersonID, in.PlanID)
			if err != nil {
				return nil, err
			}
			return &output[explained]{a.toAPIStatement(httpx.PrinterFrom(ctx), view)}, nil
		})
	register(a, operation{id: "prove_statement", method: http.MethodGet, path: "/statements/{month}/{person_id}/proof", tag: "statements", files: []string{typeZIP}}, a.prove)
	register(a, operation{id: "preview_statement", method: http.MethodGet, path: "/statements/{month}/{person_id}/preview", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *PersonPath) (*listOutput[explained], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			views, err := payouts.Preview(ctx, actor, wanted, in.PersonID)
			if err != nil {
				return nil, err
			}
			printer := httpx.PrinterFrom(ctx)
			return newList(views, "", func(v payout.View) explained { return a.toAPIStatement(printer, v) }), nil
		})
}

// prove hands out the proof of a closed month's statement.
func (a *API) prove(ctx context.Context, actor access.Actor, in *getStatementInput) (*download, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	p, err := a.services.Periods.Prove(ctx, actor, period.ProofOf{Month: wanted, PersonID: in.PersonID, PlanID: in.PlanID})
	if err != nil {
		return nil, err
	}
	return newDownload(typeZIP, "proof-"+wanted.String()+"-"+p.Payee+"-"+p.PlanID+".zip", p.Packed), nil
}
