package people_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/people"
	"xiaoguan/internal/web/ui"
)

// site is the pages over a company of two teams: 一部, led by person 1, with persons 1 and 2, and 二部 with person 3.
type site struct {
	t     *testing.T
	users *access.Service
	pages http.Handler
	actor access.Actor
	lang  string
}

func newSite(t *testing.T) *site {
	t.Helper()
	db, ctx := storetest.SQLite(t), t.Context()
	err := db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		var failed error
		must := func(_ fact.Outcome, err error) {
			if failed == nil {
				failed = err
			}
		}
		must(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		must(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
		must(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "E"}))
		for i, team := range []string{"T1", "T1", "T2"} {
			must(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i+1), Name: fmt.Sprint("同事", i+1), Team: team, Level: "core", Hired: calendar.NewDate(2024, 1, 1), Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		must(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P1", From: calendar.NoDate}))
		if failed != nil {
			return failed
		}
		_, err = w.Finish(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	now := storetest.Clock()
	users, err := access.New(access.Config{Store: db.Access(), Key: bytes.Repeat([]byte("k"), access.InstallationKeyBytes), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, users: users, lang: "zh-CN", actor: as(access.RoleHR, access.ScopeAll, 0)}
	mux := http.NewServeMux()
	answers := httpx.Errors{Page: ui.RenderError}
	people.New(org.NewService(db.Org(), now), users).Routes(func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answers.Handle(handler)) })
	s.pages = httpx.Resolve(catalogue, nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithActor(r.Context(), s.actor)))
	}))
	return s
}

func as(role access.Role, scope access.ScopeKind, person int64) access.Actor {
	return access.Actor{UserID: "u-1", Name: "某人", Session: "s", PersonID: person, Grants: []access.Grant{{Role: role, Scope: scope}}}
}

func (s *site) do(method, path string, form url.Values, want int) (string, string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", s.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	recorder := httptest.NewRecorder()
	s.pages.ServeHTTP(recorder, r)
	body := recorder.Body.String()
	if recorder.Code != want {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, recorder.Code, want, body)
	}
	if at := strings.Index(body, "⟦"); at >= 0 {
		s.t.Errorf("%s lacks a text: %.60s", path, body[at:])
	}
	return body, recorder.Header().Get("Location")
}

func (s *site) get(path string) string {
	s.t.Helper()
	body, _ := s.do(http.MethodGet, path, nil, http.StatusOK)
	return body
}

func TestEveryPageOpensInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.lang = lang
		for _, path := range []string{"/people", "/people?team=1&valid=2025-01-01&recorded=2026-09-24", "/people?employment=left", "/people?region=1&q=x", "/people/1", "/people/2?valid=2024-06-01&recorded=1", "/people/2?recorded=2020-01-01", "/people/new"} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 {
				t.Errorf("%s: %d headings", path, strings.Count(page, "<h1"))
			}
			seen := map[string]bool{}
			for _, match := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
				if seen[match[1]] {
					t.Errorf("%s: id %s twice", path, match[1])
				}
				seen[match[1]] = true
			}
		}
		if page, _ := s.do(http.MethodGet, "/people?valid=yesterday", nil, http.StatusUnprocessableEntity); strings.Contains(page, "/people/export") {
			t.Error("a filter that makes no sense shows a list")
		}
	}
}

func TestMovesAndDeparturesShowOnBothAxes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(s.get("/people/2"))
	move := url.Values{"team": {"2"}, "level": {"regular"}, "on": {"2026-09-10"}, "seen": {seen[1]}, "roles": {"导师，讲师"}}
	_, location := s.do(http.MethodPost, "/people/2/move", move, http.StatusSeeOther)
	if location != "/people/2?saved=1" {
		t.Errorf("leads to %s", location)
	}
	place := regexp.MustCompile(`(一部|二部)\s*· 华东`)
	for query, want := range map[string]string{"": "二部", "?valid=2026-09-09": "一部", "?valid=2026-09-10": "二部", "?valid=2026-09-10&recorded=1": "一部"} {
		if got := place.FindStringSubmatch(s.get("/people/2" + query)); got == nil || got[1] != want {
			t.Errorf("%s: in %v, want %s", query, got, want)
		}
	}
	if page, _ := s.do(http.MethodPost, "/people/2/move", move, http.StatusConflict); !strings.Contains(page, "刚被改过") {
		t.Error("a stale move")
	}
	if page, _ := s.do(http.MethodPost, "/people/2/move", url.Values{"level": {"boss"}, "on": {"2020-01-01"}}, http.StatusUnprocessableEntity); !strings.Contains(page, "从列表中选一个层级") {
		t.Error("a made-up level")
	}
	s.do(http.MethodPost, "/people/1/leave", url.Values{"on": {"2026-09-20"}}, http.StatusSeeOther)
	if page := s.get("/people?employment=left"); !strings.Contains(page, "2026-09-20") || !strings.Contains(page, "同事1") {
		t.Error("who left is not listed")
	}
	if page := s.get("/people"); strings.Contains(page, "同事1") {
		t.Error("who left still leads or is listed as employed")
	}
	s.do(http.MethodPost, "/people/1/leave", url.Values{"back": {"1"}}, http.StatusSeeOther)
	if page := s.get("/people"); !strings.Contains(page, "同事1") {
		t.Error("a departure that was taken back")
	}
	s.do(http.MethodPost, "/people/3/lead", url.Values{"team": {"1"}, "on": {"2026-09-21"}}, http.StatusSeeOther)
	_, location = s.do(http.MethodPost, "/people", url.Values{"key": {"P9"}, "name": {"新同事"}, "team": {"1"}, "level": {"newcomer"}, "on": {"2026-09-01"}}, http.StatusSeeOther)
	if page := s.get(location); !strings.Contains(page, "新同事") || !strings.Contains(page, "已记下") {
		t.Error("the hire is not shown")
	}
}

func TestReachOfLeadsAndOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = as(access.RoleLead, access.ScopeTeamAndBelow, 1)
	if page := s.get("/people"); !strings.Contains(page, "同事2") || strings.Contains(page, "同事3") || strings.Contains(page, "二部") || strings.Contains(page, "/people/new") {
		t.Error("a lead sees too much or too little")
	}
	if page := s.get("/people/2"); strings.Contains(page, `action="/people/2/`) {
		t.Error("a lead is offered forms")
	}
	s.do(http.MethodPost, "/people/2/correct", url.Values{"key": {"P2"}, "name": {"x"}, "hired": {"2024-01-01"}}, http.StatusForbidden)
	s.do(http.MethodGet, "/people/3", nil, http.StatusNotFound)
	s.do(http.MethodGet, "/people/new", nil, http.StatusForbidden)
	s.do(http.MethodPost, "/people/2/leave", url.Values{"on": {"2026-09-20"}}, http.StatusForbidden)
	if file := s.get("/people/export/csv"); strings.Count(file, "\n") != 3 || strings.Contains(file, "同事3") {
		t.Errorf("export %q", file)
	}
	s.actor = as(access.RoleSeller, access.ScopeOwn, 2)
	s.do(http.MethodGet, "/people", nil, http.StatusForbidden)
}

func TestNumberNameAndFirstDayAreCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	field := func(page, id string) string {
		tag := regexp.MustCompile(`<input[^>]*id="` + id + `"[^>]*>`).FindString(page)
		if value := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(tag); value != nil {
			return value[1]
		}
		return ""
	}
	page := s.get("/people/2")
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)[1]
	for id, want := range map[string]string{"f-correct-key": "P2", "f-correct-name": "同事2", "f-correct-hired": "2024-01-01"} {
		if got := field(page, id); got != want {
			t.Errorf("%s offers %q, want %q", id, got, want)
		}
	}
	form := url.Values{"key": {"N2"}, "name": {" 同事贰 "}, "hired": {"2023-12-01"}, "seen": {seen}}
	if _, location := s.do(http.MethodPost, "/people/2/correct", form, http.StatusSeeOther); location != "/people/2?saved=1" {
		t.Errorf("leads to %s", location)
	}
	page = s.get("/people/2")
	for _, want := range []string{"同事贰", "N2", "2023-12-01 – 至今", "已被更正", ">P2</"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page, _ := s.do(http.MethodPost, "/people/2/correct", form, http.StatusConflict); !strings.Contains(page, "刚被改过") || field(page, "f-correct-key") != "N2" {
		t.Error("a stale correction")
	}
	wrong, _ := s.do(http.MethodPost, "/people/2/correct", url.Values{"key": {"P3"}, "name": {""}, "hired": {""}}, http.StatusUnprocessableEntity)
	marked := regexp.MustCompile(`<input[^>]*id="(f-correct-[a-z]+)"[^>]*is-invalid`).FindAllStringSubmatch(wrong, -1)
	if len(marked) != 2 {
		t.Errorf("marked %v", marked)
	}
	if wrong, _ := s.do(http.MethodPost, "/people/2/correct", url.Values{"key": {"P3"}, "name": {"x"}, "hired": {"2023-12-01"}}, http.StatusUnprocessableEntity); !strings.Contains(wrong, "工号P3已有人使用") {
		t.Error("a taken number")
	}
	if page := s.get("/people/2?recorded=1"); field(page, "f-correct-name") != "同事贰" {
		t.Error("looking back, the correction begins with what was recorded then")
	}
}

func TestTheListKeepsItsViews(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	user, err := s.users.SetUp(t.Context(), access.SetUp{Login: "root", Name: "人事", Password: "copper-Kettle-42 of mine", Client: "203.0.113.9"})
	if err != nil {
		t.Fatal(err)
	}
	s.actor.UserID = user.ID
	page := s.get("/people?team=1&column=level&cursor=")
	if !strings.Contains(page, `href="/views/new?list=people&amp;query=column%3Dlevel%26team%3D1"`) || !strings.Contains(page, `type="hidden" name="column" value="level"`) {
		t.Error("the list does not offer to save the view")
	}
	if _, err := s.users.SaveView(t.Context(), s.actor, access.SaveView{List: "people", Name: "一部的人", Query: "column=level&team=1"}); err != nil {
		t.Fatal(err)
	}
	if page := s.get("/people?team=1&column=level"); !regexp.MustCompile(`href="/people\?column=level&amp;team=1"[^>]*aria-current="(page|true)"[^>]*>\s*一部的人`).MatchString(page) {
		t.Error("the view is not the current one of its list")
	}
	if page := s.get("/people"); !strings.Contains(page, "一部的人") || !regexp.MustCompile(`href="/people"[^>]*aria-current="(page|true)"[^>]*>\s*在职`).MatchString(page) {
		t.Error("the list without a view")
	}
	s.actor.UserID = "u-other"
	if page := s.get("/people"); strings.Contains(page, "一部的人") {
		t.Error("a view that is not shared shows to others")
	}
}
