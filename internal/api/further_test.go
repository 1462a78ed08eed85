package api_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFactsThatOnlySomePlansAskForAreEntered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	detailed := dealBody("N/1", `"shares"`, `"detail":{"units":5,"cost_minor":8000,"referrer":"P3"},"shares"`)
	for _, s := range []scenario{
		{name: "a deal with more", send: "POST /api/v1/deals", body: detailed, status: 201},
		{name: "a referrer nobody knows", send: "POST /api/v1/deals", body: dealBody("N/2", `"shares"`, `"detail":{"referrer":"P9"},"shares"`), status: 422, contains: []string{`"path":"detail.referrer"`}},
		{name: "what is known", send: "GET /api/v1/deals/N%2F1", status: 200, contains: []string{`"units":5`, `"cost_minor":8000`, `"referrer":"P3"`}, lacks: []string{"cancelled_on"}},
		{name: "an older program leaves it", send: "PUT /api/v1/deals/N%2F1", body: strings.Replace(dealBody("", "123456", "123457"), `"key":"",`, "", 1), status: 200},
		{name: "and it stands", send: "GET /api/v1/deals/N%2F1", status: 200, contains: []string{`"units":5`, `"amount_minor":123457`}},
		{name: "cancelled before the signature", send: "PUT /api/v1/deals/N%2F1/cancellation", body: `{"on":"2026-09-01","reason":"x"}`, status: 422, contains: []string{`"path":"on"`}},
		{name: "cancelled", send: "PUT /api/v1/deals/N%2F1/cancellation", body: `{"on":"2026-09-21","reason":"停产"}`, status: 200, contains: []string{`"outcome":"corrected"`}},
		{name: "is said", send: "GET /api/v1/deals/N%2F1", status: 200, contains: []string{`"cancelled_on":"2026-09-21"`, `"cancel_reason":"停产"`}},
		{name: "restored", send: "DELETE /api/v1/deals/N%2F1/cancellation", status: 200},
		{name: "restored twice", send: "DELETE /api/v1/deals/N%2F1/cancellation", status: 409},
		{name: "an invoice", send: "POST /api/v1/invoices", body: `{"key":"F1","deal_key":"N/1","invoiced_on":"2026-09-22","amount_minor":9000}`, status: 201},
		{name: "its number again", send: "POST /api/v1/invoices", body: `{"key":"F1","deal_key":"N/1","invoiced_on":"2026-09-22","amount_minor":9000}`, status: 422, contains: []string{`"path":"key"`}},
		{name: "nothing", send: "POST /api/v1/invoices", body: `{"key":"F2","deal_key":"N/1","invoiced_on":"2026-09-22","amount_minor":0}`, status: 422, contains: []string{`"path":"amount_minor"`}},
		{name: "corrected", send: "PUT /api/v1/invoices/F1", body: `{"invoiced_on":"2026-09-22","amount_minor":-100}`, status: 200, contains: []string{`"outcome":"corrected"`}},
		{name: "with history", send: "GET /api/v1/invoices/F1", status: 200, contains: []string{`"amount_minor":-100`, `"amount_minor":9000`}},
		{name: "listed", send: "GET /api/v1/invoices", status: 200, contains: []string{`"key":"F1"`, `"count":1`}},
		{name: "given", send: "PUT /api/v1/given-values/2026-09/2/sop", body: `{"value":"0.95","unit":"percent"}`, status: 200, contains: []string{`"outcome":"added"`}},
		{name: "no number", send: "PUT /api/v1/given-values/2026-09/2/sop", body: `{"value":"gut","unit":"percent"}`, status: 422, contains: []string{`"path":"value"`}},
		{name: "in the grid", send: "GET /api/v1/given-values?month=2026-09", status: 200, contains: []string{`"measure":"sop"`, `"value":"0.95"`}},
		{name: "taken back", send: "PUT /api/v1/given-values/2026-09/2/sop", body: `{"value":"","unit":"percent"}`, status: 200, contains: []string{`"outcome":"corrected"`}},
		{name: "no more in the grid", send: "GET /api/v1/given-values?month=2026-09", status: 200, lacks: []string{`"value":"0.95"`}},
		{name: "its history", send: "GET /api/v1/given-values/2026-09/2/sop", status: 200, contains: []string{`"value":""`, `"value":"0.95"`}},
		{name: "a mentor", send: "POST /api/v1/people/2/mentors", body: `{"mentor":"P2","from":"2026-09-01"}`, status: 200, contains: []string{`"outcome":"added"`}},
		{name: "two mentors", send: "POST /api/v1/people/2/mentors", body: `{"mentor":"P3","from":"2026-09-10"}`, status: 422, contains: []string{`"path":"from"`, "P2"}},
		{name: "oneself", send: "POST /api/v1/people/2/mentors", body: `{"mentor":"P1","from":"2026-10-10"}`, status: 422, contains: []string{`"path":"mentor"`}},
		{name: "shown", send: "GET /api/v1/people/2", status: 200, contains: []string{`"mentorships":[{`, `"trainee_id":2`}},
		{name: "taken back", send: "DELETE /api/v1/people/2/mentors/2026-09-01", status: 200},
		{name: "which there is not", send: "DELETE /api/v1/people/2/mentors/2026-08-01", status: 404},
		{name: "a customer's tier", send: "PUT /api/v1/customers/1", body: `{"name":"恒越精密","tier":"A","region":"华东"}`, status: 200},
		{name: "an older program leaves it", send: "PUT /api/v1/customers/1", body: `{"name":"恒越"}`, status: 200},
		{name: "and it stands", send: "GET /api/v1/customers/1", status: 200, contains: []string{`"tier":"A"`, `"region":"华东"`, `"name":"恒越"`}},
	} {
		s.as = "ops"
		b.call(s)
	}
	var read struct{ Entry json.RawMessage }
	b.must(json.Unmarshal([]byte(b.call(scenario{as: "ops", send: "GET /api/v1/deals/N%2F1", status: 200}).body), &read))
	b.call(scenario{as: "ops", send: "PUT /api/v1/deals/N%2F1", body: string(read.Entry), status: 200, contains: []string{`"outcome":"unchanged"`}})
	for _, who := range []string{"p1", "lead", "audit", "root", "ops/ro"} {
		for send, body := range map[string]string{
			"PUT /api/v1/deals/D1/cancellation": `{"on":"2026-09-21","reason":"x"}`, "POST /api/v1/invoices": `{"key":"F9","deal_key":"D1","invoiced_on":"2026-09-22","amount_minor":1}`,
			"PUT /api/v1/given-values/2026-09/2/sop": `{"value":"1","unit":"number"}`, "POST /api/v1/people/2/mentors": `{"mentor":"P2","from":"2026-11-01"}`,
		} {
			b.call(scenario{name: who, as: who, send: send, body: body, status: 403})
		}
	}
}
