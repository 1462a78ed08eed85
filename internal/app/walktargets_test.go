package app_test

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/targetplan"
)

// targetSteps are about targets of a year: a plan is in discussion, and asks something of both teams.
var targetSteps = []step{
	{fine, "GET /targets", ""}, {refused, "POST /targets", "fiscal_year=2027&name=x&year=1"}, {refused, "GET /target-potentials/{year}", ""}, {refused, "POST /target-potentials/{year}", "source=x"}, {refused, "POST /target-potentials/{year}/sheet", "text=x"},
	{fine, "GET /targets/fairness", ""}, {refused, "POST /targets/fairness", ""}, {fine, "GET /targets/{target_plan}/fairness", ""},
	{fine, "GET /api/v1/target-fairness", ""}, {refused, "POST /api/v1/target-fairness", `{}`}, {fine, "GET /api/v1/target-plans/{target_plan}/fairness", ""},
	{fine, "GET /targets/{target_plan}", ""}, {fine, "GET /targets/{target_plan}/progress", ""}, {refused, "GET /targets/{target_plan}/rules", ""}, {refused, "POST /targets/{target_plan}/rules", "year=1"}, {away, "GET /targets/{target_plan}/mine", ""},
	{fine, "GET /targets/{target_plan}/compare", ""}, {refused, "POST /targets/{target_plan}/step", "to=draft"}, {refused, "POST /targets/{target_plan}/copy", "name=x"}, {refused, "POST /targets/{target_plan}/submit", "note=x"},
	{refused, "POST /targets/{target_plan}/publish", "from=2027-01"}, {http.StatusConflict, "POST /targets/{target_plan}/accept", "letter=x"}, {refused, "POST /targets/{target_plan}/units/{target_unit}", "fixed=1&note=x"},
	{notThere, "GET /targets/{target_plan}/people/{person}", ""}, {notThere, "GET /targets/{target_plan}/people/{person}/letter/{format}", ""}, {refused, "POST /targets/{target_plan}/people/{person}/own", "own=1"},
	{notThere, "POST /targets/{target_plan}/people/{person}/object", "reason=x"}, {refused, "POST /targets/{target_plan}/people/{person}/change", "from=2027-01&rest=1&kind=quarter&reason=x"},
	{refused, "POST /target-objections/{target_objection}", "accept=1&answer=x"}, {notThere, "GET /target-changes/{target_change}", ""},

	{fine, "GET /api/v1/target-plans", ""}, {refused, "POST /api/v1/target-plans", `{"fiscal_year":2027,"name":"x"}`}, {fine, "GET /api/v1/target-plans/{target_plan}", ""},
	{refused, "PUT /api/v1/target-plans/{target_plan}/rules", `{"rules":` + targetRules + `}`}, {refused, "PUT /api/v1/target-plans/{target_plan}/units/{target_unit}", `{"fixed_minor":1,"note":"x"}`},
	{refused, "POST /api/v1/target-plans/{target_plan}/step", `{"to":"draft"}`}, {refused, "POST /api/v1/target-plans/{target_plan}/submit", `{}`}, {refused, "POST /api/v1/target-plans/{target_plan}/publish", `{"from":"2027-01"}`},
	{refused, "GET /api/v1/target-potentials/{year}", ""}, {refused, "PUT /api/v1/target-potentials/{year}", `{"regions":[]}`}, {notThere, "GET /api/v1/target-plans/{target_plan}/people/{person}", ""}, {notThere, "POST /api/v1/target-plans/{target_plan}/people/{person}/what-if", `{"history":100,"potential":0,"pipeline":0,"even":0}`},
	{refused, "PUT /api/v1/target-plans/{target_plan}/people/{person}/own", `{"amount_minor":1}`}, {notThere, "POST /api/v1/target-plans/{target_plan}/people/{person}/objections", `{"reason":"x"}`},
	{refused, "POST /api/v1/target-plans/{target_plan}/people/{person}/changes", `{"from":"2027-01","rest_minor":1,"kind":"quarter","reason":"x"}`}, {refused, "POST /api/v1/target-objections/{target_objection}/answer", `{"accept":true,"answer":"x"}`},
}

const targetRules = `{"year_minor":1,"basis":"collected","history":50,"potential":30,"pipeline":10,"even":10,"ability":true,"ramp":[],"core":130,"base":85,"stretch":20,"enough":80,"in_common":10}`

// targetPlan makes a plan that is discussed.
func (c *company) targetPlan() string {
	c.t.Helper()
	ctx, ops := c.t.Context(), c.actor("ops")
	rules := targetplan.UsualRules()
	rules.YearMinor = 1_000_000_00
	p, err := c.app.TargetPlans.CreateNow(ctx, ops, targetplan.Entry{FiscalYear: c.app.TargetPlans.Years()[1], Name: "年度目标", Rules: rules})
	if err == nil {
		_, err = c.app.TargetPlans.Step(ctx, ops, p.ID, targetplan.StateDiscussion)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(p.ID, 10)
}
