package app_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/api"
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
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Company: "青禾智控", PasswordCost: access.TestHashCost})
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

func TestTheInterfaceTakesFilesThatAreNoOtherRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// given a key of somebody who may import
	system := access.SystemActor("test")
	created, err := s.app.Users.CreateUser(t.Context(), system, access.CreateUser{Login: "ops", Name: "陈晓", Password: "seven herons over 黄浦江", Keep: true,
		Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}})
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.app.Users.CreateKey(t.Context(), system, access.CreateKey{Name: "test", UserID: created.User.ID})
	if err != nil {
		t.Fatal(err)
	}
	// when more is sent than other requests may have
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreateFormFile("files", "客户.csv")
	if err == nil {
		_, err = io.WriteString(file, "客户编号,客户名称\n"+strings.Repeat("C1,很长的名字\n", 400_000))
	}
	if err = errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{api.ImportsPath: http.StatusCreated, api.Prefix + "/customers": http.StatusRequestEntityTooLarge} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL+path, bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key.Text)
		request.Header.Set("Content-Type", form.FormDataContentType())
		response, err := s.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err = errors.Join(err, response.Body.Close()); err != nil {
			t.Fatal(err)
		}
		// then only the imports take it
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d: %s", path, response.StatusCode, want, body)
		}
	}
}
