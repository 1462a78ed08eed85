package app_test

import "net/http"

// poolSteps are about who has which customer. No rules are in force in the company of the walk.
var poolSteps = []step{
	{fine, "GET /pool", ""}, {http.StatusConflict, "POST /pool/claim", "customer={customer}"}, {refused, "GET /pool/give?customer={customer}", ""}, {refused, "POST /pool/give", "customer={customer}&person=P1"},
	{notThere, "GET /pool/customers/{customer}", ""}, {fine, "GET /my-customers", ""},
	{notThere, "GET /holdings/{customer}", ""}, {notThere, "POST /holdings/{customer}/release", "reason=x"}, {notThere, "POST /holdings/{customer}/lock", "on=1"},
	{refused, "GET /pool/acts", ""}, {notThere, "GET /pool/acts/{holding_act}", ""}, {notThere, "POST /pool/acts/{holding_act}/undo", ""},
	{refused, "GET /pool-rules", ""}, {refused, "GET /pool-rules/new", ""}, {refused, "POST /pool-rules", "text=x"}, {refused, "GET /pool-rules/{pool_policy}", ""}, {refused, "POST /pool-rules/{pool_policy}", "text=x"}, {refused, "POST /pool-rules/{pool_policy}/{act:approve}", "effective_from=2027-01-01"},

	{http.StatusConflict, "GET /api/v1/pool", ""}, {notThere, "GET /api/v1/pool/customers/{customer}", ""}, {http.StatusConflict, "POST /api/v1/pool/claim", `{"customers":[1]}`}, {refused, "POST /api/v1/pool/give", `{"customers":[1]}`},
	{fine, "GET /api/v1/my-customers", ""}, {notThere, "GET /api/v1/customers/{customer}/holding", ""}, {http.StatusConflict, "POST /api/v1/customers/{customer}/release", `{"reason":"x"}`}, {http.StatusConflict, "POST /api/v1/customers/{customer}/lock", `{"locked":true}`},
	{refused, "GET /api/v1/holding-acts", ""}, {notThere, "GET /api/v1/holding-acts/{holding_act}", ""}, {notThere, "POST /api/v1/holding-acts/{holding_act}/undo", ""},
	{refused, "GET /api/v1/pool-policies", ""}, {refused, "GET /api/v1/pool-policies/{pool_policy}", ""}, {refused, "POST /api/v1/pool-policies", `{"text":"x"}`}, {refused, "PUT /api/v1/pool-policies/{pool_policy}", `{"text":"x"}`},
	{refused, "POST /api/v1/pool-policies/{pool_policy}/approve", `{"effective_from":"2027-01-01"}`}, {refused, "POST /api/v1/pool-policies/{pool_policy}/withdraw", ""}, {refused, "POST /api/v1/pool-policies/{pool_policy}/try", `{"first":"2026-01","last":"2026-02"}`},

	{refused, "GET /reassign", ""}, {refused, "POST /reassign", "reasons=tier&moved_most=1&overdue_days=1"}, {refused, "GET /reassign/{reassignment}", ""}, {refused, "GET /reassign/{reassignment}/progress", ""},
	{refused, "GET /reassign/{reassignment}/customers/{customer}", ""}, {refused, "POST /reassign/{reassignment}/accept", "which=all&reason=x"}, {refused, "POST /reassign/{reassignment}/verify", ""}, {refused, "GET /reassign-decisions/{reassignment}", ""},
	{refused, "GET /api/v1/reassignments", ""}, {refused, "POST /api/v1/reassignments", `{"reasons":["tier"],"moved_most":1,"overdue_days":1,"keep_late":true,"keep_contact_days":0}`}, {refused, "GET /api/v1/reassignments/{reassignment}", ""},
	{refused, "GET /api/v1/reassignments/{reassignment}/customers", ""}, {refused, "POST /api/v1/reassignments/{reassignment}/accept", `{"all":true,"with_work":true,"reason":"x"}`}, {refused, "POST /api/v1/reassignments/{reassignment}/verify", ""},

	{refused, "GET /handover", ""}, {refused, "GET /handover/{person}", ""}, {refused, "POST /handover/{person}", "way=turn&reason=x"},
	{refused, "GET /api/v1/leavers", ""}, {refused, "POST /api/v1/people/{person}/hand-over/preview", `{"way":"turn"}`}, {refused, "POST /api/v1/people/{person}/hand-over", `{"way":"turn","digest":"x","reason":"x"}`},
}
