package app_test

// documentSteps are about the documents of the improvement loop, which sellers do not see.
var documentSteps = []step{
	{refused, "GET /documents", ""}, {refused, "GET /documents/{act:diagnosis}", ""}, {refused, "GET /documents/{act:plan}", ""}, {refused, "GET /documents/{act:review}?quarter=2026-Q3", ""}, {refused, "GET /documents/{act:final}", ""}, {refused, "GET /documents/{act:plan}/file/{act:pdf}", ""},
	{refused, "POST /documents/{act:plan}/keep", "note=x"}, {refused, "GET /documents/copies/{act:1}", ""}, {refused, "GET /documents/copies/{act:1}/file/{act:pdf}", ""},
	{refused, "GET /api/v1/documents", ""}, {refused, "GET /api/v1/documents/{act:plan}/file", ""}, {refused, "GET /api/v1/documents/{act:diagnosis}/file", ""}, {refused, "POST /api/v1/document-copies", `{"kind":"plan"}`}, {refused, "GET /api/v1/document-copies/{act:1}/file", ""},
}
