package app_test

// mergeSteps are about customers that are the same. Nobody of a team merges those of another.
var mergeSteps = []step{
	{refused, "GET /duplicates", ""}, {refused, "POST /duplicates/look", ""}, {refused, "POST /duplicates/apart", "survivor={customer}&merged=2"}, {refused, "GET /duplicates/compare?survivor={customer}&merged=2", ""},
	{refused, "POST /duplicates/merges", "survivor={customer}&merged=2"}, {refused, "GET /duplicates/merges/{merge}", ""}, {refused, "POST /duplicates/merges/{merge}/undo", ""},
	{refused, "GET /api/v1/customer-duplicates", ""}, {refused, "POST /api/v1/customer-duplicates/find", ""}, {refused, "POST /api/v1/customer-duplicates/apart", `{"first":1,"second":2}`},
	{refused, "GET /api/v1/customer-duplicates/compare?survivor={customer}&merged=2", ""}, {refused, "POST /api/v1/customer-merges", `{"survivor":1,"merged":2}`}, {refused, "GET /api/v1/customer-merges", ""},
	{refused, "GET /api/v1/customer-merges/{merge}", ""}, {refused, "POST /api/v1/customer-merges/{merge}/undo", ""},
}

// cellSteps are cells of lists that are changed in place: of the other team's records.
var cellSteps = []step{
	{notThere, "GET /opportunities/{opportunity}/cells/{cell}", ""}, {notThere, "POST /opportunities/{opportunity}/cells/{cell}", "value=x&seen=1"},
	{notThere, "GET /leads/{lead}/cells/{cell}", ""}, {notThere, "POST /leads/{lead}/cells/{cell}", "value=x&seen=1"},
	{refused, "GET /customers/{customer}/cells/{cell}", ""}, {refused, "POST /customers/{customer}/cells/{cell}", "value=x&seen=1"},
}
