package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/stats"
)

// complianceCounts are judgements by status; low and high are Wilson's interval of the rate at 95 %, in parts per million.
type complianceCounts struct {
	Satisfied      int64 `json:"satisfied"`
	Violated       int64 `json:"violated"`
	Pending        int64 `json:"pending"`
	Exempt         int64 `json:"exempt"`
	LowMillionths  int64 `json:"low_ppm" doc:"Lower end of the rate's 95 % interval (Wilson), parts per million."`
	HighMillionths int64 `json:"high_ppm"`
}

// complianceRate is one line of rates.
type complianceRate struct {
	ID         int64            `json:"id,omitempty" doc:"Of a person, team or region."`
	Key        string           `json:"key,omitempty" doc:"Of a stage, rule or month."`
	Name       string           `json:"name,omitempty"`
	Rules      complianceCounts `json:"rules" doc:"Each rule of each case once."`
	Cases      complianceCounts `json:"cases" doc:"Cases, once for each person and month; empty by rule and stage."`
	HitWeight  int64            `json:"hit_weight" doc:"Weights of what is satisfied."`
	FullWeight int64            `json:"full_weight" doc:"Weights of what is decided."`
}

// complianceRates answer a question.
type complianceRates struct {
	StandardID string           `json:"standard_id" doc:"The version in force."`
	Behind     int64            `json:"behind" doc:"Cases that are still to be judged anew."`
	Total      complianceRate   `json:"total"`
	Rows       []complianceRate `json:"rows" nullable:"false"`
}

// complianceFinding is what a rule came to in a case.
type complianceFinding struct {
	CaseID     int64      `json:"case_id" doc:"The opportunity."`
	CaseName   string     `json:"case_name"`
	RuleID     string     `json:"rule_id"`
	Status     string     `json:"status" enum:"violated,pending,exempt"`
	Reason     string     `json:"reason"`
	PersonID   int64      `json:"person_id,omitempty"`
	PersonName string     `json:"person_name,omitempty"`
	Month      string     `json:"month"`
	DueAt      *time.Time `json:"due_at,omitempty"`
	Source     string     `json:"source,omitempty" doc:"The record that shows it."`
}

type trialLine struct {
	Key            string `json:"key" doc:"Rule, or name of a team."`
	ViolatedBefore int64  `json:"violated_before"`
	ViolatedAfter  int64  `json:"violated_after"`
}

// standardTrial is a version tried on the cases of the last year.
type standardTrial struct {
	Cases          int         `json:"cases"`
	Limited        bool        `json:"limited" doc:"Only the newest cases were tried."`
	ViolatedBefore int64       `json:"violated_before"`
	ViolatedAfter  int64       `json:"violated_after"`
	Rules          []trialLine `json:"rules" nullable:"false"`
	Teams          []trialLine `json:"teams" nullable:"false"`
}

// MonthSpan is the months of a question, and what it is narrowed to.
type MonthSpan struct {
	From     string `query:"from" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
	To       string `query:"to" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-11"`
	RuleID   string `query:"rule" maxLength:"100"`
	Stage    string `query:"stage" maxLength:"100"`
	PersonID int64  `query:"person" minimum:"0"`
	TeamID   int64  `query:"team" minimum:"0"`
	RegionID int64  `query:"region" minimum:"0"`
}

func (in MonthSpan) question(by string) (q standard.Question, err error) {
	q = standard.Question{By: standard.Dimension(by), RuleID: in.RuleID, Stage: in.Stage, PersonID: in.PersonID, TeamID: in.TeamID, RegionID: in.RegionID}
	if q.From, err = calendar.ParseMonth(in.From); err == nil {
		q.To, err = calendar.ParseMonth(in.To)
	}
	if err != nil {
		err = errs.Invalid("fact.invalid", []errs.Field{{Path: "from", Value: in.From, Message: errs.Msg("form.error.date", nil)}})
	}
	return q, err
}

