package start

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/ui"
)

// daysPath is where the days off are.
const daysPath = "/work-days"

func yearURL(year int) string { return daysPath + "?year=" + strconv.Itoa(year) }

// yearAsked is the year that the address names; this one otherwise.
func yearAsked(r *http.Request, now time.Time) int {
	if year, err := strconv.Atoi(r.FormValue("year")); err == nil {
		return year
	}
	return now.Year()
}

func (h *Handler) workDays(w http.ResponseWriter, r *http.Request) error {
	return h.drawYear(w, r, http.StatusOK, yearAsked(r, h.company.Now()), nil)
}

// drawYear shows a year, with what is wrong with what was typed.
func (h *Handler) drawYear(w http.ResponseWriter, r *http.Request, status, year int, failure error) error {
	v, err := h.company.WorkDays(r.Context(), access.ActorFrom(r.Context()), year)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, yearPage(r.Context(), v, r, failure))
}

// change reads what is to become of a year: days over those that are kept, days taken out, or whether it is complete.
func (h *Handler) change(ctx context.Context, r *http.Request, year int) (in company.YearChange, err error) {
	v, err := h.company.WorkDays(ctx, access.ActorFrom(ctx), year)
	if err != nil {
		return in, err
	}
	in = company.YearChange{Year: year, Whole: v.Whole, Days: v.Days, Revision: v.Revision}
	switch r.PostFormValue("act") {
	case "paste":
		days, err := company.ParseDays(r.PostFormValue("paste"), year)
		if err != nil {
			return in, err
		}
		in.Days = company.Merge(in.Days, days)
		in.Whole = in.Whole || r.PostFormValue("whole") != ""
	case "remove":
		from, to := parsed(r.PostFormValue("from")), parsed(r.PostFormValue("to"))
		in.Days = slices.DeleteFunc(slices.Clone(in.Days), func(d calendar.WorkException) bool { return from <= d.Date && d.Date <= to })
	case "whole":
		in.Whole = r.PostFormValue("whole") != ""
	default:
		days, err := added(r.PostForm)
		if err != nil {
			return in, err
		}
		in.Days = company.Merge(in.Days, days)
	}
	return in, nil
}

func parsed(text string) calendar.Date {
	day, err := calendar.ParseDate(strings.TrimSpace(text))
	if err != nil {
		return calendar.NoDate
	}
	return day
}

// added reads the form that adds a run of days.
func added(form url.Values) (days []calendar.WorkException, err error) {
	from, to := parsed(form.Get("from")), parsed(form.Get("to"))
	var wrong []errs.Field
	if from == calendar.NoDate {
		wrong = append(wrong, errs.Field{Path: "from", Value: form.Get("from"), Message: errs.Msg("form.error.date", nil)})
	}
	if strings.TrimSpace(form.Get("to")) == "" {
		to = from
	} else if to == calendar.NoDate {
		wrong = append(wrong, errs.Field{Path: "to", Value: form.Get("to"), Message: errs.Msg("form.error.date", nil)})
	}
	if len(wrong) == 0 && (to < from || to-from >= company.RunDaysMax) {
		wrong = append(wrong, errs.Field{Path: "to", Value: form.Get("to"), Message: errs.Msg("workdays.bad_run", nil)})
	}
	if kind := form.Get("kind"); kind != "off" && kind != "work" {
		wrong = append(wrong, errs.Field{Path: "kind", Value: kind, Message: errs.Msg("form.error.choice", nil)})
	}
	if err := errs.Invalid("error.invalid", wrong); err != nil {
		return nil, err
	}
	for d := from; d <= to; d++ {
		days = append(days, calendar.WorkException{Date: d, Working: form.Get("kind") == "work", Name: form.Get("name")})
	}
	return days, nil
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// previewDays shows what a change would come to, with the button that makes it.
func (h *Handler) previewDays(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return err
	}
	year := yearAsked(r, h.company.Now())
	in, err := h.change(ctx, r, year)
	if err == nil {
		var p company.Preview
		if p, err = h.company.PreviewYear(ctx, actor, in); err == nil {
			return ui.Write(w, r, http.StatusOK, previewPage(ctx, p, nil))
		}
	}
	if mendable(err) && year >= company.WorkYearFirst && year <= company.WorkYearLast {
		return h.drawYear(w, r, httpx.StatusOf(err), year, err)
	}
	return err
}

// saveDays keeps what was shown.
func (h *Handler) saveDays(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return err
	}
	year := yearAsked(r, h.company.Now())
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	in := company.YearChange{Year: year, Whole: r.PostFormValue("whole") != "", Reason: r.PostFormValue("reason"), Revision: revision}
	var err error
	if text := r.PostFormValue("days"); strings.TrimSpace(text) != "" {
		if in.Days, err = company.ParseDays(text, year); err != nil {
			return err
		}
	}
	_, err = h.company.SaveYear(ctx, actor, in)
	switch {
	case err == nil:
		http.Redirect(w, r, yearURL(year)+"&saved=1", http.StatusSeeOther)
		return nil
	case errs.Is(err, errs.KindConflict):
		return h.drawYear(w, r, httpx.StatusOf(err), year, err)
	case errs.Is(err, errs.KindInvalid):
		p, again := h.company.PreviewYear(ctx, actor, in)
		if again != nil {
			return again
		}
		return ui.Write(w, r, httpx.StatusOf(err), previewPage(ctx, p, err))
	}
	return err
}
