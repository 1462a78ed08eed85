package app_test

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/servicecase"
)

// serviceSteps are about after-sales: cases of the other team's customers.
var serviceSteps = []step{
	{fine, "GET /cases", ""}, {fine, "GET /cases/export/{format}", ""}, {fine, "GET /case-board", ""}, {notThere, "POST /case-board/move", "card={case}&lane=working&seen=1"}, {fine, "GET /new-case", ""},
	{http.StatusUnprocessableEntity, "POST /cases", "title=x&kind=repair&severity=high&customer=C1"}, {notThere, "GET /cases/{case}", ""}, {notThere, "POST /cases/{case}", "title=x&kind=repair&severity=high&customer=C1"},
	{notThere, "GET /edit-case/{case}", ""}, {notThere, "POST /cases/{case}/assign", ""}, {notThere, "POST /cases/{case}/move", "state=working"}, {notThere, "POST /cases/{case}/comments", "text=x"},
	{notThere, "POST /assign-cases", "case={case}"}, {fine, "GET /case-rules", ""}, {refused, "POST /case-rules", "opens=09:00"}, {notThere, "POST /customers/{customer}/service-owner", "owner="},
	{fine, "GET /api/v1/service-cases", ""}, {notThere, "GET /api/v1/service-cases/{case}", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/service-cases", oneCase}, {notThere, "PUT /api/v1/service-cases/{case}", aCase},
	{notThere, "POST /api/v1/service-cases/{case}/assign", "{}"}, {notThere, "POST /api/v1/service-cases/assign", `{"ids":[{case}]}`}, {notThere, "POST /api/v1/service-cases/{case}/move", `{"state":"working"}`},
	{notThere, "POST /api/v1/service-cases/{case}/comments", `{"text":"x"}`}, {notThere, "PUT /api/v1/customers/{customer}/service-owner", "{}"}, {fine, "GET /api/v1/service-rules", ""},
	{refused, "PUT /api/v1/service-rules", `{"opens":540,"closes":1080,"revision":0,"limits":[{"severity":"urgent","answer_minutes":1,"solve_minutes":1},{"severity":"high","answer_minutes":1,"solve_minutes":1},{"severity":"normal","answer_minutes":1,"solve_minutes":1},{"severity":"low","answer_minutes":1,"solve_minutes":1}]}`},
}

const (
	oneCase = `{"title":"x","kind":"repair","severity":"high","customer":"C1"}`
	aCase   = `{"title":"x","kind":"repair","severity":"high"}`
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
