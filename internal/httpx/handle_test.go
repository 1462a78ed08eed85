package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// get serves one request and returns the answer.
func get(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func request(method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func TestEveryKindHasAStatusAndTexts(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for kind := errs.KindInternal; kind <= errs.KindUnavailable; kind++ {
		if statuses[kind] < 400 {
			t.Errorf("%s: no status", kind)
		}
		for _, key := range []string{"error." + kind.String(), "error.title." + kind.String()} {
			if !c.Has(key) {
				t.Errorf("no text for %s", key)
			}
		}
	}
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"a plain error is ours", errors.New("disk"), 500},
		{"a wrapped kind keeps its status", fmt.Errorf("x: %w", errs.New(errs.KindNotFound, "error.not_found", nil)), 404},
		{"fields to mend are unprocessable", errs.Invalid("error.invalid", []errs.Field{{Path: "a"}}), 422},
		{"a body over the limit is too large", fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), 413},
	} {
		if got := StatusOf(test.err); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

func TestErrorsAreAnsweredSafely(t *testing.T) {
	t.Parallel()
	secret := errors.New("password=hunter2")
	failing := func(w http.ResponseWriter, r *http.Request) error {
		switch r.URL.Path {
		case "/invalid":
			return errs.Invalid("error.invalid", []errs.Field{{Path: "amount", Row: 3, Message: errs.Msg("form.error.number", nil)}})
		case "/secret":
			return errs.New(errs.KindUnauthenticated, "error.unauthenticated", nil)
		}
		return fmt.Errorf("store: %w", secret)
	}
	for _, test := range []struct {
		name, target, accept string
		status               int
		contains             []string
		lacks                []string
	}{
		{"a page in the reader's language", "/", "text/html", 500, []string{"PAGE 系统出错了"}, []string{"hunter2"}},
		{"a problem for JSON", "/invalid", "application/json", 422, []string{`"code":"invalid"`, `"path":"amount"`, `"row":3`, "填数字，比如12或12.5", `"code":"form.error.number"`}, []string{"PAGE"}},
		{"the API gets a problem without asking", "/api/x", "*/*", 500, []string{`"status":500`}, []string{"hunter2", "PAGE"}},
		{"a page that needs signing in leads there and back", "/secret?a=1", "text/html", 303, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			answer := Errors{Log: slog.New(slog.NewTextHandler(&log, nil)), SignIn: "/sign-in", Page: func(w http.ResponseWriter, _ *http.Request, f Failure) error {
				_, err := io.WriteString(w, "PAGE "+f.Message)
				return err
			}}
			w := get(Chain(answer.Handle(failing), AssignRequestID, Resolve(catalogue(t), nil)), request("GET", test.target, "", "Accept", test.accept))
			if w.Code != test.status {
				t.Errorf("status %d, want %d", w.Code, test.status)
			}
			for _, want := range test.contains {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%q is not in %s", want, w.Body)
				}
			}
			for _, unwanted := range test.lacks {
				if strings.Contains(w.Body.String(), unwanted) {
					t.Errorf("%q is in %s", unwanted, w.Body)
				}
			}
			if logged := strings.Contains(log.String(), "hunter2"); logged != (test.status == 500) {
				t.Errorf("logged the cause: %t; log %s", logged, &log)
			}
			if test.status == 303 && w.Header().Get("Location") != "/sign-in?return=%2Fsecret%3Fa%3D1" {
				t.Errorf("location %s", w.Header().Get("Location"))
			}
		})
	}
}

func TestProblemIsValidJSON(t *testing.T) {
	t.Parallel()
	answer := Errors{}
	w := get(answer.Handle(func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.KindConflict, "error.conflict", nil)
	}), request("GET", "/x", "", "Accept", "application/json"))
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != 409 || p.Instance != "/x" {
		t.Errorf("%+v, %v", p, err)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("content type %s", kind)
	}
}

func TestHTMXIsToldToLeaveForSignIn(t *testing.T) {
	t.Parallel()
	answer := Errors{SignIn: "/sign-in"}
	w := get(answer.Handle(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.KindUnauthenticated, "", nil) }), request("GET", "/part", "", "HX-Request", "true"))
	if w.Code != 401 || w.Header().Get("HX-Redirect") != "/sign-in?return=%2F" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
