package app

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/documents"
)

// assembleDocuments wires the documents of the improvement loop with what they are written from.
func (a *App) assembleDocuments() {
	a.Documents = dossier.NewService(dossier.Config{Store: a.DB.DossierStore(), Diagnoses: a.Diagnoses, Problems: a.Problems, Maturity: a.Assessments, Programme: a.Programme, Decisions: a.Decisions, Meetings: a.Reviews,
		Definitions: func(ctx context.Context) ([]metric.Definition, error) {
			return a.Metrics.Definitions(ctx, access.SystemActor("documents"))
		},
		Fiscal: func() calendar.Fiscal { return a.Company.Known().FiscalYear() }, Currency: a.Company.Currency, Company: a.companyName, Now: a.now})
}

// documentPages are the pages of generated documents.
func (a *App) documentPages() *documents.Handler { return documents.New(a.Documents, a.now) }
