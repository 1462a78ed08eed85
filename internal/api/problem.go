package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
)

// failure is a problem document on its way to the client. It is the StatusError that huma writes.
type failure struct{ httpx.Problem }

// Error gives the text that the client reads.
func (f *failure) Error() string { return f.Detail }

// GetStatus implements huma.StatusError.
func (f *failure) GetStatus() int { return f.Status }

// ContentType implements huma.ContentTypeFilter.
func (f *failure) ContentType(string) string { return "application/problem+json" }

// write answers with the document outside of huma.
func (f *failure) write(w http.ResponseWriter, r *http.Request) {
	f.Instance = r.URL.Path
	w.Header().Set("Content-Type", f.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	if f.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="xiaoguan"`)
	}
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(f.Problem) // a client that hung up is nobody's error
}

// statusError gives an error a status and a code of the protocol, which the kinds of errors don't know.
type statusError struct {
	status int
	code   string
	error
}

// Unwrap returns the error.
func (e *statusError) Unwrap() error { return e.error }

// errStale says that what a change was meant for has changed since it was read (412).
func errStale() error {
	return &statusError{http.StatusPreconditionFailed, "precondition_failed", errs.New(errs.KindConflict, "api.stale", nil)}
}

// failed makes the problem document of an error, and logs the error once when it is ours.
func (a *API) failed(ctx context.Context, err error) *failure {
	shown := httpx.Describe(ctx, err)
	gone := errors.Is(err, context.Canceled) && ctx.Err() != nil
	if shown.Status >= http.StatusInternalServerError && !gone {
		a.options.Log.ErrorContext(ctx, "API request failed", "request_id", shown.RequestID, "error", err)
	}
	f := &failure{shown.Problem("")}
	if special, ok := errors.AsType[*statusError](err); ok {
		f.Status, f.Title, f.Code = special.status, http.StatusText(special.status), special.code
	}
	return f
}

// translate is the huma.Transformer that puts our problem documents in the place of huma's own, and the address into both.
func (a *API) translate(ctx huma.Context, _ string, value any) (any, error) {
	address := ctx.URL()
	switch problem := value.(type) {
	case *failure:
		problem.Instance = address.Path
	case *huma.ErrorModel:
		f := a.failed(ctx.Context(), refused(problem))
		f.Status, f.Title, f.Instance = problem.Status, http.StatusText(problem.Status), address.Path
		return f.Problem, nil
	}
	return value, nil
}

// refused says in our words what huma found wrong with a request. Values are not repeated: they may be secrets.
func refused(problem *huma.ErrorModel) error {
	switch problem.Status {
	case http.StatusRequestEntityTooLarge:
		return errs.New(errs.KindTooLarge, "error.too_large", nil)
	case http.StatusRequestTimeout:
		return errs.New(errs.KindUnavailable, "api.slow", nil)
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		return errs.New(errs.KindInvalid, "api.media_type", nil)
	case http.StatusBadRequest:
		return errs.New(errs.KindInvalid, "api.no_json", nil)
	case http.StatusUnprocessableEntity:
		known := &errs.Error{Kind: errs.KindInvalid, Message: errs.Msg("error.invalid", nil)}
		for _, detail := range problem.Errors {
			message := fieldMessage(detail.Message)
			path := fieldPath(detail.Location)
			if missing, _ := message.Args["Wanted"].(string); message.Key == keyRequired && missing != "" {
				path = strings.TrimPrefix(path+"."+missing, ".")
			}
			known.Fields = append(known.Fields, errs.Field{Path: path, Message: message})
		}
		return known
	}
	details := make([]error, len(problem.Errors))
	for i, detail := range problem.Errors {
		details[i] = detail
	}
	return errors.Join(append(details, problem)...)
}

// fieldPath returns what stands behind body, query, path or header. Parts of forms have nothing before them.
func fieldPath(location string) string {
	before, after, found := strings.Cut(location, ".")
	if !found && before != "body" {
		return before
	}
	return after
}

// keyRequired is the message of something that is missing; huma names the object and not the member.
const keyRequired = "api.field.required"

// fieldMessages gives each of huma's messages, which are English texts with arguments, a message of ours. A test holds that every
// constraint that our types use is in it. The first that fits counts, so that dates stand before other shapes.
var fieldMessages = []struct{ text, key string }{
	{validation.MsgExpectedRequiredProperty, keyRequired},
	{"required ", "api.field.missing"},
	{"At least one file is required", "api.field.missing"},
	{validation.MsgUnexpectedProperty, "api.field.unknown"},
	{"unknown query parameter", "api.field.unknown"},
	{validation.MsgExpectedOneOf, "api.field.choice"},
	{validation.MsgExpectedRFC3339DateTime, "api.field.instant"},
	{validation.MsgExpectedRFC3339Date, "form.error.date"},
	{validation.MsgExpectedMatchPattern, "api.field.shape"},
	{validation.MsgExpectedBePattern, "api.field.shape"},
	{validation.MsgExpectedMinimumNumber, "api.field.least"},
	{validation.MsgExpectedMaximumNumber, "api.field.most"},
	{validation.MsgExpectedMinLength, "api.field.short"},
	{validation.MsgExpectedMaxLength, "api.field.long"},
	{validation.MsgExpectedMaxItems, "api.field.many"},
	{validation.MsgExpectedString, "api.field.text"},
	{validation.MsgExpectedInteger, "api.field.whole"},
	{"invalid integer", "api.field.whole"},
	{validation.MsgExpectedBoolean, "api.field.boolean"},
	{"invalid boolean", "api.field.boolean"},
	{validation.MsgExpectedArray, "api.field.list"},
	{validation.MsgExpectedObject, "api.field.object"},
	{"invalid date/time", "api.field.instant"},
}

// fieldMessage finds our message for one of huma's. What its argument was, such as the choices or the limit, is handed on.
func fieldMessage(text string) errs.Message {
	for _, known := range fieldMessages {
		before, after, _ := strings.Cut(known.text, "%")
		if !strings.HasPrefix(text, before) {
			continue
		}
		argument := strings.TrimPrefix(text, before)
		if len(after) > 1 { // the verb is one letter
			argument = strings.TrimSuffix(argument, after[1:])
		}
		return errs.Msg(known.key, errs.Args{"Wanted": argument})
	}
	return errs.Msg("api.field.invalid", nil)
}
