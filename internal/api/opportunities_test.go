package api_test

import "testing"

func TestAnOpportunityThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const entry = `{"name":"产线改造","customer":"C1","amount_minor":50000000,"currency":"CNY","expected_on":"2026-10-24","products":["X"],"source":"referral"}`
	created := b.call(scenario{as: "p1", send: "POST /api/v1/opportunities", body: entry, status: 201, contains: []string{`"id":1`, `"stage":"development"`, `"percent":10`, `"owner_name":"周宁"`}})
	seen := created.header.Get("ETag")
	const path = "/api/v1/opportunities/1"
	for _, c := range []scenario{
		{name: "another seller", as: "p2", send: "GET " + path, status: 404},
		{name: "the lead of the team", as: "lead", send: "GET " + path, status: 200, contains: []string{`"action":"opportunity.add"`}},
		{name: "a key that only reads", as: "p1/ro", send: "POST " + path + "/stage", body: `{"stage":"needs"}`, status: 403},
		{name: "who reads", as: "fin", send: "POST " + path + "/stage", body: `{"stage":"needs"}`, status: 403},
		{name: "a stage", as: "p1", send: "POST " + path + "/stage", body: `{"stage":"needs"}`, headers: []string{"If-Match", seen}, status: 200, contains: []string{`"revision":2`}},
		{name: "as seen before", as: "p1", send: "POST " + path + "/stage", body: `{"stage":"proposal"}`, headers: []string{"If-Match", seen}, status: 412, contains: []string{`"code":"precondition_failed"`}},
		{name: "too early", as: "p1", send: "POST " + path + "/stage", body: `{"stage":"after_sales"}`, status: 409},
		{name: "changed", as: "lead", send: "PUT " + path, body: entry[:len(entry)-1] + `,"owner":"P2"}`, status: 200, contains: []string{`"owner_name":"吴桐"`}},
		{name: "no longer one's own", as: "p1", send: "GET " + path, status: 404},
		{name: "an amount", as: "p2", send: "PUT " + path, body: `{"name":"x","customer":"C1","amount_minor":2000000000000000,"currency":"CNY","expected_on":"2026-10-24"}`, status: 422, contains: []string{`amount_minor`}},
		{name: "a follow-up", as: "p2", send: "POST " + path + "/follow-ups", body: `{"kind":"call","text":"谈过","next_on":"2026-09-30"}`, status: 201, contains: []string{`"next_on":"2026-09-30"`}},
		{name: "follow-ups", as: "p2", send: "GET " + path + "/follow-ups", status: 200, contains: []string{`"person_name":"吴桐"`}},
		{name: "about no opportunity", as: "p2", send: "POST /api/v1/customers/1/follow-ups", body: `{"kind":"wechat","text":"节日问候","next_on":"2026-10-20"}`, status: 201, contains: []string{`"customer_id":1`}},
		{name: "with the customer", as: "p2", send: "GET /api/v1/customers/1/follow-ups", status: 200, contains: []string{`"节日问候"`, `"opportunity":"产线改造"`}},
		{name: "the day", as: "p2", send: "GET /api/v1/today", status: 200, contains: []string{`"opportunity_name":"产线改造"`, `"due_on":"2026-09-30"`}},
		{name: "a task", as: "p2", send: "POST /api/v1/today/tasks", body: `{"title":"寄样品","due_on":"2026-09-25"}`, status: 201, contains: []string{`"id":3`}},
		{name: "put off", as: "p2", send: "POST /api/v1/today/tasks/3/due", body: `{"due_on":"2026-09-26","seen":1}`, status: 204},
		{name: "done as seen before", as: "p2", send: "POST /api/v1/today/tasks/3/end", body: `{"state":"done","seen":1}`, status: 409},
		{name: "done", as: "p2", send: "POST /api/v1/today/tasks/3/end", body: `{"state":"done"}`, status: 204},
		{name: "won with another's deal", as: "p2", send: "POST " + path + "/win", body: `{"signed_on":"2026-08-01","deal_key":"none"}`, status: 422, contains: []string{`deal_key`}},
		{name: "won", as: "p2", send: "POST " + path + "/win", body: `{"signed_on":"2026-08-01"}`, status: 200, contains: []string{`"state":"won"`, `"percent":100`}},
		{name: "without a deal", as: "ops", send: "GET /api/v1/opportunities?without_deal=true", status: 200, contains: []string{`"count":1`}},
		{name: "linked", as: "ops", send: "POST " + path + "/deal", body: `{"deal_key":"D1"}`, status: 200, contains: []string{`"deal_key":"D1"`}},
		{name: "lost after that", as: "p2", send: "POST " + path + "/lose", body: `{"for":"price"}`, status: 409},
		{name: "opened again", as: "p2", send: "POST " + path + "/reopen", status: 409},
		{name: "events", as: "p2", send: "GET " + path + "/events", status: 200, contains: []string{`"activity":"opportunity_opened"`, `"activity":"first_contact"`, `"activity":"signed"`}},
		{name: "the list", as: "lead", send: "GET /api/v1/opportunities?state=won&sort=-amount", status: 200, contains: []string{`"count":1`, `"amount_minor":50000000`}},
	} {
		b.call(c)
	}
}
