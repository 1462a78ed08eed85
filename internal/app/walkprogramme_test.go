package app_test

// programmeSteps are about the programme of improvement, which sellers do not see.
var programmeSteps = []step{
	{refused, "GET /goals", ""}, {refused, "GET /goals/new", ""}, {refused, "POST /goals", "metric=collected"}, {refused, "POST /goals/shipped", ""}, {refused, "GET /goals/{goal}", ""}, {refused, "GET /goals/{goal}/edit", ""},
	{refused, "POST /goals/{goal}", "metric=collected"}, {refused, "POST /goals/{goal}/step", "step=freeze"}, {refused, "POST /goals/{goal}/target", "kind=absolute&amount=1"},
	{refused, "GET /initiatives", ""}, {refused, "GET /initiatives/new", ""}, {refused, "POST /initiatives", "title=x"}, {refused, "GET /initiatives/{initiative}", ""}, {refused, "GET /initiatives/{initiative}/edit", ""}, {refused, "POST /initiatives/{initiative}", "title=x"},
	{refused, "POST /initiatives/{initiative}/act", "act=advance"}, {refused, "POST /initiatives/{initiative}/spending", "amount=1&on=2026-01-01&note=x"}, {refused, "POST /initiatives/{initiative}/trial", "metric=collected&pilot=1&from=2026-09&before=12"},
	{refused, "POST /initiatives/{initiative}/effect", ""}, {refused, "POST /initiatives/{initiative}/decision", "outcome=keep&reason=x&expected=x&learnt=x&due_on=2030-01-01"},
	{refused, "GET /risks", ""}, {refused, "GET /risks/new", ""}, {refused, "POST /risks", "title=x"}, {refused, "POST /risks/shipped", ""}, {refused, "GET /risks/{risk}", ""}, {refused, "POST /risks/{risk}", "title=x"},
	{refused, "GET /lessons", ""}, {refused, "GET /lessons/new", ""}, {refused, "POST /lessons", "title=x"},

	{refused, "GET /api/v1/goals", ""}, {refused, "POST /api/v1/goals", `{"metric":"collected","horizon_months":6}`}, {refused, "POST /api/v1/goals/shipped", ""}, {refused, "GET /api/v1/goals/{goal}", ""}, {refused, "PUT /api/v1/goals/{goal}", `{"metric":"collected","horizon_months":6}`},
	{refused, "POST /api/v1/goals/{goal}/baseline", `{}`}, {refused, "POST /api/v1/goals/{goal}/target", `{"kind":"absolute","amount":1}`}, {refused, "POST /api/v1/goals/{goal}/activation", `{}`}, {refused, "POST /api/v1/goals/{goal}/end", `{"note":"x"}`},
	{refused, "GET /api/v1/initiatives", ""}, {refused, "POST /api/v1/initiatives", `{"title":"x"}`}, {refused, "GET /api/v1/initiatives/{initiative}", ""}, {refused, "PUT /api/v1/initiatives/{initiative}", `{"title":"x","horizon":"mid"}`},
	{refused, "POST /api/v1/initiatives/{initiative}/gate/ticks", `{"item":0,"done":true}`}, {refused, "POST /api/v1/initiatives/{initiative}/gate/items", `{"text":"x"}`}, {refused, "POST /api/v1/initiatives/{initiative}/gate/signature", `{}`}, {refused, "POST /api/v1/initiatives/{initiative}/phase", `{}`},
	{refused, "POST /api/v1/initiatives/{initiative}/milestones", `{"milestone":0,"state":"done"}`}, {refused, "POST /api/v1/initiatives/{initiative}/spending", `{"on":"2026-01-01","amount_fen":1,"note":"x"}`}, {refused, "PUT /api/v1/initiatives/{initiative}/trial", `{"metric":"collected","pilot":[1],"comparison":[],"from":"2026-09"}`},
	{refused, "POST /api/v1/initiatives/{initiative}/effects", ""}, {refused, "POST /api/v1/initiatives/{initiative}/decision", `{"outcome":"keep","reason":"x","expected":"x","due_on":"2030-01-01","learnt":"x"}`},
	{refused, "GET /api/v1/risks", ""}, {refused, "POST /api/v1/risks", `{"title":"x","probability":1,"impact":1}`}, {refused, "POST /api/v1/risks/shipped", ""}, {refused, "GET /api/v1/risks/{risk}", ""}, {refused, "PUT /api/v1/risks/{risk}", `{"title":"x","probability":1,"impact":1}`},
	{refused, "GET /api/v1/lessons", ""}, {refused, "POST /api/v1/lessons", `{"title":"x","tried":"x","learnt":"x"}`}, {refused, "PUT /api/v1/lessons/{lesson}", `{"title":"x","tried":"x","learnt":"x"}`},
}
