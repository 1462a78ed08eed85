package app_test

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/job"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// tierSteps are about customers by tier and what is noted of them.
var tierSteps = []step{
	{fine, "GET /tiers", ""}, {refused, "POST /tiers/review", ""}, {fine, "GET /tiers/review/progress", ""}, {fine, "GET /tiers/customers", ""}, {fine, "GET /tiers/customers/export/{format}", ""},
	{refused, "GET /tiers/proposals", ""}, {refused, "POST /tiers/proposals", "proposal=1&act=approve"}, {fine, "GET /tiers/files", ""}, {fine, "GET /tiers/workload", ""},
	{fine, "GET /tiers/policies", ""}, {refused, "GET /tiers/policies/new", ""}, {refused, "POST /tiers/policies", "text=x&from=2026-12-01"}, {refused, "GET /tiers/policies/{tier_policy}", ""},
	{refused, "GET /tiers/policies/{tier_policy}/progress", ""}, {refused, "POST /tiers/policies/{tier_policy}/{act:approve}", "seen=1"},
	{notThere, "POST /customers/{customer}/profile", "need=x"}, {refused, "POST /customers/{customer}/tier", "tier=A&until=2026-12-01&reason=x"}, {refused, "POST /customers/{customer}/tier/end", "seen=1"},
	{notThere, "POST /customers/{customer}/tier/ask", "tier=A&until=2026-12-01&reason=x&evidence=x"},
	{notThere, "POST /api/v1/customers/{customer}/tier/asks", `{"tier":"A","until":"2026-12-01","reason":"x","evidence":"x"}`},
	{notThere, "GET /api/v1/customers/{customer}/profile", ""}, {notThere, "PUT /api/v1/customers/{customer}/profile", `{"need":"x"}`},
	{fine, "GET /api/v1/tiers/customers", ""}, {notThere, "GET /api/v1/customers/{customer}/tier", ""}, {refused, "PUT /api/v1/customers/{customer}/tier", `{"tier":"A","until":"2026-12-01","reason":"x"}`},
	{refused, "DELETE /api/v1/customers/{customer}/tier", ""}, {refused, "GET /api/v1/tiers/proposals", ""}, {refused, "POST /api/v1/tiers/proposals/decisions", `{"ids":[1],"approve":true}`},
	{refused, "GET /api/v1/tiers/reviews", ""}, {refused, "POST /api/v1/tiers/reviews", "{}"}, {fine, "GET /api/v1/tiers/policies", ""}, {refused, "GET /api/v1/tiers/policies/{tier_policy}", ""},
	{refused, "POST /api/v1/tiers/policies", `{"text":"x","from":"2026-12-01"}`}, {refused, "PUT /api/v1/tiers/policies/{tier_policy}", `{"text":"x","from":"2026-12-01"}`},
	{refused, "POST /api/v1/tiers/policies/{tier_policy}/trial", "{}"}, {refused, "POST /api/v1/tiers/policies/{tier_policy}/approve", "{}"}, {refused, "POST /api/v1/tiers/policies/{tier_policy}/withdraw", `{"reason":"x"}`},
}

// tierPolicy drafts a policy, and has all customers judged.
func (c *company) tierPolicy() string {
	c.t.Helper()
	ctx, ops := c.t.Context(), c.actor("ops")
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	drafted, err := c.app.Tiers.SavePolicy(ctx, ops, tierbook.Draft{Text: string(tier.DefaultText()), From: calendar.NewDate(2026, 12, 1), Note: "恒越精密归 A"})
	must(err)
	review, err := c.app.Tiers.StartReview(ctx, ops)
	must(err)
	started, err := c.house.Start(ctx, review.JobID)
	must(err)
	must(c.app.Tiers.RunReview(ctx, started))
	must(c.house.Finish(ctx, started, job.StateSucceeded, false))
	return drafted.ID
}
