package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
)

func TestEverybodySeesWhatTheyMayAndNoMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	b.calculated()
	jobs := b.call(scenario{as: "ops", send: "GET /api/v1/jobs", status: 200, contains: []string{"period.calculate"}})
	var listed struct{ Items []struct{ ID string } }
	b.must(json.Unmarshal([]byte(jobs.body), &listed))
	jobID := listed.Items[0].ID

	// Before publication a payee sees nothing of their own, and who prepares the month does.
	for _, s := range []scenario{
		{as: "p1", send: "GET /api/v1/statements/mine", status: 200, lacks: []string{"total_minor"}},
		{as: "p1", send: "GET /api/v1/statements/2026-09/2", status: 404, lacks: []string{"credits"}},
		{as: "ops", send: "GET /api/v1/statements/2026-09/2", status: 200, contains: []string{"credits"}},
	} {
		b.call(s)
	}
	b.call(scenario{as: "ops", send: "POST /api/v1/periods/2026-09/publish", status: 200})

	for _, s := range []scenario{
		{name: "nobody", send: "GET /api/v1/me", status: 401, contains: []string{`"code":"unauthenticated"`}},
		{name: "a wrong key", send: "GET /api/v1/me", headers: []string{"Authorization", "Bearer xg_aaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, status: 401},
		{name: "a wrong key beside a session", session: "root", send: "GET /api/v1/me", headers: []string{"Authorization", "Basic eDp5"}, status: 401},
		{name: "a session", session: "root", send: "GET /api/v1/me", status: 200, contains: []string{"users.write"}, lacks: []string{"api_key_id"}},
		{name: "a key", as: "p1", send: "GET /api/v1/me", status: 200, contains: []string{`"person_id":2`, "sales.read", "api_key_id"}, lacks: []string{"users.read", "pay.all"}},
		{name: "a key that may read", as: "ops/ro", send: "GET /api/v1/me", status: 200, contains: []string{`"read_only":true`, "pay.all"}, lacks: []string{"period.run", "plan.write"}},

		{name: "a seller reads their own", as: "p1", send: "GET /api/v1/statements/mine", status: 200, contains: []string{`"person_key":"P1"`, `"period_state":"published"`}, lacks: []string{"吴桐", "郑远"}},
		{name: "a seller opens their own", as: "p1", send: "GET /api/v1/statements/2026-09/2", status: 200, contains: []string{`"credits":[`, `"part_fen":7000000`}},
		{name: "a seller asks for a colleague's", as: "p1", send: "GET /api/v1/statements/2026-09/3", status: 403, lacks: []string{"fen", "minor"}},
		{name: "a seller asks for a colleague's plan by plan", as: "p1", send: "GET /api/v1/statements/2026-09/3?plan_id=regular", status: 403, lacks: []string{"fen", "minor"}},
		{name: "a seller previews a colleague's", as: "p1", send: "GET /api/v1/statements/2026-09/3/preview", status: 403, lacks: []string{"fen", "minor"}},
		{name: "a seller previews their own", as: "p1", send: "GET /api/v1/statements/2026-09/2/preview", status: 200, contains: []string{`"preview":true`, `"part_fen":7000000`}},
		{name: "a seller proves a colleague's", as: "p1", send: "GET /api/v1/statements/2026-09/3/proof", status: 403, lacks: []string{"fen", "minor"}},
		{name: "a proof before the close", as: "p1", send: "GET /api/v1/statements/2026-09/2/proof", status: 409, lacks: []string{"fen", "minor"}},
		{name: "a seller lists the month", as: "p1", send: "GET /api/v1/statements?month=2026-09", status: 403, lacks: []string{"minor"}},
		{name: "a seller reads the month", as: "p1", send: "GET /api/v1/periods/2026-09", status: 403},
		{name: "a seller reads the review", as: "p1", send: "GET /api/v1/periods/2026-09/differences", status: 403, lacks: []string{"minor"}},
		{name: "a seller reads a colleague's ledger", as: "p1", send: "GET /api/v1/ledger?person_id=3", status: 403},
		{name: "a seller reads users", as: "p1", send: "GET /api/v1/users", status: 403, lacks: []string{"login"}},
		{name: "a seller reads somebody's keys", as: "p1", send: "GET /api/v1/keys?user_id=" + b.ids["root"], status: 403, lacks: []string{"prefix"}},
		{name: "a seller reads the audit log", as: "p1", send: "GET /api/v1/audit", status: 403},
		{name: "a seller asks for the job of another", as: "p1", send: "GET /api/v1/jobs/" + jobID, status: 404},
		{name: "a seller cancels the job of another", as: "p1", send: "POST /api/v1/jobs/" + jobID + "/cancel", status: 404},

		{name: "a lead lists the team", as: "lead", send: "GET /api/v1/statements?month=2026-09", status: 200, contains: []string{"周宁", "吴桐", `"count":2`}, lacks: []string{"郑远"}},
		{name: "a lead opens somebody else's", as: "lead", send: "GET /api/v1/statements/2026-09/4", status: 403, lacks: []string{"minor"}},
		{name: "the administrator sees no pay", as: "root", send: "GET /api/v1/statements?month=2026-09", status: 403, lacks: []string{"minor"}},
		{name: "the administrator opens no statement", as: "root", send: "GET /api/v1/statements/2026-09/2", status: 403, lacks: []string{"minor"}},
		{name: "finance lists all", as: "fin", send: "GET /api/v1/statements?month=2026-09&search=P3", status: 200, contains: []string{"郑远", `"count":1`}, lacks: []string{"周宁"}},

		{name: "a key that may read starts no run", as: "ops/ro", send: "POST /api/v1/periods/2026-09/calculate", status: 403, contains: []string{"may read but not change"}},
		{name: "a key that may read cancels no job", as: "ops/ro", send: "POST /api/v1/jobs/" + jobID + "/cancel", status: 403},
		{name: "a key that may read checks a plan", as: "ops/ro", send: "POST /api/v1/plan-lint", body: object("text", "xiaoguan: plan/1"), status: 200, contains: []string{`"valid":false`}},
		{name: "a key makes no key", as: "root", send: "POST /api/v1/keys", body: object("name", "more"), status: 403, lacks: []string{"text"}},
		{name: "a session changes its own roles elsewhere", session: "root", send: "PUT /api/v1/users/" + b.ids["root"] + "/grants", body: `{"grants":[{"role":"admin","scope":"all"}]}`, status: 403},
		{name: "operations verify nothing", as: "ops", send: "GET /api/v1/verification", status: 403},
		{name: "the auditor verifies", as: "audit", send: "GET /api/v1/verification", status: 200, contains: []string{`"sound":true`, `"ledger_entries":0`}},
		{name: "no pay file before the close", as: "fin", send: "GET /api/v1/periods/2026-09/pay-file/csv", status: 404},
	} {
		b.call(s)
	}
}

func TestTheStatementsBytesAreThoseOfItsDigest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	b.calculated()
	got := b.call(scenario{as: "fin", send: "GET /api/v1/statements/2026-09/2", status: 200})
	var opened struct {
		Digest    string
		Currency  string
		Statement json.RawMessage
	}
	b.must(json.Unmarshal([]byte(got.body), &opened))
	sum := sha256.Sum256(opened.Statement)
	if hex.EncodeToString(sum[:]) != opened.Digest || opened.Currency != "CNY" {
		t.Errorf("digest %s of %s", opened.Digest, opened.Statement)
	}
}

func TestSessionsMakeKeysThatWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.call(scenario{session: "p1", send: "POST /api/v1/keys", body: `{"name":"表格","read_only":true,"lifetime_days":7}`, headers: []string{"Idempotency-Key", "k"},
		status: 201, contains: []string{`"text":"xg_`}})
	again := b.call(scenario{session: "p1", send: "POST /api/v1/keys", body: `{"name":"表格","read_only":true,"lifetime_days":7}`, headers: []string{"Idempotency-Key", "k"},
		status: 201, lacks: []string{`"text"`}})
	if again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("a second key was made")
	}
	b.keys["new"] = made.text("text")
	var created struct{ Key struct{ ID string } }
	b.must(json.Unmarshal([]byte(made.body), &created))
	b.call(scenario{as: "new", send: "GET /api/v1/keys", status: 200, contains: []string{created.Key.ID, "表格"}, lacks: []string{b.keys["new"]}})
	b.call(scenario{as: "p2", send: "DELETE /api/v1/keys/" + created.Key.ID, status: 404})
	b.call(scenario{as: "p1", send: "DELETE /api/v1/keys/" + created.Key.ID, status: 204})
	b.call(scenario{as: "new", send: "GET /api/v1/me", status: 401})
}

func TestPlansAreAnnouncedAcceptedAndCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	var mine struct{ Items []struct{ ID, Hash string } }
	b.must(json.Unmarshal([]byte(b.call(scenario{as: "p1", send: "GET /api/v1/plans/mine", status: 200, contains: []string{`"coming":false`}, lacks: []string{"accepted_at"}}).body), &mine))
	if len(mine.Items) != 1 {
		t.Fatalf("%+v", mine)
	}
	plan := "/api/v1/plans/" + mine.Items[0].ID
	for _, s := range []scenario{
		{name: "a seller announces", as: "p1", send: "POST " + plan + "/announcements", body: `{"announced_on":"2026-01-05","text":"x"}`, status: 403},
		{name: "without words", as: "ops", send: "POST " + plan + "/announcements", body: `{"announced_on":"2026-01-05","text":" "}`, status: 422, contains: []string{`"path":"text"`}},
		{name: "announced", as: "ops", send: "POST " + plan + "/announcements", body: `{"announced_on":"2026-01-05","text":"全员会"}`, status: 201, contains: []string{`"number":1`, `"notice_days":`}},
		{name: "listed", as: "fin", send: "GET " + plan + "/announcements", status: 200, contains: []string{"全员会"}},
		{name: "another text", as: "p1", send: "POST " + plan + "/acceptance", body: `{"hash":"x"}`, status: 409},
		{name: "accepted", as: "p1", send: "POST " + plan + "/acceptance", body: object("hash", mine.Items[0].Hash), status: 200, contains: []string{"accepted_at"}},
		{name: "a reading key accepts nothing", as: "ops/ro", send: "POST " + plan + "/acceptance", body: object("hash", mine.Items[0].Hash), status: 403},
		{name: "mine", as: "p1", send: "GET /api/v1/plans/mine", status: 200, contains: []string{"accepted_at", `"announced_on":"2026-01-05"`}},
		{name: "the board", as: "ops", send: "GET /api/v1/plan-coverage?month=2026-09", status: 200, contains: []string{`"accepted":1`, "accepted_at"}},
		{name: "who is missing", as: "ops", send: "GET /api/v1/plan-coverage?month=2026-09&show=unaccepted&limit=1", status: 200, contains: []string{`"next":`}, lacks: []string{`"key":"P1"`}},
		{name: "a month that is none", as: "ops", send: "GET /api/v1/plan-coverage?month=2026", status: 404},
		{name: "a seller asks for the board", as: "p1", send: "GET /api/v1/plan-coverage?month=2026-09", status: 403},
	} {
		b.call(s)
	}
}
