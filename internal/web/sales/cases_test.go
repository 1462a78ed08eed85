package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
)

func helper() access.Actor {
	return access.Actor{UserID: "u-service", Name: "客服", Session: "s", PersonID: 2, Grants: []access.Grant{{Role: access.RoleService, Scope: access.ScopeOwn}}}
}

func complaint(title string) url.Values {
	return url.Values{"title": {title}, "kind": {"complaint"}, "severity": {"high"}, "customer": {"C1"}, "text": {"等了三天没人来"}, "deal": {"D/00"}}
}

func TestPagesOfServiceCasesOpenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = seller(1), lang
		for _, path := range []string{"/cases", "/case-board", "/case-figures", "/new-case", "/case-rules", "/customers/1"} {
			s.get(path) // while there is nothing yet
		}
		s.post("/cases", complaint("没人上门"), http.StatusSeeOther)
		s.post("/cases/1/comments", url.Values{"to": {"public"}, "text": {"今天就去"}}, http.StatusSeeOther)
		for _, path := range []string{"/cases", "/cases?state=all&kind=complaint&sort=-id", "/cases?state=closed", "/case-board?severity=high", "/case-figures?from=2026-09-01", "/cases/1", "/cases/1?saved=1", "/edit-case/1", "/new-case?customer=C1", "/customers/1", "/views/new?list=cases&query="} {
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

func TestACaseIsTakenAnsweredAndSolved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	wrong := complaint("")
	wrong.Set("deal", "D/99")
	s.wants(s.post("/cases", wrong, http.StatusUnprocessableEntity), "is-invalid", "等了三天没人来")
	if at := s.post("/cases", complaint("没人上门"), http.StatusSeeOther); at != "/cases/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.wants(s.get("/customers/1"), "没人上门", "等人接", `href="/new-case?customer=C1"`)
	s.actor = helper()
	s.wants(s.get("/cases"), "没人上门", "等人接", "恒越精密", `name="case" value="1"`, "响应")
	s.post("/assign-cases", url.Values{"case": {"1"}, "query": {"kind=complaint"}}, http.StatusSeeOther)
	s.wants(s.post("/assign-cases", url.Values{"query": {""}}, http.StatusUnprocessableEntity), "没有分派", "选1到200张工单")
	s.wants(s.get("/cases/1"), "销售P2", "控制器", "D/00", "首次响应", "等了三天没人来", `id="solve"`)
	s.post("/cases/1/comments", url.Values{"to": {"internal"}, "text": {"@销售P1 你约的几点"}}, http.StatusSeeOther)
	s.post("/cases/1/comments", url.Values{"to": {"public"}, "text": {"下午两点到"}}, http.StatusSeeOther)
	s.wants(s.get("/cases/1"), "答复客户", "下午两点到", "@销售P1 你约的几点", "按时")
	s.wants(s.post("/cases/1/move", url.Values{"state": {"solved"}, "solution": {""}}, http.StatusUnprocessableEntity), "写明怎么解决的", "is-invalid")
	s.wants(s.post("/cases/1/move", url.Values{"state": {"closed"}}, http.StatusConflict), "不能直接到")
	s.post("/cases/1/move", url.Values{"state": {"solved"}, "solution": {"换了工程师"}}, http.StatusSeeOther)
	s.wants(s.get("/cases/1"), "换了工程师", "已解决", "关闭工单")
	s.lacks(s.get("/cases"), "没人上门")
	s.wants(s.get("/cases?state=solved"), "没人上门")
	s.wants(s.get("/cases/export/csv?state=all"), "没人上门", "D/00", "已解决")
	stale := complaint("没人上门了")
	stale.Set("seen", "1")
	s.wants(s.post("/cases/1", stale, http.StatusConflict), "有人刚改过这张工单", "两边不同的地方", "没人上门了")
}

func TestTimeLimitsAreKeptByWhoMayKeepThem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = helper()
	s.lacks(s.get("/case-rules"), `id="rules"`)
	s.actor = clerk()
	s.wants(s.get("/case-rules"), `id="rules"`, "30分钟", "09:00")
	form := url.Values{"opens": {"8:30"}, "closes": {"17:30"}, "seen": {"0"}}
	for _, severity := range []string{"urgent", "high", "normal", "low"} {
		form.Set("answer."+severity, "60")
		form.Set("solve."+severity, "600")
	}
	s.post("/case-rules", form, http.StatusSeeOther)
	s.wants(s.get("/case-rules"), "08:30", "10小时")
	s.wants(s.post("/case-rules", form, http.StatusConflict), "有人刚改过时限")
	form.Set("opens", "early")
	form.Set("solve.low", "1")
	s.wants(s.post("/case-rules", form, http.StatusUnprocessableEntity), "写成 09:00 这样")
}

func TestTextsOfCasesArePlain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	const evil = `"><script>alert(1)</script>`
	form := complaint(evil)
	form.Set("text", evil)
	s.post("/cases", form, http.StatusSeeOther)
	s.post("/cases/1/comments", url.Values{"to": {"public"}, "text": {evil}}, http.StatusSeeOther)
	s.post("/cases/1/move", url.Values{"state": {"solved"}, "solution": {evil}}, http.StatusSeeOther)
	for _, path := range []string{"/cases/1", "/cases?state=all", "/case-board", "/edit-case/1", "/customers/1", "/cases?q=" + url.QueryEscape(evil)} {
		s.lacks(s.get(path), "<script>alert")
	}
}
