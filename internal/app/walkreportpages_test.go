package app_test

// reportPageSteps are about the pages of monthly reports; {report} is a draft of the company's.
var reportPageSteps = []step{
	{fine, "GET /reports", ""}, {refused, "POST /reports", "month=2026-09&place=company"}, {notThere, "GET /report-jobs/{act:none}", ""}, {notThere, "GET /reports/{report}", ""}, {notThere, "GET /reports/{report}/why?at=1~x~0~0", ""}, {notThere, "GET /reports/{report}/acts?at=1~x", ""}, {notThere, "GET /reports/{report}/decide?block=x", ""},
	{notThere, "GET /reports/{report}/action?block=x", ""}, {refused, "POST /reports/{report}/action?block=x", "text=x&owner=1+1&due_on=2027-12-01"}, {refused, "POST /reports/{report}/notes", "section=overall&text=x"}, {refused, "POST /reports/{report}/publish", ""}, {notThere, "GET /reports/{report}/files/{act:pdf}", ""},
	{refused, "GET /reports/settings", ""}, {refused, "POST /reports/settings", "day=2&hour=8"}, {refused, "POST /reports/settings/people", "user=x"}, {refused, "POST /reports/settings/people/remove", "user=x"},

	{refused, "GET /api/v1/report-schedule", ""}, {refused, "PUT /api/v1/report-schedule", `{"active":true,"work_days":true,"day":2,"hour":8,"company":true,"regions":false,"teams":false,"publish":false,"attach":true,"roles":[],"people":[],"revision":0}`},
}
