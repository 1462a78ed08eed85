package api_test

import (
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/targetplan"
)

// targets makes the service of targets of a year.
func (b *bundle) targets(clock func() time.Time) (service *targetplan.Service) {
	newID := func() string { return store.NewID(clock()) }
	approvals := approval.NewService(b.db.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	for _, kind := range targetplan.ApprovalKinds(func() *targetplan.Service { return service }) {
		b.must(approvals.Register(kind))
	}
	service = targetplan.NewService(targetplan.Config{Store: b.db.TargetPlans(), Approvals: approvals, NewID: newID, Now: clock, Work: calendar.China, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Chance: func(string) int64 { return 50 }})
	return service
}

func TestTargetsOfAYearThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rules := targetplan.UsualRules()
	rules.YearMinor = 6_000_000_00
	plan, err := b.services.TargetPlans.CreateNow(t.Context(), access.Actor{UserID: b.ids["ops"], Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}},
		targetplan.Entry{FiscalYear: b.services.TargetPlans.Years()[1], Name: "明年目标", Rules: rules})
	b.must(err)
	path := "/api/v1/target-plans/" + strconv.FormatInt(plan.ID, 10)
	const asked = `{"rules":{"year_minor":700000000,"basis":"signed","history":0,"potential":0,"pipeline":0,"even":100,"ability":false,"ramp":[],"core":0,"base":85,"stretch":20,"enough":80,"in_common":10}}`
	for _, c := range []scenario{
		{name: "a seller does not see a draft", as: "p1", send: "GET " + path, status: 404},
		{name: "the list", as: "ops", send: "GET /api/v1/target-plans", status: 200, contains: []string{`"state":"draft"`, `"year_minor":600000000`}},
		{name: "the tree", as: "fin", send: "GET " + path, status: 200, contains: []string{`"unit":{"unit":"c"`, `"year_minor":600000000`, `"months_minor":[`}},
		{name: "a region", as: "ops", send: "GET " + path + "?unit=r1", status: 200, contains: []string{`"unit":"t1"`}},
		{name: "no such unit", as: "ops", send: "GET " + path + "?unit=x", status: 404},
		{name: "split again", as: "ops", send: "PUT " + path + "/rules", body: asked, status: 200, contains: []string{`"year_minor":700000000`, `"even":100`}},
		{name: "split again by who may not", as: "lead", send: "PUT " + path + "/rules", body: asked, status: 403},
		{name: "a key that only reads", as: "ops/ro", send: "PUT " + path + "/rules", body: asked, status: 403},
		{name: "by hand", as: "ops", send: "PUT " + path + "/units/p2", body: `{"fixed_minor":100000000,"note":"特批"}`, status: 200, contains: []string{`"p2":{"fixed_minor":100000000`}},
		{name: "by hand without a reason", as: "ops", send: "PUT " + path + "/units/p2", body: `{"fixed_minor":1,"note":""}`, status: 422},
		{name: "from below", as: "lead", send: "PUT " + path + "/people/2/own", body: `{"amount_minor":90000000,"note":"估"}`, status: 204},
		{name: "discussed", as: "ops", send: "POST " + path + "/step", body: `{"to":"discussion"}`, status: 200, contains: []string{`"state":"discussion"`}},
		{name: "one's own", as: "p1", send: "GET " + path + "/people/2", status: 200, contains: []string{`"year_minor":100000000`, `"hold":"fixed"`, `"own_minor":90000000`, `"gap_minor":10000000`}},
		{name: "what if", as: "p1", send: "POST " + path + "/people/2/what-if", body: `{"history":0,"potential":0,"pipeline":0,"even":100}`, status: 200, contains: []string{`"before_minor":100000000`, `"after_minor":100000000`}},
		{name: "what if of weights that do not sum up", as: "p1", send: "POST " + path + "/people/2/what-if", body: `{"history":1,"potential":0,"pipeline":0,"even":0}`, status: 422},
		{name: "what if of another's", as: "p1", send: "POST " + path + "/people/3/what-if", body: `{"history":0,"potential":0,"pipeline":0,"even":100}`, status: 404},
		{name: "another's", as: "p1", send: "GET " + path + "/people/3", status: 404},
		{name: "an objection", as: "p1", send: "POST " + path + "/people/2/objections", body: `{"wanted_minor":95000000,"reason":"客户停产"}`, status: 201, contains: []string{`"state":"open"`}},
		{name: "answered", as: "ops", send: "POST /api/v1/target-objections/1/answer", body: `{"accept":true,"answer":"属实"}`, status: 200, contains: []string{`"state":"accepted"`}},
		{name: "answered again", as: "ops", send: "POST /api/v1/target-objections/1/answer", body: `{"accept":true,"answer":"属实"}`, status: 409},
		{name: "the new number", as: "p1", send: "GET " + path + "/people/2", status: 200, contains: []string{`"year_minor":95000000`}},
		{name: "published too early", as: "ops", send: "POST " + path + "/publish", body: `{"from":"2027-01"}`, status: 409},
		{name: "potentials", as: "ops", send: "PUT /api/v1/target-potentials/2027", body: `{"regions":[{"region_id":1,"amount_minor":5000000000,"source":"报告"}]}`, status: 204},
		{name: "potentials read", as: "fin", send: "GET /api/v1/target-potentials/2027", status: 200, contains: []string{`"amount_minor":5000000000`}},
		{name: "potentials of teams and people", as: "ops", send: "PUT /api/v1/target-potentials/2027", body: `{"units":[{"unit":"t1","amount_minor":6000000000,"source":"调研"},{"unit":"p2","amount_minor":100000000}]}`, status: 204},
		{name: "potentials of a unit that is not there", as: "ops", send: "PUT /api/v1/target-potentials/2027", body: `{"units":[{"unit":"x1","amount_minor":1}]}`, status: 404},
		{name: "potentials of regions alone", as: "fin", send: "GET /api/v1/target-potentials/2027", status: 200, contains: []string{`"region_id":1`, `"amount_minor":5000000000`}, lacks: []string{`"unit":"t1"`}},
		{name: "potentials of all", as: "fin", send: "GET /api/v1/target-potentials/2027?kind=all", status: 200, contains: []string{`"unit":"t1","kind":"team","parent":"r1"`, `"unit":"p2","kind":"person"`, `"amount_minor":100000000`}},
		{name: "what if of one's own market", as: "p1", send: "POST " + path + "/people/2/what-if", body: `{"history":0,"potential":0,"pipeline":0,"even":100,"own_potential_minor":5000000}`, status: 200, contains: []string{`"after_minor":`}},
		{name: "what if of a market below nothing", as: "p1", send: "POST " + path + "/people/2/what-if", body: `{"history":0,"potential":0,"pipeline":0,"even":100,"own_potential_minor":-1}`, status: 422},
		{name: "fairness of the split", as: "ops", send: "GET " + path + "/fairness", status: 200, contains: []string{`"hidden":`}},
		{name: "fairness of one person", as: "p1", send: "GET " + path + "/fairness", status: 200, contains: []string{`"hidden":true`, `"people":0`, `"tests":[]`}},
		{name: "fairness before any", as: "ops", send: "GET /api/v1/target-fairness", status: 200, contains: []string{`"quarters":[]`}},
		{name: "fairness started by who may not", as: "lead", send: "POST /api/v1/target-fairness", body: `{}`, status: 403},
		{name: "fairness of a month in a quarter", as: "ops", send: "POST /api/v1/target-fairness", body: `{"until":"2001-02"}`, status: 422},
		{name: "fairness started", as: "ops", send: "POST /api/v1/target-fairness", body: `{}`, status: 204},
		{name: "fairness started again", as: "ops", send: "POST /api/v1/target-fairness", body: `{}`, status: 409},
		{name: "fairness to come", as: "ops", send: "GET /api/v1/target-fairness", status: 200, contains: []string{`"pending":true`}},
		{name: "dropped", as: "ops", send: "POST " + path + "/step", body: `{"to":"dropped"}`, status: 200, contains: []string{`"state":"dropped"`}},
	} {
		b.call(c)
	}
}
