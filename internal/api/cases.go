package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/standard"
)

// caseRule is what a rule of the standard comes to in a case.
type caseRule struct {
	RuleID   string     `json:"rule_id"`
	NameZh   string     `json:"name_zh"`
	NameEn   string     `json:"name_en"`
	Stage    string     `json:"stage"`
	Level    string     `json:"level" enum:"log,warn,reason,block"`
	Status   string     `json:"status" enum:"satisfied,violated,pending,exempt"`
	Reason   string     `json:"reason" example:"late"`
	Says     string     `json:"says" doc:"The reason in your language."`
	DueAt    *time.Time `json:"due_at,omitempty" doc:"Last moment in time of what is pending."`
	Activity string     `json:"activity,omitempty" doc:"What is asked for."`
}

// caseExemption frees a case from a rule.
type caseExemption struct {
	ID        string     `json:"id"`
	RuleID    string     `json:"rule_id"`
	Reason    string     `json:"reason"`
	UntilOn   string     `json:"until_on,omitempty" format:"date" doc:"Last day; absent without an end."`
	GrantedBy string     `json:"granted_by"`
	GrantedAt *time.Time `json:"granted_at,omitempty"`
}

// caseStanding is what the standard says of a case now.
type caseStanding struct {
	StandardID string          `json:"standard_id" doc:"The version that judges it."`
	Rules      []caseRule      `json:"rules" nullable:"false" doc:"Those that apply."`
	Exemptions []caseExemption `json:"exemptions" nullable:"false" doc:"That hold."`
}

type (
	recordStepInput struct {
		ByNumber
		Body struct {
			Activity   string            `json:"activity" maxLength:"100" doc:"Of the standard in force; not one that is recorded by itself, such as signed."`
			Values     map[string]string `json:"values,omitempty" doc:"Of its form by field: 12, 5000.00, 12.5%, 2026-03-01, yes."`
			OccurredAt *time.Time        `json:"occurred_at,omitempty" doc:"Now when it is left out."`
			Excuse     string            `json:"excuse,omitempty" maxLength:"8000" doc:"Why it is done although a rule asks for a reason."`
		}
	}
	exemptInput struct {
		ByNumber
		Body struct {
			RuleID  string `json:"rule_id" maxLength:"100"`
			Reason  string `json:"reason" maxLength:"8000"`
			UntilOn string `json:"until_on,omitempty" format:"date" doc:"Last day; without an end when it is left out."`
		}
	}
	endExemptionInput struct {
		ByNumber
		ExemptionID string `path:"exemption" maxLength:"100"`
	}
)

// caseOperations are about single cases.
func (a *API) caseOperations() {
	standards := a.services.Standards
	register(a, operation{id: "get_standing", method: http.MethodGet, path: "/opportunities/{id}/standing", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[caseStanding], error) {
			return a.readStanding(ctx, actor, in.ID)
		})
	register(a, operation{id: "record_step", method: http.MethodPost, path: "/opportunities/{id}/steps", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *recordStepInput) (*output[caseStanding], error) {
			step := standard.Step{CaseID: in.ID, Activity: in.Body.Activity, Values: in.Body.Values, Excuse: in.Body.Excuse}
			if in.Body.OccurredAt != nil {
				step.OccurredAt = *in.Body.OccurredAt
			}
			if err := standards.RecordStep(ctx, actor, step); err != nil {
				return nil, err
			}
			return a.readStanding(ctx, actor, in.ID)
		})
	register(a, operation{id: "exempt_opportunity", method: http.MethodPost, path: "/opportunities/{id}/exemptions", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *exemptInput) (*output[caseStanding], error) {
			exempting := standard.Exempting{CaseID: in.ID, RuleID: in.Body.RuleID, Reason: in.Body.Reason, UntilOn: calendar.Forever}
			if in.Body.UntilOn != "" {
				var c fact.Checker
				if exempting.UntilOn = fromAPIDate(&c, "until_on", in.Body.UntilOn); c.Err() != nil {
					return nil, c.Err()
				}
			}
			if _, err := standards.Exempt(ctx, actor, exempting); err != nil {
				return nil, err
			}
			return a.readStanding(ctx, actor, in.ID)
		})
	register(a, operation{id: "end_exemption", method: http.MethodPost, path: "/opportunities/{id}/exemptions/{exemption}/end", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *endExemptionInput) (*output[caseStanding], error) {
			if err := standards.EndExemption(ctx, actor, in.ID, in.ExemptionID); err != nil {
				return nil, err
			}
			return a.readStanding(ctx, actor, in.ID)
		})
}

func (a *API) readStanding(ctx context.Context, actor access.Actor, id int64) (*output[caseStanding], error) {
	s, err := a.services.Standards.Case(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	p := httpx.PrinterFrom(ctx)
	out := caseStanding{StandardID: s.Version.ID, Rules: []caseRule{}, Exemptions: []caseExemption{}}
	for _, r := range s.Rules {
		out.Rules = append(out.Rules, caseRule{RuleID: r.Rule.ID, NameZh: r.Rule.Name.Zh, NameEn: r.Rule.Name.En, Stage: r.Rule.Stage, Level: string(r.Rule.Level), Status: r.Status.String(), Reason: r.Reason.String(),
			Says: p.Message(errs.Msg(r.Reason.Key(), nil)), DueAt: toAPIInstant(r.Due), Activity: r.WantedID})
	}
	for _, e := range s.Exemptions {
		out.Exemptions = append(out.Exemptions, caseExemption{e.ID, e.RuleID, e.Reason, toAPIDate(e.UntilOn), e.GrantedBy, toAPIInstant(e.GrantedAt)})
	}
	return &output[caseStanding]{out}, nil
}
