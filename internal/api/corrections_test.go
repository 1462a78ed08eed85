package api_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// dealBody is a deal as it is sent.
func dealBody(key string, changes ...string) string {
	body := `{"key":"` + key + `","customer":"C1","product":"X","signed_on":"2026-09-20","amount_minor":123456,"currency":"CNY","shares":[{"person":"P1","basis_points":6667},{"person":"P2","basis_points":3333}]}`
	for i := 0; i < len(changes); i += 2 {
		body = strings.Replace(body, changes[i], changes[i+1], 1)
	}
	return body
}

func TestDealsProductsPeopleAndRatesAreEnteredAndCorrected(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call(scenario{as: "ops", send: "POST /api/v1/deals", body: dealBody("N/1"), headers: []string{"Idempotency-Key", "n"}, status: 201, contains: []string{`"outcome":"added"`, `"late":false`}})
	b.call(scenario{name: "once", as: "ops", send: "POST /api/v1/deals", body: dealBody("N/1"), headers: []string{"Idempotency-Key", "n"}, status: 201})
	for _, s := range []scenario{
		{name: "a number that is taken", send: "POST /api/v1/deals", body: dealBody("N/1"), status: 422, contains: []string{`"path":"key"`}},
		{name: "99 %", send: "POST /api/v1/deals", body: dealBody("N/2", "3333", "3233"), status: 422, contains: []string{`"path":"shares"`, "99.00%"}},
		{name: "all at once", send: "POST /api/v1/deals", body: dealBody("N/2", `"C1"`, `"C9"`, `"X"`, `"Q"`, "2026-09-20", "2026-12-20", `"P2"`, `"P9"`), status: 422,
			contains: []string{`"path":"customer"`, `"path":"product"`, `"path":"signed_on"`, `"path":"shares.1.person"`}},
		{name: "no money", send: "POST /api/v1/deals", body: dealBody("N/2", "123456", "0"), status: 422, contains: []string{`"path":"amount_minor"`}},
		{name: "the product exists", send: "POST /api/v1/products", body: `{"key":"X","name":"x","category":"A"}`, status: 422, contains: []string{`"path":"key"`}},
		{name: "a new product", send: "POST /api/v1/products", body: `{"key":"Z","name":"传感器","category":"B"}`, status: 201, contains: []string{`"id":2`, `"outcome":"added"`}},
		{name: "no product", send: "PUT /api/v1/products/0", body: `{"name":"x","category":"B"}`, status: 404},
		{name: "a rate", send: "POST /api/v1/exchange-rates", body: `{"base":"USD","quote":"CNY","on":"2026-09-01","rate":"7.1055"}`, status: 201, contains: []string{`"outcome":"added"`}},
		{name: "a rate again", send: "POST /api/v1/exchange-rates", body: `{"base":"USD","quote":"CNY","on":"2026-09-01","rate":"7.1"}`, status: 422, contains: []string{`"path":"on"`}},
		{name: "a rate of nothing", send: "POST /api/v1/exchange-rates", body: `{"base":"USD","quote":"USD","on":"2026-12-01","rate":"7%"}`, status: 422, contains: []string{`"path":"quote"`, `"path":"rate"`}},
		{name: "no rate", send: "GET /api/v1/exchange-rates/USD/CNY/2026-09-09/middle", status: 404},
		{name: "a number of somebody else", send: "PUT /api/v1/people/2", body: `{"key":"P0","name":"周宁","hired_on":"2020-01-15"}`, status: 422, contains: []string{`"path":"key"`}},
		{name: "no name and no such day", send: "PUT /api/v1/people/2", body: `{"key":"P1","name":"","hired_on":"1900-01-01"}`, status: 422, contains: []string{`"path":"name"`, `"path":"hired_on"`}},
	} {
		s.as = "ops"
		b.call(s)
	}
	for _, c := range []struct{ name, path, first, second, shows string }{
		{"a deal", "/api/v1/deals/N%2F1", `{"customer":"C1","product":"Z","signed_on":"2026-09-19","amount_minor":100,"currency":"CNY","shares":[{"person":"P3","basis_points":10000}]}`,
			`{"customer":"C1","product":"X","signed_on":"2026-09-19","amount_minor":1,"currency":"CNY","shares":[{"person":"P3","basis_points":10000}]}`, `"entry":{"customer":"C1","product":"Z"`},
		{"a product", "/api/v1/products/1", `{"name":"控制器","category":"C"}`, `{"name":"控制器","category":"D"}`, `"category":"C"`},
		{"a person", "/api/v1/people/3", `{"key":"N2","name":"吴桐","hired_on":"2020-01-10"}`, `{"key":"N3","name":"吴桐","hired_on":"2020-01-10"}`, `"hired_on":"2020-01-10"`},
		{"a rate", "/api/v1/exchange-rates/USD/CNY/2026-09-01/middle", `{"rate":"7.2"}`, `{"rate":"7.3"}`, `"rate":"7.2"`},
	} {
		seen := b.call(scenario{as: "ops", send: "GET " + c.path, status: 200}).header.Get("ETag")
		b.call(scenario{name: c.name, as: "ops", send: "PUT " + c.path, body: c.first, headers: []string{"If-Match", seen}, status: 200, contains: []string{`"outcome":"corrected"`}})
		b.call(scenario{name: c.name + " seen before", as: "ops", send: "PUT " + c.path, body: c.second, headers: []string{"If-Match", seen}, status: 412})
		b.call(scenario{name: c.name, as: "ops", send: "GET " + c.path, status: 200, contains: []string{c.shows, `"superseded_batch":`, `"batch_kind":"manual"`}})
	}
	// What is read can be sent back as it is, and changes nothing.
	var read struct{ Entry json.RawMessage }
	b.must(json.Unmarshal([]byte(b.call(scenario{as: "ops", send: "GET /api/v1/deals/N%2F1", status: 200}).body), &read))
	b.call(scenario{as: "ops", send: "PUT /api/v1/deals/N%2F1", body: string(read.Entry), status: 200, contains: []string{`"outcome":"unchanged"`}})
}

func TestWhoMayNotCorrectsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	entry := strings.Replace(dealBody(""), `"key":"",`, "", 1)
	for _, who := range []string{"p1", "lead", "audit", "root", "ops/ro"} {
		for send, body := range map[string]string{
			"POST /api/v1/deals": dealBody("N"), "PUT /api/v1/deals/D1": entry, "POST /api/v1/products": `{"key":"Z","name":"x","category":"B"}`, "PUT /api/v1/products/1": `{"name":"x","category":"B"}`,
			"PUT /api/v1/people/2": `{"key":"P1","name":"x","hired_on":"2020-01-15"}`, "POST /api/v1/exchange-rates": `{"base":"USD","quote":"CNY","on":"2026-09-01","rate":"7"}`,
			"PUT /api/v1/exchange-rates/USD/CNY/2026-09-01/middle": `{"rate":"7"}`,
		} {
			b.call(scenario{name: who, as: who, send: send, body: body, status: 403})
		}
	}
	b.call(scenario{name: "finance keeps no people", as: "fin", send: "PUT /api/v1/people/2", body: `{"key":"P1","name":"x","hired_on":"2020-01-15"}`, status: 403})
	b.call(scenario{name: "a seller reads the products", as: "p1", send: "GET /api/v1/products/1", status: 200, contains: []string{`"category":"A"`}})
	b.call(scenario{name: "nothing of all that was done", as: "ops", send: "GET /api/v1/deals/D1", status: 200, lacks: []string{"superseded"}})
}
