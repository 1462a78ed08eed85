package api_test

import (
	"testing"
	"time"

	"xiaoguan/internal/prioritybook"
)

// priorities makes the service of the table of priorities.
func (b *bundle) priorities(clock func() time.Time) {
	b.services.Priorities = prioritybook.NewService(b.db.PriorityStore(), clock)
}

func TestPrioritiesThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []scenario{
		{name: "of no seller", as: "p1", send: "GET /api/v1/priorities", status: 403},
		{name: "none", as: "ops", send: "GET /api/v1/priorities", status: 200, contains: []string{`"rows":[]`, `"short_weeks":8`}},
		{name: "without effort", as: "ops", send: "POST /api/v1/priorities/items", body: `{"title":"补资料","reach":120,"impact_hundredths":200,"confidence_percent":80,"effort_tenths":0}`, status: 422, contains: []string{`effort`}},
		{name: "one", as: "ops", send: "POST /api/v1/priorities/items", body: `{"title":"补资料","reach":120,"impact_hundredths":200,"confidence_percent":80,"effort_tenths":125,"cost_minor":120000}`, status: 201, contains: []string{`"id":1`, `"state":"candidate"`}},
		{name: "another", as: "ops", send: "POST /api/v1/priorities/items", body: `{"title":"报价模板","reach":30,"impact_hundredths":100,"confidence_percent":50,"effort_tenths":600,"needs":[1],"reasons":{"reach":"每季 30 份"}}`, status: 201, contains: []string{`"needs":[1]`}},
		{name: "by who may not", as: "lead", send: "POST /api/v1/priorities/items", body: `{"title":"x","reach":1,"impact_hundredths":100,"confidence_percent":50,"effort_tenths":10}`, status: 403},
		{name: "the frame", as: "ops", send: "PUT /api/v1/priorities/frame", body: `{"revision":0,"budget_minor":200000,"capacity_tenths":300,"short_effort_tenths":200,"short_weeks":8,"mid_effort_tenths":800,"mid_weeks":26}`, status: 204},
		{name: "the frame again", as: "ops", send: "PUT /api/v1/priorities/frame", body: `{"revision":0,"short_effort_tenths":200,"short_weeks":8,"mid_effort_tenths":800,"mid_weeks":26}`, status: 409},
		{name: "weighed", as: "ops", send: "GET /api/v1/priorities", status: 200, contains: []string{`"rice":"15.36"`, `"chosen":[1]`, `"reason":"too_much"`, `"lacks_effort_tenths":425`, `"horizon":"mid"`, `"proven":true`, `"frame_revision":1`}},
		{name: "needed", as: "ops", send: "POST /api/v1/priorities/items/1/park", body: `{"park":true}`, status: 409},
		{name: "changed", as: "ops", send: "PUT /api/v1/priorities/items/2", body: `{"revision":1,"title":"报价模板","reach":30,"impact_hundredths":100,"confidence_percent":50,"effort_tenths":100}`, status: 200, contains: []string{`"revision":2`}},
		{name: "no initiatives here", as: "ops", send: "POST /api/v1/priorities/items/1/start", body: `{}`, status: 503},
		{name: "settled", as: "ops", send: "POST /api/v1/priorities/tables", body: `{"note":"第四季度"}`, status: 201, contains: []string{`"id":1`, `"chosen":[1,2]`}},
		{name: "the settled", as: "ops", send: "GET /api/v1/priorities/tables/1", status: 200, contains: []string{`"note":"第四季度"`}},
		{name: "the list", as: "ops", send: "GET /api/v1/priorities/tables", status: 200, contains: []string{`"note":"第四季度"`}},
	} {
		b.call(c)
	}
}
