// Package budgets is the page of what incentive pay may cost: a fiscal year's budget by plan and layer beside its forecast, and the form that
// enters it.
package budgets

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	budgets  *budget.Service
	names    Names
	currency func() money.Currency
	now      func() time.Time
}

// New returns a Handler.
func New(budgets *budget.Service, names Names, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{budgets: budgets, names: names, currency: currency, now: now}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /budget", h.show)
	handle("POST /budget/{year}", h.save)
}

// shown is everything that the page shows.
type shown struct {
	actor    access.Actor
	outlook  budget.Outlook
	year     int
	basis    budget.Basis
	running  int // the present fiscal year
	by       string
	currency money.Currency
	row      int // of outlook.Rows, the one to be entered
	typed    [12]string
	note     string
	failure  error
	saved    bool
}

func (h *Handler) load(r *http.Request, year int, row string) (s shown, err error) {
	ctx := r.Context()
	s = shown{actor: access.ActorFrom(ctx), year: year, running: h.budgets.YearOf(calendar.DateOf(h.now()).Month()), currency: h.currency()}
	if s.basis = budget.Basis(r.FormValue("basis")); s.basis == "" {
		s.basis = budget.BasisAccrued
	}
	if s.outlook, err = h.budgets.GetBy(ctx, s.actor, year, s.basis); err != nil {
		return s, err
	}
	s.row = max(0, slices.IndexFunc(s.outlook.Rows, func(r budget.Row) bool { return rowKey(r) == row }))
	if len(s.outlook.Rows) > 0 {
		for i, c := range s.outlook.Rows[s.row].Cells {
			if s.outlook.Rows[s.row].Budgeted {
				s.typed[i] = money.Format(c.BudgetMinor, s.currency)
			}
		}
	}
	names, err := h.names.UserNames(ctx, s.actor, []string{s.outlook.Version.CreatedBy})
	s.by = names[s.outlook.Version.CreatedBy]
	return s, err
}

// rowKey names a row in addresses and forms.
func rowKey(r budget.Row) string { return string(r.Kind) + ":" + r.Key }

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	year := h.budgets.YearOf(calendar.DateOf(h.now()).Month())
	if text := r.FormValue("year"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return errs.New(errs.KindNotFound, "error.not_found", nil)
		}
		year = n
	}
	s, err := h.load(r, year, r.FormValue("row"))
	if err != nil {
		return err
	}
	s.saved = r.FormValue("saved") != ""
	return ui.Write(w, r, http.StatusOK, page(r.Context(), s))
}

// save keeps the months of one row; the other rows stay as they are.
func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	row := r.PostFormValue("row")
	s, err := h.load(r, year, row)
	if err != nil {
		return err
	}
	draft, err := s.read(r, row)
	if err == nil {
		_, err = h.budgets.Save(ctx, s.actor, draft)
	}
	if err == nil {
		query := url.Values{"year": {strconv.Itoa(year)}, "row": {row}, "saved": {"1"}, "basis": {string(s.basis)}}
		http.Redirect(w, r, "/budget?"+query.Encode(), http.StatusSeeOther)
		return nil
	}
	if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict {
		return err
	}
	s.failure = err
	return ui.Write(w, r, httpx.StatusOf(err), page(ctx, s))
}

// read makes the next version: what was typed for the row, and everything else as it was.
func (s *shown) read(r *http.Request, row string) (d budget.Draft, err error) {
	d = budget.Draft{FiscalYear: s.year, Note: strings.TrimSpace(r.PostFormValue("note"))}
	s.note = d.Note
	d.Seen, _ = strconv.Atoi(r.PostFormValue("seen")) // of no number is a conflict
	kind, key, _ := strings.Cut(row, ":")
	for _, l := range s.outlook.Version.Lines {
		if string(l.Kind) != kind || l.Key != key {
			d.Lines = append(d.Lines, l)
		}
	}
	var fields []errs.Field
	for i := range s.typed {
		name := monthField(i)
		s.typed[i] = strings.TrimSpace(r.PostFormValue(name))
		if s.typed[i] == "" {
			continue
		}
		minor, ok := ui.ParseAmount(s.typed[i], s.currency)
		if !ok || minor < 0 {
			fields = append(fields, errs.Field{Path: name, Value: s.typed[i], Message: errs.Msg("form.error.number", nil)})
			continue
		}
		d.Lines = append(d.Lines, budget.Line{Kind: budget.Kind(kind), Key: key, Month: s.outlook.First + calendar.Month(i), AmountMinor: minor})
	}
	return d, errs.Invalid("error.invalid", fields)
}

func monthField(i int) string { return "m" + strconv.Itoa(i+1) }
