package httpx

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/i18n"
)

func say(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, text)
	})
}

func TestRequestIDIsOurOwn(t *testing.T) {
	t.Parallel()
	var inside string
	handler := AssignRequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = RequestID(r.Context()) }))
	w := get(handler, request("GET", "/", "", "X-Request-Id", "forged\nline"))
	if got := w.Header().Get("X-Request-Id"); got != inside || len(got) != 16 || strings.Contains(got, "forged") {
		t.Errorf("header %q, context %q", got, inside)
	}
}

func TestPanicBecomesAnAnswerAndALogLine(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	clock := time.Unix(0, 0)
	handler := Chain(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }), AssignRequestID, AccessLog(logger, func() time.Time { return clock }), Recover(Errors{Log: logger}))
	w := get(handler, request("GET", "/x?name=林", ""))
	if w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, want := range []string{"handler panicked", "boom", "middleware_test.go", "status=500", "path=/x"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log: %s", want, &log)
		}
	}
	if strings.Contains(log.String(), "name=") {
		t.Errorf("the query is in the log: %s", &log)
	}
}

func TestAbortPassesRecover(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("http.ErrAbortHandler was swallowed")
		}
	}()
	get(Recover(Errors{})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })), request("GET", "/", ""))
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		h := get(SecurityHeaders(tls)(say("x")), request("GET", "/", "")).Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self'") || !strings.Contains(policy, "style-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %q", policy)
		}
		if (h.Get("Strict-Transport-Security") != "") != tls {
			t.Errorf("tls %t: %v", tls, h)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	protect, err := CrossOrigin(Errors{}, "https://ally.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CrossOrigin(Errors{}, "not an origin"); err == nil {
		t.Error("took a malformed origin")
	}
	for _, test := range []struct {
		name, method, site, origin string
		want                       int
	}{
		{"own form", "POST", "same-origin", "", 200}, {"foreign form", "POST", "cross-site", "https://evil.example", 403}, {"ally", "POST", "cross-site", "https://ally.example", 200}, {"foreign link", "GET", "cross-site", "", 200}, {"no browser", "POST", "", "", 200},
	} {
		r := request(test.method, "/", "")
		if test.site != "" {
			r.Header.Set("Sec-Fetch-Site", test.site)
		}
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		if w := get(protect(say("x")), r); w.Code != test.want {
			t.Errorf("%s: %d, want %d", test.name, w.Code, test.want)
		}
	}
}

func TestLimitBody(t *testing.T) {
	t.Parallel()
	read := Errors{}.Handle(func(_ http.ResponseWriter, r *http.Request) error { _, err := io.ReadAll(r.Body); return err })
	if w := get(LimitBody(4)(read), request("POST", "/", "12345")); w.Code != 413 {
		t.Errorf("five bytes: %d", w.Code)
	}
	if w := get(LimitBody(4)(read), request("POST", "/", "1234")); w.Code != 200 {
		t.Errorf("four bytes: %d", w.Code)
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("销冠", 500)
	w := get(Gzip()(say(text)), request("GET", "/", "", "Accept-Encoding", "br, gzip"))
	unzipped, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unzipped); err != nil || string(got) != text {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, refusal := range []string{"", "br", "gzip;q=0", "gzip; q=0"} {
		if w := get(Gzip()(say(text)), request("GET", "/", "", "Accept-Encoding", refusal)); w.Body.String() != text || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("compressed for %q", refusal)
		}
	}
	image := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = io.WriteString(w, "png")
	})
	if w := get(Gzip()(image), request("GET", "/", "", "Accept-Encoding", "gzip")); w.Body.String() != "png" {
		t.Error("compressed an image")
	}
	empty := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if w := get(Gzip()(empty), request("GET", "/", "", "Accept-Encoding", "gzip")); w.Body.Len() != 0 || w.Header().Get("Content-Encoding") != "" {
		t.Error("gave 204 a body")
	}
}

func TestResolvePrefersSettingThenCookieThenHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		setting Preferences
		headers []string
		want    Preferences
	}{
		{"nothing known", Preferences{}, nil, Preferences{Lang: i18n.ZhCN, Theme: ThemeAuto, UpDown: UpDownNeutral}},
		{"browser speaks English", Preferences{}, []string{"Accept-Language", "en-GB,en;q=0.8"}, Preferences{Lang: i18n.En, Theme: ThemeAuto, UpDown: UpDownNeutral}},
		{"cookie wins over browser", Preferences{}, []string{"Accept-Language", "en", "Cookie", "xg-lang=zh-CN; xg-theme=dark; xg-updown=cn"}, Preferences{Lang: i18n.ZhCN, Theme: ThemeDark, UpDown: UpDownChina}},
		{"setting wins over cookie", Preferences{Lang: i18n.En, Theme: ThemeLight}, []string{"Cookie", "xg-lang=zh-CN; xg-theme=dark; xg-updown=intl"}, Preferences{Lang: i18n.En, Theme: ThemeLight, UpDown: UpDownInternational}},
		{"nonsense is ignored", Preferences{}, []string{"Cookie", "xg-lang=xx; xg-theme=pink"}, Preferences{Lang: i18n.ZhCN, Theme: ThemeAuto, UpDown: UpDownNeutral}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got Preferences
			var lang i18n.Lang
			handler := Resolve(catalogue(t), func(*http.Request) Preferences { return test.setting })(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got, lang = PreferencesFrom(r.Context()), PrinterFrom(r.Context()).Lang()
			}))
			get(handler, request("GET", "/", "", test.headers...))
			if got != test.want || lang != test.want.Lang {
				t.Errorf("got %+v in %s, want %+v", got, lang, test.want)
			}
		})
	}
}

