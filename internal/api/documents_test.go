package api_test

import (
	"context"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// documents makes the service of generated documents.
func (b *bundle) documents(clock func() time.Time) {
	s := &b.services
	b.services.Documents = dossier.NewService(dossier.Config{Store: b.db.DossierStore(), Diagnoses: s.Diagnoses, Problems: s.Problems, Maturity: s.Assessments, Programme: s.Programme, Decisions: s.Decisions, Meetings: s.Reviews,
		Definitions: func(context.Context) ([]metric.Definition, error) { return nil, nil }, Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Currency: money.Constantly(money.CNY), Company: func() string { return "青禾智控" }, Now: clock})
}

func TestDocumentsThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []scenario{
		{name: "of no seller", as: "p1", send: "GET /api/v1/documents", status: 403},
		{name: "for a seller no file", as: "p1", send: "GET /api/v1/documents/plan/file", status: 403},
		{name: "which there are", as: "ops", send: "GET /api/v1/documents", status: 200, contains: []string{`"kinds":["diagnosis","plan","review","final"]`, `"copies":[]`, `"runs":[]`}},
		{name: "for a lead", as: "lead", send: "GET /api/v1/documents", status: 200, contains: []string{`"kinds":["plan","review","final"]`}},
		{name: "no run", as: "ops", send: "GET /api/v1/documents/diagnosis/file", status: 409},
		{name: "of no kind", as: "ops", send: "GET /api/v1/documents/letter/file", status: 422},
		{name: "a plan", as: "ops", send: "GET /api/v1/documents/plan/file?format=pdf&lang=en", status: 200, contains: []string{"%PDF-"}},
		{name: "a pack", as: "lead", send: "GET /api/v1/documents/review/file?format=docx", status: 200, contains: []string{"PK"}},
		{name: "of no quarter", as: "ops", send: "GET /api/v1/documents/review/file?quarter=2026", status: 422, contains: []string{"quarter"}},
		{name: "nothing to keep", as: "ops", send: "POST /api/v1/document-copies", body: `{"kind":"plan"}`, status: 409},
		{name: "something", as: "ops", send: "POST /api/v1/initiatives", body: `{"title":"先审"}`, status: 201},
		{name: "a lead keeps none", as: "lead", send: "POST /api/v1/document-copies", body: `{"kind":"plan"}`, status: 403},
		{name: "kept", as: "ops", send: "POST /api/v1/document-copies", body: `{"kind":"review","quarter":"2026-Q3","note":"复盘会"}`, status: 201, contains: []string{`"id":1`, `"note":"复盘会"`, `"quarter":"2026-Q3"`}},
		{name: "the copy", as: "fin", send: "GET /api/v1/document-copies/1/file?format=docx", status: 200, contains: []string{"PK", "先审"}},
		{name: "the copy in English", as: "ops", send: "GET /api/v1/document-copies/1/file?format=docx&lang=en", status: 200, contains: []string{"Quarterly review pack"}},
		{name: "not for a lead", as: "lead", send: "GET /api/v1/document-copies/1/file", status: 403},
		{name: "no such copy", as: "ops", send: "GET /api/v1/document-copies/2/file", status: 404},
		{name: "the list", as: "audit", send: "GET /api/v1/documents", status: 200, contains: []string{`"note":"复盘会"`}},
	} {
		b.call(c)
	}
}
