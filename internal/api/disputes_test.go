package api_test

import (
	"encoding/json"
	"testing"

	"xiaoguan/internal/access"
)

func TestADisputeByPrograms(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(access.CreateUser{Login: "hr", Name: "姚人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}})
	b.plans()
	b.calculated()
	b.call(scenario{as: "p1", send: "GET /api/v1/statements/mine/2026-09/lines", status: 404})
	b.call(scenario{as: "ops", send: "POST /api/v1/periods/2026-09/publish", status: 200})
	lines := b.call(scenario{as: "p1", send: "GET /api/v1/statements/mine/2026-09/lines", status: 200, contains: []string{`"open":true`, `"kind":"component"`, `"kind":"credit"`, `"kind":"payment"`}})
	var listed struct{ Items []struct{ Key string } }
	b.must(json.Unmarshal([]byte(lines.body), &listed))
	ask := object("month", "2026-09", "line", listed.Items[0].Key, "cause", "wrong_split", "text", "拆分不对")
	b.call(scenario{as: "p1/ro", send: "POST /api/v1/disputes", body: ask, status: 403})
	b.call(scenario{as: "p1", send: "POST /api/v1/disputes", body: object("month", "2026-09", "line", "x", "cause", "wrong_split", "text", "x"), status: 422, contains: []string{`"path":"line"`}})
	id := b.call(scenario{as: "p1", send: "POST /api/v1/disputes", body: ask, status: 201, contains: []string{`"state":"raised"`, `"may":["say","attach","withdraw"]`}}).text("id")
	path := "/api/v1/disputes/" + id
	b.call(scenario{as: "p1", send: "POST /api/v1/disputes", body: ask, status: 409})
	b.call(scenario{as: "p1", send: "POST " + path + "/files", body: object("name", "a.html", "content", "eA=="), status: 422, contains: []string{`"path":"content"`}})
	files := b.call(scenario{as: "p1", send: "POST " + path + "/files", body: object("name", "回单.txt", "content", "eA=="), status: 200, contains: []string{`"bytes":1`}})
	var full struct{ Files []struct{ ID string } }
	b.must(json.Unmarshal([]byte(files.body), &full))
	for _, s := range []scenario{
		{name: "a colleague", as: "p2", send: "GET " + path, status: 404, lacks: []string{"周宁"}},
		{name: "a colleague asks for the file", as: "p2", send: "GET " + path + "/files/" + full.Files[0].ID, status: 404},
		{name: "a colleague's list", as: "p2", send: "GET /api/v1/disputes", status: 200, contains: []string{`"count":0`}, lacks: []string{"周宁"}},
		{name: "the administrator", as: "root", send: "GET " + path, status: 404},
		{name: "the file", as: "lead", send: "GET " + path + "/files/" + full.Files[0].ID, status: 200, contains: []string{"x"}},
		{name: "the auditor reads", as: "audit", send: "GET " + path, status: 200, contains: []string{`"may":[]`}},
		{name: "the maker may not speak", as: "ops", send: "POST " + path + "/voices", body: `{"voice":"finance","outcome":"rejected","reason":"x"}`, status: 403},
		{name: "a part needs an amount", as: "lead", send: "POST " + path + "/voices", body: `{"voice":"sales","outcome":"partly","reason":"x"}`, status: 422, contains: []string{`"path":"amount_minor"`}},
		{name: "approval needs a reason", as: "fin", send: "POST /api/v1/periods/2026-09/approve", status: 422, contains: []string{`"path":"reason"`}},
		{name: "the review says so", as: "fin", send: "GET /api/v1/periods/2026-09/exceptions", status: 200, contains: []string{`"kind":"dispute"`}},
		{name: "sales", as: "lead", send: "POST " + path + "/voices", body: `{"voice":"sales","outcome":"partly","amount_minor":100,"reason":"一半"}`, status: 200, contains: []string{`"state":"in_review"`}},
		{name: "finance", as: "fin", send: "POST " + path + "/voices", body: `{"voice":"finance","outcome":"rejected","reason":"查过"}`, status: 200},
		{name: "over an open dispute", as: "fin", send: "POST /api/v1/periods/2026-09/approve", body: `{"reason":"先发没有争议的"}`, status: 200, contains: []string{`"state":"approved"`}},
		{name: "HR", as: "hr", send: "POST " + path + "/voices", body: `{"voice":"hr","outcome":"partly","amount_minor":200,"reason":"同意"}`, status: 200,
			contains: []string{`"state":"ruled"`, `"outcome":"partly"`, `"awarded_minor":200`, `"deferred_to":"2026-10"`}},
		{name: "an unknown batch", as: "ops", send: "POST " + path + "/correction", body: `{"kind":"batch","id":"9999"}`, status: 422, contains: []string{`"path":"id"`}},
		{name: "the batch", as: "ops", send: "POST " + path + "/correction", body: `{"kind":"batch","id":"1"}`, status: 200, contains: []string{`"correction":{"kind":"batch","id":"1"}`}},
		{name: "the causes", as: "fin", send: "GET /api/v1/dispute-statistics", status: 200, contains: []string{`"key":"wrong_split","count":1`, `"accepted":1`}},
		{name: "the seller reads the ruling", as: "p1", send: "GET " + path, status: 200, contains: []string{`"outcome":"partly"`, "先发没有争议的", "同意"}},
		{name: "and is reminded", as: "p1", send: "GET /api/v1/dispute-reminders", status: 200, contains: []string{`"kind":"ruled"`}},
		{name: "the rules", as: "p1", send: "GET /api/v1/dispute-rules", status: 200, contains: []string{`"appeal_days":30`, `"approval":"reason"`}},
		{name: "new rules", as: "root", send: "PUT /api/v1/dispute-rules", body: `{"appeal_days":10,"answer_work_days":3,"approval":"ruled"}`, status: 200, contains: []string{`"appeal_days":10`}},
		{name: "for an older state", as: "root", send: "PUT /api/v1/dispute-rules", body: `{"appeal_days":11,"answer_work_days":3,"approval":"ruled"}`, headers: []string{"If-Match", `"dispute-rules.0"`}, status: 412},
	} {
		b.call(s)
	}
}
