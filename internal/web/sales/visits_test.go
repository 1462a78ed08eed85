package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestVisitsAreRuledArrangedAndRecorded(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = clerk(), lang
		s.post("/visit-rules", url.Values{"name": {"满月回访"}, "days": {"30"}, "since": {"2026-08-01"}, "active": {"1"}, "rule": {"0"}}, http.StatusSeeOther)
		s.post("/visit-rules", url.Values{"name": {""}, "days": {"x"}, "since": {"2026-08-01"}, "rule": {"0"}}, http.StatusUnprocessableEntity)
		s.actor = seller(1)
		s.post("/visits", url.Values{"customer": {"C1"}, "due_on": {"2026-09-24"}}, http.StatusSeeOther)
		s.wants(s.post("/visits", url.Values{"customer": {"C9"}, "due_on": {"2026-09-20"}}, http.StatusUnprocessableEntity), "is-invalid", `value="C9"`)
		for _, path := range []string{"/visits", "/visits?state=done", "/visits?state=dropped&from=2026-01-01", "/visits/1", "/visit-rules", "/today"} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s %s: %d headings", lang, path, strings.Count(page, "<h1"))
			}
			if found := duplicateIDs(page); len(found) > 0 {
				t.Errorf("%s: ids twice: %v", path, found)
			}
		}
	}
	s := newSite(t)
	s.actor = seller(1)
	s.post("/visits", url.Values{"customer": {"C1"}, "due_on": {"2026-09-24"}}, http.StatusSeeOther)
	s.wants(s.get("/today"), "回访恒越精密", `href="/visits/1"`)
	s.lacks(s.get("/visit-rules"), `id="visit-rule"`)
	s.wants(s.post("/visits/1", url.Values{"outcome": {"refused"}, "score": {"3"}}, http.StatusUnprocessableEntity), "接通了才能打分")
	const evil = `"><script>alert(1)</script>`
	s.post("/visits/1", url.Values{"outcome": {"reached"}, "score": {"4"}, "next": {"30"}, "text": {evil}, "seen": {"1"}}, http.StatusSeeOther)
	s.wants(s.post("/visits/1", url.Values{"outcome": {"reached"}, "seen": {"1"}}, http.StatusConflict), "已经记过")
	for _, path := range []string{"/visits?state=done", "/visits/1"} {
		s.wants(s.get(path), "4/5")
		s.lacks(s.get(path), "<script>alert")
	}
	s.wants(s.get("/visits"), "10月24日")
	s.post("/visits/2/put-off", url.Values{"seen": {"1"}}, http.StatusSeeOther)
	s.post("/visits/2/drop", url.Values{"seen": {"2"}}, http.StatusSeeOther)
	s.actor = seller(2)
	s.lacks(s.get("/visits?state=done"), `href="/visits/1"`)
	s.do(http.MethodGet, "/visits/1", nil, http.StatusNotFound)
}
