package api_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/programme"
)

// origins tell of plans alone, which is enough for the interface.
func (b *bundle) origins() {
	b.services.Origins = origin.NewService(b.db.OriginStore(), map[origin.Kind]origin.Look{origin.KindPlan: func(ctx context.Context, actor access.Actor, id string) (origin.Version, error) {
		v, _, err := b.services.Plans.Get(ctx, actor, id)
		return origin.Version{Name: v.Name.Zh, State: errs.Msg("plans.state_"+string(v.State), nil), Holds: v.State == planbook.StateApproved}, err
	}})
}

// programme makes the service of goals, initiatives, risks and lessons.
func (b *bundle) programme(clock func() time.Time) {
	b.services.Programme = programme.NewService(programme.Config{Store: b.db.ProgrammeStore(), Numbers: b.services.Metrics, Now: clock, NewID: func() string { return "x" }})
}

func TestTheProgrammeThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, err := planbook.Template(planbook.Templates[0])
	if err != nil {
		t.Fatal(err)
	}
	plan := func(decision int) string {
		body, err := json.Marshal(map[string]any{"text": text, "note": "下一版", "decision_id": decision})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, c := range []scenario{
		{name: "a seller sees none", as: "p1", send: "GET /api/v1/goals", status: 403},
		{name: "a lead drafts none", as: "lead", send: "POST /api/v1/goals/shipped", status: 403},
		{name: "drafted", as: "ops", send: "POST /api/v1/goals/shipped", status: 200, contains: []string{`"added":15`}},
		{name: "drafted again", as: "ops", send: "POST /api/v1/goals/shipped", status: 200, contains: []string{`"added":0`}},
		{name: "one's own", as: "ops", send: "POST /api/v1/goals", body: `{"title":"人数","metric":"people","horizon_months":6}`, status: 201, contains: []string{`"id":16`, `"state":"draft"`}},
		{name: "of nothing", as: "ops", send: "POST /api/v1/goals", body: `{"metric":"nothing","horizon_months":6}`, status: 404},
		{name: "not ready", as: "ops", send: "POST /api/v1/goals/16/activation", body: `{}`, status: 409},
		{name: "no target yet", as: "ops", send: "POST /api/v1/goals/16/target", body: `{"kind":"absolute","amount":20}`, status: 409},
		{name: "begun", as: "ops", send: "POST /api/v1/initiatives", body: `{"title":"方案先审后发","problems":[2,1]}`, status: 201, contains: []string{`"phase":"diagnose"`, `"problems":[1,2]`}},
		{name: "no gate signed", as: "ops", send: "POST /api/v1/initiatives/1/phase", body: `{}`, status: 409},
		{name: "two that answer", as: "ops", send: "PUT /api/v1/initiatives/1", body: `{"title":"x","horizon":"mid","duties":[{"text":"培训","sales":"A","hr":"A"}]}`, status: 422},
		{name: "written", as: "ops", send: "PUT /api/v1/initiatives/1", body: `{"title":"方案先审后发","horizon":"short","milestones":[{"title":"培训","due_on":"2026-12-01"}]}`, status: 200, contains: []string{`"due_on":"2026-12-01"`, `"state":"planned"`}},
		{name: "of others", as: "lead", send: "GET /api/v1/initiatives/1", status: 404},
		{name: "nothing to measure", as: "ops", send: "POST /api/v1/initiatives/1/effects", status: 409},
		{name: "decided", as: "ops", send: "POST /api/v1/initiatives/1/decision", body: `{"outcome":"stop","reason":"没用","expected":"省时间","due_on":"2030-01-01","rule":"plan","learnt":"太早"}`, status: 200, contains: []string{`"outcome":"stop"`, `"decision_id":1`}},
		{name: "asks for a plan", as: "ops", send: "GET /api/v1/decisions/1/rules", status: 200, contains: []string{`"open":["plan"]`, `"initiative":"方案先审后发"`, `"items":[]`}},
		{name: "a plan from nothing", as: "ops", send: "POST /api/v1/plans", body: plan(9), status: 422, contains: []string{"decision_id"}},
		{name: "a plan by who may not", as: "fin", send: "POST /api/v1/plans", body: plan(1), status: 403},
		{name: "a plan from it", as: "ops", send: "POST /api/v1/plans", body: plan(1), status: 201},
		{name: "followed", as: "ops", send: "GET /api/v1/decisions/1/rules", status: 200, contains: []string{`"open":[]`, `"kind":"plan"`, `"holds":false`}},
		{name: "of others", as: "lead", send: "GET /api/v1/decisions/1/rules", status: 404},
		{name: "of no decision", as: "ops", send: "GET /api/v1/rules/plan/x/origin", status: 200, contains: []string{`{}`}},
		{name: "remembered", as: "lead", send: "GET /api/v1/lessons?search=%E5%A4%AA%E6%97%A9", status: 200, contains: []string{`"learnt":"太早"`}},
		{name: "risks", as: "ops", send: "POST /api/v1/risks/shipped", status: 200, contains: []string{`"added":10`}},
		{name: "a risk", as: "ops", send: "POST /api/v1/risks", body: `{"title":"人少","probability":5,"impact":5,"sign":{"metric":"people","side":"below","limit":1000}}`, status: 201, contains: []string{`"score":25`}},
		{name: "no such side", as: "ops", send: "POST /api/v1/risks", body: `{"title":"人少","probability":5,"impact":5,"sign":{"metric":"people","side":"left","limit":1}}`, status: 422},
	} {
		b.call(c)
	}
}
