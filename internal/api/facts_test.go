package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/store"
)

func TestKeysSeeOnlyTheFactsWithinTheirReach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// given C2, to whom only P3 sells
	b.call(scenario{as: "ops", send: "POST /api/v1/customers", body: object("key", "C2", "name", "青岚机械"), status: 201, contains: []string{`"id":2`, `"outcome":"added"`}})
	b.record(func(w fact.Writer) (fact.Outcome, error) {
		return w.PutDeal(t.Context(), fact.DealRecord{Key: "D/3", Customer: "C2", Product: "X", SignedOn: date("2026-08-05"), AmountMinor: 9_00, Currency: "CNY",
			Shares: []fact.ShareRecord{{Person: "P3", BasisPoints: 10000}}})
	})
	for _, s := range []scenario{
		{name: "a seller's deals", as: "p1", send: "GET /api/v1/deals", status: 200, contains: []string{`"key":"D1"`, `"basis_points":7000`, `"count":1`, `"sums":[{"currency":"CNY","amount_minor":20000000}]`}, lacks: []string{"D2", "D/3", "郑远"}},
		{name: "a seller's payments", as: "p1", send: "GET /api/v1/payments", status: 200, contains: []string{`"deal_key":"D1"`, `"count":1`}, lacks: []string{"D2", "郑远", "5000000"}},
		{name: "a seller's customers", as: "p1", send: "GET /api/v1/customers", status: 200, contains: []string{"恒越精密", `"deals":1`, `"count":1`}, lacks: []string{"青岚"}},
		{name: "a seller's quota", as: "p1", send: "GET /api/v1/quotas?month=2026-09", status: 200, contains: []string{`"person_key":"P1"`, `"total_minor":7000000`, `"count":1`}, lacks: []string{"吴桐", "P2"}},
		{name: "a customer shared with others", as: "p1", send: "GET /api/v1/customers/1", status: 200, contains: []string{"周宁", `"versions":[{"name":"恒越精密"`}, lacks: []string{"郑远"}},
		{name: "another's customer", as: "p1", send: "GET /api/v1/customers/2", status: 404, lacks: []string{"青岚"}},
		{name: "another's deal", as: "p1", send: "GET /api/v1/deals/D2", status: 404, lacks: []string{"minor"}},
		{name: "another's payment", as: "p1", send: "GET /api/v1/payments/2", status: 404, lacks: []string{"minor"}},
		{name: "another's quota", as: "p1", send: "GET /api/v1/quotas/2026-09/3", status: 404, lacks: []string{"minor"}},
		{name: "one's own quota", as: "p1", send: "GET /api/v1/quotas/2026-09/2", status: 200, contains: []string{`"amount_minor":7000000`, `"of":"collected"`}},
		{name: "looking for another's", as: "p1", send: "GET /api/v1/deals?search=D2&person_id=4", status: 200, contains: []string{`"items":[]`, `"count":0`}},
		{name: "a seller's organisation", as: "p1", send: "GET /api/v1/organisation", status: 403, lacks: []string{"一部"}},
		{name: "a seller's people", as: "p1", send: "GET /api/v1/people", status: 403, lacks: []string{"周宁"}},
		{name: "a seller opens themselves", as: "p1", send: "GET /api/v1/people/2", status: 403},
		{name: "products are everybody's", as: "p1", send: "GET /api/v1/products", status: 200, contains: []string{`"category":"A"`}},

		{name: "a lead's organisation", as: "lead", send: "GET /api/v1/organisation", status: 200, contains: []string{"一部", `"leader_name":"林岚"`, `"people":3`}, lacks: []string{"二部"}},
		{name: "a lead's teams", as: "lead", send: "GET /api/v1/teams", status: 200, contains: []string{`"key":"T1"`}, lacks: []string{"T2"}},
		{name: "a lead's people", as: "lead", send: "GET /api/v1/people", status: 200, contains: []string{"周宁", `"leads_team_ids":[1]`, `"count":3`}, lacks: []string{"郑远"}},
		{name: "a person of another team", as: "lead", send: "GET /api/v1/people/4", status: 404, lacks: []string{"郑远"}},
		{name: "the administrator's people", as: "root", send: "GET /api/v1/people?search=P3", status: 200, contains: []string{"郑远", `"level":"regular"`, `"count":1`}},
		{name: "the administrator's deals", as: "root", send: "GET /api/v1/deals", status: 403, lacks: []string{"D1"}},
		{name: "all regions", as: "ops", send: "GET /api/v1/regions", status: 200, contains: []string{`{"id":1,"key":"E","name":"华东","people":4}`}},
		{name: "a slash in a key", as: "ops", send: "GET /api/v1/deals/D%2F3", status: 200, contains: []string{"青岚机械"}},
		{name: "of nobody's month", as: "ops", send: "GET /api/v1/quotas/2026-09/4", status: 404},

		{name: "a seller records", as: "p1", send: "POST /api/v1/payments", body: `{"key":"9","deal_key":"D1","kind":"collection","paid_on":"2026-09-05","amount_minor":1}`, status: 403},
		{name: "a seller corrects", as: "p1", send: "PUT /api/v1/payments/1", body: `{"paid_on":"2026-09-05","amount_minor":1}`, status: 403},
		{name: "a seller sets the quota", as: "p1", send: "PUT /api/v1/quotas/2026-09/2", body: `{"amount_minor":1}`, status: 403},
		{name: "a lead moves", as: "lead", send: "POST /api/v1/people/2/move", body: `{"level":"core","on":"2026-10-01"}`, status: 403},
		{name: "a lead hires", as: "lead", send: "POST /api/v1/people", body: `{"key":"P9","name":"新人","level":"newcomer","on":"2026-09-01"}`, status: 403},
		{name: "finance sets no leader", as: "fin", send: "PUT /api/v1/teams/1/leader", body: `{"person_id":2,"on":"2026-10-01"}`, status: 403},
		{name: "a key that may read records", as: "ops/ro", send: "POST /api/v1/payments", body: `{}`, status: 403, contains: []string{"may read but not change"}},
		{name: "a key that may read corrects", as: "ops/ro", send: "PUT /api/v1/customers/1", body: `{"name":"x"}`, status: 403, contains: []string{"may read but not change"}},
		{name: "a key that may read takes a departure back", as: "ops/ro", send: "DELETE /api/v1/people/2/leave", status: 403},
	} {
		b.call(s)
	}
	b.call(scenario{name: "nothing of all that was done", as: "ops", send: "GET /api/v1/payments/1", status: 200, contains: []string{`"amount_minor":10000000`}, lacks: []string{"superseded"}})
}

