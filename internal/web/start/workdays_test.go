package start_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pagetest"
)

func TestDaysOffAreEnteredAfterASightOfWhatChanges(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	operations, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleSeller))
	read := seller.Get("/work-days?year=2026", http.StatusOK)
	read.Has("#days td: 国庆节", ".wmonth li.off", ".wmonth li.work", "#missing: 2027")
	read.Lacks("form#add-days", "form#paste-days")
	seller.Post("/work-days/preview", url.Values{"act": {"add"}, "year": {"2027"}, "from": {"2027-01-01"}, "kind": {"off"}}, http.StatusForbidden)
	page := operations.Get("/work-days?year=2027", http.StatusOK)
	page.Has("nav.xg-rail a[href=/work-days]", "form#add-days", "form#paste-days textarea", "main: 这一年没有列出的日子")
	operations.Post("/work-days/preview", url.Values{"act": {"add"}, "year": {"2027"}, "from": {"春节"}, "kind": {"off"}}, http.StatusUnprocessableEntity).Has("input#f-from.is-invalid")
	wrong := operations.Post("/work-days/preview", url.Values{"act": {"paste"}, "year": {"2027"}, "paste": {"2027-02-05 春节"}}, http.StatusUnprocessableEntity)
	wrong.Has(".note.bad: 第1行", ".note.bad: 没写是“休”还是“班”", "textarea: 2027-02-05 春节")
	shown := operations.Post("/work-days/preview", url.Values{"act": {"paste"}, "year": {"2027"}, "whole": {"1"}, "paste": {"2月5日至11日\t休\t春节\n2027-02-20\t班\t春节"}}, http.StatusOK)
	shown.Has("#changes td: 上班", "#changes td: 休息 春节", "#whole: 2027年标为已录全", "form#confirm-days input[name=days]", "table td: 2027年2月")
	shown.Lacks("#past", "input#f-reason")
	kept := url.Values{"year": {"2027"}, "revision": {"0"}, "whole": {"1"}, "days": {shown.Attribute("form#confirm-days input[name=days]", "value")}}
	saved := operations.Post("/work-days", kept, http.StatusOK)
	saved.Has(".note.good: 已保存", "#days td: 春节", "#days button: 移除", ".wmonth li.off: 5", "main: 同事operations")
	saved.Lacks("#missing")
	operations.Post("/work-days", kept, http.StatusConflict).Has(".note.bad: 刚被别人改过")
	past := operations.Post("/work-days/preview", url.Values{"act": {"add"}, "year": {"2026"}, "from": {"2026-03-02"}, "kind": {"off"}, "name": {"厂休"}}, http.StatusOK)
	past.Has("#past: 1天", "input#f-reason")
	kept = url.Values{"year": {"2026"}, "revision": {"0"}, "days": {past.Attribute("form#confirm-days input[name=days]", "value")}}
	operations.Post("/work-days", kept, http.StatusUnprocessableEntity).Has("input#f-reason.is-invalid")
	kept.Set("reason", "全员培训")
	operations.Post("/work-days", kept, http.StatusOK).Has("main: 原因：全员培训")
	removed := operations.Post("/work-days/preview", url.Values{"act": {"remove"}, "year": {"2027"}, "from": {"2027-02-20"}, "to": {"2027-02-20"}}, http.StatusOK)
	removed.Has("#changes td: 上班 春节")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Get("/company", http.StatusOK).Has("main a[href=/work-days]")
	seller.Lang = "en"
	seller.Get("/work-days?year=2027", http.StatusOK).Has("h1: Days off", "#days td: 春节")
	seller.Get("/work-days?year=1999", http.StatusUnprocessableEntity)
}
