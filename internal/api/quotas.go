package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/target"
)

// quotaRow is a person's quota of a month in a list.
type quotaRow struct {
	Month         string `json:"month" example:"2026-09"`
	PersonID      int64  `json:"person_id"`
	PersonKey     string `json:"person_key" doc:"Employee number."`
	PersonName    string `json:"person_name"`
	TeamName      string `json:"team_name,omitempty" doc:"Of the month's last day."`
	Of            string `json:"of" example:"collected" doc:"What is measured."`
	AmountMinor   int64  `json:"amount_minor" doc:"In minor units of the currency (fen for CNY)."`
	Currency      string `json:"currency" example:"CNY"`
	RecordedBatch int64  `json:"recorded_batch"`
}

// quotaPage is a part of the quotas of a month. The sums are of the whole filter.
type quotaPage struct {
	countedList[quotaRow]
	TotalMinor int64  `json:"total_minor"`
	Currency   string `json:"currency" example:"CNY"`
}

// quotaDetail is everything ever recorded about a quota, the newest first.
type quotaDetail struct {
	Month       string         `json:"month" example:"2026-09"`
	PersonID    int64          `json:"person_id"`
	Of          string         `json:"of" example:"collected"`
	AmountMinor int64          `json:"amount_minor,omitempty" doc:"Absent when none holds."`
	Currency    string         `json:"currency" example:"CNY"`
	Versions    []quotaVersion `json:"versions" nullable:"false"`
}

// quotaVersion is one fact about a quota.
type quotaVersion struct {
	AmountMinor int64    `json:"amount_minor"`
	Recorded    factMark `json:"recorded"`
}

// quotaOutput is a quota with its tag.
type quotaOutput struct {
	ETag string `header:"ETag"`
	Body quotaDetail
}

type (
	listQuotasInput struct {
		Paging
		Month  string `query:"month" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
		Search string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
		TeamID int64  `query:"team_id" doc:"On the month's last day."`
		Sort   string `query:"sort" enum:"person,amount,-person,-amount" doc:"By employee number when it is left out; a minus turns the order round."`
	}
	setQuotaInput struct {
		PersonPath
		Precondition
		Body struct {
			AmountMinor int64 `json:"amount_minor" doc:"Above zero, in minor units of the company's currency."`
		}
	}
)

func (a *API) quotaOperations() {
	register(a, operation{id: "list_quotas", method: http.MethodGet, path: "/quotas", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *listQuotasInput) (*output[quotaPage], error) {
			wanted, err := fromAPIMonth(in.Month)
			if err != nil {
				return nil, err
			}
			page, err := a.services.Targets.List(ctx, actor, target.Filter{Month: wanted, Search: in.Search, TeamID: in.TeamID, Paging: in.facts(in.Sort)})
			return &output[quotaPage]{a.toAPIQuotaPage(page)}, err
		})
	register(a, operation{id: "get_quota", method: http.MethodGet, path: "/quotas/{month}/{person_id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *PersonPath) (*quotaOutput, error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			versions, err := a.services.Targets.History(ctx, actor, in.PersonID, wanted, target.OfCollected)
			if err == nil && len(versions) == 0 {
				err = errNotFound()
			}
			return &quotaOutput{factTag(heldQuota(versions).Recorded), a.toAPIQuota(wanted, in.PersonID, versions)}, err
		})
	register(a, operation{id: "set_quota", method: http.MethodPut, path: "/quotas/{month}/{person_id}", tag: "sales"}, a.setQuota)
}

func (a *API) setQuota(ctx context.Context, actor access.Actor, in *setQuotaInput) (*receiptOutput, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	seen, err := a.seenQuota(ctx, actor, in.Precondition, in.PersonID, wanted)
	if err != nil {
		return nil, err
	}
	receipt, err := a.services.Targets.Set(ctx, actor, target.Entry{PersonID: in.PersonID, Month: wanted, AmountMinor: in.Body.AmountMinor, Seen: seen})
	return newReceipt(receipt), amountFields(staleFact(err))
}

func (a *API) seenQuota(ctx context.Context, actor access.Actor, in Precondition, personID int64, wanted calendar.Month) (fact.BatchID, error) {
	return seenBatch(in, func() (fact.BatchID, error) {
		versions, err := a.services.Targets.History(ctx, actor, personID, wanted, target.OfCollected)
		return heldQuota(versions).Recorded, err
	})
}

// heldQuota returns the quota that holds; the zero Quota when none does.
func heldQuota(versions []target.Version) target.Quota {
	if len(versions) == 0 || !versions[0].Mark.Current() {
		return target.Quota{}
	}
	return versions[0].Quota
}

func errNotFound() error { return errs.New(errs.KindNotFound, "error.not_found", nil) }
