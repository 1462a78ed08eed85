// Package months is the pages of the month's close: the list of months, the stepper of one, its review, and the pay files.
package months

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/job"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of persons and users by id, for the actor.
type Names interface {
	PersonNames(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	periods *period.Service
	jobs    *job.Service
	names   Names
	now     func() time.Time
	budgets *budget.Service   // nil warns of nothing
	guard   *lawguard.Service // nil warns of nothing
	payroll *payroll.Service
}

// New returns a Handler.
func New(periods *period.Service, payments *payroll.Service, jobs *job.Service, names Names, now func() time.Time) *Handler {
	return &Handler{periods: periods, payroll: payments, jobs: jobs, names: names, now: now}
}

// WarnBy lets the page of a month warn of what will likely cost more than its budget.
func (h *Handler) WarnBy(budgets *budget.Service) *Handler {
	h.budgets = budgets
	return h
}

// GuardBy lets the page of a month warn of what labour law has against it.
func (h *Handler) GuardBy(guard *lawguard.Service) *Handler {
	h.guard = guard
	return h
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /months", h.list)
	handle("GET /months/{month}", h.show)
	handle("GET /months/{month}/progress", h.progress)
	handle("POST /months/{month}/{act}", h.act)
	handle("GET /months/{month}/pay/{format}", h.payFile)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	periods, err := h.periods.List(r.Context(), actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(r.Context(), access.ActorFrom(r.Context()), periods, calendar.DateOf(h.now()).Month()))
}

func monthOf(r *http.Request) (calendar.Month, error) {
	m, err := calendar.ParseMonth(r.PathValue("month"))
	if err != nil {
		return 0, errs.New(errs.KindNotFound, "months.unknown", nil)
	}
	return m, nil
}

// shown is everything that the page of one month shows.
type shown struct {
	actor       access.Actor
	period      period.Period
	job         job.Job
	running     bool
	review      period.Review
	hasReview   bool
	partial     bool // the reader sees pay of a part of the company: the result is not theirs
	persons     map[int64]string
	users       map[string]string
	now         time.Time
	failure     error
	failedAt    period.Action
	typed       string
	payments    payroll.Sum // what became of the pay file of a closed month
	hasPayments bool
	currency    money.Currency

	reason     string // given with the step that was refused
	shownLines int
	over       []budget.Row // likely to cost more than their budget
	law        *lawguard.Report
}

// linesShown is how many exceptions, and how many differences, the page lists until somebody asks for all.
const linesShown = 30

func (h *Handler) load(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s.actor, s.now, s.shownLines, s.currency = access.ActorFrom(ctx), h.now(), linesShown, money.CNY
	if r.FormValue("lines") == "all" {
		s.shownLines = math.MaxInt
	}
	month, err := monthOf(r)
	if err != nil {
		return s, err
	}
	if s.period, err = h.periods.Get(ctx, s.actor, month); err != nil {
		return s, err
	}
	if s.period.RunningRun != "" {
		if err := h.loadJob(ctx, &s); err != nil {
			return s, err
		}
		if !s.running { // it may have ended since the month was read: what it left is shown
			if s.period, err = h.periods.Get(ctx, s.actor, month); err != nil {
				return s, err
			}
		}
	}
	if s.period.CurrentRun != "" {
		against := period.Against(r.FormValue("against"))
		if against == "" {
			against = period.AgainstLastMonth
		}
		s.review, err = h.periods.Review(ctx, s.actor, month, against)
		if s.partial = errs.Is(err, errs.KindForbidden); s.partial {
			return s, h.loadNames(ctx, &s)
		}
		if err != nil {
			return s, err
		}
		s.hasReview = true
		if h.guard != nil && !s.running && s.actor.Can(access.PermPayAll) {
			report, err := h.guard.Find(ctx, s.actor, lawguard.Filter{Month: month, State: lawguard.StateOpen, Limit: lawShown})
			if err != nil {
				return s, err
			}
			s.law = &report
		}
		if h.budgets != nil {
			if s.over, err = h.budgets.Warnings(ctx, s.actor, month, ""); err != nil {
				return s, err
			}
		}
	}
	if s.period.State == period.StateClosed && s.actor.CanAll(access.PermLedgerRead) {
		sheet, err := h.payroll.Get(ctx, s.actor, month)
		if err != nil {
			return s, err
		}
		s.payments, s.hasPayments = sheet.Sum, true
	}
	return s, h.loadNames(ctx, &s)
}

// loadJob finds the job of the run under way.
func (h *Handler) loadJob(ctx context.Context, s *shown) error {
	runs, err := h.periods.Runs(ctx, s.actor, s.period.Month)
	if errs.Is(err, errs.KindForbidden) { // the state alone is shown
		return nil
	}
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.ID != s.period.RunningRun {
			continue
		}
		s.job, err = h.jobs.Get(ctx, s.actor, run.JobID)
		if errs.Is(err, errs.KindNotFound) { // somebody else's job: the state alone is shown
			err = nil
		}
		s.running = !s.job.State.Finished() // a job that was cancelled or given up before it began leaves its run behind
		return err
	}
	return nil
}