// record records one fact as a batch of its own.
func (b *bundle) record(write func(fact.Writer) (fact.Outcome, error)) {
	b.t.Helper()
	b.must(b.db.InTx(b.t.Context(), func(tx *store.Tx) error {
		_, err := fact.Record(b.t.Context(), tx, "u", "test", write)
		return err
	}))
}

func TestFactsAreChangedAsTheyWereSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []struct {
		name, path, change string
		first, second      string
		shows              []string
	}{
		{"a customer", "/api/v1/customers/1", "PUT /api/v1/customers/1", `{"name":"恒越精工","city":"苏州"}`, `{"name":"恒越"}`, []string{`"name":"恒越精工"`, `"superseded_batch":`, `"batch_kind":"manual"`, b.ids["ops"]}},
		{"a payment", "/api/v1/payments/1", "PUT /api/v1/payments/1", `{"paid_on":"2026-09-02","amount_minor":9000000}`, `{"paid_on":"2026-09-02","amount_minor":1}`, []string{`"amount_minor":9000000`, `"amount_minor":10000000`, `"superseded_batch":`}},
		{"a quota", "/api/v1/quotas/2026-09/2", "PUT /api/v1/quotas/2026-09/2", `{"amount_minor":8000000}`, `{"amount_minor":1}`, []string{`"amount_minor":8000000`, `"amount_minor":7000000`, `"superseded_batch":`}},
		{"a move", "/api/v1/people/2", "POST /api/v1/people/2/move", `{"team_id":2,"level":"core","on":"2026-09-01","roles":["trainer"]}`, `{"team_id":1,"level":"core","on":"2026-09-20"}`, []string{`"team_name":"二部"`, `"level":"core"`, `"roles":["trainer"]`, `"to":"2026-09-01"`}},
		{"a departure", "/api/v1/people/3", "POST /api/v1/people/3/leave", `{"on":"2026-10-01"}`, `{"on":"2026-11-01"}`, []string{`"left_on":"2026-10-01"`}},
	} {
		seen := b.call(scenario{as: "ops", send: "GET " + c.path, status: 200}).header.Get("ETag")
		changed := b.call(scenario{name: c.name, as: "ops", send: c.change, body: c.first, headers: []string{"If-Match", seen}, status: 200, contains: []string{`"recorded_batch":`, `"outcome":"corrected"`, `"late":false`}})
		b.call(scenario{name: c.name + " seen before", as: "ops", send: c.change, body: c.second, headers: []string{"If-Match", seen}, status: 412, contains: []string{`"code":"precondition_failed"`}})
		now := b.call(scenario{name: c.name, as: "ops", send: "GET " + c.path, status: 200, contains: c.shows}).header.Get("ETag")
		if now == "" || now == seen || now != changed.header.Get("ETag") {
			t.Errorf("%s: tag %s, then %s (%s)", c.name, seen, now, changed.header.Get("ETag"))
		}
		b.call(scenario{name: c.name + " again", as: "ops", send: c.change, body: c.first, headers: []string{"If-Match", now}, status: 200, contains: []string{`"outcome":"unchanged"`}, lacks: []string{"recorded_batch"}})
	}
	for _, s := range []scenario{
		{name: "a quota that isn't yet, as seen", send: "PUT /api/v1/quotas/2026-10/2", body: `{"amount_minor":1}`, headers: []string{"If-Match", `"batch.1"`}, status: 412},
		{name: "a quota that isn't yet", send: "PUT /api/v1/quotas/2026-10/2", body: `{"amount_minor":5}`, status: 200, contains: []string{`"outcome":"added"`}},
		{name: "leaving on no day", send: "POST /api/v1/people/3/leave", body: `{"on":"9999-12-31"}`, status: 422, contains: []string{`"path":"on"`}},
		{name: "taking the departure back", send: "DELETE /api/v1/people/3/leave", status: 200, contains: []string{`"outcome":"corrected"`}},
		{name: "who stays", send: "GET /api/v1/people?employment=employed&search=P2", status: 200, contains: []string{`"count":1`}, lacks: []string{`left_on`}},
		{name: "as it was on a day", send: "GET /api/v1/people/2?on=2026-08-31", status: 200, contains: []string{`"team_name":"一部"`, `"on":"2026-08-31"`}},
		{name: "as it was known", send: "GET /api/v1/people/2?recorded_batch=1", status: 200, contains: []string{`"known":true`, `"recorded_batch":1`}},
		{name: "before anything was known", send: "GET /api/v1/people?recorded_at=2020-01-01T00:00:00Z", status: 200, contains: []string{`"items":[]`, `"recorded_batch":0`}},
		{name: "a new leader", send: "PUT /api/v1/teams/2/leader", body: `{"person_id":2,"on":"2026-09-10"}`, status: 200, contains: []string{`"outcome":"added"`}},
		{name: "the tree of a day before", send: "GET /api/v1/organisation?on=2026-09-09", status: 200, contains: []string{`"name":"二部"`, `"on":"2026-09-09"`}, lacks: []string{"周宁"}},
		{name: "the tree since", send: "GET /api/v1/organisation", status: 200, contains: []string{`"leader_name":"周宁"`}},
		{name: "nobody leads", send: "PUT /api/v1/teams/2/leader", body: `{"on":"2026-09-20"}`, status: 200},
		{name: "a customer that isn't", send: "PUT /api/v1/customers/0", body: `{"name":"x"}`, status: 404},
		{name: "a customer that isn't either", send: "PUT /api/v1/customers/99", body: `{"name":"x"}`, headers: []string{"If-Match", "*"}, status: 404},
	} {
		s.as = "ops"
		b.call(s)
	}
}

func TestRecordsByHandAreMadeOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	once := []string{"Idempotency-Key", "abc"}
	const record = "POST /api/v1/payments"
	b.call(scenario{name: "more back than came", as: "fin", send: record, body: `{"key":"R","deal_key":"D1","kind":"refund","paid_on":"2026-09-05","amount_minor":10000001}`, headers: once, status: 422, contains: []string{`"path":"amount_minor"`, "100000.00"}})
	body := `{"key":"R","deal_key":"D1","kind":"refund","paid_on":"2026-09-05","amount_minor":2500}`
	first := b.call(scenario{as: "fin", send: record, body: body, headers: once, status: 201, contains: []string{`"outcome":"added"`}})
	again := b.call(scenario{as: "fin", send: record, body: body, headers: once, status: 201})
	if again.header.Get("Idempotent-Replayed") != "true" || again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") || first.header.Get("ETag") == "" {
		t.Errorf("%s (%v), then %s (%v)", first.body, first.header, again.body, again.header)
	}
	for _, s := range []scenario{
		{name: "it was recorded once", send: "GET /api/v1/payments?kind=refund", status: 200, contains: []string{`"count":1`, `"amount_minor":-2500`, `"kind":"refund"`}},
		{name: "another payment with the key", send: record, body: strings.Replace(body, "2500", "2501", 1), headers: once, status: 409},
		{name: "the number is taken", send: record, body: body, status: 422, contains: []string{`"path":"key"`}},
		{name: "a day to come", send: record, body: `{"key":"N","deal_key":"D1","kind":"collection","paid_on":"2026-12-05","amount_minor":1}`, status: 422, contains: []string{`"path":"paid_on"`}},
		{name: "no deal", send: record, body: `{"key":"N","deal_key":"D9","kind":"collection","paid_on":"2026-09-05","amount_minor":1}`, status: 404},
		{name: "nothing", send: record, body: `{"key":"N","deal_key":"D1","kind":"collection","paid_on":"2026-09-05","amount_minor":0}`, status: 422, contains: []string{`"path":"amount_minor"`}},
		{name: "a fraction", send: record, body: `{"key":"N","deal_key":"D1","kind":"collection","paid_on":"2026-09-05","amount_minor":0.5}`, status: 422, contains: []string{`"path":"amount_minor"`, "whole number"}},
		{name: "a customer", send: "POST /api/v1/customers", body: object("key", "C1", "name", "再来", "credit_code", "91320000ABCDEFGH"), status: 422, contains: []string{`"path":"credit_code"`}},
		{name: "a customer's number that is taken", send: "POST /api/v1/customers", body: object("key", "C1", "name", "再来"), status: 422, contains: []string{`"path":"key"`}},
	} {
		s.as = "fin"
		b.call(s)
	}
	hired := b.call(scenario{as: "ops", send: "POST /api/v1/people", body: `{"key":"P9","name":"新人","team_id":1,"level":"newcomer","on":"2026-09-01"}`, status: 201, contains: []string{`"id":5`, `"outcome":"added"`}})
	if tag := b.call(scenario{as: "ops", send: "GET /api/v1/people/5", status: 200, contains: []string{`"hired_on":"2026-09-01"`, `"team_name":"一部"`}}).header.Get("ETag"); tag != hired.header.Get("ETag") {
		t.Errorf("tag %s of %v", tag, hired.header)
	}
	b.call(scenario{as: "root", send: "GET /api/v1/audit?action=payment.", status: 200, contains: []string{`"action":"payment.refund"`, `"subject":"payment:R"`}})
}

