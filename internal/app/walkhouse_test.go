package app_test

// houseSteps are about what the company keeps of itself: its days off.
var houseSteps = []step{
	{fine, "GET /work-days", ""}, {refused, "POST /work-days/preview", "act=add&from=2027-01-01&kind=off"}, {refused, "POST /work-days", "year=2027&days="},
	{fine, "GET /api/v1/work-calendar/{year}", ""}, {refused, "PUT /api/v1/work-calendar/{year}", `{"days":[]}`}, {refused, "POST /api/v1/work-calendar/{year}/preview", `{"days":[]}`},
}
