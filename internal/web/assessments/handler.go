// Package assessments is the pages of maturity: how far the company has come by dimension, on what evidence, what lacks for the next level, and how it was
// before; what assessors say; weights and bounds.
package assessments

import (
	"math/big"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	service  *assessment.Service
	currency func() money.Currency
	now      func() time.Time
}

// New returns a Handler.
func New(service *assessment.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{service, currency, now}
}

// The addresses.
const (
	Path      = "/maturity"
	modelPath = Path + "/model"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.show)
	handle("POST "+Path, h.keep)
	handle("GET "+Path+"/{id}", h.kept)
	handle("GET "+modelPath, h.model)
	handle("POST "+modelPath, h.setModel)
	handle("GET "+Path+"/criteria/{criterion}", h.criterion)
	handle("POST "+Path+"/criteria/{criterion}", h.say)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func keptPath(id int64) string { return Path + "/" + number(id) }

func criterionPath(id string) string { return Path + "/criteria/" + id }

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
	now      time.Time
}

func (h *Handler) page(r *http.Request) page {
	return page{httpx.PrinterFrom(r.Context()), h.currency(), access.ActorFrom(r.Context()), h.now()}
}

// score writes hundredths of a level.
func (p page) score(hundredths int64) string { return p.Decimal(big.NewRat(hundredths, 100), 1) }

func (p page) level(l maturity.Level) ui.Chip {
	tones := map[maturity.Level]ui.Tone{maturity.None: ui.ToneLine, maturity.AdHoc: ui.ToneBad, maturity.Emerging: ui.ToneWarn, maturity.Defined: ui.ToneBrand, maturity.Managed: ui.ToneGood, maturity.Optimised: ui.ToneGood}
	chip := ui.Chip{Label: p.Message(l.Message()), Tone: tones[l]}
	if l != maturity.None {
		chip.Label = number(int64(l)) + " " + chip.Label
	}
	return chip
}

// value writes what a gauge read.
func (p page) value(unit maturity.Unit, value int64) string {
	if unit == maturity.Hours {
		return p.T("assessment.hours", "Hours", p.Decimal(big.NewRat(value, 10), 1))
	}
	return p.Percent(big.NewRat(value, metric.Whole))
}

// bound writes what a level asks of a gauge.
func (p page) bound(c *maturity.Criterion, bound int64) string {
	sign := "≥"
	if c.Down {
		sign = "≤"
	}
	if c.Unit == maturity.Hours {
		return sign + p.T("assessment.hours", "Hours", p.Decimal(big.NewRat(bound, 10), 0))
	}
	return sign + p.PercentDigits(big.NewRat(bound, metric.Whole), 0)
}

// formula is what was divided by what.
func (p page) formula(m *maturity.Measure) string {
	side := func(n int64) string {
		if m.Money {
			return p.Board(n, p.currency)
		}
		return p.Int(n)
	}
	switch {
	case !m.Known || m.Denominator == 0:
		return ""
	case m.Gauge == maturity.GaugeTraining:
		return p.T("assessment.hours", "Hours", p.Decimal(big.NewRat(m.Numerator, 10), 1)) + " ÷ " + p.Int(m.Denominator)
	case m.Scale > 1:
		return side(m.Numerator) + " ÷ (" + side(m.Denominator) + " ÷ " + p.Int(m.Scale) + ")"
	}
	return side(m.Numerator) + " ÷ " + side(m.Denominator)
}

// tabs lead to the pages beside maturity, as far as they open for somebody.
func (p page) tabs() (list []ui.Tab) {
	for _, t := range []struct {
		key, url string
		open     bool
	}{{"maturity", Path, true}, {"value", "/team-value", true}, {"skills", "/skills", capability.Opens(p.actor)}, {"training", "/training", capability.Opens(p.actor) || capability.MayTrain(p.actor)}} {
		if t.open {
			list = append(list, ui.Tab{Label: p.T("capability.tab." + t.key), URL: t.url, Current: t.url == Path})
		}
	}
	return list
}

func chosen(r *http.Request, name string) int64 {
	id, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	if err != nil || id <= 0 {
		return 0
	}
	return id
}
