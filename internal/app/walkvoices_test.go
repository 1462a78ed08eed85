package app_test

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/questionnaire"
)

// voiceSteps are about questionnaires: nobody but HR and operations has made one, and the thief is asked by none.
var voiceSteps = []step{
	{fine, "GET /questionnaires", ""}, {refused, "POST /questionnaires", "from=shipped"}, {refused, "POST /questionnaires/settings", "most=1"}, {notThere, "GET /questionnaires/{questionnaire}", ""}, {notThere, "POST /questionnaires/{questionnaire}", "title_zh=x"}, {refused, "POST /questionnaires/{questionnaire}/step", "to=close"},
	{notThere, "GET /questionnaires/{questionnaire}/questions/{question}", ""}, {notThere, "POST /questionnaires/{questionnaire}/questions/{question}", "kind=text&text_zh=x"}, {notThere, "POST /questionnaires/{questionnaire}/links", ""},
	{refused, "GET /questionnaires/{questionnaire}/export/{format}", ""}, {notThere, "GET /questionnaires/{questionnaire}/answer", ""}, {notThere, "POST /questionnaires/{questionnaire}/answer", "q1=1"}, {notThere, "GET /staff-answer?t=x", ""}, {notThere, "POST /staff-answer", "t=x"},
	{refused, "GET /interviews", ""}, {refused, "POST /interviews", "role=core&held_on=2026-10-01&notes=x"}, {refused, "GET /interviews/new", ""}, {refused, "GET /interviews/codes", ""}, {refused, "POST /interviews/codes", "codes=x"}, {refused, "GET /interview-guides/{role}", ""}, {refused, "POST /interview-guides/{role}", "questions=x"},
	{refused, "GET /interviews/{interview}", ""}, {refused, "GET /interviews/{interview}/edit", ""}, {refused, "POST /interviews/{interview}/passages", "quoted=x&themes=targets"}, {refused, "POST /interviews/{interview}/passages/{passage}/remove", ""}, {refused, "GET /interviews/{interview}/passages/{passage}/problem", ""}, {refused, "POST /interviews/{interview}/passages/{passage}/problem", "title=x"},
	{refused, "GET /checklists", ""}, {refused, "POST /checklists", "list=targets"}, {refused, "GET /checklists/{checklist}", ""}, {refused, "POST /checklists/{checklist}", ""}, {refused, "GET /checklists/{checklist}/questions/{question}/problem", ""}, {refused, "POST /checklists/{checklist}/questions/{question}/problem", "title=x"},
	{refused, "GET /api/v1/interviews", ""}, {refused, "POST /api/v1/interviews", `{"role":"core","held_on":"2026-10-01","notes":"x"}`}, {refused, "GET /api/v1/interviews/{interview}", ""}, {refused, "POST /api/v1/interviews/{interview}/passages", `{"quoted":"x","themes":["targets"]}`}, {refused, "POST /api/v1/interviews/{interview}/passages/{passage}/problem", `{"title":"x","area":"target","level":"company"}`},
	{refused, "GET /api/v1/interview-guides", ""}, {refused, "PUT /api/v1/interview-guides/{act:core}", `{"questions":[{"zh":"x"}]}`}, {refused, "GET /api/v1/interview-codes", ""}, {refused, "PUT /api/v1/interview-codes", `{"codes":[{"name":{"zh":"x"}}]}`},
	{refused, "GET /api/v1/questionnaire-settings", ""}, {refused, "PUT /api/v1/questionnaire-settings", `{"most":1}`},
	{refused, "GET /api/v1/checklists", ""}, {refused, "POST /api/v1/checklists", `{"list":"targets"}`}, {refused, "GET /api/v1/checklists/{checklist}", ""}, {refused, "PUT /api/v1/checklists/{checklist}", `{"answers":[]}`}, {refused, "POST /api/v1/checklists/{checklist}/questions/{question}/problem", `{"title":"x","area":"target","level":"company"}`},
	{fine, "GET /api/v1/questionnaires", ""}, {refused, "POST /api/v1/questionnaires", `{"title":{"zh":"x"},"questions":[]}`}, {notThere, "GET /api/v1/questionnaires/{questionnaire}", ""}, {refused, "PUT /api/v1/questionnaires/{questionnaire}", `{"title":{"zh":"x"},"questions":[]}`},
	{refused, "POST /api/v1/questionnaires/{questionnaire}/step", `{"to":"close"}`}, {notThere, "POST /api/v1/questionnaires/{questionnaire}/answer", `{}`}, {refused, "GET /api/v1/questionnaires/{questionnaire}/results", ""},
}

// questionnaire makes a draft and returns its id.
func (c *company) questionnaire() string {
	c.t.Helper()
	q, err := c.app.Questionnaires.Save(c.t.Context(), c.actor("ops"), questionnaire.Draft{Document: questionnaire.Shipped(), ClosesOn: calendar.NoDate})
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(q.ID, 10)
}
