package app_test

import "net/http"

// standardSteps are about the process standard, which everybody in sales reads, and what it says of single opportunities.
var standardSteps = []step{
	{fine, "GET /standards", ""}, {refused, "GET /standards/new", ""}, {refused, "POST /standards/new", "text=x"}, {notThere, "GET /standards/{standard}", ""}, {notThere, "GET /standards/{standard}/source", ""},
	{notThere, "GET /standards/{standard}/diff", ""}, {refused, "GET /standards/{standard}/edit", ""}, {refused, "POST /standards/{standard}/edit", "text=x"}, {refused, "POST /standards/{standard}/{act:approve}", ""},
	{notThere, "POST /opportunities/{opportunity}/steps/{step:graded}", ""}, {refused, "POST /opportunities/{opportunity}/exemptions", "rule=graded_in_time&reason=x"},
	{refused, "POST /opportunities/{opportunity}/exemptions/{exemption}/end", ""},
	{fine, "GET /api/v1/standards", ""}, {notThere, "GET /api/v1/standards/{standard}", ""}, {refused, "POST /api/v1/standards", `{"text":"x","effective_on":"2027-01-01"}`},
	{refused, "PUT /api/v1/standards/{standard}", `{"text":"x","effective_on":"2027-01-01"}`}, {refused, "POST /api/v1/standards/{standard}/submit", ""}, {refused, "POST /api/v1/standards/{standard}/approve", ""},
	{refused, "POST /api/v1/standards/{standard}/return", `{"reason":"x"}`}, {refused, "POST /api/v1/standards/{standard}/retire", `{"reason":"x"}`}, {http.StatusOK, "POST /api/v1/standard-lint", `{"text":"x"}`},
	{notThere, "GET /api/v1/opportunities/{opportunity}/standing", ""}, {notThere, "POST /api/v1/opportunities/{opportunity}/steps", `{"activity":"graded"}`},
	{refused, "POST /api/v1/opportunities/{opportunity}/exemptions", `{"rule_id":"graded_in_time","reason":"x"}`}, {refused, "POST /api/v1/opportunities/{opportunity}/exemptions/{exemption}/end", ""},
}