func TestPreferencesHandlerKeepsTheChoiceAndGoesBack(t *testing.T) {
	t.Parallel()
	var saved Preferences
	handler := Errors{}.Handle(PreferencesHandler(true, func(_ *http.Request, p Preferences) error { saved = p; return nil }))
	w := get(handler, request("POST", "/preferences", "theme=dark&lang=xx&return=%2Fpay%3Fm%3D8", "Content-Type", "application/x-www-form-urlencoded"))
	if w.Code != 303 || w.Header().Get("Location") != "/pay?m=8" || saved != (Preferences{Theme: ThemeDark}) {
		t.Errorf("%d %s %+v", w.Code, w.Header().Get("Location"), saved)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Name != "xg-theme" || cookies[0].Value != "dark" || !cookies[0].Secure || !cookies[0].HttpOnly {
		t.Errorf("cookies %v", cookies)
	}
	failing := Errors{}.Handle(PreferencesHandler(true, func(*http.Request, Preferences) error { return errors.New("store") }))
	if w := get(failing, request("POST", "/preferences", "theme=dark", "Content-Type", "application/x-www-form-urlencoded")); w.Code != 500 {
		t.Errorf("a failed save: %d", w.Code)
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{"/pay?m=8": "/pay?m=8", "": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example": "/", "/a\nb": "/", "pay": "/"} {
		if got := LocalPath(target); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", target, got, want)
		}
	}
}

func TestIsFragment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		headers []string
		want    bool
	}{{nil, false}, {[]string{"HX-Request", "true"}, true}, {[]string{"HX-Request", "true", "HX-Boosted", "true"}, false}, {[]string{"HX-Request", "true", "HX-Request-Type", "full"}, false}} {
		if got := IsFragment(request("GET", "/", "", test.headers...)); got != test.want {
			t.Errorf("%v: %t", test.headers, got)
		}
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{true, false} {
		cookie := SessionCookie{Secure: secure}
		w := httptest.NewRecorder()
		cookie.Write(w, "token", time.Hour)
		set := w.Result().Cookies()[0]
		if strings.HasPrefix(set.Name, "__Host-") != secure || set.Secure != secure || !set.HttpOnly || set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.Domain != "" || set.MaxAge != 3600 {
			t.Errorf("secure %t: %v", secure, set)
		}
		r := request("GET", "/", "")
		if cookie.Read(r) != "" {
			t.Error("read a token from nothing")
		}
		r.AddCookie(set)
		if cookie.Read(r) != "token" {
			t.Error("did not read the token back")
		}
		w = httptest.NewRecorder()
		cookie.Clear(w)
		if w.Result().Cookies()[0].MaxAge >= 0 {
			t.Error("did not clear")
		}
	}
}

func TestClientAddressTrustsOnlyOurProxies(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"10.0.0.0/8", "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseProxies([]string{"10.0.0.0/99"}); err == nil {
		t.Error("took a malformed prefix")
	}
	for _, test := range []struct{ name, remote, forwarded, want string }{
		{"direct", "203.0.113.9:5", "", "203.0.113.9"},
		{"a stranger forges the header", "203.0.113.9:5", "1.2.3.4", "203.0.113.9"},
		{"behind a proxy", "10.1.1.1:5", "203.0.113.9", "203.0.113.9"},
		{"behind two, with a forged head", "127.0.0.1:5", "1.2.3.4, 203.0.113.9, 10.2.2.2", "203.0.113.9"},
		{"nonsense", "10.1.1.1:5", "unknown", "10.1.1.1"},
		{"version 6", "[2001:db8::1]:5", "", "2001:db8::1"},
	} {
		var got string
		handler := ResolveClient(proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = ClientAddress(r.Context()) }))
		r := request("GET", "/", "")
		r.RemoteAddr = test.remote
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		get(handler, r)
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestStreamArrivesThroughAllLayers(t *testing.T) {
	t.Parallel()
	handler := Errors{}.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		stream, err := OpenStream(w)
		if err != nil {
			return err
		}
		if err := stream.Send("1\nretry: 0", "progress", "a\nb"); err != nil {
			return err
		}
		return stream.KeepAlive()
	})
	logger := slog.New(slog.DiscardHandler)
	server := httptest.NewServer(Chain(handler, AccessLog(logger, time.Now), Recover(Errors{}), Gzip()))
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if want := "id: 1 retry: 0\nevent: progress\ndata: a\ndata: b\n\n: \n\n"; err != nil || string(body) != want {
		t.Errorf("%q, %v; want %q", body, err, want)
	}
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %s", kind)
	}
}
