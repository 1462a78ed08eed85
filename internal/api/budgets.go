package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
)

// budgetLine is the budget of one plan or layer in one month.
type budgetLine struct {
	Kind        string `json:"kind" enum:"plan,layer"`
	Key         string `json:"key" maxLength:"100" doc:"Id of a plan document, or a layer: newcomer, regular, core, manager, other."`
	Month       string `json:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
	AmountMinor int64  `json:"amount_minor"`
}

// budgetCell is one month of a row.
type budgetCell struct {
	Month         string `json:"month"`
	BudgetMinor   int64  `json:"budget_minor"`
	ForecastMinor int64  `json:"forecast_minor"`
	Source        string `json:"source" enum:"closed,estimate,expected" doc:"closed: what was paid; estimate: the newest run; expected: the mean of the three newest closed months."`
}

// budgetRow is a plan or a layer over the year.
type budgetRow struct {
	Kind          string       `json:"kind" enum:"plan,layer"`
	Key           string       `json:"key"`
	Budgeted      bool         `json:"budgeted"`
	BudgetMinor   int64        `json:"budget_minor"`
	ForecastMinor int64        `json:"forecast_minor"`
	Over          bool         `json:"over" doc:"The year will likely cost more than its budget."`
	Months        []budgetCell `json:"months" nullable:"false"`
}

// budgetYear is a fiscal year's budget beside its forecast.
type budgetYear struct {
	Basis      string      `json:"basis" enum:"accrued,paid" doc:"accrued: the expense of each month; paid: what its pay file pays. Both with differences, adjustments and honours."`
	FiscalYear int         `json:"fiscal_year"`
	Number     int         `json:"number" doc:"Version; 0 when there is no budget yet."`
	Note       string      `json:"note,omitempty"`
	CreatedBy  string      `json:"created_by,omitempty"`
	CreatedAt  *time.Time  `json:"created_at,omitempty"`
	Rows       []budgetRow `json:"rows" nullable:"false"`
}

// YearPath is a fiscal year in an address.
type YearPath struct {
	Year int `path:"fiscal_year" minimum:"2000" maximum:"2200" example:"2026"`
}

type getBudgetInput struct {
	YearPath
	Basis string `query:"basis" enum:"accrued,paid" default:"accrued"`
}

type saveBudgetInput struct {
	YearPath
	Body struct {
		Seen  int          `json:"seen" doc:"Number of the version that this one takes the place of; 0 for the first."`
		Note  string       `json:"note,omitempty" maxLength:"2000"`
		Lines []budgetLine `json:"lines" nullable:"false"`
	}
}

func (a *API) budgetOperations() {
	register(a, operation{id: "get_budget", method: http.MethodGet, path: "/budgets/{fiscal_year}", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *getBudgetInput) (*output[budgetYear], error) {
			o, err := a.services.Budgets.GetBy(ctx, actor, in.Year, budget.Basis(in.Basis))
			return &output[budgetYear]{toAPIBudget(o)}, err
		})
	register(a, operation{id: "save_budget", method: http.MethodPut, path: "/budgets/{fiscal_year}", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *saveBudgetInput) (*output[budgetYear], error) {
			draft := budget.Draft{FiscalYear: in.Year, Seen: in.Body.Seen, Note: in.Body.Note}
			for _, l := range in.Body.Lines {
				m, err := fromAPIMonth(l.Month)
				if err != nil {
					return nil, err
				}
				draft.Lines = append(draft.Lines, budget.Line{Kind: budget.Kind(l.Kind), Key: l.Key, Month: m, AmountMinor: l.AmountMinor})
			}
			if _, err := a.services.Budgets.Save(ctx, actor, draft); err != nil {
				return nil, err
			}
			o, err := a.services.Budgets.Get(ctx, actor, in.Year)
			return &output[budgetYear]{toAPIBudget(o)}, err
		})
}

func toAPIBudget(o budget.Outlook) budgetYear {
	out := budgetYear{Basis: string(o.Basis), FiscalYear: o.Version.FiscalYear, Number: o.Version.Number, Note: o.Version.Note, CreatedBy: o.Version.CreatedBy,
		CreatedAt: toAPIInstant(o.Version.CreatedAt), Rows: []budgetRow{}}
	for _, r := range o.Rows {
		row := budgetRow{string(r.Kind), r.Key, r.Budgeted, r.BudgetMinor, r.ForecastMinor, r.Over(), nil}
		for i, c := range r.Cells {
			row.Months = append(row.Months, budgetCell{(o.First + calendar.Month(i)).String(), c.BudgetMinor, c.ForecastMinor, string(c.Source)})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
