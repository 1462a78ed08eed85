package app_test

import (
	"strconv"

	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
)

// monthReportSteps are about monthly reports; {report} is a draft of the company's.
var monthReportSteps = []step{
	{fine, "GET /api/v1/reports", ""}, {refused, "POST /api/v1/reports", `{"place_kind":"company"}`}, {notThere, "GET /api/v1/reports/{report}", ""}, {notThere, "GET /api/v1/reports/{report}/files/{act:pdf}", ""}, {refused, "PUT /api/v1/reports/{report}/notes/{act:where}", `{"text":"x"}`},
	{refused, "POST /api/v1/reports/{report}/publish", `{}`}, {notThere, "GET /api/v1/reports/{report}/differences?from=1&to=1", ""},
}

// withReport computes a draft of the company's report and adds its number.
func (c *company) withReport(ids map[string]string) map[string]string {
	c.t.Helper()
	made, err := c.app.MonthReports.ComputeNow(c.t.Context(), c.actor("ops"), report.Ask{Place: metric.Company})
	if err != nil {
		c.t.Fatal(err)
	}
	ids["report"] = strconv.FormatInt(made.ReportID, 10)
	return ids
}
