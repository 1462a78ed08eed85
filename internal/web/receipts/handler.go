// Package receipts is the pages of finance's documents about a closed month: what payroll answered to its pay file, the later files for what was rejected,
// and the accruals, on a page down to each payee and as a table.
//
// Nothing here changes a month; what may be seen and recorded is for packages payroll and reward to decide.
package receipts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Services are what the pages call.
type Services struct {
	Payroll  *payroll.Service
	Rewards  *reward.Service
	Plans    *planbook.Service
	Names    Names
	Currency func() money.Currency
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /months/{month}/receipts", h.show)
	handle("POST /months/{month}/receipts", h.upload)
	handle("POST /months/{month}/receipts/one", h.one)
	handle("POST /months/{month}/receipts/again", h.again)
	handle("GET /months/{month}/receipts/export/{format}", h.export)
	handle("GET /months/{month}/accrual/{format}", h.accrual)
	handle("GET /accruals", h.accruals)
	handle("GET /accruals/payees", h.accrualPayees)
	handle("GET /accruals/payees/{format}", h.accrualPayeesFile)
	handle("GET /pay-again/{file}/{format}", h.againFile)
}

func monthOf(r *http.Request) (calendar.Month, error) {
	m, err := calendar.ParseMonth(r.PathValue("month"))
	if err != nil {
		return 0, errs.New(errs.KindNotFound, "months.unknown", nil)
	}
	return m, nil
}

// shown is everything that the page shows.
type shown struct {
	actor    access.Actor
	sheet    payroll.Sheet
	currency money.Currency
	users    map[string]string
	only     payroll.State
	failure  error  // of the form that was sent
	form     string // its id
	typed    func(string) string
	done     string // how many answers were new, in the address after they were taken
}

func (h *Handler) load(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s = shown{actor: access.ActorFrom(ctx), currency: h.Currency(), only: payroll.State(r.URL.Query().Get("state")), done: r.URL.Query().Get("done"), typed: func(string) string { return "" }}
	month, err := monthOf(r)
	if err != nil {
		return s, err
	}
	if s.sheet, err = h.Payroll.Get(ctx, s.actor, month); err != nil {
		return s, err
	}
	var users []string
	for _, l := range s.sheet.Lines {
		if l.Receipt != nil {
			users = append(users, l.Receipt.RecordedBy)
		}
	}
	s.users, err = h.Names.UserNames(ctx, s.actor, users)
	return s, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, page(r.Context(), s))
}

// answer leads back after answers were taken, or shows the page again with what is wrong.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, form string, done int, err error) error {
	if err == nil {
		http.Redirect(w, r, "/months/"+r.PathValue("month")+"/receipts?done="+strconv.Itoa(done), http.StatusSeeOther)
		return nil
	}
	if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict && kind != errs.KindTooLarge {
		return err
	}
	s, loadErr := h.load(r)
	if loadErr != nil {
		return err
	}
	s.failure, s.form, s.typed = err, form, r.PostFormValue
	return ui.Write(w, r, httpx.StatusOf(err), page(r.Context(), s))
}

// upload takes a file of answers.
func (h *Handler) upload(w http.ResponseWriter, r *http.Request) error {
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermPeriodApprove); err != nil {
		return err
	}
	content, err := fileOf(r)
	var done payroll.Recorded
	if err == nil {
		done, err = h.Payroll.RecordFile(ctx, actor, month, h.Currency(), bytes.NewReader(content))
	}
	return h.answer(w, r, "upload", done.New, err)
}

// fileOf reads the file of the form.
func fileOf(r *http.Request) ([]byte, error) {
	missing := errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("payroll.file_missing", nil)}})
	err := r.ParseMultipartForm(payroll.FileBytesMax)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, multipart.ErrMessageTooLarge) {
		return nil, errs.New(errs.KindTooLarge, "error.too_large", nil)
	}
	if err != nil {
		return nil, missing
	}
	file, _, err := r.FormFile("files")
	if err != nil {
		return nil, missing
	}
	content, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err == nil && len(content) == 0 {
		err = missing
	}
	return content, err
}

