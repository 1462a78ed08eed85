package api_test

import (
	"context"
	"testing"
	"time"

	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/store/storetest"
)

// readings are what every gauge of a test reads.
type readings struct{}

func (readings) Measures(_ context.Context, today calendar.Date) ([]maturity.Measure, error) {
	return []maturity.Measure{{Gauge: maturity.GaugeCompliance, Known: true, Value: 600_000, Numerator: 6, Denominator: 10, From: today - 90, To: today - 1, Metric: "compliance_rules", Version: 1},
		{Gauge: maturity.GaugeRecording, Known: true, Value: 600_000, From: today - 90, To: today - 1}, {Gauge: maturity.GaugeComplete, Why: "metric.reason.no_rows", From: today, To: today}}, nil
}

// assessments makes the service of maturity.
func (b *bundle) assessments(clock func() time.Time) {
	b.services.Assessments = assessment.NewService(b.db.AssessmentStore(), readings{}, clock)
}

func TestMaturityThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := calendar.DateOf(storetest.Start)
	for _, c := range []scenario{
		{name: "of no seller", as: "p1", send: "GET /api/v1/maturity", status: 403},
		{name: "now", as: "ops", send: "GET /api/v1/maturity", status: 200, contains: []string{`"dimension":"process"`, `"level":2`, `"numerator":6`, `"why":"metric.reason.no_rows"`, `"verdict":"unknown"`}},
		{name: "of no region", as: "ops", send: "GET /api/v1/maturity?region_id=9", status: 404},
		{name: "said without evidence", as: "ops", send: "POST /api/v1/maturity/statements", body: `{"criterion":"process.roles","holds":true,"evidence":"","on":"` + today.String() + `"}`, status: 422},
		{name: "said", as: "ops", send: "POST /api/v1/maturity/statements", body: `{"criterion":"process.roles","holds":true,"evidence":"SOP 第 2 版","on":"` + today.String() + `"}`, status: 201, contains: []string{`"holds":true`}},
		{name: "kept by who may not", as: "lead", send: "POST /api/v1/maturity/assessments", body: `{}`, status: 403},
		{name: "kept", as: "ops", send: "POST /api/v1/maturity/assessments", body: `{"note":"基线"}`, status: 201, contains: []string{`"id":1`, `"note":"基线"`, `"evidence":"SOP 第 2 版"`}},
		{name: "one", as: "ops", send: "GET /api/v1/maturity/assessments/1", status: 200, contains: []string{`"model_version":1`}},
		{name: "none", as: "ops", send: "GET /api/v1/maturity/assessments/9", status: 404},
		{name: "the model", as: "ops", send: "GET /api/v1/maturity/model", status: 200, contains: []string{`"bounds":[500000,700000,850000,900000]`}},
		{name: "set", as: "ops", send: "PUT /api/v1/maturity/model", body: `{"version":1,"weights":{"process":30},"bounds":{"process.compliance":[700000,750000,850000,900000]}}`, status: 200, contains: []string{`"version":2`, `"weight":30`}},
		{name: "set over another's", as: "ops", send: "PUT /api/v1/maturity/model", body: `{"version":1,"weights":{"process":40}}`, status: 409},
		{name: "harder now", as: "ops", send: "GET /api/v1/maturity", status: 200, contains: []string{`"model_version":2`, `"level":1`}},
		{name: "the list", as: "ops", send: "GET /api/v1/maturity/assessments", status: 200, contains: []string{`"note":"基线"`}},
	} {
		b.call(c)
	}
}
