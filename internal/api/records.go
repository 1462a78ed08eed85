package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/job"
	"xiaoguan/internal/reward"
)

// auditEntry is one audited write.
type auditEntry struct {
	Number    int64           `json:"number"`
	At        time.Time       `json:"at"`
	ActorID   string          `json:"actor_id"`
	ActorName string          `json:"actor_name"`
	Client    string          `json:"client,omitempty"`
	Action    string          `json:"action" example:"period.close"`
	Subject   string          `json:"subject" example:"period:2026-09"`
	Before    json.RawMessage `json:"before,omitempty" doc:"State before, or what of it changed."`
	After     json.RawMessage `json:"after,omitempty"`
	PrevHash  string          `json:"prev_hash" doc:"Hash of the entry before."`
	Hash      string          `json:"hash"`
}

// verification is the outcome of recomputing everything that is chained, signed or sealed.
type verification struct {
	Sound      bool   `json:"sound"`
	Broken     string `json:"broken,omitempty" doc:"The first broken record, kind:id."`
	Why        string `json:"why,omitempty"`
	AuditCount int64  `json:"audit_entries" doc:"Sound entries of the audit log."`
	AuditHash  string `json:"audit_hash" doc:"Hash of the last one. Write it down elsewhere: it also shows when the whole log was replaced."`
	Seals      int    `json:"seals" doc:"Closed months."`
	Statements int64  `json:"statements"`
	Entries    int64  `json:"ledger_entries"`
}

// longJob is a piece of long work.
type longJob struct {
	ID              string          `json:"id"`
	Kind            string          `json:"kind" example:"period.calculate"`
	Subject         string          `json:"subject,omitempty" example:"period:2026-09"`
	CreatedBy       string          `json:"created_by" doc:"User id."`
	State           string          `json:"state" enum:"queued,running,succeeded,failed,cancelled"`
	Stage           string          `json:"stage,omitempty" doc:"What it is doing, in your language."`
	Done            int64           `json:"done"`
	Total           int64           `json:"total" doc:"0 when it is not known."`
	Result          json.RawMessage `json:"result,omitempty"`
	Failure         string          `json:"failure,omitempty" doc:"Why it failed, in your language."`
	CancelRequested bool            `json:"cancel_requested"`
	CreatedAt       *time.Time      `json:"created_at,omitempty"`
	StartedAt       *time.Time      `json:"started_at,omitempty"`
	FinishedAt      *time.Time      `json:"finished_at,omitempty"`
}

// LedgerEntry is one event in the reward ledger: the amount is added to debit and taken from credit.
type LedgerEntry struct {
	Number      int64     `json:"number"`
	Key         string    `json:"key" doc:"Unique for ever."`
	Month       string    `json:"month"`
	PersonID    int64     `json:"person_id"`
	PersonName  string    `json:"person_name,omitempty"`
	PlanID      string    `json:"plan_id"`
	Component   string    `json:"component"`
	Debit       string    `json:"debit"`
	Credit      string    `json:"credit"`
	AmountMinor int64     `json:"amount_minor" doc:"In minor units of the currency (fen for CNY)."`
	Currency    string    `json:"currency" example:"CNY"`
	Source      string    `json:"source" doc:"Digest of the statement."`
	PostedAt    time.Time `json:"posted_at"`
	PrevHash    string    `json:"prev_hash"`
	Hash        string    `json:"hash"`
}

// ledgerPage is a part of the ledger. The sums are of the whole filter.
type ledgerPage struct {
	List[LedgerEntry]
	TotalMinor int64 `json:"total_minor"`
	Count      int64 `json:"count"`
}

