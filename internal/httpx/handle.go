package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// HandlerFunc answers a request or returns an error, which one place turns into an answer. It must not have begun to write when it
// returns an error.
type HandlerFunc func(http.ResponseWriter, *http.Request) error

// statuses is the one table from kinds of error to HTTP.
var statuses = map[errs.Kind]int{
	errs.KindInternal:        http.StatusInternalServerError,
	errs.KindInvalid:         http.StatusUnprocessableEntity,
	errs.KindNotFound:        http.StatusNotFound,
	errs.KindConflict:        http.StatusConflict,
	errs.KindForbidden:       http.StatusForbidden,
	errs.KindUnauthenticated: http.StatusUnauthorized,
	errs.KindPeriodClosed:    http.StatusConflict,
	errs.KindTooLarge:        http.StatusRequestEntityTooLarge,
	errs.KindTooMany:         http.StatusTooManyRequests,
	errs.KindUnavailable:     http.StatusServiceUnavailable,
}

// StatusOf returns the HTTP status of an error.
func StatusOf(err error) int { return statuses[kindOf(err)] }

// kindOf also knows the failures that HTTP itself causes: a body over the limit, and a deadline that passed.
func kindOf(err error) errs.Kind {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.KindTooLarge
	}
	kind := errs.KindOf(err)
	if kind == errs.KindInternal && errors.Is(err, context.DeadlineExceeded) {
		return errs.KindUnavailable
	}
	return kind
}

// Failure is an error as it may be shown.
type Failure struct {
	Kind      errs.Kind
	Status    int
	Message   string // safe, in the reader's language
	Fields    []FailedField
	RequestID string
}

// FailedField is one thing to mend.
type FailedField struct {
	Source  string `json:"source,omitempty"`
	Row     int    `json:"row,omitempty"`
	Column  int    `json:"column,omitempty"`
	Path    string `json:"path"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// PageRenderer draws a Failure as a page in the looks and language of the request. It only writes the body.
type PageRenderer func(w http.ResponseWriter, r *http.Request, f Failure) error

// Errors turns returned errors into answers. Build it once with its logger and renderer.
type Errors struct {
	Log  *slog.Logger
	Page PageRenderer // nil answers with plain text
	// SignIn is where somebody who must sign in is sent when they asked for a page; empty answers 401.
	SignIn string
}

// Handle adapts a HandlerFunc. An error is logged once, here, when it is ours, and answered as a page, or as problem+json when the
// client asks for JSON.
func (e Errors) Handle(handler HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := handler(w, r); err != nil {
			e.Write(w, r, err)
		}
	})
}

// Write answers with the error. A cancelled request gets no answer, because nobody reads it.
func (e Errors) Write(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return
	}
	failure := Describe(r.Context(), err)
	if failure.Status >= http.StatusInternalServerError && e.Log != nil {
		e.Log.ErrorContext(r.Context(), "request failed", "request_id", failure.RequestID, "method", r.Method, "path", r.URL.Path, "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case wantsJSON(r):
		writeProblem(w, r, failure)
	case failure.Kind == errs.KindUnauthenticated && e.SignIn != "":
		toSignIn(w, r, e.SignIn)
	case e.Page == nil:
		http.Error(w, failure.Message, failure.Status)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(failure.Status)
		if err := e.Page(w, r, failure); err != nil && e.Log != nil {
			e.Log.ErrorContext(r.Context(), "error page failed", "request_id", failure.RequestID, "error", err)
		}
	}
}

// Describe makes what may be shown of an error in the language of the context: never its cause.
func Describe(ctx context.Context, err error) Failure {
	printer := PrinterFrom(ctx)
	kind := kindOf(err)
	failure := Failure{Kind: kind, Status: statuses[kind], RequestID: RequestID(ctx), Message: printer.T("error." + kind.String())}
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind {
		return failure
	}
	if known.Message.Key != "" {
		failure.Message = printer.Message(known.Message)
	}
	for _, field := range known.Fields {
		failure.Fields = append(failure.Fields, failedField(printer, field))
	}
	return failure
}

func failedField(p *i18n.Printer, f errs.Field) FailedField {
	return FailedField{
		Source: f.Source, Row: f.Row, Column: f.Column, Path: f.Path, Value: f.Value,
		Code: f.Message.Key, Message: p.Message(f.Message), Remedy: p.Message(f.Remedy),
	}
}

// Problem is an RFC 9457 problem document with our members code, request_id and errors.
type Problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail,omitempty"`
	Instance  string        `json:"instance,omitempty"`
	Code      string        `json:"code"`
	RequestID string        `json:"request_id,omitempty"`
	Errors    []FailedField `json:"errors,omitempty"`
}

// Problem returns the failure as a problem document about the address.
func (f Failure) Problem(instance string) Problem {
	return Problem{
		Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: f.Message, Instance: instance,
		Code: f.Kind.String(), RequestID: f.RequestID, Errors: f.Fields,
	}
}

func writeProblem(w http.ResponseWriter, r *http.Request, f Failure) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.Status)
	// A client that hung up is nobody's error.
	_ = json.NewEncoder(w).Encode(f.Problem(r.URL.Path))
}

// wantsJSON reports whether JSON is asked for and a page is not.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	if strings.Contains(accept, "text/html") {
		return false
	}
	kinds := []string{"application/json", "application/problem+json"}
	return slices.ContainsFunc(kinds, func(kind string) bool { return strings.Contains(accept, kind) }) || strings.HasPrefix(r.URL.Path, "/api/")
}

// toSignIn sends a page request to the sign-in page and back afterwards; htmx is told to leave the page instead of putting the
// sign-in form into a region of it.
func toSignIn(w http.ResponseWriter, r *http.Request, signIn string) {
	back := "/"
	if r.Method == http.MethodGet && !IsFragment(r) {
		back = LocalPath(r.URL.RequestURI())
	}
	target := signIn + "?return=" + queryEscape(back)
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", target)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}
