package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// The headers of requests that must not be done twice, and of answers that are given again.
const (
	headerOnce     = "Idempotency-Key"
	headerRepeated = "Idempotent-Replayed"
)

// opAnswer keeps nothing about its request: the hash of an anonymous answer would stand beside its user. A second answer is refused in any case.
const opAnswer = "answer_questionnaire"

// keyLengthMax is the greatest length of an idempotency key, in bytes.
const keyLengthMax = 200

// Answers keeps the answers to requests with an idempotency key, per user, for a day.
type Answers interface {
	// ClaimAnswer takes the key for a request, told by its hash. Status 0 means that it is the first one, which is to be carried out and
	// then kept or forgotten; any other is what was answered before. Errors: Conflict when the key was used for another request, or the
	// first one has not been answered yet.
	ClaimAnswer(ctx context.Context, userID, key, requestHash string) (status int, answer string, err error)
	// KeepAnswer keeps the answer to the request that claimed the key.
	KeepAnswer(ctx context.Context, userID, key string, status int, answer string) error
	// ForgetAnswer gives the key free again.
	ForgetAnswer(ctx context.Context, userID, key string) error
}

// keptAnswer is an answer as it is kept.
type keptAnswer struct {
	ContentType string `json:"content_type,omitempty"`
	ETag        string `json:"etag,omitempty"`
	Body        string `json:"body,omitempty"`
}

// once carries a POST with an idempotency key out once: the same request gets the same answer for a day, another one with the same
// key is refused. Only answers of success are kept: what failed changed nothing and may be sent again, mended, with the same key. A
// request whose process died on the way stays claimed for the day: whether it was done, its sender has to look up.
func (a *API) once(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	key := r.Header.Get(headerOnce)
	op := operationOf(ctx)
	if key == "" || op.method != http.MethodPost || op.id == opAnswer {
		next(ctx)
		return
	}
	userID := access.ActorFrom(r.Context()).UserID
	hash, err := hashRequest(r)
	if err == nil && len(key) > keyLengthMax {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: headerOnce, Message: errs.Msg("api.field.long", errs.Args{"Wanted": keyLengthMax})}})
	}
	var status int
	var text string
	if err == nil {
		status, text, err = a.services.Answers.ClaimAnswer(r.Context(), userID, key, hash)
	}
	if err != nil {
		a.failed(r.Context(), err).write(w, r)
		return
	}
	if status != 0 {
		a.repeat(w, r, status, text)
		return
	}
	recorded := &recorder{ResponseWriter: w, status: http.StatusOK}
	next(humago.NewContext(ctx.Operation(), r, recorded))
	// The request may have been given up by now; what it did is done all the same and has to be known.
	if err := a.settle(context.WithoutCancel(r.Context()), userID, key, op, recorded); err != nil {
		a.options.Log.ErrorContext(r.Context(), "answer not kept", "operation", op.id, "error", err)
	}
	w.WriteHeader(recorded.status)
	_, _ = w.Write(recorded.body.Bytes()) // a client that hung up is nobody's error
}

// settle keeps the answer of a success and gives the key free after a failure.
func (a *API) settle(ctx context.Context, userID, key string, op operation, answer *recorder) error {
	if answer.status >= http.StatusMultipleChoices {
		return a.services.Answers.ForgetAnswer(ctx, userID, key)
	}
	body, err := withoutMembers(answer.body.Bytes(), op.secret)
	if err != nil {
		return err
	}
	header := answer.Header()
	text, err := json.Marshal(keptAnswer{header.Get("Content-Type"), header.Get("ETag"), string(body)})
	if err != nil {
		return err
	}
	return a.services.Answers.KeepAnswer(ctx, userID, key, answer.status, string(text))
}

// repeat gives a kept answer again.
func (a *API) repeat(w http.ResponseWriter, r *http.Request, status int, text string) {
	var kept keptAnswer
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		a.failed(r.Context(), err).write(w, r)
		return
	}
	header := w.Header()
	for name, value := range map[string]string{"Content-Type": kept.ContentType, "ETag": kept.ETag, headerRepeated: "true"} {
		if value != "" {
			header.Set(name, value)
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, kept.Body) // a client that hung up is nobody's error
}

// hashRequest returns the SHA-256 of what makes the request what it is. The body is left to be read again.
func hashRequest(r *http.Request) (string, error) {
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("If-Match")} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	if r.MultipartForm != nil {
		err := hashForm(h, r.MultipartForm)
		return hex.EncodeToString(h.Sum(nil)), err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h.Write(body)
	h.Write([]byte{0})
	return hex.EncodeToString(h.Sum(nil)), nil
}

// withoutMembers takes members out of a JSON object.
func withoutMembers(body []byte, names []string) ([]byte, error) {
	if len(names) == 0 || len(body) == 0 {
		return body, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	for _, name := range names {
		delete(members, name)
	}
	return json.Marshal(members)
}

// recorder holds an answer back until it is kept. Headers go straight to the real writer.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write collects the body.
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// Unwrap leads http.ResponseController to the real writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
