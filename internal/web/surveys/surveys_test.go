package surveys_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

var tokenShape = regexp.MustCompile(`/feedback\?t=([A-Za-z0-9_-]{43})`)

// withSurvey is an installation with monthtest's small company and one survey, made by operations.
func withSurvey(t *testing.T, form url.Values) (*pagetest.Site, *pagetest.Visitor, http.Handler) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	monthtest.Open(t, site.App.DB, monthtest.Small())
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	operations.Post("/surveys", form, http.StatusOK)
	handler, err := site.App.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return site, operations, handler
}

func satisfaction() url.Values {
	return url.Values{"name": {"交付满意度"}, "kind": {"csat"}, "valid_days": {"30"}, "low_until": {"2"}, "opens_case": {"1"}, "active": {"1"}}
}

// customer opens an address without an account.
func customer(t *testing.T, site http.Handler, method, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "zh-CN")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

func wants(t *testing.T, w *httptest.ResponseRecorder, status int, has, lacks []string) {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Errorf("%d, want %d: %s", w.Code, status, body)
	}
	for _, text := range has {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	for _, text := range lacks {
		if strings.Contains(body, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

func TestACustomerAnswersByALinkAlone(t *testing.T) {
	t.Parallel()
	_, operations, handler := withSurvey(t, satisfaction())
	operations.Get("/surveys", http.StatusOK).Has("a[href=/surveys/1]: 交付满意度")
	operations.Get("/surveys/1", http.StatusOK).Has("h1: 交付满意度")
	made := operations.Post("/invite-survey", url.Values{"survey": {"1"}, "customer": {"C1"}}, http.StatusOK)
	made.Has("img[width=280]", "input#f-link")
	found := tokenShape.FindStringSubmatch(strings.Join(made.Attributes("input#f-link", "value"), " "))
	if found == nil {
		t.Fatalf("no link: %v", made.Attributes("input#f-link", "value"))
	}
	path := "/feedback?t=" + found[1]
	page := customer(t, handler, http.MethodGet, path, nil)
	secrets := []string{"恒越精密", ">C1<", `"C1"`, "陈思远", "/cases", `action="/sign-out"`} // the key in marks: the link's own letters may hold it
	wants(t, page, http.StatusOK, []string{"<h1>青禾智控</h1>", "你对我们这次的服务满意吗", "5 非常满意", `lang="zh-CN"`}, secrets)
	for name, want := range map[string]string{"X-Robots-Tag": "noindex", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"} {
		if !strings.Contains(page.Header().Get(name), want) {
			t.Errorf("%s is %q", name, page.Header().Get(name))
		}
	}
	wants(t, customer(t, handler, http.MethodGet, path+"&lang=en", nil), http.StatusOK, []string{"How satisfied are you", `lang="en"`}, secrets)
	const evil = `"><script>alert(1)</script>`
	wants(t, customer(t, handler, http.MethodPost, "/feedback", url.Values{"t": {found[1]}, "score": {"9"}, "comment": {evil}}), http.StatusUnprocessableEntity, []string{"选一个分数", "invalid-feedback"}, []string{"<script>alert"})
	wants(t, customer(t, handler, http.MethodPost, "/feedback", url.Values{"t": {found[1]}, "score": {"1"}, "comment": {evil}}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, nil, secrets)
	wants(t, customer(t, handler, http.MethodPost, "/feedback", url.Values{"t": {found[1]}, "score": {"1"}, "comment": {evil}, "lang": {"zh-CN"}}), http.StatusOK, []string{"收到了，谢谢"}, secrets)
	wants(t, customer(t, handler, http.MethodPost, "/feedback", url.Values{"t": {found[1]}, "score": {"5"}}), http.StatusConflict, []string{"已经答过了"}, secrets)
	wants(t, customer(t, handler, http.MethodGet, path, nil), http.StatusConflict, []string{"已经答过了"}, secrets)
	wants(t, customer(t, handler, http.MethodGet, "/feedback?t=guess", nil), http.StatusNotFound, []string{"链接不对"}, secrets)
	results := operations.Get("/surveys/1", http.StatusOK)
	results.Has("td: 恒越精密", "a[href=/cases/1]: #1", "td: "+evil)
	results.Lacks("td script")
	operations.Get("/cases/1", http.StatusOK).Has("h1: 交付满意度：1/5")
}

func TestAnAddressThatAsksTooOftenWaits(t *testing.T) {
	t.Parallel()
	_, _, handler := withSurvey(t, satisfaction())
	last := 0
	for range 80 {
		last = customer(t, handler, http.MethodGet, "/feedback?t=guess", nil).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after 80 guesses the answer is %d", last)
	}
}

func TestPagesOfSurveysInBothLanguages(t *testing.T) {
	t.Parallel()
	form := satisfaction()
	form.Set("kind", "nps")
	form.Set("low_until", "6")
	form.Set("anonymous", "1")
	site, operations, _ := withSurvey(t, form)
	operations.Post("/surveys", url.Values{"name": {""}, "kind": {"csat"}, "valid_days": {"900"}, "low_until": {"2"}}, http.StatusUnprocessableEntity).Has(".is-invalid")
	for _, path := range []string{"/surveys", "/surveys/1", "/surveys/1?saved=1&from=2026-09-01", "/survey-form", "/survey-form?id=1", "/invite-survey", "/invite-survey?survey=1"} {
		operations.Get(path, http.StatusOK).Has("h1")
	}
	seller := site.As(t, 1, pagetest.Grant(access.RoleSeller))
	seller.Get("/surveys", http.StatusOK).Lacks("a[href=/surveys/1]", "a[href=/survey-form]")
	seller.Get("/surveys/1", http.StatusForbidden)
	seller.Get("/survey-form", http.StatusForbidden)
}
