package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store/storetest"
)

// eachEngine runs a test on an installation of each database with monthtest's small company and W1's plans.
func eachEngine(t *testing.T, test func(t *testing.T, c *company)) {
	t.Helper()
	for name, address := range map[string]func(*testing.T) string{
		"sqlite": func(*testing.T) string { return "" }, "postgres": storetest.PostgresURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newCompany(t, address(t)))
		})
	}
}

// company is an installation behind a test server. Its jobs are carried out by the test.
type company struct {
	t      *testing.T
	app    *app.App
	house  *monthtest.House
	base   string
	tokens map[string]string // session by login
	ids    map[string]string // user by login
}

// companyPassword is everybody's.
const companyPassword = "copper-Kettle-42"

func newCompany(t *testing.T, address string) *company {
	t.Helper()
	return newCompanyOf(t, address, monthtest.Small())
}

func newCompanyOf(t *testing.T, address string, facts *monthtest.Company) *company {
	t.Helper()
	morning, started := time.Date(2026, time.October, 8, 9, 30, 0, 0, calendar.ChinaTime), time.Now()
	now := func() time.Time { return morning.Add(time.Since(started)) }
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), DatabaseURL: address, PasswordCost: access.TestHashCost, Now: now})
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
	return &company{t, a, monthtest.Open(t, a.DB, facts), server.URL, map[string]string{}, map[string]string{}}
}

// user makes a user, signed in. person is a person's key, or empty.
func (c *company) user(login, person string, role access.Role, scope access.ScopeKind) {
	c.t.Helper()
	c.userWith(login, person, access.Grant{Role: role, Scope: scope})
}

func (c *company) userWith(login, person string, grant access.Grant) {
	c.t.Helper()
	in := access.CreateUser{Login: login, Name: "用户" + login, Password: companyPassword, Keep: true, Grants: []access.Grant{grant}}
	if person != "" {
		in.PersonID = c.house.Person(c.t, person)
	}
	made, err := c.app.Users.CreateUser(c.t.Context(), access.SystemActor("test"), in)
	if err != nil {
		c.t.Fatal(err)
	}
	c.ids[login] = made.User.ID
	c.tokens[login] = c.signIn(login)
}

func (c *company) signIn(login string) string {
	c.t.Helper()
	issued, err := c.app.Users.SignIn(c.t.Context(), access.SignIn{Login: login, Password: companyPassword, Client: "127.0.0.1"})
	if err != nil {
		c.t.Fatal(err)
	}
	return issued.Token
}

func (c *company) actor(login string) access.Actor {
	c.t.Helper()
	actor, _, err := c.app.Users.Authenticate(c.t.Context(), c.tokens[login])
	if err != nil {
		c.t.Fatal(err)
	}
	return actor
}

// answer is what the server said.
type answer struct {
	status   int
	location string
	caching  string
	body     string
}

// send sends a request of somebody signed in, by a browser that follows no redirection. A body that begins with { is JSON, others are forms.
func (c *company) send(login, method, path, body string) answer {
	c.t.Helper()
	contentType := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		contentType = "application/json"
	}
	return c.sendAs(login, method, path, body, contentType)
}

func (c *company) sendAs(login, method, path, body, contentType string) answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: httpx.SessionCookie{}.Name(), Value: c.tokens[login]})
	request.Header.Set("Accept", "text/html, application/json")
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		c.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Error(err)
	}
	return answer{response.StatusCode, response.Header.Get("Location"), response.Header.Get("Cache-Control"), string(text)}
}

func (c *company) post(login, path string, form url.Values) answer {
	c.t.Helper()
	return c.send(login, http.MethodPost, path, form.Encode())
}

var (
	outsideMain = regexp.MustCompile(`(?s)^.*<main|</main>.*$`)
	tags        = regexp.MustCompile(`(?s)<[^>]*>`)
)

// plain is what a page says, shortly, for the reader of a failure.
func plain(page string) string {
	text := strings.Join(strings.Fields(tags.ReplaceAllString(outsideMain.ReplaceAllString(page, ""), " ")), " ")
	return string([]rune(text)[:min(400, len([]rune(text)))])
}
