// Package metrics is the pages of the metric book: what each number means, what it is today, what it is made of, which definition of a family the company
// goes by, and the bridge from what sales signed to what finance collected.
//
// What numbers mean is package metric's to say.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Path is where the pages are. The book itself has an address of its own: machines read /metrics.
const (
	Path       = "/metrics"
	bookPath   = "/metric-book"
	bridgePath = "/metric-bridge"
)

// Handler serves the pages.
type Handler struct {
	metrics  *metric.Service
	currency func() money.Currency
	now      func() time.Time
}

// New returns a Handler.
func New(service *metric.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{service, currency, now}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+bookPath, h.book)
	handle("GET "+bridgePath, h.bridge)
	handle("GET "+Path+"/{id}", h.show)
	handle("POST "+Path+"/{id}/choose", h.choose)
	handle("POST "+Path+"/{id}/versions", h.propose)
	handle("POST "+Path+"/{id}/versions/{version}", h.decide)
}

func tabs(p *i18n.Printer, actor access.Actor, current string) []ui.Tab {
	list := []ui.Tab{{Label: p.T("metric.tab_book"), URL: bookPath, Current: current == "book"}}
	if actor.CanAll(access.PermSalesRead) {
		list = append(list, ui.Tab{Label: p.T("metric.tab_bridge"), URL: bridgePath, Current: current == "bridge"})
	}
	return list
}

// number is a value that can be asked why.
func (h *Handler) number(p *i18n.Printer, id string, d metric.Definition, v metric.Value) templ.Component {
	return ui.Num(ui.Asked{ID: id, Label: ui.MetricText(p, h.currency(), v), Why: ui.MetricWhy(p, h.currency(), h.now(), d, v)})
}

// age is how new a number's newest fact is, and whether that is late.
func (h *Handler) age(p *i18n.Printer, d metric.Definition, v metric.Value) ui.Cell {
	age, known := v.Age(h.now())
	if !known {
		return ui.Cell{Text: i18n.Unknown, Muted: true}
	}
	cell := ui.Cell{Text: p.Ago(v.Newest, h.now()), Title: p.Moment(v.Newest, h.now())}
	if age > time.Duration(d.FreshHours)*time.Hour {
		cell.Tone = ui.ToneWarn
	}
	return cell
}

// book is the list of all definitions with this month's numbers.
func (h *Handler) book(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p, actor := httpx.PrinterFrom(ctx), access.ActorFrom(ctx)
	list, err := h.metrics.Definitions(ctx, actor)
	if err != nil {
		return err
	}
	ids := make([]metric.ID, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	answer, err := h.metrics.Read(ctx, actor, metric.Query{Metrics: ids, Place: metric.Company})
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("metric.title"), Subtitle: p.T("metric.sub"), Current: "metrics", Tabs: tabs(p, actor, "book")}
	parts := notes(p, answer)
	table := ui.TableView{ID: "book", Label: p.T("metric.title"), Columns: []ui.Column{{Label: p.T("metric.name"), Phone: true}, {Label: p.T("metric.this_month"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("metric.basis")}, {Label: p.T("metric.owner"), Kind: ui.ColumnNarrow}, {Label: p.T("metric.newest"), Kind: ui.ColumnNarrow}}}
	for i, s := range answer.Series {
		d := s.Definition
		name := ui.Cell{Text: ui.InLanguage(p, d.Name), URL: ui.MetricPath(d.ID), Strong: d.Default}
		if rivals(list, d.Family) > 1 {
			chip := ui.Chip{Label: p.T("metric.rival"), Tone: ui.ToneLine}
			if d.Default {
				chip = ui.Chip{Label: p.T("metric.chosen"), Tone: ui.ToneBrand}
			}
			name.Chip = &chip
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, {Body: h.number(p, "why-"+p.Int(int64(i)), d, s.Value)}, {Text: ui.InLanguage(p, d.Basis), Muted: true}, ui.Text(p.T("access.role." + d.Owner)), h.age(p, d, s.Value)}})
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)))...))
}

func rivals(list []metric.Definition, family metric.ID) (n int) {
	for _, d := range list {
		if d.Family == family {
			n++
		}
	}
	return n
}

// notes say what the numbers are of, where that is less than all, and whether they are behind.
func notes(p *i18n.Printer, a metric.Answer) (parts []templ.Component) {
	if a.Narrowed {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("metric.narrowed"), Text: p.T("metric.narrowed_text")})))
	}
	if a.Behind {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("metric.behind"), Text: p.T("metric.behind_text")})))
	}
	return parts
}

// choose makes a definition the one of its family.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := h.metrics.Choose(ctx, access.ActorFrom(ctx), metric.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, ui.MetricPath(d.ID), http.StatusSeeOther)
	return nil
}

// propose keeps a draft; what is wrong with it stands beside what was written.
func (h *Handler) propose(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	draft := metric.Draft{Text: r.PostFormValue("text")}
	draft.From, _ = calendar.ParseDate(r.PostFormValue("from"))
	_, err := h.metrics.Propose(ctx, access.ActorFrom(ctx), draft)
	if errs.Is(err, errs.KindInvalid) {
		return h.draw(w, r, httpx.StatusOf(err), &written{draft, err})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, ui.MetricPath(metric.ID(r.PathValue("id")))+"#versions", http.StatusSeeOther)
	return nil
}

func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	id := metric.ID(r.PathValue("id"))
	version, _ := strconv.Atoi(r.PathValue("version")) // 0, which is none, for what is no number
	if _, err := h.metrics.Decide(ctx, access.ActorFrom(ctx), id, version, metric.VersionState(r.PostFormValue("to"))); err != nil {
		return err
	}
	http.Redirect(w, r, ui.MetricPath(id)+"#versions", http.StatusSeeOther)
	return nil
}
