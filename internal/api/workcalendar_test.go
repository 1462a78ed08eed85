package api_test

import "testing"

func TestTheWorkCalendarIsKeptByYear(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seen := b.call(scenario{as: "p1", send: "GET /api/v1/work-calendar/2027", status: 200, contains: []string{`"known":false`, `"own":[]`}}).header.Get("ETag")
	body := `{"complete":true,"days":[{"date":"2027-02-05","kind":"off","name":"春节"},{"date":"2027-02-20","kind":"work","name":"春节"}]}`
	for _, s := range []scenario{
		{name: "what ships", as: "p1", send: "GET /api/v1/work-calendar/2026", status: 200, contains: []string{`"known":true`, `"date":"2026-10-10","kind":"work","name":"国庆节"`}},
		{name: "a seller may not", as: "p1", send: "PUT /api/v1/work-calendar/2027", body: body, status: 403},
		{name: "a preview", as: "ops", send: "POST /api/v1/work-calendar/2027/preview", body: body, status: 200, contains: []string{`"date":"2027-02-05","before":"work","after":"off","name":"春节","past":false`, `"past_flips":0`}},
		{name: "another year", as: "ops", send: "PUT /api/v1/work-calendar/2027", body: `{"days":[{"date":"2028-01-01","kind":"off"}]}`, status: 422, contains: []string{"days"}},
		{name: "as seen", as: "ops", send: "PUT /api/v1/work-calendar/2027", body: body, headers: []string{"If-Match", seen}, status: 200, contains: []string{`"known":true`, `"complete":true`}},
		{name: "as it was before", as: "ops", send: "PUT /api/v1/work-calendar/2027", body: body, headers: []string{"If-Match", seen}, status: 412},
		{name: "a past day without a reason", as: "root", send: "PUT /api/v1/work-calendar/2026", body: `{"days":[{"date":"2026-03-02","kind":"off"}]}`, status: 422, contains: []string{`"path":"reason"`}},
		{name: "a past day with one", as: "root", send: "PUT /api/v1/work-calendar/2026", body: `{"days":[{"date":"2026-03-02","kind":"off"}],"reason":"全员培训"}`, status: 200, contains: []string{"全员培训"}},
	} {
		b.call(s)
	}
}
