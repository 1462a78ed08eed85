// Package priorities is the pages of the table of priorities 《优化优先级表》: measures by RICE, what to do first within budget and capacity, the matrix of effort
// and effect, and tables as they were settled.
package priorities

import (
	"context"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	book       *prioritybook.Service
	currency   func() money.Currency
	now        func() time.Time
	initiative string // address of an initiative's page, before its id; empty where there is none
	problem    string // likewise of a problem's page
	// titles name problems that the actor sees; nil: they are numbers.
	titles func(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
}

// New returns a Handler.
func New(book *prioritybook.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{book: book, currency: currency, now: now}
}

// LeadTo names the addresses of pages of initiatives and of problems, each before an id; empty for none.
func (h *Handler) LeadTo(initiative, problem string) *Handler {
	h.initiative, h.problem = initiative, problem
	return h
}

// Named names problems by their titles.
func (h *Handler) Named(titles func(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)) *Handler {
	h.titles = titles
	return h
}

// The addresses.
const (
	Path      = "/priorities"
	framePath = Path + "/frame"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.show)
	handle("POST "+Path, h.add)
	handle("GET "+Path+"/new", h.new)
	handle("GET "+framePath, h.frame)
	handle("POST "+framePath, h.setFrame)
	handle("GET "+Path+"/export/{format}", h.file)
	handle("GET "+Path+"/items/{item}", h.edit)
	handle("POST "+Path+"/items/{item}", h.change)
	handle("POST "+Path+"/items/{item}/park", h.park)
	handle("POST "+Path+"/items/{item}/start", h.start)
	handle("POST "+Path+"/tables", h.settle)
	handle("GET "+Path+"/tables/{table}", h.settled)
	handle("GET "+Path+"/tables/{table}/{format}", h.settledFile)
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

func itemPath(id int64) string { return Path + "/items/" + digits(id) }

func tablePath(id int64) string { return Path + "/tables/" + digits(id) }

func idOf(r *http.Request, name, missing string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

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
	return page{httpx.PrinterFrom(r.Context()), h.currency(), access.ActorFrom(r.Context())}
}

func (p page) days(tenths int64) string {
	return p.T("prioritybook.days", "Days", p.trim(big.NewRat(tenths, 10)))
}

// trim writes up to two decimals, without zeros at the end.
func (p page) trim(value *big.Rat) string {
	for n := range 2 {
		if new(big.Rat).Mul(value, big.NewRat([]int64{1, 10}[n], 1)).IsInt() {
			return p.Decimal(value, n)
		}
	}
	return p.Decimal(value, 2)
}

func (p page) score(r *prioritybook.Row) string {
	item := r.Item()
	return p.Decimal(item.Score(), 1)
}

// rice is the score with what it is made of.
func (p page) rice(r *prioritybook.Row) string {
	return p.Int(r.Reach) + " × " + p.trim(big.NewRat(r.Impact, 100)) + " × " + p.Int(r.Confidence) + "% ÷ " + p.trim(big.NewRat(r.Effort, 10))
}

func (p page) benefit(b int64) string { return p.Decimal(big.NewRat(b, priority.BenefitUnit), 0) }

// why says why a row is left out, and what it waits for.
func (p page) why(t *prioritybook.Table, l *priority.Left) string {
	if l == nil {
		return ""
	}
	text := p.Message(l.Reason.Message())
	var lacks []string
	if l.LacksMinor > 0 {
		lacks = append(lacks, p.Money(l.LacksMinor, p.currency))
	}
	if l.LacksEffort > 0 {
		lacks = append(lacks, p.days(l.LacksEffort))
	}
	if len(lacks) > 0 {
		text += p.T("prioritybook.lacks", "What", p.Join(lacks))
	}
	var waits []string
	for _, id := range l.Waits {
		waits = append(waits, t.Title(id))
	}
	if len(waits) > 0 {
		text += p.T("prioritybook.with_needs", "What", p.Join(waits))
	}
	return text
}

func quadrantTone(q priority.Quadrant) ui.Tone {
	return map[priority.Quadrant]ui.Tone{priority.First: ui.ToneGood, priority.Project: ui.ToneBrand, priority.Later: ui.ToneLine}[q]
}

// horizonClass is the shape of a horizon in the matrix.
func horizonClass(h priority.Horizon) string {
	return "h" + strconv.Itoa(slices.Index(priority.Horizons, h)+1)
}