type (
	complianceInput struct {
		MonthSpan
		By string `query:"by" enum:"rule,stage,person,team,region,month" default:"rule"`
	}
	findingsInput struct {
		Paging
		MonthSpan
		Status string `query:"status" enum:"violated,pending,exempt" default:"violated"`
	}
	handOverInput struct {
		Month string `path:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
	}
	handedOver struct {
		People int `json:"people" doc:"Whose value was recorded."`
	}
)

// complianceOperations are about what cases come to.
func (a *API) complianceOperations() {
	standards := a.services.Standards
	register(a, operation{id: "get_compliance", method: http.MethodGet, path: "/compliance", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *complianceInput) (*output[complianceRates], error) {
			q, err := in.question(in.By)
			if err != nil {
				return nil, err
			}
			rates, err := standards.Rates(ctx, actor, q)
			if err != nil {
				return nil, err
			}
			out := complianceRates{StandardID: rates.Version.ID, Behind: rates.Behind, Total: toAPICompliance(ctx, rates.Total), Rows: []complianceRate{}}
			for _, row := range rates.Rows {
				out.Rows = append(out.Rows, toAPICompliance(ctx, row))
			}
			return &output[complianceRates]{out}, nil
		})
	register(a, operation{id: "list_findings", method: http.MethodGet, path: "/compliance/findings", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *findingsInput) (*listOutput[complianceFinding], error) {
			q, err := in.question("")
			if err != nil {
				return nil, err
			}
			status := map[string]conform.Status{"violated": conform.Violated, "pending": conform.Pending, "exempt": conform.Exempt}[in.Status]
			list, next, err := standards.Findings(ctx, actor, standard.FindingsOf{Question: q, Status: status}, fact.Paging{Cursor: in.Cursor, Limit: in.Limit})
			return newList(list, next, toAPIFinding), err
		})
	register(a, operation{id: "hand_over_compliance", method: http.MethodPost, path: "/compliance/{month}/hand-over", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *handOverInput) (*output[handedOver], error) {
			month, err := fromAPIMonth(in.Month)
			if err != nil {
				return nil, err
			}
			people, err := standards.HandOver(ctx, actor, month)
			return &output[handedOver]{handedOver{people}}, err
		})
	register(a, operation{id: "try_standard", method: http.MethodGet, path: "/standards/{id}/trial", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[standardTrial], error) {
			t, err := standards.Try(ctx, actor, in.ID)
			out := standardTrial{Cases: t.Cases, Limited: t.Limited, ViolatedBefore: t.Before.Violated, ViolatedAfter: t.After.Violated, Rules: toAPITrialLines(t.Rules), Teams: toAPITrialLines(t.Teams)}
			return &output[standardTrial]{out}, err
		})
}

func toAPITrialLines(lines []standard.TrialLine) []trialLine {
	out := make([]trialLine, 0, len(lines))
	for _, l := range lines {
		out = append(out, trialLine{l.Key, l.Before.Violated, l.After.Violated})
	}
	return out
}

func toAPICounts(c standard.Counts) complianceCounts {
	out := complianceCounts{Satisfied: c.Satisfied, Violated: c.Violated, Pending: c.Pending, Exempt: c.Exempt}
	if rate, err := stats.Wilson(int(c.Satisfied), int(c.Decided()), 0.95); err == nil {
		out.LowMillionths, out.HighMillionths = int64(rate.Interval.Low*1e6), int64(rate.Interval.High*1e6)
	}
	return out
}

func toAPICompliance(ctx context.Context, r standard.Rate) complianceRate {
	name := r.Name
	if r.NameText.Zh != "" || r.NameText.En != "" {
		if name = r.NameText.En; httpx.PrinterFrom(ctx).Zh() {
			name = r.NameText.Zh
		}
	}
	return complianceRate{ID: r.ID, Key: r.Key, Name: name, Rules: toAPICounts(r.Rules), Cases: toAPICounts(r.Cases), HitWeight: r.HitWeight, FullWeight: r.FullWeight}
}

func toAPIFinding(f standard.Finding) complianceFinding {
	return complianceFinding{CaseID: f.CaseID, CaseName: f.CaseName, RuleID: f.RuleID, Status: f.Status.String(), Reason: f.Reason.String(), PersonID: f.PersonID, PersonName: f.PersonName, Month: f.Month.String(), DueAt: toAPIInstant(f.Due), Source: f.Source}
}
