// Package pagetest asks the whole program for pages as different people, and looks at what comes by selector: what must be there, and what
// must not.
//
// It runs no scripts and no jobs; what only a browser does is for browsertest.
package pagetest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
)

// Morning is what the clock says: 8 October 2026, half past nine in China.
var Morning = time.Date(2026, time.October, 8, 9, 30, 0, 0, calendar.ChinaTime)

// Password opens every user that As makes.
const Password = "four quiet herons"

// Site is an installation of its own.
type Site struct {
	App *app.App
	url string
}

// New starts an empty installation; a company gives it a name at its first start.
func New(t *testing.T, company string) *Site {
	t.Helper()
	return NewWith(t, app.Options{Company: company})
}

// NewWith is New with further options.
func NewWith(t *testing.T, options app.Options) *Site {
	t.Helper()
	options.Dir, options.PasswordCost = t.TempDir(), access.TestHashCost
	if options.Now == nil {
		options.Now = func() time.Time { return Morning }
	}
	a, err := app.New(t.Context(), options)
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
	return &Site{App: a, url: server.URL}
}

// Visitor is somebody with a browser that keeps cookies.
type Visitor struct {
	t      *testing.T
	site   *Site
	client *http.Client
	Lang   string // "zh-CN" or "en"
}

// Stranger is somebody who has not signed in.
func (s *Site) Stranger(t *testing.T) *Visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Visitor{t: t, site: s, client: &http.Client{Jar: jar}, Lang: "zh-CN"}
}

// As makes a user with the roles, the first of which is also the login, and signs them in. Person is 0 for a user without one.
func (s *Site) As(t *testing.T, person int64, grants ...access.Grant) *Visitor {
	t.Helper()
	login := string(grants[0].Role)
	_, err := s.App.Users.CreateUser(t.Context(), access.SystemActor("test"), access.CreateUser{Login: login, Name: "同事" + login, PersonID: person, Grants: grants, Password: Password, Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Stranger(t)
	v.Post("/sign-in", url.Values{"login": {login}, "password": {Password}}, http.StatusOK)
	return v
}

// Grant is a role over everything, or over oneself for sellers.
func Grant(role access.Role) access.Grant {
	if role == access.RoleSeller {
		return access.Grant{Role: role, Scope: access.ScopeOwn}
	}
	return access.Grant{Role: role, Scope: access.ScopeAll}
}

// Get fetches a page, following redirections, and wants the status.
func (v *Visitor) Get(path string, status int) *Page {
	v.t.Helper()
	return v.ask(http.MethodGet, path, nil, "", status)
}

// Post sends a form and wants the status of the page that it leads to.
func (v *Visitor) Post(path string, form url.Values, status int) *Page {
	v.t.Helper()
	return v.ask(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", status)
}

// Upload sends one file in the field "files" and wants the status of the page that it leads to.
func (v *Visitor) Upload(path, name, content string, status int) *Page {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("files", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	return v.ask(http.MethodPost, path, &body, form.FormDataContentType(), status)
}

// Follow fetches a page by its whole address, such as one that a link leads to elsewhere, and wants the status of the page that it leads to.
func (v *Visitor) Follow(address string, status int) *Page {
	v.t.Helper()
	return v.request(http.MethodGet, address, nil, "", status)
}

func (v *Visitor) ask(method, path string, body io.Reader, kind string, status int) *Page {
	v.t.Helper()
	return v.request(method, v.site.url+path, body, kind, status)
}

func (v *Visitor) request(method, path string, body io.Reader, kind string, status int) *Page {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Language", v.Lang)
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if response.StatusCode != status {
		v.t.Fatalf("%s %s: %d, want %d: %.2000s", method, path, response.StatusCode, status, content)
	}
	p := &Page{t: v.t, Path: response.Request.URL.Path, Text: string(content), Header: response.Header}
	if p.root, err = html.Parse(bytes.NewReader(content)); err != nil {
		v.t.Fatal(err)
	}
	if at := strings.Index(p.Text, "⟦"); at >= 0 {
		v.t.Errorf("%s lacks a text: %.60s", path, p.Text[at:])
	}
	return p
}
