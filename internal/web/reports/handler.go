// Package reports is the pages of the monthly report, 《销售数据分析报告》: the list of reports, a version as it reads with the notes beside it, its files, what
// differs from the version before, and when and to whom reports go by themselves.
//
// Nothing here computes: a version is drawn from its frozen document, whose numbers lead to what they were worked out from.
package reports

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
)

// Reports is what the pages ask of the reports. Package report is one.
type Reports interface {
	List(ctx context.Context, actor access.Actor) (report.Listing, error)
	Get(ctx context.Context, actor access.Actor, id int64, version int) (report.Shown, error)
	Compute(ctx context.Context, actor access.Actor, ask report.Ask) (jobID string, err error)
	Note(ctx context.Context, actor access.Actor, in report.NoteEntry) (report.Note, error)
	Publish(ctx context.Context, actor access.Actor, id, seen int64) (report.Version, error)
	Compare(ctx context.Context, actor access.Actor, id int64, from, to int) ([]report.Difference, error)
	File(ctx context.Context, actor access.Actor, p *i18n.Printer, id int64, version int, format report.Format) (report.File, error)
}

// Distribution is when and to whom reports go. Package distribution is one.
type Distribution interface {
	Get(ctx context.Context, actor access.Actor) (distribution.Shown, error)
	Set(ctx context.Context, actor access.Actor, in distribution.Settings) (distribution.Settings, error)
}

// Jobs shows how far a computation is.
type Jobs interface {
	Get(ctx context.Context, actor access.Actor, id string) (job.Job, error)
}

// Reviews takes actions into meetings. Package review is one.
type Reviews interface {
	List(ctx context.Context, actor access.Actor, kind review.Kind, state review.State) (review.Listing, error)
	Get(ctx context.Context, actor access.Actor, id int64) (review.Shown, error)
	Agree(ctx context.Context, actor access.Actor, in review.Agreement) (review.Action, error)
}

// Services are what the pages work with.
type Services struct {
	Reports      Reports
	Distribution Distribution
	Jobs         Jobs
	Reviews      Reviews
	Currency     func() money.Currency
	Now          func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

const (
	baseURL     = "/reports"
	settingsURL = baseURL + "/settings"
	jobsURL     = "/report-jobs" // apart from reports, whose pages have names after their number
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.compute)
	handle("GET "+jobsURL+"/{job}", h.progress)
	handle("GET "+settingsURL, h.settings)
	handle("POST "+settingsURL, h.set)
	handle("POST "+settingsURL+"/people", h.addPerson)
	handle("POST "+settingsURL+"/people/remove", h.removePerson)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("GET "+baseURL+"/{id}/why", h.why)
	handle("GET "+baseURL+"/{id}/acts", h.acts)
	handle("GET "+baseURL+"/{id}/decide", h.decide)
	handle("GET "+baseURL+"/{id}/action", h.action)
	handle("POST "+baseURL+"/{id}/action", h.agree)
	handle("POST "+baseURL+"/{id}/notes", h.note)
	handle("POST "+baseURL+"/{id}/publish", h.publish)
	handle("GET "+baseURL+"/{id}/files/{format}", h.file)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func reportURL(id int64) string { return baseURL + "/" + number(id) }

// versionURL is the page of a version.
func versionURL(s *report.Shown, path string, pairs ...string) string {
	q := url.Values{"version": {strconv.Itoa(s.Version.Number)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return reportURL(s.Report.ID) + path + "?" + q.Encode()
}

func errMissing() error { return errs.New(errs.KindNotFound, "error.not_found", nil) }

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errMissing()
	}
	return id, nil
}

// named leads to the report of a month and a place, by which messages name it: 2026-10:company:0.
func (h *Handler) named(w http.ResponseWriter, r *http.Request) (bool, error) {
	parts := strings.Split(r.PathValue("id"), ":")
	if len(parts) != 3 {
		return false, nil
	}
	l, err := h.Reports.List(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return false, err
	}
	for _, one := range l.Reports {
		if one.Month.String() == parts[0] && string(one.Place.Kind) == parts[1] && number(one.Place.ID) == parts[2] {
			http.Redirect(w, r, reportURL(one.ID), http.StatusSeeOther)
			return true, nil
		}
	}
	return false, nil
}

// open reads the version that an address means; the newest without one.
func (h *Handler) open(r *http.Request) (s report.Shown, err error) {
	return h.openVersion(r, r.URL.Query().Get("version"))
}

func (h *Handler) openVersion(r *http.Request, text string) (s report.Shown, err error) {
	id, version, err := versionOf(r, text)
	if err != nil {
		return s, err
	}
	return h.Reports.Get(r.Context(), access.ActorFrom(r.Context()), id, version)
}

// versionOf reads which version of which report is meant; version 0 is the newest.
func versionOf(r *http.Request, text string) (id int64, version int, err error) {
	if id, err = idOf(r); err != nil || text == "" {
		return id, 0, err
	}
	if version, err = strconv.Atoi(text); err != nil || version <= 0 {
		return 0, 0, errMissing()
	}
	return id, version, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}
