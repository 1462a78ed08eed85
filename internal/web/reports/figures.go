package reports

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xiaoguan/internal/board"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/web/ui"
)

// drawing draws one version for a reader.
type drawing struct {
	p     *i18n.Printer
	words report.Words
	shown *report.Shown
	may   bool // log decisions and agree actions
}

func drawingOf(p *i18n.Printer, shown *report.Shown) drawing {
	return drawing{p: p, words: report.NewWords(p, &shown.Document), shown: shown}
}

func (d drawing) currency() money.Currency { return money.Currency(d.shown.Document.Currency) }

// definition is the one that a value was made by, as it held then.
func (d drawing) definition(id metric.ID) (metric.Definition, bool) {
	return d.shown.Document.Definition(id)
}

func (d drawing) name(def metric.Definition) string {
	return ui.TextIn(d.p, def.Name.Zh, def.Name.En, string(def.ID))
}

func (d drawing) period(p metric.Period) string {
	if p.Kind == metric.Month && !p.ToDate {
		return d.p.Month(p.First)
	}
	return d.p.T("board.days_of", "From", p.From, "To", p.To)
}

func (d drawing) place(p metric.Place) string {
	if p.Name != "" {
		return p.Name
	}
	return d.p.T("metric.place." + string(p.Kind))
}

// rowsURL is the list of the rows behind a value.
func rowsURL(v metric.Value) string {
	q := url.Values{"metric": {string(v.Metric)}, "month": {v.Period.First.String()}}
	if text := board.PlaceText(v.Place); text != "" {
		q.Set("place", text)
	}
	if v.Period.Kind == metric.Quarter || v.Period.Kind == metric.Year {
		q.Set("span", string(v.Period.Kind))
	}
	return "/boards/rows?" + q.Encode()
}

// asks reports whether there is anything to be said of a number.
func asks(f report.Figure) bool {
	return len(f.Of) > 0 || f.Link != "" || f.Denominator != 0 || !f.Known
}

// why is what a number was worked out from.
func (d drawing) why(f report.Figure) ui.Why {
	w := ui.Why{Title: d.p.T("reports.number"), Version: d.p.T("reports.version", "Version", int64(d.shown.Version.Number))}
	if len(f.Of) == 0 {
		if f.Denominator != 0 {
			w.Formula = d.p.Int(f.Numerator) + " ÷ " + d.p.Int(f.Denominator) + " = " + d.words.Exact(f)
		} else if f.Known {
			w.Formula = d.words.Exact(f)
		}
	}
	if !f.Known && f.Why != metric.ReasonNone {
		w.Facts = append(w.Facts, ui.Fact{Term: d.p.T("metric.no_data"), Text: d.p.Message(f.Why.Message())})
	}
	if len(f.Of) > 1 || len(f.Of) == 1 && (f.Points || f.Signed) {
		w.Formula = d.words.Exact(f)
	}
	for i, v := range f.Of {
		def, known := d.definition(v.Metric)
		if !known {
			continue
		}
		exact := ui.MetricFormula(d.p, d.currency(), def, v)
		if !v.Known {
			exact = d.p.Message(v.Why.Message())
		}
		if i == 0 {
			w.Title = d.name(def)
			w.Version = d.p.T("metric.version", "Version", def.Version)
			if len(f.Of) == 1 && w.Formula == "" {
				w.Formula = exact
			}
			w.Facts = append(w.Facts, ui.Fact{Term: d.p.T("why.basis"), Text: ui.TextIn(d.p, def.Basis.Zh, def.Basis.En, "")})
			if len(f.Of) == 1 {
				w.Facts = append(w.Facts, ui.Fact{Term: d.p.T("board.why.place"), Text: d.place(v.Place)}, ui.Fact{Term: d.p.T("why.period"), Text: d.period(v.Period)})
			}
			w.Links = append(w.Links, ui.Link{Label: d.p.T("why.rows"), URL: rowsURL(v)}, ui.Link{Label: d.p.T("why.definition"), URL: ui.MetricPath(def.ID)})
		}
		if len(f.Of) > 1 && i < factsMost {
			term := d.period(v.Period) + " · " + d.place(v.Place)
			if v.Metric != f.Of[0].Metric {
				term = d.name(def) + " · " + term
			}
			w.Facts = append(w.Facts, ui.Fact{Term: term, Text: exact, URL: rowsURL(v)})
		}
	}
	if rest := len(f.Of) - factsMost; len(f.Of) > 1 && rest > 0 {
		w.Facts = append(w.Facts, ui.Fact{Term: d.p.T("reports.and_more"), Text: d.p.T("reports.and_more_values", "Count", int64(rest))})
	}
	if f.Link != "" {
		w.Links = append([]ui.Link{{Label: d.p.T("why.rows"), URL: f.Link}}, w.Links...)
	}
	w.Facts = append(w.Facts, ui.Fact{Term: d.p.T("reports.frozen"), Text: d.frozen()})
	return w
}

