package admin_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestAnAdministratorMakesAndStopsUsers(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	refused := admin.Post("/users", url.Values{"name": {""}, "login": {"admin"}, "person": {"X9"}, "grants": {"boss:all"}}, http.StatusUnprocessableEntity)
	refused.Has("form#new-user input#f-login[value=admin]", "form#new-user input#f-person.is-invalid")
	refused.Lacks(".note.warn")
	admin.Post("/users", url.Values{"name": {""}, "login": {"admin"}, "grants": {"finance:all"}}, http.StatusUnprocessableEntity).Has("input#f-name.is-invalid", "input[value=finance:all][checked]")
	made := admin.Post("/users", url.Values{"name": {"严正"}, "login": {"yan.zheng"}, "grants": {"finance:all"}}, http.StatusOK)
	made.Has(".note.warn: yan.zheng", "table td a: 严正")
	if made.Header.Get("Cache-Control") != "no-store" {
		t.Error("a page with a password may be stored")
	}
	admin.Get("/users", http.StatusOK).Lacks(".note.warn")
	user := made.Attribute("table td a", "href")
	if user == "" {
		t.Fatal("no link to the user")
	}
	found := admin.Get("/users?q=yan", http.StatusOK)
	found.Has("td: yan.zheng")
	page := admin.Get(found.Attribute("table td a", "href"), http.StatusOK)
	page.Has("form#details input[value=yan.zheng]", "form#grants input[value=finance:all][checked]", "form#grants input[value=seller:own]")
	page.Lacks("form#grants input[value=seller:own][checked]")
	path := page.Path
	admin.Post(path+"/grants", url.Values{"grants": {"finance:all", "hr:all"}}, http.StatusOK).Has("form#grants input[value=hr:all][checked]")
	admin.Post(path+"/disable", nil, http.StatusOK)
	admin.Get("/users?disabled=1&q=yan", http.StatusOK).Has("td: 已停用")
	admin.Post(path+"/promote", nil, http.StatusNotFound)
}

func TestOthersSeeNeitherUsersNorTheLog(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	seller, auditor := site.As(t, 0, pagetest.Grant(access.RoleSeller)), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	for _, path := range []string{"/users", "/audit"} {
		seller.Get(path, http.StatusForbidden).Lacks("table", "main form")
		seller.Get("/account", http.StatusOK).Lacks("nav.xg-rail a[href=" + path + "]")
	}
	seller.Get("/jobs", http.StatusOK).Lacks("table td a") // one's own jobs, of which there are none
	auditor.Get("/users", http.StatusOK).Lacks("form#new-user")
	auditor.Post("/users", url.Values{"name": {"甲"}, "login": {"jia"}, "grants": {"admin:all"}}, http.StatusForbidden)
	auditor.Get("/audit?action=user.create", http.StatusOK).Has("table td: 同事auditor")
	auditor.Get("/audit?from=2026-10-09", http.StatusOK).Lacks("table td: 同事auditor")
	auditor.Get("/jobs/none", http.StatusNotFound)
}

// TestTheLogSpeaksInWords: an entry says who did what and what changed, field by field; how it is recorded and chained is folded away.
func TestTheLogSpeaksInWords(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	admin, auditor := site.As(t, 0, pagetest.Grant(access.RoleAdmin)), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	admin.Post("/users", url.Values{"name": {"严正"}, "login": {"yan.zheng"}, "grants": {"finance:all"}}, http.StatusOK)
	admin.Post(admin.Get("/users?q=yan", http.StatusOK).Attribute("table td a", "href")+"/disable", nil, http.StatusOK)
	month := auditor.Get("/audit?action=period.", http.StatusOK)
	month.Has("table td a: 月结：开始核算", "table td a: 月结：2026年9月", "dl.facts dt: 状态", "dl.facts dd: 未核算 → 核算中", "table td details summary: 原始记录", "table td details pre: \"state\":\"calculating\"")
	month.Lacks("table td a: period.", "dl.facts dt: state", "dl.facts dd: calculating", "table td details[open]", "dl.facts: current_run")
	users := auditor.Get("/audit?action=user.", http.StatusOK)
	users.Has("table td a: 用户：停用", "table td a: 用户：严正", "dl.facts dt: 停用", "dl.facts dd: 否 → 是", "dl.facts dd: 角色：财务", "dl.facts dd: 数据权限：全公司")
	auditor.Lang = "en"
	english := auditor.Get("/audit?action=user.disable", http.StatusOK)
	english.Has("table td a: User: disabled", "dl.facts dd: No → Yes", "summary: Raw record")
}

// TestADirectorOfARegionIsAppointedInTheBrowser: a role over a region is chosen by name, shown by name, and more can be added.
func TestADirectorOfARegionIsAppointedInTheBrowser(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	monthtest.Open(t, site.App.DB, monthtest.Small())
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	list := admin.Get("/users", http.StatusOK)
	list.Has("form#new-user select[name=region_role] option[value=director]", "form#new-user select[name=region_id] option", "form#new-user input[value=service:own]", "form#new-user input[value=director:team_and_below]")
	list.Lacks("form#new-user select[name=region_role] option[value=admin]", "form#new-user select[name=region_role] option[value=seller]")
	offered := list.Attributes("form#new-user select[name=region_id] option", "value")
	region := offered[len(offered)-1]
	if len(offered) != 3 || region == "" {
		t.Fatalf("regions offered: %v", offered)
	}
	admin.Post("/users", url.Values{"name": {"高远"}, "login": {"gao.yuan"}, "region_role": {"director"}}, http.StatusUnprocessableEntity).Has("select[name=region_id].is-invalid")
	admin.Post("/users", url.Values{"name": {"高远"}, "login": {"gao.yuan"}, "region_id": {region}}, http.StatusUnprocessableEntity).Has("select[name=region_role].is-invalid")
	made := admin.Post("/users", url.Values{"name": {"高远"}, "login": {"gao.yuan"}, "region_role": {"director"}, "region_id": {region}}, http.StatusOK)
	made.Has(".note.warn: gao.yuan")
	page := admin.Get(admin.Get("/users?q=gao", http.StatusOK).Attribute("table td a", "href"), http.StatusOK)
	page.Has("form#grants input[value=director:region:" + region + "][checked]")
	page.Lacks("form#grants label: 总监（大区）")
	kept := admin.Post(page.Path+"/grants", url.Values{"grants": {"director:region:" + region}, "region_role": {"service"}, "region_id": {region}}, http.StatusOK)
	kept.Has("form#grants input[value=director:region:"+region+"][checked]", "form#grants input[value=service:region:"+region+"][checked]")
	admin.Post(page.Path+"/grants", url.Values{"grants": {"director:team_and_below"}}, http.StatusOK).Lacks("form#grants input[value=director:region:" + region + "]")
}
