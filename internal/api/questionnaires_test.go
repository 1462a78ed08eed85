package api_test

import (
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/store/storetest"
)

// voices makes the service of questionnaires.
func (b *bundle) voices(clock func() time.Time) {
	b.services.Questionnaires = questionnaire.NewService(questionnaire.Config{Store: b.db.QuestionnaireStore(), Now: clock, Pick: func(int) int { return 0 }, Secret: func() string { return "x" }, Hash: func(s string) string { return s }})
	list := problem.NewService(b.db.ProblemStore(), clock)
	b.services.Interviews = interview.NewService(b.db.InterviewStore(), list, clock)
	b.services.Checklists = checklist.NewService(checklist.Config{Store: b.db.ChecklistStore(), Problems: list, Numbers: b.services.Metrics, Now: clock, Say: func(s metric.Series) string { return string(s.Definition.ID) }})
}

func TestQuestionnairesThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := calendar.DateOf(storetest.Start)
	const body = `{"title":{"zh":"小问卷"},"questions":[{"kind":"likert","theme":"tools","text":{"zh":"系统好用"}},{"kind":"enps","text":{"zh":"推荐吗"}}]}`
	for _, c := range []scenario{
		{name: "a seller makes none", as: "p1", send: "POST /api/v1/questionnaires", body: body, status: 403},
		{name: "made", as: "ops", send: "POST /api/v1/questionnaires", body: body, status: 201, contains: []string{`"state":"draft"`, `"id":"q1"`, `"kind":"enps"`}},
		{name: "an unknown theme", as: "ops", send: "PUT /api/v1/questionnaires/1", body: `{"title":{"zh":"小问卷"},"questions":[{"kind":"likert","text":{"zh":"x"}}]}`, status: 422},
		{name: "changed", as: "ops", send: "PUT /api/v1/questionnaires/1", body: `{"title":{"zh":"小问卷二"},"questions":[{"kind":"text","text":{"zh":"说说看"}}],"revision":1}`, status: 200, contains: []string{`小问卷二`, `"revision":2`}},
		{name: "changed on an old one", as: "ops", send: "PUT /api/v1/questionnaires/1", body: `{"title":{"zh":"x"},"questions":[],"revision":1}`, status: 409},
		{name: "a draft is nobody else's", as: "p1", send: "GET /api/v1/questionnaires/1", status: 404},
		{name: "opened into the past", as: "ops", send: "POST /api/v1/questionnaires/1/step", body: `{"to":"open","closes_on":"` + (today - 1).String() + `"}`, status: 422},
		{name: "no results of a draft", as: "ops", send: "GET /api/v1/questionnaires/1/results", status: 404},
		{name: "dropped", as: "ops", send: "POST /api/v1/questionnaires/1/step", body: `{"to":"drop"}`, status: 200},
		{name: "how often", as: "ops", send: "GET /api/v1/questionnaire-settings", status: 200, contains: []string{`"most":3`, `"days":90`}},
		{name: "how often by who may not", as: "lead", send: "PUT /api/v1/questionnaire-settings", body: `{"most":2}`, status: 403},
		{name: "set", as: "ops", send: "PUT /api/v1/questionnaire-settings", body: `{"most":2}`, status: 200, contains: []string{`"most":2`, `"revision":1`}},
		{name: "set as it was before", as: "ops", send: "PUT /api/v1/questionnaire-settings", body: `{"most":4}`, status: 409},
		{name: "the list", as: "p1", send: "GET /api/v1/questionnaires", status: 200, contains: []string{`"items":[]`}},
	} {
		b.call(c)
	}
}

func TestInterviewsAndChecklistsThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := calendar.DateOf(storetest.Start).String()
	const problem = `{"title":"审批慢","area":"process","level":"company"}`
	for _, c := range []scenario{
		{name: "a seller holds none", as: "p1", send: "POST /api/v1/interviews", body: `{"role":"core","held_on":"` + today + `","notes":"审批太慢"}`, status: 403},
		{name: "a name without consent", as: "ops", send: "POST /api/v1/interviews", body: `{"role":"core","person_id":1,"held_on":"` + today + `","notes":"审批太慢"}`, status: 422},
		{name: "written down", as: "ops", send: "POST /api/v1/interviews", body: `{"role":"core","held_on":"` + today + `","notes":"审批太慢，客户跑了"}`, status: 201, contains: []string{`"id":1`, `"passages":[]`}},
		{name: "not in the notes", as: "ops", send: "POST /api/v1/interviews/1/passages", body: `{"quoted":"下雨了","themes":["process"]}`, status: 422},
		{name: "coded", as: "ops", send: "POST /api/v1/interviews/1/passages", body: `{"quoted":"审批太慢","themes":["process"]}`, status: 201, contains: []string{`"themes":["process"]`}},
		{name: "a problem", as: "ops", send: "POST /api/v1/interviews/1/passages/1/problem", body: problem, status: 201, contains: []string{`"problem_id":1`}},
		{name: "a problem once", as: "ops", send: "POST /api/v1/interviews/1/passages/1/problem", body: problem, status: 409},
		{name: "read", as: "ops", send: "GET /api/v1/interviews/1", status: 200, contains: []string{`"problem_id":1`}},
		{name: "the list is not everybody's", as: "lead", send: "GET /api/v1/interviews", status: 403},
		{name: "guides", as: "audit", send: "GET /api/v1/interview-guides", status: 200, contains: []string{`"role":"newcomer"`, `"own":false`, `"revision":0`}},
		{name: "guides are not everybody's", as: "lead", send: "GET /api/v1/interview-guides", status: 403},
		{name: "a guide by who reads", as: "audit", send: "PUT /api/v1/interview-guides/core", body: `{"questions":[{"zh":"最难的一单"}]}`, status: 403},
		{name: "an own guide", as: "ops", send: "PUT /api/v1/interview-guides/core", body: `{"questions":[{"zh":"最难的一单","en":"The hardest deal"}]}`, status: 200, contains: []string{`"own":true`, `"revision":1`, "最难的一单"}},
		{name: "a guide as it was before", as: "ops", send: "PUT /api/v1/interview-guides/core", body: `{"questions":[{"zh":"又一问"}]}`, status: 409},
		{name: "a guide that asks nothing", as: "ops", send: "PUT /api/v1/interview-guides/core", body: `{"questions":[{"zh":" "}],"revision":1}`, status: 422},
		{name: "the code book", as: "audit", send: "GET /api/v1/interview-codes", status: 200, contains: []string{`"id":"process"`, `"revision":0`}},
		{name: "a theme that is used goes", as: "ops", send: "PUT /api/v1/interview-codes", body: `{"codes":[{"name":{"zh":"天气"}}]}`, status: 422},
		{name: "an id of blanks", as: "ops", send: "PUT /api/v1/interview-codes", body: `{"codes":[{"id":"process","name":{"zh":"流程"}},{"id":"a b","name":{"zh":"天气"}}]}`, status: 422},
		{name: "own themes", as: "ops", send: "PUT /api/v1/interview-codes", body: `{"codes":[{"id":"process","name":{"zh":"流程"}},{"name":{"zh":"天气"}}]}`, status: 200, contains: []string{`"id":"own1"`, `"revision":1`}},

		{name: "begun", as: "ops", send: "POST /api/v1/checklists", body: `{"list":"incentives"}`, status: 201, contains: []string{`"state":"open"`, `"id":"incentives1"`}},
		{name: "not finished without answers", as: "ops", send: "PUT /api/v1/checklists/1", body: `{"answers":[],"finish":true}`, status: 422},
		{name: "answered", as: "ops", send: "PUT /api/v1/checklists/1", body: `{"answers":[{"id":"incentives2","verdict":"no","evidence":"只看签约"}]}`, status: 200, contains: []string{`"verdict":"no"`}},
		{name: "a problem of what is missing", as: "ops", send: "POST /api/v1/checklists/1/questions/incentives2/problem", body: `{"title":"激励偏了","area":"incentive","level":"company"}`, status: 201, contains: []string{`"problem_id":2`}},
		{name: "nothing is missing", as: "ops", send: "POST /api/v1/checklists/1/questions/incentives1/problem", body: problem, status: 409},
		{name: "a seller reads none", as: "p1", send: "GET /api/v1/checklists/1", status: 403},
	} {
		b.call(c)
	}
}
