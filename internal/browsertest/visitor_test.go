package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"xiaoguan/internal/access"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// visitor asks for pages without a browser, which is many times faster: for what stands in a page, not for how it looks.
type visitor struct {
	t      *testing.T
	site   *site
	client *http.Client
	lang   i18n.Lang
}

// session signs somebody in and returns their cookie. Signing in on the page is shown by other tests.
func (s *site) session(t *testing.T, login, password string) *http.Cookie {
	t.Helper()
	issued, err := s.app.Users.SignIn(t.Context(), access.SignIn{Login: login, Password: password, Client: "127.0.0.1"})
	if err != nil {
		t.Fatalf("sign in as %s: %v", login, err)
	}
	return &http.Cookie{Name: httpx.SessionCookie{}.Name(), Value: issued.Token, Path: "/"}
}

func newVisitor(t *testing.T, s *site, lang i18n.Lang, login demo.Login) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(address, []*http.Cookie{s.session(t, login.Login, login.Password)})
	return &visitor{t: t, site: s, client: &http.Client{Jar: jar}, lang: lang}
}

// answer is what came for an address.
type answer struct {
	path   string // where redirections led
	status int
	kind   string // of content
	file   bool   // it is kept and not shown
	body   string
	took   time.Duration
}

func (a answer) isPage() bool { return strings.HasPrefix(a.kind, "text/html") && !a.file }

func (v *visitor) get(path string) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.site.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Accept-Language", string(v.lang))
	began := time.Now()
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response.Request.URL.RequestURI(), response.StatusCode, response.Header.Get("Content-Type"), strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment"), string(body), time.Since(began)}
}

// page is a page's tree.
func (a answer) page() (*html.Node, error) { return html.Parse(strings.NewReader(a.body)) }

// links are the addresses of this installation that the page leads to, without what follows #, each once.
func (a answer) links(root *html.Node) (links []string) {
	base, err := url.Parse(a.path)
	if err != nil {
		return nil
	}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode || node.Data != "a" {
			continue
		}
		href, ok := attribute(node, "href")
		if !ok || strings.HasPrefix(href, "#") {
			continue
		}
		to, err := base.Parse(href)
		if err != nil || to.Host != "" || to.Scheme != "" {
			continue
		}
		to.Fragment = ""
		if link := to.String(); !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return links
}

func attribute(node *html.Node, name string) (string, bool) {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// kindOf says what sort of page an address is: its path with a star for what is one of many, and the names of what is asked for.
func kindOf(address string) (page, asked string) {
	path, query, _ := strings.Cut(address, "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.ContainsAny(part, "0123456789%") {
			parts[i] = "*"
		}
	}
	page = strings.Join(parts, "/")
	values, err := url.ParseQuery(query)
	if err != nil {
		return page, fmt.Sprintf("?%v", err)
	}
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return page, strings.Join(names, "&")
}
