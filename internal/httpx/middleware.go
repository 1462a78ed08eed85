package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

type requestIDKey struct{}

const requestIDHeader = "X-Request-Id"

// AssignRequestID is middleware that gives each request an id, in the context and in the answer. An id that a client sends is
// not taken over: it would let a stranger write into our logs.
func AssignRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var random [8]byte
		// crypto/rand.Read never fails: it ends the program when the system has no randomness.
		_, _ = rand.Read(random[:])
		id := hex.EncodeToString(random[:])
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// RequestID returns the id of the request; empty outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Recover is middleware that turns a panic of a handler into an internal error, logged with its stack. Put it inside of AccessLog.
func Recover(answer Errors) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			watched := &statusWriter{ResponseWriter: w}
			defer func() {
				cause := recover()
				if cause == nil {
					return
				}
				if cause == http.ErrAbortHandler { // the documented way to drop a connection
					panic(cause)
				}
				if answer.Log != nil {
					answer.Log.ErrorContext(r.Context(), "handler panicked", "request_id", RequestID(r.Context()), "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
				}
				if watched.status == 0 {
					quiet := answer
					quiet.Log = nil // logged above
					quiet.Write(w, r, fmt.Errorf("panic: %v", cause))
				}
			}()
			next.ServeHTTP(watched, r)
		})
	}
}

// AccessLog is middleware that logs one line per request: never the query string, which can hold names and search words.
func AccessLog(log *slog.Logger, now func() time.Time) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := now()
			watched := &statusWriter{ResponseWriter: w}
			defer func() {
				status := watched.status
				if status == 0 {
					status = http.StatusOK
				}
				log.InfoContext(r.Context(), "request", "request_id", RequestID(r.Context()), "method", r.Method, "path", r.URL.Path, "status", status,
					"bytes", watched.bytes, "duration_ms", now().Sub(began).Milliseconds(), "client", ClientAddress(r.Context()))
			}()
			next.ServeHTTP(watched, r)
		})
	}
}

// statusWriter remembers status and size. Unwrap keeps flushing and deadlines reachable for http.ResponseController.
type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// contentSecurityPolicy allows what we serve ourselves and nothing inline. Forms and framing stay at home.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// SecurityHeaders is middleware that sets the headers of a page that trusts nobody. With tls it also asks browsers to come back by
// TLS only, for a year.
func SecurityHeaders(tls bool) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", contentSecurityPolicy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(self), microphone=(self), payment=(), usb=()")
			if tls {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// CrossOrigin is middleware that refuses state-changing requests from other sites, by Sec-Fetch-Site and Origin, as a forbidden error.
// trusted are origins ("https://example.com") that may send them all the same; it returns an error for a malformed one.
func CrossOrigin(answer Errors, trusted ...string) (Middleware, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("httpx.CrossOrigin: %w", err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer.Write(w, r, errCrossOrigin())
	}))
	return protection.Handler, nil
}

// LimitBody is middleware that refuses to read more than so many bytes of a request; reading on gives an error that Errors answers
// with 413. Uploads set their own limit.
func LimitBody(bytes int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, bytes)
			next.ServeHTTP(w, r)
		})
	}
}
