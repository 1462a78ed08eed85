package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/company"
	"xiaoguan/internal/money"
)

// companySettings are what the company says about itself.
type companySettings struct {
	Name             string  `json:"name" maxLength:"200"`
	FiscalFirstMonth int     `json:"fiscal_first_month" minimum:"1" maximum:"12" doc:"The first month of the fiscal year."`
	TimeZone         string  `json:"time_zone" maxLength:"60" example:"Asia/Shanghai" doc:"In which days begin."`
	Currency         string  `json:"currency" pattern:"^[A-Z]{3}$" example:"CNY" doc:"Of pay; fixed once a month has been calculated."`
	NoticeDays       *int64  `json:"instalment_notice_days,omitempty" minimum:"0" maximum:"60" doc:"Days before an instalment is due at which its seller and manager are told; 0: not. Absent: as before."`
	PublicURL        *string `json:"public_url,omitempty" maxLength:"200" example:"https://sales.example.cn" doc:"Where the world finds the installation: scheme and host. Links in letters and messages begin with it; empty: not said. Absent: as before."`
}

// companyOutput is the company with its tag.
type companyOutput struct {
	ETag string `header:"ETag"`
	Body companySettings
}

// setupStep is one thing to be done before the first month can be paid.
type setupStep struct {
	Step  string   `json:"step" enum:"company,users,people,facts,plans,month"`
	Done  bool     `json:"done"`
	May   bool     `json:"may" doc:"Whether the asker may do it."`
	Roles []string `json:"roles" nullable:"false" doc:"Those that may."`
}

type (
	setupOutput struct {
		Body struct {
			Open  int         `json:"open" doc:"How many steps are still to be taken."`
			Steps []setupStep `json:"steps" nullable:"false"`
		}
	}
	saveCompanyInput struct {
		Precondition
		Body companySettings
	}
)

func (a *API) companyOperations() {
	register(a, operation{id: "get_company", method: http.MethodGet, path: "/company", tag: "company"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*companyOutput, error) {
			kept, err := a.services.Company.Get(ctx, actor)
			return newCompany(kept), err
		})
	register(a, operation{id: "save_company", method: http.MethodPut, path: "/company", tag: "company"}, a.saveCompany)
	register(a, operation{id: "get_setup_progress", method: http.MethodGet, path: "/setup-progress", tag: "company"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*setupOutput, error) {
			progress, err := a.services.Company.Progress(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := &setupOutput{}
			out.Body.Open, out.Body.Steps = progress.Open(), newList(progress.Steps, "", toAPIStep).Body.Items
			return out, nil
		})
}

func (a *API) saveCompany(ctx context.Context, actor access.Actor, in *saveCompanyInput) (*companyOutput, error) {
	before, err := a.services.Company.Get(ctx, actor)
	if err != nil {
		return nil, err
	}
	if !in.fits(companyTag(before)) {
		return nil, errStale()
	}
	notice := before.Notice
	if in.Body.NoticeDays != nil {
		notice = *in.Body.NoticeDays
	}
	public := before.Public
	if in.Body.PublicURL != nil {
		public = *in.Body.PublicURL
	}
	after, err := a.services.Company.Save(ctx, actor, company.Settings{
		Name: in.Body.Name, Fiscal: time.Month(in.Body.FiscalFirstMonth), TimeZone: in.Body.TimeZone, Currency: money.Currency(in.Body.Currency), Notice: notice, Public: public,
		Revision: before.Revision,
	})
	return newCompany(after), staleIf(renamed(renamed(err, "fiscal", "fiscal_first_month"), "notice", "instalment_notice_days"), "company.changed_meanwhile")
}

func companyTag(s company.Settings) string {
	return quoted("company." + strconv.FormatInt(s.Revision, 10))
}

func newCompany(s company.Settings) *companyOutput {
	return &companyOutput{companyTag(s), companySettings{s.Name, int(s.Fiscal), s.TimeZone, string(s.Currency), &s.Notice, &s.Public}}
}

func toAPIStep(s company.StepState) setupStep {
	step := setupStep{Step: string(s.Step), Done: s.Done, May: s.May, Roles: []string{}}
	for _, role := range s.Roles {
		step.Roles = append(step.Roles, string(role))
	}
	return step
}