// factsMost is how many values an answer lists.
const factsMost = 8

// frozen says as of when the number is: rows that are opened now may have gone on.
func (d drawing) frozen() string {
	return d.p.T("reports.frozen_text", "When", d.p.Local(d.shown.Version.ComputedAt).Format("2006-01-02 15:04"))
}

// asked is a number that can be asked for: the piece of a sentence, or row and cell of a table.
func (d drawing) asked(label, block string, at ...int) ui.Asked {
	return ui.Asked{Label: label, Why: ui.Why{Source: d.partURL("/why", block, at...)}}
}

// partURL is a page about a part of a version. A report has hundreds of them, so that their addresses are short: version, block, and where in the block.
func (d drawing) partURL(path, block string, at ...int) string {
	address := strconv.Itoa(d.shown.Version.Number) + atMark + block
	for _, n := range at {
		address += atMark + strconv.Itoa(n)
	}
	return reportURL(d.shown.Report.ID) + path + "?at=" + url.QueryEscape(address)
}

// atMark is between the parts of such an address: no block has it in its name, and addresses need not escape it.
const atMark = "~"

// openAt reads the version that the address of a part means, with the block and where in it the part is.
func (h *Handler) openAt(r *http.Request) (d drawing, b report.Block, at []int, err error) {
	parts := strings.Split(r.URL.Query().Get("at"), atMark)
	if len(parts) < 2 || parts[0] == "" {
		return d, b, nil, errMissing()
	}
	for _, part := range parts[2:] {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return d, b, nil, errMissing()
		}
		at = append(at, n)
	}
	s, err := h.openVersion(r, parts[0])
	if err != nil {
		return d, b, nil, err
	}
	d = drawingOf(httpx.PrinterFrom(r.Context()), &s)
	b, _, found := d.block(parts[1])
	if !found {
		return d, b, nil, errMissing()
	}
	return d, b, at, nil
}

// figureAt is the number at a place of a block. False where there is none.
func (d drawing) figureAt(b report.Block, at []int) (report.Figure, bool) {
	var figure *report.Figure
	switch {
	case b.Sentence != nil && len(at) == 1:
		if spans := d.words.Spans(*b.Sentence); at[0] < len(spans) {
			figure = spans[at[0]].Figure
		}
	case b.Table != nil && len(at) == 2:
		if rows := b.Table.Rows; at[0] < len(rows) && at[1] < len(rows[at[0]].Cells) {
			figure = rows[at[0]].Cells[at[1]].Figure
		}
	}
	if figure == nil {
		return report.Figure{}, false
	}
	return *figure, true
}

// block finds a block of the document.
func (d drawing) block(id string) (report.Block, report.SectionID, bool) {
	for _, s := range d.shown.Document.Sections {
		for _, b := range s.Blocks {
			if b.ID == id {
				return b, s.ID, true
			}
		}
	}
	return report.Block{}, "", false
}
