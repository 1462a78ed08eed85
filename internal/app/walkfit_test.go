package app_test

// fitSteps are about maturity, the value of the team and priorities: values of the company, which no seller sees.
var fitSteps = []step{
	{refused, "GET /maturity", ""}, {refused, "POST /maturity", "note=x"}, {refused, "GET /maturity/{assessment}", ""}, {refused, "GET /maturity/model", ""}, {refused, "POST /maturity/model", "version=1&weight.process=1"},
	{refused, "GET /maturity/criteria/{criterion}", ""}, {refused, "POST /maturity/criteria/{criterion}", "holds=yes&evidence=x&on=2026-10-01"},

	{refused, "GET /api/v1/maturity", ""}, {refused, "GET /api/v1/maturity/assessments", ""}, {refused, "POST /api/v1/maturity/assessments", `{"note":"x"}`}, {refused, "GET /api/v1/maturity/assessments/{assessment}", ""},
	{refused, "POST /api/v1/maturity/statements", `{"criterion":"process.roles","holds":true,"evidence":"x","on":"2026-10-01"}`}, {refused, "GET /api/v1/maturity/model", ""}, {refused, "PUT /api/v1/maturity/model", `{"version":1}`},
}
