package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"xiaoguan/internal/proof"
)

func TestAMonthFromItsCalculationToItsClose(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	const month = "/api/v1/periods/2026-09"

	// given a month that nobody touched
	open := b.call(scenario{as: "ops", send: "GET " + month, status: 200, contains: []string{`"state":"open"`, `"revision":0`}})
	if tag := open.header.Get("ETag"); tag != `"2026-09.0"` {
		t.Errorf("tag %s", tag)
	}
	b.call(scenario{as: "ops", send: "GET " + month + "/review", status: 404})
	b.call(scenario{name: "a tag of the future", as: "ops", send: "POST " + month + "/calculate", headers: []string{"If-Match", `"2026-09.7"`}, status: 412, contains: []string{`"code":"precondition_failed"`}})
	// when it is calculated
	b.calculated("If-Match", `"2026-09.0"`)
	// then it is in review, with its runs, exceptions and differences
	reviewed := b.call(scenario{as: "ops", send: "GET " + month, status: 200, contains: []string{`"state":"review"`}})
	tag := reviewed.header.Get("ETag")
	b.call(scenario{as: "ops", send: "GET " + month, headers: []string{"If-None-Match", tag}, status: 304, lacks: []string{"review"}})
	b.call(scenario{as: "fin", send: "GET " + month + "/review?against=last_run", status: 200, contains: []string{`"exception_count":`, `"component":"commission"`, `"currency":"CNY"`}, lacks: []string{"other_run"}})
	b.call(scenario{as: "fin", send: "GET " + month + "/exceptions", status: 200, contains: []string{`"kind":"no_quota"`, `"person_id":4`}})
	b.call(scenario{as: "fin", send: "GET " + month + "/differences", status: 200, contains: []string{`"items":[]`}})
	b.call(scenario{as: "fin", send: "GET " + month + "/runs", status: 200, contains: []string{`"state":"complete"`, `"payees":3`}})

	// when somebody acts on what they saw before another one did, then nothing happens
	b.call(scenario{name: "an old tag", as: "ops", send: "POST " + month + "/publish", headers: []string{"If-Match", `"2026-09.0"`}, status: 412})
	b.call(scenario{name: "the clock for objections ran out", as: "ops", send: "POST " + month + "/publish", body: `{"object_until":"2020-01-01T00:00:00Z"}`, status: 422, contains: []string{`"path":"until"`}})
	published := b.call(scenario{as: "ops", send: "POST " + month + "/publish", headers: []string{"If-Match", tag}, status: 200, contains: []string{`"state":"published"`, "object_until"}})
	b.call(scenario{name: "without a reason", as: "ops", send: "POST " + month + "/return", body: `{"reason":" "}`, status: 422, contains: []string{`"path":"reason"`}})
	b.call(scenario{as: "ops", send: "POST " + month + "/return", body: object("reason", "P3 缺指标"), status: 200, contains: []string{`"state":"review"`}})
	b.call(scenario{as: "ops", send: "POST " + month + "/publish", status: 200})
	b.call(scenario{name: "who ran it may not approve it", as: "ops", send: "POST " + month + "/approve", status: 403})
	b.call(scenario{name: "an old tag", as: "fin", send: "POST " + month + "/approve", headers: []string{"If-Match", published.header.Get("ETag")}, status: 412})
	b.call(scenario{name: "not yet", as: "fin", send: "POST " + month + "/close", status: 409, contains: []string{`"code":"conflict"`}})
	approved := b.call(scenario{as: "fin", send: "POST " + month + "/approve", headers: []string{"If-Match", "*"}, status: 200, contains: []string{`"state":"approved"`}})
	b.call(scenario{as: "fin", send: "POST " + month + "/close", headers: []string{"If-Match", `"other", ` + approved.header.Get("ETag")}, status: 200, contains: []string{`"state":"closed"`, "seal_hash"}})

	// then it is closed for ever, and everything about it can be read and verified
	b.call(scenario{as: "ops", send: "POST " + month + "/calculate", status: 409, contains: []string{`"code":"period_closed"`}})
	file := b.call(scenario{as: "fin", send: "GET " + month + "/pay-file/csv", status: 200, contains: []string{"周宁", "郑远"}})
	sum := sha256.Sum256([]byte(file.body))
	if file.header.Get("X-Content-Digest") != "sha-256="+hex.EncodeToString(sum[:]) || file.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("pay file: %v", file.header)
	}
	b.call(scenario{as: "fin", send: "GET " + month + "/pay-file/xlsx", status: 200, contains: []string{"PK"}})
	b.call(scenario{as: "ops", send: "GET " + month + "/pay-file/csv", status: 403, lacks: []string{"周宁"}})
	proved := b.call(scenario{as: "p1", send: "GET /api/v1/statements/2026-09/2/proof", status: 200, contains: []string{"PK"}})
	if r := proof.Verify([]byte(proved.body)); !r.Sound() || r.Statement.Payee != "P1" || proved.header.Get("Content-Type") != "application/zip" {
		t.Errorf("proof: %v, %+v", proved.header, r.Checks)
	}
	b.call(scenario{name: "a colleague's proof", as: "p1", send: "GET /api/v1/statements/2026-09/3/proof", status: 403, lacks: []string{"PK"}})
	b.call(scenario{as: "audit", send: "GET /api/v1/audit?subject=period:2026-09&action=period.proof", status: 200, contains: []string{`"action":"period.proof"`}})
	b.call(scenario{as: "audit", send: "GET /api/v1/verification", status: 200, contains: []string{`"sound":true`, `"seals":1`, `"statements":3`}})
	b.call(scenario{as: "fin", send: "GET /api/v1/ledger?month=2026-09&component=commission", status: 200, contains: []string{`"debit":"expense:regular/commission"`, "周宁", "吴桐", `"currency":"CNY"`}})
	b.call(scenario{name: "a seller's own entries", as: "p1", send: "GET /api/v1/ledger", status: 200, contains: []string{"周宁"}, lacks: []string{"吴桐", "郑远"}})
	b.call(scenario{as: "audit", send: "GET /api/v1/audit?subject=period:2026-09&action=period.close", status: 200, contains: []string{`"action":"period.close"`, "王芳", "key:"}, lacks: []string{"period.publish"}})
}

