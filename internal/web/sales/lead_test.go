package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
)

func asking(company string) url.Values {
	return url.Values{"company": {company}, "name": {"顾南星"}, "phone": {"138 0000 5678"}, "source": {"exhibition"}, "campaign": {"工博会"}, "note": {"想改两条产线"}}
}

func head() access.Actor {
	return access.Actor{UserID: "u-head", Name: "主管", Session: "s", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
}

func TestPagesOfLeadsOpenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = head(), lang
		for _, path := range []string{"/leads", "/new-lead"} {
			s.get(path)
		}
		s.post("/leads", asking("无锡新川机械有限公司"), http.StatusSeeOther)
		s.post("/leads", url.Values{"name": {"没说公司的人"}, "owner": {"P1"}}, http.StatusSeeOther)
		s.post("/leads/2/follow-ups", url.Values{"kind": {"call"}, "text": {"没人接"}, "next": {"0"}}, http.StatusSeeOther)
		for _, path := range []string{"/leads", "/leads?status=open&response=late&unassigned=1&q=xc&sort=-assigned_at", "/leads?column=name", "/leads/1", "/leads/2?saved=1", "/edit-lead/1", "/drop-lead/1", "/convert-lead/1", "/convert-lead/1?customer=C1", "/views/new?list=leads&query="} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s %s: %d headings", lang, path, strings.Count(page, "<h1"))
			}
			if found := duplicateIDs(page); len(found) > 0 {
				t.Errorf("%s: ids twice: %v", path, found)
			}
		}
	}
}

func TestALeadIsGivenOutAnsweredAndConverted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = head()
	s.post("/leads", asking("无锡新川机械有限公司"), http.StatusSeeOther)
	s.post("/leads", asking("常州北岭电气"), http.StatusSeeOther)
	s.wants(s.get("/leads"), "待分配", `name="lead"`, `form="assign"`, "13800005678", `value="P1"`)
	s.wants(s.post("/assign-leads", url.Values{"to": {"P1"}}, http.StatusUnprocessableEntity), "先勾选线索")
	s.wants(s.post("/assign-leads", url.Values{"lead": {"1"}}, http.StatusUnprocessableEntity), "这一项要填")
	if at := s.post("/assign-leads", url.Values{"lead": {"1", "2"}, "to": {"P1", "P2"}, "back": {"status=open"}}, http.StatusSeeOther); at != "/leads?saved=1&status=open" {
		t.Errorf("leads to %s", at)
	}
	s.actor = seller(1)
	list := s.get("/leads")
	s.wants(list, "无锡新川", "剩")
	s.lacks(list, "北岭", `name="lead"`)
	s.do(http.MethodPost, "/assign-leads", url.Values{"lead": {"1"}, "to": {"P2"}}, http.StatusForbidden)
	s.wants(s.get("/today"), "联系线索 无锡新川", "线索分给你后还没联系过")
	s.wants(s.post("/leads/1/follow-ups", url.Values{"kind": {"call"}, "text": {""}, "next": {"3"}}, http.StatusUnprocessableEntity), "is-invalid")
	s.post("/leads/1/follow-ups", url.Values{"kind": {"call"}, "text": {"聊了预算"}, "next": {"3"}}, http.StatusSeeOther)
	s.post("/leads/1/qualify", url.Values{"seen": {"1"}}, http.StatusConflict)
	s.post("/leads/1/qualify", url.Values{"seen": {"3"}}, http.StatusSeeOther)
	s.wants(s.get("/leads/1"), "聊了预算", "有意向", "分钟内已联系", "新建线索", "分配线索", "/convert-lead/1")
	form := url.Values{"name": {"恒越精密"}, "opportunity": {"产线改造"}, "currency": {"CNY"}, "amount": {"300,000"}, "expected_on": {"2026-10-24"}, "stage": {"needs"}, "seen": {"4"}}
	s.wants(s.post("/convert-lead/1", form, http.StatusConflict), "已经有同名客户", `name="despite"`)
	form.Set("name", "无锡新川机械有限公司")
	form.Set("opportunity", "")
	s.wants(s.post("/convert-lead/1", form, http.StatusUnprocessableEntity), "is-invalid", `value="300,000"`)
	form.Set("opportunity", "产线改造")
	if at := s.post("/convert-lead/1", form, http.StatusSeeOther); at != "/opportunities/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.wants(s.get("/opportunities/1"), "产线改造", "无锡新川", "聊了预算", `href="/leads/1"`, "顾南星")
	converted := s.get("/leads/1")
	s.wants(converted, "已转商机", `href="/opportunities/1"`)
	s.lacks(converted, `id="follow-up"`, "/edit-lead/1")
	if _, response := s.do(http.MethodGet, "/convert-lead/1", nil, http.StatusSeeOther); response.Header.Get("Location") != "/leads/1" {
		t.Errorf("a stale link to convert leads to %q", response.Header.Get("Location"))
	}
	s.wants(s.post("/convert-lead/1", form, http.StatusConflict), "这条线索已经转成商机")
}

func TestALeadLikeAnotherIsToldOf(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/leads", asking("无锡新川机械有限公司"), http.StatusSeeOther)
	s.wants(s.get("/new-lead/like?company=新川机械"), "可能已经有了", "无锡新川", `href="/leads/1"`)
	s.actor = seller(2)
	told := s.get("/new-lead/like?phone=13800005678")
	s.wants(told, "你看不到的线索", "销售P1", "电话相同")
	s.lacks(told, "新川", "/leads/1")
	s.post("/leads", asking("恒越精密"), http.StatusSeeOther)
	s.wants(s.get("/convert-lead/2"), "用已有客户：恒越精密", `href="/convert-lead/2?customer=C1"`)
	s.wants(s.get("/convert-lead/2?customer=C1"), `value="C1"`)
}

func TestALeadChangedByTwoShowsBothSides(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/leads", asking("无锡新川机械有限公司"), http.StatusSeeOther)
	first := asking("无锡新川机械有限公司")
	first.Set("seen", "1")
	first.Set("city", "无锡")
	s.post("/leads/1", first, http.StatusSeeOther)
	first.Set("city", "苏州")
	page := s.post("/leads/1", first, http.StatusConflict)
	s.wants(page, "有人刚改过", "两边不同的地方", "无锡", "苏州", `name="seen" value="2"`)
	const evil = `"><script>alert(1)</script>`
	s.post("/leads", url.Values{"company": {evil}, "name": {evil}, "campaign": {evil}, "note": {evil}}, http.StatusSeeOther)
	for _, path := range []string{"/leads", "/leads/2", "/edit-lead/2", "/convert-lead/2", "/drop-lead/2", "/new-lead/like?company=" + url.QueryEscape(evil), "/today"} {
		s.lacks(s.get(path), "<script>alert")
	}
	s.wants(s.post("/drop-lead/2", url.Values{"for": {""}}, http.StatusUnprocessableEntity), "从列表中选一项")
	s.post("/drop-lead/2", url.Values{"for": {"other"}, "why": {evil}, "seen": {"1"}}, http.StatusSeeOther)
	s.wants(s.get("/leads/2"), "重新捡起", "无效")
	s.post("/leads/2/retake", url.Values{"seen": {"2"}}, http.StatusSeeOther)
}