func (h *Handler) loadNames(ctx context.Context, s *shown) (err error) {
	var persons []int64
	for _, e := range s.review.Exceptions {
		persons = append(persons, e.PersonID)
	}
	users := []string{s.period.RunBy, s.period.PublishedBy, s.period.ApprovedBy, s.period.ClosedBy, s.review.Run.StartedBy}
	for _, a := range s.review.Additions {
		persons, users = append(persons, a.PersonID), append(users, a.MadeBy, a.ApprovedBy)
	}
	for _, g := range s.review.Granted.Grants {
		persons = append(persons, g.PersonID)
	}
	for _, d := range s.review.Granted.Debts {
		persons = append(persons, d.PersonID)
	}
	for i, d := range s.review.Differences {
		if i == s.shownLines {
			break
		}
		persons = append(persons, d.PersonID)
	}
	if s.persons, err = h.names.PersonNames(ctx, s.actor, persons); err != nil {
		return err
	}
	s.users, err = h.names.UserNames(ctx, s.actor, users)
	return err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, monthPage(r.Context(), s))
}

// progress answers with the state of the running calculation alone; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	if !s.running {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(r.Context(), s)))
}

// act takes a step of the month. A step that is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	change := period.Change{Month: month, Revision: revision, Reason: strings.TrimSpace(r.PostFormValue("reason"))}
	action := period.Action(r.PathValue("act"))
	if err := h.step(r, action, change); err != nil {
		if kind := errs.KindOf(err); kind != errs.KindConflict && kind != errs.KindInvalid && kind != errs.KindForbidden && kind != errs.KindPeriodClosed {
			return err
		}
		s, loadErr := h.load(r)
		if loadErr != nil {
			return err
		}
		s.failure, s.failedAt, s.typed, s.reason = err, action, r.PostFormValue("confirm"), change.Reason
		return ui.Write(w, r, httpx.StatusOf(err), monthPage(r.Context(), s))
	}
	http.Redirect(w, r, "/months/"+month.String(), http.StatusSeeOther)
	return nil
}

func (h *Handler) step(r *http.Request, action period.Action, change period.Change) (err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	switch action {
	case period.ActionCalculate:
		_, err = h.periods.Calculate(ctx, actor, change)
	case period.ActionPublish:
		days, convertErr := strconv.Atoi(r.PostFormValue("days"))
		if convertErr != nil || days < 1 || days > 60 {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "days", Value: r.PostFormValue("days"), Message: errs.Msg("months.days_range", nil)}})
		}
		change.Until = h.now().AddDate(0, 0, days)
		_, err = h.periods.Publish(ctx, actor, change)
	case period.ActionReturn:
		_, err = h.periods.Return(ctx, actor, change)
	case period.ActionApprove:
		_, err = h.periods.Approve(ctx, actor, change)
	case period.ActionClose:
		if r.PostFormValue("confirm") != change.Month.String() {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "confirm", Message: errs.Msg("months.type_month", errs.Args{"Month": change.Month.String()})}})
		}
		_, err = h.periods.Close(ctx, actor, change)
	default:
		err = errs.New(errs.KindNotFound, "months.unknown", nil)
	}
	return err
}

func (h *Handler) payFile(w http.ResponseWriter, r *http.Request) error {
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	f, err := h.periods.PayFile(r.Context(), access.ActorFrom(r.Context()), month, r.PathValue("format"))
	if err != nil {
		return err
	}
	types := map[string]string{
		period.FormatCSV:  "text/csv; charset=utf-8",
		period.FormatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
	w.Header().Set("Content-Type", types[f.Format])
	w.Header().Set("Content-Disposition", httpx.Attachment("pay-"+month.String()+"."+f.Format))
	w.Header().Set("X-Content-Digest", "sha-256="+f.Digest)
	_, err = w.Write(f.Content)
	return err
}
