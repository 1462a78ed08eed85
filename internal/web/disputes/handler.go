// Package disputes is the pages of disputes: raise one on a line of one's statement, follow it, rule it together, name what corrected
// it, count the causes, and keep the company's rules.
//
// Who may see, say and rule is package dispute's to decide; a page offers what Full.May has and nothing else.
package disputes

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// Teams names the teams that an actor may choose from.
type Teams interface {
	TeamNames(ctx context.Context, actor access.Actor) (map[int64]string, error)
}

// Services are what the pages call.
type Services struct {
	Disputes *dispute.Service
	Plans    *planbook.Service
	Teams    Teams
	Currency func() money.Currency
	Now      func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// UploadBytesMax is the greatest request with evidence; UploadPatterns are the routes that need it.
const UploadBytesMax = 12 << 20

// UploadPatterns lists the routes that take evidence.
var UploadPatterns = []string{"POST /disputes", "POST /disputes/{id}/files"}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /disputes", h.list)
	handle("GET /disputes/export/{format}", h.export)
	handle("GET /disputes/new", h.form)
	handle("POST /disputes", h.raise)
	handle("GET /disputes/statistics", h.statistics)
	handle("GET /disputes/rules", h.rules)
	handle("POST /disputes/rules", h.saveRules)
	handle("GET /disputes/{id}", h.show)
	handle("POST /disputes/{id}/files", h.attach)
	handle("POST /disputes/{id}/{act}", h.act)
	handle("GET /disputes/{id}/files/{file}", h.file)
}

func address(id string) string { return "/disputes/" + url.PathEscape(id) }

// mendable reports errors that a page shows beside what was asked for.
func mendable(err error) bool {
	switch errs.KindOf(err) {
	case errs.KindInvalid, errs.KindConflict, errs.KindForbidden, errs.KindTooLarge:
		return true
	}
	return false
}

// asked is a dispute as the form asks for it.
type asked struct {
	month  calendar.Month
	plan   string
	line   dispute.Line
	values url.Values
}

// ask reads which line is meant.
func ask(r *http.Request) (a asked, err error) {
	if access.ActorFrom(r.Context()).UserID == "" {
		return a, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if a.month, err = calendar.ParseMonth(r.FormValue("month")); err != nil {
		return a, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	var ok bool
	if a.line, ok = dispute.ParseLine(r.FormValue("line")); !ok {
		return a, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	a.plan = r.FormValue("plan")
	return a, nil
}

func (h *Handler) form(w http.ResponseWriter, r *http.Request) error {
	a, err := ask(r)
	if err != nil {
		return err
	}
	open, err := h.openOn(r.Context(), a)
	if err != nil {
		return err
	}
	for _, d := range open {
		if key := d.Line.Key(); key == a.line.Key() || a.line.Kind == dispute.LineCredit && key == a.line.OfPayment().Key() {
			http.Redirect(w, r, address(d.ID), http.StatusSeeOther) // what is asked about goes on there
			return nil
		}
	}
	return h.drawForm(w, r, http.StatusOK, a, open, nil)
}

// openOn are the open disputes about the asker's own statement.
func (h *Handler) openOn(ctx context.Context, a asked) (open []dispute.Dispute, err error) {
	actor := access.ActorFrom(ctx)
	if actor.PersonID == 0 {
		return nil, nil // the form says that there is nothing to dispute
	}
	found, _, err := h.Disputes.OnStatement(ctx, actor, a.month, actor.PersonID, a.plan)
	for _, d := range found {
		if d.State.Open() {
			open = append(open, d)
		}
	}
	return open, err
}

// drawForm shows the form without the lines that have an open dispute.
func (h *Handler) drawForm(w http.ResponseWriter, r *http.Request, status int, a asked, open []dispute.Dispute, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	lines, window, err := h.Disputes.Lines(ctx, actor, a.month, a.plan)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(c dispute.Choice) bool {
		return slices.ContainsFunc(open, func(d dispute.Dispute) bool { return d.Line.Key() == c.Key() })
	})
	rules, err := h.Disputes.Rules(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, h.formPage(ctx, a, lines, window, rules, failure))
}

// evidenceOf reads the files of a form. What is larger than the limit is told at the field.
func evidenceOf(r *http.Request) (files []dispute.Evidence, err error) {
	err = r.ParseMultipartForm(UploadBytesMax)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, multipart.ErrMessageTooLarge) {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("dispute.files_large", errs.Args{"Megabytes": UploadBytesMax >> 20})}})
	}
	if errors.Is(err, http.ErrNotMultipart) { // a form without files
		return nil, r.ParseForm()
	}
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	for _, head := range r.MultipartForm.File["files"] {
		if head.Size > dispute.FileBytesMax {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("dispute.file_large", errs.Args{"Name": head.Filename, "Megabytes": dispute.FileBytesMax >> 20})}})
		}
		file, err := head.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(file)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		files = append(files, dispute.Evidence{Name: head.Filename, Content: content})
	}
	return files, nil
}