// one takes an answer that was entered by hand.
func (h *Handler) one(w http.ResponseWriter, r *http.Request) error {
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	ctx, value := r.Context(), func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	a := payroll.Answer{PersonKey: value("person_key"), Outcome: payout.Outcome(value("outcome")), PaidOn: calendar.NoDate, Reference: value("reference"), Reason: value("reason")}
	var wrong []errs.Field
	if text := value("amount"); text != "" {
		minor, ok := ui.ParseAmount(text, h.Currency())
		if a.AmountMinor = &minor; !ok {
			wrong = append(wrong, errs.Field{Path: "amount", Value: text, Message: errs.Msg("payroll.bad_amount", nil), Remedy: errs.Msg("payroll.bad_amount.remedy", nil)})
		}
	}
	if text := value("paid_on"); text != "" {
		var ok bool
		if a.PaidOn, ok = ingest.ParseDay(text); !ok {
			wrong = append(wrong, errs.Field{Path: "paid_on", Value: text, Message: errs.Msg("payroll.bad_day", nil), Remedy: errs.Msg("payroll.bad_day.remedy", nil)})
		}
	}
	if len(wrong) > 0 {
		return h.answer(w, r, "one", 0, errs.Invalid("payroll.refused", wrong))
	}
	done, err := h.Payroll.Record(ctx, access.ActorFrom(ctx), month, []payroll.Answer{a})
	return h.answer(w, r, "one", done.New, err)
}

// again makes a later pay file of what was rejected, and leads to it.
func (h *Handler) again(w http.ResponseWriter, r *http.Request) error {
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	if _, err := h.Payroll.PayAgain(r.Context(), access.ActorFrom(r.Context()), month); err != nil {
		return h.answer(w, r, "again", 0, err)
	}
	http.Redirect(w, r, "/months/"+month.String()+"/receipts", http.StatusSeeOther)
	return nil
}

// export writes the payments as a file in which finance can fill in what payroll answered, and hand it in again.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	export := httpx.Export{Name: "receipts-" + s.sheet.Month.String(), Sheet: p.T("payroll.title"), Format: r.PathValue("format")}
	for _, key := range []string{"key", "name", "team", "due", "state", "amount", "paid_on", "reference", "outcome", "reason", "attempt"} {
		export.Head = append(export.Head, p.T("payroll.file_"+key))
	}
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, l := range s.sheet.Lines {
			if l.State == payroll.StateNothing {
				continue
			}
			cells := []tabular.Cell{tabular.Text(l.PersonKey), tabular.Text(l.Name), tabular.Text(l.TeamName), tabular.Number(money.Format(l.Asked, l.Currency)), tabular.Text(p.T("payroll.state_" + string(l.State)))}
			known := l.Receipt
			if known == nil || l.State == payroll.StateWaiting {
				cells = append(cells, make([]tabular.Cell, 5)...)
			} else {
				cells = append(cells, tabular.Number(money.Format(known.AmountMinor, known.Currency)), tabular.Text(known.PaidOn.String()), tabular.Text(known.Reference),
					tabular.Text(p.T("payroll.outcome_"+string(known.Outcome))), tabular.Text(known.Reason))
			}
			cells = append(cells, tabular.Number(strconv.FormatInt(l.Attempt, 10)))
			if err := write(cells...); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, export)
}

// againFile writes a later pay file.
func (h *Handler) againFile(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	f, err := h.Payroll.Again(ctx, access.ActorFrom(ctx), r.PathValue("file"))
	if err != nil {
		return err
	}
	export := httpx.Export{Name: "pay-again-" + f.CreatedAt.Format("2006-01-02") + "-" + f.ID[:min(8, len(f.ID))], Sheet: p.T("payroll.again_sheet"), Format: r.PathValue("format")}
	for _, key := range []string{"month", "key", "name", "team", "due", "attempt"} {
		export.Head = append(export.Head, p.T("payroll.file_"+key))
	}
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, l := range f.Lines {
			who := f.Names[l.PersonID]
			err := write(tabular.Text(l.Month.String()), tabular.Text(who.PersonKey), tabular.Text(who.Name), tabular.Text(who.TeamName), tabular.Number(money.Format(l.AmountMinor, l.Currency)),
				tabular.Number(strconv.FormatInt(l.Attempt, 10)))
			if err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, export)
}
