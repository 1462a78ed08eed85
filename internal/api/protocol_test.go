package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestThePostThatIsRepeatedIsDoneOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const create = "POST /api/v1/users"
	once := []string{"Idempotency-Key", "abc"}
	first := b.call(scenario{as: "root", send: create, body: `{"login":"new","name":"","grants":[]}`, headers: once, status: 422, contains: []string{`"path":"name"`}})
	if first.header.Get("Idempotent-Replayed") != "" {
		t.Error("a failure was repeated")
	}
	// A mended request may take the same key, since nothing was done with it.
	made := b.call(scenario{as: "root", send: create, body: `{"login":"new","name":"新人","grants":[{"role":"seller","scope":"own"}]}`, headers: once, status: 201, contains: []string{`"password":"`}})
	again := b.call(scenario{as: "root", send: create, body: `{"login":"new","name":"新人","grants":[{"role":"seller","scope":"own"}]}`, headers: once, status: 201, lacks: []string{`"password"`}})
	var one, two struct{ User struct{ ID string } }
	b.must(json.Unmarshal([]byte(made.body), &one))
	b.must(json.Unmarshal([]byte(again.body), &two))
	if one.User.ID == "" || one.User.ID != two.User.ID || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%v, then %v", one, two)
	}
	for _, s := range []scenario{
		{name: "another body", as: "root", send: create, body: `{"login":"new2","name":"新人","grants":[]}`, headers: once, status: 409, contains: []string{"Idempotency-Key"}},
		{name: "another address", as: "root", send: "POST /api/v1/users/" + one.User.ID + "/disable", headers: once, status: 409},
		{name: "another user's key is their own", as: "ops", send: "POST /api/v1/plan-lint", body: object("text", "x"), headers: once, status: 200},
		{name: "without the key it is done again", as: "root", send: create, body: `{"login":"new","name":"新人","grants":[{"role":"seller","scope":"own"}]}`, status: 422},
		{name: "a key that is too long", as: "root", send: create, body: `{}`, headers: []string{"Idempotency-Key", strings.Repeat("k", 201)}, status: 422, contains: []string{"Idempotency-Key"}},
	} {
		b.call(s)
	}
	// Tags come with the repeated answer too.
	body := object("text", b.read("crediting.yaml"))
	draft := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: body, headers: []string{"Idempotency-Key", "d"}, status: 201})
	repeated := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: body, headers: []string{"Idempotency-Key", "d"}, status: 201})
	if draft.body != repeated.body || draft.header.Get("ETag") == "" || draft.header.Get("ETag") != repeated.header.Get("ETag") {
		t.Error("the repeated answer is another one")
	}
}

// walk reads a list to its end in parts and returns what key finds in each item.
func (b *bundle) walk(as, path, key string) (found []string) {
	b.t.Helper()
	cursor := ""
	for range 50 {
		got := b.call(scenario{as: as, send: "GET " + path + "limit=2" + cursor, status: 200})
		var part struct {
			Items []map[string]any
			Next  string
		}
		b.must(json.Unmarshal([]byte(got.body), &part))
		if len(part.Items) > 2 {
			b.t.Fatalf("%d items", len(part.Items))
		}
		for _, item := range part.Items {
			text, err := json.Marshal(item[key])
			b.must(err)
			found = append(found, string(text))
		}
		if part.Next == "" {
			return found
		}
		cursor = "&cursor=" + part.Next
	}
	b.t.Fatal("the list has no end")
	return nil
}

