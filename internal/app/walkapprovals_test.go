package app_test

import "net/http"

// approvalSteps are about requests, which only those see who have to do with them, and flows, which are for who minds them.
var approvalSteps = []step{
	{fine, "GET /approvals", ""}, {fine, "GET /approvals/new", ""}, {http.StatusUnprocessableEntity, "POST /approvals", "title="}, {notThere, "GET /approvals/{approval}", ""},
	{notThere, "POST /approvals/{approval}/{act:approve}", ""}, {fine, "GET /approvals/stand-ins", ""}, {http.StatusUnprocessableEntity, "POST /approvals/stand-ins", "to=nobody"},
	{notThere, "POST /approvals/stand-ins/{stand_in}/end", ""}, {fine, "GET /suggest/colleagues?q=x", ""},
	{notThere, "GET /files/{record}/{approval}", ""}, {notThere, "POST /files/{record}/{approval}", ""}, {notThere, "GET /files/{record}/{approval}/{attached}", ""}, {notThere, "POST /files/{record}/{approval}/{attached}/remove", ""},
	{notThere, "GET /api/v1/files/{record}/{approval}", ""}, {notThere, "POST /api/v1/files/{record}/{approval}", `{"name":"x.txt","content":"eA=="}`},
	{notThere, "GET /api/v1/files/{record}/{approval}/{attached}", ""}, {notThere, "DELETE /api/v1/files/{record}/{approval}/{attached}", ""},
	{refused, "GET /approval-flows", ""}, {refused, "GET /approval-flows/{approval_kind}", ""}, {refused, "POST /approval-flows/{approval_kind}", "do=publish"},
	{refused, "POST /approval-flows/{approval_kind}/draft", "do=confirm&hash=x"},
	{refused, "GET /api/v1/approval-flow-drafts", ""}, {refused, "POST /api/v1/approval-flows/{approval_kind}/confirm", `{"hash":"x"}`}, {refused, "POST /api/v1/approval-flows/{approval_kind}/drop", `{"reason":"x"}`},
	{fine, "GET /api/v1/approvals", ""}, {notThere, "GET /api/v1/approvals/{approval}", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/approvals", `{"title":"","text":""}`},
	{notThere, "POST /api/v1/approvals/{approval}/approve", "{}"}, {notThere, "POST /api/v1/approvals/{approval}/reject", `{"note":"x"}`}, {notThere, "POST /api/v1/approvals/{approval}/return", `{"note":"x"}`},
	{notThere, "POST /api/v1/approvals/{approval}/withdraw", "{}"}, {notThere, "POST /api/v1/approvals/{approval}/transfer", `{"to":"x"}`}, {notThere, "POST /api/v1/approvals/{approval}/copy", `{"to":"x"}`},
	{notThere, "POST /api/v1/approvals/{approval}/remind", "{}"}, {refused, "POST /api/v1/approvals/{approval}/assign", `{"to":"x","note":"x"}`}, {notThere, "POST /api/v1/approvals/{approval}/signers", `{"to":"x","before":true}`},
	{fine, "GET /api/v1/stand-ins", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/stand-ins", `{"deputy":"nobody","from":"2026-10-01","until":"2026-10-02"}`}, {notThere, "DELETE /api/v1/stand-ins/{stand_in}", ""},
	{refused, "GET /api/v1/approval-flows", ""}, {refused, "GET /api/v1/approval-flows/{approval_kind}", ""},
	{refused, "POST /api/v1/approval-flows/{approval_kind}", `{"based_on":0,"flow":{"routes":[{"steps":[]}]},"reason":"x"}`}, {refused, "POST /api/v1/approval-flows/{approval_kind}/preview", `{"user":"victim","data":{}}`},
}