// amountOf reads an optional amount.
func (h *Handler) amountOf(text, path string) (*int64, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	minor, ok := parseAmount(text, h.Currency())
	if !ok {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: text, Message: errs.Msg("form.error.number", nil)}})
	}
	return &minor, nil
}

func (h *Handler) raise(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	files, failure := evidenceOf(r)
	a, err := ask(r)
	if err != nil {
		if failure != nil {
			return failure
		}
		return err
	}
	a.values = r.PostForm
	if failure == nil {
		in := dispute.Raise{Month: a.month, PlanID: a.plan, Line: a.line, Cause: dispute.Cause(r.PostFormValue("cause")), Text: r.PostFormValue("text"), Files: files}
		if in.ExpectedMinor, failure = h.amountOf(r.PostFormValue("expected"), "expected"); failure == nil {
			var d dispute.Dispute
			if d, failure = h.Disputes.Raise(ctx, actor, in); failure == nil {
				http.Redirect(w, r, address(d.ID), http.StatusSeeOther)
				return nil
			}
		}
	}
	if !mendable(failure) {
		return failure
	}
	return h.drawForm(w, r, httpx.StatusOf(failure), a, nil, failure)
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, "", nil)
}

// draw shows a dispute, after a refused act with what was wrong about it.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	f, err := h.Disputes.Get(ctx, actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	s := shown{Full: f, actor: actor, now: h.Now(), names: h.namesOf(ctx, actor), currency: h.Currency(), act: act, failure: failure, values: r.PostForm}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, status, disputePage(ctx, s))
}

func (h *Handler) attach(w http.ResponseWriter, r *http.Request) error {
	files, err := evidenceOf(r)
	if err == nil {
		_, err = h.Disputes.Attach(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"), files)
	}
	return h.after(w, r, "files", err)
}

func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")
	var err error
	switch act := r.PathValue("act"); act {
	case "take":
		_, err = h.Disputes.Take(ctx, actor, id)
	case "say":
		_, err = h.Disputes.Say(ctx, actor, id, r.PostFormValue("text"))
	case "speak":
		err = h.speak(r)
	case "withdraw":
		_, err = h.Disputes.Withdraw(ctx, actor, id, r.PostFormValue("reason"))
	case "defer":
		_, err = h.Disputes.Defer(ctx, actor, id, r.PostFormValue("reason"))
	case "correct":
		_, err = h.Disputes.Correct(ctx, actor, id, dispute.Reference{Kind: r.PostFormValue("kind"), ID: r.PostFormValue("reference")})
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return h.after(w, r, r.PathValue("act"), err)
}

func (h *Handler) speak(r *http.Request) error {
	in := dispute.Speak{Voice: dispute.Voice(r.PostFormValue("voice")), Outcome: dispute.Outcome(r.PostFormValue("outcome")), Reason: r.PostFormValue("reason")}
	var err error
	if in.AmountMinor, err = h.amountOf(r.PostFormValue("amount"), "amount"); err != nil {
		return err
	}
	_, err = h.Disputes.Speak(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"), in)
	return err
}

// after goes back to the dispute, or shows it with the reason of a refusal.
func (h *Handler) after(w http.ResponseWriter, r *http.Request, act string, err error) error {
	switch {
	case err == nil:
		http.Redirect(w, r, address(r.PathValue("id")), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), act, err)
	}
	return err
}

// file serves evidence as a download that no browser takes for a page of ours.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	f, err := h.Disputes.File(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", f.MediaType)
	head.Set("Content-Disposition", httpx.Attachment(f.Name))
	head.Set("Content-Length", strconv.FormatInt(f.Bytes, 10))
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("X-Content-Digest", "sha-256="+f.Digest)
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(f.Content)
	return err
}

func (h *Handler) rules(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	rules, err := h.Disputes.Rules(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, rulesPage(ctx, actor, rules, r.FormValue("saved") != "", nil))
}

func (h *Handler) saveRules(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue(name)))
		if err != nil {
			return 0 // out of range, which the service says
		}
		return n
	}
	in := dispute.Rules{AppealDays: number("appeal_days"), AnswerWorkDays: number("answer_work_days"), Approval: dispute.Approval(r.PostFormValue("approval")),
		Revision: int64(number("revision"))}
	_, err := h.Disputes.SaveRules(ctx, actor, in)
	switch {
	case err == nil:
		http.Redirect(w, r, "/disputes/rules?saved=1", http.StatusSeeOther)
		return nil
	case errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindConflict):
		return ui.Write(w, r, httpx.StatusOf(err), rulesPage(ctx, actor, in, false, err))
	}
	return err
}
