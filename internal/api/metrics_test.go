package api_test

import (
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// metrics makes the service of the metric book.
func (b *bundle) metrics(clock func() time.Time) *metric.Service {
	return metric.NewService(metric.Config{Store: b.db.Metrics(), Now: clock, Currency: money.Constantly(money.CNY), Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
}

func TestNumbersThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.services.Metrics.CatchUp(t.Context()))
	const of = "&month=2026-08&period=year"
	for _, c := range []scenario{
		{name: "the book", as: "p1", send: "GET /api/v1/metrics", status: 200, contains: []string{`"id":"collection_due"`, `"family":"collection_rate"`, `"chosen":true`}},
		{name: "a family's chosen one", as: "ops", send: "GET /api/v1/metrics/retention", status: 200, contains: []string{`"id":"retention_customers"`, `"formula":"ratio"`}},
		{name: "no such metric", as: "ops", send: "GET /api/v1/metrics/nonsense", status: 404},
		{name: "numbers of the company", as: "ops", send: "GET /api/v1/metric-values?metric=signed&metric=win_rate&by=person&against=before" + of, status: 200, contains: []string{`"kind":"company"`, `"amount":`, `"why":"no_rows"`, `"behind":false`}},
		{name: "a seller's part", as: "p1", send: "GET /api/v1/metric-values?metric=signed" + of, status: 200, contains: []string{`"narrowed":true`, `"kind":"reach"`}},
		{name: "somebody else's", as: "p1", send: "GET /api/v1/metric-values?metric=signed&place=person&place_id=3" + of, status: 404},
		{name: "a month that is none", as: "ops", send: "GET /api/v1/metric-values?month=2026-13", status: 422},
		{name: "an unknown breakdown", as: "ops", send: "GET /api/v1/metric-values?by=moon", status: 422},
		{name: "rows", as: "ops", send: "GET /api/v1/metrics/signed/rows?limit=1" + of, status: 200, contains: []string{`"kind":"deal"`, `"next":"`, `"measures":["signed","cancelled"]`}},
		{name: "rows of new customers", as: "ops", send: "GET /api/v1/metrics/customers_signed/rows?limit=1" + of, status: 200, contains: []string{`"kind":"deal"`, `"measures":["customers_first"]`, `"amount":1,"of":1`}},
		{name: "rows of customers entered", as: "ops", send: "GET /api/v1/metrics/customers_entered/rows?limit=1" + of, status: 200, contains: []string{`"kind":"customer"`}},
		{name: "by product", as: "ops", send: "GET /api/v1/metric-values?metric=signed&metric=win_rate&by=product&against=before" + of, status: 200, contains: []string{`"kind":"product"`, `"why":"whole"`}},
		{name: "by line of products", as: "ops", send: "GET /api/v1/metric-values?metric=collected&by=product_line" + of, status: 200, contains: []string{`"kind":"product_line"`}},
		{name: "rows of a product", as: "ops", send: "GET /api/v1/metrics/signed/rows?product=1&limit=1" + of, status: 200, contains: []string{`"kind":"deal"`}},
		{name: "rows of a product that is not there", as: "ops", send: "GET /api/v1/metrics/signed/rows?product=99" + of, status: 404},
		{name: "rows of a line that is not there", as: "ops", send: "GET /api/v1/metrics/signed/rows?line=moon" + of, status: 404},
		{name: "rows of what has none", as: "ops", send: "GET /api/v1/metrics/people/rows?limit=1" + of, status: 200, contains: []string{`"measures":[]`, `"rows":[]`}},
		{name: "a cursor that is none", as: "ops", send: "GET /api/v1/metrics/signed/rows?after=x" + of, status: 422},
	} {
		b.call(c)
	}
}

func TestTheBookIsChosenWrittenAndApprovedByTwo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.services.Metrics.CatchUp(t.Context()))
	const draft = `{"from":"2099-01-01","text":"xiaoguan: metric/v1\nmetrics:\n  - {id: signed, name: {zh: 签约额, en: Signed}, basis: {zh: 不减作废, en: Gross}, formula: {sum: [signed]}, unit: money, good: up, owner: finance, sources: [deals], fresh_hours: 24}\n"}`
	for _, c := range []scenario{
		{name: "a seller chooses nothing", as: "p1", send: "POST /api/v1/metrics/collection_sales/choose", status: 403},
		{name: "nothing to choose", as: "ops", send: "POST /api/v1/metrics/nonsense/choose", status: 404},
		{name: "another definition", as: "ops", send: "POST /api/v1/metrics/collection_sales/choose", status: 200, contains: []string{`"chosen":true`}},
		{name: "it is the family's now", as: "p1", send: "GET /api/v1/metrics/collection_rate", status: 200, contains: []string{`"id":"collection_sales"`}},
		{name: "a draft with faults", as: "ops", send: "POST /api/v1/metric-versions", body: `{"from":"2099-01-01","text":"xiaoguan: metric/v1\nmetrics: []\n"}`, status: 422},
		{name: "a draft of yesterday", as: "ops", send: "POST /api/v1/metric-versions", body: `{"from":"2001-01-01","text":"x"}`, status: 422},
		{name: "a draft", as: "ops", send: "POST /api/v1/metric-versions", body: draft, status: 201, contains: []string{`"version":2`, `"state":"draft"`}},
		{name: "one's own is not approved", as: "ops", send: "POST /api/v1/metrics/signed/versions/2", body: `{"to":"approved"}`, status: 403},
		{name: "no such version", as: "fin", send: "POST /api/v1/metrics/signed/versions/7", body: `{"to":"approved"}`, status: 404},
		{name: "approved", as: "fin", send: "POST /api/v1/metrics/signed/versions/2", body: `{"to":"approved"}`, status: 200, contains: []string{`"state":"approved"`}},
		{name: "never changed afterwards", as: "fin", send: "POST /api/v1/metrics/signed/versions/2", body: `{"to":"dropped"}`, status: 409},
		{name: "not in force before its day", as: "p1", send: "GET /api/v1/metrics/signed", status: 200, contains: []string{`"version":1`}},
		{name: "the versions", as: "p1", send: "GET /api/v1/metrics/signed/versions", status: 200, contains: []string{`"approver_name":"王芳"`}},
		{name: "the bridge", as: "fin", send: "GET /api/v1/metric-bridge?month=2026-08", status: 200, contains: []string{`"signed_ahead"`, `"deals":`}},
		{name: "the bridge is of the company", as: "lead", send: "GET /api/v1/metric-bridge", status: 403},
		{name: "counted anew", as: "ops", send: "POST /api/v1/metric-sums/rebuild", status: 204},
	} {
		b.call(c)
	}
}