func TestListsComeInPartsWithoutHolesOrRepetitions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	b.calculated()
	for _, test := range []struct {
		as, path, key string
		want          int
	}{
		{"root", "/api/v1/users?", "login", len(people)},
		{"root", "/api/v1/audit?", "number", 0},
		{"fin", "/api/v1/plans?", "id", 2},
		{"fin", "/api/v1/periods?", "month", 1},
		{"fin", "/api/v1/periods/2026-09/exceptions?", "person_id", 0},
		{"fin", "/api/v1/statements?month=2026-09&", "person_id", 3},
		{"ops", "/api/v1/jobs?", "id", 1},
	} {
		found := b.walk(test.as, test.path, test.key)
		if test.want != 0 && len(found) != test.want || len(found) == 0 {
			t.Errorf("%s: %v", test.path, found)
		}
		unique := slices.Clone(found)
		slices.Sort(unique)
		if unique = slices.Compact(unique); test.want != 0 && len(unique) != len(found) {
			t.Errorf("%s repeats: %v", test.path, found)
		}
	}
	for _, s := range []scenario{
		{name: "a cursor of nowhere", as: "fin", send: "GET /api/v1/plans?cursor=bm93aGVyZQ", status: 422, contains: []string{`"path":"cursor"`}},
		{name: "a broken cursor", as: "fin", send: "GET /api/v1/plans?cursor=!", status: 422, contains: []string{`"path":"cursor"`}},
		{name: "a broken cursor of the ledger", as: "fin", send: "GET /api/v1/ledger?cursor=x", status: 422, contains: []string{`"path":"cursor"`}},
		{name: "a broken cursor of the log", as: "root", send: "GET /api/v1/audit?cursor=x", status: 422, contains: []string{`"path":"cursor"`}},
		{name: "no items", as: "fin", send: "GET /api/v1/plans?limit=0", status: 422, contains: []string{`"path":"limit"`, `"code":"api.field.least"`, "Must be 1 or more"}},
		{name: "too many", as: "fin", send: "GET /api/v1/plans?limit=201", status: 422, contains: []string{"Must be 200 or less"}},
	} {
		b.call(s)
	}
}

func TestFailuresAreProblemsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const login = `{"login":"a b","name":"","grants":[]}`
	for _, s := range []scenario{
		{name: "a service's refusal", send: "GET /api/v1/users", as: "p1", status: 403, contains: []string{`"code":"forbidden"`, `"status":403`, `"title":"Forbidden"`, `"instance":"/api/v1/users"`, `"request_id":"`, "You"}},
		{name: "the same in Chinese", send: "GET /api/v1/users", as: "p1", headers: []string{"Accept-Language", "zh-CN"}, status: 403, contains: []string{"你没有", "权限"}},
		{name: "fields of a service", send: "POST /api/v1/users", as: "root", body: login, status: 422, contains: []string{`"path":"login"`, `"code":"access.login_shape"`, `"path":"name"`}},
		{name: "the same in Chinese", send: "POST /api/v1/users", as: "root", body: login, headers: []string{"Accept-Language", "zh-CN"}, status: 422, contains: []string{"账号要 2–64 个字"}},
		{name: "a member is missing", send: "POST /api/v1/users", as: "root", body: `{"name":"x","grants":[]}`, status: 422, contains: []string{`"path":"login"`, "This is required"}},
		{name: "the same in Chinese", send: "POST /api/v1/users", as: "root", body: `{"name":"x","grants":[]}`, headers: []string{"Accept-Language", "zh-CN"}, status: 422, contains: []string{"这一项要填"}, lacks: []string{"expected"}},
		{name: "a member too many", send: "POST /api/v1/users", as: "root", body: `{"login":"x","name":"x","grants":[],"pass":"hunter2"}`, status: 422, contains: []string{`"path":"pass"`, `"code":"api.field.unknown"`}, lacks: []string{"hunter2"}},
		{name: "a choice", send: "POST /api/v1/users", as: "root", body: `{"login":"x","name":"x","grants":[{"role":"boss","scope":"all"}]}`, status: 422, contains: []string{`"path":"grants[0].role"`, "Must be one of seller, lead"}},
		{name: "another type", send: "POST /api/v1/users", as: "root", body: `{"login":1,"name":"x","grants":[]}`, status: 422, contains: []string{"Must be a text"}},
		{name: "no JSON", send: "POST /api/v1/users", as: "root", body: `{"login":"hunter2`, status: 400, contains: []string{`"code":"invalid"`, "Send JSON"}, lacks: []string{"hunter2"}},
		{name: "no body", send: "POST /api/v1/users", as: "root", status: 400, contains: []string{"Send JSON"}},
		{name: "another format", send: "POST /api/v1/users", as: "root", body: `a=1`, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, contains: []string{"application/json"}},
		{name: "a filter that doesn't exist", send: "GET /api/v1/users?rolle=admin", as: "root", status: 422, contains: []string{`"path":"rolle"`}},
		{name: "an instant", send: "GET /api/v1/audit?from=yesterday", as: "root", status: 422, contains: []string{`"path":"from"`, "Must be an instant"}},
		{name: "a number", send: "GET /api/v1/ledger?person_id=abc", as: "fin", status: 422, contains: []string{`"path":"person_id"`, "whole number"}},
		{name: "a month", send: "GET /api/v1/periods/2026-13", as: "fin", status: 422, contains: []string{`"path":"month"`, `"code":"api.field.shape"`}},
		{name: "a month before time", send: "GET /api/v1/periods/0000-01", as: "fin", status: 404},
		{name: "an address that doesn't exist", send: "GET /api/v1/nothing", as: "fin", status: 404, contains: []string{`"code":"not_found"`, `"instance":"/api/v1/nothing"`}},
		{name: "a method that doesn't exist", send: "DELETE /api/v1/periods/2026-09", as: "fin", status: 405, contains: []string{`"code":"method_not_allowed"`, "GET"}},
		{name: "a browser gets a problem too", send: "GET /api/v1/users", headers: []string{"Accept", "text/html"}, status: 401, contains: []string{`"code":"unauthenticated"`}},
		{name: "a body that is too large", send: "POST /api/v1/users", as: "root", body: `{"login":"` + strings.Repeat("x", 1<<20) + `"}`, status: 413, contains: []string{`"code":"too_large"`}},
	} {
		got := b.call(s)
		if strings.Contains(got.body, "⟦") {
			t.Errorf("%s: a text is missing: %s", s.name, got.body)
		}
	}
}

