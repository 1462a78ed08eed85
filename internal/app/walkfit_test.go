package app_test

// fitSteps are about maturity, the value of the team and priorities: values of the company, which no seller sees.
var fitSteps = []step{
	{refused, "GET /maturity", ""}, {refused, "POST /maturity", "note=x"}, {refused, "GET /maturity/{assessment}", ""}, {refused, "GET /maturity/model", ""}, {refused, "POST /maturity/model", "version=1&weight.process=1"},
	{refused, "GET /maturity/criteria/{criterion}", ""}, {refused, "POST /maturity/criteria/{criterion}", "holds=yes&evidence=x&on=2026-10-01"},
	{refused, "GET /priorities", ""}, {refused, "POST /priorities", "title=x"}, {refused, "GET /priorities/new", ""}, {refused, "GET /priorities/frame", ""}, {refused, "POST /priorities/frame", "budget=1"}, {refused, "GET /priorities/export/{format}", ""},
	{refused, "GET /priorities/items/{item}", ""}, {refused, "POST /priorities/items/{item}", "title=x"}, {refused, "POST /priorities/items/{item}/park", "park=true"}, {refused, "POST /priorities/items/{item}/start", ""},
	{refused, "POST /priorities/tables", "note=x"}, {refused, "GET /priorities/tables/{table}", ""}, {refused, "GET /priorities/tables/{table}/{format}", ""},

	{refused, "GET /team-value", ""}, {fine, "GET /skills", ""}, {notThere, "GET /skills/{person}", ""}, {refused, "POST /skills/{person}", "skill.1=5&on=2026-10-01"}, {refused, "GET /skill-list", ""}, {refused, "POST /skill-list", "name_zh=x&name_en=x"},
	{fine, "GET /training", ""}, {refused, "POST /training", "topic=x&on=2026-10-01&hours=2&people={person}"}, {refused, "POST /training/{training}/remove", ""},
	{refused, "GET /api/v1/team-value", ""}, {fine, "GET /api/v1/skills", ""}, {refused, "POST /api/v1/skills/marks", `{"person_id":1,"levels":{"1":5},"on":"2026-10-01"}`}, {refused, "POST /api/v1/skills", `{"name_zh":"x","name_en":"x","active":true}`}, {refused, "PUT /api/v1/skills/{item}", `{"name_zh":"x","name_en":"x","active":true}`},
	{fine, "GET /api/v1/trainings", ""}, {refused, "POST /api/v1/trainings", `{"person_ids":[1],"on":"2026-10-01","tenths":20,"topic":"x"}`}, {refused, "POST /api/v1/trainings/{item}/remove", `{}`},

	{refused, "GET /api/v1/priorities", ""}, {refused, "POST /api/v1/priorities/items", `{"title":"x","reach":1,"impact_hundredths":100,"confidence_percent":80,"effort_tenths":10}`}, {refused, "PUT /api/v1/priorities/items/{item}", `{"title":"x","reach":1,"impact_hundredths":100,"confidence_percent":80,"effort_tenths":10}`},
	{refused, "POST /api/v1/priorities/items/{item}/park", `{"park":true}`}, {refused, "POST /api/v1/priorities/items/{item}/start", `{}`}, {refused, "PUT /api/v1/priorities/frame", `{"revision":0,"short_effort_tenths":1,"short_weeks":1,"mid_effort_tenths":1,"mid_weeks":1}`},
	{refused, "GET /api/v1/priorities/tables", ""}, {refused, "POST /api/v1/priorities/tables", `{}`}, {refused, "GET /api/v1/priorities/tables/{table}", ""},
	{refused, "GET /api/v1/maturity", ""}, {refused, "GET /api/v1/maturity/assessments", ""}, {refused, "POST /api/v1/maturity/assessments", `{"note":"x"}`}, {refused, "GET /api/v1/maturity/assessments/{assessment}", ""},
	{refused, "POST /api/v1/maturity/statements", `{"criterion":"process.roles","holds":true,"evidence":"x","on":"2026-10-01"}`}, {refused, "GET /api/v1/maturity/model", ""}, {refused, "PUT /api/v1/maturity/model", `{"version":1}`},
}
