// Package capabilities is the pages of what a team is worth and what it can do: value and resources, the skills of people, trainings.
package capabilities

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages ask.
type Services struct {
	Capability *capability.Service
	Deviations assessment.Sources
	Budgets    *budget.Service
	Currency   func() money.Currency
	Now        func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// The addresses.
const (
	valuePath    = "/team-value"
	skillsPath   = "/skills"
	listPath     = "/skill-list"
	trainingPath = "/training"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+valuePath, h.value)
	handle("GET "+skillsPath, h.matrix)
	handle("GET "+skillsPath+"/{person}", h.person)
	handle("POST "+skillsPath+"/{person}", h.mark)
	handle("GET "+listPath, h.list)
	handle("POST "+listPath, h.saveSkill)
	handle("GET "+trainingPath, h.trainings)
	handle("POST "+trainingPath, h.train)
	handle("POST "+trainingPath+"/{training}/remove", h.untrain)
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// page is what the drawings of one answer share.
type page struct {
	*i18n.Printer
	currency money.Currency
	actor    access.Actor
}

func (h *Handler) page(r *http.Request) page {
	return page{httpx.PrinterFrom(r.Context()), h.Currency(), access.ActorFrom(r.Context())}
}

// current is the place of the rail by which one came.
func (p page) current() string {
	if assessment.MayRead(p.actor) {
		return "maturity"
	}
	return "skills"
}

// tabs lead to what opens for somebody.
func (p page) tabs(current string) (list []ui.Tab) {
	for _, t := range []struct {
		key, url string
		open     bool
	}{{"maturity", "/maturity", assessment.MayRead(p.actor)}, {"value", valuePath, assessment.MayRead(p.actor)}, {"skills", skillsPath, capability.Opens(p.actor)}, {"training", trainingPath, capability.Opens(p.actor) || capability.MayTrain(p.actor)}} {
		if t.open {
			list = append(list, ui.Tab{Label: p.T("capability.tab." + t.key), URL: t.url, Current: t.key == current})
		}
	}
	return list
}

func (p page) hours(tenths int64) string {
	return p.T("assessment.hours", "Hours", p.Decimal(big.NewRat(tenths, 10), 1))
}

func (p page) skill(s *capability.Skill) string {
	if p.Zh() {
		return s.NameZh
	}
	return s.NameEn
}

func (p page) layer(l string) string { return p.T("people.level_" + l) }

// ratio writes a share with what was divided by what.
func (p page) ratio(of, over int64) string {
	if over <= 0 {
		return p.T("capability.no_data")
	}
	return p.Percent(big.NewRat(of, over)) + " (" + p.Int(of) + " / " + p.Int(over) + ")"
}

func idOf(r *http.Request, name, missing string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

// dayOf reads a day of the form.
func dayOf(r *http.Request) (calendar.Date, []errs.Field) {
	on, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue("on")))
	if err != nil {
		return on, []errs.Field{{Path: "on", Value: r.PostFormValue("on"), Message: errs.Msg("form.error.date", nil)}}
	}
	return on, nil
}

// done is the note of what was done.
func (p page) done(r *http.Request) *ui.Note {
	if key := "capability.done." + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && p.Has(key) {
		return &ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)}
	}
	return nil
}