func TestListsOfFactsComeInPartsWithoutHolesOrRepetitions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 5 {
		b.record(func(w fact.Writer) (fact.Outcome, error) {
			return w.PutCustomer(t.Context(), fact.CustomerRecord{Key: fmt.Sprint("N", i), Name: "同名", City: "苏州"})
		})
		b.record(func(w fact.Writer) (fact.Outcome, error) {
			return w.PutPayment(t.Context(), fact.PaymentRecord{Key: fmt.Sprint("N", i), Deal: "D1", PaidOn: date("2026-09-08"), AmountMinor: 1_00, Currency: "CNY"})
		})
		b.record(func(w fact.Writer) (fact.Outcome, error) {
			return w.PutProduct(t.Context(), fact.ProductRecord{Key: fmt.Sprint("N", i), Name: "N", Category: "A"})
		})
		b.record(func(w fact.Writer) (fact.Outcome, error) {
			return w.PutRate(t.Context(), fact.RateRecord{Base: "USD", Quote: "CNY", On: date("2026-09-01"), Kind: fmt.Sprint("k", i), Rate: "7.1"})
		})
	}
	for _, test := range []struct {
		path, key string
		want      int
	}{
		{"/api/v1/customers?", "key", 6}, {"/api/v1/customers?sort=-name&", "key", 6}, {"/api/v1/customers?city=%E8%8B%8F%E5%B7%9E&", "key", 5},
		{"/api/v1/payments?", "key", 7}, {"/api/v1/payments?sort=amount&", "key", 7}, {"/api/v1/payments?max_minor=100&", "key", 5}, {"/api/v1/payments?from=2026-09-04&to=2026-09-04&", "key", 1},
		{"/api/v1/deals?", "key", 2}, {"/api/v1/deals?min_minor=5000001&", "key", 1}, {"/api/v1/products?", "key", 6}, {"/api/v1/exchange-rates?", "kind", 5},
		{"/api/v1/exchange-rates?base=EUR&", "kind", 0}, {"/api/v1/people?", "key", 4}, {"/api/v1/people?sort=-hired&", "key", 4}, {"/api/v1/people?team_id=1&level=regular&", "key", 2},
		{"/api/v1/teams?", "id", 2}, {"/api/v1/teams?region_id=7&", "id", 0}, {"/api/v1/regions?", "id", 1}, {"/api/v1/quotas?month=2026-09&", "person_key", 2},
	} {
		found := b.walk("ops", test.path, test.key)
		unique := slices.Clone(found)
		slices.Sort(unique)
		if len(found) != test.want || len(slices.Compact(unique)) != test.want {
			t.Errorf("%s: %v, want %d", test.path, found, test.want)
		}
	}
	// What was recorded in between changes nothing about the pages of one state.
	part := b.call(scenario{as: "ops", send: "GET /api/v1/people?limit=3", status: 200})
	var page struct {
		Next  string
		Batch int64 `json:"recorded_batch"`
	}
	b.must(json.Unmarshal([]byte(part.body), &page))
	b.call(scenario{as: "ops", send: "POST /api/v1/people", body: `{"key":"Q","name":"新人","team_id":1,"level":"newcomer","on":"2026-09-01"}`, status: 201})
	b.call(scenario{as: "ops", send: fmt.Sprintf("GET /api/v1/people?cursor=%s&recorded_batch=%d", page.Next, page.Batch), status: 200, contains: []string{"郑远", `"count":4`}, lacks: []string{"新人"}})
}

func TestFiltersOfFactsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.call(scenario{as: "ops", send: "GET /api/v1/deals?limit=1&sort=key", status: 200})
	for _, s := range []scenario{
		{send: "GET /api/v1/deals?seller=2", contains: []string{`"path":"seller"`}},
		{send: "GET /api/v1/deals?sort=colour", contains: []string{`"path":"sort"`, "Must be one of signed_on, amount"}},
		{send: "GET /api/v1/deals?from=2026-9-1", contains: []string{`"path":"from"`, `"code":"form.error.date"`}},
		{send: "GET /api/v1/deals?from=2026-02-30", contains: []string{`"path":"from"`}},
		{send: "GET /api/v1/deals?from=0000-01-01", contains: []string{`"path":"from"`}},
		{send: "GET /api/v1/deals?from=2026-09-02&to=2026-09-01", contains: []string{`"path":"to"`}},
		{send: "GET /api/v1/deals?min_minor=2&max_minor=1", contains: []string{`"path":"max_minor"`}},
		{send: "GET /api/v1/deals?min_minor=1.5", contains: []string{`"path":"min_minor"`, "whole number"}},
		{send: "GET /api/v1/deals?cursor=" + first.text("next"), contains: []string{`"path":"cursor"`}},
		{send: "GET /api/v1/payments?kind=gift", contains: []string{`"path":"kind"`}},
		{send: "GET /api/v1/payments?limit=0", contains: []string{`"path":"limit"`}},
		{send: "GET /api/v1/customers?cursor=x", contains: []string{`"path":"cursor"`}},
		{send: "GET /api/v1/customers?search=%20x", contains: []string{`"path":"search"`}},
		{send: "GET /api/v1/products?cursor=bm93aGVyZQ", contains: []string{`"path":"cursor"`}},
		{send: "GET /api/v1/quotas", contains: []string{`"path":"month"`}},
		{send: "GET /api/v1/quotas?month=2026-13", contains: []string{`"path":"month"`}},
		{send: "GET /api/v1/exchange-rates?base=usd", contains: []string{`"path":"base"`}},
		{send: "GET /api/v1/people?level=boss", contains: []string{`"path":"level"`}},
		{send: "GET /api/v1/people?employment=sick", contains: []string{`"path":"employment"`}},
		{send: "GET /api/v1/people?on=today", contains: []string{`"path":"on"`}},
		{send: "GET /api/v1/people?recorded_batch=1&recorded_at=2026-09-01T00:00:00Z", contains: []string{`"path":"recorded_at"`}},
		{send: "GET /api/v1/people/me", contains: []string{`"path":"id"`}},
		{send: "GET /api/v1/organisation?recorded_batch=0", contains: []string{`"path":"recorded_batch"`}},
		{send: "POST /api/v1/people/2/move", body: `{"level":"core","on":"soon"}`, contains: []string{`"path":"on"`}},
		{send: "POST /api/v1/people/2/move", body: `{"level":"core","on":"2019-01-01","team_id":1}`, contains: []string{`"path":"on"`, "2020-01-15"}},
		{send: "POST /api/v1/people", body: `{"key":"","name":"","level":"core","on":"2026-09-01"}`, contains: []string{`"path":"key"`, `"path":"name"`}},
		{send: "PUT /api/v1/teams/1/leader", body: `{}`, contains: []string{`"path":"on"`}},
	} {
		s.as, s.status = "ops", 422
		if got := b.call(s); strings.Contains(got.body, "⟦") {
			t.Errorf("%s: a text is missing: %s", s.send, got.body)
		}
	}
}
