package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/app"
)

// site is a fresh installation behind a test server, with a browser's cookies.
type site struct {
	t      *testing.T
	app    *app.App
	server *httptest.Server
	client *http.Client
}

func newSite(t *testing.T) *site {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Company: "青禾智控"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, a, server, &http.Client{Jar: jar}}
}

func (s *site) do(method, path string, form url.Values, want int) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != want {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, response.StatusCode, want, body)
	}
	return string(body)
}

func TestAFreshInstallationLeadsToItsFirstAdministrator(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if page := s.do("GET", "/", nil, 200); !strings.Contains(page, "先建一个管理员账号") {
		t.Errorf("no set-up: %s", page)
	}
	refused := s.do("POST", "/set-up", url.Values{"login": {"admin"}, "name": {"余安"}, "password": {"short"}}, 422)
	if !strings.Contains(refused, "is-invalid") {
		t.Errorf("the short password is not marked: %s", refused)
	}
	if page := s.do("POST", "/set-up", url.Values{"login": {"admin"}, "name": {"余安"}, "password": {"seven herons over 黄浦江"}}, 200); !strings.Contains(page, "余安") {
		t.Errorf("not signed in: %s", page)
	}
	for _, path := range []string{"/users", "/audit", "/jobs", "/account"} {
		if page := s.do("GET", path, nil, 200); strings.Contains(page, "⟦") {
			t.Errorf("%s lacks texts: %s", path, page[strings.Index(page, "⟦"):][:80])
		}
	}
	s.do("GET", "/months", nil, 403)
	s.do("POST", "/sign-out", nil, 200)
	if page := s.do("GET", "/users", nil, 200); !strings.Contains(page, `name="password"`) {
		t.Errorf("signed out, and still let in: %s", page)
	}
}

func TestHealthAnswersWithoutSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.do("GET", "/healthz", nil, 204)
	s.do("GET", "/readyz", nil, 204)
	if text := s.do("GET", "/metrics", nil, 200); !strings.Contains(text, "go_goroutines") {
		t.Error("no metrics")
	}
}
