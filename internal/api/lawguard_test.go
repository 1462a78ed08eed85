package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"xiaoguan/internal/access"
)

func TestLawWarningsAreReadSetAndNoted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.plans()
	b.user(access.CreateUser{Login: "people", Name: "温言", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}})
	wage := `{"seen":1,"wages":[{"city":"上海","from":"2026-01-01","monthly_minor":250000,"source":"测试"}]}`
	term := `{"terms":[{"person_id":2,"from":"2026-01-01","fixed_minor":300000,"city":"上海","probation_until":"2026-10-31"}]}`
	for _, s := range []scenario{
		{name: "as they come", as: "people", send: "GET /api/v1/law/rules", status: 200, contains: []string{`"number":0`, `"rule":"minimum_wage"`, "article 16", `"wages":[]`}},
		{name: "a city", as: "people", send: "PUT /api/v1/law/cities", body: `{"seen":0,"city":"上海"}`, status: 200, contains: []string{`"number":1`}},
		{name: "a minimum wage", as: "people", send: "POST /api/v1/law/wages", body: wage, status: 200, contains: []string{`"monthly_minor":250000`}},
		{name: "not having seen it", as: "people", send: "POST /api/v1/law/wages", body: wage, status: 409},
		{name: "off without a reason", as: "people", send: "PUT /api/v1/law/rules/legal_tender", body: `{"seen":2,"off":true}`, status: 422, contains: []string{`"path":"why"`}},
		{name: "off", as: "root", send: "PUT /api/v1/law/rules/legal_tender", body: `{"seen":2,"off":true,"why":"x"}`, status: 200, contains: []string{`"why":"x"`}},
		{name: "no such minimum wage", as: "people", send: "DELETE /api/v1/law/wages/上海/2026-02-01?seen=3", status: 404},
		{name: "removed", as: "people", send: "DELETE /api/v1/law/wages/上海/2026-01-01?seen=3", status: 200, contains: []string{`"wages":[]`}},
		{name: "a term", as: "people", send: "POST /api/v1/employment-terms", body: term, status: 200, contains: []string{`"new":1`}},
		{name: "the same again", as: "people", send: "POST /api/v1/employment-terms", body: term, status: 200, contains: []string{`"new":0`}},
		{name: "listed", as: "audit", send: "GET /api/v1/employment-terms", status: 200, contains: []string{`"fixed_minor":300000`, `"probation_until":"2026-10-31"`}},
		{name: "of one person", as: "audit", send: "GET /api/v1/employment-terms/2", status: 200, contains: []string{`"work":"full_time"`}},
		{name: "of nobody", as: "audit", send: "GET /api/v1/employment-terms/99", status: 404},
		{name: "a day that is none", as: "people", send: "POST /api/v1/employment-terms", body: `{"terms":[{"person_id":2,"from":"2026-02-31","fixed_minor":1}]}`, status: 422},
		{name: "no such month", as: "people", send: "GET /api/v1/law/findings?month=2026-13", status: 422},
	} {
		b.call(s)
	}
	var report struct {
		Items []struct{ ID, Fingerprint, Rule, Verdict string }
		Open  int
	}
	answer := b.call(scenario{as: "people", send: "GET /api/v1/law/findings?month=2026-09&rule=probation_long", status: 200, contains: []string{`"verdict":"broken"`, "Shorten it"}})
	b.must(json.Unmarshal([]byte(answer.body), &report))
	if len(report.Items) != 1 || report.Open < 2 {
		t.Fatalf("%+v", report)
	}
	note := func(fingerprint string) string {
		return fmt.Sprintf(`{"finding_id":%q,"fingerprint":%q,"reason":"合同写明"}`, report.Items[0].ID, fingerprint)
	}
	for _, s := range []scenario{
		{name: "of other facts", as: "people", send: "POST /api/v1/law/acknowledgements", body: note("x"), status: 409},
		{name: "noted", as: "people", send: "POST /api/v1/law/acknowledgements", body: note(report.Items[0].Fingerprint), status: 200, contains: []string{`"reason":"合同写明"`}},
		{name: "no more open", as: "people", send: "GET /api/v1/law/findings?month=2026-09&rule=probation_long&state=open", status: 200, contains: []string{`"items":[]`, `"acknowledged":1`}},
		{name: "operations enter no pay", as: "ops", send: "POST /api/v1/employment-terms", body: term, status: 403},
		{name: "the auditor notes nothing", as: "audit", send: "POST /api/v1/law/acknowledgements", body: note("x"), status: 403},
		{name: "a lead sees nobody's", as: "lead", send: "GET /api/v1/employment-terms", status: 403},
		{name: "a seller sees no warnings", as: "p1", send: "GET /api/v1/law/findings?month=2026-09", status: 403},
	} {
		b.call(s)
	}
}
