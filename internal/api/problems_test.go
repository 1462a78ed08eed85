package api_test

import (
	"testing"
	"time"

	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// diagnoses makes the services of the diagnosis and of the list of problems.
func (b *bundle) diagnoses(clock func() time.Time) {
	made := 0
	newID := func() string { made++; return store.NewID(storetest.Start.Add(time.Duration(made) * time.Hour)) }
	b.services.Problems = problem.NewService(b.db.ProblemStore(), clock)
	b.services.Diagnoses = diagnosis.NewService(b.db.DiagnosisStore(), b.services.Problems, newID, clock, money.Constantly(money.CNY))
}

func TestProblemsAndDiagnosesThroughTheInterface(t *testing.T) {
	t.Parallel()
	b := setup(t)
	day := b.services.Diagnoses.LastMonthEnd().String()
	written := `{"title":"新人没人带","area":"team","level":"company","evidence":"三个新人都这么说","source":"interview"}`
	for _, c := range []scenario{
		{name: "a seller writes none down", as: "p1", send: "POST /api/v1/problems", body: written, status: 403},
		{name: "a lead none of the whole company", as: "lead", send: "POST /api/v1/problems", body: written, status: 403},
		{name: "written down", as: "ops", send: "POST /api/v1/problems", body: written, status: 201, contains: []string{`"score":27`, `"severity":"medium"`, `"sources":["interview"]`}},
		{name: "of a team", as: "lead", send: "POST /api/v1/problems", body: `{"kind":"training_rare","level":"team","place_id":1,"evidence":"今年没培训"}`, status: 201, contains: []string{`"severity":"low"`, `"fixed":true`}},
		{name: "without evidence", as: "ops", send: "POST /api/v1/problems", body: `{"title":"x","area":"team","level":"company","evidence":" "}`, status: 422},
		{name: "rated", as: "ops", send: "POST /api/v1/problems/1/rating", body: `{"gravity":5,"urgency":4,"tendency":3}`, status: 200, contains: []string{`"severity":"high"`, `"chosen":true`}},
		{name: "given", as: "ops", send: "POST /api/v1/problems/1/owner", body: `{"owner_id":2}`, status: 200, contains: []string{`"owner_id":2`}},
		{name: "to nobody known", as: "ops", send: "POST /api/v1/problems/1/owner", body: `{"owner_id":999}`, status: 422},
		{name: "confirmed without a word", as: "ops", send: "POST /api/v1/problems/1/status", body: `{"status":"confirmed"}`, status: 422},
		{name: "confirmed by whose it is", as: "p1", send: "POST /api/v1/problems/1/status", body: `{"status":"confirmed","note":"看了带教记录"}`, status: 200, contains: []string{`"verdict":"confirmed"`}},
		{name: "another's", as: "p2", send: "GET /api/v1/problems/1", status: 404},
		{name: "with its history", as: "ops", send: "GET /api/v1/problems/1", status: 200, contains: []string{`"kind":"raised"`, `"kind":"status"`}},
		{name: "merged", as: "ops", send: "POST /api/v1/problems/2/merge", body: `{"into":1}`, status: 200, contains: []string{`"status":"merged"`}},
		{name: "merged again", as: "ops", send: "POST /api/v1/problems/2/merge", body: `{"into":1}`, status: 409},
		{name: "parted", as: "ops", send: "DELETE /api/v1/problems/2/merge", status: 200, contains: []string{`"status":"open"`}},
		{name: "the list", as: "ops", send: "GET /api/v1/problems?severity=high", status: 200, contains: []string{`"total":1`}},

		{name: "a lead diagnoses nothing", as: "lead", send: "POST /api/v1/diagnoses", body: `{"as_of":"` + day + `"}`, status: 403},
		{name: "no day", as: "ops", send: "POST /api/v1/diagnoses", body: `{"as_of":"bald"}`, status: 422},
		{name: "started", as: "ops", send: "POST /api/v1/diagnoses", body: `{"as_of":"` + day + `","note":"月度"}`, status: 201, contains: []string{`"state":"running"`, `"origin":"own"`}},
		{name: "one at a time", as: "ops", send: "POST /api/v1/diagnoses", body: `{"as_of":"` + day + `"}`, status: 409},
		{name: "at work", as: "ops", send: "GET /api/v1/diagnoses/1", status: 200, contains: []string{`"findings":[]`}},
		{name: "not to be compared", as: "ops", send: "GET /api/v1/diagnosis-comparison?before=1&after=1", status: 409},
		{name: "runs", as: "ops", send: "GET /api/v1/diagnoses", status: 200, contains: []string{`"note":"月度"`}},
		{name: "one source alone", as: "ops", send: "GET /api/v1/problem-identification", status: 200, contains: []string{`"heard":1`, `"why_not_identified"`, `"confirmed":1`}},
	} {
		b.call(c)
	}
}
