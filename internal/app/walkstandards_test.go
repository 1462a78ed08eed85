package app_test

import "net/http"

// standardSteps are about the process standard, which everybody in sales reads, and what it says of single opportunities.
var standardSteps = []step{
	{fine, "GET /standards", ""}, {refused, "GET /standards/new", ""}, {refused, "POST /standards/new", "text=x"}, {notThere, "GET /standards/{standard}", ""}, {notThere, "GET /standards/{standard}/source", ""},
	{notThere, "GET /standards/{standard}/diff", ""}, {refused, "GET /standards/{standard}/edit", ""}, {refused, "POST /standards/{standard}/edit", "text=x"}, {refused, "POST /standards/{standard}/{act:approve}", ""},
	{notThere, "GET /standards/{standard}/trial", ""}, {fine, "GET /compliance", ""}, {fine, "GET /handbook", ""}, {http.StatusConflict, "POST /handbook", "version=x"}, {refused, "GET /handbook/board", ""},
	{fine, "GET /handbook/file/{act:pdf}", ""},
	{refused, "GET /handbook/cases", ""},
	{refused, "POST /handbook/cases", "case={opportunity}&title=x&lesson=x"},
	{refused, "POST /handbook/cases/{case}/drop", ""},
	{fine, "GET /api/v1/handbook/file?format=pdf", ""},
	{fine, "GET /api/v1/handbook/cases", ""},
	{refused, "POST /api/v1/handbook/cases", `{"opportunity_id":{opportunity},"good":true,"title":"x","lesson":"x"}`},
	{refused, "DELETE /api/v1/handbook/cases/{case}", ""},
	{fine, "GET /api/v1/handbook", ""}, {http.StatusConflict, "POST /api/v1/handbook/readings", `{"standard_id":"x","answers":{}}`}, {refused, "GET /api/v1/handbook/readings", ""},
	{fine, "GET /compliance/cases?status=violated", ""}, {fine, "GET /compliance/export/{format}", ""}, {refused, "POST /compliance/hand-over", "month=2026-09"},
	{fine, "GET /api/v1/compliance?from=2026-09&to=2026-10&by=person", ""}, {fine, "GET /api/v1/compliance/findings?from=2026-09&to=2026-10&status=violated", ""}, {refused, "POST /api/v1/compliance/{month}/hand-over", ""}, {refused, "GET /api/v1/standards/{standard}/trial", ""},
	{notThere, "POST /opportunities/{opportunity}/steps/{step:graded}", ""}, {refused, "POST /opportunities/{opportunity}/exemptions", "rule=graded_in_time&reason=x"},
	{refused, "POST /opportunities/{opportunity}/exemptions/{exemption}/end", ""},
	{fine, "GET /api/v1/standards", ""}, {notThere, "GET /api/v1/standards/{standard}", ""}, {refused, "POST /api/v1/standards", `{"text":"x","effective_on":"2027-01-01"}`},
	{refused, "PUT /api/v1/standards/{standard}", `{"text":"x","effective_on":"2027-01-01"}`}, {refused, "POST /api/v1/standards/{standard}/submit", ""}, {refused, "POST /api/v1/standards/{standard}/approve", ""},
	{refused, "POST /api/v1/standards/{standard}/return", `{"reason":"x"}`}, {refused, "POST /api/v1/standards/{standard}/retire", `{"reason":"x"}`}, {http.StatusOK, "POST /api/v1/standard-lint", `{"text":"x"}`},
	{notThere, "GET /api/v1/opportunities/{opportunity}/standing", ""}, {notThere, "POST /api/v1/opportunities/{opportunity}/steps", `{"activity":"graded"}`},
	{refused, "POST /api/v1/opportunities/{opportunity}/exemptions", `{"rule_id":"graded_in_time","reason":"x"}`}, {refused, "POST /api/v1/opportunities/{opportunity}/exemptions/{exemption}/end", ""},
}
