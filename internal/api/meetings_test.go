package api_test

import (
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/review"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/targetplan"
)

// meetings makes the services of meetings and decisions.
func (b *bundle) meetings(clock func() time.Time) {
	b.services.Reviews = review.NewService(review.Config{Store: b.db.ReviewStore(), Standard: b.services.Standards, Changes: b.services.TargetPlans, Now: clock, Work: calendar.China, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Chance: func(string) int64 { return 50 }})
	b.services.Decisions = decision.NewService(b.db.DecisionStore(), decision.Reviews{Service: b.services.Reviews, Word: func(m errs.Message) string { return m.Key }, Amount: func(minor int64) string { return money.Format(minor, money.CNY) }}, clock)
}

func TestMeetingsAndDecisionsThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := calendar.DateOf(storetest.Start)
	for _, c := range []scenario{
		{name: "a seller calls none", as: "p1", send: "POST /api/v1/reviews", body: `{"kind":"weekly","unit_kind":"team","unit_id":1,"on":"` + today.String() + `"}`, status: 403},
		{name: "called", as: "lead", send: "POST /api/v1/reviews", body: `{"kind":"weekly","unit_kind":"team","unit_id":1,"on":"` + today.String() + `"}`, status: 201, contains: []string{`"state":"prepared"`, `"basis":"collected"`}},
		{name: "called again", as: "lead", send: "POST /api/v1/reviews", body: `{"kind":"weekly","unit_kind":"team","unit_id":1,"on":"` + today.String() + `"}`, status: 409},
		{name: "no such team", as: "lead", send: "POST /api/v1/reviews", body: `{"kind":"weekly","unit_kind":"team","unit_id":99,"on":"` + today.String() + `"}`, status: 422},
		{name: "the list", as: "p1", send: "GET /api/v1/reviews", status: 200, contains: []string{`"id":1`}},
		{name: "one's own row", as: "p1", send: "GET /api/v1/reviews/1", status: 200, contains: []string{`"person_id":2`, `"may_run":false`}},
		{name: "minutes", as: "lead", send: "PUT /api/v1/reviews/1/minutes", body: `{"minutes":"先催客户"}`, status: 204},
		{name: "minutes by who may not", as: "p1", send: "PUT /api/v1/reviews/1/minutes", body: `{"minutes":"x"}`, status: 403},
		{name: "an action", as: "lead", send: "POST /api/v1/reviews/1/actions", body: `{"person_id":2,"text":"拜访客户","due_on":"` + (today + 3).String() + `"}`, status: 201, contains: []string{`"score":"open"`}},
		{name: "an action with a number that there is not", as: "lead", send: "POST /api/v1/reviews/1/actions", body: `{"person_id":2,"text":"拜访客户","due_on":"` + (today + 3).String() + `","metric":"no_such"}`, status: 422},
		{name: "an action of yesterday", as: "lead", send: "POST /api/v1/reviews/1/actions", body: `{"person_id":2,"text":"拜访客户","due_on":"` + (today - 1).String() + `"}`, status: 422},
		{name: "finished", as: "lead", send: "POST /api/v1/reviews/1/step", body: `{"to":"finish"}`, status: 204},
		{name: "locked", as: "lead", send: "PUT /api/v1/reviews/1/minutes", body: `{"minutes":"改"}`, status: 409},
		{name: "done", as: "p1", send: "POST /api/v1/review-actions/1", body: `{"state":"done","words":"见到了"}`, status: 200, contains: []string{`"score":"kept"`}},
		{name: "another's", as: "p2", send: "POST /api/v1/review-actions/1", body: `{"state":"done"}`, status: 404},
		{name: "settings", as: "p1", send: "GET /api/v1/review-settings", status: 200, contains: []string{`"weekday":1`}},
		{name: "settings by who may not", as: "lead", send: "PUT /api/v1/review-settings", body: meetingSettings, status: 403},
		{name: "settings set", as: "ops", send: "PUT /api/v1/review-settings", body: meetingSettings, status: 204},

		{name: "a decision on the meeting", as: "lead", send: "POST /api/v1/decisions", body: `{"title":"老客户优先","on":"` + today.String() + `","review_id":1,"expected":"多签两单","due_on":"` + (today + 30).String() + `"}`, status: 201, contains: []string{`"metric":"actual"`, `"link":"/reviews/1"`}},
		{name: "a decision by who may not", as: "p1", send: "POST /api/v1/decisions", body: `{"title":"x","on":"` + today.String() + `","expected":"x","due_on":"` + today.String() + `"}`, status: 403},
		{name: "a link to nowhere", as: "lead", send: "POST /api/v1/decisions", body: `{"title":"x","on":"` + today.String() + `","evidence":[{"label":"x","value":"1","link":"javascript:x"}],"expected":"x","due_on":"` + today.String() + `"}`, status: 422},
		{name: "the rate", as: "ops", send: "GET /api/v1/decisions", status: 200, contains: []string{`"logged":1`, `"with_evidence":1`}},
		{name: "the outcome", as: "lead", send: "POST /api/v1/decisions/1/outcome", body: `{"state":"kept","outcome":"签了三单"}`, status: 200, contains: []string{`"state":"kept"`}},
		{name: "the outcome again", as: "lead", send: "POST /api/v1/decisions/1/outcome", body: `{"state":"kept","outcome":"签了三单"}`, status: 409},
	} {
		b.call(c)
	}
}

func TestAQuarterChangesATargetThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := calendar.DateOf(storetest.Start)
	from := today.Month()
	ops := access.Actor{UserID: b.ids["ops"], Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	rules := targetplan.UsualRules()
	rules.YearMinor = 6_000_000_00
	targets := b.services.TargetPlans
	plan, err := targets.CreateNow(t.Context(), ops, targetplan.Entry{FiscalYear: calendar.Fiscal{}.YearOf(from), Name: "今年目标", Rules: rules})
	b.must(err)
	plan, err = targets.Submit(t.Context(), ops, plan.ID, "")
	b.must(err)
	_, err = targets.Approvals.Approve(t.Context(), access.Actor{UserID: b.ids["fin"], Name: "王芳", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}, approval.Decision{ID: plan.RequestID})
	b.must(err)
	_, err = targets.Publish(t.Context(), ops, plan.ID, from)
	b.must(err)
	person := "/api/v1/target-plans/" + strconv.FormatInt(plan.ID, 10) + "/people/2"
	for _, c := range []scenario{
		{name: "called", as: "lead", send: "POST /api/v1/reviews", body: `{"kind":"quarterly","unit_kind":"team","unit_id":1,"on":"` + today.String() + `"}`, status: 201},
		{name: "proposed by who may not", as: "p1", send: "PUT /api/v1/reviews/1/people/2", body: `{"proposed_minor":5000000,"proposal":"x"}`, status: 403},
		{name: "a negative rest", as: "lead", send: "PUT /api/v1/reviews/1/people/2", body: `{"proposed_minor":-1,"proposal":"x"}`, status: 422},
		{name: "proposed", as: "lead", send: "PUT /api/v1/reviews/1/people/2", body: `{"proposed_minor":5000000,"proposal":"大客户推迟"}`, status: 204},
		{name: "asked before the end", as: "ops", send: "POST /api/v1/reviews/1/people/2/change", status: 409},
		{name: "minutes", as: "lead", send: "PUT /api/v1/reviews/1/minutes", body: `{"minutes":"下调"}`, status: 204},
		{name: "finished", as: "lead", send: "POST /api/v1/reviews/1/step", body: `{"to":"finish"}`, status: 204},
		{name: "asked by who may not", as: "lead", send: "POST /api/v1/reviews/1/people/2/change", status: 403},
		{name: "of somebody without a proposal", as: "ops", send: "POST /api/v1/reviews/1/people/3/change", status: 409},
		{name: "of nobody", as: "ops", send: "POST /api/v1/reviews/1/people/99/change", status: 404},
		{name: "asked", as: "ops", send: "POST /api/v1/reviews/1/people/2/change", status: 201, contains: []string{`"kind":"quarter"`, `"state":"asked"`, `"after_minor":5000000`, `"from":"` + from.String() + `"`, `"reason":"大客户推迟"`}},
		{name: "asked again", as: "ops", send: "POST /api/v1/reviews/1/people/2/change", status: 409},
		{name: "the meeting says so", as: "lead", send: "GET /api/v1/reviews/1", status: 200, contains: []string{`"change_id":1`}},
		{name: "nothing changed yet", as: "p1", send: "GET " + person, status: 200, contains: []string{`"state":"asked"`}},
		{name: "another change waits", as: "ops", send: "POST " + person + "/changes", body: `{"from":"` + from.String() + `","rest_minor":100,"kind":"force","reason":"停产"}`, status: 409},
	} {
		b.call(c)
	}
}

const meetingSettings = `{"weekly":true,"weekday":2,"monthly":true,"month_day":3,"quarterly":false,"quarter_day":5,"brief":false,"bands":[{"from":100,"name":"达标"},{"from":0,"name":"未达标"}],"adjust_from":10,"adjust_most":15}`