func TestPlansAreWrittenReadAndApproved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.read("regular.yaml")
	b.call(scenario{as: "ops", send: "POST /api/v1/plan-lint", body: object("text", text), status: 200, contains: []string{`"valid":true`, `"severity":"note"`, "Article 1. Scope", "第一条", `"trial":{`, `"attainment_percent":80`, `"code":"probe.gaming"`, `"fix":"marginal"`}})
	b.call(scenario{name: "who may not read plans gets no trial", as: "p1", send: "POST /api/v1/plan-lint", body: object("text", text), status: 200, contains: []string{`"valid":true`}, lacks: []string{`"trial"`, "probe.gaming"}})
	b.call(scenario{name: "templates of the four layers", as: "p1", send: "GET /api/v1/plan-templates", status: 200, contains: []string{`"name":"newcomer"`, `"layer":"core"`, `"kind":"crediting"`, "xiaoguan: plan/1"}})
	b.call(scenario{name: "a template that is none", as: "ops", send: "GET /api/v1/plan-templates/x", status: 404})
	edit := func(edits string) string {
		return strings.TrimSuffix(object("text", text), "}") + `,"edits":[` + edits + "]}"
	}
	b.call(scenario{name: "one place of a text", as: "ops", send: "POST /api/v1/plan-edits", body: edit(`{"op":"set","path":"components[1].pays.amount","value":"2500.00"}`), status: 200,
		contains: []string{`amount: 2500.00`, `"valid":true`, `"trial":{`, `# Regular sellers`}})
	b.call(scenario{name: "a place that is not there", as: "ops", send: "POST /api/v1/plan-edits", body: edit(`{"op":"remove","path":"components[9]"}`), status: 422, contains: []string{"components[9]"}})
	b.call(scenario{name: "findings in Chinese", as: "ops", send: "POST /api/v1/plan-lint", body: object("text", "xiaoguan: plan/9"), headers: []string{"Accept-Language", "zh-CN"},
		status: 200, contains: []string{`"valid":false`, `"severity":"error"`, `"row":1`}, lacks: []string{`"hash"`, "⟦"}})
	b.call(scenario{name: "a text with errors is not kept", as: "ops", send: "POST /api/v1/plans", body: object("text", "xiaoguan: plan/1\nid: x\n"), status: 422, contains: []string{`"row":`, `"code":"plan.finding.`}})
	b.call(scenario{name: "a seller writes none", as: "p1", send: "POST /api/v1/plans", body: object("text", text), status: 403})

	// given the crediting rules in force and a draft
	rules := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: object("text", b.read("crediting.yaml")), status: 201})
	b.call(scenario{as: "fin", send: "POST /api/v1/plans/" + rules.text("id") + "/approve", status: 200})
	draft := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: object("text", text, "note", "第一版"), status: 201, contains: []string{`"state":"draft"`, `"number":1`, `"canonical":"{`, `"effective_from":"2020-01-01"`}, lacks: []string{"effective_to"}})
	path, tag := "/api/v1/plans/"+draft.text("id"), draft.header.Get("ETag")
	b.call(scenario{name: "drafts are not for everybody", as: "p1", send: "GET " + path, status: 403, lacks: []string{"commission"}})
	b.call(scenario{as: "fin", send: "GET " + path, headers: []string{"If-None-Match", tag}, status: 304})

	// what another draft changes is said in words, to who may read both
	other := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: object("text", strings.Replace(text, "A: 3%", "A: 4%", 1)), status: 201})
	changes := "/api/v1/plans/" + other.text("id") + "/changes?with=" + draft.text("id")
	b.call(scenario{as: "fin", send: "GET " + changes, headers: []string{"Accept-Language", "en"}, status: 200, contains: []string{"Commission, rate, table, A: 3% → 4%"}})
	b.call(scenario{name: "changes of drafts are not for everybody", as: "p1", send: "GET " + changes, status: 403, lacks: []string{"4%"}})
	b.call(scenario{name: "a plan without examples has none", as: "fin", send: "GET " + path + "/examples", status: 200, contains: []string{`"items":[]`}})
	b.call(scenario{name: "nor are examples", as: "p1", send: "GET " + path + "/examples", status: 403})
	b.call(scenario{as: "ops", send: "POST /api/v1/plans/" + other.text("id") + "/withdraw", body: object("reason", "作废"), status: 200})

	// when its author changes it, then who read the old text approves nothing
	replaced := b.call(scenario{as: "ops", send: "PUT " + path, body: object("text", text+"# note\n", "note", "改"), headers: []string{"If-Match", tag}, status: 200, contains: []string{"# note"}})
	b.call(scenario{as: "ops", send: "PUT " + path, body: object("text", text), headers: []string{"If-Match", tag}, status: 412})
	b.call(scenario{as: "fin", send: "POST " + path + "/approve", headers: []string{"If-Match", tag}, status: 412})
	b.call(scenario{name: "the author may not", as: "ops", send: "POST " + path + "/approve", status: 403})
	b.call(scenario{as: "fin", send: "POST " + path + "/approve", headers: []string{"If-Match", replaced.header.Get("ETag")}, status: 200, contains: []string{`"state":"approved"`, "approver_id"}})
	b.call(scenario{name: "approved plans are for everybody", as: "p1", send: "GET " + path, status: 200, contains: []string{"prose_zh", "第一条", "Article 1. Scope"}})
	b.call(scenario{name: "it is no draft any more", as: "ops", send: "PUT " + path, body: object("text", text), status: 409})

	b.call(scenario{as: "fin", send: "GET /api/v1/plans?kind=plan&state=approved", status: 200, contains: []string{`"document_id":"regular"`}, lacks: []string{"crediting", "canonical"}})
	b.call(scenario{as: "fin", send: "POST " + path + "/withdraw", body: object("reason", "作废"), headers: []string{"If-Match", tag}, status: 412})
	b.call(scenario{as: "fin", send: "POST " + path + "/withdraw", body: object("reason", "作废"), status: 200, contains: []string{`"state":"withdrawn"`}})
}