func TestABodyOverTheServersLimitIsNoFaultOfOurs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, headers := range [][]string{nil, {"Idempotency-Key", "k"}} {
		r := httptest.NewRequest("POST", "/api/v1/users", strings.NewReader(`{"login":"`+strings.Repeat("x", 5000)+`"}`))
		r.Header.Set("Authorization", "Bearer "+b.keys["root"])
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		r.Body = http.MaxBytesReader(w, r.Body, 1000)
		b.handler.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	}
}

func TestUsersAreLookedAfter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/api/v1/users/" + b.ids["p1"]
	for _, s := range []scenario{
		{as: "root", send: "GET /api/v1/users?role=seller&text=p1", status: 200, contains: []string{`"login":"p1"`}, lacks: []string{`"login":"p2"`, `"password"`}},
		{as: "p1", send: "GET " + path, status: 200, contains: []string{`"person_id":2`}},
		{as: "p2", send: "GET " + path, status: 403},
		{as: "root", send: "PUT " + path, body: `{"login":"p1","name":"周宁宁","person_id":2}`, status: 200, contains: []string{"周宁宁"}},
		{as: "root", send: "PUT " + path + "/grants", body: `{"grants":[{"role":"lead","scope":"team"}]}`, status: 200, contains: []string{`"role":"lead"`}, lacks: []string{"seller"}},
		{as: "root", send: "POST " + path + "/disable", status: 200, contains: []string{`"disabled":true`}},
		{as: "p1", send: "GET /api/v1/me", status: 401},
		{as: "root", send: "POST " + path + "/enable", status: 200, contains: []string{`"disabled":false`}},
		{as: "root", send: "POST " + path + "/reset-password", status: 200, contains: []string{`"password":"`, `"must_change_password":true`}},
		{as: "root", send: "POST " + path + "/reset-password", body: `{"password":"short"}`, status: 422, contains: []string{`"path":"password"`}, lacks: []string{`"short"`}},
		{as: "root", send: "GET /api/v1/sessions?user_id=" + b.ids["p1"], status: 200, contains: []string{`"items":[]`}},
		{as: "root", send: "DELETE " + path + "/sessions", status: 200, contains: []string{`"sessions":0`}},
		{as: "root", send: "DELETE /api/v1/sessions/nothing", status: 404},
		{as: "root", send: "GET /api/v1/users/nothing", status: 404},
		{as: "root", send: "POST /api/v1/users/" + b.ids["root"] + "/disable", status: 403},
	} {
		b.call(s)
	}
}
