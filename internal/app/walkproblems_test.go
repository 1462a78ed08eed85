package app_test

import (
	"strconv"

	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/problem"
)

// problemSteps are about the diagnosis and the list of problems: operations made a run, and wrote a problem of the whole company down.
var problemSteps = []step{
	{fine, "GET /problems", ""}, {refused, "POST /problems", "title=x"}, {refused, "GET /problems/new", ""}, {notThere, "GET /problems/file/{format}", ""}, {notThere, "GET /problems/{problem}", ""}, {refused, "POST /problems/{problem}/rate", "gravity=1&urgency=1&tendency=1"},
	{refused, "POST /problems/{problem}/owner", "owner=0"}, {notThere, "POST /problems/{problem}/status", "status=in_action"}, {refused, "POST /problems/{problem}/merge", "into=1"}, {refused, "POST /problems/{problem}/unmerge", ""},
	{refused, "GET /diagnosis", ""}, {refused, "POST /diagnosis", "as_of=2026-09-30"}, {refused, "POST /diagnosis/sheets", ""}, {refused, "GET /diagnosis/compare?before=1&after=1", ""}, {refused, "GET /diagnosis/{diagnosis}", ""}, {refused, "GET /diagnosis/{diagnosis}/progress", ""},

	{fine, "GET /api/v1/problems", ""}, {refused, "POST /api/v1/problems", `{"title":"x","area":"team","level":"company","evidence":"x"}`}, {notThere, "GET /api/v1/problems/{problem}", ""}, {refused, "POST /api/v1/problems/{problem}/rating", `{"gravity":1,"urgency":1,"tendency":1}`},
	{refused, "POST /api/v1/problems/{problem}/owner", `{"owner_id":0}`}, {notThere, "POST /api/v1/problems/{problem}/status", `{"status":"in_action"}`}, {refused, "POST /api/v1/problems/{problem}/merge", `{"into":1}`}, {refused, "DELETE /api/v1/problems/{problem}/merge", ""},
	{refused, "GET /api/v1/diagnoses", ""}, {refused, "POST /api/v1/diagnoses", `{"as_of":"2026-09-30"}`}, {refused, "POST /api/v1/diagnosis-sheets", ""}, {refused, "GET /api/v1/diagnoses/{diagnosis}", ""}, {refused, "GET /api/v1/diagnosis-comparison?before=1&after=1", ""}, {refused, "GET /api/v1/problem-identification", ""},
}

// withDiagnosis makes a run and a problem of the whole company, and adds their ids.
func (c *company) withDiagnosis(ids map[string]string) map[string]string {
	c.t.Helper()
	ctx, ops := c.t.Context(), c.actor("ops")
	r, err := c.app.Diagnoses.StartNow(ctx, ops, diagnosis.Ask{AsOf: c.app.Diagnoses.LastMonthEnd()})
	if err != nil {
		c.t.Fatal(err)
	}
	p, err := c.app.Problems.Raise(ctx, ops, problem.Entry{Title: "新人没人带", Area: finding.AreaTeam, Where: problem.Where{Level: finding.LevelCompany}, Evidence: "三个新人都这么说"})
	if err != nil {
		c.t.Fatal(err)
	}
	ids["diagnosis"], ids["problem"] = strconv.FormatInt(r.ID, 10), strconv.FormatInt(p.ID, 10)
	return ids
}
