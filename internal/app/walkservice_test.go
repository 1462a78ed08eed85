package app_test

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// serviceSteps are about after-sales: cases of the other team's customers.
var serviceSteps = []step{
	{fine, "GET /cases", ""}, {fine, "GET /cases/export/{format}", ""}, {fine, "GET /case-board", ""}, {notThere, "POST /case-board/move", "card={case}&lane=working&seen=1"}, {fine, "GET /new-case", ""},
	{http.StatusUnprocessableEntity, "POST /cases", "title=x&kind=repair&severity=high&customer=C1"}, {notThere, "GET /cases/{case}", ""}, {notThere, "POST /cases/{case}", "title=x&kind=repair&severity=high&customer=C1"},
	{notThere, "GET /edit-case/{case}", ""}, {notThere, "POST /cases/{case}/assign", ""}, {notThere, "POST /cases/{case}/move", "state=working"}, {notThere, "POST /cases/{case}/comments", "text=x"},
	{notThere, "POST /assign-cases", "case={case}"}, {fine, "GET /case-rules", ""}, {fine, "GET /case-figures", ""}, {fine, "GET /api/v1/service-figures", ""}, {refused, "POST /case-rules", "opens=09:00"}, {notThere, "POST /customers/{customer}/service-owner", "owner="},
	{fine, "GET /api/v1/service-cases", ""}, {notThere, "GET /api/v1/service-cases/{case}", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/service-cases", oneCase}, {notThere, "PUT /api/v1/service-cases/{case}", aCase},
	{notThere, "POST /api/v1/service-cases/{case}/assign", "{}"}, {notThere, "POST /api/v1/service-cases/assign", `{"ids":[{case}]}`}, {notThere, "POST /api/v1/service-cases/{case}/move", `{"state":"working"}`},
	{notThere, "POST /api/v1/service-cases/{case}/comments", `{"text":"x"}`}, {notThere, "PUT /api/v1/customers/{customer}/service-owner", "{}"}, {fine, "GET /api/v1/service-rules", ""},
	{fine, "GET /retention", ""},
	{fine, "GET /retention/customers", ""},
	{fine, "GET /api/v1/retention", ""},
	{fine, "GET /api/v1/retention/customers", ""},
	{fine, "GET /metric-book", ""}, {fine, "GET /metrics/{metric}", ""}, {refused, "GET /metric-bridge", ""}, {refused, "POST /metrics/{metric}/choose", ""},
	{refused, "POST /metrics/{metric}/versions", "text=x&from=2030-01-01"}, {refused, "POST /metrics/{metric}/versions/{metricversion}", "to=approved"},
	{fine, "GET /api/v1/metrics", ""}, {fine, "GET /api/v1/metrics/{metric}", ""}, {fine, "GET /api/v1/metrics/{metric}/rows", ""}, {fine, "GET /api/v1/metric-values", ""},
	{fine, "GET /api/v1/metrics/{metric}/versions", ""}, {refused, "POST /api/v1/metrics/{metric}/choose", ""}, {refused, "POST /api/v1/metric-versions", `{"text":"x","from":"2030-01-01"}`},
	{refused, "POST /api/v1/metrics/{metric}/versions/{metricversion}", `{"to":"approved"}`}, {refused, "GET /api/v1/metric-bridge", ""}, {refused, "POST /api/v1/metric-sums/rebuild", ""},
	{fine, "GET /calendar", ""},
	{fine, "POST /calendar/feed", ""},
	{away, "POST /calendar/feed/drop", ""},
	{notThere, "GET /calendar.ics?t=guess", ""},
	{fine, "GET /api/v1/calendar?from=2026-10-01&to=2026-10-31", ""},
	{fine, "GET /visits", ""}, {http.StatusUnprocessableEntity, "POST /visits", "customer=C1&due_on=2027-01-04"}, {notThere, "GET /visits/{visit}", ""}, {notThere, "POST /visits/{visit}", "outcome=reached"},
	{notThere, "POST /visits/{visit}/{act:drop}", ""}, {fine, "GET /visit-rules", ""}, {refused, "POST /visit-rules", "name=x&days=1&since=2026-10-01"},
	{fine, "GET /surveys", ""}, {refused, "GET /survey-form", ""}, {refused, "POST /surveys", "name=x&kind=csat&valid_days=1&low_until=1"}, {fine, "GET /surveys/{survey}", ""}, {fine, "GET /surveys/{survey}/export/{format}", ""},
	{fine, "GET /invite-survey?survey={survey}", ""}, {http.StatusUnprocessableEntity, "POST /invite-survey", "survey={survey}&customer=C1"}, {http.StatusUnprocessableEntity, "POST /surveys/{survey}/wave", "from=2020-01-01&to=2020-01-02"},
	{fine, "GET /surveys/{survey}/mailings", ""},
	{notThere, "GET /survey-mailings/{mailing}", ""}, {notThere, "POST /survey-mailings/{mailing}/{act:hand}", ""},
	{notThere, "GET /no-more-messages?t=guess", ""}, {notThere, "POST /no-more-messages?t=guess", ""},
	{fine, "GET /api/v1/surveys/{survey}/mailings", ""},
	{notThere, "GET /api/v1/survey-mailings/{mailing}", ""},
	{notThere, "POST /api/v1/survey-mailings/{mailing}/hand", ""},
	{notThere, "POST /api/v1/survey-mailings/{mailing}/again", ""},
	{notThere, "POST /api/v1/survey-mailings/{mailing}/drop", ""},
	{notThere, "GET /feedback?t=guess", ""}, {notThere, "POST /feedback", "t=guess&score=1"},
	{fine, "GET /api/v1/return-visits", ""}, {notThere, "GET /api/v1/return-visits/{visit}", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/return-visits", `{"customer":"C1","due_on":"2027-01-04"}`},
	{notThere, "POST /api/v1/return-visits/{visit}/record", `{"outcome":"reached"}`}, {notThere, "POST /api/v1/return-visits/{visit}/due", `{"due_on":"2027-12-01"}`}, {notThere, "POST /api/v1/return-visits/{visit}/drop", "{}"},
	{fine, "GET /api/v1/return-visit-rules", ""}, {refused, "POST /api/v1/return-visit-rules", visitRule}, {refused, "PUT /api/v1/return-visit-rules/{visit}", visitRule},
	{fine, "GET /api/v1/surveys", ""}, {refused, "POST /api/v1/surveys", aSurvey}, {refused, "PUT /api/v1/surveys/{survey}", aSurvey}, {fine, "GET /api/v1/surveys/{survey}/results", ""}, {fine, "GET /api/v1/surveys/{survey}/answers", ""},
	{http.StatusUnprocessableEntity, "POST /api/v1/surveys/{survey}/links", `{"customer":"C1"}`},
	{refused, "PUT /api/v1/service-rules", `{"opens":540,"closes":1080,"revision":0,"limits":[{"severity":"urgent","answer_minutes":1,"solve_minutes":1},{"severity":"high","answer_minutes":1,"solve_minutes":1},{"severity":"normal","answer_minutes":1,"solve_minutes":1},{"severity":"low","answer_minutes":1,"solve_minutes":1}]}`},
}

const (
	oneCase = `{"title":"x","kind":"repair","severity":"high","customer":"C1"}`
	aCase   = `{"title":"x","kind":"repair","severity":"high"}`

	visitRule = `{"name":"x","days":1,"since":"2026-10-01"}`
	aSurvey   = `{"name":"x","kind":"csat","valid_days":1,"low_until":1}`
)

// caseOf opens a service case of somebody's customer.
func (c *company) caseOf(actor access.Actor, customer string) string {
	c.t.Helper()
	opened, err := c.app.Cases.Open(c.t.Context(), actor, servicecase.Entry{Title: "恒越精密报修", Kind: servicecase.KindRepair, Severity: servicecase.SeverityHigh, Customer: customer})
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(opened.ID, 10)
}

// visitOf arranges a return visit of somebody's customer.
func (c *company) visitOf(actor access.Actor, customer string) string {
	c.t.Helper()
	v, err := c.app.Visits.Arrange(c.t.Context(), actor, revisit.Arrangement{Customer: customer, DueOn: calendar.NewDate(2027, 12, 1)})
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(v.ID, 10)
}

// surveyOf makes a survey that somebody's customer has answered.
func (c *company) surveyOf(maker, actor access.Actor, customer string) string {
	c.t.Helper()
	s, err := c.app.Surveys.Save(c.t.Context(), maker, survey.Entry{Name: "满意度", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true})
	if err != nil {
		c.t.Fatal(err)
	}
	link, err := c.app.Surveys.Invite(c.t.Context(), actor, survey.Invite{SurveyID: s.ID, Customer: customer})
	if err == nil {
		err = c.app.Surveys.Answer(c.t.Context(), link.Token, survey.Reply{Score: 5, Comment: "顾南星很满意"})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(s.ID, 10)
}

// mailingOf is a survey that somebody is to hand over to their customer.
func (c *company) mailingOf(actor access.Actor, customer string) string {
	c.t.Helper()
	ctx := c.t.Context()
	s, err := c.app.Surveys.Save(ctx, c.actor("ops"), survey.Entry{Name: "满意度", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true})
	if err != nil {
		c.t.Fatal(err)
	}
	m := survey.Mailing{SurveyID: s.ID, Cause: "case:1", State: survey.StateByHand, Reason: "nobody", PersonID: actor.PersonID}
	m.SellerID = actor.PersonID
	if err := c.app.DB.InTx(ctx, func(tx *store.Tx) error {
		if m.CustomerID, err = tx.CustomerID(ctx, customer); err != nil {
			return err
		}
		if m.ID, err = tx.NextNumber(ctx, "survey_mailing"); err != nil {
			return err
		}
		return tx.InsertSurveyMailing(ctx, m)
	}); err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(m.ID, 10)
}
