package app_test

// flowSteps are about the analysis of the sales process: everybody sees what their own cases did.
var flowSteps = []step{
	{fine, "GET /flow", ""}, {fine, "GET /flow/cases", ""}, {fine, "GET /flow/rules", ""}, {fine, "GET /flow/export/{act:cases}/{format}", ""},
	{fine, "GET /api/v1/process-analysis", ""}, {fine, "GET /api/v1/process-analysis/cases", ""}, {fine, "GET /api/v1/process-analysis/rules", ""},
}