type (
	listAuditInput struct {
		Paging
		Subject string    `query:"subject" maxLength:"200" doc:"kind:id, or kind: for all of a kind." example:"period:2026-09"`
		Actor   string    `query:"actor" maxLength:"200" doc:"User id."`
		Action  string    `query:"action" maxLength:"200" doc:"The beginning of the action." example:"period."`
		From    time.Time `query:"from" doc:"At or after this instant."`
		To      time.Time `query:"to" doc:"Before this instant."`
	}
	listJobsInput struct {
		Paging
		Kind    string   `query:"kind" maxLength:"100"`
		Subject string   `query:"subject" maxLength:"200"`
		State   []string `query:"state" enum:"queued,running,succeeded,failed,cancelled" nullable:"false" doc:"Any of these, separated by commas."`
	}
	listLedgerInput struct {
		Paging
		Month     string `query:"month" pattern:"^([0-9]{4}-(0[1-9]|1[0-2]))?$" example:"2026-09"`
		PersonID  int64  `query:"person_id"`
		PlanID    string `query:"plan_id" maxLength:"100"`
		Component string `query:"component" maxLength:"100"`
	}
)

func (a *API) auditOperations() {
	register(a, operation{id: "list_audit", method: http.MethodGet, path: "/audit", tag: "audit"},
		func(ctx context.Context, actor access.Actor, in *listAuditInput) (*listOutput[auditEntry], error) {
			page, err := a.services.Audit.List(ctx, actor, audit.Filter{
				Subject: in.Subject, ActorID: in.Actor, ActionPrefix: in.Action, From: in.From, To: in.To, Cursor: in.Cursor, Limit: in.Limit,
			})
			return newList(page.Entries, page.Next, toAPIAuditEntry), err
		})
	register(a, operation{id: "verify", method: http.MethodGet, path: "/verification", tag: "audit"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[verification], error) {
			sealed, err := a.services.Periods.Verify(ctx, actor) // also asks for the permission
			if err != nil {
				return nil, err
			}
			log, err := a.services.Audit.Verify(ctx)
			return &output[verification]{toAPIVerification(httpx.PrinterFrom(ctx), sealed, log)}, err
		})
}

func (a *API) jobOperations() {
	jobs := a.services.Jobs
	register(a, operation{id: "list_jobs", method: http.MethodGet, path: "/jobs", tag: "jobs"},
		func(ctx context.Context, actor access.Actor, in *listJobsInput) (*listOutput[longJob], error) {
			filter := job.Filter{Kind: job.Kind(in.Kind), Subject: in.Subject, After: in.Cursor, Limit: in.Limit}
			for _, state := range in.State {
				filter.States = append(filter.States, job.State(state))
			}
			page, err := jobs.List(ctx, actor, filter)
			printer := httpx.PrinterFrom(ctx)
			return newList(page.Jobs, page.Next, func(j job.Job) longJob { return toAPIJob(printer, j) }), err
		})
	register(a, operation{id: "get_job", method: http.MethodGet, path: "/jobs/{id}", tag: "jobs"}, a.getJob)
	register(a, operation{id: "cancel_job", method: http.MethodPost, path: "/jobs/{id}/cancel", tag: "jobs"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[longJob], error) {
			if err := jobs.Cancel(ctx, actor, in.ID); err != nil {
				return nil, err
			}
			return a.getJob(ctx, actor, in)
		})
}

func (a *API) getJob(ctx context.Context, actor access.Actor, in *ByID) (*output[longJob], error) {
	j, err := a.services.Jobs.Get(ctx, actor, in.ID)
	return &output[longJob]{toAPIJob(httpx.PrinterFrom(ctx), j)}, err
}

func (a *API) ledgerOperations() {
	register(a, operation{id: "list_ledger", method: http.MethodGet, path: "/ledger", tag: "ledger"},
		func(ctx context.Context, actor access.Actor, in *listLedgerInput) (*output[ledgerPage], error) {
			filter := reward.Filter{PersonID: in.PersonID, PlanID: in.PlanID, Component: in.Component, Limit: in.Limit}
			var err error
			if in.Month != "" {
				if filter.Month, err = fromAPIMonth(in.Month); err != nil {
					return nil, err
				}
			}
			if in.Cursor != "" {
				if filter.After, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || filter.After < 1 {
					return nil, errCursor()
				}
			}
			page, err := a.services.Rewards.List(ctx, actor, filter)
			return &output[ledgerPage]{toAPILedgerPage(page)}, err
		})
}
