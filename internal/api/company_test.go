package api_test

import "testing"

func TestTheCompanyIsChangedByAdministratorsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seen := b.call(scenario{as: "root", send: "GET /api/v1/company", status: 200, contains: []string{`"time_zone":"Asia/Shanghai"`}}).header.Get("ETag")
	body := `{"name":"青禾智控","fiscal_first_month":4,"time_zone":"Asia/Tokyo","currency":"CNY"}`
	for _, s := range []scenario{
		{name: "operations may not", as: "ops", send: "PUT /api/v1/company", body: body, status: 403},
		{name: "operations may not read", as: "ops", send: "GET /api/v1/company", status: 403, lacks: []string{"Shanghai"}},
		{name: "all faults at once", as: "root", send: "PUT /api/v1/company", body: `{"name":" ","fiscal_first_month":4,"time_zone":"Mars","currency":"QQQ"}`, status: 422,
			contains: []string{`"path":"name"`, `"path":"time_zone"`, `"path":"currency"`}},
		{name: "as seen", as: "root", send: "PUT /api/v1/company", body: body, headers: []string{"If-Match", seen}, status: 200, contains: []string{"青禾智控", `"fiscal_first_month":4`}},
		{name: "as it was before", as: "root", send: "PUT /api/v1/company", body: body, headers: []string{"If-Match", seen}, status: 412},
		{name: "what is left", as: "ops", send: "GET /api/v1/setup-progress", status: 200, contains: []string{`"step":"company","done":true`, `"may":false`}},
		{name: "a seller", as: "p1", send: "GET /api/v1/setup-progress", status: 403},
	} {
		b.call(s)
	}
}
