package app_test

import "net/http"

// noticeSteps are about messages, which are one's own, and what goes out, which is for administrators.
var noticeSteps = []step{
	{away, "GET /tasks", ""}, {fine, "GET /api/v1/tasks", ""},
	{fine, "GET /api/v1/agenda", ""},
	{fine, "GET /notices", ""}, {fine, "GET /notices/bell?seen=x", ""}, {away, "POST /notices/read", "id={notice}"}, {notThere, "GET /notices/{notice}", ""},
	{fine, "GET /notices/settings", ""}, {http.StatusUnprocessableEntity, "POST /notices/settings", "digest=hourly"},
	{refused, "GET /deliveries", ""}, {refused, "GET /webhooks", ""}, {refused, "GET /webhooks/new", ""}, {refused, "POST /webhooks", "name=x&url=https://example.com&kinds=published"},
	{refused, "GET /storage", ""},
	{refused, "GET /backups", ""}, {refused, "POST /backups", ""}, {refused, "GET /api/v1/backups", ""}, {refused, "POST /api/v1/backups", ""},
	{refused, "GET /api/v1/storage-use", ""},
	{refused, "GET /mail-connection", ""}, {refused, "POST /mail-connection", "host=x&port=465"}, {refused, "POST /mail-connection/try", "to=a@b.cn"},
	{refused, "GET /api/v1/mail-connection", ""},
	{refused, "PUT /api/v1/mail-connection", `{"host":"x","port":465,"security":"tls","address":"a@b.cn"}`},
	{refused, "POST /api/v1/mail-connection/try", `{"to":"a@b.cn"}`},
	{refused, "GET /webhooks/{hook}", ""}, {refused, "POST /webhooks/{hook}/{act:delete}", ""},
	{fine, "GET /api/v1/notices", ""}, {fine, "GET /api/v1/notice-counts", ""}, {fine, "POST /api/v1/notices/read", `{"ids":["{notice}"]}`}, {fine, "GET /api/v1/notice-settings", ""},
	{http.StatusUnprocessableEntity, "PUT /api/v1/notice-settings", `{"muted":["password_changed"]}`}, {refused, "GET /api/v1/deliveries", ""},
	{refused, "GET /api/v1/webhooks", ""}, {refused, "POST /api/v1/webhooks", `{"name":"x","url":"https://example.com","kinds":["published"],"active":true}`},
	{refused, "PUT /api/v1/webhooks/{hook}", `{"name":"x","url":"https://example.com","kinds":["published"],"active":true,"revision":1}`},
	{refused, "GET /api/v1/webhooks/{hook}/secret", ""}, {refused, "POST /api/v1/webhooks/{hook}/renew", ""}, {refused, "POST /api/v1/webhooks/{hook}/try", ""}, {refused, "DELETE /api/v1/webhooks/{hook}", ""},
}
