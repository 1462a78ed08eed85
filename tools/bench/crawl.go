package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// visitor is somebody signed in, who asks the program's handler without a network between them.
type visitor struct {
	handler http.Handler
	cookie  string
}

// get asks for a page as a browser does.
func (v visitor) get(ctx context.Context, path, encoding string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Language", "zh-CN")
	request.Header.Set("Accept-Encoding", encoding)
	if v.cookie != "" {
		request.Header.Set("Cookie", v.cookie)
	}
	answer := httptest.NewRecorder()
	v.handler.ServeHTTP(answer, request)
	return answer
}

var (
	rail      = regexp.MustCompile(`(?s)<nav[^>]*xg-rail.*?</nav>`)
	mainPart  = regexp.MustCompile(`(?s)<main.*</main>`)
	links     = regexp.MustCompile(`<a[^>]*?href="(/[^"#]*)`)
	fragments = regexp.MustCompile(`hx-get="(/[^"]+)"`)
	forms     = regexp.MustCompile(`(?s)<form method="get" action="([^"]+)".*?</form>`)
	inputs    = regexp.MustCompile(`<input[^>]*>`)
	selects   = regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)".*?</select>`)
	options   = regexp.MustCompile(`<option[^>]*value="([^"]+)"`)
	attribute = map[string]*regexp.Regexp{"name": regexp.MustCompile(` name="([^"]*)"`), "type": regexp.MustCompile(` type="([^"]*)"`)}
)

// samplesPerKind is how many pages of one kind are visited: addresses that differ in keys and values alone are of one kind.
const samplesPerKind = 1

// preparingMost is for how many seconds a page is waited for that says it is being prepared.
const preparingMost = 600

// discover walks through all that a visitor can reach from the navigation: lists, their orders, further pages and filters, details, and
// what details lead to, one of each kind. Downloads are left out. A page that does not open is an error.
func (v visitor) discover(ctx context.Context) (paths []string, err error) {
	home := v.get(ctx, "/account", "")
	if home.Code != http.StatusOK {
		return nil, fmt.Errorf("/account: status %d", home.Code)
	}
	waiting := append([]string{"/account"}, found(links, rail.FindString(home.Body.String()))...)
	kinds := map[string]int{}
	seen := map[string]bool{}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		k := kindOf(path)
		if seen[path] || kinds[k] == samplesPerKind || strings.Contains(path, "/export") {
			continue
		}
		seen[path] = true
		kinds[k]++
		answer := v.get(ctx, path, "")
		for range preparingMost { // what is made in the background
			if answer.Code != http.StatusServiceUnavailable {
				break
			}
			time.Sleep(time.Second)
			answer = v.get(ctx, path, "")
		}
		if answer.Code == http.StatusSeeOther {
			continue
		}
		if answer.Code != http.StatusOK {
			return nil, fmt.Errorf("%s: status %d\n%s", path, answer.Code, answer.Body)
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		paths = append(paths, path)
		waiting = append(waiting, next(path, answer.Body.String())...)
	}
	return paths, nil
}

// next are the addresses a page leads to. A list in another order leads to its next page only, one behind a filter to none: every
// combination would be another page.
func next(path, page string) (paths []string) {
	content := mainPart.FindString(page)
	if content == "" {
		content = page
	}
	paths = append(found(links, content), found(fragments, content)...)
	if strings.Contains(path, "?") {
		return slices.DeleteFunc(paths, func(p string) bool {
			_, query, _ := strings.Cut(p, "?")
			values, err := url.ParseQuery(query)
			further := values.Has("cursor") || values.Has("after")
			for _, place := range []string{"cursor", "after", "sort"} {
				values.Del(place)
			}
			return err != nil || !further || len(values) > 0
		})
	}
	for _, form := range forms.FindAllStringSubmatch(content, -1) {
		paths = append(paths, asked(html.UnescapeString(form[1]), form[0])...)
	}
	return paths
}

// typed are what is looked for in a list: numbers that many rows hold and few, a text that none does; of a company in Chinese a trade, a name
// and the initials of one.
var typed = []string{"1", "1009", "无", "机械", "苏州华信", "szhx"}

// asked fills in a form of filters, one field at a time.
func asked(action, form string) (paths []string) {
	add := func(name, value string) { paths = append(paths, action+"?"+url.Values{name: {value}}.Encode()) }
	for _, input := range inputs.FindAllString(form, -1) {
		name, kind := attribute["name"].FindStringSubmatch(input), attribute["type"].FindStringSubmatch(input)
		if name == nil {
			continue
		}
		switch {
		case name[1] == "q":
			for _, text := range typed {
				add("q", text)
			}
		case name[1] == "min":
			add("min", "100000")
		case kind != nil && kind[1] == "date":
			add(name[1], month+"-15")
		}
	}
	for _, choice := range selects.FindAllStringSubmatch(form, -1) {
		for _, option := range options.FindAllStringSubmatch(choice[0], samplesPerKind) {
			add(choice[1], html.UnescapeString(option[1]))
		}
	}
	return paths
}

// found are the distinct addresses that an expression finds.
func found(expression *regexp.Regexp, page string) (paths []string) {
	for _, match := range expression.FindAllStringSubmatch(page, -1) {
		if path := html.UnescapeString(match[1]); !slices.Contains(paths, path) && !strings.HasPrefix(path, "/static/") {
			paths = append(paths, path)
		}
	}
	return paths
}

var word = regexp.MustCompile(`^[a-z]+$`)

// kindOf reduces an address to what tells kinds of pages apart: words stay, keys do not; of the query the names, and the order. What is
// looked for stays as well: how many rows hold it makes the difference.
func kindOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if i > 1 && !word.MatchString(s) {
			segments[i] = "*"
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return path
	}
	var names []string
	for name := range values {
		if name == "sort" || name == "q" {
			name += "=" + values.Get(name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(segments, "/") + "?" + strings.Join(names, "&")
}
